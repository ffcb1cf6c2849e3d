"""A Whoosh codec that writes whole posting lists.

Whoosh's own codec sorts single postings in Python and pickles blocks of 128
of them. This one takes the postings of a term as two arrays, writes them as
differences, and reads them back at the speed of `array` and `accumulate`
(docs/performance.md has the figures). Nothing in its files is a pickle.

Files of a segment, besides Whoosh's columns:

    .pst  the posting lists, one after the other
    .trm  for each field: the sorted terms, and for each term the end of its
          text, its document frequency and the end of its posting list; then a
          directory in JSON, and the directory's length in 8 bytes
"""

from __future__ import annotations

import json
import mmap
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import accumulate, groupby
from operator import itemgetter, sub
from pathlib import Path
from typing import Any, Literal

from whoosh.codec.whoosh3 import W3Codec
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

__all__ = ["GroupedCodec", "Inversion", "SegmentTerms"]

_LENGTH = struct.Struct("<Q")
# Width in bytes of a difference or count, and the array type of that width.
_CODES: dict[int, Literal["B", "H", "I"]] = {1: "B", 2: "H", 4: "I"}

Grouped = tuple[str, str, "array[int]", "array[int]"]
"""Field, term, and the numbers of the documents that have it, ascending, with their counts."""


class Inversion:
    """The postings of one segment in memory, by field and term; replaces Whoosh's PostingPool.

    Segments that are merged into this one are read term by term and never
    held as a whole.
    """

    def __init__(self) -> None:
        self._fields: dict[str, dict[str, array[int]]] = {}
        self._merged: list[Iterator[Grouped]] = []
        self.postings = 0

    def add(self, field: str, terms: Iterable[str], document: int, counts: Iterable[int]) -> None:
        """Add the distinct terms of one field of one document."""
        lists = self._fields.setdefault(field, {})
        for term, count in zip(terms, counts, strict=True):
            if term in lists:
                lists[term].extend((document, count))
            else:
                lists[term] = array("I", (document, count))
            self.postings += 1

    def merge(self, terms: SegmentTerms, base: int, mapping: dict[int, int] | None) -> None:
        """Add another segment, its documents renumbered by `mapping`, or by adding `base`."""
        self._merged.append(_renumbered(terms, base, mapping))

    def iter_postings(self) -> Iterator[Grouped]:
        """Yield all postings in the order of fields and terms."""
        sources = [self._own(), *self._merged]
        for (field, term), group in groupby(merge(*sources, key=itemgetter(0, 1)), key=itemgetter(0, 1)):
            documents, counts = array("I"), array("I")
            # This segment's documents come first, then those of the merged ones, in their order.
            for _, _, more_documents, more_counts in group:
                documents.extend(more_documents)
                counts.extend(more_counts)
            yield field, term, documents, counts

    def cleanup(self) -> None:
        """Drop all postings; called by Whoosh's writer."""
        self._fields.clear()

    def _own(self) -> Iterator[Grouped]:
        for field, lists in sorted(self._fields.items()):
            for term in sorted(lists):
                pairs = lists[term]
                yield field, term, pairs[0::2], pairs[1::2]


def _renumbered(terms: SegmentTerms, base: int, mapping: dict[int, int] | None) -> Iterator[Grouped]:
    for field in terms.indexed_field_names():
        for term in terms.lexicon(field):
            documents, counts = terms.postings(field, term)
            if mapping is None:
                yield field, term.decode(), array("I", [base + number for number in documents]), counts
                continue
            kept = [i for i, number in enumerate(documents) if number in mapping]
            if kept:
                yield (
                    field,
                    term.decode(),
                    array("I", [mapping[documents[i]] for i in kept]),
                    array("I", [counts[i] for i in kept]),
                )


class GroupedCodec(W3Codec):
    """Whoosh's codec with other files for terms and postings; columns are Whoosh's."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        """Return the writer of a segment's terms and postings."""
        return _FieldWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> SegmentTerms:
        """Return their reader."""
        return SegmentTerms(Path(storage.folder) / segment.make_filename(self.TERMS_EXT))


class _FieldWriter:
    def __init__(self, storage: Any, segment: Any) -> None:
        self._terms = segment.create_file(storage, GroupedCodec.TERMS_EXT)
        self._postings = segment.create_file(storage, GroupedCodec.POSTS_EXT)
        self._directory: dict[str, dict[str, int]] = {}
        self._size = 0
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[Grouped]) -> None:
        """Write everything.

        Args:
            schema: Not used, like `lengths`; Whoosh passes both.
            lengths: Not used.
            items: Postings in the order of fields and terms.
        """
        end = 0
        for field, group in groupby(items, key=itemgetter(0)):
            texts: list[bytes] = []
            frequencies, ends = array("I"), array("Q", [end])
            for _, term, documents, counts in group:
                data = _encode(documents, counts)
                self._postings.write(data)
                end += len(data)
                texts.append(term.encode())
                frequencies.append(len(documents))
                ends.append(end)
            self._write_field(field, texts, frequencies, ends)

    def _write_field(self, field: str, texts: list[bytes], frequencies: array[int], ends: array[int]) -> None:
        text_ends = array("Q", accumulate(map(len, texts), initial=0))
        sections = (b"".join(texts), text_ends.tobytes(), frequencies.tobytes(), ends.tobytes())
        entry = {"terms": len(texts)}
        for name, section in zip(("text", "text_ends", "frequencies", "ends"), sections, strict=True):
            entry[name] = self._size
            self._terms.write(section)
            self._size += len(section)
        self._directory[field] = entry

    def close(self) -> None:
        directory = json.dumps({"byteorder": sys.byteorder, "fields": self._directory}).encode()
        self._terms.write(directory + _LENGTH.pack(len(directory)))
        self._terms.close()
        self._postings.close()
        self.is_closed = True


def _encode(documents: array[int], counts: array[int]) -> bytes:
    """Encode one posting list: two widths, the first document, the differences, the counts."""
    first = documents[0]
    differences = list(map(sub, documents[1:], documents))
    width = _width(max(differences, default=0))
    largest = max(counts)
    count_width = 0 if largest == 1 else _width(largest)
    return b"".join(
        (
            bytes((width << 4 | count_width,)),
            first.to_bytes(4, sys.byteorder),
            array(_CODES[width], differences).tobytes(),
            array(_CODES[count_width], counts).tobytes() if count_width else b"",
        )
    )


def _width(largest: int) -> int:
    return 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4


class _Field:
    """The sorted terms of one field, read from the mapped file."""

    def __init__(self, view: memoryview, entry: dict[str, int]) -> None:
        number = entry["terms"]

        def numbers(name: str, code: Literal["I", "Q"], length: int) -> memoryview:
            start = entry[name]
            return view[start : start + length * array(code).itemsize].cast(code)

        self.text_ends = numbers("text_ends", "Q", number + 1)
        self.frequencies = numbers("frequencies", "I", number)
        self.ends = numbers("ends", "Q", number + 1)
        start = entry["text"]
        self._text = view[start : start + self.text_ends[number]]
        self._number = number

    def __len__(self) -> int:
        return self._number

    def __getitem__(self, index: int) -> bytes:
        return bytes(self._text[self.text_ends[index] : self.text_ends[index + 1]])

    def find(self, term: bytes) -> int | None:
        index = bisect_left(self, term)
        return index if index < self._number and self[index] == term else None


class SegmentTerms:
    """The terms and postings of one segment: a TermsReader of Whoosh that also gives whole posting lists."""

    def __init__(self, path: Path) -> None:
        self._terms = _map(path)
        self._postings = _map(path.with_suffix(GroupedCodec.POSTS_EXT))
        size = _LENGTH.size
        (length,) = _LENGTH.unpack(self._terms[-size:])
        directory = json.loads(bytes(self._terms[-size - length : -size]))
        if directory["byteorder"] != sys.byteorder:
            raise ValueError(f"{path} was written on a machine of another byte order")
        self._fields = {
            name: _Field(self._terms, entry) for name, entry in sorted(directory["fields"].items())
        }

    # Whole posting lists

    def postings(self, field: str, term: bytes) -> tuple[array[int], array[int]]:
        """Return the numbers of the documents with a term, ascending, and their counts."""
        terms = self._fields.get(field)
        index = terms.find(term) if terms is not None else None
        if terms is None or index is None:
            return array("I"), array("I")
        data = self._postings[terms.ends[index] : terms.ends[index + 1]]
        return _decode(data, terms.frequencies[index])

    def lexicon(self, field: str, prefix: bytes = b"") -> Iterator[bytes]:
        """Yield the terms of a field that begin with `prefix`, sorted."""
        terms = self._fields.get(field)
        if terms is None:
            return
        for index in range(bisect_left(terms, prefix), len(terms)):
            term = terms[index]
            if not term.startswith(prefix):
                return
            yield term

    # For Whoosh's own readers and queries

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        return field in self._fields and self._fields[field].find(text) is not None

    def indexed_field_names(self) -> Iterable[str]:
        """Return the fields that have terms."""
        return self._fields.keys()

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Yield field and term of all terms."""
        return ((field, term) for field in self._fields for term in self.lexicon(field))

    def terms_from(self, field: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield the terms of a field from `prefix` on."""
        terms = self._fields.get(field)
        if terms is not None:
            yield from ((field, terms[i]) for i in range(bisect_left(terms, prefix), len(terms)))

    def term_info(self, field: str, term: bytes) -> TermInfo:
        """Return the statistics of a term, or raise Whoosh's TermNotFound."""
        documents, counts = self.postings(field, term)
        if not documents:
            raise TermNotFound(f"{field}:{term!r}")
        return TermInfo(
            weight=sum(counts),
            df=len(documents),
            maxweight=max(counts),
            minid=documents[0],
            maxid=documents[-1],
        )

    def frequency(self, field: str, term: bytes) -> float:
        """Count the occurrences of a term in a field of all documents."""
        return float(sum(self.postings(field, term)[1]))

    def doc_frequency(self, field: str, term: bytes) -> int:
        """Count the documents with a term in a field."""
        return len(self.postings(field, term)[0])

    def matcher(self, field: str, term: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """Return a Whoosh matcher over the postings, or raise Whoosh's TermNotFound."""
        documents, counts = self.postings(field, term)
        if not documents:
            raise TermNotFound(f"{field}:{term!r}")
        weights = list(map(float, counts))
        return ListMatcher(
            list(documents), weights, [b""] * len(weights), format_, scorer=scorer, term=(field, term)
        )

    def close(self) -> None:
        """Do nothing: a merge still reads after Whoosh has closed the segment's reader.

        The files are unmapped with the last list that was read from them.
        """


def _map(path: Path) -> memoryview:
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _decode(data: memoryview, number: int) -> tuple[array[int], array[int]]:
    width, count_width = data[0] >> 4, data[0] & 15
    counts_at = 5 + (number - 1) * width
    first = int.from_bytes(data[1:5], sys.byteorder)
    # What is unpacked is as large as it says only if the bytes for it are there.
    if len(data) != counts_at + number * count_width:
        raise ValueError(f"a list of {number} postings has {len(data)} bytes")
    differences = data[5:counts_at].cast(_CODES[width])
    documents = array("I", accumulate(differences, initial=first))
    if count_width == 0:
        return documents, array("I", [1]) * number
    return documents, array("I", data[counts_at:].cast(_CODES[count_width]))
