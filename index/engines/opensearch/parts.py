"""A generation on a cluster that several processes fill, each its part.

`gathering.py` has what they agree on. To join, and to bring the whole into
force, a process takes the writer's lock for that moment. So nobody else writes
meanwhile, and of the processes that find every part done one makes the switch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from index.article import Article
from index.engines.opensearch.fields import mappings
from index.engines.opensearch.gathering import Gathering, part_key
from index.engines.opensearch.generation import FILLING_LEASES, LEASES, ClusterGeneration
from index.engines.opensearch.indexes import Indexes
from index.engines.opensearch.lock import Lock
from index.errors import BuildError, IndexLocked
from index.own_fields import OwnFields
from index.reading.parts import Share
from index.storage.location import PartialGeneration
from index.storage.manifest import Manifest
from index.storage.store import Origin

__all__ = ["PartGeneration", "join"]

# Other processes that join hold the writer's lock for a second or two.
_JOIN_SECONDS = 30.0
_PAUSE_SECONDS = 0.5
# Twice the time for which deleted documents are kept for a replica that lags behind.
_EXPUNGE_SECONDS = 60.0


@contextmanager
def join(
    indexes: Indexes,
    share: Share,
    user_dict: str | None,
    terms: Mapping[str, Any],
    own_fields: OwnFields = (),
) -> Iterator[PartGeneration]:
    """Do a part of the rebuild that is going on, or begin one; see IndexLocation.join."""
    task = f", which does part {share.part}"
    with indexes.state.write_lock(patience=_JOIN_SECONDS, task=task):
        agreed = {**terms, "parts": share.part.of}
        gathering, over = _gathering(indexes, share, agreed, user_dict, own_fields)
        lock = indexes.state.lock(part_key(share.part.number), task, index=gathering.index)
        if not over:
            lock.acquire()
    try:
        yield PartGeneration(indexes, gathering, share, lock, indexes.lease().manifest if over else None)
    finally:
        lock.release()


def _gathering(
    indexes: Indexes, share: Share, terms: dict[str, Any], user_dict: str | None, own_fields: OwnFields
) -> tuple[Gathering, bool]:
    """Return the rebuild to join, and whether this part's process died after the switch."""
    state = indexes.state
    in_force = indexes.in_force()
    gathering = Gathering.read(state)
    if gathering is not None and gathering.index == in_force:
        mine = gathering.known(state).get(share.part.number, {})
        indexes.sweep(in_force)
        if "done" in mine and not mine.get("released"):
            return gathering, True
    elif gathering is not None and gathering.index in indexes.all():
        difference = gathering.difference(terms)
        if difference is None:
            return gathering, False
        if (holder := gathering.holder(state)) is not None:
            raise IndexLocked(
                f"{indexes} is being rebuilt in parts by {holder}, and this part differs in {difference};"
                " give all parts the same arguments, or wait until they are done",
                holder=holder,
            )
    number = indexes.sweep(in_force) + 1
    begun = Gathering(number, indexes.index_of(number), terms)
    PartGeneration(indexes, begun, share, state.held()).create(user_dict, own_fields)
    begun.write(state)
    return begun, False


class PartGeneration(ClusterGeneration, PartialGeneration):
    """One part, written to an index that is there already."""

    def __init__(
        self,
        indexes: Indexes,
        gathering: Gathering,
        share: Share,
        lock: Lock,
        in_force: Manifest | None = None,
    ) -> None:
        super().__init__(indexes, gathering.number, None, None, lock)
        self.in_force = in_force
        self._gathering = gathering
        self._share = share
        self._marks = {"part": share.part.number}

    def create(self, user_dict: str | None, own_fields: OwnFields) -> None:
        """Make the index for all parts."""
        if user_dict is not None:
            self._state.put_user_dict(self._index, user_dict)
        fields = mappings({"state": "building"}, own_fields)
        fields["properties"]["part"] = {"type": "integer", "doc_values": False}
        self._create(fields)

    def add(self, article: Article, token_texts: bytes, sketch: bytes, origin: Origin, prepared: str) -> None:
        """Send an article, soon, under the row that it would have in an index made at once."""
        self._next_row = self._share.row(article.id)
        super().add(article, token_texts, sketch, origin, prepared)

    def _make(self) -> None:
        """Remove the documents that an earlier run of this part left when it died."""
        self._settle({**self._filling(), LEASES: FILLING_LEASES})
        self._patiently("POST", f"/{self._index}/_refresh")
        query = {"query": {"term": self._marks}}
        self._patiently("POST", f"/{self._index}/_delete_by_query", query, conflicts="proceed")

    def hand_in(self, manifest: Callable[[int], Manifest]) -> tuple[int, ...]:
        """Note that this part is done; if all are, bring the whole into force."""
        self._open().flush()
        done = {"articles": self._expected, "found": self._share.found, "digest": self._share.digest}
        self._lock.note(done=done)
        while True:
            missing = self._missing()
            if missing or self.in_force is not None:
                return missing
            try:
                with self._state.write_lock(task=f", which ends a rebuild in {self._gathering.parts} parts"):
                    missing = self._missing()
                    if not missing and self.in_force is None:
                        self._bring_in(manifest)
                    return missing
            except IndexLocked:
                time.sleep(_PAUSE_SECONDS)

    def _missing(self) -> tuple[int, ...]:
        """Return the parts that are not done. If another process made the switch, set `in_force`."""
        done = self._gathering.done(self._state)
        if Gathering.read(self._state) == self._gathering:
            return tuple(number for number in range(1, self._gathering.parts + 1) if number not in done)
        lease = self._indexes.usable_lease()
        if lease is None or lease.index != self._index:
            raise BuildError(f"another process has discarded what was done of part {self._share.part}")
        self.in_force = lease.manifest
        return ()

    def _bring_in(self, manifest: Callable[[int], Manifest]) -> None:
        """Check the whole and switch to it; the writer's lock is held."""
        self._lock = self._state.held()
        self._lock.keep()
        done = self._gathering.done(self._state)
        self._check_same_archive(done)
        self._patiently("POST", f"/{self._index}/_refresh")
        self._check_all_there(done)
        self._expunge()
        self._expected = sum(part["articles"] for part in done.values())
        self._next_row = self._share.found
        self.in_force = manifest(self.complete(optimize=False))
        self.switch(self.in_force)
        self._forget()

    def _forget(self) -> None:
        self._gathering.forget(self._state)

    def _check_same_archive(self, done: Mapping[int, dict[str, Any]]) -> None:
        found = {number: (part["found"], part["digest"]) for number, part in done.items()}
        mine = found[self._share.part.number]
        if others := [number for number in found if found[number] != mine]:
            raise BuildError(
                f"{_listed(others)} did not find the {mine[0]:,} seeds that part"
                f" {self._share.part.number} found: the archive is not the same on all machines; make it the"
                " same, and run again the parts that had another one; the index is as it was before"
            )

    def _check_all_there(self, done: Mapping[int, dict[str, Any]]) -> None:
        filters = {str(number): {"term": {"part": number}} for number in done}
        body = {"size": 0, "aggs": {"parts": {"filters": {"filters": filters}}}}
        found = self._client.get(f"/{self._index}/_search", body, allow_partial_search_results=False)
        counts = found["aggregations"]["parts"]["buckets"]
        lacking = [n for n, part in done.items() if counts[str(n)]["doc_count"] != part["articles"]]
        if lacking:
            raise BuildError(
                f"{self._indexes} has not all articles of {_listed(lacking)}: a node has lost some;"
                " run those again; the index is as it was before"
            )

    def _expunge(self) -> None:
        """Merge away documents that were deleted before a part was done again: they count in frequencies.

        OpenSearch can do so once no replica may ask for them, half a minute after the deletion. If
        it takes much longer, they are left to its own merges, as after an update.
        """
        self._settle({"merge.policy.expunge_deletes_allowed": 0})
        deadline = time.monotonic() + _EXPUNGE_SECONDS
        while self._deleted() and time.monotonic() < deadline:
            self._patiently("POST", f"/{self._index}/_flush")
            self._patiently("POST", f"/{self._index}/_forcemerge", only_expunge_deletes=True)
            time.sleep(_PAUSE_SECONDS)
        self._settle({"merge.policy.expunge_deletes_allowed": None})

    def _deleted(self) -> int:
        docs = self._client.get(f"/{self._index}/_stats/docs")["_all"]["total"]["docs"]
        return int(docs["deleted"])

    def close(self, *, failed: bool) -> None:
        """Let go; what was written stays for the other parts, or for another run of this one."""
        if self._bulk is not None:
            self._bulk.close()


def _listed(numbers: list[int]) -> str:
    return f"part{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
