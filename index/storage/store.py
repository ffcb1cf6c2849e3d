"""The article store: one SQLite file for all generations of an index.

What a row says never changes. It carries the generation that added it and,
later, the one that removed it, so a reader of generation N sees exactly N's
articles while the next generation is being written into the same file.

SQLite notices damage of a file's structure, not of what it holds. So each row
has a checksum, and whoever reads an article compares it. The last thing that
is written of a generation is its seal: how many articles it holds, and a
checksum of the list that dates and sources are counted from.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple

from index.article import Article
from index.errors import Action, ArchiveError, IndexDamaged, Remedy
from index.storage.schema import has_journal, open_to_read, open_to_write

__all__ = ["Fact", "Origin", "Store", "Stored", "to_date", "to_seconds"]

# What the checksum is of, besides the body, and in this order.
_WRITTEN = (
    "row, id, title, authors, url, sources, date, tags, titled_by, dated_by, kinds,"
    " root, path, size, digest, added"
)
# As bytes, because the checksum is of bytes: to make them again would cost more than the checksum.
_ARTICLE = f"{_WRITTEN}, CAST(body AS BLOB), crc32, removed"
# The columns of a Fact.
_FACT = "row, date, sources, authors, tags"
# What an update sees of a row.
_STORED = "row, id, digest, root, path, size, mtime_ns"
_VISIBLE = "added <= :generation AND (removed IS NULL OR removed > :generation)"
# The list of what is counted; what is counted from it must be what is compared with the seal.
_LISTED = f"article INDEXED BY article_facts WHERE {_VISIBLE}"
_BATCH = 500
# So long a writer waits for readers to be done with the journal, in milliseconds; a query is
# done sooner, a check of a big store is not.
_PATIENCE = 5_000
_NONSENSE = (ValueError, TypeError, LookupError, OverflowError, OSError, RecursionError)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article came from, and by what a change of it is noticed."""

    digest: bytes
    root: str | None = None
    path: str | None = None
    size: int | None = None
    mtime_ns: int | None = None


class Fact(NamedTuple):
    """What is counted of an article: its date in seconds, and its names, each kind as a JSON array."""

    row: int
    date: int | None
    sources: str
    authors: str
    tags: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as an update sees it."""

    row: int
    id: str
    origin: Origin


class Store:
    """Articles by row and by id. May be shared by threads.

    Raises IndexDamaged for a file that is no longer a sound database.
    """

    def __init__(self, path: Path, *, readonly: bool) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._ids_are_sound = False
        self._last_row: int | None = None
        self._sound_facts: set[int] = set()
        # The sum for the generation that is being written, as it grows.
        self._facts = 0
        with self._translate():
            self._connection = open_to_read(path) if readonly else open_to_write(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    # Reading

    def seal(self, generation: int) -> tuple[int, int] | None:
        """How many articles a generation has, and the checksum of their facts; None if it is not complete."""
        found = self._all("SELECT articles, facts FROM seal WHERE generation = ?", (generation,))
        return found[0] if found else None

    def verify(self, generation: int, *, articles: int, facts: int) -> None:
        """Raise IndexDamaged unless a generation is all there, by its seal.

        The seal is the last of what is written, so where it is, the rest is. Only
        where a writer has died, or is at work, a damaged journal could stand in front
        of what is there already: then the articles are counted.
        """
        seal = self.seal(generation)
        if seal == (articles, facts) and (not has_journal(self.path) or self.count(generation) == articles):
            return
        what = f"generation {generation} is not all there"
        raise self._damaged(f"{what}; was {self.path.name}-wal removed?" if seal is None else what)

    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """The articles of some rows, by row. Raises IndexDamaged unless all are as they were written."""
        found, lost = self.intact(rows)
        if lost:
            raise self._damaged(f"the article {next(iter(lost.values()))} is not what was written")
        return found

    def intact(self, rows: Sequence[int]) -> tuple[dict[int, Article], dict[int, str]]:
        """Those of some rows that are as they were written, and how to name each of the others."""
        found: dict[int, Article] = {}
        lost: dict[int, str] = {}
        for at in range(0, len(rows), _BATCH):
            some = rows[at : at + _BATCH]
            try:
                read = self._rows(some)
            except IndexDamaged:  # one that cannot be read spoils it for all
                read = [values for row in some for values in self._rows_if_readable(row)]
            for values in read:
                try:
                    found[values[0]] = self._article(values)
                except IndexDamaged:
                    lost[values[0]] = repr(values[1])
        unread = (row for row in rows if row not in found and row not in lost)
        return found, lost | {row: f"in row {row}" for row in unread}

    def _rows(self, rows: Sequence[int]) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(rows))
        return self._all(f"SELECT {_ARTICLE} FROM article WHERE row IN ({marks})", rows)

    def _rows_if_readable(self, row: int) -> list[tuple[Any, ...]]:
        try:
            return self._rows([row])
        except IndexDamaged:
            return []

    def article(self, id: str, generation: int) -> tuple[int, Article] | None:
        """The row and article of an id, or None."""
        rows = self._all(f"SELECT {_ARTICLE} FROM article WHERE id = ?", (id,))
        # Which generations see a row is asked of it when it is known to be whole.
        read = [(values, self._article(values)) for values in rows]
        visible = [(values[0], article) for values, article in read if _is_visible(values, generation)]
        if len(visible) > 1:
            raise self._damaged(f"it holds the id {id!r} twice")
        if not visible:
            self._check_ids()
        return visible[0] if visible else None

    def _check_ids(self) -> None:
        """Raise IndexDamaged unless each article is found by its id; looks once."""
        if self._ids_are_sound:
            return
        missing = self._all(
            "SELECT 1 FROM article AS held NOT INDEXED WHERE NOT EXISTS"
            " (SELECT 1 FROM article INDEXED BY article_id WHERE id = held.id AND row = held.row) LIMIT 1",
            (),
        )
        if missing:
            raise self._damaged("its list of ids is not what was written")
        self._ids_are_sound = True

    def ids_with(self, piece: str, generation: int, *, limit: int) -> list[str]:
        """Some of the ids that have `piece` in them, in any case of ASCII letters."""
        pattern = re.sub(r"([%_\\])", r"\\\1", piece)
        # The inner select reads only the index of ids, not the articles.
        rows = self._all(
            f"SELECT id FROM article WHERE {_VISIBLE} AND row IN"
            " (SELECT row FROM article WHERE id LIKE '%' || :pattern || '%' ESCAPE '\\' LIMIT :limit)",
            {"generation": generation, "pattern": pattern, "limit": limit},
        )
        return [id for (id,) in rows]

    def every_article(self, generation: int) -> Iterator[tuple[int, Article]]:
        """Row and article of all that a generation holds, in the order in which they were added.

        Raises IndexDamaged, at the end, where others were there when it was completed.
        """
        last = facts = 0
        while True:
            batch = self._all(
                f"SELECT {_ARTICLE} FROM article WHERE row > :last AND {_VISIBLE}"
                f" ORDER BY row LIMIT {_BATCH}",
                {"last": last, "generation": generation},
            )
            if not batch:
                break
            yield from ((values[0], self._article(values)) for values in batch)
            facts += sum(
                _fact(row, date, sources, authors, tags)
                for row, _, _, authors, _, sources, date, tags, *_ in batch
            )
            last = batch[-1][0]
        if (seal := self.seal(generation)) is not None and seal[1] != facts % _FACTS:
            raise self._damaged("an article is missing, or one too many")

    def path_of(self, row: int) -> str | None:
        """The file that an article was read from, or None if it came from Python."""
        return _from_path(self._all("SELECT path FROM article WHERE row = ?", (row,))[0][0])

    def count(self, generation: int) -> int:
        """How many articles a generation holds."""
        number: int = self._all(f"SELECT count(*) FROM article WHERE {_VISIBLE}", {"generation": generation})[
            0
        ][0]
        return number

    def last_row(self) -> int:
        """The highest number that a row has or had."""
        used = "SELECT max(row) FROM article UNION ALL SELECT seq FROM sqlite_sequence"
        return max((number or 0 for (number,) in self._all(used, ())), default=0)

    def rows(self, generation: int) -> list[int]:
        """The rows of all articles that a generation holds, ascending."""
        return self._rows_where(_VISIBLE, generation)

    def rows_from_python(self, generation: int) -> list[int]:
        """The rows of those that came from no folder."""
        return self._rows_where(f"{_VISIBLE} AND root IS NULL", generation)

    def _rows_where(self, condition: str, generation: int) -> list[int]:
        found = self._all(f"SELECT row FROM article WHERE {condition}", {"generation": generation})
        return sorted(row for (row,) in found)

    def facts(self, generation: int) -> list[Fact]:
        """Return what is counted of each article that a generation holds."""
        found = [
            Fact(*values)
            for values in self._all(f"SELECT {_FACT} FROM {_LISTED}", {"generation": generation})
        ]
        self._check_sum(sum(starmap(_fact, found)), generation)
        rows = [fact.row for fact in found]
        dates = [fact.date for fact in found if fact.date is not None]
        with self.understood():
            if rows and not 0 < min(rows) <= max(rows) <= self.last_row():
                raise ValueError("it lists a row that was never written")
            if dates:
                to_date(min(dates)), to_date(max(dates))
        return found

    def dates(self, generation: int) -> tuple[int | None, int | None, int]:
        """The first and last date of a generation's articles, in seconds, and how many have one."""
        self.check_facts(generation)
        found = f"SELECT min(date), max(date), count(date) FROM {_LISTED}"
        first, last, number = self._all(found, {"generation": generation})[0]
        with self.understood():
            to_date(first), to_date(last)
        return first, last, number

    def sources(self, generation: int) -> dict[str, int]:
        """How many articles of a generation each source has, the greatest first."""
        self.check_facts(generation)
        found = f"SELECT sources, count(*) FROM {_LISTED} GROUP BY sources"
        counts: Counter[str] = Counter()
        with self.understood():
            for names, number in self._all(found, {"generation": generation}):
                for name in json.loads(names):
                    counts[name] += number
        return dict(counts.most_common())

    def check_facts(self, generation: int) -> None:
        """Raise IndexDamaged unless the list of dates and names is as it was sealed; looks once."""
        if generation in self._sound_facts:
            return
        with self._translate(), self._lock:
            found = self._connection.execute(f"SELECT {_FACT} FROM {_LISTED}", {"generation": generation})
            total = sum(starmap(_fact, found))
        self._check_sum(total, generation)

    def _check_sum(self, total: int, generation: int) -> None:
        seal = self.seal(generation)
        if seal is None or seal[1] != total % _FACTS:
            raise self._damaged("its list of dates and names is not what was written")
        self._sound_facts.add(generation)

    def stored(self, generation: int, *, root: str) -> Iterator[Stored]:
        """What a generation, or one that is being written, holds from one archive folder, by path."""
        last: str | bytes = ""
        while True:
            batch = self._all(
                f"SELECT {_STORED} FROM article"
                f" WHERE root = :root AND path > :last AND {_VISIBLE} ORDER BY path LIMIT {_BATCH}",
                {"root": root, "last": last, "generation": generation},
            )
            if not batch:
                return
            yield from map(_stored, batch)
            last = batch[-1][4]

    def stored_id(self, id: str, generation: int) -> Stored | None:
        """What a generation, or one that is being written, holds under an id."""
        rows = self._all(
            f"SELECT {_STORED} FROM article WHERE id = :id AND {_VISIBLE}",
            {"id": id, "generation": generation},
        )
        return _stored(rows[0]) if rows else None

    # Writing; nothing is seen by a reader before its generation is in force

    def recover(self, generation: int) -> None:
        """Forget what was written for generations after this one: their writer died."""
        with self._translate(), self._lock, self._connection:
            self._connection.execute("DELETE FROM article WHERE added > ?", (generation,))
            self._connection.execute("UPDATE article SET removed = NULL WHERE removed > ?", (generation,))
            self._connection.execute("DELETE FROM seal WHERE generation > ?", (generation,))

    def take_over(self, base: int) -> None:
        """Begin a generation with all that another one holds. Raises IndexDamaged where that has no seal."""
        seal = self.seal(base)
        if seal is None:
            raise self._damaged(f"generation {base} is not all there")
        _, self._facts = seal

    def add(self, article: Article, origin: Origin, generation: int) -> int:
        """Add an article for a generation and return its row."""
        fact = Fact(
            self._next_row(),
            to_seconds(article.date),
            *(
                json.dumps(names, ensure_ascii=False)
                for names in (article.sources, article.authors, article.tags)
            ),
        )
        values = (
            fact.row,
            article.id,
            article.title,
            fact.authors,
            article.url,
            fact.sources,
            fact.date,
            fact.tags,
            article.titled_by,
            article.dated_by,
            article.kinds,
            origin.root,
            _to_path(origin.path),
            origin.size,
            origin.digest,
            generation,
        )
        with self._translate(), self._lock:
            self._connection.execute(
                f"INSERT INTO article ({_WRITTEN}, body, crc32, mtime_ns) VALUES ({','.join('?' * 19)})",
                (*values, article.body, _crc32(values, article.body.encode()), origin.mtime_ns),
            )
        self._facts += _fact(*fact)
        return fact.row

    def _next_row(self) -> int:
        """The number that SQLite would give, which the checksum is of, too."""
        self._last_row = (self.last_row() if self._last_row is None else self._last_row) + 1
        return self._last_row

    def remove(self, rows: Iterable[int], generation: int) -> None:
        """Mark rows as removed by a generation."""
        for row in rows:
            (fact,) = self._all(f"SELECT {_FACT} FROM article WHERE row = ?", (row,))
            with self._translate(), self._lock:
                self._connection.execute("UPDATE article SET removed = ? WHERE row = ?", (generation, row))
            self._facts -= _fact(*fact)

    def remove_older(self, generation: int) -> None:
        """Mark everything that earlier generations added as removed by this one, which begins empty."""
        self._facts = 0
        with self._translate(), self._lock:
            self._connection.execute(
                "UPDATE article SET removed = ? WHERE added < ? AND removed IS NULL", (generation, generation)
            )

    def renew_time(self, row: int, mtime_ns: int) -> None:
        """Remember the new time of a file whose content is unchanged."""
        with self._translate(), self._lock:
            self._connection.execute("UPDATE article SET mtime_ns = ? WHERE row = ?", (mtime_ns, row))

    def commit(self) -> None:
        """Make everything written so far survive a power loss."""
        with self._translate(), self._lock:
            self._connection.commit()

    def complete(self, generation: int) -> tuple[int, int]:
        """Seal a generation, bring all of it from the journal into the store itself, and return the seal.

        A journal that is lost or damaged later must not take what is in force with
        it. Who reads for longer than five seconds in one go keeps it in the journal;
        then at least the seal is lost with it, and `verify` tells.
        """
        seal = (self.count(generation), self._facts % _FACTS)
        with self._translate(), self._lock:
            self._connection.execute("INSERT INTO seal VALUES (?, ?, ?)", (generation, *seal))
        self.commit()
        self._empty_journal()
        return seal

    def _empty_journal(self) -> None:
        with self._translate(), self._lock:
            (before,) = self._connection.execute("PRAGMA busy_timeout").fetchone()
            self._connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._connection.execute(f"PRAGMA busy_timeout = {before}")

    def sweep(self, oldest: int) -> None:
        """Delete what no generation from `oldest` on can see, and give the space back."""
        with self._translate(), self._lock:
            with self._connection:
                self._connection.execute("DELETE FROM article WHERE removed <= ?", (oldest,))
                self._connection.execute("DELETE FROM seal WHERE generation < ?", (oldest,))
            self._connection.execute("PRAGMA incremental_vacuum")
        self._empty_journal()

    def problems(self) -> list[str]:
        """What SQLite's own check finds wrong with the file; empty when it is sound."""
        return [text for (text,) in self._all("PRAGMA integrity_check(10)", ()) if text != "ok"]

    def check(self) -> None:
        """Raise IndexDamaged unless the file is sound."""
        if problems := self.problems():
            raise self._damaged(problems[0])

    def _all(self, statement: str, values: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._translate(), self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _article(self, values: tuple[Any, ...]) -> Article:
        try:
            if not _is_whole(values):
                raise ValueError("its checksum does not match")
            return _article(values)
        except (ArchiveError, *_NONSENSE) as error:
            raise self._damaged(f"the article {values[1]!r} is not what was written: {error}") from error

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Raise IndexDamaged where what was read here makes no sense."""
        try:
            yield
        except _NONSENSE as error:
            raise self._damaged(error) from error

    def _damaged(self, what: object) -> IndexDamaged:
        remedy = Remedy(Action.REPAIR, index=str(self.path.parent))
        return IndexDamaged(f"{self.path} is damaged ({what})", file=self.path, remedy=remedy)

    @contextmanager
    def _translate(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "full" in str(error) or "disk I/O" in str(error) or "readonly" in str(error):
                raise OSError(f"{self.path}: {error}") from error
            raise self._damaged(error) from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise self._damaged(error) from error


def _to_path(path: str | None) -> str | bytes | None:
    if path is None or path.isprintable():
        return path
    return os.fsencode(path)  # a surrogate, which stands for a byte, is not printable


def _from_path(stored: str | bytes | None) -> str | None:
    return os.fsdecode(stored) if stored is not None else None


def _stored(values: tuple[Any, ...]) -> Stored:
    row, id, digest, root, path, size, mtime_ns = values
    return Stored(row, id, Origin(digest, root, _from_path(path), size, mtime_ns))


def _article(values: tuple[Any, ...]) -> Article:
    _, id, title, authors, url, sources, date, tags, titled_by, dated_by, kinds, *_, body, _, _ = values
    return Article(
        id=id,
        title=title,
        body=body.decode(),
        authors=tuple(json.loads(authors)),
        url=url,
        sources=tuple(json.loads(sources)),
        date=to_date(date),
        tags=tuple(json.loads(tags)),
        kinds=kinds,
        titled_by=titled_by,
        dated_by=dated_by,
    )


# Sums are kept modulo this.
_FACTS = 1 << 32


def _fact(row: int, date: int | None, sources: str, authors: str, tags: str) -> int:
    """Return the checksum of what is counted of an article; a sum of them does not depend on their order."""
    return zlib.crc32(f"{row} {date} {sources} {authors} {tags}".encode())


def _crc32(written: Sequence[Any], body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32("\0".join(map(str, written)).encode()))


def _is_whole(values: tuple[Any, ...]) -> bool:
    """Whether a row is as it was written, and was removed, if it was, after it was added."""
    *written, body, crc32, removed = values
    return _crc32(written, body) == crc32 and (removed is None or removed > written[-1])


def _is_visible(values: tuple[Any, ...], generation: int) -> bool:
    *_, added, _, _, removed = values
    return bool(added <= generation and (removed is None or removed > generation))


def to_seconds(date: datetime | None) -> int | None:
    """Seconds since 1970 in UTC; a part of a second is dropped."""
    return None if date is None else int(date.timestamp() // 1)


def to_date(seconds: int | None) -> datetime | None:
    """The reverse of `to_seconds`."""
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
