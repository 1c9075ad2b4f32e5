#!/usr/bin/env bash
# The study's steps one after another, as far as they come, and its report.
#
#   Experiments/images-seen/run.sh [OUTPUT]
#
# Wants what prepare.sh makes in build/images-seen. SCALE is the part that is run (tier-a), THREADS the
# threads of each step (1), PIGMENT the program. Rows of finished steps are left in
# results/images-seen/rows; what has a row there is not run again. Kill it as you like: the same
# command goes on. STEPS=0 writes the report of what is there and runs nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
pigment=${PIGMENT:-.build/release/pigment}
scale=${SCALE:-tier-a} out=${1:-runs/images-seen-${SCALE:-tier-a}}
study=(Experiments/images-seen/study.yaml --scale "$scale" --output "$out")
[ "${STEPS:-1}" = 0 ] || $pigment study run "${study[@]}" --jobs 1 --threads "${THREADS:-1}"
$pigment study report "${study[@]}"
for file in "$out"/report/*; do
  case $file in
    *.png) ;;
    *) cp "$file" results/images-seen/ ;;
  esac
done
