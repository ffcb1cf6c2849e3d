"""The entry point of `search`, which Ctrl+C ends in silence while it imports the commands."""

import os

from search.commands.interrupt import INTERRUPTED, interrupt_ends_at_once

__all__ = ["main"]


def main() -> None:
    """Run the command line; the entry point of `search`."""
    try:
        interrupt_ends_at_once()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)
    from search.commands.cli import main as run

    run()
