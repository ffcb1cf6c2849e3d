"""The commands facets, timeline and similar: count the articles found, list articles like one."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from search.commands.forms import LISTS, ROWS, form_options, print_listing, print_table
from search.commands.options import (
    DEFAULT_INDEX,
    QueryCommand,
    filter_options,
    index_option,
    query_argument,
    read_text,
    tz_option,
)
from search.commands.pager import print_paged
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines, terminal_width
from search.commands.show import find_id

if TYPE_CHECKING:
    from datetime import tzinfo

    from search.corpus.facets import Facets, Timeline
    from search.filters import Filters

__all__ = ["facets", "similar", "timeline"]

_BY = ("source", "author", "tag", "year", "month")


def _complete_by(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete what facets count by, own keywords of the index too."""
    from index.engines.registry import open_location
    from index.errors import ArchiveError

    names = list(_BY)
    with suppress(ArchiveError, OSError):  # whoever presses Tab wants no errors
        manifest = open_location(ctx.params.get("index") or DEFAULT_INDEX).manifest()
        names += [name for name, kind in manifest.config.reading.own_fields if kind == "keyword"]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@click.command(
    cls=QueryCommand, short_help="Count what is found by source, author, tag, own field, year or month."
)
@query_argument
@click.option(
    "--by",
    metavar="source|author|tag|year|month|NAME",
    default="source",
    show_default=True,
    shell_complete=_complete_by,
    help="What is counted; NAME is an own keyword.",
)
@index_option
@filter_options
@tz_option
@form_options(*ROWS)
def facets(
    words: tuple[str, ...], by: str, index: str, filters: Filters, tz: str | None, form: str | None
) -> int:
    """Count what QUERY finds by source, author, tag, own field, year or month; without QUERY, all articles.

    If no article has all the words, count those that have some of them.
    Exit code 1 when there are none.

    \b
    search facets 乌克兰
    search facets 乌克兰 --by month --after 2023
    search facets --by year --json
    """
    from search.output.facets import facets_lines
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        found = searcher.facets(" ".join(words), by=by, filters=filters)
    if form is None:
        print_lines(facets_lines(found))
    else:
        _print_counts(form, found, searcher.tz)
    return FOUND if found.total else NOTHING_FOUND


def _print_counts(form: str, found: Facets | Timeline, tz: tzinfo) -> None:
    from search.corpus.facets import Count
    from search.output.records import record_json
    from search.output.tables import json_rows, table_of

    match form:
        case "json":
            print_data([record_json(found, tz=tz)])
        case "jsonl":
            print_data(json_rows(found.counts, tz=tz))
        case _:
            print_table(table_of(Count, found.counts, tz=tz))


@click.command(cls=QueryCommand, short_help="Count what is found over time.")
@query_argument
@click.option(
    "--unit",
    type=click.Choice(["year", "month", "week", "day"]),
    show_default="one that fits",
    help="The length of a period.",
)
@index_option
@filter_options
@tz_option
@form_options(*ROWS)
def timeline(
    words: tuple[str, ...], unit: Any, index: str, filters: Filters, tz: str | None, form: str | None
) -> int:
    """Count what QUERY finds over time, shown as bars; without QUERY, all articles.

    All periods from the first to the last are shown, empty ones too. Exit
    code 1 when there are no articles.

    \b
    search timeline 乌克兰
    search timeline 乌克兰 --unit month --after 2022
    search timeline --source 晨报 --json
    """
    from search.output.facets import timeline_lines
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        found = searcher.timeline(" ".join(words), unit=unit, filters=filters)
    if form is None:
        print_lines(timeline_lines(found, size=terminal_width() or 100))
    else:
        _print_counts(form, found, searcher.tz)
    return FOUND if found.total else NOTHING_FOUND


@click.command(short_help="List articles that are like one.")
@click.argument("id", metavar="ID", callback=read_text)
@index_option
@tz_option
@click.option(
    "--limit",
    "-n",
    metavar="N",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="How many.",
)
@form_options(*LISTS)
def similar(id: str, index: str, tz: str | None, limit: int, form: str | None) -> int:
    """List the articles that share the most telling words with one.

    ID is an article as `show` takes it. Exit code 1 when there are none.

    \b
    search similar 晨报/1042199.md
    search similar 晨报/1042199.md --limit 3 --json
    """
    from search.output.exports import Listing
    from search.output.records import record_json
    from search.output.text import answer_lines
    from search.output.values import Answer
    from search.output.views import Similar
    from search.results import Page
    from search.searcher import Searcher

    began = time.perf_counter()
    with Searcher(index, tz=tz) as searcher:
        id = find_id(searcher, id, index)
        hits = searcher.similar(id, limit=limit)
        own_fields = tuple(searcher.own_fields)
    if form == "json":
        print_data([record_json(Similar(id, hits), tz=searcher.tz)])
    elif form is not None:
        print_listing(form, Listing(hits, searcher.tz, own_fields=own_fields))
    else:
        seconds = time.perf_counter() - began
        answer = Answer.of(Page(id, total=len(hits), partial_total=0, hits=hits), seconds=seconds)
        print_paged(answer_lines(answer, tz=searcher.tz, size=terminal_width()))
    return FOUND if hits else NOTHING_FOUND
