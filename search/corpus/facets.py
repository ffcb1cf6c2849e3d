"""Count the articles of a plan by name and by time; find an article's neighbours in time.

Asks only a Reader, so every engine gives the same. Counts full matches; if there
are none, counts partial ones and says so in the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Literal, TypeAlias, get_args

from index.article import Article
from index.errors import UsageError
from index.own_fields import OwnFields, own_name
from index.storage.store import to_seconds
from search.calendar import periods
from search.corpus.periods import TimeUnit, all_periods, check_unit, count_articles
from search.engines.base import DateSpan, Reader
from search.query.conditions import Condition, DateRange
from search.query.plan import Plan
from search.tables import Tabular
from search.values import Printable

__all__ = [
    "Count",
    "FacetBy",
    "Facets",
    "Neighbours",
    "Timeline",
    "count_by",
    "counted",
    "neighbours",
    "timeline",
]

FacetBy: TypeAlias = Literal["source", "author", "tag", "year", "month"]


@dataclass(frozen=True, slots=True)
class Count(Printable):
    """The number of articles with a source, author, tag or period.

    Attributes:
        value: The name, or the period as filters take it: `2024`, `2024-03`,
            `2024-W10`, `2024-03-10`.
        count: The articles.

    Example:
        >>> searcher.facets("", by="source").counts[0]
        Count(value='晨报', count=2)
    """

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets(Tabular, Printable):
    """The articles found, counted by one of their properties.

    Attributes:
        query: The query that was asked.
        by: "source", "author", "tag", "year" or "month", or the name of an own keyword.
        total: How many articles were found.
        missing: How many of these have no source, author, tag or date.
        partial: No article matches fully; partial matches were counted.
        counts: Names with the greatest first, years and months with the oldest first.

    Example:
        >>> facets = searcher.facets("台风", by="year")
        >>> facets.total, facets.missing, facets.counts
        (2, 1, (Count(value='2024', count=1),))
    """

    query: str
    by: str
    total: int
    missing: int
    partial: bool
    counts: tuple[Count, ...]

    def _table(self) -> dict[str, list[Any]]:
        return _table_of(self.counts)


@dataclass(frozen=True, slots=True)
class Timeline(Tabular, Printable):
    """The articles found, counted over time.

    Attributes:
        query: The query that was asked.
        unit: The length of a period: "year", "month", "week" or "day".
        total: How many articles were found.
        missing: How many of these have no date.
        partial: No article matches fully; partial matches were counted.
        counts: Every period from the first to the last, empty ones too.

    Example:
        >>> searcher.timeline("渡轮", unit="week").counts
        (Count(value='2024-W10', count=1), Count(value='2024-W11', count=1))
    """

    query: str
    unit: TimeUnit
    total: int
    missing: int
    partial: bool
    counts: tuple[Count, ...]

    def _table(self) -> dict[str, list[Any]]:
        return _table_of(self.counts)


@dataclass(frozen=True, slots=True)
class Neighbours(Printable):
    """The articles just before and after one in time; at the same second, in the order of the index.

    Attributes:
        previous: The earlier one, or None.
        following: The later one, or None.

    Example:
        >>> searcher.neighbours("晨报/2.md").previous.title
        '渡轮停航'
    """

    previous: Article | None
    following: Article | None


def _table_of(counts: Sequence[Count]) -> dict[str, list[Any]]:
    return {"value": [one.value for one in counts], "count": [one.count for one in counts]}


def counted(reader: Reader, plan: Plan) -> tuple[Condition, bool]:
    """Return the condition of a plan whose matches are counted, and whether these are partial."""
    if plan.relaxed is None or reader.date_span(plan.match).total:
        return plan.match, False
    return plan.relaxed, True


def count_by(
    reader: Reader, plan: Plan, by: str, *, query: str, tz: tzinfo, own_fields: OwnFields = ()
) -> Facets:
    """Count the articles of a plan by name, or by year or month in `tz`. Raises UsageError for others."""
    keywords = [name for name, kind in own_fields if kind == "keyword"]
    if by not in get_args(FacetBy) and by not in keywords:
        there_are = ", ".join((*get_args(FacetBy), *keywords))
        raise UsageError(f"there are no facets by {by!r}; there are {there_are}")
    match, partial = counted(reader, plan)
    span = reader.date_span(match)
    if by in ("year", "month"):
        unit: Literal["year", "month"] = "year" if by == "year" else "month"
        counts = tuple(_occurring(reader, match, span, unit, tz))
        return Facets(query, by, span.total, span.total - span.dated, partial, counts)
    field = own_name(by) if by in keywords else "outlet" if by == "source" else by
    names = reader.count_names(match, field)
    missing = names.pop("", 0)
    ordered = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    return Facets(query, by, span.total, missing, partial, tuple(Count(*item) for item in ordered))


def timeline(reader: Reader, plan: Plan, unit: TimeUnit | None, *, query: str, tz: tzinfo) -> Timeline:
    """Count the articles of a plan by period in `tz`; without a unit, by one that fits a chart.

    Raises UsageError for another unit, and for more than MAX_PERIODS periods.
    """
    check_unit(unit)
    match, partial = counted(reader, plan)
    span = reader.date_span(match)
    there = all_periods(_ends(span), unit, tz)
    counts = count_articles(reader, match, there, tz)
    bars = tuple(Count(str(period), count) for period, count in zip(there, counts, strict=True))
    unit = there[0].unit if there else unit or "year"
    return Timeline(query, unit, span.total, span.total - span.dated, partial, bars)


def _ends(span: DateSpan) -> list[int]:
    return [moment for moment in (span.first, span.last) if moment is not None]


def _occurring(
    reader: Reader, match: Condition, span: DateSpan, unit: Literal["year", "month"], tz: tzinfo
) -> list[Count]:
    """Return the years or months that have articles, however far apart, the oldest first."""
    there = all_periods(_ends(span), "year", tz)
    counts = count_articles(reader, match, there, tz)
    if unit == "month":
        years = [year for year, count in zip(there, counts, strict=True) if count]
        there = [month for year in years for month in periods(year.first, year.last, "month")]
        counts = count_articles(reader, match, there, tz)
    return [Count(str(period), count) for period, count in zip(there, counts, strict=True) if count]


def neighbours(reader: Reader, row: int, article: Article) -> Neighbours:
    """Return what was published just before and just after an article that has a date."""
    seconds = to_seconds(article.date)
    if seconds is None:
        return Neighbours(None, None)
    same = _rows_between(reader, seconds, seconds + 1)
    at = same.index(row)
    before = same[at - 1 : at] if at else _last_before(reader, seconds)
    after = same[at + 1 : at + 2] or _rows_between(reader, seconds + 1, None, limit=1)
    articles = reader.articles([*before, *after])
    return Neighbours(articles[before[0]] if before else None, articles[after[0]] if after else None)


def _rows_between(reader: Reader, start: int, end: int | None, *, limit: int | None = None) -> list[int]:
    plan = Plan(DateRange(start, end), None, (), ())
    return [row.row for row in reader.search(plan, sort="oldest", offset=0, limit=limit).rows]


def _last_before(reader: Reader, seconds: int) -> list[int]:
    plan = Plan(DateRange(None, seconds), None, (), ())
    newest = [row.row for row in reader.search(plan, sort="newest", offset=0, limit=1).rows]
    if not newest:
        return []
    moment = to_seconds(reader.articles(newest)[newest[0]].date)
    assert moment is not None
    # Of one second the newest order, too, begins with the article added first.
    return _rows_between(reader, moment, moment + 1)[-1:]
