"""The open file of the article store: connections to it, and its errors as ours."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from index.errors import IndexDamaged
from index.storage.connections import Connections
from index.storage.schema import open_to_read, open_to_write, repair_of
from index.storage.sqlite_errors import translated

__all__ = ["BATCH", "NONSENSE", "VISIBLE", "StoreFile"]

VISIBLE = "added <= :generation AND (removed IS NULL OR removed > :generation)"
"""Which rows a generation holds."""

BATCH = 500
"""Rows that one statement reads."""

NONSENSE = (ValueError, TypeError, LookupError, OverflowError, RecursionError)
"""What Python raises for a value that was never written like this."""

# `datetime` says so of a date that the system cannot represent; other OSErrors are not about content.
_NO_DATE = frozenset({errno.EINVAL, errno.EOVERFLOW, errno.ERANGE})


class StoreFile:
    """The file, open to read or to write. May be shared by threads."""

    def __init__(self, path: Path, *, readonly: bool) -> None:
        self.path = path
        self._lock = threading.Lock()
        with self._translate():
            # A writer reads what it has not committed yet, so it has one connection for everything.
            self._readers = Connections(partial(open_to_read, path)) if readonly else None
            if not readonly:
                self._connection = open_to_write(path)

    def close(self) -> None:
        """Close the file."""
        if self._readers is not None:
            self._readers.close()
            return
        with self._lock:
            self._connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read, and translate errors of SQLite."""
        with self._translate():
            if self._readers is not None:
                with self._readers.lent() as connection:
                    yield connection
            else:
                with self._lock:
                    yield self._connection

    def problems(self) -> list[str]:
        """Return what SQLite's own check finds wrong with the file; empty if it is sound."""
        return [text for (text,) in self._all("PRAGMA integrity_check(10)", ()) if text != "ok"]

    def check(self) -> None:
        """Raise IndexDamaged unless the file is sound."""
        if problems := self.problems():
            raise self._damaged(problems[0])

    def _all(self, statement: str, values: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._reading() as connection:
            return connection.execute(statement, values).fetchall()

    def _in_rows(self, what: str, rows: Sequence[int]) -> Iterator[list[Any]]:
        """Yield what SELECT returns for some rows, in batches."""
        for some in (rows[at : at + BATCH] for at in range(0, len(rows), BATCH)):
            yield self._all(f"SELECT {what} WHERE row IN ({','.join('?' * len(some))})", some)

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Raise IndexDamaged if what was read makes no sense; to be put around conversions, not reading."""
        try:
            yield
        except NONSENSE as error:
            raise self._damaged(error) from error
        except OSError as error:
            if error.errno not in _NO_DATE:
                raise
            raise self._damaged(error) from error

    def _damaged(self, what: object) -> IndexDamaged:
        return IndexDamaged(f"{self.path} is damaged ({what})", file=self.path, remedy=repair_of(self.path))

    @contextmanager
    def _translate(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translated(error, self.path, repair_of(self.path)) from error
        except UnicodeDecodeError as error:
            raise self._damaged(error) from error
