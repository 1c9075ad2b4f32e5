"""Loads every export in a folder as a user of PyTorch, torchvision, ONNX and h5py would, and compares
features of pictures with those that Pigment computed.

    parity.py FOLDER

The folder is what ParityTests.swift writes, or what the README beside this file says: one folder per
network with `expected.safetensors` (`pictures` [n, 3, h, w] in 0..1, and `output.LAYER`), `pytorch/`,
`model.onnx` and `caffe.h5`. Prints one JSON line per comparison: network, format, the largest
difference relative to a layer's largest value. Exits with 1 where one is over 1e-4.
"""
import importlib.util
import json
import pathlib
import sys

import h5py
import numpy
import onnx
import onnxruntime
import torch
import torchvision
from safetensors import safe_open
from safetensors.torch import load_file

LIMIT = 1e-4
worst = 0.0


def report(network, form, outputs, expected):
    """Compares outputs by layer and prints the largest relative difference."""
    global worst
    difference = 0.0
    for name, output in outputs.items():
        golden = expected["output." + name].numpy()
        output = numpy.asarray(output)
        assert output.shape == golden.shape, (network, form, name, output.shape, golden.shape)
        assert numpy.isfinite(output).all(), (network, form, name)
        scale = max(float(numpy.abs(golden).max()), 1e-30)
        difference = max(difference, float(numpy.abs(output - golden).max()) / scale)
    worst = max(worst, difference)
    print(json.dumps({"network": network, "format": form, "layers": len(outputs), "difference": difference}))


def extractor(folder):
    """The module that lies beside the weights, as a user imports it."""
    spec = importlib.util.spec_from_file_location("extractor", folder / "extractor.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def torchvision_model(weights, description):
    """torchvision's own VGG-16, loaded with strict=True; None where the weights are not its own."""
    trunk = description["trunk"]
    if trunk["architecture"] != "vgg16" or trunk["width"] != 1 or trunk["inputChannels"] != 3:
        return None
    make = torchvision.models.vgg16_bn if trunk["batchNormalization"] else torchvision.models.vgg16
    model = make(weights=None)
    tensors = load_file(weights)
    if not any(name.startswith("classifier.") for name in tensors):
        model.classifier = torch.nn.Identity()
    model.load_state_dict(tensors, strict=True)
    return model.eval()


def caffe_difference(path, trunk, layers, is_bgr):
    """The largest difference between Caffe's blobs, read by h5py, and the modules of the extractor."""
    modules = [module for module in trunk if any(True for _ in module.state_dict())]
    named = [name for name in layers if name.startswith(("conv", "fc", "norm"))]
    assert len(modules) == len(named), (len(modules), named)
    largest, last = 0.0, ""
    with h5py.File(path) as file:
        data = file["data"]
        for index, (module, name) in enumerate(zip(modules, named)):
            if isinstance(module, torch.nn.Conv2d):
                last = name
                key = name if name in data else "bw_" + name
                weight = data[key]["0"][()]
                pairs = [(weight[:, ::-1] if is_bgr and index == 0 else weight, module.weight),
                         (data[key]["1"][()], module.bias)]
            else:
                norm = data[last + "norm"]
                pairs = [(norm["0"][()] / norm["2"][0], module.running_mean),
                         (norm["1"][()] / norm["2"][0], module.running_var)]
                if module.affine and last + "norm_scale" in data:
                    scale = data[last + "norm_scale"]
                    pairs += [(scale["0"][()], module.weight), (scale["1"][()], module.bias)]
            for blob, tensor in pairs:
                assert blob.shape == tuple(tensor.shape), (name, blob.shape, tensor.shape)
                largest = max(largest, float(numpy.abs(blob - tensor.detach().numpy()).max()))
    return largest


def compare(folder):
    network = folder.name
    expected = load_file(folder / "expected.safetensors")
    pictures = expected["pictures"]
    with safe_open(folder / "pytorch/weights.safetensors", "pt") as file:
        description = json.loads(file.metadata()["pigment.features"])
    with torch.no_grad():
        module = extractor(folder / "pytorch")
        model = module.Extractor()
        report(network, "extractor.py", model.layers(module.prepare(pictures)), expected)
        last = description["layers"][-1]["name"]
        report(network, "extractor.py, one layer", {last: model(pictures)}, expected)
        vgg = torchvision_model(folder / "pytorch/weights.safetensors", description)
        if vgg is not None:
            report(network, "torchvision, strict=True", {last: vgg.features(module.prepare(pictures))}, expected)

    path = str(folder / "model.onnx")
    onnx.checker.check_model(path, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    outputs = session.run(names, {"image": pictures.numpy()})
    report(network, "onnx, full check", dict(zip(names, outputs)), expected)

    with h5py.File(folder / "caffe.h5") as file:
        assert json.loads(file.attrs["pigment.features"])["version"] == description["version"]
    difference = caffe_difference(
        folder / "caffe.h5", model.trunk, [layer["name"] for layer in description["layers"]],
        description["preprocessing"]["channels"] == "rgb")
    assert difference == 0, (network, "caffe", difference)
    print(json.dumps({"network": network, "format": "caffe, h5py", "difference": difference}))

    if (folder / "extracted.h5").exists():
        with h5py.File(folder / "extracted.h5") as file:
            features, ids = file["features"][:], file["ids"].asstr()[:]
            print(json.dumps({"network": network, "format": "extracted, h5py", "layers": 1,
                              "shape": features.shape, "first": ids[0], "layer": file.attrs["layer"]}))


for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if (folder / "expected.safetensors").exists():
        compare(folder)
print(json.dumps({"worst": worst, "torch": torch.__version__, "torchvision": torchvision.__version__,
                  "onnxruntime": onnxruntime.__version__}))
sys.exit(worst > LIMIT)
