"""The article store: one SQLite file for all generations of an index.

A row never changes. It carries the generation that added it and, later, the
one that removed it, so a reader of generation N sees exactly N's articles while
the next generation is written into the same file.

SQLite notices damage to a file's structure, not to its content. So each row has
a checksum, which is verified whenever the article is read. A generation is
completed by its seal: the number of its articles, and a checksum of all dates
and names, from which facets are counted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeAlias

from index.article import Article
from index.errors import ArchiveError, IndexDamaged
from index.storage.counts import StoreCounts
from index.storage.rows import (
    ARTICLE,
    FACT,
    FACTS_MODULUS,
    STORED,
    WRITTEN,
    Fact,
    Origin,
    Stored,
    checksum_of,
    crc32_of,
    is_visible,
    is_whole,
    path_from_store,
    signed,
    to_article,
    to_date,
    to_fact,
    to_seconds,
    to_stored,
    verified,
    written_values,
)
from index.storage.sketches import Keys, altered, read_sketches, remove_orphans, rows_sharing, write_sketch
from index.storage.store_file import BATCH, NONSENSE, VISIBLE
from index.text.encoding import encode
from index.text.sketch import Sketch
from index.text.token_text import TokenText, unpack

__all__ = ["Fact", "Origin", "Store", "Stored", "to_date", "to_seconds"]

# How long a writer waits for readers to let go of the journal, in milliseconds; a query is
# done sooner, a check of a large store is not.
_PATIENCE = 5_000
_ARRIVED = WRITTEN.replace(" ", "").split(",").index("arrived")

# An article, when it came into the index, and the token texts of its title and body.
_Read: TypeAlias = tuple[Article, datetime, tuple[TokenText, TokenText]]


class Store(StoreCounts):
    """Articles by row and by id. May be shared by threads.

    Every method raises IndexDamaged if the file is no longer a sound database,
    IndexLocked if another program holds it, and OSError if it cannot be read or
    written now (see sqlite_errors.py).
    """

    def __init__(self, path: Path, *, readonly: bool) -> None:
        super().__init__(path, readonly=readonly)
        self._ids_are_sound = False
        self._last_row: int | None = None  # the highest row given, once it is known
        self._keys = Keys()
        self._facts = 0  # the sum of the generation that is being written

    # Reading

    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """Return the articles of rows, by row. Raises IndexDamaged unless all are as they were written."""
        found, lost = self.intact(rows)
        if lost:
            raise self._damaged(f"the article {next(iter(lost.values()))} is not what was written")
        return found

    def intact(self, rows: Sequence[int]) -> tuple[dict[int, Article], dict[int, str]]:
        """Return the articles of the rows that are as they were written, and a name for each other row."""
        found: dict[int, Article] = {}
        lost: dict[int, str] = {}
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            try:
                read = self._rows(batch)
            except IndexDamaged:  # one unreadable row fails the whole statement
                read = [values for row in batch for values in self._rows_if_readable(row)]
            for values in read:
                try:
                    found[values[0]] = self._article(values)
                except IndexDamaged:
                    lost[values[0]] = repr(values[1])
        unread = (row for row in rows if row not in found and row not in lost)
        return found, lost | {row: f"in row {row}" for row in unread}

    def altered(self, rows: Sequence[int]) -> list[str]:
        """Return a name for each of the rows whose article or token texts are not as they were written."""
        found, lost = self.intact(rows)
        broken = {*self._without_token_texts(list(found)), *altered(self._all, list(found))}
        return [*lost.values(), *(repr(found[row].id) for row in found if row in broken)]

    def _without_token_texts(self, rows: list[int]) -> list[int]:
        try:
            self.token_texts(rows)
        except IndexDamaged:
            if len(rows) == 1:
                return rows
            middle = len(rows) // 2
            return self._without_token_texts(rows[:middle]) + self._without_token_texts(rows[middle:])
        return []

    def _rows(self, rows: Sequence[int]) -> list[tuple[Any, ...]]:
        marks = ",".join("?" * len(rows))
        return self._all(f"SELECT {ARTICLE} FROM article WHERE row IN ({marks})", rows)

    def _rows_if_readable(self, row: int) -> list[tuple[Any, ...]]:
        try:
            return self._rows([row])
        except IndexDamaged:
            return []

    def titles(self, rows: Sequence[int]) -> list[str]:
        """Return the titles of rows, without comparing checksums: for suggestions, not for answers."""
        marks = ",".join("?" * len(rows))
        return [title for (title,) in self._all(f"SELECT title FROM article WHERE row IN ({marks})", rows)]

    def urls(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the urls of some rows, by row, without comparing checksums: to choose what to read."""
        return {row: url for read in self._in_rows("row, url FROM article", rows) for row, url in read}

    def token_texts(self, rows: Sequence[int]) -> dict[int, tuple[TokenText, TokenText]]:
        """Return the token texts of title and body of some rows, by row."""
        found = dict(self.each_token_text(rows))
        self._check_all(rows, found)
        return found

    def read(self, rows: Sequence[int]) -> dict[int, _Read]:
        """Return the articles of some rows, when each came into the index, and their token texts, by row."""
        found: dict[int, _Read] = {}
        for read in self._in_rows(f"{ARTICLE}, token_texts FROM article", rows):
            for *values, data in read:
                row, article = values[0], self._article(tuple(values))
                with self.understood():
                    found[row] = (
                        article,
                        datetime.fromtimestamp(values[_ARRIVED], timezone.utc),
                        _token_texts(row, data),
                    )
        self._check_all(rows, found)
        return found

    def arrived_articles(self, rows: Sequence[int]) -> dict[int, tuple[Article, datetime]]:
        """Return the articles of some rows, by row, and when each came into the index."""
        found: dict[int, tuple[Article, datetime]] = {}
        for read in self._in_rows(f"{ARTICLE} FROM article", rows):
            articles = [self._article(values) for values in read]
            with self.understood():
                for article, values in zip(articles, read, strict=True):
                    found[values[0]] = article, _arrived(values)
        self._check_all(rows, found)
        return found

    def _check_all(self, rows: Sequence[int], found: Collection[int]) -> None:
        if len(found) < len(set(rows)):
            raise self._damaged("an article is missing")

    def each_token_text(self, rows: Iterable[int]) -> Iterator[tuple[int, tuple[TokenText, TokenText]]]:
        """Yield those of some rows that are there with their token texts, each read when it is asked for."""
        remaining = iter(rows)
        while batch := list(islice(remaining, BATCH)):
            marks = ",".join("?" * len(batch))
            statement = f"SELECT row, token_texts FROM article WHERE row IN ({marks})"
            # Entered once for all: for each row alone it would take a tenth of the time.
            with self._reading() as connection, self.understood():
                for row, data in connection.execute(statement, batch):
                    yield row, _token_texts(row, data)

    def sketches(self, rows: Sequence[int]) -> dict[int, Sketch]:
        """Return the sketches of some rows, by row. Raises IndexDamaged if they are not as written."""
        found: dict[int, Sketch] = {}
        for read in self._in_rows("row, data FROM sketch", rows):
            with self.understood():
                found |= read_sketches(read)
        if len(found) < len(set(rows)):
            raise self._damaged("a sketch is missing")
        return found

    def rows_sharing(self, hashes: Sequence[int], generation: int) -> list[int]:
        """Return the rows of a generation whose sketch has one of some hashes as a key, ascending."""
        found = {row for query, some in rows_sharing(hashes) for (row,) in self._all(query, some)}
        return sorted(
            row
            for read in self._in_rows("row, added, removed FROM article", sorted(found))
            for row, added, removed in read
            if added <= generation and (removed is None or removed > generation)
        )

    def article(self, id: str, generation: int) -> tuple[int, Article] | None:
        """Return the row and the article of an id, or None."""
        rows = self._all(f"SELECT {ARTICLE} FROM article WHERE id = ?", (id,))
        # Visibility is judged from rows that are known to be whole, not by SQLite.
        read = [(values, self._article(values)) for values in rows]
        visible = [(values[0], article) for values, article in read if is_visible(values, generation)]
        if len(visible) > 1:
            raise self._damaged(f"it holds the id {id!r} twice")
        if not visible:
            self._check_ids()
        return visible[0] if visible else None

    def _check_ids(self) -> None:
        """Raise IndexDamaged unless each article is found by its id; looks only once."""
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
        """Return up to `limit` ids that contain `piece`, in any case of ASCII letters."""
        pattern = re.sub(r"([%_\\])", r"\\\1", piece)
        # The inner select reads only the index of ids, not the articles.
        rows = self._all(
            f"SELECT id FROM article WHERE {VISIBLE} AND row IN"
            " (SELECT row FROM article WHERE id LIKE '%' || :pattern || '%' ESCAPE '\\' LIMIT :limit)",
            {"generation": generation, "pattern": pattern, "limit": limit},
        )
        return [id for (id,) in rows]

    def every_article(self, generation: int) -> Iterator[tuple[int, Article]]:
        """Iterate over a generation's rows and articles, in the order in which they were added.

        Raises IndexDamaged, at the end, if these are not the articles that were sealed.
        """
        last = facts = 0
        while True:
            batch = self._all(
                f"SELECT {ARTICLE} FROM article WHERE row > :last AND {VISIBLE} ORDER BY row LIMIT {BATCH}",
                {"last": last, "generation": generation},
            )
            if not batch:
                break
            yield from ((values[0], self._article(values)) for values in batch)
            facts += sum(
                checksum_of(row, date, sources, authors, tags, fields)
                for row, _, _, authors, _, sources, date, tags, _, _, _, fields, *_ in batch
            )
            last = batch[-1][0]
        if (seal := self.seal(generation)) is not None and seal[1] != facts % FACTS_MODULUS:
            raise self._damaged("an article is missing, or one too many")

    def digests(self, generation: int) -> dict[str, bytes]:
        """Return the digest of the content of every article of a generation, by id. Raises IndexDamaged."""
        return dict(self._all(f"SELECT id, digest FROM article WHERE {VISIBLE}", {"generation": generation}))

    def arrivals(self, rows: Sequence[int]) -> dict[int, datetime]:
        """Return when each of some rows came into the index, by row. Raises IndexDamaged."""
        with self.understood():
            read = chain.from_iterable(self._in_rows("row, arrived FROM article", rows))
            return {row: datetime.fromtimestamp(seconds, timezone.utc) for row, seconds in read}

    def path_of(self, row: int) -> str | None:
        """Return the file that an article was read from, or None if it came from Python."""
        return path_from_store(self._all("SELECT path FROM article WHERE row = ?", (row,))[0][0])

    def stored(self, generation: int, *, root: str) -> Iterator[Stored]:
        """Iterate over what a generation, complete or not, holds from one archive folder, by path."""
        last: str | bytes = ""
        while True:
            batch = self._all(
                f"SELECT {STORED} FROM article"
                f" WHERE root = :root AND path > :last AND {VISIBLE} ORDER BY path LIMIT {BATCH}",
                {"root": root, "last": last, "generation": generation},
            )
            if not batch:
                return
            yield from map(to_stored, batch)
            last = batch[-1][4]

    def find_many(self, ids: Sequence[str], generation: int) -> dict[str, Stored]:
        """Return what a generation, complete or not, holds under some ids, by id."""
        found: dict[str, Stored] = {}
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            marks = ",".join("?" * len(batch))
            rows = self._all(
                f"SELECT {STORED} FROM article WHERE id IN ({marks})"
                " AND added <= ? AND (removed IS NULL OR removed > ?)",
                (*batch, generation, generation),
            )
            found.update((stored.id, stored) for stored in map(to_stored, rows))
        return found

    def _article(self, values: tuple[Any, ...]) -> Article:
        try:
            if not is_whole(values):
                raise ValueError("its checksum does not match")
            return to_article(values)
        except (ArchiveError, *NONSENSE, OSError) as error:
            raise self._damaged(f"the article {values[1]!r} is not what was written: {error}") from error

    # Writing; no reader sees any of it before its generation is in force

    def recover(self, generation: int) -> None:
        """Remove what was written for later generations, whose writer died or failed."""
        with self._translate(), self._lock, self._connection:
            self._connection.rollback()
            gone = self._connection.execute("DELETE FROM article WHERE added > ?", (generation,)).rowcount
            if gone:
                remove_orphans(self._connection)
            self._connection.execute("UPDATE article SET removed = NULL WHERE removed > ?", (generation,))
            self._connection.execute("DELETE FROM seal WHERE generation > ?", (generation,))

    def take_over(self, base: int) -> None:
        """Begin a generation with all that another one holds. Raises IndexDamaged if that is incomplete."""
        seal = self.seal(base)
        if seal is None:
            raise self._damaged(f"generation {base} is not all there")
        _, self._facts = seal

    def add(
        self, article: Article, token_texts: bytes, sketch: bytes, origin: Origin, generation: int
    ) -> int:
        """Add an article for a generation and return its row.

        One that the index held before, unchanged, keeps the time at which it arrived; so a rebuild
        does not make an archive new.

        Args:
            article: The article.
            token_texts: The packed token texts of its title and body.
            sketch: Its packed sketch.
            origin: Where it came from.
            generation: The generation that is being written.
        """
        body = encode(article.body)
        fact = to_fact(self._next_row(), article)
        arrived = self._arrival(article.id, origin.digest)
        values = written_values(fact, article, origin, arrived=arrived, generation=generation)
        token_texts = signed(fact.row, token_texts)
        with self._translate(), self._lock:
            self._connection.execute(
                f"INSERT INTO article ({WRITTEN}, body, crc32, mtime_ns, token_texts)"
                f" VALUES ({','.join('?' * 23)})",
                (*values, body, crc32_of(values, body), origin.mtime_ns, token_texts),
            )
            self._keys.add(self._connection, fact.row, write_sketch(self._connection, fact.row, sketch))
        self._facts += checksum_of(*fact)
        return fact.row

    def _arrival(self, id: str, digest: bytes) -> int:
        ((before,),) = self._all("SELECT min(arrived) FROM article WHERE id = ? AND digest = ?", (id, digest))
        return int(time.time() if before is None else before)

    def _next_row(self) -> int:
        """Return the number that SQLite would give, because the checksum covers it."""
        self._last_row = (self.last_row() if self._last_row is None else self._last_row) + 1
        return self._last_row

    def remove(self, rows: Iterable[int], generation: int) -> None:
        """Mark rows as removed by a generation."""
        for row in rows:
            (fact,) = self._all(f"SELECT {FACT} FROM article WHERE row = ?", (row,))
            with self._translate(), self._lock:
                self._connection.execute("UPDATE article SET removed = ? WHERE row = ?", (generation, row))
            self._facts -= checksum_of(*fact)

    def remove_older(self, generation: int) -> None:
        """Begin an empty generation: mark all that earlier ones added as removed by this one."""
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

        So a journal that is lost or damaged later takes nothing with it that is in
        force. A reader that reads for longer than five seconds in one go keeps the
        changes in the journal; if that is lost, the seal is lost too, and `verify` says so.
        """
        seal = (self.count(generation), self._facts % FACTS_MODULUS)
        with self._translate(), self._lock:
            self._keys.write(self._connection)
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
        """Delete what only generations before `oldest` hold, and give the space back."""
        with self._translate(), self._lock:
            with self._connection:
                gone = self._connection.execute("DELETE FROM article WHERE removed <= ?", (oldest,))
                if gone.rowcount:
                    remove_orphans(self._connection)
                self._connection.execute("DELETE FROM seal WHERE generation < ?", (oldest,))
            self._connection.execute("PRAGMA incremental_vacuum")
        self._empty_journal()


def _arrived(values: Sequence[Any]) -> datetime:
    return datetime.fromtimestamp(values[_ARRIVED], timezone.utc)


def _token_texts(row: int, data: bytes) -> tuple[TokenText, TokenText]:
    title, body = unpack(verified(row, data))
    return title, body
