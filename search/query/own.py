"""Read the values that queries ask own fields for: numbers, dates, and ranges of both.

| form | number | date |
|---|---|---|
| `10`, `2024-03` | this number | in this period |
| `10..20`, `2024-03..2024-05` | from the first to the second, both included | as in `date:` |
| `10..`, `..20` | with one end | as in `date:` |
| `>10`, `>=10`, `<10`, `<=10` | more, or less | after, or before, the whole period |
"""

from __future__ import annotations

import math
import re
from datetime import datetime, tzinfo

from index.errors import QueryError
from search.query import dates
from search.query.tree import Dates, OwnValue, narrow

__all__ = ["check", "number_range"]

Range = tuple[float | None, float | None]
"""A half-open range; None is unbounded."""

_SIGN = re.compile(r"(?P<sign>[<>]=?|[≤≥])\s*")
_SIGNS = {"≤": "<=", "≥": ">="}
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST = 64


def check(value: OwnValue) -> None:
    """Raise the QueryError that `number_range` would raise, in a value that is no keyword."""
    if value.kind == "number":
        _numbers(value)
    elif value.kind == "date":
        _, rest, at = _signed(value)
        try:
            dates.check(Dates("date", rest))
        except QueryError as error:
            position = min(at + error.position, len(value.value))
            raise QueryError(error.problem, query=value.value, position=position, hint=_hint(value)) from None


def number_range(value: OwnValue, *, tz: tzinfo, now: datetime) -> Range:
    """Return what an own number may be; of a date, in seconds since 1970.

    Args:
        value: Of a field with numbers or dates.
        tz: The reader's zone, for dates.
        now: What dates such as 7d count from.

    Raises:
        QueryError: It is no number or date; the error has the value as its query.
    """
    if value.kind == "number":
        return _numbers(value)
    sign, rest, _ = _signed(value)
    start, end = (_seconds(moment) for moment in dates.interval(Dates("date", rest), tz=tz, now=now))
    return _beside(sign, start, end)


def _signed(value: OwnValue) -> tuple[str, str, int]:
    """Return the sign before a value, the rest, and where that begins."""
    text = narrow(value.value)
    match = _SIGN.match(text)
    if match is None:
        return "", text, 0
    if ".." in text:
        hint = f"write {value.name}:10..20, or {value.name}:>10" if value.kind == "number" else _hint(value)
        raise QueryError(f"{match['sign']} before a range", query=value.value, position=1, hint=hint)
    return _SIGNS.get(match["sign"], match["sign"]), text[match.end() :], match.end()


def _hint(value: OwnValue) -> str:
    name = value.name
    if value.kind == "number":
        return f"write {name}:10, {name}:10..20, {name}:>10 or {name}:<=20"
    return f"write {name}:2024-03, {name}:2024-03..2024-05 or {name}:>2024"


def _numbers(value: OwnValue) -> Range:
    sign, rest, at = _signed(value)
    first, dots, last = rest.partition("..")
    if not dots:
        number = _number(value, first, at)
        return _beside(sign, number, _above(number))
    start = _number(value, first, at) if first else None
    end = _number(value, last, at + len(first) + 2) if last else None
    if start is None and end is None:
        raise QueryError("a range without an end", query=value.value, position=1, hint=_hint(value))
    if start is not None and end is not None and start > end:
        hint = f"write the smaller number first: {value.name}:10..20"
        raise QueryError("the range ends before it begins", query=value.value, position=1, hint=hint)
    return start, None if end is None else _above(end)


def _number(value: OwnValue, text: str, at: int) -> float:
    if text and len(text) <= _LONGEST and any(map(str.isdigit, text)) and _NUMBER.fullmatch(text):
        number = float(text.replace(",", ""))
        if math.isfinite(number):
            return number + 0.0  # negative zero is zero
    position = min(at, max(len(value.value) - 1, 0)) + 1
    raise QueryError(f"{value.name} holds numbers", query=value.value, position=position, hint=_hint(value))


def _above(number: float) -> float:
    """Return the next greater number, so that ranges can leave out their end."""
    return math.nextafter(number, math.inf) + 0.0


def _beside(sign: str, start: float | None, end: float | None) -> Range:
    match sign:
        case ">":
            return end, None
        case ">=":
            return start, None
        case "<":
            return None, start
        case "<=":
            return None, end
        case _:
            return start, end


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else math.ceil(moment.timestamp())
