#!/usr/bin/env bash
# gco-wrapper: expansion(-1) and expansion with a limit that is never reached are two algorithms.
#
# Guess: expansion(niters) takes at most niters sweeps over the labels, and -1, the default, as many as it
#   takes to converge. A limit that is never reached then changes nothing: expansion(-1) and
#   expansion(1000) give the same labeling.
# Happens: with -1 the order of labels is another (those that did not help go to the end of a queue), with
#   a limit it is sweep after sweep. Both converge: no single expansion lowers either result any more. But
#   they stop at different labelings of different energy, here in every pixel and 0.8 % apart.
# Matters: alpha-expansion is compared by energy and by time, between programs and with older papers. A row
#   made with niters=1000 "to be safe" is not the row of niters=-1, and a difference of a percent in energy
#   looks like a better algorithm where only the order of labels differs.
#
# Needs python3 with venv, and pip. Exits with 0 where all of this is so, with 1 where it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet numpy==2.4.6 gco-wrapper==3.0.9
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import sys

import gco
import numpy as np

print("gco-wrapper", importlib.metadata.version("gco-wrapper"))
side, labels = 40, 12
pixels = np.arange(side * side)
costs = np.random.default_rng(1).integers(0, 100, (side * side, labels)).astype(np.int32)
distances = np.abs(np.subtract.outer(np.arange(labels), np.arange(labels))).clip(0, 4).astype(np.int32)
right, down = pixels[pixels % side < side - 1], pixels[pixels // side < side - 1]
first, second = np.concatenate([right, down]), np.concatenate([right + 1, down + side])


def solve(limit):
    """The labeling, its energy counted here, and the labels whose expansion would still lower it."""
    graph = gco.GCO()
    graph.create_general_graph(side * side, labels, False)
    graph.set_data_cost(costs)
    graph.set_smooth_cost(distances)
    graph.set_all_neighbors(first, second, np.full(len(first), 15, np.int32))
    graph.expansion(limit)
    found = np.array(graph.get_labels())
    energy = int(costs[pixels, found].sum() + 15 * distances[found[first], found[second]].sum())
    assert energy == int(graph.compute_energy())
    helpful = [label for label in range(labels) if graph.expansion_on_alpha(label)]
    graph.destroy_graph()
    return found, energy, helpful


results = {limit: solve(limit) for limit in (-1, 1_000, 1_000_000)}
for limit, (found, energy, helpful) in results.items():
    differ = int((found != results[-1][0]).sum())
    print(f"expansion({limit}): energy {energy}, {differ} of {side * side} labels unlike expansion(-1); "
          f"labels that would still help: {helpful}")
same_limits = (results[1_000][0] == results[1_000_000][0]).all()
converged = not any(helpful for _, _, helpful in results.values())
surprise = converged and same_limits and results[-1][1] != results[1_000][1]
print("still so" if surprise else "changed")
sys.exit(0 if surprise else 1)
PYTHON
