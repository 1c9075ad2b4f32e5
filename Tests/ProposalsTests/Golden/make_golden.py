"""Writes segmentation.json: what scikit-image's felzenszwalb makes of noise on blocks.

Run with scikit-image: python make_golden.py
"""
import json
import pathlib

import numpy
import skimage
from skimage.segmentation import felzenszwalb

generator = numpy.random.default_rng(313)
height, width = 18, 25
blocks = generator.uniform(0, 220, (3, 5, 3)).repeat(6, axis=0).repeat(5, axis=1)
picture = blocks[:height, :width] + generator.uniform(0, 30, (height, width, 3))
# Values with three decimals, so that the numbers in the file are the numbers that were segmented.
picture = numpy.round(picture, 3)
cases = []
for k, smallest in [(20.0, 1), (60.0, 1), (60.0, 12), (400.0, 20)]:
    # It divides the scale by 255, and compares with costs of a picture between 0 and 1.
    labels = felzenszwalb(picture / 255, scale=k, sigma=0, min_size=smallest, channel_axis=-1)
    cases.append({"k": k, "minimumSize": smallest, "labels": labels.ravel().tolist()})
result = {
    "scikit-image": skimage.__version__,
    "width": width,
    "height": height,
    "planes": [picture[:, :, c].ravel().tolist() for c in range(3)],
    "cases": cases,
}
path = pathlib.Path(__file__).with_name("segmentation.json")
path.write_text(json.dumps(result, separators=(",", ":")) + "\n")
print([len(set(case["labels"])) for case in cases])
