"""The sketches of the article store: two tables beside that of articles, under the same rows.

One has the sketch of each article. The other finds articles by the keys of their
sketches; it is filled in the order of the keys, a batch at a time, because keys
one by one would come to pages all over it. Entries of rows that are no more are
harmless, since row numbers are never used again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from index.storage.rows import signed, verified
from index.text.sketch import Sketch, unpack_sketch

__all__ = ["Keys", "altered", "read_sketches", "remove_orphans", "rows_sharing", "write_sketch"]

_BATCH = 500
# So many keys are collected, of which each takes some 100 bytes.
_COLLECTED = 200_000


def write_sketch(connection: sqlite3.Connection, row: int, packed: bytes) -> Sketch:
    """Store the packed sketch of a row, and return the sketch."""
    found = unpack_sketch(packed)
    connection.execute(
        "INSERT INTO sketch (row, same, data) VALUES (?, ?, ?)", (row, found.same, signed(row, packed))
    )
    return found


class Keys:
    """Collects the keys of sketches, and writes many at once."""

    def __init__(self) -> None:
        self._collected: list[tuple[int, int]] = []

    def add(self, connection: sqlite3.Connection, row: int, sketch: Sketch) -> None:
        """Collect the keys of a row."""
        self._collected += [(key, row) for key in sketch.key_hashes()]
        if len(self._collected) >= _COLLECTED:
            self.write(connection)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write what was collected."""
        self._collected.sort()
        connection.executemany("INSERT INTO sketch_key (key, row) VALUES (?, ?)", self._collected)
        self._collected = []


def remove_orphans(connection: sqlite3.Connection) -> None:
    """Remove the sketches of articles that were removed; reads all keys."""
    connection.execute("DELETE FROM sketch WHERE row NOT IN (SELECT row FROM article)")
    connection.execute("DELETE FROM sketch_key WHERE row NOT IN (SELECT row FROM article)")


def read_sketches(rows: Sequence[tuple[int, bytes]]) -> dict[int, Sketch]:
    """Return sketches by row from their row and data. Raises ValueError if they are not as written."""
    return {row: unpack_sketch(verified(row, data)) for row, data in rows}


def altered(
    ask: Callable[[str, Sequence[int]], list[tuple[int, int, bytes]]], rows: Sequence[int]
) -> set[int]:
    """Return those of some rows whose sketch, or the number stored beside it, is not as written.

    Args:
        ask: Runs a statement with values.
        rows: Rows of articles.
    """
    marks = ",".join("?" * len(rows))
    found = set(rows)
    for row, same, data in ask(f"SELECT row, same, data FROM sketch WHERE row IN ({marks})", rows):
        with suppress(ValueError):
            if unpack_sketch(verified(row, data)).same == same:
                found.discard(row)
    return found


def rows_sharing(hashes: Sequence[int]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield statements with their values that return the rows with one of some keys, in any generation."""
    for at in range(0, len(hashes), _BATCH):
        some = hashes[at : at + _BATCH]
        yield f"SELECT DISTINCT row FROM sketch_key WHERE key IN ({','.join('?' * len(some))})", some
