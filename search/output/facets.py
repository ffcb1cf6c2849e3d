"""Facets and timelines as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.corpus.facets import Count, Facets, Timeline
from search.output.language import say
from search.output.terminal import columns, pad, printable, width
from search.output.text import counted

__all__ = ["facets_lines", "timeline_lines"]

_BLOCKS = " ▏▎▍▌▋▊▉█"
_LONGEST_BAR = 60


def facets_lines(facets: Facets) -> Iterator[str]:
    """Return a summary, then a line for each count."""
    yield _summary(facets, "date" if facets.by in ("year", "month") else facets.by)
    if facets.counts:
        yield ""
        rows = [(f"{count.count:,}", printable(count.value)) for count in facets.counts]
        yield from columns(rows, right=(0,))


def timeline_lines(timeline: Timeline, *, size: int) -> Iterator[str]:
    """Return a summary, then a bar for each period; `size` is the terminal's width in columns."""
    yield _summary(timeline, "date")
    if timeline.counts:
        yield ""
        yield from _bars(timeline.counts, size)


def _bars(counts: Sequence[Count], size: int) -> Iterator[str]:
    most = max(count.count for count in counts)
    digits = len(f"{most:,}")
    label = max(width(count.value) for count in counts)
    room = max(10, min(_LONGEST_BAR, size - label - digits - 4))
    for count in counts:
        eighths = max(round(8 * room * count.count / most), 1) if count.count else 0
        bar = "█" * (eighths // 8) + _BLOCKS[eighths % 8].strip()
        yield f"{pad(count.value, label)}  {count.count:>{digits},}  {bar}".rstrip()


_WITH_ARTICLE = {"author": "an author", "date": "a date", "source": "a source", "tag": "a tag"}


def _summary(found: Facets | Timeline, what: str) -> str:
    text = counted(found.total, "article")
    if found.partial:
        text += " with some of the words"
    without = f"{found.missing:,} without {_WITH_ARTICLE.get(what, printable(what))}"
    return f"{say(text)} · {say(without)}" if found.missing else say(text)
