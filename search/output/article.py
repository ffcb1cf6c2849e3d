"""A whole article as text for people and as HTML: each paragraph as what it is.

Paragraphs are numbered from 1. Their numbers are those of `Article.blocks` and, in
HTML, their fragments: `#p12` leads to the twelfth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from index.article import Article, Kind
from index.own_fields import FieldValue
from search.output.language import say
from search.output.terminal import marked, printable, table, width, wrap
from search.output.text import counted, pasteable, write_date
from search.results import Highlighted

if TYPE_CHECKING:
    from search.corpus.reprints import Reprints
    from search.corpus.versions import Version, Versions

__all__ = ["Place", "Reading", "article_lines", "body_html", "origin_in", "own_value", "places"]

_SHOWN = 5


class Place(NamedTuple):
    """One paragraph of a body: its number, its kind, and the span of its text."""

    number: int
    kind: Kind
    start: int
    end: int


def places(article: Article) -> Iterator[Place]:
    """Yield the paragraphs of an article, as `Article.blocks` has them."""
    lines = article.body.split("\n")
    number = at = 0
    for line, letter in zip(lines, article.kinds or Kind.TEXT.value * len(lines), strict=True):
        if line.strip():
            number += 1
            kind = Kind(letter)
            indent = 0 if kind is Kind.CODE else len(line) - len(line.lstrip())
            yield Place(number, kind, at + indent, at + len(line.rstrip()))
        at += len(line) + 1


def _inside(spans: Sequence[tuple[int, int]], place: Place) -> list[tuple[int, int]]:
    """Return the spans that reach into a paragraph, counted from its start."""
    return [
        (max(start, place.start) - place.start, min(end, place.end) - place.start)
        for start, end in spans
        if start < place.end and end > place.start
    ]


# Text


@dataclass(frozen=True, slots=True)
class Reading:
    """What is shown of an article besides its text.

    Args:
        path: The file it was read from; None for an article from Python.
        versions: The other articles from its url.
        reprints: The articles that share text with it.
    """

    path: str | None
    versions: Versions
    reprints: Reprints


# What stands before the first line of a paragraph, and before its others.
_SIGNS: Final = {
    Kind.TEXT: ("", ""),
    Kind.HEADING: ("## ", "   "),
    Kind.ITEM: ("• ", "  "),
    Kind.QUOTATION: ("│ ", "│ "),
    Kind.CODE: ("    ", "    "),
    Kind.ROW: ("| ", "  "),
}
# Paragraphs of these kinds that follow one another have no empty line between them.
_TOGETHER: Final = frozenset({Kind.ITEM, Kind.QUOTATION, Kind.CODE, Kind.ROW})


def article_lines(
    shown: Highlighted, reading: Reading, *, tz: tzinfo, size: int | None, numbers: bool = False
) -> Iterator[str]:
    """Return an article as text: its title, what is known of it, then its paragraphs.

    Args:
        shown: The article with what a query looks for.
        reading: What is known of it besides.
        tz: The reader's zone.
        size: The width of the terminal in columns; None for no wrapping.
        numbers: Begin each paragraph with its number.
    """
    article = shown.article
    for span in wrap(article.title, size):
        yield marked(article.title, shown.title_highlights, span, bold=True)
    known = [(say(name), printable(value)) for name, value in _known(article, reading, tz) if value]
    yield from table(known)
    listed = list(places(article))
    gutter = len(str(len(listed))) + 2 if numbers else 0
    before = None
    for place in listed:
        if place.kind is not before or place.kind not in _TOGETHER:
            yield ""
        before = place.kind
        yield from _paragraph(shown, place, size=size, gutter=gutter)


def _known(article: Article, reading: Reading, tz: tzinfo) -> Iterator[tuple[str, str]]:
    """Yield the name and value of all that is known of an article."""
    yield "authors", " · ".join(article.authors)
    yield "sources", " · ".join(article.sources)
    yield "date", write_date(article.date, tz, timespec="seconds") + _origin(article.dated_by)
    yield "tags", " · ".join(article.tags)
    yield from ((name, own_value(value, tz)) for name, value in article.fields.items())
    yield "title", _origin(article.titled_by).strip()
    yield "url", article.url
    yield "id", pasteable(article.id)
    yield "file", reading.path or ""
    earlier, later = reading.versions.earlier, reading.versions.later
    yield "earlier", _listed((_version(one, tz) for one in earlier[-_SHOWN:]), len(earlier))
    yield "later", _listed((_version(one, tz) for one in later[:_SHOWN]), len(later))
    yield "reprints", _reprints(reading.reprints, tz)


def _origin(origin: str) -> str:
    return f" {say(f'(from: {origin_in(origin, say)})')}" if origin else ""


def origin_in(origin: str, translate: Callable[[str], str]) -> str:
    """Return where something was taken from in a reader's language; the name of a key stays as it is."""
    place, colon, key = origin.partition(": ")
    return translate(place) + colon + key


def _version(one: Version, tz: tzinfo) -> str:
    same = [say("the same text")] if one.same else []
    return " · ".join([write_date(one.date, tz), pasteable(one.id), *same])


def _listed(some: Iterable[str], total: int) -> str:
    more = [f"+ {total - _SHOWN:,}"] if total > _SHOWN else []
    return "; ".join([*some, *more])


def _reprints(found: Reprints, tz: tzinfo) -> str:
    if not found.total:
        return ""
    first = next((one for one in found.reprints if one.id == found.first), None)
    about = (
        [say("first"), *first.sources[:1], write_date(first.date, tz), pasteable(first.id)] if first else []
    )
    return " · ".join([say(counted(found.total, "article")), *about])


def own_value(value: FieldValue, tz: tzinfo) -> str:
    """Return the value of an own field as people read it."""
    if isinstance(value, datetime):
        return write_date(value, tz, timespec="seconds")
    return " · ".join(value) if isinstance(value, tuple) else str(value)


def _paragraph(shown: Highlighted, place: Place, *, size: int | None, gutter: int) -> Iterator[str]:
    text = shown.article.body[place.start : place.end]
    highlights = _inside(shown.body_highlights, place)
    caption = f"[{say('caption')}] "
    first, others = _SIGNS.get(place.kind, (caption, " " * width(caption)))
    # Code is shown as it is, however wide.
    room = None if size is None or place.kind is Kind.CODE else size - gutter - width(first)
    number = f"{place.number:>{gutter - 2}}  " if gutter else ""
    sign = first
    for span in wrap(text, room):
        line = marked(text, highlights, span, bold=place.kind is Kind.HEADING)
        yield click.style(number + sign, dim=True) + line if number or sign else line
        number, sign = " " * gutter, others


# HTML


# The elements around paragraphs of a kind that follow one another, and around each.
_ELEMENTS: Final = {
    Kind.TEXT: ("", "p", ""),
    Kind.HEADING: ("", "h2", ""),
    Kind.ITEM: ("<ul>", "li", "</ul>"),
    Kind.QUOTATION: ("<blockquote>", "p", "</blockquote>"),
    Kind.CAPTION: ("<figure>", "figcaption", "</figure>"),
    Kind.CODE: ("<pre><code>", "span", "</code></pre>"),
    Kind.ROW: ("<table>", "td", "</table>"),
}


def body_html(article: Article, inside: Callable[[Place], str]) -> Iterator[str]:
    """Yield the body of an article as HTML, a line for each paragraph or run of them.

    Args:
        article: The article.
        inside: Returns the HTML of a paragraph's text; what it returns is not escaped.
    """
    for kind, run in groupby(places(article), key=lambda place: place.kind):
        begin, name, end = _ELEMENTS[kind]
        elements = [f'<{name} id="p{place.number}">{inside(place)}</{name}>' for place in run]
        if kind is Kind.ROW:
            elements = [f"<tr>{cell}</tr>" for cell in elements]
        if kind in _TOGETHER:
            yield begin + "\n".join(elements) + end
        else:
            yield from (begin + element + end for element in elements)
