"""The base of all commands: errors and exit codes, standard streams, the progress bar.

Every error becomes a message that begins with `search: `, and an exit code. A
traceback is a bug.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from difflib import get_close_matches
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from search.commands.localized import localize
from search.output.language import language_of_environment, say, set_language
from search.output.terminal import printable

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

__all__ = [
    "FAILED",
    "FOUND",
    "NOTHING_FOUND",
    "Bar",
    "Program",
    "explanation",
    "print_data",
    "print_error",
    "print_lines",
    "terminal_width",
    "warn",
]

FOUND = 0
"""Exit code: found, or done."""

NOTHING_FOUND = 1
"""Exit code: nothing found, or some seeds left out."""

FAILED = 2
"""Exit code: wrong usage, or a failure."""

# As shells report a program that a signal has ended.
_INTERRUPTED, _BROKEN_PIPE = 130, 141


# What the group itself takes; anything else that is no command begins a query.
_OF_THE_GROUP = frozenset({"--version", "--help", "-h"})
_DEFAULT = "query"
_ALIKE = 0.75
# Seconds between two pictures of the bar.
_EVERY = 0.1


class Program(click.Group):
    """A group of commands that return their exit codes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `help COMMAND` as `COMMAND --help`."""
        if args[:1] == ["help"]:
            if unknown := set(args[1:2]) - self.commands.keys():
                raise click.UsageError(f"there is no command {unknown.pop()}", ctx)
            args = [*args[1:2], "--help"]
        if args and args[0] not in self.commands and args[0] not in _OF_THE_GROUP:
            _refuse_misspelt(args[0], self.commands, ctx)
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; its help is in the reader's language."""
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            localize(command)
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run with these arguments and exit."""
        for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
            # Python's stream for a descriptor that is closed (`>&-`) is None.
            if getattr(sys, name) is None:
                setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
        for stream in (sys.stdout, sys.stderr):
            # A terminal that cannot show a character must not end the program.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        set_language(language_of_environment(os.environ))
        localize(self)
        sys.exit(self._run(*args, **{**extra, "prog_name": "search", "standalone_mode": False}))

    def _run(self, *args: Any, **extra: Any) -> int:
        try:
            code = super().main(*args, **extra)
            return code if isinstance(code, int) else FOUND
        except click.Abort as error:
            return _fail([say("; ".join(["interrupted", *map(str, error.args)]))], _INTERRUPTED)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "search"
            return _fail([say(_misuse(error)), say(f"see: {command} --help")], FAILED)
        except click.ClickException as error:
            return _fail(map(say, error.format_message().split("\n")), FAILED)
        except Exception as error:
            if os.environ.get("SEARCH_DEBUG"):
                raise
            return _fail(explanation(error), FAILED)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named; end in silence when nobody reads any more."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            with suppress(OSError, ValueError):
                # Python's own flush at the end would complain.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return _BROKEN_PIPE
        return code


def _refuse_misspelt(word: str, commands: Iterable[str], ctx: click.Context) -> None:
    near = get_close_matches(word, list(commands), n=1, cutoff=_ALIKE)
    if near:
        query = f"search query {word}"
        raise click.UsageError(
            f"there is no command {word}; did you mean {near[0]}? To search for the word: {query}", ctx
        )


def _misuse(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        # Click names others too that are less alike: --tz for --limt.
        near = get_close_matches(error.option_name, error.possibilities or (), n=1)
        return f"there is no option {error.option_name}" + (f"; did you mean {near[0]}?" if near else "")
    return error.format_message()


def explanation(error: Exception) -> Iterator[str]:
    """Return an error in the reader's language: what it is, then where it is and what to do."""
    from index.errors import ArchiveError, QueryError

    if isinstance(error, QueryError):
        from search.output.text import query_error_lines

        yield from query_error_lines(error)
    elif isinstance(error, ArchiveError):
        from search.commands.remedies import explain

        yield from explain(error).split("\n")
    elif isinstance(error, OSError):
        reason = say(error.strerror or str(error))
        yield f"{os.fsdecode(error.filename)}: {reason}" if error.filename else reason
    else:
        yield say(f"internal error: {type(error).__name__}: {error}")
        yield say("a bug: please report it; SEARCH_DEBUG=1 shows where it happened")


def _fail(lines: Iterable[str], code: int) -> int:
    print_error(lines)
    return code


def print_error(lines: Iterable[str]) -> None:
    """Print an error: the first line says what it is, the others where it is and what to do."""
    first, *others = lines
    warn([first])
    with suppress(OSError):
        for line in others:
            click.echo(printable(line), err=True)


def warn(lines: Iterable[str]) -> None:
    """Print messages on standard error."""
    with suppress(OSError):
        for line in lines:
            click.echo(f"search: {printable(line)}", err=True)


def print_lines(lines: Iterable[str]) -> None:
    """Print text for people; colours only on a terminal."""
    for line in lines:
        click.echo(line)


def print_data(lines: Iterable[str]) -> None:
    """Print JSON, CSV or HTML, always in UTF-8."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print_lines(lines)


def terminal_width() -> int | None:
    """Return the terminal's width in columns; None if text goes into a file or a pipe."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


class Bar:
    """A progress bar on standard error, if that is a terminal, while a generation is made."""

    def __init__(self) -> None:
        self._bar: ProgressBar[int] | None = None
        self._done = 0
        self._began = self._shown = 0.0

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()
        if kind is KeyboardInterrupt:
            raise click.Abort("the index is as it was before")

    @property
    def progress(self) -> Callable[[int, int | None], None] | None:
        """Call this with how far it is; None if nobody watches, because counting costs time."""
        return self._progress if sys.stderr.isatty() else None

    def _progress(self, done: int, total: int | None) -> None:
        if self._bar is None:
            self._began = time.monotonic()
            self._bar = click.progressbar(
                length=total or 0,
                width=max(5, min(30, get_terminal_size().columns - 50)),
                label=say("articles"),
                file=sys.stderr,
                show_pos=True,
                item_show_func=self._rate,
            )
        now = time.monotonic()
        if now - self._shown >= _EVERY or done == total:
            self._shown = now
            self._bar.update(done - self._done, done)
            self._done = done

    def _rate(self, done: int | None) -> str | None:
        seconds = time.monotonic() - self._began
        return say(f"{done / seconds:,.0f} a second") if done and seconds > 0.2 else None
