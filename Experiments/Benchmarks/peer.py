"""PyTorch's side of `pigment-benchmarks compare`: reads workloads as JSON lines, answers each with its times.

PyTorch at its best: channels_last, bfloat16 by autocast, the fused (foreach) Adam; on a GPU also cuDNN's own
timing, and as --mode says eagerly, by torch.compile, or with the whole step in a CUDA graph; reading by DataLoader's
worker processes and by h5py. Tasks and reading run on the CPU. Needs torch, torchvision, h5py, Pillow and numpy
(`make bench-peer`); a user of Pigment needs neither this script nor Python.
"""
import argparse
import io
import json
import math
import os
import sys
import time

import h5py
import numpy
import torch
import torchvision.models
import torchvision.ops
from PIL import Image
from torch import nn
from torch.nn import functional
from torchvision.transforms import InterpolationMode, RandomResizedCrop
from torchvision.transforms import functional as picture_functional

BINS = 313


def conv(i, o, k=3, stride=1, padding=1, dilation=1, groups=1):
    return nn.Conv2d(i, o, k, stride, padding, dilation, groups)


def relu():
    return nn.ReLU(inplace=True)


def eccv16_trunk(w):
    layers, i = [], 1
    for channels, count, stride, dilation in [
        (64, 2, 2, 1), (128, 2, 2, 1), (256, 3, 2, 1), (512, 3, 1, 1),
        (512, 3, 1, 2), (512, 3, 1, 2), (512, 3, 1, 1),
    ]:
        o = round(channels * w)
        for n in range(count):
            layers += [conv(i, o, 3, stride if n == count - 1 else 1, dilation, dilation), relu()]
            i = o
        layers.append(nn.BatchNorm2d(o, affine=False))
    return layers


def eccv16(w):
    i, h = round(512 * w), round(256 * w)
    layers = eccv16_trunk(w) + [nn.ConvTranspose2d(i, h, 4, 2, 1), relu(), conv(h, h), relu(), conv(h, h), relu()]
    return layers + [conv(h, BINS, 1, 1, 0)]


def alexnet(w):
    c = [round(n * w / 2) * 2 for n in (96, 256, 384, 384, 256)]
    h = round(4096 * w)

    def block(*arguments):
        layer = conv(*arguments)
        return [layer, nn.BatchNorm2d(layer.out_channels, affine=False), relu()]

    def pool(stride):
        return [nn.MaxPool2d(3, stride, 1, ceil_mode=True)]

    return (
        block(1, c[0], 11, 4, 5) + pool(2) + block(c[0], c[1], 5, 1, 2, 1, 2) + pool(2)
        + block(c[1], c[2]) + block(c[2], c[3], 3, 1, 1, 1, 2) + block(c[3], c[4], 3, 1, 1, 1, 2)
        + pool(1) + block(c[4], h, 6, 1, 5, 2) + block(h, h, 1, 1, 0)
        + [conv(h, BINS, 1, 1, 0), nn.Upsample(scale_factor=2, mode="bilinear")])


def vgg16(w):
    layers, i = [], 1
    for channels, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        o = round(channels * w)
        for _ in range(count):
            layers += [conv(i, o), nn.BatchNorm2d(o, affine=False), relu()]
            i = o
        layers.append(nn.MaxPool2d(2))
    return layers + [conv(i, BINS, 1, 1, 0), nn.Upsample(scale_factor=4, mode="bilinear")]


def resnet18(w):
    assert w == 1, "torchvision's resnet18 has width 1"
    r = torchvision.models.resnet18(weights=None)
    r.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    return [
        r.conv1, r.bn1, r.relu, r.maxpool, r.layer1, r.layer2, r.layer3, r.layer4,
        nn.ConvTranspose2d(512, 256, 4, 2, 1), relu(), nn.ConvTranspose2d(256, 256, 4, 2, 1), relu(),
        conv(256, 256), relu(), conv(256, 256), relu(), conv(256, BINS, 1, 1, 0)]


def network_work(w):
    networks = {"eccv16": eccv16, "alexnet": alexnet, "vgg16": vgg16, "resnet18": resnet18}
    model = nn.Sequential(*networks[w["network"]](w["width"]))
    model = model.to(DEVICE, memory_format=torch.channels_last)
    x = torch.rand(w["batch"], 1, w["size"], w["size"], device=DEVICE) - 0.5
    x = x.to(memory_format=torch.channels_last)
    low = w["precision"] == "bf16"

    run_model = torch.compile(model) if ARGUMENTS.mode == "compile" else model

    def forward():
        with torch.autocast(DEVICE.type, torch.bfloat16, enabled=low):
            return run_model(x)

    if w["kind"] == "inference":
        model.eval()

        def inference():
            with torch.inference_mode():
                forward().sum().item()
        return inference

    with torch.inference_mode():
        rows, columns = forward().shape[2:]
    bins = torch.randint(0, BINS, (w["batch"], 10, rows, columns), device=DEVICE)
    shares = torch.rand(w["batch"], 10, rows, columns, device=DEVICE) / 5
    weights = torch.rand(w["batch"], rows, columns, device=DEVICE)
    graphed = ARGUMENTS.mode == "graph"
    # The fastest that PyTorch has on either device.
    fast = {"fused": True} if DEVICE.type != "cpu" else {"foreach": True}
    optimizer = torch.optim.Adam(
        model.parameters(), lr=3e-5, betas=(0.9, 0.99), weight_decay=1e-3, capturable=graphed, **fast)

    def compute():
        logp = torch.log_softmax(forward().float(), 1)
        # The sparse form of the soft-target cross-entropy: ten gathers instead of 313 dense products.
        losses = -(torch.gather(logp, 1, bins) * shares).sum(1)
        loss = (losses * weights).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss

    if not graphed:
        return lambda: compute().item()
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            compute()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        loss = compute()

    def replay():
        graph.replay()
        loss.item()
    return replay


def convolution_work(w):
    c, dtype = w["convolution"], torch.float32 if w["precision"] == "f32" else torch.bfloat16
    layout = {"memory_format": torch.channels_last}

    def random(*shape):
        return (torch.rand(*shape, device=DEVICE) - 0.5).to(dtype)

    k, transposed = c["kernel"], c["isTransposed"]
    x = random(w["batch"], c["inputs"], c["size"], c["size"]).to(**layout)
    shape = (c["inputs"], c["outputs"]) if transposed else (c["outputs"], c["inputs"] // c["groups"])
    weight = random(*shape, k, k).to(**layout)
    bias = None if transposed else random(c["outputs"])
    step, padding, dilation = [c["stride"]] * 2, [c["padding"]] * 2, [c["dilation"]] * 2

    def forward():
        y = torch.ops.aten.convolution(
            x, weight, bias, step, padding, dilation, transposed, [0, 0], c["groups"])
        return functional.relu_(y) if c["relu"] else y

    with torch.inference_mode():
        gradient = forward()
    mask = [w["pass"] == "input gradient", w["pass"] == "weight gradient",
            w["pass"] == "weight gradient" and not transposed]

    def backward():
        torch.ops.aten.convolution_backward(
            gradient, x, weight, [c["outputs"]], step, padding, dilation, transposed, [0, 0],
            c["groups"], mask)
    work = forward if w["pass"] == "forward" else backward

    def run():
        with torch.inference_mode():
            work()
        if DEVICE.type == "cuda":
            torch.cuda.synchronize()
    return run


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
        picture = picture_functional.resized_crop(
            picture, *box, [self.size, self.size], InterpolationMode.BILINEAR)
        if torch.rand(()) < 0.5:
            picture = picture_functional.hflip(picture)
        planes = lab(torch.from_numpy(numpy.array(picture)).permute(2, 0, 1))
        ab = planes[1:, ::4, ::4].reshape(2, -1).T
        near, codes = torch.cdist(ab, self.points).topk(10, 1, largest=False)
        shares = torch.softmax(-near.square() / 50, 1)
        rows = (self.size + 3) // 4
        return (
            (planes[:1] - 50) / 100, codes.int().T.reshape(10, rows, rows),
            shares.T.reshape(10, rows, rows))


def task_work(w):
    """What is done with a trunk besides pretraining."""
    n, side, classes, regions = w["batch"], w["size"], 21, 64
    trunk = nn.Sequential(*eccv16_trunk(w["width"])).to(memory_format=torch.channels_last)
    channels = round(512 * w["width"])
    x = (torch.rand(n, 1, side, side) - 0.5).to(memory_format=torch.channels_last)
    if w["kind"] == "extraction":
        trunk.eval()

        def extraction():
            with torch.inference_mode():
                functional.adaptive_avg_pool2d(trunk(x), 6).flatten(1).contiguous().numpy()
        return extraction
    if w["kind"] == "units":
        trunk.eval()
        best = {"values": torch.full((channels, 9), -math.inf), "histogram": torch.zeros(channels * 65536)}
        offsets = torch.arange(channels)[None, :, None] * 65536

        def units():
            with torch.inference_mode():
                maps = trunk(x).flatten(2)
                peaks, _ = maps.max(2)
                best["values"] = torch.cat([best["values"], peaks.T], 1).topk(9, 1).values
                # The upper halves of the numbers' bits are the bins, as fine as ours.
                cells = (maps.contiguous().view(torch.int32) >> 16) & 65535
                best["histogram"] += torch.bincount(
                    (cells + offsets).flatten(), minlength=channels * 65536)
        return units
    if w["kind"] == "segmentation":
        score = nn.Conv2d(channels, classes, 1)
        parameters = [*trunk.parameters(), *score.parameters()]
        labels = torch.randint(0, classes, (n, side, side))

        def loss():
            maps = functional.interpolate(score(trunk(x)), size=side, mode="bilinear")
            return functional.cross_entropy(maps, labels)
    else:
        fc6, fc7 = nn.Linear(channels * 36, 1024), nn.Linear(1024, 1024)
        scores, boxes = nn.Linear(1024, classes), nn.Linear(1024, 4 * classes)
        parameters = [p for m in (trunk, fc6, fc7, scores, boxes) for p in m.parameters()]
        corner = torch.rand(n * regions, 2) * 120
        rois = torch.cat([
            torch.arange(n).repeat_interleave(regions)[:, None].float(), corner,
            corner + 16 + 40 * torch.rand(n * regions, 2)], 1)
        labels = torch.randint(0, classes, (n * regions,))
        codes = torch.full((n * regions, 4 * classes), 0.1)

        def loss():
            pooled = torchvision.ops.roi_pool(trunk(x).contiguous(), rois, 6, 1 / 8)
            hidden = fc7(fc6(pooled.flatten(1)).relu()).relu()
            return functional.cross_entropy(scores(hidden), labels) + functional.smooth_l1_loss(boxes(hidden), codes)
    optimizer = torch.optim.SGD(parameters, lr=1e-3, momentum=0.9, weight_decay=5e-4, foreach=True)

    def step():
        value = loss()
        optimizer.zero_grad(set_to_none=True)
        value.backward()
        optimizer.step()
        value.item()
    return step


def feed_work(w, threads):
    pictures, batch = Pictures(w["data"], w["size"]), 40
    sampler = torch.utils.data.RandomSampler(pictures, num_samples=w["batch"], replacement=True)
    loader = torch.utils.data.DataLoader(
        pictures, batch, sampler=sampler, num_workers=threads, prefetch_factor=2,
        persistent_workers=True)

    def feed():
        for _ in loader:
            pass
    return feed


def reads_work(w):
    blob_file = h5py.File(w["data"])
    blob, offsets = blob_file["images/blob"], blob_file["images/offsets"][:]
    records = numpy.random.default_rng(0).integers(0, len(offsets) - 1, w["batch"])

    def reads():
        for record in records:
            blob[offsets[record]:offsets[record + 1]].tobytes()
    return reads


parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--device", default="cpu")
parser.add_argument("--mode", choices=["eager", "compile", "graph"], default="eager")
ARGUMENTS = parser.parse_args()
DEVICE = torch.device(ARGUMENTS.device)
PROGRAM = f"PyTorch {torch.__version__}" + ("" if ARGUMENTS.mode == "eager" else f", {ARGUMENTS.mode}")
torch.set_num_threads(ARGUMENTS.threads)
torch.manual_seed(0)
if DEVICE.type == "cuda":
    torch.backends.cudnn.benchmark = True
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
for line in sys.stdin:
    workload = json.loads(line)
    work = {
        "convolution": convolution_work, "step": network_work, "inference": network_work,
        "feed": lambda w: feed_work(w, ARGUMENTS.threads), "reads": reads_work,
    }.get(workload["kind"], task_work)(workload)
    work()
    seconds = []
    for _ in range(workload["repeats"]):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    if DEVICE.type == "cuda":
        peak = torch.cuda.max_memory_allocated()
    else:
        # What getrusage says begins with the peak of the process which started this one.
        with open("/proc/self/status") as status:
            peak = 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    print(json.dumps({"seconds": seconds, "peakBytes": peak, "program": PROGRAM}), flush=True)
