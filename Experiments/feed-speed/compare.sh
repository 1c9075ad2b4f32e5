#!/usr/bin/env bash
# The feeding of pretraining beside PyTorch's DataLoader, in turn, in one run.
# Usage: PIGMENT_PYTHON=… Experiments/feed-speed/compare.sh DATA.h5 [options of both]
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -ge 1 ] || { echo "usage: compare.sh DATA.h5 [--batches N] [--size N] …" >&2; exit 64; }
python=${PIGMENT_PYTHON:-python3}
swift build -c release --product pigment-benchmarks >&2
for round in 1 2; do
  for threads in 1 2; do
    echo "pigment, $threads"
    .build/release/pigment-benchmarks feed "$@" --threads "$threads"
    echo "pytorch, $threads"
    "$python" Experiments/feed-speed/pytorch_feed.py "$@" --threads "$threads"
  done
done
