"""Plain text, also the fallback for text that no other format claims."""

from __future__ import annotations

from index.reading.draft import Draft
from index.reading.formats.base import File, Format, Head, Results
from index.reading.formats.markdown import read_parts

__all__ = ["FORMAT"]


def _likelihood(head: Head) -> float:
    return 0.2


def _read(file: File) -> Results:
    text, encoding = file.text()
    yield from read_parts(file, Draft(FORMAT.name, encoding), text, markdown=None)


FORMAT = Format("plain text", _likelihood, _read)
