"""Suggest queries: completions of the last word, and relaxed versions of a query without hits.

Completions are words as articles spell them. A relaxed version is made from the
query's tree; it is offered only if it has hits and its text parses to that tree.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, TypeAlias

from index.errors import QueryError
from index.text.analyzer import Analyzer
from index.text.document import name_term
from index.text.fold import fold
from index.text.tokens import BOUNDARY, can_be_cut, locate_tokens, may_go_on, token_text, tokenize
from search.corpus.facets import counted
from search.engines.base import Reader
from search.query.conditions import All, TokenPhrase, occurrences
from search.query.parser import parse
from search.query.plan import Plan
from search.query.tree import (
    And,
    Dates,
    Near,
    Node,
    Not,
    Or,
    OwnValue,
    Phrase,
    Source,
    Text,
    own_fields_of,
)
from search.values import Printable

__all__ = ["Alternative", "Change", "alternatives", "completions"]

Change: TypeAlias = Literal["dates", "sources", "quotes", "fields", "clauses"]
"""The part of a query that its relaxed version leaves out."""

# Numbers of newest articles whose titles are searched, and if these do not suffice, whose bodies are.
_TITLES = 200
_BODIES = 30
_LONGEST_TAIL = 30
_REWRITES = 12

_TAIL = re.compile(r"[^\s\"“”「」『』«»＂()（）|｜:：*＊~～]+$")
_SOURCE = re.compile(r"(?:^|[\s(（])source[:：](\S*)$", re.IGNORECASE)
# Letters, digits and marks that stand inside of words.
_PLAIN = re.compile(r"[\w.·%/ -]+")


# Completions


def completions(query: str, reader: Reader, analyzer: Analyzer, *, limit: int) -> list[str]:
    """Return queries that complete the last word of this one, the most frequent first.

    The word is completed from titles of articles, then from their bodies; a
    whole word with the word that follows it there. A source is completed from
    the names of all sources.
    """
    source = _SOURCE.search(query)
    if source:
        return [query[: source.start(1)] + name for name in _sources(source[1], reader)][:limit]
    tail = _TAIL.search(query)
    if tail is None or len(tail[0]) > _LONGEST_TAIL:
        return []
    start = tail.start() + len(tail[0]) - len(tail[0].lstrip("-－"))
    tokens = tuple(analyzer.analyze_without_words(query[start:]).tokens)
    if not tokens or not query[-1].isalnum():
        return []
    found = _words(TokenPhrase(("title",), tokens, may_go_on(tokens[-1])), reader, analyzer, _TITLES)
    if len(found) < limit:
        more = _words(TokenPhrase(("body",), tokens, may_go_on(tokens[-1])), reader, analyzer, _BODIES)
        known = {token_text(tokenize(word)) for word in found}
        found += [word for word in more if token_text(tokenize(word)) not in known]
    return [query[:start] + word for word in found[:limit]]


def _sources(begun: str, reader: Reader) -> Iterator[str]:
    counts = reader.count_names(All(()), "source")
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        if name and name_term(name).startswith(name_term(begun)) and name != begun:
            yield str(Source(name)).removeprefix("source:")


def _words(phrase: TokenPhrase, reader: Reader, analyzer: Analyzer, number: int) -> list[str]:
    """Return the words that begin with the phrase in the newest articles, the most frequent first."""
    plan = Plan(phrase, None, (), ())
    rows = [row.row for row in reader.search(plan, sort="newest", offset=0, limit=number).rows]
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for article in reader.articles(rows).values():
        for text in _paragraphs(getattr(article, phrase.fields[0]), phrase):
            for key, word in set(_completed(text, phrase, analyzer)):
                written[key][word] += 1
    order = sorted(written, key=lambda key: (-written[key].total(), len(key), key))
    words = (written[key].most_common(1)[0][0] for key in order)
    return [word for word in words if _is_plain(word)]


def _is_plain(word: str) -> bool:
    """Return whether a word is text wherever it stands in a query; the -3 of 北京 -3度 is not."""
    texts = ["日本", *word.split(), "日本"]
    return parse(" ".join(texts)) == And(tuple(map(Text, texts)))


def _paragraphs(text: str, phrase: TokenPhrase) -> Iterator[str]:
    """Return the first paragraph that holds the phrase."""
    for paragraph in text.split("\n"):
        folded = fold(paragraph)
        if all(unit in folded for unit in phrase.tokens) and any(occurrences(tokenize(paragraph), phrase)):
            yield paragraph
            return


def _completed(text: str, phrase: TokenPhrase, analyzer: Analyzer) -> Iterator[tuple[str, str]]:
    """Return tokens and spelling from each occurrence of the phrase to the end of a word."""
    located = locate_tokens(text)
    tokens = [unit.text for unit in located]
    starts = [*_word_starts(tokens, analyzer), len(tokens)]
    for first, after in occurrences(tokens, phrase):
        if first not in starts and after - first == 1:
            continue  # the 本 of 日本 begins no word
        end = next(start for start in starts if start >= after)
        if tuple(tokens[first:end]) == phrase.tokens:
            if end == len(tokens) or tokens[end] == BOUNDARY:
                continue
            begin, end = end, next(start for start in starts if start > end)
            if end - begin == 1 and can_be_cut(tokens[begin]):
                continue  # 的, 和, 在: after a name stands mostly one of these
        if tokens[end - 1] == BOUNDARY:
            end -= 1
        word = text[located[first].start : located[end - 1].end]
        if _PLAIN.fullmatch(word) and BOUNDARY not in tokens[first:end]:
            yield token_text(tokens[first:end]), word


def _word_starts(tokens: list[str], analyzer: Analyzer) -> Iterator[int]:
    at = 0
    for word in analyzer.words(tokens):
        while tokens[at] == BOUNDARY:
            yield at
            at += 1
        yield at
        at += len(word) if can_be_cut(word[0]) else 1


# Relaxed versions


@dataclass(frozen=True, slots=True)
class Alternative(Printable):
    """A relaxed version of a query.

    Attributes:
        change: What it leaves out: "dates", "sources", "quotes", "fields" or "clauses".
        query: The query, with the filters that it keeps.
        total: How many articles it finds.
        partial: These hold only some of its words.

    Example:
        >>> searcher.alternatives('"停航 渡轮"')[0]
        Alternative(change='quotes', query='停航 渡轮', total=1, partial=False)
    """

    change: Change
    query: str
    total: int
    partial: bool


def alternatives(
    tree: Node, lower: Callable[[Node, str], Plan], reader: Reader, *, limit: int
) -> list[Alternative]:
    """Return relaxed versions of a tree that have hits, those that change least first.

    `lower` returns the plan of a tree and of the query that writes it.
    """
    found: list[Alternative] = []
    for query, (change, node) in _rewrites(tree).items():
        if len(found) >= limit:
            break
        try:
            plan = lower(node, query)
        except QueryError:
            continue
        match, partial = counted(reader, plan)
        if total := reader.date_span(match).total:
            found.append(Alternative(change, query, total, partial))
    return found


def _rewrites(tree: Node) -> dict[str, tuple[Change, Node]]:
    clauses: list[Node] = list(tree.children) if isinstance(tree, And) else [tree]
    changed: list[tuple[Change, list[Node]]] = [
        ("dates", [clause for clause in clauses if not isinstance(clause, Dates)]),
        ("sources", [clause for clause in clauses if not _is_source(clause)]),
        ("quotes", [_unquoted(clause) for clause in clauses]),
        ("fields", [_everywhere(clause) for clause in clauses]),
        ("fields", [_everywhere(_unquoted(clause)) for clause in clauses]),
    ]
    if len(clauses) > 1:
        changed += [("clauses", clauses[:at] + clauses[at + 1 :]) for at in range(len(clauses))]
        changed += [("clauses", [clause]) for clause in clauses]
    found: dict[str, tuple[Change, Node]] = {}
    for change, rest in changed:
        if rest != clauses and any(_is_text(clause) for clause in rest):
            node = _flat(rest[0] if len(rest) == 1 else And(tuple(rest)))
            if _can_be_written(node):
                found.setdefault(str(node), (change, node))
    return dict(islice(found.items(), _REWRITES))


def _is_source(node: Node) -> bool:
    return isinstance(node, Source) or (isinstance(node, Or) and all(map(_is_source, node.children)))


def _is_text(node: Node) -> bool:
    """Return whether a node looks for text, and does not only filter or exclude."""
    return not isinstance(node, Not | Dates | OwnValue) and not _is_source(node)


def _unquoted(node: Node) -> Node:
    """Return the node with words in any order instead of phrases and pairs."""
    match node:
        case Phrase():
            words = [Text(word, node.field) for word in node.text.split()]
            if not words:
                return node
            words[-1] = replace(words[-1], prefix=node.prefix)
            return words[0] if len(words) == 1 else And(tuple(words))
        case Near():
            sides = [_unquoted(replace(side, field=node.field)) for side in (node.left, node.right)]
            return And(tuple(sides))
        case And() | Or():
            return replace(node, children=tuple(map(_unquoted, node.children)))
        case _:
            return node


def _everywhere(node: Node) -> Node:
    match node:
        case Text() | Phrase() | Near():
            return replace(node, field=None)
        case And() | Or():
            return replace(node, children=tuple(map(_everywhere, node.children)))
        case _:
            return node


def _flat(node: Node) -> Node:
    """Return the same node without ANDs inside ANDs, as one would write it."""
    match node:
        case And():
            children: list[Node] = []
            for child in map(_flat, node.children):
                children.extend(child.children if isinstance(child, And) else [child])
            return replace(node, children=tuple(children))
        case Or():
            return replace(node, children=tuple(map(_flat, node.children)))
        case Not():
            return replace(node, child=_flat(node.child))
        case _:
            return node


def _can_be_written(node: Node) -> bool:
    """Return whether the node's query parses back to it; words without quotation marks may be operators."""
    try:
        return parse(str(node), own_fields_of(node)) == node
    except QueryError:
        return False
