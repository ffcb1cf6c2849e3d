"""Seeds and articles to documents, read and analysed in this process or in workers.

They go in batches through a bounded queue and come out in their order. A seed
that cannot be read, or costs more than its limits, comes out as its error.
"""

from __future__ import annotations

import hashlib
import os
import signal
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
from index.engines.registry import engine_class
from index.errors import BuildError, SeedError, UsageError
from index.reading.limits import Limits, OutOfTime, alarm
from index.reading.seed import read_seed
from index.reading.walk import Seed, read_file
from index.storage.rows import Origin
from index.text.analyzer import Analyzer
from index.text.document import analyze

__all__ = ["BATCH", "Prepared", "Preparer", "prepare_all"]

BATCH = 16
"""Seeds in a batch."""

# Batches on their way for each worker: enough to keep it busy (16 are no faster), and few enough
# for memory to stay flat (some 60 kB an article).
_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article ready to be added; `document` is in the form that the engine's writer takes."""

    article: Article
    origin: Origin
    token_texts: bytes
    document: Any


class Preparer:
    """Turns seeds and articles into documents in the form that an engine's writer takes."""

    def __init__(self, engine: str, analyzer: Analyzer, limits: Limits) -> None:
        self.engine = engine
        self.analyzer = analyzer
        self.limits = limits
        self._prepare = engine_class(engine).prepare

    def prepare(self, items: list[Seed | Article]) -> list[Prepared | SeedError]:
        """Read and analyse a batch; a seed that cannot be read becomes its error."""
        results: list[Prepared | SeedError] = []
        for item in items:
            try:
                results.append(
                    self._in_time(item) if isinstance(item, Seed) else self._prepared(*_take(item))
                )
            except SeedError as error:
                results.append(error)
        return results

    def _in_time(self, seed: Seed) -> Prepared:
        try:
            with alarm(self.limits.seconds):
                return self._prepared(*_read_seed(seed, self.limits))
        except OutOfTime:
            reason = f"takes longer than {self.limits.seconds:g} s, which is the limit"
            raise SeedError(seed.path, reason) from None

    def _prepared(self, article: Article, origin: Origin) -> Prepared:
        document = analyze(self.analyzer, article)
        return Prepared(article, origin, document.packed_token_texts(), self._prepare(document))


def _read_seed(seed: Seed, limits: Limits) -> tuple[Article, Origin]:
    data = read_file(seed, limits=limits)
    article = read_seed(data, id=seed.id, path=str(seed.path), folder=seed.folder, limits=limits)
    digest = hashlib.sha256(data).digest()
    return article, Origin(digest, seed.root, str(seed.path), seed.size, seed.mtime_ns)


def _take(article: Article) -> tuple[Article, Origin]:
    if not isinstance(article, Article):
        raise UsageError(f"an archive holds folders or articles, not {type(article).__name__}")
    return article, Origin(hashlib.sha256(repr(article).encode()).digest())


_preparer: Preparer | None = None


def _start_worker(
    engine: str, user_dict: str | None, limits: Limits, wanted: Connection, theirs: Connection
) -> None:
    global _preparer
    theirs.close()
    Thread(target=_end_when_unwanted, args=(wanted,), daemon=True).start()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the application may have one of its own
    _preparer = Preparer(engine, Analyzer(user_dict), limits)


def _end_when_unwanted(wanted: Connection) -> None:
    """End this worker process when nobody holds the other end of `wanted`.

    The pool does not: a worker waits for work on a pipe that it holds open itself,
    so it outlives a parent that is killed; and if another worker is killed while it
    holds the lock on that pipe, it waits without end.
    """
    wanted.poll(None)
    os._exit(0)


def _work(items: list[Seed | Article]) -> list[Prepared | SeedError]:
    assert _preparer is not None
    return _preparer.prepare(items)


def prepare_all(
    items: Iterable[Seed | Article], preparer: Preparer, *, workers: int
) -> Generator[Prepared | SeedError, None, None]:
    """Read and analyse everything, in order, with a bounded number of batches on their way.

    Args:
        items: Seeds and articles.
        preparer: Does the work, here or as copies of it in the workers.
        workers: How many processes; with 1, this one does it.

    Raises:
        BuildError: A worker process died.
        UsageError: An item is neither a seed nor an article.
    """
    iterator = iter(items)
    batches: Iterator[list[Seed | Article]] = iter(lambda: list(islice(iterator, BATCH)), [])
    if workers <= 1:
        for batch in batches:
            yield from preparer.prepare(batch)
        return
    # Forked workers share the dictionaries that are loaded already and need no
    # importable main module, which a script or a shell does not have.
    context = get_context("fork" if "fork" in get_all_start_methods() else "spawn")
    wanted, ours = context.Pipe(duplex=False)
    arguments = (preparer.engine, preparer.analyzer.user_dict, preparer.limits, wanted, ours)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=arguments)
    pending: deque[Future[list[Prepared | SeedError]]] = deque()
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
        # Nothing may be on its way to a worker that has ended: the pool would wait without end.
        wait(pending)
        ours.close()
        pool.shutdown()
        wanted.close()
