"""Kills a serving pigment while people vote, and counts: python3 kills.py PIGMENT STUDY [--kills 100] [--people 50]

STUDY is a planned study with a session long enough that kills x (some votes) fit. Every round starts the server, lets everybody vote at once,
kills it (SIGKILL) at a random moment, reads the journal and compares it with what was acknowledged: every vote once, none lost; and sessions
go on at the trial that comes next. Standard library only."""
import argparse, http.client, json, os, random, re, signal, subprocess, sys, threading, time

parser = argparse.ArgumentParser()
parser.add_argument("pigment"), parser.add_argument("study")
parser.add_argument("--kills", type=int, default=100)
parser.add_argument("--people", type=int, default=20)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
chance = random.Random(options.seed)


def serve():
    process = subprocess.Popen([options.pigment, "realism", "serve", options.study, "--port", "0", "--quiet"], stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    found = re.match(r"open http://127.0.0.1:(\d+)/#invitation=(\w+)", line)
    if not found: sys.exit(f"the server did not start: {line}")
    return process, int(found[1]), found[2]


class Client:
    def __init__(self, port): self.port, self.connection = port, http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def post(self, path, content, token=""):
        self.connection.request("POST", path, json.dumps(content), {"X-Session": token, "Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200: raise RuntimeError(f"{path}: {answer.status} {body[:80]}")
        return json.loads(body)


screen = dict(width=1280, height=800, windowWidth=1280, windowHeight=700, pixelRatio=1, zoom=1, frame=16.7, browser="kills.py")
tokens, acknowledged, unsure, problems, lock = {}, {}, {}, [], threading.Lock()
process, port, invitation = serve()
for person in range(options.people):
    tokens[person] = Client(port).post("/api/join", dict(invitation=invitation, vision="normal", plates=[None] * 4, screen=screen))["session"]
    acknowledged[person], unsure[person] = {}, {}


def votes(person, port):
    try:
        client = Client(port)
        state = client.post("/api/session", {}, tokens[person])
        # An answer that was lost on the way may have been stored; nothing else may.
        if state["next"] not in (len(acknowledged[person]), len(acknowledged[person]) + 1): problems.append(f"person {person}: {state['next']} after {len(acknowledged[person])}")
        trial = len(acknowledged[person])
        while trial < len(state["trials"]):
            unsure[person].setdefault(trial, "left" if random.random() < 0.5 else "right")
            receipt = client.post("/api/vote", dict(trial=trial, choice=unsure[person][trial], input="key", response=500.5, shown=[50, 50], isLate=False), tokens[person])
            acknowledged[person][trial] = unsure[person][trial]
            if receipt["next"] != trial + 1: problems.append(f"person {person}: after {trial} comes {receipt['next']}")
            trial += 1
    except (OSError, http.client.HTTPException): pass
    except Exception as problem: problems.append(f"person {person}: {problem!r}")


def check():
    found = {}
    with open(f"{options.study}/votes.jsonl") as file:
        text = file.read()
    for line in text[:text.rfind("\n") + 1].splitlines():
        vote = json.loads(line).get("vote")
        if not vote: continue
        place = (vote["person"], vote["trial"])
        if place in found: problems.append(f"twice: {place}")
        found[place] = vote["choice"]
    for person, given in acknowledged.items():
        for trial, choice in given.items():
            if found.get((person, trial)) != choice: problems.append(f"lost: {person}/{trial}")
    return len(found)


stored = under_way = 0
for kill in range(options.kills):
    threads = [threading.Thread(target=votes, args=(person, port)) for person in tokens]
    for thread in threads: thread.start()
    # After some of this round's votes, so that every round has votes under way.
    before, wanted = sum(map(len, acknowledged.values())), chance.randrange(0, options.people)
    while sum(map(len, acknowledged.values())) < before + wanted and any(thread.is_alive() for thread in threads): time.sleep(0.0005)
    time.sleep(chance.uniform(0.0, 0.002))
    under_way += any(thread.is_alive() for thread in threads)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for thread in threads: thread.join()
    stored = check()
    process, port, invitation = serve()
process.send_signal(signal.SIGINT)
status = process.wait(10)
given = sum(map(len, acknowledged.values()))
print(f"{options.kills} kills, {under_way} with votes under way, {given} votes acknowledged, {stored} stored, status at the end {status}, {len(problems)} problems")
for problem in problems[:20]: print(problem)
sys.exit(1 if problems or status != 130 else 0)
