"""The command that serves an index to browsers and programs."""

from __future__ import annotations

import errno

import click

from search.commands.options import index_option, tz_option
from search.commands.program import FOUND, print_lines
from search.output.language import say

__all__ = ["serve"]

_PORT = 8000


@click.command(short_help="Serve pages to search on, and a JSON API.")
@index_option
@tz_option
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; 0.0.0.0 for all networks of this machine.",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="The port; 0 for any free one.",
)
@click.option(
    "--allow-host",
    metavar="NAME",
    multiple=True,
    help="Answer under this name too, as behind a reverse proxy. May be repeated.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that answer.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 600),
    default=10.0,
    show_default=True,
    help="The longest that a request may take.",
)
@click.option(
    "--allow-saving",
    is_flag=True,
    help="Let all who reach the page save queries beside the index, and remove them.",
)
@click.option("--open", "open_browser", is_flag=True, help="Show the first page in a browser.")
def serve(
    index: str,
    tz: str | None,
    host: str,
    port: int,
    allow_host: tuple[str, ...],
    workers: int,
    timeout: float,
    allow_saving: bool,
    open_browser: bool,
) -> int:
    """Serve pages to search on, and a JSON API, until interrupted.

    Answers only this machine, unless --host says otherwise. A rebuilt or
    updated index is used from the next request on. Needs the extra `web`;
    docs/web.md has the API, the limits, and how to set up a reverse proxy.

    \b
    search serve --open
    search serve --host 0.0.0.0 --port 8080 --workers 4
    search serve --allow-host archive.example.org      behind a reverse proxy
    """
    from index.errors import MissingExtra

    try:
        from search.web.app import Settings
        from search.web.listening import allowed_hosts
        from search.web.server import serve as run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("starlette", "uvicorn", "jinja2", "markupsafe", "anyio"):
            raise MissingExtra("search serve", extra="web") from error
        raise
    settings = Settings(
        index, tz=tz, seconds=timeout, hosts=allowed_hosts(host, allow_host), saving=allow_saving
    )
    try:
        run(
            settings,
            host=host,
            port=port,
            workers=workers,
            open_browser=open_browser,
            started=lambda address: print_lines([f"{address}  {say('(Ctrl+C stops)')}"]),
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(f"port {port} is in use; choose another with --port") from error
        raise
    return FOUND
