#!/usr/bin/env bash
# Times whole training steps of ECCV16 (176x176, batch 4, f32, 2 threads) and prints medians and peak memory.
# Beside PyTorch, in turn, where a Python with torch is named:
#
#   PIGMENT_PYTHON=/path/to/venv/bin/python [ROUNDS=3] scripts/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product pigment-benchmarks
python=${PIGMENT_PYTHON:-}
lines=$(mktemp -d)
trap 'rm -rf "$lines"' EXIT
for round in $(seq "${ROUNDS:-3}"); do
  echo "bench: round $round" >&2
  .build/release/pigment-benchmarks step >>"$lines/pigment"
  [ -z "$python" ] || "$python" Experiments/cpu-speed/pytorch_step.py >>"$lines/PyTorch"
done

# From the JSON lines of one program: median, minimum and maximum of the seconds, and the peak in MB.
summary() {
  sed -n 's/^{"seconds": \([0-9.e-]*\)}.*/\1/p' "$1" | sort -g | awk -v peak="$(
    sed -n 's/.*"peak_bytes": \([0-9]*\).*/\1/p' "$1" | sort -n | tail -n 1)" '
    { s[NR] = $1 }
    END {
      m = NR % 2 ? s[(NR + 1) / 2] : (s[NR / 2] + s[NR / 2 + 1]) / 2
      printf "%.3f %.3f %.3f %d %.0f\n", m, s[1], s[NR], NR, peak / 1e6
    }'
}
printf '\n%-10s %10s %19s %6s %10s\n' program median,s range,s steps peak,MB
for program in pigment PyTorch; do
  [ -s "$lines/$program" ] || continue
  read -r median least most count peak <<<"$(summary "$lines/$program")"
  printf '%-10s %10s %9s - %7s %6s %10s\n' "$program" "$median" "$least" "$most" "$count" "$peak"
  [ "$program" != pigment ] || ours=("$median" "$peak")
  [ "$program" != PyTorch ] || awk -v a="${ours[0]}" -v b="$median" -v m="${ours[1]}" -v n="$peak" \
    'BEGIN { printf "\npigment is %.2f times as fast as PyTorch and needs %.2f of its memory\n", b / a, m / n }'
done
[ -n "$python" ] || echo "bench: set PIGMENT_PYTHON to a Python with torch to time it beside"
