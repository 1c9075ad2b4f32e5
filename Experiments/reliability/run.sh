#!/usr/bin/env bash
# The reliability campaign: run.sh commit (minutes, in CI) or run.sh night (two hours on two cores).
#
#   Experiments/reliability/run.sh commit|night [--only PART] [--seed N] [--minutes N]
#
# Parts that are done are kept in /dev/shm/pigment-reliability and not repeated for the same program:
# a call that was stopped goes on when it is given again. `night` writes results/reliability/DATE.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
size=${1:?commit or night}
shift
report=()
if [ "$size" = night ]; then
  mkdir -p "$here/../../results/reliability"
  report=(--report "$here/../../results/reliability/$(date +%F).md")
fi
ulimit -c 0
exec python3 "$here/campaign.py" "$size" "${report[@]}" "$@"
