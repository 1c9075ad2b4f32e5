#!/usr/bin/env bash
# Builds the emulated GPU into a folder: one library under the names of NVIDIA's.
#
#   Tests/EmulatedGPU/build.sh FOLDER
#   PIGMENT_CUDA_PATH=FOLDER XDG_CACHE_HOME=FOLDER/cache pigment doctor
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
compiler=${CXX:-$(command -v clang++ || command -v c++ || command -v g++)}
mkdir -p "$1"
folder=$(cd "$1" && pwd)
sum=$(cat "$here"/* | cksum)
if [ "$(cat "$folder/made-from" 2>/dev/null)" = "$sum $compiler" ]; then exit 0; fi
rm -rf "$folder/cache" "$folder/counting-cache"
"$compiler" -std=c++17 -O2 -shared -fPIC -DCOMPILER="\"$compiler\"" \
  -DKERNEL_HEADER="\"$here/kernel.h\"" "$here"/*.cpp -ldl -o "$folder/libemulated.so.$$"
mv "$folder/libemulated.so.$$" "$folder/libemulated.so"
for name in libcuda.so.1 libnvrtc.so.13 libcudnn.so.9 libcublasLt.so.13; do
  ln -sfn libemulated.so "$folder/$name"
done
echo "$sum $compiler" >"$folder/made-from"
