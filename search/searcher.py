"""The embedding API: Searcher, Page, Hit.

A Searcher follows the index: when a rebuild or an update has switched to the
next generation, the next search is answered from it, while searches under way
finish on the one they began with.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timezone, tzinfo
from typing import TYPE_CHECKING, get_args

from index.article import Article
from index.engines.registry import open_location
from index.errors import ArticleNotFound, UsageError
from index.storage.store import to_date
from search.engines.base import Found, Row, Sort
from search.highlighting.snippets import Highlighter, Snippet, mark_html
from search.query.conditions import All, TokenPhrase
from search.query.dates import check_alone, check_order
from search.query.parser import parse
from search.query.plan import Clause, Plan, make_plan
from search.query.tree import And, DateKind, Dates, Node, Or, Source
from search.snapshot import Snapshot

# What goes beyond a search is imported where it is used: a cold `search query` must not wait for it.
if TYPE_CHECKING:
    from search.corpus.explain import TermScore
    from search.corpus.facets import FacetBy, Facets, Neighbours, Timeline, TimeUnit
    from search.corpus.suggest import Alternative

__all__ = ["Highlighted", "Hit", "IndexStats", "Page", "Searcher", "zone"]

_CHUNK = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found.

    `partial` says that only some of the query's bare words stand in it.
    Highlights are spans of characters, `title[start:end]`.
    """

    id: str
    title: str
    url: str
    source: tuple[str, ...]
    date: datetime | None
    score: float
    partial: bool
    title_highlights: tuple[tuple[int, int], ...]
    snippets: tuple[Snippet, ...]

    def html(self) -> str:
        """The snippets as HTML: everything escaped, highlights in `<mark>`."""
        return " ".join(snippet.html() for snippet in self.snippets)

    def title_html(self) -> str:
        """The title as HTML, in the same way."""
        return mark_html(self.title, self.title_highlights)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits. `total` counts full matches, `partial_total` those that follow them."""

    query: str
    total: int
    partial_total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Highlighted:
    """A whole article, with the spans of its title and body that a query looks for."""

    article: Article
    title_highlights: tuple[tuple[int, int], ...]
    body_highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What an index holds. `size` is in bytes; dates are of the oldest and newest article."""

    articles: int
    undated: int
    sources: dict[str, int]
    oldest: datetime | None
    newest: datetime | None
    size: int
    engine: str
    engine_version: str
    generation: int
    built: datetime
    roots: tuple[str, ...]
    user_dict: bool


class Searcher:
    """Searches one index. May be shared by threads and kept as long as you like.

    `index` is the index directory, or an address on a cluster such as
    opensearch://host:9200/news; `tz` the time zone by which dates in
    queries are read (a name such as "Asia/Shanghai", or a tzinfo).

    Raises IndexMissing, IndexDamaged, IndexMismatch or MissingExtra, here and
    wherever a new generation turns out to be unusable.
    """

    def __init__(self, index: str | os.PathLike[str], *, tz: str | tzinfo = timezone.utc) -> None:
        self._location = open_location(index)
        self.tz = zone(tz)
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._snapshot: Snapshot | None = Snapshot(self._location)

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; searches under way finish first."""
        with self._lock:
            snapshot, self._snapshot = self._snapshot, None
        if snapshot is not None:
            self._release(snapshot)

    @property
    def version(self) -> str:
        """Names the generation in force: it changes with every rebuild and update."""
        with self._use() as snapshot:
            return f"{snapshot.lease.manifest.generation} {snapshot.lease.manifest.built}"

    # Searching

    def search(
        self,
        query: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        after: str | date | None = None,
        before: str | date | None = None,
        source: str | Sequence[str] | None = None,
    ) -> Page:
        """One page of what `query` finds (see docs/query-language.md).

        `after` and `before` take what the query fields of these names take,
        or a date; with several names in `source`, an article of any of them
        is found. An empty query finds all that the filters let through. A
        query without words lists the newest first. Without a limit, everything
        is returned; for very many hits `stream` needs less memory.

        Raises QueryError, with the position, for what cannot be understood in
        the query, and UsageError for what cannot in the filters.
        """
        if offset < 0 or (limit is not None and limit < 0):
            raise UsageError(f"limit and offset must not be negative: {limit}, {offset}")
        with self._use() as snapshot:
            plan = self._plan(snapshot, query, after=after, before=before, source=source)
            found = _search(snapshot, plan, sort=sort, offset=offset, limit=limit)
            hits = tuple(_hits(snapshot, plan, found.rows))
        return Page(query, found.total, found.partial_total, hits)

    def stream(
        self,
        query: str,
        *,
        offset: int = 0,
        sort: Sort = "relevance",
        after: str | date | None = None,
        before: str | date | None = None,
        source: str | Sequence[str] | None = None,
    ) -> Iterator[Hit]:
        """All hits of a query, made as they are asked for, from one generation.

        Arguments and errors are those of `search`.
        """
        with self._use() as snapshot:
            plan = self._plan(snapshot, query, after=after, before=before, source=source)
            found = _search(snapshot, plan, sort=sort, offset=offset, limit=None)
            for at in range(0, len(found.rows), _CHUNK):
                yield from _hits(snapshot, plan, found.rows[at : at + _CHUNK])

    def article(self, id: str) -> Article:
        """The article with this id. Raises ArticleNotFound."""
        with self._use() as snapshot:
            return _article(snapshot, id)[1]

    def path(self, id: str) -> str | None:
        """The file that an article was read from; None for one from Python. Raises ArticleNotFound."""
        with self._use() as snapshot:
            return snapshot.reader.path_of(_article(snapshot, id)[0])

    def highlighted(self, id: str, query: str) -> Highlighted:
        """An article with what a query, which may be empty, looks for. Raises ArticleNotFound, QueryError."""
        with self._use() as snapshot:
            row, article = _article(snapshot, id)
            title, body = snapshot.reader.token_texts([row])[row]
            shown = Highlighter(self._plan(snapshot, query))
            return Highlighted(
                article,
                title_highlights=shown.highlight(title, field="title"),
                body_highlights=shown.highlight(body, field="body"),
            )

    def neighbours(self, id: str) -> Neighbours:
        """The articles before and after one in time; none for one without a date. Raises ArticleNotFound."""
        from search.corpus.facets import neighbours

        with self._use() as snapshot:
            return neighbours(snapshot.reader, *_article(snapshot, id))

    def similar(self, id: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """The articles that share the words which tell most about one, best first. Raises ArticleNotFound."""
        from search.corpus.similar import similarity_plan

        if limit < 0:
            raise UsageError(f"limit must not be negative: {limit}")
        with self._use() as snapshot:
            row, article = _article(snapshot, id)
            plan = similarity_plan(article, snapshot.reader, snapshot.analyzer)
            found = _search(snapshot, plan, sort="relevance", offset=0, limit=limit + 1)
            rows = [other for other in found.rows if other.row != row]
            return tuple(_hits(snapshot, plan, rows[:limit]))

    # Around a query

    def facets(
        self,
        query: str,
        *,
        by: FacetBy,
        after: str | date | None = None,
        before: str | date | None = None,
        source: str | Sequence[str] | None = None,
    ) -> Facets:
        """How many articles found each source has, or each year or month in the Searcher's zone.

        Filters are those of `search`; an empty query without any counts all
        articles. Raises QueryError, and UsageError for other properties.
        """
        from search.corpus.facets import count_by

        with self._use() as snapshot:
            plan = self._plan(snapshot, query, after=after, before=before, source=source)
            return count_by(snapshot.reader, plan, by, tz=self.tz)

    def timeline(
        self,
        query: str,
        *,
        unit: TimeUnit | None = None,
        after: str | date | None = None,
        before: str | date | None = None,
        source: str | Sequence[str] | None = None,
    ) -> Timeline:
        """How many articles are found in each year, month or day, of whichever fits, without gaps.

        Arguments and errors are those of `facets`.
        """
        from search.corpus.facets import timeline

        with self._use() as snapshot:
            plan = self._plan(snapshot, query, after=after, before=before, source=source)
            return timeline(snapshot.reader, plan, unit, tz=self.tz)

    def suggest(self, query: str, *, limit: int = 8) -> tuple[str, ...]:
        """How a query that is being written may go on: whole queries, the most frequent first."""
        from search.corpus.suggest import completions

        with self._use() as snapshot:
            return tuple(completions(query, snapshot.reader, snapshot.analyzer, limit=limit))

    def alternatives(
        self,
        query: str,
        *,
        limit: int = 4,
        after: str | date | None = None,
        before: str | date | None = None,
        source: str | Sequence[str] | None = None,
    ) -> tuple[Alternative, ...]:
        """What to ask instead of a query that finds nothing: less of the same, and it finds something.

        Filters are those of `search`; an alternative has those that it keeps
        written into its query. Raises QueryError.
        """
        from search.corpus.suggest import alternatives

        with self._use() as snapshot:
            nodes = self._clauses(query, after=after, before=before, source=source)
            tree = nodes[0] if len(nodes) == 1 else And(tuple(nodes))

            def lower(node: Node, written: str) -> Plan:
                return self._lower(snapshot, node, written)

            return tuple(alternatives(tree, lower, snapshot.reader, limit=limit))

    def near_ids(self, id: str) -> list[str]:
        """Up to three ids that look like this one, the likest first."""
        from difflib import get_close_matches

        with self._use() as snapshot:
            name = id.rstrip("/").rpartition("/")[2]
            for piece in (name, name[: 2 * len(name) // 3], name[-2 * len(name) // 3 :]):
                if candidates := snapshot.reader.ids_with(piece, limit=_CHUNK) if piece else []:
                    return get_close_matches(id, candidates, n=3, cutoff=0)
            return []

    def explain(self, query: str) -> tuple[Clause, ...]:
        """How the text of a query is understood: its clauses, with words and units."""
        with self._use() as snapshot:
            return self._plan(snapshot, query).clauses

    def explain_hit(self, query: str, id: str) -> list[TermScore]:
        """What each term adds to the score of an article, the greatest share first."""
        from search.corpus.explain import term_scores

        with self._use() as snapshot:
            plan = self._plan(snapshot, query)
            _, article = _article(snapshot, id)
            return term_scores(article, plan.terms, snapshot.reader, snapshot.analyzer)

    def uncut(self, query: str, id: str) -> list[TokenPhrase]:
        """The query's bare words that stand in an article, but cut by the segmenter into other words."""
        from search.corpus.explain import uncut

        with self._use() as snapshot:
            _, article = _article(snapshot, id)
            return uncut(article, self._plan(snapshot, query).clauses, snapshot.analyzer)

    def stats(self) -> IndexStats:
        """What the index holds."""
        with self._use() as snapshot:
            manifest = snapshot.lease.manifest
            census = snapshot.reader.census()
            return IndexStats(
                articles=manifest.articles,
                undated=manifest.articles - census.dated,
                sources=census.sources,
                oldest=to_date(census.first),
                newest=to_date(census.last),
                size=census.size,
                engine=manifest.engine,
                engine_version=manifest.engine_version,
                generation=manifest.generation,
                built=datetime.fromisoformat(manifest.built),
                roots=tuple(manifest.config.roots),
                user_dict=manifest.user_dict,
            )

    # The generation in force

    @contextmanager
    def _use(self) -> Iterator[Snapshot]:
        snapshot = self._current()
        try:
            yield snapshot
        finally:
            self._release(snapshot)

    def _current(self) -> Snapshot:
        stamp = self._location.stamp()
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None:
                raise UsageError("the Searcher is closed")
            snapshot.users += 1
        # One thread opens the new generation while the others go on with the old one.
        if stamp == snapshot.stamp or not self._opening.acquire(blocking=False):
            return snapshot
        try:
            fresh = Snapshot(self._location)
        finally:
            self._opening.release()
            self._release(snapshot)
        with self._lock:
            old, self._snapshot = self._snapshot, fresh
            fresh.users += 1
        if old is not None:
            self._release(old)
        return fresh

    def _release(self, snapshot: Snapshot) -> None:
        with self._lock:
            snapshot.users -= 1
            unused = snapshot.users == 0
        if unused:
            snapshot.close()

    # Understanding

    def _plan(
        self,
        snapshot: Snapshot,
        query: str,
        *,
        after: str | date | None = None,
        before: str | date | None = None,
        source: str | Sequence[str] | None = None,
    ) -> Plan:
        """The plan of a query; of an empty one without filters everything."""
        if not query.strip() and not any((after, before, source)):
            return Plan(All(()), None, (), ())
        nodes = self._clauses(query, after=after, before=before, source=source)
        return self._lower(snapshot, nodes[0] if len(nodes) == 1 else And(tuple(nodes)), query)

    def _clauses(
        self,
        query: str,
        *,
        after: str | date | None,
        before: str | date | None,
        source: str | Sequence[str] | None,
    ) -> list[Node]:
        """The query and the filters, to be joined by AND."""
        nodes: list[Node] = [*_date_filters(after, before), *_source_filter(source)]
        if query.strip() or not nodes:
            tree = parse(query)
            nodes[:0] = tree.children if isinstance(tree, And) else [tree]
        check_order(nodes, query, tz=self.tz, now=datetime.now(timezone.utc))
        return nodes

    def _lower(self, snapshot: Snapshot, tree: Node, query: str) -> Plan:
        now = datetime.now(timezone.utc)
        return make_plan(tree, query, analyzer=snapshot.analyzer, tz=self.tz, now=now)


def zone(tz: str | tzinfo) -> tzinfo:
    """A time zone by its name. Raises UsageError for one that is not known."""
    if isinstance(tz, tzinfo):
        return tz
    if tz == "UTC":  # most often, and needs no table of zones
        return timezone.utc
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"no time zone is called {tz!r}; names look like Asia/Shanghai or UTC") from None


def _date_filters(after: str | date | None, before: str | date | None) -> Iterator[Node]:
    bounds: list[tuple[DateKind, str | date | None]] = [("after", after), ("before", before)]
    for kind, value in bounds:
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise UsageError(
                    f"{kind} has no time zone: {value!r}; add tzinfo=timezone.utc, or give a date alone"
                )
            value = value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        if value is not None:
            try:
                check_alone(kind, str(value))
            except UsageError as error:
                raise UsageError(f"{kind}: {error}") from None
            yield Dates(kind, str(value))


def _source_filter(source: str | Sequence[str] | None) -> Iterator[Node]:
    names = [source] if isinstance(source, str) else list(source or ())
    if names:
        nodes = tuple(Source(name) for name in names)
        yield nodes[0] if len(nodes) == 1 else Or(nodes)


def _search(snapshot: Snapshot, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
    if sort not in get_args(Sort):
        raise UsageError(f"no order is called {sort!r}; there are {', '.join(get_args(Sort))}")
    if sort == "relevance" and not plan.terms:
        sort = "newest"
    return snapshot.reader.search(plan, sort=sort, offset=offset, limit=limit)


def _hits(snapshot: Snapshot, plan: Plan, rows: Sequence[Row]) -> Iterator[Hit]:
    numbers = [row.row for row in rows]
    articles = snapshot.reader.articles(numbers)
    token_texts = snapshot.reader.token_texts(numbers)
    shown = Highlighter(plan)
    for row in rows:
        article = articles[row.row]
        title, body = token_texts[row.row]
        yield Hit(
            id=article.id,
            title=article.title,
            url=article.url,
            source=article.sources,
            date=article.date,
            score=row.score,
            partial=row.partial,
            title_highlights=shown.highlight(title, field="title"),
            snippets=shown.snippets(article.body, body),
        )


def _article(snapshot: Snapshot, id: str) -> tuple[int, Article]:
    found = snapshot.reader.article(id)
    if found is None:
        raise ArticleNotFound(f"no article has the id {id!r}")
    return found
