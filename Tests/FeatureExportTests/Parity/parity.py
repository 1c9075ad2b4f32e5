"""Proves every export of a network outside Pigment, as a new user would.

    parity.py SOURCE... [--pigment PROGRAM] [--pictures FOLDER] [--keep FOLDER] [--classifier]

SOURCE is what `pigment export` takes: a checkpoint, the folder of a run, or a feature archive; or the
name of one of torchvision's models (vgg16, vgg16_bn, resnet18, resnet34, resnet50), which is then imported with random weights at
full width and must come back as it was. Needs torch, torchvision, safetensors, onnx, onnxruntime, h5py.

16 pictures (photographs spread over FOLDER, else drawn colors) go through `pigment extract`, layer by
layer; what it writes is compared with what PyTorch, torchvision, ONNX Runtime and a small reading of
Caffe's files make of the exports of the same network. One JSON line per comparison: the largest
difference, relative to the largest value of a layer. Exits with 1 where one is over 1e-4. An ONNX model
also gets the image that lies beside it, in both evaluators: ONNX Runtime and onnx's reference.
"""
import argparse
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy
import onnx
import onnxruntime
import torch
import torchvision
from onnx.reference import ReferenceEvaluator
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import caffe

COUNT, LIMIT = 16, 1e-4
TORCHVISION = {name: getattr(torchvision.models, name)
               for name in ("vgg16", "vgg16_bn", "resnet18", "resnet34", "resnet50")}


class Parity:
    """One network and its exports in a folder."""

    def __init__(self, name, folder, program):
        self.name, self.folder, self.program = name, folder, program
        self.worst = 0.0

    def pigment(self, *arguments):
        """Runs the program; what it says about a failure is the failure."""
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"pigment {' '.join(map(str, arguments))}: status {done.returncode}\n{done.stderr}")

    def report(self, form, outputs):
        """Compares outputs by layer with the extracted features, and prints the largest difference."""
        largest = 0.0
        for layer, output in outputs.items():
            expected, found = self.expected[layer], numpy.asarray(output)
            assert found.shape == expected.shape, (self.name, form, layer, found.shape, expected.shape)
            assert numpy.isfinite(found).all(), (self.name, form, layer)
            scale = max(float(numpy.abs(expected).max()), 1e-30)
            largest = max(largest, float(numpy.abs(found - expected).max()) / scale)
        self.worst = max(self.worst, largest)
        print(json.dumps({"network": self.name, "format": form, "layers": len(outputs),
                          "difference": float(f"{largest:.2e}")}), flush=True)

    def prepare(self, source, pictures):
        """Exports the network as an archive, and extracts every layer's features of the pictures."""
        folder = self.folder
        self.pigment("export", source, "--output", folder / "features.safetensors")
        with safe_open(folder / "features.safetensors", "pt") as file:
            self.description = json.loads(file.metadata()["pigment.features"])
        self.layers = [layer["name"] for layer in self.description["layers"]]
        self.pictures = squares(pictures, self.description["preprocessing"]["size"])
        (folder / "pictures").mkdir()
        for number, picture in enumerate(self.pictures):
            torchvision.io.write_png(picture, str(folder / f"pictures/{number:02}.png"))
        self.pictures = self.pictures.float() / 255
        self.pigment("data", "build", "folder", folder / "pictures", "--unlabelled",
                     "--output", folder / "pictures.h5")
        self.expected = {}
        for layer in self.layers:
            self.pigment("extract", folder / "features.safetensors", folder / "pictures.h5",
                         "--layer", layer, "--force", "--output", folder / "extracted.h5")
            with h5py.File(folder / "extracted.h5") as file:
                order = numpy.argsort(file["ids"].asstr()[:])
                self.expected[layer] = file["features"][:][order]

    def pytorch(self, classifier):
        """The exported module, the archive's own tensors in it, and torchvision's model."""
        folder = self.folder / "pytorch"
        options = ["--classifier"] if classifier else []
        self.pigment("export", self.folder / "features.safetensors", "--format", "pytorch",
                     "--output", folder, *options)
        spec = importlib.util.spec_from_file_location("extractor", folder / "extractor.py")
        self.module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.module)
        model = self.module.Extractor()
        self.input = self.module.prepare(self.pictures)
        self.report("pytorch, extractor.py", model.layers(self.input))
        last = self.layers[-1]
        self.report("pytorch, one layer", {last: model(self.pictures)})
        self.archive(model)
        trunk = self.description["trunk"]
        if trunk["width"] != 1 or trunk["inputChannels"] != 3 or "stem" in trunk:
            return
        name = trunk["architecture"]
        if name == "vgg16" and trunk["batchNormalization"]:
            name = "vgg16_bn"
        elif name not in TORCHVISION or name != "vgg16" and not trunk["batchNormalization"]:
            return
        theirs = TORCHVISION[name](weights=None)
        if not classifier:
            setattr(theirs, "fc" if name.startswith("resnet") else "classifier", torch.nn.Identity())
        theirs.load_state_dict(load_file(folder / "weights.safetensors"), strict=True)
        form = "torchvision, strict=True" + (" with its classifier" if classifier else "")
        self.report(form, {last: features(theirs.eval(), self.input)})

    def archive(self, model):
        """The archive's tensors, put one by one into the modules; none may be left over."""
        file = load_file(self.folder / "features.safetensors")
        tensors = {name.removeprefix("trunk."): tensor for name, tensor in file.items()
                   if name.startswith("trunk.")}
        walk = getattr(self.module, "walk", torch.nn.Module.named_children)
        modules = list(walk(model.trunk))
        for place, (name, module) in enumerate(modules):
            # A numbered module without a name had its own folded away; its rectifier follows.
            layer = self.module.LAYERS.get(name, name)
            if layer.isdigit():
                layer = self.module.LAYERS[modules[place + 1][0]].replace("relu", "conv")
            for key, own in module.state_dict().items():
                if f"{layer}.{key}" in tensors:
                    own.copy_(tensors.pop(f"{layer}.{key}"))
                else:  # what the archive does not keep: gains of 1, offsets of 0, a count
                    kind = key.split(".")[-1]
                    assert kind in ("weight", "bias", "num_batches_tracked"), (layer, key)
                    assert kind == "num_batches_tracked" or bool((own == (kind == "weight")).all()), layer
        assert not tensors, sorted(tensors)
        self.report("archive, safetensors", model.layers(self.input))

    def onnx(self):
        """The model with its preprocessing and every layer for an output, fully checked."""
        path = self.folder / "model.onnx"
        self.pigment("export", self.folder / "features.safetensors", "--format", "onnx", "--output", path,
                     *[word for layer in self.layers for word in ("--layer", layer)])
        onnx.checker.check_model(str(path), full_check=True)
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        assert names == self.layers, names
        outputs = session.run(names, {"image": self.pictures.numpy()})
        self.report("onnx, full check", dict(zip(names, outputs)))
        golden = load_file(f"{path}.golden.safetensors")
        image = {"image": golden["image"].numpy()}
        self.expected, features = {name: golden[f"output.{name}"].numpy() for name in names}, self.expected
        self.report("onnx, golden image", dict(zip(names, session.run(names, image))))
        evaluator = ReferenceEvaluator(str(path))
        self.report("onnx, golden image, reference", dict(zip(names, evaluator.run(names, image))))
        self.expected = features

    def caffe(self):
        """The weights in HDF5 and the prototxt, and nothing else; blue comes first."""
        path = self.folder / "caffe.h5"
        if self.description["trunk"]["architecture"].startswith("resnet"):
            return  # refused: the format holds layers in a row
        self.pigment("export", self.folder / "features.safetensors", "--format", "caffe", "--output", path)
        is_rgb = self.description["preprocessing"]["channels"] == "rgb"
        data = self.input.flip(1) if is_rgb else self.input
        blobs = caffe.run(pathlib.Path(f"{path}.prototxt").read_text(), path, data)
        self.report("caffe, h5py", {layer: blobs[layer] for layer in self.layers})


def photographs(folder):
    """Paths spread evenly over a folder; none where there is no folder."""
    paths = sorted(path for path in pathlib.Path(folder).rglob("*")
                   if path.suffix.lower() in (".jpg", ".jpeg", ".png")) if folder else []
    return [paths[number * len(paths) // COUNT] for number in range(COUNT)] if len(paths) >= COUNT else []


def squares(paths, side):
    """Pictures [16, 3, side, side] of bytes: the middles of photographs, else smooth drawn colors."""
    if not paths:
        noise = torch.rand(COUNT, 3, 9, 9, generator=torch.Generator().manual_seed(4))
        return (255 * torch.nn.functional.interpolate(noise, (side, side), mode="bicubic").clamp(0, 1)).byte()
    tools = torchvision.transforms.functional
    mode = torchvision.io.ImageReadMode.RGB
    pictures = (torchvision.io.read_image(str(path), mode) for path in paths)
    return torch.stack([
        tools.center_crop(tools.resize(picture, side, antialias=True), side) for picture in pictures])


def features(model, x):
    """What one of torchvision's models makes of pictures before its classifier."""
    if hasattr(model, "features"):
        return model.features(x)
    x = model.maxpool(model.relu(model.bn1(model.conv1(x))))
    return model.layer4(model.layer3(model.layer2(model.layer1(x))))


def imported(name, parity):
    """An archive of torchvision's model with random weights, and that model."""
    torch.manual_seed(1)
    model = TORCHVISION[name](weights=None)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for tensor in (module.running_var, module.weight.data):
                tensor.uniform_(0.5, 2)
            for tensor in (module.running_mean, module.bias.data):
                tensor.uniform_(-0.3, 0.3)
    source = parity.folder / "torchvision.safetensors"
    save_file(model.state_dict(), source)
    options = ["--no-batch-normalization"] if name == "vgg16" else ["--affine"]
    parity.pigment("import", source, "--output", parity.folder / "imported.safetensors", "--architecture",
                   name.removesuffix("_bn"), "--channels", "rgb", "--size", 96, "--ignore", "classifier.",
                   "--ignore", "fc.", *options)
    return parity.folder / "imported.safetensors", model.eval()


def prove(source, folder, options, paths):
    """Every comparison of one network; the largest difference."""
    parity = Parity(pathlib.Path(source).stem, folder, options.pigment)
    model = None
    if source in TORCHVISION:
        source, model = imported(source, parity)
    with torch.no_grad():
        parity.prepare(source, paths)
        parity.pytorch(options.classifier)
        parity.onnx()
        parity.caffe()
        if model:
            parity.report("the model it came from", {parity.layers[-1]: features(model, parity.input)})
    return parity.worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sources", nargs="+")
    parser.add_argument("--pigment", default=".build/release/pigment")
    parser.add_argument("--pictures")
    parser.add_argument("--keep", help="a new folder that keeps the exports")
    parser.add_argument("--classifier", action="store_true", help="VGG-16: with torchvision's classifier")
    options = parser.parse_args()
    paths, worst = photographs(options.pictures), 0.0
    for number, source in enumerate(options.sources):
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(options.keep, str(number)) if options.keep else pathlib.Path(folder)
            place.mkdir(parents=True, exist_ok=not options.keep)
            worst = max(worst, prove(source, place, options, paths))
    print(json.dumps({"networks": len(options.sources), "pictures": "photographs" if paths else "drawn",
                      "worst": float(f"{worst:.2e}"), "torch": torch.__version__,
                      "torchvision": torchvision.__version__, "onnxruntime": onnxruntime.__version__}))
    sys.exit(worst > LIMIT)


if __name__ == "__main__":
    main()
