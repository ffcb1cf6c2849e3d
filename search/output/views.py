"""Dataclasses of results that exist only as JSON; search/output/values.py converts them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from index.article import Article
from search.results import Hit

__all__ = ["ArticleRecord", "Health", "Similar", "Suggestions"]


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article as it is printed: paragraphs instead of a body."""

    id: str
    title: str
    authors: tuple[str, ...]
    url: str
    sources: tuple[str, ...]
    date: datetime | None
    dated_by: str
    tags: tuple[str, ...]
    paragraphs: tuple[str, ...]

    @classmethod
    def of(cls, article: Article) -> ArticleRecord:
        """Return the record of an article."""
        return cls(
            id=article.id,
            title=article.title,
            authors=article.authors,
            url=article.url,
            sources=article.sources,
            date=article.date,
            dated_by=article.dated_by,
            tags=article.tags,
            paragraphs=article.paragraphs,
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
