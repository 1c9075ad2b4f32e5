#!/usr/bin/env bash
# Builds and tests Pigment with oneDNN 3.2 from PyPI instead of the system's own version.
#
# The library and its headers are two wheels (zip files), kept with their build under .build, so nothing of the
# system changes and nothing is fetched a second time. Arguments go to `swift test`, such as --filter Backends.
set -euo pipefail
cd "$(dirname "$0")/.."

version=2023.2.0 # Intel's number of the release that holds oneDNN 3.2
cache=$PWD/.build/onednn3
build=$PWD/.build/onednn3-build

if [ ! -f "$cache/lib/libdnnl.so.3" ] || [ ! -f "$cache/include/oneapi/dnnl/dnnl.h" ]; then
  if [ "$(uname -m)" != x86_64 ]; then
    echo "test-onednn3: the wheels are for x86_64 only; this is $(uname -m)" >&2
    exit 1
  fi
  echo "test-onednn3: fetching onednn-cpu-gomp and onednn-devel-cpu-gomp $version (39 MB) from PyPI"
  rm -rf "$cache"
  mkdir -p "$cache/wheels"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$cache/wheels" \
    "onednn-cpu-gomp==$version" "onednn-devel-cpu-gomp==$version"
  for wheel in "$cache"/wheels/*.whl; do python3 -m zipfile -e "$wheel" "$cache/unpacked"; done
  for data in "$cache"/unpacked/*.data/data; do cp -r "$data"/. "$cache"/; done
  rm -r "$cache/wheels" "$cache/unpacked"
fi
grep -Eq '^#define DNNL_VERSION_MAJOR 3' "$cache/include/oneapi/dnnl/dnnl_version.h" || {
  echo "test-onednn3: the headers under $cache are not those of oneDNN 3" >&2
  exit 1
}

# The folders that pkg-config names for other libraries stand before those of -Xlinker, and the system's libdnnl lies in
# one of them; so our folder goes first in what pkg-config says.
mkdir -p "$cache/pkgconfig"
for library in openblas hdf5 libturbojpeg; do
  cat >"$cache/pkgconfig/$library.pc" <<END
Name: $library
Description: $library of the system, with oneDNN 3 found first
Version: $(pkg-config --modversion "$library")
Libs: -L$cache/lib $(pkg-config --libs "$library")
Cflags: $(pkg-config --cflags "$library")
END
done

# -I stands before /usr/include, so the headers of 3.x win.
flags=(
  -c release --scratch-path "$build" --pkg-config-path "$cache/pkgconfig"
  -Xcc "-I$cache/include" -Xlinker -rpath -Xlinker "$cache/lib"
)
echo "test-onednn3: building under .build/onednn3-build"
swift build "${flags[@]}" --product pigmentPackageTests

for program in "$build"/release/*.xctest; do
  if ! ldd "$program" | grep -q "libdnnl.so.3 => $cache/lib/"; then
    echo "test-onednn3: $program does not load oneDNN 3 from $cache:" >&2
    ldd "$program" | grep dnnl >&2 || echo "  it loads no libdnnl at all" >&2
    exit 1
  fi
done
echo "test-onednn3: testing with $(readlink -f "$cache/lib/libdnnl.so.3")"
swift test "${flags[@]}" --skip-build "$@"
