"""The memory engine, searching: looks at every article for every plan.

This is the specification, short and slow on purpose: the contract tests compare
every other engine with it. Applications use it in their own tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.storage.store import Store, to_seconds
from index.text.analyzer import Analyzer
from index.text.document import RANKED, STREAMS, Document, analyze
from index.text.lengths import LENGTHS, length_code
from search.engines.base import Found, Row, Sort, StoreReader
from search.query.conditions import Condition, NumberRange, matches
from search.query.plan import Plan
from search.query.ranking import Statistics, Term, rivals, telling, term_score
from search.timing import check_time

__all__ = ["MemoryReader"]


@dataclass(frozen=True, slots=True)
class _Entry:
    row: int
    document: Document
    counts: dict[tuple[str, str], Counter[str]]
    lengths: dict[tuple[str, str], int]


class MemoryReader(StoreReader):
    """Loads and analyzes all articles when it is opened."""

    def __init__(self, directory: Path, store: Store, generation: int, analyzer: Analyzer) -> None:
        super().__init__(directory, store, generation, analyzer)
        self._entries = [
            _entry(row, analyze(analyzer, article)) for row, article in store.every_article(generation)
        ]

    def search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        """Return one page; see Reader."""
        statistics = self.statistics(plan.terms)
        terms = telling(plan.terms, statistics)
        full = [entry for entry in self._entries if _matches(entry, plan.match)]
        partial: list[_Entry] = []
        if sort == "relevance" and plan.relaxed is not None:
            relaxed = [entry for entry in self._entries if _matches(entry, plan.relaxed)]
            rows = {entry.row for entry in full}
            partial = [entry for entry in relaxed if entry.row not in rows]
        ranked = [
            (entry, Row(entry.row, _score(entry, terms, statistics), part is partial))
            for part in (full, partial)
            for entry in part
        ]
        ranked.sort(key=lambda pair: _order(pair[0], pair[1], sort))
        end = None if limit is None else offset + limit
        return Found(len(full), len(partial), [row for _, row in ranked[offset:end]])

    def _resolved_range(self, condition: NumberRange) -> Condition:
        return condition  # `matches` defines it

    def rows(self, condition: Condition) -> Iterable[int]:
        """Return the rows of all articles that match."""
        return [entry.row for entry in self._entries if _matches(entry, condition)]

    def statistics(self, terms: Sequence[Term]) -> Statistics:
        """Count anew each time."""
        number = len(self._entries)
        return Statistics(
            articles=number,
            mean_lengths={
                key: sum(entry.counts[key].total() for entry in self._entries) / max(1, number)
                for key in RANKED
            },
            frequencies={
                term: sum(term.text in entry.counts[term.field, term.stream] for entry in self._entries)
                for term in terms
            },
        )


def _entry(row: int, document: Document) -> _Entry:
    counts = {key: Counter(document.stream(*key)) for key in STREAMS}
    return _Entry(
        row,
        document,
        counts,
        {key: LENGTHS[length_code(counts[key].total())] for key in RANKED},
    )


def _matches(entry: _Entry, condition: Condition) -> bool:
    check_time()
    return matches(entry.document, condition, row=entry.row)


def _score(entry: _Entry, terms: Sequence[Term], statistics: Statistics) -> float:
    def part(term: Term) -> float:
        key = term.field, term.stream
        count = entry.counts[key][term.text]
        return term_score(term, count, entry.lengths.get(key, 0), statistics) if count else 0.0

    return sum(max(map(part, group)) for group in rivals(terms))


def _order(entry: _Entry, row: Row, sort: Sort) -> tuple[float, ...]:
    if sort == "relevance":
        return (row.partial, -row.score, row.row)
    date = to_seconds(entry.document.article.date)
    if date is None:
        return (1, 0, row.row)
    return (0, date if sort == "oldest" else -date, row.row)
