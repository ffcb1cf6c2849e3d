"""The commands that show what is around a query and an article: facets, timeline, similar."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from search.commands.options import (
    QueryCommand,
    after_option,
    before_option,
    index_option,
    json_option,
    query_argument,
    read_text,
    source_option,
    tz_option,
)
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines, terminal_width

__all__ = ["facets", "similar", "timeline"]

_FILTERS = (
    query_argument,
    index_option,
    after_option,
    before_option,
    source_option,
    tz_option,
    json_option,
)


def _filtered(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_FILTERS):
        function = option(function)
    return function


@click.command(cls=QueryCommand, short_help="Count what is found by source, author, tag, year or month.")
@click.option(
    "--by",
    type=click.Choice(["source", "author", "tag", "year", "month"]),
    default="source",
    show_default=True,
    help="What is counted.",
)
@_filtered
def facets(words: tuple[str, ...], index: str, tz: str, by: Any, as_json: bool, **filters: Any) -> int:
    """Count what QUERY finds by source, author, tag, year or month; without QUERY, all articles.

    Where no article holds all the words, those are counted that hold some.
    Exit code 1 when there are none.

    \b
    search facets 乌克兰
    search facets 乌克兰 --by month --after 2023
    search facets --by year --json
    """
    from search.output import facets as output_facets
    from search.searcher import Searcher

    text = " ".join(words)
    with Searcher(index, tz=tz) as searcher:
        found = searcher.facets(text, by=by, **_given(filters))
    if as_json:
        print_data([output_facets.facets_json(text, found)])
    else:
        print_lines(output_facets.facets_lines(found))
    return FOUND if found.total else NOTHING_FOUND


@click.command(cls=QueryCommand, short_help="Show when what is found was published.")
@click.option(
    "--unit",
    type=click.Choice(["year", "month", "day"]),
    show_default="one that fits",
    help="The length of a period.",
)
@click.option(
    "--svg",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True),
    help="Write a chart to this file.",
)
@_filtered
def timeline(
    words: tuple[str, ...], index: str, tz: str, unit: Any, svg: str | None, as_json: bool, **filters: Any
) -> int:
    """Show when what QUERY finds was published, as bars; without QUERY, all articles.

    Every period from the first to the last is there, the empty ones too.
    Exit code 1 when there are no articles.

    \b
    search timeline 乌克兰
    search timeline 乌克兰 --unit month --after 2022 --svg chart.svg
    search timeline --source 晨报 --json
    """
    from search.output import facets as output_facets
    from search.output.chart import chart_svg
    from search.searcher import Searcher

    text = " ".join(words)
    with Searcher(index, tz=tz) as searcher:
        found = searcher.timeline(text, unit=unit, **_given(filters))
    if svg is not None:
        Path(svg).write_text(chart_svg(found, title=text), "utf-8")
    if as_json:
        print_data([output_facets.timeline_json(text, found)])
    else:
        print_lines(output_facets.timeline_lines(found, size=terminal_width() or 100))
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
@json_option
def similar(id: str, index: str, tz: str, limit: int, as_json: bool) -> int:
    """List the articles that share the words which tell most about one.

    ID is what `query` prints for every hit. Exit code 1 when there are none.

    \b
    search similar 晨报/1042199.md
    search similar 晨报/1042199.md --limit 3 --json
    """
    from index.errors import ArticleNotFound
    from search.output import facets as output_facets
    from search.output import records as output
    from search.searcher import Searcher

    began = time.perf_counter()
    with Searcher(index, tz=tz) as searcher:
        try:
            hits = searcher.similar(id, limit=limit)
        except ArticleNotFound as error:
            advice = output.ids_meant(searcher.near_ids(id))
            raise click.ClickException(f"{error}; {advice}" if advice else str(error)) from error
        seconds = time.perf_counter() - began
        if as_json:
            print_data([output_facets.similar_json(id, hits)])
        else:
            answer = output.Answer(id, len(hits), 0, seconds, hits)
            print_lines(output.answer_lines(answer, tz=searcher.tz, size=terminal_width()))
    return FOUND if hits else NOTHING_FOUND


def _given(filters: dict[str, Any]) -> dict[str, Any]:
    return {name: value or None for name, value in filters.items()}
