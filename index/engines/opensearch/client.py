"""Requests to a cluster that outlive the loss of a node.

This is the only module that calls opensearch-py, and the one where its errors
become ours. The library repeats a request on the next node at once and gives
up when it has tried each; a node that restarts is away for longer. So a
request is repeated here, after growing pauses, until it succeeds or its
patience is over. Every request must therefore be one that may be done twice:
an answer that was lost does not tell whether the cluster did what was asked.
"""

from __future__ import annotations

import json
import logging
import os
import random
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from functools import partial
from types import SimpleNamespace
from typing import Any

from index.engines.opensearch.address import Address
from index.errors import EngineError, MissingExtra, UsageError

try:
    from opensearchpy import OpenSearch
    from opensearchpy import exceptions as native
    from opensearchpy.helpers import parallel_bulk
except ImportError as error:
    raise MissingExtra("an index on OpenSearch", extra="opensearch") from error

__all__ = ["ENGINE", "WRITE_PATIENCE", "Client", "Refused"]

ENGINE = "opensearch"

SEARCH_PATIENCE = 15.0
"""Seconds for which a search or a small request is repeated: a lost node is replaced in less."""

WRITE_PATIENCE = 600.0
"""Seconds for which a write is repeated: a node that is restarted is back in less."""

AWAY_PATIENCE = 2.0
"""Seconds after which a cluster of which no node answers counts as away."""

_BUSY = frozenset((429, 502, 503, 504))
# An action of a bulk request that fails with 500 was sent to a shard that moved or stopped.
_BUSY_ACTION = _BUSY | {500}
# In a 500 for a whole request these are signs of a node that was killed; without them the
# request itself is at fault.
_LOST_NODE = ("disconnected", "node_", "no_shard_available", "NodeDisconnected", "closed", "not connected")

# A bulk request of this size is quickly repeated, and large enough that its fixed cost does not count.
_BULK_BYTES = 3_000_000

# Without a handler, Python would print the library's warnings about every node that is lost.
logging.getLogger("opensearch").addHandler(logging.NullHandler())


class Refused(EngineError):
    """The cluster understood a request and refused it.

    Attributes:
        status: The HTTP status.
        kind: OpenSearch's name of the error.
    """

    def __init__(self, message: str, *, status: int, kind: str) -> None:
        self.status = status
        self.kind = kind
        super().__init__(message, engine=ENGINE)


class Client:
    """Sends requests to one cluster. May be shared by threads."""

    def __init__(self, address: Address, *, connections: int = 8) -> None:
        self.address = address
        self._client = OpenSearch(
            [{"host": host, "port": port} for host, port in address.hosts],
            headers=_credentials(),
            use_ssl=address.secure,
            ssl_context=_trusted() if address.secure else None,
            timeout=address.timeout,
            pool_maxsize=connections,
            # The library passes by nodes that refuse a connection. It must not repeat on a status:
            # it would put a node that is only busy aside for a minute.
            max_retries=len(address.hosts),
            retry_on_status=(),
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(self, path: str, body: Any = None, **params: Any) -> Any:
        """Read from `path`. Raises EngineError; Refused if nothing is there."""
        return self.request("GET", path, body, params=params)

    def find(self, path: str, body: Any = None, **params: Any) -> Any:
        """Read from `path`; return None if nothing is there."""
        return self._unless_gone("GET", path, body, params)

    def put(self, path: str, body: Any = None, **params: Any) -> Any:
        """Write to `path`."""
        return self.request("PUT", path, body, params=params)

    def create(self, path: str, body: Any = None, **params: Any) -> None:
        """Create an index with a PUT; do nothing if it exists."""
        try:
            self.put(path, body, **params)
        except Refused as error:
            if error.kind != "resource_already_exists_exception":
                raise

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """Send a POST request."""
        return self.request("POST", path, body, params=params)

    def delete(self, path: str, body: Any = None, **params: Any) -> Any:
        """Delete `path`; return None if nothing is there."""
        return self._unless_gone("DELETE", path, body, params)

    def _unless_gone(self, method: str, path: str, body: Any, params: Mapping[str, Any]) -> Any:
        try:
            return self.request(method, path, body, params=params)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, Any] | None = None,
        patience: float = SEARCH_PATIENCE,
        timeout: float | None = None,
    ) -> Any:
        """Send one request and return the answer.

        Args:
            method: HTTP's.
            path: Below the address's host.
            body: A value to be sent as JSON.
            params: Parameters of the query string.
            patience: Seconds for which the request is repeated while that may help.
            timeout: Seconds for one attempt; None for the address's.

        Raises:
            Refused: The cluster said no.
            EngineError: There was no answer, or one that cannot be read.
        """
        data = None if body is None else json.dumps(body, ensure_ascii=False)
        return self._repeat(partial(self._send, method, path, data, params or {}, timeout), patience)

    def bulk(
        self, index: str, actions: Iterable[tuple[dict[str, Any], str | None]]
    ) -> Generator[dict[str, Any], None, None]:
        """Send actions to an index, several requests at a time; yield the result of each, in order.

        Requests with actions for which a shard is busy or away are repeated as a
        whole. So an action that was done may be sent again, and a "create"
        answered with status 409 may have been done by this call.

        Args:
            index: The index's name.
            actions: Header and document of each: `({"create": {"_id": "a"}}, '{"row": 1}')`, the
                document None to delete.

        Raises:
            EngineError: A request was refused, or repeated for WRITE_PATIENCE without success.
        """
        path = f"/{index}/_bulk"
        # The part of the library's client that its helper uses, with our retries and errors.
        client = SimpleNamespace(
            transport=self._client.transport,
            bulk=lambda body: self._repeat(partial(self._send_bulk, path, body), WRITE_PATIENCE),
        )
        results = parallel_bulk(
            client,
            actions,
            max_chunk_bytes=_BULK_BYTES,
            expand_action_callback=tuple,
            raise_on_error=False,
        )
        with closing(results):
            for _, result in results:
                yield from result.values()

    def _send_bulk(self, path: str, body: str) -> Any:
        """Send a bulk request; raise the library's error if a shard is busy or away."""
        params = {"filter_path": "errors,items.*.status,items.*.error"}
        answer = self._send("POST", path, body, params, 2 * self.address.timeout, kind="application/x-ndjson")
        results = [result for item in answer["items"] for result in item.values()] if answer["errors"] else ()
        if busy := [result for result in results if result["status"] in _BUSY_ACTION]:
            raise native.TransportError(429, "bulk_action_failed", busy[0])
        return answer

    def _repeat(self, send: Callable[[], Any], patience: float) -> Any:
        began = time.monotonic()
        pause = 0.05
        while True:
            try:
                return send()
            except native.OpenSearchException as error:
                waited = time.monotonic() - began
                # If every node refuses connections, a short time says as much as a long one.
                away = isinstance(error, native.ConnectionError) and patience <= SEARCH_PATIENCE
                if not _may_pass(error) or waited + pause > (AWAY_PATIENCE if away else patience):
                    raise self._translated(error) from error
            # Clients of a busy cluster should not all come back at the same moment.
            time.sleep(pause * random.uniform(0.7, 1.3))
            pause = min(pause * 2, 5.0)

    def _send(
        self,
        method: str,
        path: str,
        body: str | None,
        params: Mapping[str, Any],
        timeout: float | None,
        kind: str = "application/json",
    ) -> Any:
        return self._client.transport.perform_request(
            method,
            path,
            params={name: _parameter(value) for name, value in params.items()},
            body=body,
            timeout=timeout or self.address.timeout,
            headers={"content-type": kind},
        )

    def _translated(self, error: native.OpenSearchException) -> EngineError:
        if isinstance(error, native.ConnectionError):
            return EngineError(
                f"{self.address} {_unreachable(error, self.address.secure)}: {_reason(error)}", engine=ENGINE
            )
        if isinstance(error, native.AuthenticationException | native.AuthorizationException):
            return EngineError(
                f"{self.address} needs the right OPENSEARCH_USER and OPENSEARCH_PASSWORD: {_reason(error)}",
                engine=ENGINE,
            )
        if isinstance(error, native.TransportError) and isinstance(error.status_code, int):
            message = f"{self.address} refused: {_reason(error)}"
            return Refused(message, status=error.status_code, kind=str(error.error))
        return EngineError(f"{self.address} gave an answer that cannot be read: {error}", engine=ENGINE)


def _credentials() -> dict[str, str]:
    """Return the header that names the user, if the environment does."""
    user = os.environ.get("OPENSEARCH_USER")
    if not user:
        return {}
    # The library's own option takes Latin letters only.
    both = f"{user}:{os.environ.get('OPENSEARCH_PASSWORD', '')}".encode("utf-8", "surrogateescape")
    return {"authorization": f"Basic {b64encode(both).decode()}"}


def _trusted() -> ssl.SSLContext:
    """Return a context that trusts the authorities in OPENSEARCH_CA, or else the system's."""
    path = os.environ.get("OPENSEARCH_CA") or None
    try:
        return ssl.create_default_context(cafile=path)
    except OSError as error:  # an SSLError is one
        raise UsageError(
            f"OPENSEARCH_CA: {path} holds no certificate that can be read"
            f" ({error.strerror or error}); it must name a file in PEM format"
        ) from error


def _unreachable(error: native.ConnectionError, secure: bool) -> str:
    """Say what is wrong with a connection, and what to do if the cause is known."""
    reason = str(error)
    if "certificate verify failed" in reason and "ismatch" not in reason:
        return "has a certificate of an authority that is not known here; name its file in OPENSEARCH_CA"
    if not secure and ("Remote end closed" in reason or "reset by peer" in reason):
        return "does not answer (is it https? then write opensearchs://)"
    return "does not answer"


def _may_pass(error: native.OpenSearchException) -> bool:
    """Return whether the same request may succeed in a moment."""
    if isinstance(error, native.SSLError):
        return False
    if isinstance(error, native.ConnectionError):
        return True
    if not isinstance(error, native.TransportError) or not isinstance(error.status_code, int):
        return False
    if error.status_code in _BUSY:
        return True
    return error.status_code == 500 and any(sign in str(error.info) for sign in _LOST_NODE)


def _reason(error: native.TransportError) -> str:
    """Return the innermost cause that the cluster gives, on one line."""
    info = error.info
    if isinstance(info, dict) and isinstance(info.get("error"), dict):
        cause = info["error"]
        for inner in cause.get("failed_shards", [])[:1]:
            cause = inner.get("reason") or cause
        while isinstance(cause.get("caused_by"), dict):
            cause = cause["caused_by"]
        return " ".join(str(cause.get("reason") or cause.get("type")).split())[:500]
    return " ".join(str(info or error.error).split())[:500]


def _parameter(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
