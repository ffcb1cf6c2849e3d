"""The command that deletes articles: by their ids, or all that a query finds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from search.commands.options import index_option, json_option, read_text, tz_option, wait_option
from search.commands.program import FOUND, NOTHING_FOUND, print_data, print_lines, warn
from search.output.language import say
from search.output.terminal import printable

if TYPE_CHECKING:
    from index.article import Article
    from search.searcher import Searcher

__all__ = ["delete"]

_SHOWN = 10


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1, callback=read_text)
@click.option(
    "--query",
    metavar="QUERY",
    callback=lambda ctx, param, value: None if value is None else read_text(ctx, param, value),
    help="Delete the articles that match this query fully.",
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@index_option
@tz_option
@wait_option
@json_option
def delete(
    ids: tuple[str, ...],
    query: str | None,
    yes: bool,
    index: str,
    tz: str | None,
    wait: float,
    as_json: bool,
) -> int:
    """Delete articles from an index, by their ids or by a query.

    Lists what would be deleted and asks first; where nobody can be asked, as
    in a script, --yes must be given. Files are not touched: an article that was
    read from one comes back with the next update of its folder. Exit code 1
    when a query finds nothing.

    \b
    search delete memo/1 memo/2
    search delete --query 'source:memos before:2020'
    search delete --query 'tag:测试' --yes
    """
    from index.building.update import delete
    from search.output import records
    from search.output.text import counted
    from search.searcher import Searcher

    if bool(ids) == (query is not None):
        raise click.UsageError("write the ids of articles, or --query QUERY")
    if query is not None and not query.strip():
        raise click.UsageError("the query is empty, which would mean every article; write one")
    with Searcher(index, tz=tz) as searcher:
        chosen = _found(searcher, query) if query is not None else _named(searcher, ids)
        if not chosen:
            warn([say("no article matches fully; nothing was deleted")])
            return NOTHING_FOUND
        from_files = sum(searcher.path(id) is not None for id in chosen)
        if not yes:
            _confirm(searcher, chosen)
    report = delete(chosen, index, missing_ok=query is not None, wait=wait)
    if as_json:
        print_data([records.report_json(report)])
    else:
        count = counted(report.deleted, "article")
        print_lines([say(f"{count} deleted; {report.articles:,} are left in {printable(index)}")])
    if from_files:
        warn([say(f"{from_files:,} came from files, and come back with an update: delete the files too")])
    return FOUND


def _found(searcher: Searcher, query: str) -> list[str]:
    return [hit.id for hit in searcher.stream(query, sort="newest")]


def _named(searcher: Searcher, ids: tuple[str, ...]) -> list[str]:
    """Return the ids, each once. Raises ClickException unless every one is an article's."""
    from search.output.text import ids_meant

    for id in ids:
        if not searcher.has(id):
            advice = ids_meant(searcher.near_ids(id)) or "search query prints the id of every hit"
            raise click.ClickException(f"no article has the id {id!r}\n{advice}")
    return list(dict.fromkeys(ids))


def _confirm(searcher: Searcher, chosen: list[str]) -> None:
    """List what would be deleted, and ask. Raises ClickException unless the answer is yes."""
    from search.output.text import counted

    count = counted(len(chosen), "article")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.ClickException(f"{count} would be deleted and nobody can be asked; to delete, give --yes")
    for id in chosen[:_SHOWN]:
        click.echo(_line(searcher.article(id), searcher), err=True)
    if len(chosen) > _SHOWN:
        click.echo(say(f"and {len(chosen) - _SHOWN:,} more"), err=True)
    if not click.confirm(say(f"delete {count}?"), err=True):
        raise click.ClickException("nothing was deleted")


def _line(article: Article, searcher: Searcher) -> str:
    from search.output.text import pasteable, write_date

    date = write_date(article.date, searcher.tz)
    return printable(f"  {date}  {article.title}  {pasteable(article.id)}")
