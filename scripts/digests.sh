#!/usr/bin/env bash
# Proves that a change leaves the bytes of runs alone: trains everything there is with tiny
# configurations and prints a line "sha256  name" for each product. Compare with the list of the
# program of before (results/digests).
# Usage: scripts/digests.sh PIGMENT [OUTPUT]       all products; OUTPUT keeps the runs
#        scripts/digests.sh --old RUNS PIGMENT     what this program makes of the runs of an older
#                                                  one: lines of the same list
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
old=
[ "${1:-}" != --old ] || { old=$(realpath "${2:-}"); shift 2; }
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -x "$1" ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
program=$(realpath "$1")
output=${2:-}
[ -n "$output" ] || { output=$(mktemp -d) && trap 'rm -rf "$output"' EXIT; }
mkdir -p "$output" && [ -z "$(ls -A "$output")" ] || { echo "digests: $output is not empty" >&2; exit 64; }
[ -z "$old" ] || cp -r "$old/." "$output"
# Paths stand in products, so all are relative; a copy of the program lies in no repository, so that
# no commit stands in them either.
cd "$output" && mkdir -p bin && cp -f "$program" bin/pigment && unset GIT_DIR
# The number of threads changes nothing but the settings that name it: THREADS proves it.
export OMP_NUM_THREADS=${THREADS:-1} OPENBLAS_NUM_THREADS=1

pigment() {
  bin/pigment "$@" >last.log 2>&1 || { echo "digests: failed: pigment $*" >&2; cat last.log >&2; exit 1; }
}
# The digests of all files below folders but for what holds times and places: environments, logs,
# TensorBoard's events, speeds in journals, the program in reports; and gnuplot's figures. Of
# checkpoints and archives also what follows the header: the numbers without the words.
products() {
  find "$@" -type f ! -name '.*' ! -name environment.json ! -path '*/tensorboard/*' ! -path '*/steps/*' \
    ! -name '*.log' ! -name '*.svg' ! -name '*.pdf' ! -name timings.csv | LC_ALL=C sort >last.names
  { grep -vE '/journal\.jsonl$|/report/' last.names || true; } | xargs -r -d '\n' sha256sum --
  local name header
  while read -r name; do
    case $name in
    */journal.jsonl)
      sed -E 's/"(dataWait|imagesPerSecond)":[^,}]*,?//g' "$name" | sha256sum | sed "s|-$|$name|" ;;
    */report/*) sed 's/, program [0-9a-f]*//' "$name" | sha256sum | sed "s|-$|$name|" ;;
    *.ckpt | *.safetensors)
      header=$(od -An -t u8 -N 8 "$name")
      tail -c "+$((header + 9))" "$name" | sha256sum | sed "s|-$|$name tensors|" ;;
    esac
  done <last.names
}

. "$here/digests-runs.sh"
if [ -z "$old" ]; then
  data; pretraining; archives; transfer; judging; studies; stops
else
  rm -rf resumed features
fi
takes_up
rm -f last.*
