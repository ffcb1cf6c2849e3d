"""The OpenSearch engine, writing: fields, documents, generations.

A generation is an index `news-000001`; the name that users search, `news`, is
an alias that is moved from one to the next in one step. The manifest is kept
in the index's `_meta`, the articles in `_source`. An update begins with a
clone, whose files are hard links, as with an index directory; so nobody sees
half an update, and a generation never changes once it is complete.
"""

from __future__ import annotations

import json
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from index.article import Article
from index.document import RANKED_FIELDS, RANKED_STREAMS, Document, source_term
from index.engines.opensearch_bulk import WRITE_PATIENCE, Action, Bulk
from index.engines.opensearch_client import ENGINE, Address, Client, Refused
from index.engines.opensearch_lock import StateIndex
from index.errors import BuildError, EngineError, IndexDamaged, IndexMismatch, IndexMissing, UsageError
from index.manifest import FORMAT, Manifest
from index.place import Generation, Place
from index.store import Origin, Stored, to_seconds
from index.text.units import BREAK
from index.writer import DEFAULT_ENGINE, Engine

__all__ = [
    "ClusterLease",
    "ClusterPlace",
    "OpenSearchEngine",
    "encode",
    "field_name",
    "key_of",
    "length_field",
    "mappings",
    "source_name",
]

_LENGTH_KEYS = [(field, stream) for field in RANKED_FIELDS for stream in RANKED_STREAMS]
_STREAMS = [*_LENGTH_KEYS, ("url", "grams"), ("url", "units")]

# The whitespace analyzer splits longer terms, and keys have a limit too.
_LONGEST_TERM = 120
_LONGEST_KEY = 500
_PAGE = 5_000
# How long a Searcher may go on with a generation that is no longer in force,
# and for how long such a generation is kept for the searches under way.
_STAMP_SECONDS = 1.0
_GRACE_SECONDS = 3.0


def field_name(field: str, stream: str) -> str:
    """The field of a stream."""
    return f"{field}_{stream}"


def length_field(field: str, stream: str) -> str:
    """The field of a stream's length in terms, to be summed."""
    return f"{field}_{stream}_length"


def encode(term: str) -> str:
    """A term as it is indexed: itself, unless it is longer than the cluster takes."""
    return term if len(term) <= _LONGEST_TERM else f"#{sha256(term.encode()).hexdigest()}"


def source_name(name: str) -> str:
    """A source as it is folded and as it is written, in one term, to be counted together."""
    return f"{source_term(name)}\t{name}"


def mappings(meta: dict[str, Any]) -> dict[str, Any]:
    """The fields of every index. Units have positions, for phrases; words and grams only frequencies."""
    streams = {
        field_name(field, stream): {
            "type": "text",
            "analyzer": "whitespace",
            "index_options": "positions" if stream == "units" else "freqs" if field != "url" else "docs",
            "norms": field != "url",
        }
        for field, stream in _STREAMS
    }
    lengths = {length_field(*key): {"type": "integer", "index": False} for key in _LENGTH_KEYS}
    sources = {"source_terms": {"type": "keyword"}, "source_names": {"type": "keyword", "index": False}}
    return {
        "dynamic": "strict",
        "_meta": {"jiansuo": meta},
        # Never with `recovery_source_enabled: false`, though it takes a third of the space until
        # segments are merged: a shard that is moved while it is written loses its streams.
        "_source": {"excludes": [*streams, *lengths, *sources]},
        "properties": {
            **streams,
            **lengths,
            **sources,
            "row": {"type": "long"},
            "date": {"type": "long"},
            "id": {"type": "keyword", "doc_values": False},
            "root": {"type": "keyword", "doc_values": False},
            "article": {"type": "object", "enabled": False},
            "origin": {"type": "object", "enabled": False},
        },
    }


class OpenSearchEngine(Engine):
    """What workers do for a cluster."""

    # Of the fields, not of the server: any server that has them can be searched.
    version = "layout 1"

    @staticmethod
    def prepare(document: Document) -> str:
        """The document's JSON, but for where it came from."""
        article = document.article
        fields: dict[str, Any] = {}
        for key in _STREAMS:
            terms = document.stream(*key)
            if key in _LENGTH_KEYS:
                fields[length_field(*key)] = len(terms)
            if max(map(len, terms), default=0) > _LONGEST_TERM:
                terms = [encode(term) for term in terms]
            # Lucene takes means only over documents that have the field, so all have it.
            fields[field_name(*key)] = " ".join(terms) or BREAK
        fields["source_terms"] = sorted({source_term(name) for name in article.source} - {""})
        fields["source_names"] = [source_name(name) for name in article.source if source_term(name)]
        fields["date"] = to_seconds(article.date)
        fields["id"] = article.id
        fields["article"] = {
            "title": article.title,
            "body": article.body,
            "url": article.url,
            "source": article.source,
            "dated_by": article.dated_by,
        }
        return json.dumps(fields, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class ClusterLease:
    """What is in force. An index that is replaced meanwhile is kept for a few seconds more.

    `totals` has the terms of all articles in each field and stream.
    """

    manifest: Manifest
    client: Client
    index: str
    totals: dict[tuple[str, str], int]
    next_row: int

    def user_dict(self) -> str | None:
        """The user dictionary that travels with the generation."""
        if not self.manifest.user_dict:
            return None
        return StateIndex(self.client).user_dict(self.index)

    def release(self) -> None:
        """Nothing is held."""


class ClusterPlace(Place):
    """An index on a cluster, by its address."""

    def __init__(self, url: str) -> None:
        self.address = Address.parse(url)
        self.client = Client(self.address)
        self._stamp: tuple[float, str | None] | None = None

    def __str__(self) -> str:
        return str(self.address)

    def engine_for(self, asked: str) -> str:
        """Always this one."""
        if asked not in (ENGINE, DEFAULT_ENGINE):
            raise UsageError(f"{self} is a cluster's; for the engine {asked}, --index must name a directory")
        return ENGINE

    def manifest(self) -> Manifest:
        """Read what is in force, from the `_meta` of the alias's index."""
        return self.lease().manifest

    def lease(self) -> ClusterLease:
        """What is in force, to be read."""
        name = self.address.name
        found = self.client.find(f"/{name}/_mapping", filter_path="*.mappings._meta")
        if found is None:
            raise IndexMissing(
                f"there is no index {self}; make one with: search rebuild ARCHIVE --index {self}"
            )
        for index, values in found.items():
            meta = values.get("mappings", {}).get("_meta", {}).get("jiansuo")
            if meta is not None and index != name:
                return self._lease(index, meta)
        raise IndexDamaged(
            f"{self} is there, but nothing that this program made; choose another name", file=name
        )

    def _lease(self, index: str, meta: dict[str, Any]) -> ClusterLease:
        remedy = f"mend it with: search rebuild ARCHIVE --index {self}"
        try:
            values = meta["manifest"]
            if values["format"] != FORMAT:
                raise IndexMismatch(
                    f"{self} has index format {values['format']}, and this version reads {FORMAT}",
                    remedy=remedy,
                )
            totals = {key: int(meta["totals"][length_field(*key)]) for key in _LENGTH_KEYS}
            return ClusterLease(Manifest.of(values), self.client, index, totals, int(meta["next_row"]))
        except (KeyError, TypeError, ValueError, UsageError) as error:
            raise IndexDamaged(
                f"the manifest of {index} on {self} is damaged ({error!r}); {remedy}", file=index
            ) from error

    def stamp(self) -> Hashable:
        """The alias's index, asked for at most once a second."""
        now = time.monotonic()
        if self._stamp is None or now - self._stamp[0] > _STAMP_SECONDS:
            found = self.client.find(f"/_alias/{self.address.name}")
            self._stamp = (now, min(found) if found else None)
        return self._stamp[1]

    def write_lock(self) -> AbstractContextManager[None]:
        """A document that its writer renews as long as it lives."""
        return StateIndex(self.client).write_lock()

    def verify(self, manifest: Manifest) -> None:
        """The cluster has checksums of its own and refuses to read what is damaged."""

    def recover(self, current: Manifest | None) -> int:
        """Remove the indexes of writers that died."""
        indexes = self.indexes()
        in_force = None if current is None else self.lease().index
        for index in indexes:
            if index != in_force:
                self.remove(index)
        return max((number_of(index) for index in indexes), default=0)

    def indexes(self) -> list[str]:
        """The indexes of all generations, complete or not, that this program made under this name."""
        name = self.address.name
        found = self.client.find(f"/{name}-*/_mapping", filter_path="*.mappings._meta") or {}
        return [
            index
            for index, values in found.items()
            if "jiansuo" in values.get("mappings", {}).get("_meta", {})
            and index.removeprefix(f"{name}-").isdecimal()
        ]

    def remove(self, index: str) -> None:
        """Remove one generation, and its user dictionary."""
        self.client.delete(f"/{index}")
        StateIndex(self.client).remove_user_dict(index)

    def begin(self, number: int, *, engine: str, user_dict: str | None, base: Manifest | None) -> Generation:
        """An index that is made when the first article is written."""
        lease = None if base is None else self.lease()
        return _ClusterGeneration(self, f"{self.address.name}-{number:06}", user_dict, lease)


def number_of(index: str) -> int:
    """The number of the generation that an index is."""
    return int(index.rpartition("-")[2])


def key_of(id: str) -> str:
    """The key of an article's document: its id, unless that is longer than the cluster takes."""
    return id if len(id.encode()) <= _LONGEST_KEY else f"sha256:{sha256(id.encode()).hexdigest()}"


_BUILDING = {"refresh_interval": "-1", "auto_expand_replicas": False, "blocks.write": None}


class _ClusterGeneration(Generation):
    def __init__(
        self, place: ClusterPlace, index: str, user_dict: str | None, base: ClusterLease | None
    ) -> None:
        self._place = place
        self._client = place.client
        self._state = StateIndex(place.client)
        self._index = index
        self._user_dict = user_dict
        self._base = base
        self._first_row = self._next_row = base.next_row if base else 0
        self._expected = base.manifest.articles if base else 0
        self._removed: dict[str, Stored] = {}
        self._known: dict[str, Stored] = {}
        # What was there before and was written by this run: its id may not come again.
        self._written: dict[str, Stored] = {}
        self._bulk: Bulk | None = None
        self._in_force = False

    # What there is

    def stored(self, root: str) -> dict[str, Stored]:
        if self._base is None:
            return {}
        found = (self._stored(hit) for hit in self._everything({"term": {"root": root}}))
        return {stored.origin.path: stored for stored in found if stored.origin.path is not None}

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

    def foresee(self, ids: Sequence[str]) -> None:
        if self._base is None or not ids:
            return
        body = {"ids": [key_of(id) for id in dict.fromkeys(ids)]}
        found = self._client.post(f"/{self._base.index}/_mget", body, _source_includes="row,id,root,origin")
        documents = (document["_source"] for document in found["docs"] if document.get("found"))
        self._known = {source["id"]: self._stored(source) for source in documents}

    def find(self, id: str) -> Stored | None:
        return self._written.get(id) or self._known.get(id)

    def is_new(self, stored: Stored) -> bool:
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

    def add(self, article: Article, origin: Origin, prepared: str) -> None:
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
        self._removed[stored.id] = stored

    def renew(self, stored: Stored, article: Article, origin: Origin, prepared: str) -> None:
        # A time alone is not worth a generation; without one, the next update compares contents again.
        if self._bulk is not None and origin != stored.origin:
            self._write("index", stored.row, article, origin, prepared)

    def _write(self, kind: str, row: int, article: Article, origin: Origin, prepared: str) -> None:
        where = {
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
            self._state.keep_lock()
            if self._user_dict is not None:
                self._state.put_user_dict(self._index, self._user_dict)
            if self._base is None:
                self._create()
            else:
                self._clone(self._base.index)
            self._bulk = Bulk(self._client, self._index)
        return self._bulk

    def _create(self) -> None:
        address = self._place.address
        similarity = {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}}
        settings = {
            **_BUILDING,
            "number_of_shards": address.shards,
            "number_of_replicas": address.build_replicas,
            "similarity": similarity,
            # For how long a lagging replica's share is kept; by default twelve hours, and till then
            # every document is kept twice, with its streams, however often segments are merged.
            "soft_deletes.retention_lease.period": "30s",
        }
        fields = mappings({"state": "building"})
        self._create_once(f"/{self._index}", {"settings": {"index": settings}, "mappings": fields})

    def _clone(self, base: str) -> None:
        settings = {**_BUILDING, "number_of_replicas": self._place.address.build_replicas}
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
        self._state.check_lock()

    # Coming into force

    def complete(self, *, optimize: bool) -> int:
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
                f"{self._place} has {articles:,} articles and should have {self._expected:,}:"
                " a node has lost some; try again; the index is as it was before"
            )
        return articles

    def _count(self) -> int:
        aggregations = {length_field(*key): {"sum": {"field": length_field(*key)}} for key in _LENGTH_KEYS}
        body = {"size": 0, "track_total_hits": True, "aggs": aggregations}
        found = self._client.get(f"/{self._index}/_search", body, allow_partial_search_results=False)
        self._totals = {name: round(sums["value"]) for name, sums in found["aggregations"].items()}
        return int(found["hits"]["total"]["value"])

    def switch(self, manifest: Manifest) -> None:
        replicas = self._place.address.replicas
        settings = {
            "refresh_interval": None,
            "soft_deletes.retention_lease.period": None,
            "auto_expand_replicas": f"0-{replicas}" if replicas else False,
            "number_of_replicas": replicas,
        }
        self._patiently("POST", f"/{self._index}/_flush")
        self._client.put(f"/{self._index}/_settings", {"index": {**settings, "blocks.write": True}})
        self._wait_for_replicas()
        values = {key: value for key, value in asdict(manifest).items() if key != "files"}
        self._put_meta(
            {"state": "complete", "manifest": values, "totals": self._totals, "next_row": self._next_row}
        )
        self._state.check_lock()
        self._move_alias()
        self._in_force = True
        self._sweep()

    def _move_alias(self) -> None:
        name = self._place.address.name
        old = [index for index in self._client.find(f"/_alias/{name}") or {} if index != self._index]
        actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": name}} for index in old]
        actions.append({"add": {"index": self._index, "alias": name}})
        self._client.post("/_aliases", {"actions": actions})

    def _sweep(self) -> None:
        others = [index for index in self._place.indexes() if index != self._index]
        if others:
            # Searches under way, and Searchers that have not looked at the alias since.
            time.sleep(_GRACE_SECONDS)
        for index in others:
            self._place.remove(index)

    def close(self, *, failed: bool) -> None:
        if self._bulk is not None:
            self._bulk.close()
            if not self._in_force:
                try:
                    self._place.remove(self._index)
                except EngineError:
                    if not failed:
                        raise
                    # The cluster is away, which is being told already; the next writer clears up.

    def _put_meta(self, meta: dict[str, Any]) -> None:
        self._client.put(f"/{self._index}/_mapping", {"_meta": {"jiansuo": meta}})

    def _patiently(self, method: str, path: str, **params: Any) -> None:
        """What may take as long as it takes, and may be asked for again."""
        self._client.request(method, path, params=params, patience=WRITE_PATIENCE, timeout=86_400)

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
                    f"{self._place} cannot place {health['unassigned_shards']} shards; see what"
                    " GET /_cluster/allocation/explain says, or rebuild with fewer ?replicas=;"
                    " the index is as it was before"
                )
