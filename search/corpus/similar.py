"""Find similar articles: those that share the words of greatest tf-idf with an article."""

from __future__ import annotations

from collections import Counter

from index.text.analyzer import Analyzer
from index.text.document import RANKED_FIELDS
from index.text.tokens import can_be_cut
from search.engines.base import Reader
from search.query.conditions import AnyOf, Condition, TokenPhrase
from search.query.plan import Plan
from search.query.ranking import FIELD_WEIGHTS, STREAM_WEIGHTS, Term, idf

__all__ = ["similarity_plan", "telling_words"]

_WORDS = 25
# Most words whose frequencies are looked up, and tokens of each field that are cut into words,
# however long the article.
_CANDIDATES = 120
_TOKENS = 20_000


def similarity_plan(row: int, reader: Reader, analyzer: Analyzer) -> Plan:
    """Return the plan that finds articles similar to that of a row, and this one too."""
    words = telling_words(row, reader, analyzer)
    phrases: list[Condition] = [
        TokenPhrase(RANKED_FIELDS, tuple(word) if can_be_cut(word[0]) else (word,)) for word in words
    ]
    terms = tuple(
        Term(field, "words", word, FIELD_WEIGHTS[field] * STREAM_WEIGHTS["words"])
        for word in words
        for field in RANKED_FIELDS
    )
    return Plan(AnyOf(tuple(phrases)), None, terms, ())


def telling_words(row: int, reader: Reader, analyzer: Analyzer) -> list[str]:
    """Return the words of greatest tf-idf that other articles hold too, the greatest first.

    Single characters and numbers are left out, because they are everywhere.
    """
    counts: Counter[str] = Counter()
    for field, text in zip(RANKED_FIELDS, reader.token_texts([row])[row], strict=True):
        words = analyzer.words(text.tokens(0, text.after(0, _TOKENS)))
        for word, number in Counter(words).items():
            counts[word] += round(number * FIELD_WEIGHTS[field])
    frequent = [(word, count) for word, count in counts.most_common() if len(word) > 1 and not word.isdigit()]
    candidates = dict(frequent[:_CANDIDATES])
    terms = {Term(field, "words", word, 1.0): word for word in candidates for field in RANKED_FIELDS}
    statistics = reader.statistics(list(terms))
    frequencies: Counter[str] = Counter()
    for term, word in terms.items():
        frequencies[word] = max(frequencies[word], statistics.frequencies[term])
    weights = {
        word: count * idf(statistics.articles, frequencies[word])
        for word, count in candidates.items()
        if frequencies[word] > 1
    }
    return sorted(weights, key=lambda word: (-weights[word], word))[:_WORDS]
