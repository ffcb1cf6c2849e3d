"""Values that a Searcher returns: pages of hits, highlighted articles, statistics.

Their fields are what `--json` prints and the web API answers, under the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from index.article import Article
from search.highlighting.snippets import Snippet, mark_html
from search.query.notes import Note

__all__ = ["Highlighted", "Hit", "IndexStats", "Page"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that was found.

    Attributes:
        id: Its id, for `Searcher.article`.
        title: Its title as written.
        url: Its url, or "". Link only to urls that begin with `http:` or `https:`.
        sources: The outlets it is from.
        date: When it was published, in UTC; None if that is not known.
        score: Its relevance; 0 in orders by date.
        partial: Only some of the query's bare words stand in it.
        occurrences: How many places in title and body the query stands in.
        title_highlights: Spans `title[start:end]` of what was looked for.
        snippets: Pieces of the body, each with its highlights.

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

    def html(self) -> str:
        """Return the snippets as HTML: all text escaped, highlights in `<mark>`."""
        return " ".join(snippet.html() for snippet in self.snippets)

    def title_html(self) -> str:
        """Return the title as HTML: all text escaped, highlights in `<mark>`."""
        return mark_html(self.title, self.title_highlights)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of hits.

    Attributes:
        query: The query that was asked.
        total: How many articles match fully.
        partial_total: How many more hold only some of the words; these follow
            in the order by relevance, and are not counted in others.
        hits: The hits on this page.
        also: Names that the query was read by too, with `variants`.
        notes: What else there is to say about the query, such as that it names a field that does not exist.

    Example:
        >>> page = searcher.search("渡轮 停航")
        >>> page.total, page.partial_total, [hit.partial for hit in page.hits]
        (1, 1, [False, True])
    """

    query: str
    total: int
    partial_total: int
    hits: tuple[Hit, ...]
    also: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Highlighted:
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
class IndexStats:
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
