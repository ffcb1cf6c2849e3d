#!/usr/bin/env python3
"""Make search/corpus/readings.txt: how the usual characters are read, without tones.

    pip install pypinyin
    python scripts/make_readings.py

One line for each syllable: the syllable, then its characters. They are the 6,763 of GB 2312, since
articles are folded to simplified characters before anything is looked up. The readings are those of
pypinyin (MIT), as a table of 27 kB: the package itself has a hundred times as much, and takes 0.2
seconds to import.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin

from index.text.fold import fold

TABLE = Path(__file__).parents[1] / "search" / "corpus" / "readings.txt"
HEADER = (
    "# Made by scripts/make_readings.py from pypinyin (MIT): a syllable without tone, and its characters.\n"
)


def characters() -> list[str]:
    """Return the characters of GB 2312, in its order: by frequency classes, then by radical."""
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return [char for pair in pairs if (char := pair.decode("gb2312", "ignore"))]


def main() -> None:
    read: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for char in characters():
        for reading in pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]:
            if reading.isascii() and reading.isalpha():
                read[reading][fold(char)] = None
    lines = [f"{syllable} {''.join(chars)}\n" for syllable, chars in sorted(read.items())]
    TABLE.write_text(HEADER + "".join(lines), "utf-8")


if __name__ == "__main__":
    main()
