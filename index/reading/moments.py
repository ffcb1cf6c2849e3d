"""Dates that programs and records give: datetimes, days, ISO text, seconds since 1970.

A time without a zone is local time of the archive. A day without a time is
midnight in UTC.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from numbers import Real
from typing import Any

from index.reading.dates import from_text

__all__ = ["read_moment"]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LAST_DAY = date.max - timedelta(days=1)
_EPOCH = datetime.fromtimestamp(0, timezone.utc)


def read_moment(value: Any, zone: tzinfo) -> datetime:
    """Return a date in UTC.

    Raises:
        ValueError: It is none; the message goes on from the name of the value.
    """
    if isinstance(value, datetime):
        return _moment(value, zone)
    if isinstance(value, date):
        return datetime.combine(value, time(), timezone.utc)
    if isinstance(value, str):
        return _read(value.strip(), zone)
    if isinstance(value, Real) and not isinstance(value, bool):  # seconds or milliseconds since 1970
        return _read(f"{float(value):.0f}", zone)
    if hasattr(value, "to_pydatetime"):
        return _moment(value.to_pydatetime(), zone)
    raise ValueError(f"must be a datetime, a date or ISO text, not {type(value).__name__}")


def _read(text: str, zone: tzinfo) -> datetime:
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), timezone.utc)
        # Before Python 3.11, fromisoformat does not know Z.
        given = datetime.fromisoformat(re.sub("[Zz]$", "+00:00", text))
    except ValueError:
        moment = from_text(text, today=_LAST_DAY, zone=zone)
    else:
        return _moment(given, zone)
    if moment is None:
        raise ValueError(
            f"is {text[:40]!r}, no date that can be understood; write 2024-03-10, or"
            " 2024-03-10T08:00:00+08:00"
        )
    return moment


def _moment(value: datetime, zone: tzinfo) -> datetime:
    moment = value if value.utcoffset() is not None else value.replace(tzinfo=zone)
    try:
        return _EPOCH + (moment - _EPOCH)  # also makes a plain datetime of pandas' Timestamp
    except OverflowError:
        raise ValueError(f"is {value}, which cannot be told in UTC") from None
