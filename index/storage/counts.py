"""What the article store counts: articles, dates and outlets of a generation, without reading articles.

Dates and names are counted from an index of SQLite that holds them all. Its
checksum is in the seal of the generation, and is compared before it is used.
"""

from __future__ import annotations

import json
from collections import Counter
from itertools import starmap
from pathlib import Path

from index.storage.rows import FACT, FACTS_MODULUS, Fact, checksum_of, to_date
from index.storage.schema import has_journal
from index.storage.store_file import VISIBLE, StoreFile

__all__ = ["StoreCounts"]

# The list from which dates and names are counted; its checksum is in the seal.
_LISTED = f"article INDEXED BY article_facts WHERE {VISIBLE}"


class StoreCounts(StoreFile):
    """Counts over the generations of a store. Errors are those of Store."""

    def __init__(self, path: Path, *, readonly: bool) -> None:
        super().__init__(path, readonly=readonly)
        self._sound_facts: set[int] = set()

    def seal(self, generation: int) -> tuple[int, int] | None:
        """Return a generation's number of articles and the checksum of their facts; None if incomplete."""
        found = self._all("SELECT articles, facts FROM seal WHERE generation = ?", (generation,))
        return found[0] if found else None

    def verify(self, generation: int, *, articles: int, facts: int) -> None:
        """Raise IndexDamaged unless a generation is complete, by its seal.

        The seal is written last, so if it is there, the rest is. Only if there is a
        journal, left by a writer that died or by one at work, a damaged page in it
        could hide a sound one of the store: then the articles are counted too.
        """
        seal = self.seal(generation)
        if seal == (articles, facts) and (not has_journal(self.path) or self.count(generation) == articles):
            return
        what = f"generation {generation} is not all there"
        raise self._damaged(f"{what}; was {self.path.name}-wal removed?" if seal is None else what)

    def duplicates(self, generation: int) -> int:
        """Count the articles of a generation whose tokens an earlier one has too."""
        # Rows of later generations are higher, and those removed are few: to look up the generation of
        # each row in the table of articles takes three times as long.
        statement = (
            "SELECT count(*) - count(DISTINCT same) FROM sketch WHERE same != 0"
            " AND row <= (SELECT max(row) FROM article WHERE added <= :generation)"
            " AND row NOT IN (SELECT row FROM article WHERE removed IS NOT NULL AND removed <= :generation)"
        )
        return int(self._all(statement, {"generation": generation})[0][0])

    def count(self, generation: int) -> int:
        """Count the articles of a generation."""
        statement = f"SELECT count(*) FROM article WHERE {VISIBLE}"
        return int(self._all(statement, {"generation": generation})[0][0])

    def last_row(self) -> int:
        """Return the highest number that a row has or had."""
        used = "SELECT max(row) FROM article UNION ALL SELECT seq FROM sqlite_sequence"
        return max((number or 0 for (number,) in self._all(used, ())), default=0)

    def rows(self, generation: int) -> list[int]:
        """Return the rows of a generation's articles, ascending."""
        return self._rows_where(VISIBLE, generation)

    def rows_from_python(self, generation: int) -> list[int]:
        """Return the rows of a generation's articles that came from Python, ascending."""
        return self._rows_where(f"{VISIBLE} AND root IS NULL", generation)

    def _rows_where(self, condition: str, generation: int) -> list[int]:
        found = self._all(f"SELECT row FROM article WHERE {condition}", {"generation": generation})
        return sorted(row for (row,) in found)

    def arrived(self, generation: int, start: int | None, end: int | None) -> list[int]:
        """Return the rows of a generation's articles that arrived from `start` on and before `end`.

        An article arrives when it is added, or replaced by one with another content.
        """
        bounds = {"start": -1 if start is None else start, "end": 1 << 62 if end is None else end}
        statement = f"SELECT row FROM article WHERE {VISIBLE} AND arrived >= :start AND arrived < :end"
        return [row for (row,) in self._all(statement, {"generation": generation, **bounds})]

    def arrival_span(self, generation: int) -> tuple[int, int] | None:
        """Return when the first and the last article of a generation came in; None without articles."""
        statement = f"SELECT min(arrived), max(arrived) FROM article WHERE {VISIBLE} GROUP BY NULL"
        return next(iter(self._all(statement, {"generation": generation})), None)

    def facts(self, generation: int) -> list[Fact]:
        """Return the Fact of each article of a generation."""
        listed = self._all(f"SELECT {FACT} FROM {_LISTED}", {"generation": generation})
        found = [Fact(*values) for values in listed]
        self._check_sum(sum(starmap(checksum_of, found)), generation)
        rows = [fact.row for fact in found]
        dates = [fact.date for fact in found if fact.date is not None]
        last = self.last_row()
        with self.understood():
            if rows and not 0 < min(rows) <= max(rows) <= last:
                raise ValueError("it lists a row that was never written")
            if dates:
                to_date(min(dates)), to_date(max(dates))
        return found

    def dates(self, generation: int) -> tuple[int | None, int | None, int]:
        """Return the first and last date of a generation's articles, in seconds, and how many have one."""
        self.check_facts(generation)
        found = f"SELECT min(date), max(date), count(date) FROM {_LISTED}"
        first, last, number = self._all(found, {"generation": generation})[0]
        with self.understood():
            to_date(first), to_date(last)
        return first, last, number

    def sources(self, generation: int) -> dict[str, int]:
        """Count the articles of each outlet, their first source, in a generation; the most frequent first."""
        self.check_facts(generation)
        statement = f"SELECT sources, count(*) FROM {_LISTED} GROUP BY sources"
        found = self._all(statement, {"generation": generation})
        counts: Counter[str] = Counter()
        with self.understood():
            for names, number in found:
                for name in json.loads(names)[:1]:
                    counts[name] += number
        return dict(counts.most_common())

    def check_facts(self, generation: int) -> None:
        """Raise IndexDamaged unless the list of dates and names is as it was sealed; looks only once."""
        if generation in self._sound_facts:
            return
        with self._reading() as connection:
            found = connection.execute(f"SELECT {FACT} FROM {_LISTED}", {"generation": generation})
            total = sum(starmap(checksum_of, found))
        self._check_sum(total, generation)

    def _check_sum(self, total: int, generation: int) -> None:
        seal = self.seal(generation)
        if seal is None or seal[1] != total % FACTS_MODULUS:
            raise self._damaged("its list of dates and names is not what was written")
        self._sound_facts.add(generation)
