"""The article store: one SQLite file for all generations of an index.

What a row says never changes. It carries the generation that added it and,
later, the one that removed it, so a reader of generation N sees exactly N's
articles while the next generation is being written into the same file.

SQLite notices damage of a file's structure, not of what it holds. So each row
has a checksum, and whoever reads an article compares it.
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
from pathlib import Path
from typing import Any

from index.article import Article
from index.errors import ArchiveError, IndexDamaged
from index.files import quoted

__all__ = ["Origin", "Store", "Stored", "to_date", "to_seconds"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS article (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    source TEXT NOT NULL,       -- names as a JSON array
    date INTEGER,               -- seconds since 1970, UTC
    dated_by TEXT NOT NULL,
    root TEXT,                  -- the archive folder; NULL when it came from Python
    path TEXT,                  -- the file; a BLOB where its name is not UTF-8
    size INTEGER,               -- in bytes
    digest BLOB NOT NULL,       -- SHA-256 of the file, or of the article from Python
    added INTEGER NOT NULL,
    removed INTEGER,
    mtime_ns INTEGER,           -- this and `removed` are the only columns that are ever renewed
    crc32 INTEGER NOT NULL,     -- of the other columns
    body TEXT NOT NULL          -- the last, so that nobody walks past it to reach another
);
CREATE INDEX IF NOT EXISTS article_id ON article (id);
CREATE INDEX IF NOT EXISTS article_root ON article (root, path);
-- Dates and sources are counted from this, without walking past the bodies.
CREATE INDEX IF NOT EXISTS article_facts ON article (source, date, added, removed);
CREATE INDEX IF NOT EXISTS article_removed ON article (removed) WHERE removed IS NOT NULL;
"""

# What the checksum is of, besides the body, and in this order.
_WRITTEN = "row, id, title, url, source, date, dated_by, root, path, size, digest, added"
# As bytes, because the checksum is of bytes: to make them again would cost more than the checksum.
_ARTICLE = f"{_WRITTEN}, CAST(body AS BLOB), crc32, removed"
_VISIBLE = "added <= :generation AND (removed IS NULL OR removed > :generation)"
_BATCH = 500
_NONSENSE = (ValueError, TypeError, LookupError, OverflowError, OSError, RecursionError)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article came from, and by what a change of it is noticed."""

    digest: bytes
    root: str | None = None
    path: str | None = None
    size: int | None = None
    mtime_ns: int | None = None


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
        with self._translate():
            self._connection = _connect_to_read(path) if readonly else _connect_to_write(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    # Reading

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
        """Row and article of all that a generation holds, in the order in which they were added."""
        last = 0
        while True:
            batch = self._all(
                f"SELECT {_ARTICLE} FROM article WHERE row > :last AND {_VISIBLE}"
                f" ORDER BY row LIMIT {_BATCH}",
                {"last": last, "generation": generation},
            )
            if not batch:
                return
            yield from ((values[0], self._article(values)) for values in batch)
            last = batch[-1][0]

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

    def query(self, columns: str, generation: int, *, rest: str = "") -> list[tuple[Any, ...]]:
        """Columns, or aggregates of them, of all articles that a generation holds."""
        return self._all(f"SELECT {columns} FROM article WHERE {_VISIBLE} {rest}", {"generation": generation})

    def facts(self, generation: int) -> list[tuple[int, int | None, str]]:
        """Row, date in seconds and sources as JSON of all articles that a generation holds."""
        found = self.query("row, date, source", generation)
        rows = [row for row, _, _ in found]
        dates = [date for _, date, _ in found if date is not None]
        with self.understood():
            if rows and not 0 < min(rows) <= max(rows) <= self.last_row():
                raise ValueError("it lists a row that was never written")
            if dates:
                to_date(min(dates)), to_date(max(dates))
        return found

    def sources(self, generation: int) -> dict[str, int]:
        """How many articles of a generation each source has, the greatest first."""
        counts: Counter[str] = Counter()
        with self.understood():
            for names, number in self.query("source, count(*)", generation, rest="GROUP BY source"):
                for name in json.loads(names):
                    counts[name] += number
        return dict(counts.most_common())

    def stored(self, generation: int, *, root: str) -> Iterator[Stored]:
        """What a generation, or one that is being written, holds from one archive folder, by path."""
        last: str | bytes = ""
        while True:
            batch = self._all(
                "SELECT row, id, digest, path, size, mtime_ns FROM article"
                f" WHERE root = :root AND path > :last AND {_VISIBLE} ORDER BY path LIMIT {_BATCH}",
                {"root": root, "last": last, "generation": generation},
            )
            if not batch:
                return
            for row, id, digest, path, size, mtime_ns in batch:
                yield Stored(row, id, Origin(digest, root, _from_path(path), size, mtime_ns))
                last = path

    def stored_id(self, id: str, generation: int) -> Stored | None:
        """What a generation, or one that is being written, holds under an id."""
        rows = self._all(
            f"SELECT row, id, digest, root, path, size, mtime_ns FROM article WHERE id = :id AND {_VISIBLE}",
            {"id": id, "generation": generation},
        )
        if not rows:
            return None
        row, id, digest, root, raw, size, mtime_ns = rows[0]
        return Stored(row, id, Origin(digest, root, _from_path(raw), size, mtime_ns))

    # Writing; nothing is seen by a reader before its generation is in force

    def recover(self, generation: int) -> None:
        """Forget what was written for generations after this one: their writer died."""
        with self._translate(), self._lock, self._connection:
            self._connection.execute("DELETE FROM article WHERE added > ?", (generation,))
            self._connection.execute("UPDATE article SET removed = NULL WHERE removed > ?", (generation,))

    def add(self, article: Article, origin: Origin, generation: int) -> int:
        """Add an article for a generation and return its row."""
        values = (
            self._next_row(),
            article.id,
            article.title,
            article.url,
            json.dumps(article.source, ensure_ascii=False),
            to_seconds(article.date),
            article.dated_by,
            origin.root,
            _to_path(origin.path),
            origin.size,
            origin.digest,
            generation,
        )
        with self._translate(), self._lock:
            self._connection.execute(
                f"INSERT INTO article ({_WRITTEN}, body, crc32, mtime_ns) VALUES ({','.join('?' * 15)})",
                (*values, article.body, _crc32(values, article.body.encode()), origin.mtime_ns),
            )
        return values[0]

    def _next_row(self) -> int:
        """The number that SQLite would give, which the checksum is of, too."""
        self._last_row = (self.last_row() if self._last_row is None else self._last_row) + 1
        return self._last_row

    def remove(self, rows: Iterable[int], generation: int) -> None:
        """Mark rows as removed by a generation."""
        with self._translate(), self._lock:
            self._connection.executemany(
                "UPDATE article SET removed = ? WHERE row = ?", ((generation, row) for row in rows)
            )

    def remove_older(self, generation: int) -> None:
        """Mark everything that earlier generations added as removed by this one."""
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

    def sweep(self, oldest: int) -> None:
        """Delete what no generation from `oldest` on can see, and give the space back."""
        with self._translate(), self._lock:
            with self._connection:
                self._connection.execute("DELETE FROM article WHERE removed <= ?", (oldest,))
            self._connection.execute("PRAGMA incremental_vacuum")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

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
        remedy = f"search check --repair --index {quoted(self.path.parent)}"
        return IndexDamaged(f"{self.path} is damaged ({what}); mend it with: {remedy}", file=self.path)

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


def _connect_to_write(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=60)
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(_SCHEMA)
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    try:
        connection.execute("SELECT row FROM article LIMIT 1")
    except sqlite3.OperationalError:
        # In a folder that cannot be written, SQLite cannot share the file with
        # a writer; but then there is no writer either.
        connection.close()
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.execute("SELECT row FROM article LIMIT 1")
    return connection


def _article(values: tuple[Any, ...]) -> Article:
    _, id, title, url, source, date, dated_by, *_, body, _, _ = values
    return Article(
        id=id,
        title=title,
        body=body.decode(),
        url=url,
        source=tuple(json.loads(source)),
        date=to_date(date),
        dated_by=dated_by,
    )


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
