"""ENEX: notes that Evernote exports, each with its HTML."""

from __future__ import annotations

import html
import re

from index.errors import SeedError
from index.reading.bodies import read_body
from index.reading.draft import Draft, Value
from index.reading.formats.base import File, Format, Head, Results

__all__ = ["FORMAT"]

_PROPERTIES = re.compile(r"<(?P<key>title|created|updated|tag|author|source-url)>(?P<value>[^<]*)</(?P=key)>")
_PROLOGUE = re.compile(
    r"<\?xml[^<>]{0,300}>|<!DOCTYPE[^<>]{0,300}>|</?en-(?:note|media|todo)\b[^<>]{0,1000}>", re.IGNORECASE
)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z")


def _likelihood(head: Head) -> float:
    return 0.95 if head.text[:1] == "<" and "<en-export" in head.text else 0


def _read(file: File) -> Results:
    text, encoding = file.text()
    number = 0
    for number, note in enumerate(text.split("<note>")[1:], 1):
        yield _draft(note.partition("</note>")[0], encoding, number)
    if not number:
        raise SeedError(file.path, "an export of Evernote without notes")


def _draft(note: str, encoding: str, number: int) -> Draft:
    draft = Draft(FORMAT.name, encoding, number=number)
    before, _, rest = note.partition("<content>")
    content, _, after = rest.rpartition("</content>")
    places = {"title": draft.titles, "created": draft.dates, "tag": draft.tags, "author": draft.authors}
    places |= {"source-url": draft.urls, "updated": draft.dates}
    for found in _PROPERTIES.finditer(before + after):
        value = _STAMP.sub(r"\1-\2-\3T\4:\5:\6Z", html.unescape(found["value"]).strip())
        if value:
            places[found["key"]].append(Value(value, found["key"]))
    content = content.strip()
    if content.startswith("<![CDATA["):
        content = content.removeprefix("<![CDATA[").removesuffix("]]>")
    else:
        content = html.unescape(content)
    draft.paragraphs, draft.removed = read_body(_PROLOGUE.sub("", content))
    return draft


FORMAT = Format("enex", _likelihood, _read, (".enex",))
