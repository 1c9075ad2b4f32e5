#!/usr/bin/env python3
"""Wraps the comments of Swift files at 100 columns, which `swift format` leaves alone.

    scripts/wrap-comments.py FOLDER_OR_FILE...

A paragraph of // or /// lines is wrapped anew only when one of its lines is too wide; tables and
lines that hold an address stay as they are.
"""
import pathlib
import re
import sys
import textwrap

WIDTH = 100
COMMENT = re.compile(r"(\s*)(///?)( ?)(.*)$")
ITEM = re.compile(r"\s*(- |\* |\d+\. |\|)")


def wrapped(lines):
    result = []
    at = 0
    while at < len(lines):
        first = COMMENT.match(lines[at])
        if not first or not first[4]:
            result.append(lines[at])
            at += 1
            continue
        indent, mark = first[1], first[2]
        texts = [first[4]]
        end = at + 1
        while end < len(lines):
            other = COMMENT.match(lines[end])
            if not other or (other[1], other[2]) != (indent, mark) or not other[4] or ITEM.match(other[4]):
                break
            texts.append(other[4])
            end += 1
        paragraph = lines[at:end]
        if all(len(line) <= WIDTH or "://" in line for line in paragraph) or texts[0].lstrip().startswith("|"):
            result += paragraph
        else:
            lead = re.match(r"\s*", texts[0])[0] + ("  " if ITEM.match(texts[0]) else "")
            result += textwrap.wrap(
                " ".join([texts[0]] + [text.strip() for text in texts[1:]]), WIDTH,
                initial_indent=f"{indent}{mark} ", subsequent_indent=f"{indent}{mark} {lead}",
                break_long_words=False, break_on_hyphens=False)
        at = end
    return result


for argument in map(pathlib.Path, sys.argv[1:]):
    for path in sorted(argument.rglob("*.swift")) if argument.is_dir() else [argument]:
        if path.name.endswith(".pb.swift"):
            continue  # generated
        old = path.read_text()
        new = "\n".join(wrapped(old.split("\n")))
        if new != old:
            path.write_text(new)
            print(f"wrapped comments of {path}")
