"""The page of an article: each paragraph as what it is, with what a query looks for.

Every paragraph has the fragment `#p` with its number, and every place found `#hit-`
with its own; `#here` is the place that a list of occurrences leads to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from index.article import Article
from search.calendar import write_moment
from search.corpus.reprints import Reprints
from search.corpus.versions import Version, Versions
from search.output.article import Place, body_html, origin_in, own_value
from search.output.citations import STYLE_NAMES, STYLES, cited, work_of
from search.output.language import translated
from search.output.terminal import printable
from search.output.text import write_date
from search.query.tree import Phrase
from search.results import Highlighted
from search.searcher import Searcher
from search.web.addresses import Search, export_addresses, safe_url
from search.web.messages import Messages
from search.web.pages import day, render

__all__ = ["article_page"]

_SIMILAR = 6
_MOST_REPRINTS = 50


def article_page(
    searcher: Searcher, id: str, search: Search, messages: Messages, *, at: int | None = None
) -> str:
    """Return the page of an article, with what the query looks for highlighted.

    The highlight over the character `at` of the body can be linked to as `#here`; where
    none is over it, its paragraph.
    """
    shown = searcher.highlighted(id, search.q, variants=search.variants)
    article, date = shown.article, shown.article.date
    marks = _Marks(shown, messages, here=at)
    versions, reprints = searcher.versions(id), searcher.reprints(id, limit=_MOST_REPRINTS)
    listed = {one.id for one in (*versions.earlier, *versions.later)}
    listed |= {one.id for one in reprints.reprints}
    similar = [hit for hit in searcher.similar(id, limit=3 * _SIMILAR) if hit.id not in listed][:_SIMILAR]
    return render(
        "article.html",
        messages,
        search=search,
        article=article,
        title=marks.title(),
        body=[Markup(line) for line in body_html(article, marks.paragraph)],
        hits=marks.number,
        day=write_date(date, searcher.tz) if date else messages("no_date"),
        moment=write_moment(date, searcher.tz) if date else None,
        original=safe_url(article.url),
        authors=_named(article.authors, "author"),
        tags=_named(article.tags, "tag"),
        known=list(_known(searcher, article, messages)),
        beside=_beside(searcher, id, messages),
        similar=[(hit, day(hit.date, searcher)) for hit in similar],
        versions=list(_versions(searcher, versions, messages)),
        reprints=_reprints(searcher, reprints, messages),
        references=_references(searcher, id),
        exports=export_addresses(id=id),
    )


# Title and text


@dataclass(slots=True)
class _Marks:
    """Marks what was looked for in title and body, numbered from 1 through both.

    Args:
        shown: The article with its highlights.
        messages: The reader's language.
        here: A character of the body that is to be linked to as `#here`.
        number: How many places were marked.
    """

    shown: Highlighted
    messages: Messages
    here: int | None
    number: int = 0
    _next: int = 0

    def title(self) -> Markup:
        """Return the title with its highlights."""
        title = self.shown.article.title
        return self._marked(title, self.shown.title_highlights, 0, len(title))

    def paragraph(self, place: Place) -> Markup:
        """Return a paragraph with its highlights, after a link to itself; they must come in their order."""
        spans = self.shown.body_highlights
        first = self._next
        while self._next < len(spans) and spans[self._next][1] <= place.end:
            self._next += 1
        # One that goes on in the next paragraph belongs to both.
        last = self._next + (self._next < len(spans) and spans[self._next][0] < place.end)
        label = self.messages("paragraph", n=place.number)
        link = Markup('<a class="pin" href="#p{}" aria-label="{}"></a>').format(place.number, label)
        inside = [span for span in spans[first:last] if span[1] > place.start]
        here = self.here
        anchor = Markup("")
        if here is not None and place.start <= here < place.end and not _over(inside, here):
            anchor = Markup('<span id="here"></span>')
        return link + anchor + self._marked(self.shown.article.body, inside, place.start, place.end, here)

    def _marked(
        self, text: str, spans: Sequence[tuple[int, int]], start: int, end: int, here: int | None = None
    ) -> Markup:
        pieces = []
        at = start
        for first, last in spans:
            first, last = max(first, start), min(last, end)
            self.number += 1
            anchor = Markup('<span id="here"></span>') if here is not None and first <= here < last else ""
            mark = Markup('<mark id="hit-{}">{}{}</mark>')
            pieces += [_text(text[at:first]), mark.format(self.number, anchor, printable(text[first:last]))]
            at = last
        return Markup("").join([*pieces, _text(text[at:end])])


def _over(spans: Sequence[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)


def _text(text: str) -> Markup:
    return escape(printable(text))


# What is known of it


def _named(names: Sequence[str], field: str) -> list[tuple[str, str | None]]:
    """Return names, each with the address of the articles that have it; a name of marks alone has none."""
    return [
        (name, Search(q=str(Phrase(name, field))).address() if any(map(str.isalnum, name)) else None)
        for name in names
        if name.strip()
    ]


def _known(searcher: Searcher, article: Article, messages: Messages) -> Iterator[tuple[str, str]]:
    """Yield what is known of an article besides who, when and what, each with its name."""
    yield from ((name, own_value(value, searcher.tz)) for name, value in article.fields.items())
    for name, origin in (("title_from", article.titled_by), ("date_from", article.dated_by)):
        if origin:
            yield messages(name), origin_in(origin, lambda text: translated(text, messages.language))
    if file := searcher.file(article.id):
        yield messages("file"), file
    yield messages("id"), article.id
    if article.url:
        yield messages("address"), article.url


def _beside(searcher: Searcher, id: str, messages: Messages) -> list[tuple[str, Article, str | None]]:
    beside = searcher.neighbours(id)
    some = (("previous_article", beside.previous), ("next_article", beside.following))
    return [(messages(key), other, day(other.date, searcher)) for key, other in some if other is not None]


def _versions(
    searcher: Searcher, found: Versions, messages: Messages
) -> Iterator[tuple[str, list[tuple[Version, str]]]]:
    """Yield the earlier and the later versions, each with what there is to say of it."""
    for name, some in (("earlier_versions", found.earlier), ("later_versions", found.later)):
        if some:
            about = [
                " · ".join(filter(None, [day(one.date, searcher), messages("same_text") if one.same else ""]))
                for one in some
            ]
            yield messages(name), list(zip(some, about, strict=True))


def _references(searcher: Searcher, id: str) -> list[tuple[str, str]]:
    """Return the reference to an article in each style."""
    work = work_of(searcher.hit(id), tz=searcher.tz)
    return [(STYLE_NAMES[style], cited(work, style)) for style in STYLES]


def _reprints(searcher: Searcher, found: Reprints, messages: Messages) -> dict[str, Any]:
    """Return who shares text with an article, in order of time."""
    listed = [
        (
            one,
            day(one.date, searcher),
            messages("same_text")
            if one.same
            else messages("shares", share=f"{one.share:.0%}", own=f"{one.own_share:.0%}"),
            one.id == found.first,
        )
        for one in found.reprints
    ]
    more = found.total - len(listed)
    return {"listed": listed, "is_first": found.first == found.id, "more": more}
