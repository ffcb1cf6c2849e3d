"""Make the file system and SQLite fail, one operation at a time."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ERRORS = (errno.EIO, errno.EMFILE, errno.ENOSPC, errno.EACCES, errno.ESTALE)

# What Python tells audit hooks of files; the first argument is a path or a descriptor.
_EVENTS = frozenset(
    {
        "open",
        "fcntl.flock",
        "os.link",
        "os.listdir",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.scandir",
        "os.truncate",
        "sqlite3.connect",
    }
)
# The error of SQLite that each stands for: its code and its message.
_SQLITE = {
    errno.EIO: (10, "disk I/O error"),
    errno.EMFILE: (14, "unable to open database file"),
    errno.ENOSPC: (13, "database or disk is full"),
    errno.EACCES: (8, "attempt to write a readonly database"),
    errno.ESTALE: (5, "database is locked"),
}


class Operations:
    """Counts operations on files below a folder, and makes one of them fail."""

    def __init__(self) -> None:
        self.done = 0
        self._folder: str | None = None
        self._fails_at = -1
        self._errno = 0
        sys.addaudithook(self._hook)

    @contextmanager
    def within(self, folder: Path, *, fail_at: int = -1, number: int = errno.EIO) -> Iterator[Operations]:
        """Count the operations of what is done inside; the one with this number fails, from 0."""
        self.done, self._fails_at, self._errno = 0, fail_at, number
        self._folder = str(folder)
        try:
            yield self
        finally:
            self._folder = None

    def _is_wanted(self, path: object) -> bool:
        if self._folder is None:
            return False
        if isinstance(path, int):
            return True
        if isinstance(path, bytes | str | os.PathLike):
            return self._folder in os.fsdecode(path)
        return False

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _EVENTS and self._is_wanted(arguments[0]):
            self.step()

    def step(self, path: object = 0) -> None:
        """Do one more operation, or fail."""
        if self._fails_now(path):
            raise OSError(self._errno, os.strerror(self._errno))

    def step_of_sqlite(self) -> None:
        """Do one more operation of SQLite, or fail as it does."""
        if self._fails_now(0):
            code, message = _SQLITE[self._errno]
            error = sqlite3.OperationalError(message)
            if sys.version_info >= (3, 11):
                error.sqlite_errorcode = code
            raise error

    def _fails_now(self, path: object) -> bool:
        if not self._is_wanted(path):
            return False
        self.done += 1
        return self.done - 1 == self._fails_at


OPERATIONS = Operations()
"""The one of this process: an audit hook cannot be taken away again."""


class Connection(sqlite3.Connection):
    """A connection of which any statement may fail."""

    def execute(self, *arguments):
        OPERATIONS.step_of_sqlite()
        return super().execute(*arguments)

    def commit(self):
        OPERATIONS.step_of_sqlite()
        super().commit()


def let_fail(monkeypatch: pytest.MonkeyPatch) -> Operations:
    """Return the operations of this process, with those that Python tells no audit hook of."""
    for name in ("fsync", "lstat", "stat"):
        monkeypatch.setattr(os, name, _counted(getattr(os, name)))
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **options: connect(*args, **options, factory=Connection)
    )
    return OPERATIONS


def _counted(function):
    def counted(path, *rest, **options):
        OPERATIONS.step(path)
        return function(path, *rest, **options)

    return counted
