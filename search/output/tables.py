"""Rows for programs and spreadsheets: any dataclasses as tables, CSV or JSON Lines.

CSV is for spreadsheets, JSON for programs. So dates in CSV are local times without an offset, which
spreadsheets know as dates; of the sources it has the outlet; and a cell that a spreadsheet would take
for a formula begins with an apostrophe, which makes it text. Spreadsheets take UTF-8 for the system's
old encoding unless a byte-order mark begins the file; other programs take the mark for a part of the
first name. So files from the page, which people open, have one, and output of commands, which goes
through pipes, has one on request.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, TypeAlias

from search.calendar import in_zone
from search.output.terminal import printable
from search.output.values import json_text, names_of, values
from search.results import Hit

__all__ = [
    "BYTE_ORDER_MARK",
    "Cell",
    "csv_lines",
    "json_rows",
    "object_with_rows",
    "table_of",
    "table_of_hits",
]

Cell: TypeAlias = str | int | float | datetime | None
"""What one cell of a table holds: text, a number, true or false, a local time or nothing."""

BYTE_ORDER_MARK = "\ufeff"

# With these, full-width too, spreadsheets begin a formula.
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def table_of(kind: Any, rows: Iterable[Any], *, tz: tzinfo) -> Iterator[list[Cell]]:
    """Return a row with the names of a dataclass's fields, and one for each of its instances.

    Several names in one cell are separated by `; `. `sources` is `outlet`.
    """
    names = names_of(kind)
    yield ["outlet" if name == "sources" else name for name in names]
    for row in rows:
        yield [_cell(row.sources[:1] if name == "sources" else getattr(row, name), tz) for name in names]


def table_of_hits(
    hits: Iterable[Hit],
    *,
    tz: tzinfo,
    query: str = "",
    sort: str = "relevance",
    own_fields: Iterable[str] = (),
) -> Iterator[list[Cell]]:
    """Return a row with the names of columns and one for each hit.

    Columns that would say nothing are left out: occurrences and snippet without a query, score and
    whether the match is partial in an order by date. Columns of own fields come last.
    """
    asks = bool(query.strip())
    columns: dict[str, Callable[[Hit], Any]] = {
        "id": lambda hit: hit.id,
        "title": lambda hit: hit.title,
        "authors": lambda hit: hit.authors,
        "outlet": lambda hit: hit.sources[:1],
        "date": lambda hit: hit.date,
        "added": lambda hit: hit.added,
        "url": lambda hit: hit.url,
        "tags": lambda hit: hit.tags,
    }
    if asks and sort == "relevance":
        columns |= {"score": lambda hit: round(hit.score, 4), "partial": lambda hit: hit.partial}
    if asks:
        columns["occurrences"] = lambda hit: hit.occurrences
        columns["snippet"] = lambda hit: " ".join(piece.text for piece in hit.snippets)
    own = list(own_fields)
    yield [*columns, *own]
    for hit in hits:
        cells = [_cell(value(hit), tz) for value in columns.values()]
        yield [*cells, *(_cell(hit.fields.get(name), tz) for name in own)]


def _cell(value: Any, tz: tzinfo) -> Cell:
    if isinstance(value, datetime):
        return in_zone(value, tz).replace(tzinfo=None)
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def csv_lines(table: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Return a line for each row of a table; line ends in cells become spaces."""
    for row in table:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="").writerow(map(_text, row))
        yield buffer.getvalue()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if not isinstance(cell, str):
        return str(cell)
    text = printable(cell)
    return f"'{text}" if cell.lstrip(" ").startswith(_FORMULA) else text


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
