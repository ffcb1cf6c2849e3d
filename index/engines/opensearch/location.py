"""An index on a cluster: what is in force, and its generations.

A generation is an index `news-000001`; the name that users search, `news`, is
an alias that is moved from one to the next in one step. The manifest is kept
in the index's `_meta`, the articles in `_source`. An update begins with a
clone, whose files are hard links, as with an index directory; so nobody sees
half an update, and a generation never changes once it is complete.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from index.engines.opensearch.client import ENGINE, Address, Client
from index.engines.opensearch.fields import OpenSearchEngine, length_field
from index.engines.opensearch.generation import ClusterGeneration
from index.engines.opensearch.lock import StateIndex, locked
from index.engines.opensearch.parts import Gathering, join
from index.engines.registry import DEFAULT_ENGINE
from index.errors import Action, IndexDamaged, IndexLocked, IndexMismatch, IndexMissing, Remedy, UsageError
from index.reading.parts import Share
from index.storage.location import Generation, IndexLocation, PartsJoined
from index.storage.manifest import FORMAT, Manifest
from index.text.document import RANKED

__all__ = ["ClusterLease", "ClusterLocation", "OpenSearchEngine"]

# How long a Searcher may go on with a generation that is no longer in force.
_STAMP_SECONDS = 1.0


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


class ClusterLocation(IndexLocation):
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
            raise IndexMissing(f"there is no index {self}", remedy=Remedy(Action.BUILD, index=str(self)))
        for index, values in found.items():
            meta = values.get("mappings", {}).get("_meta", {}).get("jiansuo")
            if meta is not None and index != name:
                return self._lease(index, meta)
        raise IndexDamaged(
            f"{self} is there, but nothing that this program made; choose another name", file=name
        )

    def _lease(self, index: str, meta: dict[str, Any]) -> ClusterLease:
        remedy = self._rebuild()
        try:
            values = meta["manifest"]
            if values["format"] != FORMAT:
                raise IndexMismatch(
                    f"{self} has index format {values['format']}, and this version reads {FORMAT}",
                    remedy=remedy,
                )
            totals = {key: int(meta["totals"][length_field(*key)]) for key in RANKED}
            return ClusterLease(Manifest.of(values), self.client, index, totals, int(meta["next_row"]))
        except (KeyError, TypeError, ValueError, UsageError) as error:
            raise IndexDamaged(
                f"the manifest of {index} on {self} is damaged ({error!r})", file=index, remedy=remedy
            ) from error

    def _rebuild(self) -> Remedy:
        return Remedy(Action.REBUILD, index=str(self))

    def stamp(self) -> Hashable:
        """The alias's index, asked for at most once a second."""
        now = time.monotonic()
        if self._stamp is None or now - self._stamp[0] > _STAMP_SECONDS:
            found = self.client.find(f"/_alias/{self.address.name}")
            self._stamp = (now, min(found) if found else None)
        return self._stamp[1]

    @contextmanager
    def write_lock(self) -> Iterator[None]:
        """A document that its writer renews as long as it lives; and nobody may be doing a part."""
        state = StateIndex(self.client)
        with state.write_lock():
            gathering = Gathering.read(state)
            if gathering is not None and (holder := gathering.holder(state)) is not None:
                raise locked(self.client, holder)
            yield

    def verify(self, manifest: Manifest) -> None:
        """The cluster has checksums of its own and refuses to read what is damaged."""

    def _recover(self, in_force: str) -> int:
        """Remove the indexes of writers that died, but for parts that are done and wait for others."""
        state = StateIndex(self.client)
        gathering = Gathering.read(state)
        if gathering is not None and gathering.index != in_force and (done := gathering.done(state)):
            raise IndexLocked(
                f"{self} is being rebuilt in {gathering.parts} parts, of which {len(done)} are done: run the"
                " others, or give these up",
                holder=f"a rebuild in {gathering.parts} parts",
                remedy=self._rebuild(),
            )
        return self.sweep(in_force)

    def sweep(self, in_force: str | None) -> int:
        """Remove all generations but one, and what is known of parts; return the highest number."""
        state = StateIndex(self.client)
        if (gathering := Gathering.read(state)) is not None:
            gathering.forget(state)
        indexes = self.indexes()
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

    def begin(self, *, engine: str, user_dict: str | None, base: Manifest | None) -> Generation:
        """Begin an index that is made when the first article is written.

        A rebuild removes what writers that died have left, parts too.
        """
        lease = None if base is None else self.lease()
        highest = self.sweep(self._index_in_force()) if lease is None else self._recover(lease.index)
        lock = StateIndex(self.client).held()
        return ClusterGeneration(self, highest + 1, user_dict, lease, lock)

    def _index_in_force(self) -> str | None:
        """The index that the alias names, understood or not; it stays until the switch."""
        return min(self.client.find(f"/_alias/{self.address.name}") or (), default=None)

    def join(self, share: Share, user_dict: str | None, terms: Mapping[str, Any]) -> PartsJoined:
        """A part of an index that the first part to come makes."""
        options = {"shards": self.address.shards, "replicas": self.address.replicas}
        return join(self, share, user_dict, {**terms, **options})

    def index_of(self, number: int) -> str:
        """The index that is a generation."""
        return f"{self.address.name}-{number:06}"


def number_of(index: str) -> int:
    """The number of the generation that an index is."""
    return int(index.rpartition("-")[2])
