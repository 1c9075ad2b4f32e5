#!/usr/bin/env bash
# The three tasks of PASCAL VOC from colorization, from Gaussian noise and from He noise, three seeds.
#
#   Experiments/transfer/run.sh ARCHIVE VOCDEVKIT [RESULTS]
#
# ARCHIVE is an ECCV16 trunk at a quarter of its width (configs/objectives-pretrain.yaml makes one),
# VOCDEVKIT holds VOC2007 and VOC2012. What is finished is not done again; a run that was stopped
# goes on. TASKS="classify detect segment" says which tasks.
set -euo pipefail
if [ $# -lt 2 ] || [ $# -gt 3 ]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 64
fi
archive=$(realpath "$1") devkit=$(realpath "$2") out=${3:+$(realpath -m "$3")}
cd "$(dirname "$0")/../.."
out=${out:-results/transfer/runs}
swift build -c release --product pigment
pigment=.build/release/pigment
mkdir -p "$out"

for year in 2007 2012; do
  [ -f "$out/voc$year.h5" ] ||
    $pigment data build voc "$devkit" --year VOC$year --output "$out/voc$year.h5"
done
[ -f "$out/voc2007-proposals.h5" ] ||
  $pigment proposals build "$out/voc2007.h5" --output "$out/voc2007-proposals.h5"

transfer() { # the task, its configuration, then options
  local task=$1 config=$2
  shift 2
  case " ${TASKS:-classify segment detect} " in *" $task "*) ;; *) return ;; esac
  $pigment transfer "$task" "configs/$config" --init gaussian --init he \
    --init colorization="$archive" --seeds 3 --output "$out/$task" "$@"
}
transfer classify photographs-classify.yaml --set data.path="$out/voc2007.h5"
transfer segment voc-segment-small.yaml --set data.path="$out/voc2012.h5"
transfer detect detect-voc2007-small.yaml --set data.path="$out/voc2007.h5" \
  --set data.proposals="$out/voc2007-proposals.h5"
