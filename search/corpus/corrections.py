"""Did you mean: what a query without hits may have been meant to say.

In comes the tree of a query that no article matches; out come queries that some articles do match.
One clause of it is at fault: the clause as a whole, or one run of tokens in it that no article holds.
near_runs.py has the runs that may be meant in its place.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from index.errors import QueryError
from index.text.document import BARE_FIELDS, RANKED_FIELDS
from index.text.tokens import BOUNDARY, can_be_cut, locate_tokens
from search.corpus.near_runs import Guess, Mistake, NearRuns, Run
from search.engines.base import Reader
from search.query.parser import parse
from search.query.plan import Plan
from search.query.tree import And, Node, Not, Or, Phrase, Text, own_fields_of

__all__ = ["Correction", "Mistake", "Speller"]

_MOST_CLAUSES = 8  # of a query that is corrected
_LONGEST_RUN = 8
# A part of a clause says less: what is left of the clause need not stand beside it.
_PART = 10.0

_Lower = Callable[[Node, str], Plan]
_Leaf = Text | Phrase
_Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Correction:
    """A query that may have been meant.

    Attributes:
        mistake: What may have gone wrong: "pinyin", "sound", "swapped", "missing", "changed" or "spelling".
        query: The query.
        total: How many articles match it fully.

    Example:
        >>> searcher.corrections("渡沦")[0]
        Correction(mistake='sound', query='渡轮', total=2)
    """

    mistake: Mistake
    query: str
    total: int


@dataclass(frozen=True, slots=True)
class _Rewrite:
    """A leaf of the tree, what may stand in its place, and the guess behind that."""

    leaf: Node
    other: Text | Phrase
    guess: Guess
    weight: float


class Speller:
    """Corrects queries by what one generation holds. May be shared by threads.

    Args:
        reader: The generation.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        # Nearly all names that stand in titles stand in bodies too, so bodies come first.
        fields = sorted(RANKED_FIELDS, key=lambda field: field != "body")
        self._runs = [NearRuns(reader, field) for field in fields]

    def corrections(self, tree: Node, lower: _Lower, *, limit: int) -> list[Correction]:
        """Return queries that may have been meant, the likeliest first; none if the tree has full matches.

        Args:
            tree: The query.
            lower: Returns the plan of a tree, within the filters, and of the query that writes it.
            limit: Most queries to return.
        """
        if self._count(tree, lower):
            return []
        leaves = list(islice(_leaves(tree), _MOST_CLAUSES + 1))
        if len(leaves) > _MOST_CLAUSES:
            return []
        # The same for every field of runs, and dear for a sentence: looked for once.
        lost = [
            (leaf, self._spans(leaf, lower))
            for leaf in leaves
            if leaf is tree or not self._count(leaf, lower)
        ]
        for runs in self._runs:
            found: dict[str, Correction] = {}
            for rewrite in _rewrites(runs, tree, leaves, lost):
                if len(found) >= limit:
                    break
                node = _with(tree, rewrite.leaf, rewrite.other)
                if (query := str(node)) in found or not _can_be_written(node):
                    continue
                if number := self._count(node, lower):
                    found[query] = Correction(rewrite.guess.mistake, query, number)
            if found:
                return list(found.values())
        return []

    def _count(self, node: Node, lower: _Lower) -> int:
        """Count the full matches of a tree; none if it cannot be searched for."""
        try:
            plan = lower(node, str(node))
        except QueryError:
            return 0
        return self._reader.search(plan, sort="newest", offset=0, limit=0).total

    def _spans(self, leaf: _Leaf, lower: _Lower) -> _Spans:
        """Return the spans of tokens that no article holds: a short clause, and its groups."""
        tokens = tuple(token.text for token in locate_tokens(leaf.text))
        spans: _Spans = []
        if len(tokens) <= _LONGEST_RUN and BOUNDARY not in tokens:
            spans.append((0, len(tokens)))
        at = 0
        for phrase in (phrase for clause in lower(leaf, str(leaf)).clauses for phrase in clause.phrases):
            while tuple(tokens[at : at + len(phrase.tokens)]) != phrase.tokens:
                if at >= len(tokens):
                    return spans
                at += 1
            span = (at, at + len(phrase.tokens))
            at = span[1]
            is_short = len(phrase.tokens) <= _LONGEST_RUN
            if span not in spans and is_short and not self._runs[0].holding(phrase.tokens):
                spans.append(span)
        return spans


def _rewrites(
    runs: NearRuns, tree: Node, leaves: Sequence[_Leaf], lost: Sequence[tuple[_Leaf, _Spans]]
) -> Iterator[_Rewrite]:
    """Yield other leaves for those that no article matches, the likeliest first."""
    streams: list[Iterator[_Rewrite]] = []
    if isinstance(tree, And) and len(leaves) == len(tree.children) > 1:
        # `xi jinping`: the parts of one name
        joined = Text(" ".join(leaf.text for leaf in leaves))
        streams.append(_from_pinyin(runs, tree, joined))
    for leaf, spans in lost:
        streams.append(_from_pinyin(runs, leaf, leaf))
        streams += [_near(runs, leaf, start, end) for start, end in spans]
    return heapq.merge(*streams, key=lambda rewrite: -rewrite.weight)


def _from_pinyin(runs: NearRuns, leaf: Node, written: Text | Phrase) -> Iterator[_Rewrite]:
    for guess in runs.from_pinyin(written.text):
        yield _Rewrite(leaf, replace(written, text="".join(guess.run)), guess, guess.weight)


def _near(runs: NearRuns, leaf: Text | Phrase, start: int, end: int) -> Iterator[_Rewrite]:
    """Yield a leaf with other runs in place of some of its tokens."""
    located = locate_tokens(leaf.text)
    less = 0.0 if end - start == len(located) else _PART
    before, after = leaf.text[: located[start].start], leaf.text[located[end - 1].end :]
    for guess in runs.near(tuple(token.text for token in located[start:end])):
        text = before + _written(guess.run) + after
        yield _Rewrite(leaf, replace(leaf, text=text), guess, guess.weight - less)


# Trees


def _leaves(node: Node) -> Iterator[Text | Phrase]:
    """Yield what must stand in an article, but for prefixes, urls and own fields."""
    match node:
        case Text() | Phrase() if not node.prefix and node.field in (None, *BARE_FIELDS):
            yield node
        case And() | Or():
            for child in node.children:
                yield from _leaves(child)


def _with(node: Node, leaf: Node, other: Node) -> Node:
    """Return the tree with `other` in the place of `leaf`."""
    if node is leaf:
        return other
    match node:
        case And() | Or():
            return replace(node, children=tuple(_with(child, leaf, other) for child in node.children))
        case Not():
            return node
        case _:
            return node


def _written(run: Run) -> str:
    """Return a run as one would write it: Han characters together, other tokens apart."""
    text = run[0]
    for before, token in pairwise(run):
        text += token if can_be_cut(before) and can_be_cut(token) else f" {token}"
    return text


def _can_be_written(node: Node) -> bool:
    try:
        return parse(str(node), own_fields_of(node)) == node
    except QueryError:
        return False
