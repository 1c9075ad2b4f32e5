#!/usr/bin/env bash
# The data of the study: photographs without labels, VOC2007 with proposals, VOC2012.
#
#   Experiments/voc-transfer/prepare.sh PHOTOS VOCDEVKIT [OUTPUT]
#
# PHOTOS is a folder of color photographs (any depth), VOCDEVKIT holds VOC2007 and VOC2012. What is
# there is not built again. OUTPUT is build/voc-transfer, where study.yaml looks, unless given.
set -euo pipefail
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
photos=$(realpath "$1") devkit=$(realpath "$2") out=$(realpath -m "${3:-build/voc-transfer}")
cd "$(dirname "$0")/../.."
pigment=${PIGMENT:-.build/release/pigment}
mkdir -p "$out"

[ -f "$out/photographs.h5" ] ||
  $pigment data build folder "$photos" --unlabelled --hold-out 0.02 --output "$out/photographs.h5"
for year in 2007 2012; do
  [ -f "$out/voc$year.h5" ] ||
    $pigment data build voc "$devkit" --year "VOC$year" --output "$out/voc$year.h5"
done
[ -f "$out/voc2007-proposals.h5" ] ||
  $pigment proposals build "$out/voc2007.h5" --output "$out/voc2007-proposals.h5"
