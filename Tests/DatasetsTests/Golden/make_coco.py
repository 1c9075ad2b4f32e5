"""Shapes of COCO annotations and the pixels that pycocotools 2.0 gives them: coco.json.

python3 make_coco.py (needs pycocotools and numpy)
"""
import json
import pathlib

import numpy
from pycocotools import mask

rng = numpy.random.default_rng(5)


def shape(kind, w, h):
    if kind == "polygons":
        polygons = []
        for _ in range(rng.integers(1, 3)):
            corners = rng.integers(3, 9)
            center = rng.uniform(0.2, 0.8, 2) * (w, h)
            reach = rng.uniform(0.1, 0.7) * max(w, h)  # some leave the picture
            points = center + rng.uniform(-reach, reach, (corners, 2))
            polygons.append([round(float(v), 2) for v in points.ravel()])
        return polygons, mask.merge(mask.frPyObjects(polygons, h, w))
    pixels = numpy.asfortranarray(rng.uniform(0, 1, (h, w)) < rng.uniform(0.1, 0.9))
    pixels = numpy.asfortranarray(numpy.repeat(pixels[::3], 3, axis=0)[:h].astype(numpy.uint8))
    run = mask.encode(pixels)
    if kind == "text":
        return {"size": run["size"], "counts": run["counts"].decode()}, run
    flat = pixels.ravel(order="F")
    ends = numpy.flatnonzero(numpy.diff(flat)) + 1
    counts = numpy.diff(numpy.concatenate([[0], ends, [flat.size]])).tolist()
    return {"size": [h, w], "counts": ([0] if flat[0] else []) + counts}, run


cases = []
for number in range(40):
    kind = ["polygons", "polygons", "text", "counts"][number % 4]
    w, h = int(rng.integers(8, 60)), int(rng.integers(8, 60))
    given, run = shape(kind, w, h)
    pixels = mask.decode(run)
    rows = ["".join("#" if v else "." for v in row) for row in pixels]
    cases.append({"width": w, "height": h, "segmentation": given, "rows": rows})
path = pathlib.Path(__file__).with_name("coco.json")
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
