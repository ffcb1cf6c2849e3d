"""Compare an index on a cluster with the memory engine, and measure its speed.

    python -m benchmarks.cluster ARCHIVE opensearch://host:9200/bench [--articles 1000] [--workers 2]

The same articles are indexed by `rebuild`; then, from documents made before, by
`rebuild`'s bulk writer and by opensearch-py's parallel_bulk alone, in turns
whose order is drawn, because a server that was just started grows faster from
run to run. Then queries are asked of the memory engine and of the cluster, and
each request that the cluster's reader sends is sent once more alone. Whatever
is made on the cluster is removed.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

from opensearchpy import OpenSearch, helpers

from benchmarks.correctness import read_archive
from index import Article, rebuild
from index.engines.opensearch.bulk import Bulk, BulkAction
from index.engines.opensearch.fields import OpenSearchEngine, mappings
from index.engines.opensearch.location import ClusterLocation
from index.text.analyzer import Analyzer
from index.text.document import analyze
from index.text.tokens import BOUNDARY, locate_tokens
from search import Searcher

_TURNS = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("index")
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    articles = read_archive(options.archive)[: options.articles]
    location = ClusterLocation(options.index)
    try:
        documents = _indexing(location, articles, options.index)
        report = rebuild(options.archive, options.index, workers=options.workers)
        print(f"whole archive: {report.articles} articles in {report.seconds:.1f} s")
        with Searcher(options.index, tz="UTC") as searcher:
            print(
                f"size: {searcher.stats().size / report.articles / 1000:.1f} kB an article, without replicas"
            )
            _latency(searcher, _queries(articles, options.queries))
        _equality(articles, options.index, _queries(articles, options.queries))
        print(f"documents: {statistics.mean(map(len, documents)) / 1000:.1f} thousand characters each")
    finally:
        for index in location.indexes.all():
            location.indexes.remove(index)
        for suffix in ("state", "times"):
            location.client.delete(f"/{location.address.name}-{suffix}")


def _indexing(location: ClusterLocation, articles: list[Article], url: str) -> list[str]:
    analyzer = Analyzer()
    began = time.perf_counter()
    where = '{"row": 0, "root": null, "origin": {}, '
    documents = [where + OpenSearchEngine.prepare(analyze(analyzer, article))[1:] for article in articles]
    _print("analysis", len(articles), time.perf_counter() - began)

    began = time.perf_counter()
    rebuild(articles, url)
    _print("rebuild, one process, from articles to the switch", len(articles), time.perf_counter() - began)

    index = f"{location.address.name}-bare"

    def own() -> None:
        bulk = Bulk(location.client, index)
        for number, document in enumerate(documents):
            bulk.add(BulkAction("create", str(number), str(number), document=document))
        bulk.flush()
        bulk.close()

    def bare() -> None:
        actions = ({"_index": index, "_id": str(n), "_source": d} for n, d in enumerate(documents))
        for _ in helpers.parallel_bulk(_client(location), actions, thread_count=4, max_chunk_bytes=9_000_000):
            pass

    writers = {"bulk writer": own, "opensearch-py's parallel_bulk": bare}
    seconds: dict[str, list[float]] = {name: [] for name in writers}
    for turn in range(_TURNS + 1):
        for name in random.Random(turn).sample(sorted(writers), len(writers)):
            _empty(location, index)
            took = _seconds(writers[name])
            if turn:  # the first one warms the server up
                seconds[name].append(took)
    for name, all_seconds in seconds.items():
        _print(f"{name}, median of {_TURNS} turns", len(documents), statistics.median(all_seconds))
    location.client.delete(f"/{index}")
    return documents


def _empty(location: ClusterLocation, index: str) -> None:
    location.client.delete(f"/{index}")
    settings = {
        "number_of_shards": location.address.shards,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
    }
    location.client.put(f"/{index}", {"settings": {"index": settings}, "mappings": mappings({})})


def _client(location: ClusterLocation) -> OpenSearch:
    return OpenSearch([{"host": host, "port": port} for host, port in location.address.hosts], timeout=60)


def _queries(articles: list[Article], number: int) -> list[str]:
    """Return runs of 2 to 6 tokens from random articles, every other one quoted."""
    chance = random.Random(7)
    found: list[str] = []
    while len(found) < number:
        body = chance.choice(articles).body
        tokens = [token for token in locate_tokens(body[:3000]) if token.text != BOUNDARY]
        length = chance.randint(2, 6)
        if len(tokens) > length:
            at = chance.randrange(len(tokens) - length)
            run = body[tokens[at].start : tokens[at + length - 1].end]
            if not any(sign in run for sign in '"“”「」『』()（）:：|*~-\n'):
                found.append(f'"{run}"' if len(found) % 2 else run)
    return found


def _latency(searcher: Searcher, queries: list[str]) -> None:
    """Time whole searches, then what they asked the cluster for, alone."""
    location = searcher._generations.location
    assert isinstance(location, ClusterLocation)
    client = location.client
    asked: list[list[tuple[str, Any, dict[str, Any]]]] = []
    request = client.request

    def note(method: str, path: str, body: Any = None, **options: Any) -> Any:
        asked[-1].append((path, body, options.get("params") or {}))
        return request(method, path, body, **options)

    for query in queries:  # also warms the caches up
        asked.append([])
        with patch.object(client, "request", note):
            searcher.search(query)
    _print_times("search", [_seconds(partial(searcher.search, query)) for query in queries])
    bare = _client(location)

    def send(requests: list[tuple[str, Any, dict[str, Any]]]) -> None:
        for path, body, params in requests:
            # Frequencies are asked for once, so a repeated search does not ask for them.
            if path.endswith("/_search") and "aggs" not in body:
                options = {**params, "allow_partial_search_results": "false"}
                bare.transport.perform_request("POST", path, params=options, body=body)

    _print_times("the same requests, bare", [_seconds(partial(send, requests)) for requests in asked])


def _equality(articles: list[Article], url: str, queries: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rebuild(articles, folder, engine="memory")
        rebuild(articles, url)
        same = top = 0
        with Searcher(folder, tz="UTC") as specification, Searcher(url) as searcher:
            for query in queries:
                one, other = (s.search(query, limit=None) for s in (specification, searcher))
                same += (one.total, one.partial_total) == (other.total, other.partial_total) and {
                    (hit.id, hit.partial) for hit in one.hits
                } == {(hit.id, hit.partial) for hit in other.hits}
                top += [hit.id for hit in one.hits[:10]] == [hit.id for hit in other.hits[:10]]
    print(f"as the memory engine over {len(articles)} articles: {same} of {len(queries)} with the same hits,")
    print(f"  {top} with the same ten first in the same order")


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _print(what: str, number: int, seconds: float) -> None:
    print(f"{what}: {number / seconds:,.0f} articles a second ({seconds:.1f} s)", flush=True)


def _print_times(what: str, seconds: list[float]) -> None:
    ordered = sorted(1000 * second for second in seconds)
    p50, p95 = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
    print(f"{what}: p50 {p50:.1f} ms, p95 {p95:.1f} ms", flush=True)


if __name__ == "__main__":
    main()
