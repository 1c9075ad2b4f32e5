#!/usr/bin/env bash
# Times Pigment, beside PyTorch where `make bench-peer` has prepared it, and writes results/benchmarks.
# Usage: scripts/bench.sh [PATTERN…]       such as step/ or convolution/eccv16; without one, everything
# DATA=voc2012.h5 names a dataset of JPEG pictures for feed and reads, ROUNDS a number of rounds, NAME the table.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product pigment-benchmarks
python=${PIGMENT_PYTHON:-build/peer/bin/python}
options=()
if [ -x "$python" ]; then
  options=(--peer "$python")
else
  echo "bench: no $python; Pigment is timed alone (make bench-peer prepares PyTorch)" >&2
fi
[ -z "${DATA:-}" ] || options+=(--data "$DATA")
mkdir -p results/benchmarks
.build/release/pigment-benchmarks compare "${options[@]}" --rounds "${ROUNDS:-3}" \
  --output "results/benchmarks/${NAME:-cpu}.md" "$@"
if [ -n "${DATA:-}" ] && [ $# -eq 0 ]; then
  .build/release/pigment-benchmarks growth --data "$DATA" --output results/benchmarks
fi
