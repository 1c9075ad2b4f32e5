#!/usr/bin/env bash
# Colors from example pictures beside networks: full, class and L2 of the paper, Welsh, Charpiat, Gupta.
#
#   Experiments/exemplars/study.sh PHOTOS VOC OUT
#
# PHOTOS is a folder of color photographs (any depth) for the networks, VOC a dataset of others (its
# split official_test is colored, references come from official_train), OUT takes all that is made.
# What is finished is not done again. ITERATIONS, COUNT and SIZE say how much; THREADS how many pictures at once.
set -euo pipefail
if [ $# -ne 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
photos=$(realpath "$1") voc=$(realpath "$2") out=$(realpath -m "$3")
cd "$(dirname "$0")/../.."
pigment=${PIGMENT:-.build/release/pigment}
mkdir -p "$out"
[ -f "$out/photographs.h5" ] ||
  $pigment data build folder "$photos" --unlabelled --hold-out 0.05 --output "$out/photographs.h5"
[ -f "$out/prior.json" ] ||
  $pigment data prior "$out/photographs.h5" --split train --output "$out/prior.json"
pretrain() { # the name of the run, then options
  local name=$1
  shift
  if [ -d "$out/$name" ]; then
    $pigment resume "$out/$name"
  else
    $pigment pretrain configs/objectives-pretrain.yaml --set data.path="$out/photographs.h5" \
      --set iterations="${ITERATIONS:-4000}" --run "$out/$name" "$@"
  fi
}
pretrain full
pretrain class --set objective.lambda=1
pretrain l2 --set objective.loss=regression
for references in donor nearest; do
  options=()
  [ $references = donor ] || options=(--references official_train)
  $pigment evaluate color full="$out/full" class="$out/class" l2="$out/l2" "$voc" --split official_test \
    --count "${COUNT:-100}" --size "${SIZE:-176}" --also charpiat --also gupta "${options[@]}" \
    --prior "$out/prior.json" --threads "${THREADS:-2}" --output "$out/$references" --sheet-rows 12 --force
done
