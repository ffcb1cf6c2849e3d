"""Connections from clients that do not send their requests to the end.

uvicorn waits for the rest of a request without a limit, and counts a connection that
waits like any other: one client with a thousand half-sent requests would keep out all
others. Here a request has to be there within some seconds, and one client can have only
so many connections whose request is not.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["MOST_WAITING", "SECONDS_TO_SEND", "ImpatientProtocol"]

SECONDS_TO_SEND = 10.0
"""How long a request may take to arrive, from its connection or its first byte on."""

MOST_WAITING = 100
"""The most connections of one client whose request has not arrived, in each process."""


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with limits to requests that do not arrive."""

    seconds: ClassVar[float] = SECONDS_TO_SEND
    _waiting: ClassVar[Counter[str]] = Counter()

    _name: str = ""
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, or close it if its client has too many that wait."""
        super().connection_made(transport)
        self._name = _network_of(self.client)
        if self._waiting[self._name] >= MOST_WAITING:
            transport.abort()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on; the clock stops when the request is there with its body."""
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not self.transport.is_closing():
            self._wait()
        else:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection no more."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._timer is None:
            self._waiting[self._name] += 1
            self._timer = self.loop.call_later(self.seconds, self._give_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._waiting[self._name] -= 1
            if not self._waiting[self._name]:
                del self._waiting[self._name]

    def _give_up(self) -> None:
        self._stop()
        self.transport.abort()


def _network_of(client: Any) -> str:
    """Return the address of a client; in IPv6, where everybody has many, the network."""
    try:
        address = ip_address(client[0].partition("%")[0])
    except (TypeError, ValueError, IndexError):
        return str(client)
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)
