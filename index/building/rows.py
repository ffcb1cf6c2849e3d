"""Rows to articles: dicts, rows of a database, DataFrames.

Comes in: anything that has named values. Goes out: Articles. The names are those
that files use (reading/records.py); they are compared without case, `_`, `-` and spaces. The
caller may name others with `fields`. A value that is missing (None, NaN, NaT,
an empty text) is as if its name were not there.

A time without a zone is local time of the archive. A day without a time is
midnight in UTC, as for files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import cached_property
from numbers import Integral
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from index.article import Article
from index.errors import UsageError
from index.own_fields import FieldValue, OwnFields, own_key
from index.reading import records
from index.reading.dates import ARCHIVE_ZONE
from index.reading.html import read_fragment
from index.reading.moments import read_moment
from index.reading.options import ReadOptions
from index.reading.own_values import is_missing, read_fields

__all__ = ["KEYS", "Row", "RowReader", "Table", "is_table", "read_archive_zone", "rows_of"]


class _PolarsFrame(Protocol):
    @property
    def iter_rows(self) -> Any: ...


class _PandasFrame(Protocol):
    @property
    def columns(self) -> Any: ...
    @property
    def itertuples(self) -> Any: ...


class _Cursor(Protocol):
    @property
    def description(self) -> Any: ...
    @property
    def fetchall(self) -> Any: ...


class _NamedTuple(Protocol):
    @property
    def _asdict(self) -> Any: ...


class _KeyedRow(Protocol):
    @property
    def keys(self) -> Any: ...
    @property
    def __getitem__(self) -> Any: ...


Row: TypeAlias = Mapping[str, Any] | _NamedTuple | _KeyedRow
"""A dict, a named tuple, a `sqlite3.Row`, or another value with named values."""

Table: TypeAlias = _PolarsFrame | _PandasFrame | _Cursor
"""A DataFrame of pandas or polars, or a cursor of a database."""

_HTML = ("html", "bodyhtml", "contenthtml", "contentencoded")
# In a file these may hold a url; in a row they are what they are called.
_NO_URL = ("source", "from", "guid")

KEYS: dict[str, tuple[str, ...]] = {
    "id": (*records.KEYS["id"], "url", "link"),
    "title": records.KEYS["title"],
    "body": tuple(key for key in records.KEYS["body"] if key not in _HTML),
    "html": _HTML,
    "authors": records.KEYS["authors"],
    "url": tuple(key for key in records.KEYS["url"] if key not in _NO_URL),
    "sources": ("sources", *records.KEYS["source"]),
    "date": records.KEYS["date"],
    "tags": records.KEYS["tags"],
    # What Article.to_dict gives besides.
    "kinds": ("kinds",),
    "titled_by": ("titledby",),
    "dated_by": ("datedby",),
}
"""The names of each value of an article, the most trusted first."""

_BETWEEN = re.compile(r"[\s_-]+")
_LINE_ENDS = re.compile("\r\n?")


def is_table(value: object) -> bool:
    """Return whether a value is a DataFrame of pandas or polars, or a cursor of a database."""
    return (
        hasattr(value, "iter_rows")
        or (hasattr(value, "itertuples") and hasattr(value, "columns"))
        or (hasattr(value, "description") and hasattr(value, "fetchall"))
    )


def rows_of(table: Any) -> Iterator[Mapping[str, Any]]:
    """Iterate over the rows of a table, each with the names of its columns."""
    if hasattr(table, "iter_rows"):  # polars
        yield from table.iter_rows(named=True)
    elif hasattr(table, "description"):  # PEP 249
        if table.description is None:
            raise UsageError("the cursor has no result; execute a SELECT with it first")
        names = [column[0] for column in table.description]
        # PEP 249 lets a cursor be iterated over, and does not ask for it.
        for row in table if hasattr(table, "__iter__") else iter(table.fetchone, None):
            yield row if isinstance(row, Mapping) else dict(zip(names, row, strict=True))
    else:  # pandas; not to_dict("records"), which would hold all rows twice
        names = [str(name) for name in table.columns]
        for row in table.itertuples(index=False, name=None):
            yield dict(zip(names, row, strict=True))


def read_archive_zone(tz: str | tzinfo | None, reading: ReadOptions) -> tzinfo:
    """Return the zone of times without one: `tz`, else that of the archive. Raises UsageError."""
    if tz is None:
        return reading.tzinfo
    if isinstance(tz, tzinfo):
        return tz
    if not isinstance(tz, str):
        raise UsageError(f"tz takes a name such as 'Asia/Shanghai', or a tzinfo, not {tz!r}")
    return ReadOptions(tz).tzinfo


def _plain(name: object) -> str:
    return _BETWEEN.sub("", str(name)).lower()


@dataclass(frozen=True)
class RowReader:
    """Makes articles of rows.

    Args:
        fields: The row's name for some of an article's values, such as `{"title": "headline"}`.
        zone: The zone of times without one.
        own_fields: The own fields that rows may have.

    Raises:
        UsageError: `fields` names what an article has not.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = ARCHIVE_ZONE
    own_fields: OwnFields = ()

    def __post_init__(self) -> None:
        if not isinstance(self.fields, Mapping):
            raise UsageError(f"fields takes a mapping such as {{'title': 'headline'}}, not {self.fields!r}")
        for name, given in self.fields.items():
            known = (*KEYS, *(own for own, _ in self.own_fields))
            if name not in known:
                raise UsageError(
                    f"fields names {name!r}, which no article has; it may name {', '.join(known)};"
                    " other fields are declared by a rebuild, as in own_fields={'page': 'keyword'}"
                )
            if not isinstance(given, str):
                raise UsageError(f"fields: the name for {name!r} must be a string, not {given!r}")

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        chosen = {name: _plain(given) for name, given in self.fields.items() if name in KEYS}
        taken = {*chosen.values(), *self._own_keys.values()}
        return {
            name: (chosen[name],) if name in chosen else tuple(key for key in keys if key not in taken)
            for name, keys in KEYS.items()
        }

    @cached_property
    def _own_keys(self) -> dict[str, str]:
        return {name: _plain(self.fields.get(name, name)) for name, _ in self.own_fields}

    def article(self, row: object, number: int) -> Article:
        """Return the article of a row; errors name it by its number, counted from 1.

        Raises:
            UsageError: The row has no id, neither title nor body, or a value of a wrong kind.
        """
        named = _named(row, number)
        values: dict[str, Any] = {}
        for name, value in named.items():
            values.setdefault(_plain(name), value)
        place = f"row {number}"
        self._check_fields(values, named, place)
        found = {name: _first(values, keys) for name, keys in self._keys.items()}
        id = _text(found["id"], f"{place}: id")
        if not id:
            if empty := [repr(name) for name in named if _plain(name) in self._keys["id"]]:
                raise UsageError(f"{place} has no id: {' and '.join(empty)} is empty")
            raise UsageError(
                f"{place} has no id; its names are {_listed(named)}: say which of them holds something that"
                " is different for every article and stays the same, as with fields={'id': 'number'}"
            )
        place = f"{place} (id {id!r})"
        if not any(key in values for name in ("title", "body", "html") for key in self._keys[name]):
            raise UsageError(
                f"{place} has neither title nor body; its names are {_listed(named)}: say which of them"
                " these are, as with fields={'title': 'headline', 'body': 'text'}"
            )
        title = _text(found["title"], f"{place}: title")
        body, kinds = self._body(found, title, place)
        return Article(
            id=id,
            title=title,
            body=body,
            kinds=kinds,
            authors=_names(found["authors"], f"{place}: authors"),
            url=_text(found["url"], f"{place}: url"),
            sources=_names(found["sources"], f"{place}: sources"),
            date=self._date(found["date"], f"{place}: date"),
            tags=_names(found["tags"], f"{place}: tags"),
            titled_by=_text(found["titled_by"], f"{place}: titled_by"),
            dated_by=_text(found["dated_by"], f"{place}: dated_by"),
            fields=self._own(values, place),
        )

    def checked(self, article: Article) -> Article:
        """Return an article from Python with its own fields as they were declared. Raises UsageError."""
        if not article.fields:
            return article
        return replace(article, fields=self._read_own(article.fields, f"article {article.id!r}"))

    def _own(self, values: Mapping[str, Any], place: str) -> dict[str, FieldValue]:
        """Return a row's own fields: from columns of their names, or from `fields`, as `to_dict` gives it."""
        given = {name: values[key] for name, key in self._own_keys.items() if key in values}
        nested = values.get("fields")
        if isinstance(nested, Mapping) and "fields" not in self._own_keys.values():
            given = {**{own_key(str(name)): value for name, value in nested.items()}, **given}
        return self._read_own(given, place) if given else {}

    def _read_own(self, given: Mapping[str, Any], place: str) -> dict[str, FieldValue]:
        declared = dict(self.own_fields)
        if unknown := [name for name in given if name not in declared]:
            there = f"declared are {', '.join(declared)}" if declared else "none are declared"
            raise UsageError(
                f"{place} has the own field {unknown[0]!r}, and {there}: declare it when you rebuild, as in"
                f" own_fields={{{unknown[0]!r}: 'keyword'}}"
            )
        found, wrong = read_fields(given, self.own_fields, zone=self.zone)
        for name, problem in wrong.items():
            raise UsageError(f"{place}: {name} {problem}")
        return found

    def _check_fields(self, values: Mapping[str, Any], named: Mapping[Any, Any], place: str) -> None:
        for name, given in self.fields.items():
            if _plain(given) not in values:
                raise UsageError(
                    f"{place} has no {given!r}, which fields gives for {name}; its names are {_listed(named)}"
                )

    def _body(self, found: dict[str, Any], title: str, place: str) -> tuple[str, str]:
        """Return the body and the kinds of its lines. HTML, which tells more, comes first."""
        if markup := _text(found["html"], f"{place}: html"):
            paragraphs, _ = read_fragment(markup, title=title)
            lines = [paragraph.text for paragraph in paragraphs]
            return "\n".join(lines), "".join(paragraph.kind.value for paragraph in paragraphs)
        body = _LINE_ENDS.sub("\n", _text(found["body"], f"{place}: body"))
        return body, _text(found["kinds"], f"{place}: kinds")

    def _date(self, value: Any, place: str) -> datetime | None:
        try:
            return None if value is None else read_moment(value, self.zone)
        except ValueError as error:
            raise UsageError(f"{place} {error}") from None


def _named(row: Any, number: int) -> Mapping[Any, Any]:
    """Return a row as a mapping. Raises UsageError for a row without names."""
    if isinstance(row, Mapping):
        return row
    if hasattr(row, "_asdict"):  # a named tuple, a row of SQLAlchemy
        found: Mapping[Any, Any] = row._asdict()
        return found
    if hasattr(row, "keys") and hasattr(row, "__getitem__"):  # sqlite3.Row
        return {name: row[name] for name in row.keys()}  # noqa: SIM118
    kind = type(row).__name__
    if isinstance(row, tuple | list):
        raise UsageError(
            f"row {number} is a {kind} without names; pass the cursor itself, or a dict for each row"
        )
    raise UsageError(
        f"an archive holds folders, Articles, dicts or rows of a table; number {number} is of type {kind}"
    )


def _first(values: Mapping[str, Any], keys: Iterable[str]) -> Any:
    """Return the first value that is not missing, or None."""
    for key in keys:
        if not is_missing(value := values.get(key)):
            return value
    return None


def _text(value: Any, place: str) -> str:
    """Return a value as text: a string, or a whole number, since ids of databases are numbers."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, UUID) or (isinstance(value, Integral) and not isinstance(value, bool)):
        return str(value)
    if isinstance(value, float) and value.is_integer():  # a column of numbers with gaps, in pandas
        return str(int(value))
    if isinstance(value, bytes):
        raise UsageError(f"{place} must be a string, not bytes; decode it first")
    raise UsageError(f"{place} must be a string, not {type(value).__name__}")


def _names(value: Any, place: str) -> tuple[str, ...]:
    """Return one name, or several, as a tuple."""
    if value is None:
        return ()
    if hasattr(value, "tolist"):
        value = value.tolist()  # an array of numpy
    if isinstance(value, list | tuple | set | frozenset) or type(value).__name__ == "Series":
        return tuple(_text(name, place) for name in value if not is_missing(name))
    return (_text(value, place),)


def _listed(named: Mapping[Any, Any]) -> str:
    names = [repr(name) for name in named]
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "") if names else "none"
