"""The command that serves an index to assistants, as tools of the Model Context Protocol."""

from __future__ import annotations

import sys

import click

from search.commands.listening import needing_extra, port_in_use, port_option, serving_options
from search.commands.options import index_option, tz_option
from search.commands.program import FOUND, print_lines, warn
from search.output.language import say

__all__ = ["mcp"]


@click.command(short_help="Serve an index to assistants (MCP).")
@index_option
@tz_option
@click.option("--http", is_flag=True, help="Answer over HTTP, not on standard input and output.")
@serving_options(
    host="With --http, the address to listen on.",
    port=port_option(8001, "With --http, the port; 0 for any free one."),
    timeout="The longest that a call may take.",
    seconds=30.0,
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
    with needing_extra("search mcp", "mcp", "mcp", "mcp_types", "starlette", "uvicorn", "anyio"):
        from search.mcp.server import serve_http, serve_stdio
        from search.web.listening import allowed_hosts

    if not http:
        if sys.stdin.isatty():
            warn([say("this waits for an assistant, which starts it itself; Ctrl+C ends it")])
        serve_stdio(index, tz=tz, seconds=timeout)
        return FOUND
    with port_in_use(port):
        serve_http(
            index,
            host=host,
            port=port,
            hosts=allowed_hosts(host, allow_host),
            tz=tz,
            seconds=timeout,
            started=lambda address: print_lines([f"{address}  {say('(Ctrl+C stops)')}"]),
        )
    return FOUND
