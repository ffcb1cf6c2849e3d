"""Ranking: the score of a document is a weighted sum of BM25 over the query's terms.

A term is one text in one field and stream; each counts once, however often the
query repeats it. Of the same text in title and body the greater score counts, not
the sum: a title usually says again what the body says. The sum is the same for
every engine. Whether a document matches at all is decided in
search/query/conditions.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
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
    "rivals",
    "telling",
    "term_score",
]

K1 = 1.2
B = 0.75

# Neighbouring values rank as well; docs/relevance.md has the measurements.
FIELD_WEIGHTS = {"title": 0.75, "body": 1.0, "author": 0.75, "tag": 0.75}
STREAM_WEIGHTS = {"words": 1.0, "bigrams": 0.75, "tokens": 0.75}

COMMON = 0.1
"""The share of articles above which a token is not scored, if the query has bigrams, which tell more."""

_ASKING = (
    "什么 甚么 啥 哪 哪些 哪个 哪里 哪儿 哪位 哪种 哪一 哪一个 谁 何 何时 何处 何种 何人 何者 何地"
    " 为何 因何 如何 怎么 怎样 怎么样 为什么 多少 几 多久 吗 呢 是否"
)
_JOINING = (
    "的 地 得 了 着 过 是 在 和 与 及 以及 或 之 于 以 为 由 被 把 将 对 从 到 向 自 而 并 也 都 就 又"
    " 所 等 其 此 该 这 那 个 有 因 因为 让 使 可以"
)
FUNCTION_WORDS = frozenset(f"{_ASKING} {_JOINING}".split())
"""Words that are in every text and that no article is about. They must match but are not scored."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term to score, in one field and stream, with its weight."""

    field: str
    stream: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """Statistics of the index that BM25 needs to score some terms.

    Attributes:
        articles: The number of documents.
        mean_lengths: The mean number of terms a document, by field and stream.
        frequencies: The number of documents with each term.
    """

    articles: int
    mean_lengths: dict[tuple[str, str], float]
    frequencies: dict[Term, int]


def telling(terms: Sequence[Term], statistics: Statistics) -> list[Term]:
    """Return the terms worth scoring: if there are bigrams, without tokens more frequent than COMMON."""
    if all(term.stream != "bigrams" for term in terms):
        return list(terms)
    limit = COMMON * statistics.articles
    return [term for term in terms if term.stream != "tokens" or statistics.frequencies[term] <= limit]


def rivals(terms: Iterable[Term]) -> list[tuple[Term, ...]]:
    """Return groups of terms, of which the greatest score counts: a text in title and body is one group."""
    groups: dict[tuple[str, ...], list[Term]] = {}
    for term in terms:
        key = (term.stream, term.text, *([term.field] if term.field in LABEL_FIELDS else []))
        groups.setdefault(key, []).append(term)
    return list(map(tuple, groups.values()))


def idf(articles: int, frequency: int) -> float:
    """Return the inverse document frequency as in Lucene, ln(1 + (N - df + 0.5) / (df + 0.5)).

    Never negative (Robertson & Zaragoza 2009, eq. 3.15, with the +1 of
    Lucene's BM25Similarity).
    """
    return math.log(1 + (articles - frequency + 0.5) / (frequency + 0.5))


def term_score(term: Term, count: int, length: int, statistics: Statistics) -> float:
    """Return the score of one term in one document that has it.

    In title and body this is BM25 (Robertson & Zaragoza 2009, eq. 3.15); an author
    or tag scores its idf.

    Args:
        term: The term.
        count: How often the document's field and stream has it.
        length: The number of terms of that field and stream, rounded as in index/text/lengths.py.
        statistics: Those of the index.
    """
    if term.field in LABEL_FIELDS:
        return term.weight * idf(statistics.articles, statistics.frequencies[term])
    mean = statistics.mean_lengths[term.field, term.stream]
    norm = K1 * (1 - B + B * length / mean)
    weight = term.weight * idf(statistics.articles, statistics.frequencies[term])
    return weight * count * (K1 + 1) / (count + norm)
