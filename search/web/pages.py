"""Render the pages: collect the data of each from a Searcher, and fill its template.

Templates escape all text and replace unprintable characters. Only `mark_html`
and `bars_svg` make `Markup`, which templates do not escape; both escape their text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from search.calendar import in_zone, write_moment
from search.corpus.facets import Timeline
from search.highlighting.snippets import mark_html
from search.output.chart import bars_svg
from search.output.citations import STYLE_NAMES, STYLES, cited, work_of
from search.output.terminal import printable
from search.output.text import write_date
from search.results import Highlighted
from search.searcher import Searcher
from search.web.addresses import Search, article_address, export_addresses, safe_url
from search.web.messages import Messages
from search.web.preferences import CHOICES

__all__ = [
    "also_names",
    "article_page",
    "chart",
    "day",
    "home_page",
    "listed",
    "problem_page",
    "render",
    "static_version",
    "tabs",
]

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
    defaults: dict[str, Any] = {"search": Search(), "feed": None, "fault": None, "choices": CHOICES}
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
        chart=chart(line, Search(), messages, height=96),
    )


def also_names(names: Sequence[str], messages: Messages) -> str | None:
    """Return what the page says of the names that a query was read by too; None if there are none."""
    return messages("also", names=listed(names, messages)) if names else None


def listed(names: Sequence[str], messages: Messages) -> str:
    """Return names as a list in the reader's language."""
    return (", " if messages.language == "en" else "、").join(names)


def tabs(search: Search, chosen: str, messages: Messages) -> list[tuple[str, str, bool]]:
    """Return the ways to look at a search: what each is called, its address, and whether it is chosen."""
    names = {"articles": "/", "lines": "/lines", "trend": "/trend", "collocations": "/collocations"}
    plain = search.but(sort="relevance", limit=10)
    return [(messages(f"tab_{name}"), plain.address(path), name == chosen) for name, path in names.items()]


def day(date: datetime | None, searcher: Searcher) -> str | None:
    """Return the day of a date in the reader's zone."""
    return in_zone(date, searcher.tz).date().isoformat() if date else None


def chart(line: Timeline, search: Search, messages: Messages, *, height: int) -> Markup:
    """Return the bars of a timeline, each leading to its period; a script lets a range be drawn over them."""
    return Markup(
        bars_svg(
            line,
            label=messages("over_time"),
            describe=lambda count: messages("bar", period=count.value, n=messages.articles(count.count)),
            link=lambda period: search.with_period(period).address(),
            choose=search.but(after="", before="").address(),
            height=height,
        )
    )


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


def problem_page(messages: Messages, *, kind: str, detail: str, search: Search, **extra: Any) -> str:
    """Return a page that says what went wrong, with the box to try again.

    Heading and text are the messages for `kind`; if it has none, the text is `detail`.
    """
    key, text = f"problem_{kind}", f"detail_{kind}"
    said = messages(text) if messages.has(text) else messages.translated(detail)
    hint = messages.translated(extra["hint"]) if "hint" in extra else ""
    fault = _Fault(said, hint, search.q, extra["position"]) if extra.get("position") else None
    return render(
        "problem.html",
        messages,
        search=search,
        heading=messages(key if messages.has(key) else "problem"),
        detail="" if fault else said,
        fault=fault,
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a query, and at which of its characters, counted from 1."""

    detail: str
    hint: str
    query: str
    position: int

    @property
    def around(self) -> tuple[str, str, str]:
        """What stands before the character, the character, and what stands after it."""
        at = self.position - 1
        return self.query[max(0, at - 30) : at], self.query[at : at + 1] or "…", self.query[at + 1 : at + 40]
