"""Remember new modification times of files with unchanged content, in the index `news-times`.

A generation never changes, and OpenSearch cannot change part of a document of
ours (see `fields.py`). Without this index every update would read such files
again. An entry says that a file with this path, size and time has content with
this digest, which stays true even if the update that wrote it fails.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from index.engines.opensearch.client import Client
from index.engines.opensearch.fields import key_of, origin_fields, origin_of
from index.storage.store import Origin, Stored

__all__ = ["FileTimes"]

_SETTINGS = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}


class FileTimes:
    """The times beside the generations of one name."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._path = f"/{client.address.name}-times"
        self._unwritten: dict[str, Origin] = {}

    def renew(self, id: str, origin: Origin) -> None:
        """Remember the time of an article's file; `write` writes it."""
        self._unwritten[id] = origin

    def write(self) -> None:
        """Write what was renewed."""
        origins, self._unwritten = self._unwritten, {}
        if not origins:
            return
        self._client.create(self._path, {"settings": {"index": _SETTINGS}, "mappings": {"enabled": False}})
        actions = (
            ({"index": {"_id": key_of(id)}}, json.dumps(origin_fields(origin)))
            for id, origin in origins.items()
        )
        for _ in self._client.bulk(self._path[1:], actions):
            pass

    def applied(self, stored: Sequence[Stored]) -> list[Stored]:
        """Return articles with the newest known times of their files."""
        if not stored:
            return []
        found = self._client.post(f"{self._path}/_mget", {"ids": [key_of(item.id) for item in stored]})
        return [
            _newest(item, document["_source"]) if document.get("found") else item
            for item, document in zip(stored, found["docs"], strict=True)
        ]

    def remove(self) -> None:
        """Forget all times: a rebuild has read every file."""
        self._client.delete(self._path)


def _newest(stored: Stored, source: dict[str, Any]) -> Stored:
    known, there = origin_of(source), stored.origin
    same = (known.path, known.digest) == (there.path, there.digest)
    if not same:
        return stored
    return stored._replace(origin=there._replace(size=known.size, mtime_ns=known.mtime_ns))
