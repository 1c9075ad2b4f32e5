"""The feeding of colorization by PyTorch's DataLoader: the peer that runs beside Pigment's.

The same work on the same file: JPEG bytes by pread from a Pigment dataset, decoding at a reduced
scale where that suffices (Pillow's draft mode), random resized crop and mirror, Lab, and the soft
code (10 of 313 bins, sigma 5) of every fourth pixel. Prints one JSON line per repetition, as
`pigment-benchmarks feed` does. Needs torch, torchvision, h5py, Pillow and numpy; a user of Pigment
needs neither this script nor Python.
"""
import argparse
import io
import json
import math
import os
import time

import h5py
import numpy
import torch
from PIL import Image
from torchvision.transforms import functional
from torchvision.transforms import InterpolationMode, RandomResizedCrop

MATRIX = torch.tensor([
    [0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169],
    [0.019334, 0.119193, 0.950227]]) / torch.tensor([0.95047, 1.0, 1.08883])[:, None]
CODES = torch.arange(256, dtype=torch.float64) / 255
LIGHT = torch.where(CODES > 0.04045, ((CODES + 0.055) / 1.055) ** 2.4, CODES / 12.92).float()


def bins():
    """The 313 points, by the rule of `ColorBins`."""
    edge = torch.arange(256)
    corners = []
    for fixed in [(a, b) for a in (0, 255) for b in (0, 255)]:
        for axis in range(3):
            rgb = torch.empty(256, 3, dtype=torch.long)
            others = [i for i in range(3) if i != axis]
            rgb[:, axis] = edge
            rgb[:, others[0]], rgb[:, others[1]] = fixed
            corners.append(rgb)
    ab = lab(torch.cat(corners).T.reshape(3, -1, 1).to(torch.uint8))[1:].reshape(2, -1).double()
    angles = torch.arange(0, 2 * math.pi, math.pi / 3600, dtype=torch.float64)
    normals = torch.stack([angles.cos(), angles.sin()], 1)
    support = (normals @ ab).max(1).values
    grid = torch.arange(-110, 111, 10, dtype=torch.float64)
    points = torch.cartesian_prod(grid, grid)
    reach = support + 10 * normals.abs().sum(1)
    inside = (points @ normals.T <= reach).all(1)
    return points[inside].float()


def lab(rgb):
    """uint8 [3, h, w] to float Lab [3, h, w]."""
    xyz = torch.einsum("ij,jhw->ihw", MATRIX, LIGHT[rgb.long()])
    f = torch.where(xyz > 0.008856, xyz.pow(1 / 3), 7.787 * xyz + 16 / 116)
    return torch.stack([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


class Pictures(torch.utils.data.Dataset):
    def __init__(self, path, size):
        with h5py.File(path) as file:
            self.offsets = file["images/offsets"][:]
            self.start = file["images/blob"].id.get_offset()
        self.path, self.size, self.file = path, size, None
        self.points = bins()
        assert len(self.points) == 313, len(self.points)
        self.window = RandomResizedCrop(size, scale=(0.5, 1), ratio=(3 / 4, 4 / 3))
        self.least = math.ceil(size / math.sqrt(0.5))

    def __len__(self):
        return len(self.offsets) - 1

    def __getitem__(self, index):
        if self.file is None:
            self.file = os.open(self.path, os.O_RDONLY)
        begin, end = int(self.offsets[index]), int(self.offsets[index + 1])
        picture = Image.open(io.BytesIO(os.pread(self.file, end - begin, self.start + begin)))
        picture.draft("RGB", (self.least, self.least))
        picture = picture.convert("RGB")
        box = self.window.get_params(picture, self.window.scale, self.window.ratio)
        picture = functional.resized_crop(
            picture, *box, [self.size, self.size], InterpolationMode.BILINEAR)
        if torch.rand(()) < 0.5:
            picture = functional.hflip(picture)
        planes = lab(torch.from_numpy(numpy.array(picture)).permute(2, 0, 1))
        ab = planes[1:, ::4, ::4].reshape(2, -1).T
        near, codes = torch.cdist(ab, self.points).topk(10, 1, largest=False)
        shares = torch.softmax(-near.square() / 50, 1)
        rows = (self.size + 3) // 4
        return (
            (planes[:1] - 50) / 100, codes.int().T.reshape(10, rows, rows),
            shares.T.reshape(10, rows, rows))


parser = argparse.ArgumentParser()
parser.add_argument("data")
parser.add_argument("--batch", type=int, default=40)
parser.add_argument("--size", type=int, default=176)
parser.add_argument("--threads", type=int, default=1, help="worker processes")
parser.add_argument("--batches", type=int, default=25)
parser.add_argument("--repeats", type=int, default=3)
arguments = parser.parse_args()

torch.set_num_threads(1)
torch.manual_seed(1)
pictures = Pictures(arguments.data, arguments.size)
count = arguments.batch * arguments.batches
sampler = torch.utils.data.RandomSampler(pictures, num_samples=count, replacement=True)
loader = torch.utils.data.DataLoader(
    pictures, arguments.batch, sampler=sampler, num_workers=arguments.threads, prefetch_factor=2,
    persistent_workers=True)
for repetition in range(arguments.repeats + 1):
    begin = time.perf_counter()
    positions = sum(shares.shape[0] * shares[0, 0].numel() for _, _, shares in loader)
    seconds = time.perf_counter() - begin
    if repetition > 0:  # the first repetition starts the workers and warms the file cache
        print(json.dumps({
            "threads": arguments.threads, "images_per_second": count / seconds,
            "positions": positions, "torch": torch.__version__}), flush=True)
