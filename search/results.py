"""Values that a Searcher returns: pages of hits, highlighted articles, statistics.

Their fields are what `--json` prints and the web API answers, under the same names.
In a notebook they show themselves; all text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone, tzinfo
from html import escape
from typing import Any, overload

from index.article import Article
from index.own_fields import FieldKind, FieldValue
from search.calendar import dated, write_offset
from search.highlighting.snippets import Shown, Snippet, mark_html
from search.query.notes import Note
from search.tables import Tabular
from search.values import NO_JSON, Printable, values

__all__ = ["Grouped", "Highlighted", "Hit", "IndexStats", "IndexSummary", "Page"]


@dataclass(frozen=True, slots=True)
class Grouped(Printable):
    """An article that stands behind another one in a list where reprints are grouped.

    Attributes:
        id: Its id.
        title: Its title.
        url: Its url, or "".
        sources: The outlets it is from.
        date: When it was published, by the clock of the Searcher's zone; None if that is not known.

    Example:
        >>> [hit.reprints for hit in searcher.search("渡轮", group=True)]
        [(), ()]
    """

    id: str
    title: str
    url: str
    sources: tuple[str, ...]
    date: datetime | None


@dataclass(frozen=True, slots=True, repr=False)
class Hit(Printable):
    """One article that was found.

    Attributes:
        id: Its id, for `Searcher.article`.
        title: Its title as written.
        url: Its url, or "". Link only to urls that begin with `http:` or `https:`.
        sources: The outlets it is from.
        date: When it was published, by the clock of the Searcher's zone; None if that is not known.
        score: Its relevance; 0 in orders by date.
        partial: Only some of the query's bare words stand in it.
        occurrences: How many places in title and body the query stands in.
        title_highlights: Spans `title[start:end]` of what was looked for.
        snippets: Pieces of the body, each with its highlights.
        authors: Who wrote it.
        tags: Its keywords and categories.
        reprints: Other hits with the same text, where these were asked to be grouped.
        same_text: In the answer of `Searcher.similar`, that it is a reprint of the article.
        fields: Its own fields by name; dates by the clock of the Searcher's zone.
        added: When it came into the index as it is.
        field_highlights: Spans `fields[name][start:end]` of what was looked for in own texts.

    Example:
        >>> hit = searcher.search("渡轮").hits[0]
        >>> hit.id, hit.title, hit.sources
        ('晨报/1.md', '渡轮停航', ('晨报',))
        >>> hit.title[slice(*hit.title_highlights[0])]
        '渡轮'
    """

    id: str
    title: str
    url: str
    sources: tuple[str, ...]
    date: datetime | None
    score: float
    partial: bool
    occurrences: int
    title_highlights: tuple[tuple[int, int], ...]
    snippets: tuple[Snippet, ...]
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    fields: dict[str, FieldValue] = field(default_factory=dict, hash=False)
    field_highlights: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict, hash=False)
    reprints: tuple[Grouped, ...] = ()
    same_text: bool = False
    added: datetime | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls,
        article: Article,
        shown: Shown,
        *,
        tz: tzinfo,
        score: float = 0.0,
        partial: bool = False,
        added: datetime | None = None,
    ) -> Hit:
        """Return the hit that shows an article, with dates by the clock of `tz`."""
        own = {
            name: dated(value, tz) if isinstance(value, datetime) else value
            for name, value in article.fields.items()
        }
        return cls(
            id=article.id,
            title=article.title,
            url=article.url,
            sources=article.sources,
            date=None if article.date is None else dated(article.date, tz),
            score=score,
            partial=partial,
            occurrences=shown.occurrences,
            title_highlights=shown.title_highlights,
            snippets=shown.snippets,
            authors=article.authors,
            tags=article.tags,
            fields=own,
            field_highlights=shown.field_highlights,
            added=added,
        )

    def __repr__(self) -> str:
        day = "no date" if self.date is None else self.date.date().isoformat()
        return f"<Hit {_short(self.id)} {_short(self.title)} {day}{' partial' if self.partial else ''}>"

    def _repr_html_(self) -> str:
        about = map(escape, [*self.authors, *self.sources, _moment(self.date)])
        return (
            f"<div><strong>{_linked(self.title_html(), self.url)}</strong><br>"
            f"<small>{' · '.join(filter(None, about))}</small><br>{self.html()}</div>"
        )

    def html(self) -> str:
        """Return the snippets as HTML: all text escaped, highlights in `<mark>`."""
        return " ".join(snippet.html() for snippet in self.snippets)

    def title_html(self) -> str:
        """Return the title as HTML: all text escaped, highlights in `<mark>`."""
        return mark_html(self.title, self.title_highlights)


@dataclass(frozen=True, slots=True, repr=False)
class Page(Tabular, Printable):
    """One page of hits: it has a length, and is iterated over and indexed like a tuple of them.

    Attributes:
        query: The query that was asked.
        total: How many articles match fully.
        partial_total: How many more hold only some of the words; these follow
            in the order by relevance, and are not counted in others.
        hits: The hits on this page.
        also: Names that the query was read by too, with `variants`.
        notes: What else there is to say about the query, such as that it names a field that does not exist.
        offset: How many hits come before it.
        limit: Most hits on a page; None if all are on one.
        entries: Where reprints are grouped, how many entries the list of full matches has, or
            of partial ones if there are no others; None where they are not.

    Example:
        >>> page = searcher.search("渡轮 停航")
        >>> page.total, page.partial_total, [hit.partial for hit in page]
        (1, 1, [False, True])
        >>> page
        <Page 1 of 1 for '渡轮 停航': 2 hits of 1 article, and 1 partly>
        >>> page.page, page.pages, page.to_dict()["hits"][0]["id"]
        (1, 1, '晨报/1.md')
    """

    query: str
    total: int
    partial_total: int
    hits: tuple[Hit, ...]
    also: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    offset: int = field(default=0, metadata=NO_JSON)
    limit: int | None = field(default=None, metadata=NO_JSON)
    entries: int | None = None

    @property
    def page(self) -> int:
        """The number of the page, counted from 1."""
        return 1 + self.offset // self.limit if self.limit else 1

    @property
    def pages(self) -> int:
        """How many pages full matches fill, or partial ones if there are no full ones; at least 1."""
        entries = (self.total or self.partial_total) if self.entries is None else self.entries
        return max(1, -(-entries // self.limit)) if self.limit else 1

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    @overload
    def __getitem__(self, number: int) -> Hit: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, number: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[number]

    def __repr__(self) -> str:
        return f"<Page {self._numbered()} for {_short(self.query)}: {self._counted()}>"

    def _numbered(self) -> str:
        # Pages of partial matches follow those that `pages` counts.
        return f"{self.page:,}" if self.page > self.pages else f"{self.page:,} of {self.pages:,}"

    def _counted(self) -> str:
        hits = f"{len(self.hits):,} hit{'' if len(self.hits) == 1 else 's'}"
        found = f"{self.total:,} article{'' if self.total == 1 else 's'}"
        return f"{hits} of {found}" + (f", and {self.partial_total:,} partly" if self.partial_total else "")

    def to_dict(self) -> dict[str, Any]:
        """Return the page as values that JSON has, under the names that `--json` and the web API use."""
        found: dict[str, Any] = values(self)
        hits = found.pop("hits")
        return {**found, "page": self.page, "pages": self.pages, "hits": hits}

    def _table(self) -> dict[str, list[Any]]:
        columns = ("id", "title", "authors", "url", "sources", "score", "partial")
        table: dict[str, list[Any]] = {
            name: [_cell(getattr(hit, name)) for hit in self.hits] for name in columns
        }
        dates = [hit.date for hit in self.hits]
        if len({date.tzinfo for date in dates if date is not None}) > 1:  # a column has one zone
            dates = [None if date is None else date.astimezone(timezone.utc) for date in dates]
        table |= {"date": dates, "tags": [list(hit.tags) for hit in self.hits]}
        own = dict.fromkeys(name for hit in self.hits for name in hit.fields)
        table |= {name: [_cell(hit.fields.get(name)) for hit in self.hits] for name in own}
        return {**table, "snippet": [" ".join(one.text for one in hit.snippets) for hit in self.hits]}

    def _repr_html_(self) -> str:
        start = 1 + self.offset
        items = "".join(f"<li>{hit._repr_html_()}</li>" for hit in self.hits)
        about = f"{escape(self.query)} · page {self._numbered()} · {self._counted()}"
        return f'<p><small>{about}</small></p><ol start="{start}">{items}</ol>'


@dataclass(frozen=True, slots=True)
class Highlighted(Printable):
    """A whole article, with the spans of title and body that a query looks for.

    Attributes:
        article: The article.
        title_highlights: Spans `article.title[start:end]`.
        body_highlights: Spans `article.body[start:end]`.

    Example:
        >>> shown = searcher.highlighted("晨报/1.md", "停航")
        >>> [shown.article.body[start:end] for start, end in shown.body_highlights]
        ['停航']
    """

    article: Article
    title_highlights: tuple[tuple[int, int], ...]
    body_highlights: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class IndexSummary(Printable):
    """What is known of an index without counting.

    Attributes:
        articles: How many articles it has.
        engine: The engine's name.
        generation: The number of the generation in force.
        built: When it was made.

    Example:
        >>> searcher.summary().articles
        3
    """

    articles: int
    engine: str
    generation: int
    built: datetime


@dataclass(frozen=True, slots=True)
class IndexStats(Printable):
    """Statistics of an index.

    Attributes:
        articles: How many articles it has.
        undated: How many of these have no date.
        sources: How many articles each source has, the greatest first.
        oldest: The date of the oldest article, in UTC.
        newest: The date of the newest one.
        size: Bytes on disk.
        engine: The engine's name.
        engine_version: The version of the engine that made the index.
        generation: The number of the generation in force.
        built: When it was made.
        roots: The folders it was made from.
        user_dict: It was made with a user dictionary.
        own_fields: The own fields it was made with, each with its kind.
        duplicates: How many articles have the same text as an earlier one, but for
            punctuation, script and width.

    Example:
        >>> stats = searcher.stats()
        >>> stats.articles, stats.undated, stats.sources
        (3, 1, {'晨报': 2, '晚报': 1})
    """

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
    own_fields: dict[str, FieldKind] = field(default_factory=dict)
    duplicates: int = 0


_LONGEST = 40


def _cell(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _short(text: str) -> str:
    """Return a text as Python writes it, cut where it is long."""
    return repr(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")


def _moment(date: datetime | None) -> str:
    return "" if date is None else f"{date:%Y-%m-%d %H:%M} {write_offset(date)}"


def _linked(html: str, url: str) -> str:
    is_safe = url.lower().startswith(("http://", "https://"))
    return f'<a href="{escape(url)}" rel="noreferrer">{html}</a>' if is_safe else html
