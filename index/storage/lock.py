"""The lock of the one writer of an index directory, which dies with its process."""

from __future__ import annotations

import fcntl
import os
import time
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


# Between two attempts to take the lock.
_PAUSE_SECONDS = 0.1


def _taken(descriptor: int) -> bool:
    # Not LOCK_EX alone in a thread: a wait without end could not be interrupted.
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def only_writer(path: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock; the text in its file is only for people.

    Args:
        path: The lock's file.
        wait: Seconds to wait for another writer.

    Raises:
        IndexLocked: Another process holds it for longer.
        IndexDamaged: It is a link or the like, which is not written to.
    """
    deadline = time.monotonic() + wait
    try:
        descriptor = open_regular(path, os.O_RDWR | os.O_CREAT, 0o644)
    except IrregularFile as error:
        raise IndexDamaged(f"{path} cannot be locked: {error}; remove it", file=path) from error
    _held.add(descriptor)
    try:
        while not _taken(descriptor):
            if time.monotonic() < deadline:
                time.sleep(min(_PAUSE_SECONDS, max(0.0, deadline - time.monotonic())))
                continue
            holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "unknown"
            raise IndexLocked(
                f"{path.parent} is being written by {holder}",
                holder=holder,
                remedy=Remedy(Action.WAIT, index=str(path.parent)),
            )
        since = datetime.now(timezone.utc).isoformat(timespec="seconds")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename} since {since}".encode(), 0)
        yield
    finally:
        if descriptor in _held:  # else this is a process that was forked meanwhile
            _held.remove(descriptor)
            os.close(descriptor)
