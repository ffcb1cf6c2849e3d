"""The interface of an engine's reader.

A Reader answers plans from one generation in rows, the numbers under which
the article store and the engines know articles. Add an engine by writing a
StoreReader with three methods (`search`, `rows`, `statistics`) and naming it
in the registry; everything else is counted from the article store.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from index.article import Article
from index.engines.directory import DirectoryLocation
from index.own_fields import OWN, name_of
from index.storage.location import IndexLocation, Lease
from index.storage.store import Store
from index.text.analyzer import Analyzer
from index.text.document import RANKED_FIELDS, original
from index.text.sketch import Sketch
from index.text.token_text import TokenText
from search.engines.columns import Columns, Tally
from search.engines.recent import MOST_AT_ONCE, Recent
from search.query.conditions import Added, All, AnyOf, Condition, NumberRange, RowIs, Without
from search.query.plan import Plan
from search.query.ranking import Statistics, Term
from search.timing import check_time

__all__ = ["Census", "DateSpan", "Found", "Reader", "Row", "Sort", "StoreReader", "holding"]

# Articles read together; each is some 10 kB.
_BATCH = 100
# Characters of articles, and of token texts, that are kept. With a token text's two strings and its map,
# both together take some 10 MB.
_KEPT = 1_000_000
# What an entry counts besides its text, so that empty ones do not gather without end.
_ENTRY = 500

Sort: TypeAlias = Literal["relevance", "newest", "oldest"]


class Row(NamedTuple):
    """One article found."""

    row: int
    score: float
    partial: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what matches.

    The totals are of all pages. `partial_total` is 0 with orders other than
    relevance, where no page is filled with partial matches.
    """

    total: int
    partial_total: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The number of matching articles, of those with a date, and their first and last date in seconds."""

    total: int
    dated: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Census:
    """Totals of a whole generation.

    `dated` articles have a date; `first` and `last` are the oldest and newest
    date in seconds. `sources` has the number of articles of each source as it
    is written, the greatest first; `size` is in bytes; `duplicates` articles have
    the same tokens as one before them.
    """

    dated: int
    first: int | None
    last: int | None
    sources: dict[str, int]
    size: int
    duplicates: int


class Reader(ABC):
    """Answers plans from one generation. May be shared by threads.

    Every error of a library or file is raised as EngineError or IndexDamaged.
    """

    @classmethod
    @abstractmethod
    def open(cls, location: IndexLocation, lease: Lease, analyzer: Analyzer, held: ExitStack) -> Reader:
        """Open a reader of a leased generation.

        Args:
            location: The index.
            lease: The generation; it must outlive the reader.
            analyzer: What articles and queries are analysed with.
            held: Takes everything that must be closed after use, the reader too.
        """

    @abstractmethod
    def search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        """Return one page: full matches in the order asked for, then, by relevance, partial ones.

        Of equal scores or dates the article added first comes first; articles
        without a date come last.

        Args:
            plan: Conditions to match, and terms to score.
            sort: "relevance", "newest" or "oldest".
            offset: How many rows to leave out.
            limit: Most rows to return; None for all.
        """

    def best(self, plan: Plan, limit: int) -> list[Row]:
        """Return the first rows by relevance of a plan that every article with one of its terms matches."""
        return self.search(plan, sort="relevance", offset=0, limit=limit).rows

    @abstractmethod
    def rows(self, condition: Condition) -> Iterable[int]:
        """Return the rows of all articles that match, in no order."""

    def resolved(self, plan: Plan) -> Plan:
        """Return the plan in terms of conditions that the engine answers."""
        return plan

    @abstractmethod
    def date_span(self, condition: Condition) -> DateSpan:
        """Count the articles that match, and return the time they are from."""

    @abstractmethod
    def count_dates(self, condition: Condition, bounds: Sequence[int]) -> list[int]:
        """Count the articles that match from each bound on and before the next.

        Bounds are ascending, in seconds since 1970; there is one count less.
        """

    @abstractmethod
    def count_names(self, condition: Condition, field: str) -> dict[str, int]:
        """Count the articles that match by source, author, tag or own keyword; "" counts those without.

        `field` is one of COUNTED_FIELDS, or an own keyword as it is called inside the index.

        Spellings that a filter does not tell apart are one name, shown in the
        most frequent spelling.
        """

    @abstractmethod
    def statistics(self, terms: Sequence[Term]) -> Statistics:
        """Return the statistics that the scores of these terms need."""

    @abstractmethod
    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """Return the articles of some rows, by row."""

    def titles(self, rows: Sequence[int]) -> list[str]:
        """Return the titles of some rows, in no order."""
        return [article.title for article in self.articles(rows).values()]

    def urls(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the urls of some rows, by row."""
        return {row: article.url for row, article in self.articles(rows).items()}

    @abstractmethod
    def token_texts(self, rows: Sequence[int]) -> dict[int, tuple[TokenText, TokenText]]:
        """Return the token texts of title and body of some rows, by row."""

    @abstractmethod
    def read(self, rows: Sequence[int]) -> dict[int, tuple[Article, tuple[TokenText, TokenText]]]:
        """Return the articles of some rows with the token texts of title and body, by row."""

    @abstractmethod
    def sketches(self, rows: Sequence[int]) -> dict[int, Sketch]:
        """Return the sketches of some rows, by row."""

    @abstractmethod
    def sharing(self, sketch: Sketch) -> Iterator[dict[int, Sketch]]:
        """Yield, in batches, the rows and sketches of articles that have a hash of a sketch as a key."""

    @abstractmethod
    def article(self, id: str) -> tuple[int, Article] | None:
        """Return the row and article of an id, or None."""

    @abstractmethod
    def arrivals(self, rows: Sequence[int]) -> dict[int, datetime]:
        """Return when each of some rows came into the index, by row."""

    @abstractmethod
    def arrival_span(self) -> tuple[int, int] | None:
        """Return when the first and the last article came in, in seconds; None without articles."""

    @abstractmethod
    def path_of(self, row: int) -> str | None:
        """Return the file that an article was read from, or None if it came from Python."""

    @abstractmethod
    def ids_with(self, piece: str, *, limit: int) -> list[str]:
        """Return some of the ids that contain `piece`, in any case of ASCII letters."""

    @abstractmethod
    def census(self) -> Census:
        """Return what the generation holds."""

    @abstractmethod
    def close(self) -> None:
        """Close all files."""


def holding(
    store: Store, rows: Iterable[int], field: str, keep: Callable[[TokenText], bool]
) -> Iterator[int]:
    """Find the rows whose token text of a text field is to be kept.

    Args:
        store: The article store.
        rows: Rows that may be.
        field: One of TEXT_FIELDS.
        keep: Decides for a token text.
    """
    ordered = sorted(rows)
    if field in RANKED_FIELDS:
        at = RANKED_FIELDS.index(field)
        texts: Iterator[tuple[int, TokenText]] = (
            (row, both[at]) for row, both in store.each_token_text(ordered)
        )
    else:
        # These are short, and few queries look for phrases in them.
        texts = _labels(store, ordered, field)
    for row, text in texts:
        check_time()
        if keep(text):
            yield row


def _size_of(texts: tuple[TokenText, TokenText]) -> int:
    return _ENTRY + sum(len(text.text) for text in texts)


def _size_of_article(arrived: tuple[Article, datetime]) -> int:
    return _ENTRY + len(arrived[0].title) + len(arrived[0].body)


def _labels(store: Store, rows: Sequence[int], field: str) -> Iterator[tuple[int, TokenText]]:
    for start in range(0, len(rows), _BATCH):
        for row, article in store.articles(rows[start : start + _BATCH]).items():
            yield row, TokenText.of(original(article, field))


class StoreReader(Reader):
    """A reader whose articles are in the store beside it, as with every embedded engine."""

    def __init__(self, directory: Path, store: Store, generation: int, analyzer: Analyzer) -> None:
        self.store = store
        self.generation = generation
        self._directory = directory
        self._texts: Recent[tuple[TokenText, TokenText]] = Recent(
            store.token_texts, size=_size_of, most=_KEPT
        )
        self._read: Recent[tuple[Article, datetime]] = Recent(
            store.arrived_articles, size=_size_of_article, most=_KEPT
        )
        # One page asks for sources, time span and periods of the same condition.
        self._tally = lru_cache(maxsize=16)(self._count)

    @classmethod
    def open(cls, location: IndexLocation, lease: Lease, analyzer: Analyzer, held: ExitStack) -> StoreReader:
        """Open a reader after checking the files. Raises IndexDamaged."""
        assert isinstance(location, DirectoryLocation)  # the engine's own, says the registry
        manifest, directory = lease.manifest, location.directory
        directory.verify(manifest)
        store = Store(directory.store_path(manifest), readonly=True)
        held.callback(store.close)
        store.verify(manifest.generation, articles=manifest.articles, facts=manifest.facts)
        reader = cls(directory.engine(manifest.generation), store, manifest.generation, analyzer)
        held.callback(reader.close)
        return reader

    def resolved(self, plan: Plan) -> Plan:
        """Return the plan with the rows of what no embedded engine keeps: times of arrival, own numbers."""
        match = self._resolved(plan.match)
        relaxed = None if plan.relaxed is None else self._resolved(plan.relaxed)
        return replace(plan, match=match, relaxed=relaxed)

    def _resolved(self, condition: Condition) -> Condition:
        match condition:
            case Added():
                rows = self.store.arrived(self.generation, condition.start, condition.end)
                return RowIs(frozenset(rows))
            case NumberRange():
                return self._resolved_range(condition)
            case All() | AnyOf():
                return replace(condition, parts=tuple(map(self._resolved, condition.parts)))
            case Without():
                return replace(condition, part=self._resolved(condition.part))
            case _:
                return condition

    def _resolved_range(self, condition: NumberRange) -> Condition:
        """Return the rows with an own number in a range, from the same list as dates and names."""
        with self.store.understood():
            return RowIs(frozenset(self._columns.rows_in(name_of(condition.field), condition.holds)))

    @cached_property
    def _columns(self) -> Columns:
        with self.store.understood():
            return Columns(self.store, self.generation)

    def _count(self, condition: Condition) -> Tally:
        rows, columns = self.rows(condition), self._columns
        with self.store.understood():
            return columns.tally(rows)

    def date_span(self, condition: Condition) -> DateSpan:
        """Count the articles that match, and return the time they are from."""
        tally = self._tally(condition)
        return DateSpan(tally.total, len(tally.dates), tally.first, tally.last)

    def count_dates(self, condition: Condition, bounds: Sequence[int]) -> list[int]:
        """Count the dates between each two bounds."""
        return self._tally(condition).count_dates(bounds)

    def count_names(self, condition: Condition, field: str) -> dict[str, int]:
        """Count the articles that match by source, author, tag or own keyword."""
        if not field.startswith(OWN):
            return self._tally(condition).names(field)
        rows, columns = self.rows(condition), self._columns
        with self.store.understood():
            return columns.count_own(rows, name_of(field))

    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """Return the articles of some rows, by row."""
        return self.store.articles(rows)

    def titles(self, rows: Sequence[int]) -> list[str]:
        """Return the titles of some rows."""
        return self.store.titles(rows)

    def urls(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the urls of some rows, by row."""
        return self.store.urls(rows)

    def token_texts(self, rows: Sequence[int]) -> dict[int, tuple[TokenText, TokenText]]:
        """Return the token texts of title and body of some rows, by row."""
        return self._texts.get(rows)

    def read(self, rows: Sequence[int]) -> dict[int, tuple[Article, tuple[TokenText, TokenText]]]:
        """Return the articles of some rows with the token texts of title and body, by row."""
        if len(rows) > MOST_AT_ONCE:
            return {row: (article, texts) for row, (article, _, texts) in self.store.read(rows).items()}
        articles, texts = self._read.kept(rows), self._texts.kept(rows)
        neither = [row for row in rows if row not in articles and row not in texts]
        for row, (article, arrived, both) in self.store.read(neither).items():
            articles[row], texts[row] = (article, arrived), both
        articles |= self.store.arrived_articles([row for row in rows if row not in articles])
        texts |= self.store.token_texts([row for row in rows if row not in texts])
        self._read.keep(articles)
        self._texts.keep(texts)
        return {row: (articles[row][0], texts[row]) for row in rows}

    def sketches(self, rows: Sequence[int]) -> dict[int, Sketch]:
        """Return the sketches of some rows, by row."""
        return self.store.sketches(rows)

    def sharing(self, sketch: Sketch) -> Iterator[dict[int, Sketch]]:
        """Yield, in batches, the rows and sketches of articles that have a hash of a sketch as a key."""
        rows = self.store.rows_sharing(sketch.hashes, self.generation)
        for at in range(0, len(rows), _BATCH):
            yield self.store.sketches(rows[at : at + _BATCH])

    def article(self, id: str) -> tuple[int, Article] | None:
        """Return the row and article of an id, or None."""
        return self.store.article(id, self.generation)

    def arrivals(self, rows: Sequence[int]) -> dict[int, datetime]:
        """Return when each of some rows came into the index, by row."""
        found = {row: arrived for row, (_, arrived) in self._read.kept(rows).items()}
        missing = [row for row in rows if row not in found]
        return found | self.store.arrivals(missing) if missing else found

    def arrival_span(self) -> tuple[int, int] | None:
        """Return when the first and the last article came in, in seconds; None without articles."""
        return self.store.arrival_span(self.generation)

    def path_of(self, row: int) -> str | None:
        """Return the file that an article was read from, or None if it came from Python."""
        return self.store.path_of(row)

    def ids_with(self, piece: str, *, limit: int) -> list[str]:
        """Return some of the ids that contain `piece`, in any case of ASCII letters."""
        return self.store.ids_with(piece, self.generation, limit=limit)

    def close(self) -> None:
        """Close all files at once.

        Without this they would stay open until the garbage collector finds the
        circle of this reader and its cache.
        """
        vars(self).clear()

    def census(self) -> Census:
        """Return what the generation holds, with the size of its files and of the article store."""
        first, last, dated = self.store.dates(self.generation)
        files = sum(path.stat().st_size for path in self._directory.parent.rglob("*") if path.is_file())
        size = files + self.store.path.stat().st_size
        duplicates = self.store.duplicates(self.generation)
        return Census(dated, first, last, self.store.sources(self.generation), size, duplicates)
