"""Draws the letters of the sheets: Sources/Images/Font/small.png and large.png.

    python3 scripts/font.py        (Pillow; DejaVu Sans: Debian's fonts-dejavu-core)

A picture holds the characters of TEXT, 16 to a row, in cells of equal size. In the top row of a
cell as many pixels are white as a line of text moves on behind the character; below it is drawn in
white on black.
"""
import pathlib
from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
TEXT = [chr(code) for code in [*range(32, 127), *range(160, 256)]] + list("–—‘’“”…•−→←≤≥≈λσμ")
FOLDER = pathlib.Path(__file__).parent.parent / "Sources/Images/Font"

for name, size in [("small", 13), ("large", 18)]:
    font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
    ascent, descent = font.getmetrics()
    advances = [round(font.getlength(character)) for character in TEXT]
    width, height = max(advances) + 1, ascent + descent
    rows = -(-len(TEXT) // 16)
    sheet = Image.new("L", (16 * width, rows * (height + 1)))
    draw = ImageDraw.Draw(sheet)
    for place, (character, advance) in enumerate(zip(TEXT, advances)):
        left, top = place % 16 * width, place // 16 * (height + 1)
        cell = Image.new("L", (width, height))
        ImageDraw.Draw(cell).text((0, 0), character, fill=255, font=font)
        sheet.paste(cell, (left, top + 1))
        draw.line((left, top, left + advance - 1, top), fill=255)
    sheet.save(FOLDER / f"{name}.png", optimize=True)
    print(name, len(TEXT), "characters", sheet.size, "cells", width, height, "ascent", ascent)
