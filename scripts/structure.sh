#!/bin/bash
# Prints how the sources are built: one column for each commit, or for the working tree without any.
#
#     scripts/structure.sh                   the working tree
#     scripts/structure.sh f22f5fb HEAD      before and after
#     scripts/structure.sh --places HEAD     every place that is counted besides, on standard error
set -euo pipefail
cd "$(dirname "$0")/.."

places=
if [ "${1:-}" = --places ]; then places=1; shift; fi
trees=$(mktemp -d)
trap 'rm -r "$trees"' EXIT
if [ $# -eq 0 ]; then
  mkdir "$trees/working-tree"
  git ls-files -z --cached --others --exclude-standard Sources Package.swift |
    { xargs -0 ls -d 2>/dev/null || true; } | tar -c -T - | tar -x -C "$trees/working-tree"
  set -- working-tree
else
  for commit in "$@"; do
    mkdir "$trees/$commit"
    git archive "$commit" Sources Package.swift | tar -x -C "$trees/$commit"
  done
fi

PLACES=$places python3 - "$trees" "$@" <<'PYTHON'
import os, re, statistics, sys
from pathlib import Path

LAYERS = """Convolution TransposedConvolution Dense BatchNormalization ResponseNormalization ReLU
MaxPooling AveragePooling GlobalAveragePooling Dropout Upsampling ResidualBlock""".split()
CAST = re.compile(r"(?:\bas\?|\bas!|\bis|\bas) (?:any )?(" + "|".join(LAYERS) + r")\b")
QUESTION = re.compile(r"architecture (?:[=!]= \.|\{)")
ADDED = re.compile(r"/(ResNet|ResidualBlock|Categorization\w+)\.swift$")
RUN = 6


def code(lines):
    """Lines that are neither blank nor comment nor import, with their numbers."""
    found = ((i, line.strip()) for i, line in enumerate(lines, 1))
    return [(i, line) for i, line in found
            if line and not line.startswith("//") and not re.match(r"(\w+ )?import ", line)]


def repeated(files):
    """Maximal runs of RUN or more lines that stand word for word somewhere before."""
    seen, blocks = set(), []
    for path, lines in files.items():
        own, end = code(lines), 0
        for k in range(len(own) - RUN + 1):
            window = tuple(line for _, line in own[k:k + RUN])
            if window not in seen:
                seen.add(window)
                continue
            if k >= end:
                blocks.append(f"{path}:{own[k][0]}")
            end = k + RUN
    return blocks


def naming(files, words, within="Sources/"):
    """Files below a folder whose code has one of these words."""
    pattern = re.compile(words)
    return [path for path, lines in files.items() if path.startswith(within)
            and any(pattern.search(line) for _, line in code(lines))]


def figures(root):
    def read(*endings):
        paths = sorted(p for p in (root / "Sources").rglob("*") if p.suffix in endings)
        return {str(p.relative_to(root)): p.read_text().splitlines() for p in paths
                if not p.name.endswith(".pb.swift")}

    swift, others = read(".swift"), read(".c", ".h", ".cu")
    lengths = {path: len(lines) for path, lines in swift.items()}
    total, longest = sum(lengths.values()), max(lengths, key=lengths.get)
    manifest = (root / "Package.swift").read_text().split("targets: [", 1)[1]
    casts = [f"{path}:{i}" for path, lines in swift.items() for i, line in code(lines)
             for _ in CAST.findall(line)]
    questions = [f"{path}:{i}" for path, lines in swift.items() for i, line in code(lines)
                 if QUESTION.search(line) and not path.startswith("Sources/Networks/Trunks/")]
    blocks = repeated(swift)
    everything = swift | others
    kernel = naming(everything, r"smoothL1\b|smooth_loss|SMOOTH_LOSS", "Sources/Backends/") + naming(
        everything, r"smooth_loss|SMOOTH_LOSS", "Sources/CKernels/")
    pretext = naming(swift, r"RotationTask")
    transfer = [path for path in naming(
        swift, r"Segmentation(Run|Task|Configuration|Result)\b|SegmentCommand|\bcase .*\bsegment\b")
        if not path.startswith("Sources/VOCTransfer/Segmentation/")]
    trunk = naming(swift, r"\.vgg16\b|case vgg16|func vgg16|\bvar vgg16|let vgg16")
    def files(places):
        return len({place.split(":")[0] for place in places})

    rows = [
        ("Swift files", f"{len(swift):,}"),
        ("lines of them", f"{total:,}"),
        ("without ResNet and single labels",
         f"{sum(n for path, n in lengths.items() if not ADDED.search(path)):,}"),
        ("median file", f"{statistics.median(lengths.values()):g}"),
        ("longest file", f"{lengths[longest]} ({longest.split('/')[-1]})"),
        ("lines that are `///`", "{:.1%}".format(sum(
            line.strip().startswith("///") for lines in swift.values() for line in lines) / total)),
        ("lines of C and CUDA", f"{sum(map(len, others.values())):,}"),
        ("targets of libraries and programs",
         str(len(re.findall(r"\broom\(|\.(?:target|executableTarget|systemLibrary)\(", manifest)))),
        ("targets of tests", str(len(re.findall(r"(?<!func )\btests\(", manifest)))),
        (f"repeated blocks of {RUN} lines or more", str(len(blocks))),
        ("casts on kinds of layers", f"{len(casts)} in {files(casts)} files"),
        ("questions for the architecture", f"{len(questions)} in {files(questions)} files"),
        ("sources that name the kernel `smoothL1`", str(len(kernel))),
        ("sources that name the pretext task `rotation`", str(len(pretext))),
        ("sources beside its own that name the task `segment`", str(len(transfer))),
        ("sources that name the trunk `vgg16`", str(len(trunk))),
    ]
    if os.environ["PLACES"]:
        for title, paths in [("repeated", blocks), ("cast", casts), ("question", questions),
                             ("kernel", kernel), ("pretext", pretext), ("transfer", transfer),
                             ("trunk", trunk)]:
            for path in paths:
                print(f"{root.name}: {title}: {path}", file=sys.stderr)
    return rows


trees, names = Path(sys.argv[1]), sys.argv[2:]
columns = [figures(trees / name) for name in names]
print("| | " + " | ".join(names) + " |\n|---|" + "--:|" * len(names))
for row in zip(*columns):
    print(f"| {row[0][0]} | " + " | ".join(value for _, value in row) + " |")
PYTHON
