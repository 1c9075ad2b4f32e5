"""Proves that Python reads picture files as Pigment does.

    files.py ARCHIVE --pictures FOLDER [--pigment PROGRAM] [--readme README.md]

16 photographs of several sizes, spread over FOLDER as the files they are, go through `pigment extract`
and through the exported extractor.py, whose `read` opens the same files by Pillow; so does the example in
the README, word for word. One JSON line each: the largest difference, relative to the largest value of
the layer. Exits with 1 where one is over 1e-4. Needs torch, safetensors, Pillow, numpy and h5py.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import h5py
import numpy
import PIL
import torch
from PIL import Image

COUNT, LIMIT = 16, 1e-4


def photographs(folder):
    """JPEG files of as many sizes as there are, by path within one size."""
    sizes = {}
    for path in sorted(pathlib.Path(folder).rglob("*.jp*g")):
        with Image.open(path) as picture:
            sizes.setdefault(picture.size, []).append(path)
    ordered = sorted(sizes)
    if len(ordered) > COUNT:
        ordered = [ordered[number * len(ordered) // COUNT] for number in range(COUNT)]
    paths = [path for size in ordered for path in sizes[size]] if len(ordered) < COUNT else [
        sizes[size][0] for size in ordered]
    return paths[:COUNT]


def example(readme):
    """The Python of the README that reads files."""
    blocks = re.findall(r"```python\n(.*?)```", pathlib.Path(readme).read_text(), re.S)
    return next(block for block in blocks if "from extractor import" in block)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive")
    parser.add_argument("--pictures", required=True)
    parser.add_argument("--pigment", default=".build/release/pigment")
    parser.add_argument("--readme", default="README.md")
    options = parser.parse_args()
    code, archive, program = example(options.readme), os.path.abspath(options.archive), os.path.abspath(options.pigment)
    paths = photographs(options.pictures)
    assert len(paths) == COUNT, f"{options.pictures} has {len(paths)} photographs"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)

        def pigment(*arguments):
            done = subprocess.run([program, *arguments], capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"pigment {' '.join(arguments)}: status {done.returncode}\n{done.stderr}")

        os.mkdir("photographs")
        sizes = set()
        for number, path in enumerate(paths):
            pathlib.Path(f"photographs/{number:02}.jpg").write_bytes(path.read_bytes())
            with Image.open(path) as picture:
                sizes.add(picture.size)
        pigment("export", archive, "--format", "pytorch", "--output", "for-pytorch")
        pigment("data", "build", "folder", "photographs", "--unlabelled", "--output", "photographs.h5",
                "--color-profiles", "ignore")
        sys.path.insert(0, "for-pytorch")
        import extractor

        worst = 0.0

        def report(form, layers, found):
            nonlocal worst
            largest = 0.0
            for layer in layers:
                pigment("extract", archive, "photographs.h5", "--layer", layer, "--force",
                        "--output", "features.h5")
                with h5py.File("features.h5") as file:
                    expected = file["features"][:][numpy.argsort(file["ids"].asstr()[:])]
                assert found[layer].shape == expected.shape, (layer, found[layer].shape, expected.shape)
                assert numpy.isfinite(found[layer]).all()
                scale = max(float(numpy.abs(expected).max()), 1e-30)
                largest = max(largest, float(numpy.abs(found[layer] - expected).max()) / scale)
            worst = max(worst, largest)
            print(json.dumps({"form": form, "layers": len(layers), "difference": float(f"{largest:.2e}")}))

        with torch.no_grad():
            images = torch.stack([extractor.read(f"photographs/{number:02}.jpg") for number in range(COUNT)])
            outputs = extractor.Extractor().layers(extractor.prepare(images))
            report("extractor.py", list(outputs), {name: output.numpy() for name, output in outputs.items()})
            names = {}
            exec(compile(code, "README.md", "exec"), names)
            last = list(outputs)[-1]
            report("README", [last], {last: names["features"].detach().numpy()})
        print(json.dumps({"photographs": COUNT, "sizes": len(sizes), "worst": float(f"{worst:.2e}"),
                          "torch": torch.__version__, "pillow": PIL.__version__}))
    sys.exit(worst > LIMIT)


if __name__ == "__main__":
    main()
