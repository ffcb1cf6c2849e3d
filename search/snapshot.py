"""Open the generation in force for a Searcher, and close older ones.

After a rebuild or an update the next search opens the new generation. Searches
that are running finish on the generation they began with, which is closed when
the last of them ends.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone, tzinfo
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from index.article import Article, without_surrogates
from index.engines.directory import DirectoryLocation
from index.engines.registry import check_fit, reader_class
from index.errors import ArticleNotFound, UsageError
from index.own_fields import OwnFields
from index.storage.directory import VARIANTS
from index.storage.location import IndexLocation
from index.text.analyzer import Analyzer
from index.text.segment import has_fast_segmenter, query_segmenter
from search.calendar import dated
from search.engines.base import Found, Reader, Row, Sort
from search.filters import Filters
from search.highlighting.snippets import Highlighter, Snippets
from search.query.dates import check_order
from search.query.notes import Note
from search.query.parser import parse
from search.query.plan import EVERYTHING, Plan, make_plan
from search.query.tree import And, Node, clauses_of
from search.query.variants import Variants, known_names, read_variants
from search.reranking import reranked
from search.results import Hit
from search.timing import check_time

if TYPE_CHECKING:
    from search.corpus.corrections import Correction, Speller

__all__ = ["Generations", "Snapshot", "check_text"]

_VARIANTS_NAMED = "SEARCH_VARIANTS"


_threads_at_fork = 1


def _note_threads() -> None:
    global _threads_at_fork
    _threads_at_fork = threading.active_count()


os.register_at_fork(before=_note_threads)


class Generations:
    """The generation in force, and those that searches under way still use. Shared by threads.

    A process that was forked opens the index anew, since neither SQLite nor a connection to a
    cluster may be used by two processes. If there were other threads, a lock that one of them held,
    of Python or SQLite, stays locked forever: then it says so instead of hanging.
    """

    def __init__(self, opened: Callable[[], IndexLocation]) -> None:
        self._opened = opened
        self._inherited: list[object] = []
        self._forks: dict[int, threading.Lock] = {}
        self._open()

    def _open(self) -> None:
        self.location = self._opened()
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = Snapshot(self.location)
        self._process = os.getpid()

    def _open_in_fork(self) -> None:
        if _threads_at_fork > 1:
            raise UsageError(
                "this process was forked while other threads ran, so the Searcher cannot be used here;"
                " start processes by spawn or forkserver, and open a Searcher in each"
            )
        with self._forks.setdefault(os.getpid(), threading.Lock()):
            if self._process == os.getpid():
                return
            if self._snapshot is None:
                raise UsageError("the Searcher is closed")
            # Never closed here: it is the other process's.
            self._inherited.append(self._snapshot)
            self._open()

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        """Keep the generation in force open for one search. Raises UsageError after `close`."""
        if self._process != os.getpid():
            self._open_in_fork()
        snapshot = self._current()
        try:
            yield snapshot
        finally:
            self._release(snapshot)

    def close(self) -> None:
        """Close the generation in force once searches under way have finished, and open none again."""
        if self._process != os.getpid():
            self._snapshot = None
            return
        with self._lock:
            snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            self._release(snapshot)

    def _current(self) -> Snapshot:
        stamp = self.location.stamp()
        snapshot = self._held()
        # One thread opens the new generation while the others go on with the old one.
        if stamp == snapshot.stamp or not self._opening.acquire(blocking=False):
            return snapshot
        try:
            fresh = Snapshot(self.location)
        finally:
            self._opening.release()
            self._release(snapshot)
        with self._lock:
            # Another thread may have closed this meanwhile; it must stay closed.
            old = self._snapshot
            if old is not None:
                self._snapshot = fresh
                fresh.users += 1
        self._release(old or fresh)
        return fresh if old is not None else self._held()

    def _held(self) -> Snapshot:
        with self._lock:
            if self._snapshot is None:
                raise UsageError("the Searcher is closed")
            self._snapshot.users += 1
            return self._snapshot

    def _release(self, snapshot: Snapshot) -> None:
        with self._lock:
            snapshot.users -= 1
            unused = snapshot.users == 0
        if unused:
            snapshot.close()


def user_variants(location: IndexLocation) -> tuple[Path, ...]:
    """Return the files of a user's names: the one of $SEARCH_VARIANTS, and that in the index's folder.

    An index on a cluster has no folder.
    """
    files = [Path(named)] if (named := os.environ.get(_VARIANTS_NAMED)) else []
    if isinstance(location, DirectoryLocation) and (own := location.directory.path / VARIANTS).is_file():
        files.append(own)
    return tuple(files)


def names_stamp(location: IndexLocation) -> tuple[tuple[Path, ...], tuple[int, ...]]:
    """Return what changes when a user's names do: the files, and when each was changed."""
    files = user_variants(location)
    return files, tuple(map(_changed, files))


@lru_cache(maxsize=4)
def _names(files: tuple[Path, ...], changed: tuple[int, ...]) -> Variants:
    """Return the names that come with the project and those in files, which were changed at these times."""
    names = known_names()
    for path in files:
        names |= read_variants(path)
    return names


def _changed(path: Path) -> int:
    """Return when a file was changed; where it cannot be read, reading it says why."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def check_text(value: str, what: str) -> str:
    """Return a value that must be a string. Raises UsageError."""
    if not isinstance(value, str):
        raise UsageError(f"the {what} must be a string, not {value!r}")
    return value


class Snapshot:
    """One generation, open for searching; `users` are searches under way, and one for being in force."""

    def __init__(self, location: IndexLocation) -> None:
        self.stamp = location.stamp()
        with ExitStack() as held:
            self.lease = location.lease()
            held.callback(self.lease.release)
            words = self.lease.user_dict()
            self.analyzer = Analyzer(words, segmenter=query_segmenter(words))
            check_fit(location, self.lease.manifest, self.analyzer)
            kind: type[Reader] = reader_class(self.lease.manifest.engine)
            self.reader = kind.open(location, self.lease, self.analyzer, held)
            self._held = held.pop_all()
        self._location = location
        self.users = 1

    def close(self) -> None:
        """Close all files and give up the lease."""
        self._held.close()

    @property
    def own_fields(self) -> OwnFields:
        """The own fields that the generation was made with."""
        return self.lease.manifest.config.reading.own_fields

    @cached_property
    def speller(self) -> Speller:
        """What corrects queries without hits."""
        from search.corpus.corrections import Speller

        return Speller(self.reader)

    @cached_property
    def text_analyzer(self) -> Analyzer:
        """What cuts articles: the fastest segmenter that is ready at once."""
        words = self.analyzer.user_dict
        return Analyzer(words) if has_fast_segmenter(words) else self.analyzer

    # From text to plan

    def plan(self, query: str, filters: Filters, *, tz: tzinfo) -> Plan:
        """Return the plan of a query with filters; an empty one without filters finds everything.

        Raises QueryError for the query, and UsageError for filters that contradict one another.
        """
        if not check_text(query, "query").strip() and not filters:
            return EVERYTHING
        return self.lower(self.tree(query, filters, tz=tz), query, filters, tz=tz)

    def tree(self, query: str, filters: Filters, *, tz: tzinfo) -> Node:
        """Return the tree of a query AND its filters. Raises as `plan` does."""
        nodes = list(filters.nodes())
        if check_text(query, "query").strip() or not nodes:
            tree = parse(query, self.own_fields)
            nodes[:0] = clauses_of(tree)
        check_order(nodes, query, tz=tz, now=datetime.now(timezone.utc))
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def lower(self, tree: Node, query: str, filters: Filters, *, tz: tzinfo) -> Plan:
        """Return the plan of a tree, which `query` writes, read as the filters say."""
        plan = make_plan(
            tree,
            query,
            analyzer=self.analyzer,
            tz=tz,
            now=datetime.now(timezone.utc),
            variants=self._variants() if filters.variants else None,
            words=filters.words if isinstance(filters.words, frozenset) else (),
        )
        return self.reader.resolved(plan)

    def _variants(self) -> Variants:
        """Return the names that come with the project and those of the user; see `user_variants`."""
        return _names(*names_stamp(self._location))

    def corrections(self, query: str, filters: Filters, *, tz: tzinfo, limit: int) -> list[Correction]:
        """Return what a query may have been meant to say; each has full matches within the filters."""
        within = tuple(filters.nodes())

        def lower(node: Node, written: str) -> Plan:
            filtered = And((*clauses_of(node), *within)) if within else node
            return self.lower(filtered, written, filters, tz=tz)

        tree = self.tree(query, filters.reading, tz=tz)
        return self.speller.corrections(tree, lower, limit=limit)

    def notes(self, tree: Node, filters: Filters, *, tz: tzinfo) -> Iterator[Note]:
        """Yield what explains that a tree finds nothing."""
        from search.corpus.advice import filters_in, notes

        plans = [(node, self.lower(node, str(node), filters, tz=tz)) for node in filters_in(tree)]
        return notes(tree, self.reader, plans, tz=tz)

    # From plan to hits

    def search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        """Ask the engine; without terms to score, the newest come first."""
        if sort not in get_args(Sort):
            raise UsageError(f"there is no order {sort!r}; there are {', '.join(get_args(Sort))}")
        if sort == "relevance" and not plan.terms:
            sort = "newest"
        if sort == "relevance":
            return reranked(self.reader, plan, offset=offset, limit=limit)
        return self.reader.search(plan, sort=sort, offset=offset, limit=limit)

    def hits(
        self,
        plan: Plan,
        rows: Sequence[Row],
        *,
        tz: tzinfo = timezone.utc,
        snippets: Snippets = "best",
    ) -> Iterator[Hit]:
        """Make the hits of some rows, with highlights and snippets, and dates by the clock of `tz`."""
        numbers = [row.row for row in rows]
        found = self.reader.read(numbers)
        arrivals = self.reader.arrivals(numbers)
        highlighter = Highlighter(plan)
        for row in rows:
            check_time()
            article, token_texts = found[row.row]
            shown = highlighter.shown(article, token_texts, which=snippets)
            added = dated(arrivals[row.row], tz)
            yield Hit.of(article, shown, tz=tz, score=row.score, partial=row.partial, added=added)

    def article(self, id: str) -> tuple[int, Article]:
        """Return the row and article of an id. Raises ArticleNotFound."""
        found = self.reader.article(without_surrogates(check_text(id, "id")))
        if found is None:
            raise ArticleNotFound(f"no article has the id {id!r}")
        return found
