"""Notes on a query without hits: names of sources that nobody has, times that no article is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from difflib import get_close_matches
from typing import Literal

from index.storage.store import to_date
from index.text.document import name_term
from search.calendar import in_zone
from search.engines.base import Reader
from search.query.conditions import All
from search.query.notes import Note
from search.query.plan import Plan
from search.query.tree import And, Dates, Node, Or, Source, clauses_of

__all__ = ["filters_in", "notes"]

_NAMES = 3


def notes(tree: Node, reader: Reader, plans: Sequence[tuple[Node, Plan]], *, tz: tzinfo) -> Iterator[Note]:
    """Yield what explains that nothing is found.

    Args:
        tree: The query with its filters.
        reader: The generation.
        plans: The filters in the tree, as `filters_in` returns them, each with its plan.
        tz: The reader's zone.
    """
    for node, plan in plans:
        if reader.search(plan, sort="newest", offset=0, limit=0).total:
            continue
        if isinstance(node, Source):
            yield Note("unknown-source", node.name, _sources_like(node.name, reader))
        elif _is_of_arrival(node):
            first, last = reader.arrival_span() or (None, None)
            yield from _times("no-such-arrival", node, first, last, tz)
        else:
            span = reader.date_span(All(()))
            yield from _times("no-such-time", node, span.first, span.last, tz)


def filters_in(tree: Node) -> Iterator[Node]:
    """Yield each source, and all dates as one node, and all arrivals, that every article must have."""
    clauses = clauses_of(tree)
    for clause in clauses:
        if isinstance(clause, Source):
            yield clause
        elif isinstance(clause, Or) and all(isinstance(child, Source) for child in clause.children):
            yield from clause.children
    for of_arrival in (False, True):
        dates = tuple(
            clause for clause in clauses if isinstance(clause, Dates) and _is_of_arrival(clause) == of_arrival
        )
        if dates:
            yield dates[0] if len(dates) == 1 else And(dates)


def _is_of_arrival(node: Node) -> bool:
    """Return whether dates are those at which articles came into the index."""
    dates = node.children[0] if isinstance(node, And) else node
    return isinstance(dates, Dates) and dates.kind == "added"


def _times(
    kind: Literal["no-such-time", "no-such-arrival"],
    node: Node,
    first: int | None,
    last: int | None,
    tz: tzinfo,
) -> Iterator[Note]:
    """Yield what the articles have instead of a time; nothing where they have none."""
    dates = [in_zone(date, tz).date().isoformat() for date in (to_date(first), to_date(last)) if date]
    if dates:
        yield Note(kind, str(node), tuple(dates))


def _sources_like(name: str, reader: Reader) -> tuple[str, ...]:
    """Return names of sources that contain a name, or are spelled nearly so, the most frequent first."""
    counts = reader.count_names(All(()), "source")
    names = sorted((one for one in counts if one), key=lambda one: (-counts[one], one))
    wanted = name_term(name)
    alike = [one for one in names if wanted in name_term(one) or name_term(one) in wanted]
    by_term = {name_term(one): one for one in names}
    alike += [by_term[term] for term in get_close_matches(wanted, by_term, n=_NAMES, cutoff=0.6)]
    return tuple(dict.fromkeys(alike))[:_NAMES]
