"""Own fields: named values that an archive has besides those of every article.

A rebuild declares their names and kinds, and the index remembers both. The kind
of a value is also its type in Python, so an article that was read needs no
declaration to be understood:

| kind | type | in queries |
|---|---|---|
| text | str | `name:words`, `name:"a phrase"` |
| keyword | tuple of str | `name:value`, the whole value |
| number | int or float | `name:10`, `name:10..20`, `name:>10` |
| date | datetime in UTC | as `date:` |

Inside the index an own field is called `own:name`, so that it can never be taken
for another one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args

from index.errors import UsageError

__all__ = [
    "OWN",
    "FieldKind",
    "FieldValue",
    "OwnFields",
    "encoded",
    "field_kind",
    "name_of",
    "own_key",
    "own_name",
    "read_own_fields",
]

FieldKind: TypeAlias = Literal["text", "keyword", "number", "date"]
"""What an own field holds."""

FieldValue: TypeAlias = str | tuple[str, ...] | int | float | datetime
"""The value of an own field: of text, of a keyword, of a number, or of a date."""

OwnFields: TypeAlias = tuple[tuple[str, FieldKind], ...]
"""The declared fields, in the order of their declaration."""

OWN: Final = "own:"
"""How the name of an own field begins inside the index."""

_NAME = re.compile(r"[^\W\d_]\w{0,29}")
_MOST = 100
# What queries, rows, files and counts call something else.
_IN_ARTICLES = ("id", "title", "body", "html", "authors", "url", "sources", "date", "tags", "fields")
_IN_QUERIES = ("author", "tag", "source", "outlet", "after", "before", "added", "http", "https")
_IN_RESULTS = ("score", "partial", "occurrences", "snippet", "snippets", "path", "paragraphs")
_IN_COUNTS = ("year", "month", "week", "day")
_RESERVED = frozenset(
    [*_IN_ARTICLES, *_IN_QUERIES, *_IN_RESULTS, *_IN_COUNTS, "kinds", "titled_by", "dated_by"]
)


def read_own_fields(given: Mapping[str, str] | Iterable[tuple[str, str]]) -> OwnFields:
    """Return declared fields, checked.

    Raises:
        UsageError: A name is none, or means something else; a kind is unknown; a name comes twice.
    """
    try:
        pairs = [(name, kind) for name, kind in (given.items() if isinstance(given, Mapping) else given)]
    except (TypeError, ValueError):
        raise UsageError(
            f"own_fields takes a mapping of names to kinds, such as {{'page': 'keyword'}}, not {given!r}"
        ) from None
    if len(pairs) > _MOST:
        raise UsageError(f"own_fields declares {len(pairs):,} fields; {_MOST} are the most")
    declared: dict[str, FieldKind] = {}
    for name, kind in pairs:
        key = own_key(name) if isinstance(name, str) else ""
        if not _NAME.fullmatch(key):
            raise UsageError(
                f"{name!r} is no name of an own field: a letter, then letters, digits and _, 30 at most"
            )
        if key in _RESERVED:
            raise UsageError(f"an own field cannot be called {key!r}, which means something else already")
        if key in declared:
            raise UsageError(f"the own field {key!r} is declared twice")
        declared[key] = _read_kind(key, kind)
    return tuple(declared.items())


def _read_kind(name: str, kind: object) -> FieldKind:
    for known in get_args(FieldKind):
        if kind == known:
            found: FieldKind = known
            return found
    raise UsageError(
        f"the own field {name!r} has the kind {kind!r}; there are {', '.join(get_args(FieldKind))}"
    )


def own_key(name: str) -> str:
    """Return a name as it is compared: in any case and width."""
    return unicodedata.normalize("NFKC", name).casefold()


def own_name(name: str) -> str:
    """Return what an own field is called inside the index."""
    return OWN + name


def name_of(field: str) -> str:
    """Return the name of a field as users write it."""
    return field.removeprefix(OWN)


def encoded(field: str) -> str:
    """Return a field's name in letters that every engine takes."""
    if not field.startswith(OWN):
        return field
    name = name_of(field)
    return f"own_{name}" if name.isascii() else f"ownx_{name.encode().hex()}"


def field_kind(value: Any) -> FieldKind:
    """Return the kind that a value has by its type."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, tuple):
        return "keyword"
    return "date" if isinstance(value, datetime) else "number"
