"""The address of an index on a cluster: parsed from text, and printed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from index.errors import UsageError

__all__ = ["Address"]

_PORT = 9200
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,200}")
# Names of what belongs to another index: a generation, its state, its times (see `indexes.py`).
_RESERVED = re.compile(r".*-(\d{6}|state|times)")
# Least and largest value of each option.
_OPTIONS = {"shards": (1, 1024), "replicas": (0, 20), "build-replicas": (0, 20), "timeout": (1, 3600)}


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of `opensearch://h1:9200,h2:9200/news?shards=3`.

    Attributes:
        hosts: Host and port of each node.
        name: The index's name on the cluster.
        secure: Whether to use TLS: the scheme is `opensearchs`.
        shards: Shards of the next rebuild.
        replicas: Copies of each shard after the next rebuild or update.
        build_replicas: Copies of each shard while it is filled.
        timeout: Seconds for one request.
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
        """Parse an address. Raises UsageError."""
        parts = urlsplit(url)
        name = parts.path.strip("/")
        if "@" in parts.netloc:
            raise UsageError(
                "an address holds no user and password, because addresses are printed:"
                " put them into OPENSEARCH_USER and OPENSEARCH_PASSWORD"
            )
        if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
            raise UsageError(
                f"{url!r} names no index: write opensearch://host:9200/NAME, with a name of lower-case"
                " letters, digits, _, . and - that does not end in six digits, -state or -times"
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
        low, high = _OPTIONS.get(key, (0, -1))
        if not value.isdecimal() or not low <= int(value) <= high:
            known = ", ".join(f"{name} ({low} to {high})" for name, (low, high) in _OPTIONS.items())
            raise UsageError(f"{url!r}: {key}={value} is no option; there are {known}")
        options[key.replace("-", "_")] = int(value)
    return options
