#!/usr/bin/env bash
# The data of the study, as files for pigment.
#
#   Experiments/images-seen/prepare.sh TINY_IMAGENET VOCDEVKIT SPLITS [OUTPUT]
#
# TINY_IMAGENET is the folder tiny-imagenet-200 (train/CLASS/images, val/images,
# val/val_annotations.txt), VOCDEVKIT holds VOC2007 and VOC2012, SPLITS has lists of their pictures:
# official_train.txt, official_test.txt, half_a.txt, half_b.txt. OUTPUT is build/images-seen, where
# study.yaml looks, unless given. What is there is not built again.
#
# pool.h5: splits train (100,000 pictures of 200 classes) and val (10,000, with the labels of
# val_annotations.txt); of train, held is numbers 0 to 4 of each class (1,000), learn the rest.
# voc.h5: both years, with the splits of the lists, and of those the pictures with masks.
set -euo pipefail
if [ $# -lt 3 ] || [ $# -gt 4 ]; then
  sed -n '2,15s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
tiny=$(realpath "$1") devkit=$(realpath "$2") splits=$(realpath "$3")
out=$(realpath -m "${4:-build/images-seen}")
cd "$(dirname "$0")/../.."
pigment=${PIGMENT:-.build/release/pigment}
mkdir -p "$out"

if [ ! -f "$out/pool.h5" ]; then
  # A folder for each class, of links: the labels of val stand in a list beside its pictures.
  links=$(mktemp -d)
  trap 'rm -rf "$links"' EXIT
  mkdir -p "$links/train" "$links/val"
  for class in "$tiny"/train/*/; do
    ln -s "${class}images" "$links/train/$(basename "$class")"
  done
  awk -F '\t' '{ all[$2] = all[$2] " " $1 } END { for (c in all) print c all[c] }' \
    "$tiny/val/val_annotations.txt" |
    while read -r class pictures; do
      read -ra pictures <<< "$pictures"
      mkdir "$links/val/$class"
      ln -s "${pictures[@]/#/$tiny/val/images/}" "$links/val/$class/"
    done
  (cd "$links/train" && find -L . -name '*.JPEG' | sed 's,^\./,train/,' | LC_ALL=C sort) > "$links/all.txt"
  grep -E '_[0-4]\.JPEG$' "$links/all.txt" > "$links/held.txt"
  grep -vE '_[0-4]\.JPEG$' "$links/all.txt" > "$links/learn.txt"
  $pigment data build folder "$links/train=train" "$links/val=val" \
    --split "held=$links/held.txt" --split "learn=$links/learn.txt" --output "$out/pool.h5"
fi

if [ ! -f "$out/voc.h5" ]; then
  lists=$(mktemp -d)
  trap 'rm -rf "${links:-}" "$lists"' EXIT
  options=()
  for name in official_train official_test half_a half_b; do
    options+=(--split "$name=$splits/$name.txt")
  done
  # Those with a mask in their year's folder.
  for part in train test; do
    while read -r id; do
      file="$devkit/${id%%/*}/SegmentationClass/${id##*/}.png"
      [ ! -f "$file" ] || echo "$id"
    done < "$splits/official_$part.txt" > "$lists/masks_$part.txt"
    options+=(--split "masks_$part=$lists/masks_$part.txt")
  done
  $pigment data build voc "$devkit" --year VOC2007 --year VOC2012 "${options[@]}" --output "$out/voc.h5"
fi
[ -f "$out/voc-proposals.h5" ] ||
  $pigment proposals build "$out/voc.h5" --output "$out/voc-proposals.h5"
