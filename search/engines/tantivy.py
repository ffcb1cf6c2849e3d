"""The tantivy engine, searching.

Each plan becomes one tantivy query: a condition without a score, and terms that
add to the score. tantivy finds all matches itself, except for two conditions,
for which it finds candidates whose token texts are then searched: two phrases
near each other, and a prefix with very many continuations.
"""

from __future__ import annotations

import json
import os
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Order, Query

from index.engines.tantivy import error_number, field_name, is_native
from index.errors import Action, EngineError, IndexDamaged, Remedy
from index.own_fields import encoded
from index.storage.store import Store
from index.text.analyzer import Analyzer, bigram
from index.text.document import LABEL_FIELDS, RANKED
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, token_text
from search.engines.base import DateSpan, Found, Row, Sort, StoreReader, holding
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
from search.query.ranking import Statistics, Term, rivals, telling, term_score
from search.timing import check_time

__all__ = ["TantivyReader"]

# Bounds of all dates, which are signed numbers of 64 bits.
_FIRST, _LAST = -(1 << 63), (1 << 63) - 1
# A phrase whose last token continues in more ways than this is looked for in token texts.
_MOST_ENDINGS = 256
# So many answers on distances are kept; each has eight bytes for a row.
_KEPT = 16
# To count the dates of one period takes tantivy as long as Python takes for so many articles.
_ARTICLES_A_PERIOD = 10
# The frequencies of so many terms are kept; each takes some 200 bytes.
_KEPT_FREQUENCIES = 8192
# The one query that finds nothing: tantivy is not asked, and it is left out of alternatives. Few archives
# have authors and tags, and a word is looked for in both.
_NOTHING = Query.empty_query()


class TantivyReader(StoreReader):
    """Searches one tantivy index."""

    def __init__(self, directory: Path, store: Store, generation: int, analyzer: Analyzer) -> None:
        super().__init__(directory, store, generation, analyzer)
        with self._translate(), _openable(directory) as folder:
            index = tantivy.Index.open(str(folder))
            # A generation never changes, so there is nothing to watch for.
            index.config_reader("manual")
            self._searcher = index.searcher()
            self._queries = _Queries(index.schema, self._searcher, store)
            self._articles = _documents(directory)
            self._mean_lengths: dict[tuple[str, str], float] = {}  # as far as they are known
        # A page asks for the hits of a condition, its time span, its periods and its names.
        self._matching = lru_cache(maxsize=8)(self._queries.matching)
        self._span = lru_cache(maxsize=16)(self._find_span)

    def search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        """Return one page; see Reader."""
        with self._translate():
            full = self._matching(plan.match)
            end = None if limit is None else offset + limit
            if sort != "relevance":
                return self._by_date(full, sort, offset, end)
            relaxed = None if plan.relaxed is None else self._matching(plan.relaxed)
            return self._by_score(full, relaxed, plan.terms, offset, end)

    def best(self, plan: Plan, limit: int) -> list[Row]:
        """Return the first rows; scores alone are found in a fifth of the time, and mostly suffice."""
        with self._translate():
            _, best = self._best(_combine(*self._scores(plan.terms)), limit)
        if len(best) < limit:
            return super().best(plan, limit)
        return [Row(row, score, False) for score, row in best]

    def rows(self, condition: Condition) -> Iterable[int]:
        """Return the rows of all articles that match."""
        with self._translate():
            return self._queries.rows(self._matching(condition))

    def date_span(self, condition: Condition) -> DateSpan:
        """Count the articles that match, and return the time they are from, without asking for their rows."""
        return self._span(condition)

    def _find_span(self, condition: Condition) -> DateSpan:
        wanted = {"articles": {"value_count": {"field": "row"}}, "dates": {"stats": {"field": "date"}}}
        with self._translate():
            found = self._searcher.aggregate(self._matching(condition), wanted)
        dates = found["dates"]
        # Numbers come as floats, which are exact for the seconds of all dates that there are.
        first, last = (None if dates[name] is None else int(dates[name]) for name in ("min", "max"))
        return DateSpan(int(found["articles"]["value"]), int(dates["count"]), first, last)

    def count_dates(self, condition: Condition, bounds: Sequence[int]) -> list[int]:
        """Count the dates between each two bounds."""
        if len(bounds) * _ARTICLES_A_PERIOD > self.date_span(condition).total:
            return super().count_dates(condition, bounds)
        ranges = [{"from": start, "to": end} for start, end in pairwise(bounds)]
        with self._translate():
            found = self._searcher.aggregate(
                self._matching(condition), {"dates": {"range": {"field": "date", "ranges": ranges}}}
            )
        # tantivy adds buckets for what lies before and behind.
        return [
            bucket["doc_count"] for bucket in found["dates"]["buckets"] if "from" in bucket and "to" in bucket
        ]

    def statistics(self, terms: Sequence[Term]) -> Statistics:
        """Return tantivy's own statistics: deleted articles count until a merge removes them.

        Mean lengths are those of the terms' streams, where a term occurs at all.
        """
        with self._translate():
            statistics = self._frequencies(terms)
            for term in terms:
                key = term.field, term.stream
                if key in RANKED and key not in self._mean_lengths:
                    for mean in self._queries.mean_length(field_name(*key), term.text):
                        self._mean_lengths[key] = mean
            return replace(statistics, mean_lengths=dict(self._mean_lengths))

    def _frequencies(self, terms: Sequence[Term]) -> Statistics:
        frequency = self._queries.frequency
        frequencies = {term: frequency(field_name(term.field, term.stream), term.text) for term in terms}
        return Statistics(self._articles, {}, frequencies)

    def _by_score(
        self, full: Query, relaxed: Query | None, terms: Sequence[Term], offset: int, end: int | None
    ) -> Found:
        scores = self._scores(terms)
        total, best = self._best(_scored(full, scores), end)
        rows = [Row(row, score, False) for score, row in best]
        partial_total = 0
        if relaxed is not None and end is not None and total >= end:
            # Full matches also match the relaxed query.
            partial_total = self._queries.count(relaxed) - total
        elif relaxed is not None:
            partial = _combine((Occur.Must, relaxed), (Occur.MustNot, full)) if total else relaxed
            partial_total, best = self._best(_scored(partial, scores), None if end is None else end - total)
            rows += [Row(row, score, True) for score, row in best]
        return Found(total, partial_total, rows[offset:end])

    def _scores(self, terms: Sequence[Term]) -> list[tuple[Occur, Query]]:
        statistics = self._frequencies(terms)
        return self._queries.scores(telling(terms, statistics), statistics)

    def _best(self, query: Query, number: int | None) -> tuple[int, list[tuple[float, int]]]:
        """Count what matches, and return the highest scores with their rows; ties by row."""
        total, hits = self._queries.first(query, number)
        hits.sort(key=lambda hit: (-hit[0], hit[1]))
        return total, hits[:number]

    def _by_date(self, full: Query, sort: Sort, offset: int, end: int | None) -> Found:
        sign, order = (1, Order.Asc) if sort == "oldest" else (-1, Order.Desc)
        total, hits = self._queries.first(full, end, order_by_field="date", order=order)
        hits.sort(key=lambda hit: (hit[0] is None, sign * (hit[0] or 0), hit[1]))
        return Found(total, 0, [Row(row, 0.0, False) for _, row in hits[offset:end]])

    @contextmanager
    def _translate(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if not is_native(error):
                raise
            if error_number(error) is not None:
                raise EngineError(
                    f"tantivy failed in {self._directory}: {error}", engine="tantivy"
                ) from error
            raise IndexDamaged(
                f"tantivy cannot read {self._directory} ({error})",
                file=self._directory,
                remedy=Remedy(Action.REPAIR, index=str(self._directory.parents[2])),
            ) from error


class _Queries:
    """Translates conditions to tantivy's queries, and runs them."""

    def __init__(self, schema: tantivy.Schema, searcher: Any, store: Store) -> None:
        self._schema = schema
        self._store = store
        # Any, because tantivy's stub lacks the number of matches and the types of fields.
        self._searcher = searcher
        self._found_near: dict[tuple[str, NearPhrases, tuple[Condition, ...]], array[int]] = {}
        self.frequency: Callable[[str, str], int] = lru_cache(_KEPT_FREQUENCIES)(searcher.doc_freq)
        """The number of documents with a term of a tantivy field, deleted ones included."""

    # Running queries

    def count(self, query: Query) -> int:
        """Count the documents that match."""
        if query is _NOTHING:
            return 0
        # A constant score, or tantivy would count phrases to score them.
        number: int = self._searcher.search(Query.const_score_query(query, 0.0), limit=1).count
        return number

    def rows(self, query: Query) -> list[int]:
        """Return the rows of all documents that match."""
        if query is _NOTHING or not (number := self.count(query)):
            return []
        hits = self._searcher.search(Query.const_score_query(query, 0.0), limit=number, count=False).hits
        return self._rows([address for _, address in hits])

    def first(self, query: Query, number: int | None, **order: Any) -> tuple[int, list[tuple[Any, int]]]:
        """Count what matches, and return the first hits as pairs of sort key and row.

        Within a segment, which is sorted by row, tantivy puts the lowest row
        first among equal hits, but not across segments. So where hits after the
        last one are its equals, they are returned too.
        """
        if query is _NOTHING:
            return 0, []
        # tantivy allocates memory for as many hits as are asked for.
        number = self.count(query) if number is None else min(number, self._searcher.num_docs)
        if number == 0:
            return self.count(query), []
        several = self._searcher.num_segments > 1
        asked = number + several
        result = self._searcher.search(query, limit=asked, **order)
        hits = result.hits
        while several and len(hits) == asked and hits[-1][0] == hits[number - 1][0]:
            asked = min(asked * 8, result.count + 1)
            hits = self._searcher.search(query, limit=asked, count=False, **order).hits
        rows = self._rows([address for _, address in hits])
        return result.count, [(key, row) for (key, _), row in zip(hits, rows, strict=True)]

    def mean_length(self, field: str, text: str) -> Iterator[float]:
        """Yield the mean length of a field, if a document has the term: tantivy tells it with a score."""
        query = self._term(field, text)
        for _, address in self._searcher.search(query, limit=1, count=False).hits:
            parts = [json.loads(query.explain(self._searcher, address).to_json())]
            while parts:
                part = parts.pop()
                if part["description"].startswith("avgdl"):
                    yield part["value"]
                parts.extend(part.get("details", ()))

    # Scores

    def scores(self, terms: Sequence[Term], statistics: Statistics) -> list[tuple[Occur, Query]]:
        """Return what adds to the score: each term with its weight, or the greater of title and body."""
        known = [term for term in terms if statistics.frequencies[term]]
        groups = [[self._score(term, statistics) for term in group] for group in rivals(known)]
        return [
            (Occur.Should, some[0] if len(some) == 1 else Query.disjunction_max_query(some))
            for some in groups
        ]

    def _score(self, term: Term, statistics: Statistics) -> Query:
        query = self._term(field_name(term.field, term.stream), term.text)
        if term.field in LABEL_FIELDS:
            return Query.const_score_query(query, term_score(term, 1, 1, statistics))
        return Query.boost_query(query, term.weight)

    def _having(self, field: str, text: str) -> Query:
        """Return the query for a term, or for nothing if no document has it."""
        return self._term(field, text) if self.frequency(field, text) else _NOTHING

    def _term(self, field: str, text: str) -> Query:
        return Query.term_query(self._schema, field, text, "freq")

    # Matching

    def matching(self, condition: Condition) -> Query:
        """Return the query that finds what matches."""
        check_time()
        match condition:
            case TokenPhrase():
                return _any([self._phrase(field, condition) for field in condition.fields])
            case NearPhrases():
                return self._near(condition, (), [])
            case NameIs():
                return Query.term_query(self._schema, encoded(condition.field), condition.term, "basic")
            case DateRange():
                low = _FIRST if condition.start is None else condition.start
                high = _LAST if condition.end is None else condition.end
                return Query.range_query(
                    self._schema, "date", FieldType.Integer, low, high, include_upper=False
                )
            case RowIs():
                rows = sorted(condition.rows)
                return Query.term_set_query(self._schema, "row", rows) if rows else _NOTHING
            case Added() | NumberRange():
                raise TypeError(f"{condition} was not resolved")
            case All():
                return self._all(condition.parts)
            case AnyOf():
                return _any([self.matching(part) for part in condition.parts])
            case Without():
                without = self.matching(condition.part)
                return _combine((Occur.Must, Query.all_query()), (Occur.MustNot, without))

    def _all(self, parts: Sequence[Condition]) -> Query:
        without = [self.matching(part.part) for part in parts if isinstance(part, Without)]
        rest: list[Condition] = [part for part in parts if not isinstance(part, Without | NearPhrases)]
        others = [self.matching(part) for part in rest]
        for near in parts:
            if isinstance(near, NearPhrases):
                # The other parts leave fewer candidates whose token texts must be read.
                others.append(self._near(near, tuple(rest), list(others)))
                rest.append(near)
        match = _every(others)
        excluded = [(Occur.MustNot, query) for query in without if query is not _NOTHING]
        return _combine((Occur.Must, match), *excluded) if excluded and match is not _NOTHING else match

    def _phrase(self, field: str, phrase: TokenPhrase) -> Query:
        if phrase.prefix:
            return self._prefix(field, phrase)
        tokens = phrase.tokens
        if len(tokens) == 1:
            return self._having(field_name(field, "tokens"), tokens[0])
        bigrams = [bigram(one, other) for one, other in pairwise(tokens) if BOUNDARY not in (one, other)]
        if len(tokens) == 2:
            return self._having(field_name(field, "bigrams"), bigrams[0])
        # Bigrams are rarer than tokens: documents without them all drop out before positions are read.
        needed = [self._having(field_name(field, "bigrams"), term) for term in dict.fromkeys(bigrams)]
        if _NOTHING in needed:
            return _NOTHING
        return _every([*needed, Query.phrase_query(self._schema, field_name(field, "tokens"), list(tokens))])

    def _prefix(self, field: str, phrase: TokenPhrase) -> Query:
        *head, last = phrase.tokens
        if len(head) < 2:
            stream, begun = ("bigrams", bigram(head[0], last)) if head else ("tokens", last)
            return self._begun(field_name(field, stream), begun)
        stream, before = ("tokens", "") if head[-1] == BOUNDARY else ("bigrams", bigram(head[-1], ""))
        terms = self._searcher.terms_with_prefix(field_name(field, stream), before + last)
        endings = [term.removeprefix(before) for term, _ in terms]
        if len(endings) <= _MOST_ENDINGS:
            return _any([self._phrase(field, TokenPhrase((field,), (*head, end))) for end in endings])
        while head[-1] == BOUNDARY:
            head.pop()
        beginning = self._phrase(field, TokenPhrase((field,), tuple(head)))
        wanted = token_text(phrase.tokens)
        return self._verified(field, [beginning], lambda text: text.holds(wanted, prefix=True))

    def _begun(self, name: str, begun: str) -> Query:
        """Find terms of a tantivy field that begin so."""
        terms = self._searcher.terms_with_prefix(name, begun)
        if len(terms) <= _MOST_ENDINGS:
            return _any([self._term(name, term) for term, _ in terms])
        # A regular expression takes 100 kB, and a query may have hundreds of prefixes. Tokens are
        # letters and digits, so nothing needs escaping.
        return Query.regex_query(self._schema, name, f"{begun}.*")

    def _near(self, near: NearPhrases, rest: tuple[Condition, ...], others: list[Query]) -> Query:
        """Find where both phrases stand near each other, among what matches `rest`, which is `others`."""
        return _any([self._near_in(field, near, rest, others) for field in near.fields])

    def _near_in(
        self, field: str, near: NearPhrases, rest: tuple[Condition, ...], others: list[Query]
    ) -> Query:
        """Decide by positions as far as these go, and by token texts what is left.

        A boundary has a position and does not count as distance. No two boundaries adjoin, so beside
        `n` tokens there are `n + 1` at most.
        """
        sizes = {len(near.left.tokens), len(near.right.tokens)}
        if near.left.prefix or near.right.prefix:
            return self._near_by_text(field, near, rest, others)
        around = self._around(field, near, 2 * near.distance + 1)
        if sizes != {1} or near.left.tokens == near.right.tokens:
            return self._near_by_text(field, near, rest, [*others, around])
        sure = self._around(field, near, near.distance)
        unsure = _combine((Occur.Must, around), (Occur.MustNot, sure))
        return _any([sure, self._near_by_text(field, near, rest, [*others, unsure])])

    def _near_by_text(
        self, field: str, near: NearPhrases, rest: tuple[Condition, ...], others: list[Query]
    ) -> Query:
        """Find what matches `others`, which follows from `rest` and `near`, and is near by its token text.

        A page asks for the hits of a query, its sources and its times, so what was found is kept.
        """
        key = field, near, rest
        rows = self._found_near.get(key)
        if rows is None:
            sides = (self._phrase(field, near.left), self._phrase(field, near.right))
            candidates = [*others, *sides]
            rows = array("q", self._holding(field, candidates, lambda text: near_in(text, near)))
            if len(self._found_near) >= _KEPT:
                self._found_near.clear()
            self._found_near[key] = rows
        return Query.term_set_query(self._schema, "row", rows.tolist())

    def _around(self, field: str, near: NearPhrases, positions: int) -> Query:
        """Find where the last token of one phrase has the first of the other so many positions behind it.

        tantivy also finds the other order, at a distance that is smaller by two.
        """
        pairs = ((near.left, near.right), (near.right, near.left))
        name = field_name(field, "tokens")
        return _any(
            [
                Query.phrase_query(self._schema, name, [first.tokens[-1], then.tokens[0]], slop=positions)
                for first, then in pairs
            ]
        )

    def _verified(self, field: str, needed: Sequence[Query], keep: Callable[[TokenText], bool]) -> Query:
        """Find the documents that all of `needed` find and whose token text `keep` accepts."""
        return Query.term_set_query(self._schema, "row", list(self._holding(field, needed, keep)))

    def _holding(
        self, field: str, needed: Sequence[Query], keep: Callable[[TokenText], bool]
    ) -> Iterator[int]:
        return holding(self._store, self.rows(_every(needed)), field, keep)

    def _rows(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        rows: list[int] = self._searcher.fast_field_values("row", addresses)
        return rows


@contextmanager
def _openable(directory: Path) -> Iterator[Path]:
    """Yield the directory, or a folder of links to its files where it cannot be written.

    tantivy takes a lock in the folder even to read. Once open, the files are
    mapped, and the links are not needed any more.
    """
    locks = directory.glob(".tantivy-*.lock")
    if all(os.access(path, os.W_OK) for path in (directory, *locks)):
        yield directory
        return
    from tempfile import TemporaryDirectory  # rarely needed, and every start would load it

    with TemporaryDirectory(prefix="jiansuo-") as name:
        for path in directory.iterdir():
            if path.suffix != ".lock":
                Path(name, path.name).symlink_to(path.resolve())
        yield Path(name)


def _documents(directory: Path) -> int:
    """Count the documents of all segments, deleted ones included."""
    meta = json.loads((directory / "meta.json").read_text("utf-8"))
    return sum(segment["max_doc"] for segment in meta["segments"])


def _every(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.all_query()
    if _NOTHING in queries:
        return _NOTHING
    return queries[0] if len(queries) == 1 else _combine(*((Occur.Must, query) for query in queries))


def _any(queries: Sequence[Query]) -> Query:
    queries = [query for query in queries if query is not _NOTHING]
    if not queries:
        return _NOTHING
    return queries[0] if len(queries) == 1 else _combine(*((Occur.Should, query) for query in queries))


def _combine(*clauses: tuple[Occur, Query]) -> Query:
    return Query.boolean_query(clauses)


def _scored(match: Query, scores: list[tuple[Occur, Query]]) -> Query:
    if match is _NOTHING:
        return _NOTHING
    return _combine((Occur.Must, Query.const_score_query(match, 0.0)), *scores)
