"""What the commands that listen share: the options of an address, and the errors of starting."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

__all__ = ["needing_extra", "port_in_use", "port_option", "serving_options"]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def port_option(default: int, about: str = "The port; 0 for any free one.") -> Decorator:
    """Return the option for a port."""
    return click.option(
        "--port",
        metavar="N",
        type=click.IntRange(0, 65535),
        default=default,
        show_default=True,
        help=about,
    )


def serving_options(*, host: str, port: Decorator, timeout: str, seconds: float) -> Decorator:
    """Return the options of a server, with the help of those whose meaning differs."""
    options = (
        click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help=host),
        port,
        click.option(
            "--allow-host",
            metavar="NAME",
            multiple=True,
            help="Answer under this name too, as behind a reverse proxy. May be repeated.",
        ),
        click.option(
            "--timeout",
            metavar="SECONDS",
            type=click.FloatRange(0.1, 600),
            default=seconds,
            show_default=True,
            help=timeout,
        ),
    )

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@contextmanager
def needing_extra(command: str, extra: str, *modules: str) -> Iterator[None]:
    """Say what to install where an import inside finds one of the modules of an extra missing."""
    from index.errors import MissingExtra

    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in modules:
            raise MissingExtra(command, extra=extra) from error
        raise


@contextmanager
def port_in_use(port: int) -> Iterator[None]:
    """Say what to do where the port is taken."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(f"port {port} is in use; choose another with --port") from error
        raise
