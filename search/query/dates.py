"""Read dates as users write them in queries, and return the range of time that each means.

A value is read twice: when the query is parsed, only to report a mistake with its
position; and when the query runs, with the time zone and the present time.
Lengths of months, weeks and days are search/calendar.py's.

| form | means |
|---|---|
| `2024`, `2024-03`, `2024-3-1`, `2024/3/1`, `2024年3月1日`, `2024-W10` | a year, month, day, week |
| `2024-03-10T19:45`, `2024-03-10 19:45:01+08:00` | a minute, a second |
| `2024-03..2024-05`, `2024..`, `..2023` | from the first period to the end of the last |
| `7d`, `4w`, `3m`, `1y` | the last days, weeks, months, years |
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from operator import itemgetter
from typing import Final

from index.errors import QueryError, UsageError
from search.calendar import END, Period, in_zone, instant, moment_at, months_before
from search.query.tree import DateKind, Dates, Node, narrow

__all__ = ["check", "check_alone", "check_order", "interval"]

Interval = tuple[datetime | None, datetime | None]
"""A half-open range: first instant, and the first one after it; None if unbounded."""

_FORMS = "2024, 2024-03, 2024-03-10"
_HINTS: Final[dict[DateKind, str]] = {
    "date": f"write {_FORMS}, 2024-03-01..2024-03-31 or 7d (d, w, m, y)",
    "after": f"write {_FORMS} or 7d (d, w, m, y)",
    "before": f"write {_FORMS} or 7d (d, w, m, y)",
}
_LONGEST = 64

_DAY = re.compile(
    r"(?P<year>\d{4})(?:(?P<mark>[-/])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?)?", re.ASCII
)
_CHINESE_DAY = re.compile(
    r"(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号號])?)?", re.ASCII
)
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_AGO = re.compile(r"(?P<count>[1-9]\d{0,3})(?P<unit>[dwmy])", re.ASCII | re.IGNORECASE)
# The days and months of each unit.
_UNITS = {"d": (1, 0), "w": (7, 0), "m": (0, 1), "y": (0, 12)}


def interval(dates: Dates, *, tz: tzinfo, now: datetime) -> Interval:
    """Return the time that a date filter lets through, bounds in UTC.

    `2024-03` is all of that month in `tz`, `2024-03-01..2024-03-31` everything
    from the first period to the end of the second, either of which may be
    missing; `7d` is the last seven days until `now`. A date-time with an
    offset of its own (`2024-03-10T19:45Z`) ignores `tz`. `after` begins with
    its period, `before` ends where its period begins.

    Raises:
        QueryError: The value is no date; the error has the value as its query.
    """
    start, end = _read(dates.kind, dates.value).bounds(tz, now)
    if dates.kind == "after":
        end = None
    elif dates.kind == "before":
        start, end = None, start
    return (
        None if start is None else moment_at(start),
        None if end is None or end >= END else moment_at(end),
    )


def check(dates: Dates) -> None:
    """Raise the QueryError that `interval` would raise."""
    _read(dates.kind, dates.value)


def check_alone(kind: DateKind, value: str) -> None:
    """Raise UsageError for a bad value of a filter that was given outside a query."""
    if ".." in narrow(value):
        raise UsageError(f"{value} is a range of dates; give its ends to after and before")
    try:
        check(Dates(kind, value))
    except QueryError as error:
        what = error.problem if value in error.problem else f"{error.problem}: {value}"
        raise UsageError(f"{what}; {error.hint}") from None


def check_order(clauses: Sequence[Node], query: str, *, tz: tzinfo, now: datetime) -> None:
    """Raise an error if two clauses that must both hold leave no time between them.

    Raises:
        QueryError: One of them stands in `query`.
        UsageError: Both are filters that were added to it.
    """
    starts: list[tuple[datetime, Dates]] = []
    ends: list[tuple[datetime, Dates]] = []
    for clause in clauses:
        if isinstance(clause, Dates) and clause.kind != "date":
            start, end = interval(clause, tz=tz, now=now)
            starts += [(start, clause)] if start else []
            ends += [(end, clause)] if end else []
    if not starts or not ends:
        return
    (start, after), (end, before) = max(starts, key=itemgetter(0)), min(ends, key=itemgetter(0))
    if start < end:
        return
    problem = f"{after} and {before} leave no time between them"
    hint = "before must be later than after, because it excludes its own date"
    if not (after.span.end or before.span.end):
        raise UsageError(f"{problem}; {hint}")
    position = max(after.span.start, before.span.start) + 1
    raise QueryError(problem, query=query, position=position, hint=hint)


@dataclass(frozen=True, slots=True)
class _Days:
    """A period of whole days in the reader's time zone."""

    period: Period

    def bounds(self, tz: tzinfo, now: datetime) -> tuple[int, int]:
        return self.period.start(tz), self.period.end(tz)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A minute or second in `zone`, or else in the reader's time zone."""

    clock: datetime
    seconds: int
    zone: tzinfo | None

    def bounds(self, tz: tzinfo, now: datetime) -> tuple[int, int]:
        start = instant(self.clock, self.zone or tz)
        return start, start + self.seconds


@dataclass(frozen=True, slots=True)
class _Range:
    first: _Days | _Moment | None
    last: _Days | _Moment | None

    def bounds(self, tz: tzinfo, now: datetime) -> tuple[int | None, int | None]:
        start = self.first.bounds(tz, now)[0] if self.first else None
        end = self.last.bounds(tz, now)[1] if self.last else None
        return start, end


@dataclass(frozen=True, slots=True)
class _Ago:
    """The last days or months before the present time, in the reader's time zone."""

    days: int
    months: int

    def bounds(self, tz: tzinfo, now: datetime) -> tuple[int, int]:
        then = months_before(in_zone(now, tz).replace(tzinfo=None), self.months)
        then = max(then, datetime.min + timedelta(days=self.days)) - timedelta(days=self.days)
        return instant(then, tz), instant(now.astimezone(timezone.utc), timezone.utc)


def _read(kind: DateKind, value: str) -> _Days | _Moment | _Range | _Ago:
    text = narrow(value)
    if len(text) > _LONGEST:
        raise QueryError("this is no date", query=value, position=1, hint=_HINTS[kind])
    first, dots, last = text.partition("..")
    if not dots:
        return _ago(text) or _period(kind, value, text, at=0)
    if kind != "date":
        hint = f"write {kind}:2024-03-10, or date: with the range"
        raise QueryError(f"{kind}: with a range of dates", query=value, position=len(first) + 1, hint=hint)
    return _range(value, first, last)


def _range(value: str, first: str, last: str) -> _Range:
    begin = _period("date", value, first, at=0) if first else None
    end = _period("date", value, last, at=len(first) + 2) if last else None
    if begin is None and end is None:
        hint = "write at least one end: 2024.. or ..2023"
        raise QueryError("a range of dates without an end", query=value, position=1, hint=hint)
    if begin and end:
        some_day = datetime(2000, 1, 1, tzinfo=timezone.utc)
        if begin.bounds(timezone.utc, some_day)[0] >= end.bounds(timezone.utc, some_day)[1]:
            hint = "write the earlier date first: 2024-03-01..2024-03-31"
            raise QueryError("the range ends before it begins", query=value, position=1, hint=hint)
    return _Range(begin, end)


def _ago(text: str) -> _Ago | None:
    if (match := _AGO.fullmatch(text)) is None:
        return None
    days, months = _UNITS[match["unit"].lower()]
    return _Ago(int(match["count"]) * days, int(match["count"]) * months)


def _period(kind: DateKind, value: str, text: str, *, at: int) -> _Days | _Moment:
    try:
        if label := Period.parse(text):
            return _Days(label)
        if day := _DAY.fullmatch(text) or _CHINESE_DAY.fullmatch(text):
            return _days(day)
        if moment := _MOMENT.fullmatch(text):
            return _moment(moment)
    except ValueError:  # month 13, 30 February, 25 o'clock, year 0
        problem = f"there is no such date as {value[at : at + len(text)]}"
        raise QueryError(problem, query=value, position=at + 1, hint=_HINTS[kind]) from None
    raise QueryError("this is no date", query=value, position=at + 1, hint=_HINTS[kind])


def _days(match: re.Match[str]) -> _Days:
    year, month, day = (int(match[part]) if match[part] else None for part in ("year", "month", "day"))
    assert year is not None
    first = date(year, 1 if month is None else month, 1 if day is None else day)
    return _Days(Period("year" if month is None else "month" if day is None else "day", first))


def _moment(match: re.Match[str]) -> _Moment:
    year, month, day = map(int, match["day"].split("-"))
    clock = datetime(year, month, day, int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    return _Moment(clock, 1 if match["second"] else 60, _zone(match["zone"]))


def _zone(offset: str | None) -> tzinfo | None:
    if offset is None:
        return None
    if offset in "Zz":
        return timezone.utc
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    if minutes > 59:
        raise ValueError(offset)
    size = timedelta(hours=hours, minutes=minutes)  # 24 hours or more is a ValueError of timezone's
    return timezone(-size if offset[0] == "-" else size)
