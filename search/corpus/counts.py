"""Counts of articles and occurrences, of several queries at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.corpus.occurrences import Finder, batches, looks_for_text
from search.engines.base import Reader
from search.query.plan import Plan
from search.values import Printable

__all__ = ["QueryCount", "count_queries", "occurrences_by_row"]


@dataclass(frozen=True, slots=True)
class QueryCount(Printable):
    """How often a query stands in the articles.

    Attributes:
        query: The query.
        articles: The articles that match it fully.
        occurrences: The places in their titles and bodies where it stands.

    Example:
        >>> searcher.count("台风")[0]
        QueryCount(query='台风', articles=2, occurrences=3)
    """

    query: str
    articles: int
    occurrences: int


def count_queries(reader: Reader, queries: Sequence[str], plans: Sequence[Plan]) -> tuple[QueryCount, ...]:
    """Count articles and occurrences of some queries, given their plans."""
    rows = [list(reader.rows(plan.match)) for plan in plans]
    totals = [0] * len(plans)
    for _, counts in occurrences_by_row(reader, plans, rows):
        for at, count in counts:
            totals[at] += count
    return tuple(
        QueryCount(query, len(some), total) for query, some, total in zip(queries, rows, totals, strict=True)
    )


def occurrences_by_row(
    reader: Reader, plans: Sequence[Plan], rows: Sequence[Sequence[int]]
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Count the occurrences of some plans in each of their articles, of which each is read once.

    Args:
        reader: Where the articles are.
        plans: What is counted.
        rows: The rows of each plan.

    Returns:
        Each row, with the number and the occurrences of each plan that has it.
    """
    wanted: dict[int, list[int]] = {}
    for at, (plan, some) in enumerate(zip(plans, rows, strict=True)):
        if looks_for_text(plan):
            for row in some:
                wanted.setdefault(row, []).append(at)
    counts = [Finder(plan).count for plan in plans]
    for batch in batches(sorted(wanted)):
        for row, texts in reader.token_texts(batch).items():
            yield row, [(at, counts[at](texts)) for at in wanted[row]]
