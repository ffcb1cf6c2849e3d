"""A document: an article with the terms that the analyzer made of it.

`analyze` takes an Article and returns a Document with up to three streams of
terms for each text field: words, bigrams and tokens. The tables below decide
which fields are searched and which are scored. Every engine indexes all of
STREAMS and NAME_FIELDS, so a new field is added here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias
from urllib.parse import unquote

from index.article import Article
from index.own_fields import OWN, FieldKind, OwnFields, name_of, own_name
from index.text.analyzer import Analyzer, Streams
from index.text.fold import fold
from index.text.sketch import sketch
from index.text.token_text import TokenText, pack

__all__ = [
    "BARE_FIELDS",
    "COUNTED_FIELDS",
    "LABEL_FIELDS",
    "NAME_FIELDS",
    "RANKED",
    "RANKED_FIELDS",
    "RANKED_STREAMS",
    "STREAMS",
    "TEXT_FIELDS",
    "CountedField",
    "Document",
    "NameField",
    "analyze",
    "label_text",
    "name_term",
    "original",
    "own_of_kind",
    "own_streams",
    "url_text",
]

NameField: TypeAlias = Literal["source", "author", "tag"]
CountedField: TypeAlias = Literal["outlet", "source", "author", "tag"]

TEXT_FIELDS: Final = ("title", "body", "author", "tag", "url")
"""Fields with text that words and phrases are looked for in."""

BARE_FIELDS: Final = ("title", "body", "author", "tag")
"""Fields searched for a word or phrase without a field name."""

RANKED_FIELDS: Final = ("title", "body")
"""Fields scored by BM25, with lengths and frequencies."""

LABEL_FIELDS: Final = ("author", "tag")
"""Fields scored by idf alone: the number of other labels does not matter."""

NAME_FIELDS: Final[tuple[NameField, ...]] = ("source", "author", "tag")
"""Whole names, which filters compare."""

COUNTED_FIELDS: Final[tuple[CountedField, ...]] = ("outlet", *NAME_FIELDS)
"""Whole names that articles are counted by. The outlet is the first source; the others also name it."""

RANKED_STREAMS: Final = ("words", "bigrams", "tokens")

RANKED: Final = [(field, stream) for field in RANKED_FIELDS for stream in RANKED_STREAMS]
"""The streams that score by BM25; engines keep their lengths in this order."""

STREAMS: Final = [
    *RANKED,
    *((field, stream) for field in (*LABEL_FIELDS, "url") for stream in ("bigrams", "tokens")),
]
"""All streams that engines index."""


_NO_TERMS = Streams([], [], [])


def own_of_kind(own_fields: OwnFields, *kinds: FieldKind) -> list[str]:
    """Return the declared fields of some kinds, by their names inside the index."""
    return [own_name(name) for name, kind in own_fields if kind in kinds]


def own_streams(own_fields: OwnFields) -> list[tuple[str, str]]:
    """Return the streams of declared texts; these are matched, and do not rank."""
    texts = own_of_kind(own_fields, "text")
    return [(field, stream) for field in texts for stream in ("bigrams", "tokens")]


@dataclass(frozen=True, slots=True)
class Document:
    """An article with its terms and token texts. Only title and body have words."""

    article: Article
    title: Streams
    body: Streams
    author: Streams
    tag: Streams
    url: Streams
    token_texts: tuple[TokenText, TokenText]
    """Of title and body."""
    own_texts: dict[str, Streams] = field(default_factory=dict)
    """Of own fields, by their names inside the index."""

    def stream(self, field: str, stream: str) -> list[str]:
        """Return the terms of one stream of one text field, in order."""
        streams = self.own_texts.get(field, _NO_TERMS) if field.startswith(OWN) else getattr(self, field)
        terms: list[str] = getattr(streams, stream)
        return terms

    def own_streams(self) -> Iterator[tuple[str, str]]:
        """Yield the field and name of each stream of an own text."""
        yield from ((field, stream) for field in self.own_texts for stream in ("bigrams", "tokens"))

    def own_keywords(self) -> list[str]:
        """Return the fields of own keywords that the article has."""
        own = self.article.fields.items()
        return [own_name(name) for name, value in own if isinstance(value, tuple)]

    def own_number(self, field: str) -> float | None:
        """Return an own number, or a date in seconds since 1970; None where the article has none."""
        value = self.article.fields.get(name_of(field))
        if isinstance(value, datetime):
            value = value.timestamp() // 1
        return None if value is None or isinstance(value, str | tuple) else float(value)

    def written_names(self, field: str) -> tuple[str, ...]:
        """Return the article's names of one kind as they are written."""
        if field.startswith(OWN):
            value = self.article.fields.get(name_of(field), ())
            return value if isinstance(value, tuple) else ()
        names: dict[str, tuple[str, ...]] = {
            "outlet": self.article.sources[:1],
            "source": self.article.sources,
            "author": self.article.authors,
            "tag": self.article.tags,
        }
        return names[field]

    def names(self, field: str) -> list[str]:
        """Return the article's names of one kind as they are compared, each once."""
        return sorted({name_term(name) for name in self.written_names(field)} - {""})

    def packed_sketch(self) -> bytes:
        """Return the sketch of the text as bytes, to be stored beside the article."""
        title, body = self.token_texts
        return sketch(body, title).packed()

    def packed_token_texts(self) -> bytes:
        """Return the token texts of title and body as bytes, to be stored beside the article."""
        return pack(*self.token_texts)


def analyze(analyzer: Analyzer, article: Article) -> Document:
    """Make the document of `article`."""
    title, body = TokenText.of(article.title), TokenText.of(article.body)
    return Document(
        article,
        title=analyzer.streams(title.tokens()),
        body=analyzer.streams(body.tokens()),
        author=analyzer.analyze_without_words(original(article, "author")),
        tag=analyzer.analyze_without_words(original(article, "tag")),
        url=analyzer.analyze_without_words(url_text(article.url)),
        token_texts=(title, body),
        own_texts={
            own_name(name): analyzer.analyze_without_words(value)
            for name, value in article.fields.items()
            if isinstance(value, str)
        },
    )


def original(article: Article, field: str) -> str:
    """Return an article's text in one of TEXT_FIELDS or in an own field, as it is written."""
    match field:
        case own if own.startswith(OWN):
            value = article.fields.get(name_of(own), "")
            return value if isinstance(value, str) else ""
        case "title":
            return article.title
        case "body":
            return article.body
        case "author":
            return label_text(article.authors)
        case "tag":
            return label_text(article.tags)
        case _:
            return url_text(article.url)


def label_text(names: tuple[str, ...]) -> str:
    """Return names as one text, with a boundary between any two."""
    return "\n".join(names)


def url_text(url: str) -> str:
    """Return a url as its reader sees it, with percent-encoded characters decoded."""
    return unquote(url, errors="replace")


def name_term(name: str) -> str:
    """Return a name as it is compared: folded, without spaces at its ends."""
    return fold(name).strip()
