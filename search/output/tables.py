"""Rows for programs and spreadsheets: any dataclasses as CSV or as JSON Lines.

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
from typing import Any

from search.calendar import in_zone
from search.output.terminal import printable
from search.output.values import json_text, names_of, values
from search.results import Hit

__all__ = ["BYTE_ORDER_MARK", "csv_hits", "csv_rows", "json_rows", "object_with_rows"]

BYTE_ORDER_MARK = "\ufeff"

# With these, full-width too, spreadsheets begin a formula.
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def csv_rows(kind: Any, rows: Iterable[Any], *, tz: tzinfo) -> Iterator[str]:
    """Return a header with the names of a dataclass's fields, and one line for each of its instances.

    Several names in one cell are separated by `; `; line ends become spaces. `sources` is `outlet`.
    """
    names = names_of(kind)
    yield _line(["outlet" if name == "sources" else name for name in names])
    for row in rows:
        yield _line(
            [_cell(row.sources[:1] if name == "sources" else getattr(row, name), tz) for name in names]
        )


def csv_hits(
    hits: Iterable[Hit],
    *,
    tz: tzinfo,
    query: str = "",
    sort: str = "relevance",
    own_fields: Iterable[str] = (),
) -> Iterator[str]:
    """Return a header and one line for each hit.

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
    yield _line([*columns, *(_cell(name, tz) for name in own)])
    for hit in hits:
        cells = [_cell(value(hit), tz) for value in columns.values()]
        yield _line([*cells, *(_cell(hit.fields.get(name), tz) for name in own)])


def _cell(value: Any, tz: tzinfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return in_zone(value, tz).replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    if not isinstance(value, str):
        return str(value)
    text = printable(value)
    return f"'{text}" if value.lstrip(" ").startswith(_FORMULA) else text


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
