"""The Whoosh engine, writing: schema, analyzer, segments.

Only this folder and the reader in search/engines/whoosh.py use Whoosh. An
index can also be opened with Whoosh itself: `title` and `body` are fields of
words, cut by ChineseAnalyzer.
"""

from __future__ import annotations

import struct
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import Any

from whoosh import versionstring
from whoosh.analysis import Analyzer as WhooshAnalyzer
from whoosh.analysis import Token
from whoosh.columns import FixedBytesColumn
from whoosh.fields import COLUMN, KEYWORD, FieldType, Schema
from whoosh.formats import Existence
from whoosh.index import FileIndex
from whoosh.writing import MERGE_SMALL, NO_MERGE, SegmentWriter

from index.engines.base import Writer
from index.engines.whoosh.codec import GroupedCodec, Inversion
from index.engines.whoosh.storage import IndexStorage, writing
from index.own_fields import OwnFields, encoded
from index.storage.store import to_seconds
from index.text.analyzer import Analyzer, bigram
from index.text.document import NAME_FIELDS, RANKED, STREAMS, Document, own_of_kind, own_streams
from index.text.tokens import BOUNDARY, locate_tokens

__all__ = [
    "NO_DATE",
    "NUMBERS",
    "ChineseAnalyzer",
    "WhooshWriter",
    "field_name",
    "schema",
]

NUMBERS = struct.Struct(f"=qq{len(RANKED)}I")
"""One value of the column `numbers`: row, date in seconds, lengths in terms."""

NO_DATE = -(1 << 63)

# A segment is closed after this many postings, some 250 MB of arrays, to bound
# memory; each segment costs a search a little more.
_SEGMENT_POSTINGS = 16_000_000
_FEW_SEGMENTS = 8


class ChineseAnalyzer(WhooshAnalyzer):
    """The project's analyzer for any Whoosh schema: `TEXT(analyzer=ChineseAnalyzer())`.

    Positions count tokens, and a boundary counts as one, so that phrases of
    tokens do not reach across it; `startchar` and `endchar` are offsets in the
    original text.

    Args:
        stream: "words", "bigrams" or "tokens".
    """

    def __init__(self, stream: str = "words") -> None:
        self.stream = stream

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        """Yield the tokens of `value`, in one token object that is changed each time, as Whoosh expects."""
        token = Token(**{"positions": False, "chars": False, "mode": "", **options})
        for text, position, start, end in self._tokens(value):
            token.text = token.original = text
            token.boost, token.stopped = 1.0, False
            token.pos, token.startchar, token.endchar = position, start, end
            yield token

    def _tokens(self, value: str) -> Iterator[tuple[str, int, int, int]]:
        located = locate_tokens(value)
        if self.stream == "bigrams":
            for number, (one, other) in enumerate(pairwise(located)):
                if BOUNDARY not in (one.text, other.text):
                    yield bigram(one.text, other.text), number, one.start, other.end
            return
        texts = [token.text for token in located]
        words = Analyzer().words(texts) if self.stream == "words" else [t for t in texts if t != BOUNDARY]
        end = 0
        for word in words:
            if texts[end] == BOUNDARY:
                end += 1
            first, length = end, 0
            while length < len(word):
                length += len(texts[end])
                end += 1
            yield word, first, located[first].start, located[end - 1].end


class _Postings(FieldType):
    """A field that is given counted terms; Whoosh itself may also give it a string to analyze."""

    def __init__(self, stream: str) -> None:
        self.analyzer = ChineseAnalyzer(stream)
        self.format = Existence()
        self.scorable = False
        self.stored = False
        self.vector = None


def field_name(field: str, stream: str) -> str:
    """Return the Whoosh field of a stream: `title` for the words of the title, else `title_bigrams`, …"""
    return field if stream == "words" else f"{encoded(field)}_{stream}"


def schema(own_fields: OwnFields = ()) -> Schema:
    """Return the schema of an index.

    `numbers` is a column; nothing is stored. The fields of whole names are
    called as in NAME_FIELDS. The codec writes, and our reader reads, whatever fields
    there are; only Whoosh itself must be told of them.
    """
    streams = (*STREAMS, *own_streams(own_fields))
    fields: dict[str, FieldType] = {field_name(*key): _Postings(key[1]) for key in streams}
    return Schema(
        **fields,
        **{name: KEYWORD() for name in (*NAME_FIELDS, *map(encoded, own_of_kind(own_fields, "keyword")))},
        numbers=COLUMN(FixedBytesColumn(NUMBERS.size)),
    )


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A document as a worker sends it to the writer: few large objects, quick to pickle."""

    terms: list[str]
    counts: list[array[int]]
    lengths: tuple[int, ...]
    date: int
    names: list[list[str]]
    """The names of each of NAME_FIELDS."""
    own: dict[str, Mapping[str, int]]
    """The counted terms in the fields of own texts and keywords."""


class WhooshWriter(Writer):
    """Adds documents to segments in memory and writes these with the grouped codec."""

    version = f"whoosh3 {versionstring()}"

    def __init__(self, directory: Path, own_fields: OwnFields = ()) -> None:
        super().__init__(directory, own_fields)
        storage = IndexStorage(str(directory))
        # Not by glob(), which passes over a folder that cannot be read: all articles would be lost.
        has_index = any(fnmatch(path.name, "_MAIN_*.toc") for path in directory.iterdir())
        with writing():
            make = FileIndex if has_index else FileIndex.create
            self._index = make(storage, schema(own_fields))
        self._writer: _SegmentWriter | None = None

    @staticmethod
    def prepare(document: Document) -> _Prepared:
        """Count the terms of every stream."""
        counters = [Counter(document.stream(*key)) for key in STREAMS]
        date = to_seconds(document.article.date)
        return _Prepared(
            terms=[" ".join(counter) for counter in counters],
            counts=[array("I", counter.values()) for counter in counters],
            lengths=tuple(counter.total() for counter in counters[: len(RANKED)]),
            date=NO_DATE if date is None else date,
            names=[document.names(field) for field in NAME_FIELDS],
            own={field_name(*key): Counter(document.stream(*key)) for key in document.own_streams()}
            | {encoded(field): dict.fromkeys(document.names(field), 1) for field in document.own_keywords()},
        )

    def add(self, row: int, prepared: _Prepared) -> None:
        """Add one prepared document."""
        with writing():
            self._add(row, prepared)

    def _add(self, row: int, prepared: _Prepared) -> None:
        writer = self._open()
        writer.add_prepared(row, prepared)
        if writer.pool.postings > _SEGMENT_POSTINGS:
            self._writer = None
            writer.commit(mergetype=NO_MERGE)

    def delete(self, rows: Iterable[int]) -> None:
        """Delete documents by row."""
        wanted = set(rows)
        if wanted:
            with writing():
                self._delete(wanted)

    def _delete(self, wanted: set[int]) -> None:
        writer = self._open()
        base = 0
        with self._index.reader() as reader:
            for leaf, _ in reader.leaf_readers():
                for number, data in enumerate(leaf.column_reader("numbers")):
                    if NUMBERS.unpack(data)[0] in wanted:
                        writer.delete_document(base + number)
                base += leaf.doc_count_all()

    def commit(self, *, optimize: bool = False) -> None:
        """Write what was added; merge small segments where there are many."""
        with writing():
            self._commit(optimize=optimize)

    def _commit(self, *, optimize: bool) -> None:
        writer = self._open()
        self._writer = None
        if optimize:
            writer.commit(optimize=True)
        elif len(writer.segments) < _FEW_SEGMENTS:
            writer.commit(mergetype=NO_MERGE)
        else:
            writer.commit(mergetype=MERGE_SMALL)

    def close(self) -> None:
        """Drop what was not committed."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.cancel()

    def _open(self) -> _SegmentWriter:
        if self._writer is None:
            self._writer = _SegmentWriter(self._index)
        return self._writer


class _SegmentWriter(SegmentWriter):
    """Whoosh's writer of one segment, fed with counted terms."""

    def __init__(self, index: FileIndex) -> None:
        super().__init__(index, codec=GroupedCodec(), compound=False)
        self.pool = Inversion()

    def add_prepared(self, row: int, prepared: _Prepared) -> None:
        """Add one document."""
        columns = self.schema
        self.perdocwriter.start_doc(self.docnum)
        for key, terms, counts in zip(STREAMS, prepared.terms, prepared.counts, strict=True):
            if counts:
                self.pool.add(field_name(*key), terms.split(" "), self.docnum, counts)
        for field, names in zip(NAME_FIELDS, prepared.names, strict=True):
            if names:
                self.pool.add(field, names, self.docnum, [1] * len(names))
        for own, counted in prepared.own.items():
            self.pool.add(own, counted, self.docnum, counted.values())
        numbers = NUMBERS.pack(row, prepared.date, *prepared.lengths)
        self.perdocwriter.add_column_value("numbers", columns["numbers"].column_type, numbers)
        self.perdocwriter.finish_doc()
        self._added = True
        self.docnum += 1

    def add_postings_to_pool(self, reader: Any, startdoc: int, docmap: dict[int, int] | None) -> None:
        """Merge another segment into this one; called by Whoosh's merge policies."""
        self.pool.merge(reader._terms, startdoc, docmap)
