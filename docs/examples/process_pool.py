"""Many queries in several processes. Celery's `worker_process_init` is the place for `start`.

python docs/examples/process_pool.py idx 渡轮 台风
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from search import Searcher

_searcher: Searcher


def start(index: str) -> None:
    """Open the index once in each process: what is open does not pass from one process to another."""
    global _searcher
    _searcher = Searcher(index, tz="Asia/Shanghai")


def count(query: str) -> int:
    """Count what a query finds."""
    return _searcher.search(query, limit=0).total


def main(index: str, queries: list[str]) -> None:
    """Print the number of articles for each query."""
    with ProcessPoolExecutor(2, get_context("spawn"), initializer=start, initargs=(index,)) as pool:
        for query, total in zip(queries, pool.map(count, queries), strict=True):
            print(query, total)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
