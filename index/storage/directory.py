"""The index directory: its paths, its generations and its locks.

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
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import Action, IndexDamaged, IndexMismatch, IndexMissing, Remedy, UsageError
from index.storage.files import (
    CHECKSUMS,
    IrregularFile,
    checksum,
    damage_of,
    is_folder,
    is_regular,
    link,
    of_sqlite,
    open_regular,
    write_new,
)
from index.storage.manifest import ENGINE_FOLDER, FORMAT, USER_DICT, Manifest, checked, manifest_checksum

__all__ = [
    "NOT_OF_THE_GENERATION",
    "DirectoryLease",
    "IndexDirectory",
    "entries_of_an_index",
]

_MANIFEST = "manifest.json"
_STORE = "articles.sqlite"
_GENERATIONS = "generations"
_WRITE_LOCK = "write.lock"
_READ_LOCK = "lock"

# Opening reads this many bytes through to compare their CRC-32, small files
# first: about 0.1 s. Beyond it only sizes are compared; `search check` reads all.
_READ_AT_OPENING = 256 << 20
# A file in the generation's folder that says which files were found sound, and for how long
# it is believed, in seconds: a search from the command line should not read a big index through.
_SOUND = "sound"
_NEW = ".new"
_REMEMBERED = 86_400
NOT_OF_THE_GENERATION = frozenset({_READ_LOCK, _SOUND, _SOUND + _NEW})
"""Files in a generation's folder that the manifest does not speak of."""
_OF_A_GENERATION = NOT_OF_THE_GENERATION | {ENGINE_FOLDER, USER_DICT}


@dataclass(slots=True)
class DirectoryLease:
    """A shared lock on a generation: while it is held, no writer removes the files."""

    manifest: Manifest
    directory: Path
    _descriptor: int

    def user_dict(self) -> str | None:
        """The user dictionary that travels with the generation, as it was written. Raises IndexDamaged."""
        if not self.manifest.user_dict:
            return None
        path = self.directory / USER_DICT
        if (what := damage_of(path, self.manifest.files[USER_DICT], contents="sha256")) is not None:
            raise IndexDamaged(
                f"{path} {what}",
                file=path,
                remedy=Remedy(Action.REBUILD, index=str(path.parents[2]), user_dict=""),
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
        self.store_path = self.path / _STORE
        self._generations = self.path / _GENERATIONS
        self._write_lock = self.path / _WRITE_LOCK

    def generation(self, number: int) -> Path:
        """Where the files of a generation are."""
        return self._generations / f"{number:04}"

    def engine(self, number: int) -> Path:
        """Where the engine's own files of a generation are."""
        return self.generation(number) / ENGINE_FOLDER

    # Reading

    def manifest(self) -> Manifest:
        """Read what is in force. Raises IndexMissing, IndexDamaged or IndexMismatch."""
        try:
            with os.fdopen(open_regular(self.manifest_path), encoding="utf-8") as file:
                text = file.read()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(
                f"there is no index in {self.path}", remedy=Remedy(Action.BUILD, index=str(self.path))
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(
                f"{self.manifest_path} cannot be read ({error})",
                file=self.manifest_path,
                remedy=self._rebuild(),
            ) from error
        return self._parse(text)

    def _parse(self, text: str) -> Manifest:
        try:
            values = json.loads(text)
            checksum = values.pop("checksum")
            if values["format"] != FORMAT:
                # Every format has named its engine so; nothing else is taken from another one.
                engine = str(values.get("engine", ""))
                raise IndexMismatch(
                    f"{self.path} has index format {values['format']}, and this version reads {FORMAT}",
                    remedy=self._rebuild(engine=engine if engine.isalpha() else None),
                )
            if checksum != manifest_checksum(values):
                raise ValueError("its checksum does not match")
            return checked(Manifest.of(values))
        except (UsageError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise IndexDamaged(
                f"{self.manifest_path} is damaged ({error})",
                file=self.manifest_path,
                remedy=self._rebuild(),
            ) from error

    def _rebuild(self, *, engine: str | None = None) -> Remedy:
        return Remedy(Action.REBUILD, index=str(self.path), engine=engine)

    def lease(self) -> DirectoryLease:
        """Lock the generation in force for reading. Raises as `manifest` does."""
        while True:
            manifest = self.manifest()
            directory = self.generation(manifest.generation)
            try:
                for folder in (self._generations, directory, self.engine(manifest.generation)):
                    self._check_folder(folder)
                descriptor = open_regular(directory / _READ_LOCK)
            except (FileNotFoundError, NotADirectoryError):
                # Either a writer has just switched and swept, or the files are gone.
                if self.manifest().generation != manifest.generation:
                    continue
                raise IndexDamaged(
                    f"{directory} is missing or incomplete", file=directory, remedy=self._rebuild()
                ) from None
            except IrregularFile as error:
                path = directory / _READ_LOCK
                raise IndexDamaged(
                    f"{path} is damaged: {error}", file=path, remedy=self._rebuild()
                ) from error
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if self.manifest().generation == manifest.generation:
                return DirectoryLease(manifest, directory, descriptor)
            os.close(descriptor)

    def _check_folder(self, path: Path) -> None:
        """Raise IndexDamaged for a link, which may lead to what is not of this index."""
        if not is_folder(path):
            raise IndexDamaged(
                f"{path} is no folder of its own and is left alone: remove it first",
                file=path,
                remedy=self._rebuild(),
            )

    def verify(self, manifest: Manifest, *, whole: bool = False) -> None:
        """Compare the files of a generation with what the manifest says of them.

        Compares all sizes and, up to 256 MiB, small files first, the contents;
        with `whole`, everything. What was found sound within a day, and has not
        been changed since by the file system's own account, is not read again.
        Raises IndexDamaged, with the file.
        """
        self._check_entries(manifest)
        state = self._state(manifest)
        if not whole and self._is_remembered(manifest, state):
            return
        left = _READ_AT_OPENING
        for name, entry in sorted(manifest.files.items(), key=lambda item: item[1]["size"]):
            path = self.generation(manifest.generation) / name
            left -= entry["size"]
            what = damage_of(path, entry, contents="sha256" if whole else "crc32" if left >= 0 else None)
            if what is not None:
                raise IndexDamaged(f"{path} {what}", file=path, remedy=self._rebuild())
        # Who may only read looks again each time. Of two who write at once one may take the other's
        # file away, or rename it too early: then that is no state, and is looked at again.
        path = self._sound(manifest)
        fresh = path.with_name(path.name + _NEW)
        with suppress(OSError):
            write_new(fresh, state)
            fresh.replace(path)

    def _check_entries(self, manifest: Manifest) -> None:
        """Raise IndexDamaged where an engine could come upon a link or a pipe."""
        with os.scandir(self.engine(manifest.generation)) as entries:
            for entry in entries:
                if not entry.is_file(follow_symlinks=False):
                    raise IndexDamaged(
                        f"{entry.path} is no regular file", file=entry.path, remedy=self._rebuild()
                    )

    def _sound(self, manifest: Manifest) -> Path:
        return self.generation(manifest.generation) / _SOUND

    def _state(self, manifest: Manifest) -> str:
        """Names the files as they are and should be: the time of change is one that no program can set."""
        folder = self.generation(manifest.generation)
        found = []
        for name in sorted(manifest.files):
            with suppress(OSError):
                status = (folder / name).lstat()
                found.append((name, status.st_ino, status.st_size, status.st_ctime_ns))
        return hashlib.sha256(repr((found, manifest.files)).encode()).hexdigest()

    def _is_remembered(self, manifest: Manifest, state: str) -> bool:
        try:
            with os.fdopen(open_regular(self._sound(manifest)), "rb") as file:
                age = time.time() - os.fstat(file.fileno()).st_mtime
                return 0 <= age < _REMEMBERED and file.read(len(state) + 1) == state.encode()
        except OSError:
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
        Raises UsageError for a folder that holds a file by the name of the article
        store and nothing else of an index, and IndexDamaged for what is no file or
        folder of its own: whoever writes here removes and replaces things.
        """
        from index.storage.lock import only_writer

        self._refuse_foreign_store()
        _make_folder(self.path)
        with only_writer(self._write_lock):
            self.numbers()  # a generation that is a link must stop a rebuild before it has removed anything
            yield

    def _refuse_foreign_store(self) -> None:
        ours = (self.manifest_path, self._generations, self._write_lock)
        if any(map(os.path.lexists, ours)):
            return
        for path in of_sqlite(self.store_path):
            if os.path.lexists(path):
                raise UsageError(f"{path} is of no index; move it away, or choose another folder for --index")

    def prepare_generation(self, number: int, *, user_dict: str | None, base: Manifest | None) -> Path:
        """Make the folder of a new generation and return where its engine writes.

        With `base`, the engine's files of that generation, which have been verified,
        are there already, as hard links: an engine replaces files and never writes into one.
        """
        directory, engine = self.generation(number), self.engine(number)
        self._generations.mkdir(exist_ok=True)
        try:
            directory.mkdir()
        except FileExistsError:
            raise IndexDamaged(
                f"{directory} is in the way and was not made by a writer; move it away", file=directory
            ) from None
        (directory / _READ_LOCK).touch()  # first, for by it the folder is known
        engine.mkdir()
        if user_dict is not None:
            (directory / USER_DICT).write_text(user_dict, "utf-8")
        if base is not None:
            for name in base.files:
                if name != USER_DICT:
                    link(self.generation(base.generation) / name, directory / name)
        return engine

    def switch(self, manifest: Manifest) -> None:
        """Bring a complete generation into force: sync its files, then rename the manifest."""
        values = asdict(manifest)
        text = json.dumps({**values, "checksum": manifest_checksum(values)}, ensure_ascii=False, indent=1)
        for directory, _, names in os.walk(self.generation(manifest.generation), topdown=False):
            for name in names:
                _sync(Path(directory, name))
            _sync(Path(directory))
        _sync(self._generations)
        fresh = self.path / (_MANIFEST + _NEW)
        write_new(fresh, text + "\n")
        _sync(fresh)
        _sync(self.path)  # the names of the store and of the generations, which may be new
        fresh.replace(self.manifest_path)
        _sync(self.path)

    def checksums(self, number: int) -> dict[str, dict[str, Any]]:
        """Size, SHA-256 and CRC-32 of every file of a generation that its writer made, by path below it."""
        directory = self.generation(number)
        return {
            path.relative_to(directory).as_posix(): {
                "size": path.stat().st_size,
                **{kind: checksum(path, kind) for kind in CHECKSUMS},
            }
            for path in sorted(directory.rglob("*"))
            if path.is_file() and path.name not in NOT_OF_THE_GENERATION
        }

    def numbers(self) -> list[int]:
        """The generations that have a folder, complete or not. Raises IndexDamaged where one is a link."""
        found = []
        try:
            self._check_folder(self._generations)
            for path in self._generations.iterdir():
                # Not only digits make a name for int(): ٣ and 007 are no names of ours.
                if path.name.isdecimal() and path.name == f"{int(path.name):04}":
                    self._check_folder(path)
                    if _is_generation(path):
                        found.append(int(path.name))
        except FileNotFoundError:
            return []
        return sorted(found)

    def discard(self) -> None:
        """Remove the manifest and the article store, which is damaged."""
        self.manifest_path.unlink(missing_ok=True)
        _sync(self.path)
        self.remove_store()

    def remove_store(self) -> None:
        """Remove the article store, which no generation needs any more."""
        for path in of_sqlite(self.store_path):
            path.unlink(missing_ok=True)

    def sweep(self, current: int | None) -> list[int]:
        """Remove every generation but `current` that no reader holds; return those that remain."""
        held = []
        for number in self.numbers():
            if number != current and not self._remove(number):
                held.append(number)
        return held

    def _remove(self, number: int) -> bool:
        directory = self.generation(number)
        lock = directory / _READ_LOCK
        with suppress(FileNotFoundError):
            descriptor = open_regular(lock)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(descriptor)
        # Who comes now gets the lock, reads the manifest again and finds another generation there.
        # The lock goes last: if this ends halfway, the folder is still known as one of ours.
        for path in directory.iterdir():
            if path != lock:
                shutil.rmtree(path) if is_folder(path) else path.unlink()
        lock.unlink(missing_ok=True)
        directory.rmdir()
        return True


def entries_of_an_index(names: set[str]) -> set[str]:
    """Those of a folder's entries that belong to an index in it, which may be in the making; often none."""
    own = names & {_MANIFEST, _STORE, _GENERATIONS, _WRITE_LOCK}
    if len(own) < 2 or own.isdisjoint({_GENERATIONS, _MANIFEST}):
        return set()
    return own | (names & {path.name for path in of_sqlite(Path(_STORE))})


def _is_generation(folder: Path) -> bool:
    """Whether a folder was made by a writer.

    It holds a lock; or, if a writer ended before that was made or after it was
    removed, or the lock was lost, at least nothing but what a writer puts there.
    """
    with suppress(FileNotFoundError):
        return is_regular(folder / _READ_LOCK)
    return all(path.name in _OF_A_GENERATION for path in folder.iterdir())


def _make_folder(path: Path) -> None:
    """Make a folder and those above it, so that they survive a power loss."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        with suppress(PermissionError):  # a folder may be written by who may not read it
            _sync(folder.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
