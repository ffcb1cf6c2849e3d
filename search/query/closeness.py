"""Closeness: how near each other, and how far in front, the words of a query stand in an article.

Takes the words of a plan and the token texts of an article, and returns a factor
by which its score grows. BM25 does not see where words stand. The title is put in
front of the body, as a reader sees it: without it, articles that merely repeat the
words of another one's title overtake it.

Partial matches need not have the quotations inside a pasted sentence word for
word, since quotation marks may be mere punctuation there. Those that do are raised.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TypeAlias

from index.text.document import RANKED_FIELDS
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, can_be_cut, token_text
from search.query.conditions import TokenPhrase
from search.query.plan import Plan
from search.query.ranking import FUNCTION_WORDS, Statistics, Term, idf
from search.values import Printable

__all__ = ["Closeness", "ClosenessOf", "wanted_quotations", "wanted_words"]

# In characters of token text. Neighbouring values rank as well; docs/relevance.md has the measurements.
_WINDOW = 64
_PAIR = 16
_LEAD = 256
_PAIRS_HALF = 1.2

_QUOTED = 0.5

# Bounds for pasted texts, and for texts that repeat a word without end.
_MOST_WORDS = 64
_MOST_PLACES = 256


@dataclass(frozen=True, slots=True)
class Closeness(Printable):
    """How near each other the words of a query stand in an article. Each part is between 0 and 1.

    Attributes:
        window: The greatest share of the words, by idf, that stand within 64 characters.
        pairs: How often words that are neighbours in the query stand within 16 characters of each other.
        lead: The share of the words, by idf, that stand among the first 256 characters, the title's first.
        quoted: Of a partial match, the share of the quotations inside a sentence that stand word for word.

    Example:
        >>> near = searcher.explain_closeness("渡轮 停航", "晨报/1.md")
        >>> near.window, near.lead
        (1.0, 1.0)
    """

    window: float
    pairs: float
    lead: float
    quoted: float = 0.0

    @property
    def factor(self) -> float:
        """What the score of an article is multiplied by."""
        return (1 + self.window + self.pairs + self.lead / 2) * (1 + _QUOTED * self.quoted)


def wanted_words(plan: Plan) -> tuple[Term, ...]:
    """Return the words of a plan, each once and in the order of the query, as terms.

    There are none if the query has only one, however many ways there are to write it:
    its place alone would decide, which says little of what an article is about.
    Function words, negated clauses and clauses for other fields than title and
    body are left out. Of a clause that is read in several ways, the words of all
    count.
    """
    found: dict[str, Term] = {}
    typed: set[str] = set()
    for clause in plan.clauses:
        if clause.negated or clause.field not in (None, *RANKED_FIELDS):
            continue
        typed.update(word for word in clause.streams.words if word not in FUNCTION_WORDS)
        for reading in clause.readings():
            for word in reading.streams.words:
                if word not in FUNCTION_WORDS and len(found) < _MOST_WORDS:
                    found.setdefault(word, Term(clause.field or "body", "words", word, 1.0))
    return tuple(found.values()) if len(typed) > 1 else ()


Quotations: TypeAlias = Sequence[Sequence[TokenPhrase]]
"""Quotations inside a sentence, each in all its readings."""


def wanted_quotations(plan: Plan) -> Quotations:
    """Return the quotations inside a sentence, which partial matches need not have."""
    inside = [clause for clause in plan.clauses if clause.inside and not clause.negated]
    return [[reading.phrases[0] for reading in clause.readings()] for clause in inside[:_MOST_WORDS]]


class ClosenessOf:
    """Measures how near each other some words stand in token texts.

    Args:
        words: What `wanted_words` returned.
        statistics: Those of the index for them.
        quotations: What `wanted_quotations` returned.
    """

    def __init__(self, words: Sequence[Term], statistics: Statistics, quotations: Quotations = ()) -> None:
        self._quotations = [
            [(token_text(phrase.tokens), phrase.prefix) for phrase in readings] for readings in quotations
        ]
        self._needles = [
            token_text(term.text if can_be_cut(term.text[0]) else (term.text,)) for term in words
        ]
        self._weights = [idf(statistics.articles, statistics.frequencies[term]) for term in words]
        self._total = sum(self._weights)

    def __call__(self, title: TokenText, body: TokenText, *, partial: bool = False) -> Closeness:
        """Return the closeness in an article of these token texts, which may be a partial match."""
        quoted = self._quoted(title, body) if partial and self._quotations else 0.0
        if not self._needles:
            return Closeness(0.0, 0.0, 0.0, quoted)
        text = title.text + BOUNDARY + body.text if title.text else body.text
        places = [list(islice(_places(text, needle), _MOST_PLACES)) for needle in self._needles]
        lead = sum(
            weight for weight, some in zip(self._weights, places, strict=True) if some and some[0] < _LEAD
        )
        return Closeness(self._window(places) / self._total, self._pairs(places), lead / self._total, quoted)

    def _quoted(self, title: TokenText, body: TokenText) -> float:
        """Return the share of the quotations that stand in one of the texts."""
        standing = sum(
            any(text.holds(needle, prefix=prefix) for needle, prefix in readings for text in (title, body))
            for readings in self._quotations
        )
        return standing / len(self._quotations)

    def _window(self, places: list[list[int]]) -> float:
        """Return the greatest weight of distinct words that begin within one window."""
        every = sorted((at, word) for word, some in enumerate(places) for at in some)
        counts = [0] * len(places)
        best = weight = 0.0
        first = 0
        for at, word in every:
            if not counts[word]:
                weight += self._weights[word]
            counts[word] += 1
            while every[first][0] <= at - _WINDOW:
                dropped = every[first][1]
                counts[dropped] -= 1
                if not counts[dropped]:
                    weight -= self._weights[dropped]
                first += 1
            best = max(best, weight)
        return min(best, self._total)

    def _pairs(self, places: list[list[int]]) -> float:
        total = score = 0.0
        for (one, weight), (other, another) in pairwise(zip(places, self._weights, strict=True)):
            smaller = min(weight, another)
            total += smaller
            if one and other:
                number = sum(_is_near(at, other) for at in one)
                score += smaller * number / (number + _PAIRS_HALF)
        return score / total


def _places(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _is_near(at: int, places: list[int]) -> bool:
    """Return whether one of some ascending places is near another."""
    following = bisect_left(places, at - _PAIR)
    return following < len(places) and places[following] <= at + _PAIR
