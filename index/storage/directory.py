"""The index directory: its paths, its generations and its locks.

    manifest.json         the generation in force, what made it, checksums
    articles.sqlite       the articles of every generation (see store.py)
    write.lock            held by the one process that writes
    generations/0002/     the engine's files, the user dictionary, a lock that readers share

A generation is complete and never changes. The only switch from one to the
next is the renaming of the manifest: a reader sees the old state whole or the
new state whole, and a crash leaves the last complete one.

Nothing that is in force is removed before the switch, even if it is damaged.
So a rebuild writes into the store that is in force only if that is sound; beside
a damaged one, or one whose manifest cannot be understood, it makes a new store
`articles-0007.sqlite`, which the new manifest names. Numbers of generations grow
beyond all that are there, so that no new name is one of an old thing. What the
switch left without use is removed after it, or by the next writer.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
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
    files_below,
    is_folder,
    is_regular,
    link,
    of_sqlite,
    open_regular,
    sync,
    write_new,
)
from index.storage.manifest import (
    ENGINE_FOLDER,
    FORMAT,
    STORE,
    USER_DICT,
    Manifest,
    checked,
    is_store_name,
    manifest_checksum,
)
from index.storage.sound import SOUND_FILES, is_remembered, remember, state_of

__all__ = [
    "NOT_OF_THE_GENERATION",
    "SAVED",
    "SAVED_LOCK",
    "VARIANTS",
    "DirectoryLease",
    "IndexDirectory",
    "entries_of_an_index",
]

_MANIFEST = "manifest.json"
_GENERATIONS = "generations"
VARIANTS = "variants.txt"
"""Name of the file in which users keep names that stand for each other; searches read it."""

SAVED = "saved.json"
"""Name of the file of saved queries."""

SAVED_LOCK = "saved.lock"
"""Name of the file that is locked while the saved queries change."""

_WRITE_LOCK = "write.lock"
_READ_LOCK = "lock"
_NEW = ".new"
# One names each file of a generation, some hundred bytes a file, and the folders of the archive.
_LARGEST_MANIFEST = 64 << 20
_SQLITE_ENDING = re.compile("-(?:wal|shm|journal)$")

# Opening an index reads this many bytes to compare their CRC-32, small files first: about
# 0.1 s. Of the other files only sizes are compared; a check reads everything.
_READ_AT_OPENING = 256 << 20
NOT_OF_THE_GENERATION = frozenset({_READ_LOCK, *SOUND_FILES})
"""Files in a generation's folder that the manifest does not name."""
_OF_A_GENERATION = NOT_OF_THE_GENERATION | {ENGINE_FOLDER, USER_DICT}


@dataclass(slots=True)
class DirectoryLease:
    """A shared lock on a generation: while it is held, no writer removes the files."""

    manifest: Manifest
    directory: Path
    _descriptor: int

    def user_dict(self) -> str | None:
        """Return the user dictionary of the generation, if it has one. Raises IndexDamaged."""
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
        """Let go of the generation; the lease must not be used afterwards."""
        os.close(self._descriptor)


class IndexDirectory:
    """The paths and locks of one index; holds nothing open by itself."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.manifest_path = self.path / _MANIFEST
        self._generations = self.path / _GENERATIONS
        self._write_lock = self.path / _WRITE_LOCK

    def generation(self, number: int) -> Path:
        """Return the folder of a generation."""
        return self._generations / f"{number:04}"

    def engine(self, number: int) -> Path:
        """Return the folder of the engine's files in a generation."""
        return self.generation(number) / ENGINE_FOLDER

    def store_path(self, manifest: Manifest) -> Path:
        """Return the file of the article store that a manifest names."""
        return self.path / manifest.store

    # Reading

    def manifest(self) -> Manifest:
        """Read the manifest in force.

        Raises:
            IndexMissing: There is none.
            IndexDamaged: It is not what was written.
            IndexMismatch: Its format is another one.
            OSError: It cannot be read now.
        """
        try:
            with os.fdopen(open_regular(self.manifest_path), encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_size > _LARGEST_MANIFEST:
                    raise IrregularFile(f"it is larger than {_LARGEST_MANIFEST >> 20} MiB")
                text = file.read()
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(
                f"there is no index in {self.path}", remedy=Remedy(Action.BUILD, index=str(self.path))
            ) from None
        except (IrregularFile, UnicodeDecodeError) as error:
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
            if self._lock_shared(descriptor, manifest):
                return DirectoryLease(manifest, directory, descriptor)

    def _lock_shared(self, descriptor: int, manifest: Manifest) -> bool:
        """Lock a generation; close the descriptor and return False if it is no longer in force."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if self.manifest().generation == manifest.generation:
                return True
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return False

    def _check_folder(self, path: Path) -> None:
        """Raise IndexDamaged for a link, which may lead to files that are not of this index."""
        if not is_folder(path):
            raise IndexDamaged(
                f"{path} is no folder of its own and is left alone: remove it first",
                file=path,
                remedy=self._rebuild(),
            )

    def verify(self, manifest: Manifest, *, whole: bool = False) -> None:
        """Compare the files of a generation with their entries in the manifest.

        Compares all sizes and, up to 256 MiB, small files first, the contents. A
        generation that was found sound within a day, and whose files have not changed
        since by the file system's own account, is not read again.

        Args:
            manifest: The manifest in force.
            whole: Compare all contents, whatever was found before.

        Raises:
            IndexDamaged: A file is not what was written; `file` names it.
            OSError: A file cannot be read now.
        """
        self._check_entries(manifest)
        folder = self.generation(manifest.generation)
        state = state_of(folder, manifest.files)
        if not whole and is_remembered(folder, state):
            return
        left = _READ_AT_OPENING
        for name, entry in sorted(manifest.files.items(), key=lambda item: item[1]["size"]):
            path = folder / name
            left -= entry["size"]
            what = damage_of(path, entry, contents="sha256" if whole else "crc32" if left >= 0 else None)
            if what is not None:
                raise IndexDamaged(f"{path} {what}", file=path, remedy=self._rebuild())
        remember(folder, state)

    def _check_entries(self, manifest: Manifest) -> None:
        """Raise IndexDamaged if an engine could come upon a link or a pipe."""
        with os.scandir(self.engine(manifest.generation)) as entries:
            for entry in entries:
                if not entry.is_file(follow_symlinks=False):
                    raise IndexDamaged(
                        f"{entry.path} is no regular file", file=entry.path, remedy=self._rebuild()
                    )

    def stamp(self) -> tuple[int, int]:
        """Return a value that changes whenever another generation comes into force; one system call."""
        try:
            status = self.manifest_path.stat()
        except OSError:
            return (0, 0)
        return (status.st_ino, status.st_mtime_ns)

    # Writing

    @contextmanager
    def write_lock(self, *, wait: float = 0.0) -> Iterator[None]:
        """Be the one writer; the lock dies with its process.

        Args:
            wait: Seconds to wait for another writer.

        Raises:
            IndexLocked: Another process is the writer for longer.
            UsageError: The folder holds a file with the name of an article store and
                nothing else of an index: a writer would replace it.
            IndexDamaged: A link stands where a file or folder of the index should be.
        """
        from index.storage.lock import only_writer

        self._refuse_foreign_store()
        _make_folder(self.path)
        with only_writer(self._write_lock, wait=wait):
            self.numbers()  # a generation that is a link must stop a rebuild before it has removed anything
            yield

    def _refuse_foreign_store(self) -> None:
        ours = (self.manifest_path, self._generations, self._write_lock)
        if any(map(os.path.lexists, ours)):
            return
        for path in self._stores():
            raise UsageError(f"{path} is of no index; move it away, or choose another folder for the index")

    def prepare_generation(self, number: int, *, user_dict: str | None, base: Manifest | None) -> Path:
        """Make the folder of a new generation and return the one that its engine writes to.

        With `base`, it holds the engine's files of that generation, which have been verified,
        as hard links: an engine replaces files and never writes into one.
        """
        directory, engine = self.generation(number), self.engine(number)
        self._generations.mkdir(exist_ok=True)
        try:
            directory.mkdir()
        except FileExistsError:
            raise IndexDamaged(
                f"{directory} is in the way and was not made by a writer; move it away", file=directory
            ) from None
        try:
            (directory / _READ_LOCK).touch()  # first, because the folder is known by it
            engine.mkdir()
            if user_dict is not None:
                (directory / USER_DICT).write_text(user_dict, "utf-8")
            for name in base.files if base is not None else ():
                if base is not None and name != USER_DICT:
                    link(self.generation(base.generation) / name, directory / name)
        except BaseException:
            with suppress(OSError):
                self.remove(number)
            raise
        return engine

    def switch(self, manifest: Manifest) -> None:
        """Bring a complete generation into force: sync its files, then rename the manifest."""
        values = asdict(manifest)
        text = json.dumps({**values, "checksum": manifest_checksum(values)}, ensure_ascii=False, indent=1)
        directory = self.generation(manifest.generation)
        files = files_below(directory)
        for path in files:
            sync(path)
        for folder in (self.engine(manifest.generation), directory):
            sync(folder)
        sync(self._generations)
        fresh = self.path / (_MANIFEST + _NEW)
        write_new(fresh, text + "\n")
        sync(fresh)
        sync(self.path)  # the names of the store and of the generations, which may be new
        fresh.replace(self.manifest_path)
        sync(self.path)

    def checksums(self, number: int, *, base: Manifest | None = None) -> dict[str, dict[str, Any]]:
        """Return size, SHA-256 and CRC-32 of every file of a generation, by path below its folder.

        A file that is a link to one of `base` keeps the values that it has there: they are not
        taken anew, so that damage to it, which may not have been noticed, does not become right.
        """
        directory = self.generation(number)
        found: dict[str, dict[str, Any]] = {}
        for path in files_below(directory):
            name = path.relative_to(directory).as_posix()
            if base is not None and name in base.files and self._is_link_to(path, base, name):
                found[name] = base.files[name]
            elif path.name not in NOT_OF_THE_GENERATION:
                found[name] = {str(kind): checksum(path, kind) for kind in CHECKSUMS}
                found[name]["size"] = path.stat().st_size
        return found

    def _is_link_to(self, path: Path, base: Manifest, name: str) -> bool:
        try:
            return path.samefile(self.generation(base.generation) / name)
        except FileNotFoundError:
            return False

    def numbers(self) -> list[int]:
        """Return the generations that have a folder, complete or not. Raises IndexDamaged for a link."""
        found = []
        try:
            self._check_folder(self._generations)
            for path in self._generations.iterdir():
                # int() takes more than digits: ٣ and 007 are no names of ours.
                if path.name.isdecimal() and path.name == f"{int(path.name):04}":
                    self._check_folder(path)
                    if _is_generation(path):
                        found.append(int(path.name))
        except FileNotFoundError:
            return []
        return sorted(found)

    def highest_number(self) -> int:
        """Return the highest number in the name of a generation or of a store; 0 if there is none."""
        named = (re.search(r"-(\d+)\.", path.name) for path in self._stores())
        return max([0, *self.numbers(), *(int(match[1]) for match in named if match)])

    def new_store(self, number: int) -> str:
        """Return the name of a store for a generation that is made beside one that it cannot use."""
        return STORE.replace(".", f"-{number:04}.") if self._stores() else STORE

    def _stores(self) -> list[Path]:
        """Return the files of all article stores, with those that SQLite keeps beside them."""
        try:
            return sorted(path for path in self.path.iterdir() if _is_file_of_a_store(path.name))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def sweep_stores(self, current: str | None) -> None:
        """Remove every article store but the current one; no generation that uses it may be held."""
        keep = set() if current is None else set(of_sqlite(self.path / current))
        for path in self._stores():
            if path not in keep:
                path.unlink(missing_ok=True)

    def sweep(self, current: int | None) -> list[int]:
        """Remove every generation but `current` that no reader holds; return those that remain."""
        return [number for number in self.numbers() if number != current and not self.remove(number)]

    def remove(self, number: int) -> bool:
        """Remove a generation; return False if a reader holds it."""
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
        # A reader that comes now gets the lock, reads the manifest again and finds another generation.
        # The lock goes last: if this ends halfway, the folder is still known as one of ours.
        for path in directory.iterdir():
            if path != lock:
                shutil.rmtree(path) if is_folder(path) else path.unlink()
        lock.unlink(missing_ok=True)
        directory.rmdir()
        return True


def entries_of_an_index(names: set[str]) -> set[str]:
    """Return the entries of a folder that belong to an index, complete or not."""
    stores = {name for name in names if _is_file_of_a_store(name)}
    own = names & {_MANIFEST, _GENERATIONS, _WRITE_LOCK}
    if own.isdisjoint({_GENERATIONS, _MANIFEST}) or len(own) + bool(stores) < 2:
        return set()
    return own | stores | (names & {SAVED, SAVED_LOCK, VARIANTS})


def _is_file_of_a_store(name: str) -> bool:
    return is_store_name(_SQLITE_ENDING.sub("", name))


def _is_generation(folder: Path) -> bool:
    """Return whether a folder was made by a writer.

    It has a lock; or, if a writer ended before that was made or after it was
    removed, or the lock was lost, nothing but what a writer puts there.
    """
    with suppress(FileNotFoundError):
        return is_regular(folder / _READ_LOCK)
    return all(path.name in _OF_A_GENERATION for path in folder.iterdir())


def _make_folder(path: Path) -> None:
    """Make a folder and those above it, so that they survive a power loss."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        with suppress(PermissionError):  # one may be allowed to write to a folder and not to read it
            sync(folder.parent)
