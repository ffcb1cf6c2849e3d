"""Convert articles to rows of the article store and back, and compute the checksums of rows."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from index.article import Article
from index.own_fields import FieldValue
from index.text.encoding import decode

__all__ = [
    "ARTICLE",
    "FACT",
    "FACTS_MODULUS",
    "STORED",
    "WRITTEN",
    "Fact",
    "Origin",
    "Stored",
    "checksum_of",
    "crc32_of",
    "is_visible",
    "is_whole",
    "own_from_json",
    "own_to_json",
    "path_from_store",
    "signed",
    "to_article",
    "to_date",
    "to_fact",
    "to_seconds",
    "to_stored",
    "verified",
    "written_values",
]

WRITTEN = (
    "row, id, title, authors, url, sources, date, tags, titled_by, dated_by, kinds, fields, texts,"
    " root, path, size, digest, arrived, added"
)
"""Columns that the checksum is of besides the body, in this order."""

ARTICLE = f"{WRITTEN}, body, crc32, removed"
"""Columns that an article is made of."""

FACT = "row, date, sources, authors, tags, fields"
"""Columns of a Fact."""

STORED = "row, id, digest, root, path, size, mtime_ns"
"""Columns that an update needs."""

_EPOCH, _SECOND = datetime(1970, 1, 1, tzinfo=timezone.utc), timedelta(seconds=1)

FACTS_MODULUS = 1 << 32
"""Sums of facts are kept modulo this."""


class Fact(NamedTuple):
    """The part of an article that is counted and filtered by.

    Its date in seconds, its names as JSON arrays, its own keywords, numbers and dates as
    a JSON object.
    """

    row: int
    date: int | None
    sources: str
    authors: str
    tags: str
    fields: str | None


class Origin(NamedTuple):
    """The file an article came from, with the values by which an update notices a change.

    Attributes:
        digest: SHA-256 of the file, or of the article if it came from Python.
        root: The archive's folder; None for an article from Python.
        path: The file.
        size: In bytes.
        mtime_ns: Time of its last change, in nanoseconds since 1970.
    """

    digest: bytes
    root: str | None = None
    path: str | None = None
    size: int | None = None
    mtime_ns: int | None = None


class Stored(NamedTuple):
    """A row as an update sees it."""

    row: int
    id: str
    origin: Origin


def to_fact(row: int, article: Article) -> Fact:
    """Return the Fact of an article."""
    names = (article.sources, article.authors, article.tags)
    sources, authors, tags = (json.dumps(some, ensure_ascii=False) for some in names)
    own = {name: value for name, value in article.fields.items() if not isinstance(value, str)}
    return Fact(row, to_seconds(article.date), sources, authors, tags, _dumped(own_to_json(own)))


def own_to_json(fields: Mapping[str, FieldValue]) -> dict[str, Any]:
    """Return own values as JSON has them; a date as an object, to tell it from a number."""
    return {
        name: {"date": to_seconds(value)} if isinstance(value, datetime) else value
        for name, value in fields.items()
    }


def own_from_json(values: Mapping[str, Any]) -> dict[str, FieldValue]:
    """Return own values from what `own_to_json` gave."""
    return {name: _from_json(value) for name, value in values.items()}


def _from_json(value: Any) -> FieldValue:
    if isinstance(value, list):
        return tuple(value)
    return datetime.fromtimestamp(value["date"], timezone.utc) if isinstance(value, dict) else value


def _dumped(fields: Mapping[str, Any]) -> str | None:
    return json.dumps(fields, ensure_ascii=False) if fields else None


def written_values(
    fact: Fact, article: Article, origin: Origin, *, arrived: int, generation: int
) -> tuple[Any, ...]:
    """Return the values of the columns WRITTEN for an article that a generation adds."""
    return (
        fact.row,
        article.id,
        article.title,
        fact.authors,
        article.url,
        fact.sources,
        fact.date,
        fact.tags,
        article.titled_by,
        article.dated_by,
        article.kinds,
        fact.fields,
        _dumped({name: value for name, value in article.fields.items() if isinstance(value, str)}),
        origin.root,
        _path_to_store(origin.path),
        origin.size,
        origin.digest,
        arrived,
        generation,
    )


def to_article(values: tuple[Any, ...]) -> Article:
    """Return the article of a row of the columns ARTICLE."""
    _, id, title, authors, url, sources, date, tags, titled_by, dated_by, kinds, fields, texts, *rest = values
    body = rest[-3]
    article = object.__new__(Article)
    # The checksum says that these are what an article had; to check each again would take twice the time.
    for name, value in (
        ("id", id),
        ("title", title),
        ("body", decode(body)),
        ("authors", _names(authors)),
        ("url", url),
        ("sources", _names(sources)),
        ("date", to_date(date)),
        ("tags", _names(tags)),
        ("kinds", kinds),
        ("titled_by", titled_by),
        ("dated_by", dated_by),
        ("fields", _own(fields, texts) if fields or texts else {}),
    ):
        object.__setattr__(article, name, value)
    return article


def _names(stored: str) -> tuple[str, ...]:
    """Return the names of a JSON array; most articles have no authors and no tags."""
    return () if stored == "[]" else tuple(json.loads(stored))


def _own(fields: str | None, texts: str | None) -> dict[str, FieldValue]:
    return own_from_json({**json.loads(fields or "{}"), **json.loads(texts or "{}")})


def to_stored(values: tuple[Any, ...]) -> Stored:
    """Return what an update sees of a row of the columns STORED."""
    row, id, digest, root, path, size, mtime_ns = values
    return Stored(row, id, Origin(digest, root, path_from_store(path), size, mtime_ns))


def checksum_of(row: int, date: int | None, sources: str, authors: str, tags: str, fields: str | None) -> int:
    """Return the checksum of a Fact; a sum of them does not depend on their order."""
    return zlib.crc32(f"{row} {date} {sources} {authors} {tags} {fields}".encode())


def crc32_of(written: Sequence[Any], body: bytes) -> int:
    """Return the checksum of a row."""
    return zlib.crc32(body, zlib.crc32("\0".join(map(str, written)).encode()))


def signed(row: int, token_texts: bytes) -> bytes:
    """Return packed token texts after a checksum of them and of their row."""
    return zlib.crc32(token_texts, row & 0xFFFFFFFF).to_bytes(4, "little") + token_texts


def verified(row: int, data: bytes) -> memoryview:
    """Return the packed token texts of a row.

    Raises:
        ValueError: The checksum is of others.
    """
    packed = memoryview(data)[4:]
    if zlib.crc32(packed, row & 0xFFFFFFFF).to_bytes(4, "little") != data[:4]:
        raise ValueError(f"the checksum of the tokens in row {row} does not match")
    return packed


def is_whole(values: tuple[Any, ...]) -> bool:
    """Return whether a row is as it was written, and removed, if it was, after it was added."""
    *written, body, crc32, removed = values
    return crc32_of(written, body) == crc32 and (removed is None or removed > written[-1])


def is_visible(values: tuple[Any, ...], generation: int) -> bool:
    """Return whether a generation holds a row of the columns ARTICLE."""
    *_, added, _, _, removed = values
    return bool(added <= generation and (removed is None or removed > generation))


def _path_to_store(path: str | None) -> str | bytes | None:
    if path is None or path.isprintable():
        return path
    return os.fsencode(path)  # a surrogate, which stands for a byte, is not printable


def path_from_store(stored: str | bytes | None) -> str | None:
    """Return a path as Python has it; a name that is not UTF-8 is stored as bytes."""
    return os.fsdecode(stored) if stored is not None else None


def to_seconds(date: datetime | None) -> int | None:
    """Return seconds since 1970 in UTC, without parts of a second."""
    # Not by `timestamp`, a float, which makes a year 10000 of the last moment of 9999.
    return None if date is None else (date - _EPOCH) // _SECOND


def to_date(seconds: int | None) -> datetime | None:
    """Return the date of `to_seconds`, in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
