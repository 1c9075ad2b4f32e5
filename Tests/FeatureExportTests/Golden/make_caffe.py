"""Makes the .caffemodel files that CaffeModelTests reads, and what their networks compute.

    make_caffe.py

The released colorization network (`layer`, heads and all) and the released split-brain network in the
format before 2014 (`layers`), narrow and with random weights: names and kinds of layers are those of
richzhang/colorization, models/colorization_deploy_v2.prototxt, and richzhang/splitbrainauto,
models/deploy_lab.prototxt. Google's protobuf writes the bytes, by the field numbers of BVLC/caffe,
src/caffe/proto/caffe.proto; torch computes the features. Made with protobuf 7.36 and torch 2.13.0.
"""
import json
import os

import torch
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from torch.nn import functional

HERE = os.path.dirname(os.path.abspath(__file__))
MESSAGES = {
    "BlobShape": [("dim", 1, "INT64", True, True)],
    "BlobProto": [("num", 1, "INT32"), ("channels", 2, "INT32"), ("height", 3, "INT32"),
                  ("width", 4, "INT32"), ("data", 5, "FLOAT", True, True), ("shape", 7, "BlobShape"),
                  ("double_data", 8, "DOUBLE", True, True)],
    "LayerParameter": [("name", 1, "STRING"), ("type", 2, "STRING"), ("bottom", 3, "STRING", True),
                       ("top", 4, "STRING", True), ("blobs", 7, "BlobProto", True)],
    "V1LayerParameter": [("bottom", 2, "STRING", True), ("top", 3, "STRING", True),
                         ("name", 4, "STRING"), ("type", 5, "INT32"), ("blobs", 6, "BlobProto", True)],
    "NetParameter": [("name", 1, "STRING"), ("layers", 2, "V1LayerParameter", True),
                     ("layer", 100, "LayerParameter", True)],
}


def classes():
    """The messages as Python classes."""
    file = descriptor_pb2.FileDescriptorProto(name="caffe.proto", package="caffe", syntax="proto2")
    field_type = descriptor_pb2.FieldDescriptorProto
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, number, kind, *rest in fields:
            added = message.field.add(name=field, number=number)
            added.label = field_type.LABEL_REPEATED if rest else field_type.LABEL_OPTIONAL
            if kind in MESSAGES:
                added.type, added.type_name = field_type.TYPE_MESSAGE, f".caffe.{kind}"
            else:
                added.type = getattr(field_type, f"TYPE_{kind}")
            added.options.packed = len(rest) > 1
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"caffe.{name}"))
            for name in MESSAGES}


def input_of(channels, side):
    """The input of the tests, from 0 to 100 (L) and about as much around 0 (a, b)."""
    count = channels * side * side
    x = (torch.arange(count) * 7919 % 1000).float() / 10
    x = x.reshape(1, channels, side, side)
    x[:, 1:] -= 50
    return x


def colorization(net):
    """The released network at a sixty-fourth of its width; `layer` and shapes."""
    blocks = [(1, 2, 2, 1), (2, 2, 2, 1), (4, 3, 2, 1), (8, 3, 1, 1), (8, 3, 1, 2), (8, 3, 1, 2),
              (8, 3, 1, 1)]

    def add(name, kind, *blobs):
        layer = net.layer.add(name=name, type=kind, bottom=["below"], top=[name])
        for values in blobs:
            blob = layer.blobs.add()
            blob.data.extend(values.flatten().tolist())
            blob.shape.dim.extend(values.shape)

    add("data_l", "Input")
    x = input_of(1, 32) - 50
    inputs = 1
    for block, (width, count, stride, dilation) in enumerate(blocks, 1):
        for number in range(1, count + 1):
            name = f"conv{block}_{number}"
            weight = torch.randn(width, inputs, 3, 3) * (2 / (9 * inputs)) ** 0.5
            bias = torch.rand(width) * 0.4 + 0.1
            add("bw_conv1_1" if name == "conv1_1" else name, "Convolution", weight, bias)
            add(f"relu{block}_{number}", "ReLU")
            x = functional.relu(functional.conv2d(
                x, weight, bias, stride if number == count else 1, dilation, dilation))
            inputs = width
        mean, variance, factor = torch.rand(width) * 0.5, torch.rand(width) + 0.5, 999.0
        add(f"conv{block}_{count}norm", "BatchNorm", mean * factor, variance * factor,
            torch.tensor([factor]))
        x = functional.batch_norm(x, mean, variance, eps=1e-5)
    add("conv8_1", "Deconvolution", torch.randn(8, 4, 4, 4), torch.zeros(4))
    add("relu8_1", "ReLU")
    add("conv8_313", "Convolution", torch.randn(313, 4, 1, 1), torch.zeros(313))
    add("conv8_313_rh", "Scale", torch.full((313,), 2.606))
    add("class8_ab", "Convolution", torch.randn(2, 313, 1, 1), torch.zeros(2))
    return x


def split_brain(net):
    """The released network with 2 filters of 96; `layers`, four axes, some doubles."""
    def add(name, kind, *blobs, double=False):
        layer = net.layers.add(name=name, type=kind, bottom=["below"], top=[name])
        for values in blobs:
            blob = layer.blobs.add()
            blob.num, blob.channels, blob.height, blob.width = [1] * (4 - values.dim()) + list(
                values.shape)
            (blob.double_data if double else blob.data).extend(values.flatten().tolist())

    scale = torch.tensor([0.02, 0.01, 0.0125])
    shift = torch.tensor([-1.0, 0.1, 0.0])
    add("data_lab", 4, scale.reshape(3, 1, 1, 1), shift)
    x = functional.conv2d(input_of(3, 227), scale.reshape(3, 1, 1, 1), shift, groups=3)
    inputs = 3
    for name, width, kernel, stride, padding, groups in [
            ("conv1", 2, 11, 4, 0, 1), ("conv2", 6, 5, 1, 2, 2), ("conv3", 8, 3, 1, 1, 1),
            ("conv4", 8, 3, 1, 1, 2), ("conv5", 6, 3, 1, 1, 2), ("fc6", 85, 6, 1, 0, 1),
            ("fc7", 85, 1, 1, 0, 1)]:
        weight = torch.randn(width, inputs // groups, kernel, kernel)
        weight *= (2 / weight[0].numel()) ** 0.5
        bias = torch.rand(width) * 0.4 + 0.1
        add(name, 4, weight, bias, double=name == "conv2")
        add(name.replace("conv", "relu").replace("fc", "relu"), 18)
        x = functional.relu(functional.conv2d(x, weight, bias, stride, padding, groups=groups))
        if name in ("conv1", "conv2", "conv5"):
            add(name.replace("conv", "pool"), 17)
            x = functional.max_pool2d(x, 3, 2, ceil_mode=True)
        inputs = width
    return x


def main():
    torch.manual_seed(1)
    messages, results = classes(), {}
    for name, make in [("colorization", colorization), ("split-brain", split_brain)]:
        net = messages["NetParameter"](name=name)
        output = make(net)
        with open(f"{HERE}/{name}.caffemodel", "wb") as file:
            file.write(net.SerializeToString(deterministic=True))
        results[name] = output.flatten().tolist()
    with open(f"{HERE}/caffe.json", "w") as file:
        json.dump({"torch": torch.__version__, "features": results}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
