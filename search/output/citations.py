"""References to articles in the usual styles, for people to copy.

Every article is cited as one kind of work, a text that an outlet has published online. With one kind,
each style is a few rules, and `csl-json` (bibliographies.py) has the same facts for every other style.
Names are given as they were written: nothing says which part of a name is the family's.

The date of archiving, when the article came into the index, is the date of access: the text that is
cited is the one of that day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal, TypeAlias, get_args

from search.calendar import in_zone
from search.output.terminal import printable
from search.results import Hit

__all__ = ["STYLES", "STYLE_NAMES", "Style", "Work", "cited", "work_of"]

Style: TypeAlias = Literal["gb7714", "apa", "chicago", "mla"]

# English, whatever the locale: these styles are.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
# After one of these a title needs no full stop.
_ENDS = tuple(".?!。？！…")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Work:
    """What a reference says of an article: text on one line, days by the reader's clock."""

    id: str
    title: str
    authors: tuple[str, ...]
    outlet: str
    published: date | None
    url: str
    archived: date | None
    tags: tuple[str, ...] = ()


def work_of(hit: Hit, *, tz: tzinfo) -> Work:
    """Return what is cited of a hit; without a title, its id, which may be blank too."""
    return Work(
        id=hit.id,
        title=_line(hit.title) or _line(hit.id) or "[untitled]",
        authors=tuple(filter(None, map(_line, hit.authors))),
        outlet=_line(hit.sources[0]) if hit.sources else "",
        published=_day(hit.date, tz),
        url="".join(printable(hit.url).split()),
        archived=_day(hit.added, tz),
        tags=tuple(filter(None, map(_line, hit.tags))),
    )


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _day(moment: datetime | None, tz: tzinfo) -> date | None:
    return None if moment is None else in_zone(moment, tz).date()


def cited(work: Work, style: Style) -> str:
    """Return the reference to a work, without a number.

    Args:
        work: The work.
        style: "gb7714" for GB/T 7714-2015, "apa" for APA 7, "chicago" for a bibliography by the
            Chicago Manual of Style 17, "mla" for MLA 9.
    """
    return STYLES[style](work)


def _gb7714(work: Work) -> str:
    authors = list(work.authors[:3])
    if len(work.authors) > 3:
        authors.append("等" if _HAN.search("".join(authors)) else "et al")
    medium = "EB/OL" if work.url else "N" if work.outlet else "Z"
    text = f"{_stopped(', '.join(authors))} " if authors else ""
    text += f"{work.title}[{medium}]."
    day = work.published.isoformat() if work.published else ""
    if not work.url:
        rest = ", ".join(filter(None, (work.outlet, day)))
        return f"{text} {rest}." if rest else text
    issued = f"({day})" if day else ""
    if work.outlet:
        issued = f"{work.outlet}, {day[:4]}{issued}" if day else work.outlet
    accessed = f"[{work.archived.isoformat()}]" if work.archived else ""
    rest = issued + accessed
    return f"{text} {rest}. {work.url}." if rest else f"{text} {work.url}."


def _apa(work: Work) -> str:
    day = f"({_year_first(work.published)})." if work.published else "(n.d.)."
    title = _stopped(work.title)
    lead = [_stopped(_joined(work.authors, "&")), day, title] if work.authors else [title, day]
    if work.outlet and work.outlet not in work.authors:
        lead.append(_stopped(work.outlet))
    if work.url:
        since = f"Retrieved {_english(work.archived)}, from " if work.archived else ""
        lead.append(since + work.url)
    return " ".join(lead)


def _chicago(work: Work) -> str:
    lead = [_stopped(_joined(work.authors, "and"))] if work.authors else []
    lead.append(f"“{_stopped(work.title)}”")
    published = ", ".join(filter(None, (work.outlet, _english(work.published))))
    lead.append(_stopped(published) if published else "n.d.")
    if work.archived and work.url:
        lead.append(f"Accessed {_english(work.archived)}.")
    if work.url:
        lead.append(f"{work.url}.")
    return " ".join(lead)


def _mla(work: Work) -> str:
    authors = f"{work.authors[0]}, et al" if len(work.authors) > 2 else _joined(work.authors, "and")
    lead = [_stopped(authors)] if authors else []
    lead.append(f"“{_stopped(work.title)}”")
    day = (
        f"{work.published.day} {_MLA_MONTHS[work.published.month - 1]} {work.published.year}"
        if work.published
        else ""
    )
    if container := ", ".join(filter(None, (work.outlet, day, work.url))):
        lead.append(f"{container}.")
    if work.archived and work.url:
        accessed = work.archived
        lead.append(f"Accessed {accessed.day} {_MLA_MONTHS[accessed.month - 1]} {accessed.year}.")
    return " ".join(lead)


STYLES: dict[Style, Callable[[Work], str]] = {
    "gb7714": _gb7714,
    "apa": _apa,
    "chicago": _chicago,
    "mla": _mla,
}
STYLE_NAMES: dict[Style, str] = {
    "gb7714": "GB/T 7714",
    "apa": "APA",
    "chicago": "Chicago",
    "mla": "MLA",
}
assert set(STYLES) == set(STYLE_NAMES)
assert set(STYLES) == set(get_args(Style))


def _stopped(text: str) -> str:
    return text if text.endswith(_ENDS) else f"{text}."


def _joined(names: Sequence[str], word: str) -> str:
    if len(names) < 2:
        return "".join(names)
    comma = "" if len(names) == 2 and word == "and" else ","
    return f"{', '.join(names[:-1])}{comma} {word} {names[-1]}"


def _english(day: date | None) -> str:
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}" if day else ""


def _year_first(day: date) -> str:
    return f"{day.year}, {_MONTHS[day.month - 1]} {day.day}"
