"""Turn a query tree into a plan: conditions for full and partial matches, and terms that score.

A full match has every group of words of every clause; words.py decides which
words form a group. If full matches do not fill a page, partial matches follow:
articles with only some of the words. Text with a field must match in both.

A group matches if its tokens occur one after the other, however jieba cut the
article's sentence. So a bare clause copied from an article always finds it.
(Looking words up in the stream of words, or the clause as a phrase, finds fewer
articles: see docs/architecture.md.)
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final, Literal

from index.errors import QueryError
from index.own_fields import own_name
from index.text.analyzer import Analyzer, Streams
from index.text.document import BARE_FIELDS, STREAMS, name_term, url_text
from index.text.tokens import BOUNDARY, can_be_cut, han_runs, may_go_on, tokenize
from search.query.conditions import (
    Added,
    All,
    AnyOf,
    Condition,
    DateRange,
    NameIs,
    NearPhrases,
    NumberRange,
    TokenPhrase,
    Without,
)
from search.query.dates import interval
from search.query.own import number_range
from search.query.ranking import FIELD_WEIGHTS, FUNCTION_WORDS, STREAM_WEIGHTS, Term
from search.query.relaxing import Bare, relax, strip
from search.query.tree import (
    And,
    Dates,
    Label,
    Near,
    Node,
    Not,
    Or,
    OwnValue,
    Phrase,
    Sentence,
    Source,
    Text,
)
from search.query.variants import Variants, spellings
from search.query.words import group_words, split_at_words

__all__ = ["EVERYTHING", "Clause", "Plan", "Variant", "make_plan"]


@dataclass(frozen=True, slots=True)
class Variant:
    """A clause with another spelling or name put in.

    Attributes:
        added: The spellings and names, as the lists have them.
        phrases: As in `Clause`.
        loose: As in `Clause`.
        streams: The terms that score.
    """

    added: tuple[str, ...]
    phrases: tuple[TokenPhrase, ...]
    loose: tuple[Condition, ...]
    streams: Streams


@dataclass(frozen=True, slots=True)
class Clause:
    """One piece of the query's text as it was understood.

    Attributes:
        kind: "words" for a bare clause, "phrase" for a quoted one.
        phrases: The phrases that must occur: the groups of words of a bare clause, in order, or the
            one phrase.
        loose: The phrases of which partial matches may have only some: the words of each group
            by themselves, or all characters of a group of single ones. Of a quoted phrase its words
            if it stands inside a sentence, where quotation marks may be mere punctuation; else empty.
        near: The distance, if this is one side of a distance.
        variants: Other ways to read the clause; the clause or one of these must match.
    """

    written: str
    kind: Literal["words", "phrase"]
    field: str | None
    phrases: tuple[TokenPhrase, ...]
    streams: Streams
    negated: bool = False
    near: NearPhrases | None = None
    loose: tuple[Condition, ...] = ()
    variants: tuple[Variant, ...] = ()

    def readings(self) -> tuple[Clause | Variant, ...]:
        """Return the clause as it is written, then its variants."""
        return (self, *self.variants)

    @property
    def inside(self) -> bool:
        """Whether this is a phrase inside a sentence, which partial matches need not have."""
        return self.kind == "phrase" and bool(self.loose)


@dataclass(frozen=True, slots=True)
class Plan:
    """A query as an engine takes it.

    Attributes:
        match: The condition of full matches.
        relaxed: The condition of partial matches; None if nothing can be relaxed.
        terms: The terms that score.
        also: The names and terms that were added to the query, in order, each once. Spellings that
            every query is read by are not listed.
    """

    match: Condition
    relaxed: Condition | None
    terms: tuple[Term, ...]
    clauses: tuple[Clause, ...]
    also: tuple[str, ...] = ()


EVERYTHING: Final = Plan(All(()), None, (), ())
"""The plan that finds all articles."""


def make_plan(
    tree: Node,
    query: str,
    *,
    analyzer: Analyzer,
    tz: tzinfo,
    now: datetime,
    variants: Variants | None = None,
    words: Collection[str] = (),
) -> Plan:
    """Lower the tree of a query.

    Args:
        tree: What `parse` returned for `query`.
        query: The query as it was typed, for the positions in errors.
        analyzer: The index's analyzer.
        tz: The time zone that dates in the query are read in.
        now: What dates such as 7d count from.
        variants: Names and terms that the query is read by too, such as `known_names()`.
        words: Words that hold together in bare clauses, folded; see `read_words`.

    Raises:
        QueryError: Some text of the query has nothing to search for.
    """
    lowering = _Lowering(query, analyzer, tz, now, variants, words)
    match = lowering.lower(_without_marks(tree, query) or tree, negated=False)
    full, relaxed = strip(match), strip(relax(match))
    return Plan(
        match=full,
        relaxed=relaxed if relaxed != full else None,
        terms=_terms(lowering.clauses),
        clauses=tuple(lowering.clauses),
        also=_also(lowering.clauses, variants),
    )


def _also(clauses: Sequence[Clause], names: Variants | None) -> tuple[str, ...]:
    if names is None:
        return ()
    added = (term for clause in clauses for variant in clause.variants for term in variant.added)
    return tuple(dict.fromkeys(term for term in added if names.has(term)))


def _without_marks(node: Node, query: str) -> Node | None:
    """Return the tree without bare clauses that are only punctuation, as in a pasted `甲 — 乙`.

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


class _Lowering:
    def __init__(
        self,
        query: str,
        analyzer: Analyzer,
        tz: tzinfo,
        now: datetime,
        names: Variants | None,
        words: Collection[str],
    ) -> None:
        self._query = query
        self._analyzer = analyzer
        self._tz = tz
        self._now = now
        self._variants = spellings() if names is None else spellings() | names
        self._words = words
        self.clauses: list[Clause] = []

    def lower(self, node: Node, *, negated: bool) -> Condition:
        match node:
            case Text():
                clause = self._text(node, negated=negated)
                return _any(
                    Bare(one.phrases, one.loose) if node.field is None else All(one.phrases)
                    for one in clause.readings()
                )
            case Phrase():
                clause = self._phrase(node, negated=negated)
                return _any(one.phrases[0] for one in clause.readings())
            case Sentence():
                return All(tuple(self._part(part, node, negated=negated) for part in node.children))
            case Near():
                return self._near(node, negated=negated)
            case Source():
                return _any(NameIs("source", term) for term in _source_terms(node.name))
            case Label():
                return NameIs(node.field, name_term(node.name))
            case OwnValue(kind="keyword"):
                return NameIs(own_name(node.name), name_term(node.value))
            case OwnValue():
                return NumberRange(own_name(node.name), *number_range(node, tz=self._tz, now=self._now))
            case Dates():
                start, end = interval(node, tz=self._tz, now=self._now)
                kind = Added if node.kind == "added" else DateRange
                return kind(_seconds(start), _seconds(end))
            case And():
                return All(tuple(self.lower(child, negated=negated) for child in node.children))
            case Or():
                return AnyOf(tuple(self.lower(child, negated=negated) for child in node.children))
            case Not():
                return Without(strip(self.lower(node.child, negated=not negated)))

    def _part(self, part: Node, sentence: Sentence, *, negated: bool) -> Condition:
        """Lower a part of a sentence: beside text a phrase is relaxed as its words are."""
        if not isinstance(part, Phrase) or not any(isinstance(one, Text) for one in sentence.children):
            return self.lower(part, negated=negated)
        clause = self._phrase(part, negated=negated, inside=True)
        return _any(Bare(one.phrases, one.loose) for one in clause.readings())

    def _text(self, node: Text, *, negated: bool) -> Clause:
        streams = self._analyze(node, node.field)
        phrases, loose = self._grouped(node, streams)
        variants = []
        for reading in self._variants.readings(streams.tokens, streams.words):
            read = self._analyzer.streams(list(reading.tokens))
            variants.append(Variant(reading.added, *self._grouped(node, read), read))
        return self._clause(
            node, "words", phrases, streams, negated=negated, loose=loose, variants=tuple(variants)
        )

    def _grouped(
        self, node: Text | Phrase, streams: Streams
    ) -> tuple[tuple[TokenPhrase, ...], tuple[Condition, ...]]:
        """Return the phrases that full matches have, and the conditions of partial ones."""
        fields = _fields(node.field)
        phrases: list[TokenPhrase] = []
        loose: list[Condition] = []
        for group in _groups(streams.tokens, self._analyzer, self._words):
            phrase = TokenPhrase(fields, tuple(token for word in group for token in word))
            phrases.append(phrase)
            if len(group) == 1:
                loose.append(phrase)
            elif longer := [TokenPhrase(fields, word) for word in group if len(word) > 1]:
                loose += longer
            else:
                loose.append(All(tuple(TokenPhrase(fields, word) for word in group)))
        if node.prefix and may_go_on(phrases[-1].tokens[-1]):
            # A token that may be a prefix is no Han character, so it is a group of its own.
            phrases[-1] = loose[-1] = replace(phrases[-1], prefix=True)
        return tuple(phrases), tuple(loose)

    def _phrase(
        self,
        node: Text | Phrase,
        *,
        negated: bool,
        field: str | None = None,
        as_written: bool = False,
        inside: bool = False,
    ) -> Clause:
        field = node.field or field
        streams = self._analyze(node, field)
        fields = _fields(field)

        def phrase(tokens: Sequence[str]) -> TokenPhrase:
            return TokenPhrase(fields, tuple(tokens), prefix=node.prefix and may_go_on(tokens[-1]))

        def loose(streams: Streams) -> tuple[Condition, ...]:
            return self._grouped(node, streams)[1] if inside else ()

        variants = []
        for one in () if as_written else self._variants.readings(streams.tokens, streams.words):
            read = self._analyzer.streams(list(one.tokens))
            variants.append(Variant(one.added, (phrase(one.tokens),), loose(read), read))
        return self._clause(
            node,
            "phrase",
            (phrase(streams.tokens),),
            streams,
            negated=negated,
            field=field,
            loose=loose(streams),
            variants=tuple(variants),
        )

    def _near(self, node: Near, *, negated: bool) -> Condition:
        left, right = (
            self._phrase(side, negated=negated, field=node.field, as_written=True).phrases[0]
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
        loose: tuple[Condition, ...] = (),
        variants: tuple[Variant, ...] = (),
    ) -> Clause:
        clause = Clause(
            str(node),
            kind,
            node.field or field,
            phrases,
            streams,
            negated,
            loose=loose,
            variants=variants,
        )
        self.clauses.append(clause)
        return clause


def _groups(
    tokens: list[str], analyzer: Analyzer, together: Collection[str]
) -> Iterator[list[tuple[str, ...]]]:
    """Yield the groups of words of a bare clause, each word as its tokens.

    Neighbouring tokens that are no Han characters are one word: F-35A, rfi.fr, C++.
    """
    word: list[str] = []
    for run in han_runs(tokens):
        if run != BOUNDARY and not can_be_cut(run[0]):
            word.append(run)
            continue
        if word:
            yield [tuple(word)]
            word = []
        if run != BOUNDARY:
            for piece, is_word in split_at_words(run, together):
                cut = [[piece]] if is_word else group_words(analyzer.words(list(piece)))
                yield from ([tuple(one) for one in group] for group in cut)
    if word:
        yield [tuple(word)]


def _any(conditions: Iterable[Condition]) -> Condition:
    parts = tuple(conditions)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def _source_terms(name: str) -> tuple[str, ...]:
    """Return the name of a source, and without what a copied address or folder has around it."""
    term = name_term(name)
    bare = term.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return (term, bare) if bare and bare != term else (term,)


def _fields(field: str | None) -> tuple[str, ...]:
    return BARE_FIELDS if field is None else (field,)


def _seconds(date: datetime | None) -> int | None:
    return None if date is None else math.ceil(date.timestamp())


def _terms(clauses: list[Clause]) -> tuple[Term, ...]:
    """Return the distinct terms of some clauses, in each field that is searched for them.

    Function words and their tokens are left out, unless there are no other terms.
    """
    scored = [clause for clause in clauses if not clause.negated]
    terms = _terms_of(scored, without=FUNCTION_WORDS) or _terms_of(scored, without=frozenset())
    return tuple(terms)


def _terms_of(clauses: list[Clause], *, without: frozenset[str]) -> dict[Term, None]:
    terms: dict[Term, None] = {}
    read = [(clause, one.streams) for clause in clauses for one in clause.readings()]
    for clause, streams in read:
        words = [word for word in streams.words if word not in without]
        tokens = [token for word in words for token in (word if can_be_cut(word[0]) else (word,))]
        bigrams = streams.bigrams if words else []
        for field in _fields(clause.field):
            for stream, texts in (("words", words), ("bigrams", bigrams), ("tokens", tokens)):
                if (field, stream) in STREAMS and field in FIELD_WEIGHTS:
                    weight = FIELD_WEIGHTS[field] * STREAM_WEIGHTS[stream]
                    terms.update(dict.fromkeys(Term(field, stream, text, weight) for text in texts))
    return terms
