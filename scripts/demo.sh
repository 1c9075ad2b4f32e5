#!/usr/bin/env bash
# The whole journey on pictures the program draws itself: pretrain, colorize, export, transfer.
# Usage: scripts/demo.sh            Results: build/demo
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-scenes}" != scenes ]; then
  echo "demo: only the drawn scenes can be run so far; use make demo" >&2
  exit 64
fi
out=build/demo
echo "demo: building the program (about two minutes the first time)"
swift build -c release --product pigment
pigment=.build/release/pigment
rm -rf "$out" && mkdir -p "$out"

echo "demo 1/5: drawing scenes"
$pigment data build scenes --output $out/scenes.h5 --pretrain 3000 --trainval 250 --test 300 \
  --width 80 --height 80
$pigment data inspect $out/scenes.h5

echo "demo 2/5: learning to predict color from lightness"
$pigment pretrain configs/demo-pretrain.yaml --run $out/pretrain

echo "demo 3/5: coloring pictures the network never saw"
$pigment data export $out/scenes.h5 --split test --count 12 --output $out/pictures
$pigment colorize $out/pretrain $out/pictures --output $out/colorized

echo "demo 4/5: stripping the color head"
$pigment export $out/pretrain --output $out/colorization.safetensors

echo "demo 5/5: fine-tuning from colorization and from noise, three seeds each"
$pigment transfer classify configs/demo-classify.yaml --init gaussian --init he \
  --init colorization=$out/colorization.safetensors --seeds 3 --output $out/transfer

echo
echo "The table is in $out/transfer/table.md; every run's settings, environment and journal beside it."
echo "Pictures: $out/colorized/sheet.png (gray | predicted | truth)"
