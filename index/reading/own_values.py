"""Values of own fields, as programs and files give them, to values of their declared kinds."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, tzinfo
from decimal import Decimal
from numbers import Integral, Real
from typing import Any
from uuid import UUID

from index.article import without_surrogates
from index.own_fields import FieldKind, FieldValue, OwnFields
from index.reading.moments import read_moment

__all__ = ["is_missing", "read_fields", "read_value"]

# What pandas writes for a date and a value that are missing.
_MISSING = {"NaTType", "NAType"}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MOST_KEYWORDS = 1_000
_LONGEST_KEYWORD = 1_000


def read_fields(
    given: Mapping[str, Any], declared: OwnFields, *, zone: tzinfo
) -> tuple[dict[str, FieldValue], dict[str, str]]:
    """Return the values of all declared fields, and what is wrong with those that cannot be read.

    Args:
        given: Values by the names of declared fields.
        declared: The declared fields.
        zone: The zone of times without one.
    """
    found: dict[str, FieldValue] = {}
    wrong: dict[str, str] = {}
    for name, kind in declared:
        try:
            value = read_value(kind, given.get(name), zone=zone)
        except ValueError as error:
            wrong[name] = str(error)
        else:
            if value is not None:
                found[name] = value
    return found, wrong


def read_value(kind: FieldKind, value: Any, *, zone: tzinfo) -> FieldValue | None:
    """Return a value of a kind; None for one that is missing.

    Raises:
        ValueError: It is none of this kind; the message goes on from the name of the field.
    """
    if is_missing(value):
        return None
    match kind:
        case "text":
            return without_surrogates(_text(value)) or None
        case "keyword":
            return _keywords(value) or None
        case "number":
            return _number(value)
        case _:
            return read_moment(value, zone)


def is_missing(value: Any) -> bool:
    """Return whether a value is None, NaN, NaT, or an empty text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    return type(value).__name__ in _MISSING or (isinstance(value, float) and value != value)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(_word(item) for item in value if not is_missing(item))
    return _word(value)


def _keywords(value: Any) -> tuple[str, ...]:
    if hasattr(value, "tolist"):
        value = value.tolist()  # of numpy
    if type(value).__name__ == "Series" or isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    items = value if isinstance(value, list | tuple) else [value]
    words = (without_surrogates(_word(item)).strip() for item in items if not is_missing(item))
    found = tuple(dict.fromkeys(filter(None, words)))
    if len(found) > _MOST_KEYWORDS:
        raise ValueError(f"has {len(found):,} values; {_MOST_KEYWORDS:,} are the most")
    if longest := next((word for word in found if len(word) > _LONGEST_KEYWORD), ""):
        raise ValueError(
            f"is longer than {_LONGEST_KEYWORD:,} characters: {longest[:40]!r}…; declare it as text"
        )
    return found


def _word(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Integral | UUID | Decimal):
        return str(value)
    if isinstance(value, Real):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, datetime) or hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise ValueError(f"must be text, not {type(value).__name__}")


def _number(value: Any) -> int | float:
    if isinstance(value, bool):
        raise ValueError("must be a number, not True or False")
    if isinstance(value, str):
        text = value.strip()
        try:
            value = float(text.replace(",", "") if _GROUPED.fullmatch(text) else text)
        except ValueError:
            raise ValueError(f"is {text[:40]!r}, which is no number") from None
        value = int(value) if value.is_integer() and abs(value) < 2**53 else value
    elif not isinstance(value, Real | Decimal):
        raise ValueError(f"must be a number, not {type(value).__name__}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"is {str(value)[:40]}, which is too large, or no number")
    # Negative zero is zero.
    return int(value) if isinstance(value, Integral) else number + 0.0
