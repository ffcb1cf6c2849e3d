"""Formats that are recognised only to be refused, with advice how to convert them."""

from __future__ import annotations

import re
from functools import partial

from index.errors import SeedError
from index.reading.formats.base import File, Format, Head, PassedOver, Results

__all__ = ["FORMATS"]

_MAIL = re.compile(r"(?:From \S+ .*\n|(?:Return-Path|Received|Delivered-To|Message-ID|MIME-Version): )")
_XML = re.compile(
    r"(?:<\?xml[^>]{0,200}\?>\s*|<!--.{0,5000}?-->\s*|<!DOCTYPE[^>]{0,300}>\s*)*<(?!!)(?P<name>[\w:]+)",
    re.DOTALL,
)


def _is_database(head: Head) -> float:
    return 1 if head.data.startswith(b"SQLite format 3\0") else 0


def _refuse_database(file: File) -> Results:
    raise SeedError(
        file.path,
        "a SQLite database; export its articles to CSV or JSON Lines first, as with"
        ' sqlite3 -json FILE "SELECT title, date, url, content FROM articles" > articles.json',
    )
    yield


def _pass_over(file: File, *, kind: str) -> Results:
    raise PassedOver(file.path, kind)
    yield


def _is_binary(head: Head) -> float:
    return (
        0.3
        if head.data.startswith((b"PK\3\4", b"%PDF", b"\x7fELF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff"))
        else 0
    )


def _is_mail(head: Head) -> float:
    return 0.9 if _MAIL.match(head.text) else 0


def _is_other_xml(head: Head) -> float:
    if head.suffix in (".html", ".htm", ".xhtml", ".md", ".txt") or head.text[:1] != "<":
        return 0
    found = _XML.match(head.text)
    return 0.5 if found and (head.suffix == ".xml" or head.text.startswith("<?xml")) else 0


FORMATS = (
    Format("sqlite", _is_database, _refuse_database, (".db", ".sqlite", ".sqlite3")),
    Format("binary", _is_binary, partial(_pass_over, kind="not text")),
    Format("mail", _is_mail, partial(_pass_over, kind="mail")),
    Format("other xml", _is_other_xml, partial(_pass_over, kind="other xml")),
)
