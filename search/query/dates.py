"""What a date in a query means: the time from one instant up to another.

A value is read twice: without a clock when the query is parsed, so that a
slip is an error with its place, and with a time zone and the present time
when the query runs. Nobody else knows how dates are written.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from index.errors import QueryError
from search.query.tree import DateKind, Dates, narrow

__all__ = ["check", "interval"]

Interval = tuple[datetime | None, datetime | None]
"""From the first instant up to, not including, the second; None where nothing bounds it."""

_HINT = "write 2024, 2024-03, 2024-03-10, 2024-03-01..2024-03-31 or 7d (d, w, m, y)"
_LONGEST = 64
# Conversion between time zones must not leave what datetime can hold.
_FIRST_YEAR, _LAST_YEAR = 1000, 9998

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


def interval(dates: Dates, *, tz: tzinfo, now: datetime) -> Interval:
    """The time that a date filter lets through, bounds in UTC.

    `2024-03` is all of that month in `tz`, `2024-03-01..2024-03-31` everything
    from the first period to the end of the second, either of which may be
    missing; `7d` is the last seven days until `now`. A date-time with an
    offset of its own (`2024-03-10T19:45Z`) ignores `tz`. `after` begins with
    its period, `before` ends where its period begins.

    Raises QueryError, with the filter's value as the query.
    """
    reading = _read(dates.kind, dates.value)
    start, end = reading.bounds(tz, now)
    if dates.kind == "after":
        return start, None
    if dates.kind == "before":
        return None, start
    return start, end


def check(dates: Dates) -> None:
    """Raise the QueryError that `interval` would raise."""
    _read(dates.kind, dates.value)


@dataclass(frozen=True, slots=True)
class _Period:
    """A year, month, day, minute or second, by the clock of `zone` or else of the user's time zone."""

    first: datetime
    following: datetime
    zone: tzinfo | None = None

    def bounds(self, tz: tzinfo, now: datetime) -> tuple[datetime, datetime]:
        zone = self.zone or tz
        return _in_utc(self.first, zone), _in_utc(self.following, zone)


@dataclass(frozen=True, slots=True)
class _Range:
    first: _Period | None
    last: _Period | None

    def bounds(self, tz: tzinfo, now: datetime) -> Interval:
        start = self.first.bounds(tz, now)[0] if self.first else None
        end = self.last.bounds(tz, now)[1] if self.last else None
        return start, end


@dataclass(frozen=True, slots=True)
class _Ago:
    """The last so many days or months, by the user's clock and calendar."""

    days: int
    months: int

    def bounds(self, tz: tzinfo, now: datetime) -> tuple[datetime, datetime]:
        today = now.astimezone(tz).replace(tzinfo=None)
        then = _months_before(today, self.months) - timedelta(days=self.days)
        return _in_utc(then, tz), now.astimezone(timezone.utc)


def _in_utc(clock: datetime, zone: tzinfo) -> datetime:
    # Two times of one zone compare by the clock, which repeats an hour each autumn.
    return clock.replace(tzinfo=zone).astimezone(timezone.utc)


def _months_before(clock: datetime, months: int) -> datetime:
    year, month = divmod(clock.year * 12 + clock.month - 1 - months, 12)
    if year < _FIRST_YEAR:
        return datetime(_FIRST_YEAR, 1, 1)
    day = min(clock.day, monthrange(year, month + 1)[1])
    return clock.replace(year=year, month=month + 1, day=day)


def _read(kind: DateKind, value: str) -> _Period | _Range | _Ago:
    text = narrow(value)
    if len(text) > _LONGEST:
        raise QueryError("this is no date", query=value, position=1, hint=_HINT)
    first, dots, last = text.partition("..")
    if not dots:
        return _ago(text) or _period(value, text, at=0)
    if kind != "date":
        hint = f"write {kind}:2024-03-10, or date: with the range"
        raise QueryError(f"{kind}: with a range of dates", query=value, position=len(first) + 1, hint=hint)
    return _range(value, first, last)


def _range(value: str, first: str, last: str) -> _Range:
    begin = _period(value, first, at=0) if first else None
    end = _period(value, last, at=len(first) + 2) if last else None
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
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    count = int(match["count"])
    days, months = {"d": (1, 0), "w": (7, 0), "m": (0, 1), "y": (0, 12)}[match["unit"].lower()]
    return _Ago(count * days, count * months)


def _period(value: str, text: str, *, at: int) -> _Period:
    day = _DAY.fullmatch(text) or _CHINESE_DAY.fullmatch(text)
    moment = _MOMENT.fullmatch(text)
    try:
        if day:
            return _days(day)
        if moment:
            return _moment(moment)
    except ValueError:  # month 13, 30 February, 25 o'clock
        problem = f"there is no such date as {value[at : at + len(text)]}"
        raise QueryError(problem, query=value, position=at + 1, hint=_HINT) from None
    raise QueryError("this is no date", query=value, position=at + 1, hint=_HINT)


def _days(match: re.Match[str]) -> _Period:
    year, month, day = (int(match[part]) if match[part] else None for part in ("year", "month", "day"))
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(year)
    first = datetime(year, month or 1, day or 1)
    if day:
        return _Period(first, first + timedelta(days=1))
    if month:
        return _Period(first, first + timedelta(days=monthrange(year, month)[1]))
    return _Period(first, first.replace(year=year + 1))


def _moment(match: re.Match[str]) -> _Period:
    year, month, day = map(int, match["day"].split("-"))
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(year)
    first = datetime(year, month, day, int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    length = timedelta(seconds=1) if match["second"] else timedelta(minutes=1)
    return _Period(first, first + length, _zone(match["zone"]))


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
