"""The lock of the one writer of an index directory, which dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

from index.errors import Action, IndexDamaged, IndexLocked, Remedy
from index.storage.files import IrregularFile, open_regular

__all__ = ["only_writer"]

# The locks of this process. A process forked from it would inherit them and keep the index
# locked after this one is killed: so it closes them at once.
_held: set[int] = set()


def _let_go() -> None:
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def only_writer(path: Path) -> Iterator[None]:
    """Hold the lock; the text in its file is only for people.

    Raises IndexLocked at once if another process holds it, and IndexDamaged if
    it is a link or the like, which is not written to.
    """
    try:
        descriptor = open_regular(path, os.O_RDWR | os.O_CREAT, 0o644)
    except IrregularFile as error:
        raise IndexDamaged(f"{path} cannot be locked: {error}; remove it", file=path) from error
    _held.add(descriptor)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "unknown"
            raise IndexLocked(
                f"{path.parent} is being written by {holder}",
                holder=holder,
                remedy=Remedy(Action.WAIT, index=str(path.parent)),
            ) from None
        since = datetime.now(timezone.utc).isoformat(timespec="seconds")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename} since {since}".encode(), 0)
        yield
    finally:
        if descriptor in _held:  # else this is a process that was forked meanwhile
            _held.remove(descriptor)
            os.close(descriptor)
