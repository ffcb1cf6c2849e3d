"""The `search` command, which puts its commands together."""

from __future__ import annotations

import gc
import signal
from os import environ
from pathlib import PurePath
from typing import NoReturn

import click
from click.shell_completion import get_completion_class

from search.commands import (
    around,
    build,
    check,
    cite,
    delete,
    demo,
    inspect,
    mcp,
    occurrences,
    query,
    quote,
    reprints,
    saved,
    serve,
    show,
)
from search.commands.interrupt import interrupt_raises
from search.commands.options import color_option, pager_option
from search.commands.program import FAILED, FOUND, Program

__all__ = ["cli", "main"]


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"search (jiansuo) {version('jiansuo')}")
        except PackageNotFoundError:
            click.echo("search (jiansuo), not installed")
        ctx.exit()


@click.group(
    cls=Program, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(ctx: click.Context) -> int:
    """Full-text search in archives of Chinese-language articles.

    \b
    search demo                           sample articles, their index, and a page
    search rebuild seeds                  make an index of a folder of articles
    search 乌克兰 弹药                     find articles; the same as search query
    search query '"和平宪法"'              find exactly these characters
    search show 晨报/1042199.md            read one
    search quote 渡轮停航一晚              find out whether, and where first, this was written
    search help COMMAND                   everything about a command

    What does not begin with a command is a query. Exit codes: 0 found or done;
    1 nothing found, or some seeds left out; 2 wrong usage or failure;
    130 interrupted (Ctrl+C), 143 terminated, 141 the reader of the output has
    closed it.
    """
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        ctx.color = False
    elif environ.get("FORCE_COLOR"):
        ctx.color = True
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        return FAILED
    return FOUND


_SHELLS = "bash", "zsh", "fish"


@cli.command()
@click.argument("shell", metavar="[bash|zsh|fish]", type=click.Choice(_SHELLS), required=False)
def completion(shell: str | None) -> int:
    """Print the script that lets a shell complete what you type.

    Without SHELL, for the one that $SHELL names.

    \b
    bash:  search completion bash > ~/.search-completion
           echo '. ~/.search-completion' >> ~/.bashrc
    zsh:   search completion zsh > ~/.search-completion
           echo '. ~/.search-completion' >> ~/.zshrc
    fish:  search completion fish > ~/.config/fish/completions/search.fish
    """
    shell = shell or PurePath(environ.get("SHELL", "")).name
    if shell not in _SHELLS:
        raise click.UsageError(f"write which shell: search completion {'|'.join(_SHELLS)}")
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "search", "_SEARCH_COMPLETE").source())
    return FOUND


for command in (
    build.rebuild,
    build.update,
    build.optimize,
    delete.delete,
    check.check,
    inspect.inspect,
    query.query,
    saved.save,
    saved.saved,
    saved.new,
    quote.quote,
    show.show,
    cite.cite,
    show.stats,
    around.facets,
    around.timeline,
    around.similar,
    reprints.reprints,
    occurrences.count,
    occurrences.concordance,
    occurrences.collocations,
    occurrences.trend,
    serve.serve,
    mcp.mcp,
    demo.demo,
):
    cli.add_command(command)

for command in (
    query.query,
    quote.quote,
    show.show,
    around.similar,
    reprints.reprints,
    occurrences.concordance,
):
    color_option(command)
    pager_option(command)


def _terminate(number: int, frame: object) -> NoReturn:
    # An exception, so that worker processes end and half-made files are removed.
    raise SystemExit(128 + number)


def main() -> NoReturn:
    """Run the command line; search/commands/start.py is the entry point of `search`."""
    # Imports make objects that stay; looking for garbage among them as often as Python does
    # by default takes a tenth of a cold start.
    gc.set_threshold(50_000)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _terminate)
    interrupt_raises()
    cli.main()
    raise AssertionError


if __name__ == "__main__":
    main()
