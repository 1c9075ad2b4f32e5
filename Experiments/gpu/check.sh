#!/usr/bin/env bash
# Everything that only a machine with an NVIDIA GPU can tell, in one report (Markdown).
#
#   gpu/check.sh [REPORT.md]        in an unpacked bundle (make bundle), or in a checkout that was built
#
# What it does: says what is there (doctor, nvidia-smi), runs the case table and the parity runs where the
# tests are there, trains twice and compares bytes, and times training steps beside the PyTorch of the
# Python on the PATH, where there is one. A part that fails does not stop the others; the exit status is 1.
#   DEVICE=cuda:0   PYTHON=python3   BATCH="64 256" (empty: time nothing)   WIDTH=0.25 SIZE=64 (of the trainings)
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/..
[ -x "$root/pigment" ] || root=$here/../..
root=$(cd "$root" && pwd)
device=${DEVICE:-cuda:0}
python=${PYTHON:-$(command -v python3 || true)}
report=$(realpath -m "${1:-gpu-report-$(date +%Y-%m-%d).md}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=()

find_program() { # NAME: in the bundle, or as it was built
  for place in "$root/$1" "$root/.build/release/$1"; do
    if [ -x "$place" ]; then echo "$place"; return; fi
  done
}
pigment=$(find_program pigment)
benchmarks=$(find_program pigment-benchmarks)
tests=$(find_program run-tests)
[ -n "$tests" ] || tests=$(find_program pigmentPackageTests.xctest)
[ -n "$pigment" ] || { echo "check: there is no pigment beside $here" >&2; exit 1; }

section() { printf '\n## %s\n\n' "$1" >>"$report"; echo "check: $1" >&2; }
part() { # TITLE COMMAND…: its words into the report
  section "$1"
  shift
  local start=$SECONDS code
  { printf '```\n$ %s\n' "$*"; "$@" 2>&1; code=$?; printf '```\n'; } >>"$report"
  printf '\nExit status %s after %s s.\n' "$code" $((SECONDS - start)) >>"$report"
  [ "$code" -eq 0 ] || failed+=("$*")
}

printf '# Pigment on %s, %s\n' "$device" "$(date -u +%Y-%m-%dT%H:%MZ)" >"$report"
part "What is there" "$pigment" doctor --device "$device" --folders
command -v nvidia-smi >/dev/null && part "The driver's words" nvidia-smi

if [ -n "$tests" ]; then
  export PIGMENT_CHECKOUT=${PIGMENT_CHECKOUT:-$root}
  section "Case table, golden values, parity with the CPU"
  "$tests" --testing-library swift-testing --filter 'TensorsTests|EmulatedDeviceTests|ParityTests' \
    >"$work/tests" 2>&1
  code=$?
  { printf '```\n'; grep -E 'recorded an issue|Fatal error|Test run with' "$work/tests" | cut -c1-400
    printf '```\n\nExit status %s.\n' "$code"; } >>"$report"
  [ "$code" -eq 0 ] || failed+=("the tests")
  section "Training steps in CUDA graphs, byte by byte those without"
  PIGMENT_TEST_ALONE=1 "$tests" --testing-library swift-testing --filter GraphTests >"$work/tests" 2>&1
  code=$?
  { printf '```\n'; grep -E 'recorded an issue|Fatal error|Test run with' "$work/tests" | cut -c1-400
    printf '```\n\nExit status %s.\n' "$code"; } >>"$report"
  # A suite that is skipped passes, too.
  [ "$code" -eq 0 ] && grep -q 'is recorded: cuda:' "$work/tests" || failed+=("the tests of graphs")
else
  section "Case table: not run, the tests are not here (scripts/bundle.sh tests packs them)"
fi

# Twelve steps on pictures that are made here, on both devices; on the GPU twice, then in CUDA graphs.
section "The same run on the CPU, twice on $device, and there in CUDA graphs"
settings=(--set "data.path=$work/scenes.h5" --set "data.augmentation.size=${SIZE:-64}"
  --set "trunk.width=${WIDTH:-0.25}"
  --set batchSize=8 --set iterations=12 --set logInterval=1 --set evaluationInterval=12)
echo 'data: {validationPictures: 8}' >"$work/run.yaml"
"$pigment" data build scenes --pretrain 112 --trainval 4 --test 4 -o "$work/scenes.h5" >"$work/build" 2>&1 ||
  failed+=("data build scenes")
losses() { # NAME DEVICE OPTIONS…
  local name=$1 on=$2
  shift 2
  "$pigment" pretrain "$work/run.yaml" "${settings[@]}" --run "$work/$name" --device "$on" "$@" \
    >"$work/$name.log" 2>&1 || tail -3 "$work/$name.log" >>"$report"
  grep -o '"loss":[-0-9.e]*' "$work/$name/journal.jsonl" 2>/dev/null | cut -d: -f2 | tr '\n' ' '
}
cpu=$(losses cpu cpu)
first=$(losses first "$device" --deterministic)
second=$(losses second "$device" --deterministic)
graph=$(losses graph "$device" --deterministic --graph)
low=$(losses low "$device" --set precision=bf16)
printf '| run | losses |\n|---|---|\n| cpu | %s |\n| %s | %s |\n| again | %s |\n| graphs | %s |\n| bf16 | %s |\n' \
  "$cpu" "$device" "$first" "$second" "$graph" "$low" >>"$report"
[ "$(wc -w <<<"$cpu$first$second$graph$low")" -eq 60 ] || failed+=("the five trainings of twelve steps")
# The first losses agree; later ones drift apart, as they do between any two programs.
near() { # LIMIT LOSSES: the first three, beside those of the CPU
  awk -v limit="$1" -v a="$cpu" -v b="$2" 'BEGIN { split(a, x); split(b, y)
    for (i = 1; i <= 3; ++i) if ((x[i] - y[i])^2 > (limit * x[i])^2) exit 1 }'
}
near 1e-3 "$first" || failed+=("losses as on the CPU")
near 3e-2 "$low" || failed+=("losses in bf16 as on the CPU")
digest() { find "$work/$1/checkpoints" -name '*.safetensors' | sort | tail -1 | xargs sha256sum 2>/dev/null | cut -c1-64; }
same() { # NAME WORDS: ends with the bytes of the first run
  if [ -n "$(digest first)" ] && [ "$(digest first)" = "$(digest "$1")" ]; then
    printf '\n%s ends with the bytes of the first run on %s.\n' "$2" "$device" >>"$report"
  else
    printf '\n**%s does not end with the bytes of the first run on %s.**\n' "$2" "$device" >>"$report"
    failed+=("deterministic runs: $2")
  fi
}
same second "The second run"
same graph "The run in CUDA graphs"

batches=${BATCH-64 256}
if [ -n "$benchmarks" ] && [ -n "$batches" ]; then
  peer=()
  if [ -n "$python" ] && "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
    peer=(--peer "$python")
  else
    echo "check: no PyTorch with CUDA under '$python'; Pigment is timed alone" >&2
  fi
  cd "$root" || exit 1
  for batch in $batches; do
    for mode in eager compile graph; do
      [ ${#peer[@]} -gt 0 ] || [ $mode = eager ] || continue
      part "Training steps of $batch pictures, PyTorch: $mode" "$benchmarks" compare step/ \
        --device "$device" --batch "$batch" "${peer[@]}" --peer-mode $mode --repeats 10
    done
    part "Training steps of $batch pictures in CUDA graphs" "$benchmarks" compare step/ \
      --device "$device" --batch "$batch" --graph --repeats 10
  done
  part "Single convolutions" "$benchmarks" compare convolution/eccv16 --device "$device" --batch 64 \
    "${peer[@]}" --repeats 10
else
  section "Speed: not measured"
fi

section "Outcome"
if [ ${#failed[@]} -eq 0 ]; then
  echo "Everything passed." >>"$report"
else
  { echo "Failed:"; printf -- '- `%s`\n' "${failed[@]}"; } >>"$report"
fi
echo "check: $report"
[ ${#failed[@]} -eq 0 ]
