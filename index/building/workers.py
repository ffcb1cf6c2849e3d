"""Read and analyse seeds and articles into documents, in this process or in workers.

Work goes to worker processes in batches through a bounded queue, and results
come back in order. A seed that cannot be read, or costs more than its limits,
comes back as its error. Large files that hold many articles are read item by
item by the main process, and analysed by the workers.
"""

from __future__ import annotations

import hashlib
import os
import signal
import zlib
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, fields, replace
from itertools import islice
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

from index.article import Article
from index.engines.registry import engine_class
from index.errors import BuildError, SeedError, UsageError
from index.reading.assemble import Read
from index.reading.formats.base import File, PassedOver
from index.reading.limits import Limits, OutOfTime, alarm
from index.reading.options import ReadOptions
from index.reading.seed import read_articles
from index.reading.walk import COMPRESSED, Seed, open_file, read_file
from index.storage.rows import Origin
from index.text.analyzer import Analyzer
from index.text.document import analyze

__all__ = ["BATCH", "Prepared", "Preparer", "Result", "digest_of", "prepare_all"]

BATCH = 16
"""Seeds in a batch."""

# Batches on their way for each worker: enough to keep it busy (16 are no faster), and few enough
# for memory to stay flat (some 60 kB an article).
_AHEAD = 3


# Of a file that may hold many articles, this much is read by one worker; more, item by item by the
# main process, so that neither holds it whole.
_WHOLE = 1 << 20
# Least characters that an article must lose to be reported, besides losing more than it keeps.
_MUCH = 200


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article ready to be added.

    `document` is in the form that the engine's writer takes; `spare_id` is for an item whose own id another
    article has; `lost` counts characters taken for boilerplate where that is much, else it is 0; `wrong` says
    which own fields could not be read; `is_item` tells that its file holds many.
    """

    article: Article
    origin: Origin
    token_texts: bytes
    sketch: bytes
    document: Any
    spare_id: str = ""
    lost: int = 0
    wrong: str = ""
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """An article of a file, read by the main process and not analysed."""

    read: Read
    origin: Origin


Result = Prepared | SeedError | PassedOver
Work = Seed | Article | _Item | SeedError | PassedOver


class Preparer:
    """Turns seeds and articles into documents in the form that an engine's writer takes."""

    def __init__(self, engine: str, analyzer: Analyzer, limits: Limits, options: ReadOptions) -> None:
        self.engine = engine
        self.analyzer = analyzer
        self.limits = limits
        self.options = options
        self._prepare = engine_class(engine).prepare

    def prepare(self, items: list[Work]) -> list[Result]:
        """Read and analyse a batch; a seed that cannot be read becomes its error."""
        results: list[Result] = []
        for item in items:
            if isinstance(item, (SeedError, PassedOver)):
                results.append(item)
            elif isinstance(item, Seed):
                results += self._seed(item)
            elif isinstance(item, _Item):
                results.append(self._item(item))
            else:
                results.append(self._prepared(*_take(item)))
        return results

    def _seed(self, seed: Seed) -> list[Result]:
        results: list[Result] = []
        try:
            with alarm(self.limits.seconds):
                for read in self.read(seed):
                    results.append(read if isinstance(read, SeedError) else self._analysed(read))
        except (SeedError, PassedOver) as error:
            results.append(error)
        except OutOfTime:
            results.append(self._too_slow(seed.path))
        return results

    def _item(self, item: _Item) -> Result:
        try:
            with alarm(self.limits.seconds):
                return self._analysed(item)
        except OutOfTime:
            return self._too_slow(item.origin.path or "")

    def _too_slow(self, path: str) -> SeedError:
        return SeedError(path, f"takes longer than {self.limits.seconds:g} s, which is the limit")

    def read(self, seed: Seed) -> Iterator[_Item | SeedError]:
        """Read a file's articles one after another. Raises SeedError and PassedOver."""
        digest = None
        path = seed.path
        if seed.many:
            file = File(path, seed.id, lambda: open_file(seed), self.options, self.limits)
        else:
            data = read_file(seed, limits=self.limits)
            digest = hashlib.sha256(data).digest()
            file = File.of(data, path=path, id=seed.id, options=self.options, limits=self.limits)
        try:
            for read in read_articles(file, folder=seed.folder):
                if isinstance(read, SeedError):
                    yield read
                    continue
                own = digest if digest and read.draft.number is None else digest_of(read.article)
                yield _Item(read, Origin(own, seed.root, path, seed.size, seed.mtime_ns))
        except (OSError, EOFError, zlib.error) as error:
            raise SeedError(path, f"cannot be read: {error}") from error

    def expanded(self, items: Iterable[Seed | Article]) -> Iterator[Work]:
        """Yield the same, with the items of large files in place of these."""
        for item in items:
            if not (isinstance(item, Seed) and item.many and _is_large(item)):
                yield item
                continue
            reading = self.read(item)
            while True:
                try:
                    with alarm(self.limits.seconds):
                        one = next(reading, None)
                except (SeedError, PassedOver) as error:
                    yield error
                    break
                except OutOfTime:
                    yield self._too_slow(item.path)
                    break
                if one is None:
                    break
                yield one

    def _analysed(self, item: _Item) -> Prepared:
        prepared = self._prepared(item.read.article, item.origin)
        lost = item.read.lost
        much = lost if lost >= _MUCH and lost > item.read.kept else 0
        return replace(
            prepared,
            spare_id=item.read.spare_id,
            lost=much,
            wrong="; ".join(f"{name} {problem}" for name, problem in item.read.wrong_fields.items()),
            is_item=item.read.draft.number is not None,
        )

    def _prepared(self, article: Article, origin: Origin) -> Prepared:
        document = analyze(self.analyzer, article)
        texts, sketch = document.packed_token_texts(), document.packed_sketch()
        return Prepared(article, origin, texts, sketch, self._prepare(document))


def _is_large(seed: Seed) -> bool:
    return seed.size > _WHOLE or seed.path.lower().endswith(COMPRESSED)


def _take(article: Article) -> tuple[Article, Origin]:
    if not isinstance(article, Article):
        raise UsageError(f"an archive holds folders or articles, not {type(article).__name__}")
    return article, Origin(digest_of(article))


def digest_of(article: Article) -> bytes:
    """Return the digest by which a change of an article from Python is noticed."""
    values = [(field.name, getattr(article, field.name)) for field in fields(article)]
    return hashlib.sha256(repr(values).encode()).digest()


_preparer: Preparer | None = None


def _start_worker(
    engine: str,
    user_dict: str | None,
    limits: Limits,
    options: ReadOptions,
    wanted: Connection,
    theirs: Connection,
) -> None:
    global _preparer
    theirs.close()
    Thread(target=_end_when_unwanted, args=(wanted,), daemon=True).start()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the application may have one of its own
    _preparer = Preparer(engine, Analyzer(user_dict), limits, options)


def _end_when_unwanted(wanted: Connection) -> None:
    """End this worker process when nobody holds the other end of `wanted`.

    The pool does not: a worker waits for work on a pipe that it holds open itself,
    so it outlives a parent that is killed; and if another worker is killed while it
    holds the lock on that pipe, it waits without end.
    """
    wanted.poll(None)
    os._exit(0)


def _work(items: list[Work]) -> list[Result]:
    assert _preparer is not None
    return _preparer.prepare(items)


def prepare_all(
    items: Iterable[Seed | Article], preparer: Preparer, *, workers: int
) -> Generator[Result, None, None]:
    """Read and analyse everything, in order, with a bounded number of batches on their way.

    Args:
        items: Seeds and articles.
        preparer: Does the work, here or as copies of it in the workers.
        workers: How many processes; with 1, this one does it.

    Raises:
        BuildError: A worker process died.
        UsageError: An item is neither a seed nor an article.
    """
    iterator = preparer.expanded(items)
    batches: Iterator[list[Work]] = iter(lambda: list(islice(iterator, BATCH)), [])
    if workers <= 1:
        for batch in batches:
            yield from preparer.prepare(batch)
        return
    # Forked workers share the dictionaries that are loaded already and need no
    # importable main module, which a script or a shell does not have.
    context = get_context("fork" if "fork" in get_all_start_methods() else "spawn")
    wanted, ours = context.Pipe(duplex=False)
    arguments = (
        preparer.engine,
        preparer.analyzer.user_dict,
        preparer.limits,
        preparer.options,
        wanted,
        ours,
    )
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=arguments)
    pending: deque[Future[list[Result]]] = deque()
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
