"""The entry point of `search`, which Ctrl+C ends in silence while the program still starts.

Imports take most of a start. A KeyboardInterrupt that arrives during one prints a traceback
of it, or is ignored where Python cannot raise it. So until a command runs, Ctrl+C ends the
process without an exception; there is nothing to clean up yet.
"""

import os

__all__ = ["interrupt_ends_at_once", "main"]

# As shells report a program that Ctrl+C has ended.
_INTERRUPTED = 130


def main() -> None:
    """Run the command line; the entry point of `search`."""
    try:
        interrupt_ends_at_once()
    except KeyboardInterrupt:
        os._exit(_INTERRUPTED)
    from search.commands.cli import main as run

    run()


def interrupt_ends_at_once() -> None:
    """Let Ctrl+C end the process without an exception, unless it is ignored, as under `nohup`."""
    import signal  # takes five milliseconds

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(_INTERRUPTED))
