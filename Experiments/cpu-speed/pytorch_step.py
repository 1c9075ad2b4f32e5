"""One training step of ECCV16 in PyTorch: the peer that `compare.sh` times beside Pigment.

Prints one JSON line per counted step ({"seconds": …}) and a last one with the peak resident memory.
Needs torch; a user of Pigment needs neither this script nor Python.
"""
import argparse
import json
import resource
import time

import torch
from torch import nn


def conv(i, o, stride=1, dilation=1):
    return [nn.Conv2d(i, o, 3, stride, dilation, dilation), nn.ReLU(inplace=True)]


def network():
    layers, i = [], 1
    for o, count, stride, dilation in [
        (64, 2, 2, 1), (128, 2, 2, 1), (256, 3, 2, 1), (512, 3, 1, 1),
        (512, 3, 1, 2), (512, 3, 1, 2), (512, 3, 1, 1),
    ]:
        for n in range(count):
            layers += conv(i, o, stride if n == count - 1 else 1, dilation)
            i = o
        layers.append(nn.BatchNorm2d(o, affine=False))
    layers += [nn.ConvTranspose2d(512, 256, 4, 2, 1), nn.ReLU(inplace=True)]
    layers += conv(256, 256) + conv(256, 256) + [nn.Conv2d(256, 313, 1)]
    return nn.Sequential(*layers)


parser = argparse.ArgumentParser()
parser.add_argument("--batch", type=int, default=4)
parser.add_argument("--size", type=int, default=176)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--warmup", type=int, default=2)
parser.add_argument("--memory", choices=["contiguous", "channels_last"], default="channels_last")
parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
arguments = parser.parse_args()

torch.set_num_threads(arguments.threads)
torch.manual_seed(0)
model = network()
rows = arguments.size // 4
x = torch.rand(arguments.batch, 1, arguments.size, arguments.size) - 0.5
bins = torch.randint(0, 313, (arguments.batch, 10, rows, rows))
shares = torch.softmax(torch.rand(arguments.batch, 10, rows, rows), 1)
weights = torch.rand(arguments.batch, rows, rows)
if arguments.memory == "channels_last":
    model = model.to(memory_format=torch.channels_last)
    x = x.to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(
    model.parameters(), lr=3e-5, betas=(0.9, 0.99), weight_decay=1e-3, foreach=True)

for step in range(arguments.warmup + arguments.steps):
    begin = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=arguments.precision == "bf16"):
        logits = model(x)
    logp = torch.log_softmax(logits.float(), 1)
    # The sparse form of the soft-target cross-entropy: ten gathers instead of 313 dense products.
    losses = -(torch.gather(logp, 1, bins) * shares).sum(1)
    loss = (losses * weights).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    loss.item()
    if step >= arguments.warmup:
        print(json.dumps({"seconds": time.perf_counter() - begin}), flush=True)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"peak_bytes": peak * 1024, "torch": torch.__version__}))
