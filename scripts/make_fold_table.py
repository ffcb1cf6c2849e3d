"""Generate `index/text/traditional.txt`, the Traditional to Simplified table.

Source: OpenCC's TSCharacters.txt (Apache License 2.0), as shipped by the
package opencc-python-reimplemented. Run:

    pip install opencc-python-reimplemented
    python scripts/make_fold_table.py

Each line of the output is a Traditional character and what it folds to. The
table is closed: what a character folds to folds to itself, so folding twice
changes nothing.
"""

from __future__ import annotations

import unicodedata
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "index" / "text" / "traditional.txt"

# Variants that writers mix and that OpenCC keeps apart, reviewed one by one.
EXTRA = ("著着", "瞭了", "藉借", "妳你", "祇只", "衹只", "姪侄")


def opencc_pairs() -> dict[str, str]:
    """Character to its first, most frequent Simplified form."""
    text = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    pairs = {}
    for line in text.splitlines():
        traditional, _, simplified = line.partition("\t")
        pairs[traditional] = simplified.split(" ")[0]
    return pairs


def close(pairs: dict[str, str]) -> dict[str, str]:
    """Follow every chain to its end; a chain that runs in a circle ends where it began."""
    closed = {}
    for start in pairs:
        seen = [start]
        while (target := unicodedata.normalize("NFKC", pairs.get(seen[-1], seen[-1]))) not in seen:
            seen.append(target)
        if target != seen[-1]:
            raise SystemExit(f"a circle of variants: {' '.join(seen)}")
        if target != start:
            closed[start] = target
    return closed


def main() -> None:
    pairs = opencc_pairs() | {pair[0]: pair[1] for pair in EXTRA}
    closed = close(pairs)
    TARGET.write_text("".join(f"{a}{b}\n" for a, b in sorted(closed.items())), "utf-8")
    print(f"{TARGET.name}: {len(closed)} characters")


if __name__ == "__main__":
    main()
