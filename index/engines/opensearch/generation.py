"""A generation on a cluster in the making: one index, from its first article to the switch of the alias."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.article import Article
from index.engines.opensearch.bulk import WRITE_PATIENCE, Action, Bulk
from index.engines.opensearch.client import Refused
from index.engines.opensearch.fields import key_of, length_field, mappings
from index.engines.opensearch.lock import Lock, StateIndex
from index.errors import BuildError, EngineError
from index.storage.location import Generation
from index.storage.manifest import Manifest
from index.storage.store import Origin, Stored
from index.text.document import RANKED

if TYPE_CHECKING:
    from index.engines.opensearch.location import ClusterLease, ClusterLocation

__all__ = ["FILLING_LEASES", "LEASES", "ClusterGeneration"]

_PAGE = 5_000
# For how long a generation that is replaced is kept for the searches under way.
_GRACE_SECONDS = 3.0

_FILLING = {"refresh_interval": "-1", "auto_expand_replicas": False, "blocks.write": None}
# For how long a lagging replica's share is kept; by default twelve hours, and till then
# every document is kept twice, with its streams, however often segments are merged.
LEASES, FILLING_LEASES = "soft_deletes.retention_lease.period", "30s"


class ClusterGeneration(Generation):
    """One process fills an index and switches to it, as Generation says; `lock` says that it may."""

    def __init__(
        self,
        location: ClusterLocation,
        number: int,
        user_dict: str | None,
        base: ClusterLease | None,
        lock: Lock,
    ) -> None:
        self._location = location
        self._client = location.client
        self._state = StateIndex(location.client)
        self._lock = lock
        self.number = number
        self._index = location.index_of(number)
        self._user_dict = user_dict
        self._base = base
        # Fields of every document beside those of its article.
        self._marks: dict[str, Any] = {}
        self._first_row = self._next_row = base.next_row if base else 0
        self._expected = base.manifest.articles if base else 0
        self._removed: dict[str, Stored] = {}
        # What was there before and was written by this run: its id may not come again.
        self._written: dict[str, Stored] = {}
        self._bulk: Bulk | None = None
        self._in_force = False

    # What there is

    def stored(self, root: str) -> Iterator[Stored]:
        """What the generation before holds from one archive folder."""
        if self._base is not None:
            yield from (self._stored(hit) for hit in self._everything({"term": {"root": root}}))

    def _everything(self, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """All documents of the generation before that match, without their articles."""
        assert self._base is not None
        after: dict[str, Any] = {}
        while True:
            body = {"query": query, "size": _PAGE, "sort": ["row"], "track_total_hits": False, **after}
            body["_source"] = ["row", "id", "root", "origin"]
            hits = self._client.get(f"/{self._base.index}/_search", body)["hits"]["hits"]
            yield from (hit["_source"] for hit in hits)
            if len(hits) < _PAGE:
                return
            after = {"search_after": hits[-1]["sort"]}

    def find_many(self, ids: Sequence[str]) -> dict[str, Stored]:
        """What the generation before holds under these ids, or what this run wrote in its place."""
        if self._base is None or not ids:
            return {}
        body = {"ids": [key_of(id) for id in dict.fromkeys(ids)]}
        found = self._client.post(f"/{self._base.index}/_mget", body, _source_includes="row,id,root,origin")
        documents = (document["_source"] for document in found["docs"] if document.get("found"))
        known = {source["id"]: self._stored(source) for source in documents}
        return known | {id: self._written[id] for id in ids if id in self._written}

    def is_new(self, stored: Stored) -> bool:
        """Whether this run wrote it."""
        return stored.row >= self._first_row

    @staticmethod
    def _stored(source: dict[str, Any]) -> Stored:
        origin = source["origin"]
        return Stored(
            source["row"],
            source["id"],
            Origin(
                bytes.fromhex(origin["digest"]),
                source["root"],
                origin["path"],
                origin["size"],
                origin["mtime_ns"],
            ),
        )

    # Writing

    def add(self, article: Article, token_texts: bytes, origin: Origin, prepared: str) -> None:
        """Send an article, soon; its id may be found taken later."""
        row = self._next_row
        self._next_row += 1
        kind = "create"
        if self._removed.pop(article.id, None) is not None:
            kind = "index"
            self._written[article.id] = Stored(row, article.id, origin)
        else:
            self._expected += 1
        self._write(kind, row, article, origin, prepared)

    def remove(self, stored: Stored) -> None:
        """Remove an article: when all is done, unless it is added again."""
        self._removed[stored.id] = stored

    def renew(self, stored: Stored, origin: Origin) -> None:
        """Do nothing: a document is written whole or not at all, and the next update compares contents."""

    def _write(self, kind: str, row: int, article: Article, origin: Origin, prepared: str) -> None:
        where = {
            **self._marks,
            "row": row,
            "root": origin.root,
            "origin": {
                "path": origin.path,
                "size": origin.size,
                "mtime_ns": origin.mtime_ns,
                "digest": origin.digest.hex(),
            },
        }
        document = f"{json.dumps(where, ensure_ascii=False)[:-1]}, {prepared[1:]}"
        self._open().add(Action(kind, key_of(article.id), article.id, origin.path, row, document))

    def _open(self) -> Bulk:
        """Make the index when there is something to write."""
        if self._bulk is None:
            self._lock.keep()
            self._make()
            self._bulk = Bulk(self._client, self._index)
        return self._bulk

    def _make(self) -> None:
        if self._user_dict is not None:
            self._state.put_user_dict(self._index, self._user_dict)
        if self._base is None:
            self._create(mappings({"state": "building"}))
        else:
            self._clone(self._base.index)

    def _filling(self) -> dict[str, Any]:
        """The settings of an index that is being filled."""
        return {**_FILLING, "number_of_replicas": self._location.address.build_replicas}

    def _create(self, fields: dict[str, Any]) -> None:
        settings = {
            **self._filling(),
            LEASES: FILLING_LEASES,
            "number_of_shards": self._location.address.shards,
            "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
        }
        self._create_once(f"/{self._index}", {"settings": {"index": settings}, "mappings": fields})

    def _clone(self, base: str) -> None:
        settings = self._filling()
        self._create_once(f"/{base}/_clone/{self._index}", {"settings": {"index": settings}})
        self._put_meta({"state": "building"})

    def _create_once(self, path: str, body: dict[str, Any]) -> None:
        try:
            self._client.put(path, body, wait_for_active_shards="1", timeout="60s")
        except Refused as error:
            # It was made, and the answer was lost.
            if error.kind != "resource_already_exists_exception":
                raise
        self._wait(f"/_cluster/health/{self._index}", wait_for_status="yellow")

    def checkpoint(self) -> None:
        """See that the lock was not lost."""
        self._lock.check()

    # Coming into force

    def complete(self, *, optimize: bool) -> int:
        """Write everything out. Raises BuildError where the cluster has not what was written."""
        bulk = self._open()
        for stored in self._removed.values():
            bulk.add(Action("delete", key_of(stored.id), stored.id))
            self._expected -= 1
        bulk.flush()
        self._patiently("POST", f"/{self._index}/_refresh")
        if optimize:
            self._patiently("POST", f"/{self._index}/_forcemerge", max_num_segments=1)
        articles = self._count()
        if articles != self._expected:
            raise BuildError(
                f"{self._location} has {articles:,} articles and should have {self._expected:,}:"
                " a node has lost some; try again; the index is as it was before"
            )
        return articles

    def _count(self) -> int:
        aggregations = {length_field(*key): {"sum": {"field": length_field(*key)}} for key in RANKED}
        body = {"size": 0, "track_total_hits": True, "aggs": aggregations}
        found = self._client.get(f"/{self._index}/_search", body, allow_partial_search_results=False)
        self._totals = {name: round(sums["value"]) for name, sums in found["aggregations"].items()}
        return int(found["hits"]["total"]["value"])

    def switch(self, manifest: Manifest) -> None:
        """Make the copies, move the alias, and remove the generations before."""
        replicas = self._location.address.replicas
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
        name = self._location.address.name
        actions: list[dict[str, Any]] = [
            {"remove": {"index": index, "alias": name}} for index in self._aliased() - {self._index}
        ]
        actions.append({"add": {"index": self._index, "alias": name}})
        try:
            self._client.post("/_aliases", {"actions": actions})
        except Refused:
            # It was moved, the answer was lost, and what was asked for again could not be done again.
            if self._aliased() != {self._index}:
                raise

    def _aliased(self) -> set[str]:
        """The indexes that the alias names: one, or none yet."""
        return set(self._client.find(f"/_alias/{self._location.address.name}") or ())

    def _sweep(self) -> None:
        others = [index for index in self._location.indexes() if index != self._index]
        if others:
            # Searches under way, and Searchers that have not looked at the alias since.
            time.sleep(_GRACE_SECONDS)
        for index in others:
            self._location.remove(index)

    def close(self, *, failed: bool) -> None:
        """Let go; what is not in force is removed."""
        if self._bulk is not None:
            self._bulk.close()
            if not self._in_force:
                try:
                    # It may be in force where an error came from the switch itself.
                    if self._index not in self._aliased():
                        self._location.remove(self._index)
                except EngineError:
                    if not failed:
                        raise
                    # The cluster is away, which is being told already; the next writer clears up.

    def _put_meta(self, meta: dict[str, Any]) -> None:
        self._client.put(f"/{self._index}/_mapping", {"_meta": {"jiansuo": meta}})

    def _settle(self, settings: dict[str, Any]) -> None:
        self._client.put(f"/{self._index}/_settings", {"index": settings})

    def _patiently(self, method: str, path: str, body: Any = None, **params: Any) -> None:
        """What may take as long as it takes, and may be asked for again."""
        self._client.request(method, path, body, params=params, patience=WRITE_PATIENCE, timeout=86_400)

    def _wait(self, path: str, **params: Any) -> dict[str, Any]:
        """Wait up to a minute for a state of health."""
        answer: dict[str, Any] = self._client.request(
            "GET", path, params={**params, "timeout": "60s"}, patience=WRITE_PATIENCE, timeout=90
        )
        return answer

    def _wait_for_replicas(self) -> None:
        """Wait until all copies are there, for as long as copies are being made."""
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
                    f"{self._location} cannot place {health['unassigned_shards']} shards; see what"
                    " GET /_cluster/allocation/explain says, or rebuild with fewer ?replicas=;"
                    " the index is as it was before"
                )
