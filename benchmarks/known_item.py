"""Is an article found by somebody who remembers a little of it? Queries by a rule, from an archive.

    python -m benchmarks.known_item ARCHIVE [--engine tantivy]... [--number 200]

From articles drawn at random: some words of the title in another order, or
some words of a sentence of the body in theirs. The article is to be found;
others with the same title count as the same.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.correctness import read_archive
from benchmarks.relevance import Collection, ask_lucene, ask_ours, table
from index import Article
from index.text.analyzer import Analyzer
from search.query.ranking import FUNCTION_WORDS

KINDS = (
    "title, 60% of its words",
    "title, 3 words",
    "lead sentence, half",
    "lead sentence, 4 words",
    "a later sentence, 4 words",
)
_SENTENCE_END = re.compile(r"[。！？\n]")
_LEAST = 6


def collection(articles: Sequence[Article], kind: str, number: int, seed: int) -> Collection:
    """Queries of one kind and the articles that they were made from."""
    rng = random.Random(f"{seed} {kind}")
    analyzer = Analyzer()
    same: dict[str, dict[str, int]] = {}
    for article in articles:
        same.setdefault(article.title, {})[article.id] = 1
    queries, relevant = {}, {}
    for article in rng.sample(list(articles), len(articles)):
        words = _remembered(article, kind, analyzer, rng)
        if words:
            queries[article.id] = " ".join(words)
            relevant[article.id] = same[article.title]
        if len(queries) == number:
            break
    return Collection(kind, tuple(articles), queries, relevant)


def _remembered(article: Article, kind: str, analyzer: Analyzer, rng: random.Random) -> list[str]:
    """Words of the article that somebody might type; none where there are too few to choose from."""
    if kind.startswith("title"):
        words = _telling(article.title, analyzer)
        some = [word for word in words if rng.random() < 0.6] if "60%" in kind else words
        rng.shuffle(some)
        return some if "60%" in kind else some[:3]
    sentences = [text for text in _SENTENCE_END.split(article.body) if len(text) >= 4 * _LEAST]
    if len(sentences) < 4:
        return []
    sentence = sentences[0] if kind.startswith("lead") else rng.choice(sentences[2:])
    words = _telling(sentence, analyzer)
    if len(words) < _LEAST:
        return []
    kept = len(words) // 2 if "half" in kind else 4
    return [words[at] for at in sorted(rng.sample(range(len(words)), kept))]


def _telling(text: str, analyzer: Analyzer) -> list[str]:
    """The distinct words of a text that say something."""
    words = dict.fromkeys(analyzer.analyze(text).words)
    return [word for word in words if word not in FUNCTION_WORDS and word not in ("or", "not", "and")]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("--engine", action="append", help="may be repeated (default: whoosh)")
    parser.add_argument("--number", type=int, default=200, help="queries of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lucene", action="store_true", help="measure Lucene too (needs Java and Maven)")
    options = parser.parse_args(arguments)
    articles = read_archive(options.archive)
    with tempfile.TemporaryDirectory() as place:
        for kind in KINDS:
            made = collection(articles, kind, options.number, options.seed)
            outcomes = [
                ask_ours(made, engine, Path(place, engine)) for engine in options.engine or ["whoosh"]
            ]
            if options.lucene:
                outcomes += ask_lucene(made, Path(place))
            print(table(made, outcomes), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
