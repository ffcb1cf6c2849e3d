"""Listen on a port, for the pages and for the server of tools: names, a free port, uvicorn's limits."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread
from time import sleep
from typing import Any

import uvicorn

from search.web.connections import ImpatientProtocol
from search.web.headers import LONGEST_ADDRESS

__all__ = ["LONGEST_HEAD", "allowed_hosts", "is_loopback", "listen"]

LONGEST_HEAD = LONGEST_ADDRESS + 64 * 1024
"""The most bytes of the head of a request: of its address and its header fields."""

_MOST_CONNECTIONS = 1_000
_LAST_SECONDS = 15
_PATIENCE = 300


def listen(
    app: Any,
    *,
    host: str,
    port: int,
    path: str = "/",
    workers: int = 1,
    told: Sequence[Callable[[str], object]],
) -> None:
    """Serve an application until SIGINT or SIGTERM, then let requests under way finish.

    Args:
        app: The application; for several workers the name of a function that makes it.
        host: The address to listen on.
        port: The port; 0 for any that is free.
        path: What stands behind host and port in the address that is told.
        workers: How many processes answer.
        told: Called with the address once it answers.

    Raises:
        OSError: The port is taken.
    """
    port = _free(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}{path}"
    Thread(target=_tell, args=(address, host, port, told), daemon=True).start()
    uvicorn.run(
        app,
        factory=isinstance(app, str),
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


def _tell(address: str, host: str, port: int, told: Sequence[Callable[[str], object]]) -> None:
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
