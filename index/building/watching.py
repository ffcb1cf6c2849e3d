"""Watch an archive, and update its index when files have come, changed or gone.

The files are watched by `watchfiles` in a thread, so what happens during an update is in the next one. An
update begins once nothing has changed for a moment, so that files are whole, or after a long while in which
something always did. Each update walks the whole archive; what was watched only says when. So a file that is
read half-written, or an event that is lost, is mended by the next update.

Folders are told apart by their inode: one that was removed and made again, or mounted anew, is watched again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeAlias

from index.building.report import Report
from index.engines.directory import DirectoryLocation
from index.errors import ArchiveError, IndexLocked, MissingExtra
from index.storage.directory import entries_of_an_index
from index.storage.location import IndexLocation

__all__ = ["Settling", "watch"]

# An update waits at most for so many times the quiet it waits for, and for so many seconds if that is more.
_MOST_TIMES, _MOST_LEAST = 30, 10.0
# After an error the update is tried again, changes or not: a disk may have room again.
_RETRY = 30.0
# How often it is looked whether the folders are still those that are watched.
_LOOK = 1.0
# As long as anybody may want to wait for a lock; any longer is refused.
_WITHOUT_END = 900_000_000.0
# Milliseconds. watchfiles gives changes on after a step without any; settling is not left to it,
# because a file that is written to again and again is one change to it.
_STEP, _GROUP, _TIMEOUT = 50, 200, 1_000

Identity: TypeAlias = tuple[tuple[int, ...] | None, ...]


class Settling:
    """When the next update is due, by the times of changes; times are in seconds of one clock.

    Example:
        >>> settling = Settling(quiet=2.0)
        >>> settling.changed(10.0), settling.changed(11.0)
        (None, None)
        >>> settling.due, settling.is_due(12.0), settling.is_due(13.0)
        (13.0, False, True)
    """

    def __init__(self, *, quiet: float) -> None:
        self._quiet = quiet
        self._most = max(_MOST_LEAST, _MOST_TIMES * quiet)
        self._first: float | None = None
        self.due: float | None = None
        """When the update is due unless more changes; None if nothing has changed."""

    def changed(self, now: float) -> None:
        """Note a change."""
        self._first = now if self._first is None else self._first
        self.due = min(now + self._quiet, self._first + self._most)

    def again(self, when: float) -> None:
        """Let an update be due at a time, changes or not."""
        self._first, self.due = when, when

    def is_due(self, now: float) -> bool:
        """Return whether to update now."""
        return self.due is not None and now >= self.due

    def updated(self) -> None:
        """Forget the changes: an update begins."""
        self._first = self.due = None


def watch(
    archive: Sequence[str | os.PathLike[str]],
    location: IndexLocation,
    update: Callable[[float], Report],
    *,
    quiet: float = 2.0,
    wait: float = 0.0,
) -> Iterator[Report | Exception]:
    """Update an index now, and whenever its archive has changed; without end.

    Args:
        archive: Folders and files.
        location: The index, whose own files are no changes.
        update: Updates the index, given the seconds that it may wait for another writer.
        quiet: Seconds without a change before an update.
        wait: Seconds to wait for another writer before that is told.

    Yields:
        The report of each update; an IndexLocked when it waits for longer; an error of a later
        update, once, after which it goes on.

    Raises:
        MissingExtra: watchfiles is not installed.
        OSError: A folder cannot be watched, or there are too many for this system.
        ArchiveError, OSError: The first update fails.
    """
    settling, last = Settling(quiet=quiet), ""
    settling.again(time.monotonic())
    watched = _Watched(archive, _own_files(location))
    try:
        is_first = True
        while True:
            try:
                while not settling.is_due(time.monotonic()):
                    if watched.changed(_patience(settling.due)):
                        settling.changed(time.monotonic())
                settling.updated()
                yield from _one(update, wait)
                is_first, last = False, ""
            except (ArchiveError, OSError) as error:
                if is_first:
                    raise
                if str(error) != last:
                    yield error
                last = str(error)
                settling.again(time.monotonic() + _RETRY)
    finally:
        watched.close()


def _patience(due: float | None) -> float:
    return _LOOK if due is None else min(_LOOK, max(0.0, due - time.monotonic()))


def _one(update: Callable[[float], Report], wait: float) -> Iterator[Report | Exception]:
    try:
        yield update(wait)
    except IndexLocked as error:
        yield error
        yield update(_WITHOUT_END)


class _Watched:
    """The changes below some folders and of some files, as they come."""

    def __init__(self, paths: Sequence[str | os.PathLike[str]], is_own: Callable[[str], bool]) -> None:
        self._given = [str(Path(path).absolute()) for path in paths]
        self._paths = list(map(os.path.realpath, self._given))
        self._is_own = is_own
        # A folder that was removed and made again may have the same inode, and is watched no more.
        self._lost = Event()
        self._identity = self._now()
        self._thread = self._started()

    def changed(self, seconds: float) -> bool:
        """Wait for a change, and return whether there was one. Raises what watching raises."""
        try:
            changed = self._thread.changed(seconds)
        except OSError:
            self._identity = ()  # nothing is watched any more: the next look starts again
            raise
        if (now := self._now()) != self._identity or self._lost.is_set():
            self._lost.clear()
            self._identity = ()  # until the thread has started, there is none
            self.close()
            self._thread = self._started()
            self._identity, changed = now, True
        return changed

    def close(self) -> None:
        """End the thread."""
        self._thread.close()

    def _started(self) -> _Watcher:
        self._paths = list(map(os.path.realpath, self._given))
        folders = [path for path in self._paths if Path(path).is_dir()]
        return _Watcher(folders, self._counts)

    def _now(self) -> Identity:
        return tuple(map(_identity, self._given))

    def _counts(self, path: str) -> bool:
        """Return whether a change of a path may change an article."""
        if path in self._paths:
            self._lost.set()
            return True
        for root in self._paths:
            if path.startswith(root.rstrip("/") + "/"):
                below = PurePath(path).relative_to(root).parts
                if not any(part.startswith(".") for part in below) and not self._is_own(path):
                    return True
        return False


def _identity(path: str) -> tuple[int, ...] | None:
    """Return what tells a folder from another of its name, or a version of a file from others."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    is_folder = Path(path).is_dir()
    return (found.st_dev, found.st_ino, *(() if is_folder else (found.st_size, found.st_mtime_ns)))


class _Watcher:
    """A thread in which watchfiles watches folders; without folders, none."""

    def __init__(self, folders: Sequence[str], counts: Callable[[str], bool]) -> None:
        try:
            from watchfiles import watch as changes
        except ModuleNotFoundError as error:
            raise MissingExtra("watching an archive", extra="watch") from error
        self._queue: SimpleQueue[bool | BaseException] = SimpleQueue()
        self._ended = Event()
        self._thread: Thread | None = None
        if not folders:
            return
        found = changes(
            *folders,
            watch_filter=lambda change, path: counts(path),
            step=_STEP,
            debounce=_GROUP,
            rust_timeout=_TIMEOUT,
            yield_on_timeout=True,
            stop_event=self._ended,
            ignore_permission_denied=True,
        )
        self._thread = Thread(target=self._watch, args=(found,), daemon=True)
        self._thread.start()
        # The first answer, which may be that nothing has changed, comes when the folders are watched.
        if isinstance(first := self._queue.get(), BaseException):
            raise first
        self._queue.put(first)

    def _watch(self, changes: Iterator[set[object]]) -> None:
        try:
            for change in changes:
                self._queue.put(bool(change))
        except BaseException as error:
            self._queue.put(error)

    def changed(self, seconds: float) -> bool:
        """Wait for a change, and return whether there was one. Raises OSError if watching has failed."""
        if self._thread is None:
            time.sleep(seconds)
            return False
        try:
            found = self._queue.get(timeout=seconds)
        except Empty:
            return False
        if isinstance(found, BaseException):
            raise found
        return found

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()


def _own_files(location: IndexLocation) -> Callable[[str], bool]:
    """Return what tells the files that belong to the index."""
    if not isinstance(location, DirectoryLocation):
        return lambda path: False
    folder = os.path.realpath(location.directory.path)

    def is_own(path: str) -> bool:
        if path == folder or not path.startswith(folder + "/"):
            return path == folder
        name = PurePath(path).relative_to(folder).parts[0]
        try:
            names = {name, *(entry.name for entry in Path(folder).iterdir())}
        except OSError:
            return True
        return name in entries_of_an_index(names)

    return is_own
