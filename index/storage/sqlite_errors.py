"""Translate SQLite's errors into ours, and tell damage from everything else.

Only errors about the file's content are damage. A locked file, a full disk, a
file that cannot be opened or read now say nothing about the content, and must
never lead to the replacement of an index.

SQLite tells the two apart by its error code, which Python passes on from 3.11.
Before, and for errors that the module `sqlite3` raises by itself, only the
message is known; SQLite's messages are constants.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from index.errors import Action, ArchiveError, IndexDamaged, IndexLocked, Remedy, UsageError

__all__ = ["translated"]

_BUSY, _LOCKED = 5, 6
_SHORT_READ = 522  # the file is shorter than its own header says
# Codes that say nothing about the file's content, and the errno that they amount to, 0 for none.
_ENVIRONMENT = {
    3: errno.EACCES,  # PERM
    4: 0,  # ABORT
    7: errno.ENOMEM,  # NOMEM
    8: errno.EROFS,  # READONLY
    9: 0,  # INTERRUPT
    10: errno.EIO,  # IOERR
    13: errno.ENOSPC,  # FULL
    14: 0,  # CANTOPEN: no descriptors left, no permission, or something else
    15: 0,  # PROTOCOL: too many tries to lock the journal
    22: errno.EFBIG,  # NOLFS
    23: errno.EACCES,  # AUTH
}
# The same by SQLite's messages, where there is no code.
_MESSAGES = {
    "access permission denied": 3,
    "query aborted": 4,
    "database is locked": _BUSY,
    "database table is locked": _LOCKED,
    "database schema is locked": _LOCKED,
    "out of memory": 7,
    "attempt to write a readonly database": 8,
    "interrupted": 9,
    "disk i/o error": 10,
    "database or disk is full": 13,
    "unable to open database file": 14,
    "locking protocol": 15,
    "large file support is disabled": 22,
    "authorization denied": 23,
}


def translated(error: sqlite3.Error, path: Path, remedy: Remedy) -> ArchiveError | OSError:
    """Return the error to raise for an error of SQLite about the store in `path`.

    IndexLocked if another program holds the file, OSError for what says nothing
    about its content, UsageError if it was closed, and IndexDamaged, with
    `remedy`, for the rest: the schema is known to be ours and the statements are
    constant, so only the content can be wrong.
    """
    if isinstance(error, sqlite3.ProgrammingError):
        return UsageError(f"{path} was closed while it was used ({error})")
    code = _code(error)
    primary = code & 0xFF
    if primary in (_BUSY, _LOCKED):
        return IndexLocked(
            f"{path} is held by another program ({error})",
            holder="another program",
            remedy=Remedy(Action.WAIT, index=str(path.parent)),
        )
    if primary in _ENVIRONMENT and code != _SHORT_READ:
        if (number := _ENVIRONMENT[primary]) and number != errno.EIO:
            return OSError(number, os.strerror(number), str(path))
        return OSError(f"{path}: {error}")
    return IndexDamaged(f"{path} is damaged ({error})", file=path, remedy=remedy)


def _code(error: sqlite3.Error) -> int:
    """Return SQLite's extended error code, or the one that the message stands for; 0 if neither is known."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return int(code)
    message = str(error).lower()
    return next((code for text, code in _MESSAGES.items() if message.startswith(text)), 0)
