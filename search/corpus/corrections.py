"""Did you mean: what a query without hits may have been meant to say.

In comes the tree of a query that no article matches; out come queries that some articles do match.
One clause of it is at fault, and in this clause one run of tokens that no article holds. Other runs
are one step away: another character, two swapped, one missing, others that sound the same, or the
characters that were typed as pinyin. Nobody could ask for all of these; but a run that some article
holds has only bigrams that some article holds, and how many hold a term every engine knows. So runs
are put together from such bigrams, and only the best are looked for.

How characters sound is in `readings.txt`; scripts/make_readings.py has made it.
"""

from __future__ import annotations

import heapq
import math
import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, islice, pairwise
from operator import ne
from pathlib import Path
from typing import Literal, TypeAlias

from index.errors import QueryError
from index.text.analyzer import bigram
from index.text.document import BARE_FIELDS, RANKED_FIELDS
from index.text.tokens import BOUNDARY, can_be_cut, locate_tokens
from search.engines.base import Reader
from search.query.conditions import TokenPhrase
from search.query.parser import parse
from search.query.plan import Plan
from search.query.ranking import Term
from search.query.tree import And, Node, Not, Or, Phrase, Text, own_fields_of

__all__ = ["Correction", "Mistake", "Speller", "readings_of"]

Mistake: TypeAlias = Literal["pinyin", "sound", "swapped", "missing", "changed", "spelling"]
"""What may have gone wrong: characters typed as pinyin, or that sound the same, or two swapped, one missing
or one wrong; or one letter of a word."""

_Run: TypeAlias = tuple[str, ...]
_Counts: TypeAlias = dict[tuple[str, str], int]
"""How many articles have each bigram."""

_MOST_CLAUSES = 8  # of a query that is corrected
_LONGEST_RUN = 8
_MOST_CHARACTERS = 3000  # the most frequent of the archive
_ALIKE = 40  # characters that sound like one, the most frequent
_BEAM = 60
_VERIFIED = 40  # runs that are looked for, of each kind
_READINGS = 12  # ways to cut a text into syllables
_SYLLABLES = (2, 6)
_SHORTEST_WORD = 4
_LETTERS = frozenset(string.ascii_lowercase)

_ANOTHER = 5.0  # what each further character that sounds the same takes away
# What it is worth that the characters of a run seldom stand in an article without each other.
_COHESION = 1.0
# What each mistake is worth beside the logarithm of the number of articles; from benchmarks/suggestions.py.
_WEIGHTS: dict[Mistake, float] = {
    "pinyin": 0.0,
    "sound": 5.0,
    "swapped": 10.0,
    "missing": 4.0,
    "changed": 0.0,
    "spelling": 0.0,
}


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


class Speller:
    """Corrects queries by what one generation holds. May be shared by threads.

    Args:
        reader: The generation.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._searches = {field: _Search(reader, field) for field in RANKED_FIELDS}

    def corrections(self, tree: Node, lower: Callable[[Node, str], Plan], *, limit: int) -> list[Correction]:
        """Return queries that may have been meant, the likeliest first; none if the tree has full matches.

        Args:
            tree: The query with its filters.
            lower: Returns the plan of a tree and of the query that writes it.
            limit: Most queries to return.
        """

        def total(node: Node) -> int:
            try:
                return self._count(lower(node, str(node)))
            except QueryError:
                return 0

        if total(tree):
            return []
        # Nearly all names that stand in titles stand in bodies too.
        return (
            self._corrections(tree, lower, total, field="body")[:limit]
            or (self._corrections(tree, lower, total, field="title")[:limit])
        )

    def _corrections(
        self,
        tree: Node,
        lower: Callable[[Node, str], Plan],
        total: Callable[[Node], int],
        *,
        field: str,
    ) -> list[Correction]:
        found: dict[str, tuple[float, Correction]] = {}
        for leaf, other, mistake, weight in self._searches[field].corrected(tree, lower):
            node = _with(tree, leaf, other)
            if (query := str(node)) in found or not _can_be_written(node):
                continue
            if number := total(node):
                found[query] = (weight, Correction(mistake, query, number))
        best = sorted(found.values(), key=lambda pair: (-pair[0], pair[1].query))
        return [correction for _, correction in best]

    def _count(self, plan: Plan) -> int:
        return self._reader.search(plan, sort="newest", offset=0, limit=0).total


class _Search:
    """Searches for runs one step away, by the bigrams of one field."""

    def __init__(self, reader: Reader, field: str) -> None:
        self._reader = reader
        self._field = field

    def corrected(
        self, tree: Node, lower: Callable[[Node, str], Plan]
    ) -> Iterator[tuple[Node, Text | Phrase, Mistake, float]]:
        """Yield each leaf that no article matches, with another one and how likely it is."""
        leaves = list(islice(_leaves(tree), _MOST_CLAUSES + 1))
        if len(leaves) > _MOST_CLAUSES:
            return
        if isinstance(tree, And) and len(leaves) == len(tree.children) and len(leaves) > 1:
            # `xi jinping`: the parts of one name
            joined = Text(" ".join(leaf.text for leaf in leaves))
            for run, weight in self._from_pinyin(joined.text):
                yield tree, replace(joined, text="".join(run)), "pinyin", weight
        for leaf in leaves:
            plan = lower(leaf, str(leaf))
            if self._count(plan):
                continue
            for run, weight in self._from_pinyin(leaf.text):
                yield leaf, replace(leaf, text="".join(run)), "pinyin", weight
            located = locate_tokens(leaf.text)
            tokens = [unit.text for unit in located]
            for start, end in self._runs(tokens, plan):
                for mistake, run, weight in self._near(tuple(tokens[start:end])):
                    text = (
                        leaf.text[: located[start].start] + _written(run) + leaf.text[located[end - 1].end :]
                    )
                    yield leaf, replace(leaf, text=text), mistake, weight

    def _runs(self, tokens: Sequence[str], plan: Plan) -> list[tuple[int, int]]:
        """Return the spans of tokens that no article holds: a short clause, and its groups."""
        spans: list[tuple[int, int]] = []
        if len(tokens) <= _LONGEST_RUN and BOUNDARY not in tokens:
            spans.append((0, len(tokens)))
        at = 0
        for phrase in (phrase for clause in plan.clauses for phrase in clause.phrases):
            while tuple(tokens[at : at + len(phrase.tokens)]) != phrase.tokens:
                if at >= len(tokens):
                    return spans
                at += 1
            span = (at, at + len(phrase.tokens))
            at = span[1]
            if span not in spans and len(phrase.tokens) <= _LONGEST_RUN and not self._holding(phrase.tokens):
                spans.append(span)
        return spans

    # Counting

    def _count(self, plan: Plan) -> int:
        return self._reader.search(plan, sort="newest", offset=0, limit=0).total

    def _holding(self, run: _Run) -> int:
        """Count the articles that hold a run."""
        return self._count(Plan(TokenPhrase(BARE_FIELDS, run), None, (), ()))

    def _frequencies(self, texts: Iterable[str], stream: Literal["bigrams", "tokens"]) -> dict[str, int]:
        """Return in how many titles and bodies each term stands that stands in any."""
        wanted = list(dict.fromkeys(texts))
        terms = [Term(self._field, stream, text, 1.0) for text in wanted]
        found = self._reader.statistics(terms).frequencies
        return {term.text: number for term, number in found.items() if number}

    def _count_bigrams(self, pairs: Iterable[tuple[str, str]], counts: _Counts) -> None:
        """Add the bigrams that stand anywhere, with their numbers, to `counts`."""
        wanted = {bigram(*pair): pair for pair in pairs if pair not in counts}
        found = self._frequencies(wanted, "bigrams")
        counts.update((wanted[text], number) for text, number in found.items())

    def _cohesion(self, run: _Run, counts: _Counts) -> float:
        """Return how much more often the characters of a run stand together than by chance, on average."""
        known = self._characters
        shares = [
            math.log(counts[pair] * self._articles / (known.get(pair[0], 1) * known.get(pair[1], 1)))
            for pair in pairwise(run)
        ]
        return sum(shares) / len(shares)

    @cached_property
    def _articles(self) -> int:
        return max(1, self._reader.statistics(()).articles)

    @cached_property
    def _characters(self) -> dict[str, int]:
        """The usual characters that the archive has, the most frequent first."""
        counts = self._frequencies(_syllables(), "tokens")
        best = heapq.nlargest(_MOST_CHARACTERS, counts.items(), key=lambda item: item[1])
        return dict(best)

    # Runs one step away

    def _near(self, run: _Run) -> Iterator[tuple[Mistake, _Run, float]]:
        if len(run) > 1 and all(map(can_be_cut, run)):
            yield from self._near_characters(run)
        for at, token in enumerate(run):
            if len(token) >= _SHORTEST_WORD and _LETTERS.issuperset(token):
                yield from self._near_word(run, at)

    def _near_characters(self, run: _Run) -> Iterator[tuple[Mistake, _Run, float]]:
        candidates: dict[_Run, tuple[float, Mistake]] = {}
        counts: _Counts = {}

        def add(mistake: Mistake, other: _Run, weakest: int) -> None:
            weight = self._weight(mistake, run, other, weakest, counts)
            if other != run and weight > candidates.get(other, (-math.inf, ""))[0]:
                candidates[other] = (weight, mistake)

        for mistake, other, weakest in self._steps(run, counts):
            add(mistake, other, weakest)
        best = heapq.nlargest(_VERIFIED, candidates.items(), key=lambda item: item[1][0])
        for other, (weight, mistake) in best:
            if len(other) > 2:
                if not (number := self._holding(other)):
                    continue
                weight = self._weight(mistake, run, other, number, counts)
            yield mistake, other, weight

    def _weight(self, mistake: Mistake, run: _Run, other: _Run, number: int, counts: _Counts) -> float:
        """Return how likely `other` was meant, which stands in so many articles."""
        weight = math.log(number) + _COHESION * self._cohesion(other, counts) + _WEIGHTS[mistake]
        if mistake == "sound":
            weight -= _ANOTHER * (sum(map(ne, run, other)) - 1)
        return weight

    def _steps(self, run: _Run, counts: _Counts) -> Iterator[tuple[Mistake, _Run, int]]:
        """Yield runs one step away, with the frequency of their rarest bigram; keep counts in `counts`."""
        yield from self._swapped(run, counts)
        yield from self._changed(run, counts)
        choices = [self._alike(_syllables().get(token, ()), token) for token in run]
        for other, weakest in self._chains(choices, counts):
            yield "sound", other, weakest

    def _swapped(self, run: _Run, counts: _Counts) -> Iterator[tuple[Mistake, _Run, int]]:
        for at in range(len(run) - 1):
            other = (*run[:at], run[at + 1], run[at], *run[at + 2 :])
            self._count_bigrams(pairwise(other), counts)
            if weakest := _weakest(other, counts):
                yield "swapped", other, weakest

    def _changed(self, run: _Run, counts: _Counts) -> Iterator[tuple[Mistake, _Run, int]]:
        """Yield runs with another character, or with one more inside."""
        characters = list(self._characters)
        pairs = (pair for token in run for char in characters for pair in ((token, char), (char, token)))
        self._count_bigrams(chain(pairs, pairwise(run)), counts)
        for at, token in enumerate(run):
            for char in characters:
                other = (*run[:at], char, *run[at + 1 :])
                if weakest := _weakest(other, counts):
                    yield ("sound" if _sound_alike(char, token) else "changed"), other, weakest
        for at in range(1, len(run)):
            for char in characters:
                other = (*run[:at], char, *run[at:])
                if weakest := _weakest(other, counts):
                    yield "missing", other, weakest

    def _alike(self, syllables: Iterable[str], token: str | None = None) -> list[str]:
        chars = {char for syllable in syllables for char in _readings().get(syllable, "")}
        best = heapq.nlargest(_ALIKE, chars & self._characters.keys(), key=self._characters.__getitem__)
        return best if token is None else [*best, token]

    def _chains(self, choices: Sequence[Sequence[str]], counts: _Counts) -> list[tuple[_Run, int]]:
        """Return the best runs of one character of each choice, and how frequent their rarest bigram is."""
        chains: list[tuple[_Run, int]] = [((char,), 1 << 40) for char in choices[0]]
        for following in choices[1:]:
            self._count_bigrams(((run[-1], char) for run, _ in chains for char in following), counts)
            longer = (
                ((*run, char), min(weakest, number))
                for run, weakest in chains
                for char in following
                if (number := counts.get((run[-1], char)))
            )
            chains = heapq.nlargest(_BEAM, longer, key=lambda chain: chain[1])
        return chains

    def _from_pinyin(self, text: str) -> Iterator[tuple[_Run, float]]:
        """Yield runs of characters that are read as a text of letters is written."""
        letters = "".join(text.lower().replace("'", "").replace("ü", "v").split())
        if not letters or not _LETTERS.issuperset(letters):
            return
        found: dict[_Run, int] = {}
        counts: _Counts = {}
        for syllables in islice(_cut(letters), _READINGS):
            if _SYLLABLES[0] <= len(syllables) <= _SYLLABLES[1]:
                choices = [self._alike([syllable]) for syllable in syllables]
                found.update(self._chains(choices, counts))
        for run, _ in heapq.nlargest(_VERIFIED, found.items(), key=lambda item: item[1]):
            if number := self._holding(run):
                yield run, self._weight("pinyin", run, run, number, counts)

    def _near_word(self, run: _Run, at: int) -> Iterator[tuple[Mistake, _Run, float]]:
        counts = self._frequencies(_near_spellings(run[at]), "tokens")
        for word, number in heapq.nlargest(_VERIFIED, counts.items(), key=lambda item: item[1]):
            other = (*run[:at], word, *run[at + 1 :])
            if len(run) == 1 or (number := self._holding(other)):
                yield "spelling", other, math.log(number) + _WEIGHTS["spelling"]


# Sounds and spellings


@cache
def _readings() -> dict[str, str]:
    """Return the characters of each syllable."""
    lines = Path(__file__).with_name("readings.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ") for line in lines if not line.startswith("#"))


@cache
def _syllables() -> dict[str, tuple[str, ...]]:
    """Return the syllables of each character."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for syllable, chars in _readings().items():
        for char in chars:
            found[char].append(syllable)
    return {char: tuple(syllables) for char, syllables in found.items()}


def readings_of(text: str) -> tuple[str, ...]:
    """Return the syllables of a character, or the characters of a syllable; none of any other text."""
    return _syllables().get(text) or tuple(_readings().get(text, ""))


def _sound_alike(one: str, other: str) -> bool:
    known = _syllables()
    return not set(known.get(one, ())).isdisjoint(known.get(other, ()))


def _cut(letters: str, most: int = _SYLLABLES[1]) -> Iterator[tuple[str, ...]]:
    """Yield the ways to cut letters into at most so many syllables, long ones first."""
    if not letters:
        yield ()
        return
    if len(letters) > 6 * most:
        return
    for length in range(min(6, len(letters)), 0, -1):
        if letters[:length] in _readings():
            yield from ((letters[:length], *rest) for rest in _cut(letters[length:], most - 1))


def _near_spellings(word: str) -> Iterator[str]:
    """Yield words with one letter changed, added, left out, or swapped with the next."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in string.ascii_lowercase:
            yield before + letter + after
            yield before + letter + after[1:]


def _weakest(run: _Run, counts: dict[tuple[str, str], int]) -> int:
    """Return how frequent the rarest bigram of a run is."""
    least = 1 << 40
    for pair in pairwise(run):
        if (number := counts.get(pair, 0)) < least:
            if not number:
                return 0
            least = number
    return least


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


def _written(run: _Run) -> str:
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
