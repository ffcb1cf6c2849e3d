"""How fast are queries answered? The same queries for every system, ten hits with the total count.

    python -m benchmarks.searching ARCHIVE [--articles 1000] [--rounds 3] [--lucene]

The queries are drawn from the archive by a rule: rare, middling and common
words, two and three words, phrases of 2 to 8 units, dates, sources, and the
words of a natural question. The systems answer them all in turn, round by
round, after one round that does not count; of a query's times the median
counts. Ours are measured with snippets, as an application gets its hits, and
without. Times are of the processor: nothing here waits for a disk, and other
work on the machine disturbs the clock.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks import lucene
from benchmarks.correctness import read_archive
from benchmarks.indexing import sample
from benchmarks.measure import percentile, run, size
from benchmarks.systems import Fts5Trigram, WhooshJieba, plain
from index import Article, rebuild
from index.engines.registry import reader_class
from index.storage.directory import IndexDirectory
from index.storage.store import Store
from index.text.analyzer import Analyzer
from index.text.tokens import BOUNDARY, locate_tokens
from search import Searcher
from search.engines.base import Sort
from search.query.parser import parse
from search.query.plan import make_plan
from search.query.ranking import FUNCTION_WORDS

KINDS = ("word", "words", "phrase", "dates", "source", "question")
_WHY = "为什么"


@dataclass(frozen=True, slots=True)
class Question:
    """A query: of which kind, in our language, and in the parts that other systems take."""

    kind: str
    query: str
    parts: tuple[str, ...]


def draw(articles: Sequence[Article], number: int, seed: int) -> list[Question]:
    """Some `number` queries, a sixth of each kind but more words and phrases than dates and sources."""
    rng = random.Random(seed)
    analyzer = Analyzer()
    frequencies = Counter(
        word for article in articles for word in set(analyzer.analyze(article.body).words) if len(word) > 1
    )
    ranked = [word for word, count in frequencies.most_common() if count > 1 and word not in FUNCTION_WORDS]
    thirds = [ranked[: len(ranked) // 100], ranked[len(ranked) // 100 : len(ranked) // 10], ranked]
    share = max(1, number // 20)
    found: list[Question] = []
    for words in thirds:
        found += [Question("word", word, (word,)) for word in rng.choices(words, k=share * 2)]
    for count in (2, 3):
        for _ in range(share * 3):
            words = rng.sample(_words(rng.choice(articles), analyzer), count)
            found.append(Question("words", " ".join(words), tuple(words)))
    for at in range(share * 4):
        phrase = _phrase(articles, 2 + at % 7, rng)
        found.append(Question("phrase", f'"{phrase}"', (phrase,)))
    found += _filters(articles, share, rng)
    for _ in range(share * 2):
        words = rng.sample(_words(rng.choice(articles), analyzer), 4)
        text = "".join(words[:2]) + _WHY + "".join(words[2:]) + "？"
        found.append(Question("question", text, (text,)))
    return found


def _words(article: Article, analyzer: Analyzer) -> list[str]:
    words = dict.fromkeys(word for word in analyzer.analyze(article.body).words if len(word) > 1)
    telling = [word for word in words if word not in FUNCTION_WORDS]
    return telling if len(telling) > 4 else ["中国", "美国", "日本", "经济", "世界"]


def _phrase(articles: Sequence[Article], length: int, rng: random.Random) -> str:
    while True:
        text = plain(rng.choice(rng.choice(articles).paragraphs or ("",)))
        tokens = locate_tokens(text)
        first = rng.randrange(max(1, len(tokens)))
        piece = tokens[first : first + length]
        if len(piece) == length and all(token.text != BOUNDARY for token in piece):
            return text[piece[0].start : piece[-1].end]


def _filters(articles: Sequence[Article], share: int, rng: random.Random) -> Iterator[Question]:
    days = [article.date for article in articles if article.date] or [
        datetime(2020, 1, 1, tzinfo=timezone.utc)
    ]
    names = [name for article in articles for name in article.sources] or ["rfi.fr"]
    for _ in range(share):
        day = rng.choice(days)
        start = datetime(day.year, day.month, 1, tzinfo=timezone.utc)
        end = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=timezone.utc)
        bounds = (str(int(start.timestamp())), str(int(end.timestamp())))
        yield Question("dates", f"date:{start:%Y-%m}", bounds)
        name = rng.choice(names)
        yield Question("source", f'source:"{name}"', (name,))


@dataclass(frozen=True, slots=True)
class System:
    """What is asked: the queries that it can answer, and how; where its index is."""

    name: str
    questions: Sequence[Question]
    ask: Callable[[Question], object]
    directory: Path


@dataclass(frozen=True, slots=True)
class Times:
    """A system's median seconds of every query that it could answer, and the bytes of its index."""

    system: str
    seconds: dict[Question, float]
    size: int


def time_in_turn(systems: Sequence[System], rounds: int) -> Iterator[Times]:
    """Let all systems answer once to warm up, then `rounds` times, each in turn; processor seconds."""
    taken: dict[tuple[str, Question], list[float]] = {}
    for number in range(rounds + 1):
        shift = number % len(systems)
        for system in (*systems[shift:], *systems[:shift]):
            for question in system.questions:
                began = process_time()
                system.ask(question)
                if number:
                    taken.setdefault((system.name, question), []).append(process_time() - began)
    for system in systems:
        seconds = {question: median(taken[system.name, question]) for question in system.questions}
        yield Times(system.name, seconds, size(system.directory))


def ours(
    articles: Sequence[Article], questions: Sequence[Question], engine: str, place: Path, stack: ExitStack
) -> Iterator[System]:
    """With snippets through the public API, then with the articles, then only the engine's own work."""
    rebuild(articles, place, engine=engine, workers=os.cpu_count() or 1)
    searcher = stack.enter_context(Searcher(place, tz="UTC"))
    directory = IndexDirectory(place)
    store = stack.enter_context(closing(Store(directory.store_path(directory.manifest()), readonly=True)))
    analyzer = Analyzer()
    reader = reader_class(engine)(directory.engine(1), store, 1, analyzer)
    stack.enter_context(closing(reader))

    def find(question: Question, *, fetch: bool) -> None:
        now = datetime.now(timezone.utc)
        plan = make_plan(parse(question.query), question.query, analyzer=analyzer, tz=timezone.utc, now=now)
        sort: Sort = "relevance" if plan.terms else "newest"
        found = reader.search(plan, sort=sort, offset=0, limit=10)
        if fetch:
            store.articles([row.row for row in found.rows])

    name = f"jiansuo {engine}"
    yield System(f"{name}, with snippets", questions, lambda q: searcher.search(q.query), place)
    yield System(f"{name}, engine and articles", questions, partial(find, fetch=True), place)
    yield System(f"{name}, engine alone", questions, partial(find, fetch=False), place)


def with_whoosh(articles: Sequence[Article], questions: Sequence[Question], place: Path) -> Iterator[System]:
    """Whoosh as the straightforward composition uses it; dates and sources it does not know."""
    system = WhooshJieba(place)
    system.build(articles)
    known = [question for question in questions if question.kind not in ("dates", "source")]
    name = "ChineseAnalyzer + Whoosh"
    yield System(name, known, lambda q: system.first([q.query]), place)
    yield System(f"{name}, with snippets", known, lambda q: system.snippets([q.query]), place)


def with_fts5(articles: Sequence[Article], questions: Sequence[Question], place: Path) -> System:
    """FTS5's trigrams; words and phrases of at least three characters only, as it cannot answer others."""
    system = Fts5Trigram(place)
    system.build(articles)
    kinds = ("word", "words", "phrase")
    known = [q for q in questions if q.kind in kinds and min(map(len, q.parts)) >= 3]
    return System("SQLite FTS5 trigram", known, lambda q: system.first(q.parts), place)


def with_lucene(
    articles: Sequence[Article], questions: Sequence[Question], place: Path, rounds: int
) -> Iterator[Times]:
    """Lucene in a Java program of its own, after the others; its seconds are of the clock."""
    kinds = {"word": "all", "words": "all", "question": "any"}
    file = place / "articles.tsv"
    lucene.write_articles(articles, file)
    asked = [
        lucene.Asked(str(number), kinds.get(question.kind, question.kind), question.parts)
        for number, question in enumerate(questions)
    ]
    for analyzer, name in lucene.ANALYZERS.items():
        run(lucene.index_command(file, analyzer, place / analyzer, os.cpu_count() or 1))
        taken: dict[Question, list[float]] = {}
        # Java is warm only after some thousand queries.
        for answer in lucene.search(place / analyzer, analyzer, asked, limit=10, rounds=rounds + 10):
            taken.setdefault(questions[int(answer.id)], []).append(answer.seconds)
        seconds = {question: median(some[10:]) for question, some in taken.items()}
        yield Times(f"Lucene {name}", seconds, size(place / analyzer))


def table(results: Sequence[Times]) -> str:
    lines = [
        "| system | index MiB | queries | p50 ms | p95 ms | p99 ms | "
        + " | ".join(f"{kind} p50" for kind in KINDS)
        + " |",
        "|---|---:|---:|---:|---:|---:|" + "---:|" * len(KINDS),
    ]
    for times in results:
        values = list(times.seconds.values())
        cells = [f"{percentile(values, percent) * 1000:.2f}" for percent in (50, 95, 99)]
        for kind in KINDS:
            some = [seconds for question, seconds in times.seconds.items() if question.kind == kind]
            cells.append(f"{median(some) * 1000:.2f}" if some else "")
        lines.append(
            f"| {times.system} | {times.size / 2**20:.0f} | {len(values)} | " + " | ".join(cells) + " |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--articles", type=int, help="only so many, drawn at random")
    parser.add_argument("--queries", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", action="append", help="may be repeated (default: whoosh)")
    parser.add_argument("--ours-only", action="store_true", help="leave the other systems out")
    parser.add_argument("--lucene", action="store_true", help="Lucene too (needs Java and Maven)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        seeds = sample(options.archive, options.articles, place, options.seed)
        articles = read_archive(str(seeds))
        questions = draw(articles, options.queries, options.seed)
        questions = list(dict.fromkeys(questions))
        with ExitStack() as stack:
            systems: list[System] = []
            for engine in options.engine or ["whoosh"]:
                systems += ours(articles, questions, engine, place / engine, stack)
            if not options.ours_only:
                systems.append(with_fts5(articles, questions, place / "fts5"))
                systems += with_whoosh(articles, questions, place / "straightforward")
            results = list(time_in_turn(systems, options.rounds))
        if options.lucene:
            results += with_lucene(articles, questions, place, options.rounds)
    print(f"{len(articles)} articles, {len(questions)} queries, load {os.getloadavg()[0]:.1f} at the end\n")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
