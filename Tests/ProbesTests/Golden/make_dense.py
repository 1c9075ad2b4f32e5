"""Reference values of what is asked of maps at each position, by PyTorch, scikit-learn and SciPy.

    python3 make_dense.py      (needs torch, scikit-learn, scipy; writes dense.json beside itself)

The same numbers come out at every run.
"""
import json
import os

import numpy as np
import scipy
import scipy.ndimage
import sklearn
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(25)
PICTURES, TESTS, CHANNELS, ROWS, COLUMNS, SIDE, CLASSES = 6, 2, 5, 4, 3, 23, 3
CELLS = ROWS * COLUMNS


def masks(count):
    """Blobs of classes with some unknown pixels."""
    found = []
    for _ in range(count):
        noise = np.stack([scipy.ndimage.gaussian_filter(rng.normal(size=(SIDE, SIDE)), 4) for _ in range(CLASSES)])
        mask = noise.argmax(0)
        mask[rng.random(mask.shape) < 0.05] = 255
        found.append(mask)
    found[0][:8, :10] = 255  # the first position of the first picture is unknown
    return np.stack(found)


def shares(mask):
    """The share of each class among known pixels of each position, by adaptive average pooling."""
    one_hot = torch.tensor(np.stack([mask == c for c in range(CLASSES)]).astype(np.float64))
    sums = torch.nn.functional.adaptive_avg_pool2d(one_hot, (ROWS, COLUMNS)).numpy()
    known = sums.sum(0)
    return np.where(known > 0, sums / np.where(known > 0, known, 1), 0).reshape(CLASSES, CELLS).T


def labels(scores):
    """Classes of all pixels from scores [positions, classes]."""
    maps = torch.tensor(scores.T.reshape(1, CLASSES, ROWS, COLUMNS))
    return torch.nn.functional.interpolate(maps, (SIDE, SIDE), mode="bilinear", align_corners=False)[0].numpy().argmax(0)


train_masks = masks(PICTURES)
maps = rng.normal(size=(PICTURES + TESTS, CHANNELS, ROWS, COLUMNS)).astype(np.float32)
targets = np.concatenate([shares(m) for m in train_masks])
maps[:PICTURES, :CLASSES] += 1.5 * targets.reshape(PICTURES, ROWS, COLUMNS, CLASSES).transpose(0, 3, 1, 2).astype(np.float32)
cells = maps.transpose(0, 2, 3, 1).reshape(-1, CHANNELS).astype(np.float64)
bank, queries = cells[: PICTURES * CELLS], cells[PICTURES * CELLS :]
targets = targets.astype(np.float32).astype(np.float64)


def dense_neighbors(k, temperature):
    distance, index = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(bank).kneighbors(queries)
    weights = scipy.special.softmax((1 - distance) / temperature, 1)
    return (weights[:, :, None] * targets[index]).sum(1)


def dense_logistic(decay):
    """Soft targets as weighted copies of each position."""
    mean, deviation = bank.mean(0), bank.std(0)
    x = np.repeat((bank - mean) / deviation, CLASSES, 0)
    y = np.tile(np.arange(CLASSES), len(bank))
    weight = targets.ravel()
    model = LogisticRegression(C=1 / (weight.sum() * decay), tol=1e-12, max_iter=100_000)
    model.fit(x[weight > 0], y[weight > 0], sample_weight=weight[weight > 0])
    return model.decision_function((queries - mean) / deviation)


def attentive(single):
    """The loss of given parameters and its gradient, by PyTorch in double precision."""
    q, count = 2, PICTURES
    x = torch.tensor(bank.reshape(count, CELLS, CHANNELS))
    given = rng.normal(size=(q + CLASSES * q) * CHANNELS + CLASSES)
    p = torch.tensor(given, requires_grad=True)
    queries_ = p[: q * CHANNELS].reshape(q, CHANNELS)
    linear = p[q * CHANNELS : -CLASSES].reshape(CLASSES, q * CHANNELS)
    attention = torch.softmax(torch.einsum("qc,npc->nqp", queries_, x) / CHANNELS**0.5, 2)
    logits = torch.einsum("nqp,npc->nqc", attention, x).reshape(count, -1) @ linear.T + p[-CLASSES:]
    if single:
        y = rng.integers(CLASSES, size=count)
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(y))
    else:
        y = rng.integers(-1, 2, size=(count, CLASSES))
        each = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.tensor((y > 0).astype(float)), reduction="none")
        loss = (each * torch.tensor((y != 0).astype(float))).sum() / count
    loss.backward()
    return {
        "parameters": given, "labels": y.ravel(), "single": single, "loss": loss.item(), "gradient": p.grad.numpy(),
    }


def lost(x, rows, columns, expansion):
    """LOST (Simeoni et al. 2021), with the picture's mean taken off."""
    x = x - x.mean(0)
    similar = x @ x.T
    degree = (similar > 0).sum(1)
    order = np.argsort(degree, kind="stable")
    seed = order[0]
    parts = [p for p in order[:expansion] if p == seed or similar[seed, p] > 0]
    is_object = similar[:, parts].sum(1) > 0
    is_object[seed] = True
    component, _ = scipy.ndimage.label(is_object.reshape(rows, columns))
    y, x_ = np.nonzero(component == component.ravel()[seed])
    return [y.min(), y.max(), x_.min(), x_.max()]


discoveries = []
for rows, columns, expansion in [(6, 7, 5), (6, 7, 100), (9, 9, 20), (5, 8, 1)]:
    yy, xx = np.mgrid[:rows, :columns]
    blob = np.exp(-((yy - rows / 2) ** 2 + (xx - columns / 3) ** 2) / 3).reshape(-1, 1)
    x = (blob * rng.normal(size=4) * 3 + rng.normal(size=(rows * columns, 4)) * 0.4 + 1).astype(np.float32)
    discoveries.append({
        "rows": rows, "columns": columns, "expansion": expansion, "cells": x.ravel(),
        "box": lost(x.astype(np.float64), rows, columns, expansion),
    })

logistic = dense_logistic(0.01)
document = {
    "versions": {"torch": torch.__version__, "sklearn": sklearn.__version__, "scipy": scipy.__version__},
    "rows": ROWS, "columns": COLUMNS, "channels": CHANNELS, "side": SIDE, "classes": CLASSES,
    "maps": maps.ravel(), "masks": train_masks.ravel(), "shares": targets.ravel(),
    "neighbors": [{"neighbors": k, "temperature": t, "scores": dense_neighbors(k, t).ravel()} for k, t in [(1, 0.02), (8, 0.02), (30, 0.5)]],
    "logistic": [{"decay": d, "scores": dense_logistic(d).ravel()} for d in [0.1, 0.01]],
    "labels": np.stack([labels(s) for s in logistic.reshape(TESTS, CELLS, CLASSES)]).ravel(),
    "attentive": [attentive(True), attentive(False)],
    "discoveries": discoveries,
}


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(inner) for inner in value]
    if isinstance(value, (np.floating, float)):
        return float(f"{value:.9g}")
    return value.item() if isinstance(value, np.generic) else value


with open(os.path.join(HERE, "dense.json"), "w") as file:
    json.dump(plain(document), file)
    file.write("\n")
