"""Ctrl+C while a program starts, before there is anything to clean up.

Imports take most of a start. A KeyboardInterrupt that arrives during one prints a traceback
of it, or is ignored where Python cannot raise it. So until a command runs, Ctrl+C ends the
process without an exception.
"""

import os

__all__ = ["INTERRUPTED", "interrupt_ends_at_once", "interrupt_raises"]

INTERRUPTED = 130
"""As shells report a program that Ctrl+C has ended."""


def interrupt_ends_at_once() -> None:
    """Let Ctrl+C end the process without an exception, unless it is ignored, as under `nohup`."""
    import signal  # takes five milliseconds

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(INTERRUPTED))


def interrupt_raises() -> None:
    """Let Ctrl+C raise KeyboardInterrupt from now on, unless it is ignored: commands clean up."""
    import signal

    if callable(signal.getsignal(signal.SIGINT)):
        signal.signal(signal.SIGINT, signal.default_int_handler)
