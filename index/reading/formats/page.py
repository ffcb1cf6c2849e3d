"""Whole HTML pages: one article a page, read by index/reading/page.py."""

from __future__ import annotations

import re
from dataclasses import replace

from index.errors import SeedError
from index.reading.draft import Value
from index.reading.formats.base import File, Format, Head, PassedOver, Results
from index.reading.header import split_header
from index.reading.page import read_page
from index.reading.templates import is_template

__all__ = ["FORMAT", "is_page"]

# Programs put comments and scripts before the page; a person, at times, no `<html>`.
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?"
    r"(?:(?:<!--(?:(?!-->).){0,5000}-->|<link\b[^<>]*>"
    r"|<script\b(?:(?!</script).){0,20000}</script\s*>|<style\b(?:(?!</style).){0,20000}</style\s*>)\s*)*"
    r"<(?:!doctype\s+html|html|head|title|meta|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_page(text: str) -> bool:
    """Return whether a text begins as a whole page does."""
    return _PAGE.match(text) is not None


def _likelihood(head: Head) -> float:
    if head.text[:1] != "<":
        return 0
    return 0.85 if is_page(head.text) else 0


def _read(file: File) -> Results:
    text, encoding = file.text()
    if is_template(text, file.id):
        raise PassedOver(file.path, "template")
    stamped = split_header(text)
    draft = replace(read_page(text), encoding=encoding)
    if stamped is not None and not stamped.title and stamped.stamp:
        draft.dates.insert(0, Value(stamped.stamp, "header"))
    if not draft.paragraphs and not draft.titles:
        raise SeedError(file.path, "a page without a title or a text")
    yield draft


FORMAT = Format("html page", _likelihood, _read)
