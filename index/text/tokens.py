"""Split folded text into tokens and breaks.

A unit is the smallest thing that can be found: one Han, kana or hangul
character, or a run of other letters, or a run of digits. A break says that a
clause or paragraph ends; it stands between tokens, never beside another break
and never at either end. Punctuation that is no break, symbols and spaces
leave no trace, except that they end a run of letters or digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.text.fold import fold, fold_with_origin, marks_in

__all__ = [
    "BOUNDARY",
    "BOUNDARY_MARKS",
    "MAX_TOKEN",
    "Located",
    "Unit",
    "can_be_cut",
    "han_runs",
    "locate",
    "locate_tokens",
    "may_go_on",
    "stands_alone",
    "stretches",
    "token_text",
    "tokenize",
    "tokens_of",
]

BOUNDARY = "¶"
"""Stands for every break; it can be no unit, being neither letter nor digit."""

MAX_TOKEN = 64
"""The longest unit, in characters; a longer run of letters or digits goes on as the next unit."""

_HAN = "\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
_HANGUL = "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"
_ALONE = _HAN + _KANA + _HANGUL

_ENDS_IN_LINE = "\r\u2028\u2029。、…—―⸺⸻"
_ENDS_ALWAYS = "\n" + _ENDS_IN_LINE
# Inside 3.5, rfi.fr and 10:30 these end nothing.
_ENDS_CLAUSE = ",.;:!?"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit, or a break, and where it stands in the original: `original[start:end]`."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=16)
def _pattern(marks: str, *, over_boundaries: bool = False) -> re.Pattern[str]:
    """Finds tokens and breaks; of tokens that are single characters as many at once as follow each other.

    Most tokens are Han, so this takes a sixth as many steps as tokens.
    """
    over = f"(?:[{_ENDS_IN_LINE}{_ENDS_CLAUSE}][{_ALONE}]+)*" if over_boundaries and not marks else ""
    mark = f"|[{marks}]" if marks else ""
    letter = rf"(?:[^\W\d_{_ALONE}]{mark})"
    inner = rf"(?:[^\W_{_ALONE}]{mark})"
    not_before = rf"(?<!{inner})" if not marks else rf"(?<![^\W_{_ALONE}])(?<![{marks}])"
    return re.compile(
        rf"[{_ALONE}]+{over}|{letter}{{1,{MAX_TOKEN}}}|\d{{1,{MAX_TOKEN}}}"
        rf"|[{_ENDS_ALWAYS}]|{not_before}[{_ENDS_CLAUSE}]|[{_ENDS_CLAUSE}](?!{inner})"
    )


_BREAKS = frozenset(_ENDS_ALWAYS + _ENDS_CLAUSE)
BOUNDARY_MARKS = _BREAKS
"""The characters of folded text that can be a boundary."""
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


def can_be_cut(token: str) -> bool:
    """Whether jieba may join the unit with others into a word."""
    return _FIRST_CUT <= token <= _LAST_CUT


def may_go_on(token: str) -> bool:
    """Whether a unit can be the beginning of a longer one, as letters and digits can."""
    return not (len(token) == 1 and _alone[token])


def stands_alone(char: str) -> bool:
    """Tell whether a character is a token of its own wherever it stands."""
    return _alone[char]


def stretches(folded: str) -> Iterator[re.Match[str]]:
    """Find the tokens and boundary marks of folded text, as many at once as stand side by side.

    A match is a boundary mark, a token of letters or of digits, or characters
    that are tokens of their own, which may have single boundary marks between
    them, but no line end.
    """
    return _pattern(marks_in(folded), over_boundaries=True).finditer(folded)


def tokenize(text: str) -> list[str]:
    """Fold `text` and split it into tokens, with BREAK where a clause or paragraph ends."""
    folded = fold(text)
    tokens: list[str] = []
    broken = True
    for token in _pattern(marks_in(folded)).findall(folded):
        if token in _BREAKS:
            if not broken:
                tokens.append(BOUNDARY)
            broken = True
            continue
        broken = False
        if _alone[token[0]]:
            tokens.extend(token)
        else:
            tokens.append(token)
    if broken and tokens:
        tokens.pop()
    return tokens


@dataclass(frozen=True, slots=True)
class Located:
    """The tokens of a text, and where each stands: `original[starts[i]:ends[i]]`."""

    texts: list[str]
    starts: list[int]
    ends: list[int]


def locate(text: str) -> Located:
    """The same as `tokenize`, with the characters of `text` that each unit came from.

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
            if not texts or texts[-1] == BOUNDARY:
                continue
            token = BOUNDARY
        texts.append(token)
        starts.append(folded.starts[first])
        ends.append(folded.ends[end - 1])
    if texts and texts[-1] == BOUNDARY:
        del texts[-1], starts[-1], ends[-1]
    return Located(texts, starts, ends)


def locate_tokens(text: str) -> list[Unit]:
    """The same as `locate`, as one value for each unit."""
    located = locate(text)
    return list(map(Unit, located.texts, located.starts, located.ends))


def han_runs(tokens: list[str]) -> list[str]:
    """Neighbouring Han tokens joined into runs; every other unit, and every break, alone.

    Goes over the joined string because a regular expression does so several
    times faster than a loop over tokens.
    """
    return [run.replace(" ", "") for run in _HAN_RUN.findall(" ".join(tokens))]


class _Padding(dict[str, str]):
    """A unit as it stands in unit text; bounded by the characters that stand alone."""

    def __missing__(self, token: str) -> str:
        if token == BOUNDARY or not may_go_on(token):
            self[token] = token
            return token
        return f" {token} "


_padding = _Padding()


def token_text(tokens: Iterable[str]) -> str:
    """Units as one string in which a phrase can be looked for with `in`.

    `token_text(phrase) in token_text(text)` exactly when the tokens of the
    phrase stand in the text one after the other: characters that are tokens of
    their own need no limits, runs of letters and digits stand between spaces.
    """
    return "".join(map(_padding.__getitem__, tokens))


def tokens_of(text: str) -> list[str]:
    """The tokens that `token_text` joined."""
    tokens: list[str] = []
    is_word = False
    # Each word has a space on either side, so that every second piece is one.
    for piece in text.split(" "):
        if is_word:
            tokens.append(piece)
        else:
            tokens.extend(piece)
        is_word = not is_word
    return tokens
