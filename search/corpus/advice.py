"""Notes on a query without hits: names of sources that nobody has, times that no article is from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from difflib import get_close_matches

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
        else:
            span = reader.date_span(All(()))
            first, last = to_date(span.first), to_date(span.last)
            if first and last:
                dates = tuple(in_zone(date, tz).date().isoformat() for date in (first, last))
                yield Note("no-such-time", str(node), dates)


def filters_in(tree: Node) -> Iterator[Node]:
    """Yield each source, and all dates as one node, that every article must have."""
    clauses = clauses_of(tree)
    for clause in clauses:
        if isinstance(clause, Source):
            yield clause
        elif isinstance(clause, Or) and all(isinstance(child, Source) for child in clause.children):
            yield from clause.children
    dates = tuple(clause for clause in clauses if isinstance(clause, Dates) and clause.kind != "added")
    if dates:
        yield dates[0] if len(dates) == 1 else And(dates)


def _sources_like(name: str, reader: Reader) -> tuple[str, ...]:
    """Return names of sources that contain a name, or are spelled nearly so, the most frequent first."""
    counts = reader.count_names(All(()), "source")
    names = sorted((one for one in counts if one), key=lambda one: (-counts[one], one))
    wanted = name_term(name)
    alike = [one for one in names if wanted in name_term(one) or name_term(one) in wanted]
    by_term = {name_term(one): one for one in names}
    alike += [by_term[term] for term in get_close_matches(wanted, by_term, n=_NAMES, cutoff=0.6)]
    return tuple(dict.fromkeys(alike))[:_NAMES]
