"""The options for the form of the output: text for people, or one of the formats for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from search.commands.program import print_data
from search.output.language import say

if TYPE_CHECKING:
    from search.output.exports import Listing

__all__ = ["CITED", "LISTS", "ROWS", "form_options", "print_csv", "print_listing"]

_FLAGS = {
    "json": "Print one JSON object.",
    "jsonl": "Print one JSON object a row, a line each.",
    "csv": "Print a header and one line a row, for spreadsheets.",
    "bibtex": "Print an entry for BibTeX a hit.",
    "ris": "Print a record a hit for reference managers, in RIS.",
    "csl-json": "Print the hits for reference managers, as CSL-JSON.",
    "markdown": "Print the hits as a list in Markdown.",
}
_BOM = "search.bom"

ROWS = ("json", "jsonl", "csv")
"""Forms of anything that has rows."""

CITED = ("bibtex", "ris", "csl-json", "markdown")
"""Forms of lists of articles for whoever cites them."""

LISTS = (*ROWS, *CITED)
"""Forms of lists of articles; those but the first are named as in search/output/exports.py."""


def form_options(*forms: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a flag for each form, which the command gets as one `form`, and --bom; `form` may be None."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def with_form(*, bom: bool = False, **given: Any) -> Any:
            chosen = [form for form in forms if given.pop(_name(form))]
            if len(chosen) > 1:
                names = say(" and ").join(f"--{form}" for form in chosen)
                raise click.UsageError(f"{names} exclude one another")
            if bom and chosen != ["csv"]:
                raise click.UsageError("--bom begins a file of --csv; add --csv, or leave it out")
            click.get_current_context().meta[_BOM] = bom
            return function(form=chosen[0] if chosen else None, **given)

        command: Callable[..., Any] = with_form
        if "csv" in forms:
            command = click.option(
                "--bom", is_flag=True, help="Begin --csv with a byte-order mark, which Excel needs."
            )(command)
        for form in reversed(forms):
            command = click.option(f"--{form}", _name(form), is_flag=True, help=_FLAGS[form])(command)
        return command

    return decorate


def _name(form: str) -> str:
    return f"as_{form.replace('-', '_')}"


def print_csv(lines: Iterable[str]) -> None:
    """Print CSV, with a byte-order mark if --bom asks for one."""
    from search.output.tables import BYTE_ORDER_MARK

    mark = BYTE_ORDER_MARK if click.get_current_context().meta.get(_BOM) else ""
    rows = iter(lines)
    print_data(chain([mark + next(rows, "")], rows))


def print_listing(form: str, listing: Listing) -> None:
    """Print a list of articles in one of LISTS but JSON."""
    from search.output.exports import exported

    lines: Iterator[str] = exported(form, listing)
    if form == "csv":
        print_csv(lines)
    else:
        print_data(lines)
