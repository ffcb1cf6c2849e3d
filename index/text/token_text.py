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
some 150 runs.

Everything here takes time and memory linear in the length of the text.
"""

from __future__ import annotations

import struct
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

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

_NUMBER = struct.Struct("<I")
# Of each packed text: bytes of its string, runs, wide characters, and paragraphs after the first.
_HEADER = struct.Struct("<4I")
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

    def __init__(self, text: str, layout: _Layout | _PackedLayout) -> None:
        self.text = text
        self._stored = layout

    @cached_property
    def _layout(self) -> _Layout:
        """The map back; unpacked on first use, because phrase checks do not need it."""
        stored = self._stored
        return stored if isinstance(stored, _Layout) else stored.unpack()

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
        paragraphs: list[int] = []
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
                pieces.append(BOUNDARY)
                size += 1
                boundary = None
                if is_paragraph:
                    paragraphs.append(size)
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
        return cls(joined, _composed(positions, starts, size, origin, paragraphs))

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
        begins = self._layout.paragraphs
        at = bisect_right(begins, position)
        start = begins[at - 1] if at else 0
        # The boundary before the next paragraph belongs to neither.
        return start, begins[at] - 1 if at < len(begins) else len(self.text)

    def paragraphs(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each paragraph that has tokens.

        Example:
            >>> list(TokenText.of("一，二。\\n\\n三").paragraphs())
            [(0, 3), (4, 5)]
        """
        if self.text:
            begins = self._layout.paragraphs
            ends = [*(begin - 1 for begin in begins), len(self.text)]
            yield from zip([0, *begins], ends, strict=True)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The map from positions to characters of the original, and the paragraphs."""

    positions: list[int]
    """The position at which each run begins."""
    shifts: list[int]
    """For each run, the number to add to a position to get its first character in the original."""
    wide: dict[int, int]
    """The number of characters in the original of each position with more than one."""
    paragraphs: list[int]
    """The positions at which paragraphs begin, without the first."""


@dataclass(frozen=True, slots=True)
class _PackedLayout:
    """A layout as bytes.

    Each run is one byte in each of two lists: the differences of its position and
    of its shift from the run before. A difference too large for a byte is split
    over several runs.
    """

    positions: bytes
    shifts: bytes
    wide: bytes
    paragraphs: bytes

    def unpack(self) -> _Layout:
        wide = _numbers(self.wide)
        return _Layout(
            list(accumulate(self.positions)),
            list(accumulate(memoryview(self.shifts).cast("b"))),
            dict(zip(wide[::2], wide[1::2], strict=True)),
            list(_numbers(self.paragraphs)),
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
        string = encode(text.text)
        positions, shifts = _packed_runs(layout)
        wide = [number for pair in layout.wide.items() for number in pair]
        headers.append(_HEADER.pack(len(string), len(shifts), len(layout.wide), len(layout.paragraphs)))
        parts += [string, positions, shifts, _packed_numbers(wide), _packed_numbers(layout.paragraphs)]
    return b"".join([_NUMBER.pack(len(texts)), *headers, *parts])


def unpack(data: bytes) -> tuple[TokenText, ...]:
    """Make the token texts that `pack` was given.

    Raises:
        ValueError: The bytes are not what `pack` returned.
    """
    try:
        (number,) = _NUMBER.unpack_from(data)
        start = _NUMBER.size + number * _HEADER.size
        texts: list[TokenText] = []
        for string, runs, wide, paragraphs in _HEADER.iter_unpack(data[_NUMBER.size : start]):
            positions = start + string
            shifts = positions + runs
            wides = shifts + runs
            begins = wides + wide * 2 * _NUMBER.size
            end = begins + paragraphs * _NUMBER.size
            layout = _PackedLayout(
                data[positions:shifts], data[shifts:wides], data[wides:begins], data[begins:end]
            )
            texts.append(TokenText(decode(data[start:positions]), layout))
            start = end
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"no packed token texts: {error}") from error
    if len(texts) != number or start != len(data):
        raise ValueError("no packed token texts: lengths do not add up")
    return tuple(texts)


def _packed_runs(layout: _Layout) -> tuple[bytes, bytes]:
    positions, shifts = bytearray(), bytearray()
    position = shift = 0
    for next_position, next_shift in zip(layout.positions, layout.shifts, strict=True):
        step, turn = next_position - position, next_shift - shift
        while step > 255:
            positions.append(255)
            shifts.append(0)
            step -= 255
        while not -128 <= turn <= 127:
            part = max(-128, min(turn, 127))
            positions.append(step)
            shifts.append(part & 255)
            step = 0
            turn -= part
        positions.append(step)
        shifts.append(turn & 255)
        position, shift = next_position, next_shift
    return bytes(positions), bytes(shifts)


def _packed_numbers(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // _NUMBER.size}I", data)


def _composed(
    positions: list[int], starts: list[int], size: int, origin: Runs | None, paragraphs: list[int]
) -> _Layout:
    """Compose the runs from token text to folded text with those from there to the original."""
    if origin is None:
        same = [start - position for position, start in zip(positions, starts, strict=True)]
        return _Layout(positions, same, {}, paragraphs)
    layout = _Layout([], [], {}, paragraphs)
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
