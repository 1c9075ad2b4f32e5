#!/bin/sh
# Writes the gnuplot script of the small figure anew; run it in the package root, then read the difference.
PIGMENT_WRITE_GOLDEN_SCRIPT="$PWD/Tests/PlotsTests/Golden/small.gnuplot" \
  swift test -c release --filter PlotsTests.ScriptTests
