"""A cluster's address, and requests to it that outlive a node.

This is the one place where opensearch-py is called and where its errors
become ours. A request that may be repeated is repeated, on another node and
after a pause, as long as its patience lasts.
"""

from __future__ import annotations

import json
import logging
import os
import random
import re
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from index.errors import EngineError, MissingExtra, UsageError

try:
    from opensearchpy import OpenSearch
    from opensearchpy import exceptions as native
except ImportError as error:
    raise MissingExtra("an index on OpenSearch", extra="opensearch") from error

__all__ = ["ENGINE", "Address", "Client", "Refused"]

ENGINE = "opensearch"

SEARCH_PATIENCE = 15.0
"""Seconds in which a search or a small request is tried again: a lost node is replaced in less."""

AWAY_PATIENCE = 2.0
"""Seconds after which a cluster of which no node answers counts as away."""

_PORT = 9200
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,200}")
_GENERATION = re.compile(r".*-\d{6}")
_BUSY = (429, 502, 503, 504)
_NUMBERS = {"shards": (1, 1024), "replicas": (0, 20), "build-replicas": (0, 20), "timeout": (1, 3600)}

# Without a handler, Python would print the library's warnings about every node that is lost.
logging.getLogger("opensearch").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Address:
    """What `opensearch://h1:9200,h2:9200/news?shards=3` says.

    `shards` and `replicas` are those of the next rebuild; `build_replicas`
    are the copies that it keeps while it goes on; `timeout` is in seconds,
    for one request.
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    secure: bool = False
    shards: int = 3
    replicas: int = 1
    build_replicas: int = 0
    timeout: int = 30

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read an address. Raises UsageError that says what is wrong with it."""
        parts = urlsplit(url)
        name = parts.path.strip("/")
        if "@" in parts.netloc:
            raise UsageError(
                "an address holds no user and password, which others could read:"
                " put them into OPENSEARCH_USER and OPENSEARCH_PASSWORD"
            )
        if not _NAME.fullmatch(name) or _GENERATION.fullmatch(name) or name.endswith("-state"):
            raise UsageError(
                f"{url!r} names no index: write opensearch://host:9200/NAME, with a name of lower-case"
                " letters, digits, _, . and - that does not end in six digits or in -state"
            )
        hosts = tuple(_host(host, url) for host in parts.netloc.split(","))
        return cls(hosts, name, parts.scheme == "opensearchs", **_options(parts.query, url))

    def __str__(self) -> str:
        hosts = ",".join(f"{f'[{host}]' if ':' in host else host}:{port}" for host, port in self.hosts)
        return f"opensearch{'s' if self.secure else ''}://{hosts}/{self.name}"


def _host(text: str, url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        if parts.hostname:
            return parts.hostname, parts.port or _PORT
    except ValueError:
        pass
    raise UsageError(f"{url!r} names no host: write opensearch://host:9200/name, several with commas between")


def _options(query: str, url: str) -> dict[str, int]:
    options = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        low, high = _NUMBERS.get(key, (0, -1))
        if not value.isdecimal() or not low <= int(value) <= high:
            known = ", ".join(f"{name} ({low} to {high})" for name, (low, high) in _NUMBERS.items())
            raise UsageError(f"{url!r}: {key}={value} is no option; there are {known}")
        options[key.replace("-", "_")] = int(value)
    return options


def _credentials() -> dict[str, str]:
    """The header that says who asks."""
    user = os.environ.get("OPENSEARCH_USER")
    if not user:
        return {}
    # Not by the library's own option, which takes Latin letters only.
    both = f"{user}:{os.environ.get('OPENSEARCH_PASSWORD', '')}".encode("utf-8", "surrogateescape")
    return {"authorization": f"Basic {b64encode(both).decode()}"}


def _trust() -> ssl.SSLContext:
    """Which certificates are believed: those of OPENSEARCH_CA, or of the system."""
    path = os.environ.get("OPENSEARCH_CA") or None
    try:
        return ssl.create_default_context(cafile=path)
    except OSError as error:  # an SSLError is one
        raise UsageError(
            f"OPENSEARCH_CA: {path} holds no certificate that can be read"
            f" ({error.strerror or error}); it must name a file in PEM format"
        ) from error


class Refused(EngineError):
    """The cluster understood a request and says no; `status` is HTTP's, `kind` OpenSearch's name for why."""

    def __init__(self, message: str, *, status: int, kind: str) -> None:
        self.status = status
        self.kind = kind
        super().__init__(message, engine=ENGINE)


class Client:
    """Requests to one cluster. May be shared by threads."""

    def __init__(self, address: Address, *, connections: int = 8) -> None:
        self.address = address
        self._client = OpenSearch(
            [{"host": host, "port": port} for host, port in address.hosts],
            headers=_credentials(),
            use_ssl=address.secure,
            ssl_context=_trust() if address.secure else None,
            timeout=address.timeout,
            pool_maxsize=connections,
            # A node that refuses a connection costs nothing to pass by; all else is decided below.
            max_retries=len(address.hosts),
            retry_on_status=(),
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(self, path: str, body: Any = None, **params: Any) -> Any:
        """What can be read at `path`. Raises EngineError, Refused for what is not there."""
        return self.request("GET", path, body, params=params)

    def find(self, path: str, body: Any = None, **params: Any) -> Any:
        """The same, and None for what is not there."""
        try:
            return self.get(path, body, **params)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    def put(self, path: str, body: Any = None, **params: Any) -> Any:
        """Write something that may be written twice."""
        return self.request("PUT", path, body, params=params)

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """Ask for something that may be asked for twice."""
        return self.request("POST", path, body, params=params)

    def delete(self, path: str, body: Any = None, **params: Any) -> Any:
        """Remove something; None where it is gone already."""
        try:
            return self.request("DELETE", path, body, params=params)
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
        """One request, tried again for `patience` seconds where another try may help.

        `body` is a value, or text with one JSON object a line. `timeout` is
        that of one try, in seconds. Raises EngineError.
        """
        began = time.monotonic()
        pause = 0.05
        while True:
            try:
                return self._once(method, path, body, params or {}, timeout)
            except native.OpenSearchException as error:
                waited = time.monotonic() - began
                # Where every node refuses connections, a short time says as much as a long one.
                away = isinstance(error, native.ConnectionError) and patience <= SEARCH_PATIENCE
                if not _may_help(error) or waited + pause > (AWAY_PATIENCE if away else patience):
                    raise self._translated(error) from error
            # Not all clients at once, when the cluster is busy.
            time.sleep(pause * random.uniform(0.7, 1.3))
            pause = min(pause * 2, 5.0)

    def _once(
        self, method: str, path: str, body: Any, params: Mapping[str, Any], timeout: float | None
    ) -> Any:
        lines = isinstance(body, str)
        return self._client.transport.perform_request(
            method,
            path,
            params={name: _parameter(value) for name, value in params.items()},
            body=body if lines or body is None else json.dumps(body, ensure_ascii=False),
            timeout=timeout or self.address.timeout,
            headers={"content-type": "application/x-ndjson" if lines else "application/json"},
        )

    def _translated(self, error: native.OpenSearchException) -> EngineError:
        if isinstance(error, native.ConnectionError):
            return EngineError(
                f"{self.address} {_unreachable(error, self.address.secure)}: {_reason(error)}", engine=ENGINE
            )
        if isinstance(error, native.AuthenticationException | native.AuthorizationException):
            return EngineError(
                f"{self.address} lets no one in without the right OPENSEARCH_USER and OPENSEARCH_PASSWORD:"
                f" {_reason(error)}",
                engine=ENGINE,
            )
        if isinstance(error, native.TransportError) and isinstance(error.status_code, int):
            message = f"{self.address} refused: {_reason(error)}"
            return Refused(message, status=error.status_code, kind=str(error.error))
        return EngineError(f"{self.address} gave an answer that cannot be read: {error}", engine=ENGINE)


def _unreachable(error: native.ConnectionError, secure: bool) -> str:
    """What is wrong with a connection, and what to do about it where that is known."""
    said = str(error)
    if "certificate verify failed" in said and "ismatch" not in said:
        return "has a certificate of an authority that is not known here; name its file in OPENSEARCH_CA"
    if not secure and ("Remote end closed" in said or "reset by peer" in said):
        return "does not answer (is it https? then write opensearchs://)"
    return "does not answer"


def _may_help(error: native.OpenSearchException) -> bool:
    """Whether the same request may succeed in a moment."""
    if isinstance(error, native.SSLError):
        return False
    if isinstance(error, native.ConnectionError):
        return True
    if not isinstance(error, native.TransportError) or not isinstance(error.status_code, int):
        return False
    if error.status_code in _BUSY:
        return True
    # A node that is killed in the middle of a search leaves "disconnected" in a 500;
    # a 500 for what is asked itself has its cause in the message.
    return error.status_code == 500 and any(
        sign in str(error.info)
        for sign in (
            "disconnected",
            "node_",
            "no_shard_available",
            "NodeDisconnected",
            "closed",
            "not connected",
        )
    )


def _reason(error: native.TransportError) -> str:
    """The innermost cause that the cluster gives, on one line."""
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
