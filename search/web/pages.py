"""Render the pages: collect the data of each from a Searcher, and fill its template.

Templates escape all text and replace unprintable characters. Only `mark_html`,
`bars_svg` and article_page.py make `Markup`, which templates do not escape; all escape their text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from search.calendar import in_zone
from search.corpus.facets import Timeline
from search.output.chart import bars_svg
from search.output.terminal import printable
from search.searcher import Searcher
from search.web.addresses import Search, article_address, safe_url
from search.web.messages import Messages
from search.web.preferences import CHOICES

__all__ = [
    "also_names",
    "chart",
    "day",
    "home_page",
    "listed",
    "problem_page",
    "render",
    "static_version",
    "tabs",
]


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
    """Return a value as a page shows it: text is made printable, on one line unless it is markup."""
    if isinstance(value, Markup):
        return Markup("\n").join(Markup(printable(line)) for line in value.split("\n"))
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


def problem_page(messages: Messages, *, kind: str, detail: str, search: Search, **extra: Any) -> str:
    """Return a page that says what went wrong, with the box to try again.

    Heading and text are the messages for `kind`; if it has none, the text is `detail`.
    """
    key, text = f"problem_{kind}", f"detail_{kind}"
    said = messages(text) if messages.has(text) else messages.translated(detail)
    hint = messages.translated(extra["hint"]) if "hint" in extra else ""
    # The hint follows, whose own mark joins the two.
    fault = _Fault(said.rstrip("，"), hint, search.q, extra["position"]) if extra.get("position") else None
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
