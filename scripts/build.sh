#!/usr/bin/env bash
# Builds a product as `make test` wants it: a warning in our own sources is a failure.
#
#   scripts/build.sh PRODUCT
#
# The compiler warns of a file once, when it compiles it: a fresh clone sees all warnings.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build -c release --explicit-target-dependency-import-check error --product "$1" 2>&1 | tee "$log"
if grep -qE "^$PWD/(Sources|Tests|Experiments|Plugins)/[^:]*:[0-9:]* warning:" "$log"; then
  echo "build: $1 was built with warnings; mend these:" >&2
  grep -E "^$PWD/(Sources|Tests|Experiments|Plugins)/[^:]*:[0-9:]* warning:" "$log" | sort -u >&2
  exit 1
fi
