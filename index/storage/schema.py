"""The file of the article store: its tables, and how it is opened.

The file may come from a stranger. So its schema is compared with ours, word for
word, before any query: a view, a trigger or a computed column could return
anything, or run forever.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from index.errors import Action, IndexDamaged, IndexStateError, Remedy
from index.storage.files import is_regular, is_there, of_sqlite

__all__ = ["has_journal", "open_to_read", "open_to_write", "repair_of"]

_TABLE = """CREATE TABLE article (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,      -- this, sources and tags: names as a JSON array
    url TEXT NOT NULL,
    sources TEXT NOT NULL,
    date INTEGER,               -- seconds since 1970, UTC
    tags TEXT NOT NULL,
    titled_by TEXT NOT NULL,
    dated_by TEXT NOT NULL,
    kinds TEXT NOT NULL,        -- one letter for each line of the body
    fields TEXT,                -- own keywords, numbers and dates as a JSON object; NULL without any
    texts TEXT,                 -- own texts, likewise
    root TEXT,                  -- the archive folder; NULL when it came from Python
    path TEXT,                  -- the file; a BLOB where its name is not UTF-8
    size INTEGER,               -- in bytes
    digest BLOB NOT NULL,       -- SHA-256 of the file, or of the article from Python
    arrived INTEGER NOT NULL,   -- when it came into the index as it is: seconds since 1970
    added INTEGER NOT NULL,
    removed INTEGER,
    mtime_ns INTEGER,           -- this and `removed` are the only columns that are ever renewed
    crc32 INTEGER NOT NULL,     -- of the other columns, except the next
    token_texts BLOB NOT NULL,  -- of title and body, after a checksum of their own; see token_text.py
    body BLOB NOT NULL          -- in one of two encodings; the last, so that nobody walks past it
)"""
_SEALS = """CREATE TABLE seal (
    generation INTEGER PRIMARY KEY,
    articles INTEGER NOT NULL,
    facts INTEGER NOT NULL      -- a checksum of the Fact of each; see rows.py
)"""
_SKETCHES = """CREATE TABLE sketch (
    row INTEGER PRIMARY KEY,    -- of the article
    same INTEGER NOT NULL,      -- what texts with the same tokens have in common
    data BLOB NOT NULL          -- after a checksum of its own; see sketch.py
)"""
_KEYS = """CREATE TABLE sketch_key (
    key INTEGER NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (key, row)
) WITHOUT ROWID"""
_SCHEMA = (
    _TABLE,
    _SEALS,
    _SKETCHES,
    _KEYS,
    "CREATE INDEX article_id ON article (id)",
    "CREATE INDEX article_root ON article (root, path)",
    # Dates, names and own fields are counted from this, without walking past the bodies.
    "CREATE INDEX article_facts ON article (sources, authors, tags, date, fields, added, removed)",
    "CREATE INDEX article_removed ON article (removed) WHERE removed IS NOT NULL",
)
# SQLite keeps the statements as they were written, and adds the last itself.
_EXPECTED = sorted([*_SCHEMA, "CREATE TABLE sqlite_sequence(name,seq)"])

# Seconds to wait for another writer; there can only be one that is about to die.
_PATIENCE = 20
# Bytes of a page. With the default of 4096 a store is 1.6% larger, and ten articles are read in 0.09 in
# place of 0.11 ms.
_PAGE = 2048
# SQLite needs this many bytes to share the store among processes.
_ROOM = 64 << 10


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open the store, or make it. Raises IndexDamaged or sqlite3.Error."""
    _check_files(path)
    connection = sqlite3.connect(path, check_same_thread=False, timeout=_PATIENCE)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        if found := _schema_of(connection):
            _check_schema(path, found)
        # Both hold only for a file that is new.
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if not found:
            with connection:
                connection.execute("BEGIN")
                for statement in _SCHEMA:
                    connection.execute(statement)
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open the store so that it is not changed.

    Raises:
        IndexDamaged: It is missing, or not ours.
        IndexStateError: A journal beside it cannot be read without permission to write there.
        sqlite3.Error: It cannot be opened.
    """
    _check_files(path)
    if not is_there(path):
        raise IndexDamaged(f"{path} is missing", file=path, remedy=repair_of(path))
    try:
        return _opened(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if not _is_full_or_readonly(path.parent):
            raise
        # There SQLite cannot make the file by which it shares the store with a writer; but then
        # no writer can be at work. Changes that one has left in a journal would be missed.
        if (journal := has_journal(path)) is not None:
            raise IndexStateError(
                f"{journal} holds changes that cannot be read here ({error}) without"
                " permission, or room, to write there",
                remedy=Remedy(Action.OPTIMIZE, index=str(path.parent)),
            ) from error
        return _opened(path, "mode=ro&immutable=1")


def _is_full_or_readonly(folder: Path) -> bool:
    state = os.statvfs(folder)
    return not os.access(folder, os.W_OK) or state.f_bavail * state.f_frsize < _ROOM


def _opened(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{options}", uri=True, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        _check_schema(path, _schema_of(connection))
    except BaseException:
        connection.close()
        raise
    return connection


def has_journal(path: Path) -> Path | None:
    """Return the file beside the store that holds changes not yet in it, or None."""
    _, wal, _, rollback = of_sqlite(path)
    for journal in (wal, rollback):
        if is_there(journal) and journal.stat().st_size:
            return journal
    return None


def _check_files(path: Path) -> None:
    for file in of_sqlite(path):
        try:
            regular = is_regular(file)
        except FileNotFoundError:
            continue
        if not regular:
            raise IndexDamaged(
                f"{file} is no regular file: remove it first", file=file, remedy=repair_of(path)
            )


def _schema_of(connection: sqlite3.Connection) -> list[str]:
    return [str(statement) for (statement,) in connection.execute("SELECT sql FROM sqlite_master")]


def _check_schema(path: Path, found: list[str]) -> None:
    if sorted(found) != _EXPECTED:
        raise IndexDamaged(f"{path} is damaged (its tables are not ours)", file=path, remedy=repair_of(path))


def repair_of(path: Path) -> Remedy:
    """Return what mends a damaged store."""
    return Remedy(Action.REPAIR, index=str(path.parent))
