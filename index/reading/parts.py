"""Parts: one archive, indexed by several processes on one machine or many.

Every process finds the whole archive and takes what falls to its part, so
nobody hands out work. Where an article stood in the whole is its row, which
makes hits of equal score come in the order of an index made at once.
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
    """Part `number`, from 1, of so many. Raises UsageError where there is no such part."""

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
        """Whether an article falls to this part: by its id alone, on every machine alike."""
        return crc32(id.encode("utf-8", "surrogatepass")) % self.of == self.number - 1


class Share:
    """What falls to a part of all seeds or articles; iterate to find it, once.

    When all is found, `found` is the number of all, and `digest` is the same
    on machines that found the same ids in the same order.
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
                yield item  # to be refused as everywhere
                continue
            row, self.found = self.found, self.found + 1
            self._digest.update(item.id.encode("utf-8", "surrogatepass") + b"\n")
            if self.part.holds(item.id):
                if item.id in self._rows:
                    raise ArticleError(f"two articles have the id {item.id!r}; rename one of them")
                self._rows[item.id] = row
                yield item

    def row(self, id: str) -> int:
        """Where in the whole an article of this share stood, from 0. May be asked once for each."""
        return self._rows.pop(id)

    @property
    def digest(self) -> str:
        """Names everything that was found."""
        return self._digest.hexdigest()
