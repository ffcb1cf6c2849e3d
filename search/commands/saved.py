"""The commands of saved queries: save, saved, new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from search.commands.options import (
    QueryCommand,
    filter_options,
    index_option,
    json_option,
    query_argument,
    read_text,
    tz_option,
)
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines

if TYPE_CHECKING:
    from search.filters import Filters

__all__ = ["new", "save", "saved"]


@click.command(cls=QueryCommand, short_help="Save a query under a name.")
@query_argument
@index_option
@filter_options
@tz_option
def save(words: tuple[str, ...], index: str, filters: Filters, tz: str | None) -> int:
    """Save a query with its filters under a name, the first word.

    `search new` then tells what came into the archive since. What is there
    already is not new. Saved queries are kept beside the index, and the page
    shows them too.

    \b
    search save 弹药 '乌克兰 弹药'
    search save 晨报 --source 晨报
    search save 桥 title:桥 --after 2024
    """
    from search.saved import SavedQuery, saved_from_now_on, saved_queries
    from search.searcher import Searcher

    if not words:
        raise click.UsageError("write a name, then the query: search save NAME QUERY")
    name, query = words[0], " ".join(words[1:])
    if filters.words:
        raise click.UsageError("--words cannot be saved; use a user dictionary instead")
    if not query.strip() and not filters:
        raise click.UsageError("write what to look for: search save NAME QUERY")
    one = SavedQuery(
        name,
        query,
        after=str(filters.after or ""),
        before=str(filters.before or ""),
        source=tuple(filters.source or ()),
        variants=filters.variants,
    )
    with Searcher(index, tz=tz) as searcher:
        saved_queries(index).put(saved_from_now_on(one, searcher))
    return FOUND


@click.command(short_help="List or remove saved queries.")
@click.option("--remove", metavar="NAME", multiple=True, callback=read_text, help="Remove this one.")
@index_option
@tz_option
@json_option
def saved(remove: tuple[str, ...], index: str, tz: str | None, as_json: bool) -> int:
    """List saved queries, or remove some. Exit code 1 when there are none.

    \b
    search saved
    search saved --remove 弹药
    """
    from search.output.records import record_json
    from search.output.saved import SavedRecord, SavedRecords, saved_lines
    from search.saved import saved_queries
    from search.searcher import Searcher

    kept = saved_queries(index)
    for name in remove:
        if not kept.remove(name):
            raise click.ClickException(f"no query is saved as {name}")
    if remove:
        return FOUND
    queries = kept.all()
    with Searcher(index, tz=tz) as searcher:
        zone = searcher.tz
    if as_json:
        records = SavedRecords(tuple(map(SavedRecord.of, queries.values())))
        print_data([record_json(records, tz=zone)])
    else:
        print_lines(saved_lines(queries.values(), tz=zone))
    return FOUND if queries else NOTHING_FOUND


@click.command(short_help="Tell what is new for saved queries.")
@click.argument("names", metavar="[NAME]...", nargs=-1, callback=read_text)
@click.option("--peek", is_flag=True, help="Do not count as a look: the same is new the next time.")
@index_option
@tz_option
@json_option
def new(names: tuple[str, ...], peek: bool, index: str, tz: str | None, as_json: bool) -> int:
    """Tell what came into the archive since the last look, for some or all saved queries.

    Articles count that are new in the index, or have another text than before. Exit code 1
    when nothing is new, so that a script can tell.

    \b
    search new
    search new 弹药 --json
    out=$(search new) && echo "$out" | mail -s 'New articles' me@example.org
    """
    from search.output.records import record_json
    from search.output.saved import NewsRecords, news_lines
    from search.saved import News, saved_queries
    from search.searcher import Searcher

    kept = saved_queries(index)
    queries = kept.all()
    if not queries:
        raise click.ClickException("no query is saved; first: search save NAME QUERY")
    if unknown := [name for name in names if name not in queries]:
        raise click.ClickException(f"no query is saved as {unknown[0]}; there are {', '.join(queries)}")
    with Searcher(index, tz=tz) as searcher:
        found = [News.of(queries[name], searcher) for name in names or queries]
    if as_json:
        print_data([record_json(NewsRecords.of(found), tz=searcher.tz)])
    else:
        print_lines(news_lines(found, tz=searcher.tz))
    if not peek:
        kept.looked_at(one.looked for one in found)
    return FOUND if any(one.hits for one in found) else NOTHING_FOUND
