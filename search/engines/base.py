"""What an engine must offer to be searched."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

from index.article import Article
from index.storage.store import Store
from index.text.analyzer import Analyzer
from search.engines.columns import Columns, Tally
from search.query.conditions import Condition
from search.query.plan import Plan
from search.query.ranking import Statistics, Term

__all__ = ["Census", "Found", "Reader", "Row", "Sort", "Span", "StoreReader"]

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Row:
    """One article found."""

    row: int
    score: float
    partial: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what matches; the totals are of all pages.

    `partial_total` is 0 with orders other than relevance: nothing is filled there.
    """

    total: int
    partial_total: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Span:
    """How many articles match, how many of these have a date, and their first and last, in seconds."""

    total: int
    dated: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Census:
    """What a whole generation holds: articles with a date, the first and last date in seconds,
    the articles of each source as it is written, greatest first, and the size in bytes."""

    dated: int
    first: int | None
    last: int | None
    sources: dict[str, int]
    size: int


class Reader(ABC):
    """Answers plans from one generation. May be shared by threads.

    Anything that goes wrong below is raised as EngineError or IndexDamaged.
    """

    @abstractmethod
    def search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        """One page: full matches in the order asked for, then, with relevance, partial ones.

        Of equal scores or dates the article added first comes first; articles
        without a date come last. Without a limit, everything from `offset` on.
        """

    @abstractmethod
    def rows(self, match: Condition) -> Iterable[int]:
        """The rows of all articles that match, in no order."""

    @abstractmethod
    def date_span(self, match: Condition) -> Span:
        """How many articles match, and the time they are from."""

    @abstractmethod
    def count_dates(self, match: Condition, bounds: Sequence[int]) -> list[int]:
        """How many of the articles that match are from each bound on and before the next.

        Bounds are ascending, in seconds since 1970; there is one count less.
        """

    @abstractmethod
    def count_sources(self, match: Condition) -> dict[str, int]:
        """How many of the articles that match each source has; those without one are under "".

        Spellings that a filter does not tell apart are one source.
        """

    @abstractmethod
    def statistics(self, terms: Sequence[Term]) -> Statistics:
        """What the scores of these terms were computed from."""

    @abstractmethod
    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """The articles of some rows, by row."""

    @abstractmethod
    def article(self, id: str) -> tuple[int, Article] | None:
        """The row and article of an id, or None."""

    @abstractmethod
    def path_of(self, row: int) -> str | None:
        """The file that an article was read from, or None if it came from Python."""

    @abstractmethod
    def ids_with(self, piece: str, *, limit: int) -> list[str]:
        """Some of the ids that have `piece` in them, in any case of ASCII letters."""

    @abstractmethod
    def census(self) -> Census:
        """What the generation holds."""

    @abstractmethod
    def close(self) -> None:
        """Let go of all files."""


class StoreReader(Reader):
    """A reader whose articles are in the store beside it, as with every embedded engine."""

    def __init__(self, directory: Path, store: Store, generation: int, analyzer: Analyzer) -> None:
        self.store = store
        self.generation = generation
        self._directory = directory
        # A page asks for sources, time span and periods of one match.
        self._tally = lru_cache(maxsize=16)(self._count)

    @cached_property
    def _columns(self) -> Columns:
        with self.store.understood():
            return Columns(self.store, self.generation)

    def _count(self, match: Condition) -> Tally:
        rows, columns = self.rows(match), self._columns
        with self.store.understood():
            return columns.tally(rows)

    def date_span(self, match: Condition) -> Span:
        """How many articles match, and the time they are from."""
        tally = self._tally(match)
        dates = tally.dates
        return Span(tally.total, len(dates), dates[0] if dates else None, dates[-1] if dates else None)

    def count_dates(self, match: Condition, bounds: Sequence[int]) -> list[int]:
        """How many dates lie between each two bounds."""
        return self._tally(match).count_dates(bounds)

    def count_sources(self, match: Condition) -> dict[str, int]:
        """How many articles each source has."""
        return dict(self._tally(match).sources)

    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """The articles of some rows, by row."""
        return self.store.articles(rows)

    def article(self, id: str) -> tuple[int, Article] | None:
        """The row and article of an id, or None."""
        return self.store.article(id, self.generation)

    def path_of(self, row: int) -> str | None:
        """The file that an article was read from, or None if it came from Python."""
        return self.store.path_of(row)

    def ids_with(self, piece: str, *, limit: int) -> list[str]:
        """Some of the ids that have `piece` in them, in any case of ASCII letters."""
        return self.store.ids_with(piece, self.generation, limit=limit)

    def close(self) -> None:
        """Let go of all files at once: in the circle of this and its cache they would stay open for long."""
        vars(self).clear()

    def census(self) -> Census:
        """What the generation holds, and the size of its files and of the article store."""
        first, last, dated = self.store.dates(self.generation)
        files = sum(path.stat().st_size for path in self._directory.parent.rglob("*") if path.is_file())
        size = files + self.store.path.stat().st_size
        return Census(dated, first, last, self.store.sources(self.generation), size)
