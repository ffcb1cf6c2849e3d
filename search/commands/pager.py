"""Text for people goes through a pager where it does not fit on the terminal, as git's does.

The pager is $SEARCH_PAGER, else $PAGER, else `less`; it gets LESS=FRX unless that is set, so that colours
stay, and what fits after all is just printed. `cat` or an empty name means none.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from shutil import get_terminal_size, which

import click

from search.output.terminal import width

__all__ = ["NO_PAGER", "print_paged"]

NO_PAGER = "search.no_pager"
"""The key under which a context's `meta` says that no pager is wanted."""


def print_paged(lines: Iterable[str]) -> None:
    """Print lines, through a pager if they are more than the terminal has room for."""
    command = _command()
    if command is None:
        _print(lines)
        return
    rest = iter(lines)
    begun, fits = _first_screen(rest)
    if fits:
        _print(begun)
    else:
        _page(chain(begun, rest), command)


def _command() -> list[str] | None:
    if not sys.stdout.isatty() or click.get_current_context().meta.get(NO_PAGER):
        return None
    name = os.environ.get("SEARCH_PAGER", os.environ.get("PAGER", "less"))
    try:
        command = shlex.split(name)
    except ValueError:
        return None
    if not command or command == ["cat"] or which(command[0]) is None:
        return None
    return command


def _first_screen(lines: Iterator[str]) -> tuple[list[str], bool]:
    """Return lines until the terminal is full, and whether these are all."""
    size = get_terminal_size()
    begun: list[str] = []
    rows = 1  # for the prompt
    for line in lines:
        begun.append(line)
        rows += max(1, -(-width(click.unstyle(line)) // size.columns))
        if rows > size.lines:
            return begun, False
    return begun, True


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _page(lines: Iterable[str], command: list[str]) -> None:
    plain = click.get_current_context().color is False
    environment = {"LESS": "FRX", "LV": "-c", **os.environ}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=environment) as pager, _interrupts_to(pager):
        assert pager.stdin is not None
        try:
            for line in lines:
                text = click.unstyle(line) if plain else line
                pager.stdin.write(f"{text}\n".encode(errors="replace"))
            pager.stdin.close()
        except BrokenPipeError:
            # Whoever leaves the pager has read enough.
            with suppress(OSError):
                pager.stdin.close()
        pager.wait()


@contextmanager
def _interrupts_to(pager: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave Ctrl+C to the pager while it is there: less stops a search with it, and goes on."""

    def interrupted(*_: object) -> None:
        if pager.poll() is not None:
            raise KeyboardInterrupt

    # A handler, not SIG_IGN, which the pager would inherit. Writing and waiting go on after it.
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
