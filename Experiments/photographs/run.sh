#!/usr/bin/env bash
# The first journey on real photographs: pretrain by colorization, transfer to VOC2007 classification
# from colorization, from Gaussian noise and from He noise, three seeds each.
#
#   Experiments/photographs/run.sh PHOTOS VOCDEVKIT [RESULTS]
#
# PHOTOS is a folder of color photographs (any depth), VOCDEVKIT holds VOC2007. What is finished is
# not done again; a run that was stopped goes on.
set -euo pipefail
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
photos=$(realpath "$1") devkit=$(realpath "$2") out=${3:+$(realpath -m "$3")}
cd "$(dirname "$0")/../.."
out=${out:-results/photographs/runs}
swift build -c release --product pigment
pigment=.build/release/pigment
mkdir -p "$out"

[ -f "$out/photographs.h5" ] ||
  $pigment data build folder "$photos" --unlabelled --hold-out 0.02 --output "$out/photographs.h5"
[ -f "$out/voc2007.h5" ] ||
  $pigment data build voc "$devkit" --year VOC2007 --output "$out/voc2007.h5"

if [ -d "$out/pretrain" ]; then
  $pigment resume "$out/pretrain"
else
  $pigment pretrain configs/photographs-pretrain.yaml --set data.path="$out/photographs.h5" \
    --run "$out/pretrain"
fi
rm -rf "$out/held-out" "$out/colorized"
$pigment data export "$out/photographs.h5" --split val --count 24 --output "$out/held-out"
$pigment colorize "$out/pretrain" "$out/held-out" --output "$out/colorized" --sheet-rows 24
[ -f "$out/colorization.safetensors" ] ||
  $pigment export "$out/pretrain" --output "$out/colorization.safetensors"

classify() { # the name of the regime, then options
  local name=$1
  shift
  $pigment transfer classify configs/photographs-classify.yaml --set data.path="$out/voc2007.h5" \
    --init gaussian --init colorization="$out/colorization.safetensors" --seeds 3 \
    --output "$out/transfer-$name" "$@"
}
classify all --init he
classify frozen --set tuning.frozenThrough=norm7
