"""Web archives: WARC, and WACZ, which is WARCs in a zip. One article for each page that was answered."""

from __future__ import annotations

import gzip
import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from index.errors import SeedError
from index.reading.draft import Draft, NoArticle, Value
from index.reading.formats.base import File, Format, Head, Results, clean, decoded
from index.reading.formats.optional import optional
from index.reading.page import read_page
from index.reading.records import plain

__all__ = ["FORMAT", "ZIPPED"]

_PAGES = ("text/html", "application/xhtml+xml")
_TEXTS = ("text/plain", "text/markdown")


def _likelihood(head: Head) -> float:
    return 1 if head.data.startswith(b"WARC/") else 0


def _read(file: File) -> Results:
    with file.open() as stream:
        yield from _records(stream, file, 0)


def _is_zipped(head: Head) -> float:
    return 1 if head.suffix == ".wacz" and head.data.startswith(b"PK") else 0


def _read_zipped(file: File) -> Results:
    try:
        with file.open() as outer, zipfile.ZipFile(outer) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith((".warc", ".warc.gz"))]
            if not names:
                raise SeedError(file.path, "a WACZ without a WARC in it")
            number = 0
            for name in names:
                with archive.open(name) as inner:
                    opened = gzip.open(inner) if name.lower().endswith(".gz") else inner  # noqa: SIM115
                    for draft in _records(opened, file, number):  # type: ignore[arg-type]
                        number = draft.number or number if isinstance(draft, Draft) else number
                        yield draft
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise SeedError(file.path, f"is no sound WACZ: {error}") from None


def _records(stream: BinaryIO, file: File, number: int) -> Iterator[Draft | SeedError]:
    iterator = optional("warcio.archiveiterator", file.path, "web archives")
    exceptions = optional("warcio.exceptions", file.path, "web archives")
    try:
        for record in iterator.ArchiveIterator(stream):
            if record.rec_type not in ("response", "resource"):
                continue
            kind = _media_type(record)
            if kind not in _PAGES + _TEXTS or (
                record.http_headers and record.http_headers.get_statuscode() != "200"
            ):
                continue
            number += 1
            data = record.content_stream().read(file.limits.bytes + 1)
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            if len(data) > file.limits.bytes:
                yield SeedError(
                    file.path, f"{url} is larger than {file.limits.bytes:,} bytes, which is the limit"
                )
                continue
            try:
                draft = _draft(_declaring(data, record), kind, url, number)
            except NoArticle as error:
                yield SeedError(file.path, f"{url}: {error.reason}")
                continue
            if draft.paragraphs or draft.titles:
                yield draft
    except exceptions.ArchiveLoadFailed as error:
        raise SeedError(file.path, f"is no sound WARC: {error}") from None


def _media_type(record: Any) -> str:
    headers = record.http_headers or record.rec_headers
    return (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()


_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]{2,40})", re.IGNORECASE)


def _declaring(data: bytes, record: Any) -> bytes:
    """Return a page that names the charset of its HTTP header, if it names none itself."""
    headers = record.http_headers or record.rec_headers
    found = _CHARSET.search(headers.get_header("Content-Type") or "")
    if found is None or b"charset" in data[:2048].lower():
        return data
    return b'<meta charset="' + found[1].encode() + b'">' + data


def _draft(data: bytes, kind: str, url: str, number: int) -> Draft:
    text, encoding = decoded(data)
    text = clean(text)
    if kind in _PAGES:
        draft = read_page(text, url=url)
    else:
        from index.reading.bodies import read_body

        draft = Draft(FORMAT.name)
        draft.paragraphs, draft.removed = read_body(text)
    draft.format, draft.encoding, draft.number = FORMAT.name, encoding, number
    draft.urls.insert(0, Value(plain(url), "WARC-Target-URI"))
    return draft


FORMAT = Format("warc", _likelihood, _read, (".warc",))
ZIPPED = Format("wacz", _is_zipped, _read_zipped, (".wacz",))
