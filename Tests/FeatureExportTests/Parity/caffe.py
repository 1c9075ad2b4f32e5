"""Runs the prototxt and the HDF5 weights of an export as Caffe would: only what stands in the two files
is used. The layers are those that Pigment's trunks have: Input, Convolution, ReLU, BatchNorm, Scale,
Pooling."""
import re

import h5py
import torch
from torch.nn import functional


def fields(text):
    """The `name: value` pairs of a message in protobuf's text format, messages within it left out."""
    return {name: value.strip('"') for name, value in re.findall(r'(\w+): ("[^"]*"|[^\s{}]+)', text)}


def layers(prototxt):
    """Each layer of a network: its fields, those of its parameters among them."""
    return [fields(line) for line in prototxt.splitlines() if line.startswith("layer {")]


def run(prototxt, weights, data):
    """The output of every blob by name, for an input [n, c, h, w] as the first layer wants it."""
    blobs = {"data": data}
    with h5py.File(weights) as file:
        stored = {layer: [torch.from_numpy(blob[str(number)][()]) for number in range(len(blob))]
                  for layer, blob in file["data"].items()}
    for layer in layers(prototxt):
        if layer["type"] == "Input":
            continue
        x, tensors = blobs[layer["bottom"]], stored.pop(layer["name"], [])
        number = {key: int(value) for key, value in layer.items() if value.isdigit()}
        if layer["type"] == "Convolution":
            bias = tensors[1] if layer.get("bias_term", "true") == "true" else None
            y = functional.conv2d(x, tensors[0], bias, number["stride"], number["pad"],
                                  number["dilation"], number["group"])
        elif layer["type"] == "ReLU":
            y = functional.relu(x)
        elif layer["type"] == "BatchNorm":
            factor = 1 / tensors[2] if tensors[2] != 0 else 0
            y = functional.batch_norm(x, tensors[0] * factor, tensors[1] * factor, eps=float(layer["eps"]))
        elif layer["type"] == "Scale":
            y = x * tensors[0].view(-1, 1, 1) + tensors[1].view(-1, 1, 1)
        elif layer["type"] == "Pooling":
            y = functional.max_pool2d(x, number["kernel_size"], number["stride"], number["pad"],
                                      ceil_mode=layer["round_mode"] == "CEIL")
        else:
            raise ValueError(layer)
        blobs[layer["top"]] = y
    assert not stored, f"no layer takes the weights of {sorted(stored)}"
    return blobs
