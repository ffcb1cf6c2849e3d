"""The page of help: the query language with examples from the archive that is open, and the keys.

The examples are made of the newest articles, and each is tried: it finds something, or it is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.errors import ArchiveError
from search.calendar import in_zone
from search.results import Hit
from search.searcher import Searcher
from search.web.addresses import Search
from search.web.messages import Messages
from search.web.pages import render

__all__ = ["help_page"]

_ARTICLES = 40
_KEYS = ("/", "↑ ↓", "n p", "Esc", "?")
# Where no archive gives better ones: what is written, without a promise that it finds anything.
_GENERAL = (
    ("乌克兰 弹药", "help_and"),
    ("“和平宪法”", "help_phrase"),
    ("雪 OR 雨", "help_or"),
    ("雪 -雨", "help_not"),
    ("title:列车", "help_title"),
    ("date:2024-03", "help_date"),
    ("source:晨报", "help_source"),
    ("added:7d", "help_added"),
    ("sanct*", "help_prefix"),
    ('"日本" ~10 "乌克兰"', "help_near"),
)
_CLAUSE = re.compile(r"[\u4e00-\u9fff]{4,12}")
_LATIN = re.compile(r"\b[A-Za-z]{5,12}\b")


@dataclass(frozen=True, slots=True)
class _Example:
    """A query, its meaning, and how many articles it finds; "" where that was not tried."""

    query: str
    meaning: str
    count: str
    address: str


def help_page(searcher: Searcher, messages: Messages) -> str:
    """Return the page of help."""
    return render(
        "help.html",
        messages,
        examples=list(_examples(searcher, messages)),
        keys=[(key, messages(f"key_{number}")) for number, key in enumerate(_KEYS)],
    )


def _examples(searcher: Searcher, messages: Messages) -> Iterator[_Example]:
    """Return one example for each operator, from the archive where it has one."""
    made = _queries(searcher)
    for general, key in _GENERAL:
        query, count = next(_that_find([*made.get(key, ())[:5], general], searcher), (general, 0))
        told = messages.articles(count) if count else ""
        yield _Example(query, messages(key), told, Search(q=query).address())


def _that_find(queries: Sequence[str], searcher: Searcher) -> Iterator[tuple[str, int]]:
    for query in queries:
        try:
            if total := searcher.search(query, limit=0).total:
                yield query, total
        except ArchiveError:
            continue


def _queries(searcher: Searcher) -> dict[str, list[str]]:
    """Return queries that the newest articles suggest, by the message that says what they mean."""
    made: dict[str, list[str]] = {}
    for hit in searcher.search("", sort="newest", limit=_ARTICLES).hits:
        for key, query in _of(hit, searcher):
            made.setdefault(key, []).append(query)
    return made


def _of(hit: Hit, searcher: Searcher) -> Iterator[tuple[str, str]]:
    """Return queries that the title, the beginning, the date and the outlet of an article suggest."""
    words = [word for clause in _CLAUSE.findall(hit.title) for word in _words(clause, searcher)]
    text = " ".join(snippet.text for snippet in hit.snippets)
    if len(words) > 1:
        first, second = words[0], words[-1]
        yield "help_and", f"{first} {second}"
        yield "help_or", f"{first} OR {second}"
        yield "help_not", f"{first} -{second}"
        yield "help_title", f"title:{first}"
        yield "help_near", f'"{first}" ~10 "{second}"'
    for clause in _CLAUSE.findall(text)[:1]:
        yield "help_phrase", f"“{clause}”"
    for word in _LATIN.findall(text)[:1]:
        yield "help_prefix", f"{word[:4]}*"
    if hit.date is not None:
        yield "help_date", f"date:{in_zone(hit.date, searcher.tz):%Y-%m}"
    if hit.sources and not re.search(r"[\s\"“”]", hit.sources[0]):
        yield "help_source", f"source:{hit.sources[0]}"


def _words(clause: str, searcher: Searcher) -> list[str]:
    """Return the words of two or more characters that a clause has."""
    phrases = [phrase for told in searcher.explain(clause) for phrase in told.phrases]
    return [word for phrase in phrases if len(word := "".join(phrase.tokens)) > 1]
