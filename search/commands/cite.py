"""The command that cites articles."""

from __future__ import annotations

from typing import Any

import click

from search.commands.forms import CITED, form_options, print_listing
from search.commands.options import index_option, read_text, tz_option
from search.commands.program import FOUND, print_lines
from search.commands.show import find_id

__all__ = ["cite"]


@click.command(short_help="Print references to articles.")
@click.argument("ids", metavar="ID...", nargs=-1, required=True, callback=read_text)
@click.option(
    "--style",
    type=click.Choice(["gb7714", "apa", "chicago", "mla"]),
    default="gb7714",
    show_default=True,
    help="GB/T 7714-2015, APA 7, Chicago 17 (bibliography) or MLA 9.",
)
@index_option
@tz_option
@form_options(*CITED)
def cite(ids: tuple[str, ...], style: Any, index: str, tz: str | None, form: str | None) -> int:
    """Print a reference to each article, a line each.

    With authors, title, outlet, date and url, as far as they are known; the
    date of access is the day on which the article came into the index. ID is
    an article as `show` takes it. For other styles give --csl-json to a
    reference manager.

    \b
    search cite 晨报/1042199.md
    search cite 3 4 5 --style apa
    search cite 晨报/1042199.md --bibtex >> thesis.bib
    """
    from search.output.citations import cited, work_of
    from search.output.exports import Listing
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        hits = [searcher.hit(find_id(searcher, id, index)) for id in ids]
        if form is not None:
            print_listing(form, Listing(hits, searcher.tz))
        else:
            print_lines(cited(work_of(hit, tz=searcher.tz), style) for hit in hits)
    return FOUND
