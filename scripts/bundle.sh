#!/usr/bin/env bash
# Packs Pigment for machines without Swift and without our libraries: build/bundle/pigment-linux-ARCH.tar.xz
#
#   scripts/bundle.sh          the program and its benchmarks
#   scripts/bundle.sh tests    the tests, as they were built here, with every library they need; unpacked over
#                              the bundle they let gpu/check.sh run the case table on a card
#
# HDF5, OpenBLAS, libpng, libturbojpeg and libxml2 are linked in whole; oneDNN, with the two libraries it needs, and
# Little CMS, of which Debian has no archive, travel beside the program. NVIDIA's libraries are those of the machine where it runs (see `pigment doctor`).
# What the linker is given comes from a folder of static archives, so that it cannot take shared ones.
set -euo pipefail
cd "$(dirname "$0")/.."
work=build/bundle
name=pigment-linux-$(uname -m)
limit=$((64 << 20))
mkdir -p "$work/link"
work=$(cd "$work" && pwd)
say() { printf 'bundle: %s\n' "$*"; }

if [ "${1:-}" = tests ]; then
  swift build -c release --product pigmentPackageTests
  folder=$work/tests/$name
  rm -rf "$work/tests"
  mkdir -p "$folder/tests/lib" "$folder/Tests/TensorsTests" "$folder/Sources/Tensors"
  cp .build/release/pigmentPackageTests.xctest "$folder/tests/"
  strip "$folder/tests/pigmentPackageTests.xctest"
  # All but what belongs to the C library of the machine where they run.
  ldd "$folder/tests/pigmentPackageTests.xctest" | awk '$3 ~ /^\// { print $3 }' |
    grep -vE '/(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|gcc_s))\.so' |
    while read -r library; do cp -L "$library" "$folder/tests/lib/"; done
  cp -r Tests/TensorsTests/Golden "$folder/Tests/TensorsTests/"
  cp -r Sources/Tensors/Operations "$folder/Sources/Tensors/"  # a test asks each for its case
  cat >"$folder/run-tests" <<'EOF'
#!/usr/bin/env bash
here=$(cd "$(dirname "$0")" && pwd)
export PIGMENT_CHECKOUT=${PIGMENT_CHECKOUT:-$here} LD_LIBRARY_PATH=$here/tests/lib:${LD_LIBRARY_PATH:-}
exec "$here/tests/pigmentPackageTests.xctest" "$@"
EOF
  chmod +x "$folder/run-tests"
  tar -C "$work/tests" -cJf "$work/$name-tests.tar.xz" "$name"
  say "$work/$name-tests.tar.xz: $(stat -c %s "$work/$name-tests.tar.xz") bytes"
  exit 0
fi

archives=$(dirname "$(gcc -print-file-name=libz.a)")
link() { ln -sfn "$archives/$1" "$work/link/$2"; }
link libhdf5_serial.a libhdf5.a
link libopenblas.a libopenblas.a
link libturbojpeg.a libturbojpeg.a
link libpng16.a libpng.a
for library in z sz aec xml2 lzma; do link "lib$library.a" "lib$library.a"; done

# HDF5's driver for S3 is never used; it wants curl and OpenSSL. OpenBLAS's Fortran wants two functions
# that only its error messages and its tests call.
{
  echo '#include <stdio.h>'
  echo '#include <stdlib.h>'
  for symbol in curl_easy_init curl_easy_setopt curl_easy_perform curl_easy_cleanup curl_easy_getinfo \
    curl_easy_strerror curl_slist_append curl_slist_free_all curl_global_init curl_global_cleanup \
    HMAC EVP_sha256 SHA256 _gfortran_concat_string _gfortran_etime _gfortran_compare_string; do
    echo "void $symbol(void) { fputs(\"pigment: $symbol is not in this bundle\\n\", stderr); abort(); }"
  done
  # libxml2 asks ICU for encodings besides UTF-8, UTF-16 and Latin 1; here it is told that there are none.
  nm "$archives/libxml2.a" 2>/dev/null | sed -nE 's/^ +U (ucnv_[A-Za-z]+_[0-9]+)$/\1/p' | sort -u |
    while read -r symbol; do echo "void *$symbol(void) { return 0; }"; done
  nm "$archives/libxml2.a" 2>/dev/null | sed -nE 's/^ +U (UCNV_[A-Z_]+_[0-9]+)$/\1/p' | sort -u |
    while read -r symbol; do echo "void $symbol(void) {}"; done
} >"$work/link/absent.c"
gcc -O1 -w -c "$work/link/absent.c" -o "$work/link/absent.o"
ar rcs "$work/link/libabsent.a" "$work/link/absent.o"

# The packages that the manifest asks pkg-config for, with our folder in place of the system's.
for package in hdf5 openblas libturbojpeg; do
  {
    printf 'Name: %s\nDescription: static\nVersion: 1\n' "$package"
    printf 'Cflags: %s\n' "$(pkg-config --cflags "$package")"
    printf 'Libs: -L%s -l%s\n' "$work/link" "${package#lib}"
  } >"$work/link/$package.pc"
done

say "building (its own folder, some minutes)"
for product in pigment pigment-benchmarks; do
  PKG_CONFIG_PATH=$work/link swift build -c release --product $product --scratch-path "$work/build" \
    --static-swift-stdlib -Xlinker "-L$work/link" -Xlinker -lxml2 -Xlinker -labsent -Xlinker -lsz -Xlinker -laec \
    -Xlinker -llzma -Xlinker -lz -Xlinker '-rpath=$ORIGIN/lib' -Xlinker --disable-new-dtags -Xlinker -s
done

say "packing"
folder=$work/$name
rm -rf "$folder"
mkdir -p "$folder/lib"
cp "$work/build/release/pigment" "$work/build/release/pigment-benchmarks" "$folder/"
mkdir -p "$folder/Experiments/Benchmarks"
cp Experiments/Benchmarks/peer.py "$folder/Experiments/Benchmarks/"
cp -r configs LICENSE "$folder/"
cp -r Experiments/gpu "$folder/gpu"
ldd "$folder/pigment" | awk '$3 ~ /libdnnl|libOpenCL|libgomp|liblcms2/ { print $3 }' |
  while read -r library; do cp -L "$library" "$folder/lib/"; done
strange=$(ldd "$folder/pigment" | awk '{ print $1 }' | grep -vE \
  'linux-vdso|ld-linux|lib(c|m|dl|rt|pthread|util|gcc_s|stdc\+\+|dnnl|OpenCL|gomp|lcms2)\.so' || true)
[ -z "$strange" ] || { say "the program still wants: $strange" >&2; exit 1; }
tar -C "$work" -cJf "$work/$name.tar.xz" "$name"
size=$(stat -c %s "$work/$name.tar.xz")
say "$work/$name.tar.xz: $size bytes; the program wants $(objdump -T "$folder/pigment" |
  grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1) or later"
[ "$size" -le "$limit" ] || { say "that is more than $limit bytes" >&2; exit 1; }
