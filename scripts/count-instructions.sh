#!/usr/bin/env bash
# Counts the instructions of one tiny training step (valgrind's callgrind, one thread) and compares
# them with Experiments/Benchmarks/instructions.txt. Wall time cannot be checked on shared machines;
# instructions can.
# Usage: scripts/count-instructions.sh            compare, and fail beyond the tolerance
#        scripts/count-instructions.sh --record   write the new number
set -euo pipefail
cd "$(dirname "$0")/.."
file=Experiments/Benchmarks/instructions.txt
tolerance=5 # percent: compilers and libraries of other versions differ by less
if [ "${1:-}" != "" ] && [ "$1" != --record ]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
swift build -c release --product pigment-benchmarks >&2

# Older valgrinds cannot read the debugging information of Swift.
program=$(mktemp)
trap 'rm -f "$program"' EXIT
strip -o "$program" .build/release/pigment-benchmarks

# The instructions of a whole process; what starting costs falls out of the difference.
count() {
  OMP_NUM_THREADS=1 valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$program" steps "$1" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
two=$(count 2) six=$(count 6)
[ -n "$two" ] && [ -n "$six" ] || { echo "count: valgrind counted nothing" >&2; exit 1; }
step=$(((six - two) / 4))
if [ "${1:-}" = --record ]; then
  echo "$step" > "$file"
  echo "count: $step instructions a step, written to $file"
  exit
fi
known=$(cat "$file")
awk -v now="$step" -v known="$known" -v tolerance=$tolerance 'BEGIN {
  change = 100 * (now / known - 1)
  printf "count: %d instructions a step, %+.1f %% of the %d known (allowed: %d %%)\n", now, change, known, tolerance
  if (change > tolerance) {
    print "count: the step has become more expensive. If it must, record the new number: make count-record" > "/dev/stderr"
    exit 1
  }
  if (change < -tolerance) {
    print "count: the step has become cheaper. Record the new number, so that it stays so: make count-record" > "/dev/stderr"
    exit 1
  }
}'
