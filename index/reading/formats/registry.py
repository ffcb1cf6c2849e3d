"""The one registry of formats. To add one: a module beside this, and a line here."""

from __future__ import annotations

from functools import cache

from index.reading.encoding import decode
from index.reading.formats import (
    enex,
    epub,
    feed,
    fragment,
    header,
    json_records,
    light_markup,
    markdown,
    mediawiki,
    mhtml,
    page,
    plain,
    refused,
    table,
    warc,
    wikiextractor,
)
from index.reading.formats.base import HEAD, Format, Head, clean

__all__ = ["FORMATS", "choose", "head_of", "many_suffixes"]

FORMATS: tuple[Format, ...] = (
    header.FORMAT,
    *markdown.FORMATS,
    page.FORMAT,
    fragment.FORMAT,
    *json_records.FORMATS,
    *table.FORMATS,
    feed.FORMAT,
    warc.FORMAT,
    warc.ZIPPED,
    mediawiki.FORMAT,
    wikiextractor.FORMAT,
    epub.FORMAT,
    enex.FORMAT,
    mhtml.FORMAT,
    light_markup.FORMAT,
    *refused.FORMATS,
    plain.FORMAT,
)


def head_of(name: str, data: bytes) -> Head:
    """Return by what formats tell a file apart.

    Args:
        name: Of the file, without the ending of a compression that has been undone.
        data: Its first `HEAD` bytes, or more.
    """
    dot = name.rfind(".")
    text = clean(decode(data[:HEAD])).lstrip()
    return Head(name, name[dot:].lower() if dot > 0 else "", data[:HEAD], text)


def choose(head: Head) -> Format:
    """Return the format that a file most likely has; the first of several."""
    best, most = FORMATS[-1], 0.0
    for format in FORMATS:
        likelihood = format.likelihood(head)
        if likelihood >= 1:
            return format
        if likelihood > most:
            best, most = format, likelihood
    return best


@cache
def many_suffixes() -> tuple[str, ...]:
    """Return the endings of files that may hold many articles."""
    return tuple(suffix for format in FORMATS for suffix in format.suffixes)
