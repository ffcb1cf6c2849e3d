"""Split an archive into parts, for several processes that index it together.

Every process walks the whole archive and takes the articles of its part, so
nobody hands out work. An article's row is its position in the whole archive, so
that hits of equal score come in the order of an index made by one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from index.article import Article
from index.errors import ArticleError, UsageError
from index.reading.walk import Seed

__all__ = ["MOST_PARTS", "Part", "Share"]

MOST_PARTS = 1024


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number`, counted from 1, of `of` parts. Raises UsageError if there is no such part."""

    number: int
    of: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= MOST_PARTS:
            raise UsageError(
                f"there is no part {self}: a part is written 3/8, the third of eight,"
                f" and there may be {MOST_PARTS:,}"
            )

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def holds(self, id: str) -> bool:
        """Return whether an article belongs to this part; every machine decides alike, by the id alone."""
        return crc32(id.encode("utf-8", "surrogatepass")) % self.of == self.number - 1


class Share:
    """The seeds or articles of one part. Iterate once.

    Afterwards `found` is the number of items of all parts, and `digest` is
    equal on machines that found the same ids in the same order.
    """

    def __init__(self, part: Part, items: Iterable[Seed | Article]) -> None:
        self.part = part
        self.found = 0
        self._items = items
        self._digest = sha256()
        self._rows: dict[str, int] = {}

    def __iter__(self) -> Iterator[Seed | Article]:
        for item in self._items:
            if not isinstance(item, Seed | Article):
                yield item  # the caller refuses it
                continue
            row, self.found = self.found, self.found + 1
            self._digest.update(item.id.encode("utf-8", "surrogatepass") + b"\n")
            if self.part.holds(item.id):
                if item.id in self._rows:
                    raise ArticleError(f"two articles have the id {item.id!r}; rename one of them")
                self._rows[item.id] = row
                yield item

    def row(self, id: str) -> int:
        """Return an article's position in the whole archive, from 0, and forget it."""
        return self._rows.pop(id)

    @property
    def digest(self) -> str:
        """A checksum of all ids that were found."""
        return self._digest.hexdigest()
