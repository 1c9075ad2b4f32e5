"""Mutants of files: bytes changed anywhere, and changes that get past a format's first checks."""

import json
import random
import struct
import zlib

BYTES = [0, 1, 0x7F, 0x80, 0xFF]
SHORTS = [0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x100]
WORDS = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000, 0xFFFFFFFE, 0x40000000]
LONGS = [0, 1, 2**63 - 1, 2**63, 2**64 - 1, 2**32, 2**31, 2**62, 2**64 - 8]
MARKS = [b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"&#x0;", b"&#99999999;", b"\xff\xfe",
         b"\0", b"- ", b": ", b"*a", b"&a ", b"!!python/object:os.system ", b"{", b"[", b"\t",
         b"%TAG ! x\n", b"'", b'"', b"|\n", b"1e999", b"-", b"nan", b"null", b"true"]


def generic(draw, data, other=None):
    """One to eight changes of bytes, numbers, pieces and of the end."""
    data = bytearray(data)
    for _ in range(draw.choice([1, 1, 1, 2, 3, 5, 8])):
        size = len(data)
        if size < 9:
            data += bytes(draw.randrange(256) for _ in range(9))
            continue
        kind, at = draw.randrange(12), draw.randrange(size)
        if kind == 0:
            data[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            data[at] = draw.choice(BYTES)
        elif kind == 2:
            data[at] = draw.randrange(256)
        elif kind in (3, 4, 5):
            form, numbers = [("H", SHORTS), ("I", WORDS), ("Q", LONGS + [size, size - 1, size + 1])
                             ][kind - 3]
            piece = struct.pack(draw.choice("<>") + form, draw.choice(numbers))
            at = draw.randrange(size - len(piece) + 1)
            data[at:at + len(piece)] = piece
        elif kind == 6:
            del data[at:at + draw.randrange(1, min(64, size) + 1)]
        elif kind in (7, 8):
            start, count = draw.randrange(size), draw.randrange(1, 65)
            data[at:at + (0 if kind == 7 else count)] = data[start:start + count]
        elif kind == 9:
            del data[at:]
        elif kind == 10:
            count = min(draw.randrange(1, 33), size - at)
            data[at:at + count] = bytes(draw.randrange(256) for _ in range(count))
        elif other:
            data[at:] = other[draw.randrange(len(other)):]
    return bytes(data)


def png(draw, data, other=None):
    """Changes within chunks whose checksums are right again."""
    if draw.random() < 0.3:
        return generic(draw, data, other)
    chunks, at = [], 8
    while at + 8 <= len(data):
        length, name = struct.unpack(">I4s", data[at:at + 8])
        chunks.append([name, bytearray(data[at + 8:at + 8 + length])])
        at += 12 + length
    for _ in range(draw.choice([1, 1, 2, 3])):
        if not chunks:
            break
        kind, place = draw.randrange(5), draw.randrange(len(chunks))
        chunk = chunks[place]
        if kind == 0 and chunk[0] == b"IDAT":
            try:
                pixels = zlib.decompress(bytes(chunk[1]))
                chunk[1] = bytearray(zlib.compress(generic(draw, pixels)))
            except zlib.error:
                pass
        elif kind in (0, 1):
            chunk[1] = bytearray(generic(draw, bytes(chunk[1])))
        elif kind == 2:
            name = draw.choice([b"tRNS", b"PLTE", b"gAMA", b"iCCP", b"zTXt", b"IHDR", b"IDAT",
                                b"IEND", b"acTL", b"eXIf"])
            chunks.insert(place, [name, bytearray(generic(draw, bytes(chunk[1]) or b"\0" * 8))])
        elif kind == 3:
            del chunks[place]
        else:
            other_place = draw.randrange(len(chunks))
            chunks[place], chunks[other_place] = chunks[other_place], chunks[place]
    result = data[:8]
    for name, body in chunks:
        body = bytes(body)
        sum_ = zlib.crc32(name + body) if draw.random() < 0.95 else draw.randrange(2**32)
        result += struct.pack(">I", len(body)) + name + body + struct.pack(">I", sum_)
    return result


def safetensors(draw, data, other=None):
    """Changes of the header that stays JSON."""
    if len(data) < 10 or draw.random() < 0.4:
        return generic(draw, data, other)
    length = struct.unpack("<Q", data[:8])[0]
    body = data[8 + length:]
    try:
        header = json.loads(data[8:8 + length])
    except ValueError:
        return generic(draw, data, other)
    for _ in range(draw.choice([1, 1, 2, 3])):
        names = [n for n, v in header.items() if n != "__metadata__" and isinstance(v, dict)]
        if not names:
            break
        tensor, kind = header[draw.choice(names)], draw.randrange(8)
        odd = lambda: draw.choice(LONGS + [-1, 3, 7, 1.5, "8", None, len(body), len(body) + 1])
        if kind == 0:
            tensor["data_offsets"] = [odd(), odd()]
        elif kind == 1:
            tensor["shape"] = [odd() for _ in range(draw.randrange(5))]
        elif kind == 2:
            tensor["dtype"] = draw.choice(["F64", "I8", "BOOL", "", "f32", "X" * 1000, None, 3])
        elif kind == 3 and tensor:
            tensor.pop(draw.choice(list(tensor)))
        elif kind == 4:
            header["x" * draw.choice([0, 1, 5000])] = dict(tensor)
        elif kind == 5:
            header["__metadata__"] = draw.choice(
                [{}, {"a": 1}, {"a": ["x"]}, [], "s", {"a": "b" * 10000}])
        elif kind == 6:
            body = generic(draw, body) if body else body
        else:
            tensor["extra"] = {"a": [[[[]]]]}
    text = json.dumps(header).encode()
    if draw.random() < 0.2:
        text = generic(draw, text)
    size = len(text) if draw.random() < 0.9 else draw.choice(LONGS + [len(text) + 1])
    return struct.pack("<Q", size) + text + body


def text(draw, data, other=None):
    """Marks of formats, long runs of brackets, large numbers, pieces twice."""
    data = bytearray(data)
    for _ in range(draw.choice([1, 1, 2, 4])):
        size = max(len(data), 1)
        at, kind = draw.randrange(size), draw.randrange(7)
        if kind == 0:
            return generic(draw, bytes(data), other)
        if kind == 1:
            data[at:at] = draw.choice(MARKS)
        elif kind == 2:
            start = draw.randrange(size)
            data[at:at] = data[start:start + draw.randrange(1, 200)]
        elif kind == 3:
            del data[at:at + draw.randrange(1, 30)]
        elif kind == 4:
            data[at:at] = bytes([draw.choice(b"<[{(-'\"&*")]) * draw.choice([10, 1000, 20000])
        elif kind == 5 and other:
            start = draw.randrange(len(other))
            data[at:at] = other[start:start + 200]
        else:
            data[at:at] = str(draw.choice(LONGS + [-1, 0.1, 10**400])).encode()
    return bytes(data)


def mutant(kind, seeds, seed, number):
    """The mutant of this number of one of some files' bytes."""
    draw = random.Random(f"{seed} {number}")
    return kind(draw, draw.choice(seeds), draw.choice(seeds))
