"""The page of results: hits, filters with their counts, the chart, exports, advice where little is found."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from markupsafe import Markup

from search.calendar import in_zone, months_before, write_moment
from search.corpus.facets import Facets, Timeline
from search.output.citations import cited, work_of
from search.query.notes import Note
from search.results import Hit, Page
from search.searcher import Searcher
from search.web.addresses import Search, export_addresses, following, place_address
from search.web.messages import Messages
from search.web.pages import also_names, chart, day, listed, render, tabs
from search.web.parameters import DEEPEST

__all__ = ["search_page"]

_FACETS_SHOWN = 8
# Formats for reference managers, which are offered with each hit.
_FOR_MANAGERS = ("BibTeX", "RIS", "CSL-JSON")
# Engines that answer while somebody types.
_FAST = ("tantivy", "memory")
# An archive that got its newest article longer ago is asked for its own last week, month and year.
_RECENT = timedelta(days=7)
# From the first to the last day of a week.
_WEEK = timedelta(days=6)


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
    sources = searcher.facets(search.q, by="source", filters=elsewhere.filters)
    return render(
        "search.html",
        messages,
        search=search,
        day=lambda date: day(date, searcher),
        exports=export_addresses(search) if found else [],
        feed=search.but(group=None, sort="relevance", limit=10).address("/feed"),
        live=not messages.preferences.live and searcher.summary().engine in _FAST,
        total=page.total,
        partial_total=page.partial_total,
        found=found,
        tabs=tabs(search, "articles", messages) if search.q.strip() else [],
        seconds=messages("seconds", n=f"{max(seconds, 0.01):.2f}"),
        first=offset + 1,
        full=[(hit, _about(hit, searcher, search, messages)) for hit in hits if not hit.partial],
        partial=[(hit, _about(hit, searcher, search, messages)) for hit in hits if hit.partial],
        understood=_understood(searcher, search) if page.partial_total else [],
        also=also_names(page.also, messages),
        notes=[_note(note, messages) for note in page.notes],
        meant=[] if page.total else _meant(searcher, search, messages),
        grouping=_grouping(search, page, messages),
        others=search.but(variants=not search.variants).address() if search.q.strip() else None,
        chips=_chips(search, messages),
        orders=[(name, messages(name), search.but(sort=name).address()) for name in _orders(search)],
        chart=chart(line, search, messages, height=56) if len(line.counts) > 1 else None,
        sources=_source_choices(sources, search),
        periods=_period_choices(line, search),
        presets=_presets(searcher, search, messages),
        period_title=messages("months" if line.unit != "year" else "years"),
        pages=pages,
        previous=search.but(page=min(search.page - 1, pages)).address() if search.page > 1 else None,
        next=search.but(page=search.page + 1).address() if search.page < pages else None,
        hidden=messages("partial_hidden", articles=messages.articles(hidden)) if hidden else None,
        by_relevance=search.but(sort="relevance").address(),
        alternatives=[] if found or hidden else _alternatives(searcher, search, messages),
    )


def _grouping(search: Search, page: Page, messages: Messages) -> tuple[str, str, str] | None:
    """Return what the page says of its groups, and a link to show each article alone, or to group again."""
    if search.group == "none":
        return "", messages("group_on"), search.but(group=None).address()
    if page.entries is None or page.entries == (page.total or page.partial_total):
        return None
    said = messages("groups", n=page.entries)
    return said, messages("group_off"), search.but(group="none").address()


def _note(note: Note, messages: Messages) -> str:
    names = listed(note.names, messages)
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


def _partial_total(searcher: Searcher, search: Search) -> int:
    """Return how many partial matches an order by date leaves out."""
    if search.sort == "relevance":
        return 0
    return searcher.search(search.q, limit=0, filters=search.filters).partial_total


def _orders(search: Search) -> tuple[str, ...]:
    # Filters alone rank nothing.
    return ("relevance", "newest", "oldest") if search.q.strip() else ("newest", "oldest")


def _about(hit: Hit, searcher: Searcher, search: Search, messages: Messages) -> dict[str, Any]:
    """Return how a hit is shown, and the reference to copy."""
    return {
        "title": Markup(hit.title_html()),
        "snippets": [
            (
                Markup(snippet.html()),
                place_address(hit.id, search.q, snippet.place, variants=search.variants),
            )
            for snippet in hit.snippets
            if snippet.text
        ],
        "day": day(hit.date, searcher) or messages("no_date"),
        "moment": write_moment(hit.date, searcher.tz) if hit.date else None,
        "outlet": hit.sources[0] if hit.sources else "",
        "places": messages("places", n=hit.occurrences) if hit.occurrences > 1 else "",
        "reference": cited(work_of(hit, tz=searcher.tz), "gb7714" if messages.language != "en" else "apa"),
        "exports": [one for one in export_addresses(id=hit.id) if one[0] in _FOR_MANAGERS],
    }


@dataclass(frozen=True, slots=True)
class _Preset:
    """A stretch of time up to now, or up to the newest article, to filter by."""

    text: str
    address: str
    chosen: bool


def _presets(searcher: Searcher, search: Search, messages: Messages) -> tuple[list[_Preset], str]:
    """Return presets for dates, and up to when they go if that is not now."""
    (newest,) = searcher.search("", sort="newest", limit=1).hits or (None,)
    if newest is None or newest.date is None:
        return [], ""
    last = in_zone(newest.date, searcher.tz)
    if last.year == 1:  # a stretch before it would begin before all dates
        return [], ""
    is_recent = datetime.now(timezone.utc) - newest.date < _RECENT
    clock = last.replace(tzinfo=None)
    starts = {
        "week": "7d" if is_recent else (clock - min(_WEEK, clock - datetime.min)).date().isoformat(),
        "month": "1m" if is_recent else months_before(clock, 1).date().isoformat(),
        "year": "1y" if is_recent else months_before(clock, 12).date().isoformat(),
        "all": "",
    }
    presets = [
        _Preset(
            messages(f"last_{name}"),
            search.but(after=start, before="").address(),
            (search.after, search.before) == (start, ""),
        )
        for name, start in starts.items()
    ]
    return presets, "" if is_recent else messages("last_until", date=last.date().isoformat())


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
    """Return the filters in use."""
    chips = [_Chip(name, search.toggled(name).address()) for name in search.source]
    if search.after:
        if search.before and search.before == following(search.after):
            return [*chips, _Chip(search.after, search.but(after="", before="").address())]
        chips.append(_Chip(messages("from", date=search.after), search.but(after="").address()))
    if search.before:
        chips.append(_Chip(messages("until", date=search.before), search.but(before="").address()))
    return chips


def _source_choices(sources: Facets, search: Search) -> tuple[list[_Choice], list[_Choice]]:
    """Return the sources to show at once, and those behind `more`."""
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
