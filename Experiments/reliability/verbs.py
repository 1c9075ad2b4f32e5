"""The verbs that write, each with a command line and with what goes on after it was cut short."""

import os

# Name, command (OUT is a folder of its own), and how it goes on: by the same command, or `resume`.
VERBS = [
    ("pretrain", "pretrain pretrain.yaml --run OUT/r", "resume OUT/r"),
    ("transfer classify", "transfer classify classify.yaml --init he --seeds 1 --output OUT/t", "="),
    ("transfer segment", "transfer segment segment.yaml --init he --seeds 1 --output OUT/t", "="),
    ("transfer detect", "transfer detect detect.yaml --init he --seeds 1 --output OUT/t", "="),
    ("evaluate recognizer", "evaluate recognizer recognizer.yaml --run OUT/r", "resume OUT/r"),
    ("data build", "data build scenes --output OUT/d.h5 --pretrain 4 --trainval 4 --test 4"
     " --width 32 --height 32", "= --force"),
    ("data prior", "data prior s.h5 --split train --output OUT/p.json", "= --force"),
    ("data upgrade", "data upgrade old.h5 --output OUT/d.h5", "="),
    ("proposals build", "proposals build few.h5 --output OUT/p.h5 --max 50", "= --force"),
    ("extract", "extract trunk.safetensors s.h5 --layer relu5_3 --memory 1 --output OUT/f.h5",
     "= --force"),
    ("export", "export r --output OUT/x.safetensors", "= --force"),
    ("export pytorch", "export r --format pytorch --output OUT/x", "= --force"),
    ("export onnx", "export r --format onnx --output OUT/x.onnx", "= --force"),
    ("export caffe", "export r --format caffe --output OUT/x", "= --force"),
    ("units top", "units top trunk.safetensors s.h5 --layer relu5_3 --top 2 --output OUT/u",
     "= --force"),
    ("evaluate color", "evaluate color r s.h5 --prior s.prior.json --resamples 20 --output OUT/e",
     "= --force"),
    ("colorize", "colorize r photographs --output OUT/c", "= --force"),
    ("report", "report r --output OUT/page.html", "= --force"),
    ("study run", "study run study.yaml --output OUT/s", "="),
]

# Old files that are made by no command.
OLD = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                    "../../Tests/DatasetsTests/Golden/dataset-version1.h5"))


def command(verb, out):
    """The command line of a verb."""
    return [word.replace("OUT", out).replace("old.h5", OLD) for word in verb[1].split()]


def going_on(verb, out):
    """What goes on after the verb was cut short: `resume` where there is a run."""
    again = verb[2].split()
    if again[0] == "resume" and os.path.exists(f"{out}/r/configuration.yaml"):
        return [word.replace("OUT", out) for word in again]
    return command(verb, out) + ([] if again[0] == "resume" else again[1:])
