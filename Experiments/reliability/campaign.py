"""The campaign: parts with a number of cases each, kept when they are done, and a report of all.

campaign.py commit|night [--program P] [--folder F] [--seed N] [--only PART ...] [--report FILE]"""

import argparse
import concurrent.futures
import datetime
import itertools
import json
import os
import platform
import subprocess
import sys
import time

import kills
import mutants
import others
import proofs
from bench import Bench, HERE, digest_of
from verbs import VERBS

FAST = [VERBS[i] for i in (4, 5, 6, 8, 9, 10, 11)]
EVERY_FAULT = ["enospc", "enospc-forever", "eio", "eio-forever", "edquot-forever",
               "erofs-forever", "eintr", "short"]
DISKS = [f"size={k}k" for k in (64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)]
DISKS += [f"size=64m,nr_inodes={n}" for n in (2, 4, 8, 12)]


def swift(*suites):
    """Suites of the project's own tests, that were built."""
    def run(bench):
        line = ["swift", "test", "-c", "release", "--skip-build", "--filter", "|".join(suites)]
        done = subprocess.run(
            line, cwd=f"{HERE}/../..", capture_output=True, text=True,
            env=dict(os.environ, PIGMENT_POWER_LOSSES=str(bench.power_losses)))
        words = (done.stdout + done.stderr).strip().split("\n")
        return ([] if done.returncode == 0 else words[-12:]), {"says": words[-1][-120:]}
    return run


def cases(make):
    """A part of cases, which are spread over all workers."""
    def run(bench):
        wrong, count = [], 0
        with concurrent.futures.ThreadPoolExecutor(bench.workers) as pool:
            pending = set()
            for case in make(bench):
                pending.add(pool.submit(case))
                count += 1
                if len(pending) >= 4 * bench.workers:
                    done, pending = concurrent.futures.wait(
                        pending, return_when=concurrent.futures.FIRST_COMPLETED)
                    wrong += itertools.chain.from_iterable(f.result() for f in done)
            wrong += itertools.chain.from_iterable(f.result() for f in pending)
        return wrong, {"cases": count}
    return run


def fuzzing(name, count):
    """Mutants of one kind, in halves for two workers."""
    def run(bench):
        reader = next(r for r in mutants.readers(bench) if r.name == name)
        each = (count + bench.workers - 1) // bench.workers
        with concurrent.futures.ThreadPoolExecutor(bench.workers) as pool:
            found = list(pool.map(
                lambda n: mutants.through(bench, reader, each, n * each), range(bench.workers)))
        facts = {"cases": each * bench.workers,
                 "accepted": sum(f[1]["accepted"] for f in found),
                 "megabytes more": round(max(f[2][0] for f in found)),
                 "seconds more": round(max(f[2][1] for f in found), 2)}
        return [w for f in found for w in f[0]], facts
    return run


READERS = ["archive", "checkpoint", "dataset inspect", "dataset version 1", "dataset verify",
           "proposals recall", "proposals import", "features", "upgrade", "jpeg", "png", "mask",
           "xml", "coco", "yaml", "study", "journal", "caffe", "onnx", "torch",
           "caffemodel", "prior"]
# These take a tenth of a second each.
SLOW = {"study", "journal"}


def parts(size):
    """The parts of a campaign: what they are called, and what does them."""
    night = size == "night"
    for_every = VERBS if night else FAST
    found = [("the checks find naive writers and readers",
              lambda bench: (proofs.proofs(bench), {"cases": 5}))]
    for verb in for_every:
        found.append((f"kill -9 at file calls: {verb[0]}", cases(
            lambda b, v=verb: kills.cases(b, [v], 200 if night else 5, kills.kills(
                [0, 50, 99] if night else [50])))))
    found += [
        ("pretraining killed several times", cases(
            lambda b: kills.several(b, 200 if night else 3))),
        ("damaged checkpoints", cases(lambda b: others.checkpoints(b, 2000 if night else 8))),
        ("data with 5 % of damaged pictures", cases(
            lambda b: others.damaged_data(b, 20 if night else 1))),
        ("signals", cases(lambda b: others.signals(b, 200 if night else 6))),
    ]
    for verb in for_every:
        found.append((f"failing file calls: {verb[0]}", cases(
            lambda b, v=verb: kills.cases(b, [v], 60 if night else 3, kills.errors(
                EVERY_FAULT if night else ["enospc-forever", "eio"])))))
    found += [
        ("small file systems", cases(lambda b: others.small_disks(
            b, [VERBS[i] for i in ((0, 5, 8, 9, 10) if night else (5,))],
            DISKS if night else DISKS[1:3]))),
        ("little memory, few descriptors", cases(lambda b: others.limits(
            b, [VERBS[i] for i in ((0, 1, 5, 8, 9, 10, 14) if night else (9,))],
            30 if night else 6))),
    ]
    for name in READERS:
        count = (2000 if name in SLOW else 10_000) if night else (10 if name in SLOW else 120)
        found.append((f"mutants: {name}", fuzzing(name, count)))
    if night:
        found += [
            ("a long run", lambda bench: others.soak(bench, 30)),
            ("simulated power loss, numbers that are not finite, old files", swift(
                "CheckpointTests", "InjectionTests", "DamagedRunTests", "OldFileTests")),
        ]
    return found


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("size", choices=["commit", "night"])
    words.add_argument("--program", default=f"{HERE}/../../.build/release/pigment")
    words.add_argument("--folder", default="/dev/shm/pigment-reliability")
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--only", action="append", default=[], help="parts whose name holds this")
    words.add_argument("--minutes", type=float, default=1e9, help="no part begins later than this")
    words.add_argument("--report", help="the page to write")
    asked = words.parse_args()
    bench = Bench(asked.program, asked.folder, asked.seed, os.cpu_count() or 1)
    bench.power_losses = 50_000 if asked.size == "night" else 1000
    mark = {"program": digest_of(asked.program), "seed": asked.seed, "size": asked.size}
    kept = f"{bench.folder}/parts-{asked.size}"
    os.makedirs(kept, exist_ok=True)
    rows, failed, begin = [], False, time.monotonic()
    for name, part in parts(asked.size):
        if asked.only and not any(word in name for word in asked.only):
            continue
        file = f"{kept}/{''.join(c if c.isalnum() else '-' for c in name)}.json"
        row = json.load(open(file)) if os.path.exists(file) else {}
        if row.get("mark") != mark:
            if time.monotonic() - begin > asked.minutes * 60:
                rows.append({"name": name, "wrong": None, "facts": {}, "seconds": 0})
                continue
            start = time.monotonic()
            wrong, facts = part(bench)
            row = {"mark": mark, "name": name, "wrong": wrong, "facts": facts,
                   "seconds": round(time.monotonic() - start, 1)}
            # What failed is done again by the next call.
            if not wrong:
                with open(file, "w") as out:
                    json.dump(row, out)
        rows.append(row)
        failed = failed or bool(row["wrong"])
        said = ", ".join(f"{v} {k}" for k, v in row["facts"].items())
        print(f"reliability: {name}: {len(row['wrong'])} wrong; {said}; {row['seconds']} s",
              flush=True)
        for line in row["wrong"][:10]:
            print(f"    {line}", flush=True)
    if asked.report:
        with open(asked.report, "w") as out:
            out.write(page(asked, rows))
    print(f"reliability: {'FAILED' if failed else 'passed'} in {time.monotonic() - begin:.0f} s")
    sys.exit(1 if failed else 0)


def page(asked, rows):
    """The report."""
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"],
                            capture_output=True, text=True).stdout.strip()
    lines = [
        f"# Reliability, {datetime.date.today()}", "",
        f"`Experiments/reliability/run.sh {asked.size}`, commit {commit}, seed {asked.seed}, "
        f"{os.cpu_count()} cores, {platform.system()} {platform.release()}. What each part does and "
        "what must hold stands in `Experiments/reliability/README.md`.", "",
        "| part | wrong | what was done | seconds |", "|---|---|---|---|",
    ]
    for row in rows:
        facts = ", ".join(f"{k} {v}" for k, v in row["facts"].items())
        wrong = "not run" if row["wrong"] is None else len(row["wrong"])
        lines.append(f"| {row['name']} | {wrong} | {facts} | {row['seconds']} |")
    wrong = [line for row in rows for line in row["wrong"] or []]
    if wrong:
        lines += ["", "What was wrong:", ""] + [f"- {line}" for line in wrong[:40]]
    return "\n".join(lines) + "\n"


main()
