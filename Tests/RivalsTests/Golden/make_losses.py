"""Reference values of the losses that compare pictures, and of their gradients, in double precision.

    python3 make_losses.py      (needs NumPy; writes losses.json beside itself)

Gradients are written out by hand and compared with central differences before anything is
written. The same numbers come out at every run.
"""
import json
import os

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(7)


def softmax(scores):
    e = np.exp(scores - scores.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def normalized(z):
    length = np.sqrt((z * z).sum(1, keepdims=True) + 1e-12)
    return z / length, length


def back_normalized(g, u, length):
    return (g - u * (g * u).sum(1, keepdims=True)) / length


def nt_xent(z, temperature):
    """Chen et al. 2020, equation 1: rows i and n + i belong together."""
    n = len(z)
    u, length = normalized(z)
    scores = u @ u.T / temperature
    np.fill_diagonal(scores, -np.inf)
    p = softmax(scores)
    right = (np.arange(n) + n // 2) % n
    loss = -np.log(p[np.arange(n), right]).mean()
    slope = p.copy()
    slope[np.arange(n), right] -= 1
    slope /= n * temperature
    return loss, back_normalized(slope @ u + slope.T @ u, u, length)


def barlow(z, redundancy, epsilon=1e-5):
    """Zbontar et al. 2021, algorithm 1."""
    n = len(z) // 2
    halves, states = [], []
    for half in (z[:n], z[n:]):
        mean, var = half.mean(0), half.var(0)
        s = np.sqrt(var + epsilon)
        halves.append((half - mean) / s)
        states.append(s)
    a, b = halves
    c = a.T @ b / n
    weights = np.full(c.shape, redundancy)
    np.fill_diagonal(weights, 1)
    difference = c - np.eye(len(c))
    loss = (weights * difference ** 2).sum()
    gc = 2 * weights * difference / n
    ga, gb = b @ gc.T, a @ gc

    def back(g, x, s):
        return (g - g.mean(0) - x * (g * x).mean(0)) / s

    return loss, np.concatenate([back(ga, a, states[0]), back(gb, b, states[1])])


def cross(z, temperature):
    """Tian, Krishnan & Isola 2020, with the pictures of the batch as negatives: rows i of both
    halves belong together, and are found among the rows of the other half alone."""
    n = len(z) // 2
    u, length = normalized(z)
    a, b = u[:n], u[n:]
    scores = a @ b.T / temperature
    p, q = softmax(scores), softmax(scores.T)
    loss = -(np.log(np.diag(p)).mean() + np.log(np.diag(q)).mean())
    slope = ((p - np.eye(n)) + (q - np.eye(n)).T) / (n * temperature)
    return loss, back_normalized(np.concatenate([slope @ b, slope.T @ a]), u, length)


def checked(f, z):
    loss, gradient = f(z)
    direction = rng.normal(size=z.shape)
    step = 1e-6
    measured = (f(z + step * direction)[0] - f(z - step * direction)[0]) / (2 * step)
    claimed = (gradient * direction).sum()
    assert abs(measured - claimed) < 1e-6 * max(1, abs(claimed)), (measured, claimed)
    return loss, gradient


def effective_rank(x):
    s = np.linalg.svd(x, compute_uv=False)
    p = s / s.sum()
    p = p[p > 0]
    return float(np.exp(-(p * np.log(p)).sum()))


cases = []
for name, f, settings in [
    ("simclr", nt_xent, [0.1, 0.5]), ("barlow-twins", barlow, [0.0051, 0.1]),
    ("cmc", cross, [0.07, 0.5]),
]:
    for setting in settings:
        for rows, columns in [(6, 5), (16, 9)]:
            z = rng.normal(size=(rows, columns)) + rng.normal(size=columns)
            z[rows // 2:] = z[:rows // 2] + 0.5 * rng.normal(size=(rows // 2, columns))
            loss, gradient = checked(lambda x: f(x, setting), z)
            cases.append({
                "name": name, "setting": setting, "rows": rows, "columns": columns,
                "embeddings": z.reshape(-1).tolist(), "loss": loss,
                "gradient": gradient.reshape(-1).tolist()})

ranks = []
for rows, columns, directions, mean in [(12, 7, 7, 0), (7, 12, 3, 0), (20, 6, 2, 4), (9, 9, 1, 0)]:
    x = rng.normal(size=(rows, directions)) @ rng.normal(size=(directions, columns)) + mean
    x = x.astype(np.float32).astype(float)
    ranks.append({
        "rows": rows, "columns": columns, "features": x.reshape(-1).tolist(),
        "rank": effective_rank(x)})

json.dump(
    {"made_by": f"numpy {np.__version__}", "cases": cases, "ranks": ranks},
    open(os.path.join(HERE, "losses.json"), "w"), separators=(",", ":"))
