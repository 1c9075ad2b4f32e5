#!/usr/bin/env bash
# Times whole training steps of ECCV16 (176x176, batch 4, f32, 2 threads), in turn with PyTorch where
# a Python with torch is named: PIGMENT_PYTHON=/path/to/venv/bin/python scripts/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product pigment-benchmarks
rounds=${ROUNDS:-3}
for round in $(seq "$rounds"); do
  echo "round $round: pigment"
  /usr/bin/env .build/release/pigment-benchmarks step
  if [ -n "${PIGMENT_PYTHON:-}" ]; then
    echo "round $round: PyTorch, channels_last"
    "$PIGMENT_PYTHON" Experiments/cpu-speed/pytorch_step.py
  fi
done
[ -n "${PIGMENT_PYTHON:-}" ] || echo "bench: set PIGMENT_PYTHON to a Python with torch to time it beside"
