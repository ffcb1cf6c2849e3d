"""The tantivy engine, writing: schema, documents, segments.

Everything of tantivy that is known here stays in this module and in the
reader in search/engines/tantivy.py. Each stream goes in as one string of
terms with spaces between, which tantivy splits and counts; the streams of
tokens carry positions, for exact phrases.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from index.engines.base import Writer
from index.errors import EngineError, MissingExtra
from index.storage.store import to_seconds
from index.text.document import STREAMS, Document

try:
    import tantivy
except ImportError as error:
    raise MissingExtra("the tantivy engine", extra="fast") from error

__all__ = ["TantivyWriter", "error_number", "field_name", "is_native", "schema"]

# tantivy queues up to 10,000 documents, whatever their size, before `add`
# waits. So a segment is closed after this many characters of streams: all of
# the queue and the segment in memory together stay below some 450 MB.
_SEGMENT_TEXT = 100_000_000
# More than such a segment takes; where it is not, tantivy closes one by itself.
_HEAP = 600_000_000
_DELETE_AT_ONCE = 10_000
# tantivy tells the system's error by its number, inside the message.
_OS_ERROR = re.compile(r"(?:\(os error |\bOs \{ code: )(\d+)")


def field_name(field: str, stream: str) -> str:
    """The tantivy field of a stream."""
    return f"{field}_{stream}"


def schema() -> tantivy.Schema:
    """The schema of every index. `tokens` holds the unit texts, compressed, and is the only stored field."""
    builder = tantivy.SchemaBuilder()
    for field, stream in STREAMS:
        kind = "position" if stream == "tokens" else "freq"
        builder.add_text_field(field_name(field, stream), tokenizer_name="whitespace", index_option=kind)
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_integer_field("date", fast=True)
    builder.add_bytes_field("tokens", stored=True)
    return builder.build()


def is_native(error: BaseException) -> bool:
    """Whether tantivy raised it: a panic, which is no Exception, or what it makes of its errors."""
    return isinstance(error, ValueError | OSError) or type(error).__module__ == "pyo3_runtime"


def error_number(error: BaseException) -> int | None:
    """The operating system's number of an error that it caused, such as ENOSPC."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = _OS_ERROR.search(str(error))
    return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document as it goes from a worker to the writer: few large objects, quick to send."""

    streams: list[str]
    sources: list[str]
    date: int | None
    tokens: bytes


class TantivyWriter(Writer):
    """Adds documents to segments, each sorted by row, and lets tantivy merge small ones."""

    version = str(vars(tantivy)["__version__"])  # missing from its stubs; "tantivy v0.27.0, index_format v7"
    merges = False

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._schema = schema()
        self._writer: tantivy.IndexWriter | None = None
        self._text = 0

    @staticmethod
    def prepare(document: Document) -> _Prepared:
        """Join the terms of every stream."""
        return _Prepared(
            streams=[" ".join(document.stream(*key)) for key in STREAMS],
            sources=document.source_terms(),
            date=to_seconds(document.article.date),
            tokens=document.packed_token_texts(),
        )

    def add(self, row: int, prepared: _Prepared) -> None:
        """Add one prepared document."""
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_bytes("tokens", prepared.tokens)
        if prepared.date is not None:
            document.add_integer("date", prepared.date)
        for name in prepared.sources:
            document.add_text("source", name)
        for key, text in zip(STREAMS, prepared.streams, strict=True):
            if text:
                document.add_text(field_name(*key), text)
                self._text += len(text)
        with self._translate():
            writer = self._open()
            writer.add_document(document)
            if self._text > _SEGMENT_TEXT:
                writer.commit()
                self._text = 0

    def delete(self, rows: Iterable[int]) -> None:
        """Delete documents by row."""
        remaining = iter(rows)
        with self._translate():
            while some := list(islice(remaining, _DELETE_AT_ONCE)):
                # Not by term: tantivy-py 0.27 takes the number as signed and so deletes nothing.
                wanted = tantivy.Query.term_set_query(self._schema, "row", some)
                self._open().delete_documents_by_query(wanted)

    def commit(self, *, optimize: bool = False) -> None:
        """Write what was added and wait for the merges that tantivy has begun."""
        with self._translate():
            writer = self._open()
            writer.commit()
            self._writer = None
            writer.wait_merging_threads()
        # tantivy lets nobody else read these two; the others have what is usual here.
        mode = (self.directory / ".tantivy-writer.lock").stat().st_mode
        for name in ("meta.json", ".managed.json"):
            (self.directory / name).chmod(mode)

    def close(self) -> None:
        """Drop what was not committed."""
        self._writer = None

    def _open(self) -> tantivy.IndexWriter:
        # Not before the first document: a process with threads is no good one to fork workers from.
        if self._writer is None:
            index = tantivy.Index(
                self._schema, path=str(self.directory), sort_by_field="row", sort_order=tantivy.Order.Asc
            )
            index.config_reader("manual")
            self._writer = index.writer(_HEAP, num_threads=1)
        return self._writer

    @contextmanager
    def _translate(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            if not is_native(error):
                raise
            number = error_number(error)
            if number is not None:
                raise OSError(number, os.strerror(number), str(self.directory)) from error
            raise EngineError(f"tantivy failed in {self.directory}: {error}", engine="tantivy") from error
