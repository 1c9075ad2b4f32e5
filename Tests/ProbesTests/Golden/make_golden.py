"""Reference values of nearest neighbors, support vector machines and logistic regression, by scikit-learn.

    python3 make_golden.py      (needs scikit-learn; writes probes.json beside itself)

The same numbers come out at every run.
"""
import json
import os

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(11)


def data(train, test, columns, classes):
    """Classes that overlap; features are rounded to float32 before anything is computed."""
    centers = rng.normal(size=(classes, columns))
    single = rng.integers(classes, size=train + test)
    x = (0.8 * centers[single] + rng.normal(size=(train + test, columns)) + 0.3).astype(np.float32)
    multiple = -np.ones((train + test, classes), np.int8)
    multiple[np.arange(train + test), single] = 1
    multiple[rng.random(multiple.shape) < 0.25] = 1
    return x[:train], x[train:], single[:train], multiple[:train]


def neighbors(x, query, y, k, temperature):
    vote = KNeighborsClassifier(
        k, metric="cosine", algorithm="brute",
        weights=lambda distance: np.exp((1 - distance) / temperature))
    return vote.fit(x, y).predict_proba(query)


def machine(x, query, y, cost, loss, positive_weight):
    model = LinearSVC(
        C=cost, loss=loss, dual=True, tol=1e-11, max_iter=20_000_000, intercept_scaling=1,
        class_weight={1: positive_weight, -1: 1}, random_state=0)
    return model.fit(x, y).decision_function(query)


def logistic(x, query, y, decay):
    mean, deviation = x.mean(0), np.sqrt(x.var(0))
    model = LogisticRegression(C=1 / (len(x) * decay), tol=1e-12, max_iter=100_000)
    return model.fit((x - mean) / deviation, y).decision_function((query - mean) / deviation)


cases = []
for name, sizes in {"tall": (60, 25, 9, 3), "wide": (24, 15, 40, 3)}.items():
    x, query, single, multiple = data(*sizes)
    x64, query64 = x.astype(np.float64), query.astype(np.float64)
    case = {
        "name": name, "columns": sizes[2], "classes": sizes[3], "train": x.ravel(), "test": query.ravel(),
        "single": single, "multiple": multiple.ravel(),
        "neighbors": [
            {
                "neighbors": k, "temperature": t,
                "single": neighbors(x64, query64, single, k, t).ravel(),
                "multiple": np.stack(
                    [neighbors(x64, query64, multiple[:, c], k, t)[:, 1] for c in range(sizes[3])], 1).ravel(),
            } for k, t in [(1, 0.07), (7, 0.07), (20, 0.5)]
        ],
        "machines": [
            {
                "cost": cost, "loss": loss.replace("_", "-"), "positiveWeight": weight,
                "scores": np.stack(
                    [machine(x64, query64, multiple[:, c], cost, loss, weight) for c in range(sizes[3])], 1).ravel(),
            } for cost, loss, weight in [
                (0.01, "squared_hinge", 1), (1, "squared_hinge", 2), (20, "squared_hinge", 1),
                (0.01, "hinge", 1), (0.5, "hinge", 2),
            ]
        ],
        "logistic": [
            {
                "decay": decay, "single": logistic(x64, query64, single, decay).ravel(),
                "multiple": np.stack(
                    [logistic(x64, query64, multiple[:, c], decay) for c in range(sizes[3])], 1).ravel(),
            } for decay in [0.001, 0.1]
        ],
    }
    cases.append(case)


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray) and value.dtype == np.float32:
        return [float(str(v)) for v in value]
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return [float(f"{v:.10g}") for v in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


with open(os.path.join(HERE, "probes.json"), "w") as f:
    json.dump(plain({"made_by": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "cases": cases}), f,
              separators=(",", ":"))
    f.write("\n")
