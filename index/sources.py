"""Archives to seeds: which files below the roots are articles, and their bytes.

Knows what a working copy holds besides articles, and what a file system holds
besides files. What is no seed is counted by kind; what ought to be one and
cannot be opened is reported. Nothing but a regular file is ever read.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from fnmatch import translate
from hashlib import blake2s
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.encoding import looks_binary
from index.errors import ArticleError, SeedError, UsageError
from index.limits import DEFAULT_LIMITS, Limits

__all__ = ["Seed", "Walk", "prefixes", "read_file"]

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
_ABOUT = {"README": "readme", "LICENSE": "licence", "LICENCE": "licence", "COPYING": "licence"}
_SNIFFED = 4096
# A file that changes while it is read is read again, so many times in all.
_ATTEMPTS = 3
# A pipe without a writer would hold up whoever opens it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Seed:
    """A file that holds one article.

    `id` is its path below `root`, the absolute path of its archive, with `/`;
    `size` is in bytes; `folder` names the folder that holds it, None where
    that is the root itself.
    """

    id: str
    root: str
    path: Path
    size: int
    mtime_ns: int
    folder: str | None


class Walk:
    """The seeds below some roots; iterate to find them, in one order on every machine.

    `roots` maps each folder, or single file, to the name that goes before the
    ids of its seeds, or to nothing. `include` and `exclude` are globs, against
    a file's name or, where they hold a `/`, against its path below the root;
    `exclude` also keeps out of folders.

    While it goes, `passed_over` counts what is no seed, by kind: `"hidden"`,
    `"readme"`, `"licence"`, `"not text"`, `"excluded"`, `"index"` (a folder
    that holds one), `"linked folder"` (its files are found where they are).
    `left_out` collects an error for each thing that may be a seed and cannot
    be opened. To iterate again starts again.

    Raises UsageError for a root that is missing or lies in another, and, while
    it goes, ArticleError where two seeds would have one id.
    """

    def __init__(
        self, roots: Mapping[str, str], *, include: Sequence[str] = (), exclude: Sequence[str] = ()
    ) -> None:
        self.passed_over: Counter[str] = Counter()
        self.left_out: list[SeedError] = []
        self.roots = {str(_existing(root)): prefix for root, prefix in roots.items()}
        self._include = _globs(include)
        self._exclude = _globs(exclude)
        for root in self.roots:
            for other in map(str, Path(root).parents):
                if other in self.roots:
                    raise UsageError(
                        f"{root} lies in {other}; name one of them, or its seeds are found twice"
                    )

    def __iter__(self) -> Iterator[Seed]:
        self.passed_over.clear()
        self.left_out.clear()
        seen: dict[str, Path] = {}
        for root, prefix in self.roots.items():
            for seed in self._below(root, prefix):
                other = seen.setdefault(seed.id, seed.path)
                if other != seed.path:
                    raise ArticleError(
                        f"two seeds would have the id {seed.id!r}: {other} and {seed.path};"
                        " rename one, or index their folders apart"
                    )
                yield seed

    def count(self, wanted: Callable[[str], bool] | None = None) -> int:
        """How many seeds there are, or how many have an id that is wanted; leaves this walk as it is."""
        other = copy(self)
        other.passed_over, other.left_out = Counter(), []
        return sum(wanted is None or wanted(seed.id) for seed in other)

    def _below(self, root: str, prefix: str) -> Iterator[Seed]:
        if not Path(root).is_dir():
            file = Path(root)
            home = _Folder(str(file.parent), str(file.parent), prefix and file.parent.name)
            yield from self._seed(root, file.name, home)
            return
        waiting = [_Folder(root, root, prefix)]
        while waiting:
            folder = waiting.pop()
            inner = []
            for entry in self._entries(folder):
                path = folder.below + entry.name
                if (kind := self._kind(entry, path)) is not None:
                    self.passed_over[kind] += 1
                elif entry.is_dir(follow_symlinks=False):
                    inner.append(_Folder(entry.path, root, prefix, f"{path}/"))
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
        names = {entry.name for entry in entries}
        if "manifest.json" in names and not names.isdisjoint({"generations", "articles.sqlite"}):
            self.passed_over["index"] += 1
            return []
        return entries

    def _kind(self, entry: os.DirEntry[str], path: str) -> str | None:
        """What an entry is that is passed over for its name."""
        name = entry.name
        if name.startswith("."):
            return "hidden"
        if self._exclude is not None and self._exclude(path):
            return "excluded"
        if entry.is_dir(follow_symlinks=False):
            return None
        stem = name.partition(".")[0].upper()
        for word, kind in _ABOUT.items():
            if name.startswith(word) or stem == word:
                return kind
        if Path(name).suffix.lower() in _BINARY:
            return "not text"
        return "excluded" if self._include is not None and not self._include(path) else None

    def _seed(self, path: str, name: str, folder: _Folder) -> Iterator[Seed]:
        """The seed that a file is; or it is counted, or reported."""
        try:
            status = _status(path, folder.root)
            if stat.S_ISDIR(status.st_mode):
                self.passed_over["linked folder"] += 1
                return
            if Path(name).suffix.lower() not in _TEXT and looks_binary(_read(path, _SNIFFED)):
                self.passed_over["not text"] += 1
                return
        except (OSError, RuntimeError) as error:  # before Python 3.13 a circle of links is a RuntimeError
            self._leave_out(path, _reason(error))
            return
        yield Seed(
            id=_printable((f"{folder.prefix}/" if folder.prefix else "") + folder.below + name),
            root=folder.root,
            path=Path(path),
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            folder=_printable(PurePosixPath(folder.below).name) or None,
        )

    def _leave_out(self, path: str, reason: str) -> None:
        self.left_out.append(SeedError(_printable(path), reason))


def prefixes(roots: Iterable[Path | str], *, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """What goes before the ids of each root's seeds, by the root's absolute path.

    Nothing for a single root, the root's name where there are several; `known`
    are those that an index has already, which keep theirs. Raises UsageError
    for a root that is missing.
    """
    known = known or {}
    found = list(dict.fromkeys(str(_existing(root)) for root in roots))
    several = len({*found, *known}) > 1
    return {root: known.get(root, Path(root).name if several else "") for root in found}


def read_file(seed: Seed, *, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """A seed's bytes. Raises SeedError where it is too large, no regular file, or cannot be read."""
    path = _printable(str(seed.path))
    try:
        data = _read_whole(seed.path, limits.bytes)
    except OSError as error:
        raise SeedError(path, _reason(error)) from error
    if len(data) > limits.bytes:
        raise SeedError(path, f"larger than {limits.bytes:,} bytes, which is the limit")
    return data


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder on the way; `below` is its path below the root, with a `/` at its end."""

    path: str
    root: str
    prefix: str
    below: str = ""


def _status(path: str, root: str) -> os.stat_result:
    """What a path is: a regular file, or a folder that it links to. Raises OSError for all else."""
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


def _read_whole(path: Path, size: int) -> bytes:
    """A file of up to `size` bytes, of a moment at which nobody wrote to it; more bytes of a larger one."""
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
    """Whether a path below the root, or its last name, matches one of the patterns."""
    if not patterns:
        return None
    whole: list[str] = []
    last: list[str] = []
    for pattern in patterns:
        (whole if "/" in pattern.rstrip("/") else last).append(translate(pattern.strip("/")))
    paths, names = (re.compile("|".join(some) or "(?!)") for some in (whole, last))
    return lambda path: bool(paths.match(path) or names.match(path.rpartition("/")[2]))


def _printable(name: str) -> str:
    """A name as it is, or one that can be printed and is its alone.

    Bytes that are no UTF-8, and control characters, are written as `%` and two
    digits, and a digest of the true bytes is added, so that no other file has
    that name.
    """
    if _UNPRINTABLE.search(name) is None:
        return name
    shown = _UNPRINTABLE.sub(lambda found: "".join(f"%{byte:02X}" for byte in os.fsencode(found[0])), name)
    return f"{shown}~{blake2s(os.fsencode(name), digest_size=4).hexdigest()}"
