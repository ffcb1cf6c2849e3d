"""The draft: everything a format found in a file, from which assemble.py makes an Article.

A draft has every candidate for title, date and so on with its origin, the
paragraphs with their kinds, and the text removed with the rule that removed it.
`search inspect` shows all of it. The choice among candidates is made once, in
assemble.py, in the same order for every format.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from index.article import Kind

__all__ = ["Draft", "Kind", "NoArticle", "Paragraph", "Removed", "Value"]


class Paragraph(NamedTuple):
    """One line of an article's body; `level` is that of a heading, 1 to 6, or 0."""

    text: str
    kind: Kind = Kind.TEXT
    level: int = 0


@dataclass(frozen=True, slots=True)
class Removed:
    """Text that was taken for boilerplate, and the name of the rule that removed it."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class Value:
    """Something that a file says of its article, as written, and where: `"og:title"`, `"front matter"`."""

    text: str
    origin: str


@dataclass(slots=True)
class Draft:
    """One article as a format found it. Lists of values are in the order in which they are trusted.

    `number` counts the items of a file that holds many, from 1; `own_id` is
    the id that an item gives itself; `values` has what its keys say of own
    fields. `warnings` are for the reader of a report.
    """

    format: str
    encoding: str = ""
    titles: list[Value] = field(default_factory=list)
    dates: list[Value] = field(default_factory=list)
    urls: list[Value] = field(default_factory=list)
    authors: list[Value] = field(default_factory=list)
    tags: list[Value] = field(default_factory=list)
    sources: list[Value] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    own_id: str = ""
    number: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class NoArticle(ValueError):
    """A page that says of itself that its article is gone.

    Args:
        reason: What the page says, for a person, as in `the article was deleted by its author`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
