"""Writes profiles.json: color profiles (ICC), and what colors in them are in sRGB.

usage: make_profiles.py   (needs numpy, Pillow)

What is expected follows from the definitions (curve, matrix to XYZ under D50, matrix and curve of sRGB),
in double precision and without Little CMS; Pillow's ImageCms, which has it, must agree to one step.
"""

import base64
import io
import json
import os
import struct

import numpy as np
import PIL
from PIL import Image, ImageCms

D50 = (0.9642, 1.0, 0.8249)


def s15(value):
    return struct.pack(">i", round(value * 65536))


def xyz(values):
    return b"XYZ \0\0\0\0" + b"".join(map(s15, values))


def gamma(value):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256)) + b"\0\0"


def table(values):
    return b"curv\0\0\0\0" + struct.pack(f">I{len(values)}H", len(values), *values)


def parametric(g, a, b, c, d):
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + b"".join(map(s15, (g, a, b, c, d)))


def name(text):
    text = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + b"\0" * 78


def profile(space, title, tags):
    tags = [(b"desc", name(title)), (b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", xyz(D50))] + tags
    start, rows, data = 132 + 12 * len(tags), b"", b""
    for sign, body in tags:
        body += b"\0" * (-len(body) % 4)
        rows += sign + struct.pack(">II", start + len(data), len(body))
        data += body
    head = (struct.pack(">I", start + len(data)) + b"\0" * 4 + struct.pack(">I", 0x02400000) + b"mntr" + space
            + b"XYZ " + struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + b"".join(map(s15, D50)))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + rows + data


def colored(title, columns, curve):
    tags = [(sign, xyz(column)) for sign, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns)]
    return profile(b"RGB ", title, tags + [(sign, curve) for sign in (b"rTRC", b"gTRC", b"bTRC")])


def srgb_light(x):
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def srgb_codes(light):
    light = light.clip(0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(encoded * 255).astype(int)


# Columns of the matrices to XYZ, adapted to D50, as the profiles of these spaces have them.
SRGB = [(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)]
ADOBE = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]
P3 = [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)]
PROPHOTO = [(0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491)]
CURVE = parametric(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)

grid = np.array([(r, g, b) for r in (0, 96, 255) for g in (0, 140, 255) for b in (0, 60, 255)] + [(7, 90, 91)])
levels = np.arange(256)
rows = {}


def add(title, data, samples, expected):
    if expected is not None:
        mode = "RGB" if np.ndim(samples) == 2 else "L"
        picture = Image.fromarray(np.asarray(samples, np.uint8)[None], mode)
        target = ImageCms.createProfile("sRGB")
        found = np.array(ImageCms.profileToProfile(
            picture, ImageCms.ImageCmsProfile(io.BytesIO(data)), target, 1, "RGB",
            # Else a coarse table stands for the conversion of gray, 10 steps off where it is dark.
            flags=ImageCms.Flags.NOOPTIMIZE))[0].astype(int)
        shown = expected if mode == "RGB" else np.repeat(expected[:, None], 3, 1)
        print(title, np.abs(found - shown).max())
        assert np.abs(found - shown).max() <= 1, title
    rows[title] = {
        "bytes": base64.b64encode(data).decode(), "samples": np.asarray(samples).reshape(-1).tolist(),
        "expected": None if expected is None else np.asarray(expected).reshape(-1).tolist()}


def converted(columns, light):
    to_srgb = np.linalg.inv(np.array(SRGB).T) @ np.array(columns).T
    return srgb_codes(light(grid / 255) @ to_srgb.T)


add("Adobe RGB", colored("Adobe RGB", ADOBE, gamma(563 / 256)), grid, converted(ADOBE, lambda x: x ** (563 / 256)))
add("Display P3", colored("Display P3", P3, CURVE), grid, converted(P3, srgb_light))
add("ProPhoto RGB", colored("ProPhoto RGB", PROPHOTO, gamma(461 / 256)), grid,
    converted(PROPHOTO, lambda x: x ** (461 / 256)))
add("gray, linear", profile(b"GRAY", "gray, linear", [(b"kTRC", gamma(1))]), levels, srgb_codes(levels / 255))
add("gray, gamma 1.8", profile(b"GRAY", "gray, gamma 1.8", [(b"kTRC", gamma(461 / 256))]), levels,
    srgb_codes((levels / 255) ** (461 / 256)))
# Three forms of sRGB: of Little CMS, of parameters, and of tables as the first ones were.
add("sRGB of lcms", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), grid, None)
add("sRGB of parameters", colored("sRGB", SRGB, CURVE), grid, None)
add("sRGB of tables", colored("sRGB", SRGB, table(np.rint(srgb_light(np.arange(1024) / 1023) * 65535).astype(int))),
    grid, None)
add("gray as sRGB", profile(b"GRAY", "gray", [(b"kTRC", CURVE)]), levels, None)
# Of no use.
add("inks", profile(b"CMYK", "inks", []), [], None)
add("without curves", profile(b"RGB ", "without curves", []), [], None)

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "profiles.json"), "w") as file:
    json.dump({"versions": {"pillow": PIL.__version__, "numpy": np.__version__}, "profiles": rows}, file)
    file.write("\n")
