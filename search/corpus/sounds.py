"""How characters sound, and how words of letters may be misspelled.

How characters sound is in `readings.txt`; scripts/make_readings.py has made it.
"""

from __future__ import annotations

import string
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = [
    "MOST_SYLLABLES",
    "near_spellings",
    "readings",
    "readings_of",
    "sound_alike",
    "syllables_by_character",
    "syllables_in",
]

MOST_SYLLABLES = 6
"""Of a name that is typed as pinyin."""


@cache
def readings() -> dict[str, str]:
    """Return the characters of each syllable."""
    lines = Path(__file__).with_name("readings.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ") for line in lines if not line.startswith("#"))


@cache
def syllables_by_character() -> dict[str, tuple[str, ...]]:
    """Return the syllables of each character."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for syllable, chars in readings().items():
        for char in chars:
            found[char].append(syllable)
    return {char: tuple(syllables) for char, syllables in found.items()}


def readings_of(text: str) -> tuple[str, ...]:
    """Return the syllables of a character, or the characters of a syllable; none of any other text."""
    return syllables_by_character().get(text) or tuple(readings().get(text, ""))


def sound_alike(one: str, other: str) -> bool:
    """Return whether two characters have a syllable in common."""
    known = syllables_by_character()
    return not set(known.get(one, ())).isdisjoint(known.get(other, ()))


def syllables_in(letters: str, most: int = MOST_SYLLABLES) -> Iterator[tuple[str, ...]]:
    """Yield the ways to cut letters into at most so many syllables, long ones first."""
    if not letters:
        yield ()
        return
    if len(letters) > 6 * most:
        return
    for length in range(min(6, len(letters)), 0, -1):
        if letters[:length] in readings():
            yield from ((letters[:length], *rest) for rest in syllables_in(letters[length:], most - 1))


def near_spellings(word: str) -> Iterator[str]:
    """Yield words with one letter changed, added, left out, or swapped with the next."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in string.ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]
