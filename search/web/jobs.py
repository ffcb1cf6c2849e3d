"""Threads that answer requests, with a limit to their number and to the time of each request."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

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
    and frees its thread.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._most = _THREADS * (1 + _WAITING)
        self._under_way = 0
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="search")

    async def run(self, job: Callable[[], T]) -> T:
        """Return what the job returns. Raises Problem if too many wait, or it takes too long."""
        if self._under_way >= self._most:
            raise Problem(503, "busy", "too many requests are waiting; try again in a moment")
        self._under_way += 1
        loop = asyncio.get_running_loop()
        limit = TimeLimit(self._seconds)

        def limited() -> T:
            with limit.holds():
                limit.check()
                return job()

        future = self._threads.submit(limited)
        future.add_done_callback(lambda done: self._finished(loop, done))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except asyncio.TimeoutError:
            raise Problem(
                503, "time", f"no answer within {self._seconds:g} seconds; ask for less, or try again later"
            ) from None
        finally:
            limit.give_up()

    def close(self) -> None:
        """Start no further job."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _finished(self, loop: asyncio.AbstractEventLoop, done: Future[T]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._count_down)

    def _count_down(self) -> None:
        self._under_way -= 1
