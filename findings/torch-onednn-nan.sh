#!/usr/bin/env bash
# PyTorch's oneDNN tensors lose NaN in rectifiers and in max pooling.
#
# Guess: x.to_mkldnn(), and torch.utils.mkldnn.to_mkldnn(model) with it, run the same network by other
#   kernels: what is NaN stays NaN, as it does in every layout of ordinary tensors.
# Happens: relu makes 0 of NaN, and max_pool2d passes over it: a pool whose every number is NaN gives the
#   lowest number there is (which the next layer turns into more large numbers). The ordinary kernels,
#   contiguous and channels_last, give NaN.
# Matters: a network that diverged or a file of damaged weights is found by the NaN that reaches the
#   features. Through oneDNN tensors such a network gives features that are all finite, are stored, and
#   are compared with others; a check of the outputs for NaN cannot fail.
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
from torch import nn
from torch.nn import functional
from torch.utils import mkldnn

print(f"torch {torch.__version__}, oneDNN available: {torch.backends.mkldnn.is_available()}")
nan = float("nan")
x = torch.randn(1, 8, 8, 8, generator=torch.Generator().manual_seed(1))
x[0, 2, 1, 1] = nan
x[0, 5, 2:4, 2:4] = nan
kinds = {"contiguous": lambda x: x, "channels_last": lambda x: x.to(memory_format=torch.channels_last),
         "oneDNN": lambda x: x.to_mkldnn()}
functions = {"relu": functional.relu, "max_pool2d": lambda x: functional.max_pool2d(x, 2)}
counts = {}
for what, function in functions.items():
    for kind, convert in kinds.items():
        y = function(convert(x))
        y = y.to_dense() if kind == "oneDNN" else y
        counts[what, kind] = int(y.isnan().sum())
        places = y[0, 5, 2:4, 2:4] if what == "relu" else y[0, 5, 1, 1]
        print(f"{what:10}  {kind:13}  NaN: {counts[what, kind]}   of NaN alone: "
              f"{sorted(set(map(str, places.flatten().tolist())))}")
model = nn.Sequential(nn.Conv2d(8, 4, 3), nn.ReLU(), nn.MaxPool2d(2)).eval()
with torch.no_grad():
    model[0].weight[1, 0, 0, 0] = nan
    good = torch.ones(1, 8, 8, 8)
    usual = model(good)
    other = mkldnn.to_mkldnn(model)(good.to_mkldnn()).to_dense()
print(f"a network with one weight that is NaN: {int(usual.isnan().sum())} features are NaN; "
      f"as oneDNN tensors {int(other.isnan().sum())}")
same = (all(counts[what, kind] > 0 for what in functions for kind in ("contiguous", "channels_last"))
        and all(counts[what, "oneDNN"] == 0 for what in functions)
        and usual.isnan().any() and not other.isnan().any())
print("as described" if same else "this has changed")
sys.exit(not same)
PYTHON
