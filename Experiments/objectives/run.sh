#!/usr/bin/env bash
# What the objective does to the colors: full, class, L2 and "L2, ft" on real photographs.
#
#   Experiments/objectives/run.sh PHOTOS VOCDEVKIT [RESULTS]
#
# PHOTOS is a folder of color photographs (any depth), VOCDEVKIT holds VOC2012, whose pictures no
# network has learned colors from. LABELLED="flowers scenes weather" names the folders in PHOTOS
# that hold a folder of pictures per class: a recognizer learns to name these in their true colors
# and judges the colored ones. What is finished is not done again; a run that was stopped goes on.
# SEEDS="1 2" says which seeds. PIGMENT names a built program.
set -euo pipefail
if [ $# -lt 2 ] || [ $# -gt 3 ] || [ -z "${LABELLED:-}" ]; then
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
photos=$(realpath "$1") devkit=$(realpath "$2") out=${3:+$(realpath -m "$3")}
cd "$(dirname "$0")/../.."
out=${out:-results/objectives/runs}
pigment=${PIGMENT:-.build/release/pigment}
[ -n "${PIGMENT:-}" ] || swift build -c release --product pigment
mkdir -p "$out"

[ -f "$out/photographs.h5" ] ||
  $pigment data build folder "$photos" --unlabelled --hold-out 0.05 --output "$out/photographs.h5"
# Who is held out depends on the name alone, so no network has seen the pictures that are named.
roots=()
for name in $LABELLED; do roots+=("$photos/$name"); done
[ -f "$out/labelled.h5" ] ||
  $pigment data build folder "${roots[@]}" --hold-out 0.05 --output "$out/labelled.h5"
[ -f "$out/voc2012.h5" ] ||
  $pigment data build voc "$devkit" --year VOC2012 --output "$out/voc2012.h5"
[ -f "$out/prior.json" ] ||
  $pigment data prior "$out/photographs.h5" --split train --output "$out/prior.json"

pretrain() { # the name of the run, then options
  local name=$1
  shift
  if [ -d "$out/$name" ]; then
    $pigment resume "$out/$name"
  else
    $pigment pretrain configs/objectives-pretrain.yaml --set data.path="$out/photographs.h5" \
      --run "$out/$name" "$@"
  fi
}
methods=()
for seed in ${SEEDS:-1 2}; do
  pretrain full-$seed --set seed=$seed
  pretrain class-$seed --set seed=$seed --set objective.lambda=1
  pretrain l2-$seed --set seed=$seed --set objective.loss=regression
  pretrain l2-ft-$seed --set seed=$seed --set objective.loss=regression --set iterations=1000 \
    --init-from "$out/full-$seed" --fresh head.conv8_313
  for name in full class l2 l2-ft; do methods+=("$name-$seed=$out/$name-$seed"); done
done

[ -d "$out/recognizer" ] ||
  $pigment evaluate recognizer configs/recognizer-small.yaml --set data.path="$out/labelled.h5" \
    --run "$out/recognizer"
judge() { # the name of the table, the dataset, then options
  local name=$1 data=$2
  shift 2
  $pigment evaluate color "${methods[@]}" "$data" --prior "$out/prior.json" --output "$out/$name" \
    --sheet-rows 16 --force "$@"
}
judge held-out "$out/photographs.h5"
judge named "$out/labelled.h5" --recognizer "$out/recognizer"
judge voc2012 "$out/voc2012.h5" --count 400
$pigment report "$out"/full-* "$out"/class-* "$out"/l2-* --force --output "$out/report.html"
