"""Translate conditions into OpenSearch's query language.

Each condition becomes a query with exactly the memory engine's answer. Two
kinds a cluster cannot decide alone: a phrase of three tokens or more that ends
in a prefix, and two phrases with more than a few tokens between them. For these
it finds candidates; their articles are fetched and verified by the client, and
those that match become a query for their rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

from index.engines.opensearch.fields import encode, field_name, names_field, number_field
from index.text.analyzer import bigram
from index.text.document import LABEL_FIELDS
from index.text.tokens import BOUNDARY
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
)
from search.query.ranking import Term, rivals

__all__ = ["Query", "Verify", "clauses", "everything", "rows_query", "scored", "term_query", "translate"]

Query = dict[str, Any]

Verify = Callable[[Condition, Query], list[int]]
"""Takes a condition and a query for candidates; returns the rows of the candidates that match."""

# Bigrams narrow a phrase down before positions are read; more of them add nothing.
_BIGRAMS = 6
# A query lists every number of boundaries between two phrases, so it grows with the square of this.
_EXACT_DISTANCE = 6


def everything() -> Query:
    """Return the query that every article matches."""
    return {"match_all": {}}


def translate(match: Condition, verify: Verify) -> Query:
    """Return the query for the articles that match a condition."""
    match match:
        case TokenPhrase():
            return _any([_phrase(field, match, verify) for field in match.fields])
        case NearPhrases():
            return _any([_near(field, match, verify) for field in match.fields])
        case NameIs():
            return {"term": {names_field(match.field, "terms"): match.term}}
        case DateRange():
            return _range("date", match.start, match.end)
        case NumberRange():
            return _range(number_field(match.field), match.start, match.end)
        case Added():
            bounds = {"gte": match.start, "lt": match.end}
            return {"range": {"added": {name: bound for name, bound in bounds.items() if bound is not None}}}
        case RowIs():
            return rows_query(sorted(match.rows))
        case All():
            return _all([translate(part, verify) for part in match.parts])
        case AnyOf():
            terms, parts = _together(match.parts)
            return _any([*terms, *(translate(part, verify) for part in parts)])
        case _:
            return {"bool": {"must_not": [translate(match.part, verify)]}}


def _range(field: str, start: float | None, end: float | None) -> Query:
    given = {name: bound for name, bound in (("gte", start), ("lt", end)) if bound is not None}
    return {"range": {field: given}} if given else {"exists": {"field": field}}


def scored(match: Query, terms: list[tuple[Term, float]], *, without: Query | None = None) -> Query:
    """Return a query for articles that match, scored by the sum of their terms' scores times weights.

    Of a text in title and body the greater score counts.
    """
    weights = dict(terms)
    groups = [[term_query(term, boost=weights[term]) for term in group] for group in rivals(weights)]
    weighted = [some[0] if len(some) == 1 else {"dis_max": {"queries": some}} for some in groups]
    return {"bool": {"filter": [match], "should": weighted, "must_not": [] if without is None else [without]}}


def term_query(term: Term, *, boost: float = 1.0) -> Query:
    """Return the query for a term in its field and stream; in a label field every match scores the boost."""
    name = field_name(term.field, term.stream)
    if term.field in LABEL_FIELDS:
        return {"constant_score": {"filter": {"term": {name: encode(term.text)}}, "boost": boost}}
    return {"term": {name: {"value": encode(term.text), "boost": boost}}}


def _all(queries: list[Query]) -> Query:
    if not queries:
        return everything()
    return queries[0] if len(queries) == 1 else {"bool": {"filter": queries}}


def _any(queries: list[Query]) -> Query:
    if not queries:
        return {"match_none": {}}
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def rows_query(rows: list[int]) -> Query:
    """Return the query for the articles of these rows."""
    return {"terms": {"row": rows}}


def clauses(query: Query) -> int:
    """Return how many clauses a query needs; Lucene takes 1,024."""
    match query:
        case {"bool": dict(parts)}:
            return sum(clauses(part) for some in parts.values() if isinstance(some, list) for part in some)
        case {"intervals": intervals}:
            return str(intervals).count("'match':")
        case _:
            return 1


def _together(parts: tuple[Condition, ...]) -> tuple[list[Query], list[Condition]]:
    """Split alternatives into terms, all of a field in one clause, and others."""
    terms: dict[str, list[str]] = {}
    others: list[Condition] = []
    for part in parts:
        if isinstance(part, TokenPhrase) and len(part.tokens) <= 2 and not part.prefix:
            stream, text = (
                ("bigrams", bigram(*part.tokens)) if len(part.tokens) == 2 else ("tokens", part.tokens[0])
            )
            for field in part.fields:
                terms.setdefault(field_name(field, stream), []).append(encode(text))
        else:
            others.append(part)
    return [{"terms": {name: texts}} for name, texts in terms.items()], others


# Phrases


def _phrase(field: str, phrase: TokenPhrase, verify: Verify) -> Query:
    if not phrase.prefix:
        return _whole_phrase(field, phrase.tokens)
    candidates = _begun(field, phrase.tokens)
    if len(phrase.tokens) <= 2:
        return candidates  # a prefix of a token, or of a bigram, is one term
    return rows_query(verify(replace(phrase, fields=(field,)), candidates))


def _whole_phrase(field: str, tokens: tuple[str, ...]) -> Query:
    if len(tokens) == 1:
        return {"term": {field_name(field, "tokens"): encode(tokens[0])}}
    bigrams = list(dict.fromkeys(bigram(a, b) for a, b in pairwise(tokens) if BOUNDARY not in (a, b)))
    if field in LABEL_FIELDS and len(tokens) > 2:
        bigrams = []  # too short a text to need narrowing down, and clauses are limited
    filters: list[Query] = [
        {"term": {field_name(field, "bigrams"): encode(text)}} for text in bigrams[:_BIGRAMS]
    ]
    if len(tokens) > 2:
        text = " ".join(map(encode, tokens))
        filters.append({"match_phrase": {field_name(field, "tokens"): text}})
    return _all(filters)


def _begun(field: str, tokens: tuple[str, ...]) -> Query:
    """Return candidates for a phrase with a prefix: its whole tokens and its last bigram, perhaps apart."""
    *whole, last = tokens
    if whole and whole[-1] != BOUNDARY:
        start = bigram(whole[-1], last)
        end: Query = {"prefix": {field_name(field, "bigrams"): start}}
    else:
        end = {"prefix": {field_name(field, "tokens"): last}}
    if whole and whole[-1] == BOUNDARY:
        whole.pop()
    return _all([_whole_phrase(field, tuple(whole)), end]) if len(whole) > 1 or len(tokens) > 2 else end


# Two phrases near each other


def _near(field: str, match: NearPhrases, verify: Verify) -> Query:
    phrases = (match.left, match.right)
    if any(phrase.prefix for phrase in phrases):
        candidates = _all(
            [
                _begun(field, phrase.tokens) if phrase.prefix else _whole_phrase(field, phrase.tokens)
                for phrase in phrases
            ]
        )
        return rows_query(verify(replace(match, fields=(field,)), candidates))
    both = [_whole_phrase(field, phrase.tokens) for phrase in phrases]
    if match.distance <= _EXACT_DISTANCE and _differ(*phrases):
        return _all([*both, _intervals(field, _apart(match, match.distance))])
    # n tokens have at most n + 1 boundaries around them, and each has a position.
    wide = _all([*both, _intervals(field, _within(match, 2 * match.distance + 1))])
    return rows_query(verify(replace(match, fields=(field,)), wide))


def _differ(one: TokenPhrase, other: TokenPhrase) -> bool:
    """Return whether the phrases share no token, so that they cannot overlap."""
    return not set(one.tokens) & set(other.tokens)


def _apart(match: NearPhrases, distance: int) -> Iterator[Query]:
    """Yield a rule for each number of boundaries between phrases that are `distance` tokens apart.

    A boundary that is named does not count as a gap, and two never stand together.
    """
    boundary = _terms(BOUNDARY)
    for boundaries in range(distance + 2):
        for first, second in _orders(match):
            yield _ordered([first, *[boundary] * boundaries, second], gaps=distance)


def _within(match: NearPhrases, gaps: int) -> Iterator[Query]:
    for first, second in _orders(match):
        yield {"all_of": {"ordered": False, "max_gaps": gaps, "intervals": [first, second]}}


def _orders(match: NearPhrases) -> list[tuple[Query, Query]]:
    left, right = (_terms(*phrase.tokens) for phrase in (match.left, match.right))
    return [(left, right), (right, left)]


def _terms(*tokens: str) -> Query:
    return {"match": {"query": " ".join(map(encode, tokens)), "max_gaps": 0, "ordered": True}}


def _ordered(parts: list[Query], *, gaps: int) -> Query:
    return {"all_of": {"ordered": True, "max_gaps": gaps, "intervals": parts}}


def _intervals(field: str, rules: Iterator[Query]) -> Query:
    return {"intervals": {field_name(field, "tokens"): {"any_of": {"intervals": list(rules)}}}}
