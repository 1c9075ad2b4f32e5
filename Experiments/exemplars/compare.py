"""compare.py PROGRAM FOLDER ROUNDS: expansions beside gco-wrapper (pip install gco-wrapper numpy).

PROGRAM is pigment-benchmarks, FOLDER holds what its `expansion write` wrote. Each round solves every
problem by both programs in turn; prints costs, medians of seconds, and the ratio as Markdown.
"""
import glob
import json
import os
import statistics
import subprocess
import sys
import time

import gco
import numpy as np

program, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
STEPS = [(1, 0), (0, 1), (1, 1), (-1, 1)]


def read(path):
    """Columns, rows, costs [pixels, labels], distances [labels, labels], weights [pixels, 4]."""
    numbers = np.fromfile(path, np.int32)
    width, height, labels = (int(n) for n in numbers[:3])
    pixels, rest = width * height, numbers[3:]
    costs = rest[: pixels * labels].reshape(pixels, labels)
    distances = rest[pixels * labels :][: labels * labels].reshape(labels, labels)
    return width, height, costs, distances, rest[pixels * labels + labels * labels :].reshape(pixels, 4)


def solve(problem):
    """Cost and seconds of gco-wrapper, labels in their order as Pigment takes them."""
    width, height, costs, distances, weights = problem
    pixel = np.arange(width * height)
    x, y = pixel % width, pixel // width
    first, second, weight = [], [], []
    for place, (across, down) in enumerate(STEPS):
        inside = (x + across >= 0) & (x + across < width) & (y + down < height)
        first.append(pixel[inside])
        second.append(pixel[inside] + down * width + across)
        weight.append(weights[inside, place])
    begin = time.perf_counter()
    graph = gco.GCO()
    graph.create_general_graph(width * height, costs.shape[1], False)
    graph.set_data_cost(costs)
    graph.set_smooth_cost(distances)
    graph.set_all_neighbors(*(np.concatenate(part) for part in (first, second, weight)))
    for site, label in enumerate(costs.argmin(1)):
        graph.init_label_at_site(site, int(label))
    begun = time.perf_counter()
    graph.expansion(-1)
    cost, seconds = int(graph.compute_energy()), time.perf_counter() - begun
    graph.destroy_graph()
    return cost, seconds, begun - begin


def ours(path):
    """The same of Pigment."""
    answer = json.loads(subprocess.check_output([program, "expansion", "solve", path]))
    return answer["cost"], answer["seconds"]


print("| problem | cost, pigment | cost, gco-wrapper | seconds, pigment | seconds, gco-wrapper | ratio |")
print("|---|--:|--:|--:|--:|--:|")
agree = True
for path in sorted(glob.glob(os.path.join(folder, "*.problem"))):
    problem, mine, theirs = read(path), [], []
    for _ in range(rounds):
        mine.append(ours(path))
        theirs.append(solve(problem))
    a, b = mine[0][0], theirs[0][0]
    agree &= abs(a - b) <= 1e-6 * b
    one, other = (statistics.median(run[1] for run in runs) for runs in (mine, theirs))
    print(f"| {os.path.basename(path)} | {a} | {b} | {one:.2f} | {other:.2f} | {other / one:.2f} |")
sys.exit(0 if agree else "costs differ by more than 1e-6")
