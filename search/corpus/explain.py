"""Explain the score of a hit, term by term, recomputed from the article and the index's statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.article import Article
from index.text.analyzer import Analyzer
from index.text.document import LABEL_FIELDS, RANKED_FIELDS, analyze
from index.text.lengths import LENGTHS, length_code
from index.text.tokens import can_be_cut
from search.engines.base import Reader
from search.query.conditions import TokenPhrase, occurrences
from search.query.plan import Clause
from search.query.ranking import Term, rivals, telling, term_score
from search.values import Printable

__all__ = ["TermScore", "term_scores", "uncut"]


@dataclass(frozen=True, slots=True)
class TermScore(Printable):
    """A term of the query that an article holds.

    Attributes:
        term: The term, with its field and stream.
        count: How often the article holds it.
        frequency: How many articles hold it.
        score: What it adds to the article's score.

    Example:
        >>> part = searcher.explain_hit("渡轮", "晨报/1.md")[0]
        >>> part.count, part.frequency
        (1, 2)
    """

    term: Term
    count: int
    frequency: int
    score: float


def term_scores(
    article: Article, terms: Sequence[Term], reader: Reader, analyzer: Analyzer
) -> list[TermScore]:
    """Return the parts that add up to the score of an article, the greatest first.

    A text in title and body is one part, that with the greater score.
    """
    document = analyze(analyzer, article)
    statistics = reader.statistics(terms)
    counts: dict[tuple[str, str], Counter[str]] = {}

    def parts(group: Sequence[Term]) -> Iterator[TermScore]:
        for term in group:
            key = term.field, term.stream
            if key not in counts:
                counts[key] = Counter(document.stream(*key))
            if count := counts[key][term.text]:
                length = LENGTHS[length_code(counts[key].total())]
                score = term_score(term, count, length, statistics)
                yield TermScore(term, count, statistics.frequencies[term], score)

    groups = [list(parts(group)) for group in rivals(telling(terms, statistics))]
    scores = [max(some, key=lambda part: part.score) for some in groups if some]
    return sorted(scores, key=lambda part: -part.score)


def uncut(article: Article, clauses: Sequence[Clause], analyzer: Analyzer) -> list[TokenPhrase]:
    """Return the bare words that the article holds, but cut into other words.

    The segmenter cut the article's sentences elsewhere, so these words match
    as a phrase does, and do not score as words.
    """
    document = analyze(analyzer, article)
    return [
        phrase
        for clause in clauses
        if clause.kind == "words" and not clause.negated and clause.field in (None, *RANKED_FIELDS)
        for phrase in clause.phrases
        if len(phrase.tokens) > 1 and can_be_cut(phrase.tokens[0]) and not phrase.prefix
        for fields in [[field for field in phrase.fields if field not in LABEL_FIELDS]]
        if any(any(occurrences(document.stream(field, "tokens"), phrase)) for field in fields)
        and not any("".join(phrase.tokens) in document.stream(field, "words") for field in fields)
    ]
