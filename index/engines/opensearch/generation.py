"""A generation on a cluster in the making: one index, from its first article to the switch of the alias.

An update begins with a clone of the generation in force, whose files are hard
links. So nobody sees half an update, and a generation never changes once it is
complete. The index is made when there is something to write; if nothing has
changed, nothing is cloned.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Literal

from index.article import Article
from index.engines.opensearch.bulk import Bulk, BulkAction
from index.engines.opensearch.client import ENGINE, WRITE_PATIENCE, Client, Refused
from index.engines.opensearch.fields import (
    ROW_AND_ORIGIN,
    key_of,
    length_field,
    mappings,
    origin_fields,
    origin_of,
    sketch_fields,
    token_texts_field,
)
from index.engines.opensearch.indexes import ClusterLease, Indexes
from index.engines.opensearch.lock import Lock
from index.engines.opensearch.times import FileTimes
from index.errors import ArticleError, BuildError, EngineError
from index.own_fields import OwnFields
from index.storage.location import Generation, two_articles
from index.storage.manifest import Manifest
from index.storage.store import Origin, Stored
from index.text.document import RANKED

__all__ = ["FILLING_LEASES", "LEASES", "ClusterGeneration", "all_stored"]

_PAGE = 5_000
# How long a generation that was replaced is kept for searches that are under way.
_GRACE_SECONDS = 3.0
# How long a new index may take until it can be written to, and until its copies are there too.
_SHARDS_TIMEOUT, _COPIES_TIMEOUT = "60s", "20s"

_FILLING = {"refresh_interval": "-1", "auto_expand_replicas": False, "blocks.write": None}
# How long operations are kept for a replica that lags behind. The default is twelve hours, for which
# every document would be kept twice, with its streams, however often segments are merged.
LEASES, FILLING_LEASES = "soft_deletes.retention_lease.period", "30s"


class ClusterGeneration(Generation):
    """An index that one process fills and switches to, as long as it holds `lock`."""

    def __init__(
        self,
        indexes: Indexes,
        number: int,
        user_dict: str | None,
        base: ClusterLease | None,
        lock: Lock,
        own_fields: OwnFields = (),
    ) -> None:
        self._indexes = indexes
        self._client = indexes.client
        self._address = indexes.client.address
        self._state = indexes.state
        self._times = FileTimes(indexes.client)
        self._lock = lock
        self.number = number
        self._index = indexes.index_of(number)
        self._user_dict = user_dict
        self._own_fields = own_fields
        self._base = base
        # Fields of every document beside those of its article.
        self._marks: dict[str, Any] = {}
        self._first_row = self._next_row = base.next_row if base else 0
        self._expected = base.manifest.articles if base else 0
        self._removed: dict[str, Stored] = {}
        # Articles of this run that replace one of `base`: their ids may not come again.
        self._written: dict[str, Stored] = {}
        self._bulk: Bulk | None = None
        self._in_force = False

    # What there is

    def stored(self, root: str) -> Iterator[Stored]:
        """Yield the articles of `base` from one archive folder."""
        if self._base is None:
            return
        yield from all_stored(self._client, self._base.index, {"term": {"root": root}})

    def find_many(self, ids: Sequence[str]) -> dict[str, Stored]:
        """Return the articles under these ids, of `base` or written in their place, in one request."""
        if self._base is None or not ids:
            return {}
        body = {"ids": [key_of(id) for id in dict.fromkeys(ids)]}
        found = self._client.post(f"/{self._base.index}/_mget", body, _source_includes=ROW_AND_ORIGIN)
        if unknown := [document for document in found["docs"] if "error" in document]:
            raise EngineError(
                f"{self._indexes} cannot tell what it holds: {unknown[0]['error']}", engine=ENGINE
            )
        there = [_stored(document["_source"]) for document in found["docs"] if document.get("found")]
        return {stored.id: self._written.get(stored.id, stored) for stored in self._times.applied(there)}

    def is_new(self, stored: Stored) -> bool:
        """Return whether this run wrote it."""
        return stored.row >= self._first_row

    # Writing

    def add(self, article: Article, token_texts: bytes, sketch: bytes, origin: Origin, prepared: str) -> None:
        """Send an article soon. Another one of the same id may be found later."""
        if (earlier := self._written.get(article.id)) is not None:
            raise ArticleError(two_articles(article.id, earlier.origin.path, origin.path))
        row = self._next_row
        self._next_row += 1
        kind: Literal["create", "index"] = "create"
        if self._removed.pop(article.id, None) is not None:
            kind = "index"
            self._written[article.id] = Stored(row, article.id, origin)
        else:
            self._expected += 1
        fields = json.dumps(
            {
                **self._marks,
                "row": row,
                "added": int(time.time()),
                **sketch_fields(sketch),
                **origin_fields(origin),
                **token_texts_field(token_texts),
            },
            ensure_ascii=False,
        )
        document = f"{fields[:-1]}, {prepared[1:]}"
        self._open().add(BulkAction(kind, key_of(article.id), article.id, origin.path, row, document))

    def remove(self, stored: Stored) -> None:
        """Remove an article in the end, unless it is added again."""
        self._removed[stored.id] = stored

    def renew(self, stored: Stored, origin: Origin) -> None:
        """Remember the new time of a file, beside the generations."""
        if origin != stored.origin:
            self._times.renew(stored.id, origin)

    def _open(self) -> Bulk:
        """Return the writer; make the index first if there is none yet."""
        if self._bulk is None:
            self._lock.keep()
            self._make()
            self._bulk = Bulk(self._client, self._index)
        return self._bulk

    def _make(self) -> None:
        if self._user_dict is not None:
            self._state.put_user_dict(self._index, self._user_dict)
        if self._base is None:
            self._create(mappings({"state": "building"}, self._own_fields))
        else:
            self._create_once(f"/{self._base.index}/_clone/{self._index}", self._filling(), {})
            self._put_meta({"state": "building"})

    def _filling(self) -> dict[str, Any]:
        """Return the settings of an index that is being filled."""
        return {**_FILLING, "number_of_replicas": self._address.build_replicas}

    def _create(self, fields: dict[str, Any]) -> None:
        settings = {
            **self._filling(),
            LEASES: FILLING_LEASES,
            "number_of_shards": self._address.shards,
            "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
        }
        self._create_once(f"/{self._index}", settings, {"mappings": fields})

    def _create_once(self, path: str, settings: dict[str, Any], rest: dict[str, Any]) -> None:
        body = {"settings": {"index": settings}, **rest}
        # A copy that is not there yet saves nothing if the node with the shard is lost. Where
        # there are too few nodes for all copies, the rebuild goes on after the timeout.
        copies = self._address.build_replicas
        timeout = _COPIES_TIMEOUT if copies else _SHARDS_TIMEOUT
        self._client.create(path, body, wait_for_active_shards=str(1 + copies), timeout=timeout)
        self._wait(f"/_cluster/health/{self._index}", wait_for_status="yellow")

    def checkpoint(self) -> None:
        """Write new times of files; raise BuildError if the lock was lost."""
        self._times.write()
        self._lock.check()

    # Coming into force

    def complete(self, *, optimize: bool) -> int:
        """Write everything out. Raises BuildError if the cluster does not have what was written."""
        bulk = self._open()
        for stored in self._removed.values():
            bulk.add(BulkAction("delete", key_of(stored.id), stored.id))
            self._expected -= 1
        bulk.flush()
        self._patiently("POST", f"/{self._index}/_refresh")
        if optimize:
            self._patiently("POST", f"/{self._index}/_forcemerge", max_num_segments=1)
        articles = self._count()
        if articles != self._expected:
            raise BuildError(
                f"{self._indexes} has {articles:,} articles and should have {self._expected:,}:"
                " a node has lost some; try again; the index is as it was before"
            )
        return articles

    def _count(self) -> int:
        """Return the number of articles; sum the lengths of their streams."""
        aggregations = {length_field(*key): {"sum": {"field": length_field(*key)}} for key in RANKED}
        body = {"size": 0, "track_total_hits": True, "aggs": aggregations}
        found = self._client.get(f"/{self._index}/_search", body, allow_partial_search_results=False)
        self._totals = {name: round(sums["value"]) for name, sums in found["aggregations"].items()}
        return int(found["hits"]["total"]["value"])

    def switch(self, manifest: Manifest) -> None:
        """Make the replicas, move the alias, and remove the generations before."""
        replicas = self._address.replicas
        settings = {
            "refresh_interval": None,
            LEASES: None,
            "auto_expand_replicas": f"0-{replicas}" if replicas else False,
            "number_of_replicas": replicas,
        }
        self._patiently("POST", f"/{self._index}/_flush")
        self._settle({**settings, "blocks.write": True})
        self._wait_for_replicas()
        values = {key: value for key, value in asdict(manifest).items() if key != "files"}
        self._put_meta(
            {"state": "complete", "manifest": values, "totals": self._totals, "next_row": self._next_row}
        )
        self._lock.check()
        self._move_alias()
        self._in_force = True
        self._sweep()

    def _move_alias(self) -> None:
        name = self._address.name
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": name}} for index in self._indexes.aliased() - {self._index}
        ]
        actions.append({"add": {"index": self._index, "alias": name}})
        try:
            self._client.post("/_aliases", {"actions": actions})
        except Refused:
            # If it was moved and the answer was lost, it could not be moved a second time.
            if self._indexes.aliased() != {self._index}:
                raise

    def _sweep(self) -> None:
        others = [index for index in self._indexes.all() if index != self._index]
        if others:
            # For searches that are under way, and Searchers that have not looked at the alias since.
            time.sleep(_GRACE_SECONDS)
        for index in others:
            self._indexes.remove(index)
        if self._base is None:
            self._times.remove()

    def close(self, *, failed: bool) -> None:
        """Let go; remove the index if it is not in force."""
        if self._bulk is not None:
            self._bulk.close()
        try:
            # An error may come from the switch itself, after the alias was moved.
            if self._bulk is not None and not self._in_force and self._index not in self._indexes.aliased():
                self._indexes.remove(self._index)
            if not failed:
                self._times.write()
        except EngineError:
            if not failed:
                raise
            # The error that ended the run is being told already; the next writer clears up.

    def _put_meta(self, meta: dict[str, Any]) -> None:
        self._client.put(f"/{self._index}/_mapping", {"_meta": {"jiansuo": meta}})

    def _settle(self, settings: dict[str, Any]) -> None:
        self._client.put(f"/{self._index}/_settings", {"index": settings})

    def _patiently(self, method: str, path: str, body: Any = None, **params: Any) -> None:
        """Send a request that may take as long as it takes."""
        self._client.request(method, path, body, params=params, patience=WRITE_PATIENCE, timeout=86_400)

    def _wait(self, path: str, **params: Any) -> dict[str, Any]:
        """Wait up to a minute for a state of health."""
        answer: dict[str, Any] = self._client.request(
            "GET", path, params={**params, "timeout": "60s"}, patience=WRITE_PATIENCE, timeout=90
        )
        return answer

    def _wait_for_replicas(self) -> None:
        """Wait until all replicas are there, as long as some are being made."""
        while True:
            try:
                self._wait(f"/_cluster/health/{self._index}", wait_for_status="green")
                return
            except Refused as error:
                if error.status != 408:
                    raise
            health = self._client.get(f"/_cluster/health/{self._index}")
            if not health["initializing_shards"]:
                raise BuildError(
                    f"{self._indexes} cannot place {health['unassigned_shards']} shards; see what"
                    " GET /_cluster/allocation/explain says, or rebuild with fewer ?replicas=;"
                    " the index is as it was before"
                )


def all_stored(client: Client, index: str, query: dict[str, Any]) -> Iterator[Stored]:
    """Yield what an index holds that matches a query, by row."""
    asked = {"query": query, "size": _PAGE, "sort": ["row"], "track_total_hits": False}
    asked["_source"] = ROW_AND_ORIGIN.split(",")
    while True:
        page = client.get(f"/{index}/_search", asked, allow_partial_search_results=False)
        hits = page["hits"]["hits"]
        yield from (_stored(hit["_source"]) for hit in hits)
        if len(hits) < _PAGE:
            return
        asked["search_after"] = hits[-1]["sort"]


def _stored(source: dict[str, Any]) -> Stored:
    return Stored(source["row"], source["id"], origin_of(source))
