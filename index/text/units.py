"""Split folded text into units and breaks.

A unit is the smallest thing that can be found: one Han, kana or hangul
character, or a run of other letters, or a run of digits. A break says that a
clause or paragraph ends; it stands between units, never beside another break
and never at either end. Punctuation that is no break, symbols and spaces
leave no trace, except that they end a run of letters or digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.text.fold import fold, fold_with_origin, marks_in

__all__ = [
    "BREAK",
    "MAX_UNIT",
    "Located",
    "Unit",
    "can_be_cut",
    "han_runs",
    "locate",
    "locate_units",
    "may_go_on",
    "split_units",
    "unit_text",
]

BREAK = "¶"
"""Stands for every break; it can be no unit, being neither letter nor digit."""

MAX_UNIT = 64
"""The longest unit, in characters; a longer run of letters or digits goes on as the next unit."""

_HAN = "\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
_ALONE = _HAN + _KANA + _HANGUL

_ENDS_ALWAYS = "\n\r\u2028\u2029。、…—―⸺⸻"
# Inside 3.5, rfi.fr and 10:30 these end nothing.
_ENDS_CLAUSE = ",.;:!?"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit, or a break, and where it stands in the original: `original[start:end]`."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=8)
def _pattern(marks: str) -> re.Pattern[str]:
    """Finds units and breaks; of units that are single characters as many at once as follow each other.

    Most units are Han, so this takes a sixth as many steps as units.
    """
    mark = f"|[{marks}]" if marks else ""
    letter = rf"(?:[^\W\d_{_ALONE}]{mark})"
    inner = rf"(?:[^\W_{_ALONE}]{mark})"
    not_before = rf"(?<!{inner})" if not marks else rf"(?<![^\W_{_ALONE}])(?<![{marks}])"
    return re.compile(
        rf"[{_ALONE}]+|{letter}{{1,{MAX_UNIT}}}|\d{{1,{MAX_UNIT}}}"
        rf"|[{_ENDS_ALWAYS}]|{not_before}[{_ENDS_CLAUSE}]|[{_ENDS_CLAUSE}](?!{inner})"
    )


_BREAKS = frozenset(_ENDS_ALWAYS + _ENDS_CLAUSE)
# What jieba 0.42.1 cuts. Rarer characters it passes through one by one, and rjieba does not.
_CUT = "\u4e00-\u9fd5"
_FIRST_CUT, _LAST_CUT = _CUT.split("-")
_HAN_RUN = re.compile(rf"[{_CUT}](?: [{_CUT}])*|[^ ]+")
_ALONE_RANGES = [(found[0], found[-1]) for found in re.findall(".-.|.", _ALONE)]


class _Alone(dict[str, bool]):
    """Whether a character is a unit of its own; bounded by the characters that there are."""

    def __missing__(self, char: str) -> bool:
        alone = self[char] = any(first <= char <= last for first, last in _ALONE_RANGES)
        return alone


_alone = _Alone()


def can_be_cut(unit: str) -> bool:
    """Whether jieba may join the unit with others into a word."""
    return _FIRST_CUT <= unit <= _LAST_CUT


def may_go_on(unit: str) -> bool:
    """Whether a unit can be the beginning of a longer one, as letters and digits can."""
    return not (len(unit) == 1 and _alone[unit])


def split_units(text: str) -> list[str]:
    """Fold `text` and split it into units, with BREAK where a clause or paragraph ends."""
    folded = fold(text)
    units: list[str] = []
    broken = True
    for token in _pattern(marks_in(folded)).findall(folded):
        if token in _BREAKS:
            if not broken:
                units.append(BREAK)
            broken = True
            continue
        broken = False
        if _alone[token[0]]:
            units.extend(token)
        else:
            units.append(token)
    if broken and units:
        units.pop()
    return units


@dataclass(frozen=True, slots=True)
class Located:
    """The units of a text, and where each stands: `original[starts[i]:ends[i]]`."""

    texts: list[str]
    starts: list[int]
    ends: list[int]


def locate(text: str) -> Located:
    """The same as `split_units`, with the characters of `text` that each unit came from.

    Lists, because making an object of each unit takes three times as long.
    """
    folded = fold_with_origin(text)
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _pattern(marks_in(folded.text)).finditer(folded.text):
        token = match[0]
        first, end = match.span()
        if token not in _BREAKS and _alone[token[0]]:
            texts.extend(token)
            starts.extend(folded.starts[first:end])
            ends.extend(folded.ends[first:end])
            continue
        if token in _BREAKS:
            if not texts or texts[-1] == BREAK:
                continue
            token = BREAK
        texts.append(token)
        starts.append(folded.starts[first])
        ends.append(folded.ends[end - 1])
    if texts and texts[-1] == BREAK:
        del texts[-1], starts[-1], ends[-1]
    return Located(texts, starts, ends)


def locate_units(text: str) -> list[Unit]:
    """The same as `locate`, as one value for each unit."""
    located = locate(text)
    return list(map(Unit, located.texts, located.starts, located.ends))


def han_runs(units: list[str]) -> list[str]:
    """Neighbouring Han units joined into runs; every other unit, and every break, alone.

    Goes over the joined string because a regular expression does so several
    times faster than a loop over units.
    """
    return [run.replace(" ", "") for run in _HAN_RUN.findall(" ".join(units))]


class _Padding(dict[str, str]):
    """A unit as it stands in unit text; bounded by the characters that stand alone."""

    def __missing__(self, unit: str) -> str:
        if unit == BREAK or not may_go_on(unit):
            self[unit] = unit
            return unit
        return f" {unit} "


_padding = _Padding()


def unit_text(units: Iterable[str]) -> str:
    """Units as one string in which a phrase can be looked for with `in`.

    `unit_text(phrase) in unit_text(text)` exactly when the units of the
    phrase stand in the text one after the other: characters that are units of
    their own need no limits, runs of letters and digits stand between spaces.
    """
    return "".join(map(_padding.__getitem__, units))


def units_of(text: str) -> list[str]:
    """The units that `unit_text` joined."""
    return [unit.strip(" ") for unit in _IN_UNIT_TEXT.findall(text)]


_IN_UNIT_TEXT = re.compile(" [^ ]+ |[^ ]")
