#!/usr/bin/env bash
# PyTorch's batch normalization on the CPU is wrong in channels_last where the mean is far from 0.
#
# Guess: memory_format=torch.channels_last changes the speed of nn.BatchNorm2d in training, and of its
#   result at most the last bits; both layouts find mean and variance of the same numbers.
# Happens: contiguous tensors get the mean and variance of every channel to single precision. In
#   channels_last a channel with mean 1000 and standard deviation 1 comes out shifted or scaled by units
#   (its outputs should be between -5 and 5), running_var is several times too large, and what comes out
#   depends on the number of threads. At a mean of 10 the error is already hundreds of times that of the
#   other layout. No error, no warning.
# Matters: channels_last is the advice for faster convolutions on CPUs, and recipes set it in one line.
#   Inputs that nobody scaled (16-bit pictures, depth, counts), and channels behind a layer with a large
#   bias, then learn from statistics that are not theirs, and a network trained with one number of threads
#   is not repeated with another. Who compares two toolkits through such a layer looks for the difference
#   in the other one.
#
# Needs python3 with venv, and pip. Exits with 0 where all of this is so, with 1 where it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet numpy==2.4.6 torch==2.13.0
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import torch

print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}")
generator = torch.Generator().manual_seed(1)
noise = torch.randn(32, 16, 112, 112, generator=generator)
formats = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}


def expected(x):
    x = x.double()
    mean, variance = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), unbiased=False, keepdim=True)
    return (x - mean) / (variance + 1e-5).sqrt()


found, outputs = {}, {}
print("threads   mean  layout         largest error of an output   running_var (should be 1)")
for mean in (10, 1000, 10000):
    x = noise + mean
    right = expected(x)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for name, layout in formats.items():
            normalization = torch.nn.BatchNorm2d(16, momentum=1.0)
            with torch.no_grad():
                y = normalization(x.contiguous(memory_format=layout))
            error = (y.double() - right).abs().max().item()
            found[mean, threads, name], outputs[mean, threads, name] = error, y.contiguous()
            variance = normalization.running_var
            print(f"{threads:7}  {mean:5}  {name:13}  {error:26.1e}   "
                  f"{variance.min().item():.3f} to {variance.max().item():.3f}")
same = torch.equal(outputs[10000, 1, "channels_last"], outputs[10000, 2, "channels_last"])
print(f"channels_last on one and on two threads give the same numbers: {same}")
holds = (not same
         and all(error < 1e-2 for (_, _, name), error in found.items() if name == "contiguous")
         and all(found[mean, threads, "channels_last"] > 20 * found[mean, threads, "contiguous"]
                 for mean in (10, 1000, 10000) for threads in (1, 2))
         and all(found[10000, threads, "channels_last"] > 1 for threads in (1, 2)))
print("as described" if holds else "this has changed")
sys.exit(not holds)
PYTHON
