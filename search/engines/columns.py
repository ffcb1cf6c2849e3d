"""The dates and sources of all articles of a generation, by row, to be counted.

Loaded once from the article store; 100,000 articles take little more than a
megabyte. With these, counting what a query matches never opens an article.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.storage.store import Store
from index.text.document import source_term

__all__ = ["Columns", "Tally"]

_NO_DATE = -(1 << 62)
_ABSENT = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What some articles have: `dates` ascending, in seconds since 1970; `sources` with their articles.

    Articles without a source are counted under the empty name.
    """

    total: int
    dates: array[int]
    sources: dict[str, int]

    def count_dates(self, bounds: Sequence[int]) -> list[int]:
        """How many dates lie from each bound on and before the next; one number less than bounds."""
        places = [bisect_left(self.dates, bound) for bound in bounds]
        return [after - before for before, after in pairwise(places)]


class Columns:
    """Two arrays in the order of rows, which are dense but for what updates have removed."""

    def __init__(self, store: Store, generation: int) -> None:
        values = store.facts(generation)
        self._first = min((row for row, _, _ in values), default=0)
        length = max((row for row, _, _ in values), default=-1) + 1 - self._first
        self._dates = array("q", [_NO_DATE]) * length
        self._kinds = array("I", [_ABSENT]) * length
        # Few articles have a combination of sources of their own.
        kinds: dict[str, int] = {}
        for row, date, names in values:
            self._dates[row - self._first] = _NO_DATE if date is None else date
            self._kinds[row - self._first] = kinds.setdefault(names, len(kinds) + 1)
        self._names: list[tuple[str, ...]] = [(), *(tuple(json.loads(names)) for names in kinds)]
        self._spellings = _spellings(self._names, Counter(self._kinds))

    def tally(self, rows: Iterable[int]) -> Tally:
        """Count the articles of some rows."""
        places = [row - self._first for row in rows]
        dates = [date for date in map(self._dates.__getitem__, places) if date != _NO_DATE]
        counts: Counter[str] = Counter()
        for kind, number in Counter(map(self._kinds.__getitem__, places)).items():
            terms = {source_term(name) for name in self._names[kind]} - {""}
            for name in [self._spellings[term] for term in terms] or [""]:
                counts[name] += number
        return Tally(len(places), array("q", sorted(dates)), dict(counts))


def _spellings(names: list[tuple[str, ...]], numbers: Counter[int]) -> dict[str, str]:
    """The most frequent spelling of each source: a filter makes no difference between them."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, some in enumerate(names):
        for name in some:
            written[source_term(name)][name] += numbers[kind]
    return {term: min(counts, key=lambda name: (-counts[name], name)) for term, counts in written.items()}
