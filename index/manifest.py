"""The index directory: manifest, generations, locks.

    manifest.json         which generation is in force, what made it, checksums
    articles.sqlite       the articles of every generation (see store.py)
    write.lock            held by the one process that writes
    generations/0002/     the engine's files, the user dictionary, a lock that readers share

A generation is complete and never changes. The only switch from one to the
next is the renaming of the manifest, so whoever searches sees the old state
whole or the new state whole, and a crash leaves the last complete one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

from index.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, UsageError
from index.limits import DEFAULT_LIMITS, Limits

__all__ = [
    "FORMAT",
    "NOT_OF_THE_GENERATION",
    "Checksum",
    "IndexDirectory",
    "Lease",
    "Manifest",
    "Recipe",
    "checksum",
    "damage_of",
]

FORMAT = 3
"""Version of the layout of an index directory."""

_MANIFEST = "manifest.json"
_USER_DICT = "user_dict.txt"
_READ_LOCK = "lock"

# Opening reads this many bytes through to compare their CRC-32, small files
# first: about 0.1 s. Beyond it only sizes are compared; `search check` reads all.
_READ_AT_OPENING = 256 << 20
# A file in the generation's folder that says which files were found sound, and for how long
# it is believed, in seconds: a search from the command line should not read a big index through.
_SOUND = "sound"
_REMEMBERED = 86_400
NOT_OF_THE_GENERATION = frozenset({_READ_LOCK, _SOUND})
"""Files in a generation's folder that the manifest does not speak of."""

# More than anybody makes; the name of a folder with a thousand digits is none.
_MOST_GENERATIONS = 10**9


@dataclass(frozen=True, slots=True)
class Recipe:
    """From what, and how, an index is made: what an update or a repair goes by.

    `roots` maps each folder of the archive to what goes before the ids of its
    seeds; `include` and `exclude` are globs on paths below a folder.
    """

    roots: dict[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limits: Limits = DEFAULT_LIMITS

    @staticmethod
    def of(values: dict[str, Any]) -> Recipe:
        """The reverse of `asdict`. Raises KeyError, TypeError, or UsageError for limits that are none."""
        include, exclude = tuple(values["include"]), tuple(values["exclude"])
        limits = Limits(**values["limits"])
        return Recipe(**{**values, "include": include, "exclude": exclude, "limits": limits})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in force."""

    format: int
    engine: str
    engine_version: str
    fingerprint: str
    generation: int
    articles: int
    built: str
    recipe: Recipe = field(default_factory=Recipe)
    user_dict: bool = False
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    @staticmethod
    def of(values: dict[str, Any]) -> Manifest:
        """The reverse of `asdict`. Raises what `Recipe.of` raises."""
        return Manifest(**{**values, "recipe": Recipe.of(values["recipe"])})


_KINDS = {
    "engine": str,
    "engine_version": str,
    "fingerprint": str,
    "generation": int,
    "articles": int,
    "built": str,
    "user_dict": bool,
    "files": dict,
}

Checksum = Literal["sha256", "crc32"]
_CHECKSUMS: tuple[Checksum, ...] = ("sha256", "crc32")


@dataclass(slots=True)
class Lease:
    """A shared lock on a generation: while it is held, no writer removes the files."""

    manifest: Manifest
    directory: Path
    _descriptor: int

    def user_dict(self) -> str | None:
        """The user dictionary that travels with the generation, as it was written. Raises IndexDamaged."""
        if not self.manifest.user_dict:
            return None
        path = self.directory / _USER_DICT
        if (what := damage_of(path, self.manifest.files[_USER_DICT], contents="sha256")) is not None:
            raise IndexDamaged(
                f"{path} {what};"
                f" mend it with: search rebuild ARCHIVE --index {path.parents[2]} --user-dict FILE",
                file=path,
            )
        return path.read_text("utf-8")

    def release(self) -> None:
        """Let go; the lease must not be used afterwards."""
        os.close(self._descriptor)


class IndexDirectory:
    """The paths and locks of one index; holds nothing open by itself."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.manifest_path = self.path / _MANIFEST
        self.store_path = self.path / "articles.sqlite"

    def generation(self, number: int) -> Path:
        """Where the files of a generation are."""
        return self.path / "generations" / f"{number:04}"

    def engine(self, number: int) -> Path:
        """Where the engine's own files of a generation are."""
        return self.generation(number) / "engine"

    # Reading

    def manifest(self) -> Manifest:
        """Read what is in force. Raises IndexMissing, IndexDamaged or IndexMismatch."""
        try:
            if not stat.S_ISREG(self.manifest_path.stat().st_mode):
                raise OSError("it is no regular file")
            text = self.manifest_path.read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(
                f"there is no index in {self.path}; make one with: search rebuild ARCHIVE --index {self.path}"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(
                f"{self.manifest_path} cannot be read ({error}); {self._rebuild_advice()}",
                file=self.manifest_path,
            ) from error
        return self._parse(text)

    def _parse(self, text: str) -> Manifest:
        try:
            values = json.loads(text)
            checksum = values.pop("checksum")
            if values["format"] != FORMAT:
                # Every format has named its engine so; nothing else is taken from another one.
                engine = f" --engine {values['engine']}" if str(values.get("engine", "")).isalpha() else ""
                raise IndexMismatch(
                    f"{self.path} has index format {values['format']}, and this version reads {FORMAT}",
                    remedy=self._rebuild_advice() + engine,
                )
            if checksum != _checksum_of(values):
                raise ValueError("its checksum does not match")
            return _checked(Manifest.of(values))
        except (UsageError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(
                f"{self.manifest_path} is damaged ({error}); {self._rebuild_advice()}",
                file=self.manifest_path,
            ) from error

    def _rebuild_advice(self) -> str:
        return f"mend it with: search rebuild ARCHIVE --index {self.path}"

    def lease(self) -> Lease:
        """Lock the generation in force for reading. Raises as `manifest` does."""
        while True:
            manifest = self.manifest()
            directory = self.generation(manifest.generation)
            try:
                descriptor = os.open(directory / _READ_LOCK, os.O_RDONLY | os.O_NONBLOCK)
            except (FileNotFoundError, NotADirectoryError):
                # Either a writer has just switched and swept, or the files are gone.
                if self.manifest().generation != manifest.generation:
                    continue
                raise IndexDamaged(
                    f"{directory} is missing or incomplete; {self._rebuild_advice()}", file=directory
                ) from None
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if self.manifest().generation == manifest.generation:
                return Lease(manifest, directory, descriptor)
            os.close(descriptor)

    def verify(self, manifest: Manifest, *, whole: bool = False) -> None:
        """Compare the files of a generation with what the manifest says of them.

        Compares all sizes and, up to 256 MiB, small files first, the contents;
        with `whole`, everything. What was found sound within a day, and has not
        been changed since by the file system's own account, is not read again.
        Raises IndexDamaged, with the file.
        """
        state = self._state(manifest)
        if not whole and self._is_remembered(manifest, state):
            return
        left = _READ_AT_OPENING
        for name, entry in sorted(manifest.files.items(), key=lambda item: item[1]["size"]):
            path = self.generation(manifest.generation) / name
            left -= entry["size"]
            what = damage_of(path, entry, contents="sha256" if whole else "crc32" if left >= 0 else None)
            if what is not None:
                raise IndexDamaged(f"{path} {what}; {self._rebuild_advice()}", file=path)
        # Who may only read looks again each time.
        with suppress(OSError):
            self._sound(manifest).write_text(state, "ascii")

    def _sound(self, manifest: Manifest) -> Path:
        return self.generation(manifest.generation) / _SOUND

    def _state(self, manifest: Manifest) -> str:
        """Names the files as they are and should be: the time of change is one that no program can set."""
        folder = self.generation(manifest.generation)
        found = []
        for name in sorted(manifest.files):
            with suppress(OSError):
                status = (folder / name).stat()
                found.append((name, status.st_ino, status.st_size, status.st_ctime_ns))
        return hashlib.sha256(repr((found, manifest.files)).encode()).hexdigest()

    def _is_remembered(self, manifest: Manifest, state: str) -> bool:
        path = self._sound(manifest)
        try:
            return 0 <= time.time() - path.stat().st_mtime < _REMEMBERED and path.read_text("ascii") == state
        except (OSError, UnicodeDecodeError):
            return False

    def stamp(self) -> tuple[int, int]:
        """Changes whenever another generation comes into force; costs one system call."""
        try:
            status = self.manifest_path.stat()
        except OSError:
            return (0, 0)
        return (status.st_ino, status.st_mtime_ns)

    # Writing

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """Be the one writer. Raises IndexLocked at once if another process is.

        The lock dies with its process; what the file says is for people only.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path / "write.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "unknown"
                raise IndexLocked(
                    f"{self.path} is being written by {holder}; wait until it is done", holder=holder
                ) from None
            since = datetime.now(timezone.utc).isoformat(timespec="seconds")
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"process {os.getpid()} on {os.uname().nodename} since {since}".encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def prepare_generation(self, number: int, *, user_dict: str | None, base: int | None) -> Path:
        """Make the folder of a new generation and return where its engine writes.

        With `base`, the engine's files of that generation are there already,
        as hard links: an engine replaces files and never writes into one.
        """
        directory, engine = self.generation(number), self.engine(number)
        engine.mkdir(parents=True)
        (directory / _READ_LOCK).touch()
        if user_dict is not None:
            (directory / _USER_DICT).write_text(user_dict, "utf-8")
        if base is not None:
            shutil.copytree(self.engine(base), engine, copy_function=_link, dirs_exist_ok=True)
        return engine

    def switch(self, manifest: Manifest) -> None:
        """Bring a complete generation into force: sync its files, then rename the manifest."""
        values = asdict(manifest)
        text = json.dumps({**values, "checksum": _checksum_of(values)}, ensure_ascii=False, indent=1)
        for directory, _, names in os.walk(self.generation(manifest.generation), topdown=False):
            for name in names:
                _sync(Path(directory, name))
            _sync(Path(directory))
        _sync(self.path / "generations")
        fresh = self.path / (_MANIFEST + ".new")
        fresh.write_text(text + "\n", "utf-8")
        _sync(fresh)
        fresh.replace(self.manifest_path)
        _sync(self.path)

    def checksums(self, number: int) -> dict[str, dict[str, Any]]:
        """Size, SHA-256 and CRC-32 of every file of a generation that its writer made, by path below it."""
        directory = self.generation(number)
        return {
            path.relative_to(directory).as_posix(): {
                "size": path.stat().st_size,
                **{kind: checksum(path, kind) for kind in _CHECKSUMS},
            }
            for path in sorted(directory.rglob("*"))
            if path.is_file() and path.name not in NOT_OF_THE_GENERATION
        }

    def numbers(self) -> list[int]:
        """The generations that have a folder, complete or not."""
        folder = self.path / "generations"
        if not folder.is_dir():
            return []
        return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())

    def discard(self) -> None:
        """Remove the manifest and the article store, which is damaged."""
        self.manifest_path.unlink(missing_ok=True)
        _sync(self.path)
        self.remove_store()

    def remove_store(self) -> None:
        """Remove the article store, which no generation needs any more."""
        for path in self.path.glob(self.store_path.name + "*"):
            path.unlink()

    def sweep(self, current: int | None) -> list[int]:
        """Remove every generation but `current` that no reader holds; return those that remain."""
        held = []
        for number in self.numbers():
            if number != current and not self._remove(number):
                held.append(number)
        return held

    def _remove(self, number: int) -> bool:
        directory = self.generation(number)
        with suppress(FileNotFoundError):
            descriptor = os.open(directory / _READ_LOCK, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(descriptor)
        # The lock goes first: who comes now finds none and reads the manifest again.
        (directory / _READ_LOCK).unlink(missing_ok=True)
        shutil.rmtree(directory)
        return True


def damage_of(path: Path, entry: dict[str, Any], *, contents: Checksum | None) -> str | None:
    """What is wrong with a file, going by its entry in the manifest; None where nothing is."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "is no regular file"
        if status.st_size != entry["size"]:
            return f"is damaged: it has {status.st_size:,} bytes and should have {entry['size']:,}"
        if contents in entry and checksum(path, contents) != entry[contents]:
            return "is damaged: its checksum does not match"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None


def checksum(path: Path, kind: Checksum) -> str:
    """A checksum of a file, as hexadecimal digits."""
    crc, digest = 0, hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if kind == "crc32":
                crc = zlib.crc32(chunk, crc)
            else:
                digest.update(chunk)
    return f"{crc:08x}" if kind == "crc32" else digest.hexdigest()


def _checked(manifest: Manifest) -> Manifest:
    """The manifest, if every value is of the kind that it must be; else ValueError."""
    for name, kind in _KINDS.items():
        if type(getattr(manifest, name)) is not kind:
            raise ValueError(f"{name} is no {kind.__name__}")
    recipe = manifest.recipe
    texts = [*recipe.roots.items(), (*recipe.include, *recipe.exclude)]
    if manifest.user_dict and _USER_DICT not in manifest.files:
        raise ValueError("it does not name the user dictionary")
    if not all(isinstance(text, str) for some in texts for text in some):
        raise ValueError("a value is of the wrong kind")
    if not 1 <= manifest.generation <= _MOST_GENERATIONS:
        raise ValueError("there can be no such generation")
    datetime.fromisoformat(manifest.built)
    for name, entry in manifest.files.items():
        if name.startswith("/") or ".." in name.split("/"):
            raise ValueError(f"{name!r} lies outside the index")
        if not (name.isascii() and name.isprintable()):
            raise ValueError(f"{name!r} is no name of a file")
        if type(entry["size"]) is not int or not isinstance(entry["sha256"], str):
            raise ValueError(f"what it says of {name!r} is incomplete")
    return manifest


def _checksum_of(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Some file systems have no hard links; a copy serves as well.
        shutil.copy2(source, target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
