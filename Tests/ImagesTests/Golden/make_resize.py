"""What Pillow's resize makes of random pictures, sizes, boxes and filters.

usage: make_resize.py COUNT   prints JSON (needs numpy, Pillow); resize.json is that of 400

Case n is drawn from n alone, as ResizeTests.swift draws it again; its row holds the first 16 digits of
the SHA-256 of the result's samples.
"""

import hashlib
import json
import sys

import numpy as np
import PIL
from PIL import Image

FILTERS = [
    Image.Resampling.NEAREST, Image.Resampling.BOX, Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC, Image.Resampling.LANCZOS,
]
MODES = {1: "L", 3: "RGB", 4: "RGBA"}


class Draws:
    """Numbers below limits, by a linear congruence of 64 bits."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def samples(count, seed):
    x = (np.arange(count, dtype=np.uint64) + np.uint64(seed * 7919)) * np.uint64(2654435761)
    x = (x ^ (x >> np.uint64(15))) & np.uint64(0xFFFFFFFF)
    return ((x * np.uint64(2246822519) >> np.uint64(24)) & np.uint64(255)).astype(np.uint8)


def digest(number):
    draws = Draws(number)
    kind = FILTERS[draws.below(5)]
    channels = [1, 3, 3, 4][draws.below(4)]
    width, height, columns, rows = (1 + draws.below(limit) for limit in (200, 150, 180, 160))
    box = None
    if draws.below(2):
        part = [1 + draws.below(1000) / 999 * (side - 1) for side in (width, height)]
        corner = [draws.below(1000) / 1000 * (side - size)
                  for side, size in zip((width, height), part)]
        end = [place + size for place, size in zip(corner, part)]
        if end[0] <= width and end[1] <= height:
            box = (*corner, *end)
    pixels = samples(width * height * channels, number).reshape(height, width, channels)
    picture = Image.fromarray(pixels.squeeze(2) if channels == 1 else pixels, MODES[channels])
    result = picture.resize((columns, rows), kind, box=box)
    return hashlib.sha256(result.tobytes()).hexdigest()[:16]


json.dump(
    {"versions": {"pillow": PIL.__version__, "numpy": np.__version__},
     "digests": [digest(number) for number in range(int(sys.argv[1]))]},
    sys.stdout, indent=0)
print()
