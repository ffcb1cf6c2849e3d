"""Align a quotation with the part of a text that it is most like, token by token.

The measure is Levenshtein's: the least number of tokens to insert, drop or
replace, where the text before and after the part costs nothing (Sellers 1980).
It is computed with one bit a token (Myers 1999, in the form of Hyyrö 2003):
Python's whole numbers hold a column each, so a column of 1,000 tokens takes
little more time than one of 60. Time and memory grow with the number of tokens
of the text times the number of 64-token blocks of the quotation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

__all__ = ["Alignment", "Edit", "align"]


@dataclass(frozen=True, slots=True)
class Edit:
    """`quoted[quoted_start:quoted_end]` stands for `text[text_start:text_end]`; one may be empty."""

    quoted_start: int
    quoted_end: int
    text_start: int
    text_end: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """The part `text[start:end]`, and the edits by which the quotation differs, in order.

    `distance` is the number of tokens to insert, drop or replace.
    """

    start: int
    end: int
    distance: int
    edits: tuple[Edit, ...]


# So many tokens at either end of a quotation may have been changed; more of them are no part of it.
_CHANGED = 2

# The differences of one column of the table, a bit a row: where a distance is one more (down) or less (up)
# than that of the row above, and one more (right) or less (left) than that of the column before.
_Column: TypeAlias = tuple[int, int, int, int]


def align(quoted: Sequence[str], text: Sequence[str]) -> Alignment:
    """Return the part of a text that a quotation is most like, the first of several.

    Example:
        >>> found = align("今晚渡轮停航", "通告今晚有渡轮复航")
        >>> found.start, found.end, found.distance
        (2, 9, 2)
    """
    size = len(quoted)
    bits: dict[str, int] = {}
    for row, token in enumerate(quoted):
        bits[token] = bits.get(token, 0) | 1 << row
    every = (1 << size) - 1
    last = 1 << size >> 1
    down, up, distance = every, 0, size
    columns: list[_Column] = []
    distances = [size]
    for token in text:
        equal = bits.get(token, 0)
        vertical = equal | up
        horizontal = (((equal & down) + down) ^ down) | equal
        right = up | (every & ~(horizontal | down))
        left = down & horizontal
        if right & last:
            distance += 1
        elif left & last:
            distance -= 1
        # The row above the first is 0 throughout: a part may begin anywhere.
        over, under = right << 1 & every, left << 1 & every
        down, up = under | (every & ~(vertical | over)), over & vertical
        columns.append((down, up, right & every, left & every))
        distances.append(distance)
    end = _end(quoted, text, distances)
    return _trimmed(_trace(quoted, text, columns, end, distances[end]), len(quoted))


def _end(quoted: Sequence[str], text: Sequence[str], distances: Sequence[int]) -> int:
    """Return where the first of the nearest parts ends; of several ends the one that people would choose.

    It has the quotation's last token, or else another in place of it.
    """
    least = min(distances)
    first = end = distances.index(least)
    for other in range(first, min(first + len(quoted), len(text)) + 1):
        if other and distances[other] == least and text[other - 1] == quoted[-1]:
            return other
    while end + 1 < len(distances) and distances[end + 1] == least and end < len(quoted):
        end += 1
    return end


def _trace(
    quoted: Sequence[str], text: Sequence[str], columns: Sequence[_Column], end: int, distance: int
) -> Alignment:
    """Go back from the last token of the quotation to its first."""
    edits: list[Edit] = []
    row, column = len(quoted), end
    after = None
    while row:
        if column and quoted[row - 1] == text[column - 1]:
            if after is not None:
                edits.append(Edit(row, after[0], column, after[1]))
                after = None
            row, column = row - 1, column - 1
            continue
        if after is None:
            after = row, column
        row, column = _step(columns, row, column)
    if after is not None:
        edits.append(Edit(0, after[0], column, after[1]))
    return Alignment(column, end, distance, tuple(reversed(edits)))


def _trimmed(found: Alignment, size: int) -> Alignment:
    """Take away what stands in place of words before and after the quotation, such as an attribution.

    The distance is the same: to drop a token costs as much as to replace it.
    """
    start, end, edits = found.start, found.end, list(found.edits)
    if edits and edits[-1].quoted_end == size and edits[-1].quoted_end - edits[-1].quoted_start > _CHANGED:
        end = edits[-1].text_start
        edits[-1] = replace(edits[-1], text_end=end)
    if edits and edits[0].quoted_start == 0 and edits[0].quoted_end > _CHANGED:
        start = min(edits[0].text_end, end)
        edits[0] = replace(edits[0], text_start=start)
    return replace(found, start=start, end=end, edits=tuple(edits))


def _step(columns: Sequence[_Column], row: int, column: int) -> tuple[int, int]:
    """Return the cell that a cell's distance was made from, with a replacement if that is possible."""
    if not column:
        return row - 1, 0
    bit = 1 << row - 1
    down, _, right, left = columns[column - 1]
    across = (right & bit > 0) - (left & bit > 0)
    above = 1
    if column > 1:
        above_down, above_up, _, _ = columns[column - 2]
        above = (above_down & bit > 0) - (above_up & bit > 0)
    if across + above == 1:
        return row - 1, column - 1
    return (row - 1, column) if down & bit else (row, column - 1)
