#!/usr/bin/env bash
# Installs what Pigment needs from the system (Debian 12 or 13, Ubuntu 24.04), and nothing that is there.
#
#   scripts/setup.sh                what building, testing and the demo need
#   scripts/setup.sh demo-photos    also the photographs of `make demo-photos`
#   scripts/setup.sh onednn3        also what `make test-onednn3` needs
#   scripts/setup.sh nvidia-wheels  also what `make nvidia-wheels` needs
#   scripts/setup.sh count          also what `make count` needs
#   scripts/setup.sh peer           also what `make bench-peer` needs
#   scripts/setup.sh mpi            also Open MPI and MPICH, of which `make mpi` makes use
#   scripts/setup.sh realism        also Chromium, which plays sessions of `pigment realism` in tests
#
# It asks for root by sudo, and only when something is missing.
set -euo pipefail

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# One requirement a line; of alternatives a|b, any installed one will do, else the first that apt knows.
required="git
make
pkg-config|pkgconf
libopenblas-dev
libdnnl-dev
libhdf5-dev
libturbojpeg0-dev|libturbojpeg-dev
libpng-dev
zlib1g-dev
liblcms2-dev
gnuplot-nox|gnuplot-qt|gnuplot-x11"

for group in "$@"; do
  case $group in
  demo-photos)
    required+=$'\ntuxpaint-stamps-default\nmate-backgrounds\nlomiri-wallpapers-16.04'
    ;;
  onednn3 | nvidia-wheels) required+=$'\npython3-pip' ;;
  mpi) required+=$'\nopenmpi-bin\nlibopenmpi-dev\nmpich\nlibmpich-dev' ;;
  count) required+=$'\nvalgrind' ;;
  peer) required+=$'\npython3-venv' ;;
  realism) required+=$'\npython3\nchromium' ;;
  -h | --help)
    sed -n '2,13s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *) fail "there is no group '$group'; known: count, demo-photos, mpi, nvidia-wheels, onednn3, peer, realism" ;;
  esac
done

check_swift() {
  local help="Get Swift from https://www.swift.org/install/linux/ and put it on the PATH."
  command -v swift >/dev/null || fail "there is no 'swift' on the PATH; 6.1 or later is needed." "$help"
  local answer version
  answer=$(swift --version 2>&1) || fail "'swift --version' fails:" "$answer" "$help"
  version=$(sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' <<<"$answer")
  [ -n "$version" ] || fail "'swift --version' names no version:" "$answer" "$help"
  local major=${version% *} minor=${version#* }
  if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 1 ]; }; then
    fail "Swift $major.$minor is too old; 6.1 or later is needed." "$help"
  fi
}

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints the requirements of which no alternative is installed.
missing() {
  local line name found
  while read -r line; do
    found=no
    for name in ${line//|/ }; do
      if installed "$name"; then found=yes; fi
    done
    [ $found = yes ] || echo "$line"
  done <<<"$required"
}

# Prints the first alternative that apt can install.
installable() {
  local name
  for name in ${1//|/ }; do
    if [[ $(apt-cache policy "$name") == *"Candidate: "[^\(]* ]]; then
      echo "$name"
      return
    fi
  done
  return 1
}

check_swift

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  fail "this is no Debian or Ubuntu (there is no apt-get). Install by hand what these packages hold:" \
    "$(tr '\n' ' ' <<<"$required")" \
    "and then build with 'swift build -c release'; only this script needs apt."
fi

wanted=$(missing)
if [ -z "$wanted" ]; then
  say "nothing is missing."
  exit 0
fi
say "missing: $(tr '\n' ' ' <<<"$wanted")"

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null ||
    fail "installing needs root, and there is no sudo. As root: apt-get install $(sed 's/|.*//' <<<"$wanted" | tr '\n' ' ')"
  as_root=(sudo)
fi

say "fetching the lists of packages (apt-get update)"
"${as_root[@]}" apt-get update -qq || say "some lists could not be fetched; going on with what apt knows."

packages=()
while read -r line; do
  name=$(installable "$line") ||
    fail "apt knows no package '$line'. On Ubuntu, enable the section 'universe': add-apt-repository universe"
  packages+=("$name")
done <<<"$wanted"

say "installing ${packages[*]} (apt-get install)"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null

still=$(missing)
[ -z "$still" ] || fail "after the installation these are still missing: $(tr '\n' ' ' <<<"$still")"
say "done."
