"""Counts, concordances, collocations and trends as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import chain, islice

import click

from search.calendar import in_zone
from search.corpus.collocations import Collocations
from search.corpus.concordance import Line
from search.corpus.counts import QueryCount
from search.corpus.trend import Measure, Trend
from search.output.language import say
from search.output.terminal import beginning, columns, ending, pad, printable, shortened, width
from search.output.text import counted

__all__ = ["collocation_lines", "concordance_lines", "count_lines", "trend_lines", "trend_value"]

# So many lines decide how wide the columns are; those that follow are cut.
_MEASURED = 200
_WIDEST = {"source": 16, "id": 36, "hit": 30}
_NARROWEST = 8
_SHORTEST_ID = 20
_BLOCKS = "▁▂▃▄▅▆▇█"


def count_lines(counts: Sequence[QueryCount]) -> Iterator[str]:
    """Return a table with a line for each query."""
    rows = [(say("articles"), say("occurrences"), say("query"))]
    rows += [(f"{one.articles:,}", f"{one.occurrences:,}", printable(one.query)) for one in counts]
    return columns(rows, right=(0, 1))


# Concordance


def concordance_lines(lines: Iterable[Line], *, tz: tzinfo, size: int | None) -> Iterator[str]:
    """Return one line for each occurrence, all aligned on it: context, date, source, id.

    Args:
        lines: The occurrences, which are taken as they are printed.
        tz: The reader's zone.
        size: The width of the terminal in columns; None cuts nothing.
    """
    taken = iter(lines)
    first = list(islice(taken, _MEASURED))
    if not first:
        return
    abouts = [_about(line, tz) for line in first]
    sizes = [max(width(about[at]) for about in abouts) for at in range(3)]
    hit = min(max(width(printable(line.hit)) for line in first), _WIDEST["hit"])
    if size is None:
        left = max(width(printable(line.left)) for line in first)
        right = max(width(printable(line.hit + line.right)) for line in first) - hit
    else:
        sizes = _fitting(sizes, size, hit)
        room = size - sum(2 + one for one in sizes if one)
        left = right = max((room - hit - 2) // 2, _NARROWEST)
    for line in chain(first, taken):
        shown = _context(line, left, hit + right, cut=size is not None)
        about = "  ".join(
            pad(shortened(text, most), most)
            for text, most in zip(_about(line, tz), sizes, strict=True)
            if most
        )
        yield f"{shown}  {click.style(about.rstrip(), dim=True)}".rstrip()


def _fitting(sizes: Sequence[int], size: int, hit: int) -> list[int]:
    """Return how wide date, source and id are shown beside the context, 0 for not at all.

    Context has half of the line, or less where the id would be cut too short: the id matters most, since it
    opens the article; then the date.
    """
    date, source, id = sizes[0], min(sizes[1], _WIDEST["source"]), min(sizes[2], _WIDEST["id"])
    least = min(id, _SHORTEST_ID)
    most = size - (hit + 2 * _NARROWEST + 2)
    room = min(most, max(size - size // 2, 2 + date + 2 + least))
    source = min(source, room - date - id - 6)
    if source < min(sizes[1], _NARROWEST):
        source = 0
    if 2 + date + 2 + least > room:
        date = 0
    others = sum(2 + one for one in (date, source) if one)
    return [date, source, max(0, min(id, room - others - 2))]


def _about(line: Line, tz: tzinfo) -> tuple[str, str, str]:
    date = say("no date") if line.date is None else in_zone(line.date, tz).date().isoformat()
    return date, printable(" · ".join(line.sources)), printable(line.id)


def _context(line: Line, left: int, right: int, *, cut: bool) -> str:
    before, hit, after = printable(line.left), printable(line.hit), printable(line.right)
    if cut:
        before = ending(before, left)
        hit = beginning(hit, right)
        after = beginning(after, right - width(hit))
    space = " " * max(0, left - width(before))
    rest = " " * max(0, right - width(hit) - width(after))
    return f"{space}{before} {click.style(hit, fg='red', bold=True)} {after}{rest}"


# Collocations


def collocation_lines(found: Collocations) -> Iterator[str]:
    """Return a summary, and a table with a line for each collocate."""
    yield say(f"{counted(found.occurrences, 'occurrence')} in {counted(found.articles, 'article')}")
    if not found.collocates:
        return
    yield ""
    heading = ("observed", "expected", "left", "right", "logDice", "log-likelihood", "MI")
    rows = [("", *map(say, heading))]
    rows += [
        (
            printable(one.text),
            f"{one.observed:,}",
            f"{one.expected:,.1f}",
            f"{one.left:,}",
            f"{one.right:,}",
            f"{one.log_dice:.1f}",
            f"{one.log_likelihood:,.1f}",
            f"{one.mutual_information:.1f}",
        )
        for one in found.collocates
    ]
    yield from columns(rows, right=range(1, 8))


# Trend


def trend_lines(trend: Trend, *, size: int) -> Iterator[str]:
    """Return a small chart of each query on one scale, then a table with a line for each period.

    Args:
        trend: The queries over time.
        size: The width of the terminal in columns.
    """
    summaries = [
        (printable(series.query), _summary(trend.measure, series.total, series.missing))
        for series in trend.series
    ]
    periods = [point.period for point in trend.series[0].points]
    if not periods:
        yield from columns(summaries)
        return
    most = max(point.value for series in trend.series for point in series.points)
    label = min(max(width(query) for query, _ in summaries), size // 3)
    note = max(width(summary) for _, summary in summaries)
    room = max(10, min(len(periods), size - label - note - 4))
    for series, (query, summary) in zip(trend.series, summaries, strict=True):
        blocks = _spark([point.value for point in series.points], most, room)
        yield f"{pad(beginning(query, label), label)}  {blocks}  {summary}"
    yield say(f"{periods[0]} to {periods[-1]}, from 0 to {trend_value(most, trend.measure)}")
    yield ""
    rows = [("", *(query for query, _ in summaries))]
    rows += [
        (period, *(trend_value(series.points[at].value, trend.measure) for series in trend.series))
        for at, period in enumerate(periods)
    ]
    yield from columns(rows, right=range(1, len(summaries) + 1))


def _summary(measure: Measure, total: int, missing: int) -> str:
    thing = "article" if measure in ("articles", "share") else "occurrence"
    text = say(counted(total, thing))
    return f"{text} · {say(f'{missing:,} without a date')}" if missing else text


def trend_value(value: float, measure: Measure) -> str:
    """Return a value as people read it."""
    if measure == "share":
        return f"{value:.1%}"
    return f"{value:,.1f}" if measure == "per_million" else f"{value:,}"


def _spark(values: Sequence[float], most: float, room: int) -> str:
    """Return a block for each value, or for the greatest of several where there is no room for all."""
    every = -(-len(values) // room)
    heights = [max(values[at : at + every]) for at in range(0, len(values), every)]
    return "".join(_BLOCKS[min(7, int(8 * value / most))] if value else " " for value in heights)
