"""What a run changed, article by article: the ids before it and after it, compared by content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.errors import IndexStateError
from index.storage.location import IndexLocation

__all__ = ["Changes", "digests_before"]


@dataclass(frozen=True, slots=True)
class Changes:
    """The ids of the articles that a rebuild or an update changed, each list in order.

    Attributes:
        added: Articles that were not in the index before.
        replaced: Articles whose file or item is another than before; not those that are only read in
            another way, as with other keys or in another zone.
        deleted: Articles that are not in the index any more.

    Example:
        >>> update([Article("memo/1", "渡轮停航")], index, changes=True).changes
        Changes(added=('memo/1',), replaced=(), deleted=())
    """

    added: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    @classmethod
    def between(cls, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Changes:
        """Compare the digests of an index's articles by id."""
        return cls(
            tuple(sorted(after.keys() - before.keys())),
            tuple(sorted(id for id, digest in after.items() if before.get(id, digest) != digest)),
            tuple(sorted(before.keys() - after.keys())),
        )


def digests_before(location: IndexLocation) -> dict[str, bytes]:
    """Return the digests before a rebuild: of no article where no index is, or none that can be read."""
    try:
        return location.digests()
    except IndexStateError:
        return {}
