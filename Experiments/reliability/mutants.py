"""Mutants of every kind of file through the verbs that read it, by a fork server.

What must hold of each: no crash, at most a second of processor time, at most 256 MiB above what the reading of the sound file takes; and
where the bytes are sealed, a mutant that is accepted gives what the sound file gives."""

import glob
import os
import shutil
import struct
import subprocess

import mutate
from bench import CRASHES, QUIET

SECONDS, MEGABYTES = 1.0, 256


class Reader:
    """A verb that reads a file of a kind; IN is the file, OUT a folder."""

    def __init__(self, name, line, file, kind, seeds, also=None, sealed=False):
        self.name, self.line, self.file = name, line, file
        self.kind, self.seeds, self.also, self.sealed = kind, seeds, also, sealed


def readers(bench):
    """Every format, and what reads it."""
    d = bench.data
    steps = sorted(glob.glob(f"{d}/r/checkpoints/*.ckpt"))
    golden = os.path.normpath(os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "../../Tests/DatasetsTests/Golden"))
    weights = os.path.normpath(os.path.join(golden, "../../FeatureExportTests/Golden"))
    devkit, coco = small_devkit(bench), small_coco(bench)
    picture = f"{devkit}/VOC2007/JPEGImages/1.jpg"
    build = f"data build voc {devkit}/VOC2007 --output OUT/v.h5 --force"
    first = [f"{golden}/dataset-version1.h5"]
    return [
        Reader("archive", "units filters IN --output OUT/f.png --force", "a.safetensors",
               mutate.safetensors, [f"{d}/trunk.safetensors"]),
        Reader("checkpoint", "export IN --output OUT/x.safetensors --force", "step-12.ckpt",
               mutate.safetensors, steps[-1:], sealed=True),
        Reader("dataset inspect", "data inspect IN", "d.h5", mutate.generic, [f"{d}/few.h5"],
               sealed=True),
        Reader("dataset version 1", "data inspect IN", "d.h5", mutate.generic, first),
        Reader("dataset verify", "data verify IN", "d.h5", mutate.generic, [f"{d}/few.h5"] + first),
        Reader("proposals recall", f"proposals recall {d}/s.h5 IN", "p.h5", mutate.generic,
               [f"{d}/p.h5"], sealed=True),
        Reader("proposals import", f"proposals import IN {d}/s.h5 --output OUT/p.h5 --force",
               "p.h5", mutate.generic, [f"{d}/p.h5", f"{golden}/proposals-version1.h5"]),
        Reader("features", "data inspect IN", "f.h5", mutate.generic, [f"{d}/f.h5"], sealed=True),
        Reader("upgrade", "data upgrade IN --output OUT/u.h5", "d.h5", mutate.generic,
               [f"{golden}/dataset-version1.h5", f"{golden}/proposals-version1.h5"]),
        Reader("jpeg", build, picture, mutate.generic, [picture]),
        Reader("png", build, picture, mutate.png, [f"{devkit}/small.png"]),
        Reader("mask", build, f"{devkit}/VOC2007/SegmentationClass/1.png", mutate.png,
               [f"{devkit}/VOC2007/SegmentationClass/1.png"]),
        Reader("xml", build, f"{devkit}/VOC2007/Annotations/1.xml", mutate.text,
               [f"{devkit}/VOC2007/Annotations/1.xml"]),
        Reader("coco", f"data build coco {coco}/pictures {coco}/i.json --output OUT/c.h5 --force",
               f"{coco}/i.json", mutate.text, [f"{coco}/i.json"]),
        Reader("yaml", "transfer classify IN --init nowhere.safetensors --output OUT/t", "c.yaml",
               mutate.text, [f"{d}/classify.yaml"]),
        Reader("study", "study budget IN --output OUT/s", "study.yaml", mutate.text,
               [f"{d}/study.yaml"], also=["pretrain.yaml", "rotation.yaml", "classify.yaml"]),
        Reader("journal", "report RUN --output OUT/page.html --force", "RUN/journal.jsonl",
               mutate.text, [f"{d}/r/journal.jsonl"]),
        Reader("caffe", "export --check IN", "trunk.caffe", mutate.generic, [f"{d}/trunk.caffe"],
               also=["trunk.caffe.prototxt"]),
        Reader("onnx", "export --check IN", "trunk.onnx", mutate.generic, [f"{d}/trunk.onnx"],
               also=["trunk.onnx.golden.safetensors"]),
        Reader("torch", "import IN --output OUT/t.safetensors --force", "t.pth", mutate.generic,
               [f"{weights}/{name}.pth" for name in (
                   "alexnet-half", "alexnet-strided", "vgg11_bn-deflated", "vgg11-legacy")]),
        Reader("caffemodel", "import IN --output OUT/c.safetensors --force", "c.caffemodel",
               mutate.generic, [f"{weights}/colorization.caffemodel"]),
        Reader("prior", "evaluate color r s.h5 --count 2 --prior IN --resamples 2"
               " --no-baselines", "p.json", mutate.text, [f"{d}/s.prior.json"]),
    ]


def small_devkit(bench):
    """A VOC year of one picture."""
    root = f"{bench.folder}/devkit"
    year = f"{root}/VOC2007"
    if os.path.exists(f"{root}/small.png"):
        return root
    for name in ["JPEGImages", "Annotations", "ImageSets/Main", "ImageSets/Segmentation",
                 "SegmentationClass"]:
        os.makedirs(f"{year}/{name}", exist_ok=True)
    pictures = sorted(glob.glob(f"{bench.data}/photographs/**/*.jpg", recursive=True))
    shutil.copy(pictures[0], f"{year}/JPEGImages/1.jpg")
    with open(f"{year}/Annotations/1.xml", "w") as file:
        file.write(
            "<annotation><size><width>48</width><height>48</height><depth>3</depth></size>"
            "<object><name>cat</name><difficult>0</difficult><bndbox><xmin>3</xmin><ymin>4</ymin>"
            "<xmax>40</xmax><ymax>41</ymax></bndbox></object></annotation>\n")
    for name in ["Main/train", "Main/trainval", "Main/val", "Segmentation/train"]:
        with open(f"{year}/ImageSets/{name}.txt", "w") as file:
            file.write("1\n")
    with open(f"{year}/SegmentationClass/1.png", "wb") as file:
        file.write(plain_png(48, 48, indexed=True))
    with open(f"{root}/small.png", "wb") as file:
        file.write(plain_png(48, 48, indexed=False))
    return root


def plain_png(width, height, indexed):
    """A picture of some colors, or of palette indices."""
    import zlib
    step = 1 if indexed else 3
    rows = b"".join(
        b"\0" + bytes((x * 5 + y * 3) % (2 if indexed else 251) for x in range(width * step))
        for y in range(height))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3 if indexed else 2, 0, 0, 0))]
    if indexed:
        chunks.append((b"PLTE", bytes([0, 0, 0, 128, 0, 0])))
    chunks += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    result = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        result += struct.pack(">I", len(body)) + name + body
        result += struct.pack(">I", zlib.crc32(name + body))
    return result


def small_coco(bench):
    """Annotations of one picture."""
    root = f"{bench.folder}/coco"
    if os.path.exists(f"{root}/i.json"):
        return root
    os.makedirs(f"{root}/pictures", exist_ok=True)
    shutil.copy(f"{small_devkit(bench)}/VOC2007/JPEGImages/1.jpg", f"{root}/pictures/a.jpg")
    with open(f"{root}/i.json", "w") as file:
        file.write(
            '{"images": [{"id": 1, "file_name": "a.jpg", "width": 48, "height": 48}],\n'
            ' "categories": [{"id": 3, "name": "cat"}],\n "annotations": [{"id": 1, "image_id": 1,'
            ' "category_id": 3, "bbox": [2, 3, 14, 15], "area": 210, "iscrowd": 0,'
            ' "segmentation": [[2, 3, 16, 3, 16, 18, 2, 18]]}]}\n')
    return root


class ForkServer:
    """A program that is loaded once; each call of `run` is a fork of it."""

    def __init__(self, bench, command, folder, words, seconds=30):
        asked, self.ask = os.pipe()
        self.answers, answering = os.pipe()
        variables = dict(
            os.environ, **QUIET, LD_PRELOAD=f"{bench.folder}/forkserver.so",
            FORKSERVER_WORDS=words, FORKSERVER_SECONDS=str(seconds))

        def place():
            # Out of the way of 198 and 199 first.
            a, b = os.dup2(asked, 298), os.dup2(answering, 299)
            os.dup2(a, 198)
            os.dup2(b, 199)

        self.process = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, preexec_fn=place,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False)
        os.close(asked)
        os.close(answering)
        self.words = words

    def read(self, count):
        data = b""
        while len(data) < count:
            piece = os.read(self.answers, count - len(data))
            if not piece:
                raise RuntimeError("the fork server has ended")
            data += piece
        return data

    def run(self):
        """The exit status as a shell gives it, megabytes, seconds."""
        os.write(self.ask, b"x")
        self.read(8)
        status, kilobytes, milliseconds = struct.unpack("<qqq", self.read(24))
        code = os.waitstatus_to_exitcode(status)
        return (code if code >= 0 else 128 - code), kilobytes / 1024, milliseconds / 1000

    def said(self):
        with open(self.words, "rb") as file:
            return file.read()

    def close(self):
        os.close(self.ask)
        os.close(self.answers)
        self.process.wait()


def prepared(bench, reader):
    """A folder for a reader: the place of its file, its command, its output."""
    folder = bench.fresh()
    out = f"{folder}/out"
    os.makedirs(out)
    run = f"{folder}/run"
    line, place = reader.line, reader.file
    if "RUN" in line:
        shutil.copytree(f"{bench.data}/r", run)
    for name in reader.also or []:
        shutil.copy(f"{bench.data}/{name}", f"{folder}/{name}")
    if os.path.isabs(place):
        # It lies within a folder that the command names: a copy of that, for this reader alone.
        root = bench.folder + "/" + os.path.relpath(place, bench.folder).split("/")[0]
        shutil.copytree(root, f"{folder}/root")
        line, place = line.replace(root, f"{folder}/root"), place.replace(root, f"{folder}/root")
    else:
        place = f"{folder}/{place.replace('RUN', 'run')}"
    words = [w.replace("OUT", out).replace("RUN", run).replace("IN", place) for w in line.split()]
    return folder, place, words, out


def through(bench, reader, count, first=0, program=None, seconds=30):
    """Mutants through a reader: what is wrong, and how many there were of each kind of answer."""
    folder, place, words, out = prepared(bench, reader)
    seeds = [open(path, "rb").read() for path in reader.seeds]
    server = ForkServer(
        bench, [program or bench.program, *words], bench.data, f"{folder}/words", seconds)
    wrong, answers, sound = [], {"accepted": 0, "refused": 0}, set()
    most = (0.0, 0.0)
    try:
        base, slow = 0.0, 0.0
        for seed in seeds:
            clear(out)
            with open(place, "wb") as file:
                file.write(seed)
            status, megabytes, took = server.run()
            base, slow = max(base, megabytes), max(slow, took)
            sound.add((status, server.said()))
        if not any(status == 0 or "nowhere" in reader.line for status, _ in sound):
            return [f"{reader.name}: the sound file is refused: {sound}"], answers, most
        for number in range(first, first + count):
            data = mutate.mutant(reader.kind, seeds, f"{bench.seed} {reader.name}", number)
            clear(out)
            with open(place, "wb") as file:
                file.write(data)
            status, megabytes, took = server.run()
            most = (max(most[0], megabytes - base), max(most[1], took - slow))
            found = []
            if status in CRASHES or status > 128:
                found.append(f"it ends with {status}")
            if took > slow + SECONDS:
                found.append(f"{took:.1f} s")
            if megabytes > base + MEGABYTES:
                found.append(f"{megabytes - base:.0f} MB more")
            answers["accepted" if status == 0 else "refused"] += 1
            if status == 0 and reader.sealed and data not in seeds:
                if (0, server.said()) not in sound:
                    found.append("another content is accepted")
            if found:
                kept = f"{bench.folder}/found"
                os.makedirs(kept, exist_ok=True)
                shutil.copy(place, f"{kept}/{reader.name.replace(' ', '-')}-{number}")
                wrong.append(f"{reader.name}, mutant {number}: {', '.join(found)}")
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
    return wrong, answers, most


def clear(folder):
    """Empties a folder."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
