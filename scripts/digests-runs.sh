# The runs of digests.sh, which reads this file: `pigment` and `products` are its functions.
# shellcheck shell=bash

data() {
  mkdir data
  pigment data build scenes --output data/scenes.h5 --pretrain 40 --trainval 12 --test 8 --width 48 --height 48
  pigment proposals build data/scenes.h5 --output data/proposals.h5 --max 60 --threads 1
  pigment data prior data/scenes.h5 --threads 1
  cat >data/pretrain.yaml <<'YAML'
data: {path: data/scenes.h5, validationPictures: 2, augmentation: {size: 32}}
trunk: {width: 0.0625}
batchSize: 4
threadInvariant: always
iterations: 6
schedule: {rate: 0.003, decay: cosine}
logInterval: 1
checkpointInterval: 2
evaluationInterval: 2
YAML
  cat >data/tune.yaml <<'YAML'
data: {path: data/scenes.h5}
trunk: {width: 0.0625}
batchSize: 3
threadInvariant: always
iterations: 6
optimizer: {rule: adam, clipNorm: 10}
schedule: {rate: 0.001, decay: cosine, warmup: 2}
logInterval: 1
checkpointInterval: 4
YAML
  grep -v checkpointInterval data/tune.yaml >data/recognizer.yaml
  cat >data/study.yaml <<'YAML'
name: tiny
data: {scenes: {path: data/scenes.h5}}
everywhere: [iterations=3]
pretexts: [{name: rotation, configuration: data/pretrain.yaml, data: scenes, settings: [task=rotation]}]
starts: [gaussian, rotation]
tasks: [{name: classify, verb: classify, configuration: data/tune.yaml, data: scenes, settings: [data.augmentation.size=32]}]
regimes: [{name: all}]
seeds: 2
YAML
  products data
}

# pretrain NAME SETTING…
pretrain() {
  local name=$1 setting settings=()
  shift
  for setting in "$@"; do settings+=(--set "$setting"); done
  pigment pretrain data/pretrain.yaml "${settings[@]}" --run "pretrain/$name"
  products "pretrain/$name"
}

pretraining() {
  local task rule scheme
  pretrain colorization
  pretrain regression objective.loss=regression
  pretrain lambda objective.lambda=1 objective.prior=data/scenes.prior.json
  pretrain gray objective.pair=gray-rgb
  pretrain bf16 precision=bf16
  pretrain accumulation accumulation=2
  pretrain averaging optimizer.averaging=0.9
  pretrain best selection.metric=validation/rmse selection.keep=2 iterations=12
  pretrain early selection.metric=validation/rmse selection.patience=1 schedule.rate=0.1 iterations=60
  pretrain probing probing.data.path=data/scenes.h5 probing.layers='[relu2_2,relu5_3]' tensorBoard=false
  pretrain seed seed=7
  pretrain alexnet trunk.architecture=alexnet data.augmentation.size=64
  pretrain vgg16 trunk.architecture=vgg16 trunk.affine=true
  pretrain from initialization.from=pretrain/seed initialization.fresh='[head.conv8_313]'
  for scheme in gaussian xavier elwise pca kmeans; do
    pretrain "$scheme" initialization.scheme=$scheme initialization.batches=2
  done
  for rule in sgd sgd-caffe adam-caffe adamw; do
    pretrain "$rule" optimizer.rule=$rule optimizer.weightDecay=0.01 optimizer.clipNorm=5 schedule.decay=step
  done
  for task in autoencoder denoising inpainting rotation; do
    pretrain $task task=$task
    pretrain $task-variant task=$task trunk.inputChannels=3 objective.channels=rgb accumulation=2 precision=bf16
  done
  pretrain adversarial task=inpainting objective.adversarial=0.1
  pretrain context task=context data.augmentation.size=40 objective.{patch=16,gap=4,jitter=1,pairs=2,hidden=32}
  pretrain split-brain task=split-brain trunk.inputChannels=3
}

archives() {
  local format name
  mkdir archives
  for name in colorization averaging alexnet rotation split-brain gray; do
    pigment export pretrain/$name --output archives/$name.safetensors
  done
  pigment export pretrain/alexnet --fold --output archives/folded.safetensors
  pigment export pretrain/vgg16 --fold --rescale --output archives/rescaled.safetensors
  pigment export pretrain/colorization --input lab --output archives/lab.safetensors
  pigment export pretrain/gray --input rgb --normalization imagenet --output archives/rgb.safetensors
  pigment export pretrain/vgg16 --format onnx --layer all --output archives/vgg16.onnx
  pigment export pretrain/vgg16 --format pytorch --output archives/vgg16-pytorch
  pigment export pretrain/vgg16 --format caffe --output archives/vgg16.h5
  pigment import archives/vgg16.h5 --output archives/imported.safetensors
  products archives
}

# transfer VERB NAME ARGUMENT…
transfer() {
  [ $# -gt 0 ] || { comparisons && return; }
  local verb=$1 name=$2
  shift 2
  pigment transfer "$verb" data/tune.yaml --init gaussian --init kmeans --init archive=archives/colorization.safetensors \
    --seeds 2 --output "transfer/$name" "$@"
  products "transfer/$name"
}

comparisons() {
  local classify=(--set data.augmentation.size=32)
  local detect=(--set data.proposals=data/proposals.h5 --set 'scales.training=[64]' --set scales.testing=64
    --set sampling.backgroundLow=0 --set head.hidden=32 --set checkpointInterval=2)
  local segment=(--set data.trainSplit=trainval --set data.testSplit=test --set accumulation=2)
  transfer classify classify "${classify[@]}"
  transfer classify frozen "${classify[@]}" --set regime=head
  transfer classify late "${classify[@]}" --set regime=late --set data.trainFraction=0.5
  transfer classify tuned "${classify[@]}" --set precision=bf16 --set optimizer.averaging=0.9 --set dropout=0.2
  transfer detect detect "${detect[@]}"
  transfer detect detect-align "${detect[@]}" --set head.pooling=align --set precision=bf16
  transfer segment segment "${segment[@]}"
  transfer segment segment-skips "${segment[@]}" --set 'skips=[norm2,norm1]' --set balance=median-frequency \
    --set learnsUpsampling=true --set optimizer.rule=sgd-caffe --set precision=bf16
  pigment transfer probe gaussian kmeans archive=archives/colorization.safetensors data/scenes.h5 --seeds 2 \
    --set size=32 --set 'few.positives=[1,2]' --set few.draws=2 --set resamples=50 --set features=256 --format svg \
    --output transfer/probe
  products transfer/probe
  pigment export transfer/tuned/archive-seed1 --task labels-classify --output archives/labels.safetensors
  products archives/labels.safetensors
}

judging() {
  pigment evaluate recognizer data/recognizer.yaml --set data.augmentation.size=32 --set trunk.inputChannels=3 \
    --set iterations=8 --run recognizer
  pigment evaluate color one=pretrain/colorization two=pretrain/regression data/scenes.h5 --recognizer recognizer \
    --resamples 200 --threads 1 --output judged
  pigment data export data/scenes.h5 --split test --count 3 --output pictures
  pigment colorize pretrain/colorization pictures --temperatures 0,0.38,1 --entropy --output colored
  pigment units top archives/colorization.safetensors data/scenes.h5 --layer relu2 --top 3 --size 32 --output units
  products recognizer judged pictures colored units
}

studies() {
  pigment study run data/study.yaml --threads 1 --output study
  products study
}

# Runs that were stopped half-way: a copy without the last checkpoint, and one that got a signal.
stops() {
  mkdir stopped
  cp -r pretrain/averaging stopped/pretrain && rm stopped/pretrain/checkpoints/step-6.ckpt
  cp -r pretrain/adversarial stopped/rival && rm stopped/rival/checkpoints/step-6.ckpt
  local verb
  for verb in classify segment; do
    (stoppable $verb stopped) & local child=$!
    until ls stopped/$verb/*/checkpoints/*.ckpt >/dev/null 2>&1; do
      kill -0 $child 2>/dev/null || { cat last.log >&2; exit 1; }
      sleep 0.05
    done
    kill -TERM $child
    if wait $child; then echo "digests: $verb ended before it was stopped" >&2; exit 1; fi
  done
}

# Becomes a comparison of one run that takes some seconds.
stoppable() {
  local split=()
  [ "$1" = classify ] || split=(--set data.trainSplit=trainval --set data.testSplit=test --set accumulation=1)
  [ "$1" = segment ] || split=(--set data.augmentation.size=32)
  exec bin/pigment transfer "$1" data/tune.yaml "${split[@]}" --set iterations=200 --set optimizer.averaging=0.9 \
    --init gaussian --seeds 1 --output "$2/$1" >last.log 2>&1
}

# What can be taken up by a later program: stopped runs, finished comparisons and studies, archives.
takes_up() {
  local name
  mkdir resumed features
  cp -r stopped/. resumed
  for name in pretrain rival; do pigment resume resumed/$name; done
  for name in classify segment; do
    (stoppable $name resumed) || { cat last.log >&2; exit 1; }
  done
  products resumed
  sleep 0.1 && touch last.marker
  pigment transfer classify data/tune.yaml --init gaussian --init kmeans \
    --init archive=archives/colorization.safetensors --seeds 2 --set data.augmentation.size=32 \
    --output transfer/classify
  products transfer/classify/table.md
  pigment study run data/study.yaml --threads 1 --output study
  pigment study report data/study.yaml --no-figures --output study
  products study/report
  name=$(find transfer study -name '*.ckpt' -newer last.marker)
  [ -z "$name" ] || { echo "digests: trained again: $name" >&2; exit 1; }
  for name in archives/*.safetensors archives/vgg16.onnx archives/vgg16.h5 archives/vgg16-pytorch; do
    case $name in *.golden.safetensors) ;; *) pigment export --check "$name" ;; esac
  done
  for name in colorization averaging alexnet imported; do
    pigment extract archives/$name.safetensors data/scenes.h5 --layer relu2"$([ $name = alexnet ] || echo _2)" \
      --split test --pool average:2 --output features/$name.h5
  done
  products features
}
