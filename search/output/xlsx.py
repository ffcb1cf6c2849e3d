"""Tables as Excel workbooks, written row by row in bounded memory.

Text is written as text, whatever it begins with: a workbook tells text from formulas, so no apostrophe is
needed as in CSV. Dates are dates, but those before 1900, which Excel does not know.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

from index.errors import MissingExtra, UsageError
from search.output.tables import Cell
from search.output.terminal import printable

__all__ = ["write_xlsx"]

_MOST_ROWS = 1_048_576
_LONGEST = 32_767
_DATES = "yyyy-mm-dd hh:mm:ss"
_FIRST_YEAR = 1900
# Above, a number of Excel has lost its last digits.
_EXACT = 1 << 53


def write_xlsx(path: str | os.PathLike[str], table: Iterable[Sequence[Cell]]) -> int:
    """Write a table, whose first row has the names of columns, and return how many other rows it has.

    A file that is there is replaced when the new one is complete. Text too long for a cell ends in `…`.

    Raises:
        MissingExtra: xlsxwriter is not installed.
        UsageError: The table has more rows than a sheet of Excel, or the file cannot be written.
    """
    try:
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import XlsxWriterException
    except ModuleNotFoundError as error:
        raise MissingExtra("--xlsx", extra="xlsx") from error
    target = Path(path)
    temporary: Path | None = None
    try:
        with (
            TemporaryDirectory() as rows_below,  # xlsxwriter leaves its rows behind when it fails
            NamedTemporaryFile(dir=target.parent, suffix=".xlsx", delete=False) as file,
        ):
            temporary = Path(file.name)
            options = {"constant_memory": True, "default_date_format": _DATES, "tmpdir": rows_below}
            book = Workbook(file, options)
            try:
                rows = _fill(book, table)
                book.close()
            finally:
                book.fileclosed = True  # else its destructor would write once more
        temporary.chmod(0o644)
        temporary.replace(target)
        return rows
    except (OSError, XlsxWriterException) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UsageError(f"{target} cannot be written: {reason or error}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _fill(book: Any, table: Iterable[Sequence[Cell]]) -> int:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    number = -1
    for number, row in enumerate(table):
        if number >= _MOST_ROWS:
            raise UsageError(f"a sheet of Excel has {_MOST_ROWS:,} rows at most; use --csv")
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell)
    return max(0, number)


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and abs(cell) <= _EXACT:
        sheet.write_number(row, column, cell)
    elif isinstance(cell, datetime) and cell.year >= _FIRST_YEAR:
        sheet.write_datetime(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_string(row, column, cell.isoformat(" ", "seconds"))
    elif cell is not None and cell != "":
        sheet.write_string(row, column, _cut(printable(str(cell))))


def _cut(text: str) -> str:
    """Cut what is too long for a cell, whose length counts in UTF-16."""
    data = text.encode("utf-16-le", "replace")
    if len(data) <= 2 * _LONGEST:
        return text
    return data[: 2 * (_LONGEST - 1)].decode("utf-16-le", "ignore") + "…"
