"""Results as the values that JSON has: one mapping for the API in Python, the commands and the web.

A dataclass becomes an object with the names of its fields, a moment the text of
`write_moment`, a tuple an array.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timezone, tzinfo
from typing import Any

from search.calendar import write_moment

__all__ = ["NO_JSON", "Printable", "json_text", "names_of", "values"]

NO_JSON = {"json": False}
"""Metadata of a dataclass's field that JSON has not."""

# JSON itself asks only for the first 32 to be escaped; a terminal acts on these too.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")


def values(value: Any, *, tz: tzinfo | None = None) -> Any:
    """Return a result as values that JSON has, with moments by the clock of `tz`, by default their own."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return write_moment(value, tz or value.tzinfo or timezone.utc)
    if is_dataclass(value):
        return {name: values(getattr(value, name), tz=tz) for name in names_of(type(value))}
    if isinstance(value, Mapping):
        return {name: values(item, tz=tz) for name, item in value.items()}
    return [values(item, tz=tz) for item in value]


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return values as JSON in which no terminal finds anything to act on."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def names_of(kind: Any) -> list[str]:
    """Return the names of a dataclass's fields that JSON has."""
    return [one.name for one in fields(kind) if one.metadata.get("json", True)]


class Printable:
    """A result that a program can print: a dataclass with `to_dict` and `to_json`."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the result as values that JSON has, under the names that `--json` and the web API use."""
        found: dict[str, Any] = values(self)
        return found

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the result as JSON."""
        return json_text(self.to_dict(), indent=indent)
