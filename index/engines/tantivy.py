"""The tantivy engine, writing: schema, documents, segments.

Only this module and the reader in search/engines/tantivy.py use tantivy. Each
stream of terms is given to tantivy as one string, joined by spaces, which
tantivy splits again. Only streams of tokens store positions, for exact phrases.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from index.engines.base import Writer
from index.errors import EngineError, MissingExtra
from index.own_fields import OwnFields, encoded
from index.storage.store import to_seconds
from index.text.document import NAME_FIELDS, STREAMS, Document, own_of_kind, own_streams

try:
    import tantivy
except ImportError as error:
    raise MissingExtra("the tantivy engine", extra="fast") from error

__all__ = ["TantivyWriter", "error_number", "field_name", "is_native", "schema"]

# tantivy queues up to 10,000 documents, whatever their size, before `add`
# waits. So a segment is closed after this many characters of terms: queue and
# segment together then stay below some 450 MB of memory.
_SEGMENT_TEXT = 100_000_000
# Larger than such a segment, or tantivy would close it earlier.
_HEAP = 600_000_000
_DELETE_AT_ONCE = 10_000
# The message of tantivy's error holds the system's error number.
_OS_ERROR = re.compile(r"(?:\(os error |\bOs \{ code: )(\d+)")
# What tantivy says of a thread of its that has failed; it mostly does not say why.
_LOST_REASON = "index writer was killed"


@lru_cache(maxsize=256)
def field_name(field: str, stream: str) -> str:
    """Return the tantivy field of a stream."""
    return f"{encoded(field)}_{stream}"


def schema(own_fields: OwnFields = ()) -> tantivy.Schema:
    """Return the schema of an index; nothing is stored. NAME_FIELDS and own keywords are whole names."""
    builder = tantivy.SchemaBuilder()
    for field, stream in (*STREAMS, *own_streams(own_fields)):
        kind = "position" if stream == "tokens" else "freq"
        builder.add_text_field(field_name(field, stream), tokenizer_name="whitespace", index_option=kind)
    for name in (*NAME_FIELDS, *map(encoded, own_of_kind(own_fields, "keyword"))):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_integer_field("date", fast=True)
    return builder.build()


def is_native(error: BaseException) -> bool:
    """Tell whether tantivy raised an error: one of its own, or a panic, which is no Exception."""
    return isinstance(error, ValueError | OSError) or type(error).__module__ == "pyo3_runtime"


def error_number(error: BaseException) -> int | None:
    """Return the operating system's number of an error that it caused, such as ENOSPC."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = _OS_ERROR.search(str(error))
    return int(found[1]) if found else None


def _is_full(directory: Path) -> bool:
    """Return whether a disk has no room for a byte, or, if it counts files, for another one."""
    state = os.statvfs(directory)
    return not state.f_bavail or (state.f_files > 0 and not state.f_favail)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document as a worker sends it to the writer: few large objects, quick to pickle."""

    streams: list[str]
    names: list[list[str]]
    """The names of each of NAME_FIELDS."""
    date: int | None
    own: dict[str, list[str]]
    """What is in the fields of own texts and keywords."""


class TantivyWriter(Writer):
    """Adds documents to segments, each sorted by row, and lets tantivy merge small ones."""

    version = str(vars(tantivy)["__version__"])  # missing from its stubs; "tantivy v0.27.0, index_format v7"
    merges = False

    def __init__(self, directory: Path, own_fields: OwnFields = ()) -> None:
        super().__init__(directory, own_fields)
        self._schema = schema(own_fields)
        self._writer: tantivy.IndexWriter | None = None
        self._text = 0

    @staticmethod
    def prepare(document: Document) -> _Prepared:
        """Join the terms of every stream."""
        return _Prepared(
            streams=[" ".join(document.stream(*key)) for key in STREAMS],
            names=[document.names(field) for field in NAME_FIELDS],
            date=to_seconds(document.article.date),
            own={field_name(*key): [" ".join(document.stream(*key))] for key in document.own_streams()}
            | {encoded(field): document.names(field) for field in document.own_keywords()},
        )

    def add(self, row: int, prepared: _Prepared) -> None:
        """Add one prepared document."""
        document = tantivy.Document()
        document.add_unsigned("row", row)
        if prepared.date is not None:
            document.add_integer("date", prepared.date)
        for field, names in zip(NAME_FIELDS, prepared.names, strict=True):
            for name in names:
                document.add_text(field, name)
        for key, text in zip(STREAMS, prepared.streams, strict=True):
            if text:
                document.add_text(field_name(*key), text)
                self._text += len(text)
        for own, texts in prepared.own.items():
            for text in filter(None, texts):
                document.add_text(own, text)
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
            while batch := list(islice(remaining, _DELETE_AT_ONCE)):
                # Not by term: tantivy-py 0.27 takes the number as signed and so deletes nothing.
                wanted = tantivy.Query.term_set_query(self._schema, "row", batch)
                self._open().delete_documents_by_query(wanted)

    def commit(self, *, optimize: bool = False) -> None:
        """Write what was added and wait for the merges that tantivy has begun."""
        with self._translate():
            writer = self._open()
            writer.commit()
            self._writer = None
            writer.wait_merging_threads()
        # tantivy makes these two readable for their owner only; give them the mode of the other files.
        mode = (self.directory / ".tantivy-writer.lock").stat().st_mode
        for name in ("meta.json", ".managed.json"):
            (self.directory / name).chmod(mode)

    def close(self) -> None:
        """Drop what was not committed."""
        self._writer = None

    def _open(self) -> tantivy.IndexWriter:
        # Opened with the first document: forking workers from a process with threads is unsafe.
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
            if number is None and _LOST_REASON in str(error) and _is_full(self.directory):
                number = errno.ENOSPC
            if number is not None:
                raise OSError(number, os.strerror(number), str(self.directory)) from error
            raise EngineError(f"tantivy failed in {self.directory}: {error}", engine="tantivy") from error
