"""The commands that write an index: rebuild, update, optimize."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from search.commands.options import (
    EngineOption,
    archive_argument,
    build_options,
    complete_engine,
    index_option,
    json_option,
    read_engine,
    read_part,
    reading_options,
    wait_option,
)
from search.commands.program import FOUND, NOTHING_FOUND, Bar, print_data, print_lines, warn
from search.output.language import say

if TYPE_CHECKING:
    from index.building.report import Progress, Report
    from index.own_fields import OwnFields
    from index.reading.limits import Limits

__all__ = ["optimize", "rebuild", "update"]

# From here on tantivy is noticeably faster.
_MANY_ARTICLES = 20_000

_list_option = click.option(
    "--list",
    "listing",
    is_flag=True,
    help="List what was added (+), replaced (~) and deleted (-), an id a line.",
)


@click.command()
@archive_argument
@index_option
@click.option(
    "--engine",
    metavar="NAME",
    callback=read_engine,
    shell_complete=complete_engine,
    default="whoosh",
    show_default=True,
    cls=EngineOption,
    help="What stores and matches",
)
@click.option(
    "--part",
    metavar="K/N",
    callback=read_part,
    help="Do only the K-th of N parts of an index on a cluster. Other processes, here or on other"
    " machines, do the other parts of the same archive; the last one brings the whole into force.",
)
@reading_options
@build_options
@_list_option
@wait_option
@json_option
def rebuild(
    archive: tuple[str, ...],
    index: str,
    engine: str,
    part: tuple[int, int] | None,
    archive_tz: str,
    keys: tuple[tuple[str, str], ...],
    split_at: str,
    own_fields: OwnFields,
    workers: int,
    user_dict: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    listing: bool,
    wait: float,
    as_json: bool,
    **limits: Any,
) -> int:
    """Make an index of an archive, in place of what is there.

    ARCHIVE is a folder, a file that holds an article or many, or several of
    these (docs/reading.md). Searches find the old articles until the new index
    is complete; if it fails, the old one stays. Seeds that cannot be read, or
    exceed a limit, are left out and listed.

    \b
    search rebuild seeds
    search rebuild news mirror --index ~/idx --workers 4
    search rebuild news --include '*.md' --exclude drafts --exclude '2019/*'
    search rebuild articles.jsonl feed.xml crawl.warc.gz --map title=headline
    search rebuild articles.csv --field page:keyword --field price:number
    search rebuild news --index opensearch://host:9200/news --part 3/8
    """
    from index.building.rebuild import rebuild
    from index.reading.limits import DEFAULT_LIMITS
    from index.reading.options import ReadOptions

    if listing and part:
        raise click.UsageError("--list is for a whole index, not for a part")
    with Bar() as bar:
        report = rebuild(
            archive,
            index,
            engine=engine,
            workers=workers,
            user_dict=user_dict,
            include=include,
            exclude=exclude,
            limits=_changed(DEFAULT_LIMITS, limits),
            reading=ReadOptions(archive_tz, keys, split_at, own_fields),
            part=part,
            wait=wait,
            changes=listing,
            progress=bar.progress,
        )
    code = _print_report(report, index=index, as_json=as_json)
    if engine == "whoosh" and report.articles > _MANY_ARTICLES:
        _suggest_tantivy(report.articles)
    return code


@click.command()
@archive_argument
@index_option
@click.option(
    "--engine",
    metavar="NAME",
    callback=read_engine,
    shell_complete=complete_engine,
    help="The engine that the index must have.",
)
@build_options
@_list_option
@click.option(
    "--watch", is_flag=True, help="Go on: update whenever files have come, changed or gone, until Ctrl+C."
)
@click.option(
    "--settle",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    default=2.0,
    show_default=True,
    help="With --watch, update when nothing has changed for so long.",
)
@wait_option
@json_option
def update(
    archive: tuple[str, ...],
    index: str,
    engine: str | None,
    workers: int,
    user_dict: str | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    listing: bool,
    watch: bool,
    settle: float,
    wait: float,
    as_json: bool,
    **limits: Any,
) -> int:
    """Bring an index up to date with its archive.

    Adds new articles, replaces changed ones and deletes those that are gone
    from the folders named, which may be parts of the archive; the result is
    that of a rebuild. If no seed is found at all, nothing is deleted. Globs,
    limits and user dictionary are those of the rebuild unless given.

    With --watch it goes on, and prints a line for each update that changed
    something; errors do not end it. Needs the extra `watch`.

    \b
    search update seeds
    search update news --index ~/idx
    search update news --watch
    """
    from index.building.update import update
    from index.engines.registry import open_location

    if engine is not None:
        _check_engine(index, engine)

    def run(wait: float, progress: Progress | None = None) -> Report:
        return update(
            archive,
            index,
            workers=workers,
            user_dict=user_dict,
            include=include or None,
            exclude=exclude or None,
            limits=_changed(open_location(index).manifest().config.limits, limits),
            wait=wait,
            changes=listing,
            progress=progress,
        )

    if watch:
        from search.commands.watching import keep_current

        keep_current(archive, index, run, quiet=settle, wait=wait, as_json=as_json)
    with Bar() as bar:
        report = run(wait, bar.progress)
    return _print_report(report, index=index, as_json=as_json)


@click.command()
@index_option
@wait_option
@json_option
def optimize(index: str, wait: float, as_json: bool) -> int:
    """Merge an index's files after many updates.

    Searches find the same articles as before, somewhat faster, with the scores
    of a rebuild.

    \b
    search optimize --index ~/idx
    """
    from index.building.update import optimize

    return _print_report(optimize(index, wait=wait), index=index, as_json=as_json)


def _print_report(report: Report, *, index: str, as_json: bool) -> int:
    from search.output import records, reports

    if as_json:
        print_data([records.report_json(report)])
    else:
        print_lines(reports.report_lines(report, index=index))
        print_lines(reports.change_lines(report))
    warn(reports.left_out_lines(report))
    warn(reports.reduced_lines(report))
    warn(reports.wrong_field_lines(report))
    return NOTHING_FOUND if report.left_out else FOUND


def _changed(limits: Limits, options: dict[str, Any]) -> Limits:
    """Return limits with the options given on the command line."""
    return replace(limits, **{name: limit for name, limit in options.items() if limit is not None})


def _check_engine(index: str, engine: str) -> None:
    from index.engines.registry import open_location
    from index.errors import Action, IndexMismatch, Remedy

    there = open_location(index).manifest().engine
    if there != engine:
        raise IndexMismatch(
            f"{index} was made with {there}, and an update cannot change that",
            remedy=Remedy(Action.REBUILD, index=index, engine=engine),
        )


def _suggest_tantivy(articles: int) -> None:
    from search.commands.remedies import installation

    install = "" if find_spec("tantivy") else f"{installation('fast')}; then "
    warn([say(f"tantivy is faster for {articles:,} articles: {install}rebuild with --engine tantivy")])
