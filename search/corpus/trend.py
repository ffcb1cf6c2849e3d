"""Trend: several queries over time, counted or compared.

Every series has all periods from the first in which any query is found to the
last, empty ones too. What a period's number is, is the measure:

- articles: the articles that match
- occurrences: the places in them where the query stands
- share: the articles that match, of all articles of the period
- per_million: the occurrences, in a million characters of all articles of the
  period. A run of letters or of digits counts as one character, a mark or a
  space as none, as word processors count Chinese.

"All articles" are those that the filters let through; what the queries
themselves say of sources and dates does not narrow them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import repeat
from typing import Any, Literal, TypeAlias, get_args

from index.errors import UsageError
from search.calendar import FIRST, Period
from search.corpus.counts import occurrences_by_row
from search.corpus.occurrences import batches, check_looks_for_text, rows_in_time
from search.corpus.periods import TimeUnit, all_periods, check_unit, count_articles
from search.engines.base import Reader
from search.query.plan import Plan
from search.tables import Tabular
from search.values import Printable, names_of

__all__ = ["Measure", "Point", "Series", "Trend", "trend"]

Measure: TypeAlias = Literal["articles", "occurrences", "share", "per_million"]


@dataclass(frozen=True, slots=True)
class Point(Printable):
    """What one period has.

    Attributes:
        period: The period as filters take it: `2024`, `2024-03`, `2024-W10`, `2024-03-10`.
        value: The number; for a share from 0 to 1.

    Example:
        >>> searcher.trend("渡轮", unit="month").series[0].points
        (Point(period='2024-03', value=2),)
    """

    period: str
    value: int | float


@dataclass(frozen=True, slots=True)
class Series(Printable):
    """One query over time.

    Attributes:
        query: The query.
        total: The articles that match, or occurrences in them, with or without a date.
        missing: How many of these have no date.
        points: One for each period.

    Example:
        >>> series = searcher.trend("台风", unit="year").series[0]
        >>> series.total, series.missing
        (2, 1)
    """

    query: str
    total: int
    missing: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Trend(Tabular, Printable):
    """Several queries over time.

    Attributes:
        unit: The length of a period: "year", "month", "week" or "day".
        measure: "articles", "occurrences", "share" or "per_million".
        series: One for each query, all with the same periods.

    Example:
        >>> found = searcher.trend("渡轮", "台风", measure="share", unit="year")
        >>> [(series.query, series.points[0].value) for series in found.series]
        [('渡轮', 1.0), ('台风', 0.5)]
    """

    unit: TimeUnit
    measure: Measure
    series: tuple[Series, ...]

    def _table(self) -> dict[str, list[Any]]:
        rows = [(one.query, point) for one in self.series for point in one.points]
        points = {name: [getattr(point, name) for _, point in rows] for name in names_of(Point)}
        return {"query": [query for query, _ in rows], **points}


def trend(
    reader: Reader,
    queries: Sequence[str],
    plans: Sequence[Plan],
    everything: Plan,
    *,
    unit: TimeUnit | None,
    measure: Measure,
    tz: tzinfo,
) -> Trend:
    """Measure some queries over time; see `Searcher.trend`.

    Args:
        reader: Where the articles are.
        queries: The queries.
        plans: Their plans.
        everything: The plan of all articles that they are compared with.
        unit: The length of a period; None for one that fits a chart.
        measure: What is counted.
        tz: The zone whose calendar is used.

    Raises:
        QueryError: Occurrences are asked for of a query in which nothing can occur.
        UsageError: An argument makes no sense, or there are too many periods.
    """
    check_unit(unit)
    if measure not in get_args(Measure):
        raise UsageError(f"there is no measure {measure!r}; there are {', '.join(get_args(Measure))}")
    by_occurrence = measure in ("occurrences", "per_million")
    if by_occurrence:
        for query, plan in zip(queries, plans, strict=True):
            check_looks_for_text(plan, query)
    spans = [reader.date_span(plan.match) for plan in plans]
    ends = [moment for span in spans for moment in (span.first, span.last) if moment is not None]
    there = all_periods(ends, unit, tz)
    unit = there[0].unit if there else unit or "year"
    articles = [count_articles(reader, plan.match, there, tz) for plan in plans]
    if by_occurrence:
        counts, totals = _count_occurrences(reader, plans, articles)
    else:
        counts, totals = articles, [span.total for span in spans]
    values = _measured(reader, counts, everything, there, measure=measure, tz=tz)
    series = [
        Series(query, total, total - sum(some), tuple(map(Point, map(str, there), numbers)))
        for query, total, some, numbers in zip(queries, totals, counts, values, strict=True)
    ]
    return Trend(unit, measure, tuple(series))


def _measured(
    reader: Reader,
    counts: Sequence[Sequence[int]],
    everything: Plan,
    there: Sequence[Period],
    *,
    measure: Measure,
    tz: tzinfo,
) -> Sequence[Sequence[int | float]]:
    """Return counts of articles or occurrences as they are, or in relation to all articles."""
    if measure == "share":
        whole = count_articles(reader, everything.match, there, tz)
    elif measure == "per_million":
        whole = _count_characters(reader, everything, there, tz)
    else:
        return counts
    times = 1 if measure == "share" else 1_000_000
    return [
        [times * count / of if of else 0.0 for count, of in zip(some, whole, strict=True)] for some in counts
    ]


def _count_occurrences(
    reader: Reader, plans: Sequence[Plan], articles: Sequence[Sequence[int]]
) -> tuple[list[list[int]], list[int]]:
    """Return the occurrences of each plan in each period, and in all articles.

    Args:
        reader: Where the articles are.
        plans: What occurs.
        articles: How many articles each plan has in each period.
    """
    rows = [rows_in_time(reader, plan) for plan in plans]
    # In order of time the first articles are those of the first period.
    period_of = {
        row: period
        for some, numbers in zip(rows, articles, strict=True)
        for row, period in zip(some, _repeated(numbers), strict=False)
    }
    counts = [[0] * len(numbers) for numbers in articles]
    totals = [0] * len(plans)
    for row, found in occurrences_by_row(reader, plans, rows):
        for plan, number in found:
            totals[plan] += number
            if row in period_of:
                counts[plan][period_of[row]] += number
    return counts, totals


def _count_characters(reader: Reader, plan: Plan, there: Sequence[Period], tz: tzinfo) -> list[int]:
    """Return the characters of a plan's articles in each period."""
    counts = [0] * len(there)
    # Articles from before the first period have a number of their own.
    before = reader.count_dates(plan.match, [FIRST, there[0].start(tz)]) if there else [0]
    rows = rows_in_time(reader, plan)[before[0] :]
    period_of = dict(zip(rows, _repeated(count_articles(reader, plan.match, there, tz)), strict=False))
    for some in batches(sorted(period_of)):
        for row, texts in reader.token_texts(some).items():
            counts[period_of[row]] += sum(map(len, texts))
    return counts


def _repeated(numbers: Iterable[int]) -> Iterator[int]:
    """Return the index of each number as often as the number says."""
    for at, number in enumerate(numbers):
        yield from repeat(at, number)
