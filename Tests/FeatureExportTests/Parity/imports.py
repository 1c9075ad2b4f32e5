"""Proves that torchvision's state dicts are imported without options and give torchvision's features.

    imports.py [--pigment PROGRAM] [MODEL...]

Random weights of each model at full width, saved as users have them: safetensors and files of torch.save
(zip, deflated, before PyTorch 1.6), behind prefixes, within a checkpoint, in half precision and bfloat16.
`pigment import FILE --output ARCHIVE` must recognize each; the features that `pigment extract` writes of
drawn pictures are compared with those of the model itself, at its last feature layer. One JSON line for
each; the limit is 1e-5 of the largest value. Needs torch, torchvision, safetensors, h5py, Pillow.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

import h5py
import numpy
import torch
from PIL import Image
from safetensors.torch import save_file

operators = torch.library.Library("torchvision", "FRAGMENT")
while "torchvision" not in sys.modules:
    try:
        import torchvision
    except RuntimeError as error:
        # Wheels for CUDA do not load their operators beside a torch without; models need none of them.
        missing = re.fullmatch(r"operator torchvision::(\w+) does not exist", str(error))
        if not missing:
            raise
        operators.define(f"{missing[1]}(Tensor x) -> Tensor")
        for name in [name for name in sys.modules if name.startswith("torchvision")]:
            del sys.modules[name]

LIMIT, COUNT, SIDE = 1e-5, 4, 224


def saved(state, path):
    torch.save(state, path)


def legacy(state, path):
    torch.save(state, path, _use_new_zipfile_serialization=False)


def deflated(state, path):
    torch.save(state, path)
    with zipfile.ZipFile(path) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, data in members:
            new.writestr(name, data)


def prefixed(prefix):
    return lambda state: {prefix + name: tensor for name, tensor in state.items()}


def checkpoint(state):
    return {"epoch": 90, "arch": "x", "state_dict": prefixed("module.")(state),
            "best_acc1": torch.tensor(70.0), "optimizer": {"state": {}, "param_groups": [{"lr": 0.1}]}}


def converted(dtype):
    return lambda state: {
        name: tensor.to(dtype) if tensor.is_floating_point() else tensor
        for name, tensor in state.items()}


# The model, how its state dict is changed, how it is saved, and the type that weights are rounded to.
CASES = {
    "vgg11": (None, saved, None), "vgg11_bn": (prefixed("module."), saved, None),
    "vgg13": (None, legacy, None), "vgg13_bn": (converted(torch.float16), saved, torch.float16),
    "vgg16": (None, save_file, None), "vgg16_bn": (prefixed("backbone."), save_file, None),
    "vgg19": (converted(torch.bfloat16), saved, torch.bfloat16),
    "vgg19_bn": (None, deflated, None),
    "alexnet": (None, saved, None), "resnet18": (checkpoint, saved, None),
    "resnet34": (prefixed("model."), save_file, None), "resnet50": (None, deflated, None),
}


def drawn(name, dtype):
    """torchvision's model with weights that look trained, rounded to a type."""
    torch.manual_seed(1)
    model = getattr(torchvision.models, name)(weights=None)
    if name.startswith("vgg"):
        # What its layers are does not matter, and at full size they are four fifths of the file.
        model.classifier = torch.nn.Sequential(torch.nn.Linear(512, 3))
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for tensor in (module.running_var, module.weight.data):
                tensor.uniform_(0.5, 2)
            for tensor in (module.running_mean, module.bias.data):
                tensor.uniform_(-0.3, 0.3)
    if dtype:
        model = model.to(dtype).float()
    return model.eval()


def features(model, x):
    """What a model makes of pictures before its classifier."""
    if hasattr(model, "features"):
        return model.features(x)
    x = model.maxpool(model.relu(model.bn1(model.conv1(x))))
    return model.layer4(model.layer3(model.layer2(model.layer1(x))))


def pigment(program, *arguments):
    """Runs the program; what it says about a failure is the failure."""
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"pigment {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stderr}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("models", nargs="*")
    parser.add_argument("--pigment", default=".build/release/pigment")
    options = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        folder = pathlib.Path(folder)
        (folder / "pictures").mkdir()
        noise = torch.rand(COUNT, 3, 9, 9, generator=torch.Generator().manual_seed(4))
        pictures = torch.nn.functional.interpolate(noise, (SIDE, SIDE), mode="bicubic").clamp(0, 1)
        pictures = (255 * pictures).byte()
        for number, picture in enumerate(pictures):
            Image.fromarray(picture.permute(1, 2, 0).numpy()).save(folder / f"pictures/{number}.png")
        pigment(options.pigment, "data", "build", "folder", folder / "pictures", "--unlabelled",
                "--output", folder / "pictures.h5")
        mean = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
        deviation = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)
        x = (pictures.float() / 255 - mean) / deviation
        for name in options.models or CASES:
            change, save, dtype = CASES[name]
            model = drawn(name, dtype)
            state = model.state_dict()
            path = folder / ("weights.safetensors" if save is save_file else "weights.pth")
            save(change(state) if change else state, path)
            said = pigment(options.pigment, "import", path, "--force", "--output",
                           folder / "imported.safetensors")
            lines = [line for line in said.splitlines() if line.startswith("recognized")]
            layer = "layer4" if name.startswith("resnet") else "pool5"
            pigment(options.pigment, "extract", folder / "imported.safetensors", folder / "pictures.h5",
                    "--layer", layer, "--force", "--output", folder / "extracted.h5")
            with h5py.File(folder / "extracted.h5") as file:
                found = file["features"][:][numpy.argsort(file["ids"].asstr()[:])]
            expected = features(model, x).numpy()
            assert found.shape == expected.shape, (name, found.shape, expected.shape)
            difference = float(numpy.abs(found - expected).max() / numpy.abs(expected).max())
            worst = max(worst, difference)
            print(json.dumps({"model": name, "file": path.suffix, "megabytes": path.stat().st_size >> 20,
                              "said": lines[0], "difference": float(f"{difference:.2e}")}), flush=True)
            path.unlink()
    print(json.dumps({"worst": float(f"{worst:.2e}"), "torch": torch.__version__,
                      "torchvision": torchvision.__version__}))
    sys.exit(worst > LIMIT)


if __name__ == "__main__":
    main()
