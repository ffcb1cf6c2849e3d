"""Open files of an index directory safely: no links are followed, no pipes read.

An index may come from a stranger. A link in it could name any file of the
person who searches, and reading a pipe may never end. So only regular files
inside the index are opened, and only new files are written.

A missing or changed file is damage. A file that cannot be read now (no
descriptors left, no permission, a failing disk or network) is not: it raises
OSError, and must never lead to the removal of an index.
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
    "files_below",
    "is_folder",
    "is_of_the_system",
    "is_regular",
    "is_there",
    "link",
    "of_sqlite",
    "open_regular",
    "sync",
    "write_new",
]

Checksum = Literal["sha256", "crc32"]
CHECKSUMS: tuple[Checksum, ...] = ("sha256", "crc32")

# Errors of opening a link, a socket or a folder as a file.
_IRREGULAR = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.ENODEV, errno.EISDIR})
# Errors that say nothing about a file's content: no descriptors or memory, no permission, a disk
# that is full or fails, a network that is gone.
_OF_THE_SYSTEM = frozenset(
    {
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EBUSY, errno.EINTR),
        *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        *(errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENOTCONN, errno.ENOLCK),
    }
)
# Errors of a file system without hard links, or of a file that may have no more of them.
_NO_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})


class IrregularFile(OSError):
    """A link, a pipe or the like stands where a file should be."""

    def __init__(self, what: str = "it is no regular file") -> None:
        super().__init__(what)


def is_of_the_system(error: BaseException) -> bool:
    """Return whether an error says that a file cannot be used now, and nothing about its content."""
    return isinstance(error, OSError) and error.errno in _OF_THE_SYSTEM


def is_regular(path: Path) -> bool:
    """Return whether a path is a regular file itself, not a link to one. Raises OSError, as for nothing."""
    return stat.S_ISREG(path.lstat().st_mode)


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder itself, not a link to one. Raises OSError, as for nothing."""
    return stat.S_ISDIR(path.lstat().st_mode)


def is_there(path: Path) -> bool:
    """Return whether anything has this path. Raises OSError if that cannot be known, as `exists` may not."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def files_below(folder: Path) -> list[Path]:
    """Return the regular files in a folder and below, sorted.

    Raises OSError for a folder that cannot be read. `Path.rglob` and `os.walk` pass
    over one in silence: then files would be missing in the manifest, and be lost.
    """
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                found += files_below(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                found.append(Path(entry.path))
    return sorted(found)


def open_regular(path: Path, flags: int = os.O_RDONLY, mode: int = 0o666) -> int:
    """Open a regular file without waiting, and return its descriptor. Raises IrregularFile or OSError."""
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, mode)
    except OSError as error:
        if error.errno in _IRREGULAR:
            raise IrregularFile from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise IrregularFile
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def write_new(path: Path, text: str) -> None:
    """Write a new file; a file or link with its name is removed first, never written to."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it if the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copy2(source, target)


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, survive a power loss."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def of_sqlite(database: Path) -> tuple[Path, ...]:
    """Return the paths of a database and of the files that SQLite keeps beside it, present or not."""
    return tuple(database.with_name(database.name + end) for end in ("", "-wal", "-shm", "-journal"))


def damage_of(path: Path, entry: dict[str, Any], *, contents: Checksum | None) -> str | None:
    """Compare a file with its entry in the manifest.

    Args:
        path: The file.
        entry: Its size and checksums.
        contents: Which checksum to compare; None to compare only the size.

    Returns:
        What is wrong with the file, or None.

    Raises:
        OSError: The file is there and cannot be read now, which says nothing about it.
    """
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            return "is no regular file"
        if status.st_size != entry["size"]:
            return f"is damaged: it has {status.st_size:,} bytes and should have {entry['size']:,}"
        if contents in entry and checksum(path, contents) != entry[contents]:
            return "is damaged: its checksum does not match"
    except (FileNotFoundError, NotADirectoryError):
        return "is missing"
    except IrregularFile:
        return "is no regular file"
    return None


def checksum(path: Path, kind: Checksum) -> str:
    """Return a checksum of a file, as hexadecimal digits."""
    crc, digest = 0, hashlib.sha256()
    with os.fdopen(open_regular(path), "rb") as file:
        while chunk := file.read(1 << 20):
            if kind == "crc32":
                crc = zlib.crc32(chunk, crc)
            else:
                digest.update(chunk)
    return f"{crc:08x}" if kind == "crc32" else digest.hexdigest()
