"""Run the application, in one or several processes, until told to stop."""

from __future__ import annotations

import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread
from time import sleep

import uvicorn

from search.searcher import Searcher
from search.web.app import Settings, create_app, to_environment
from search.web.connections import ImpatientProtocol
from search.web.headers import LONGEST_ADDRESS

__all__ = ["LONGEST_HEAD", "allowed_hosts", "serve"]

# The head of a request: its address and its header fields.
LONGEST_HEAD = LONGEST_ADDRESS + 64 * 1024
_MOST_CONNECTIONS = 1_000
_LAST_SECONDS = 15
_PATIENCE = 300


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
    port = _free(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    told = [started, webbrowser.open] if open_browser else [started]
    Thread(target=_tell, args=(address, host, port, told), daemon=True).start()
    uvicorn.run(
        "search.web.app:from_environment" if workers > 1 else create_app(settings),
        factory=workers > 1,
        workers=workers,
        host=host,
        port=port,
        # uvicorn's other parser sets no limit to what a client may send before the body.
        http=ImpatientProtocol,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_LAST_SECONDS,
        access_log=False,  # what readers search for is theirs
        server_header=False,
        log_level="warning",
    )


def _free(host: str, port: int) -> int:
    """Return the port, or a free one for 0. Raises OSError if it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as tried:
        number: int = tried.getsockname()[1]
    return number


def _tell(address: str, host: str, port: int, told: list[Callable[[str], object]]) -> None:
    """Tell the address as soon as it answers."""
    for _ in range(_PATIENCE):
        with suppress(OSError):
            socket.create_connection((host, port), timeout=1).close()
            break
        sleep(0.1)
    for tell in told:
        tell(address)


def allowed_hosts(host: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names to answer under: on loopback its own and those given, elsewhere any."""
    if not is_loopback(host):
        return names
    return ("localhost", "127.0.0.1", "[::1]", host, *names)


def is_loopback(host: str) -> bool:
    """Return whether a host is a loopback address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
