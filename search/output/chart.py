"""A timeline as bars: SVG for pages and files.

Lengths across are percentages, so that a chart fits any width and its text
keeps its size. Colours are attributes, which a page's stylesheet overrides;
there is no style in it that a strict content security policy would refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from search.corpus.facets import Count, Timeline
from search.output.terminal import printable

__all__ = ["bars_svg", "chart_svg"]

_HEIGHT = 96
_AXIS = 18
_TOP = 4
_FILL = 0.78
_LABELS = 6
_SHORTEST = 2.0


def bars_svg(
    timeline: Timeline,
    *,
    label: str,
    describe: Callable[[Count], str],
    link: Callable[[str], str],
    height: int = _HEIGHT,
) -> str:
    """The bars of a timeline as an SVG element as wide as what it stands in.

    `label` names the whole for those who do not see it, `describe` one bar;
    `link` makes an address of a period, where its bar leads. The highest bar
    is `height` pixels high.
    """
    return "".join(
        [
            f'<svg class="chart" width="100%" height="{height + _AXIS}" role="group"'
            f' aria-label="{escape(label)}">',
            *_contents(timeline, describe, link, height),
            "</svg>",
        ]
    )


def chart_svg(timeline: Timeline, *, title: str, width: int = 720) -> str:
    """A timeline as an SVG file of its own, `width` pixels wide."""
    return "".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT + _AXIS}" role="img">',
            f"<title>{escape(printable(title))}</title>",
            *_contents(timeline, lambda count: f"{count.value}: {count.count}", None, _HEIGHT),
            "</svg>\n",
        ]
    )


def _contents(
    timeline: Timeline,
    describe: Callable[[Count], str],
    link: Callable[[str], str] | None,
    height: int,
) -> list[str]:
    counts = timeline.counts
    most = max((count.count for count in counts), default=1)
    step = 100 / max(1, len(counts))
    pieces = []
    for at, count in enumerate(counts):
        if count.count:
            bar = _bar(count, at * step, step, (height - _TOP) / most, height, describe(count))
            if link is not None:
                told = escape(describe(count))
                bar = (
                    f'<a href="{escape(link(count.value))}" aria-label="{told}" tabindex="-1">'
                    f'<rect class="reach" x="{at * step:.3f}%" y="0" width="{step:.3f}%" height="{height}"'
                    f' fill="transparent"/>{bar}</a>'
                )
            pieces.append(bar)
    pieces.append(f'<rect class="axis" x="0" y="{height}" width="100%" height="1" fill="#c9c5bb"/>')
    every = -(-len(counts) // _LABELS)
    pieces.extend(
        f'<text x="{(at + 0.5) * step if every == 1 else at * step:.3f}%" y="{height + 14}"'
        f' font-size="11" font-family="sans-serif" fill="#5f6670"'
        f' text-anchor="{"middle" if every == 1 else "start"}">{count.value}</text>'
        for at, count in enumerate(counts)
        if at % every == 0
    )
    return pieces


def _bar(count: Count, left: float, step: float, each: float, floor: int, told: str) -> str:
    height = max(_SHORTEST, each * count.count)
    width = min(step * _FILL, 5.0)
    return (
        f'<rect class="bar" x="{left + (step - width) / 2:.3f}%" y="{floor - height:.1f}"'
        f' width="{width:.3f}%" height="{height:.1f}" fill="#1f6f6b"><title>{escape(told)}</title></rect>'
    )
