"""Make an article of a draft: choose title, date and url, and drop lines of text that repeat them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from index.article import Article
from index.errors import SeedError
from index.own_fields import OwnFields
from index.reading import dates
from index.reading.bylines import authors_in
from index.reading.draft import Draft, Kind, Paragraph, Removed, Value
from index.reading.html import is_same
from index.reading.limits import Limits
from index.reading.outlets import host_of, original_url
from index.reading.own_values import read_fields
from index.reading.records import KEYS, plain

__all__ = ["PAGE", "Read", "assemble"]

PAGE = "html page"

# Paragraphs at the start among which the article's own heading is looked for.
_HEADING_WITHIN = 5
_LONGEST_TITLE = 300
# Most characters of a date line: with a time of day, and without.
_TIMED_LINE, _DATE_LINE = 120, 40
_BEFORE_PROSE = 200
_LINES = 30
_OLD_DAY = re.compile(r"(?<!\d)1[89]\d\d(?:年\d{1,2}月\d{1,2}日|-\d{2}-\d{2}(?!\d))")
_DATE_PREFIX = re.compile(
    r"(?:\[\d{1,5}\]\s*)?(?:(?:19|20)\d\d(?:[-_.年]\d{1,2}(?:[-_.月]\d{1,2}日?)?(?!\d)|\d{4}(?!\d)))[-_. ]*"
)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,9}$")
# Notion adds one to the name of every file that it exports.
_NOTION = re.compile(r"(?<=\S) [0-9a-f]{32}$")
# A file of such a name is called by its folder.
_NAMELESS = frozenset(["index", "content", "post", "article", "main", "default"])
_BRACKETED = re.compile(r"【[^【】\n]{2,200}】$")


@dataclass(frozen=True, slots=True)
class Read:
    """An article as it was read: the draft it was made of, and the origin of each property that was chosen.

    `spare_id` is for an item of a file whose own id another article has. `wrong_fields`
    has what is wrong with values of own fields that were left out.
    """

    article: Article
    draft: Draft
    origins: dict[str, str]
    spare_id: str = ""
    wrong_fields: dict[str, str] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Characters of the body."""
        return len(self.article.body)

    @property
    def lost(self) -> int:
        """Characters that were taken for boilerplate."""
        return sum(len(removed.text) for removed in self.draft.removed)


def assemble(
    draft: Draft,
    *,
    id: str,
    path: str,
    name: str,
    folder: str | None,
    today: date,
    limits: Limits,
    zone: tzinfo,
    own_fields: OwnFields = (),
) -> Read:
    """Make the article that a draft describes.

    Args:
        draft: The draft; text that is dropped here is added to its `removed`.
        id: The article's.
        path: Names the file in errors.
        name: The file's path below the archive, a last place to look for title and date; empty for an item
            of many.
        folder: The folder that names the outlet, if one does.
        today: Dates after the day after this are ignored.
        limits: See `Limits`.
        zone: Of times without one.
        own_fields: Declared own fields; a value that cannot be read as its kind becomes a warning.

    Raises:
        SeedError: There is neither a title nor a text, or more than the limits allow.
    """
    heading = next((one for one in draft.paragraphs[:_HEADING_WITHIN] if one.kind == Kind.HEADING), None)
    title = _title(draft, heading, name)
    url = next((Value(original_url(one.text), one.origin) for one in draft.urls if one.text), None)
    if not draft.paragraphs and not any(value.text.strip() for value in draft.titles):
        raise SeedError(path, "neither a title nor a text")
    _check_size(title.text, draft.paragraphs, limits, path)
    moment, dated_by = _dated(draft, url.text if url else "", name, today, zone)
    if not draft.authors and draft.format != PAGE:
        draft.authors = _authors(draft.paragraphs)
    body = draft.paragraphs = _body(draft, title)
    fields, wrong = read_fields(draft.values, own_fields, zone=zone)
    draft.warnings += [f"{name} {problem}" for name, problem in wrong.items()]
    article = Article(
        id=id,
        title=title.text,
        body="\n".join(paragraph.text.replace("\n", " ") for paragraph in body),
        kinds=_kinds(body),
        url=url.text if url else "",
        sources=(folder or "", *(one.text for one in draft.sources), host_of(url.text) if url else ""),
        authors=tuple(dict.fromkeys(one.text for one in draft.authors)),
        tags=tuple(dict.fromkeys(one.text for one in draft.tags)),
        date=moment,
        dated_by=dated_by,
        titled_by=title.origin,
        fields=fields,
    )
    origins = {"title": title.origin, "date": dated_by, "url": url.origin if url else ""}
    return Read(article, draft, origins, wrong_fields=wrong)


def _body(draft: Draft, title: Value) -> list[Paragraph]:
    """Return the paragraphs without the title and the date that stand above the text."""
    body = _without_heading(draft, title)
    while body and dates.is_date_line(body[0].text):
        draft.removed.append(Removed(body[0].text, "date line"))
        body = body[1:]
    return body


def _kinds(body: list[Paragraph]) -> str:
    """Return a letter for each paragraph; nothing where all are plain text."""
    kinds = "".join([paragraph.kind for paragraph in body])  # a `Kind` is a string, its letter
    return kinds if kinds.strip(Kind.TEXT.value) else ""


def _check_size(title: str, paragraphs: list[Paragraph], limits: Limits, path: str) -> None:
    sizes = {"title": len(title), "text": sum(len(paragraph.text) for paragraph in paragraphs)}
    for what, size in sizes.items():
        if size > limits.characters:
            raise SeedError(
                path, f"its {what} has more than {limits.characters:,} characters, which is the limit"
            )


# ── the title ───────────────────────────────────────────────────────────────


def _title(draft: Draft, heading: Paragraph | None, name: str) -> Value:
    """Return the first title that the file gives, else its heading, its first line, or its name."""
    for value in draft.titles:
        if text := plain(value.text):
            return Value(text, value.origin)
    if heading is not None and len(heading.text) <= _LONGEST_TITLE:
        return Value(heading.text, "heading")
    first = draft.paragraphs[0].text if draft.paragraphs else ""
    if _BRACKETED.match(first):
        return Value(first[1:-1], "first line")
    if name:
        return Value(title_from_name(name), "file name")
    return Value(first if len(first) <= 40 else f"{first[:39]}…", "first line")


def title_from_name(name: str) -> str:
    """Return a file's name as a title: without its ending and a date before it, `-` and `_` as written."""
    folder, _, stem = name.rpartition("/")
    if folder and stem.partition(".")[0].lower() in _NAMELESS:
        stem = folder.rpartition("/")[2]
    while (shorter := _SUFFIX.sub("", stem)) != stem and shorter:
        stem = shorter
        if not stem.lower().endswith((".md", ".txt", ".html", ".htm", ".json")):
            break
    stem = _NOTION.sub("", stem)
    prefix = _DATE_PREFIX.match(stem)
    return (stem[prefix.end() :].strip() if prefix else stem) or stem


def _without_heading(draft: Draft, title: Value) -> list[Paragraph]:
    """Return the paragraphs without the heading, or the first line in brackets, that is the title."""
    for number, paragraph in enumerate(draft.paragraphs[:_HEADING_WITHIN]):
        line = title.origin == "first line" and _BRACKETED.match(paragraph.text) is not None
        if title.text and (line or (paragraph.kind == Kind.HEADING and is_same(paragraph.text, title.text))):
            draft.removed.append(Removed(paragraph.text, "repeats the title"))
            return draft.paragraphs[:number] + draft.paragraphs[number + 1 :]
    return draft.paragraphs


def _authors(paragraphs: list[Paragraph]) -> list[Value]:
    """Return whom the first lines before the prose name as authors."""
    found: list[Value] = []
    for paragraph in paragraphs[:_HEADING_WITHIN]:
        if len(paragraph.text) <= _DATE_LINE * 2 and not found:
            found = [Value(name, "byline") for name in authors_in(paragraph.text)]
    return found


# ── the date ────────────────────────────────────────────────────────────────


def _dated(draft: Draft, url: str, name: str, today: date, zone: tzinfo) -> tuple[datetime | None, str]:
    """Return the first date in the order of trust, and where it stands; an update's comes last."""
    late = [value for value in draft.dates if value.origin.rpartition(": ")[2] in KEYS["updated"]]
    values = [value for value in draft.dates if value not in late]
    # In the order of cost as well: most files say their date, and no line need be looked through.
    places = (
        lambda: values,
        lambda: [] if draft.format == PAGE else _date_lines(draft, named=True),  # its reader knows better
        # Who names a file by a day means it; a day in a line may be of anything.
        lambda: [dates.date_in_path(name.rpartition("/")[2]) if name else None],
        lambda: [] if draft.format == PAGE else _date_lines(draft, named=False),
        lambda: [dates.date_in_url(url) if url else None, dates.date_in_path(name) if name else None],
        lambda: [
            _old_day(text) for text in [name, *(one.text for one in draft.paragraphs[:_HEADING_WITHIN])]
        ],
        lambda: late,
    )
    for place in places:
        if (found := dates.first_date(list(filter(None, place())), zone=zone, today=today)) is not None:
            return found
    return None, ""


def _old_day(text: str) -> Value | None:
    """Return a day before the web, if a name or a short line writes it out: of laws, of old newspapers."""
    found = _OLD_DAY.search(text) if len(text) <= _TIMED_LINE else None
    return Value(found[0], "file name or date line") if found else None


_NAMED = re.compile(
    "(?:日期|[时時][间間]|[发發][布佈表]|刊[登载載發]|date|posted|published)[^，。]{0,6}$", re.IGNORECASE
)


def _date_lines(draft: Draft, *, named: bool) -> list[Value]:
    """Return the dates in lines before the prose: those with a time of day or a label, or the others."""
    timed: list[Value] = []
    others: list[Value] = []
    for paragraph in draft.paragraphs[:_LINES]:
        text = paragraph.text
        if len(text) >= _BEFORE_PROSE:
            break
        if len(text) <= _TIMED_LINE and (found := dates.find_date(text, with_time=True)):
            timed.append(Value(found, "date line"))
        elif len(text) <= _DATE_LINE and (found := dates.find_date(text)):
            label = _NAMED.search(text[: max(text.find(found), 0)]) is not None
            (timed if label else others).append(Value(found, "date line"))
    return timed if named else others
