"""Remember that a generation's files were found sound, so that a search need not read them all again.

The note is a file in the generation's folder. It names the files by inode, size
and time of change, which no program can set, and is believed for a day.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from index.storage.files import open_regular, write_new

__all__ = ["SOUND_FILES", "is_remembered", "remember", "state_of"]

_SOUND = "sound"
_NEW = "sound.new"
_REMEMBERED = 86_400  # seconds

SOUND_FILES = (_SOUND, _NEW)
"""Names of the files that are written here."""


def state_of(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a digest of a generation's files as they are and as the manifest has them."""
    found = []
    for name in sorted(files):
        with suppress(OSError):
            status = (folder / name).lstat()
            found.append((name, status.st_ino, status.st_size, status.st_ctime_ns))
    return hashlib.sha256(repr((found, files)).encode()).hexdigest()


def is_remembered(folder: Path, state: str) -> bool:
    """Return whether a generation was found sound in this state within a day."""
    try:
        with os.fdopen(open_regular(folder / _SOUND), "rb") as file:
            age = time.time() - os.fstat(file.fileno()).st_mtime
            return 0 <= age < _REMEMBERED and file.read(len(state) + 1) == state.encode()
    except OSError:
        return False


def remember(folder: Path, state: str) -> None:
    """Note that a generation is sound in this state, if it can be noted."""
    # A reader without permission to write compares each time. Of two that write at once, one may
    # remove or rename the other's file too early: then the note is wrong and is not believed.
    with suppress(OSError):
        write_new(folder / _NEW, state)
        (folder / _NEW).replace(folder / _SOUND)
