"""How well a document answers a query: weighted sums of BM25.

Every distinct term of the query's text is scored in each field and stream
where it may stand; what must match is another matter (see match.py). Every
engine computes the same sum.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.text.document import LABEL_FIELDS

__all__ = [
    "COMMON",
    "FIELD_WEIGHTS",
    "FUNCTION_WORDS",
    "K1",
    "STREAM_WEIGHTS",
    "B",
    "Statistics",
    "Term",
    "idf",
    "telling",
    "term_score",
]

K1 = 1.2
B = 0.75

# Each constant stands in the middle of a plateau; docs/relevance.md has the tables.
FIELD_WEIGHTS = {"title": 0.75, "body": 1.0, "author": 0.75, "tag": 0.75}
STREAM_WEIGHTS = {"words": 1.0, "bigrams": 0.75, "tokens": 0.75}

COMMON = 0.1
"""A unit that more than this part of the articles has tells nothing that bigrams do not tell better."""

_ASKING = (
    "什么 甚么 啥 哪 哪些 哪个 哪里 哪儿 哪位 哪种 哪一 哪一个 谁 何 何时 何处 何种 何人 何者 何地"
    " 为何 因何 如何 怎么 怎样 怎么样 为什么 多少 几 多久 吗 呢 是否"
)
_JOINING = (
    "的 地 得 了 着 过 是 在 和 与 及 以及 或 之 于 以 为 由 被 把 将 对 从 到 向 自 而 并 也 都 就 又"
    " 所 等 其 此 该 这 那 个 有 因 因为 让 使 可以"
)
FUNCTION_WORDS = frozenset(f"{_ASKING} {_JOINING}".split())
"""Words that every text has and no article is about; they must match, and do not score."""


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


def telling(terms: Sequence[Term], statistics: Statistics) -> list[Term]:
    """The terms that are worth scoring: without tokens that are common, where there are bigrams."""
    if all(term.stream != "bigrams" for term in terms):
        return list(terms)
    limit = COMMON * statistics.articles
    return [term for term in terms if term.stream != "tokens" or statistics.frequencies[term] <= limit]


def idf(articles: int, frequency: int) -> float:
    """Inverse document frequency as in Lucene, ln(1 + (N - df + 0.5) / (df + 0.5)).

    Never negative (Robertson & Zaragoza 2009, eq. 3.15, with the +1 of
    Lucene's BM25Similarity).
    """
    return math.log(1 + (articles - frequency + 0.5) / (frequency + 0.5))


def term_score(term: Term, count: int, length: int, statistics: Statistics) -> float:
    """Score one term in one document that has it.

    By BM25 in title and body (Robertson & Zaragoza 2009, eq. 3.15), where
    `count` is how often it stands there and `length` the number of terms of
    that field and stream, rounded as in lengths.py. An author or tag is there
    or not, and scores its idf.
    """
    if term.field in LABEL_FIELDS:
        return term.weight * idf(statistics.articles, statistics.frequencies[term])
    mean = statistics.mean_lengths[term.field, term.stream]
    norm = K1 * (1 - B + B * length / mean)
    weight = term.weight * idf(statistics.articles, statistics.frequencies[term])
    return weight * count * (K1 + 1) / (count + norm)
