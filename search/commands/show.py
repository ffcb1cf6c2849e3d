"""The commands that show what is in an index: show, stats."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from search.commands.options import (
    QueryCommand,
    index_option,
    json_option,
    query_argument,
    read_text,
    tz_option,
)
from search.commands.pager import print_paged
from search.commands.program import FOUND, print_data, print_lines, terminal_width
from search.commands.state import last_hits
from search.output.terminal import printable

if TYPE_CHECKING:
    from search.searcher import Searcher

__all__ = ["find_id", "show", "stats"]

_SHOWN = 5
# Longer digits are an id or a part of one.
_LONGEST_NUMBER = 6
# A number that is so little above those of the hits was meant as one of them.
_NEAR_NUMBERS = 100


@click.command(cls=QueryCommand)
@click.argument("id", metavar="ID", callback=read_text)
@query_argument
@index_option
@tz_option
@json_option
@click.option("--html", "as_html", is_flag=True, help="Print the cleaned text as HTML.")
@click.option("--numbers", is_flag=True, help="Begin each paragraph with its number.")
@click.option(
    "--raw", is_flag=True, help="Print the seed as it is now: its bytes, or on a terminal its text."
)
def show(
    id: str,
    words: tuple[str, ...],
    index: str,
    tz: str | None,
    as_json: bool,
    as_html: bool,
    raw: bool,
    numbers: bool,
) -> int:
    """Print one article as text.

    First what is known of it, with where title and date were taken from, the
    file, other versions of its url and how many articles share its text; then
    its paragraphs: ## headings, • items of lists, │ quotations, | rows of
    tables, captions and code. ID is an id or a part of one that no other has,
    a url, or the number of a hit of the last query in this terminal. What
    QUERY looks for is highlighted.

    \b
    search show rfi/1042199.md
    search show 3
    search show 1042199 乌克兰
    search show 1042199 --numbers
    search show rfi/1042199.md --html > article.html
    """
    from search.output import records
    from search.output.article import Reading, article_lines
    from search.searcher import Searcher

    if as_json + as_html + raw > 1:
        raise click.UsageError("--json, --html and --raw exclude one another")
    if numbers and (as_json or as_html or raw):
        raise click.UsageError("--numbers is for text; leave it out")
    with Searcher(index, tz=tz) as searcher:
        id = find_id(searcher, id, index)
        shown = searcher.highlighted(id, " ".join(words))
        article, path = shown.article, searcher.path(id)
        if raw:
            return _print_raw(id, path, index)
        if as_json:
            versions = searcher.versions(id)
            print_data([records.article_json(article, path, versions, tz=searcher.tz)])
        elif as_html:
            print_data([records.article_html(article, tz=searcher.tz)])
        else:
            reading = Reading(path, searcher.versions(id), searcher.reprints(id))
            lines = article_lines(shown, reading, tz=searcher.tz, size=terminal_width(), numbers=numbers)
            print_paged(lines)
    return FOUND


def find_id(searcher: Searcher, named: str, index: str) -> str:
    """Return the id of the article that is named by its id, a part of it, its url or a hit's number.

    Raises:
        ClickException: There is none, or there are several.
    """
    from search.output import text

    if searcher.has(named):
        return named
    named = named.removesuffix("…")  # as where there was no room for more of it
    if named.isdecimal() and len(named) < _LONGEST_NUMBER:
        hits = last_hits(index)
        if (id := hits.get(int(named))) and searcher.has(id):
            return id
        if hits and int(named) <= max(hits) + _NEAR_NUMBERS:
            raise click.ClickException(f"the last query here showed the hits {min(hits)} to {max(hits)}")
    if "://" in named:
        if id := searcher.id_of_url(named):
            return id
        raise click.ClickException(f"no article has the url {named}")
    ids = searcher.ids_with(named)
    # `1.md` is a/1.md rather than a/11.md.
    whole = [id for id in ids if f"/{named.strip('/')}/" in f"/{id}/"]
    for some in (whole, ids):
        if len(some) == 1:
            return some[0]
    ids = whole or ids
    if ids:
        some = [*map(text.pasteable, ids[:_SHOWN]), *(["…"] if len(ids) > _SHOWN else [])]
        raise click.ClickException(f"{named} is part of several ids: {text.listed(some)}")
    advice = text.ids_meant(searcher.near_ids(named)) or "search query prints the id of every hit"
    raise click.ClickException(f"no article has the id {named!r}\n{advice}")


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
