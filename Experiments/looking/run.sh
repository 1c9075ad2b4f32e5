#!/usr/bin/env bash
# Looks at what the units of a pretrained network respond to, beside the same network untrained:
# sheets of units, dissection by layer on the masks of VOC2012, first-layer filters, differences.
#
#   Experiments/looking/run.sh PRETRAIN VOC2012 OUTPUT
#
# PRETRAIN is the folder of a colorization run, a checkpoint of it, or a feature archive; VOC2012 a
# dataset with masks (pigment data build voc VOCDEVKIT --year VOC2012). What is finished is not done
# again; what was stopped goes on. Variables: LAYERS (relu1 relu2 relu3 relu4 relu5 relu6 relu7 where the
# network has them), SPLIT of the dissection (all records), LIMIT of photographs for the units (0: all),
# SIZE of the pictures (160: about what VOC's subset has), THREADS (2).
set -euo pipefail
if [ $# -ne 3 ]; then
  sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
source=$(realpath "$1") data=$(realpath "$2")
mkdir -p "$3"
out=$(realpath "$3")
cd "$(dirname "$0")/../.."
pigment=${PIGMENT:-.build/release/pigment}
[ -n "${PIGMENT:-}" ] || swift build -c release --product pigment

[ -f "$out/colorization.safetensors" ] || $pigment export "$source" --output "$out/colorization.safetensors"
[ -f "$out/gaussian.safetensors" ] ||
  $pigment units noise "$out/colorization.safetensors" --init gaussian --output "$out/gaussian.safetensors"

options=(--threads "${THREADS:-2}" --size "${SIZE:-160}")
# The last rectifier of each block that the network has.
known=$(head -c 100000 "$out/colorization.safetensors" | grep -aoE 'golden\.output\.[a-z0-9_.]+' | sort -u)
for layer in ${LAYERS:-relu1 relu2 relu3 relu4 relu5 relu6 relu7}; do
  if grep -qE "output\.$layer([_.][0-9]+)?$" <<<"$known"; then options+=(--layer "$layer"); fi
done

for name in gaussian colorization; do
  [ -f "$out/units-$name/units.json" ] ||
    $pigment units "$out/$name.safetensors" "$data" "${options[@]}" --limit "${LIMIT:-0}" \
      --output "$out/units-$name"
  $pigment units filters "$out/$name.safetensors" --force --output "$out/filters-$name.png"
done
$pigment units diff gaussian="$out/units-gaussian" colorization="$out/units-colorization" \
  --rows 16 --force --output "$out/beside"

# Where the run kept an earlier checkpoint: what changed on the way.
first=$(ls "$source"/checkpoints/step-*.ckpt 2>/dev/null | sort -t- -k2 -V | head -1 || true)
last=$(ls "$source"/checkpoints/step-*.ckpt 2>/dev/null | sort -t- -k2 -V | tail -1 || true)
if [ -n "$first" ] && [ "$first" != "$last" ]; then
  early=$(basename "$first" .ckpt)
  [ -f "$out/$early.safetensors" ] || $pigment export "$first" --output "$out/$early.safetensors"
  [ -f "$out/units-$early/units.json" ] ||
    $pigment units "$out/$early.safetensors" "$data" "${options[@]}" --limit "${LIMIT:-0}" \
      --output "$out/units-$early"
  $pigment units diff "$early=$out/units-$early" colorization="$out/units-colorization" \
    --rows 16 --force --output "$out/changed"
fi

[ -f "$out/dissection/dissection.json" ] ||
  $pigment units dissect colorization="$out/colorization.safetensors" gaussian="$out/gaussian.safetensors" \
    "$data" "${options[@]}" --split "${SPLIT:-}" --output "$out/dissection"
runs=("$out")
[ ! -f "$source/configuration.yaml" ] || runs=("$source" "$out")
$pigment report "${runs[@]}" --title "What units respond to" --units 36 --force --output "$out/report.html"
echo "looking: $out/report.html; tables in $out/dissection/dissection.md and $out/beside/difference.md"
