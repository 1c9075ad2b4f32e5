"""The folder that all parts of the campaign work in, the program, and how its results are compared."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
# One thread: two spin for each other where several programs run. A crash must not wait for its own
# report.
QUIET = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive", "SWIFT_BACKTRACE": "enable=no"}
# What may differ between two runs that are the same: times, machine, folders (a study's transfer
# runs name their start and seal that name; their results are compared).
PASSING = re.compile(r"\.lock$|environment\.json$|tensorboard/|/steps/.*log$|\.log$|status\.json$"
                     r"|/steps/.*\.(done|time)\.json$|^s/classify/.*\.ckpt$")
CRASHES = {132, 133, 134, 135, 136, 139}

CONFIGURATIONS = {
    "pretrain.yaml": """
data: {path: DATA/s.h5, validationPictures: 4, augmentation: {size: 32, minimumArea: 0.6}}
trunk: {width: 0.03125, statisticsMomentum: 0.05}
objective: {priorPictures: 20}
batchSize: 2
iterations: 12
optimizer: {rule: adam, weightDecay: 0.001, clipNorm: 10}
schedule: {rate: 0.003, decay: cosine, warmup: 2}
logInterval: 1
checkpointInterval: 3
evaluationInterval: 6
""",
    "rotation.yaml": """
task: rotation
data: {path: DATA/s.h5, validationPictures: 4, augmentation: {size: 32}}
trunk: {width: 0.03125}
batchSize: 2
iterations: 3
evaluationInterval: 0
checkpointInterval: 2
schedule: {warmup: 1}
""",
    "classify.yaml": """
data: {path: DATA/s.h5, augmentation: {size: 32, minimumArea: 0.6}}
trunk: {width: 0.03125, statisticsMomentum: 0.05}
batchSize: 4
iterations: 4
schedule: {rate: 0.001}
checkpointInterval: 2
""",
    "segment.yaml": """
data: {path: DATA/s.h5, trainSplit: trainval, testSplit: test, trainPictures: 8,
  augmentation: {longestSide: 48, crop: 48, mirrors: false}}
trunk: {width: 0.03125, statisticsMomentum: 0.3}
skips: [norm2, norm1]
dropout: 0
batchSize: 2
iterations: 4
schedule: {rate: 0.001}
checkpointInterval: 2
""",
    "detect.yaml": """
data: {path: DATA/s.h5, proposals: DATA/p.h5, trainSplit: trainval, testPictures: 4}
trunk: {width: 0.03125, statisticsMomentum: 0.05}
scales: {training: [48], trainingLimit: 64, testing: 48, testingLimit: 64}
head: {hidden: 16, dropout: 0}
batchSize: 2
iterations: 4
schedule: {rate: 0.001}
checkpointInterval: 2
""",
    "recognizer.yaml": """
data: {path: DATA/s.h5, split: trainval, validationSplit: test, augmentation: {size: 32}}
trunk: {width: 0.03125, inputChannels: 3}
batchSize: 4
iterations: 6
checkpointInterval: 2
""",
    "study.yaml": """
name: tiny
version: 1
data: {s: {path: DATA/s.h5}}
pretexts: [{name: rotation, configuration: rotation.yaml, data: s}]
starts: [gaussian, rotation]
baseline: gaussian
tasks: [{name: classify, verb: classify, configuration: classify.yaml, data: s}]
regimes: [{name: all}]
seeds: 1
""",
}


class Bench:
    """A folder with small data sets, networks and results, made once for each program."""

    def __init__(self, program, folder, seed, workers=2):
        self.program = os.path.abspath(program)
        self.folder = os.path.abspath(folder)
        self.seed = seed
        self.workers = workers
        self.data = f"{self.folder}/data"
        self.lock = threading.Lock()
        self.made = 0
        os.makedirs(self.folder, exist_ok=True)
        for name, flags in [("faultshim", ["-ldl"]), ("forkserver", ["-Wl,-z,initfirst"])]:
            subprocess.run(
                ["cc", "-O2", "-fPIC", "-shared", "-o", f"{self.folder}/{name}.so",
                 f"{HERE}/{name}.c", *flags], check=True)
        self.prepare()

    def prepare(self):
        mark = f"{self.data}/made-by"
        digest = digest_of(self.program) + digest_of(__file__)
        if os.path.exists(mark) and open(mark).read() == digest:
            return
        shutil.rmtree(self.data, ignore_errors=True)
        os.makedirs(self.data)
        for name, text in CONFIGURATIONS.items():
            with open(f"{self.data}/{name}", "w") as file:
                file.write(text.replace("DATA", self.data).lstrip())
        for line in [
            "data build scenes --output s.h5 --pretrain 40 --trainval 20 --test 20 --width 48"
            " --height 48",
            "data build scenes --output few.h5 --pretrain 2 --trainval 2 --test 2 --width 32"
            " --height 32",
            "data export s.h5 --output photographs --split test",
            "proposals build s.h5 --output p.h5 --max 50",
            "data prior s.h5 --split train --output s.prior.json",
            "pretrain pretrain.yaml --run r",
            "export r --output trunk.safetensors",
            "export r --format onnx --output trunk.onnx",
            "export r --format caffe --output trunk.caffe",
            "extract trunk.safetensors s.h5 --layer relu5_3 --output f.h5",
            "evaluate recognizer recognizer.yaml --run rec",
        ]:
            status, words = self.run(line.split(), self.data)
            if status != 0:
                raise SystemExit(f"reliability: cannot prepare: pigment {line}: {words}")
        with open(mark, "w") as file:
            file.write(digest)

    def fresh(self):
        """A new empty folder."""
        with self.lock:
            self.made += 1
            # As long as all others: headers that hold it have one length.
            path = f"{self.folder}/out-{os.getpid():07d}-{self.made:06d}"
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path

    def run(self, words, folder=None, fault=None, limit=120, before="", program=None):
        """Runs the program; gives the exit status as a shell does, or "hang", and what it said."""
        variables = dict(os.environ, **QUIET)
        if fault:
            variables["LD_PRELOAD"] = f"{self.folder}/faultshim.so"
            variables.update({f"FAULT_{key}": str(value) for key, value in fault.items()})
        command = [*(program or [self.program]), *words]
        if before:
            command = ["bash", "-c", before + '; exec "$@"', "bash", *command]
        try:
            done = subprocess.run(
                command, cwd=folder or self.data, env=variables, stdin=subprocess.DEVNULL,
                capture_output=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return "hang", ""
        status = done.returncode if done.returncode >= 0 else 128 - done.returncode
        return status, (done.stdout + done.stderr).decode(errors="replace")


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content(path, folder="OUT"):
    """The digest of a file without the name of its folder, of a journal without what the clock says."""
    if not path.endswith("journal.jsonl"):
        with open(path, "rb") as file:
            words = file.read().replace(folder.encode(), b"OUT")
        return hashlib.sha256(words.replace(folder.replace("/", "\\/").encode(), b"OUT")).hexdigest()
    lines = []
    with open(path, "rb") as file:
        for line in file.read().split(b"\n"):
            try:
                event = json.loads(line)
            except ValueError:
                lines.append(repr(line))
                continue
            if event.get("event") == "environment":
                continue
            lines.append(sorted((k, v) for k, v in event.items()
                                if k not in ("imagesPerSecond", "dataWait")))
    return hashlib.sha256(repr(lines).encode()).hexdigest()


def tree(folder):
    """The files of a folder with their digests, but for those that may differ."""
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            short = os.path.relpath(path, folder)
            if not PASSING.search(short):
                found[short] = content(path, folder)
    return found
