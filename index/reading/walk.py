"""Walk the roots of an archive and yield its seeds: ids, paths and bytes of files that hold articles.

Skips version control, site generators' files, hidden and excluded files, and
counts them by kind. Reports files that ought to be seeds and cannot be opened.
Opens nothing but regular files inside the archive.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from fnmatch import translate
from hashlib import blake2s
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

from index.errors import SeedError, UsageError
from index.reading.encoding import looks_binary
from index.reading.formats.registry import many_suffixes
from index.reading.limits import DEFAULT_LIMITS, Limits
from index.reading.outlets import outlet_of
from index.reading.templates import kind_by_name

__all__ = ["COMPRESSED", "Seed", "Walk", "archive_roots", "open_file", "read_again", "read_file"]

_TEXT = frozenset({".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml", ".shtml"})
_BINARY = frozenset(
    re.findall(
        r"\S+",
        """
        .7z .a .aac .ai .apk .avi .avif .azw3 .bin .bmp .bz2 .class .dat .db .deb .dll .dmg .doc .docx
        .dylib .eot .epub .exe .flac .flv .gif .gz .heic .ico .idx .iso .jar .jpeg .jpg .m4a .m4v .mkv
        .mobi .mov .mp3 .mp4 .mpeg .mpg .o .odp .ods .odt .ogg .opus .otf .pack .parquet .pdf .pickle
        .pkl .png .ppt .pptx .psd .pyc .rar .rpm .so .sqlite .sqlite3 .svgz .swf .tar .tgz .tif .tiff
        .ttf .wasm .wav .webm .webp .wmv .woff .woff2 .xls .xlsx .xz .zip .zst
        """,
    )
)
COMPRESSED = (".gz", ".bz2", ".xz")
_ABOUT = {"README": "readme", "LICENSE": "licence", "LICENCE": "licence", "COPYING": "licence"}
_OPENERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ\0": lzma.open}
_SNIFFED = 4096
# Most attempts to read a file that changes while it is read.
_ATTEMPTS = 3
# Opening a pipe without a writer would block.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class Seed(NamedTuple):
    """A file that holds an article, or many.

    `id` is its path below `root`, the absolute path of its archive, with `/`;
    `size` is in bytes; `folder` is the folder on the way to it that names its
    outlet, None where none does; `many` is true where it is read item by item.
    """

    id: str
    root: str
    path: str
    size: int
    mtime_ns: int
    folder: str | None
    many: bool = False


class Walk:
    """The seeds below some roots; iterate to find them, in one order on every machine.

    `roots` maps each folder, or single file, to the name that goes before the
    ids of its seeds, or to nothing; `within` are the files and folders in them
    to which it keeps, or everything. `include` and `exclude` are globs, against
    a file's name or, where they hold a `/`, against its path below the root;
    `exclude` also keeps out of folders. `ignore` is given the names in a folder
    and returns those that belong to an index, which no walk goes into.

    While it goes, `passed_over` counts what is no seed, by kind: `"hidden"`,
    `"readme"`, `"licence"`, `"not text"`, `"excluded"`, `"index"` (what belongs
    to one), `"linked folder"` (its files are found where they are).
    `left_out` collects an error for each thing that may be a seed and cannot
    be opened. To iterate again starts again.

    Raises UsageError for a root that is missing. That no two seeds have one id
    is seen when they are added: to remember all ids here would take memory that
    grows with the archive.
    """

    def __init__(
        self,
        roots: Mapping[str, str],
        *,
        within: Sequence[str] = (),
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
        ignore: Callable[[set[str]], set[str]] = lambda names: set(),
    ) -> None:
        self.passed_over: Counter[str] = Counter()
        self.left_out: list[SeedError] = []
        self.roots = {str(_existing(root)): prefix for root, prefix in roots.items()}
        self._within = list(within) or list(self.roots)
        self._include = _globs(include)
        self._exclude = _globs(exclude)
        self._ignore = ignore

    def __iter__(self) -> Iterator[Seed]:
        self.passed_over.clear()
        self.left_out.clear()
        for path in self._within:
            yield from self._below(path)

    def count(self, wanted: Callable[[str], bool] | None = None) -> int:
        """Count the seeds, or those with a wanted id, without changing this walk."""
        other = copy(self)
        other.passed_over, other.left_out = Counter(), []
        return sum(wanted is None or wanted(seed.id) for seed in other)

    def covers(self, path: str) -> bool:
        """Return whether the walk includes this path, which may no longer exist."""
        return any(path == place or path.startswith(place.rstrip("/") + "/") for place in self._within)

    def _below(self, place: str) -> Iterator[Seed]:
        """Yield the seeds of one folder or file of a root."""
        root = place if place in self.roots else _holder(place, self.roots)
        assert root is not None
        prefix = self.roots[root]
        way = PurePosixPath(place).relative_to(root).parts
        is_folder = Path(place).is_dir()
        for number, name in enumerate(way, 1):
            kind = self._kind(name, "/".join(way[:number]), is_folder=is_folder or number < len(way))
            if kind is not None:
                self.passed_over[kind] += 1
                return
        if not is_folder:
            home = _Folder.of(str(Path(place).parent), root, prefix, "".join(f"{name}/" for name in way[:-1]))
            yield from self._seed(place, Path(place).name, home)
            return
        waiting = [_Folder.of(place, root, prefix, "".join(f"{name}/" for name in way))]
        while waiting:
            folder = waiting.pop()
            inner = []
            for entry in self._entries(folder):
                path = folder.below + entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if (kind := self._kind(entry.name, path, is_folder=is_folder)) is not None:
                    self.passed_over[kind] += 1
                elif is_folder:
                    inner.append(_Folder.of(entry.path, root, prefix, f"{path}/"))
                else:
                    yield from self._seed(entry.path, entry.name, folder)
            waiting.extend(reversed(inner))

    def _entries(self, folder: _Folder) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder.path) as scan:
                entries = sorted(scan, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            self._leave_out(folder.path, f"the folder {_reason(error)}")
            return []
        # An index may also be in a folder of seeds.
        own = self._ignore({entry.name for entry in entries})
        if own:
            self.passed_over["index"] += 1
        return [entry for entry in entries if entry.name not in own]

    def _kind(self, name: str, path: str, *, is_folder: bool) -> str | None:
        """Return the reason to pass over an entry because of its name, or None."""
        if name.startswith("."):
            return "hidden"
        if self._exclude is not None and self._exclude(path):
            return "excluded"
        if (kind := kind_by_name(name, is_folder=is_folder)) is not None:
            return kind
        if is_folder:
            return None
        stem = name.partition(".")[0].upper()
        for word, kind in _ABOUT.items():
            if name.startswith(word) or stem == word:
                return kind
        if _suffix(name) in _BINARY and not _is_many(name):
            return "not text"
        return "excluded" if self._include is not None and not self._include(path) else None

    def _seed(self, path: str, name: str, folder: _Folder) -> Iterator[Seed]:
        """Return a file's seed; None for a file that is passed over or left out, after noting it."""
        try:
            status = _status(path, folder.root)
            if stat.S_ISDIR(status.st_mode):
                self.passed_over["linked folder"] += 1
                return
            many = _is_many(name)
            if not many and _suffix(name) not in _TEXT and looks_binary(_read(path, _SNIFFED)):
                self.passed_over["not text"] += 1
                return
        except (OSError, RuntimeError) as error:  # before Python 3.13 a circle of links is a RuntimeError
            self._leave_out(path, _reason(error))
            return
        yield Seed(
            id=_printable((f"{folder.prefix}/" if folder.prefix else "") + folder.below + name),
            root=folder.root,
            path=path,
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            folder=folder.outlet,
            many=many,
        )

    def _leave_out(self, path: str, reason: str) -> None:
        self.left_out.append(SeedError(_printable(path), reason))


def archive_roots(
    paths: Iterable[Path | str], *, known: Mapping[str, str] | None = None
) -> tuple[dict[str, str], list[str]]:
    """Return the roots of an archive given by paths, and the paths made absolute.

    Each root with what goes before the ids of its seeds: nothing for a single
    one, its name where there are several. `known` are roots that an index has
    already: they keep what they have, and a path in one of them adds no root.

    Raises UsageError for a path that is missing or lies in another, and for one
    that holds a known root, whose seeds would get other ids.
    """
    known = known or {}
    found = list(dict.fromkeys(str(_existing(path)) for path in paths))
    for path in found:
        if (other := _holder(path, found)) is not None:
            raise UsageError(f"{path} lies in {other}; name one of them, or its seeds are found twice")
        if inner := next((root for root in known if _holder(root, [path])), None):
            raise UsageError(
                f"{path} holds {inner}, of which the index was made, and in which seeds have other ids;"
                f" update {inner}, or rebuild with {path}"
            )
    roots = dict.fromkeys(_holder(path, known) or path for path in found)
    several = len({*roots, *known}) > 1
    return {root: known.get(root, _name(Path(root)) if several else "") for root in roots}, found


def _name(root: Path) -> str:
    """Return the name of a folder, or of a file's folder."""
    return root.name if root.is_dir() else root.parent.name


def _holder(path: str, roots: Collection[str]) -> str | None:
    """Which of some roots a path lies in."""
    return next((parent for parent in map(str, Path(path).parents) if parent in roots), None)


def read_file(seed: Seed, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return a seed's bytes. Raises SeedError if it is too large, no regular file, or cannot be read."""
    path = _printable(seed.path)
    try:
        data = _read_whole(seed.path, limits.bytes)
    except OSError as error:
        raise SeedError(path, _reason(error)) from error
    if len(data) > limits.bytes:
        raise SeedError(path, f"larger than {limits.bytes:,} bytes, which is the limit")
    return data


def read_again(path: str, roots: Iterable[str], *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the present bytes of a file that was found below one of the roots.

    Raises SeedError where it is gone, or has become what would be no seed.
    """
    root = _holder(path, tuple(roots)) or path
    try:
        target = Path(path).resolve(strict=True)
        # Folders on the way may have become links as well.
        if not target.is_relative_to(Path(root).resolve()):
            raise OSError("a link to something outside the archive")
        status = target.stat()
    except FileNotFoundError as error:
        raise SeedError(_printable(path), "is no longer there") from error
    except (OSError, RuntimeError) as error:  # before Python 3.13 a circle of links is a RuntimeError
        raise SeedError(_printable(path), _reason(error)) from error
    return read_file(Seed("", root, str(target), status.st_size, status.st_mtime_ns, None), limits=limits)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder on the way; `below` is its path below the root, with a `/` at its end.

    `outlet` is the folder, this one or one around it, that names the outlet of its files.
    """

    path: str
    root: str
    prefix: str
    below: str
    outlet: str | None

    @classmethod
    def of(cls, path: str, root: str, prefix: str, below: str = "") -> _Folder:
        """Return the folder with its outlet, which is found once and not for each file."""
        return cls(path, root, prefix, below, _printable(outlet_of(PurePosixPath(below).parts)) or None)


def _suffix(name: str) -> str:
    """Return the suffix of a name, in small letters; `Path.suffix` takes ten times as long."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def _is_many(name: str) -> bool:
    """Return whether a file of this name, compressed or not, may hold many articles."""
    lower = name.lower()
    if lower.endswith(COMPRESSED):
        lower = lower.rpartition(".")[0]
    return lower.endswith(many_suffixes())


def open_file(seed: Seed) -> BinaryIO:
    """Return a stream of the bytes of a file that may be of any size; compressed files are decompressed.

    Raises SeedError where it is no regular file or cannot be opened.
    """
    try:
        stream = _open(seed.path)
    except OSError as error:
        raise SeedError(_printable(seed.path), _reason(error)) from error
    mark = stream.read(6)
    stream.seek(0)
    for begin, opener in _OPENERS.items():
        if mark.startswith(begin):
            opened: BinaryIO = opener(stream, "rb")
            return opened
    return stream


def _status(path: str, root: str) -> os.stat_result:
    """Return the status of a regular file, or of a folder that a link leads to; else raise OSError."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        target = Path(path).resolve(strict=True)
        if not target.is_relative_to(root):
            raise OSError("a link to something outside the archive")
        status = target.stat()
        if stat.S_ISDIR(status.st_mode):
            return status
    if not stat.S_ISREG(status.st_mode):
        raise OSError("not a regular file")
    return status


def _read(path: str | Path, size: int) -> bytes:
    with _open(path) as file:
        return file.read(size)


def _read_whole(path: str, size: int) -> bytes:
    """Return a whole file, read while nobody wrote to it; more than `size` bytes if it is larger."""
    for _ in range(_ATTEMPTS):
        with _open(path) as file:
            before = os.fstat(file.fileno())
            data = file.read(min(size, before.st_size) + 1)
            after = os.fstat(file.fileno())
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if len(data) > size or (same and len(data) == before.st_size):
            return data
    raise OSError("is being written to; update when that is done")


def _open(path: str | Path) -> BinaryIO:
    file = os.fdopen(os.open(path, _FLAGS), "rb")
    # It may have become something else since it was found.
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("not a regular file")
    return file


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError) or getattr(error, "errno", None) == errno.ELOOP:
        return "is a link that leads back to itself"
    strerror = getattr(error, "strerror", None)
    return f"cannot be read: {strerror}" if strerror else str(error)


def _existing(root: Path | str) -> Path:
    try:
        return Path(root).resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:  # a name with a NUL is a ValueError
        raise UsageError(f"there is no folder or file {_printable(str(root))}") from error


def _globs(patterns: Sequence[str]) -> Callable[[str], bool] | None:
    """Return a test whether a path below the root, or its last name, matches one of the patterns."""
    if not patterns:
        return None
    whole: list[str] = []
    last: list[str] = []
    for pattern in patterns:
        (whole if "/" in pattern.rstrip("/") else last).append(translate(pattern.strip("/")))
    paths, names = (re.compile("|".join(some) or "(?!)") for some in (whole, last))
    return lambda path: bool(paths.match(path) or names.match(path.rpartition("/")[2]))


def _printable(name: str) -> str:
    """Return a name, or if it cannot be printed, a unique one that can.

    Bytes that are no UTF-8, and control characters, are written as `%` and two
    digits, and a digest of the true bytes is added, so that no other file has
    that name.
    """
    if _UNPRINTABLE.search(name) is None:
        return name
    shown = _UNPRINTABLE.sub(lambda found: "".join(f"%{byte:02X}" for byte in os.fsencode(found[0])), name)
    return f"{shown}~{blake2s(os.fsencode(name), digest_size=4).hexdigest()}"
