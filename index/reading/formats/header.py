"""Seeds with a header (time stamp, `[title](url)`, rule), followed by HTML or text: one article a file."""

from __future__ import annotations

from index.reading.bodies import dates_in, read_body
from index.reading.draft import Draft, Value
from index.reading.formats.base import File, Format, Head, Results
from index.reading.header import Header, split_header

__all__ = ["FORMAT", "add_header"]

# A shorter stamp lies in the first weeks of 1970.
_MILLISECONDS = 12


def add_header(draft: Draft, header: Header) -> None:
    """Add what a header says to a draft."""
    if header.title:
        draft.titles.append(Value(header.title, "header"))
    if header.url:
        draft.urls.append(Value(header.url, "header"))
    if len(header.stamp) >= _MILLISECONDS:
        draft.dates.append(Value(header.stamp, "header"))
    if header.date_line:
        draft.dates.append(Value(header.date_line, "date line"))


def _likelihood(head: Head) -> float:
    if head.text[:1] not in ("[", "<"):
        return 0
    found = split_header(head.text)
    if found is None or not (found.title or found.url):
        return 0.1 if found else 0
    return 1 if head.text[0] == "<" else 0.95 if found.ruled else 0.7 if found.url else 0


def _read(file: File) -> Results:
    text, encoding = file.text()
    header = split_header(text)
    draft = Draft(FORMAT.name, encoding)
    if header is not None:
        add_header(draft, header)
        text = header.body
    draft.paragraphs, draft.removed = read_body(text)
    if not draft.dates:
        draft.dates = dates_in(text)
    yield draft


FORMAT = Format("seed", _likelihood, _read)
