"""Concordance: one line for each occurrence of a query, with its context (KWIC).

Lines in order of time are made while they are taken, so any number of them
needs little memory. The other orders, and a sample, must have seen all lines:
with a limit or a sample only so many are kept.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any, Final, Literal, TypeAlias, get_args

from index.article import Article
from index.errors import UsageError
from index.text.fold import fold
from index.text.token_text import TokenText
from search.corpus.occurrences import FIELDS, Finder, batches, check_looks_for_text, rows_in_time
from search.engines.base import Reader
from search.query.plan import Plan
from search.values import Printable

__all__ = ["MAX_WIDTH", "Line", "LineSort", "concordance"]

LineSort: TypeAlias = Literal["date", "source", "left", "right"]

MAX_WIDTH: Final = 1_000
"""Most characters of context on each side."""


@dataclass(frozen=True, slots=True)
class Line(Printable):
    """One occurrence with its context.

    Attributes:
        id: The article's id.
        date: When the article was published, in UTC; None if that is not known.
        sources: The outlets that it is from.
        field: "title" or "body".
        start: The first character of the occurrence in `article.title` or `article.body`.
        end: The character after its last one.
        left: What stands before it in its paragraph.
        hit: The occurrence as it is written.
        right: What stands after it in its paragraph.

    Example:
        >>> line = next(searcher.concordance("渡轮"))
        >>> line.id, line.field, line.hit, line.right
        ('晨报/1.md', 'title', '渡轮', '停航')
    """

    id: str
    date: datetime | None
    sources: tuple[str, ...]
    field: Literal["title", "body"]
    start: int
    end: int
    left: str
    hit: str
    right: str


# The key of each order; lines that are equal in it stay in order of time.
_KEYS: Final = {
    "source": lambda line: line.sources,
    "left": lambda line: (fold(line.left)[::-1], fold(line.right)),
    "right": lambda line: (fold(line.right), fold(line.left)[::-1]),
}


def concordance(
    reader: Reader,
    plan: Plan,
    *,
    query: str,
    width: int,
    limit: int | None,
    sort: LineSort,
    sample: int | None,
    seed: int,
) -> Iterator[Line]:
    """Return the lines of a plan; see `Searcher.concordance`. Raises QueryError and UsageError."""
    _check(width=width, limit=limit, sort=sort, sample=sample)
    check_looks_for_text(plan, query)
    lines = _lines(reader, plan, width)
    if sample is not None:
        lines = iter(_sampled(lines, sample, Random(seed)))
    if sort == "date":
        return islice(lines, limit)
    if limit is None:
        return iter(sorted(lines, key=_KEYS[sort]))
    return iter(heapq.nsmallest(limit, lines, key=_KEYS[sort]))


def _check(*, width: int, limit: int | None, sort: str, sample: int | None) -> None:
    if sort not in get_args(LineSort):
        raise UsageError(f"there is no order {sort!r}; there are {', '.join(get_args(LineSort))}")
    if not 0 <= width <= MAX_WIDTH:
        raise UsageError(f"width must be a number from 0 to {MAX_WIDTH:,}, not {width}")
    if (limit is not None and limit < 0) or (sample is not None and sample < 0):
        raise UsageError(f"limit and sample must not be negative: {limit}, {sample}")


def _lines(reader: Reader, plan: Plan, width: int) -> Iterator[Line]:
    finder = Finder(plan)
    for rows in batches(rows_in_time(reader, plan)):
        found = reader.read(rows)
        for row in rows:
            yield from _lines_of(*found[row], finder, width)


def _lines_of(
    article: Article, texts: tuple[TokenText, TokenText], finder: Finder, width: int
) -> Iterator[Line]:
    originals = article.title, article.body
    for field, text, original in zip(FIELDS, texts, originals, strict=True):
        for place in finder.places(text, field=field):
            start, end = text.original(*place)
            # A title is one paragraph, whatever it holds.
            before = original[max(0, start - width) : start].rpartition("\n")[2]
            after = original[end : end + width].partition("\n")[0]
            yield Line(
                article.id,
                article.date,
                article.sources,
                "title" if field == "title" else "body",
                start,
                end,
                before,
                original[start:end],
                after,
            )


def _sampled(lines: Iterable[Line], number: int, random: Random) -> list[Line]:
    """Choose so many lines, each as likely as any other, and keep their order (a reservoir)."""
    chosen: list[tuple[int, Line]] = []
    for at, line in enumerate(lines):
        if at < number:
            chosen.append((at, line))
        elif (slot := random.randrange(at + 1)) < number:
            chosen[slot] = (at, line)
    chosen.sort(key=_position)
    return [line for _, line in chosen]


def _position(numbered: tuple[int, Any]) -> int:
    return numbered[0]
