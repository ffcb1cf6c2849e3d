"""The Whoosh engine, searching.

Conditions are evaluated with Python's set operations on whole posting lists, and
scores are added up a term at a time. Whoosh's own matchers, which step through
postings one by one, give the same and are many times slower (figures in
docs/performance.md).
"""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from whoosh.index import FileIndex

from index.engines.whoosh.codec import SegmentTerms
from index.engines.whoosh.storage import IndexStorage, reading
from index.engines.whoosh.writer import NO_DATE, NUMBERS, field_name, schema
from index.own_fields import encoded
from index.storage.store import Store
from index.text.analyzer import Analyzer, bigram
from index.text.document import LABEL_FIELDS, RANKED, RANKED_FIELDS
from index.text.lengths import LENGTHS, length_code
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, can_be_cut, token_text
from search.engines.base import Found, Row, Sort, StoreReader, holding
from search.query.conditions import (
    Added,
    All,
    AnyOf,
    Condition,
    DateRange,
    NameIs,
    NearPhrases,
    NumberRange,
    RowIs,
    TokenPhrase,
    Without,
    near_in,
)
from search.query.plan import Plan
from search.query.ranking import K1, B, Statistics, Term, idf, rivals, telling
from search.timing import check_time

__all__ = ["WhooshReader"]

_Weighted: TypeAlias = list[tuple[Term, float]]
"""Terms with their weights, of which the greatest score counts."""


class WhooshReader(StoreReader):
    """Searches the segments of one Whoosh index."""

    def __init__(self, directory: Path, store: Store, generation: int, analyzer: Analyzer) -> None:
        super().__init__(directory, store, generation, analyzer)
        self._directory = directory
        with reading(directory):
            index = FileIndex(IndexStorage(str(directory)), schema())
            self._reader = index.reader()
            self._segments = [
                _Segment(leaf, store) for leaf, _ in self._reader.leaf_readers() if leaf.doc_count_all()
            ]
        self._articles = sum(len(segment.alive) for segment in self._segments)
        self._mean_lengths = {
            key: sum(segment.total_length(key) for segment in self._segments) / max(1, self._articles)
            for key in RANKED
        }

    def search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        """Return one page; see Reader."""
        with reading(self._directory):
            return self._search(plan, sort=sort, offset=offset, limit=limit)

    def _search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        full = [segment.select(plan.match) for segment in self._segments]
        total = sum(map(len, full))
        end = None if limit is None else offset + limit
        if sort != "relevance":
            return Found(total, 0, self._by_date(full, sort, offset, end))
        partial: list[set[int]] = []
        if plan.relaxed is not None:
            partial = [
                segment.select(plan.relaxed) - found
                for segment, found in zip(self._segments, full, strict=True)
            ]
        partial_total = sum(map(len, partial))
        weights = self._weights(plan.terms)
        rows = self._best(full, weights, end, partial=False)
        if partial_total and (end is None or total < end):
            rest = None if end is None else end - total
            rows += self._best(partial, weights, rest, partial=True)
        return Found(total, partial_total, rows[offset:end])

    def rows(self, condition: Condition) -> Iterable[int]:
        """Return the rows of all articles that match."""
        with reading(self._directory):
            for segment in self._segments:
                yield from (segment.rows[number] for number in segment.select(condition))

    def statistics(self, terms: Sequence[Term]) -> Statistics:
        """Return exact statistics: deleted documents do not count."""
        with reading(self._directory):
            return Statistics(
                articles=self._articles,
                mean_lengths=self._mean_lengths,
                frequencies={
                    term: sum(segment.frequency(term) for segment in self._segments) for term in terms
                },
            )

    def close(self) -> None:
        """Close the index."""
        self._reader.close()
        for segment in self._segments:
            segment.close()
        super().close()

    def _weights(self, terms: Sequence[Term]) -> list[_Weighted]:
        """Return the groups of terms of which the greatest score counts, each term with its weight."""
        statistics = self.statistics(terms)
        known = [term for term in telling(terms, statistics) if statistics.frequencies[term]]
        return [
            [
                (term, term.weight * idf(self._articles, statistics.frequencies[term]) * _factor(term))
                for term in group
            ]
            for group in rivals(known)
        ]

    def _best(
        self, found: list[set[int]], weights: list[_Weighted], number: int | None, *, partial: bool
    ) -> list[Row]:
        """Return the highest scores among the documents found, best first."""
        candidates: list[tuple[float, int]] = []
        for segment, numbers in zip(self._segments, found, strict=True):
            if not numbers:
                continue
            scores = segment.score(numbers, weights, self._mean_lengths)
            pairs = ((-scores[number], segment.rows[number]) for number in numbers)
            candidates.extend(pairs if number is None else heapq.nsmallest(number, pairs))
        candidates.sort()
        return [Row(row, -score, partial) for score, row in candidates[:number]]

    def _by_date(self, found: list[set[int]], sort: Sort, offset: int, end: int | None) -> list[Row]:
        sign = 1 if sort == "oldest" else -1
        keys = [
            (date == NO_DATE, sign * date, segment.rows[number])
            for segment, numbers in zip(self._segments, found, strict=True)
            for number in numbers
            for date in (segment.dates[number],)
        ]
        ordered = sorted(keys) if end is None else heapq.nsmallest(end, keys)
        return [Row(row, 0.0, False) for _, _, row in ordered[offset:end]]


def _factor(term: Term) -> float:
    """Return BM25's constant factor; a label scores its idf alone."""
    return 1.0 if term.field in LABEL_FIELDS else K1 + 1


class _Segment:
    """One segment: its terms, and the numbers of its documents."""

    def __init__(self, leaf: Any, store: Store) -> None:
        self._terms: SegmentTerms = leaf._terms
        self._fields = frozenset(self._terms.indexed_field_names())
        self._store = store
        columns = list(zip(*NUMBERS.iter_unpack(b"".join(leaf.column_reader("numbers"))), strict=True))
        self.rows: tuple[int, ...] = columns[0]
        self.dates: tuple[int, ...] = columns[1]
        self._lengths: dict[tuple[str, str], tuple[int, ...]] = dict(zip(RANKED, columns[2:], strict=True))
        self._deleted: frozenset[int] = frozenset(leaf.segment().deleted_docs())
        self.alive = frozenset(range(len(self.rows))) - self._deleted
        self.postings = lru_cache(maxsize=256)(self._read_postings)
        self._norms: dict[tuple[str, str], list[float]] = {}

    def close(self) -> None:
        """Close the files; see StoreReader."""
        vars(self).clear()

    def total_length(self, key: tuple[str, str]) -> int:
        """Count the terms of one field and stream in all documents."""
        lengths = self._lengths[key]
        deleted = sum(lengths[number] for number in self._deleted)
        return sum(lengths) - deleted

    def frequency(self, term: Term) -> int:
        """Count the documents that have the term."""
        name = field_name(term.field, term.stream)
        # Without the check, fields that no article has would fill the cache of postings.
        return len(self.postings(name, term.text)[0]) if name in self._fields else 0

    def _read_postings(self, field: str, term: str) -> tuple[array[int], array[int]]:
        """Return numbers and counts of the documents with a term, without deleted ones."""
        check_time()
        documents, counts = self._terms.postings(field, term.encode("utf-8", "replace"))
        if self._deleted.isdisjoint(documents):
            return documents, counts
        kept = [i for i, number in enumerate(documents) if number not in self._deleted]
        return array("I", [documents[i] for i in kept]), array("I", [counts[i] for i in kept])

    # Scoring

    def score(
        self,
        numbers: set[int],
        weights: list[_Weighted],
        mean_lengths: dict[tuple[str, str], float],
    ) -> dict[int, float]:
        """Score some documents, a group of terms at a time."""
        scores = dict.fromkeys(numbers, 0.0)
        for *others, last in weights:
            check_time()
            greatest = self._greatest(others, scores, mean_lengths)
            for number, score in self._term_scores(*last, scores, mean_lengths):
                if number in greatest:  # nearly always empty, or as short as a title's postings
                    score = max(score, greatest.pop(number))
                scores[number] += score
            for number, score in greatest.items():
                scores[number] += score
        return scores

    def _greatest(
        self, weighted: _Weighted, numbers: Container[int], mean_lengths: dict[tuple[str, str], float]
    ) -> dict[int, float]:
        """Return the greatest score of some terms in each of some documents that has one."""
        greatest: dict[int, float] = {}
        for term, weight in weighted:
            for number, score in self._term_scores(term, weight, numbers, mean_lengths):
                greatest[number] = max(score, greatest.get(number, 0.0))
        return greatest

    def _term_scores(
        self,
        term: Term,
        weight: float,
        numbers: Container[int],
        mean_lengths: dict[tuple[str, str], float],
    ) -> Iterator[tuple[int, float]]:
        """Yield the score of one term in each of some documents that has it."""
        documents, counts = self.postings(field_name(term.field, term.stream), term.text)
        if term.field in LABEL_FIELDS:
            yield from ((number, weight) for number in documents if number in numbers)
            return
        norms = self._norms_of((term.field, term.stream), mean_lengths)
        for number, count in zip(documents, counts, strict=True):
            if number in numbers:
                yield number, weight * count / (count + norms[number])

    def _norms_of(self, key: tuple[str, str], mean_lengths: dict[tuple[str, str], float]) -> list[float]:
        if key not in self._norms:
            mean = mean_lengths[key]
            norms = [K1 * (1 - B + B * length / mean) if mean else K1 for length in LENGTHS]
            codes = {length: length_code(length) for length in set(self._lengths[key])}
            self._norms[key] = [norms[codes[length]] for length in self._lengths[key]]
        return self._norms[key]

    # Matching

    def _present(self, condition: TokenPhrase | NearPhrases) -> list[str]:
        """Return the fields to look in that any article has."""
        return [field for field in condition.fields if field_name(field, "tokens") in self._fields]

    def select(self, condition: Condition) -> set[int]:
        """Return the documents that match."""
        check_time()
        match condition:
            case TokenPhrase():
                return set().union(*(self._phrase(field, condition) for field in self._present(condition)))
            case NearPhrases():
                return set().union(*(self._near(field, condition) for field in self._present(condition)))
            case NameIs():
                field = encoded(condition.field)
                # As in `frequency`: an own keyword may be in no article of a segment.
                return set(self.postings(field, condition.term)[0]) if field in self._fields else set()
            case DateRange():
                low = NO_DATE + 1 if condition.start is None else condition.start
                high = float("inf") if condition.end is None else condition.end
                return {n for n, date in enumerate(self.dates) if low <= date < high} & self.alive
            case RowIs():
                return {n for n, row in enumerate(self.rows) if row in condition.rows} & self.alive
            case All():
                return self._all(condition.parts)
            case AnyOf():
                return set().union(*map(self.select, condition.parts))
            case Without():
                return set(self.alive - self.select(condition.part))
            case Added() | NumberRange():
                raise TypeError(f"{condition} was not resolved")

    def _all(self, parts: Sequence[Condition]) -> set[int]:
        found: set[int] | None = None
        for part in parts:
            selected = self.select(part)
            found = selected if found is None else found & selected
            if not found:
                return found
        return set(self.alive) if found is None else found

    def _phrase(self, field: str, phrase: TokenPhrase) -> set[int]:
        candidates = self._candidates(field, phrase)
        if len(phrase.tokens) <= 2 and BOUNDARY not in phrase.tokens:
            return candidates  # a bigram, or the beginning of one, is a term
        # A document with a word of the same Han characters holds the phrase. (USA, one token, is
        # not the phrase U S A.)
        known: set[int] = set()
        if not phrase.prefix and field in RANKED_FIELDS and all(map(can_be_cut, phrase.tokens)):
            known = candidates.intersection(self.postings(field, "".join(phrase.tokens))[0])
        wanted = token_text(phrase.tokens)
        return known | self._holding(
            candidates - known, field, lambda text: text.holds(wanted, prefix=phrase.prefix)
        )

    def _candidates(self, field: str, phrase: TokenPhrase) -> set[int]:
        """Return documents that have every bigram and lone token of a phrase, wherever they stand."""
        found: set[int] | None = None
        for name, term in _needed(field, phrase):
            documents = self.postings(name, term)[0]
            found = set(documents) if found is None else found.intersection(documents)
            if not found:
                return found
        if not phrase.prefix:
            return found or set()
        begun = self._begun(field, phrase)
        return begun if found is None else found & begun

    def _begun(self, field: str, phrase: TokenPhrase) -> set[int]:
        """Return documents with a term that continues the end of a prefix phrase.

        The term is a bigram, or a token where none or a boundary precedes it.
        """
        *_, before, last = (BOUNDARY, *phrase.tokens)
        name = field_name(field, "tokens" if before == BOUNDARY else "bigrams")
        beginning = last if before == BOUNDARY else bigram(before, last)
        terms = self._terms.lexicon(name, beginning.encode("utf-8", "replace"))
        return set().union(*(self.postings(name, term.decode())[0] for term in terms))

    def _near(self, field: str, near: NearPhrases) -> set[int]:
        both = self._phrase(field, near.left) & self._phrase(field, near.right)
        return self._holding(both, field, lambda text: near_in(text, near))

    def _holding(self, numbers: set[int], field: str, keep: Callable[[TokenText], bool]) -> set[int]:
        """Return those of the documents whose token text `keep` accepts."""
        by_row = {self.rows[number]: number for number in numbers}
        return {by_row[row] for row in holding(self._store, by_row, field, keep)}


def _needed(field: str, phrase: TokenPhrase) -> Iterator[tuple[str, str]]:
    """Yield each field and term that a document with the phrase must have, once."""
    whole = phrase.tokens[:-1] if phrase.prefix else phrase.tokens
    bigrams = [bigram(a, b) for a, b in pairwise(whole) if BOUNDARY not in (a, b)]
    if bigrams:
        yield from ((field_name(field, "bigrams"), term) for term in dict.fromkeys(bigrams))
    lonely = [
        token
        for before, token, after in zip((BOUNDARY, *whole), whole, (*whole[1:], BOUNDARY), strict=False)
        if token != BOUNDARY and before == BOUNDARY and after == BOUNDARY
    ]
    yield from ((field_name(field, "tokens"), token) for token in dict.fromkeys(lonely))
