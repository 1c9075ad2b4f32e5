#!/usr/bin/env bash
# Makes what `OldFileTests` reads, with the program of the day: make_old.sh PIGMENT FOLDER.
# Made on 2026-12-02 by commit 10f099c (data sets of version 2, checkpoints and archives of version 1). New schemas get a folder
# beside this one; what is here stays, since it is what users have.
set -euo pipefail
# By its name alone: records hold the command line, and where it lies is nobody's affair.
names=$(mktemp -d)
cp "$1" "$names/pigment"
PATH=$names:$PATH
mkdir -p "$2"
cd "$2"
export OMP_NUM_THREADS=1
cat >pretrain.yaml <<'YAML'
task: rotation
data: {path: data.h5, validationSplit: test, validationPictures: 1, augmentation: {size: 32}}
trunk: {width: 0.01}
batchSize: 2
iterations: 4
checkpointInterval: 2
evaluationInterval: 0
tensorBoard: false
YAML
cat >classify.yaml <<'YAML'
data: {path: data.h5, augmentation: {size: 32}}
trunk: {width: 0.01}
batchSize: 2
iterations: 2
tensorBoard: false
YAML
cat >study.yaml <<'YAML'
name: old
version: 1
data: {s: {path: data.h5}}
pretexts: [{name: rotation, configuration: pretrain.yaml, data: s}]
starts: [gaussian, rotation]
baseline: gaussian
tasks: [{name: classify, verb: classify, configuration: classify.yaml, data: s}]
regimes: [{name: all}]
seeds: 1
YAML
pigment data build scenes --output data.h5 --pretrain 4 --trainval 4 --test 2 --width 32 --height 32
pigment pretrain pretrain.yaml --run run
pigment export run --output archive.safetensors --pictures 0
pigment extract archive.safetensors data.h5 --layer relu5_3 --pool max --output features.h5
pigment proposals build data.h5 --output proposals.h5 --max 5
pigment study run study.yaml --output study --threads 1
# A run that was stopped at step 2.
rm run/checkpoints/step-4.ckpt
find . -name .lock -delete -o -name '*.lock' -delete
