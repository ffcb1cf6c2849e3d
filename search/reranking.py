"""Order the first hits anew by closeness, above all engines.

Takes a page from a Reader, and returns the page of the same articles that stands
there when the first DEPTH hits are ordered by score times closeness, full matches
still before partial ones. The depth does not depend on the page, so pages join to
the whole; factors are at least 1, so scores still fall from one page to the next.
"""

from __future__ import annotations

from dataclasses import replace

from search.engines.base import Found, Reader, Row
from search.query.closeness import ClosenessOf, wanted_quotations, wanted_words
from search.query.plan import Plan
from search.timing import check_time

__all__ = ["DEPTH", "closeness_of", "reranked"]

DEPTH = 20
"""How many hits are ordered anew."""


def reranked(reader: Reader, plan: Plan, *, offset: int, limit: int | None) -> Found:
    """Return one page by relevance; see `Reader.search` for the arguments."""
    measure = closeness_of(reader, plan) if offset < DEPTH and limit != 0 else None
    if measure is None:
        return reader.search(plan, sort="relevance", offset=offset, limit=limit)
    end = None if limit is None else offset + limit
    found = reader.search(plan, sort="relevance", offset=0, limit=None if end is None else max(end, DEPTH))
    first = found.rows[:DEPTH]
    texts = reader.token_texts([row.row for row in first])
    closer: list[Row] = []
    for row in first:
        check_time()
        near = measure(*texts[row.row], partial=row.partial)
        closer.append(row._replace(score=row.score * near.factor))
    # Equal ones stay in the engine's order, in which the article added first comes first.
    closer.sort(key=lambda row: (row.partial, -row.score))
    return replace(found, rows=[*closer, *found.rows[DEPTH:]][offset:end])


def closeness_of(reader: Reader, plan: Plan) -> ClosenessOf | None:
    """Return what measures closeness to a plan; None if it has fewer than two words and no quotation."""
    words, quotations = wanted_words(plan), wanted_quotations(plan)
    return ClosenessOf(words, reader.statistics(words), quotations) if words or quotations else None
