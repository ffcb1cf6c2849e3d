"""Charts as SVG: a timeline as bars and a trend as lines for pages, and a trend for files.

Horizontal lengths are percentages, so that a chart fits any width while its
text keeps its size. Colours are attributes, which a page's stylesheet
overrides, because a strict content security policy would refuse styles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from search.corpus.facets import Count, Timeline
from search.corpus.trend import Trend
from search.output.terminal import printable

__all__ = ["bars_svg", "lines_svg", "trend_svg", "written_value"]

_AXIS = 20
_TOP = 6
# Room for the value above the highest bar, and most bars that have one.
_VALUE, _MOST_VALUES = 18, 16
# Most labels below bars, by their lengths: a year, a month, a week, a day.
_MOST_LABELS = {4: 10, 7: 6, 8: 6, 10: 4}
_TEXT = ' font-size="11" font-family="sans-serif" fill="#5f6670"'
_FILL = 0.78
_LABELS = 6
_SHORTEST = 2.0
_WIDEST = 5.0

# Colours and dashes that stay apart for the colour-blind and in print (after Okabe and Ito).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES = ("none", "8 3", "2 3")
_WIDTH, _HEIGHT = 720, 320
_LEFT, _BOTTOM, _LEGEND = 56, 24, 20
# Most periods that have a point each, and most characters of a query in a legend.
_MOST_POINTS, _LONGEST_NAME = 80, 30


def bars_svg(
    timeline: Timeline,
    *,
    label: str,
    describe: Callable[[Count], str],
    link: Callable[[str], str],
    choose: str,
    height: int,
) -> str:
    """Return the bars of a timeline as an SVG element, as wide as its parent, with a scale on the left.

    The scale stands to the left of the element, where its parent must leave room.

    Args:
        timeline: The counts.
        label: Names the whole chart for screen readers.
        describe: Returns the name of one bar.
        link: Returns the address that the bar of a period leads to.
        choose: The address that a script completes with the range that is drawn over the bars.
        height: The height of the highest bar in pixels.
    """
    counts = timeline.counts
    ticks = _ticks(max((count.count for count in counts), default=1), parts=2, least=1)
    step = 100 / max(1, len(counts))
    shows_values = len(counts) <= _MOST_VALUES
    top = _VALUE if shows_values else _TOP
    floor = height + top
    labels = ",".join(count.value for count in counts)
    pieces = [
        f'<svg class="chart" width="100%" height="{floor + _AXIS}" role="group" aria-label="{escape(label)}"'
        f' data-periods="{labels}" data-choose="{escape(choose)}">',
        *(_scale(floor - height * tick / ticks[-1], f"{tick:,.0f}") for tick in ticks),
    ]
    for at, count in enumerate(counts):
        if count.count:
            told = escape(describe(count))
            size = max(_SHORTEST, height * count.count / ticks[-1])
            value = f"{count.count:,}" if shows_values else ""
            pieces.append(
                f'<a href="{escape(link(count.value))}" aria-label="{told}" tabindex="-1">'
                f'<rect class="reach" x="{at * step:.3f}%" y="0" width="{step:.3f}%" height="{floor}"'
                f' fill="transparent"/>'
                f"{_bar(at * step, step, size, floor, told, value)}</a>"
            )
    every = -(-len(counts) // _MOST_LABELS[len(counts[0].value)]) if counts else 1
    pieces.extend(
        _centred((at + 0.5) * step, floor + 14, count.value)
        for at, count in enumerate(counts)
        if at % every == 0
    )
    return "".join([*pieces, "</svg>"])


def _scale(y: float, text: str) -> str:
    line = f'<rect class="axis" x="0" y="{y:.1f}" width="100%" height="1" fill="#c9c5bb"/>'
    return f'{line}<text x="-6" y="{y + 4:.1f}"{_TEXT} text-anchor="end">{text}</text>'


def _centred(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.3f}%" y="{y:.1f}"{_TEXT} text-anchor="middle">{text}</text>'


def _bar(left: float, step: float, size: float, floor: int, told: str, value: str) -> str:
    width = min(step * _FILL, _WIDEST)
    shown = _centred(left + step / 2, floor - size - 4, value) if value else ""
    return (
        f'<rect class="bar" x="{left + (step - width) / 2:.3f}%" y="{floor - size:.1f}"'
        f' width="{width:.3f}%" height="{size:.1f}" fill="#1f6f6b"><title>{told}</title></rect>{shown}'
    )


def trend_svg(trend: Trend, *, link: Callable[[str], str] | None = None) -> str:
    """Return a trend as an SVG document: one line for each query, on one scale, with a legend.

    Args:
        trend: The queries over time.
        link: Returns the address that a period leads to; None for no links.
    """
    values = [[point.value for point in series.points] for series in trend.series]
    periods = [point.period for point in trend.series[0].points]
    ticks = _trend_ticks(trend)
    top = _LEGEND * len(values) + 8
    name = escape(", ".join(printable(series.query) for series in trend.series))

    def x(at: int) -> float:
        step = (_WIDTH - _LEFT - 12) / max(1, len(periods) - 1)
        return _LEFT + step * at if len(periods) > 1 else (_WIDTH + _LEFT) / 2

    def y(value: float) -> float:
        return top + (_HEIGHT - _BOTTOM) * (1 - value / ticks[-1])

    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="trend" viewBox="0 0 {_WIDTH} {top + _HEIGHT}"'
        f' font-size="11" font-family="sans-serif" fill="#5f6670" role="group" aria-label="{name}">'
        f"<title>{name}</title>",
        *(
            f'<path d="M{_LEFT} {y(tick):.1f}H{_WIDTH}" stroke="#c9c5bb" fill="none"/>'
            f'<text x="{_LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">'
            f"{written_value(tick, trend.measure)}</text>"
            for tick in ticks
        ),
        *_period_labels(periods, x, top + _HEIGHT - 6),
    ]
    for at, series in enumerate(trend.series):
        pieces.append(_line(at, [(x(place), y(value)) for place, value in enumerate(values[at])]))
        pieces.append(
            f'<path d="M{_LEFT} {_LEGEND * at + 12}h24" {_stroke(at)}/>'
            f'<text x="{_LEFT + 32}" y="{_LEGEND * at + 16}">{escape(printable(series.query))}</text>'
        )
    for place, period in enumerate(periods):
        told = _told(trend, place)
        width = (_WIDTH - _LEFT) / len(periods)
        area = (
            f'<rect class="reach" x="{x(place) - width / 2:.1f}" y="{top}" width="{width:.1f}"'
            f' height="{_HEIGHT - _BOTTOM}" fill="transparent"><title>{escape(told)}</title></rect>'
        )
        pieces.append(f'<a href="{escape(link(period))}">{area}</a>' if link else area)
    return "".join([*pieces, "</svg>\n"])


def lines_svg(trend: Trend, *, link: Callable[[str], str], choose: str, height: int = 300) -> str:
    """Return a trend as an SVG element, as wide as its parent, whose text keeps its size.

    Args:
        trend: The queries over time.
        link: Returns the address that a period leads to.
        choose: As for `bars_svg`.
        height: The height of the plot in pixels.
    """
    values = [[point.value for point in series.points] for series in trend.series]
    periods = [point.period for point in trend.series[0].points]
    ticks = _trend_ticks(trend)
    top = _LEGEND * len(values) + 8
    step = 100 / len(periods)
    name = escape(", ".join(printable(series.query) for series in trend.series))
    pieces = [
        f'<svg class="chart" width="100%" height="{top + height + _AXIS}" role="group" aria-label="{name}"'
        f' data-periods="{",".join(periods)}" data-choose="{escape(choose)}">',
        *(
            _scale(top + height * (1 - tick / ticks[-1]), written_value(tick, trend.measure))
            for tick in ticks
        ),
    ]
    for place, period in enumerate(periods):
        reach = (
            f'<rect class="reach" x="{place * step:.3f}%" y="{top}" width="{step:.3f}%" height="{height}"'
            f' fill="transparent"><title>{escape(_told(trend, place))}</title></rect>'
        )
        pieces.append(f'<a href="{escape(link(period))}" tabindex="-1">{reach}</a>')
    pieces.append(
        f'<svg x="0" y="{top}" width="100%" height="{height}" viewBox="0 0 1000 {height}"'
        ' preserveAspectRatio="none" overflow="visible" pointer-events="none">'
    )
    for at, some in enumerate(values):
        points = [
            (10 * step * (place + 0.5), height * (1 - value / ticks[-1])) for place, value in enumerate(some)
        ]
        pieces.append(_thin_line(at, points))
    pieces.append("</svg>")
    every = -(-len(periods) // _MOST_LABELS[len(periods[0])])
    pieces.extend(
        _centred((place + 0.5) * step, top + height + 14, periods[place])
        for place in range(0, len(periods), every)
    )
    pieces.extend(_named(at, series.query) for at, series in enumerate(trend.series))
    return "".join([*pieces, "</svg>"])


def _named(at: int, query: str) -> str:
    """Return the line of a legend."""
    name = escape(printable(query[:_LONGEST_NAME]))
    text = f'<text x="32" y="{_LEGEND * at + 14}"{_TEXT}>{name}</text>'
    return f'<path d="M0 {_LEGEND * at + 10}h24" {_stroke(at)}/>{text}'


def _told(trend: Trend, place: int) -> str:
    """Return a period and what each query has in it, in lines."""
    counts = [
        f"{printable(one.query)}: {written_value(one.points[place].value, trend.measure)}"
        for one in trend.series
    ]
    return "\n".join([trend.series[0].points[place].period, *counts])


def _thin_line(at: int, points: Sequence[tuple[float, float]]) -> str:
    """Return a line whose width stays the same however far its plot is stretched, with round points."""
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    line = f'<polyline points="{way}" {_stroke(at)} vector-effect="non-scaling-stroke"/>'
    if len(points) > _MOST_POINTS:
        return line
    dots = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in points)
    colour = _COLOURS[at % len(_COLOURS)]
    return (
        f'{line}<path d="{dots}" fill="none" stroke="{colour}" stroke-width="6" stroke-linecap="round"'
        ' vector-effect="non-scaling-stroke"/>'
    )


def _line(at: int, points: Sequence[tuple[float, float]]) -> str:
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{_COLOURS[at % len(_COLOURS)]}"/>'
        for x, y in points
    )
    return f'<polyline points="{way}" {_stroke(at)}/>{dots if len(points) <= _MOST_POINTS else ""}'


def _stroke(at: int) -> str:
    dashes = _DASHES[at // len(_COLOURS) % len(_DASHES)]
    return f'fill="none" stroke="{_COLOURS[at % len(_COLOURS)]}" stroke-width="2" stroke-dasharray="{dashes}"'


def _ticks(most: float, *, parts: int = 4, least: float = 0) -> list[float]:
    """Return round numbers, at least `least` apart, from 0 to the first not below the greatest value."""
    if most <= 0:
        return [0, 1]
    rough = max(most / parts, least)
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [number * step for number in range(math.ceil(most / step) + 1)]


def _trend_ticks(trend: Trend) -> list[float]:
    """Return the scale of a trend; what is counted has whole numbers."""
    most = max((point.value for series in trend.series for point in series.points), default=0)
    return _ticks(most, least=1 if trend.measure in ("articles", "occurrences") else 0)


def written_value(value: float, measure: str) -> str:
    """Return a value of a trend as its scale has it; shares are percentages."""
    if measure == "share":
        return f"{100 * value:.3f}".rstrip("0").rstrip(".") + "%"
    return f"{value:,.6g}"


def _period_labels(periods: Sequence[str], x: Callable[[int], float], y: float) -> Iterator[str]:
    every = -(-len(periods) // _LABELS) or 1
    for at in range(0, len(periods), every):
        yield f'<text x="{x(at):.1f}" y="{y}" text-anchor="middle">{periods[at]}</text>'
