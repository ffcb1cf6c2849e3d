"""When an article was published, as its seed says it, in UTC.

Only what is beyond doubt counts: the year first, or a form that names its
month. `10/03/2024` is March or October, so it decides nothing.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

__all__ = ["from_block", "from_millis", "from_text", "from_url", "is_date_line"]

#: The web is no older; years before this in a stamp or a url are something else.
FIRST_YEAR = 1990
#: A first block longer than this is prose, and a date inside it belongs to the story.
DATE_LINE = 120

_TIME = (
    r"(?:(?:[T\s,，|/-]|星期.|[（(]?[周週][一二三四五六日][)）]?)*(?P<half>上午|下午|晚上|[AaPp][Mm])?\s*"
    r"(?P<hour>\d{1,2})(?:[:：]|[时時点點])(?P<minute>\d{2})分?(?:[:：]?(?P<second>\d{2})秒?)?(?:[.,]\d{1,9})?"
    r"(?:\s*(?P<later>[AaPp])\.?[Mm]\b\.?)?(?:\s*(?P<zone>Z\b|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}:?\d{2}))?)?"
)
_YEAR_FIRST = re.compile(
    r"(?<![\d.])(?P<year>\d{4})\s?(?:[-/.年])\s?(?P<month>\d{1,2})\s?(?:[-/.月])\s?(?P<day>\d{1,2})(?!\d)日?"
    + _TIME
)
_EIGHT_DIGITS = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_ONLY_DATES = re.compile(
    r"(?:(?:[发發][布佈表]|[刊发發]文|更新|更改|修改|出版|[时時][间間]|日期|于|於|date|updated|published|[:：\s])*"
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?"
    r"(?:[\s,，|T–—-]*(?:(?:星期|[周週]).)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*(?:Z|GMT|UTC|[+-]\d{2}:?\d{2}))?)?\s*)+",
    re.IGNORECASE,
)


def from_millis(millis: int, *, today: date) -> datetime | None:
    """The moment so many milliseconds after 1970, to the second; None where that is absurd."""
    seconds = millis // 1000
    if not 0 <= seconds < 253_402_300_800:  # the year 10000
        return None
    return _sane(datetime.fromtimestamp(seconds, tz=timezone.utc), today, since=FIRST_YEAR)


def from_text(text: str, *, today: date) -> datetime | None:
    """The date that `text` is, in RFC 2822, ISO 8601, `20240310` or Chinese form."""
    text = text.strip()[:100]
    whole = _EIGHT_DIGITS.fullmatch(text)
    if whole is not None:
        return _sane(_day(*whole.groups()), today, since=1)
    found = _YEAR_FIRST.match(text)
    if found is not None:
        return _sane(_moment(found), today, since=1)
    try:
        parsed = parsedate_to_datetime(text)
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=timezone.utc)
        return _sane(parsed.astimezone(timezone.utc), today, since=1)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def from_block(block: str, *, today: date) -> datetime | None:
    """The first year-first date in an article's first block.

    In a block of more than 120 characters only one that opens it.
    """
    if len(block) > DATE_LINE:
        opening = _YEAR_FIRST.match(block[:DATE_LINE])
        return None if opening is None else _sane(_moment(opening), today, since=FIRST_YEAR)
    for found in _YEAR_FIRST.finditer(block):
        moment = _sane(_moment(found), today, since=FIRST_YEAR)
        if moment is not None:
            return moment
    return None


def from_url(url: str, *, today: date) -> datetime | None:
    """The first eight digits in `url` that are a day from 1990 to tomorrow."""
    for found in _EIGHT_DIGITS.finditer(unquote(url)):
        moment = _sane(_day(*found.groups()), today, since=FIRST_YEAR)
        if moment is not None:
            return moment
    return None


def is_date_line(paragraph: str) -> bool:
    """Whether a paragraph holds dates and times, whatever their order, and nothing else."""
    return len(paragraph) <= DATE_LINE and _ONLY_DATES.fullmatch(paragraph) is not None


def _day(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day), tzinfo=timezone.utc)
    except ValueError:
        return None


def _moment(found: re.Match[str]) -> datetime | None:
    """The moment that a year-first date names; its midnight where the time makes no sense."""
    day = _day(found["year"], found["month"], found["day"])
    if day is None or found["hour"] is None:
        return day
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    half = (found["half"] or found["later"] or "").lower()
    if half in ("下午", "晚上", "p", "pm") and hour < 12:
        hour += 12
    elif half in ("上午", "a", "am") and hour == 12:
        hour = 0
    try:
        return day.replace(hour=hour, minute=minute, second=second) - _offset(found["zone"])
    except (ValueError, OverflowError):
        return day


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone[-1].isalpha():
        return timedelta(0)
    digits = zone[-6:] if zone[-3] == ":" else zone[-5:]
    hours, minutes = int(digits[1:3]), int(digits[-2:])
    if hours > 15 or minutes > 59:
        return timedelta(0)
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if digits[0] == "-" else offset


def _sane(moment: datetime | None, today: date, *, since: int) -> datetime | None:
    """The moment, unless it lies before the year `since` or after tomorrow."""
    if moment is None or moment.year < since or moment.date() > today + timedelta(days=1):
        return None
    return moment.replace(microsecond=0)
