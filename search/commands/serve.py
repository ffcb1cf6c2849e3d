"""The command that serves an index to browsers and programs."""

from __future__ import annotations

import click

from search.commands.interrupt import interrupt_ends_at_once, interrupt_raises
from search.commands.listening import needing_extra, port_in_use, port_option, serving_options
from search.commands.options import index_option, tz_option
from search.commands.program import FOUND, print_lines
from search.output.language import say

__all__ = ["serve"]


@click.command(short_help="Serve pages to search on, and a JSON API.")
@index_option
@tz_option
@serving_options(
    host="The address to listen on; 0.0.0.0 for all networks of this machine.",
    port=port_option(8000),
    timeout="The longest that a request may take.",
    seconds=10.0,
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
    interrupt_ends_at_once()  # an import may swallow a KeyboardInterrupt
    with needing_extra("search serve", "web", "starlette", "uvicorn", "jinja2", "markupsafe", "anyio"):
        from search.web.app import Settings
        from search.web.listening import allowed_hosts
        from search.web.server import serve as run
    interrupt_raises()  # uvicorn gives the signal back at its end, which is no failure

    hosts = allowed_hosts(host, allow_host)
    settings = Settings(index, tz=tz, seconds=timeout, hosts=hosts, saving=allow_saving)
    with port_in_use(port):
        run(
            settings,
            host=host,
            port=port,
            workers=workers,
            open_browser=open_browser,
            started=lambda address: print_lines([f"{address}  {say('(Ctrl+C stops)')}"]),
        )
    return FOUND
