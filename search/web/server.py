"""Run the application, in one or several processes, until told to stop."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable

from search.searcher import Searcher
from search.web.app import Settings, create_app, to_environment
from search.web.listening import listen

__all__ = ["serve"]


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    workers: int = 1,
    open_browser: bool = False,
    started: Callable[[str], object] = lambda address: None,
) -> None:
    """Serve until SIGINT or SIGTERM, then let requests under way finish.

    Args:
        settings: What to serve.
        host: The address to listen on.
        port: The port; 0 for any that is free.
        workers: How many processes answer.
        open_browser: Open the first page in a browser.
        started: Called with the address once it answers.

    Raises:
        IndexStateError: The index cannot be opened.
        OSError: The port is taken.
    """
    Searcher(settings.index, tz=settings.tz).close()
    to_environment(settings)
    listen(
        "search.web.app:from_environment" if workers > 1 else create_app(settings),
        host=host,
        port=port,
        workers=workers,
        told=[started, webbrowser.open] if open_browser else [started],
    )
