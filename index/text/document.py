"""A document: an article with the streams that the analyzer made of it.

What can be searched is decided here: the text fields and their streams.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from urllib.parse import unquote

from index.article import Article
from index.text.analyzer import Analyzer, Streams
from index.text.fold import fold
from index.text.tokens import token_text

__all__ = [
    "RANKED",
    "RANKED_FIELDS",
    "RANKED_STREAMS",
    "STREAMS",
    "TEXT_FIELDS",
    "Document",
    "analyze",
    "source_term",
    "unpack_token_texts",
    "url_text",
]

TEXT_FIELDS = ("title", "body", "url")
"""Where words and phrases are looked for."""

RANKED_FIELDS = ("title", "body")
"""Where they are looked for unless a field is named, and what counts for relevance."""

RANKED_STREAMS = ("words", "bigrams", "tokens")
"""What scores, each stream of each field with lengths and frequencies of its own."""

RANKED = [(field, stream) for field in RANKED_FIELDS for stream in RANKED_STREAMS]
"""The streams that score, by field and name; engines keep their lengths in this order."""

STREAMS = [*RANKED, ("url", "bigrams"), ("url", "tokens")]
"""All streams that engines index."""


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

    def source_terms(self) -> list[str]:
        """The article's sources as they are compared, each once."""
        return sorted({source_term(name) for name in self.article.source} - {""})

    def packed_token_texts(self) -> bytes:
        """The unit texts of all text fields, compressed, for engines that look into them."""
        texts = (token_text(self.stream(field, "tokens")) for field in TEXT_FIELDS)
        return zlib.compress("\n".join(texts).encode(), 1)


def analyze(analyzer: Analyzer, article: Article) -> Document:
    """Make the document of `article`."""
    return Document(
        article,
        title=analyzer.analyze(article.title),
        body=analyzer.analyze(article.body),
        url=analyzer.analyze_without_words(url_text(article.url)),
    )


def unpack_token_texts(data: bytes) -> list[str]:
    """The reverse of `packed_token_texts`: the unit text of each of TEXT_FIELDS."""
    return zlib.decompress(data).decode().split("\n")


def url_text(url: str) -> str:
    """A url as its reader sees it: percent-encoded characters decoded."""
    return unquote(url, errors="replace")


def source_term(name: str) -> str:
    """How the name of a source is compared: folded, spaces at the ends left out."""
    return fold(name).strip()
