"""The Article: the value that readers and applications make and that everything else takes.

Its constructor accepts what files and Python give and keeps what can be stored
and searched: text is valid Unicode, dates are in UTC, the id is not empty, and
names (authors, sources, tags) are not empty and not repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime, timezone
from enum import Enum
from html import escape
from typing import Any, NamedTuple

from index.errors import ArticleError, UsageError
from index.own_fields import FieldValue, own_key

__all__ = ["Article", "Block", "Kind", "without_surrogates"]

_SURROGATES = re.compile("[\ud800-\udfff]")


class Kind(str, Enum):
    """The kind of a paragraph; the value is its letter in `Article.kinds`.

    Example:
        >>> Kind("h").name, Kind.ROW.value
        ('HEADING', 'r')
    """

    TEXT = "t"
    HEADING = "h"
    ITEM = "i"
    """An item of a list."""
    QUOTATION = "q"
    CAPTION = "c"
    CODE = "p"
    """A line of preformatted text."""
    ROW = "r"
    """A row of a table."""


_LETTERS = "".join(kind.value for kind in Kind)
_TEXTS = ("id", "title", "body", "url", "kinds", "titled_by", "dated_by")
_NAMES = ("authors", "sources", "tags")


class Block(NamedTuple):
    """One paragraph of an article with its kind.

    Example:
        >>> Article("1", "渡轮", "通知\\n停航。", kinds="ht").blocks[0]
        Block(text='通知', kind=<Kind.HEADING: 'h'>)
    """

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True, repr=False)
class Article:
    """One article.

    Lone surrogates, which no file or database can hold, become U+FFFD. A
    single string for `authors`, `sources` or `tags` is one name.

    Args:
        id: Any non-empty string; unique in an index.
        title: May be empty.
        body: Paragraphs, separated by line ends.
        authors: Who wrote it, in the order given.
        url: Where it was published.
        sources: Outlets: the name of a paper, the url's host.
        date: When it was published; must have a zone, kept in UTC.
        tags: Keywords and categories.
        kinds: One letter of `Kind` for each line of `body`; empty if all are text.
        titled_by: What the title was taken from, such as `"front matter"`; empty if not known.
        dated_by: What the date was taken from; `"application"` where Python gave a date alone.
        fields: Values of own fields, which a rebuild declares with `own_fields`: text, keywords,
            numbers and dates by name.

    Raises:
        ArticleError: The id is empty or no string.
        UsageError: Another value is wrong: a body of None, a date without a zone, kinds that do not fit
            the body.

    Example:
        >>> from datetime import datetime, timezone
        >>> from index import Article
        >>> article = Article(
        ...     "2024/ferry.md",
        ...     "渡轮停航",
        ...     "通知\\n今天大风，渡轮停航。",
        ...     authors="林小舟",
        ...     tags=("交通", "天气"),
        ...     date=datetime(2024, 3, 10, 8, tzinfo=timezone.utc),
        ...     kinds="ht",
        ... )
        >>> article.authors, article.dated_by
        (('林小舟',), 'application')
        >>> [(block.kind.name, block.text) for block in article.blocks]
        [('HEADING', '通知'), ('TEXT', '今天大风，渡轮停航。')]
    """

    id: str
    title: str
    body: str = ""
    _: KW_ONLY
    authors: tuple[str, ...] = ()
    url: str = ""
    sources: tuple[str, ...] = ()
    date: datetime | None = None
    tags: tuple[str, ...] = ()
    kinds: str = ""
    titled_by: str = ""
    dated_by: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id:
            raise ArticleError(
                f"an article needs an id, a string that is not empty; this one has {self.id!r}"
            )
        for name in _TEXTS:
            object.__setattr__(self, name, self._text(name, getattr(self, name)))
        for name in _NAMES:
            object.__setattr__(self, name, self._names(name, getattr(self, name)))
        self._check_kinds()
        object.__setattr__(self, "date", self._utc("date", self.date))
        object.__setattr__(self, "fields", self._own_fields())
        if self.date is None:
            object.__setattr__(self, "dated_by", "")
        elif not self.dated_by:
            object.__setattr__(self, "dated_by", "application")

    def __repr__(self) -> str:
        day = "no date" if self.date is None else self.date.date().isoformat()
        title = self.title if len(self.title) <= 40 else self.title[:39] + "…"
        return f"<Article {self.id!r} {title!r} {day}, {len(self.body):,} characters>"

    def _repr_html_(self) -> str:
        """Show the article in a notebook; all text is escaped."""
        day = "" if self.date is None else f"{self.date:%Y-%m-%d %H:%M} UTC"
        about = " · ".join(escape(part) for part in (*self.authors, *self.sources, day, self.url) if part)
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        return f"<article><h3>{escape(self.title)}</h3><p><small>{about}</small></p>{body}</article>"

    def to_dict(self) -> dict[str, Any]:
        """Return the article as values that JSON has; `rebuild` and `update` take the same."""
        return {
            "id": self.id,
            "title": self.title,
            "authors": list(self.authors),
            "url": self.url,
            "sources": list(self.sources),
            "date": None if self.date is None else self.date.isoformat(),
            "tags": list(self.tags),
            "body": self.body,
            "kinds": self.kinds,
            "titled_by": self.titled_by,
            "dated_by": self.dated_by,
            "fields": {name: _plain(value) for name, value in self.fields.items()},
        }

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the article as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The body's lines that hold more than space, trimmed, each with its kind; code keeps its indent."""
        lines = self.body.split("\n")
        kinds = self.kinds or Kind.TEXT.value * len(lines)
        return tuple(
            Block(line.rstrip() if kind == Kind.CODE.value else line.strip(), Kind(kind))
            for line, kind in zip(lines, kinds, strict=True)
            if line.strip()
        )

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's lines that hold more than space, trimmed."""
        return tuple(line for line in map(str.strip, self.body.split("\n")) if line)

    def _text(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            raise UsageError(f"article {self.id!r}: {name} must be a string, not {type(value).__name__}")
        return without_surrogates(value)

    def _names(self, field: str, value: object) -> tuple[str, ...]:
        if isinstance(value, str):
            value = (value,)
        if not isinstance(value, Iterable):
            raise UsageError(f"article {self.id!r}: {field} must be strings, not {type(value).__name__}")
        names = (self._text(field, name) for name in value)
        return tuple(dict.fromkeys(filter(None, names)))

    def _check_kinds(self) -> None:
        if not self.kinds:
            return
        lines = self.body.count("\n") + 1
        if len(self.kinds) != lines:
            raise UsageError(
                f"article {self.id!r}: kinds must have one letter for each line of the body;"
                f" it has {len(self.kinds)} for {lines}"
            )
        if unknown := self.kinds.strip(_LETTERS):
            raise UsageError(
                f"article {self.id!r}: kinds must be made of the letters {_LETTERS}, not {unknown[0]!r}"
            )

    def _own_fields(self) -> dict[str, FieldValue]:
        if not self.fields:
            return {}
        if not isinstance(self.fields, Mapping):
            raise UsageError(f"article {self.id!r}: fields takes a mapping of names to values")
        found = ((own_key(name), self._own(name, value)) for name, value in self.fields.items())
        return {name: value for name, value in found if value is not None}

    def _own(self, name: str, value: object) -> FieldValue | None:
        if value is None or isinstance(value, int | float):
            return value
        if isinstance(value, str):
            return without_surrogates(value)
        if isinstance(value, datetime):
            return self._utc(name, value)
        return self._names(name, value)

    def _utc(self, name: str, date: object) -> datetime | None:
        if date is None:
            return None
        if not isinstance(date, datetime) or date.utcoffset() is None:
            raise UsageError(
                f"article {self.id!r}: the {name} must be a datetime with a zone, not {date!r};"
                " for UTC: date.replace(tzinfo=timezone.utc)"
            )
        try:
            return date.astimezone(timezone.utc)
        except OverflowError as error:
            raise UsageError(f"article {self.id!r}: the {name} {date} cannot be told in UTC") from error


def _plain(value: FieldValue) -> str | int | float | list[str]:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def without_surrogates(text: str) -> str:
    """Replace each lone surrogate, which no file, database or C parser takes, by U+FFFD."""
    try:
        text.encode("utf-16-le")  # a tenth of the pattern's time, where there are none
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text
