"""How what a query finds is spread over sources and time, and what stands beside an article.

Everything is asked of a Reader, so it holds for every engine. Counts are of
full matches; where a query has none, of partial ones, and they say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Literal, TypeAlias, get_args

from index.article import Article
from index.errors import UsageError
from index.storage.store import to_seconds
from search.engines.base import DateSpan, Reader
from search.query.conditions import Condition, DateRange
from search.query.plan import Plan

__all__ = [
    "MAX_BARS",
    "Count",
    "FacetBy",
    "Facets",
    "Neighbours",
    "TimeUnit",
    "Timeline",
    "count_by",
    "counted",
    "neighbours",
    "timeline",
]

FacetBy: TypeAlias = Literal["source", "author", "tag", "year", "month"]
TimeUnit: TypeAlias = Literal["year", "month", "day"]

MAX_BARS = 4_000
"""The most periods that a timeline has; a longer time must be counted in longer units."""

# What fits into a chart: days within two months, months within six years.
_MOST = {"day": 62, "month": 72}


@dataclass(frozen=True, slots=True)
class Count:
    """A source, author or tag, or a period as queries write it (2024, 2024-03), and its articles."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """The articles found, by one of their properties.

    `missing` articles have no source, author, tag or date. Names come with
    the greatest first, years and months with the newest.
    """

    by: FacetBy
    total: int
    missing: int
    partial: bool
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The articles found, by time: every period from the first to the last, empty ones too."""

    unit: TimeUnit
    total: int
    missing: int
    partial: bool
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles before and after one in time; of one second, in the order of the index."""

    previous: Article | None
    following: Article | None


def counted(reader: Reader, plan: Plan) -> tuple[Condition, bool]:
    """What of a plan is counted, and whether these are the partial matches."""
    if plan.relaxed is None or reader.date_span(plan.match).total:
        return plan.match, False
    return plan.relaxed, True


def count_by(reader: Reader, plan: Plan, by: FacetBy, *, tz: tzinfo) -> Facets:
    """Count what a plan finds by a kind of name, or by year or month in `tz`.

    Raises:
        UsageError: `by` is none of FacetBy.
    """
    if by not in get_args(FacetBy):
        raise UsageError(f"there are no facets by {by!r}; there are {', '.join(get_args(FacetBy))}")
    match, partial = counted(reader, plan)
    span = reader.date_span(match)
    if by == "year" or by == "month":
        counts = tuple(reversed(_occurring(reader, match, span, by, tz)))
        return Facets(by, span.total, span.total - span.dated, partial, counts)
    names = reader.count_names(match, by)
    missing = names.pop("", 0)
    ordered = sorted(names.items(), key=lambda item: (-item[1], item[0]))
    return Facets(by, span.total, missing, partial, tuple(Count(*item) for item in ordered))


def timeline(reader: Reader, plan: Plan, unit: TimeUnit | None, *, tz: tzinfo) -> Timeline:
    """Count what a plan finds by periods of `tz`, of a length that fits where none is named.

    Raises UsageError for another unit, and where there would be more than MAX_BARS periods.
    """
    if unit is not None and unit not in get_args(TimeUnit):
        raise UsageError(f"there is no unit {unit!r}; there are {', '.join(get_args(TimeUnit))}")
    match, partial = counted(reader, plan)
    span = reader.date_span(match)
    if span.first is None or span.last is None:
        return Timeline(unit or "year", span.total, span.total, partial, ())
    first, last = _local(span.first, tz), _local(span.last, tz)
    unit = unit or _fitting(first, last)
    number = _number(first, last, unit)
    if number > MAX_BARS:
        raise UsageError(
            f"{number:,} {unit}s are more than the {MAX_BARS:,} that can be counted one by one;"
            f" count by {'year' if unit == 'month' else 'month or year'}, or set after and before"
        )
    periods = list(_periods(first, last, unit))
    counts = _count_periods(reader, match, span, periods, tz)
    bars = tuple(Count(_name(day, unit), count) for day, count in zip(periods, counts, strict=True))
    return Timeline(unit, span.total, span.total - span.dated, partial, bars)


def _occurring(
    reader: Reader, match: Condition, span: DateSpan, unit: Literal["year", "month"], tz: tzinfo
) -> list[Count]:
    """The years or months that have articles, however far apart, the oldest first."""
    if span.first is None or span.last is None:
        return []
    first, last = _local(span.first, tz), _local(span.last, tz)
    periods = list(_periods(first, last, "year"))
    counts = _count_periods(reader, match, span, periods, tz)
    if unit == "month":
        years = [day.year for day, count in zip(periods, counts, strict=True) if count]
        ends = [(max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in years]
        periods = [month for begin, end in ends for month in _periods(begin, end, "month")]
        counts = _count_periods(reader, match, span, periods, tz)
    return [Count(_name(day, unit), count) for day, count in zip(periods, counts, strict=True) if count]


def _count_periods(
    reader: Reader, match: Condition, span: DateSpan, periods: Sequence[date], tz: tzinfo
) -> list[int]:
    """The articles from the first day of each period on and before the next one's.

    The first begins, and the last ends, with the span.
    """
    assert span.first is not None
    assert span.last is not None
    bounds = [span.first, *(_start(day, tz) for day in periods[1:]), span.last + 1]
    counts: list[int] = []
    for at in range(0, len(periods), MAX_BARS):
        counts += reader.count_dates(match, bounds[at : at + MAX_BARS + 1])
    return counts


def neighbours(reader: Reader, row: int, article: Article) -> Neighbours:
    """What was published just before and just after an article that has a date."""
    seconds = to_seconds(article.date)
    if seconds is None:
        return Neighbours(None, None)
    same = _listed(reader, seconds, seconds + 1)
    at = same.index(row)
    before = same[at - 1 : at] if at else _last_before(reader, seconds)
    after = same[at + 1 : at + 2] or _listed(reader, seconds + 1, None, limit=1)
    articles = reader.articles([*before, *after])
    return Neighbours(articles[before[0]] if before else None, articles[after[0]] if after else None)


# Periods of the calendar


def _local(seconds: int, tz: tzinfo) -> date:
    try:
        return datetime.fromtimestamp(seconds, tz).date()
    except (OverflowError, ValueError):  # the first or last day that a datetime can hold
        return datetime.fromtimestamp(seconds, timezone.utc).date()


def _start(day: date, tz: tzinfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=tz).timestamp())


def _fitting(first: date, last: date) -> TimeUnit:
    if (last - first).days < _MOST["day"]:
        return "day"
    return "month" if _months(last) - _months(first) < _MOST["month"] else "year"


def _number(first: date, last: date, unit: TimeUnit) -> int:
    """How many periods there are from that of `first` to that of `last`."""
    if unit == "day":
        return (last - first).days + 1
    return _months(last) - _months(first) + 1 if unit == "month" else last.year - first.year + 1


def _periods(first: date, last: date, unit: TimeUnit) -> Iterator[date]:
    """The first day of every period from that of `first` to that of `last`."""
    for at in range(_number(first, last, unit)):
        if unit == "day":
            yield first + timedelta(days=at)
        elif unit == "month":
            year, month = divmod(_months(first) + at, 12)
            yield date(year, month + 1, 1)
        else:
            yield date(first.year + at, 1, 1)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _name(day: date, unit: TimeUnit) -> str:
    return day.isoformat()[: {"year": 4, "month": 7, "day": 10}[unit]]


# Neighbours


def _listed(reader: Reader, start: int, end: int | None, *, limit: int | None = None) -> list[int]:
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
    return _listed(reader, moment, moment + 1)[-1:]
