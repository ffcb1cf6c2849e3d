"""What does ordering the first hits by closeness cost, as a share of a search with snippets?

    python -m benchmarks.reranking COLLECTION... [--engine tantivy]... [--number 200]

A collection is one of benchmarks/relevance.py. Each query is asked with closeness
and without it, one after the other in one process and in turns first, as often as
there are rounds; the least processor time of each counts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.relevance import load
from index import rebuild
from search import Searcher, reranking


@contextmanager
def _first(depth: int) -> Iterator[None]:
    """Order so many hits by closeness."""
    usual, reranking.DEPTH = reranking.DEPTH, depth
    try:
        yield
    finally:
        reranking.DEPTH = usual


def _seconds(searcher: Searcher, query: str, depth: int) -> float:
    with _first(depth):
        began = time.process_time()
        searcher.search(query)
        return time.process_time() - began


def measure(searcher: Searcher, queries: Sequence[str], *, rounds: int) -> list[tuple[float, float]]:
    """Return the processor seconds of each query without closeness and with it."""
    for query in queries:
        _seconds(searcher, query, reranking.DEPTH)
    measured = []
    for number, query in enumerate(queries):
        least = {0: float("inf"), reranking.DEPTH: float("inf")}
        for turn in range(rounds):
            for depth in sorted(least, reverse=bool((number + turn) % 2)):
                least[depth] = min(least[depth], _seconds(searcher, query, depth))
        measured.append((least[0], least[reranking.DEPTH]))
    return measured


def line(name: str, engine: str, measured: Sequence[tuple[float, float]]) -> str:
    """Return a row of the table."""
    without, with_it = (sum(times) for times in zip(*measured, strict=True))
    typical = median((after - before) / after for before, after in measured)
    extra = (with_it - without) / len(measured)
    return f"| {name} | {engine} | {1 - without / with_it:.1%} | {typical:.1%} | {extra * 1000:.1f} |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collections", nargs="+", metavar="COLLECTION", help="FOLDER or FOLDER=DOCUMENTS")
    parser.add_argument("--engine", action="append", help="may be repeated (default: whoosh)")
    parser.add_argument("--number", type=int, default=200, help="queries of each collection")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    print("| collection | engine | share of all time | of a query, at the median | ms a query |")
    print("|---|---|---:|---:|---:|")
    for written in options.collections:
        name, _, documents = written.partition("=")
        collection = load(Path(name), Path(documents) if documents else None)
        queries = list(collection.queries.values())[: options.number]
        for engine in options.engine or ["whoosh"]:
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder, "index")
                rebuild(collection.articles, place, engine=engine)
                with Searcher(place, tz="UTC") as searcher:
                    measured = measure(searcher, queries, rounds=options.rounds)
            print(line(collection.name, engine, measured), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
