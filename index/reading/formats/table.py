"""Tables: CSV and TSV, one article a row, in any encoding and with any separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from index.errors import SeedError
from index.reading.encoding import decode
from index.reading.formats.base import File, Format, Head, Results
from index.reading.formats.json_records import draft_of
from index.reading.records import KEYS, lookup

__all__ = ["FORMATS"]

_SIGNS = ",\t;|"
_TEXTS = frozenset(KEYS["title"] + KEYS["body"])
_KNOWN = frozenset(key for keys in KEYS.values() for key in keys)
_SAMPLE = 256 * 1024


def _columns(text: str) -> tuple[list[str], str]:
    """Return the names in the first row and the sign between them; none if it is no head of a table."""
    line = text.partition("\n")[0]
    for sign in sorted(_SIGNS, key=line.count, reverse=True):
        if sign in line:
            names = next(csv.reader([line], delimiter=sign), [])
            known = lookup(dict.fromkeys(names)).keys()
            if known & _TEXTS and len(known & _KNOWN) >= 2:
                return names, sign
    return [], ""


def _likelihood(head: Head) -> float:
    named = head.suffix in (".csv", ".tsv", ".tab")
    if not named and head.suffix not in ("", ".txt", ".dat"):
        return 0
    if _columns(head.text)[0]:
        return 0.93 if named else 0.6
    return 0.7 if named else 0


def _read(file: File) -> Results:
    csv.field_size_limit(min(file.limits.bytes, 2**31 - 1))
    with file.open() as raw:
        sample = raw.read(_SAMPLE)
    encoding = _encoding(sample)
    with file.open() as raw:
        lines = _lines(raw, encoding)
        head = next(lines, "")
        names, sign = _columns(head)
        if not sign:
            sign = max(_SIGNS, key=head.count)
            names = next(csv.reader([head], delimiter=sign), [])
        yield from _rows(csv.reader(lines, delimiter=sign), [name.strip() for name in names], file, encoding)


def _rows(rows: Iterator[list[str]], names: list[str], file: File, encoding: str) -> Results:
    found = False
    number = 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield SeedError(file.path, f"row {number + 1} is no sound row of a table: {error}")
            continue
        if row is None:
            break
        if not any(row):
            continue
        number += 1
        values = dict(zip(names, row, strict=False))
        draft = draft_of(values, file, format=CSV.name, number=number, origin="column", encoding=encoding)
        if draft is not None:
            found = True
            yield draft
        elif found:
            yield SeedError(file.path, f"row {number} has neither a title nor a text")
    if not found:
        columns = ", ".join(names[:8])
        raise SeedError(
            file.path,
            f"none of its columns ({columns}) names a title or a text; name them with --map title=COLUMN"
            " --map body=COLUMN"
            if number
            else "its table has no rows",
        )


def _encoding(sample: bytes) -> str:
    """Return the encoding of a table by its beginning."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if sample.startswith(mark):
            return name
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    text = decode(whole)
    for name in ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be"):
        if whole.decode(name, "replace") == text:
            return name
    return "utf-8"


def _lines(raw: BinaryIO, encoding: str) -> Iterator[str]:
    stream = io.TextIOWrapper(raw, encoding, "replace", newline="")
    for line in stream:
        yield line.replace("\0", "").lstrip("\ufeff")


CSV = Format("table", _likelihood, _read, (".csv", ".tsv", ".tab"))
FORMATS: tuple[Format, ...] = (CSV,)
