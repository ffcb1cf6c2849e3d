"""Render the pages: collect the data of each from a Searcher, and fill its template.

Templates escape all text and replace unprintable characters. Only `mark_html`
and `bars_svg` make `Markup`, which templates do not escape; both escape their text.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from search.calendar import in_zone, write_moment
from search.corpus.facets import Facets, Timeline
from search.highlighting.snippets import mark_html
from search.output.chart import bars_svg
from search.output.citations import STYLE_NAMES, STYLES, cited, work_of
from search.output.language import translated
from search.output.terminal import printable
from search.output.text import write_date
from search.query.notes import Note
from search.results import Highlighted, Hit
from search.searcher import Searcher
from search.web.addresses import Search, article_address, export_addresses, following, safe_url
from search.web.messages import Messages
from search.web.parameters import DEEPEST

__all__ = [
    "article_page",
    "day",
    "home_page",
    "problem_page",
    "render",
    "search_page",
    "static_version",
    "tabs",
]

_FACETS_SHOWN = 8
_MOST_JUMPS = 50
_SIMILAR = 6
_MOST_REPRINTS = 50


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("search.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    templates.globals.update(version=static_version(), article_address=article_address, safe_url=safe_url)
    return templates


def _shown(value: Any) -> Any:
    """Return a value as a page shows it: text is made printable."""
    return printable(value) if isinstance(value, str) else value


@cache
def static_version() -> str:
    """Return a checksum of the files that pages load; with it in the address, browsers may keep them."""
    folder = files("search.web") / "static"
    contents = sorted((path.name, path.read_bytes()) for path in folder.iterdir())
    return sha256(repr(contents).encode()).hexdigest()[:12]


def render(template: str, messages: Messages, **values: Any) -> str:
    """Return a page made of a template."""
    defaults: dict[str, Any] = {"search": Search(), "feed": None}
    return _templates().get_template(template).render(t=messages, **{**defaults, **values})


def home_page(searcher: Searcher, messages: Messages) -> str:
    """Return the start page: the box, and what the archive holds."""
    sources = searcher.facets("", by="source")
    line = searcher.timeline("")
    return render(
        "home.html",
        messages,
        total=line.total,
        first=line.counts[0].value if line.counts else None,
        last=line.counts[-1].value if line.counts else None,
        sources=sources,
        chart=_chart(line, Search(), messages, height=96),
    )


@dataclass(frozen=True, slots=True)
class _Chip:
    """A filter in use and the address without it."""

    text: str
    address: str


@dataclass(frozen=True, slots=True)
class _Choice:
    """Something to filter by."""

    text: str
    count: int
    address: str
    chosen: bool = False


def search_page(searcher: Searcher, search: Search, messages: Messages) -> str:
    """Return the results of a search, with filters, chart and suggestions."""
    began = time.perf_counter()
    offset = (search.page - 1) * search.limit
    filters = search.filters
    page = searcher.search(
        search.q,
        limit=search.limit,
        offset=offset,
        sort=search.sort,
        group=search.group or "best",
        filters=filters,
    )
    seconds = time.perf_counter() - began
    found = page.total + page.partial_total
    pages = replace(page, limit=search.limit).pages
    pages = max(1, min(pages, DEEPEST // search.limit))
    hits = page.hits if search.page <= pages else ()
    hidden = 0 if found else _partial_total(searcher, search)
    line = searcher.timeline(search.q, filters=filters)
    # Beside the chosen source the others keep their counts, so that one can change over.
    elsewhere = search.but(source=())
    sources = searcher.facets(search.q, by="source", filters=elsewhere.filters) if elsewhere.asks else None
    return render(
        "search.html",
        messages,
        search=search,
        day=lambda date: day(date, searcher),
        exports=export_addresses(search) if page.total or page.partial_total else [],
        feed=search.but(group=None, sort="relevance", limit=10).address("/feed"),
        total=page.total,
        partial_total=page.partial_total,
        found=found,
        tabs=tabs(search, "articles", messages) if search.q.strip() else [],
        seconds=f"{seconds:.2f}" if seconds >= 0.01 else "0.01",
        first=offset + 1,
        full=[(hit, _about(hit, searcher, messages)) for hit in hits if not hit.partial],
        partial=[(hit, _about(hit, searcher, messages)) for hit in hits if hit.partial],
        understood=_understood(searcher, search) if page.partial_total else [],
        also=also_names(page.also, messages),
        notes=[_note(note, messages) for note in page.notes],
        meant=[] if page.total else _meant(searcher, search, messages),
        grouping=_grouping(search, sum(bool(hit.reprints) for hit in hits), messages),
        others=search.but(variants=not search.variants).address() if search.q.strip() else None,
        chips=_chips(search, messages),
        orders=[(name, messages(name), search.but(sort=name).address()) for name in _orders(search)],
        chart=_chart(line, search, messages, height=56) if len(line.counts) > 1 else None,
        sources=_source_choices(sources, search),
        periods=_period_choices(line, search),
        period_title=messages("months" if line.unit != "year" else "years"),
        pages=pages,
        previous=search.but(page=min(search.page - 1, pages)).address() if search.page > 1 else None,
        next=search.but(page=search.page + 1).address() if search.page < pages else None,
        hidden=messages("partial_hidden", articles=messages.articles(hidden)) if hidden else None,
        by_relevance=search.but(sort="relevance").address(),
        alternatives=[] if found or hidden else _alternatives(searcher, search, messages),
    )


def _grouping(search: Search, groups: int, messages: Messages) -> tuple[str, str, str] | None:
    """Return what the page says of its groups, and a link to show each article alone, or to group again."""
    if search.group == "none":
        return "", messages("group_on"), search.but(group=None).address()
    if not groups:
        return None
    return messages("groups", n=groups), messages("group_off"), search.but(group="none").address()


def also_names(names: Sequence[str], messages: Messages) -> str | None:
    """Return what the page says of the names that a query was read by too; None if there are none."""
    return messages("also", names=_listed(names, messages)) if names else None


def _listed(names: Sequence[str], messages: Messages) -> str:
    return (", " if messages.language == "en" else "、").join(names)


def _note(note: Note, messages: Messages) -> str:
    names = _listed(note.names, messages)
    if note.kind in ("no-such-time", "no-such-arrival"):
        return messages(f"note_{note.kind}", first=note.names[0], last=note.names[1])
    key = f"note_{note.kind}" if names else f"note_{note.kind}_alone"
    return messages(key, about=note.about, names=names)


def _meant(searcher: Searcher, search: Search, messages: Messages) -> list[dict[str, str]]:
    """Return what the query may have been meant to say."""
    return [
        {
            "query": other.query,
            "address": search.but(q=other.query).address(),
            "count": messages.articles(other.total),
        }
        for other in searcher.corrections(search.q, filters=search.filters)
    ]


def tabs(search: Search, chosen: str, messages: Messages) -> list[tuple[str, str, bool]]:
    """Return the ways to look at a search: what each is called, its address, and whether it is chosen."""
    names = {"articles": "/", "lines": "/lines", "trend": "/trend", "quote": "/quote"}
    plain = search.but(sort="relevance", limit=10)
    return [(messages(f"tab_{name}"), plain.address(path), name == chosen) for name, path in names.items()]


def _partial_total(searcher: Searcher, search: Search) -> int:
    """Return how many partial matches an order by date leaves out."""
    if search.sort == "relevance":
        return 0
    return searcher.search(search.q, limit=0, filters=search.filters).partial_total


def _orders(search: Search) -> tuple[str, ...]:
    # Filters alone rank nothing.
    return ("relevance", "newest", "oldest") if search.q.strip() else ("newest", "oldest")


def _about(hit: Hit, searcher: Searcher, messages: Messages) -> dict[str, Any]:
    return {
        "title": Markup(hit.title_html()),
        "snippets": [Markup(snippet.html()) for snippet in hit.snippets if snippet.text],
        "day": day(hit.date, searcher) or messages("no_date"),
        "moment": write_moment(hit.date, searcher.tz) if hit.date else None,
    }


def day(date: datetime | None, searcher: Searcher) -> str | None:
    """Return the day of a date in the reader's zone."""
    return in_zone(date, searcher.tz).date().isoformat() if date else None


def _understood(searcher: Searcher, search: Search) -> list[str]:
    """Return the words that were looked for."""
    if not search.q.strip():
        return []
    words = [
        "".join(f" {token} " if token.isascii() else token for token in phrase.tokens)
        for clause in searcher.explain(search.q)
        if not clause.negated
        for phrase in clause.phrases
    ]
    return list(dict.fromkeys(" ".join(word.split()) for word in words))


def _chips(search: Search, messages: Messages) -> list[_Chip]:
    chips = [_Chip(name, search.toggled(name).address()) for name in search.source]
    if search.after:
        if search.before and search.before == following(search.after):
            return [*chips, _Chip(search.after, search.but(after="", before="").address())]
        chips.append(_Chip(messages("from", date=search.after), search.but(after="").address()))
    if search.before:
        chips.append(_Chip(messages("until", date=search.before), search.but(before="").address()))
    return chips


def _chart(line: Timeline, search: Search, messages: Messages, *, height: int) -> Markup:
    return Markup(
        bars_svg(
            line,
            label=messages("over_time"),
            describe=lambda count: messages("bar", period=count.value, n=messages.articles(count.count)),
            link=lambda period: search.with_period(period).address(),
            height=height,
        )
    )


def _source_choices(sources: Facets | None, search: Search) -> tuple[list[_Choice], list[_Choice]]:
    """Return the sources to show at once, and those behind `more`."""
    if sources is None:
        return [], []
    choices = [
        _Choice(count.value, count.count, search.toggled(count.value).address(), count.value in search.source)
        for count in sources.counts
    ]
    choices.sort(key=lambda choice: not choice.chosen)
    return choices[:_FACETS_SHOWN], choices[_FACETS_SHOWN : 10 * _FACETS_SHOWN]


def _period_choices(line: Timeline, search: Search) -> tuple[list[_Choice], list[_Choice]]:
    """Return years if there are several, else months; the newest first."""
    counts: dict[str, int] = {}
    years = {count.value[:4] for count in line.counts if count.count}
    length = 4 if len(years) > 1 else 7
    for count in reversed(line.counts):
        if count.count:
            counts[count.value[:length]] = counts.get(count.value[:length], 0) + count.count
    if len(counts) < 2:
        return [], []
    choices = [
        _Choice(period, count, search.with_period(period).address()) for period, count in counts.items()
    ]
    return choices[:12], choices[12:]


def _alternatives(searcher: Searcher, search: Search, messages: Messages) -> list[dict[str, str]]:
    if not search.q.strip():
        return []
    return [
        {
            "query": other.query,
            "address": Search(q=other.query, sort=search.sort).address(),
            "change": messages(f"change_{other.change}"),
            "count": messages.articles(other.total)
            + (f" · {messages('some_words')}" if other.partial else ""),
        }
        for other in searcher.alternatives(search.q, filters=search.filters)
    ]


def article_page(
    searcher: Searcher, id: str, search: Search, messages: Messages, *, at: int | None = None
) -> str:
    """Return the page of an article, with what the query looks for highlighted.

    The highlight over the character `at` of the body can be linked to as `#here`.
    """
    shown = searcher.highlighted(id, search.q, variants=search.variants)
    beside = searcher.neighbours(id)
    paragraphs, hits = _paragraphs(shown, at)
    date = shown.article.date
    return render(
        "article.html",
        messages,
        search=search,
        article=shown.article,
        title=Markup(mark_html(shown.article.title, shown.title_highlights)),
        paragraphs=paragraphs,
        hits=hits,
        jumps=range(1, min(hits, _MOST_JUMPS) + 1),
        day=write_date(date, searcher.tz) if date else messages("no_date"),
        moment=write_moment(date, searcher.tz) if date else None,
        original=safe_url(shown.article.url),
        beside=[
            (messages(key), other, day(other.date, searcher))
            for key, other in (("previous_article", beside.previous), ("next_article", beside.following))
            if other is not None
        ],
        similar=[(hit, day(hit.date, searcher)) for hit in searcher.similar(id, limit=_SIMILAR)],
        reprints=_reprints(searcher, id, messages),
        references=_references(searcher, id),
        exports=export_addresses(id=id),
    )


def _references(searcher: Searcher, id: str) -> list[tuple[str, str]]:
    """Return the reference to an article in each style."""
    work = work_of(searcher.hit(id), tz=searcher.tz)
    return [(STYLE_NAMES[style], cited(work, style)) for style in STYLES]


def _reprints(searcher: Searcher, id: str, messages: Messages) -> dict[str, Any]:
    """Return who shares text with an article, in order of time."""
    found = searcher.reprints(id, limit=_MOST_REPRINTS)
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
    return {"listed": listed, "is_first": found.first == id, "more": more}


def _paragraphs(shown: Highlighted, here: int | None = None) -> tuple[list[Markup], int]:
    """Return the paragraphs with numbered highlights, and the number of these."""
    paragraphs = []
    at = hits = 0
    for line in shown.article.body.split("\n"):
        end_of_line = at + len(line)
        spans = [
            (max(start, at) - at, min(end, end_of_line) - at)
            for start, end in shown.body_highlights
            if start < end_of_line and end > at
        ]
        if line.strip():
            paragraphs.append(
                _numbered(line, spans, first=hits + 1, here=None if here is None else here - at)
            )
            hits += len(spans)
        at = end_of_line + 1
    return paragraphs, hits


def _numbered(text: str, spans: Sequence[tuple[int, int]], *, first: int, here: int | None = None) -> Markup:
    """Return a paragraph with its highlights, whose anchors are numbered from `first` on."""
    pieces = [escape(text[: spans[0][0]] if spans else text)]
    for number, ((start, end), (then, _)) in enumerate(pairwise([*spans, (len(text), 0)]), first):
        mark = Markup('<mark id="hit-{}">{}{}</mark>{}')
        is_here = here is not None and start <= here < end
        anchor = Markup('<span id="here"></span>') if is_here else ""
        pieces.append(mark.format(number, anchor, text[start:end], text[end:then]))
    return Markup("").join(pieces)


def _in_language(text: str, messages: Messages) -> str:
    """Return a message in the reader's language; without a translation, advice that is always right."""
    found = translated(text, messages.language)
    if found == text and messages.language != "en":
        return messages("try_again")
    return found.rstrip(",，")  # which leads to the query that an error shows


def problem_page(messages: Messages, *, kind: str, detail: str, search: Search, **extra: Any) -> str:
    """Return a page that says what went wrong, with the box to try again.

    Heading and text are the messages for `kind`; if it has none, the text is `detail`.
    """
    key, text, field = f"problem_{kind}", f"detail_{kind}", f"{extra.get('parameter')}_label"
    if messages.has(field):
        detail = detail.removeprefix(f"{extra.get('parameter')}: ")
    return render(
        "problem.html",
        messages,
        search=search,
        heading=messages(key if messages.has(key) else "problem"),
        field=messages(field) if messages.has(field) else None,
        detail=messages(text) if messages.has(text) else _in_language(detail, messages),
        position=extra.get("position"),
        query=search.q,
        hint=_in_language(extra["hint"], messages) if "hint" in extra else None,
    )
