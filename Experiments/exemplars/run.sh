#!/usr/bin/env bash
# Graph cuts of photographs by Pigment and by gco-wrapper, in turn; costs must agree.
#
#   Experiments/exemplars/run.sh DATA [FOLDER]
#
# DATA is a dataset of photographs. PYTHON is a Python with numpy and gco-wrapper, COUNT how many
# problems, ROUNDS how often each is solved, SMOOTHNESS the smoothness. Prints a table.
set -euo pipefail
data=$(realpath "$1") folder=$(realpath -m "${2:-build/expansion}")
cd "$(dirname "$0")/../.."
program=${BENCHMARKS:-.build/release/pigment-benchmarks}
rm -rf "$folder"
"$program" expansion write "$data" --count "${COUNT:-5}" --smoothness "${SMOOTHNESS:-1}" \
  --output "$folder"
"${PYTHON:-python3}" Experiments/exemplars/compare.py "$program" "$folder" "${ROUNDS:-3}"
