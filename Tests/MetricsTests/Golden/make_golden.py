"""Thins the reference values of c_metrics to small JSON files that every checkout has.

    python3 make_golden.py PATH_TO_REFERENCE      (the folder that holds c_metrics; needs h5py, numpy and Pillow)

Nothing is drawn at random: the same files come out at every run.
"""
import json
import os
import sys

import h5py
import numpy as np
from PIL import Image

REFERENCE = os.path.join(sys.argv[1], "c_metrics")
HERE = os.path.dirname(os.path.abspath(__file__))


def load(name):
    with open(os.path.join(REFERENCE, name)) as f:
        return json.load(f)


def write(name, values):
    with open(os.path.join(HERE, name), "w") as f:
        json.dump(values, f, separators=(",", ":"), sort_keys=True)
        f.write("\n")


def classification(classes):
    """Some classes of all images, and their mean."""
    full = load("classification.json")
    columns = [full["classes"].index(c) for c in classes]
    expected = {c: full["expected"][c] for c in classes}
    keys = [k for k in expected[classes[0]] if k.startswith("ap_")]
    return {
        "classes": classes,
        "labels": [[row[c] for c in columns] for row in full["labels"]],
        "scores": [[row[c] for c in columns] for row in full["scores"]],
        "expected": expected,
        "expected_mean": {k: float(np.mean([expected[c][k] for c in classes])) for k in keys},
        "ties": full["ties"],
    }


def detection(name, classes=None):
    full = load(name)
    classes = classes or full["classes"]
    of = lambda rows: [r for r in rows if r["cls"] in classes]
    return {
        "classes": classes,
        "detections": of(full["detections"]),
        "ground_truth": of(full["ground_truth"]),
        "expected": {c: full["expected"][c] for c in classes},
    }


def segmentation():
    """The matrix and scores with the label images as lists, two digits a pixel in one string."""
    full = load("segmentation.json")
    folder = os.path.join(REFERENCE, "seg")
    pixels = lambda path: np.asarray(Image.open(path)).tobytes().hex()
    full["pairs"] = [
        {kind: pixels(f"{folder}/{i}_{kind}.png") for kind in ("gt", "pred")} for i in full["images"]
    ]
    return full


def suppression():
    with h5py.File(os.path.join(REFERENCE, "misc.h5")) as f:
        result = {}
        for group in ("nms", "nms_edge"):
            # float32 in its own shortest form
            plain = lambda v: [float(str(x)) for x in v.ravel()] if v.dtype.kind == "f" else v.ravel().tolist()
            result[group] = {k: plain(v[()]) for k, v in f[group].items()}
        return result


write("classification.json", classification(["aeroplane", "bicycle", "car", "dog", "tvmonitor"]))
write("detection_edge.json", detection("detection_edge.json"))
write("detection_random.json", detection("detection_random.json", ["bird", "bottle"]))
write("segmentation.json", segmentation())
write("suppression.json", suppression())
total = sum(os.path.getsize(os.path.join(HERE, n)) for n in os.listdir(HERE))
assert total < 200_000, total
