"""The command that tells whether a quotation is in the archive."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from search.commands.forms import form_options
from search.commands.options import (
    filter_options,
    index_option,
    read_text,
    tz_option,
)
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines, terminal_width

if TYPE_CHECKING:
    from search.filters import Filters

__all__ = ["quote"]

# No character has more bytes.
_WIDEST = 4


@click.command(short_help="Tell whether a quotation is in the archive.")
@click.argument("words", metavar="TEXT|-", nargs=-1, required=True, callback=read_text)
@index_option
@filter_options
@tz_option
@click.option(
    "--limit",
    "-n",
    metavar="N",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Most articles to list.",
)
@form_options("json", "jsonl")
def quote(
    words: tuple[str, ...],
    index: str,
    filters: Filters,
    tz: str | None,
    limit: int,
    form: str | None,
) -> int:
    """Tell whether a quotation is in the archive, and who had it first.

    It stands there word for word; but for script, width, case or punctuation;
    altered, with every difference shown; in parts, where an ellipsis divides
    it or its sentences are from different places; or it is not found. Articles
    are listed in order of time, those with an altered text by closeness. With
    - the quotation is read from standard input. Quotation marks around it do
    not count.

    \b
    search quote 渡轮停航一晚
    search quote '“碼頭上等船的人說……渡轮停航”'
    search quote - --json < quotation.txt

    Exit code 0 only if it stands there word for word, or but for script,
    width, case or punctuation; 1 if it does not; 2 on an error.
    """
    from search.output.quotation import quotation_lines
    from search.output.records import record_json
    from search.output.tables import json_rows
    from search.searcher import Searcher

    text = _standard_input() if words == ("-",) else " ".join(words)
    with Searcher(index, tz=tz) as searcher:
        found = searcher.quotation(text, limit=limit, filters=filters)
    if form == "json":
        print_data([record_json(found, tz=searcher.tz)])
    elif form == "jsonl":
        print_data(json_rows(found.passages, tz=searcher.tz))
    else:
        print_lines(quotation_lines(found, tz=searcher.tz, size=terminal_width()))
    return FOUND if found.is_exact else NOTHING_FOUND


def _standard_input() -> str:
    """Return the text on standard input, no more than is needed to see that it is too long."""
    from index.reading.encoding import decode
    from search.corpus.quotation import MAX_QUOTATION

    data = sys.stdin.buffer.read(_WIDEST * (MAX_QUOTATION + 1))
    return decode(data)
