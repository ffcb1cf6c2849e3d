"""Facets, timelines and similar articles as JSON and as lines; the same for command line and API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from search.corpus.facets import Count, Facets, Timeline
from search.output.records import hit_json, json_text
from search.output.terminal import columns, pad, printable, width
from search.searcher import Hit

__all__ = ["facets_json", "facets_lines", "similar_json", "timeline_json", "timeline_lines"]

_BLOCKS = " ▏▎▍▌▋▊▉█"
_LONGEST_BAR = 60


def facets_json(query: str, facets: Facets) -> str:
    """Facets as a JSON object on one line."""
    return json_text({"query": query, "by": facets.by, **_values(facets)})


def timeline_json(query: str, timeline: Timeline) -> str:
    """A timeline as a JSON object on one line."""
    return json_text({"query": query, "unit": timeline.unit, **_values(timeline)})


def similar_json(id: str, hits: Sequence[Hit]) -> str:
    """Similar articles as a JSON object on one line."""
    return f'{{"id": {json_text(id)}, "hits": [{", ".join(map(hit_json, hits))}]}}'


def _values(found: Facets | Timeline) -> dict[str, Any]:
    return {
        "total": found.total,
        "missing": found.missing,
        "partial": found.partial,
        "counts": [{"value": count.value, "count": count.count} for count in found.counts],
    }


def facets_lines(facets: Facets) -> Iterator[str]:
    """Facets for people: a summary, then a line for each."""
    yield _summary(facets, "date" if facets.by in ("year", "month") else facets.by)
    if facets.counts:
        yield ""
        rows = [(f"{count.count:,}", printable(count.value)) for count in facets.counts]
        yield from columns(rows, right=(0,))


def timeline_lines(timeline: Timeline, *, size: int) -> Iterator[str]:
    """A timeline for people, as bars; `size` is the terminal's width in columns."""
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
    text = f"{found.total:,} article{'' if found.total == 1 else 's'}"
    if found.partial:
        text += " with some of the words"
    return f"{text} · {found.missing:,} without {_WITH_ARTICLE[what]}" if found.missing else text
