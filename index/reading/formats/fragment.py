"""Fragments of HTML, without `<html>` or `<body>`: one article a file."""

from __future__ import annotations

from dataclasses import replace

from index.errors import SeedError
from index.reading.bodies import dates_in
from index.reading.draft import Draft
from index.reading.formats.base import File, Format, Head, PassedOver, Results
from index.reading.html import read_fragment
from index.reading.page import is_surrounded, read_page
from index.reading.tags import TAG, looks_like_html
from index.reading.templates import is_template

__all__ = ["FORMAT"]

SUFFIXES = frozenset([".html", ".htm", ".xhtml", ".shtml"])


def _likelihood(head: Head) -> float:
    if head.suffix in SUFFIXES:
        return 0.6 if looks_like_html(head.text) or TAG.search(head.text) else 0.4
    return 0.55 if head.text[:1] == "<" and TAG.match(head.text) and looks_like_html(head.text) else 0


def _read(file: File) -> Results:
    text, encoding = file.text()
    if not text.strip():
        raise SeedError(file.path, "there is nothing in the file")
    if is_template(text, file.id):
        raise PassedOver(file.path, "template")
    if is_surrounded(text):
        yield replace(read_page(text), encoding=encoding)
        return
    draft = Draft(FORMAT.name, encoding)
    draft.paragraphs, draft.removed = read_fragment(text)
    draft.dates = dates_in(text)
    yield draft


FORMAT = Format("html fragment", _likelihood, _read)
