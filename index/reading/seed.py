"""One seed, from its bytes to an article.

Here the parts come together: the encoding, the frame around the body, the
body's paragraphs, and the date, which is taken from the first place that
gives one.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from urllib.parse import urlsplit

from index.article import Article
from index.errors import SeedError
from index.reading import dates
from index.reading.encoding import decode, looks_binary
from index.reading.header import Header, parse_header
from index.reading.html import read_fragment
from index.reading.limits import DEFAULT_LIMITS, Limits

__all__ = ["read_seed"]


def read_seed(
    data: bytes,
    *,
    id: str,
    path: str,
    folder: str | None = None,
    today: date | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Article:
    """The article that a seed's bytes hold.

    `path` is named in errors; `folder` is the seed's parent folder, one of the
    article's sources. A date after the day that follows `today` (by default
    now, in UTC) is none. Raises SeedError where the bytes are no text, hold no
    title, or hold more text than `limits` allow.
    """
    if looks_binary(data[:4096]):
        raise SeedError(path, "not a text file")
    frame = parse_header(decode(data), path=path)
    if len(frame.title) > limits.characters:
        raise SeedError(path, _too_long("title", limits))
    if today is None:
        today = datetime.now(timezone.utc).date()
    found = [paragraph.text for paragraph in read_fragment(frame.body)[0]]
    if sum(map(len, found)) > limits.characters:
        raise SeedError(path, _too_long("text", limits))
    moment, dated_by = _dated(frame, found, today)
    names = (folder or "", _host(frame.url))
    return Article(
        id=id,
        title=frame.title,
        body="\n".join(_without_heading(found, frame.title)),
        url=frame.url,
        sources=names,
        date=moment,
        dated_by=dated_by,
    )


def _too_long(what: str, limits: Limits) -> str:
    return f"its {what} has more than {limits.characters:,} characters, which is the limit"


def _host(url: str) -> str:
    """The host of a url without `www.`, or nothing; www.rfi.fr/cn needs no scheme to have one."""
    url = url.strip()
    try:
        host = urlsplit(f"//{url}" if url.lower().startswith("www.") else url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


# ── the date ────────────────────────────────────────────────────────────────

_TIME_TAG = re.compile(r"<(?:time|meta)\b([^<>]{1,1000})>", re.IGNORECASE)
_DATETIME = re.compile(r"""\b(?:datetime|content)\s*=\s*["']?([^"'<>]+)""", re.IGNORECASE)
_PUBLISHED = re.compile(r"publi|pubdate", re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")


def _dated(frame: Header, found: list[str], today: date) -> tuple[datetime | None, str]:
    """The date and what it was taken from: the first of the design's list that gives one."""
    if frame.millis is not None and (moment := dates.from_millis(frame.millis, today=today)):
        return moment, "header"
    if moment := dates.from_text(frame.date_line, today=today):
        return moment, "date line"
    if moment := dates.from_text(frame.front_date, today=today):
        return moment, "front matter"
    if moment := _time_element(frame.body, today):
        return moment, "time element"
    for block in _first_blocks(frame, found):
        if moment := dates.from_block(block, today=today):
            return moment, "first block"
    if moment := dates.from_url(frame.url, today=today):
        return moment, "url"
    return None, ""


def _time_element(markup: str, today: date) -> datetime | None:
    """The date of the first `<time>`, or of the first that says it is the publication's."""
    first = None
    for tag in _TIME_TAG.finditer(markup):
        is_meta = tag[0][1:5].lower() == "meta"
        published = _PUBLISHED.search(tag[1]) is not None
        value = _DATETIME.search(tag[1])
        if value is None or (is_meta and not published):
            continue
        moment = dates.from_text(value[1], today=today)
        if moment is not None and published:
            return moment
        first = first or moment
    return first


def _first_blocks(frame: Header, found: list[str]) -> list[str]:
    """The body's first text as it stands, and the first paragraph that is not the title."""
    pieces = (piece.strip() for piece in _MARKUP.split(frame.body[:4000]))
    raw = [piece for piece in pieces if piece and not _same(piece, frame.title)]
    read = [paragraph for paragraph in found[:2] if not _same(paragraph, frame.title)]
    return raw[:1] + read[:1]


# ── what repeats the header ─────────────────────────────────────────────────

#: A page's own heading is one of so many first paragraphs.
HEADING_WITHIN = 5


def _same(paragraph: str, title: str) -> bool:
    """Whether two texts have the same letters and digits."""
    if abs(len(paragraph) - len(title)) > len(title) + 4:
        return False
    return list(filter(str.isalnum, paragraph)) == list(filter(str.isalnum, title))


def _without_heading(found: list[str], title: str) -> list[str]:
    """The paragraphs without the title's repetition and the dates at the top of the page.

    Both are known from the seed's frame, and a snippet should not begin with them.
    """
    for at, paragraph in enumerate(found[:HEADING_WITHIN]):
        if title and _same(paragraph, title):
            found = found[:at] + found[at + 1 :]
            break
    first = 0
    while first < len(found) and dates.is_date_line(found[first]):
        first += 1
    return found[first:]
