"""Values of the rows that were read last.

A search reads the token texts of its first hits to order them, those of a page again to
show it, and an article that is opened was a hit before. What was read and verified stays
here, up to a total size; what was not asked for the longest goes first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

__all__ = ["MOST_AT_ONCE", "Recent"]

T = TypeVar("T")

MOST_AT_ONCE = 50
"""Whoever asks for more rows at once walks through the archive, and would only push out what others need."""


class Recent(Generic[T]):
    """Keeps values by row. May be shared by threads.

    Args:
        read: Returns the values of some rows; raises if one is not there.
        size: Returns the size of a value, which is never 0.
        most: The total size of all that is kept.
    """

    def __init__(
        self, read: Callable[[Sequence[int]], dict[int, T]], *, size: Callable[[T], int], most: int
    ) -> None:
        self._read = read
        self._size = size
        self._most = most
        self._total = 0
        self._kept: OrderedDict[int, T] = OrderedDict()
        self._lock = threading.Lock()

    def kept(self, rows: Sequence[int]) -> dict[int, T]:
        """Return the values of those of some rows that are kept, by row."""
        kept = self._kept
        with self._lock:
            found = {row: kept[row] for row in rows if row in kept}
            for row in found:
                kept.move_to_end(row)
        return found

    def get(self, rows: Sequence[int]) -> dict[int, T]:
        """Return the values of some rows, by row."""
        if len(rows) > MOST_AT_ONCE:
            return self._read(rows)
        found = self.kept(rows)
        missing = [row for row in rows if row not in found]
        if missing:
            read = self._read(missing)
            self.keep(read)
            found |= read
        return found

    def keep(self, read: Mapping[int, T]) -> None:
        """Keep some values."""
        with self._lock:
            for row, value in read.items():
                if row not in self._kept:
                    self._total += self._size(value)
                    self._kept[row] = value
            while self._total > self._most:
                self._total -= self._size(self._kept.popitem(last=False)[1])
