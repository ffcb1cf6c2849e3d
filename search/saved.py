"""Saved queries, and what came into the archive since somebody last looked.

A query has been looked at up to a moment, and besides it is known which of its articles came in from that
moment on. The moment is that at which the generation in force was made, not the time of the look: what an
update under way brings in is new at the next look, although it came in before this one.

They are kept in `saved.json` in the index's folder, so that everybody who searches it shares them, or, for
an index on a cluster, which has no folder, below $XDG_STATE_HOME.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from index.engines.directory import DirectoryLocation
from index.engines.registry import open_location
from index.errors import OwnFileError, UsageError
from index.storage.directory import SAVED, SAVED_LOCK
from index.storage.files import open_regular
from index.storage.lock import only_writer
from search.filters import Filters
from search.results import Hit
from search.searcher import Searcher

__all__ = ["News", "SavedQueries", "SavedQuery", "saved_from_now_on", "saved_queries"]

_MOST_BYTES = 4 << 20
_MOST_QUERIES = 1_000
_LONGEST_NAME = 200
_LONGEST_QUERY = 9_000
# Seconds to wait for somebody else who saves, which takes a moment.
_PATIENCE = 30.0
_NEVER = datetime.fromtimestamp(0, timezone.utc)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query with filters under a name.

    Attributes:
        name: What it is called.
        query: The query as it was written; "" for all that the filters let through.
        after: A filter; "" for none.
        before: A filter; "" for none.
        source: Names of sources; () for any.
        variants: The query is read by other names too.
        seen: Up to when it has been looked at.
        known: The ids of its articles that came in from then on and have been looked at.
    """

    name: str
    query: str
    after: str = ""
    before: str = ""
    source: tuple[str, ...] = ()
    variants: bool = False
    seen: datetime = _NEVER
    known: tuple[str, ...] = ()

    @property
    def filters(self) -> Filters:
        """The filters as a Searcher takes them. Raises UsageError."""
        return Filters(
            after=self.after or None, before=self.before or None, source=self.source, variants=self.variants
        )

    @property
    def query_for_new(self) -> str:
        """The query for its articles that came in since it was looked at."""
        since = f"added:{self.seen:%Y-%m-%dT%H:%M:%SZ}.."
        return f"({self.query}) {since}" if self.query.strip() else since


@dataclass(frozen=True, slots=True)
class News:
    """What is new for a saved query: its hits, the newest first, and the query as looked at now."""

    saved: SavedQuery
    hits: tuple[Hit, ...]
    looked: SavedQuery

    @classmethod
    def of(cls, saved: SavedQuery, searcher: Searcher) -> News:
        """Ask for what is new. Raises QueryError and UsageError for a query that cannot be asked."""
        built = searcher.summary().built.replace(microsecond=0)
        found = list(searcher.stream(saved.query_for_new, sort="newest", filters=saved.filters))
        known = set(saved.known)
        again = tuple(hit.id for hit in found if hit.added is not None and hit.added >= built)
        return cls(
            saved,
            tuple(hit for hit in found if hit.id not in known),
            replace(saved, seen=max(built, saved.seen), known=again if built >= saved.seen else saved.known),
        )


class SavedQueries:
    """The saved queries of one index, in a file that is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def all(self) -> dict[str, SavedQuery]:
        """Return the saved queries by name, in the order in which they were saved.

        Raises:
            UsageError: The file is not one of these, or cannot be read.
        """
        try:
            with os.fdopen(open_regular(self._path), "rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise OwnFileError(f"{self._path} cannot be read: {error.strerror or error}") from error
        try:
            if len(data) > _MOST_BYTES:
                raise ValueError
            return {one.name: one for one in _queries(json.loads(data))}
        except (ValueError, TypeError, LookupError, OverflowError, RecursionError, UsageError):
            raise OwnFileError(
                f"{self._path} holds no saved queries; mend it, or remove it and save them again"
            ) from None

    def put(self, saved: SavedQuery) -> None:
        """Save a query, in place of another of its name.

        Raises:
            UsageError: The name or query is too long, there are too many, or the file cannot be written.
        """
        if not saved.name.strip() or len(saved.name) > _LONGEST_NAME or not saved.name.isprintable():
            raise UsageError(f"a name has 1 to {_LONGEST_NAME} printable characters")
        if len(saved.query) > _LONGEST_QUERY:
            raise UsageError(f"a saved query has {_LONGEST_QUERY:,} characters at most")
        with self._locked():
            queries = self.all()
            if len(queries) >= _MOST_QUERIES and saved.name not in queries:
                raise UsageError(f"there are {_MOST_QUERIES:,} saved queries already; remove some")
            self._write({**queries, saved.name: saved})

    def looked_at(self, looked: Iterable[SavedQuery]) -> None:
        """Remember what was looked at of queries, but of those that were removed or changed meanwhile."""
        with self._locked():
            queries = self.all()
            for saved in looked:
                before = queries.get(saved.name)
                # Who read an older generation, and comes later, must not undo what was seen since.
                if before is None or saved.seen < before.seen:
                    continue
                if replace(before, seen=saved.seen, known=saved.known) == saved:
                    queries[saved.name] = saved
            self._write(queries)

    def remove(self, name: str) -> bool:
        """Remove a query, and return whether there was one of this name."""
        if name not in self.all():  # nothing to write, so neither folder nor lock
            return False
        with self._locked():
            queries = self.all()
            if queries.pop(name, None) is None:
                return False
            self._write(queries)
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let nobody else change the file from when it is read until it is replaced.

        Raises:
            UsageError: The folder cannot be written to.
            IndexLocked: Somebody holds the lock for long.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with only_writer(self._path.with_name(SAVED_LOCK), wait=_PATIENCE):
                yield
        except OSError as error:
            raise OwnFileError(f"{self._path} cannot be written: {error.strerror or error}") from error

    def _write(self, queries: Mapping[str, SavedQuery]) -> None:
        values = {"queries": [_values(one) for one in queries.values()]}
        text = json.dumps(values, ensure_ascii=False, indent=1)
        if len(text.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
            raise UsageError(f"there are {len(queries):,} saved queries already; remove some")
        temporary: Path | None = None
        try:
            with NamedTemporaryFile("w", encoding="utf-8", dir=self._path.parent, delete=False) as file:
                temporary = Path(file.name)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(self._path)
        except OSError as error:
            if temporary is not None:
                temporary.unlink(missing_ok=True)
            raise OwnFileError(f"{self._path} cannot be written: {error.strerror or error}") from error


def saved_from_now_on(saved: SavedQuery, searcher: Searcher) -> SavedQuery:
    """Return a query as looked at now. Raises QueryError and UsageError for one that cannot be asked."""
    searcher.search(saved.query, limit=0, filters=saved.filters)
    from_now_on = replace(saved, seen=searcher.summary().built.replace(microsecond=0))
    return News.of(from_now_on, searcher).looked


def saved_queries(index: str | os.PathLike[str]) -> SavedQueries:
    """Return the saved queries of an index."""
    location = open_location(index)
    if isinstance(location, DirectoryLocation):
        return SavedQueries(location.directory.path / SAVED)
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    name = sha256(str(index).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return SavedQueries(home / "jiansuo" / f"saved-{name}.json")


def _values(saved: SavedQuery) -> dict[str, Any]:
    return {
        "name": saved.name,
        "query": saved.query,
        "after": saved.after,
        "before": saved.before,
        "source": list(saved.source),
        "variants": saved.variants,
        "seen": int(saved.seen.timestamp()),
        "known": list(saved.known),
    }


def _queries(values: Any) -> Iterator[SavedQuery]:
    for one in values["queries"]:
        texts = {name: one[name] for name in ("name", "query", "after", "before")}
        source, known = tuple(one["source"]), tuple(one["known"])
        if not all(isinstance(text, str) for text in (*texts.values(), *source, *known)):
            raise ValueError
        seen = datetime.fromtimestamp(int(one["seen"]), timezone.utc)
        saved = SavedQuery(**texts, source=source, variants=bool(one["variants"]), seen=seen, known=known)
        if not saved.name.isprintable():
            raise ValueError
        saved.filters  # noqa: B018  raises for filters that make no sense
        yield saved
