"""Versions: articles that were archived from the same url, earlier or later.

Urls are the same if they differ only in scheme, in the case of the host, in a `/`
at the end, in whether characters beyond ASCII are percent-encoded, or in a fragment,
unless that names a page (`#!/news/1`, `#/news/1`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import unquote

from index.article import Article
from index.storage.store import to_seconds
from index.text.document import url_text
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY
from search.calendar import dated
from search.engines.base import Reader
from search.query.conditions import TokenPhrase
from search.timing import check_time
from search.values import Printable

__all__ = ["Version", "Versions", "newest_of_url", "rows_of_url", "same_url", "versions"]

_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_ENCODED = re.compile("(?:%[89A-F][0-9A-F])+", re.IGNORECASE)
_FRAGMENT = re.compile(r"#(?![!/]).*$", re.DOTALL)
# Of a long url the end tells most; a phrase of so many tokens is answered by every engine.
_TOKENS = 64
_BATCH = 500
# A url that more articles have is that of an outlet, which it gives to each of its pages.
_MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class Version(Printable):
    """An article from the same url as another.

    Attributes:
        id: Its id.
        title: Its title.
        sources: The outlets it is from.
        date: When it was published, by the clock of the Searcher's zone; None if that is not known.
        added: When it came into the index as it is.
        same: All tokens of the text are the same, in the same order.

    Example:
        >>> searcher.versions("晨报/1.md").later
        ()
    """

    id: str
    title: str
    sources: tuple[str, ...]
    date: datetime | None
    added: datetime
    same: bool


@dataclass(frozen=True, slots=True)
class Versions(Printable):
    """The other articles from the url of one, in order of time.

    Of versions with the same date, or without one, the one that came into the index first is the earlier.
    A url that more than 200 articles have is that of an outlet, and they are no versions of each other.

    Attributes:
        id: The article that was asked about.
        url: Its url, or "".
        earlier: The versions before it.
        later: The versions after it; those without a date come last.

    Example:
        >>> found = searcher.versions("晨报/1.md")
        >>> found.url, found.earlier
        ('', ())
    """

    id: str
    url: str
    earlier: tuple[Version, ...]
    later: tuple[Version, ...]


def same_url(url: str) -> str:
    """Return what urls of one page have in common.

    Example:
        >>> same_url("HTTP://News.Example/a/#top")
        'news.example/a'
    """
    host, slash, rest = _SCHEME.sub("", _FRAGMENT.sub("", url.strip())).partition("/")
    rest = _ENCODED.sub(_decoded, rest)
    return (host.lower() + slash + rest).rstrip("/")


def _decoded(found: re.Match[str]) -> str:
    """Return decoded UTF-8; two texts in another encoding, as GBK, must not become the same."""
    try:
        return unquote(found[0], errors="strict")
    except UnicodeDecodeError:
        return found[0].upper()


def rows_of_url(reader: Reader, url: str) -> list[int]:
    """Return the rows of all articles from a url, ascending."""
    wanted = same_url(url)
    tokens = TokenText.of(url_text(wanted)).tokens()[-_TOKENS:]
    while tokens and tokens[0] == BOUNDARY:
        tokens = tokens[1:]
    while tokens and tokens[-1] == BOUNDARY:
        tokens = tokens[:-1]
    if not tokens:
        return []
    rows = sorted(reader.rows(TokenPhrase(("url",), tuple(tokens))))
    found: list[int] = []
    for at in range(0, len(rows), _BATCH):
        check_time()
        urls = reader.urls(rows[at : at + _BATCH])
        found += [row for row, other in urls.items() if same_url(other) == wanted]
    return sorted(found)


def versions(reader: Reader, row: int, article: Article, *, tz: tzinfo) -> Versions:
    """Return the other articles from the url of one."""
    rows = rows_of_url(reader, article.url)
    if len(rows) > _MOST_VERSIONS:
        return Versions(article.id, article.url, (), ())
    ordered = [row for row, _ in _in_time(reader, rows)]
    if row not in ordered:
        return Versions(article.id, article.url, (), ())
    articles, arrivals, sketches = reader.articles(rows), reader.arrivals(rows), reader.sketches(rows)

    def version(other: int) -> Version:
        one, same = articles[other], sketches[other].same
        date = None if one.date is None else dated(one.date, tz)
        added = dated(arrivals[other], tz)
        return Version(one.id, one.title, one.sources, date, added, same != 0 and same == sketches[row].same)

    at = ordered.index(row)
    return Versions(
        article.id,
        article.url,
        tuple(map(version, ordered[:at])),
        tuple(map(version, ordered[at + 1 :])),
    )


def newest_of_url(reader: Reader, url: str) -> str | None:
    """Return the id of the newest article from a url; None without any."""
    found = _in_time(reader, rows_of_url(reader, url))
    known = [article for _, article in found if article.date is not None] or [one for _, one in found]
    return known[-1].id if known else None


def _in_time(reader: Reader, rows: Sequence[int]) -> list[tuple[int, Article]]:
    """Return rows with their articles in order of time; those without a date last."""
    arrivals, articles = reader.arrivals(rows), reader.articles(rows)
    return sorted(
        articles.items(),
        key=lambda item: (item[1].date is None, to_seconds(item[1].date) or 0, arrivals[item[0]], item[0]),
    )
