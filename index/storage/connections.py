"""Connections to the article store for reading: one for each reading that is under way.

A connection of SQLite answers one thread at a time. Behind one lock, eight threads
of a server spent a third of their time waiting for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Connections"]

# Most connections kept open while nobody reads; each holds a descriptor and some memory.
_KEPT = 16


class Connections:
    """Lends each reader a connection that nobody else uses; opens another where all are lent."""

    def __init__(self, opened: Callable[[], sqlite3.Connection]) -> None:
        self._opened = opened
        self._is_closed = False
        # Whether the store can be read is told at once. Appending and popping are atomic.
        self._idle = [opened()]

    @contextmanager
    def lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for one reading."""
        try:
            connection = self._idle.pop()
        except IndexError:
            if self._is_closed:
                raise sqlite3.ProgrammingError("the article store is closed") from None
            connection = self._opened()
        try:
            yield connection
        finally:
            if self._is_closed or len(self._idle) >= _KEPT:
                connection.close()
            else:
                self._idle.append(connection)

    def close(self) -> None:
        """Close all connections; those that are lent, when they come back."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()
