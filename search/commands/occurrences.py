"""The commands about occurrences: count, concordance, collocations, trend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from search.commands.forms import ROWS, form_options, print_table
from search.commands.options import (
    QueryCommand,
    filter_options,
    index_option,
    query_argument,
    read_limit,
    read_text,
    tz_option,
)
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines, terminal_width

if TYPE_CHECKING:
    from search.filters import Filters

__all__ = ["collocations", "concordance", "count", "trend"]

_queries_argument = click.argument("queries", metavar="QUERY...", nargs=-1, callback=read_text, required=True)


Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _asking(argument: Decorator, *own: Decorator) -> Decorator:
    """Return the argument and the options of a command about occurrences, its own among them."""

    options: list[Decorator] = [argument, index_option, filter_options, *own, tz_option, form_options(*ROWS)]

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _print(
    form: str | None,
    kind: Any,
    rows: Iterable[Any],
    *,
    tz: tzinfo,
    whole: Callable[[], Iterable[str]],
    lines: Callable[[], Iterable[str]],
) -> None:
    """Print rows in one of ROWS, as one JSON object, or as lines for people."""
    from search.output.tables import json_rows, table_of

    match form:
        case "json":
            print_data(whole())
        case "jsonl":
            print_data(json_rows(rows, tz=tz))
        case "csv":
            print_table(table_of(kind, rows, tz=tz))
        case _:
            print_lines(lines())


def _limit_option(default: str, things: str) -> Decorator:
    return click.option(
        "--limit",
        "-n",
        metavar="N|all",
        callback=read_limit,
        default=default,
        show_default=True,
        help=f"Most {things} to print.",
    )


@click.command(cls=QueryCommand, short_help="Count articles and occurrences.")
@_asking(_queries_argument)
def count(queries: tuple[str, ...], index: str, filters: Filters, tz: str | None, form: str | None) -> int:
    """Count the articles that match each QUERY, and its occurrences in titles and bodies.

    Each argument is one query: quote those with several words. Exit code 1
    when no article matches.

    \b
    search count 占中 雨伞运动
    search count '"和平宪法"' '乌克兰 弹药' --after 2022
    search count 占中 雨伞运动 --csv
    """
    from search.corpus.counts import QueryCount
    from search.output.occurrences import count_lines
    from search.output.records import record_json
    from search.output.views import Counts
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        counts = searcher.count(*queries, filters=filters)
    _print(
        form,
        QueryCount,
        counts,
        tz=searcher.tz,
        whole=lambda: [record_json(Counts(counts), tz=searcher.tz)],
        lines=lambda: count_lines(counts),
    )
    return FOUND if any(one.articles for one in counts) else NOTHING_FOUND


@click.command(cls=QueryCommand, short_help="List every occurrence with its context.")
@_asking(
    query_argument,
    click.option(
        "--width",
        metavar="N",
        type=click.IntRange(0, 1000),
        show_default="as the terminal has room, else 20",
        help="Characters of context on each side.",
    ),
    click.option(
        "--sort",
        type=click.Choice(["date", "source", "left", "right"]),
        default="date",
        show_default=True,
        help="The order; left: by what stands before, read outwards.",
    ),
    _limit_option("100", "lines"),
    click.option(
        "--sample", metavar="N", type=click.IntRange(min=1), help="Choose N of all lines at random."
    ),
    click.option(
        "--seed",
        metavar="N",
        type=int,
        default=0,
        show_default=True,
        help="Another number gives another sample, the same number the same.",
    ),
)
def concordance(
    words: tuple[str, ...],
    index: str,
    filters: Filters,
    width: int | None,
    sort: Any,
    limit: int | None,
    sample: int | None,
    seed: int,
    tz: str | None,
    form: str | None,
) -> int:
    """List every occurrence of QUERY, one line each, aligned (KWIC).

    With date, source and id of the article. Sorted by what stands left or
    right, patterns can be seen. Exit code 1 when nothing occurs.

    \b
    search concordance 占中
    search concordance '"和平宪法"' --sort right --limit all
    search concordance 乌克兰 --source 晨报 --sample 50 --seed 1
    search concordance 乌克兰 --width 40 --limit all --csv > lines.csv
    """
    from search.corpus.concordance import Line
    from search.output.occurrences import concordance_lines
    from search.output.tables import object_with_rows
    from search.searcher import Searcher

    size = terminal_width() if form is None else None
    if width is None:
        width = 20 if size is None else size // 2
    query = " ".join(words)
    with Searcher(index, tz=tz) as searcher:
        lines = searcher.concordance(
            query, width=width, limit=limit, sort=sort, sample=sample, seed=seed, filters=filters
        )
        first = next(lines, None)
        lines = iter(()) if first is None else chain([first], lines)

        def whole() -> Iterator[str]:
            (total,) = searcher.count(query, filters=filters)
            about = {"query": query, "articles": total.articles, "occurrences": total.occurrences}
            return object_with_rows(about, "lines", lines, tz=searcher.tz)

        _print(
            form,
            Line,
            lines,
            tz=searcher.tz,
            whole=whole,
            lines=lambda: concordance_lines(lines, tz=searcher.tz, size=size),
        )
    return NOTHING_FOUND if first is None else FOUND


def _read_window(ctx: click.Context, param: click.Parameter, value: str) -> int | str:
    if value in ("sentence", "paragraph"):
        return value
    number: int = click.IntRange(1, 100)(value, param, ctx)
    return number


@click.command(cls=QueryCommand, short_help="List the words that stand near a query.")
@_asking(
    query_argument,
    click.option(
        "--window",
        metavar="N|sentence|paragraph",
        callback=_read_window,
        default="5",
        show_default=True,
        help="Words on each side that count as near.",
    ),
    click.option("--bigrams", is_flag=True, help="Count pairs of characters instead of words."),
    click.option(
        "--min-count",
        metavar="N",
        type=click.IntRange(min=1),
        default=3,
        show_default=True,
        help="Leave out what is near less often.",
    ),
    click.option(
        "--sort",
        type=click.Choice(["log-likelihood", "log-dice", "mutual-information", "observed"]),
        default="log-likelihood",
        show_default=True,
        help="The order, the greatest first.",
    ),
    _limit_option("30", "words"),
)
def collocations(
    words: tuple[str, ...],
    index: str,
    filters: Filters,
    window: Any,
    bigrams: bool,
    min_count: int,
    sort: str,
    limit: int | None,
    tz: str | None,
    form: str | None,
) -> int:
    """List the words that stand near QUERY more often than by chance.

    They are compared with the rest of the articles that match. Left and right
    say on which side they stand; docs/occurrences.md has the formulas. Exit
    code 1 when there are none.

    \b
    search collocations 乌克兰
    search collocations '"和平宪法"' --window sentence --sort log-dice
    search collocations 占中 --bigrams --csv
    """
    from search.corpus.collocations import Collocate
    from search.output.occurrences import collocation_lines
    from search.output.records import record_json
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        found = searcher.collocations(
            " ".join(words),
            of="bigrams" if bigrams else "words",
            window=window,
            min_count=min_count,
            sort=sort.replace("-", "_"),  # type: ignore[arg-type]
            limit=limit,
            filters=filters,
        )
    _print(
        form,
        Collocate,
        found.collocates,
        tz=searcher.tz,
        whole=lambda: [record_json(found, tz=searcher.tz)],
        lines=lambda: collocation_lines(found),
    )
    return FOUND if found.collocates else NOTHING_FOUND


@click.command(cls=QueryCommand, short_help="Follow queries over time.")
@_asking(
    _queries_argument,
    click.option(
        "--unit",
        type=click.Choice(["year", "month", "week", "day"]),
        show_default="one that fits",
        help="The length of a period.",
    ),
    click.option(
        "--measure",
        type=click.Choice(["articles", "occurrences", "share", "per-million"]),
        default="articles",
        show_default=True,
        help="Share: of all articles; per-million: occurrences in a million characters.",
    ),
    click.option(
        "--svg", metavar="FILE", type=click.Path(dir_okay=False, writable=True), help="Write a chart to FILE."
    ),
)
def trend(
    queries: tuple[str, ...],
    index: str,
    filters: Filters,
    unit: Any,
    measure: str,
    svg: str | None,
    tz: str | None,
    form: str | None,
) -> int:
    """Follow each QUERY over time: as counts, as shares, or per million characters.

    Each argument is one query: quote those with several words. All periods
    from the first to the last are shown, empty ones too. Exit code 1 when
    nothing is found.

    \b
    search trend 占中 雨伞运动
    search trend 乌克兰 加沙 --measure share --unit month --after 2022
    search trend 乌克兰 加沙 --measure per-million --svg chart.svg
    """
    from search.output.chart import trend_svg
    from search.output.occurrences import trend_lines
    from search.output.records import record_json
    from search.output.views import TrendRow
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        found = searcher.trend(
            *queries,
            unit=unit,
            measure=measure.replace("-", "_"),  # type: ignore[arg-type]
            filters=filters,
        )
    if svg is not None:
        Path(svg).write_text(trend_svg(found), "utf-8")
    _print(
        form,
        TrendRow,
        TrendRow.all_of(found),
        tz=searcher.tz,
        whole=lambda: [record_json(found, tz=searcher.tz)],
        lines=lambda: trend_lines(found, size=terminal_width() or 100),
    )
    return FOUND if any(series.total for series in found.series) else NOTHING_FOUND
