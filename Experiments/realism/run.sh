#!/usr/bin/env bash
# What takes too long for CI: three sessions at full length in Chromium, an abused server, a hundred kills.
#   Experiments/realism/run.sh [sessions|abuse|kills ...]        results: build/realism
set -euo pipefail
cd "$(dirname "$0")/../.."
pigment=$PWD/.build/release/pigment
out=build/realism
here=Experiments/realism
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(sessions abuse kills)
rm -rf "$out" && mkdir -p "$out"
$pigment data build scenes --output "$out/scenes.h5" --pretrain 4 --trainval 4 --test 120 --width 256 --height 256 --quiet

# Starts a server of a study; sets $server and $address.
serve() {
  # Not the address of the server before.
  rm -f "$out/address"
  $pigment realism serve "$1" --port 0 >"$out/address" 2>"$out/server.log" &
  server=$!
  until [ -s "$out/address" ]; do sleep 0.1; done
  address=$(sed 's/^open //' "$out/address")
}
# Ends it and says the most memory that it had.
finish() {
  grep VmHWM "/proc/$server/status"
  kill -INT "$server"
  wait "$server" || [ $? -eq 130 ]
}

for part in "${parts[@]}"; do
  case $part in
  sessions)
    $pigment realism plan gray welsh random "$out/scenes.h5" --split test --people 3 --output "$out/study"
    serve "$out/study"
    # With --pictures it also leaves what people see, on a desktop and on a phone.
    python3 $here/play.py "$address" --study "$out/study" --people 2 --reload-at 20 --pictures "$out/desktop"
    python3 $here/play.py "$address" --study "$out/study" --phone --pictures "$out/phone"
    finish
    $pigment realism report "$out/study"
    ;;
  abuse)
    $pigment realism plan gray "$out/scenes.h5" --split test --size 64 --output "$out/abused"
    echo "a-secret-that-nobody-may-read-$RANDOM$RANDOM" >"$out/secret"
    serve "$out/abused"
    # HTTPABUSE is the script of this name; it is no part of this checkout.
    python3 "${HTTPABUSE:?name the abuse script}" "${address%%/#*}" "$PWD/$out/secret" --post /api/vote --conc 1000
    finish
    ;;
  kills)
    $pigment realism plan gray "$out/scenes.h5" --split test --size 64 --count 120 --trials 100 --practice 0 --output "$out/killed"
    python3 $here/kills.py "$pigment" "$out/killed"
    ;;
  *)
    echo "run.sh: '$part' is no part; there are sessions, abuse and kills" >&2
    exit 64
    ;;
  esac
done
