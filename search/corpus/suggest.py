"""Suggest queries: completions of the last word, and relaxed versions of a query without hits.

Completions are words as articles spell them. A relaxed version is made from the
query's tree; it is offered only if it has hits and its text parses to that tree.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Literal, TypeAlias

from index.errors import QueryError
from index.text.analyzer import Analyzer
from index.text.document import name_term
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, can_be_cut, may_go_on, token_text, tokenize
from search.corpus.facets import counted
from search.engines.base import Reader
from search.query.conditions import All, TokenPhrase
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
    Sentence,
    Source,
    Text,
    clauses_of,
    own_fields_of,
)
from search.values import Printable

__all__ = ["Alternative", "Change", "alternatives", "completions"]

Change: TypeAlias = Literal["dates", "sources", "quotes", "fields", "clauses"]
"""The part of a query that its relaxed version leaves out."""

# Numbers of newest articles whose titles are searched, and if these do not suffice, whose bodies are.
_TITLES = 200
_BODIES = 30
# Of each text so many places are looked at, and so many tokens on either side are cut into words.
_PLACES = 4
_CONTEXT = 8
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
    phrase = TokenPhrase(("title",), tokens, may_go_on(tokens[-1]))
    found = list(islice(_words(phrase, reader, analyzer, _TITLES), limit))
    if len(found) < limit:
        known = {token_text(tokenize(word)) for word in found}
        more = _words(replace(phrase, fields=("body",)), reader, analyzer, _BODIES)
        found += (word for word in more if token_text(tokenize(word)) not in known)
    return [query[:start] + word for word in found[:limit]]


def _sources(begun: str, reader: Reader) -> Iterator[str]:
    counts = reader.count_names(All(()), "source")
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        if name and name_term(name).startswith(name_term(begun)) and name != begun:
            yield str(Source(name)).removeprefix("source:")


def _words(phrase: TokenPhrase, reader: Reader, analyzer: Analyzer, number: int) -> Iterator[str]:
    """Yield the words that begin with the phrase in the newest articles, the most frequent first."""
    if BOUNDARY in phrase.tokens:
        return
    plan = Plan(phrase, None, (), ())
    rows = [row.row for row in reader.search(plan, sort="newest", offset=0, limit=number).rows]
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, tokens in _texts(phrase.fields[0], rows, reader):
        for key, word in set(_completed(text, tokens, phrase, analyzer)):
            written[key][word] += 1
    order = sorted(written, key=lambda key: (-written[key].total(), len(key), key))
    words = (written[key].most_common(1)[0][0] for key in order)
    yield from filter(_is_plain, words)


def _texts(field: str, rows: Sequence[int], reader: Reader) -> Iterator[tuple[str, TokenText]]:
    """Yield the titles or bodies of articles with their token texts."""
    if field == "title":
        yield from ((title, _tokens_of(title)) for title in reader.titles(rows))
        return
    token_texts = reader.token_texts(rows)
    for row, article in reader.articles(rows).items():
        yield article.body, token_texts[row][1]


@lru_cache(maxsize=4096)
def _tokens_of(title: str) -> TokenText:
    """Return the token text of a title; at the next letter that is typed, many of the same are looked at."""
    return TokenText.of(title)


def _is_plain(word: str) -> bool:
    """Return whether a word is text wherever it stands in a query; the -3 of 北京 -3度 is not."""
    texts = ["日本", *word.split(), "日本"]
    return parse(" ".join(texts)) == And(tuple(map(Text, texts)))


def _completed(
    text: str, tokens: TokenText, phrase: TokenPhrase, analyzer: Analyzer
) -> Iterator[tuple[str, str]]:
    """Return tokens and spelling from occurrences of the phrase to the end of a word.

    Only the first few in the first paragraph that has any are looked at, and a few tokens around each
    are cut into words: to cut whole titles and bodies took ten times as long as all the rest.
    """
    wanted = token_text(phrase.tokens)
    last = None
    for start, after in islice(tokens.find(wanted, prefix=phrase.prefix), _PLACES):
        if last is None:
            _, last = tokens.paragraph(start)
        if start >= last:
            return
        clause = tokens.clause(start)
        begin = max(clause[0], tokens.before(start, _CONTEXT))
        finish = min(clause[1], tokens.after(after, _CONTEXT))
        starts = [*_word_starts(tokens, begin, finish, analyzer), finish]
        if start not in starts and len(phrase.tokens) == 1:
            continue  # the 本 of 日本 begins no word
        end = next(position for position in starts if position >= after)
        if tokens.text[start:end] == wanted:
            if end == finish:
                continue
            begin, end = end, next(position for position in starts if position > end)
            if end - begin == 1:
                continue  # 的, 和, 在: after a name stands mostly one of these
        first, behind = tokens.original(start, end)
        if _PLAIN.fullmatch(text[first:behind]):
            yield tokens.text[start:end], text[first:behind]


def _word_starts(tokens: TokenText, begin: int, finish: int, analyzer: Analyzer) -> Iterator[int]:
    starts = [start for _, start, _ in tokens.located(begin, finish)]
    at = 0
    for word in analyzer.words(tokens.tokens(begin, finish)):
        yield starts[at]
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
    clauses = list(clauses_of(tree))
    parts = [part for clause in clauses for part in _parts(clause)]
    changed: list[tuple[Change, list[Node]]] = [
        ("dates", [clause for clause in clauses if not isinstance(clause, Dates)]),
        ("sources", [clause for clause in clauses if not _is_source(clause)]),
        ("quotes", [_unquoted(clause) for clause in clauses]),
        ("fields", [_everywhere(clause) for clause in clauses]),
        ("fields", [_everywhere(_unquoted(clause)) for clause in clauses]),
    ]
    if len(parts) > 1:
        changed += [("clauses", parts[:at] + parts[at + 1 :]) for at in range(len(parts))]
        changed += [("clauses", [part]) for part in parts]
    found: dict[str, tuple[Change, Node]] = {}
    for change, rest in changed:
        if rest != clauses and any(_is_text(clause) for clause in rest):
            node = _flat(rest[0] if len(rest) == 1 else And(tuple(rest)))
            if _can_be_written(node):
                found.setdefault(str(node), (change, node))
    return dict(islice(found.items(), _REWRITES))


def _parts(clause: Node) -> tuple[Node, ...]:
    return clause.children if isinstance(clause, Sentence) else (clause,)


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
        case Sentence():
            return And(tuple(map(_unquoted, node.children)))
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
                children.extend(clauses_of(child))
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
