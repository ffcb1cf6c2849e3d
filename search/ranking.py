"""How well a document answers a query: weighted sums of BM25.

Every distinct term of the query's text is scored in each field and stream
where it may stand; what must match is another matter (see match.py). Every
engine computes the same sum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["FIELD_WEIGHTS", "K1", "STREAM_WEIGHTS", "B", "Statistics", "Term", "bm25", "idf"]

K1 = 1.2
B = 0.75

FIELD_WEIGHTS = {"title": 2.0, "body": 1.0}
STREAM_WEIGHTS = {"words": 1.0, "grams": 1.0, "units": 0.5}


@dataclass(frozen=True, slots=True)
class Term:
    """A term to score: where it may stand, and how much it weighs."""

    field: str
    stream: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 needs to know of the whole index, for some terms.

    `articles` counts documents, `mean_lengths` has terms a document for each
    field and stream, `frequencies` the number of documents with each term.
    """

    articles: int
    mean_lengths: dict[tuple[str, str], float]
    frequencies: dict[Term, int]


def idf(articles: int, frequency: int) -> float:
    """Inverse document frequency as in Lucene, ln(1 + (N - df + 0.5) / (df + 0.5)).

    Never negative (Robertson & Zaragoza 2009, eq. 3.15, with the +1 of
    Lucene's BM25Similarity).
    """
    return math.log(1 + (articles - frequency + 0.5) / (frequency + 0.5))


def bm25(term: Term, count: int, length: int, statistics: Statistics) -> float:
    """Score one term in one document.

    `count` is how often it stands there, `length` the number of terms of that
    field and stream, rounded as in lengths.py (Robertson & Zaragoza 2009, eq. 3.15).
    """
    mean = statistics.mean_lengths[term.field, term.stream]
    norm = K1 * (1 - B + B * length / mean)
    weight = term.weight * idf(statistics.articles, statistics.frequencies[term])
    return weight * count * (K1 + 1) / (count + norm)
