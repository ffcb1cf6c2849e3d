"""Columns of dates and names of all articles of a generation, by row, for counting.

Loaded once from the article store; counting then reads no article. Most articles
share their combination of names with others, so each combination is stored once
and numbered: 100,000 articles take about two megabytes.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.storage.rows import own_from_json
from index.storage.store import Store
from index.text.document import COUNTED_FIELDS, name_term

__all__ = ["Columns", "Tally"]

_NO_DATE = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over some articles.

    `dates` are in seconds since 1970, ascending. `names` has the number of
    articles for each name, by field; articles without one are under "".
    """

    total: int
    dates: array[int]
    names: dict[str, dict[str, int]]

    def count_dates(self, bounds: Sequence[int]) -> list[int]:
        """Count the dates from each bound on and before the next; one count less than bounds."""
        positions = [bisect_left(self.dates, bound) for bound in bounds]
        return [after - before for before, after in pairwise(positions)]


class Columns:
    """One array for the dates and one for each kind of name.

    They are in the order of rows, which are dense but for what updates have
    removed.
    """

    def __init__(self, store: Store, generation: int) -> None:
        facts = store.facts(generation)
        self._first = min((fact.row for fact in facts), default=0)
        length = max((fact.row for fact in facts), default=-1) + 1 - self._first
        self._dates = array("q", [_NO_DATE]) * length
        for fact in facts:
            if fact.date is not None:
                self._dates[fact.row - self._first] = fact.date
        sources = [fact.sources for fact in facts]
        outlets = {names: json.dumps(json.loads(names)[:1]) for names in set(sources)}
        written: dict[str, list[str]] = {
            "outlet": [outlets[names] for names in sources],
            "source": sources,
            "author": [fact.authors for fact in facts],
            "tag": [fact.tags for fact in facts],
        }
        positions = [fact.row - self._first for fact in facts]
        self._length = length
        # JSON, which is read when an own field is first asked for.
        self._own = {fact.row: fact.fields for fact in facts if fact.fields}
        self._own_names: dict[str, _Names] = {}
        self._own_numbers: dict[str, dict[int, float]] = {}
        self._names = {field: _Names(written[field], positions, length) for field in COUNTED_FIELDS}

    def tally(self, rows: Iterable[int]) -> Tally:
        """Count the articles of some rows."""
        positions = [row - self._first for row in rows]
        dates = [date for date in map(self._dates.__getitem__, positions) if date != _NO_DATE]
        names: dict[str, dict[str, int]] = {
            field: column.count(positions) for field, column in self._names.items()
        }
        return Tally(len(positions), array("q", sorted(dates)), names)

    def count_own(self, rows: Iterable[int], name: str) -> dict[str, int]:
        """Count the articles of some rows by an own keyword; those without one are under ""."""
        if name not in self._own_names:
            found = {row: own_from_json(json.loads(own)).get(name, ()) for row, own in self._own.items()}
            written = [json.dumps(value if isinstance(value, tuple) else ()) for value in found.values()]
            positions = [row - self._first for row in found]
            self._own_names[name] = _Names(written, positions, self._length)
        return self._own_names[name].count([row - self._first for row in rows])

    def rows_in(self, name: str, holds: Callable[[float], bool]) -> Iterator[int]:
        """Yield the rows whose own number, or own date in seconds, `holds` accepts."""
        if name not in self._own_numbers:
            read = ((row, json.loads(own).get(name)) for row, own in self._own.items())
            numbers = ((row, value["date"] if isinstance(value, dict) else value) for row, value in read)
            self._own_numbers[name] = {
                row: float(value) for row, value in numbers if isinstance(value, int | float)
            }
        return (row for row, number in self._own_numbers[name].items() if holds(number))


class _Names:
    """The names of one kind: for each article the number of its combination, 0 without an article."""

    def __init__(self, written: list[str], positions: list[int], length: int) -> None:
        numbers: dict[str, int] = {}
        self._numbers = array("I", [0]) * length
        for position, names in zip(positions, written, strict=True):
            self._numbers[position] = numbers.setdefault(names, len(numbers) + 1)
        combinations: list[tuple[str, ...]] = [(), *(tuple(json.loads(names)) for names in numbers)]
        spellings = _spellings(combinations, Counter(self._numbers))
        self._shown = [
            sorted({spellings[name_term(name)] for name in names if name_term(name)}) or [""]
            for names in combinations
        ]

    def count(self, positions: list[int]) -> dict[str, int]:
        if len(self._shown) <= 2 and self._shown[-1] == [""]:  # most archives have no tags
            return {"": len(positions)} if positions else {}
        counts: Counter[str] = Counter()
        for number, articles in Counter(map(self._numbers.__getitem__, positions)).items():
            for name in self._shown[number]:
                counts[name] += articles
        return dict(counts)


def _spellings(combinations: list[tuple[str, ...]], articles: Counter[int]) -> dict[str, str]:
    """Return the most frequent spelling of each name; filters do not tell spellings apart."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for number, names in enumerate(combinations):
        for name in names:
            written[name_term(name)][name] += articles[number]
    return {term: min(counts, key=lambda name: (-counts[name], name)) for term, counts in written.items()}
