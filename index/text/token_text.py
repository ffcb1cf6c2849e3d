"""The token text: the tokens of a text as one string, with a map back to the original.

A token of one character is written as it is, a run of letters or digits between
two spaces, a boundary as `¶`:

    新型“F-35A”战机，2024年    ->    新型 f  35  a 战机¶ 2024 年

A phrase written by the same rule is found with `str.find`, and a match always
consists of whole tokens. A *position* is an index in this string; methods take
and return only positions between tokens.

The map back is a list of runs. Over long stretches one character of this string
comes from one of the original, so that the difference of position and offset
stays the same. A run begins where it changes: where a mark is left out, a word
gets its spaces, or folding changes the length. An article of 4,000 characters has
some 250 runs, each of which is stored in one byte.

Beside it there is the same string with line feeds for the boundaries that end
paragraphs; only this one is stored.

Everything here takes time and memory linear in the length of the text.
"""

from __future__ import annotations

import struct
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeAlias

from index.text.encoding import decode, encode
from index.text.fold import Runs, fold_with_runs
from index.text.tokens import (
    BOUNDARY,
    BOUNDARY_MARKS,
    MARKS_BETWEEN,
    MAX_TOKEN,
    parts_of,
    stands_alone,
    stretches,
    token_text,
    tokens_of,
)

__all__ = ["TokenText", "pack", "unpack"]

# The boundary that ends a paragraph, in the string that is stored.
_PARAGRAPH = "\n"
_NUMBER = struct.Struct("<I")
# Of each packed text: bytes of its string, runs, and wide characters.
_HEADER = struct.Struct("<3I")
# A run in one byte: how far its position is from that of the run before, and by how much its shift
# differs. These are the most frequent; other runs are written as several of these.
_JUMP = 16
_STEPS_OF = {
    -1: range(64),
    1: range(80),
    2: range(32),
    -2: range(16),
    3: range(16),
    -64: range(16),
    64: range(16),
    0: range(0, 16 * _JUMP, _JUMP),
}
_RUNS = [(step, turn) for turn, steps in _STEPS_OF.items() for step in steps]
_CODES = {run: code for code, run in enumerate(_RUNS)}
_STEPS = bytes(step for step, _ in _RUNS)
_TURNS = bytes(turn & 255 for _, turn in _RUNS)
# The most positions that one token takes, with its spaces and a boundary.
_WIDEST = MAX_TOKEN + 3


class TokenText:
    """The token text of one text, such as a title or a body.

    Attributes:
        text: The tokens as one string.

    Example:
        >>> text = TokenText.of("他说：“新型F-35A战机”。")
        >>> text.text
        '他说¶新型 f  35  a 战机'
        >>> list(text.find(["f", "35"]))
        [(5, 12)]
        >>> text.original(5, 12)
        (6, 10)
    """

    __slots__ = ("_lines", "_stored", "text")

    def __init__(self, lines: str, layout: _Layout | _PackedLayout) -> None:
        self.text = lines.replace(_PARAGRAPH, BOUNDARY)
        self._lines = lines
        self._stored = layout

    @property
    def _layout(self) -> _Layout:
        """The map back; unpacked on first use, because phrase checks do not need it."""
        if not isinstance(self._stored, _Layout):
            self._stored = _unpacked(self._stored)
        return self._stored

    @classmethod
    def of(cls, text: str) -> TokenText:
        """Fold and tokenize a text.

        Example:
            >>> TokenText.of("Ｆ３５戰機").text
            ' f  35 战机'
        """
        folded, origin = fold_with_runs(text)
        pieces: list[str] = []
        positions: list[int] = []
        starts: list[int] = []
        size = 0
        shift = None
        # The first mark of a boundary; it becomes one only if a token follows.
        boundary = None
        is_paragraph = False
        for match in stretches(folded):
            piece, start = match[0], match.start()
            if piece in BOUNDARY_MARKS:
                is_paragraph = is_paragraph or piece == "\n"
                if boundary is None and size:
                    boundary = start
                continue
            if boundary is not None:
                if boundary - size != shift:
                    shift = boundary - size
                    positions.append(size)
                    starts.append(boundary)
                pieces.append(_PARAGRAPH if is_paragraph else BOUNDARY)
                size += 1
                boundary = None
            is_paragraph = False
            first = size
            parts = [piece]
            if not stands_alone(piece[0]):
                parts = [piece] if piece.isalnum() else parts_of(piece)
                piece = f" {''.join(parts)} "
                first += 1
            for part in parts:
                if start - first != shift:
                    shift = start - first
                    positions.append(first)
                    starts.append(start)
                first += len(part)
                # A mark inside the token, as in 1,234, stands before each part but the first.
                start += len(part) + 1
            pieces.append(piece)
            size += len(piece)
        joined = "".join(pieces)
        for mark in MARKS_BETWEEN:
            joined = joined.replace(mark, BOUNDARY)
        return cls(joined, _composed(positions, starts, size, origin))

    # Tokens

    def __len__(self) -> int:
        """Return the number of tokens, without boundaries."""
        return self.count()

    def tokens(self, start: int = 0, end: int | None = None) -> list[str]:
        """Return the tokens between two positions, boundaries included.

        Example:
            >>> TokenText.of("F35，飞了").tokens()
            ['f', '35', '¶', '飞', '了']
        """
        return tokens_of(self.text[start:end])

    def located(self, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
        """Yield the tokens between two positions, boundaries included, each with its own positions.

        Example:
            >>> list(TokenText.of("F35，飞").located())
            [('f', 0, 3), ('35', 3, 7), ('¶', 7, 8), ('飞', 8, 9)]
        """
        for token in self.tokens(start, end):
            after = start + len(token_text((token,)))
            yield token, start, after
            start = after

    def count(self, start: int = 0, end: int | None = None) -> int:
        """Return the number of tokens between two positions, without boundaries.

        Example:
            >>> TokenText.of("F35，飞了").count()
            4
        """
        return _count(self.text[start:end])

    def counts(self, positions: Iterable[int]) -> list[int]:
        """Return the number of tokens from the first of some ascending positions to each of them.

        Takes as long as `count` from the first position to the last.

        Example:
            >>> TokenText.of("F35，飞了").counts([3, 8, 10])
            [0, 1, 3]
        """
        text = self.text
        steps = (_count(text[before:after]) for before, after in pairwise(positions))
        return list(accumulate(steps, initial=0))

    def before(self, position: int, number: int) -> int:
        """Return the position that is a number of tokens before another; boundaries do not count.

        Example:
            >>> TokenText.of("飞，F35机").before(10, 3)
            2
        """
        begin = max(0, position - number * _WIDEST)
        pieces = self.text[begin:position].split(" ")
        # Counted from the end, every second piece is a word, whatever the slice cuts at its beginning.
        for at, piece in enumerate(reversed(pieces)):
            if number <= 0:
                break
            if at % 2:
                number -= 1
                position -= len(piece) + 2
                continue
            for char in reversed(piece):
                if number <= 0:
                    break
                number -= char != BOUNDARY
                position -= 1
        return max(0, position)

    def after(self, position: int, number: int) -> int:
        """Return the position that is a number of tokens after another; boundaries do not count.

        Example:
            >>> TokenText.of("飞，F35机").after(0, 2)
            5
        """
        for at, piece in enumerate(self.text[position : position + number * _WIDEST].split(" ")):
            if number <= 0:
                break
            if at % 2:
                number -= 1
                position += len(piece) + 2
                continue
            for char in piece:
                if number <= 0:
                    break
                number -= char != BOUNDARY
                position += 1
        return position

    # Phrases

    def find(self, wanted: str | Iterable[str], *, prefix: bool = False) -> Iterator[tuple[int, int]]:
        """Yield the positions before the first and after the last token of each occurrence, ascending.

        Occurrences may overlap, as those of 人人 in 人人人.

        Args:
            wanted: The tokens of the phrase, or the same as a token text.
            prefix: Also find longer tokens in place of the last one, where they begin with it.

        Example:
            >>> text = TokenText.of("新制裁。new sanctions")
            >>> [text.text[start:end] for start, end in text.find(["new", "sanct"], prefix=True)]
            [' new  sanctions ']
        """
        text = self.text
        needle = wanted if isinstance(wanted, str) else token_text(wanted)
        # A token of one character ends after it; a run of letters ends at the next space.
        is_open = prefix and needle.endswith(" ")
        if is_open:
            needle = needle[:-1]
        size = len(needle)
        if not size:
            return
        start = text.find(needle)
        while start >= 0:
            end = start + size
            yield start, text.index(" ", end) + 1 if is_open else end
            start = text.find(needle, start + 1)

    def holds(self, wanted: str | Iterable[str], *, prefix: bool = False) -> bool:
        """Return whether the text holds a phrase; see `find`."""
        needle = wanted if isinstance(wanted, str) else token_text(wanted)
        return (needle.removesuffix(" ") if prefix else needle) in self.text

    # The way back

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the start and end, in the original, of the tokens between two positions.

        Characters without a token of their own, such as accents and invisible
        marks, belong to the token before them.

        Example:
            >>> TokenText.of("“東京㍿”に").original(2, 4)
            (3, 4)
        """
        layout = self._layout
        if self.text.startswith(" ", start):
            start += 1
        last = end - 2 if self.text.startswith(" ", end - 1) else end - 1
        positions, shifts = layout.positions, layout.shifts
        return (
            start + shifts[bisect_right(positions, start) - 1],
            last + shifts[bisect_right(positions, last) - 1] + layout.wide.get(last, 1),
        )

    # Clauses and paragraphs

    def clause(self, position: int) -> tuple[int, int]:
        """Return start and end of the clause around a position: from one boundary to the next.

        Example:
            >>> TokenText.of("一，二三。四").clause(3)
            (2, 4)
        """
        start = self.text.rfind(BOUNDARY, 0, position) + 1
        end = self.text.find(BOUNDARY, position)
        return start, len(self.text) if end < 0 else end

    def paragraph(self, position: int) -> tuple[int, int]:
        """Return start and end of the paragraph, a line of the original, around a position.

        Example:
            >>> TokenText.of("一，二。\\n三").paragraph(2)
            (0, 3)
        """
        start = self._lines.rfind(_PARAGRAPH, 0, position) + 1
        # The boundary before the next paragraph belongs to neither.
        end = self._lines.find(_PARAGRAPH, position)
        return start, len(self._lines) if end < 0 else end

    def paragraphs(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each paragraph that has tokens.

        Example:
            >>> list(TokenText.of("一，二。\\n\\n三").paragraphs())
            [(0, 3), (4, 5)]
        """
        if self.text:
            start = 0
            for line in self._lines.split(_PARAGRAPH):
                yield start, start + len(line)
                start += len(line) + 1


@dataclass(frozen=True, slots=True)
class _Layout:
    """The map from positions to characters of the original."""

    positions: list[int]
    """The position at which each run begins."""
    shifts: list[int]
    """For each run, the number to add to a position to get its first character in the original."""
    wide: dict[int, int]
    """The number of characters in the original of each position with more than one."""


_PackedLayout: TypeAlias = tuple[memoryview, int, int, int]
"""Bytes, and the places in them of runs, one byte each, of wide characters, two numbers each, and the end."""


def _unpacked(packed: _PackedLayout) -> _Layout:
    data, begin, wides, end = packed
    runs = bytes(data[begin:wides])
    wide = struct.unpack_from(f"<{(end - wides) // _NUMBER.size}I", data, wides)
    return _Layout(
        list(accumulate(runs.translate(_STEPS))),
        list(accumulate(memoryview(runs.translate(_TURNS)).cast("b"))),
        dict(zip(wide[::2], wide[1::2], strict=True)),
    )


def pack(*texts: TokenText) -> bytes:
    """Make token texts bytes, to be stored.

    They are not compressed: decompressing ten articles would take longer than the
    rest of a search.

    Example:
        >>> [text.text for text in unpack(pack(TokenText.of("標題"), TokenText.of("正文")))]
        ['标题', '正文']
    """
    headers: list[bytes] = []
    parts: list[bytes] = []
    for text in texts:
        layout = text._layout
        string = encode(text._lines)
        runs = _packed_runs(layout)
        wide = [number for pair in layout.wide.items() for number in pair]
        headers.append(_HEADER.pack(len(string), len(runs), len(layout.wide)))
        parts += [string, runs, struct.pack(f"<{len(wide)}I", *wide)]
    return b"".join([_NUMBER.pack(len(texts)), *headers, *parts])


def unpack(packed: bytes | memoryview) -> tuple[TokenText, ...]:
    """Make the token texts that `pack` was given.

    Raises:
        ValueError: The bytes are not what `pack` returned.
    """
    data = memoryview(packed)
    try:
        (number,) = _NUMBER.unpack_from(data)
        start = _NUMBER.size + number * _HEADER.size
        texts: list[TokenText] = []
        for string, runs, wide in _HEADER.iter_unpack(data[_NUMBER.size : start]):
            begin = start + string
            wides = begin + runs
            end = wides + wide * 2 * _NUMBER.size
            if end > len(data):
                break
            texts.append(TokenText(decode(data, start, begin), (data, begin, wides, end)))
            start = end
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"no packed token texts: {error}") from error
    if len(texts) != number or start != len(data):
        raise ValueError("no packed token texts: lengths do not add up")
    return tuple(texts)


def _packed_runs(layout: _Layout) -> bytes:
    packed = bytearray()
    position = shift = 0
    for next_position, next_shift in zip(layout.positions, layout.shifts, strict=True):
        run = next_position - position, next_shift - shift
        if (code := _CODES.get(run)) is not None:
            packed.append(code)
        else:
            packed.extend(_long_run(*run))
        position, shift = next_position, next_shift
    return bytes(packed)


def _long_run(step: int, turn: int) -> Iterator[int]:
    """Yield the codes of a run that needs several: first some that only go on, then all of the turn."""
    while True:
        part = max((some for some in _STEPS_OF if some * turn >= 0 and abs(some) <= abs(turn)), key=abs)
        if step and not turn:
            part = 1  # to be taken back
        if step > _STEPS_OF[part][-1]:
            jump = min(step // _JUMP * _JUMP, _STEPS_OF[0][-1])
            yield _CODES[jump, 0]
            step -= jump
            continue
        yield _CODES[step, part]
        step, turn = 0, turn - part
        if not turn:
            return


def _composed(positions: list[int], starts: list[int], size: int, origin: Runs | None) -> _Layout:
    """Compose the runs from token text to folded text with those from there to the original."""
    if origin is None:
        same = [start - position for position, start in zip(positions, starts, strict=True)]
        return _Layout(positions, same, {})
    layout = _Layout([], [], {})
    last = None
    folds = [*origin.positions, sys.maxsize]
    fold = 0
    for position, start, end in zip(positions, starts, [*positions[1:], size], strict=False):
        while folds[fold + 1] <= start:
            fold += 1
        # One run of the token text may go over several of the folded text.
        at, begin = fold, start
        while begin - start < end - position:
            here = position + begin - start
            shift = origin.starts[at] + begin - folds[at] - here
            if shift != last:
                last = shift
                layout.positions.append(here)
                layout.shifts.append(shift)
            if origin.widths[at] != 1:
                layout.wide[here] = origin.widths[at]
            at += 1
            begin = folds[at]
    return layout


def _count(text: str) -> int:
    pieces = text.split(" ")
    # Every second piece is a word.
    return sum(map(len, pieces[::2])) + len(pieces) // 2 - text.count(BOUNDARY)
