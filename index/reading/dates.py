"""Parse dates as files write them into moments in UTC.

Only unambiguous forms are accepted: year first, or with the month's name.
`10/03/2024` may be March or October and is ignored. A time without a zone is
local time of the archive. A day without a time is midnight in UTC, which is the
same day from London to Auckland.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from index.reading.draft import Value

__all__ = [
    "ARCHIVE_ZONE",
    "date_in_path",
    "date_in_url",
    "find_date",
    "first_date",
    "from_block",
    "from_millis",
    "from_text",
    "from_url",
    "is_date_line",
    "is_update",
]

#: The web is no older; years before this in a stamp or a url are something else.
FIRST_YEAR = 1990
#: A block longer than this is prose, and a date inside it belongs to the story.
DATE_LINE = 120


def _shanghai() -> tzinfo:
    try:
        return ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:  # no time zone data on this machine
        return timezone(timedelta(hours=8))


#: The zone of times without one, unless the archive is said to have another.
ARCHIVE_ZONE = _shanghai()

# ── forms ───────────────────────────────────────────────────────────────────

_HALVES = {
    **dict.fromkeys(
        ("下午", "午后", "午後", "傍晚", "晚上", "晚间", "晚間", "夜间", "深夜", "晚", "p", "pm", "p.m."),
        "after noon",
    ),
    **dict.fromkeys(("凌晨", "早上", "早晨", "清晨", "上午", "早", "a", "am", "a.m."), "before noon"),
    "中午": "noon",
}
_HALF = "凌晨|早上|早晨|清晨|上午|中午|下午|午后|午後|傍晚|晚上|晚间|晚間|夜间|深夜|早|晚"
_ZONE = r"Z\b|(?:UTC|GMT)?\s?[+-]\d{1,2}(?::?\d{2})?(?!\d)|UTC|GMT"
_CLOCK = (
    rf"(?P<half>{_HALF}|[AaPp]\.?[Mm]\.?)?\s*(?P<hour>\d{{1,2}})"
    r"(?:[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"|\s?[时時点點](?:\s?(?P<minute_2>\d{1,2})分?(?:\s?(?P<second_2>\d{1,2})秒)?)?)"
    rf"(?:\s*(?P<later>[AaPp])\.?[Mm]\b\.?)?(?:\s*(?P<zone>{_ZONE}))?"
)
_BETWEEN = (
    r"(?:[T\s,，|/·_-]|&nbsp;|星期.|[（(]?[周週][一二三四五六日][)）]?"
    r"|[（(][日一二三四五六天](?:曜日?)?[)）]|于|於|at\b)*"
)
_YEAR_FIRST = re.compile(
    r"(?<![\d.])(?:(?P<year>\d{4})|民[国國]\s?(?P<minguo>\d{2,3})\s?(?=年))\s?[-/.年_]\s?"
    r"(?P<month>\d{1,2})\s?[-/.月_]\s?(?P<day>\d{1,2})(?!\d)\s?[日号號]?"
    rf"(?:{_BETWEEN}{_CLOCK})?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)(?:{_BETWEEN}{_CLOCK})?",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]{_MONTH}[\s,-]+(?P<year>\d{{4}})(?!\d)(?:{_BETWEEN}{_CLOCK})?",
    re.IGNORECASE,
)
# As `date` writes it: Thu Jan  2 15:04:05 CST 2020.
_UNIX = re.compile(
    rf"{_WEEKDAY}\b{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}(?:\s+[A-Z]{{2,5}})?\s+(?P<year>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
# 9/17/2004 names its month, since there is no seventeenth; 10/3/2004 does not.
_YEAR_LAST = re.compile(
    r"(?<![\d./-])(?P<month>\d{1,2})[/.-](?P<day>\d{1,2})[/.-](?P<year>\d{4})(?![\d./-])"
    rf"(?:{_BETWEEN}{_CLOCK})?"
)
# As WordPress writes a date that nobody translated: 3 月 10, 2024, and 三月 10, 2024.
_CHINESE_MONTH = re.compile(
    r"(?<!\d)(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s?月\s(?P<day>\d{1,2})\s?日?[,，]\s?(?P<year>\d{4})(?!\d)"
    rf"(?:{_BETWEEN}{_CLOCK})?"
)
_FORMS = (_YEAR_FIRST, _UNIX, _MONTH_FIRST, _DAY_FIRST, _YEAR_LAST, _CHINESE_MONTH)
# 二〇二四年三月十日; also with other circles for the zero.
_NUMERALS = re.compile(
    r"(?P<year>[一二][〇○ＯO零一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月"
    r"(?P<day>[一二三四五六七八九十廿卅]{1,3})(?=[日号號])"
)
_DIGITS = {
    **dict.fromkeys("〇○ＯO零", "0"),
    **{sign: str(at) for at, sign in enumerate("一二三四五六七八九", 1)},
}
_WIDE = str.maketrans("０１２３４５６７８９：／－．", "0123456789:/-.")
_EIGHT_DIGITS = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")
_FOURTEEN_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?")
_SECONDS = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_ONLY_DATES = re.compile(
    r"(?:(?:[发發][布佈表]|[刊发發]文|更新|更改|修改|出版|[时時][间間]|日期|于|於|date|updated|published|[:：\s])*"
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?"
    r"(?:[\s,，|T–—-]*(?:(?:星期|[周週]).)?\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\s*(?:Z|GMT|UTC|[+-]\d{2}:?\d{2}))?)?\s*)+",
    re.IGNORECASE,
)
# Words before or after a date that make it another date than the publication's.
_UPDATE = re.compile(r"更新|修改|修订|修訂|编辑于|最后|updated?|modified|edited", re.IGNORECASE)
_PUBLICATION = re.compile(r"[发發][布佈表]|刊[登载發]|posted|publi", re.IGNORECASE)


# ── values of a draft ───────────────────────────────────────────────────────


def first_date(
    values: Sequence[Value], *, zone: tzinfo = ARCHIVE_ZONE, today: date
) -> tuple[datetime, str] | None:
    """Return the first usable date of a draft, in UTC, and where it was taken from.

    Args:
        values: Dates as written, those that are trusted most first.
        zone: The zone of times without one.
        today: Dates after the day after this are ignored.
    """
    for value in values:
        if moment := from_text(value.text, today=today, zone=zone):
            return moment, value.origin
    return None


_IN_URL = (
    re.compile(r"(?<!\d)((?:19|20)\d{2})([-/_.])(\d{1,2})\2(\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)((?:19|20)\d{2})()[-/_]?(\d{2})[-/_]?(\d{2})(?!\d)"),
)


def date_in_url(url: str) -> Value | None:
    """Return the day that a url names, as in `/2020/05/03/`, `/2020/0503/`, `t20200503_1.html`."""
    text = unquote(url)
    text = re.sub(r"^[a-z][a-z0-9+.-]*://[^/]*", "", text, flags=re.IGNORECASE)
    return _first_day(text, "url")


def date_in_path(path: str) -> Value | None:
    """Return the day that a file's name begins with or holds, or that its folders name.

    As in `2024-03-10-title.md`, `20240310.md`, `2024/03/10/title.md`, `2024年3月10日.txt`.
    """
    text = path.replace("\\", "/")
    name = text.rsplit("/", 1)[-1]
    chinese = re.search(r"((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日", name)
    if chinese is not None and (moment := _day(*chinese.groups())) is not None:
        return Value(moment.date().isoformat(), "file name")
    return _first_day(name, "file name") or _first_day(text, "folder name")


def _first_day(text: str, origin: str) -> Value | None:
    days = (
        (found.start(), moment)
        for pattern in _IN_URL
        for found in pattern.finditer(text)
        if (moment := _day(found[1], found[3], found[4])) is not None and moment.year >= FIRST_YEAR
    )
    first = min(days, default=None)
    return None if first is None else Value(first[1].date().isoformat(), origin)


# ── texts ───────────────────────────────────────────────────────────────────


def from_millis(millis: int, *, today: date) -> datetime | None:
    """Return the moment of a time stamp in milliseconds, to the second; None if it is absurd."""
    seconds = millis // 1000
    if not 0 <= seconds < 253_402_300_800:  # the year 10000
        return None
    return _sane(datetime.fromtimestamp(seconds, tz=timezone.utc), today, since=FIRST_YEAR)


def from_text(text: str, *, today: date, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return the moment that `text` begins with, in any form of this module, or None."""
    text = " ".join(text.replace("&nbsp;", " ").split())[:100]
    if not text.isascii():
        text = _in_digits(text)
    if (seconds := _SECONDS.fullmatch(text)) is not None:
        return from_millis(int(seconds[1]) * 1000, today=today)
    if (whole := _EIGHT_DIGITS.fullmatch(text)) is not None:
        return _sane(_day(*whole.groups()), today, since=1)
    if (digits := _FOURTEEN_DIGITS.fullmatch(text)) is not None:
        return _sane(
            _local(_day(*digits.groups()[:3]), [int(part or 0) for part in digits.groups()[3:]], zone),
            today,
            since=FIRST_YEAR,
        )
    for form in _FORMS:
        if (found := form.match(text)) is not None:
            return _sane(_moment(found, zone), today, since=1)
    return None


def _number(numerals: str) -> int:
    """Return what Chinese numerals up to 39 mean: 三, 十, 十二, 二十, 廿一, 三十一."""
    numerals = numerals.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = numerals.partition("十")
    if not ten:
        return int(_DIGITS.get(numerals, "0")) if len(numerals) == 1 else 0
    return 10 * int(_DIGITS.get(tens, "1" if not tens else "0")) + int(_DIGITS.get(ones, "0"))


def _in_digits(text: str) -> str:
    """Return a text with its dates in Chinese numerals, and full-width digits, written in digits."""
    if "年" in text and "月" in text:
        text = _NUMERALS.sub(
            lambda found: (
                f"{''.join(_DIGITS[sign] for sign in found['year'])}年"
                f"{_number(found['month'])}月{_number(found['day'])}"
            ),
            text,
        )
    return text.translate(_WIDE)


def find_date(text: str, *, with_time: bool = False) -> str:
    """Return the first date in a line that is not an update's, as written, in digits.

    Args:
        text: A line near the title, with the date somewhere in it.
        with_time: Whether only a date with a time of day counts.
    """
    text = text[: 2 * DATE_LINE]
    if not text.isascii():
        text = _in_digits(text)
    for form in (_YEAR_FIRST, _MONTH_FIRST, _DAY_FIRST, _YEAR_LAST, _CHINESE_MONTH):
        for found in form.finditer(text):
            if with_time and found["hour"] is None:
                continue
            moment = _moment(found, timezone.utc)
            if moment is None or moment.year < FIRST_YEAR or is_update(text, found.start(), found.end()):
                continue
            return found[0]
    return ""


def is_update(text: str, start: int, end: int) -> bool:
    """Tell whether the words beside a date in a text say that it is an update's."""
    before = text[max(0, start - 12) : start]
    after = text[end : end + 4]
    update = max((found.end() for found in _UPDATE.finditer(before)), default=-1)
    publication = max((found.end() for found in _PUBLICATION.finditer(before)), default=-1)
    return update > publication or (
        publication < 0 and re.match(r"\s*(?:更新|修改|updated)", after) is not None
    )


def from_block(block: str, *, today: date, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return the first year-first date in an article's first block.

    In a block of more than 120 characters only one that opens it.
    """
    if len(block) > DATE_LINE:
        opening = _YEAR_FIRST.match(block[:DATE_LINE])
        return None if opening is None else _sane(_moment(opening, zone), today, since=FIRST_YEAR)
    for found in _YEAR_FIRST.finditer(block):
        moment = _sane(_moment(found, zone), today, since=FIRST_YEAR)
        if moment is not None:
            return moment
    return None


def from_url(url: str, *, today: date) -> datetime | None:
    """Return the day that `url` names, from 1990 to tomorrow, or None."""
    value = date_in_url(url)
    return None if value is None else from_text(value.text, today=today)


def is_date_line(paragraph: str) -> bool:
    """Tell whether a paragraph holds dates and times, whatever their order, and nothing else."""
    return len(paragraph) <= DATE_LINE and _ONLY_DATES.fullmatch(paragraph) is not None


# ── parts ───────────────────────────────────────────────────────────────────


def _day(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day), tzinfo=timezone.utc)
    except ValueError:
        return None


def _moment(found: re.Match[str], zone: tzinfo) -> datetime | None:
    """Return the moment that a date names; its day where the time makes no sense."""
    parts = found.groupdict()
    year = parts["year"] or str(1911 + int(parts["minguo"]))
    month = parts["month"]
    if not month.isascii():
        month = str(_number(month))
    elif not month.isdigit():
        month = str(_MONTHS.index(month[:3].lower()) + 1)
    if found.re is _YEAR_LAST:
        month, parts["day"] = _month_and_day(int(month), int(parts["day"]))
    day = _day(year, month, parts["day"])
    if day is None or parts["hour"] is None:
        return day
    hour = _hour(int(parts["hour"]), (parts["half"] or parts["later"] or "").lower())
    clock = [
        hour,
        int(parts["minute"] or parts["minute_2"] or 0),
        int(parts["second"] or parts["second_2"] or 0),
    ]
    return _local(day, clock, _zone(parts["zone"], zone)) or day


def _month_and_day(first: int, second: int) -> tuple[str, str]:
    """Tell month and day apart; month 0 where both may be either."""
    if first != second and first <= 12 and second <= 12:
        return "0", "0"
    return str(min(first, second)), str(max(first, second))


def _hour(hour: int, half: str) -> int:
    match _HALVES.get(half):
        case "after noon" if hour < 12:
            return hour + 12
        case "noon" if hour < 3:
            return hour + 12
        case "before noon" if hour == 12:
            return 0
    return hour


def _local(day: datetime | None, clock: Sequence[int], zone: tzinfo) -> datetime | None:
    """Return the moment of a time of day in a zone, in UTC."""
    if day is None:
        return None
    hour, minute, second = clock
    try:
        return day.replace(hour=hour, minute=minute, second=second, tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _zone(written: str | None, local: tzinfo) -> tzinfo:
    if written is None:
        return local
    found = re.search(r"([+-])(\d{1,2})(?::?(\d{2}))?$", written)
    if found is None:
        return timezone.utc
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > 15 or minutes > 59:
        return local
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if found[1] == "-" else offset)


def _sane(moment: datetime | None, today: date, *, since: int) -> datetime | None:
    """Return the moment, unless it lies before the year `since` or after tomorrow."""
    if moment is None or moment.year < since or moment.date() > today + timedelta(days=1):
        return None
    return moment.replace(microsecond=0)
