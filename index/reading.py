"""Seeds and articles to what an engine takes: read and analysed, here or in worker processes.

Batches go through a bounded queue and come back in their order. A seed that
cannot be read comes back as its error.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from index.article import Article
from index.document import analyze
from index.errors import BuildError, SeedError, UsageError
from index.seed import read_seed
from index.sources import Seed, read_file
from index.store import Origin
from index.text.analyzer import Analyzer
from index.writer import engine_class

__all__ = ["BATCH", "Read", "read_all"]

BATCH = 16
"""How many are read by one call of a worker."""

# Batches under way for each worker: enough to keep it busy, few enough for memory to stay flat.
_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Read:
    """An article ready to be added."""

    article: Article
    origin: Origin
    prepared: Any


class _Reader:
    """Turns seeds and articles into what the engine's writer takes."""

    def __init__(self, engine: str, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._prepare = engine_class(engine).prepare

    def read(self, items: list[Seed | Article]) -> list[Read | SeedError]:
        """Read a batch; a seed that cannot be read becomes its error."""
        results: list[Read | SeedError] = []
        for item in items:
            try:
                article, origin = _read_seed(item) if isinstance(item, Seed) else _take(item)
                results.append(Read(article, origin, self._prepare(analyze(self._analyzer, article))))
            except SeedError as error:
                results.append(error)
        return results


def _read_seed(seed: Seed) -> tuple[Article, Origin]:
    data = read_file(seed)
    article = read_seed(data, id=seed.id, path=str(seed.path), folder=seed.folder)
    digest = hashlib.sha256(data).digest()
    return article, Origin(digest, seed.root, str(seed.path), seed.size, seed.mtime_ns)


def _take(article: Article) -> tuple[Article, Origin]:
    if not isinstance(article, Article):
        raise UsageError(f"an archive holds folders or articles, not {type(article).__name__}")
    return article, Origin(hashlib.sha256(repr(article).encode()).digest())


_worker_reader: _Reader | None = None


def _start_worker(engine: str, user_dict: str | None, wanted: Connection, theirs: Connection) -> None:
    global _worker_reader
    theirs.close()
    Thread(target=_end_when_unwanted, args=(wanted,), daemon=True).start()
    _worker_reader = _Reader(engine, Analyzer(user_dict))


def _end_when_unwanted(wanted: Connection) -> None:
    """End this worker when nobody holds the other end of `wanted`.

    The pool cannot be relied on: a worker waits for work on a pipe that it
    holds open itself, so it outlives a process that is killed, and waits for
    ever for the lock on that pipe if another worker is killed that has it.
    """
    wanted.poll(None)
    os._exit(0)


def _work(items: list[Seed | Article]) -> list[Read | SeedError]:
    assert _worker_reader is not None
    return _worker_reader.read(items)


def read_all(
    items: Iterable[Seed | Article], *, engine: str, analyzer: Analyzer, workers: int
) -> Generator[Read | SeedError, None, None]:
    """Read everything, in order, with a bounded number of batches under way."""
    iterator = iter(items)
    batches: Iterator[list[Seed | Article]] = iter(lambda: list(islice(iterator, BATCH)), [])
    if workers <= 1:
        reader = _Reader(engine, analyzer)
        for batch in batches:
            yield from reader.read(batch)
        return
    # Forked workers share the dictionaries that are loaded already and need no
    # importable main module, which a script or a shell does not have.
    context = get_context("fork" if "fork" in get_all_start_methods() else "spawn")
    wanted, ours = context.Pipe(duplex=False)
    arguments = (engine, analyzer.user_dict, wanted, ours)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=arguments)
    pending: deque[Future[list[Read | SeedError]]] = deque()
    try:
        for batch in batches:
            pending.append(pool.submit(_work, batch))
            if len(pending) >= workers * _AHEAD:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    except BrokenProcessPool as error:
        raise BuildError(
            "a worker process died, killed or out of memory; the index is as it was before;"
            " try again with fewer --workers"
        ) from error
    finally:
        # Nothing may be on its way to a worker that has ended: the pool would wait for ever.
        wait(pending)
        ours.close()
        pool.shutdown()
        wanted.close()
