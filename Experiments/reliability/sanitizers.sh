#!/usr/bin/env bash
# Builds the tests with a sanitizer, or for coverage, in a folder of their own, and runs them.
#
#   Experiments/reliability/sanitizers.sh address|thread|undefined|coverage [FILTER]
set -euo pipefail
cd "$(dirname "$0")/../.."
kind=${1:?address, thread, undefined or coverage}
filter=(${2:+--filter "$2"})
folder=build/$kind
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 OMP_NUM_THREADS=2
case $kind in
address | thread | undefined) options=(--sanitize "$kind") ;;
coverage) options=(--enable-code-coverage) ;;
*)
  echo "there is no kind '$kind'" >&2
  exit 64
  ;;
esac
swift test -c release --scratch-path "$folder" "${options[@]}" "${filter[@]}"
[ "$kind" = coverage ] || exit 0
tests=$(find "$folder" -name pigmentPackageTests.xctest -type f | head -1)
llvm-cov report "$tests" -instr-profile "$(find "$folder" -name default.profdata | head -1)" \
  --ignore-filename-regex '\.build|checkouts|Tests/' | tail -1
