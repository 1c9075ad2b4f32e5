#!/usr/bin/env bash
# What only a machine with an NVIDIA GPU can tell, the most telling first, within ten minutes.
#
#   gpu/check.sh [OUTPUT]       in an unpacked bundle (make bundle), or in a checkout that was built
#
# OUTPUT (a folder) gets summary.tsv (a line a part, written at once: name, outcome, seconds, what it said),
# card.json (cuDNN's description of the card) and logs.tar.xz. Every part runs under a time limit and survives
# the failure of those before; none begins after LAST seconds and all end by TOTAL. Exit status 1 where a
# part failed, 0 otherwise; parts that were left out for want of time or of PyTorch say so.
#   DEVICE=cuda:0  PYTHON=python3  TOTAL=560  LAST=500  PARTS='' (a pattern: only parts whose names fit)
#   BATCH=64 SIZE=224 REPEATS=10 (of steps)  SLOW=1 (multiplies time limits: 10 on the emulated GPU)
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/..
[ -x "$root/pigment" ] || root=$here/../..
root=$(cd "$root" && pwd)
device=${DEVICE:-cuda:0} total=${TOTAL:-560} last=${LAST:-500} slow=${SLOW:-1}
spare=15 # seconds in which what does not end is killed and logs are packed
batch=${BATCH:-64} size=${SIZE:-224} repeats=${REPEATS:-10}
python=${PYTHON:-$(command -v python3 || true)}
out=$(realpath -m "${1:-gpu-check}")
logs=$out/logs
mkdir -p "$logs"
[ ! -e "$out/summary.tsv" ] || { echo "check: $out holds a report already; name another folder" >&2; exit 64; }
work=$(mktemp -d)
background=
trap '[ -z "$background" ] || kill "$background" 2>/dev/null; rm -rf "$work"' EXIT
export TORCHINDUCTOR_CACHE_DIR=$work/inductor PIGMENT_CHECKOUT=${PIGMENT_CHECKOUT:-$root}

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
torch=
if [ -n "$python" ] && "$python" -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then torch=$python; fi

failures=0
line() { # NAME OUTCOME SECONDS WORDS
  printf '%s\t%s\t%s\t%s\n' "$@" | tee -a "$out/summary.tsv" >&2
  [ "$2" != failed ] && [ "$2" != "out of time" ] || failures=$((failures + 1))
}
# What a log says in a line: failures of tests, the row of a table, or its last words.
words() {
  { grep -m 2 -E 'recorded an issue|Fatal error|rror:' "$1" || grep -E '^\| *(step|convolution|all )' "$1" |
    head -4 || tail -1 "$1"; } | sed 's/\x1b\[[0-9;]*m//g' | tr '\n\t' '  ' |
    LC_ALL=C.UTF-8 sed -E 's/^(.{400}).*/\1/'
}
part() { # NAME SECONDS COMMAND…
  local name=$1 limit=$(($2 * slow)) start=$SECONDS code outcome=passed
  shift 2
  [[ -z "${PARTS:-}" || "$name" =~ ${PARTS} ]] || return 0
  if [ "$SECONDS" -ge "$last" ]; then line "$name" "left out" 0 "no time was left"; return 0; fi
  [ "$limit" -le $((total - spare - SECONDS)) ] || limit=$((total - spare - SECONDS))
  { printf '$ %s\n' "$*"; timeout -k 5 "$limit" "$@"; } >"$logs/$name.log" 2>&1
  code=$?
  case $code in
  0) ;;
  124 | 137) outcome="out of time" ;;
  *) outcome=failed ;;
  esac
  line "$name" "$outcome" $((SECONDS - start)) "status $code; $(words "$logs/$name.log")"
  [ $code -eq 0 ]
}
absent() { line "$1" "left out" 0 "$2"; }

# Tests that must have met the GPU: a suite that is skipped passes, too.
run_tests() { # FILTER [WORDS]
  "$tests" --testing-library swift-testing --filter "$1" 2>&1 | tee "$work/tests"
  local code=${PIPESTATUS[0]}
  grep -qE "Test run with [1-9][0-9]* test" "$work/tests" || { echo "error: no test ran"; return 1; }
  [ -z "${2:-}" ] || grep -q "$2" "$work/tests" || { echo "error: no test ran on $device"; return 1; }
  return "$code"
}
steps() { # NETWORK, and options of compare
  "$benchmarks" compare "step/$1" --device "$device" --batch "$batch" --size "$size" --rounds 1 --repeats "$repeats" "${@:2}"
}
launches() { "$benchmarks" launches "$1" --device "$device" --batch "$batch" --size "$size"; }
beside() { steps "$1" --peer "$torch" --peer-mode "$2"; }
describe_card() { "$pigment" doctor --device "$device" --card >"$out/card.json" && wc -c "$out/card.json"; }
survey() { "$pigment" doctor --device "$device" --folders; local code=$?; nvidia-smi 2>&1; return $code; }
export -f run_tests steps launches beside describe_card survey
export device out pigment benchmarks tests work torch batch size repeats
function_part() { local name=$1 limit=$2; shift 2; part "$name" "$limit" bash -c '"$@"' part "$@"; }
cd "$root" || exit 1

function_part survey 30 survey
function_part card 30 describe_card
if [ -n "$torch" ] && [ -n "$benchmarks" ]; then # the compiler needs a minute of the host's cores
  (beside eccv16/bf16 compile --repeats 1 >"$logs/torch-compiles.log" 2>&1) &
  background=$!
fi

if [ -n "$tests" ]; then
  function_part first-convolution 60 run_tests FirstConvolutionTests "is on the device: $device"
  function_part device 60 run_tests EmulatedDeviceTests "is emulated: $device"
else
  absent tests "they are not here (scripts/bundle.sh tests packs them)"
fi
[ -z "$benchmarks" ] || function_part our-step-bf16 60 steps eccv16/bf16
if [ -n "$tests" ]; then
  for family in FusedGradientTests SteppingTests AgreementTests GradientTests GoldenAgreementTests NotANumberTests TableTests OptimizerKernelTests \
    ResponseTests MemoryTests TrapTests DeviceColorTests DeviceUnitTests; do
    function_part "tests-$family" 60 run_tests "[.]$family|^$family"
  done
fi
if [ -n "$torch" ] && [ -n "$benchmarks" ]; then
  if [ -n "$background" ]; then
    for ((i = 0; i < 60 && SECONDS < last; ++i)); do kill -0 "$background" 2>/dev/null || break; sleep 1; done
    kill "$background" 2>/dev/null
    background=
  fi
  function_part step-beside-compile 90 beside eccv16/bf16 compile
  function_part step-beside-eager 45 beside eccv16/bf16 eager
else
  absent step-beside-torch "no PyTorch with CUDA under '$python'"
fi
[ -z "$benchmarks" ] || function_part time-by-launch 45 launches eccv16

# Twelve steps on pictures that are made here, on both devices.
small() { # NAME DEVICE OPTIONS…
  "$pigment" pretrain "$work/run.yaml" --run "$work/$1" --device "$2" --set "data.path=$work/scenes.h5" \
    --set data.augmentation.size=64 --set trunk.width=0.25 --set batchSize=8 --set iterations=12 \
    --set logInterval=1 --set evaluationInterval=12 "${@:3}" >"$work/$1.log" 2>&1 || { tail -3 "$work/$1.log"; return 1; }
}
losses() { grep -o '"loss":[-0-9.e]*' "$work/$1/journal.jsonl" | cut -d: -f2 | tr '\n' ' '; }
near() { # LIMIT NAME: the first three losses are those of the CPU; later ones drift as between any programs
  echo "$2: $(losses "$2")"
  awk -v limit="$1" -v a="$(losses cpu)" -v b="$(losses "$2")" 'BEGIN { n = split(a, x); m = split(b, y)
    if (n != 12 || m != 12) { print "error: " n " and " m " losses, not 12"; exit 1 }
    for (i = 1; i <= 3; ++i) if ((x[i] - y[i])^2 > (limit * x[i])^2) { print "error: loss " i " is off"; exit 1 } }'
}
digest() { # the numbers of the last checkpoint, without the words before them, which have times
  local file
  file=$(find "$work/$1/checkpoints" -name '*.ckpt' | sort | tail -1)
  [ -z "$file" ] || tail -c "+$(($(od -An -t u8 -N 8 "$file") + 9))" "$file" | sha256sum | cut -c1-64
}
same() { # NAME NAME: both end with the same weights
  local a b
  a=$(digest "$1") b=$(digest "$2")
  echo "$1 $a, $2 $b"
  [ -n "$a" ] && [ "$a" = "$b" ] || { echo "error: $2 does not end with the bytes of $1"; return 1; }
}
parity() {
  echo 'data: {validationPictures: 8}' >"$work/run.yaml"
  "$pigment" data build scenes --pretrain 112 --trainval 4 --test 4 -o "$work/scenes.h5" || return 1
  small cpu cpu && echo "cpu: $(losses cpu)" && small first "$device" --deterministic && near 1e-3 first
}
again() { small second "$device" --deterministic && same first second; }
low() { small low "$device" --set precision=bf16 && near 3e-2 low; }
graphs() { small graph "$device" --deterministic --graph && same first graph; }
export -f small losses near digest same parity again low graphs
[ -z "$tests" ] || function_part parity-tests 60 run_tests ParityTests
function_part losses-as-on-the-cpu 90 parity
function_part two-deterministic-runs 45 again
function_part losses-in-bf16 45 low
function_part runs-in-graphs 45 graphs
[ -z "$tests" ] || PIGMENT_TEST_ALONE=1 function_part graph-tests 60 run_tests GraphTests "is recorded: cuda:"

if [ -n "$benchmarks" ]; then
  function_part step-in-graphs 45 steps eccv16/bf16 --graph
  function_part few-pictures-in-graphs 45 env batch=8 bash -c 'steps eccv16/bf16 --graph && steps eccv16/bf16'
  function_part step-f32 60 steps eccv16/f32
  function_part step-tf32 60 steps eccv16/f32 --tf32
  for network in vgg16 alexnet resnet18; do function_part "step-$network" 60 steps "$network/bf16"; done
  function_part step-quarter 45 steps eccv16/bf16 --width 0.25
  function_part convolutions 60 "$benchmarks" compare convolution/eccv16 --device "$device" --batch "$batch" \
    --size "$size" --rounds 1 --repeats "$repeats"
fi
if command -v compute-sanitizer >/dev/null; then
  function_part sanitizer 90 compute-sanitizer --error-exitcode 1 "$pigment" pretrain "$work/run.yaml" \
    --run "$work/sanitized" --device "$device" --set "data.path=$work/scenes.h5" --set data.augmentation.size=64 \
    --set trunk.width=0.0625 --set batchSize=2 --set iterations=1
else
  absent sanitizer "compute-sanitizer is not here"
fi

tar -C "$out" -cJf "$out/logs.tar.xz" logs && rm -rf "$logs"
echo "check: $out/summary.tsv, $failures of $(wc -l <"$out/summary.tsv") parts failed, $SECONDS s"
[ "$failures" -eq 0 ]
