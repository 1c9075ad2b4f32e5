#!/usr/bin/env bash
# The whole journey: build a dataset, pretrain, colorize, export, transfer, look, report.
#
#   scripts/demo.sh           on scenes the program draws itself        results: build/demo
#   scripts/demo.sh photos    on photographs of Debian and Ubuntu:      results: build/demo-photos
#                             cut-outs pasted on photographs (semi-synthetic)
set -euo pipefail
cd "$(dirname "$0")/.."
subject=${1:-scenes}
sizes=(--pretrain 3000 --trainval 250 --test 300 --width 80 --height 80)
case $subject in
scenes)
  out=build/demo
  what="drawing scenes"
  source=(scenes)
  ;;
photos)
  out=build/demo-photos
  what="pasting photographs of things on photographs of places"
  source=(cutouts configs/cutouts-tuxpaint.json)
  ;;
*)
  echo "demo: '$subject' is neither 'scenes' nor 'photos'" >&2
  exit 64
  ;;
esac

echo "demo: building the program (about two minutes the first time)"
swift build -c release --product pigment
pigment=.build/release/pigment
rm -rf "$out" && mkdir -p "$out"

echo "demo 1/6: $what"
$pigment data build "${source[@]}" --output "$out/pictures.h5" "${sizes[@]}"
$pigment data inspect "$out/pictures.h5"

echo "demo 2/6: learning to predict color from lightness"
$pigment pretrain configs/demo-pretrain.yaml --set data.path="$out/pictures.h5" --run "$out/pretrain"

echo "demo 3/6: coloring pictures the network never saw"
$pigment data export "$out/pictures.h5" --split test --count 12 --output "$out/pictures"
$pigment colorize "$out/pretrain" "$out/pictures" --output "$out/colorized"

echo "demo 4/6: stripping the color head"
$pigment export "$out/pretrain" --output "$out/colorization.safetensors"

echo "demo 5/6: fine-tuning from noise and from colorization, three seeds each"
$pigment transfer classify configs/demo-classify.yaml --set data.path="$out/pictures.h5" \
  --init gaussian --init he --init colorization="$out/colorization.safetensors" --seeds 3 \
  --output "$out/transfer"

echo "demo 6/6: looking at what the units respond to, and writing one page of everything"
$pigment units "$out/colorization.safetensors" "$out/pictures.h5" --split test --layer relu2 --layer relu5 \
  --output "$out/units"
$pigment report "$out/pretrain" "$out/colorized" "$out/transfer" "$out/units" --title "Pigment demo: $subject" \
  --output "$out/report.html"

echo
echo "The table is in $out/transfer/table.md; every run's settings, environment and journal beside it."
echo "Pictures: $out/colorized/sheet.png (gray | predicted | input)"
echo "Everything on one page, for any browser: $PWD/$out/report.html"
