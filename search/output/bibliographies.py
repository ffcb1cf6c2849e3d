"""Lists of articles for reference managers: BibTeX, RIS, CSL-JSON, and Markdown for notes.

Titles and names are written by strangers: each format escapes what it would act on, and no value
takes more than one line, so none can begin a field or an entry of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, tzinfo
from hashlib import sha256
from typing import Any

from search.output.citations import Work, work_of
from search.output.terminal import printable
from search.output.values import json_text
from search.results import Hit

__all__ = ["bibtex_lines", "csl_json_lines", "markdown_lines", "ris_lines"]

_NO_KEY = re.compile("[^A-Za-z0-9]+")
_LONGEST_KEY = 40

# What TeX acts on. A backslash before a brace would still count as a brace in BibTeX.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "#$%&_"},
    }
)
# An address is taken as it is, but its braces must not end the value.
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})

_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~!|$]|:(?=//)|(?<=www)\.")
# What begins a heading, a list or a quotation where it stands first.
_MARKDOWN_START = re.compile(r"^([0-9]*)(?=[#+\-=>.)])")
_LINK = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "<>()\\ `\"'[]|"})


def citation_key(id: str) -> str:
    """Return a key for an article: ASCII, the same each time, another for another id."""
    words = _NO_KEY.sub("-", id).strip("-")[-_LONGEST_KEY:].strip("-")
    return f"{words or 'article'}-{sha256(id.encode()).hexdigest()[:8]}"


def bibtex_lines(hits: Iterable[Hit], *, tz: tzinfo) -> Iterator[str]:
    """Return an entry `@online` for each hit, with the fields of biblatex."""
    for hit in hits:
        work = work_of(hit, tz=tz)
        fields = [
            # Braces within keep a name or title whole, and its capitals as they are.
            ("author", " and ".join(f"{{{_tex(name)}}}" for name in work.authors)),
            ("title", f"{{{_tex(work.title)}}}"),
            ("organization", f"{{{_tex(work.outlet)}}}" if work.outlet else ""),
            ("date", _iso(work.published)),
            ("url", work.url.translate(_URL)),
            ("urldate", _iso(work.archived)),
            ("keywords", ", ".join(_tex(tag.replace(",", " ")) for tag in work.tags)),
        ]
        yield f"@online{{{citation_key(work.id)},"
        yield from (f"  {name} = {{{value}}}," for name, value in fields if value)
        yield "}"
        yield ""


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def ris_lines(hits: Iterable[Hit], *, tz: tzinfo) -> Iterator[str]:
    """Return a record of RIS for each hit: a web page, or a newspaper article if it has no url."""
    for hit in hits:
        work = work_of(hit, tz=tz)
        fields = [
            ("TY", "ELEC" if work.url else "NEWS"),
            ("ID", citation_key(work.id)),
            *(("AU", name) for name in work.authors),
            ("TI", work.title),
            ("T2", work.outlet),
            ("PY", f"{work.published.year:04}" if work.published else ""),
            ("DA", f"{_slashed(work.published)}/" if work.published else ""),
            ("UR", work.url),
            ("Y2", f"{_slashed(work.archived)}/" if work.archived else ""),
            *(("KW", tag) for tag in work.tags),
        ]
        yield from (f"{name}  - {value}" for name, value in fields if value)
        yield "ER  - "
        yield ""


def _slashed(day: date) -> str:
    return day.isoformat().replace("-", "/")


def csl_json_lines(hits: Iterable[Hit], *, tz: tzinfo) -> Iterator[str]:
    """Return an array of CSL-JSON with a line for each hit."""
    before = "["
    for hit in hits:
        yield before
        before = json_text(_csl(work_of(hit, tz=tz))) + ","
    yield before.removesuffix(",")
    yield "]"


def _csl(work: Work) -> dict[str, Any]:
    values = {
        "id": citation_key(work.id),
        "type": "webpage" if work.url else "article-newspaper",
        "title": work.title,
        "author": [{"literal": name} for name in work.authors],
        "container-title": work.outlet,
        "issued": _parts(work.published),
        "accessed": _parts(work.archived),
        "URL": work.url,
        "keyword": ", ".join(work.tags),
    }
    return {name: value for name, value in values.items() if value}


def _parts(day: date | None) -> dict[str, Any] | None:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else None


def markdown_lines(hits: Iterable[Hit], *, tz: tzinfo) -> Iterator[str]:
    """Return an item of a list for each hit: the title as a link, authors, outlet, days and id."""
    for hit in hits:
        work = work_of(hit, tz=tz)
        title = _markdown(work.title)
        if work.url.lower().startswith(("http://", "https://")):
            title = f"[{title}]({work.url.translate(_LINK)})"
        published = " · ".join(
            filter(None, (*map(_markdown, work.authors), _markdown(work.outlet), _iso(work.published)))
        )
        archived = f"archived {_iso(work.archived)}" if work.archived else ""
        rest = " · ".join(filter(None, (published, archived, _code(work.id))))
        yield f"- {title} · {rest}"


def _markdown(text: str) -> str:
    return _MARKDOWN_START.sub(r"\1\\", _MARKDOWN.sub(lambda sign: f"\\{sign[0]}", text))


def _code(id: str) -> str:
    shown = printable(id)
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"
