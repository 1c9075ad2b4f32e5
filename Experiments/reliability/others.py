"""Damaged checkpoints and data, signals, limits of memory and descriptors, small file systems, and a long run that is watched."""

import glob
import json
import os
import random
import shutil
import signal
import subprocess
import time

import mutate
from bench import CRASHES, QUIET, content, tree
from kills import gone_on, judged, undisturbed
from verbs import VERBS, command


def checkpoints(bench, count):
    """Newest checkpoints that are damaged: noticed, passed over, and the run ends as it should."""
    verb = VERBS[0]
    whole = undisturbed(bench, verb)
    out = bench.fresh()
    bench.run(command(verb, out))
    last = sorted(glob.glob(f"{out}/r/checkpoints/*.ckpt"), key=os.path.getmtime)[-1]
    good = open(last, "rb").read()

    def one(number):
        draw = random.Random(f"{bench.seed} checkpoint {number}")
        data = bytearray(good)
        kind = draw.randrange(4)
        if kind == 0:
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        elif kind == 1:
            del data[draw.randrange(len(data)):]
        else:
            data = bytearray(mutate.safetensors(draw, good))
        if bytes(data) == good:
            return []
        here = bench.fresh()
        shutil.copytree(f"{out}/r", f"{here}/r")
        with open(f"{here}/r/checkpoints/{os.path.basename(last)}", "wb") as file:
            file.write(data)
        status, said = bench.run(["resume", f"{here}/r"])
        wrong = []
        if status != 0:
            wrong.append(f"it ends with {status}: {said.strip()[-200:]}")
        elif "using" not in said:
            wrong.append("the damage is not said")
        elif any(tree(here).get(name) != digest for name, digest in whole.items()
                 if not name.endswith("journal.jsonl")):
            wrong.append("the end differs")
        shutil.rmtree(here)
        return [f"damaged checkpoint {number}: {w}" for w in wrong]

    for number in range(count):
        yield lambda n=number: one(n)


def damaged_data(bench, count):
    """A data set with 5 % of its pictures damaged: a run ends, without them, and says which."""
    def one(number):
        draw = random.Random(f"{bench.seed} data {number}")
        here = bench.fresh()
        data = bytearray(open(f"{bench.data}/s.h5", "rb").read())
        places, at = [], data.find(b"\xff\xd8\xff")
        while at >= 0:
            places.append(at)
            at = data.find(b"\xff\xd8\xff", at + 3)
        hurt = sorted(draw.sample(range(len(places)), max(1, len(places) // 20)))
        for index in hurt:
            end = places[index + 1] if index + 1 < len(places) else places[index] + 400
            place = draw.randrange(places[index] + 2, end - 40)
            data[place] ^= 1 << draw.randrange(8)
        with open(f"{here}/s.h5", "wb") as file:
            file.write(data)
        ends = []
        for name in ("a", "b"):
            status, said = bench.run(
                ["pretrain", "pretrain.yaml", "--set", f"data.path={here}/s.h5", "--set",
                 "iterations=60", "--run", f"{here}/{name}"])
            if status != 0:
                return [f"damaged data {number}: it ends with {status}: {said.strip()[-200:]}"]
            ends.append(content(f"{here}/{name}/checkpoints/step-60.ckpt"))
        wrong = []
        if ends[0] != ends[1]:
            wrong.append("two runs differ")
        report = f"{here}/a/damaged.json"
        named = []
        if os.path.exists(report):
            named = sorted(r["row"] for r in json.load(open(report))["records"])
        if named != hurt:
            wrong.append(f"damaged are {hurt}, named are {named}")
        shutil.rmtree(here)
        return [f"damaged data {number}: {w}" for w in wrong]

    for number in range(count):
        yield lambda n=number: one(n)


def signals(bench, count):
    """A signal at a random moment: answered within two seconds, and the run ends as it should."""
    verbs = [VERBS[0], VERBS[1], VERBS[9]]
    wholes = [undisturbed(bench, verb) for verb in verbs]
    codes = [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129),
             (signal.SIGUSR1, 0)]

    def one(number):
        draw = random.Random(f"{bench.seed} signal {number}")
        which = draw.randrange(len(verbs))
        verb, whole = verbs[which], wholes[which]
        out = bench.fresh()
        number_, code = codes[draw.randrange(4 if which == 0 else 3)]
        process = subprocess.Popen(
            [bench.program, *command(verb, out)], cwd=bench.data, env=dict(os.environ, **QUIET),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.08, 0.6))
        sent = time.monotonic()
        process.send_signal(number_)
        try:
            status = process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = "hang"
        took = time.monotonic() - sent
        wrong = []
        if status not in (0, code):
            # Before the program listens a signal has its usual effect.
            early = status == -number_ and not os.path.exists(f"{out}/r/configuration.yaml")
            if not early:
                wrong.append(f"{number_.name}: it ends with {status}")
        if number_ != signal.SIGUSR1 and took > 2.5:
            wrong.append(f"{number_.name}: answered after {took:.1f} s")
        wrong += gone_on(bench, verb, out, whole)
        shutil.rmtree(out, ignore_errors=True)
        return [f"{verb[0]}, signal {number}: {w}" for w in wrong]

    for number in range(count):
        yield lambda n=number: one(n)


def limits(bench, verbs, count):
    """Little memory and few descriptors: all is done, or it ends with words; and it goes on."""
    def one(verb, whole, before):
        out = bench.fresh()
        status, said = bench.run(command(verb, out), before=f"ulimit -c 0; {before}", limit=60)
        wrong = []
        # 127: the loader finds no room for the libraries. 137, 139: the system's own end.
        if status in {"hang", 132, 134}:
            wrong.append(f"it ends with {status}")
        if status in (1, 3, 5) and not said.strip():
            wrong.append("it says nothing")
        if status == 5 and "could not be had" not in said:
            wrong.append("no number is said")
        wrong += [w for w in judged(out, whole, status if status != 5 else 1, said, True)
                  if "139" not in w and "134" not in w]
        wrong += gone_on(bench, verb, out, whole)
        shutil.rmtree(out, ignore_errors=True)
        return [f"{verb[0]}, {before}: {w}" for w in wrong]

    for verb in verbs:
        whole = undisturbed(bench, verb)
        for index in range(count):
            kilobytes = 200_000 + index * 800_000 // count
            yield lambda v=verb, w=whole, k=kilobytes: one(v, w, f"ulimit -v {k}")
        for files in (4, 6, 8, 10, 14, 20)[:max(2, count // 4)]:
            yield lambda v=verb, w=whole, f=files: one(v, w, f"ulimit -n {f}")


def small_disks(bench, verbs, sizes):
    """Real file systems that are too small, and have too few files; needs the right to mount."""
    def one(verb, whole, options):
        out = bench.fresh()
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", out], check=True)
        try:
            status, said = bench.run(command(verb, out))
            wrong = judged(out, whole, status, said, False)
            subprocess.run(["mount", "-o", "remount,size=400m,nr_inodes=10000", out], check=True)
            wrong += gone_on(bench, verb, out, whole)
        finally:
            subprocess.run(["umount", "-l", out], check=True)
            shutil.rmtree(out, ignore_errors=True)
        return [f"{verb[0]}, {options}: {w}" for w in wrong]

    probe = bench.fresh()
    able = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", probe], capture_output=True
    ).returncode == 0
    if not able:
        print("reliability: nothing can be mounted here; small file systems are skipped")
        return
    subprocess.run(["umount", probe], check=True)
    for verb in verbs:
        whole = undisturbed(bench, verb)
        for options in sizes:
            yield lambda v=verb, w=whole, o=options: one(v, w, o)


def soak(bench, minutes):
    """A long run: its memory, its descriptors and the time of its steps stay what they are."""
    out = bench.fresh()
    process = subprocess.Popen(
        [bench.program, "pretrain", "pretrain.yaml", "--set", "iterations=100000000", "--set",
         "checkpointInterval=500", "--set", "evaluationInterval=1000", "--set", "logInterval=50",
         "--run", f"{out}/r"], cwd=bench.data, env=dict(os.environ, **QUIET),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    samples = []
    try:
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end and process.poll() is None:
            time.sleep(max(0.5, minutes * 60 / 120))
            try:
                pages = int(open(f"/proc/{process.pid}/statm").read().split()[1])
                files = len(os.listdir(f"/proc/{process.pid}/fd"))
            except OSError:
                break
            samples.append((time.monotonic(), pages * 4096 / 1e6, files))
    finally:
        ended = process.poll()
        process.send_signal(signal.SIGTERM)
        process.wait()
    speeds = []
    for line in open(f"{out}/r/journal.jsonl"):
        event = json.loads(line)
        if event["event"] == "step":
            speeds.append(event["imagesPerSecond"])
    shutil.rmtree(out)
    if ended is not None:
        return [f"soak: it ended by itself with {ended}"], {}
    late = samples[len(samples) // 3:]
    hours = (late[-1][0] - late[0][0]) / 3600
    third = max(1, len(late) // 3)
    mean = lambda rows, at: sum(r[at] for r in rows) / len(rows)
    growth = mean(late[-third:], 1) - mean(late[:third], 1)
    part = max(1, len(speeds) // 4)
    middle = lambda rows: sorted(rows)[len(rows) // 2]
    drift = middle(speeds[part:2 * part]) / middle(speeds[-part:]) - 1
    facts = {"minutes": minutes, "megabytes": round(late[-1][1], 1),
             "growth in megabytes": round(growth, 2), "descriptors": sorted({s[2] for s in late}),
             "steps": len(speeds) * 50, "drift of step time": f"{100 * drift:.1f} %"}
    wrong = []
    if growth > max(1.0, 2.0 * hours):
        wrong.append(f"soak: memory grew by {growth:.1f} MB in {hours * 60:.0f} minutes")
    if max(s[2] for s in late) > min(s[2] for s in late) + 4:
        wrong.append(f"soak: descriptors {facts['descriptors']}")
    return wrong, facts
