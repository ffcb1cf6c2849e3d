"""Find similar articles: those that share the words of greatest tf-idf with an article."""

from __future__ import annotations

from collections import Counter

from index.article import Article
from index.text.analyzer import Analyzer
from index.text.document import RANKED_FIELDS, analyze
from index.text.tokens import can_be_cut
from search.engines.base import Reader
from search.query.conditions import AnyOf, Condition, TokenPhrase
from search.query.plan import Plan
from search.query.ranking import FIELD_WEIGHTS, STREAM_WEIGHTS, Term, idf

__all__ = ["similarity_plan", "telling_words"]

_WORDS = 25
# Most words whose frequencies are looked up, however long the article.
_CANDIDATES = 120


def similarity_plan(article: Article, reader: Reader, analyzer: Analyzer) -> Plan:
    """Return the plan that finds similar articles, and the article itself; nothing without telling words."""
    words = telling_words(article, reader, analyzer)
    phrases: list[Condition] = [
        TokenPhrase(RANKED_FIELDS, tuple(word) if can_be_cut(word[0]) else (word,)) for word in words
    ]
    terms = tuple(
        Term(field, "words", word, FIELD_WEIGHTS[field] * STREAM_WEIGHTS["words"])
        for word in words
        for field in RANKED_FIELDS
    )
    return Plan(AnyOf(tuple(phrases)), None, terms, ())


def telling_words(article: Article, reader: Reader, analyzer: Analyzer) -> list[str]:
    """Return the words of greatest tf-idf that other articles hold too, the greatest first.

    Single characters and numbers are left out, because they are everywhere.
    """
    document = analyze(analyzer, article)
    counts: Counter[str] = Counter()
    for field in RANKED_FIELDS:
        for word, number in Counter(document.stream(field, "words")).items():
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
