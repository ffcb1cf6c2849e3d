"""An index in a directory: its generations, filled by an engine that keeps files."""

from __future__ import annotations

import math
import os
from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from typing import Any

from index.article import Article
from index.engines.registry import writer_class
from index.errors import IndexDamaged, IndexStateError
from index.storage.directory import IndexDirectory
from index.storage.location import Generation, IndexLocation, Lease
from index.storage.manifest import Manifest
from index.storage.store import Origin, Store, Stored
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
        """Any engine but a cluster's; an unknown name is told before anything is touched."""
        writer_class(asked)
        return asked

    def manifest(self) -> Manifest:
        """What is in force."""
        return self.directory.manifest()

    def lease(self) -> Lease:
        """A shared lock on the generation in force."""
        return self.directory.lease()

    def stamp(self) -> Hashable:
        """The manifest's file, its time and size."""
        return self.directory.stamp()

    def write_lock(self) -> AbstractContextManager[None]:
        """A lock that dies with its process."""
        return self.directory.write_lock()

    def verify(self, manifest: Manifest) -> None:
        """What is damaged would be taken over and get checksums that match."""
        self.directory.verify(manifest, whole=True)
        with closing(Store(self.directory.store_path, readonly=True)) as store:
            store.verify(manifest.generation, articles=manifest.articles, facts=manifest.facts)
            store.check_facts(manifest.generation)

    def recover(self, current: Manifest | None) -> int:
        """Remove files and rows newer than the manifest."""
        directory = self.directory
        held = directory.sweep(current.generation if current else None)
        if current is None and not held:
            directory.remove_store()
            return 0
        number = max(held, default=0) if current is None else current.generation
        with closing(Store(directory.store_path, readonly=False)) as store:
            store.recover(number)
        return max([number, *held])

    def start_anew(self, current: Manifest | None) -> int:
        """A store that is damaged goes, and with it the manifest that needs it."""
        directory = self.directory
        try:
            number = self.recover(current)
            if directory.store_path.exists():
                with closing(Store(directory.store_path, readonly=False)) as store:
                    store.check()
            return number
        except IndexDamaged:
            directory.discard()
            return self.recover(None)

    def begin(self, number: int, *, engine: str, user_dict: str | None, base: Manifest | None) -> Generation:
        """Make the generation's folder, with links to the files of `base`."""
        return _DirectoryGeneration(self.directory, number, engine, user_dict, base)


class _DirectoryGeneration(Generation):
    def __init__(
        self,
        directory: IndexDirectory,
        number: int,
        engine: str,
        user_dict: str | None,
        base: Manifest | None,
    ) -> None:
        self._directory = directory
        self._facts = 0
        self._number = number
        self._user_dict = user_dict
        self._removed: list[int] = []
        # Rows from here on were added by this run.
        self._first_row: float = math.inf
        folder = directory.prepare_generation(number, user_dict=user_dict, base=base)
        try:
            self._store = Store(directory.store_path, readonly=False)
            if base is None:
                self._store.remove_older(number)
            else:
                self._store.take_over(base.generation)
            self._writer = writer_class(engine)(folder)
        except BaseException:
            self._clear()
            raise

    def stored(self, root: str) -> Iterator[Stored]:
        return self._store.stored(self._number, root=root)

    def find(self, id: str) -> Stored | None:
        return self._store.stored_id(id, self._number)

    def is_new(self, stored: Stored) -> bool:
        return stored.row >= self._first_row

    def add(self, article: Article, origin: Origin, prepared: Any) -> None:
        row = self._store.add(article, origin, self._number)
        self._first_row = min(self._first_row, row)
        self._writer.add(row, prepared)

    def remove(self, stored: Stored) -> None:
        self._store.remove([stored.row], self._number)
        self._removed.append(stored.row)

    def renew(self, stored: Stored, article: Article, origin: Origin, prepared: Any) -> None:
        if origin.mtime_ns is not None:
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
        articles, self._facts = self._store.complete(self._number)
        return articles

    def _add_anew(self) -> None:
        """Fill the engine's directory once more, with the articles of the store under their rows."""
        self._writer.close()
        for path in self._writer.directory.iterdir():
            path.unlink()
        self._writer = type(self._writer)(self._writer.directory)
        analyzer = Analyzer(self._user_dict)
        for row, article in self._store.every_article(self._number):
            self._writer.add(row, self._writer.prepare(analyze(analyzer, article)))

    def switch(self, manifest: Manifest) -> None:
        files = self._directory.checksums(self._number)
        self._directory.switch(replace(manifest, facts=self._facts, files=files))
        held = self._directory.sweep(self._number)
        self._store.sweep(min([*held, self._number]))

    def close(self, *, failed: bool) -> None:
        try:
            self._writer.close()
            if failed:
                self._store.recover(self._number - 1)
            else:
                self._store.commit()
        finally:
            # Where the disk is full, not even clearing up may succeed; the next writer will.
            self._store.close()
            self._clear()

    def _clear(self) -> None:
        """Remove every generation but the one in force."""
        current = None
        with suppress(IndexStateError):
            current = self._directory.manifest()
        self._directory.sweep(current.generation if current else None)
