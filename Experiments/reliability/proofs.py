"""Each check must find something: naive writers and readers in the place of the program."""

import os
import shutil

import mutate
from kills import judged
from mutants import Reader, through

# Writes over the old file, in pieces, and does not look at failures.
WRITER = """
import os, sys
def out(path, value):
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for _ in range(8):
        try: os.write(file, bytes([value]) * 4096)
        except OSError: pass
    os.close(file)
out(sys.argv[1], int(sys.argv[2]))
"""

# Trusts its input: crashes, loops or takes memory where a byte tells it to.
READER = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int count, char **words) {
  unsigned char head[64] = {0};
  FILE *file = fopen(words[1], "rb");
  if (!file) return 1;
  size_t size = fread(head, 1, sizeof head, file);
  printf("%zu %d\\n", size, head[9]);
  if (head[0] == 0xff) abort();
  if (head[1] == 0xff) for (volatile int forever = 1; forever;) {}
  if (head[2] == 0xff) memset(malloc(400 << 20), 1, 400 << 20);
  return 0;
}
"""


def proofs(bench):
    """What the checks do not find of what they must find."""
    folder = bench.fresh()
    missed = []
    with open(f"{folder}/writer.py", "w") as file:
        file.write(WRITER)

    def write(value, fault=None):
        target = f"{folder}/out/result"
        return bench.run(
            [f"{folder}/writer.py", target, str(value)], program=["python3"], fault=fault)

    os.makedirs(f"{folder}/out")
    write(2)
    from bench import tree
    whole = tree(f"{folder}/out")
    for mode, words in [("kill", "other bytes"), ("enospc-forever", "not whole"),
                        ("eio", "not whole")]:
        found = []
        for call in range(1, 10):
            write(1)
            status, said = write(2, dict(MODE=mode, AT=call, PATH=folder + "/out/", TEAR=50))
            found += judged(f"{folder}/out", whole, status, said, mode == "kill")
        if not any(words in w for w in found):
            missed.append(f"a writer that writes in place passes '{mode}': {found}")
    with open(f"{folder}/reader.c", "w") as file:
        file.write(READER)
    os.system(f"cc -O0 -o {folder}/reader {folder}/reader.c")
    with open(f"{folder}/seed", "wb") as file:
        file.write(bytes(range(1, 33)))

    def change(draw, data, other=None):
        data = bytearray(data)
        data[draw.randrange(3)] = 0xFF
        data[9] = draw.randrange(256)
        return bytes(data)

    reader = Reader("naive", "IN", "input", change, [f"{folder}/seed"], sealed=True)
    found, _, _ = through(bench, reader, 18, program=f"{folder}/reader", seconds=1)
    for words in ["it ends with 134", "it ends with 137", "MB more"]:
        if not any(words in w for w in found):
            missed.append(f"a reader that trusts its input passes '{words}': {found[:5]}")
    if not any("another content is accepted" in w for w in found):
        missed.append("a reader without checksums passes")
    shutil.rmtree(folder)
    return missed
