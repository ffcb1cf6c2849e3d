"""The options that commands share, and how their values are read and completed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import closing
from typing import Any, overload

import click
from click.shell_completion import CompletionItem

from search.display import printable

__all__ = [
    "UNDECODED",
    "QueryCommand",
    "after_option",
    "archive_argument",
    "before_option",
    "build_options",
    "complete_engine",
    "index_option",
    "json_option",
    "query_argument",
    "read_engine",
    "read_limit",
    "read_part",
    "read_text",
    "source_option",
    "tz_option",
]

_DEFAULT_INDEX = ".search-index"
_MOST_HITS = 1_000_000

UNDECODED = re.compile("[\ud800-\udfff]")
"""What Python makes of bytes that it cannot decode."""


class QueryCommand(click.Command):
    """A command whose words may begin with a dash: `-日本` is text, `--limit` and `-h` are options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the words of the query behind the options."""
        takes_value = {
            name
            for param in self.get_params(ctx)
            if isinstance(param, click.Option) and not param.is_flag
            for name in param.opts
        }
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                words.extend(rest)
            elif not arg.startswith("--") and arg != "-h":
                words.append(arg)
            elif arg in takes_value and (value := next(rest, None)) is not None:
                options.append(f"{arg}={value}")
            elif arg in takes_value:
                return super().parse_args(ctx, [*options, arg])  # which lacks its value
            else:
                options.append(arg)
        return super().parse_args(ctx, [*options, "--", *words])


# Reading values


def read_limit(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    """How many hits; None for all."""
    if value == "all":
        return None
    limit: int = click.IntRange(1, _MOST_HITS)(value, param, ctx)
    return limit


@overload
def read_text(ctx: click.Context, param: click.Parameter, value: str) -> str: ...
@overload
def read_text(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]: ...
def read_text(
    ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...]
) -> str | tuple[str, ...]:
    """Text, or several; where the locale could not read its bytes, as UTF-8."""
    if isinstance(value, tuple):
        return tuple(read_text(ctx, param, one) for one in value)
    try:
        return os.fsencode(value).decode() if UNDECODED.search(value) else value
    except UnicodeError:
        raise click.BadParameter("this is no text, neither in this locale nor in UTF-8") from None


def _read_date(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A date as in queries, so that a slip is told with the option's name."""
    if value is None or ctx.resilient_parsing:
        return value
    from index.errors import QueryError
    from search.query.dates import check
    from search.query.tree import Dates

    try:
        check(Dates("after" if param.name == "after" else "before", value))
    except QueryError as error:
        raise click.BadParameter(f"{error.problem}: {value}; {error.hint}") from error
    return value


def read_engine(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """The name of an engine that there is."""
    if value is None or ctx.resilient_parsing:
        return value
    from index.writer import ENGINES

    if value not in ENGINES:
        there_are = ", ".join(map(_with_its_extra, ENGINES))
        raise click.BadParameter(f"no engine is called {value!r}; there are {there_are}")
    return value


def read_part(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """A part of so many, as 3/8."""
    if value is None or ctx.resilient_parsing:
        return None
    number, _, of = value.partition("/")
    if not (number.isdecimal() and of.isdecimal()):
        raise click.BadParameter(f"{value!r} is no part: a part is written 3/8, the third of eight")
    return int(number), int(of)


def _with_its_extra(engine: str) -> str:
    """The engine's name, and what to install if it cannot be used yet."""
    from index.errors import MissingExtra
    from index.writer import engine_class

    try:
        engine_class(engine)
    except MissingExtra as error:
        return f"{engine} (not installed: pip install 'jiansuo[{error.extra}]')"
    return engine


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# Completing values


def complete_engine(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The engines that there are."""
    from index.writer import ENGINES

    return [CompletionItem(name) for name in ENGINES if name.startswith(incomplete)]


def _complete_source(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The sources of the articles in the index."""
    from index.errors import ArchiveError
    from index.manifest import IndexDirectory
    from index.store import Store

    place = IndexDirectory(ctx.params.get("index") or _DEFAULT_INDEX)
    try:
        manifest = place.manifest()
        with closing(Store(place.store_path, readonly=True)) as store:
            sources = store.sources(manifest.generation)
    except (ArchiveError, OSError):
        return []  # whoever presses Tab wants no errors
    return [CompletionItem(printable(name)) for name in sources if name.startswith(incomplete)]


# Options

index_option = click.option(
    "--index",
    metavar="DIR",
    type=click.Path(file_okay=False),
    envvar="SEARCH_INDEX",
    default=_DEFAULT_INDEX,
    show_default="$SEARCH_INDEX, else ./.search-index",
    help="The index: a directory, or opensearch://host:9200/NAME.",
)
tz_option = click.option(
    "--tz",
    metavar="ZONE",
    envvar="SEARCH_TZ",
    default="UTC",
    show_default="$SEARCH_TZ, else UTC",
    help="Time zone of dates written and shown, such as Asia/Shanghai.",
)
query_argument = click.argument("words", metavar="[QUERY]...", nargs=-1, callback=read_text)
after_option = click.option(
    "--after", metavar="DATE", callback=_read_date, help="Only from this day, month or year on."
)
before_option = click.option(
    "--before", metavar="DATE", callback=_read_date, help="Only before this day, month or year."
)
source_option = click.option(
    "--source",
    metavar="NAME",
    multiple=True,
    callback=read_text,
    shell_complete=_complete_source,
    help="Only from this folder or host. May be repeated: from any of them.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
archive_argument = click.argument("archive", metavar="ARCHIVE...", nargs=-1, required=True, type=click.Path())

_BUILD_OPTIONS = (
    click.option(
        "--workers",
        metavar="N",
        type=click.IntRange(min=1),
        default=_cores,
        show_default="all cores",
        help="Processes that read and analyse.",
    ),
    click.option(
        "--user-dict",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        help="Words for the segmenter, in jieba's format.",
    ),
    click.option(
        "--include",
        metavar="GLOB",
        multiple=True,
        help="Only files whose name, or path if GLOB has a /, matches. May be repeated.",
    ),
    click.option(
        "--exclude",
        metavar="GLOB",
        multiple=True,
        help="No files or folders whose name, or path, matches. May be repeated.",
    ),
    click.option(
        "--max-bytes",
        "bytes",
        metavar="N",
        type=click.IntRange(min=1),
        show_default="64 MiB",
        help="Leave out larger files.",
    ),
    click.option(
        "--max-characters",
        "characters",
        metavar="N",
        type=click.IntRange(min=1),
        show_default="2,000,000",
        help="Leave out seeds with longer texts.",
    ),
    click.option(
        "--max-seconds",
        "seconds",
        metavar="N",
        type=click.FloatRange(min=0, min_open=True),
        show_default="60",
        help="Leave out seeds that take longer to read and analyse.",
    ),
)


def build_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a command that reads an archive."""
    for option in reversed(_BUILD_OPTIONS):
        function = option(function)
    return function
