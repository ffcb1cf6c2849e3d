"""Where an index is: a directory of this machine, or an alias of a cluster.

`rebuild`, `update` and the Searcher work on a Place and on the Generation
that it begins; what differs between files and a cluster stays behind these
two. The directory's half is here, the cluster's in engines/opensearch.py.
"""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from index.article import Article
from index.document import analyze
from index.errors import IndexDamaged, IndexMismatch, IndexStateError, UsageError
from index.files import quoted
from index.manifest import IndexDirectory, Manifest
from index.store import Origin, Store, Stored
from index.text.analyzer import Analyzer
from index.writer import engine_class, writer_class

if TYPE_CHECKING:
    # Not to be imported by those who only search.
    from index.parts import Share

__all__ = [
    "CLUSTER_SCHEMES",
    "DirectoryPlace",
    "Generation",
    "Lease",
    "PartialGeneration",
    "PartsJoined",
    "Place",
    "check_fit",
    "open_place",
    "two_articles",
]

CLUSTER_SCHEMES = ("opensearch://", "opensearchs://")
"""How the address of an index on a cluster begins; anything else is a directory."""


class Lease(Protocol):
    """A generation in force, kept from being removed while it is read."""

    @property
    def manifest(self) -> Manifest:
        """What is in force."""

    def user_dict(self) -> str | None:
        """The user dictionary that travels with the generation."""

    def release(self) -> None:
        """Let go; the lease must not be used afterwards."""


class Place(ABC):
    """One index, wherever it is. `str` gives it as users write it after `--index`."""

    @abstractmethod
    def engine_for(self, asked: str) -> str:
        """The engine of a rebuild for which `asked` is asked for. Raises UsageError if that cannot be."""

    @abstractmethod
    def manifest(self) -> Manifest:
        """What is in force. Raises IndexMissing, IndexDamaged or IndexMismatch."""

    @abstractmethod
    def lease(self) -> Lease:
        """Hold what is in force for reading. Raises as `manifest` does."""

    @abstractmethod
    def stamp(self) -> Hashable:
        """Changes whenever another generation comes into force."""

    @abstractmethod
    def write_lock(self) -> AbstractContextManager[None]:
        """Be the one writer. Raises IndexLocked at once if another one is."""

    @abstractmethod
    def verify(self, manifest: Manifest) -> None:
        """Raise IndexDamaged unless everything that an update takes over is as it was written."""

    @abstractmethod
    def recover(self, current: Manifest | None) -> int:
        """Remove what a writer that died has left; return the highest generation number in use."""

    def start_anew(self, current: Manifest | None) -> int:
        """`recover` for a rebuild, which takes nothing over and so may throw away what is damaged."""
        return self.recover(current)

    @abstractmethod
    def begin(self, number: int, *, engine: str, user_dict: str | None, base: Manifest | None) -> Generation:
        """Begin a generation: empty, or with everything that `base` holds."""

    def join(self, share: Share, user_dict: str | None, terms: Mapping[str, Any]) -> PartsJoined:
        """Do a part of a generation that several processes make; the first of them begins it.

        `terms` are what all must agree on. Raises UsageError where an index cannot be made in
        parts, and IndexLocked where somebody else writes, or makes parts on other terms.
        """
        raise UsageError(
            f"--part is for an index on a cluster; {self} is a directory, which one process fills:"
            " leave --part out, and use --workers"
        )


class Generation(ABC):
    """One generation in the making; nobody sees it before `switch`."""

    @abstractmethod
    def stored(self, root: str) -> Iterator[Stored]:
        """What was taken over from one archive folder; what was added in this run may be among it."""

    def foresee(self, ids: Sequence[str]) -> None:  # noqa: B027
        """Be told which ids will be asked for next, to fetch them together."""

    @abstractmethod
    def find(self, id: str) -> Stored | None:
        """What the generation holds under an id."""

    @abstractmethod
    def is_new(self, stored: Stored) -> bool:
        """Whether it was added to this generation and not taken over from the one before."""

    @abstractmethod
    def add(self, article: Article, origin: Origin, prepared: Any) -> None:
        """Add an article, in the form that its engine's `prepare` gave it.

        Raises ArticleError, now or later, where its id is there already.
        """

    @abstractmethod
    def remove(self, stored: Stored) -> None:
        """Remove an article that was taken over."""

    @abstractmethod
    def renew(self, stored: Stored, article: Article, origin: Origin, prepared: Any) -> None:
        """Remember the new time of a file whose content is as before."""

    @abstractmethod
    def checkpoint(self) -> None:
        """Be told that now is a good moment to write things out."""

    @abstractmethod
    def complete(self, *, optimize: bool) -> int:
        """Write everything out, with `optimize` as if added at once; return the number of articles."""

    @abstractmethod
    def switch(self, manifest: Manifest) -> None:
        """Bring the generation into force, and remove what nobody needs any more."""

    @abstractmethod
    def close(self, *, failed: bool) -> None:
        """Let go; what was not switched to is removed. `failed` says that an error ended the run."""


class PartialGeneration(Generation):
    """One part of a generation that several processes make, each its own.

    `in_force` is what the whole has become, None until it is complete.
    """

    number: int
    in_force: Manifest | None = None

    @abstractmethod
    def hand_in(self, manifest: Callable[[int], Manifest]) -> tuple[int, ...]:
        """Say that this part is done; return the numbers of those that are not.

        Where none is left, the whole is in force when this returns: brought in by this
        process, with the manifest for its number of articles, or by another one.
        """


PartsJoined = AbstractContextManager[PartialGeneration]


def open_place(target: str | os.PathLike[str]) -> Place:
    """The place that `--index` names. Raises UsageError or MissingExtra; touches nothing."""
    if isinstance(target, str) and target.startswith(CLUSTER_SCHEMES):
        from index.engines.opensearch import ClusterPlace

        return ClusterPlace(target)
    return DirectoryPlace(target)


def check_fit(place: Place, manifest: Manifest, analyzer: Analyzer) -> None:
    """Raise IndexMismatch unless this engine and this analyzer made the index."""
    version, fingerprint = engine_class(manifest.engine).version, analyzer.fingerprint()
    if manifest.engine_version != version:
        what = f"was made with {manifest.engine} {manifest.engine_version}, and this is {version}"
    elif manifest.fingerprint != fingerprint:
        what = f"was analysed by {manifest.fingerprint}, and this is {fingerprint}"
    else:
        return
    remedy = f"mend it with: search rebuild ARCHIVE --index {quoted(place)} --engine {manifest.engine}"
    raise IndexMismatch(f"{place} {what}", remedy=remedy)


def two_articles(id: str, there: str | None, here: str | None) -> str:
    """What to say where two articles have one id; a path is None for an article from Python."""
    return (
        f"two articles have the id {id!r}: {there or 'one from Python'}"
        f" and {here or 'one from Python'}; rename one of them, or leave one out"
    )


class DirectoryPlace(Place):
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
