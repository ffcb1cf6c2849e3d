"""Questions from asynchronous programs: in a thread that ends when nobody waits any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from search.timing import TimeLimit

__all__ = ["in_thread"]

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(method: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> T:
    """Call a method of a Searcher in a thread, and return what it returns.

    Like `asyncio.to_thread`, but if the task is cancelled, as by
    `asyncio.wait_for`, the work in the thread ends too, at its next step.

    Args:
        method: A method of a Searcher, or a function that calls some.
        args: Its arguments.
        options: Its keyword arguments.

    Raises:
        ArchiveError: Whatever the method raises.

    Example:
        >>> import asyncio
        >>> from search import in_thread
        >>> async def answer():
        ...     page = await in_thread(searcher.search, "渡轮", limit=1, timeout=5)
        ...     ids = await in_thread(lambda: [hit.id for hit in searcher.stream("台风")])
        ...     return page.total, ids
        >>> asyncio.run(answer())
        (2, ['晚报/1.md', '晨报/1.md'])
    """
    limit = TimeLimit(None)
    with limit.holds():
        try:
            return await asyncio.to_thread(method, *args, **options)
        except asyncio.CancelledError:
            limit.give_up()
            raise
