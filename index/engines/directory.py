"""An index in a directory: its generations, filled by an engine that keeps files.

A generation writes into the article store that is in force if that is sound, and
beside it if not (see storage/directory.py). Either way the manifest in force, its
generation and its rows stay as they are until the switch; if the run fails,
what it made is removed, and nothing else.
"""

from __future__ import annotations

import math
import os
from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.article import Article
from index.engines.registry import writer_class
from index.errors import IndexDamaged, IndexLocked, IndexMissing, IndexStateError
from index.own_fields import OwnFields
from index.storage.directory import IndexDirectory
from index.storage.files import is_there, of_sqlite
from index.storage.location import Generation, IndexLocation, Lease
from index.storage.manifest import Manifest
from index.storage.rows import Origin, Stored
from index.storage.schema import repair_of
from index.storage.store import Store
from index.text.analyzer import Analyzer
from index.text.document import analyze

__all__ = ["DirectoryLocation"]


class DirectoryLocation(IndexLocation):
    """An index directory, with the article store beside the engine's files."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.directory = IndexDirectory(path)

    def __str__(self) -> str:
        return str(self.directory.path)

    def engine_for(self, asked: str) -> str:
        """Return any engine but a cluster's. Raises UsageError for an unknown one."""
        writer_class(asked)
        return asked

    def manifest(self) -> Manifest:
        """Return the manifest in force."""
        return self.directory.manifest()

    def lease(self) -> Lease:
        """Hold a shared lock on the generation in force."""
        return self.directory.lease()

    def stamp(self) -> Hashable:
        """Return the inode and time of the manifest."""
        return self.directory.stamp()

    def write_lock(self, *, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold a lock that dies with its process."""
        return self.directory.write_lock(wait=wait)

    def verify(self, manifest: Manifest) -> None:
        """Compare the files with their checksums, as opening does; what is taken over keeps them."""
        self.directory.verify(manifest)
        with closing(Store(self.directory.store_path(manifest), readonly=True)) as store:
            store.verify(manifest.generation, articles=manifest.articles, facts=manifest.facts)
            store.check_facts(manifest.generation)

    def digests(self) -> dict[str, bytes]:
        """Read them from the store, while a lease keeps the generation."""
        lease = self.directory.lease()
        try:
            with closing(Store(self.directory.store_path(lease.manifest), readonly=True)) as store:
                return store.digests(lease.manifest.generation)
        finally:
            lease.release()

    def begin(
        self,
        *,
        engine: str,
        user_dict: str | None,
        base: Manifest | None,
        own_fields: OwnFields = (),
    ) -> Generation:
        """Make the generation's folder, with links to the files of `base`, and open its store."""
        store, number, is_new = self._continued(base) if base is not None else self._anew()
        try:
            made = _Made(self.directory, number, store if is_new else None)
            return _DirectoryGeneration(made, store, engine, user_dict, base, own_fields)
        except BaseException:
            store.close()
            raise

    def _continued(self, base: Manifest) -> tuple[Store, int, bool]:
        """Return the store in force, without what a writer that died has added; the next number; False."""
        directory = self.directory
        held = directory.sweep(base.generation)
        if not held:
            directory.sweep_stores(base.store)
        number = max(base.generation, directory.highest_number()) + 1
        return _opened(directory.store_path(base), base.generation), number, False

    def _anew(self) -> tuple[Store, int, bool]:
        """Return a store for a rebuild, the next number, and whether the store is a new one.

        It is the store in force if that is sound.
        """
        directory = self.directory
        try:
            current = directory.manifest()
        except IndexMissing:
            # Nothing is in force; the files were left by a first writer that died.
            if not directory.sweep(None):
                directory.sweep_stores(None)
        except IndexStateError:
            pass  # something is in force and cannot be understood: it stays until the switch
        else:
            with suppress(IndexDamaged):
                store, number, _ = self._continued(current)
                try:
                    store.check()
                    return store, number, False
                except BaseException:
                    store.close()
                    raise
        number = directory.highest_number() + 1
        return Store(directory.path / directory.new_store(number), readonly=False), number, True


def _opened(path: Path, generation: int) -> Store:
    """Return a store that is there, without the rows of later generations. Raises IndexDamaged."""
    if not is_there(path):  # opening it would make it
        raise IndexDamaged(f"{path} is missing", file=path, remedy=repair_of(path))
    store = Store(path, readonly=False)
    try:
        store.recover(generation)
    except BaseException:
        store.close()
        raise
    return store


class _Made:
    """The files a run has made, removed if it fails: its generation, and its store if that is new."""

    def __init__(self, directory: IndexDirectory, number: int, new_store: Store | None) -> None:
        self.directory = directory
        self.number = number
        self._new_store = new_store
        self.is_switching = False

    def may_be_in_force(self) -> bool:
        """Return whether the generation is in force, or that cannot be known: then nothing is removed."""
        if not self.is_switching:
            return False
        try:
            return self.directory.manifest().generation == self.number
        except IndexMissing:
            return False
        except (OSError, IndexStateError):
            return True

    def remove(self) -> None:
        """Remove it; what cannot be removed now, as on a full disk, is removed by the next writer."""
        with suppress(OSError):
            if self.directory.generation(self.number).exists():
                self.directory.remove(self.number)
            if self._new_store is not None:
                for path in of_sqlite(self._new_store.path):
                    path.unlink(missing_ok=True)


class _DirectoryGeneration(Generation):
    def __init__(
        self,
        made: _Made,
        store: Store,
        engine: str,
        user_dict: str | None,
        base: Manifest | None,
        own_fields: OwnFields,
    ) -> None:
        self.number = made.number
        self._made = made
        self._directory = made.directory
        self._store = store
        self._facts = 0
        self._user_dict = user_dict
        self._base = base
        self._removed: list[int] = []
        # The first row that this run added; those before were taken over.
        self._first_row: float = math.inf
        folder = self._directory.prepare_generation(self.number, user_dict=user_dict, base=base)
        try:
            if base is None:
                store.remove_older(self.number)
            else:
                store.take_over(base.generation)
            self._writer = writer_class(engine)(folder, own_fields)
        except BaseException:
            self._forget_rows()
            made.remove()
            raise

    def stored(self, root: str) -> Iterator[Stored]:
        return self._store.stored(self.number, root=root)

    def find_many(self, ids: Sequence[str]) -> dict[str, Stored]:
        return self._store.find_many(ids, self.number)

    def is_new(self, stored: Stored) -> bool:
        return stored.row >= self._first_row

    def add(self, article: Article, token_texts: bytes, sketch: bytes, origin: Origin, prepared: Any) -> None:
        row = self._store.add(article, token_texts, sketch, origin, self.number)
        self._first_row = min(self._first_row, row)
        self._writer.add(row, prepared)

    def remove(self, stored: Stored) -> None:
        self._store.remove([stored.row], self.number)
        self._removed.append(stored.row)

    def renew(self, stored: Stored, origin: Origin) -> None:
        if origin.mtime_ns is not None and origin.mtime_ns != stored.origin.mtime_ns:
            self._store.renew_time(stored.row, origin.mtime_ns)

    def checkpoint(self) -> None:
        self._store.commit()

    def complete(self, *, optimize: bool) -> int:
        if optimize and not self._writer.merges:
            self._add_anew()
        else:
            self._writer.delete(self._removed)
        self._writer.commit(optimize=optimize)
        self._writer.close()
        articles, self._facts = self._store.complete(self.number)
        return articles

    def _add_anew(self) -> None:
        """Fill the engine's directory once more, with the articles of the store under their rows."""
        self._writer.close()
        for path in self._writer.directory.iterdir():
            path.unlink()
        self._writer = type(self._writer)(self._writer.directory, self._writer.own_fields)
        analyzer = Analyzer(self._user_dict)
        for row, article in self._store.every_article(self.number):
            self._writer.add(row, self._writer.prepare(analyze(analyzer, article)))

    def switch(self, manifest: Manifest) -> None:
        files = self._directory.checksums(self.number, base=self._base)
        complete = replace(manifest, facts=self._facts, files=files, store=self._store.path.name)
        self._made.is_switching = True
        self._directory.switch(complete)
        # The generation is in force. What cannot be removed now is removed by the next writer.
        with suppress(OSError, IndexLocked, IndexDamaged):
            held = self._directory.sweep(self.number)
            self._store.sweep(min([*held, self.number]))
            if not held:
                self._directory.sweep_stores(self._store.path.name)

    def close(self, *, failed: bool) -> None:
        try:
            self._writer.close()
        finally:
            try:
                if not failed:
                    self._store.commit()
                elif not self._made.may_be_in_force():
                    self._forget_rows()
            finally:
                self._store.close()
                if not self._made.may_be_in_force():
                    self._made.remove()

    def _forget_rows(self) -> None:
        """Take back what this run wrote into the store; if that fails, the next writer does it."""
        with suppress(OSError, IndexStateError):
            self._store.recover(self.number - 1)
