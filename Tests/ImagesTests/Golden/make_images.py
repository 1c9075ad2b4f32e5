"""Writes images.json: what decoders and Pillow's resize must return.

usage: make_images.py SHARED/golden/f_formats   (needs h5py, numpy, Pillow)
"""

import hashlib
import io
import json
import os
import sys

import h5py
import numpy as np
import PIL
from PIL import Image

folder = sys.argv[1]


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array, np.uint8).tobytes()).hexdigest()


decoded = []
with h5py.File(os.path.join(folder, "img_decoded.h5")) as file:
    for group in ("jpeg", "png"):
        for name, case in sorted(file[group].items()):
            row = {"file": name}
            if group == "jpeg":
                rgb = case["rgb_exif_upright"][()]
            elif "rgb" in case:
                rgb = case["rgb"][()]
            else:  # 16 bits: the nearest of 256 levels
                rgb = np.round(case["raw"][()] / 257).astype(np.uint8)
                rgb = np.repeat(rgb, 3, 2) if rgb.shape[2] == 1 else rgb
            row |= {"height": rgb.shape[0], "width": rgb.shape[1], "rgb": sha(rgb)}
            if group == "png" and case["raw"].shape[2] == 1 and case["raw"].dtype == np.uint8:
                row["indices"] = sha(case["raw"][()])
            if group == "png":
                rgba = Image.open(os.path.join(folder, "img", name)).convert("RGBA")
                if case["raw"].dtype == np.uint8:
                    row["rgba"] = sha(np.array(rgba))
            decoded.append(row)

with open(os.path.join(folder, "manifest.json")) as file:
    verdicts = json.load(file)["img_damaged"]
damaged = {name: "rejects" in verdict for name, verdict in verdicts.items()}

# A picture that Swift can make again: multiplicative noise over a ramp.
y, x, c = np.meshgrid(np.arange(37), np.arange(53), np.arange(3), indexing="ij")
source = ((x * 5 + y * 3 + c * 40) ^ (x * y * 7 + c * 13)) % 256
picture = Image.fromarray(source.astype(np.uint8))
filters = {
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
resized = []
for name, kind in filters.items():
    for size in ((20, 11), (53, 5), (80, 37), (106, 74)):
        for box in ((0, 0, 53, 37), (4.25, 3.5, 40.75, 30)):
            for mode in ("RGB", "L"):
                part = picture if mode == "RGB" else picture.getchannel(0)
                out = np.array(part.resize(size, kind, box=box))
                resized.append(
                    {
                        "filter": name,
                        "box": box,
                        "size": size,
                        "channels": len(part.getbands()),
                        "mean": float(out.mean()),
                        "samples": out[: 4].reshape(-1)[:300].tolist(),
                    }
                )

# Small files that always come along: 16-bit rounding, a 1-bit mask, a palette with transparency.
inline = []


def add_inline(name, image, indices=None, gray=None, rgb=None, rgba=None, **options):
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    row = {"name": name, "bytes": buffer.getvalue().hex(), "size": image.size}
    for key, value in (("indices", indices), ("gray", gray), ("rgb", rgb), ("rgba", rgba)):
        if value is not None:
            row[key] = np.array(value).reshape(-1).tolist()
    inline.append(row)


deep = np.array([[0, 128, 129, 385, 386, 32767, 32768, 65406, 65407, 65535]], np.uint16)
levels = np.round(deep / 257).astype(int)
add_inline("16-bit gray", Image.fromarray(deep), gray=levels, rgb=np.repeat(levels[0], 3))
bits = np.array([[0, 1, 1], [1, 0, 1]], np.uint8)
add_inline(
    "1-bit gray", Image.fromarray(bits * 255).convert("1"), indices=bits, gray=bits.astype(int) * 255
)
labels = np.array([[0, 1, 2], [3, 2, 255]], np.uint8)
mask = Image.fromarray(labels).convert("P")
mask.putdata(labels.reshape(-1).tolist())
colors = [(i * 7 % 256, i * 3 % 256, 255 - i) for i in range(256)]
mask.putpalette([v for color in colors for v in color])
add_inline(
    "palette with transparency",
    mask,
    indices=labels,
    rgb=[colors[i] for i in labels.reshape(-1)],
    rgba=[colors[i] + (0 if i == 2 else 255,) for i in labels.reshape(-1)],
    transparency=2,
)

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "images.json"), "w") as file:
    versions = {"pillow": PIL.__version__, "numpy": np.__version__}
    json.dump(
        {"versions": versions, "decoded": decoded, "damaged": damaged, "inline": inline, "resized": resized},
        file,
    )
    file.write("\n")
