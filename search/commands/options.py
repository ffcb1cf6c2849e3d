"""Options that several commands share, with the functions that check and complete their values."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Container
from contextlib import closing
from functools import wraps
from typing import Any, overload

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from search.commands.pager import NO_PAGER
from search.output.language import say
from search.output.terminal import printable

__all__ = [
    "DEFAULT_INDEX",
    "UNDECODED",
    "EngineOption",
    "QueryCommand",
    "archive_argument",
    "build_options",
    "color_option",
    "complete_engine",
    "filter_options",
    "index_option",
    "json_option",
    "pager_option",
    "query_argument",
    "read_engine",
    "read_limit",
    "read_part",
    "read_text",
    "reading_options",
    "tz_option",
    "wait_option",
]

DEFAULT_INDEX = ".search-index"
_MOST_HITS = 1_000_000

_LETTER = re.compile(r"-[A-Za-z]")
_NUMBERED = re.compile(r"-[A-Za-z][0-9]+")

UNDECODED = re.compile("[\ud800-\udfff]")
"""Characters that stand for bytes that Python could not decode."""


class EngineOption(click.Option):
    """An option whose help lists the engines."""

    @property
    def help(self) -> str:
        """The option's help, made when it is asked for."""
        from index.engines.registry import ENGINES

        *others, last = (
            f"{name} ({say(str(entry))})" if str(entry) else name for name, entry in ENGINES.items()
        )
        return say("{}: {} or {}.").format(say(self._help), ", ".join(others), last)

    @help.setter
    def help(self, text: str) -> None:
        self._help = text


class QueryCommand(click.Command):
    """A command whose words may begin with a dash: `-日本` is text, `--limit`, `-n` and `-h` are options.

    A word that looks like an option and is none (`-v`, `-limit`) is an error: as
    text it would silently exclude articles.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the words of the query behind the options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        names = {name for option in options for name in option.opts}
        takes_value = {name for option in options if not option.is_flag for name in option.opts}
        given: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                words.extend(rest)
            elif _NUMBERED.fullmatch(arg) and arg[:2] in takes_value:
                given.append(arg)
            elif not arg.startswith("--") and arg not in names:
                words.append(arg if ctx.resilient_parsing else _excluding(arg, names, ctx))
            elif arg in takes_value and (value := next(rest, None)) is not None:
                given.append(f"{arg}={value}" if arg.startswith("--") else arg + value)
            elif arg in takes_value:
                return super().parse_args(ctx, [*given, arg])  # which lacks its value
            else:
                given.append(arg)
        return super().parse_args(ctx, [*given, "--", *words])


def _excluding(word: str, names: Container[str], ctx: click.Context) -> str:
    """Return a word of the query. Raises UsageError if it looks like an option."""
    option = word.partition("=")[0]
    if f"-{option}" in names:
        problem = f"the option is -{option}, not {option}"
    elif _LETTER.fullmatch(option):
        problem = f"there is no option {word}"
    else:
        return word
    advice = f"to exclude the word write NOT {option[1:]}, or put -- before the query"
    raise click.UsageError(f"{problem}; {advice}", ctx)


# Reading values


def read_limit(ctx: click.Context, param: click.Parameter, value: str) -> int | None:
    """Return the number of hits; None for all."""
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
    """Return text, or several; read as UTF-8 if the locale could not decode it."""
    if isinstance(value, tuple):
        return tuple(read_text(ctx, param, one) for one in value)
    try:
        return os.fsencode(value).decode() if UNDECODED.search(value) else value
    except UnicodeError:
        raise click.BadParameter("this is no text, neither in this locale nor in UTF-8") from None


def _read_index(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Reject an empty `--index`, which would mean the current directory."""
    if not value and not ctx.resilient_parsing:
        raise click.UsageError("--index is empty; write a directory, or leave it out", ctx)
    return value


def _read_date(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return a date as in queries; an error names the option."""
    if value is None or ctx.resilient_parsing:
        return value
    from index.errors import UsageError
    from search.filters import check_date

    try:
        check_date("after" if param.name == "after" else "before", value)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error
    return value


def _read_sources(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(name.strip() for name in value) and not ctx.resilient_parsing:
        raise click.BadParameter("the name is empty; write one, or leave the option out")
    return read_text(ctx, param, value)


def _read_zone(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the name of a zone that there is; an error names the option or the variable."""
    if value is None or ctx.resilient_parsing:
        return value
    from index.errors import UsageError
    from search.calendar import read_zone

    try:
        read_zone(value)
    except UsageError as error:
        if ctx.get_parameter_source("tz") is ParameterSource.ENVIRONMENT:
            raise click.UsageError(f"SEARCH_TZ: {error}", ctx) from error
        raise click.BadParameter(str(error)) from error
    return value


def _read_color(ctx: click.Context, param: click.Parameter, value: str) -> None:
    """Override the environment, which the group has read."""
    if value != "auto":
        ctx.color = value == "always"


def read_engine(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Return the name of an engine that exists."""
    if value is None or ctx.resilient_parsing:
        return value
    from index.engines.registry import ENGINES

    if value not in ENGINES:
        there_are = ", ".join(map(_with_its_extra, ENGINES))
        raise click.BadParameter(f"no engine is called {value!r}; there are {there_are}")
    return value


def read_part(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Return a part, written 3/8."""
    if value is None or ctx.resilient_parsing:
        return None
    number, _, of = value.partition("/")
    if not (number.isdecimal() and of.isdecimal()):
        raise click.BadParameter(f"{value!r} is no part: a part is written 3/8, the third of eight")
    return int(number), int(of)


def _with_its_extra(engine: str) -> str:
    """Return the engine's name, and what to install if it cannot be used yet."""
    from index.engines.registry import engine_class
    from index.errors import MissingExtra
    from search.commands.remedies import installation

    try:
        engine_class(engine)
    except MissingExtra as error:
        return say(f"{engine} (not installed: {installation(error.extra)})")
    return engine


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# Completing values


def complete_engine(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of an engine."""
    from index.engines.registry import ENGINES

    return [CompletionItem(name) for name in ENGINES if name.startswith(incomplete)]


def _complete_source(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a source of the index."""
    from index.errors import ArchiveError
    from index.storage.directory import IndexDirectory
    from index.storage.store import Store

    place = IndexDirectory(ctx.params.get("index") or DEFAULT_INDEX)
    try:
        manifest = place.manifest()
        with closing(Store(place.store_path(manifest), readonly=True)) as store:
            sources = store.sources(manifest.generation)
    except (ArchiveError, OSError):
        return []  # whoever presses Tab wants no errors
    return [CompletionItem(printable(name)) for name in sources if name.startswith(incomplete)]


# Options

index_option = click.option(
    "--index",
    metavar="DIR",
    type=click.Path(file_okay=False),
    callback=_read_index,
    envvar="SEARCH_INDEX",
    default=DEFAULT_INDEX,
    show_default="$SEARCH_INDEX, else ./.search-index",
    help="The index: a directory, or opensearch://host:9200/NAME.",
)
tz_option = click.option(
    "--tz",
    metavar="ZONE",
    callback=_read_zone,
    envvar="SEARCH_TZ",
    show_default="$SEARCH_TZ, else the machine's",
    help="Time zone in which dates are read and shown, such as Asia/Shanghai or +08:00.",
)
query_argument = click.argument("words", metavar="[QUERY]...", nargs=-1, callback=read_text)


def _read_words(ctx: click.Context, param: click.Parameter, value: str | None) -> frozenset[str]:
    """Return the words of a file; an error names the option."""
    if value is None or ctx.resilient_parsing:
        return frozenset()
    from index.errors import UsageError
    from search.query.words import read_words

    try:
        return read_words(value)
    except UsageError as error:
        raise click.BadParameter(str(error)) from error


_FILTER_OPTIONS = (
    click.option(
        "--after", metavar="DATE", callback=_read_date, help="Only from this day, week, month or year on."
    ),
    click.option(
        "--before", metavar="DATE", callback=_read_date, help="Only before this day, week, month or year."
    ),
    click.option(
        "--source",
        metavar="NAME",
        multiple=True,
        callback=_read_sources,
        shell_complete=_complete_source,
        help="Only from this source, a folder or a host. May be repeated: from any of them.",
    ),
    click.option(
        "--variants",
        is_flag=True,
        help="Look for other names too: 川普 for 特朗普. Your own are in variants.txt in the index's folder,"
        " and in the file that SEARCH_VARIANTS names.",
    ),
    click.option(
        "--words",
        "together",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        callback=_read_words,
        help="Words that hold together in QUERY, in jieba's format.",
    ),
)


def filter_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add filters and how the query is read, which the command gets as one `filters`."""

    @wraps(function)
    def with_filters(
        *,
        after: str | None,
        before: str | None,
        source: tuple[str, ...],
        variants: bool,
        together: frozenset[str],
        **rest: Any,
    ) -> Any:
        from search.filters import Filters

        filters = Filters(after=after, before=before, source=source, variants=variants, words=together)
        return function(filters=filters, **rest)

    command: Callable[..., Any] = with_filters
    for option in reversed(_FILTER_OPTIONS):
        command = option(command)
    return command


color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    expose_value=False,
    callback=_read_color,
    help="When to print colours; auto: on a terminal, unless NO_COLOR is set, or where FORCE_COLOR is.",
)


def _read_no_pager(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[NO_PAGER] = True


pager_option = click.option(
    "--no-pager",
    is_flag=True,
    expose_value=False,
    callback=_read_no_pager,
    help="Print at once, not page by page, what does not fit on the terminal.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
wait_option = click.option(
    "--wait",
    metavar="SECONDS",
    type=click.FloatRange(0, 1_000_000),
    default=0.0,
    help="How long to wait if another process writes to the index; without this, not at all.",
)
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


def _read_pairs(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = [tuple(map(str.strip, one.partition("=")[::2])) for one in value]
    if not all(name and key for name, key in pairs):
        raise click.BadParameter("write PROPERTY=KEY, as in title=headline", ctx=ctx, param=param)
    return tuple((name, key) for name, key in pairs)


def _read_own_fields(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    from index.errors import UsageError
    from index.own_fields import read_own_fields

    pairs = [(name.strip(), kind.strip()) for name, _, kind in (one.rpartition(":") for one in value)]
    try:
        return read_own_fields(pairs)
    except UsageError as error:
        raise click.BadParameter(f"{error}; write NAME:KIND, as in page:keyword", ctx, param) from error


_READING_OPTIONS = (
    click.option(
        "--archive-tz",
        metavar="ZONE",
        default="Asia/Shanghai",
        show_default=True,
        help="The zone of times that are written without one.",
    ),
    click.option(
        "--map",
        "keys",
        metavar="PROPERTY=KEY",
        multiple=True,
        callback=_read_pairs,
        help="The key or column that holds a property (title, body, date, authors, url, tags, source, id,"
        " summary) or an own field. May be repeated.",
    ),
    click.option(
        "--field",
        "own_fields",
        metavar="NAME:KIND",
        multiple=True,
        callback=_read_own_fields,
        help="An own field, taken from keys and columns of its name: text, keyword, number or date, as"
        " page:keyword. May be repeated.",
    ),
    click.option(
        "--split-at",
        metavar="MARK",
        default="",
        help="Begin an article at every line of Markdown and plain text that begins with MARK, as '## '.",
    ),
)


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how files are read."""
    for option in reversed(_READING_OPTIONS):
        function = option(function)
    return function


def build_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a command that reads an archive."""
    for option in reversed(_BUILD_OPTIONS):
        function = option(function)
    return function
