"""Make the pictures of docs/images from those that the browser tests take of the sample archive.

    python scripts/make_pictures.py

Each has a palette of 256 colours, which takes a third of the space.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
CHOSEN = ("home", "results", "dark", "phone", "drawer", "lines", "trend", "collocations", "quote")


def main() -> None:
    """Take the pictures and write those that are chosen."""
    with TemporaryDirectory() as folder:
        tests = ["-m", "browser", "-k", "a_state", "tests/browser/test_pictures.py"]
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *tests],
            cwd=ROOT,
            env={**os.environ, "PICTURES": folder},
            check=True,
        )
        for name in CHOSEN:
            picture = smaller((Path(folder) / f"{name}.png").read_bytes())
            (ROOT / f"docs/images/{name}.png").write_bytes(picture)


def smaller(png: bytes) -> bytes:
    """Return a picture of 8-bit RGB or RGBA with a palette; colours beyond 256 become the nearest."""
    width, height, channels = _size(png)
    rows = _rows(zlib.decompress(b"".join(_chunks(png, b"IDAT"))), width, height, channels)
    pixels = [tuple(row[at : at + 3]) for row in rows for at in range(0, width * channels, channels)]
    palette = [colour for colour, _ in Counter(pixels).most_common(256)]
    numbers = {colour: number for number, colour in enumerate(palette)}
    for colour in set(pixels) - numbers.keys():
        numbers[colour] = min(
            range(len(palette)),
            key=lambda number: sum((a - b) ** 2 for a, b in zip(colour, palette[number], strict=True)),
        )
    lines = b"".join(
        b"\0" + bytes(numbers[pixel] for pixel in pixels[at : at + width])
        for at in range(0, width * height, width)
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            _chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for colour in palette for value in colour)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _size(png: bytes) -> tuple[int, int, int]:
    (header,) = _chunks(png, b"IHDR")
    width, height, depth, kind = struct.unpack(">2I2B", header[:10])
    assert depth == 8
    return width, height, {2: 3, 6: 4}[kind]


def _chunks(png: bytes, name: bytes) -> list[bytes]:
    found, at = [], 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == name:
            found.append(png[at + 8 : at + 8 + size])
        at += 12 + size
    return found


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _rows(data: bytes, width: int, height: int, channels: int) -> list[bytearray]:
    """Undo the filters of PNG, by which a row is written as differences."""
    size = width * channels
    above = bytearray(size)
    rows = []
    for number in range(height):
        kind = data[number * (size + 1)]
        row = bytearray(data[number * (size + 1) + 1 : (number + 1) * (size + 1)])
        for at in range(size):
            left = row[at - channels] if at >= channels else 0
            corner = above[at - channels] if at >= channels else 0
            row[at] = (row[at] + _predicted(kind, left, above[at], corner)) & 255
        rows.append(row)
        above = row
    return rows


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        estimate = left + up - corner
        return min((left, up, corner), key=lambda value: abs(estimate - value))
    return (0, left, up, (left + up) // 2)[kind]


if __name__ == "__main__":
    main()
