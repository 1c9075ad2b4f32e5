#!/usr/bin/env bash
# Builds what joins processes by an MPI library (Sources/CRanks), for each library that is installed, beside the program.
#
#   scripts/build-mpi.sh [FOLDER]      the folder of the program; .build/release by default
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-.build/release}
[ -d "$folder" ] || {
  echo "build-mpi: $folder is not there; make build makes it" >&2
  exit 1
}
found=0
for library in openmpi mpich; do
  # The names of Debian; elsewhere there is one mpicc, which says what it is.
  compiler=mpicc.$library
  if ! command -v "$compiler" >/dev/null; then
    compiler=mpicc
    command -v "$compiler" >/dev/null || continue
    case $library in
    openmpi) "$compiler" --showme:version >/dev/null 2>&1 || continue ;;
    mpich) "$compiler" -compile_info >/dev/null 2>&1 || continue ;;
    esac
  fi
  to=$folder/libpigment-$library.so
  "$compiler" -O2 -Wall -Wextra -fPIC -shared -ISources/CRanks/include Sources/CRanks/shim/mpi.c -o "$to.new"
  mv "$to.new" "$to"
  echo "$to"
  found=1
done
[ $found = 1 ] || {
  echo "build-mpi: neither Open MPI nor MPICH is installed; scripts/setup.sh mpi installs both" >&2
  exit 1
}
