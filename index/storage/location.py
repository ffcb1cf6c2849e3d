"""Where an index is: a directory of this machine, or an alias of a cluster.

`rebuild`, `update` and the Searcher work on a Place and on the Generation
that it begins; what differs between files and a cluster stays behind these
two. The directory's half is engines/directory.py, the cluster's engines/opensearch/.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from index.article import Article
from index.errors import UsageError
from index.storage.manifest import Manifest
from index.storage.store import Origin, Stored

if TYPE_CHECKING:
    # Not to be imported by those who only search.
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
        """What is in force."""

    def user_dict(self) -> str | None:
        """The user dictionary that travels with the generation."""

    def release(self) -> None:
        """Let go; the lease must not be used afterwards."""


class IndexLocation(ABC):
    """One index, wherever it is. `str` gives it as users write it after `--index`."""

    @abstractmethod
    def engine_for(self, asked: str) -> str:
        """The engine of a rebuild for which `asked` is asked for. Raises UsageError if that cannot be."""

    @abstractmethod
    def manifest(self) -> Manifest:
        """What is in force. Raises IndexMissing, IndexDamaged or IndexMismatch."""

    @abstractmethod
    def lease(self) -> Lease:
        """Hold what is in force for reading. Raises as `manifest` does."""

    @abstractmethod
    def stamp(self) -> Hashable:
        """Changes whenever another generation comes into force."""

    @abstractmethod
    def write_lock(self) -> AbstractContextManager[None]:
        """Be the one writer. Raises IndexLocked at once if another one is."""

    @abstractmethod
    def verify(self, manifest: Manifest) -> None:
        """Raise IndexDamaged unless everything that an update takes over is as it was written."""

    @abstractmethod
    def recover(self, current: Manifest | None) -> int:
        """Remove what a writer that died has left; return the highest generation number in use."""

    def start_anew(self, current: Manifest | None) -> int:
        """`recover` for a rebuild, which takes nothing over and so may throw away what is damaged."""
        return self.recover(current)

    @abstractmethod
    def begin(self, number: int, *, engine: str, user_dict: str | None, base: Manifest | None) -> Generation:
        """Begin a generation: empty, or with everything that `base` holds."""

    def join(self, share: Share, user_dict: str | None, terms: Mapping[str, Any]) -> PartsJoined:
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

    @abstractmethod
    def stored(self, root: str) -> Iterator[Stored]:
        """What was taken over from one archive folder; what was added in this run may be among it."""

    def prefetch(self, ids: Sequence[str]) -> None:  # noqa: B027
        """Be told which ids will be asked for next, to fetch them together."""

    @abstractmethod
    def find(self, id: str) -> Stored | None:
        """What the generation holds under an id."""

    @abstractmethod
    def is_new(self, stored: Stored) -> bool:
        """Whether it was added to this generation and not taken over from the one before."""

    @abstractmethod
    def add(self, article: Article, origin: Origin, prepared: Any) -> None:
        """Add an article, in the form that its engine's `prepare` gave it.

        Raises ArticleError, now or later, where its id is there already.
        """

    @abstractmethod
    def remove(self, stored: Stored) -> None:
        """Remove an article that was taken over."""

    @abstractmethod
    def renew(self, stored: Stored, article: Article, origin: Origin, prepared: Any) -> None:
        """Remember the new time of a file whose content is as before."""

    @abstractmethod
    def checkpoint(self) -> None:
        """Be told that now is a good moment to write things out."""

    @abstractmethod
    def complete(self, *, optimize: bool) -> int:
        """Write everything out, with `optimize` as if added at once; return the number of articles."""

    @abstractmethod
    def switch(self, manifest: Manifest) -> None:
        """Bring the generation into force, and remove what nobody needs any more."""

    @abstractmethod
    def close(self, *, failed: bool) -> None:
        """Let go; what was not switched to is removed. `failed` says that an error ended the run."""


class PartialGeneration(Generation):
    """One part of a generation that several processes make, each its own.

    `in_force` is what the whole has become, None until it is complete.
    """

    number: int
    in_force: Manifest | None = None

    @abstractmethod
    def hand_in(self, manifest: Callable[[int], Manifest]) -> tuple[int, ...]:
        """Say that this part is done; return the numbers of those that are not.

        Where none is left, the whole is in force when this returns: brought in by this
        process, with the manifest for its number of articles, or by another one.
        """


PartsJoined = AbstractContextManager[PartialGeneration]


def two_articles(id: str, there: str | None, here: str | None) -> str:
    """What to say where two articles have one id; a path is None for an article from Python."""
    return (
        f"two articles have the id {id!r}: {there or 'one from Python'}"
        f" and {here or 'one from Python'}; rename one of them, or leave one out"
    )
