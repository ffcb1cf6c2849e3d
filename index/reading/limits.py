"""Limits on what one seed may cost in bytes, characters and time.

Readers compare sizes as they read. Time may be spent anywhere, so a SIGALRM
interrupts whatever is running when a seed's time is up.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import UsageError

__all__ = ["DEFAULT_LIMITS", "Limits", "OutOfTime", "alarm"]

_MOST = 10**9


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on one seed; one beyond any of them is left out and reported.

    Args:
        bytes: Of its file.
        characters: Of its text, and of its title; analysing two million takes half a gigabyte.
        seconds: Of the clock while it is read and analysed.

    Raises:
        UsageError: A limit is no number above 0, or too large.

    Example:
        >>> report = rebuild(archive, new, limits=Limits(bytes=10))
        Traceback (most recent call last):
        index.errors.BuildError: ...
    """

    bytes: int = 64 * 1024 * 1024
    characters: int = 2_000_000
    seconds: float = 60.0

    def __post_init__(self) -> None:
        whole = isinstance(self.bytes, int) and isinstance(self.characters, int)
        if not whole or not all(0 < limit <= _MOST for limit in (self.bytes, self.characters, self.seconds)):
            raise UsageError(
                f"limits are numbers above 0, at most {_MOST:,}, and sizes whole ones, not {self}"
            )


DEFAULT_LIMITS = Limits()


class OutOfTime(BaseException):
    """The time of a seed is up; not an Exception, so that no handler on the way catches it."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the body of the `with` after some seconds.

    Interrupts Python code and regular expressions; other compiled code only when
    it returns. Does nothing outside the main thread, or if the application uses
    SIGALRM itself.
    """
    if threading.current_thread() is not threading.main_thread() or _is_used():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _is_used() -> bool:
    """Return whether the application itself uses SIGALRM."""
    handled = signal.getsignal(signal.SIGALRM) not in (signal.SIG_DFL, _ring)
    return handled or signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _ring(number: int, frame: object) -> None:
    raise OutOfTime
