#!/usr/bin/env bash
# Counts what the third training step of ECCV16 (224 pixels, bfloat16, full width) asks of a GPU, on the emulated one:
# launches, bytes of the device's memory read and written by each kind of kernel, and what that takes at a bandwidth.
#
#   Experiments/gpu/count.sh [PIGMENT [FOLDER]]     PIGMENT is .build/release/pigment where it is not named
#
# The step is the difference between runs of three steps and of two; a batch of BATCH follows from those of one picture
# and of two, in proportion (partial sums stop growing, so the truth is a thousandth less at most).
# FOLDER keeps the counts.   BATCH=64  BANDWIDTH=4.3e12 (bytes a second that an H200 copies)
set -euo pipefail
cd "$(dirname "$0")/../.."
pigment=$(realpath "${1:-.build/release/pigment}")
folder=$(realpath -m "${2:-build/counts}")
mkdir -p "$folder"
Tests/EmulatedGPU/build.sh build/emulated
export PIGMENT_CUDA_PATH=$PWD/build/emulated XDG_CACHE_HOME=$PWD/build/emulated/counting-cache
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$pigment" data build scenes --pretrain 40 --trainval 4 --test 4 -o "$work/scenes.h5" >/dev/null
echo 'data: {validationPictures: 2, augmentation: {size: 224}}' >"$work/run.yaml"
for batch in 1 2; do
  for steps in 2 3; do
    EMULATED_GPU_COUNTS=$folder/$batch-$steps.tsv "$pigment" pretrain "$work/run.yaml" --run "$work/$batch-$steps" \
      --device cuda:0 --set "data.path=$work/scenes.h5" --set batchSize=$batch --set iterations=$steps \
      --set logInterval=1 --set evaluationInterval=0 --set precision=bf16 --set tensorBoard=false \
      >"$work/log" 2>&1 || { tail -3 "$work/log" >&2; exit 1; }
  done
done
awk -F '\t' -v batch="${BATCH:-64}" -v bandwidth="${BANDWIDTH:-4.3e12}" '
  function add(file, to, sign) {
    while ((getline <file) > 0) {
      to[$1 FS $2, 1] += sign * $3; to[$1 FS $2, 2] += sign * $4; to[$1 FS $2, 3] += sign * $5
      names[$1 FS $2]
    }
  }
  BEGIN {
    folder = ARGV[1]
    add(folder "/1-3.tsv", one, 1); add(folder "/1-2.tsv", one, -1)
    add(folder "/2-3.tsv", two, 1); add(folder "/2-2.tsv", two, -1)
    print "| pass | kind | launches | GB read | GB written | ms |\n|---|---|--:|--:|--:|--:|"
    for (name in names) {
      split(name, words, FS)
      launches = one[name, 1]
      if (launches == 0) continue
      read = one[name, 2] + (batch - 1) * (two[name, 2] - one[name, 2])
      written = one[name, 3] + (batch - 1) * (two[name, 3] - one[name, 3])
      all += launches
      isOwn = words[1] == "kernel" || words[1] == "fill" || words[1] == "copy"
      if (isOwn) own += read + written
      printf "%.0f\t| %s | %s | %d | %.3f | %.3f | %s |\n", read + written, words[2], words[1], launches, read / 1e9,
        written / 1e9, isOwn ? sprintf("%.3f", (read + written) / bandwidth * 1e3) : "" | "sort -rn | cut -f 2"
    }
    close("sort -rn | cut -f 2")
    printf "| own passes together | | %d in all | %.2f moved | | %.2f |\n", all, own / 1e9, own / bandwidth * 1e3
  }' "$folder"
