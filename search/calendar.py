"""The calendar: periods and their bounds, moments and their zones.

Everything that must know how long a month is, when a day begins in a zone, or
how a date is written and read back, asks here. Dates run from 0001-01-01 to
9999-12-31, as `datetime` has them, and nothing here overflows at either end:

- Instants are whole seconds since 1970 (as stored with articles) or `datetime`.
- The first day begins with the first second of the calendar in every zone,
  and the last day ends with the last one, so no article lies outside all days.
- A moment whose local date would be in year 0 or 10000 is told in UTC.

Labels (`2024`, `2024-03`, `2024-W10`, `2024-03-10`) and moments
(`2024-03-10T19:45:01+08:00`) have four-digit years, and `parse` reads what
`str` writes. Dates as users write them in queries are read by search/query/dates.py.
"""

from __future__ import annotations

import os
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Final, Literal, TypeAlias

from index.errors import UsageError

__all__ = [
    "END",
    "FIRST",
    "Period",
    "Unit",
    "count_periods",
    "day_of",
    "fitting_unit",
    "in_zone",
    "instant",
    "moment_at",
    "months_before",
    "periods",
    "read_zone",
    "write_moment",
    "write_offset",
]

Unit: TypeAlias = Literal["year", "month", "week", "day"]

FIRST: Final = -62_135_596_800
"""The first second of 0001-01-01 in UTC, in seconds since 1970."""

END: Final = 253_402_300_800
"""The second after the last one of 9999-12-31 in UTC."""

_EPOCH = datetime(1970, 1, 1)
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)

# Most days and months that are still told one by one in a chart.
_MOST_DAYS, _MOST_MONTHS = 62, 72


# Periods


@dataclass(frozen=True, slots=True)
class Period:
    """A year, month, ISO week or day of the calendar.

    Args:
        unit: Its length.
        first: Its first day.
    """

    unit: Unit
    first: date

    @classmethod
    def of(cls, unit: Unit, day: date) -> Period:
        """Return the period of this length that a day belongs to."""
        if unit == "year":
            return cls(unit, date(day.year, 1, 1))
        if unit == "month":
            return cls(unit, day.replace(day=1))
        return cls(unit, day - timedelta(days=day.weekday()) if unit == "week" else day)

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """Return the period with this label, or None. Raises ValueError for one that does not exist."""
        if (match := _LABEL.fullmatch(text)) is None:
            return None
        year, week, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if week is not None:
            return cls("week", date.fromisocalendar(year, week, 1))
        unit: Unit = "day" if day else "month" if month else "year"
        return cls(unit, date(year, 1 if month is None else month, 1 if day is None else day))

    def __str__(self) -> str:
        if self.unit == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        return self.first.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.unit]]

    @property
    def last(self) -> date:
        """Its last day."""
        if self.unit == "year":
            return date(self.first.year, 12, 31)
        if self.unit == "month":
            return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])
        return date.fromordinal(
            min(self.first.toordinal() + (6 if self.unit == "week" else 0), date.max.toordinal())
        )

    @property
    def following(self) -> Period | None:
        """The period after this one; None at the end of the calendar."""
        return None if self.last == date.max else Period.of(self.unit, self.last + _DAY)

    def start(self, tz: tzinfo) -> int:
        """Return its first instant in a zone."""
        if self.first == date.min:
            return FIRST
        return instant(datetime(self.first.year, self.first.month, self.first.day), tz)

    def end(self, tz: tzinfo) -> int:
        """Return the instant after its last one in a zone."""
        following = self.following
        return END if following is None else following.start(tz)


_LABEL = re.compile(r"(\d{4})(?:-W(\d{2})|-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def periods(first: date, last: date, unit: Unit) -> Iterator[Period]:
    """Return every period from that of `first` to that of `last`, without gaps."""
    period: Period | None = Period.of(unit, first)
    while period is not None and period.first <= last:
        yield period
        period = period.following


def count_periods(first: date, last: date, unit: Unit) -> int:
    """Return how many periods `periods` would give."""
    if unit == "year":
        return last.year - first.year + 1
    if unit == "month":
        return _months(last) - _months(first) + 1
    start = Period.of(unit, first).first
    return (last - start).days // (7 if unit == "week" else 1) + 1


def fitting_unit(first: date, last: date) -> Unit:
    """Return days within two months, months within six years, else years."""
    if count_periods(first, last, "day") <= _MOST_DAYS:
        return "day"
    return "month" if count_periods(first, last, "month") <= _MOST_MONTHS else "year"


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def months_before(clock: datetime, months: int) -> datetime:
    """Return the same day and time some months earlier, or the last day of a shorter month."""
    year, month = divmod(clock.year * 12 + clock.month - 1 - months, 12)
    if year < date.min.year:
        return datetime.min
    return clock.replace(year=year, month=month + 1, day=min(clock.day, monthrange(year, month + 1)[1]))


# Instants and zones


def instant(clock: datetime, tz: tzinfo) -> int:
    """Return when a clock in a zone shows this time, in seconds since 1970; any year will do."""
    offset = clock.replace(tzinfo=tz).utcoffset()
    assert offset is not None
    return (clock.replace(tzinfo=None) - _EPOCH - offset) // _SECOND


def moment_at(seconds: int) -> datetime:
    """Return the moment of a time in seconds since 1970, or the calendar's nearest one, in UTC."""
    if seconds >= END:
        return datetime.max.replace(tzinfo=timezone.utc)
    return (_EPOCH + timedelta(seconds=max(seconds, FIRST))).replace(tzinfo=timezone.utc)


def in_zone(moment: datetime, tz: tzinfo) -> datetime:
    """Return a moment by the clock of a zone; in UTC where the zone's year would be 0 or 10000."""
    try:
        return moment.astimezone(tz)
    except (OverflowError, ValueError):
        return moment.astimezone(timezone.utc)


def dated(moment: datetime, tz: tzinfo) -> datetime:
    """Return a moment by the clock of a zone, as `in_zone`, with a tzinfo that every library takes.

    pandas and polars know zones by name and fixed offsets; for the machine's zone it is the offset then.
    """
    local = in_zone(moment, tz)
    if not isinstance(local.tzinfo, _MachineZone):
        return local
    return moment.astimezone(timezone(local.utcoffset() or timedelta()))


def day_of(seconds: int, tz: tzinfo) -> date:
    """Return the day in a zone of an instant between FIRST and END."""
    return in_zone(moment_at(seconds), tz).date()


def write_moment(moment: datetime, tz: tzinfo) -> str:
    """Return a moment as in RFC 3339, to the second: `2024-03-10T19:45:01+08:00`, with `Z` for UTC.

    Local mean time, as before 1901, has offsets with seconds, which RFC 3339
    has not: these are rounded to the minute, and the time with them.
    """
    local = in_zone(moment, tz)
    offset = local.utcoffset()
    assert offset is not None
    if offset % timedelta(minutes=1):
        local = in_zone(moment, timezone(timedelta(minutes=round(offset / timedelta(minutes=1)))))
    return local.isoformat(timespec="seconds").replace("+00:00", "Z")


def write_offset(local: datetime) -> str:
    """Return the offset of a moment as people read it: `+0800`, or `UTC`."""
    return local.strftime("%z") if local.utcoffset() else "UTC"


# Zones by name

_OFFSET = re.compile(
    r"(?:UTC|GMT)?\s*(?P<sign>[+\-\u2212])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?", re.ASCII
)
_ADVICE = "write a name such as Asia/Shanghai, or an offset such as +08:00"
# Places that people take for names of zones. Cities after which a zone is named need no entry.
_PLACES: Final = {
    "Asia/Shanghai": ("beijing", "peking", "china", "guangzhou", "shenzhen", "北京", "上海", "中国", "中國"),
    "Asia/Hong_Kong": ("hongkong", "香港"),
    "Asia/Macau": ("macao", "澳门", "澳門"),
    "Asia/Taipei": ("taiwan", "台北", "臺北", "台湾", "台灣", "臺灣"),
    "Asia/Singapore": ("新加坡",),
    "Asia/Tokyo": ("japan", "东京", "東京"),
}


def read_zone(tz: str | tzinfo | None) -> tzinfo:
    """Return the time zone that somebody means.

    Args:
        tz: A name (`Asia/Shanghai`, `UTC`, `Z`, also `shanghai` or `Beijing`),
            an offset (`+08:00`, `+8`, `UTC+8`), or a tzinfo. None for what the
            environment variable SEARCH_TZ says, else the machine's zone.

    Raises:
        UsageError: There is no such zone, or this system has no table of zones.
    """
    if isinstance(tz, tzinfo):
        return tz
    if tz is None:
        if not (name := os.environ.get("SEARCH_TZ")):
            return _MachineZone()
        try:
            return read_zone(name)
        except UsageError as error:
            raise UsageError(f"SEARCH_TZ: {error}") from None
    if not isinstance(tz, str) or not tz.strip():
        raise UsageError(f"the time zone is {tz!r}; {_ADVICE}")
    return _fixed_zone(tz.strip()) or _named_zone(tz.strip())


def _fixed_zone(name: str) -> tzinfo | None:
    """Return UTC or the zone with an offset, or None for another name."""
    if name.upper() in ("UTC", "Z", "GMT"):
        return timezone.utc
    if (match := _OFFSET.fullmatch(name.upper())) is None:
        return None
    size = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    if size >= timedelta(days=1) or int(match["minutes"] or 0) > 59:
        raise UsageError(f"no time zone has the offset {name!r}; {_ADVICE}")
    return timezone(size if match["sign"] == "+" else -size)


def _named_zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    def look_up(key: str) -> tzinfo | None:
        try:
            return ZoneInfo(key)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None

    if zone := look_up(name):
        return zone
    known = available_timezones()
    if not known:
        raise UsageError(
            f"time zone {name!r} cannot be looked up: this system has no time zone data;"
            " install the package tzdata, or write an offset such as +08:00"
        )
    places = {place: key for key, places in _PLACES.items() for place in places}
    cities = {key.rpartition("/")[2].casefold(): key for key in sorted(known, reverse=True) if "/" in key}
    wanted = name.casefold().replace(" ", "_")
    key = places.get(wanted) or cities.get(wanted) or {key.casefold(): key for key in known}.get(wanted)
    if key and (zone := look_up(key)):
        return zone
    near = _nearest(wanted, known)
    raise UsageError(f"there is no time zone {name!r}; {f'did you mean {near}?' if near else _ADVICE}")


def _nearest(wanted: str, known: set[str]) -> str | None:
    from difflib import get_close_matches

    names = {
        part: key for key in sorted(known) for part in (key.casefold(), key.rpartition("/")[2].casefold())
    }
    near = get_close_matches(wanted, names, n=1, cutoff=0.75)
    return names[near[0]] if near else None


class _MachineZone(tzinfo):
    """The zone that the machine is set to, as the C library knows it; needs no table of zones."""

    def __str__(self) -> str:
        return "the zone of this machine"

    def utcoffset(self, clock: datetime | None) -> timedelta | None:
        return None if clock is None else self._local(clock).utcoffset()

    def dst(self, clock: datetime | None) -> timedelta | None:
        return None

    def tzname(self, clock: datetime | None) -> str | None:
        return None if clock is None else self._local(clock).tzname()

    def fromutc(self, moment: datetime) -> datetime:
        local = moment.replace(tzinfo=timezone.utc).astimezone()
        clock = local.replace(tzinfo=self)
        # Of an hour that autumn repeats, the second pass.
        return clock if clock.utcoffset() == local.utcoffset() else clock.replace(fold=1)

    def _local(self, clock: datetime) -> datetime:
        # The C library does not go to both ends of the calendar.
        year = min(max(clock.year, 2), 9998)
        return clock.replace(tzinfo=None, year=year).astimezone()
