"""How long an answer may take, and the log of those that took long.

A thread of Python cannot be stopped from outside. So whoever works in a loop
over articles or postings calls `check_time` now and then, which raises once
the time is up or the question was given up. The limit is a context variable:
no method has to hand it on, and `asyncio.to_thread` carries it into its thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic, perf_counter
from typing import TypeVar

from index.errors import SearchTimeout, UsageError

__all__ = ["TimeLimit", "check_seconds", "check_time", "limited", "time_left", "time_limit", "timed"]

T = TypeVar("T")

SLOW_SECONDS = 1.0
"""A search that takes longer is told to the log `jiansuo`."""


class TimeLimit:
    """A limit that holds where it is entered, with one outside it, if any.

    `seconds` None is no limit; then it only serves to give up the work.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._end = None if seconds is None else monotonic() + seconds
        self._outer = _limit.get()
        self._given_up = False

    def give_up(self) -> None:
        """End the work under this limit at its next check. May be called from any thread."""
        self._given_up = True

    def check(self) -> None:
        """Raise SearchTimeout if the time is up, or the work was given up."""
        if self._given_up:
            raise SearchTimeout("the search was given up", seconds=self._seconds)
        if self._end is not None and monotonic() > self._end:
            raise SearchTimeout(
                f"the search takes longer than {self._seconds:g} s, which is the limit;"
                " ask for less, or allow more time",
                seconds=self._seconds,
            )
        if self._outer is not None:
            self._outer.check()

    def left(self) -> float | None:
        """Return the seconds that are left, which may be below 0; None without a limit."""
        outer = None if self._outer is None else self._outer.left()
        own = None if self._end is None else self._end - monotonic()
        return min((one for one in (outer, own) if one is not None), default=None)

    def extend(self, seconds: float) -> None:
        """Allow more time."""
        if self._end is not None:
            self._end += seconds

    @contextmanager
    def holds(self) -> Iterator[None]:
        """Let the limit hold, also for a thread to which the context is copied."""
        token = _limit.set(self)
        try:
            yield
        finally:
            _limit.reset(token)


_limit: ContextVar[TimeLimit | None] = ContextVar("search_limit", default=None)


def check_time() -> None:
    """Raise SearchTimeout if the answer takes too long. Costs well under a microsecond."""
    limit = _limit.get()
    if limit is not None:
        limit.check()


def time_left() -> float | None:
    """Return the seconds that are left for the answer; None without a limit."""
    limit = _limit.get()
    return None if limit is None else limit.left()


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Give everything that is asked of Searchers inside so many seconds together.

    Inside another limit the shorter one holds. `Searcher.stream` works while it is
    iterated over, so that must happen inside too.

    Args:
        seconds: The limit; None for none.

    Raises:
        SearchTimeout: From a method of a Searcher, which has ended its work.
        UsageError: That is no number of seconds.

    Example:
        >>> from search import time_limit
        >>> with time_limit(5):
        ...     searcher.facets("渡轮", by="source").total
        2
    """
    if check_seconds(seconds) is None:
        yield
        return
    with TimeLimit(seconds).holds():
        yield


def check_seconds(seconds: float | None) -> float | None:
    """Return a time limit. Raises UsageError for what is no number of seconds above 0."""
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if seconds is not None and not (is_number and seconds > 0):
        raise UsageError(f"a time limit is a number of seconds above 0, not {seconds!r}")
    return seconds


def limited(steps: Iterator[T], seconds: float | None) -> Iterator[T]:
    """Iterate, and give all steps together so many seconds; the time between them does not count."""
    if seconds is None:
        yield from steps
        return
    limit = TimeLimit(seconds)
    while True:
        with limit.holds():
            try:
                step = next(steps)
            except StopIteration:
                return
        paused = monotonic()
        yield step
        limit.extend(monotonic() - paused)


@contextmanager
def timed(query: str, *, timeout: float | None) -> Iterator[None]:
    """Limit the time of one search, and tell the log if it is slow."""
    began = perf_counter()
    with time_limit(timeout):
        yield
    if (seconds := perf_counter() - began) > SLOW_SECONDS:
        import logging  # every start would load it

        log = logging.getLogger("jiansuo")
        if not log.handlers:
            log.addHandler(logging.NullHandler())
        log.warning("slow search, %.2f s: %r", seconds, query)
