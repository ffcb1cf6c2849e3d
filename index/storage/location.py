"""The interfaces IndexLocation and Generation: an index in a directory or on a cluster.

Building and searching work on an IndexLocation, and on the Generation that it
begins, and need not know whether these are files or a cluster. The directory's
classes are in engines/directory.py, the cluster's in engines/opensearch/.

A generation is made in this order: `begin`, then any number of `find_many`,
`add`, `remove` and `renew`, then `complete`, `switch` and, whatever happened,
`close`. Before `switch` nobody sees any of it, and what is in force stays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from index.article import Article
from index.errors import UsageError
from index.own_fields import OwnFields
from index.storage.manifest import Manifest
from index.storage.rows import Origin, Stored

if TYPE_CHECKING:
    # Searching alone must not import the reading of archives.
    from index.reading.parts import Share

__all__ = [
    "Generation",
    "IndexLocation",
    "Lease",
    "PartialGeneration",
    "PartsJoined",
    "two_articles",
]


class Lease(Protocol):
    """A generation in force, kept from being removed while it is read."""

    @property
    def manifest(self) -> Manifest:
        """The generation's manifest."""

    def user_dict(self) -> str | None:
        """Return the generation's user dictionary, if it has one. Raises IndexDamaged."""

    def release(self) -> None:
        """Let go; the lease must not be used afterwards."""


class IndexLocation(ABC):
    """One index, wherever it is. `str` gives it as users write it after `--index`."""

    @abstractmethod
    def engine_for(self, asked: str) -> str:
        """Return the engine of a rebuild that asks for `asked`. Raises UsageError if that cannot be here."""

    @abstractmethod
    def manifest(self) -> Manifest:
        """Return the manifest in force. Raises IndexMissing, IndexDamaged, IndexMismatch or OSError."""

    @abstractmethod
    def lease(self) -> Lease:
        """Hold the generation in force for reading. Raises as `manifest` does."""

    @abstractmethod
    def stamp(self) -> Hashable:
        """Return a value that changes whenever another generation comes into force."""

    @abstractmethod
    def write_lock(self, *, wait: float = 0.0) -> AbstractContextManager[None]:
        """Be the one writer. Raises IndexLocked if there is another one for longer than `wait` seconds."""

    @abstractmethod
    def verify(self, manifest: Manifest) -> None:
        """Raise IndexDamaged unless everything that an update takes over is as it was written."""

    @abstractmethod
    def digests(self) -> dict[str, bytes]:
        """Return the digest of the content of every article in force, by id. Raises as `manifest` does."""

    @abstractmethod
    def begin(
        self,
        *,
        engine: str,
        user_dict: str | None,
        base: Manifest | None,
        own_fields: OwnFields = (),
    ) -> Generation:
        """Remove what a writer that died has left, and begin a generation.

        Nothing that is in force is removed or changed, damaged or not.

        Args:
            engine: The name of its engine.
            user_dict: The text of its user dictionary, if it has one.
            base: The manifest in force, all of whose articles are taken over; None for an
                empty generation, which may begin beside a damaged one.
            own_fields: The own fields that its articles may have.
        """

    def join(
        self,
        share: Share,
        user_dict: str | None,
        terms: Mapping[str, Any],
        own_fields: OwnFields = (),
    ) -> PartsJoined:
        """Do a part of a generation that several processes make; the first of them begins it.

        `terms` are what all must agree on. Raises UsageError where an index cannot be made in
        parts, and IndexLocked where somebody else writes, or makes parts on other terms.
        """
        raise UsageError(
            f"--part is for an index on a cluster; {self} is a directory, which one process fills:"
            " leave --part out, and use --workers"
        )


class Generation(ABC):
    """One generation in the making; nobody sees it before `switch`."""

    number: int
    """Its number, higher than that of any generation before."""

    @abstractmethod
    def stored(self, root: str) -> Iterator[Stored]:
        """Iterate over what was taken over from an archive folder; it may include what this run added."""

    @abstractmethod
    def find_many(self, ids: Sequence[str]) -> dict[str, Stored]:
        """Return what the generation holds under some ids, by id.

        What this run added under a new id may be missing: then `add` tells, now or later.
        """

    @abstractmethod
    def is_new(self, stored: Stored) -> bool:
        """Return whether this run added it, rather than taking it over."""

    @abstractmethod
    def add(self, article: Article, token_texts: bytes, sketch: bytes, origin: Origin, prepared: Any) -> None:
        """Add an article, with its packed token texts and sketch, in the form that `prepare` gave it.

        Raises ArticleError, now or later, if its id is there already.
        """

    @abstractmethod
    def remove(self, stored: Stored) -> None:
        """Remove an article that was taken over."""

    @abstractmethod
    def renew(self, stored: Stored, origin: Origin) -> None:
        """Remember the new time of a file with unchanged content, if that costs little."""

    @abstractmethod
    def checkpoint(self) -> None:
        """Write out what was added so far; called now and then."""

    @abstractmethod
    def complete(self, *, optimize: bool) -> int:
        """Write everything out, with `optimize` as if added at once; return the number of articles."""

    @abstractmethod
    def switch(self, manifest: Manifest) -> None:
        """Bring the generation into force, and remove what nobody needs any more."""

    @abstractmethod
    def close(self, *, failed: bool) -> None:
        """Let go, and remove the generation unless it is in force. `failed`: an error ended the run."""


class PartialGeneration(Generation):
    """One part of a generation that several processes make, each its own.

    `in_force` is the manifest of the whole, None until that is complete.
    """

    in_force: Manifest | None = None

    @abstractmethod
    def hand_in(self, manifest: Callable[[int], Manifest]) -> tuple[int, ...]:
        """Say that this part is done; return the numbers of those that are not.

        If none is left, the whole is in force when this returns: brought in by this
        process, with the manifest for its number of articles, or by another one.
        """


PartsJoined = AbstractContextManager[PartialGeneration]


def two_articles(id: str, there: str | None, here: str | None) -> str:
    """Return the message for two articles with one id; a path is None for an article from Python."""
    if there is None and here is None:
        return f"two articles from Python have the id {id!r}; rename one of them, or leave one out"
    return (
        f"two articles have the id {id!r}: {there or 'one from Python'}"
        f" and {here or 'one from Python'}; rename one of them, or leave one out"
    )
