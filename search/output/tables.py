"""Rows for programs: any dataclasses as CSV or as JSON Lines, under the same names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import Any

from search.output.terminal import printable
from search.output.values import json_text, names_of, values

__all__ = ["csv_rows", "json_rows", "object_with_rows"]


def csv_rows(kind: Any, rows: Iterable[Any], *, tz: tzinfo) -> Iterator[str]:
    """Return a header with the names of a dataclass's fields, and one line for each of its instances.

    Several names in one field are separated by `; `; line ends become spaces.
    """
    yield _line(names_of(kind))
    for row in rows:
        yield _line([_cell(value) for value in values(row, tz=tz).values()])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(_cell, value))
    return printable(value) if isinstance(value, str) else str(value)


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(cells)
    return buffer.getvalue()


def json_rows(rows: Iterable[Any], *, tz: tzinfo) -> Iterator[str]:
    """Return one JSON object for each dataclass."""
    return (json_text(values(row, tz=tz)) for row in rows)


def object_with_rows(about: dict[str, Any], name: str, rows: Iterable[Any], *, tz: tzinfo) -> Iterator[str]:
    """Return one JSON object whose last member is an array, with a line for each row."""
    yield json_text({**about, name: []}).removesuffix("]}")
    line = ""
    for row in json_rows(rows, tz=tz):
        if line:
            yield line + ","
        line = row
    if line:
        yield line
    yield "]}"
