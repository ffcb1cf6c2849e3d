"""The IndexLocation of an index on a cluster: find it, lock it, sweep it, begin a generation."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from index.engines.opensearch.address import Address
from index.engines.opensearch.client import ENGINE, Client
from index.engines.opensearch.gathering import Gathering
from index.engines.opensearch.generation import ClusterGeneration, all_stored
from index.engines.opensearch.indexes import ClusterLease, Indexes
from index.engines.opensearch.lock import locked
from index.engines.opensearch.parts import join
from index.engines.registry import DEFAULT_ENGINE
from index.errors import Action, IndexLocked, Remedy, UsageError
from index.own_fields import OwnFields
from index.reading.parts import Share
from index.storage.location import Generation, IndexLocation, PartsJoined
from index.storage.manifest import Manifest

__all__ = ["ClusterLocation"]

# How long a Searcher may go on with a generation that is no longer in force.
_STAMP_SECONDS = 1.0


class ClusterLocation(IndexLocation):
    """An index on a cluster, by its address."""

    def __init__(self, url: str) -> None:
        self.address = Address.parse(url)
        self.client = Client(self.address)
        self.indexes = Indexes(self.client)
        self._stamp: tuple[float, frozenset[str]] | None = None

    def __str__(self) -> str:
        return str(self.address)

    def engine_for(self, asked: str) -> str:
        """Return this engine's name. Raises UsageError if another one is asked for."""
        if asked not in (ENGINE, DEFAULT_ENGINE):
            raise UsageError(f"{self} is an index on a cluster; one of the engine {asked} is a directory")
        return ENGINE

    def manifest(self) -> Manifest:
        """Read the manifest in force, from the `_meta` of the alias's index."""
        return self.lease().manifest

    def lease(self) -> ClusterLease:
        """Return the generation in force."""
        return self.indexes.lease()

    def stamp(self) -> Hashable:
        """Return the alias's index, which is asked for at most once a second."""
        now = time.monotonic()
        if self._stamp is None or now - self._stamp[0] > _STAMP_SECONDS:
            self._stamp = (now, frozenset(self.indexes.aliased()))
        return self._stamp[1]

    @contextmanager
    def write_lock(self, *, wait: float = 0.0) -> Iterator[None]:
        """Hold a document that the writer renews as long as it lives. Nobody may be doing a part."""
        state = self.indexes.state
        with state.write_lock(patience=wait):
            gathering = Gathering.read(state)
            if gathering is not None and (holder := gathering.holder(state)) is not None:
                raise locked(self.client, holder)
            yield

    def verify(self, manifest: Manifest) -> None:
        """Do nothing: the cluster has checksums of its own and refuses to read what is damaged."""

    def digests(self) -> dict[str, bytes]:
        """Read them page by page."""
        stored = all_stored(self.client, self.lease().index, {"match_all": {}})
        return {one.id: one.origin.digest for one in stored}

    def begin(
        self,
        *,
        engine: str,
        user_dict: str | None,
        base: Manifest | None,
        own_fields: OwnFields = (),
    ) -> Generation:
        """Begin a generation, whose index is made when the first article is written.

        A rebuild discards parts that are done. Raises IndexLocked if an update would.
        """
        if base is None:
            # The index in force stays until the switch, also if it cannot be read.
            lease, in_force = None, self.indexes.in_force()
        else:
            lease = self.lease()
            in_force = lease.index
            self._check_parts(in_force)
        number = self.indexes.sweep(in_force) + 1
        held = self.indexes.state.held()
        return ClusterGeneration(self.indexes, number, user_dict, lease, held, own_fields)

    def _check_parts(self, in_force: str) -> None:
        """Raise IndexLocked if parts of another generation are done and wait for the others."""
        state = self.indexes.state
        gathering = Gathering.read(state)
        if gathering is not None and gathering.index != in_force and (done := gathering.done(state)):
            raise IndexLocked(
                f"{self} is being rebuilt in {gathering.parts} parts, of which {len(done)} are done: run the"
                " others, or give these up",
                holder=f"a rebuild in {gathering.parts} parts",
                remedy=Remedy(Action.REBUILD, index=str(self)),
            )

    def join(
        self,
        share: Share,
        user_dict: str | None,
        terms: Mapping[str, Any],
        own_fields: OwnFields = (),
    ) -> PartsJoined:
        """Do a part of an index that the first part to come makes."""
        options = {"shards": self.address.shards, "replicas": self.address.replicas}
        return join(self.indexes, share, user_dict, {**terms, **options}, own_fields)
