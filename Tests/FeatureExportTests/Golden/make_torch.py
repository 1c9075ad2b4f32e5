"""Makes the files of torch.save that TorchFileTests reads, and what PyTorch computes with them.

    make_torch.py

Networks of torchvision at a sixty-fourth of their width, written by hand so that torch alone is needed,
with random weights: in the zip format (stored, and deflated by another program), in the one before
PyTorch 1.6, in half precision and bfloat16, as a training checkpoint behind DataParallel, and with
strides and storages as tensors have them that were transposed or cut from others. torch.json has the
features of each. Made with torch 2.13.0.
"""
import collections
import json
import os
import zipfile

import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE = 64


def alexnet():
    """torchvision's alexnet.py: 64, 192, 384, 256, 256 channels."""
    relu, pool = nn.ReLU(), nn.MaxPool2d(3, 2)
    return nn.Sequential(collections.OrderedDict(features=nn.Sequential(
        nn.Conv2d(3, 1, 11, 4, 2), relu, pool, nn.Conv2d(1, 3, 5, padding=2), relu, pool,
        nn.Conv2d(3, 6, 3, padding=1), relu, nn.Conv2d(6, 4, 3, padding=1), relu,
        nn.Conv2d(4, 4, 3, padding=1), relu, pool)))


def vgg11(normalized):
    """torchvision's vgg.py, configuration A."""
    layers, inputs = [], 3
    for width in [1, "M", 2, "M", 4, 4, "M", 8, 8, "M", 8, 8, "M"]:
        if width == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers.append(nn.Conv2d(inputs, width, 3, padding=1))
        layers += [nn.BatchNorm2d(width)] if normalized else []
        layers.append(nn.ReLU())
        inputs = width
    return nn.Sequential(collections.OrderedDict(
        features=nn.Sequential(*layers), classifier=nn.Sequential(nn.Linear(8, 3))))


class Block(nn.Module):
    """torchvision's BasicBlock."""

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = None
        if stride > 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet18(nn.Module):
    """torchvision's resnet18."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(1)
        self.layer1 = nn.Sequential(Block(1, 1, 1), Block(1, 1, 1))
        self.layer2 = nn.Sequential(Block(1, 2, 2), Block(2, 2, 1))
        self.layer3 = nn.Sequential(Block(2, 4, 2), Block(4, 4, 1))
        self.layer4 = nn.Sequential(Block(4, 8, 2), Block(8, 8, 1))
        self.fc = nn.Linear(8, 5)

    def features(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


def drawn(model, seed):
    """The model with random weights that look trained."""
    torch.manual_seed(seed)
    for name, tensor in list(model.named_parameters()) + list(model.named_buffers()):
        if not tensor.is_floating_point():
            tensor.fill_(7)
        elif tensor.dim() > 1:
            tensor.data.normal_(0, (2 / tensor[0].numel()) ** 0.5)
        elif name.endswith("running_var") or name.endswith("bn.weight"):
            tensor.data.uniform_(0.5, 2)
        else:
            tensor.data.uniform_(0.1, 0.5)
    return model.eval()


def features(model):
    """What the model makes of the input of the tests."""
    count = 3 * SIDE * SIDE
    x = (torch.arange(count) * 7919 % 1000).float() / 500 - 1
    with torch.no_grad():
        return model.features(x.reshape(1, 3, SIDE, SIDE)).flatten().tolist()


def deflated(path):
    """Packs a file anew, as zip programs do."""
    with zipfile.ZipFile(path) as old:
        members = [(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members:
            new.writestr(zipfile.ZipInfo(name, (2026, 12, 2, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def main():
    results = {}

    def save(name, value, model, **options):
        torch.save(value, f"{HERE}/{name}", **options)
        results[name] = features(model)

    model = drawn(alexnet(), 1)
    save("alexnet.pth", model.state_dict(), model)
    for name, dtype in [("half", torch.float16), ("bfloat16", torch.bfloat16)]:
        rounded = drawn(alexnet(), 1).to(dtype)
        save(f"alexnet-{name}.pth", rounded.state_dict(), rounded.float())
        # float() is in place: save again what was meant.
        torch.save(drawn(alexnet(), 1).to(dtype).state_dict(), f"{HERE}/alexnet-{name}.pth")
    double = drawn(alexnet(), 1).double()
    torch.save(double.state_dict(), f"{HERE}/alexnet-double.pth", pickle_protocol=4)
    results["alexnet-double.pth"] = features(model)

    # Channels last, biases cut from one storage, parameters instead of tensors.
    state = model.state_dict()
    biases = torch.cat([state[name] for name in state if name.endswith("bias")])
    start, strided = 0, collections.OrderedDict()
    for name, tensor in state.items():
        if tensor.dim() == 4:
            strided[name] = nn.Parameter(tensor.contiguous(memory_format=torch.channels_last))
        else:
            strided[name] = biases[start:start + tensor.numel()]
            start += tensor.numel()
    save("alexnet-strided.pth", strided, model)

    model = drawn(vgg11(False), 2)
    save("vgg11-legacy.pth", model.state_dict(), model, _use_new_zipfile_serialization=False)
    model = drawn(vgg11(True), 3)
    save("vgg11_bn-deflated.pth", model.state_dict(), model)
    deflated(f"{HERE}/vgg11_bn-deflated.pth")

    model = drawn(ResNet18(), 4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    wrapped = {f"module.{name}": tensor for name, tensor in model.state_dict().items()}
    checkpoint = {"epoch": 3, "arch": "resnet18", "state_dict": wrapped,
                  "best_acc1": torch.tensor(71.5), "optimizer": optimizer.state_dict()}
    save("resnet18-checkpoint.pth", checkpoint, model)

    with open(f"{HERE}/torch.json", "w") as file:
        json.dump({"side": SIDE, "torch": torch.__version__, "features": results}, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
