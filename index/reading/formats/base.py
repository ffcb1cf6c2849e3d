"""The interface of a format: its name, how likely a file has it, and a reader that yields drafts."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from index.errors import SeedError
from index.reading.draft import Draft
from index.reading.encoding import decode_named, looks_binary
from index.reading.limits import DEFAULT_LIMITS, Limits
from index.reading.options import ReadOptions

__all__ = ["HEAD", "File", "Format", "Head", "PassedOver", "Results"]

HEAD = 8192
"""The number of bytes at the start of a file that decide its format."""


class PassedOver(Exception):
    """A file holds no article and is not meant to, as a template; `kind` is counted."""

    def __init__(self, path: str, kind: str) -> None:
        super().__init__(path, kind)
        self.path = path
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, by which formats are told apart: its name, first bytes, and their text."""

    name: str
    suffix: str
    data: bytes
    text: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to read. `path` names it in errors; `id` is its path below the archive's root."""

    path: str
    id: str
    open: Callable[[], BinaryIO]
    options: ReadOptions = field(default_factory=ReadOptions)
    limits: Limits = DEFAULT_LIMITS

    @staticmethod
    def of(
        data: bytes,
        *,
        path: str,
        id: str,
        options: ReadOptions | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> File:
        """Return a file whose bytes are known."""
        return File(path, id, lambda: io.BytesIO(data), options or ReadOptions(), limits)

    @property
    def name(self) -> str:
        """The last part of its id."""
        return self.id.rpartition("/")[2]

    def data(self) -> bytes:
        """Return all bytes. Raises SeedError where they are too many."""
        with self.open() as stream:
            data = stream.read(self.limits.bytes + 1)
        if len(data) > self.limits.bytes:
            raise SeedError(self.path, f"larger than {self.limits.bytes:,} bytes, which is the limit")
        return data

    def text(self) -> tuple[str, str]:
        """Return the text, with `\\n` for line ends and without marks of byte order, and its encoding.

        Raises SeedError for a file that is no text, or too large.
        """
        data = self.data()
        head = data[:HEAD]
        # A stray NUL makes no text binary; those of UTF-16 are not stray.
        if looks_binary(head) and looks_binary(head.replace(b"\0", b"")):
            raise SeedError(self.path, "not a text file")
        text, encoding = decoded(data)
        # Bytes are looked through faster than text, which has no mark of byte order any more.
        return clean(text) if b"\0" in data or b"\r" in data else text, encoding


def clean(text: str) -> str:
    """Return a text without NUL and marks of byte order, with `\\n` for line ends."""
    text = text.replace("\0", "").replace("\ufeff", "")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of some bytes, and the name of their encoding."""
    return decode_named(data)


Results = Iterator["Draft | SeedError"]
"""Drafts, and errors of items that cannot be read, in their order."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Args:
        name: As `search inspect` shows it.
        likelihood: From 0, it is not, to 1, it is certain, by the head of a file.
        read: Yields the drafts that a file holds. Raises SeedError, and PassedOver.
        suffixes: Endings of names whose files may hold many articles, and are read item by item whatever
            their size.
    """

    name: str
    likelihood: Callable[[Head], float]
    read: Callable[[File], Results]
    suffixes: tuple[str, ...] = ()
