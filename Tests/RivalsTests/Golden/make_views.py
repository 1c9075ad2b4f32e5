"""Reference values of the changes that views are made by, by torchvision v2 on tensors of 8 bits.

    python3 make_views.py      (needs torch and torchvision; writes views.json beside itself)

The same numbers come out at every run. Windows are cut out of Pillow's pictures, whose resizing is
that of the program; everything else is of tensors.
"""
import json
import os

import numpy as np
import PIL
import PIL.Image
import torch
import torchvision
from torchvision.transforms.v2 import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
SIDE = 24
rng = np.random.default_rng(5)

# Smooth colors, noise, grays, and the ends of the range.
y, x = np.mgrid[0:SIDE, 0:SIDE]
smooth = np.stack([9 * x, 9 * y, 255 - 5 * (x + y)], -1)
noise = rng.integers(0, 256, size=(SIDE, SIDE, 3))
gray = np.repeat(rng.integers(0, 256, size=(SIDE, SIDE, 1)), 3, -1)
ends = 255 * rng.integers(0, 2, size=(SIDE, SIDE, 3))
picture = np.where(((x // 6 + y // 6) % 4)[..., None] == 0, noise, smooth)
picture = np.where(((x // 6 + y // 6) % 4)[..., None] == 1, gray, picture)
picture[:3] = ends[:3]
picture = np.clip(picture, 0, 255).astype(np.uint8)
tensor = torch.from_numpy(picture).permute(2, 0, 1).contiguous()


def samples(result):
    return np.asarray(result.permute(1, 2, 0)).reshape(-1).tolist()


cases = []
for factor in [0.2, 0.75, 1.3, 1.8]:
    cases.append(("brightness", [factor], samples(F.adjust_brightness(tensor, factor))))
    cases.append(("contrast", [factor], samples(F.adjust_contrast(tensor, factor))))
    cases.append(("saturation", [factor], samples(F.adjust_saturation(tensor, factor))))
for turn in [-0.5, -0.2, -0.01, 0.07, 0.2, 0.5]:
    cases.append(("hue", [turn], samples(F.adjust_hue(tensor, turn))))
cases.append(("gray", [], samples(F.rgb_to_grayscale(tensor, num_output_channels=3))))
for window, deviation in [(3, 0.1), (3, 0.8), (9, 0.5), (9, 2.0), (23, 2.0)]:
    cases.append(
        ("blur", [window, deviation], samples(F.gaussian_blur(tensor, [window] * 2, [deviation] * 2))))
image = PIL.Image.fromarray(picture)
for (left, top, width, height), size in [((3, 5, 17, 11), 16), ((0, 0, 24, 24), 16), ((7, 2, 9, 20), 20)]:
    cut = F.resized_crop(image, top, left, height, width, [size, size], antialias=True)
    for mirrored in [0, 1]:
        result = F.horizontal_flip(cut) if mirrored else cut
        cases.append(
            ("window", [left, top, width, height, size, mirrored],
             np.asarray(result).reshape(-1).tolist()))

json.dump(
    {
        "made_by": f"torchvision {torchvision.__version__}, torch {torch.__version__}, Pillow {PIL.__version__}",
        "side": SIDE, "picture": picture.reshape(-1).tolist(),
        "cases": [{"operation": o, "parameters": p, "samples": s} for o, p, s in cases],
    },
    open(os.path.join(HERE, "views.json"), "w"), separators=(",", ":"))
