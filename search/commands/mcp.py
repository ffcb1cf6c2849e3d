"""The command that serves an index to assistants, as tools of the Model Context Protocol."""

from __future__ import annotations

import errno
import sys

import click

from search.commands.options import index_option, tz_option
from search.commands.program import FOUND, print_lines, warn
from search.output.language import say

__all__ = ["mcp"]


@click.command(short_help="Serve an index to assistants (MCP).")
@index_option
@tz_option
@click.option("--http", is_flag=True, help="Answer over HTTP, not on standard input and output.")
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="With --http, the address to listen on.",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="With --http, the port; 0 for any free one.",
)
@click.option(
    "--allow-host",
    metavar="NAME",
    multiple=True,
    help="Answer under this name too, as behind a reverse proxy. May be repeated.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 600),
    default=30.0,
    show_default=True,
    help="The longest that a call may take.",
)
def mcp(
    index: str, tz: str | None, http: bool, host: str, port: int, allow_host: tuple[str, ...], timeout: float
) -> int:
    """Serve an index to assistants: tools that search, read, count and check quotations.

    An assistant that speaks the Model Context Protocol starts this command
    and talks to it on standard input and output; with --http it asks a server
    that runs. Nothing can be changed by it. A rebuilt or updated index is used
    from the next call on. Needs the extra `mcp`; docs/assistants.md has the
    settings of the usual assistants.

    \b
    search mcp --index ~/idx
    search mcp --index ~/idx --http --port 8001
    """
    from index.errors import MissingExtra

    try:
        from search.mcp.server import serve_http, serve_stdio
        from search.web.listening import allowed_hosts
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("mcp", "mcp_types", "starlette", "uvicorn", "anyio"):
            raise MissingExtra("search mcp", extra="mcp") from error
        raise
    if not http:
        if sys.stdin.isatty():
            warn([say("this waits for an assistant, which starts it itself; Ctrl+C ends it")])
        serve_stdio(index, tz=tz, seconds=timeout)
        return FOUND
    try:
        serve_http(
            index,
            host=host,
            port=port,
            hosts=allowed_hosts(host, allow_host),
            tz=tz,
            seconds=timeout,
            started=lambda address: print_lines([f"{address}  (Ctrl+C stops)"]),
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(f"port {port} is in use; choose another with --port") from error
        raise
    return FOUND
