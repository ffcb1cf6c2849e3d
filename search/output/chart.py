"""A timeline as an SVG element with bars, for pages.

Horizontal lengths are percentages, so that a chart fits any width while its
text keeps its size. Colours are attributes, which a page's stylesheet
overrides, because a strict content security policy would refuse styles.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from search.corpus.facets import Count, Timeline

__all__ = ["bars_svg"]

_AXIS = 18
_TOP = 4
_FILL = 0.78
_LABELS = 6
_SHORTEST = 2.0
_WIDEST = 5.0


def bars_svg(
    timeline: Timeline,
    *,
    label: str,
    describe: Callable[[Count], str],
    link: Callable[[str], str],
    height: int,
) -> str:
    """Return the bars of a timeline as an SVG element, as wide as its parent.

    Args:
        timeline: The counts.
        label: Names the whole chart for screen readers.
        describe: Returns the name of one bar.
        link: Returns the address that the bar of a period leads to.
        height: The height of the highest bar in pixels.
    """
    counts = timeline.counts
    most = max((count.count for count in counts), default=1)
    step = 100 / max(1, len(counts))
    pieces = [
        f'<svg class="chart" width="100%" height="{height + _AXIS}" role="group"'
        f' aria-label="{escape(label)}">'
    ]
    for at, count in enumerate(counts):
        if count.count:
            told = escape(describe(count))
            pieces.append(
                f'<a href="{escape(link(count.value))}" aria-label="{told}" tabindex="-1">'
                f'<rect class="reach" x="{at * step:.3f}%" y="0" width="{step:.3f}%" height="{height}"'
                f' fill="transparent"/>'
                f"{_bar(at * step, step, (height - _TOP) * count.count / most, height, told)}</a>"
            )
    pieces.append(f'<rect class="axis" x="0" y="{height}" width="100%" height="1" fill="#c9c5bb"/>')
    every = -(-len(counts) // _LABELS)
    pieces.extend(
        f'<text x="{(at + 0.5) * step if every == 1 else at * step:.3f}%" y="{height + 14}"'
        f' font-size="11" font-family="sans-serif" fill="#5f6670"'
        f' text-anchor="{"middle" if every == 1 else "start"}">{count.value}</text>'
        for at, count in enumerate(counts)
        if at % every == 0
    )
    return "".join([*pieces, "</svg>"])


def _bar(left: float, step: float, size: float, floor: int, told: str) -> str:
    size = max(_SHORTEST, size)
    width = min(step * _FILL, _WIDEST)
    return (
        f'<rect class="bar" x="{left + (step - width) / 2:.3f}%" y="{floor - size:.1f}"'
        f' width="{width:.3f}%" height="{size:.1f}" fill="#1f6f6b"><title>{told}</title></rect>'
    )
