#!/usr/bin/env bash
# Measures one mend on a card, twice, within four minutes: the same step by the program before it and after it, in turn.
#
#   gpu/measure.sh BEFORE AFTER [OUTPUT]
#
# BEFORE and AFTER are folders with a pigment-benchmarks: unpacked bundles, or .build/release of checkouts. First the
# mended program is asked for its launches, then both take turns: before, after, before, after. OUTPUT (a folder) gets
# measure.tsv (a line a measurement: which, outcome, seconds, milliseconds of a step) at once, and the logs. The last
# line compares: each pair's ratio, so that a change smaller than the difference of the two is seen to be none.
# Exit status 1 where something failed.
#   DEVICE=cuda:0  WORKLOAD=step/eccv16/bf16  BATCH=64 SIZE=224 REPEATS=10  OPTIONS='' (of compare)  TOTAL=240
set -uo pipefail
[ $# -ge 2 ] || { sed -n '4p' "$0" >&2; exit 64; }
device=${DEVICE:-cuda:0} workload=${WORKLOAD:-step/eccv16/bf16} total=${TOTAL:-240}
batch=${BATCH:-64} size=${SIZE:-224} repeats=${REPEATS:-10}
before=$(realpath "$1")/pigment-benchmarks after=$(realpath "$2")/pigment-benchmarks
out=$(realpath -m "${3:-gpu-measure}")
for program in "$before" "$after"; do
  [ -x "$program" ] || { echo "measure: there is no $program" >&2; exit 64; }
done
[ ! -e "$out" ] || { echo "measure: $out is there already; name another folder" >&2; exit 64; }
mkdir -p "$out"
failures=0 rounds=4
# What is left is shared by the measurements that are to come; ten seconds are for what does not end.
measure() { # NAME, rest of the measurements, COMMAND…
  local name=$1 start=$SECONDS limit=$(((total - 10 - SECONDS) / $2)) code outcome=passed
  shift 2
  timeout -k 5 "$limit" "$@" >"$out/$name.log" 2>&1
  code=$?
  case $code in 0) ;; 124 | 137) outcome="out of time" ;; *) outcome=failed ;; esac
  [ $code -eq 0 ] || failures=$((failures + 1))
  printf '%s\t%s\t%s\t%s\n' "$name" "$outcome" $((SECONDS - start)) \
    "$(awk -F '|' '$2 ~ /^ *(step|inference|convolution)\// { split($3, a, " "); print a[1]; exit }' "$out/$name.log")" |
    tee -a "$out/measure.tsv" >&2
}
step() { # NAME, rest, PROGRAM
  measure "$1" "$2" "$3" compare "$workload" --device "$device" --batch "$batch" --size "$size" --rounds 1 \
    --repeats "$repeats" ${OPTIONS:-}
}
measure launches $((rounds + 1)) "$after" launches --device "$device" --batch "$batch" --size "$size"
step before-1 4 "$before"
step after-1 3 "$after"
step before-2 2 "$before"
step after-2 1 "$after"
awk -F '\t' '$4 > 0 { ms[$1] = $4 }
  END {
    for (i = 1; i <= 2; ++i)
      if (ms["before-" i] > 0 && ms["after-" i] > 0)
        printf "pair %d: %s ms before, %s ms after, %.3f times as fast\n", i, ms["before-" i], ms["after-" i],
          ms["before-" i] / ms["after-" i]
  }' "$out/measure.tsv" | tee "$out/comparison.txt"
echo "measure: $out/measure.tsv, $failures failed, $SECONDS s"
[ "$failures" -eq 0 ]
