"""The header of the customer's seeds: a time stamp, `[title](url)`, a rule, perhaps a line `日期：`.

    <!--1602067601000-->
    [慢车的早晨](https://www.example.org/a)
    ------

`docs/reading.md` describes it for those who write such files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Header", "split_header"]


@dataclass(frozen=True, slots=True)
class Header:
    """The values of a header as written, and the text after it.

    `stamp` is the time stamp in milliseconds, empty if there is none; `ruled` is true if a rule ends it.
    """

    title: str
    url: str
    body: str
    stamp: str = ""
    date_line: str = ""
    ruled: bool = False


_STAMP = re.compile(r"\s*<!--[ \t]*(?P<millis>-?\d{1,20}|NaN|null|undefined)?[ \t]*-->")
# The title may run over lines; the link ends with its line. A rule follows,
# which old archives leave out.
_HEADER = re.compile(
    r"\s*(?P<link>\[[^\n]*(?:\n[^\n]+){0,3}?\))[ \t]*(?:\n|\Z)(?P<rule>\s*-{3,}[ \t]*(?:\n|\Z))?"
)
_AGAIN = re.compile(
    r"\s*<!--[ \t]*(?:-?\d{1,20}|NaN|null|undefined)?[ \t]*-->\s*\[[^\n]*\)[ \t]*\n\s*-{3,}[ \t]*(?:\n|\Z)"
)
_DATE_LINE = re.compile(
    r"\s*(?:日期|[Dd]ate)[ \t]*[:：][ \t]*(?P<date>[^\n<]{4,60}?)[ \t]*(?:<br\s*/?>)?[ \t]*(?:\n|\Z)"
)
_SCHEME = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|www\.)")


def split_header(text: str) -> Header | None:
    """Take the header off a text; None where it has none.

    A time stamp alone is a header as well, without a title.
    """
    stamp = _STAMP.match(text)
    after = stamp.end() if stamp else 0
    millis = stamp["millis"] if stamp and stamp["millis"] and stamp["millis"][-1].isdigit() else ""
    found = _HEADER.match(text, after)
    if found is not None and (link := _link(found["link"])) is not None:
        body, date_line = after_header(text, found.end())
        return Header(*link, body, millis, date_line, found["rule"] is not None)
    if stamp is None or not millis:
        return None
    return Header("", "", text[after:], millis)


def after_header(text: str, begin: int = 0) -> tuple[str, str]:
    """Return the body, without a header that stands there again, and the text of a date line."""
    while (again := _AGAIN.match(text, begin)) is not None:
        begin = again.end()
    found = _DATE_LINE.match(text, begin)
    return (text[begin:], "") if found is None else (text[found.end() :], found["date"])


def _link(link: str) -> tuple[str, str] | None:
    """Return title and url of `[title](url)`, where both may hold any brackets.

    Of the places where the title may end, one counts after which something
    like a url begins, better one that leaves the brackets on both sides in
    pairs, and the last of those.
    """
    inner = link[1:-1]
    ends = [found.start() for found in re.finditer(r"\]\(", inner)]
    if not ends:
        return None

    def fitness(end: int) -> tuple[bool, bool, int]:
        title, url = inner[:end], inner[end + 2 :].strip()
        paired = title.count("[") == title.count("]") and url.count("(") == url.count(")")
        return (not url or _SCHEME.match(url) is not None, paired, end)

    end = max(ends, key=fitness)
    return " ".join(inner[:end].split()), inner[end + 2 :].strip()
