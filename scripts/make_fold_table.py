"""Generate `index/text/traditional.txt`, the table of characters that are written in several ways.

Sources, each one licensed for this (see NOTICE):

- OpenCC's TSCharacters.txt, Traditional to Simplified, and JPVariants.txt, Japanese forms, as shipped
  by the package opencc-python-reimplemented;
- Unihan_Variants.txt (`kZVariant`, `kSemanticVariant`) and EquivalentUnifiedIdeograph.txt (radicals)
  of the Unicode Character Database, as shipped by Debian's package unicode-data.

    apt-get install unicode-data
    pip install opencc-python-reimplemented
    python scripts/make_fold_table.py

Each line of the output is a character and what it folds to. The table is closed: what a character
folds to folds to itself, so folding twice changes nothing.

Unihan calls many characters variants that writers use as different words (亏 and 于, 稣 and 苏). So a
variant is taken from Unihan or from the Japanese forms only where it is no standard character of its
own (`kTGH`, the list of 2013), and where the words of jieba's dictionary that hold it are a twentieth
as frequent as those with its usual form, or less.
"""

from __future__ import annotations

import bz2
import unicodedata
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "index" / "text" / "traditional.txt"
UNICODE = Path("/usr/share/unicode")

# Variants that writers mix and that the sources keep apart or find ambiguous, reviewed one by one.
EXTRA = (
    *("著着", "瞭了", "藉借", "妳你", "祇只", "衹只", "姪侄"),
    *("牠它", "粧妆", "痲麻", "薰熏", "彿佛", "鎔熔", "镕熔", "靑青", "邨村", "〇零"),
)
# What Unicode calls variants and writers use as different words, reviewed in the same way.
APART = frozenset("觍箠苿炰仼煇")

_USUAL = 20
"""How many times more frequent the usual form is."""


def opencc_pairs(name: str) -> Iterator[tuple[str, str]]:
    """Each character of a table of OpenCC with its first, most frequent counterpart."""
    for line in (files("opencc") / "dictionary" / name).read_text("utf-8").splitlines():
        key, _, values = line.partition("\t")
        yield key, values.split(" ")[0]


def unihan_variants() -> Iterator[tuple[str, str]]:
    """Each character with each of its variants of shape, and of those with the same meaning."""
    for char, field, values in unihan("Unihan_Variants.txt.bz2"):
        if field in ("kZVariant", "kSemanticVariant"):
            for value in values.split():
                yield char, _char(value.partition("<")[0])


def standard() -> frozenset[str]:
    """The characters of the Table of General Standard Chinese Characters."""
    return frozenset(char for char, field, _ in unihan("Unihan_OtherMappings.txt.bz2") if field == "kTGH")


def unihan(name: str) -> Iterator[tuple[str, str, str]]:
    """The character, field and value of each line of one of Unihan's files."""
    with bz2.open(UNICODE / name, "rt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("U+"):
                code, field, value = line.rstrip("\n").split("\t")
                yield _char(code), field, value


def radicals() -> Iterator[tuple[str, str]]:
    """Each radical that NFKC leaves as it is, with the ideograph of its shape."""
    for line in (UNICODE / "EquivalentUnifiedIdeograph.txt").read_text("utf-8").splitlines():
        codes, _, rest = line.partition("#")[0].partition(";")
        if rest:
            first, _, last = codes.strip().partition("..")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                if 0x2E80 <= code <= 0x2EFF and unicodedata.normalize("NFKC", chr(code)) == chr(code):
                    yield chr(code), _char(rest.strip())


def _char(code: str) -> str:
    return chr(int(code.removeprefix("U+"), 16))


def frequencies(simplified: dict[str, str]) -> Counter[str]:
    """How often each character stands in the words of jieba's dictionary, which counts words."""
    counted: Counter[str] = Counter()
    for line in (files("jieba") / "dict.txt").read_text("utf-8").splitlines():
        word, count, _ = line.split(" ")
        for char in word:
            counted[simplified.get(char, char)] += int(count)
    return counted


def usual_forms(simplified: dict[str, str]) -> dict[str, str]:
    """The variants, as they are after `simplified`, that have one usual form far more frequent than they."""
    frequency = frequencies(simplified)
    apart = APART | standard()
    variants: dict[str, set[str]] = {}
    japanese = ((form, char) for char, form in opencc_pairs("JPVariants.txt"))
    for variant, usual in (*unihan_variants(), *japanese):
        here, there = simplified.get(variant, variant), simplified.get(usual, usual)
        if here != there and frequency[there] > _USUAL * frequency[here]:
            variants.setdefault(here, set()).add(there)
    return {
        variant: next(iter(usual))
        for variant, usual in variants.items()
        if len(usual) == 1 and variant not in apart
    }


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
    reviewed = {pair[0]: pair[1] for pair in EXTRA}
    simplified = close(dict(opencc_pairs("TSCharacters.txt")) | reviewed)
    usual = {
        variant: form for variant, form in usual_forms(simplified).items() if variant not in reviewed.values()
    }
    closed = close(dict(radicals()) | usual | simplified)
    TARGET.write_text("".join(f"{a}{b}\n" for a, b in sorted(closed.items())), "utf-8")
    print(f"{TARGET.name}: {len(closed)} characters")


if __name__ == "__main__":
    main()
