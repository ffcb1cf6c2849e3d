"""A document: an article with the streams that the analyzer made of it.

What can be searched is decided here: the text fields and their streams.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from index.article import Article
from index.text.analyzer import Analyzer, Streams
from index.text.fold import fold

__all__ = ["RANKED_FIELDS", "RANKED_STREAMS", "TEXT_FIELDS", "Document", "analyze", "source_term"]

TEXT_FIELDS = ("title", "body", "url")
"""Where words and phrases are looked for."""

RANKED_FIELDS = ("title", "body")
"""Where they are looked for unless a field is named, and what counts for relevance."""

RANKED_STREAMS = ("words", "grams", "units")
"""What scores, each stream of each field with lengths and frequencies of its own."""


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine needs of one article. `url` has no words: it does not rank."""

    article: Article
    title: Streams
    body: Streams
    url: Streams

    def stream(self, field: str, stream: str) -> list[str]:
        """The terms of one stream of one text field, in order."""
        terms: list[str] = getattr(getattr(self, field), stream)
        return terms


def analyze(analyzer: Analyzer, article: Article) -> Document:
    """Make the document of `article`."""
    return Document(
        article,
        title=analyzer.analyze(article.title),
        body=analyzer.analyze(article.body),
        url=analyzer.analyze_without_words(url_text(article.url)),
    )


def url_text(url: str) -> str:
    """A url as its reader sees it: percent-encoded characters decoded."""
    return unquote(url, errors="replace")


def source_term(name: str) -> str:
    """How the name of a source is compared: folded, spaces at the ends left out."""
    return fold(name).strip()
