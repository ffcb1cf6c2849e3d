"""The command that lists who shares text with an article."""

from __future__ import annotations

import click

from search.commands.options import index_option, json_option, read_limit, read_text, tz_option
from search.commands.pager import print_paged
from search.commands.program import FOUND, NOTHING_FOUND, print_data, terminal_width
from search.commands.show import find_id

__all__ = ["reprints"]


@click.command(short_help="List the articles that share text with one.")
@click.argument("id", metavar="ID", callback=read_text)
@index_option
@tz_option
@click.option(
    "--least",
    metavar="SHARE",
    type=click.FloatRange(0.01, 1),
    default=0.2,
    show_default=True,
    help="The least share of either text that the other has too, from 0.01 to 1.",
)
@click.option("--diff", "other", metavar="ID", help="Show what differs in this article, by sentences.")
@click.option(
    "--limit",
    "-n",
    metavar="N|all",
    callback=read_limit,
    default="100",
    show_default=True,
    help="Most articles to list.",
)
@json_option
def reprints(
    id: str, index: str, tz: str | None, least: float, other: str | None, limit: int | None, as_json: bool
) -> int:
    """List the articles that share text with one, in order of time, and who was first.

    Each has two numbers: how much of the article it has, and how much of it
    the article has. Script, punctuation and the order of passages make no
    difference. ID is an article as `show` takes it. Exit code 1 when there
    are none; with --diff, when no sentence is kept.

    \b
    search reprints 晨报/1042199.md
    search reprints 晨报/1042199.md --least 0.5 --json
    search reprints 晨报/1042199.md --diff 山海台/1140932_雙子座.md
    """
    from search.output.records import record_json
    from search.output.reprints import reprints_lines, rewording_lines
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        id = find_id(searcher, id, index)
        if other is not None:
            reworded = searcher.rewording(id, find_id(searcher, other, index))
            if as_json:
                print_data([record_json(reworded, tz=searcher.tz)])
            else:
                print_paged(rewording_lines(reworded, size=terminal_width()))
            return FOUND if reworded.kept else NOTHING_FOUND
        found = searcher.reprints(id, least=least, limit=limit)
    if as_json:
        print_data([record_json(found, tz=searcher.tz)])
    else:
        print_paged(reprints_lines(found, tz=searcher.tz, size=terminal_width()))
    return FOUND if found.total else NOTHING_FOUND
