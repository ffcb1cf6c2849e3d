"""Fold text so that spellings of one thing become one spelling.

Text comes in as its author wrote it and goes out folded: NFKC, case folding,
without invisible characters and accents, every Han character in its Simplified
and usual form, every middle dot of a name as `·`. Nothing else in the project
folds; everything downstream sees folded text, and `Folded` knows the way back.

Folding works on one character at a time, by a table that fills itself, with two
exceptions: marks that join the letter before them (か and ゙), and ○, which is a
zero only beside a numeral.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

__all__ = [
    "Folded",
    "Runs",
    "fold",
    "fold_with_origin",
    "fold_with_runs",
    "marks_in",
    "table_version",
]

# Unicode's Default_Ignorable_Code_Point: invisible, so they neither split nor
# join. First and last of each range.
_IGNORABLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
_IGNORABLE_STARTS = [first for first, _ in _IGNORABLE_RANGES]

# Have one width, one case and one form, so that only the table counts: nearly all characters
# of any text, and a cold start meets them all anew.
_IDEOGRAPHS = range(0x4E00, 0xA000)

# Marks that tell pronunciation or emphasis, not another letter: Charité is Charite, and a dot or
# line over a character must not hide it. The marks of Indic scripts and kana are none of these.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\ufe20-\ufe2f]")

# What NFKC would merge with something else, or does not know: the dots of names, which in Taiwan are
# often full-width full stops; the full-width comma, which no number holds (M50，250元), as 1,234 does;
# letters with a stroke or without a dot, which have no accent to take away.
_OWN = str.maketrans(
    {
        **dict.fromkeys("・･‧∙⋅．﹒", "·"),
        **dict.fromkeys("，﹐︐", "、"),
        **dict(zip("øØłŁđĐı◯", "oollddi○", strict=True)),
    }
)

# ○ is written for 〇 in years; elsewhere it is a sign or stands for what is left out.
_NUMERALS = "一二三四五六七八九十百零"
_ZERO = re.compile(f"(?<=[{_NUMERALS}])○+|○+(?=[{_NUMERALS}])")

# Hangul vowels and final consonants join the syllable before them although
# their combining class is 0.
_JOINING_JAMO = range(0x1161, 0x1200)

_SUBSCRIPTS = frozenset("₀₁₂₃₄₅₆₇₈₉")

# What no file can hold; it may also stand before a mark that joins it.
_SURROGATES = re.compile("[\ud800-\udfff]")

# A hostile text could name every code point there is; past this many the
# table stops growing and such characters are folded anew each time.
_TABLE_LIMIT = 200_000

# Up to this number of characters, a regular expression is faster than a set.
_FEW = 256


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text that knows where each of its characters came from.

    `starts[i]` and `ends[i]` bound the original characters behind `text[i]`.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def fold(text: str) -> str:
    """Fold `text`; folding twice is folding once."""
    folded = text.translate(_table)
    if not _joining.stand_in(text):
        return _with_zeros(folded)
    pieces: list[str] = []
    at = 0
    for start, end in _windows(text, _joining):
        pieces.append(text[at:start].translate(_table))
        pieces.extend(piece for piece, _, _ in _clusters(text[start:end]))
        at = end
    return _with_zeros("".join([*pieces, text[at:].translate(_table)]))


def _with_zeros(folded: str) -> str:
    """Replace each ○ beside a numeral; the length stays."""
    if "○" not in folded:
        return folded
    return _ZERO.sub(lambda found: "零" * len(found[0]), folded)


def fold_with_origin(text: str) -> Folded:
    """Fold `text` and keep the way back. `fold_with_origin(t).text == fold(t)`."""
    folded = text.translate(_table)
    if not _joining.stand_in(text) and not _uneven.stand_in(text):
        return Folded(_with_zeros(folded), range(len(text)), range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end in (*_windows(text, _joining, _uneven), (len(text), len(text))):
        pieces.append(text[at:start].translate(_table))
        starts.extend(range(at, start))
        ends.extend(range(at + 1, start + 1))
        for piece, first, last in _clusters(text[start:end]):
            pieces.append(piece)
            starts.extend([start + first] * len(piece))
            ends.extend([start + last] * len(piece))
        at = end
    return Folded(_with_zeros("".join(pieces)), starts, ends)


@dataclass(frozen=True, slots=True)
class Runs:
    """A map from folded text back to the original, as runs of constant difference.

    Run i begins with character `positions[i]` of the folded text, which was made
    of `widths[i]` characters of the original from `starts[i]` on. If that is one
    character, all others of the run are made of one character too.
    """

    positions: list[int]
    starts: list[int]
    widths: list[int]


def fold_with_runs(text: str) -> tuple[str, Runs | None]:
    """Fold `text` and return runs that lead back; None if both texts have the same offsets."""
    folded = text.translate(_table)
    if not _joining.stand_in(text) and not _uneven.stand_in(text):
        return _with_zeros(folded), None
    pieces: list[str] = []
    runs = Runs([], [], [])
    # How far the text, what is folded one character at a time, and the result have come.
    at = read = size = 0
    for start, end in (*_windows(text, _joining, _uneven), (len(text), len(text))):
        if at < start:
            _add_run(runs, size, at, 1)
            pieces.append(folded[read : read + start - at])
            read += start - at
            size += start - at
        for piece, first, last in _clusters(text[start:end]):
            for _ in piece:
                _add_run(runs, size, start + first, last - first)
                size += 1
            pieces.append(piece)
        read += sum(len(_table[ord(char)]) for char in text[start:end])
        at = end
    return _with_zeros("".join(pieces)), runs


def _add_run(runs: Runs, position: int, start: int, width: int) -> None:
    runs.positions.append(position)
    runs.starts.append(start)
    runs.widths.append(width)


def marks_in(folded: str) -> str:
    """Return the combining marks met so far if `folded` holds any of them, else nothing.

    Marks that folding leaves over belong to their script, as the vowels of Indic scripts do.
    """
    return "".join(sorted(_joining)) if _joining.stand_in(folded) else ""


@cache
def table_version() -> str:
    """Name what folding depends on besides this code: the table's hash and Unicode's version."""
    digest = sha256(_read_table().encode()).hexdigest()[:12]
    return f"{digest}-unicode{unicodedata.unidata_version}"


def _read_table() -> str:
    # importlib.resources would take as long to import as everything here.
    return Path(__file__).with_name("traditional.txt").read_text("utf-8")


@cache
def _traditional() -> dict[int, str]:
    return {ord(line[0]): line[1:] for line in _read_table().splitlines()}


class _Table(dict[int, str]):
    """Table for `str.translate` that fills itself, one entry for each character ever met.

    3.5 times faster than normalising, lowering and translating whole texts,
    because a text holds few different characters.
    """

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(folded) != 1:
            _uneven.add(chr(code))
        if len(self) < _TABLE_LIMIT:
            self[code] = folded
        return folded


class _Met(set[str]):
    """Characters of one kind that were met so far; most texts hold none and need no second look."""

    _found: tuple[int, re.Pattern[str]] = (0, re.compile("(?!)"))

    def stand_in(self, text: str) -> bool:
        """Return whether any of them stands in `text`, which must have been translated already."""
        if len(self) > _FEW:
            # Compiling anew with every character met would take longer than looking at each.
            return not self.isdisjoint(text)
        return self._pattern().search(text) is not None

    def places(self, text: str) -> list[int]:
        """Return their positions in `text`, which must have been translated already."""
        if len(self) > _FEW:
            return [at for at, char in enumerate(text) if char in self]
        return [found.start() for found in self._pattern().finditer(text)]

    def _pattern(self) -> re.Pattern[str]:
        size, pattern = self._found
        if size != len(self):
            characters = sorted(self)
            pattern = re.compile("[" + re.escape("".join(characters)) + "]")
            self._found = (len(characters), pattern)
        return pattern


_table = _Table()
# May melt into the character before: é as e and an accent.
_joining = _Met()
# Fold to nothing or to more than one character.
_uneven = _Met()


def _fold_character(char: str) -> str:
    code = ord(char)
    if code in _IDEOGRAPHS:
        return _traditional().get(code, char)
    if _is_ignorable(code):
        return ""
    folded = _settle(char)
    if not folded:
        return ""
    _joining.update(mark for mark in folded if _joins(mark))
    if _joins(unicodedata.normalize("NFKC", char)[0]):
        _joining.add(char)
    if unicodedata.category(char)[0] in "SN" and _needs_room(char, folded):
        return f" {folded} "
    return folded


def _needs_room(sign: str, folded: str) -> bool:
    """Return whether a sign folds to letters or digits that must not join those around it (™, ①)."""
    # B₁₂ is B12; a superscript may follow a number that it is no part of.
    if folded == sign or sign.isdecimal() or sign in _SUBSCRIPTS:
        return False
    return any(char.isalnum() and unicodedata.category(char) != "Lo" for char in folded)


def _settle(text: str) -> str:
    """Normalise, fold case, take accents away and simplify until nothing changes any more."""
    text = _SURROGATES.sub("\ufffd", text).translate(_OWN)
    while True:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        folded = _without_accents(folded).translate(_OWN).translate(_traditional())
        folded = "".join(char for char in folded if not _is_ignorable(ord(char)))
        if folded == text:
            return folded
        text = folded


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))


def _is_ignorable(code: int) -> bool:
    at = bisect_right(_IGNORABLE_STARTS, code) - 1
    return at >= 0 and code <= _IGNORABLE_RANGES[at][1]


def _joins(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Mc") or ord(char) in _JOINING_JAMO


def _windows(text: str, *kinds: _Met) -> Iterator[tuple[int, int]]:
    """Yield the spans around characters of these kinds, each with the character before and all that joins.

    Everywhere else one character folds to one, so only these spans take the slow way.
    """
    end = 0
    for place in sorted(place for kind in kinds for place in kind.places(text)):
        if place < end:
            continue
        start = place
        while start > end and not _table[ord(text[start - 1])]:
            start -= 1
        start = max(end, start - 1)
        end = place + 1
        while end < len(text) and (text[end] in _joining or not _table[ord(text[end])]):
            end += 1
        yield start, end


def _clusters(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield pieces of folded text with the original span behind each.

    A cluster is a character with all that joins it. Invisible characters
    belong to the piece before them, so that a highlight takes them along.
    """
    pieces = [_table[ord(char)] for char in text]
    visible = [i for i, piece in enumerate(pieces) if piece]
    visible.append(len(text))
    at = 0
    while at < len(visible) - 1:
        end = at + 1
        while end < len(visible) - 1 and text[visible[end]] in _joining:
            end += 1
        piece = pieces[visible[at]]
        if end > at + 1:
            piece = _settle("".join(text[i] for i in visible[at:end]))
        yield piece, visible[at], visible[end]
        at = end
