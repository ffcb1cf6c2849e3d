"""Files of an index directory, opened so that nothing in it leads elsewhere or hangs.

An index may be a stranger's. A link in it could name any file of whoever
searches it, and a pipe is never read to its end: so what is opened here is a
regular file of the index itself, and what is written is a new one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import zlib
from pathlib import Path
from typing import Any, Literal

__all__ = [
    "CHECKSUMS",
    "Checksum",
    "IrregularFile",
    "checksum",
    "damage_of",
    "is_folder",
    "is_regular",
    "link",
    "of_sqlite",
    "open_regular",
    "write_new",
]

Checksum = Literal["sha256", "crc32"]
CHECKSUMS: tuple[Checksum, ...] = ("sha256", "crc32")

# What opening says of links, sockets and folders.
_IRREGULAR = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV, errno.EISDIR})


class IrregularFile(OSError):
    """Where a file should be there is a link, a pipe or the like."""

    def __init__(self, what: str = "it is no regular file") -> None:
        super().__init__(what)


def is_regular(path: Path) -> bool:
    """Whether a path is a regular file itself, not a link to one. Raises OSError where there is nothing."""
    return stat.S_ISREG(path.lstat().st_mode)


def is_folder(path: Path) -> bool:
    """Whether a path is a folder itself, not a link to one. Raises OSError where there is nothing."""
    return stat.S_ISDIR(path.lstat().st_mode)


def open_regular(path: Path, flags: int = os.O_RDONLY, mode: int = 0o666) -> int:
    """A descriptor of a regular file, without waiting for anybody. Raises IrregularFile, or OSError."""
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, mode)
    except OSError as error:
        if error.errno in _IRREGULAR:
            raise IrregularFile from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise IrregularFile
    return descriptor


def write_new(path: Path, text: str) -> None:
    """Write a file in place of what stands there under its name, be it a link."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def link(source: Path, target: Path) -> None:
    """Give a file a second name; where the file system has no hard links, a copy serves as well."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def of_sqlite(database: Path) -> tuple[Path, ...]:
    """A database and the files that SQLite keeps beside it, whether they are there or not."""
    return tuple(database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal"))


def damage_of(path: Path, entry: dict[str, Any], *, contents: Checksum | None) -> str | None:
    """What is wrong with a file, going by its entry in the manifest; None where nothing is."""
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return "is no regular file"
        if status.st_size != entry["size"]:
            return f"is damaged: it has {status.st_size:,} bytes and should have {entry['size']:,}"
        if contents in entry and checksum(path, contents) != entry[contents]:
            return "is damaged: its checksum does not match"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return None


def checksum(path: Path, kind: Checksum) -> str:
    """A checksum of a file, as hexadecimal digits."""
    crc, digest = 0, hashlib.sha256()
    with os.fdopen(open_regular(path), "rb") as file:
        while chunk := file.read(1 << 20):
            if kind == "crc32":
                crc = zlib.crc32(chunk, crc)
            else:
                digest.update(chunk)
    return f"{crc:08x}" if kind == "crc32" else digest.hexdigest()
