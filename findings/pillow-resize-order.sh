#!/usr/bin/env bash
# Pillow 13 resizes tall photographs in another order than Pillow 12: the same call gives other pixels.
#
# One would guess: resize(size, BILINEAR) is a fixed sum over pixels, so a new version of Pillow changes no
# preprocessing; and if it did, it would change that of all pictures alike.
# What happens: since 13.0 (pull request 9549) columns are filtered before rows where the height loses more
# than twice as many pixels as the width. Samples are rounded to 8 bits between the passes, so results
# differ by one code. A photograph of 400 x 600 that becomes 224 x 224 is of this kind, the same one lying
# down (600 x 400) is not: a part of a data set changes with the version, by the shape of its pictures.
# Why it matters: features of portraits that were extracted with one version are not those of another, while
# a check on landscapes finds every bit the same; hashes of preprocessed data break; and whoever
# reimplements Pillow's resize must say which version.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv environment
for version in 12.0.0 13.0.0; do
  environment/bin/pip install --quiet --disable-pip-version-check --target "pillow-$version" "pillow==$version"
done
cat >resize.py <<'END'
import sys
import PIL
from PIL import Image

def photograph(width, height):
    """Smooth color with fine texture, the same in every version."""
    samples, state = bytearray(), 1
    for y in range(height):
        for x in range(width):
            for c in range(3):
                state = (state * 1103515245 + 12345) % 2**31
                samples.append((x * 90 // width + y * 90 // height + c * 20 + (state >> 20) % 50) % 256)
    return Image.frombytes("RGB", (width, height), bytes(samples))

for width, height in ((400, 600), (600, 400), (500, 375), (375, 500)):
    small = photograph(width, height).resize((224, 224), Image.Resampling.BILINEAR)
    with open(f"{PIL.__version__}-{width}x{height}", "wb") as file:
        file.write(small.tobytes())
print("Pillow", PIL.__version__)
END
for version in 12.0.0 13.0.0; do PYTHONPATH=$folder/pillow-$version environment/bin/python resize.py; done
cat >compare.py <<'END'
changed = {}
for size in ("400x600", "600x400", "500x375", "375x500"):
    old, new = (open(f"{version}-{size}", "rb").read() for version in ("12.0.0", "13.0.0"))
    steps = [abs(a - b) for a, b in zip(old, new)]
    changed[size] = sum(step > 0 for step in steps) / len(steps)
    print(f"{size} to 224x224: {100 * changed[size]:.2f} % of the samples differ, by at most {max(steps)}")
raise SystemExit(not (changed["400x600"] > 0.01 and changed["600x400"] == changed["500x375"] == changed["375x500"] == 0))
END
environment/bin/python compare.py
