"""How good is the first page? Test collections, against Lucene in the same run.

    python -m benchmarks.relevance COLLECTION... [--engine whoosh]... [--lucene]
    python -m benchmarks.relevance COLLECTION... --engine opensearch --cluster opensearch://host:9200/NAME

A collection is a folder with `docs.jsonl` and `queries.jsonl` (`id`, `text`;
documents may have a `title`) and `qrels.tsv` (query id, document id,
relevance). `FOLDER=FILE` takes the documents from another file; collections with
the same file share an index. A file of documents may end in `.xz`.

Documents are indexed and queries asked through the public API with default
settings; a query is a text that somebody types, so what would be an operator in
it stays one. Of Lucene the better of two settings of k1 and b is shown, by
collection and analyzer.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import ir_measures
from ir_measures import RR, R, nDCG

from benchmarks import lucene
from index import Article, QueryError, rebuild
from index.text.fold import fold
from search import Searcher

MEASURES = [nDCG @ 10, RR @ 10, R @ 10, R @ 100]
_LOTS = 5000

Run = dict[str, list[str]]
"""For every query the documents found, best first."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, queries, and which document answers which query."""

    name: str
    articles: tuple[Article, ...]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]
    documents: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a system answered, and the processor seconds of a query, at the median."""

    system: str
    run: Run
    seconds: float | None = None


def load(folder: Path, documents: Path | None = None) -> Collection:
    """Read a collection, with its documents from a file of their own or from `docs.jsonl`."""
    packed = folder / "docs.jsonl.xz"
    documents = documents or (packed if packed.exists() else folder / "docs.jsonl")
    articles = tuple(
        Article(id=entry["id"], title=entry.get("title", ""), body=entry["text"])
        for entry in _lines(documents)
    )
    queries = {entry["id"]: entry["text"] for entry in _lines(folder / "queries.jsonl")}
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        relevant.setdefault(query, {})[document] = int(grade)
    return Collection(folder.name, articles, queries, relevant, documents.resolve())


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as file
    ):
        yield from map(json.loads, file)


def converted(collection: Collection, table: str) -> Collection:
    """The same with its queries converted by one of OpenCC's tables, such as `t2s`."""
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(table).convert
    queries = {id: convert(text) for id, text in collection.queries.items()}
    return replace(collection, name=f"{collection.name}, queries {table}", queries=queries)


def ask_ours(collection: Collection, engine: str, place: Path | str, *, depth: int = 10) -> Outcome:
    """Index the collection, unless it is there already, and ask its queries through the public API.

    Where `place` is the address of an index on a cluster, it is made anew.
    """
    if isinstance(place, str) or not place.exists():
        rebuild(collection.articles, place, engine=engine, workers=os.cpu_count() or 1)
    run: Run = {}
    seconds = []
    with Searcher(place, tz="UTC") as searcher:
        for id, text in collection.queries.items():
            began = time.process_time()
            try:
                hits = searcher.search(text, limit=depth).hits
            except QueryError as error:
                print(f"{collection.name}, {id}: {error}", file=sys.stderr)
                hits = ()
            seconds.append(time.process_time() - began)
            run[id] = [hit.id for hit in hits]
    # Of a cluster's work this process does the smaller part.
    return Outcome(f"jiansuo, {engine}", run, None if isinstance(place, str) else median(seconds))


def ask_lucene(collection: Collection, place: Path, *, depth: int = 10) -> Iterator[Outcome]:
    """What Lucene answers with each of its analyzers for Chinese: any of the query's terms, BM25.

    It gets folded text, since neither analyzer knows that 國 is 国, and the better setting.
    """
    place.mkdir(exist_ok=True)
    file = place / "articles.tsv"
    lucene.write_articles(
        (
            replace(article, title=fold(article.title), body=fold(article.body))
            for article in collection.articles
        ),
        file,
    )
    queries = [lucene.Asked(id, "any", (fold(text),)) for id, text in collection.queries.items()]
    for analyzer, name in lucene.ANALYZERS.items():
        directory = place / analyzer
        if not directory.exists():
            command = lucene.index_command(file, analyzer, directory, os.cpu_count() or 1)
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        outcomes = []
        for k1, b in lucene.SETTINGS:
            answers = list(lucene.search(directory, analyzer, queries, limit=depth, setting=(k1, b)))
            outcomes.append(
                Outcome(
                    f"Lucene {lucene.version()} {name}, k1 {k1}, b {b}",
                    {answer.id: answer.found for answer in answers},
                    median(answer.seconds for answer in answers),
                )
            )
        yield max(outcomes, key=lambda outcome: figures(collection, outcome.run)[0])


def figures(collection: Collection, run: Run) -> list[float]:
    """Means over all queries, in the order of MEASURES."""
    computed = ir_measures.calc_aggregate(MEASURES, collection.relevant, _scores(run))
    return [computed[measure] for measure in MEASURES]


def _scores(run: Run) -> dict[str, dict[str, float]]:
    return {
        query: {document: float(-rank) for rank, document in enumerate(found)} for query, found in run.items()
    }


def agreement(one: Run, other: Run) -> tuple[float, float, float]:
    """Shares of the queries whose first ten are the same in order, the same as a set; mean overlap."""
    order = same = overlap = 0.0
    for query, found in one.items():
        first, second = found[:10], other[query][:10]
        order += first == second
        same += set(first) == set(second)
        overlap += len(set(first) & set(second)) / max(len(first), len(second)) if first or second else 1
    return order / len(one), same / len(one), overlap / len(one)


def significance(collection: Collection, one: Run, other: Run) -> tuple[float, float]:
    """By how much nDCG@10 differs, and how often chance would do as much, two-sided.

    A paired test by randomisation: each query's difference gets a sign by lot.
    """
    ndcg = MEASURES[0]
    values = [
        {
            found.query_id: found.value
            for found in ir_measures.iter_calc([ndcg], collection.relevant, _scores(run))
        }
        for run in (one, other)
    ]
    differences = [values[0][query] - values[1][query] for query in collection.relevant]
    telling = [difference for difference in differences if difference]
    seen = abs(sum(telling))
    rng = random.Random(1)
    extreme = sum(
        abs(sum(value if rng.random() < 0.5 else -value for value in telling)) >= seen for _ in range(_LOTS)
    )
    return sum(differences) / len(differences), (extreme + 1) / (_LOTS + 1)


def table(collection: Collection, outcomes: Sequence[Outcome]) -> str:
    lines = [
        f"{collection.name}: {len(collection.articles)} documents, {len(collection.queries)} queries",
        "",
        "| system | nDCG@10 | MRR@10 | recall@10 | recall@100 | processor ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for outcome in outcomes:
        numbers = " | ".join(f"{figure:.4f}" for figure in figures(collection, outcome.run))
        milliseconds = "" if outcome.seconds is None else f"{outcome.seconds * 1000:.1f}"
        lines.append(f"| {outcome.system} | {numbers} | {milliseconds} |")
    ours = [outcome for outcome in outcomes if outcome.system.startswith("jiansuo")]
    for other in ours[1:]:
        order, same, overlap = agreement(ours[0].run, other.run)
        lines.append(
            f"\nFirst ten of {other.system} and {ours[0].system}: same order {order:.1%},"
            f" same set {same:.1%}, overlap {overlap:.2%}"
        )
    for other in outcomes:
        if other not in ours:
            difference, chance = significance(collection, ours[0].run, other.run)
            lines.append(
                f"\nnDCG@10 of {ours[0].system} less that of {other.system}:"
                f" {difference:+.4f}, p = {chance:.4f}"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="+", metavar="COLLECTION", help="FOLDER or FOLDER=DOCUMENTS")
    parser.add_argument("--engine", action="append", help="may be repeated (default: whoosh)")
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help="for --engine opensearch: opensearch://host:9200/NAME"
    )
    parser.add_argument("--lucene", action="store_true", help="measure Lucene too (needs Java and Maven)")
    parser.add_argument(
        "--queries", metavar="TABLE", help="convert the queries by one of OpenCC's tables: t2s, s2t, ..."
    )
    parser.add_argument("--depth", type=int, default=100, help="hits to ask for; recall@100 needs 100")
    options = parser.parse_args(arguments)
    if "opensearch" in (options.engine or []) and options.cluster is None:
        parser.error("--engine opensearch needs --cluster")
    with tempfile.TemporaryDirectory() as folder:
        places: dict[Path | None, Path] = {}
        for written in options.collections:
            name, _, documents = written.partition("=")
            collection = load(Path(name), Path(documents) if documents else None)
            place = places.setdefault(collection.documents, Path(folder, str(len(places))))
            if options.queries:
                collection = converted(collection, options.queries)
            print(table(collection, _outcomes(collection, place, options)), end="\n\n", flush=True)
    return 0


def _outcomes(collection: Collection, place: Path, options: argparse.Namespace) -> list[Outcome]:
    """Ask every system that the options name; indexes of the same documents stay in `place`."""
    place.mkdir(exist_ok=True)
    outcomes = [
        ask_ours(
            collection,
            engine,
            options.cluster if engine == "opensearch" else place / engine,
            depth=options.depth,
        )
        for engine in options.engine or ["whoosh"]
    ]
    if options.lucene:
        outcomes += ask_lucene(collection, place / "lucene", depth=options.depth)
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
