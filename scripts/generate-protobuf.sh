#!/usr/bin/env bash
# Makes the Swift code of our .proto files anew (*.pb.swift, which are committed beside them).
#
# Needed only after a change of a .proto file. It takes protoc from Debian's protobuf-compiler and builds
# protoc-gen-swift from the copy of swift-protobuf that the package itself uses, under .build/protobuf
# (about five minutes the first time).
set -euo pipefail
cd "$(dirname "$0")/.."

command -v protoc >/dev/null || {
  echo "generate-protobuf: there is no protoc; apt-get install protobuf-compiler" >&2
  exit 1
}
swift package resolve
source=.build/checkouts/swift-protobuf
scratch=$PWD/.build/protobuf
plugin=$scratch/release/protoc-gen-swift
if [ ! -x "$plugin" ]; then
  echo "generate-protobuf: building protoc-gen-swift"
  swift build -c release --package-path "$source" --scratch-path "$scratch" --product protoc-gen-swift
fi
for proto in Sources/FeatureExport/ONNX/onnx.proto Sources/Training/TensorBoard/events.proto; do
  folder=$(dirname "$proto")
  protoc --proto_path="$folder" --plugin="$plugin" --swift_out="$folder" \
    --swift_opt=UseAccessLevelOnImports=true "$proto"
  echo "generate-protobuf: ${proto%.proto}.pb.swift"
done
