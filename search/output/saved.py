"""Saved queries, and what is new for them, as text for people and as the dataclasses that JSON is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from search.calendar import in_zone
from search.output.language import say
from search.output.terminal import columns, printable
from search.output.text import counted, pasteable, write_date
from search.results import Hit
from search.saved import News, SavedQuery

__all__ = ["NewsRecord", "NewsRecords", "SavedRecord", "SavedRecords", "news_lines", "saved_lines"]


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A saved query as JSON has it."""

    name: str
    query: str
    after: str | None
    before: str | None
    source: tuple[str, ...]
    variants: bool
    seen: datetime

    @classmethod
    def of(cls, saved: SavedQuery) -> SavedRecord:
        """Return the record of a saved query."""
        filters = (saved.after or None, saved.before or None, saved.source)
        return cls(saved.name, saved.query, *filters, variants=saved.variants, seen=saved.seen)


@dataclass(frozen=True, slots=True)
class SavedRecords:
    """All saved queries."""

    saved: tuple[SavedRecord, ...]


@dataclass(frozen=True, slots=True)
class NewsRecord:
    """What is new for a saved query."""

    saved: SavedRecord
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class NewsRecords:
    """What is new for some saved queries."""

    new: tuple[NewsRecord, ...]

    @classmethod
    def of(cls, news: Iterable[News]) -> NewsRecords:
        """Return the records of what is new."""
        return cls(tuple(NewsRecord(SavedRecord.of(one.saved), len(one.hits), one.hits) for one in news))


def saved_lines(queries: Iterable[SavedQuery], *, tz: tzinfo) -> Iterator[str]:
    """Return a line for each saved query: its name, when it was looked at, and what it asks."""
    rows = [(printable(one.name), write_date(one.seen, tz), _asked(one)) for one in queries]
    return columns(rows) if rows else iter(())


def _asked(saved: SavedQuery) -> str:
    filters = [
        ("--after", saved.after),
        ("--before", saved.before),
        *(("--source", name) for name in saved.source),
    ]
    written = [f"{option} {pasteable(value)}" for option, value in filters if value]
    written += ["--variants"] if saved.variants else []
    return printable(" ".join(filter(None, [saved.query, *written])))


def news_lines(news: Sequence[News], *, tz: tzinfo) -> Iterator[str]:
    """Return what is new for each query that has anything new; one line if none has."""
    if not any(one.hits for one in news):
        yield say("nothing is new")
    blank = False
    for one in news:
        if not one.hits:
            continue
        if blank:
            yield ""
        blank = True
        yield f"{printable(one.saved.name)}: {say(counted(len(one.hits), 'new article'))}"
        for hit in one.hits:
            date = say("no date") if hit.date is None else in_zone(hit.date, tz).date().isoformat()
            about = [date, *map(printable, hit.sources[:1]), printable(pasteable(hit.id))]
            yield f"  {printable(hit.title)}"
            yield f"    {' · '.join(about)}"
