"""What an engine must offer to be searched, and the list of engines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal, TypeAlias

from index.article import Article
from index.store import Store
from index.text.analyzer import Analyzer
from search.match import Match
from search.plan import Plan
from search.ranking import Statistics, Term

__all__ = ["Found", "Reader", "Row", "Sort", "StoreReader", "reader_class"]

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]

_ENGINES = {
    "whoosh": ("search.engines.whoosh", "WhooshReader"),
    "memory": ("search.engines.memory", "MemoryReader"),
}


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
    def rows(self, match: Match) -> Iterable[int]:
        """The rows of all articles that match, in no order."""

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
    def close(self) -> None:
        """Let go of all files."""


class StoreReader(Reader):
    """A reader whose articles are in the store beside it, as with every embedded engine."""

    def __init__(self, directory: Path, store: Store, generation: int, analyzer: Analyzer) -> None:
        self.store = store
        self.generation = generation

    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """The articles of some rows, by row."""
        return self.store.articles(rows)

    def article(self, id: str) -> tuple[int, Article] | None:
        """The row and article of an id, or None."""
        return self.store.article(id, self.generation)


def reader_class(engine: str) -> type[StoreReader]:
    """The reader of an engine by its name."""
    module, name = _ENGINES[engine]
    reader: type[StoreReader] = getattr(import_module(module), name)
    return reader
