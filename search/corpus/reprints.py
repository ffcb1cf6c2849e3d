"""Reprints: articles that share text, whatever the order of its passages, its script and punctuation.

Sketches (index/text/sketch.py) find who may share text. The shares are then
computed from all shingles of both texts. Of a page of hits, which must be ready
at once, sketches alone decide what belongs together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from index.article import Article
from index.text.sketch import Sketch, shingles
from search.calendar import dated
from search.engines.base import Reader, Row
from search.timing import check_time
from search.values import Printable

__all__ = ["LEAST_SHARE", "WINDOW", "Reprint", "Reprints", "group_rows", "is_reprint", "reprints"]

LEAST_SHARE = 0.2
"""The share of either text from which on another article is listed, unless another is asked for."""

WINDOW = 500
"""So many of the first hits are grouped."""

# Of a group, an article has half the text of the first or the other way round, and the
# other at least a fifth: so a digest of twenty reports is no reprint of any.
_HALF, _FIFTH = 0.5, 0.2
_BATCH = 200
# A passage that so many groups have, such as a disclaimer, tells nothing about the next article.
_MOST_PLACES = 20
_MOST_CANDIDATES = 10
# So many of the hashes of the first of a group lead to it.
_LOOKED_UP = 32


@dataclass(frozen=True, slots=True)
class Reprint(Printable):
    """An article that shares text with another.

    Attributes:
        id: Its id.
        title: Its title.
        url: Its url, or "".
        sources: The outlets it is from.
        date: When it was published, by the clock of the Searcher's zone; None if that is not known.
        share: The share of the other article's text that is in this one, from 0 to 1.
        own_share: The share of this one's text that is in the other article.
        same: All tokens are the same, in the same order.

    Example:
        >>> searcher.reprints("晨报/1.md").reprints
        ()
    """

    id: str
    title: str
    url: str
    sources: tuple[str, ...]
    date: datetime | None
    share: float
    own_share: float
    same: bool


@dataclass(frozen=True, slots=True)
class Reprints(Printable):
    """All articles that share text with one.

    Attributes:
        id: The article that was asked about.
        title: Its title.
        sources: The outlets it is from.
        date: When it was published.
        first: The id of the earliest of them all, this one included; None if none has a date.
        total: How many share text with it.
        reprints: These in order of time, those without a date last; at most as many as were asked for.

    Example:
        >>> found = searcher.reprints("晨报/1.md")
        >>> found.total, found.first
        (0, '晨报/1.md')
    """

    id: str
    title: str
    sources: tuple[str, ...]
    date: datetime | None
    first: str | None
    total: int
    reprints: tuple[Reprint, ...] = field(default=())


def is_reprint(one: Sketch, other: Sketch) -> bool:
    """Return whether two articles belong to one group, by estimate."""
    share, own_share = one.shares(other)
    return max(share, own_share) >= _HALF and min(share, own_share) >= _FIFTH


# One article


def reprints(
    reader: Reader, row: int, article: Article, *, least: float, limit: int | None, tz: tzinfo
) -> Reprints:
    """Return the articles that share at least `least` of either text with one, by time."""
    found = _shares(reader, row, least)
    about: list[Reprint] = []
    rows = list(found)
    for at in range(0, len(rows), _BATCH):
        check_time()
        for other, written in reader.articles(rows[at : at + _BATCH]).items():
            share, own_share, same = found[other]
            about.append(
                Reprint(
                    written.id,
                    written.title,
                    written.url,
                    written.sources,
                    None if written.date is None else dated(written.date, tz),
                    round(share, 4),
                    round(own_share, 4),
                    same,
                )
            )
    about.sort(key=lambda one: (one.date is None, one.date.timestamp() if one.date else 0, one.id))
    date = None if article.date is None else dated(article.date, tz)
    known = [(one.date, one.id) for one in about if one.date is not None]
    if date is not None:
        known.append((date, article.id))
    first = min(known)[1] if known else None
    return Reprints(article.id, article.title, article.sources, date, first, len(about), tuple(about[:limit]))


def _shares(reader: Reader, row: int, least: float) -> dict[int, tuple[float, float, bool]]:
    """Return by row the share of one article's text in others, and of theirs in it, and who is the same."""
    sketch = reader.sketches([row])[row]
    found: dict[int, tuple[float, float, bool]] = {}
    likely: list[int] = []
    for batch in reader.sharing(sketch):
        check_time()
        for other, its in batch.items():
            if other == row:
                continue
            if its.same == sketch.same:
                found[other] = 1.0, 1.0, True
            elif sketch.may_share(its, least):
                likely.append(other)
    mine: set[int] = set()
    for at in range(0, len(likely), _BATCH):
        if not mine:
            title, body = reader.token_texts([row])[row]
            mine = shingles(body, title)
        for other, (title, body) in reader.token_texts(likely[at : at + _BATCH]).items():
            check_time()
            theirs = shingles(body, title)
            shared = len(mine & theirs)
            share, own_share = shared / len(mine), shared / max(1, len(theirs))
            if max(share, own_share) >= least:
                found[other] = share, own_share, False
    return found


# A page of hits


def group_rows(rows: Sequence[Row], sketches: Mapping[int, Sketch]) -> list[list[Row]]:
    """Put the rows of reprints together, in the order of the first of each group.

    Each row joins the first group whose first article it is a reprint of, so the
    groups of the first rows do not depend on how many follow. Full matches and
    partial ones are kept apart. A group of one is an article without reprints here.

    Args:
        rows: Rows in the order of the hits.
        sketches: The sketch of each row.
    """
    groups: list[list[Row]] = []
    for partial in (False, True):
        some = [row for row in rows if row.partial is partial]
        groups += _grouped(some, sketches)
    return groups


def _grouped(rows: Sequence[Row], sketches: Mapping[int, Sketch]) -> list[list[Row]]:
    groups: list[list[Row]] = []
    by_text: dict[int, int] = {}
    places: dict[int, list[int]] = {}
    repeated = _repeated([sketches[row.row].hashes for row in rows])
    for row in rows:
        check_time()
        sketch = sketches[row.row]
        number = by_text.get(sketch.same) if sketch.same else None
        if number is None and (known := places.keys() & repeated.intersection(sketch.hashes)):
            shared = Counter(at for value in known for at in places[value])
            likely = sorted(sorted(shared, key=lambda at: (-shared[at], at))[:_MOST_CANDIDATES])
            number = next((at for at in likely if is_reprint(sketches[groups[at][0].row], sketch)), None)
        if number is not None:
            groups[number].append(row)
            continue
        by_text[sketch.same] = len(groups)
        for value in repeated.intersection(sketch.hashes[:_LOOKED_UP]):
            there = places.setdefault(value, [])
            if len(there) < _MOST_PLACES:
                there.append(len(groups))
        groups.append([row])
    return groups


def _repeated(sketches: Sequence[Sequence[int]]) -> set[int]:
    """Return the hashes that lead from one sketch to another: most lead nowhere, and need no place."""
    met: set[int] = set()
    repeated: set[int] = set()
    for hashes in sketches:
        repeated |= met.intersection(hashes)
        met.update(hashes[:_LOOKED_UP])
    return repeated
