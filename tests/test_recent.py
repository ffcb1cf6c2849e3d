"""What was read last is kept: the same is returned, less is read, and memory stays bounded."""

from __future__ import annotations

from collections.abc import Sequence

from search.engines.recent import MOST_AT_ONCE, Recent


class Shelf:
    """Values of rows, and the rows that were read."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def values(self, rows: Sequence[int]) -> dict[int, str]:
        self.read += rows
        return {row: "字" * row for row in rows}


def test_what_was_read_is_not_read_again():
    shelf = Shelf()
    recent = Recent(shelf.values, size=len, most=100)
    assert recent.get([3, 1]) == {3: "字字字", 1: "字"}
    assert recent.get([1, 2, 3]) == {1: "字", 2: "字字", 3: "字字字"}
    assert shelf.read == [3, 1, 2]


def test_what_was_not_asked_for_the_longest_goes_first():
    shelf = Shelf()
    recent = Recent(shelf.values, size=len, most=10)
    recent.get([4])
    recent.get([5])
    recent.get([4])
    recent.get([3])
    assert set(recent.kept([3, 4, 5])) == {3, 4}


def test_a_value_larger_than_all_that_is_kept_is_returned():
    """And it leaves room for others."""
    recent = Recent(Shelf().values, size=len, most=10)
    assert len(recent.get([40])[40]) == 40
    recent.get([2])
    assert set(recent.kept([40, 2])) == {2}


def test_a_walk_through_the_archive_pushes_nothing_out():
    recent = Recent(Shelf().values, size=len, most=10)
    recent.get([2])
    many = range(100, 101 + MOST_AT_ONCE)
    assert recent.get(many).keys() == set(many)
    assert set(recent.kept([2, *many])) == {2}
