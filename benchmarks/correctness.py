"""Is quoted text found? Runs of 1 to 8 tokens from random articles, against brute force.

    python -m benchmarks.correctness ARCHIVE [--runs 2000] [--engine whoosh]...

Every run is quoted and looked up; the truth is every article whose tokens hold
the run, or the run in another spelling. Runs without a space or an operator are
looked up unquoted too, where words may stand apart: a full match that does not
hold the run counts as wrong. The other systems index the same titles and
paragraphs; they fold no scripts, so for them only the article that the run was
taken from counts as missed.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.systems import Fts5Trigram, System, WhooshJieba, plain
from index import Article, rebuild
from index.engines.registry import reader_class
from index.storage.directory import IndexDirectory
from index.storage.store import Store
from index.text.analyzer import Analyzer
from index.text.tokens import BOUNDARY, locate_tokens, token_text, tokenize
from search.query.parser import parse
from search.query.plan import make_plan
from search.query.variants import spellings


@dataclass
class Score:
    """How a system did: runs that missed the article they came from, or any, or found a wrong one."""

    system: str
    missed_own: int = 0
    missed_any: int | None = None
    wrong: int | None = None
    seconds: list[float] = field(default_factory=list)


def draw(articles: Sequence[Article], number: int, seed: int) -> list[tuple[Article, str]]:
    """Runs of 1 to 8 tokens, each from a random place of a random article."""
    rng = random.Random(seed)
    runs: list[tuple[Article, str]] = []
    while len(runs) < number:
        article = rng.choice(articles)
        text = article.title if rng.random() < 0.1 else rng.choice(article.paragraphs or ("",))
        tokens = [token for token in locate_tokens(text) if token.text != BOUNDARY]
        # A sign at the edge of a run is none by itself, and a run of nothing else is no query.
        if tokens:
            first = rng.randrange(len(tokens))
            last = min(len(tokens), first + rng.randint(1, 8)) - 1
            run = plain(text[tokens[first].start : tokens[last].end])
            if tokenize(run):
                runs.append((article, run))
    return runs


def truth(haystacks: dict[str, list[str]], run: str) -> set[str]:
    tokens = tokenize(run)
    readings = spellings().readings(tokens, Analyzer().words(tokens))
    needles = [token_text(tokens), *(token_text(reading.tokens) for reading in readings)]
    return {
        id for id, texts in haystacks.items() if any(needle in text for text in texts for needle in needles)
    }


def measure_ours(
    articles: Sequence[Article], runs: Sequence[tuple[Article, str]], engine: str, place: Path
) -> list[Score]:
    haystacks = {
        article.id: [token_text(tokenize(text)) for text in (article.title, article.body)]
        for article in articles
    }
    rebuild(articles, place, engine=engine, workers=2)
    quoted = Score(f"jiansuo, {engine}", missed_any=0, wrong=0)
    bare = Score(f"jiansuo, {engine}, unquoted", wrong=0)
    with open_reader(place, engine) as find:
        for article, run in runs:
            found, seconds = find(f'"{run}"')
            right = truth(haystacks, run)
            quoted.seconds.append(seconds)
            quoted.missed_own += article.id not in found
            quoted.missed_any = (quoted.missed_any or 0) + bool(right - found)
            quoted.wrong = (quoted.wrong or 0) + bool(found - right)
            if may_be_typed(run):
                found, seconds = find(run)
                bare.seconds.append(seconds)
                bare.missed_own += article.id not in found
                bare.wrong = (bare.wrong or 0) + bool(found - right)
    return [quoted, bare]


@contextmanager
def open_reader(place: Path, engine: str) -> Iterator[Callable[[str], tuple[set[str], float]]]:
    """The ids of all full matches of a query, and the seconds that finding them took, without snippets."""
    directory = IndexDirectory(place)
    store = Store(directory.store_path(directory.manifest()), readonly=True)
    analyzer = Analyzer()
    reader = reader_class(engine)(directory.engine(1), store, 1, analyzer)
    ids = {row: article.id for row, article in store.every_article(1)}
    now = datetime.now(timezone.utc)

    def find(query: str) -> tuple[set[str], float]:
        began = time.perf_counter()
        plan = make_plan(parse(query), query, analyzer=analyzer, tz=timezone.utc, now=now)
        rows = list(reader.rows(plan.match))
        return {ids[row] for row in rows}, time.perf_counter() - began

    yield find
    reader.close()
    store.close()


def may_be_typed(run: str) -> bool:
    """Whether the run means the same without quotation marks: no space, no operator."""
    return not re.search(r"[\s\u200b-\u200f()（）|｜*＊~～:：\"«»]", run) and run[0] not in "-－"


def measure_other(system: System, articles: Sequence[Article], runs: Sequence[tuple[Article, str]]) -> Score:
    system.build(articles)
    score = Score(system.name)
    for article, run in runs:
        began = time.perf_counter()
        found = system.phrase(run)
        score.seconds.append(time.perf_counter() - began)
        score.missed_own += article.id not in found
    return score


def read_archive(archive: str) -> list[Article]:
    """All articles of an archive, read as an index would read them."""
    with tempfile.TemporaryDirectory() as place:
        rebuild([archive], place, engine="memory", workers=2)
        directory = IndexDirectory(place)
        store = Store(directory.store_path(directory.manifest()), readonly=True)
        articles = [article for _, article in store.every_article(1)]
        store.close()
    return articles


def table(scores: Sequence[Score]) -> str:
    lines = [
        "| system | runs | missed its own article | missed any article | found a wrong one | median ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for score in scores:
        middle = sorted(score.seconds)[len(score.seconds) // 2] * 1000
        missed_any = "" if score.missed_any is None else score.missed_any
        wrong = "" if score.wrong is None else score.wrong
        cells = (score.system, len(score.seconds), score.missed_own, missed_any, wrong, f"{middle:.1f}")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", action="append", help="one of ours; may be repeated (default: whoosh)")
    parser.add_argument("--ours-only", action="store_true", help="leave the other systems out")
    options = parser.parse_args()
    articles = read_archive(options.archive)
    runs = draw(articles, options.runs, options.seed)
    with tempfile.TemporaryDirectory() as place:
        scores = []
        for engine in options.engine or ["whoosh"]:
            scores += measure_ours(articles, runs, engine, Path(place, engine))
        if not options.ours_only:
            for kind in (WhooshJieba, Fts5Trigram):
                scores.append(measure_other(kind(Path(place, kind.__name__)), articles, runs))
    print(f"{len(articles)} articles\n\n{table(scores)}")
    return int(
        any(
            score.missed_own or score.missed_any or (score.wrong and "unquoted" not in score.system)
            for score in scores
            if "jiansuo" in score.system
        )
    )


if __name__ == "__main__":
    sys.exit(main())
