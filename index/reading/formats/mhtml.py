"""MHTML: a page and its pictures in one file, as browsers save it."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace

from index.errors import SeedError
from index.reading.draft import Value
from index.reading.formats.base import File, Format, Head, Results, clean, decoded
from index.reading.page import read_page

__all__ = ["FORMAT"]

_HEADERS = re.compile(
    r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?"
    r"(?:Snapshot-Content-Location:|Content-Type:\s*multipart/related)",
    re.IGNORECASE,
)


def _likelihood(head: Head) -> float:
    if head.suffix not in (".mht", ".mhtml") and not head.text.startswith(
        ("From: <Saved by", "MIME-Version:")
    ):
        return 0
    return 0.95 if _HEADERS.match(head.text) else 0


def _read(file: File) -> Results:
    message = email.message_from_bytes(file.data(), policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data.strip():
            continue
        text, encoding = decoded(data)
        draft = replace(read_page(clean(text)), format=FORMAT.name, encoding=encoding)
        address = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "").strip()
        if address:
            draft.urls.append(Value(address, "Content-Location"))
        yield draft
        return
    raise SeedError(file.path, "a saved page without a page in it")


FORMAT = Format("mhtml", _likelihood, _read)
