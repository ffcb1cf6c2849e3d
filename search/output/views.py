"""Dataclasses of results that exist only as JSON; search/output/values.py converts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from index.article import Article, Kind
from index.own_fields import FieldValue
from search.corpus.concordance import Line
from search.corpus.counts import QueryCount
from search.corpus.trend import Trend
from search.results import Hit

__all__ = ["ArticleRecord", "Concordance", "Counts", "Health", "Similar", "Suggestions", "TrendRow"]


ParagraphKind: TypeAlias = Literal["text", "heading", "item", "quotation", "caption", "code", "row"]

_KINDS: Final[dict[Kind, ParagraphKind]] = dict(zip(Kind, get_args(ParagraphKind), strict=True))


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article as it is printed: paragraphs instead of a body.

    Attributes:
        titled_by: What the title was taken from; "" if that is not known.
        dated_by: What the date was taken from.
        paragraphs: The lines of the body that hold more than space; code keeps its indent.
        paragraph_kinds: The kind of each of these.
    """

    id: str
    title: str
    titled_by: str
    authors: tuple[str, ...]
    url: str
    sources: tuple[str, ...]
    date: datetime | None
    dated_by: str
    tags: tuple[str, ...]
    fields: dict[str, FieldValue]
    paragraphs: tuple[str, ...]
    paragraph_kinds: tuple[ParagraphKind, ...]

    @classmethod
    def of(cls, article: Article) -> ArticleRecord:
        """Return the record of an article."""
        blocks = article.blocks
        return cls(
            id=article.id,
            title=article.title,
            titled_by=article.titled_by,
            authors=article.authors,
            url=article.url,
            sources=article.sources,
            date=article.date,
            dated_by=article.dated_by,
            tags=article.tags,
            fields=dict(article.fields),
            paragraphs=tuple(block.text for block in blocks),
            paragraph_kinds=tuple(_KINDS[block.kind] for block in blocks),
        )


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Completions of a query."""

    query: str
    completions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """Articles that are like the one with this id."""

    id: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an index that can be searched."""

    status: Literal["ok"]
    articles: int
    engine: str
    generation: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Articles and occurrences of several queries."""

    counts: tuple[QueryCount, ...]


@dataclass(frozen=True, slots=True)
class Concordance:
    """Occurrences with their context, and how many there are in all.

    `lines` may be made while they are printed.
    """

    query: str
    articles: int
    occurrences: int
    lines: Iterable[Line]


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One period of one query."""

    query: str
    period: str
    value: int | float

    @classmethod
    def all_of(cls, trend: Trend) -> Iterator[TrendRow]:
        """Return a row for each query and period."""
        for series in trend.series:
            for point in series.points:
                yield cls(series.query, point.period, point.value)
