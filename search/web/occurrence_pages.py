"""The pages about occurrences: the lines of a concordance, and queries over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from search.corpus.concordance import Line
from search.corpus.trend import Trend
from search.output.chart import lines_svg, written_value
from search.searcher import Searcher
from search.web.addresses import Search, article_address, place_address
from search.web.messages import Messages
from search.web.pages import also_names, day, render, tabs
from search.web.parameters import DEEPEST

__all__ = ["lines_page", "trend_page"]

_LINES = 100
_WIDTH = 40
_ORDERS = ("date", "source", "left", "right")
_MEASURES = ("articles", "occurrences", "share", "per_million")
_UNITS = ("year", "month", "week", "day")
_MOST_QUERIES = 5
_MOST_ROWS = 200


def lines_page(searcher: Searcher, search: Search, order: Any, messages: Messages) -> str:
    """Return the occurrences of a query, each with its context and leading to its place.

    Args:
        searcher: Answers.
        search: The query and its filters, and the page.
        order: The order of the lines, as `concordance` takes it.
        messages: The reader's language.
    """
    (total,) = searcher.count(search.q, filters=search.filters)
    last = search.page * _LINES
    found = searcher.concordance(search.q, width=_WIDTH, sort=order, limit=last, filters=search.filters)
    lines = islice(found, last - _LINES, last)
    pages = max(1, math.ceil(min(total.occurrences, DEEPEST) / _LINES))

    def ordered(search: Search) -> str:
        address = search.address("/lines")
        return address if order == "date" else f"{address}&order={order}"

    def at(page: int) -> str:
        return ordered(search.but(page=page))

    return render(
        "lines.html",
        messages,
        search=search,
        tabs=tabs(search, "lines", messages),
        total=total,
        others=ordered(search.but(variants=not search.variants)),
        also=also_names(_also(searcher, [search.q], search), messages),
        lines=[(line, _place(line, search), day(line.date, searcher)) for line in lines],
        orders=[
            (name, messages(f"by_{name}"), f"{search.but().address('/lines')}&order={name}")
            for name in _ORDERS
        ],
        order=order,
        pages=pages,
        previous=at(min(search.page - 1, pages)) if search.page > 1 else None,
        next=at(search.page + 1) if search.page < pages else None,
    )


def _also(searcher: Searcher, queries: Sequence[str], search: Search) -> list[str]:
    """Return the names that the queries were read by too, each once."""
    if not search.variants:
        return []
    pages = (searcher.search(query, limit=0, filters=search.filters) for query in queries)
    return list(dict.fromkeys(name for page in pages for name in page.also))


def _place(line: Line, search: Search) -> str:
    """Return the address of an occurrence in the page of its article."""
    if line.field == "title":
        return article_address(line.id, search.q, variants=search.variants)
    return place_address(line.id, search.q, line.start, variants=search.variants)


def trend_page(
    searcher: Searcher,
    queries: Sequence[str],
    search: Search,
    *,
    unit: Any,
    measure: Any,
    messages: Messages,
) -> str:
    """Return queries over time, as lines in one chart from which a period can be chosen.

    Args:
        searcher: Answers.
        queries: The queries, the first of which the periods lead to.
        search: The first query with the filters.
        unit: The length of a period, or None.
        measure: What is counted.
        messages: The reader's language.
    """
    found = searcher.trend(*queries, unit=unit, measure=measure, filters=search.filters)
    has_points = any(series.points for series in found.series)

    def address(*, search: Search = search, **changes: str) -> str:
        rest = search.but(q="", sort="relevance").address("/trend").partition("?")[2]
        pairs = [*(("q", query) for query in queries), ("unit", unit or ""), ("measure", measure)]
        kept = [(name, changes.get(name, value)) for name, value in pairs]
        chosen = urlencode([pair for pair in kept if pair[1]])
        return f"/trend?{chosen}" + (f"&{rest}" if rest else "")

    return render(
        "trend.html",
        messages,
        search=search,
        tabs=tabs(search, "trend", messages),
        queries=[*queries, *[""] * (_MOST_QUERIES - len(queries))],
        unit=unit or "",
        measure=measure,
        measures=[(name, messages(f"measure_{name}"), address(measure=name)) for name in _MEASURES],
        units=[(name, messages(name), address(unit=name)) for name in _UNITS],
        shown_unit=found.unit,
        others=address(search=search.but(variants=not search.variants)),
        also=also_names(_also(searcher, queries, search), messages),
        chart=Markup(
            lines_svg(
                found,
                link=lambda period: search.with_period(period).address(),
                choose=address(search=search.but(after="", before="")),
            )
        )
        if has_points
        else None,
        rows=_rows(found) if has_points else [],
    )


def _rows(trend: Trend) -> list[tuple[str, list[str]]]:
    """Return each period with the value of each query in it, the newest first."""
    rows = [
        (points[0].period, [written_value(point.value, trend.measure) for point in points])
        for points in zip(*(series.points for series in trend.series), strict=True)
    ]
    return rows[::-1][:_MOST_ROWS]
