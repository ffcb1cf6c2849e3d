"""The options for the form of the output: text for people, or one of the formats for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from search.commands.program import print_data, print_lines
from search.output.language import say
from search.output.terminal import printable

if TYPE_CHECKING:
    from search.output.exports import Listing
    from search.output.tables import Cell

__all__ = ["CITED", "LISTS", "ROWS", "form_options", "print_listing", "print_table"]

_FLAGS = {
    "json": "Print one JSON object.",
    "jsonl": "Print one JSON object a row, a line each.",
    "csv": "Print a header and one line a row, for spreadsheets.",
    "bibtex": "Print an entry for BibTeX a hit.",
    "ris": "Print a record a hit for reference managers, in RIS.",
    "csl-json": "Print the hits for reference managers, as CSL-JSON.",
    "markdown": "Print the hits as a list in Markdown.",
}
_BOM, _XLSX = "search.bom", "search.xlsx"

ROWS = ("json", "jsonl", "csv")
"""Forms of anything that has rows."""

CITED = ("bibtex", "ris", "csl-json", "markdown")
"""Forms of lists of articles for whoever cites them."""

LISTS = (*ROWS, *CITED)
"""Forms of lists of articles; those but the first are named as in search/output/exports.py."""


def form_options(*forms: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a flag for each form, which the command gets as one `form`, or None; with CSV --bom and --xlsx."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def with_form(*, bom: bool = False, xlsx: str | None = None, **given: Any) -> Any:
            chosen = [form for form in forms if given.pop(_name(form))]
            asked = [*chosen, *(["xlsx"] if xlsx else [])]
            if len(asked) > 1:
                names = say(" and ").join(f"--{form}" for form in asked)
                raise click.UsageError(f"{names} exclude one another")
            if bom and chosen != ["csv"]:
                raise click.UsageError("--bom begins a file of --csv; add --csv, or leave it out")
            click.get_current_context().meta.update({_BOM: bom, _XLSX: xlsx})
            # The same table as in CSV, but to a file.
            return function(form="csv" if xlsx else (*chosen, None)[0], **given)

        command: Callable[..., Any] = with_form
        if "csv" in forms:
            command = click.option(
                "--bom", is_flag=True, help="Begin --csv with a byte-order mark, which Excel needs."
            )(command)
            command = click.option(
                "--xlsx",
                metavar="FILE",
                type=click.Path(dir_okay=False),
                help="Write the rows of --csv to an Excel workbook.",
            )(command)
        for form in reversed(forms):
            command = click.option(f"--{form}", _name(form), is_flag=True, help=_FLAGS[form])(command)
        return command

    return decorate


def _name(form: str) -> str:
    return f"as_{form.replace('-', '_')}"


def print_table(table: Iterable[Sequence[Cell]]) -> None:
    """Print a table as CSV, with a byte-order mark if --bom asks for one; or write the file of --xlsx."""
    from search.output.tables import BYTE_ORDER_MARK, csv_lines

    asked = click.get_current_context().meta
    if path := asked.get(_XLSX):
        from search.output.text import counted
        from search.output.xlsx import write_xlsx

        rows = write_xlsx(path, table)
        print_lines([f"{printable(path)}: {say(counted(rows, 'row'))}"])
        return
    lines = csv_lines(table)
    print_data(chain([(BYTE_ORDER_MARK if asked.get(_BOM) else "") + next(lines, "")], lines))


def print_listing(form: str, listing: Listing) -> None:
    """Print a list of articles in one of LISTS but JSON."""
    from search.output.exports import exported, table_of_listing

    if form == "csv":
        print_table(table_of_listing(listing))
    else:
        print_data(exported(form, listing))
