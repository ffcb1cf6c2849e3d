"""Check that every part of an index is as it was written, and that the parts agree.

Checks the manifest, the checksums of all files and articles, SQLite's own
check of the article store, the numbers of articles in manifest, store and
engine, and for a sample of articles that the engine finds them by their own words.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import dropwhile, islice, takewhile
from pathlib import Path

from index.article import Article
from index.engines.directory import DirectoryLocation
from index.engines.registry import check_fit, open_location, reader_class
from index.errors import (
    ArchiveError,
    EngineError,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    MissingExtra,
    UsageError,
)
from index.storage.directory import NOT_OF_THE_GENERATION, DirectoryLease, IndexDirectory
from index.storage.files import damage_of
from index.storage.store import Store
from index.text.analyzer import Analyzer
from index.text.tokens import BOUNDARY, tokenize
from search.engines.base import StoreReader
from search.query.conditions import All, TokenPhrase

__all__ = ["CheckReport", "Problem", "check"]

# Tokens of a phrase; one as long as this is in few other articles.
_PHRASE = 6
_AT_ONCE = 500
# Most damaged articles that are named.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an index, and the file it is in."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file} {self.what}"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The result of a check. `size` is in bytes; `sampled` is the number of articles looked for."""

    generation: int
    articles: int
    files: int
    size: int
    sampled: int
    problems: tuple[Problem, ...]
    seconds: float

    @property
    def sound(self) -> bool:
        """Nothing is wrong."""
        return not self.problems


def check(directory: str | os.PathLike[str], *, sample: int = 200) -> CheckReport:
    """Check an index, without changing it.

    Args:
        directory: The index.
        sample: How many articles, chosen at random, to look for in the engine.

    Returns:
        A report with all that is wrong.

    Raises:
        IndexMissing: There is no index.
        MissingExtra: Its engine is not installed.
        UsageError: It is on a cluster, which checks its files itself.

    Example:
        >>> check(index).sound
        True
    """
    if isinstance(sample, bool) or not isinstance(sample, int) or sample < 0:
        raise UsageError(f"sample must be a whole number, 0 or more, not {sample!r}")
    began = time.perf_counter()
    location = open_location(directory)
    if not isinstance(location, DirectoryLocation):
        raise UsageError("a cluster looks after its files itself; check is for index directories")
    checker = _Checker(location.directory)
    checker.run(sample)
    return CheckReport(
        generation=checker.generation,
        articles=checker.articles,
        files=checker.files,
        size=checker.size,
        sampled=checker.sampled,
        problems=tuple(checker.problems),
        seconds=time.perf_counter() - began,
    )


class _Checker:
    """Checks from the outside in, and nothing inside of what cannot be opened."""

    def __init__(self, directory: IndexDirectory) -> None:
        self._directory = directory
        self.generation = self.articles = self.files = self.size = self.sampled = 0
        self.problems: list[Problem] = []

    def run(self, sample: int) -> None:
        try:
            lease = self._directory.lease()
        except IndexMissing:
            raise
        except ArchiveError as error:
            self._note(error, self._directory.manifest_path)
            return
        try:
            self.generation, self.articles = lease.manifest.generation, lease.manifest.articles
            self._check_files(lease)
            self._check_contents(lease, sample)
        finally:
            lease.release()

    def _note(self, error: ArchiveError, path: Path) -> None:
        file = error.file if isinstance(error, IndexDamaged) else str(path)
        if all(problem.file != file for problem in self.problems):
            self.problems.append(Problem(file, f"cannot be used: {error}"))

    def _check_files(self, lease: DirectoryLease) -> None:
        known = lease.manifest.files
        for name, entry in known.items():
            path = lease.directory / name
            self.files += 1
            self.size += entry["size"]
            if (what := damage_of(path, entry, contents="sha256")) is not None:
                self.problems.append(Problem(str(path), what))
        for path in sorted(lease.directory.rglob("*")):
            name = path.relative_to(lease.directory).as_posix()
            if not path.is_dir() and name not in known and name not in NOT_OF_THE_GENERATION:
                self.problems.append(Problem(str(path), "is no file of this index"))

    def _check_contents(self, lease: DirectoryLease, sample: int) -> None:
        path = self._directory.store_path(lease.manifest)
        try:
            analyzer = Analyzer(lease.user_dict())
            check_fit(DirectoryLocation(self._directory.path), lease.manifest, analyzer)
            with closing(Store(path, readonly=True)) as store:
                self.size += path.stat().st_size
                self.problems += [Problem(str(path), f"is damaged: {what}") for what in store.problems()]
                stored = self._stored(store)
                if len(stored) != self.articles:
                    what = f"holds {len(stored):,} articles, and the manifest says {self.articles:,}"
                    self.problems.append(Problem(str(path), what))
                store.verify(self.generation, articles=self.articles, facts=lease.manifest.facts)
                store.check_facts(self.generation)
                if self.problems:
                    return  # an engine is not asked what it makes of damaged files
                engine = self._directory.engine(self.generation)
                reader = reader_class(lease.manifest.engine)(engine, store, self.generation, analyzer)
                with closing(reader):
                    self._check_engine(reader, stored, engine)
                    self._check_sample(reader, store, sorted(stored), sample)
        except (EngineError, IndexLocked, MissingExtra):
            raise  # nothing is known to be wrong with the index
        except ArchiveError as error:
            self._note(error, path)

    def _stored(self, store: Store) -> set[int]:
        """Return the rows of all articles, after comparing each with its checksum."""
        rows = store.rows(self.generation)
        lost: list[str] = []
        for at in range(0, len(rows), _AT_ONCE):
            lost += store.altered(rows[at : at + _AT_ONCE])
        if lost:
            named = ", ".join(lost[:_NAMED]) + " …" * (len(lost) > _NAMED)
            what = f"is damaged: {len(lost):,} articles are not what was written: {named}"
            self.problems.append(Problem(str(store.path), what))
        return set(rows)

    def _check_engine(self, reader: StoreReader, stored: set[int], path: Path) -> None:
        held = set(reader.rows(All(())))
        if lacking := len(stored - held):
            self.problems.append(Problem(str(path), f"lacks {lacking:,} articles that the store holds"))
        if extra := len(held - stored):
            self.problems.append(Problem(str(path), f"holds {extra:,} articles that the store lacks"))

    def _check_sample(self, reader: StoreReader, store: Store, rows: list[int], sample: int) -> None:
        chosen = random.Random(self.generation).sample(rows, min(sample, len(rows)))
        lost = []
        for row, article in store.articles(sorted(chosen)).items():
            self.sampled += 1
            if not all(row in set(reader.rows(phrase)) for phrase in _phrases_of(article)):
                lost.append(article.id)
        if lost:
            what = f"does not find {len(lost):,} of {self.sampled:,} articles by their own words: {lost[0]} …"
            self.problems.append(Problem(str(self._directory.engine(self.generation)), what))


def _phrases_of(article: Article) -> Iterator[TokenPhrase]:
    """Return phrases that must find an article: the start of its title, a run from the middle of its body."""
    for field, text in (("title", article.title), ("body", article.body)):
        tokens = tokenize(text)
        start = 0 if field == "title" else len(tokens) // 2
        from_a_token = dropwhile(BOUNDARY.__eq__, tokens[start:])
        if phrase := tuple(islice(takewhile(BOUNDARY.__ne__, from_a_token), _PHRASE)):
            yield TokenPhrase((field,), phrase)
