"""The commands that show what is in an index: show, stats."""

from __future__ import annotations

import sys

import click

from search.commands.options import index_option, json_option, read_text, tz_option
from search.commands.program import FOUND, print_data, print_lines, terminal_width
from search.output.terminal import printable

__all__ = ["show", "stats"]


@click.command()
@click.argument("id", metavar="ID", callback=read_text)
@index_option
@tz_option
@json_option
@click.option("--html", "as_html", is_flag=True, help="Print the cleaned text as HTML.")
@click.option(
    "--raw", is_flag=True, help="Print the seed as it is now: its bytes, or on a terminal its text."
)
def show(id: str, index: str, tz: str | None, as_json: bool, as_html: bool, raw: bool) -> int:
    """Print one article as text.

    First its title, sources, date (and where that was taken from), url and
    id; then its paragraphs. ID is what `query` prints for every hit.

    \b
    search show rfi/1042199.md
    search show rfi/1042199.md --html > article.html
    """
    from index.errors import ArticleNotFound
    from search.output import records, text
    from search.searcher import Searcher

    if as_json + as_html + raw > 1:
        raise click.UsageError("--json, --html and --raw exclude one another")
    with Searcher(index, tz=tz) as searcher:
        try:
            article, path = searcher.article(id), searcher.path(id)
        except ArticleNotFound as error:
            advice = text.ids_meant(searcher.near_ids(id)) or "search query prints the id of every hit"
            raise click.ClickException(f"{error}; {advice}") from error
        if raw:
            return _print_raw(id, path, index)
        if as_json:
            print_data([records.article_json(article, path, tz=searcher.tz)])
        elif as_html:
            print_data([records.article_html(article, tz=searcher.tz)])
        else:
            print_lines(text.article_lines(article, tz=searcher.tz, size=terminal_width()))
    return FOUND


@click.command()
@index_option
@tz_option
@json_option
def stats(index: str, tz: str | None, as_json: bool) -> int:
    """Print what an index holds: articles, dates, sources, engine.

    \b
    search stats
    search stats --index ~/idx --json
    """
    from search.output import records, reports
    from search.searcher import Searcher

    with Searcher(index, tz=tz) as searcher:
        found = searcher.stats()
        if as_json:
            print_data([records.stats_json(found, tz=searcher.tz)])
        else:
            print_lines(reports.stats_lines(found, index=index, tz=searcher.tz))
    return FOUND


def _print_raw(id: str, path: str | None, index: str) -> int:
    from index.engines.registry import open_location
    from index.errors import SeedError
    from index.reading.encoding import decode
    from index.reading.walk import read_again

    if path is None:
        raise click.ClickException(f"{id} came from Python and has no file")
    config = open_location(index).manifest().config
    try:
        data = read_again(path, config.roots, limits=config.limits)
    except SeedError as error:
        raise click.ClickException(f"{error}; leave out --raw") from error
    if sys.stdout.isatty():
        print_lines(map(printable, decode(data).splitlines()))
    else:
        sys.stdout.buffer.write(data)
    return FOUND
