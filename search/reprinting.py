"""The questions about reprints, which a Searcher answers beside those about articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone, tzinfo
from typing import TYPE_CHECKING, Literal, TypeAlias

from index.article import Article
from index.errors import UsageError
from search.calendar import dated
from search.engines.base import Found, Reader, Row, Sort
from search.query.plan import Plan
from search.questions import whole
from search.results import Grouped, Hit
from search.snapshot import Generations, Snapshot

if TYPE_CHECKING:
    from search.corpus.reprints import Reprints
    from search.corpus.rewording import Rewording
    from search.corpus.versions import Versions
    from search.highlighting.snippets import Snippets

__all__ = ["Group", "Listing", "PageOptions", "ReprintQuestions", "group_choice", "hits_of_page", "marked"]

Group: TypeAlias = Literal["none", "best", "earliest"]
"""Which of a group of reprints stands for it: the first in the order, or the earliest; or no groups."""


class ReprintQuestions:
    """Who shares text with whom; search/corpus/reprints.py says how that is found."""

    tz: tzinfo
    _generations: Generations

    def reprints(self, id: str, *, least: float = 0.2, limit: int | None = None) -> Reprints:
        """Return all articles that share text with one, in order of time, with the shares both ways.

        Script, punctuation and the order of passages make no difference. The text is
        the body, or the title of an article without one.

        Args:
            id: The article.
            least: The least share of either text that is the other's too, above 0, up to 1.
            limit: Most articles to return; None for all.

        Raises:
            ArticleNotFound: No article has this id.
            UsageError: An argument makes no sense.

        Example:
            >>> searcher.reprints("晨报/1.md").total
            0
        """
        from search.corpus.reprints import reprints

        if isinstance(least, bool) or not isinstance(least, int | float) or not 0 < least <= 1:
            raise UsageError(f"least must be a share above 0, up to 1, not {least!r}")
        if limit is not None:
            whole("limit", limit)
        with self._generations.use() as snapshot:
            row, article = snapshot.article(id)
            return reprints(snapshot.reader, row, article, least=least, limit=limit, tz=self.tz)

    def versions(self, id: str) -> Versions:
        """Return the other articles from the url of one: earlier and later versions of it.

        Raises:
            ArticleNotFound: No article has this id.

        Example:
            >>> found = searcher.versions("晨报/1.md")
            >>> found.earlier, found.later
            ((), ())
        """
        from search.corpus.versions import versions

        with self._generations.use() as snapshot:
            row, article = snapshot.article(id)
            return versions(snapshot.reader, row, article, tz=self.tz)

    def rewording(self, id: str, other: str) -> Rewording:
        """Return what differs between an article and another: changed, added and dropped sentences.

        Args:
            id: The article.
            other: The article that is taken for a version of it.

        Raises:
            ArticleNotFound: No article has one of the ids.

        Example:
            >>> found = searcher.rewording("晨报/1.md", "晚报/1.md")
            >>> found.kept, [change.kind for change in found.changes]
            (0, ['dropped', 'added'])
        """
        from search.corpus.rewording import rewording

        with self._generations.use() as snapshot:
            (_, one), (_, two) = snapshot.article(id), snapshot.article(other)
            return rewording(one.id, one.body, two.id, two.body)


# Pages of hits


def group_choice(group: bool | Group) -> Group:
    """Return how hits are grouped: True is "best". Raises UsageError."""
    if isinstance(group, bool):
        return "best" if group else "none"
    if group not in ("none", "best", "earliest"):
        raise UsageError(f"group is {group!r}; it may be True, False, none, best, earliest")
    return group


class Listing:
    """What a query finds, with one entry for each group of reprints.

    The first hits in the order, as many as WINDOW says, are grouped; every hit behind
    them is an entry of its own. So the entries are the same whatever page is asked
    for, each article is in exactly one, and no page costs more than the window.
    """

    def __init__(self, snapshot: Snapshot, plan: Plan, *, sort: Sort) -> None:
        from search.corpus.reprints import WINDOW, group_rows

        self._snapshot, self._plan, self._sort, self._window = snapshot, plan, sort, WINDOW
        found = snapshot.search(plan, sort=sort, offset=0, limit=WINDOW)
        self.total, self.partial_total = found.total, found.partial_total
        sketches = snapshot.reader.sketches([row.row for row in found.rows])
        self.groups = group_rows(found.rows, sketches)
        full = sum(not group[0].partial for group in self.groups)
        self.entries = full + max(0, found.total - WINDOW)
        """The number of entries of full matches, or of partial ones if there are no others."""
        if not found.total:
            self.entries = len(self.groups) + max(0, found.partial_total - WINDOW)

    def page(self, offset: int, limit: int | None) -> list[list[Row]]:
        """Return the entries of a page: the rows of each, the best first."""
        page = self.groups[offset : None if limit is None else offset + limit]
        rest = None if limit is None else limit - len(page)
        if rest == 0 or self.total + self.partial_total <= self._window:
            return page
        behind = self._window + max(0, offset - len(self.groups))
        found = self._snapshot.search(self._plan, sort=self._sort, offset=behind, limit=rest)
        return [*page, *([row] for row in found.rows)]


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Which hits of a plan are asked for, and how they are shown; as for `Searcher.search`."""

    group: bool | Group
    sort: Sort
    offset: int
    limit: int | None
    snippets: Snippets


def hits_of_page(
    snapshot: Snapshot, plan: Plan, options: PageOptions, *, tz: tzinfo
) -> tuple[Found | Listing, tuple[Hit, ...], int | None]:
    """Return what is found, the hits of one page, and the number of entries where reprints are grouped."""
    group, snippets = group_choice(options.group), options.snippets
    if group == "none":
        found = snapshot.search(plan, sort=options.sort, offset=options.offset, limit=options.limit)
        return found, tuple(snapshot.hits(plan, found.rows, tz=tz, snippets=snippets)), None
    listing = Listing(snapshot, plan, sort=options.sort)
    entries = listing.page(options.offset, options.limit)
    return listing, tuple(_grouped(snapshot, plan, entries, group, snippets, tz)), listing.entries


def _grouped(
    snapshot: Snapshot, plan: Plan, entries: list[list[Row]], group: Group, snippets: Snippets, tz: tzinfo
) -> list[Hit]:
    """Make one hit of each entry, with the others of its group as `reprints`."""
    members = [row.row for entry in entries if len(entry) > 1 for row in entry]
    articles = snapshot.reader.articles(members)
    if group == "earliest":
        entries = [sorted(entry, key=lambda row: _time(articles, row)) for entry in entries]
    hits = snapshot.hits(plan, [entry[0] for entry in entries], tz=tz, snippets=snippets)
    return [
        replace(hit, reprints=tuple(_member(articles[row.row], tz) for row in entry[1:]))
        for hit, entry in zip(hits, entries, strict=True)
    ]


def marked(hits: Iterable[Hit], rows: Sequence[Row], reader: Reader, row: int) -> Iterator[Hit]:
    """Yield the hits of some rows, and mark those that are reprints of the article of another row."""
    from search.corpus.reprints import is_reprint

    sketches = reader.sketches([row, *(other.row for other in rows)])
    for hit, other in zip(hits, rows, strict=False):
        yield replace(hit, same_text=is_reprint(sketches[row], sketches[other.row]))


def _time(articles: dict[int, Article], row: Row) -> tuple[bool, datetime]:
    date = articles[row.row].date if row.row in articles else None
    return date is None, date or datetime.min.replace(tzinfo=timezone.utc)


def _member(article: Article, tz: tzinfo) -> Grouped:
    date = None if article.date is None else dated(article.date, tz)
    return Grouped(article.id, article.title, article.url, article.sources, date)
