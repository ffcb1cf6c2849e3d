"""Output of wikiextractor, one article an element: `<doc id=… url=… title=…>`, lines of text, `</doc>`."""

from __future__ import annotations

import html
import re

from index.reading.bodies import read_plain
from index.reading.draft import Draft, Value
from index.reading.formats.base import File, Format, Head, Results

__all__ = ["FORMAT"]

_DOC = re.compile(
    r'<doc id="(?P<id>[^"]*)"(?: url="(?P<url>[^"]*)")? title="(?P<title>[^"]*)"[^>]*>\n'
    r"(?P<text>.*?)\n?</doc>",
    re.DOTALL,
)
_BEGIN = re.compile(r'<doc id="[^"]*"[^>]* title="')


def _likelihood(head: Head) -> float:
    return 1 if _BEGIN.match(head.text) else 0


def _read(file: File) -> Results:
    text, encoding = file.text()
    for number, found in enumerate(_DOC.finditer(text), 1):
        draft = Draft(FORMAT.name, encoding, number=number, own_id=found["id"])
        draft.titles.append(Value(html.unescape(found["title"]), "title"))
        if found["url"]:
            draft.urls.append(Value(html.unescape(found["url"]), "url"))
        first, _, rest = found["text"].partition("\n")
        draft.paragraphs = read_plain(rest if first == draft.titles[0].text else found["text"])
        yield draft


FORMAT = Format("wikiextractor", _likelihood, _read)
