"""Searcher: all questions that can be asked of an index.

Every method answers from one generation and returns values. The commands of
`search`, the page and the web API call these methods, under the same names.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Article, without_surrogates
from index.engines.registry import open_location
from index.errors import ArchiveError
from search.about import IndexQuestions
from search.calendar import read_zone
from search.engines.base import Row, Sort
from search.explaining import ExplainQuestions
from search.filters import FilterArguments, Filters
from search.highlighting.snippets import Highlighter, Snippets
from search.query.notes import Note, unknown_fields
from search.query.parser import FIELD_NAMES
from search.query.plan import EVERYTHING
from search.query.tree import Node
from search.questions import OccurrenceQuestions, check_choice, chosen_filters, first_of_page, whole
from search.reprinting import Group, PageOptions, ReprintQuestions, hits_of_page
from search.results import Highlighted, Hit, Page
from search.snapshot import Generations, Snapshot, check_text
from search.timing import check_seconds, limited, timed

# What goes beyond a search is imported where it is used; see search/commands/__init__.py.
if TYPE_CHECKING:
    from typing_extensions import Unpack

    from search.corpus.corrections import Correction
    from search.corpus.facets import FacetBy, Facets, Neighbours, Timeline
    from search.corpus.periods import TimeUnit
    from search.corpus.suggest import Alternative

__all__ = ["Searcher"]

_CHUNK = 100


class Searcher(OccurrenceQuestions, ReprintQuestions, ExplainQuestions, IndexQuestions):
    """Searches one index. May be shared by threads, and kept as long as a program runs.

    Questions about occurrences are in search/questions.py, those about reprints in
    search/reprinting.py, those about scores in search/explaining.py, those about the
    index as a whole in search/about.py, those about articles here.
    Methods that search or count take filters:
    either a `Filters` as `filters`, to be used for several questions, or its
    arguments as keywords: `after=`, `before=`, `source=`.

    Args:
        index: An index directory, or an index on a cluster such as
            `opensearch://host:9200/news`.
        tz: The zone in which dates of queries and filters are read, and periods
            counted: a name such as "Asia/Shanghai", an offset such as "+08:00",
            or a tzinfo. None for what the environment variable SEARCH_TZ says,
            else the machine's zone.

    Raises:
        IndexMissing: There is no index.
        IndexDamaged: A file of it is not what was written.
        IndexMismatch: It was made by another version.
        MissingExtra: Its engine is not installed.
        UsageError: There is no such zone.

    These errors can also come from any method, when a new generation turns out to be unusable.

    Example:
        >>> with Searcher(index, tz="Asia/Shanghai") as searcher:
        ...     page = searcher.search("渡轮", after="2024-03", limit=5)
        >>> page.total, [hit.id for hit in page.hits]
        (2, ['晨报/1.md', '晨报/2.md'])
    """

    tz: tzinfo
    """The zone in which dates are read and told."""

    def __init__(self, index: str | os.PathLike[str], *, tz: str | tzinfo | None = None) -> None:
        self.tz = read_zone(tz)
        self._generations = Generations(partial(open_location, index))
        # Also closes a Searcher that is dropped without `close`.
        self._close = weakref.finalize(self, self._generations.close)

    def __repr__(self) -> str:
        name = repr(str(self._generations.location))
        try:
            with self._generations.use() as snapshot:
                manifest = snapshot.lease.manifest
                return f"<Searcher {name}: {manifest.articles:,} articles, {manifest.engine}, {self.tz}>"
        except (ArchiveError, OSError) as error:
            return f"<Searcher {name}: {error}>"

    def __enter__(self) -> Searcher:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the index; searches under way finish first.

        Example:
            >>> other = Searcher(index)
            >>> other.close()
        """
        self._close()

    # Searching

    def search(
        self,
        query: str,
        *,
        limit: int | None = 10,
        offset: int = 0,
        page: int | None = None,
        sort: Sort = "relevance",
        timeout: float | None = None,
        snippets: Snippets = "best",
        group: bool | Group = False,
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Page:
        """Find articles, and return one page of hits.

        Args:
            query: Words and phrases; see docs/query-language.md. With an empty
                one, all that the filters let through is found, newest first.
            limit: Most hits to return; None for all, for which `stream` needs less memory.
            offset: How many hits to pass over.
            page: The number of the page instead, counted from 1.
            sort: "relevance", "newest" or "oldest".
            timeout: Seconds that the search may take; None for any. See `time_limit` for other methods.
            snippets: "best" for two at most in each hit, "all" for every occurrence.
            group: True or "best" for one hit instead of many with the same text, the first in the
                order; "earliest" for the earliest of them. The others are its `reprints`. Of the first
                500 hits; `limit` and `offset` then count groups, totals still count articles.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            QueryError: The query cannot be understood; has `.position` and `.hint`.
            SearchTimeout: The search takes longer than `timeout`; it has ended.
            UsageError: An argument makes no sense.

        Example:
            >>> page = searcher.search("渡轮 -复航", sort="newest", before="2025")
            >>> page.total, page.hits[0].title
            (1, '渡轮停航')
        """
        offset = first_of_page(page, offset, limit)
        check_choice("snippets", snippets, Snippets)
        chosen = chosen_filters(filters, given)
        with timed(query, timeout=timeout), self._generations.use() as snapshot:
            asked = bool(check_text(query, "query").strip() or chosen)
            tree = snapshot.tree(query, chosen, tz=self.tz) if asked else None
            plan = EVERYTHING if tree is None else snapshot.lower(tree, query, chosen, tz=self.tz)
            shown = PageOptions(group, sort, offset, limit, snippets)
            found, hits, entries = hits_of_page(snapshot, plan, shown, tz=self.tz)
            notes = self._notes(snapshot, tree, chosen, total=found.total)
        return Page(query, found.total, found.partial_total, hits, plan.also, notes, offset, limit, entries)

    def _notes(
        self, snapshot: Snapshot, tree: Node | None, filters: Filters, *, total: int
    ) -> tuple[Note, ...]:
        if tree is None:
            return ()
        explained = () if total else snapshot.notes(tree, filters, tz=self.tz)
        names = (*FIELD_NAMES, *(name for name, _ in snapshot.own_fields))
        return tuple(dict.fromkeys([*unknown_fields(tree, names), *explained]))

    def stream(
        self,
        query: str,
        *,
        offset: int = 0,
        sort: Sort = "relevance",
        timeout: float | None = None,
        snippets: Snippets = "best",
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Iterator[Hit]:
        """Return an iterator over all hits, all of one generation; each is made when it is asked for.

        Arguments and errors are those of `search`; errors in the query come
        with the first hit. `timeout` is for the search and all hits together; what
        the caller does between hits does not count.

        Example:
            >>> [hit.id for hit in searcher.stream("台风")]
            ['晚报/1.md', '晨报/1.md']
        """
        check_choice("snippets", snippets, Snippets)
        chosen = chosen_filters(filters, given)
        hits = self._stream(query, whole("offset", offset), sort, snippets, chosen)
        return limited(hits, check_seconds(timeout))

    def _stream(
        self, query: str, offset: int, sort: Sort, snippets: Snippets, filters: Filters
    ) -> Iterator[Hit]:
        with self._generations.use() as snapshot:
            plan = snapshot.plan(query, filters, tz=self.tz)
            found = snapshot.search(plan, sort=sort, offset=offset, limit=None)
            for at in range(0, len(found.rows), _CHUNK):
                yield from snapshot.hits(plan, found.rows[at : at + _CHUNK], tz=self.tz, snippets=snippets)

    # One article

    def article(self, id: str) -> Article:
        """Return the article with this id.

        Raises:
            ArticleNotFound: No article has it.

        Example:
            >>> searcher.article("晨报/1.md").paragraphs
            ('台风过境，渡轮停航一晚。',)
        """
        with self._generations.use() as snapshot:
            return snapshot.article(id)[1]

    def hit(self, id: str) -> Hit:
        """Return the article with this id as a hit of an empty query, as for a reference.

        Raises:
            ArticleNotFound: No article has it.

        Example:
            >>> searcher.hit("晨报/1.md").title
            '渡轮停航'
        """
        with self._generations.use() as snapshot:
            row = Row(snapshot.article(id)[0], score=0.0, partial=False)
            return next(snapshot.hits(snapshot.plan("", Filters(), tz=self.tz), [row], tz=self.tz))

    def path(self, id: str) -> str | None:
        """Return the file that an article was read from, or None for an article from Python.

        Raises:
            ArticleNotFound: No article has this id.

        Example:
            >>> searcher.path("晨报/1.md") is None
            True
        """
        with self._generations.use() as snapshot:
            return snapshot.reader.path_of(snapshot.article(id)[0])

    def file(self, id: str) -> str | None:
        """Return the file that an article was read from as a path below its archive; None if from Python.

        Raises:
            ArticleNotFound: No article has this id.

        Example:
            >>> searcher.file("晨报/1.md") is None
            True
        """
        with self._generations.use() as snapshot:
            path = snapshot.reader.path_of(snapshot.article(id)[0])
            roots = snapshot.lease.manifest.config.roots
        if path is None:
            return None
        below = [os.path.relpath(path, root) for root in roots if Path(path).is_relative_to(root)]
        # An archive that is one file is the root itself.
        return min([name for name in below if name != "."] or [Path(path).name], key=len)

    def highlighted(
        self, id: str, query: str, *, filters: Filters | None = None, **given: Unpack[FilterArguments]
    ) -> Highlighted:
        """Return an article with the spans that a query, which may be empty, looks for.

        Raises:
            ArticleNotFound: No article has this id.
            QueryError: The query cannot be understood.

        Example:
            >>> shown = searcher.highlighted("晨报/1.md", "台风")
            >>> shown.body_highlights
            ((0, 2),)
        """
        with self._generations.use() as snapshot:
            row, article = snapshot.article(id)
            title, body = snapshot.reader.token_texts([row])[row]
            shown = Highlighter(snapshot.plan(query, chosen_filters(filters, given).reading, tz=self.tz))
            return Highlighted(
                article,
                title_highlights=shown.highlight(title, field="title"),
                body_highlights=shown.highlight(body, field="body"),
            )

    def neighbours(self, id: str) -> Neighbours:
        """Return the articles just before and after one in time; none for an article without a date.

        Raises:
            ArticleNotFound: No article has this id.

        Example:
            >>> beside = searcher.neighbours("晨报/1.md")
            >>> beside.previous, beside.following.id
            (None, '晨报/2.md')
        """
        from search.corpus.facets import neighbours

        with self._generations.use() as snapshot:
            return neighbours(snapshot.reader, *snapshot.article(id))

    def similar(self, id: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """Return the articles that share the most telling words with one, the most similar first.

        Those that are reprints of it have `same_text`.

        Raises:
            ArticleNotFound: No article has this id.

        Example:
            >>> [hit.id for hit in searcher.similar("晨报/2.md")]
            ['晨报/1.md']
        """
        from search.corpus.similar import similarity_plan
        from search.reprinting import marked

        whole("limit", limit)
        with self._generations.use() as snapshot:
            row, _ = snapshot.article(id)
            plan = similarity_plan(row, snapshot.reader, snapshot.text_analyzer)
            rows = [other for other in snapshot.reader.best(plan, limit + 1) if other.row != row]
            hits = snapshot.hits(plan, rows[:limit], tz=self.tz)
            return tuple(marked(hits, rows, snapshot.reader, row))

    def has(self, id: str) -> bool:
        """Return whether an article has this id.

        Example:
            >>> searcher.has("晨报/1.md")
            True
        """
        with self._generations.use() as snapshot:
            return snapshot.reader.article(without_surrogates(check_text(id, "id"))) is not None

    def ids_with(self, piece: str, *, limit: int = 100) -> list[str]:
        """Return some of the ids that contain `piece`, in any case of ASCII letters.

        Example:
            >>> searcher.ids_with("晚报")
            ['晚报/1.md']
        """
        whole("limit", limit)
        with self._generations.use() as snapshot:
            wanted = without_surrogates(check_text(piece, "id"))
            return snapshot.reader.ids_with(wanted, limit=limit) if wanted else []

    def id_of_url(self, url: str) -> str | None:
        """Return the id of the article with this url, the newest if there are several; None without any.

        Scheme, a fragment and a `/` at the end make no difference.

        Example:
            >>> searcher.id_of_url("https://news.example/1") is None
            True
        """
        from search.corpus.versions import newest_of_url

        with self._generations.use() as snapshot:
            return newest_of_url(snapshot.reader, without_surrogates(check_text(url, "url")))

    def near_ids(self, id: str) -> list[str]:
        """Return up to three ids that look like one that was not found, the most similar first.

        Example:
            >>> searcher.near_ids("2.md")
            ['晨报/2.md']
        """
        from search.corpus.ids import near_ids

        with self._generations.use() as snapshot:
            return near_ids(without_surrogates(check_text(id, "id")), snapshot.reader)

    # Counting

    def facets(
        self,
        query: str,
        *,
        by: FacetBy | str,
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Facets:
        """Count the articles found by source, author, tag, own keyword, year or month.

        Args:
            query: As for `search`; an empty one without filters counts all articles.
            by: "source", "author" or "tag"; the name of an own keyword; "year" or "month" in the
                Searcher's zone.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            QueryError: The query cannot be understood.
            UsageError: An argument makes no sense.

        Example:
            >>> facets = searcher.facets("渡轮", by="month")
            >>> [(count.value, count.count) for count in facets.counts]
            [('2024-03', 2)]
        """
        from search.corpus.facets import count_by

        chosen = chosen_filters(filters, given)
        with self._generations.use() as snapshot:
            plan = snapshot.plan(query, chosen, tz=self.tz)
            own = snapshot.own_fields
            return count_by(snapshot.reader, plan, by, query=query, tz=self.tz, own_fields=own)

    def timeline(
        self,
        query: str,
        *,
        unit: TimeUnit | None = None,
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Timeline:
        """Count the articles found over time: all periods from the first to the last, empty ones too.

        Args:
            query: As for `search`; an empty one without filters counts all articles.
            unit: "year", "month", "week" or "day", in the Searcher's zone; None
                for days, months or years, as fits a chart.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            QueryError: The query cannot be understood.
            UsageError: An argument makes no sense, or there are too many periods.

        Example:
            >>> line = searcher.timeline("渡轮")
            >>> [(count.value, count.count) for count in line.counts]
            [('2024-03-10', 1), ('2024-03-11', 0), ('2024-03-12', 1)]
        """
        from search.corpus.facets import timeline

        chosen = chosen_filters(filters, given)
        with self._generations.use() as snapshot:
            plan = snapshot.plan(query, chosen, tz=self.tz)
            return timeline(snapshot.reader, plan, unit, query=query, tz=self.tz)

    # Help with a query

    def suggest(self, query: str, *, limit: int = 8) -> tuple[str, ...]:
        """Complete the last word of a query, and return whole queries, the most frequent first.

        Example:
            >>> searcher.suggest("台风 渡")
            ('台风 渡轮',)
        """
        from search.corpus.suggest import completions

        whole("limit", limit)
        with self._generations.use() as snapshot:
            return tuple(
                completions(check_text(query, "query"), snapshot.reader, snapshot.text_analyzer, limit=limit)
            )

    def alternatives(
        self,
        query: str,
        *,
        limit: int = 4,
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> tuple[Alternative, ...]:
        """Suggest relaxed versions of a query without hits, each of which has hits.

        Args:
            query: As for `search`.
            limit: Most suggestions to return.
            filters: Filters; or give `after`, `before`, `source`. A suggestion
                has those that it keeps written into its query.

        Raises:
            QueryError: The query cannot be understood.
            UsageError: An argument makes no sense.

        Example:
            >>> [other.query for other in searcher.alternatives("渡轮", before="1990")]
            ['渡轮']
        """
        from search.corpus.suggest import alternatives

        whole("limit", limit)
        chosen = chosen_filters(filters, given)
        with self._generations.use() as snapshot:
            tree = snapshot.tree(query, chosen, tz=self.tz)
            lower = partial(snapshot.lower, filters=chosen, tz=self.tz)
            return tuple(alternatives(tree, lower, snapshot.reader, limit=limit))

    def corrections(
        self,
        query: str,
        *,
        limit: int = 3,
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> tuple[Correction, ...]:
        """Suggest what a query without full matches may have been meant to say; each suggestion has some.

        Looked for are one wrong, missing or swapped character or letter, characters that sound the
        same, and characters typed as pinyin.

        Args:
            query: As for `search`.
            limit: Most suggestions to return.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            QueryError: The query cannot be understood.
            UsageError: An argument makes no sense.

        Example:
            >>> [other.query for other in searcher.corrections("dulun")]
            ['渡轮']
        """
        whole("limit", limit)
        chosen = chosen_filters(filters, given)
        if not check_text(query, "query").strip():
            return ()
        with self._generations.use() as snapshot:
            return tuple(snapshot.corrections(query, chosen, tz=self.tz, limit=limit))
