#!/usr/bin/env bash
# Rehearses check.sh on the emulated GPU, within the time that a card is lent for, and with planted failures.
#
#   Experiments/gpu/rehearse.sh [OUTPUT]      in a checkout that was built (pigment, pigment-benchmarks, tests)
#
# check.sh itself runs unchanged, in a folder that looks like an unpacked bundle. The programs in it are the built
# ones behind scripts that plant what may go wrong on a card: a suite that crashes, one that fails, and a benchmark
# that never ends. PyTorch, where PEER names a Python that has it, computes on the processor and says that it has a
# GPU; compute-sanitizer is a script that runs its command. Training steps are those of networks at 64 pixels whose
# convolutions compute nothing (EMULATED_GPU_COUNTS), so their times mean nothing; the rest computes.
# It ends with 0 where every part is in the summary, the planted ones failed as planted, no other did, the logs are
# archived, and all took no longer than TOTAL seconds. OUTPUT gets what check.sh gives it.
#   TOTAL=560  LAST=500  SLOW=1  PEER=/…/python  PIGMENT=.build/release/pigment
set -uo pipefail
cd "$(dirname "$0")/../.."
root=$PWD out=$(realpath -m "${1:-build/rehearsal}") total=${TOTAL:-560}
release=$root/.build/release
pigment=$(realpath "${PIGMENT:-$release/pigment}")
for program in "$pigment" "$release/pigment-benchmarks" "$release/pigmentPackageTests.xctest"; do
  [ -x "$program" ] || { echo "rehearse: $program is not built" >&2; exit 1; }
done
[ ! -e "$out" ] || { echo "rehearse: $out is there already; name another folder" >&2; exit 64; }
Tests/EmulatedGPU/build.sh build/emulated || exit 1
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/gpu" "$stage/bin" "$stage/Experiments/Benchmarks"
cp Experiments/gpu/check.sh "$stage/gpu/"
cp Experiments/Benchmarks/peer.py "$stage/Experiments/Benchmarks/"
export PIGMENT_CUDA_PATH=$root/build/emulated XDG_CACHE_HOME=$root/build/emulated/cache PIGMENT_CHECKOUT=$root

script() { # NAME, its text from standard input
  { echo '#!/usr/bin/env bash'; cat; } >"$stage/$1"
  chmod +x "$stage/$1"
}
script pigment <<END
exec "$pigment" "\$@"
END
script pigment-benchmarks <<END
case "\$*" in
*convolution/*) exec sleep 3600 ;; # planted: a part that never ends
esac
export EMULATED_GPU_COUNTS=1 XDG_CACHE_HOME=$root/build/emulated/counting-cache
exec "$release/pigment-benchmarks" "\$@"
END
script run-tests <<END
case "\$*" in
*TrapTests*) kill -SEGV \$\$ ;;       # planted: a crash
*MemoryTests*) echo "error: planted"; exit 3 ;; # planted: a failure
esac
cd "$root" && exec "$release/pigmentPackageTests.xctest" "\$@"
END
script bin/compute-sanitizer <<'END'
while [ "${1#--}" != "$1" ]; do [ "$1" = --error-exitcode ] && shift; shift; done
exec "$@"
END
python=
if [ -n "${PEER:-}" ]; then
  script bin/python <<END
case "\$1" in -c) exit 0 ;; esac   # "there is a GPU"
exec "$PEER" "\${@//cuda:0/cpu}"
END
  python=$stage/bin/python
fi

begin=$SECONDS
PATH=$stage/bin:$PATH PYTHON=$python TOTAL=$total BATCH=1 SIZE=64 REPEATS=1 "$stage/gpu/check.sh" "$out"
code=$?
took=$((SECONDS - begin))

problems=0
problem() { echo "rehearse: $*" >&2; problems=$((problems + 1)); }
outcome() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' "$out/summary.tsv"; }
[ "$code" -eq 1 ] || problem "check.sh ends with $code, though parts fail"
[ "$took" -le "$total" ] || problem "it took $took s, more than $total"
[ "$(outcome tests-TrapTests)" = failed ] || problem "the crash is not in the summary"
[ "$(outcome tests-MemoryTests)" = failed ] || problem "the failure is not in the summary"
case "$(outcome convolutions)" in "out of time" | "left out") ;; *) problem "the endless part is not in the summary" ;; esac
while IFS=$'\t' read -r name result _; do
  case "$name:$result" in
  tests-TrapTests:* | tests-MemoryTests:* | convolutions:*) ;;
  *:failed | *:"out of time") problem "$name: $result" ;;
  esac
done <"$out/summary.tsv"
# Every part that check.sh names has its line, whatever became of it.
for name in survey card first-convolution device our-step-bf16 time-by-launch parity-tests losses-as-on-the-cpu \
  two-deterministic-runs losses-in-bf16 runs-in-graphs graph-tests step-in-graphs few-pictures-in-graphs step-f32 step-tf32 step-quarter \
  convolutions sanitizer; do
  [ -n "$(outcome $name)" ] || problem "$name has no line"
done
awk -F '\t' 'NF != 4 { exit 1 }' "$out/summary.tsv" || problem "a line of the summary has not four columns"
parts=$(awk -F '\t' '$2 != "left out"' "$out/summary.tsv" | wc -l)
logs=$(tar -tJf "$out/logs.tar.xz" | grep -c '\.log$')
[ "$logs" -ge "$parts" ] || problem "$logs logs of $parts parts are in the archive"
[ -s "$out/card.json" ] || problem "the card is not described"
echo "rehearse: $took s, $(wc -l <"$out/summary.tsv") parts, $logs logs, $problems problems"
[ "$problems" -eq 0 ]
