"""Reference values of masked convolution and of jigsaw puzzles, in double precision.

    python3 make_masked.py      (needs NumPy; writes masked.json beside itself)

Masked convolution is written as SparK has it: convolve, set hidden positions to 0, gather the seen
ones and normalize them among themselves. Gradients are written out by hand and compared with
central differences before anything is written. The same numbers come out at every run.
"""
import itertools
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(11)
EPSILON = 1e-5


def convolve(x, w, b, stride):
    """3x3 with a border of 1: output and columns."""
    n, c, h, _ = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    rows = (h - 1) // stride + 1
    columns = np.stack([
        padded[:, :, y:y + stride * (rows - 1) + 1:stride, z:z + stride * (rows - 1) + 1:stride]
        for y in range(3) for z in range(3)], 2)  # n, c, 9, rows, rows
    columns = columns.reshape(n, c * 9, rows, rows)
    y = np.einsum("of,nfhw->nohw", w.reshape(len(w), -1), columns)
    return y + b[None, :, None, None], columns


def back_convolve(g, columns, w, x_shape, stride):
    n, c, h, _ = x_shape
    gw = np.einsum("nohw,nfhw->of", g, columns).reshape(w.shape)
    gc = np.einsum("of,nohw->nfhw", w.reshape(len(w), -1), g)
    rows = g.shape[2]
    gc = gc.reshape(n, c, 3, 3, rows, rows)
    padded = np.zeros((n, c, h + 2, h + 2))
    for y in range(3):
        for z in range(3):
            padded[:, :, y:y + stride * (rows - 1) + 1:stride,
                   z:z + stride * (rows - 1) + 1:stride] += gc[:, :, y, z]
    return gw, g.sum((0, 2, 3)), padded[:, :, 1:-1, 1:-1]


def norm(x, seen):
    """Rows of seen positions [k, c] are normalized among themselves; the rest stays 0."""
    rows = x.transpose(0, 2, 3, 1)[seen]
    mean, variance = rows.mean(0), rows.var(0)
    y = (rows - mean) / np.sqrt(variance + EPSILON)
    out = np.zeros(x.transpose(0, 2, 3, 1).shape)
    out[seen] = y
    return out.transpose(0, 3, 1, 2), y, mean, variance


def back_norm(g, seen, y, variance):
    rows = g.transpose(0, 2, 3, 1)[seen]
    rows = (rows - rows.mean(0) - y * (rows * y).mean(0)) / np.sqrt(variance + EPSILON)
    out = np.zeros(g.transpose(0, 2, 3, 1).shape)
    out[seen] = rows
    return out.transpose(0, 3, 1, 2)


def enlarged(seen, times):
    return np.kron(seen, np.ones((1, times, times)))


def network(p, x, seen, weights):
    """conv1 (rectified), norm1, conv2 of stride 2, norm2 (rectified), tokens; the loss is the sum of
    the features times `weights`."""
    fine, coarse = enlarged(seen, 4)[:, None], enlarged(seen, 2)[:, None]
    is_fine, is_coarse = fine[:, 0] > 0, coarse[:, 0] > 0
    x = x * fine
    a, columns1 = convolve(x, p["w1"], p["b1"], 1)
    r = np.maximum(a, 0) * fine
    u, y1, m1, v1 = norm(r, is_fine)
    b, columns2 = convolve(u, p["w2"], p["b2"], 2)
    b = b * coarse
    s, y2, m2, v2 = norm(b, is_coarse)
    f = np.maximum(s, 0) * coarse
    out = f + p["token"][None, :, None, None] * (1 - coarse)
    loss = (out * weights).sum()
    gs = weights * coarse * (s > 0)
    gb = back_norm(gs, is_coarse, y2, v2) * coarse
    gw2, gb2, gu = back_convolve(gb, columns2, p["w2"], u.shape, 2)
    ga = back_norm(gu * fine, is_fine, y1, v1) * fine * (a > 0)
    gw1, gb1, _ = back_convolve(ga, columns1, p["w1"], x.shape, 1)
    gradients = {
        "w1": gw1, "b1": gb1, "w2": gw2, "b2": gb2,
        "token": (weights * (1 - coarse)).sum((0, 2, 3))}
    k1, k2 = is_fine.sum(), is_coarse.sum()
    statistics = {"m1": m1, "v1": v1 * k1 / (k1 - 1), "m2": m2, "v2": v2 * k2 / (k2 - 1)}
    return loss, gradients, out, statistics


cases = []
for hidden in ([3, 1], [2, 2], [1, 3]):
    parameters = {
        "w1": rng.normal(size=(3, 2, 3, 3)), "b1": rng.normal(size=3),
        "w2": rng.normal(size=(4, 3, 3, 3)), "b2": rng.normal(size=4), "token": rng.normal(size=4)}
    x = rng.normal(size=(2, 2, 8, 8))
    seen = np.ones((2, 4))
    for picture, count in enumerate(hidden):
        seen[picture, rng.permutation(4)[:count]] = 0
    seen = seen.reshape(2, 2, 2)
    weights = rng.normal(size=(2, 4, 4, 4))
    loss, gradients, out, statistics = network(parameters, x, seen, weights)
    for name, gradient in gradients.items():
        direction, step = rng.normal(size=gradient.shape), 1e-6
        sides = []
        for sign in (1, -1):
            moved = dict(parameters)
            moved[name] = parameters[name] + sign * step * direction
            sides.append(network(moved, x, seen, weights)[0])
        measured, claimed = (sides[0] - sides[1]) / (2 * step), (gradient * direction).sum()
        # Biases before a normalization by the batch have no gradient but rounding's.
        assert abs(measured - claimed) < 1e-6 * max(1, abs(claimed)), (name, measured, claimed)

    def flat(arrays):
        return {name: array.reshape(-1).tolist() for name, array in arrays.items()}

    cases.append({
        "x": x.reshape(-1).tolist(), "seen": seen.reshape(-1).tolist(),
        "weights": weights.reshape(-1).tolist(), "loss": loss, "features": out.reshape(-1).tolist(),
        "parameters": flat(parameters), "gradients": flat(gradients),
        "statistics": flat(statistics)})

# The targets: pixels of 4x4 patches of two channels, normalized as SparK's `forward_loss` does, and
# the mean squared error over hidden patches alone.
planes = rng.normal(size=(2, 8, 8)).astype(np.float32).astype(float)
patches = planes.reshape(2, 2, 4, 2, 4).transpose(1, 3, 0, 2, 4).reshape(4, 32)
mean, deviation = patches.mean(1), np.sqrt(patches.var(1, ddof=1) + 1e-6)
normalized = (patches - mean[:, None]) / deviation[:, None]
back = normalized.reshape(2, 2, 2, 4, 4).transpose(2, 0, 3, 1, 4).reshape(-1)

# Puzzles: orders by the largest mean Hamming distance, among equals by the largest smallest one,
# and the cross-entropy of guessing them.
every = np.array(list(itertools.permutations(range(9))), dtype=np.int8)
chosen, free, distance = [], np.ones(len(every), bool), np.zeros(len(every), int)
nearest = np.full(len(every), 9)
following = 0
while True:
    chosen.append(following)
    free[following] = False
    if len(chosen) == 24:
        break
    new = (every != every[following]).sum(1)
    distance, nearest = distance + new, np.minimum(nearest, new)
    following = int(np.argmax(np.where(free, 10 * distance + nearest, -1)))
logits = rng.normal(size=(5, 24)) * 2
labels = rng.integers(24, size=5)
e = np.exp(logits - logits.max(1, keepdims=True))
p = e / e.sum(1, keepdims=True)
slope = p.copy()
slope[np.arange(5), labels] -= 1

json.dump(
    {
        "made_by": f"numpy {np.__version__}", "networks": cases,
        "patches": {"planes": planes.reshape(-1).tolist(), "normalized": back.tolist()},
        "puzzles": {
            "orders": every[chosen].tolist(), "logits": logits.reshape(-1).tolist(),
            "labels": labels.tolist(), "loss": float(-np.log(p[np.arange(5), labels]).mean()),
            "gradient": (slope / 5).reshape(-1).tolist()}},
    open(os.path.join(HERE, "masked.json"), "w"), separators=(",", ":"))
