"""Threads that answer requests, with a limit to their number and to the time of each request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from search.timing import TimeLimit
from search.web.problems import Problem

__all__ = ["Jobs"]

T = TypeVar("T")

_THREADS = 8
# Requests that may wait, per thread.
_WAITING = 32


class Jobs:
    """Threads that answer requests.

    A search that takes too long, or whose reader has gone, ends at its next step
    and frees its thread. The program ends without waiting for the threads: those
    of a ThreadPoolExecutor would keep it until their last search is done.
    """

    def __init__(self, *, seconds: float, threads: int = _THREADS) -> None:
        self._seconds = seconds
        self._threads = threads
        self._most = threads * (1 + _WAITING)
        self._under_way = 0
        self._limits: set[TimeLimit] = set()
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._is_started = self._is_closed = False

    async def run(self, job: Callable[[], T]) -> T:
        """Return what the job returns. Raises Problem if too many wait, or it takes too long."""
        if self._under_way >= self._most or self._is_closed:
            raise Problem(503, "busy", "too many requests are waiting; try again in a moment")
        self._start()
        self._under_way += 1
        loop = asyncio.get_running_loop()
        limit = TimeLimit(self._seconds)
        self._limits.add(limit)

        def limited() -> T:
            with limit.holds():
                limit.check()
                return job()

        future: Future[T] = Future()
        future.add_done_callback(lambda done: self._finished(loop))
        self._queue.put(lambda: _fulfil(future, limited))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except asyncio.TimeoutError:
            raise Problem(
                503, "time", f"no answer within {self._seconds:g} seconds; ask for less, or try again later"
            ) from None
        finally:
            limit.give_up()
            self._limits.discard(limit)

    def close(self) -> None:
        """Start no further job, and give up those under way."""
        self._is_closed = True
        for limit in list(self._limits):
            limit.give_up()
        for _ in range(self._threads):
            self._queue.put(None)

    def _start(self) -> None:
        if not self._is_started:
            self._is_started = True
            for number in range(self._threads):
                Thread(target=self._work, name=f"search-{number}", daemon=True).start()

    def _work(self) -> None:
        while (job := self._queue.get()) is not None:
            job()

    def _finished(self, loop: asyncio.AbstractEventLoop) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._count_down)

    def _count_down(self) -> None:
        self._under_way -= 1


def _fulfil(future: Future[Any], job: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(job())
    except BaseException as error:  # whoever waits for it raises it
        future.set_exception(error)
