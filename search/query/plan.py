"""From the query tree to what engines answer: what must match, what may match, what scores.

The rule for bare text, in two sentences: an article matches fully when every
word of every clause stands in it. Where full matches do not fill the page,
articles that hold only some of those words follow, marked as partial; but
what was asked for in a field must stand there.

A word stands in an article when its tokens do, one after the other, however
the article's sentences were cut; so a bare clause that is quoted from an
article always finds it. (Looking words up in the stream of words instead, or
the clause as a phrase, finds the same and less: see docs/architecture.md.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Literal

from index.errors import QueryError
from index.text.analyzer import Analyzer, Streams
from index.text.document import BARE_FIELDS, STREAMS, name_term, url_text
from index.text.tokens import BOUNDARY, can_be_cut, han_runs, may_go_on, tokenize
from search.query.conditions import (
    All,
    AnyOf,
    Condition,
    DateRange,
    NameIs,
    NearPhrases,
    TokenPhrase,
    Without,
)
from search.query.dates import interval
from search.query.ranking import FIELD_WEIGHTS, FUNCTION_WORDS, STREAM_WEIGHTS, Term
from search.query.tree import And, Dates, Label, Near, Node, Not, Or, Phrase, Source, Text

__all__ = ["Clause", "Plan", "make_plan"]


@dataclass(frozen=True, slots=True)
class Clause:
    """One piece of the query's text as it was understood.

    `kind` is "words" for a bare clause and "phrase" for a quoted one;
    `phrases` are what must stand in the article: the words of a bare clause,
    in order, or the one phrase. One side of a distance knows what it is `near`.
    """

    written: str
    kind: Literal["words", "phrase"]
    field: str | None
    phrases: tuple[TokenPhrase, ...]
    streams: Streams
    negated: bool = False
    near: NearPhrases | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an engine is asked.

    `match` is what full matches satisfy, `relaxed` what partial ones do (None
    where nothing can be relaxed); `terms` are scored.
    """

    match: Condition
    relaxed: Condition | None
    terms: tuple[Term, ...]
    clauses: tuple[Clause, ...]


def make_plan(tree: Node, query: str, *, analyzer: Analyzer, tz: tzinfo, now: datetime) -> Plan:
    """Lower the tree of `query`. Raises QueryError for text without a letter or digit."""
    lowering = _Lowering(query, analyzer, tz, now)
    match = lowering.lower(_without_marks(tree, query) or tree, negated=False)
    full, relaxed = _strip(match), _strip(_relax(match))
    return Plan(
        match=full,
        relaxed=relaxed if relaxed != full else None,
        terms=_terms(lowering.clauses),
        clauses=tuple(lowering.clauses),
    )


def _without_marks(node: Node, query: str) -> Node | None:
    """The tree without bare clauses that are only punctuation, as in a pasted `甲 — 乙`.

    One with a field's name before it stays, to be refused: nobody pastes that.
    """
    match node:
        case Text():
            named = node.field is not None and not query.startswith(node.text, node.span.start)
            return node if named or tokenize(node.text) else None
        case Not():
            child = _without_marks(node.child, query)
            return None if child is None else replace(node, child=child)
        case And() | Or():
            found = (_without_marks(child, query) for child in node.children)
            kept = tuple(child for child in found if child is not None)
            if len(kept) < 2:
                return kept[0] if kept else None
            return replace(node, children=kept)
        case _:
            return node


# Bare text is kept apart from other conjunctions until it has been relaxed.


@dataclass(frozen=True, slots=True)
class _Bare(All):
    """The words of one bare clause without a field."""


class _Lowering:
    def __init__(self, query: str, analyzer: Analyzer, tz: tzinfo, now: datetime) -> None:
        self._query = query
        self._analyzer = analyzer
        self._tz = tz
        self._now = now
        self.clauses: list[Clause] = []

    def lower(self, node: Node, *, negated: bool) -> Condition:
        match node:
            case Text():
                phrases = self._text(node, negated=negated).phrases
                return _Bare(phrases) if node.field is None else All(phrases)
            case Phrase():
                return self._phrase(node, negated=negated).phrases[0]
            case Near():
                return self._near(node, negated=negated)
            case Source():
                return NameIs("source", name_term(node.name))
            case Label():
                return NameIs(node.field, name_term(node.name))
            case Dates():
                start, end = interval(node, tz=self._tz, now=self._now)
                return DateRange(_seconds(start), _seconds(end))
            case And():
                return All(tuple(self.lower(child, negated=negated) for child in node.children))
            case Or():
                return AnyOf(tuple(self.lower(child, negated=negated) for child in node.children))
            case Not():
                return Without(_strip(self.lower(node.child, negated=not negated)))

    def _text(self, node: Text, *, negated: bool) -> Clause:
        streams = self._analyze(node, node.field)
        fields = _fields(node.field)
        phrases = [TokenPhrase(fields, word) for word in _words(streams.tokens, self._analyzer)]
        if node.prefix:
            last = phrases[-1].tokens
            phrases[-1] = TokenPhrase(fields, last, prefix=may_go_on(last[-1]))
        return self._clause(node, "words", tuple(phrases), streams, negated=negated)

    def _phrase(self, node: Text | Phrase, *, negated: bool, field: str | None = None) -> Clause:
        field = node.field or field
        streams = self._analyze(node, field)
        tokens = tuple(streams.tokens)
        prefix = node.prefix and may_go_on(tokens[-1])
        phrase = TokenPhrase(_fields(field), tokens, prefix=prefix)
        return self._clause(node, "phrase", (phrase,), streams, negated=negated, field=field)

    def _near(self, node: Near, *, negated: bool) -> Condition:
        left, right = (
            self._phrase(side, negated=negated, field=node.field).phrases[0]
            for side in (node.left, node.right)
        )
        near = NearPhrases(_fields(node.field), left, right, node.distance)
        self.clauses[-2:] = [replace(clause, near=near) for clause in self.clauses[-2:]]
        return near

    def _analyze(self, node: Text | Phrase, field: str | None) -> Streams:
        text = url_text(node.text) if field == "url" else node.text
        streams = self._analyzer.analyze(text)
        if not streams.tokens:
            raise QueryError(
                "nothing to look for, only punctuation,",
                query=self._query,
                position=node.span.start + 1,
                hint="write at least one letter, digit or Chinese character",
            )
        return streams

    def _clause(
        self,
        node: Text | Phrase,
        kind: Literal["words", "phrase"],
        phrases: tuple[TokenPhrase, ...],
        streams: Streams,
        *,
        negated: bool,
        field: str | None = None,
    ) -> Clause:
        clause = Clause(str(node), kind, node.field or field, phrases, streams, negated)
        self.clauses.append(clause)
        return clause


def _words(tokens: list[str], analyzer: Analyzer) -> Iterator[tuple[str, ...]]:
    """The words of a bare clause, as tokens; F-35A and rfi.fr hold together as one word."""
    together: list[str] = []
    for run in han_runs(tokens):
        if run != BOUNDARY and not can_be_cut(run[0]):
            together.append(run)
            continue
        if together:
            yield tuple(together)
            together = []
        if run != BOUNDARY:
            yield from (tuple(word) for word in analyzer.words(list(run)))
    if together:
        yield tuple(together)


def _fields(field: str | None) -> tuple[str, ...]:
    return BARE_FIELDS if field is None else (field,)


def _seconds(date: datetime | None) -> int | None:
    return None if date is None else math.ceil(date.timestamp())


def _terms(clauses: list[Clause]) -> tuple[Term, ...]:
    """Every distinct term of what is looked for, in each field where it may stand.

    Function words and their tokens are left out, unless nothing else is there.
    """
    scored = [clause for clause in clauses if not clause.negated]
    terms = _terms_of(scored, without=FUNCTION_WORDS) or _terms_of(scored, without=frozenset())
    return tuple(terms)


def _terms_of(clauses: list[Clause], *, without: frozenset[str]) -> dict[Term, None]:
    terms: dict[Term, None] = {}
    for clause in clauses:
        words = [word for word in clause.streams.words if word not in without]
        tokens = [token for word in words for token in (word if can_be_cut(word[0]) else (word,))]
        bigrams = clause.streams.bigrams if words else []
        for field in _fields(clause.field):
            for stream, texts in (("words", words), ("bigrams", bigrams), ("tokens", tokens)):
                if (field, stream) in STREAMS and field in FIELD_WEIGHTS:
                    weight = FIELD_WEIGHTS[field] * STREAM_WEIGHTS[stream]
                    terms.update(dict.fromkeys(Term(field, stream, text, weight) for text in texts))
    return terms


def _relax(match: Condition) -> Condition:
    """The same with bare text loosened: some of its words, some of its clauses.

    In a conjunction, what is not bare text stays, and of all the bare words
    one must match; none where a phrase must hold anyway, so that 「北海道」的原名是
    finds what is said of 北海道. An alternative relaxes in each of its parts.
    """
    match match:
        case _Bare():
            return AnyOf(_telling_words(match.parts))
        case All():
            words = [word for part in match.parts if _is_bare(part) for word in _bare_words(part)]
            rest = [_relax(part) for part in match.parts if not _is_bare(part)]
            if words and not any(map(_needs_text, rest)):
                rest.append(AnyOf(_telling_words(words)))
            return All(tuple(rest))
        case AnyOf():
            return AnyOf(tuple(_relax(part) for part in match.parts))
        case _:
            return match


def _needs_text(match: Condition) -> bool:
    """Whether only articles with some text that was looked for match."""
    match match:
        case All():
            return any(map(_needs_text, match.parts))
        case AnyOf():
            return all(map(_needs_text, match.parts))
        case _:
            return isinstance(match, TokenPhrase | NearPhrases)


def _telling_words(words: Sequence[Condition]) -> tuple[Condition, ...]:
    """Words without function words, which nearly every article has; these alone if there are no others."""
    telling = [
        word
        for word in words
        if not (isinstance(word, TokenPhrase) and "".join(word.tokens) in FUNCTION_WORDS)
    ]
    return tuple(dict.fromkeys(telling or words))


def _is_bare(match: Condition) -> bool:
    """Whether it is made of nothing but bare text."""
    return isinstance(match, _Bare) or (
        isinstance(match, All | AnyOf) and all(_is_bare(part) for part in match.parts)
    )


def _bare_words(match: Condition) -> Iterator[Condition]:
    if isinstance(match, All | AnyOf):
        for part in match.parts:
            yield from _bare_words(part)
    else:
        yield match


def _strip(match: Condition) -> Condition:
    """The same without needless nesting and without knowing what was bare."""
    match match:
        case All() | AnyOf():
            kind = AnyOf if isinstance(match, AnyOf) else All
            parts: list[Condition] = []
            for part in map(_strip, match.parts):
                parts.extend(part.parts if isinstance(part, kind) else [part])
            return parts[0] if len(parts) == 1 else kind(tuple(dict.fromkeys(parts)))
        case Without():
            return Without(_strip(match.part))
        case _:
            return match
