"""PyTorch's side of `pigment-benchmarks compare`: reads workloads as JSON lines, answers each with its times.

PyTorch at its best: channels_last, bfloat16 by autocast, the fused (foreach) Adam; on a GPU also cuDNN's own
timing, and as --mode says eagerly, by torch.compile, or with the whole step in a CUDA graph.
Needs torch; a user of Pigment needs neither this script nor Python.
"""
import argparse
import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional

BINS = 313


def conv(i, o, k=3, stride=1, padding=1, dilation=1, groups=1):
    return nn.Conv2d(i, o, k, stride, padding, dilation, groups)


def relu():
    return nn.ReLU(inplace=True)


def eccv16(w):
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
    h = round(256 * w)
    layers += [nn.ConvTranspose2d(i, h, 4, 2, 1), relu(), conv(h, h), relu(), conv(h, h), relu()]
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


def network_work(w):
    model = nn.Sequential(*{"eccv16": eccv16, "alexnet": alexnet, "vgg16": vgg16}[w["network"]](w["width"]))
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
    optimizer = torch.optim.Adam(
        model.parameters(), lr=3e-5, betas=(0.9, 0.99), weight_decay=1e-3, foreach=True, capturable=graphed)

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
    work = convolution_work(workload) if workload["kind"] == "convolution" else network_work(workload)
    work()
    seconds = []
    for _ in range(workload["repeats"]):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    peak = (torch.cuda.max_memory_allocated() if DEVICE.type == "cuda"
            else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    print(json.dumps({"seconds": seconds, "peakBytes": peak, "program": PROGRAM}), flush=True)
