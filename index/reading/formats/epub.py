"""EPUB: a book, one article for each chapter in its order of reading."""

from __future__ import annotations

import posixpath
import zipfile
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError, fromstring

from index.errors import SeedError
from index.reading.draft import Draft, Kind, Value
from index.reading.formats.base import File, Format, Head, Results, clean, decoded
from index.reading.html import read_fragment

__all__ = ["FORMAT"]

_CONTAINER = "META-INF/container.xml"


def _likelihood(head: Head) -> float:
    if not head.data.startswith(b"PK"):
        return 0
    return 1 if b"application/epub+zip" in head.data[:200] else 0.9 if head.suffix == ".epub" else 0


def _read(file: File) -> Results:
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as book:
            yield from _chapters(book, file)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, ParseError, EOFError) as error:
        raise SeedError(file.path, f"is no sound EPUB: {error}") from None


def _chapters(book: zipfile.ZipFile, file: File) -> Results:
    about, names = _contents(book, file)
    number = 0
    for name in names:
        text, encoding = decoded(_member(book, name, file))
        paragraphs, removed = read_fragment(clean(text))
        if not paragraphs:
            continue
        number += 1
        draft = Draft(FORMAT.name, encoding, number=number, paragraphs=paragraphs, removed=removed)
        if paragraphs[0].kind != Kind.HEADING:
            draft.titles.append(Value(f"{about.get('title', '')} {number}".strip(), "title of the book"))
        for key, values in (("creator", draft.authors), ("date", draft.dates), ("title", draft.sources)):
            if about.get(key):
                values.append(Value(about[key], f"{key} of the book"))
        yield draft


def _contents(book: zipfile.ZipFile, file: File) -> tuple[dict[str, str], list[str]]:
    """Return what the book says of itself, and the names of its chapters in their order."""
    pages = [name for name in sorted(book.namelist()) if name.lower().endswith((".xhtml", ".html", ".htm"))]
    if _CONTAINER not in book.namelist():
        return {}, pages
    container = fromstring(_member(book, _CONTAINER, file))
    package_name = next(
        (one.get("full-path", "") for one in container.iter() if _name(one) == "rootfile"), ""
    )
    package = fromstring(_member(book, package_name, file))
    known = ("title", "creator", "date", "publisher")
    about = {_name(one): (one.text or "").strip() for one in package.iter() if _name(one) in known}
    items = {
        one.get("id", ""): unquote(one.get("href", "")) for one in package.iter() if _name(one) == "item"
    }
    spine = [items.get(one.get("idref", ""), "") for one in package.iter() if _name(one) == "itemref"]
    folder = posixpath.dirname(package_name)
    names = [posixpath.normpath(posixpath.join(folder, href)) for href in spine if href]
    return about, [name for name in names if name in book.namelist()] or pages


def _member(book: zipfile.ZipFile, name: str, file: File) -> bytes:
    with book.open(name) as stream:
        data = stream.read(file.limits.bytes + 1)
    if len(data) > file.limits.bytes:
        raise SeedError(file.path, f"{name} is larger than {file.limits.bytes:,} bytes, which is the limit")
    return data


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


FORMAT = Format("epub", _likelihood, _read, (".epub",))
