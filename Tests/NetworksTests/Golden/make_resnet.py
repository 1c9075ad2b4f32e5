"""Makes resnet.json: what torchvision's ResNets give for weights that a formula states.

    python3 make_resnet.py

Needs torch and torchvision; the file says which versions made it. Weights and inputs are functions
of a tensor's name and an element's place, so that only a few numbers of each output and gradient
have to be kept.
"""
import json
import math
import pathlib
import zlib

import numpy
import torch
import torchvision

SIDE = 64


def noise(name, shape):
    """Numbers from -0.5 to 0.5 that depend on the name and the place alone."""
    count = math.prod(shape)
    seed = zlib.crc32(name.encode())
    u = (numpy.arange(count, dtype=numpy.uint64) * 2654435761 + seed) & 0xFFFFFFFF
    for factor in (0x45D9F3B, 0x45D9F3B):
        u = ((u ^ (u >> 16)) * factor) & 0xFFFFFFFF
    u = u ^ (u >> 16)
    return torch.from_numpy((u.astype(numpy.float64) / 2**32 - 0.5).reshape(shape))


def value(name, tensor):
    x = noise(name, tuple(tensor.shape))
    kind = name.rsplit(".", 1)[1]
    if tensor.dim() == 4:
        # The variance of He's initialization.
        return x * math.sqrt(12 * 2 / math.prod(tensor.shape[1:]))
    if kind in ("weight", "running_var"):
        return 1 + 0.4 * x
    return 0.4 * x


def prepared(model, dtype):
    model = model.to(dtype)
    state = {
        name: tensor if name.endswith("num_batches_tracked") else value(name, tensor).to(dtype)
        for name, tensor in model.state_dict().items() if not name.startswith("fc.")}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert sorted(missing) == ["fc.bias", "fc.weight"] and not unexpected
    return model


def layers(model, x):
    """The output of each of our layers, in order."""
    found = {}
    for name in ("conv1", "bn1", "relu", "maxpool"):
        x = getattr(model, name)(x)
        if name != "bn1":  # rectified in place
            found[name] = x
    for number in range(1, 5):
        for block, module in getattr(model, f"layer{number}").named_children():
            x = module(x)
            found[f"layer{number}.{block}"] = x
    return found


def summary(tensor):
    flat = tensor.detach().double().flatten()
    places = [i * (len(flat) - 1) // 7 for i in range(8)]
    return {"shape": list(tensor.shape), "sum": flat.sum().item(), "size": flat.abs().sum().item(),
            "largest": flat.abs().max().item(),
            "values": [flat[i].item() for i in places]}


def rows(part):
    """A table with a line for each tensor."""
    lines = []
    for key, value in part.items():
        nested = isinstance(value, dict) and "values" not in value
        lines.append(f'"{key}": ' + (rows(value) if nested else json.dumps(value)))
    return "{\n" + ",\n".join(lines) + "}"


def main():
    result = {"torch": torch.__version__, "torchvision": torchvision.__version__, "side": SIDE}
    models = {
        "resnet18": torchvision.models.resnet18(),
        "resnet34": torchvision.models.resnet34(),
        "resnet50": torchvision.models.resnet50(),
        "resnet50 dilated": torchvision.models.resnet50(
            replace_stride_with_dilation=[False, True, True])}
    x = noise("input", (2, 3, SIDE, SIDE))
    for name, model in models.items():
        with torch.no_grad():
            # In double precision, so that what is kept has no rounding of its own.
            found = layers(prepared(model, torch.float64).eval(), x)
        result[name] = {layer: summary(output) for layer, output in found.items()}

    # One training step in double precision: gradients, and running statistics afterwards.
    model = prepared(models["resnet18"], torch.float64).train()
    output = layers(model, x)["layer4.1"]
    loss = (output * noise("cotangent", tuple(output.shape))).sum()
    loss.backward()
    result["step"] = {
        "loss": loss.item(),
        "gradients": {name: summary(parameter.grad) for name, parameter in model.named_parameters()
                      if not name.startswith("fc.")},
        "statistics": {name: summary(tensor) for name, tensor in model.named_buffers()
                       if not name.endswith("num_batches_tracked")}}
    file = pathlib.Path(__file__).parent / "resnet.json"
    parts = [f'"{key}": ' + (json.dumps(part) if not isinstance(part, dict) else rows(part))
             for key, part in result.items()]
    file.write_text("{\n" + ",\n".join(parts) + "\n}\n")


main()
