"""List the indexes of one name on a cluster, and find and switch the one in force.

    news-000001, news-000002, …    the generations
    news                           the alias of the generation in force
    news-state                     the writer's lock, user dictionaries, parts (see `lock.py`, `gathering.py`)
    news-times                     times of files (see `times.py`)

Other indexes are never touched, not even one with such a name, unless it has
our mark in its `_meta`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.engines.opensearch.client import Client
from index.engines.opensearch.fields import length_field
from index.engines.opensearch.gathering import Gathering
from index.engines.opensearch.lock import StateIndex
from index.errors import (
    Action,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexStateError,
    Remedy,
    UsageError,
)
from index.storage.manifest import FORMAT, Manifest
from index.text.document import RANKED

__all__ = ["ClusterLease", "Indexes"]


@dataclass(frozen=True, slots=True)
class ClusterLease:
    """The generation in force. It is kept for some seconds after another has replaced it.

    Attributes:
        manifest: Its manifest.
        client: The cluster.
        index: Its index.
        totals: The number of terms of all articles, by field and stream.
        next_row: The first row that is free.
    """

    manifest: Manifest
    client: Client
    index: str
    totals: dict[tuple[str, str], int]
    next_row: int

    def user_dict(self) -> str | None:
        """Return the user dictionary that travels with the generation."""
        if not self.manifest.user_dict:
            return None
        return StateIndex(self.client).user_dict(self.index)

    def release(self) -> None:
        """Do nothing: nothing is held."""


class Indexes:
    """The indexes of one name."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.state = StateIndex(client)
        self._name = client.address.name

    def __str__(self) -> str:
        return str(self.client.address)

    def index_of(self, number: int) -> str:
        """Return the name of a generation's index."""
        return f"{self._name}-{number:06}"

    def all(self) -> list[str]:
        """Return the indexes of all generations, complete or not, that this program made."""
        found = self.client.find(f"/{self._name}-*/_mapping", filter_path="*.mappings._meta") or {}
        return [
            index
            for index, values in found.items()
            if "jiansuo" in values.get("mappings", {}).get("_meta", {})
            and index.removeprefix(f"{self._name}-").isdecimal()
        ]

    def aliased(self) -> set[str]:
        """Return the indexes that the alias names: one, or none yet."""
        return set(self.client.find(f"/_alias/{self._name}") or ())

    def in_force(self) -> str | None:
        """Return the index in force, whether it can be read or not."""
        return min(self.aliased(), default=None)

    def lease(self) -> ClusterLease:
        """Return the generation in force. Raises IndexMissing, IndexDamaged or IndexMismatch."""
        found = self.client.find(f"/{self._name}/_mapping", filter_path="*.mappings._meta")
        if found is None:
            raise IndexMissing(f"there is no index {self}", remedy=Remedy(Action.BUILD, index=str(self)))
        for index, values in found.items():
            meta = values.get("mappings", {}).get("_meta", {}).get("jiansuo")
            if meta is not None and index != self._name:
                return self._lease(index, meta)
        raise IndexDamaged(f"{self} was not made by this program; choose another name", file=self._name)

    def _lease(self, index: str, meta: dict[str, Any]) -> ClusterLease:
        remedy = Remedy(Action.REBUILD, index=str(self))
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

    def usable_lease(self) -> ClusterLease | None:
        """Return the generation in force, or None if there is none or none that can be read."""
        try:
            return self.lease()
        except IndexStateError:
            return None

    def remove(self, index: str) -> None:
        """Remove one generation and its user dictionary."""
        self.client.delete(f"/{index}")
        self.state.remove_user_dict(index)

    def sweep(self, in_force: str | None) -> int:
        """Remove all generations but one, and what is known of parts; return the highest number found."""
        if (gathering := Gathering.read(self.state)) is not None:
            gathering.forget(self.state)
        indexes = self.all()
        for index in indexes:
            if index != in_force:
                self.remove(index)
        return max((int(index.rpartition("-")[2]) for index in indexes), default=0)
