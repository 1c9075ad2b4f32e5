"""Kill -9 at file calls, once and several times in a row, and file calls that fail.

What must hold: a final name holds the old bytes or the new ones; the same command, or `resume`, goes on and ends with the bytes of an
undisturbed call; nothing half-written is left; a failed call is said, and its exit status is 1 where the result is not there."""

import os
import random
import shutil

from bench import CRASHES, tree
from verbs import VERBS, command, going_on

WRITES = ("write", "pwrite", "writev")


def calls_of(bench, words):
    """The file calls of a command, in order."""
    out = bench.fresh()
    log = out + ".calls"
    status, said = bench.run([w.replace("OUT", out) for w in words], fault=dict(
        MODE="count", PATH=out + "/", LOG=log), limit=300)
    assert status == 0, said
    with open(log) as file:
        calls = [line.split()[1] for line in file]
    os.remove(log)
    shutil.rmtree(out)
    return calls


def chosen(calls, most):
    """All calls, or all that are no writes and so many writes evenly spaced."""
    if len(calls) <= most:
        return list(range(1, len(calls) + 1))
    writes = [n for n, call in enumerate(calls, 1) if call in WRITES]
    others = [n for n, call in enumerate(calls, 1) if call not in WRITES]
    room = max(1, most * 3 // 4)
    if len(others) > most - room:
        others = [others[i * len(others) // (most - room)] for i in range(max(1, most - room))]
    return sorted(others + [writes[i * len(writes) // room] for i in range(room)])


def undisturbed(bench, verb):
    """The files that a verb makes."""
    out = bench.fresh()
    status, said = bench.run(command(verb, out), limit=300)
    assert status == 0, f"{verb[0]}: {said}"
    whole = tree(out)
    shutil.rmtree(out)
    return whole


def judged(out, whole, status, said, killed):
    """What is wrong after a call that was killed, or of which something failed."""
    found, wrong = tree(out), []
    if any(found[name] != whole[name] for name in found
           if name in whole and not name.endswith(("journal.jsonl", "damaged.json"))):
        wrong.append("a final name holds other bytes")
    if status in CRASHES or status == "hang":
        wrong.append(f"it ends with {status}")
    if killed:
        return wrong
    if status not in (0, 1) and not wrong:
        wrong.append(f"it ends with {status}")
    if status != 0 and not said.strip():
        wrong.append("it says nothing")
    if status == 0 and any(found.get(name) != digest for name, digest in whole.items()):
        wrong.append("it ends with 0, and its result is not whole")
    return wrong


def gone_on(bench, verb, out, whole):
    """What is wrong after the verb has gone on."""
    status, said = bench.run(going_on(verb, out))
    found, wrong = tree(out), []
    if status != 0:
        return [f"it does not go on ({status}): {said.strip()[-200:]}"]
    for name, digest in whole.items():
        if found.get(name) != digest:
            wrong.append(f"the end differs: {name}")
            break
    if any(".tmp" in name for name in found):
        wrong.append("half-written files are left")
    return wrong


def case(bench, verb, whole, fault):
    """One disturbed call and what follows."""
    if fault["MODE"] != "kill":
        # Journals say what failed.
        whole = {name: digest for name, digest in whole.items() if "journal" not in name}
    out = bench.fresh()
    fault = dict(fault, PATH=out + "/")
    status, said = bench.run(command(verb, out), fault=fault)
    wrong = judged(out, whole, status, said, fault["MODE"] == "kill")
    wrong += gone_on(bench, verb, out, whole)
    shutil.rmtree(out, ignore_errors=True)
    return [f"{verb[0]}, {fault['MODE']} at call {fault['AT']} (tear {fault.get('TEAR', 0)}): {w}"
            for w in wrong]


def cases(bench, verbs, most, faults):
    """All cases of a sweep, as calls without arguments."""
    for verb in verbs:
        whole = undisturbed(bench, verb)
        calls = calls_of(bench, verb[1].replace("old.h5", command(verb, "")[2]).split())
        for number in chosen(calls, most):
            for fault in faults(calls[number - 1]):
                yield lambda v=verb, w=whole, f=dict(fault, AT=number): case(bench, v, w, f)


def kills(tears):
    """A kill at a call, with so much of a write done; other calls are not torn."""
    return lambda call: [dict(MODE="kill", TEAR=t) for t in (tears if call in WRITES else [0])]


def errors(modes):
    """Each way in which a call fails."""
    return lambda call: [dict(MODE=mode) for mode in modes]


def several(bench, count):
    """Runs that are killed up to six times at random calls, also while they go on."""
    verb = VERBS[0]
    whole = undisturbed(bench, verb)
    total = len(calls_of(bench, verb[1].split()))

    def one(number):
        draw = random.Random(bench.seed * 1000 + number)
        out = bench.fresh()
        bench.run(command(verb, out), fault=dict(
            MODE="kill", AT=draw.randrange(1, total), TEAR=draw.choice([0, 50, 99]), PATH=out))
        for _ in range(draw.randrange(6)):
            bench.run(going_on(verb, out), fault=dict(
                MODE="kill", AT=draw.randrange(1, total), TEAR=draw.choice([0, 50, 99]), PATH=out))
        wrong = gone_on(bench, verb, out, whole)
        shutil.rmtree(out, ignore_errors=True)
        return [f"run {number} killed several times: {w}" for w in wrong]

    for number in range(count):
        yield lambda n=number: one(n)
