"""The protocol: list and call tools, over standard input and output or HTTP.

Calls run in a few threads, each with a time limit, as the requests of the web
server do. A failed call is an answer that says how to mend it: a model reads
answers, and protocol errors only its program does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from starlette.types import ASGIApp

from index.errors import ArchiveError, ArticleNotFound, IndexStateError, QueryError, SearchTimeout, UsageError
from index.version import version
from search.mcp.answers import cleaned
from search.mcp.arguments import input_schema, read_arguments
from search.mcp.tools import INSTRUCTIONS, TOOLS, Tool, described_for
from search.searcher import Searcher
from search.web.headers import SafeHeaders
from search.web.jobs import Jobs
from search.web.listening import listen
from search.web.problems import Problem

__all__ = ["PATH", "create_app", "create_server", "serve_http", "serve_stdio"]

PATH = "/mcp"
"""Where the server answers over HTTP."""

_LANGUAGE = "jiansuo://query-language"
_LARGEST_REQUEST = 256 * 1024
_READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

_log = logging.getLogger("search.mcp")

Context = ServerRequestContext[Any]


def create_server(searcher: Searcher, *, seconds: float = 30.0, details: bool = True) -> Server[Any]:
    """Return a server of the tools over one index.

    Args:
        searcher: The index.
        seconds: The longest that a call may take.
        details: Tell what is wrong with the index, which may name its path.
    """
    caller = _Caller(searcher, Jobs(seconds=seconds), details=details)
    return Server(
        "jiansuo",
        version=version(),
        title="jiansuo 检索",
        instructions=INSTRUCTIONS,
        on_list_tools=caller.list_tools,
        on_call_tool=caller.call,
        on_list_resources=caller.list_resources,
        on_read_resource=caller.read_resource,
    )


class _Caller:
    def __init__(self, searcher: Searcher, jobs: Jobs, *, details: bool) -> None:
        self._searcher = searcher
        self._jobs = jobs
        self._details = details
        self._tools = {tool.name: tool for tool in TOOLS}

    async def list_tools(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        """Answer the tools, with their schemas, which name the archive's own fields."""
        try:
            own_fields = await self._jobs.run(lambda: self._searcher.own_fields)
        except Exception as error:  # a call will tell the model what is wrong
            _log.error("%s", error)
            own_fields = {}
        return types.ListToolsResult(tools=[_described(described_for(tool, own_fields)) for tool in TOOLS])

    async def call(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Answer a call, or say how to mend it."""
        tool = self._tools.get(params.name)
        try:
            if tool is None:
                raise UsageError(f"there is no tool {params.name[:50]!r}; there are {', '.join(self._tools)}")
            given = read_arguments(params.arguments or {}, tool.parameters)
            answer = tool.answer
            found = await self._jobs.run(lambda: answer(self._searcher, given))
        except Exception as error:
            return types.CallToolResult(content=[_text(self._told(error))], is_error=True)
        written = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        return types.CallToolResult(content=[_text(written)], structured_content=found)

    def _told(self, error: Exception) -> str:
        """Return what a failed call answers."""
        match error:
            case QueryError():
                return cleaned(str(error))
            case UsageError() | SearchTimeout() | ArticleNotFound():
                return cleaned(str(error))
            case Problem():
                return error.detail
            case IndexStateError() if not self._details:
                _log.error("%s", error)
                return "the index is being repaired or is missing; try again later"
            case ArchiveError() if self._details:
                return f"{error}; this is for whoever keeps the archive to mend"
        _log.error("%s", error, exc_info=error)
        return "something went wrong in the server, and its log has it; another call may work"

    async def list_resources(
        self, context: Context, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        """Answer the one resource."""
        about = types.Resource(
            uri=_LANGUAGE,
            name="query-language",
            title="The query language",
            description="Everything that a query may say, with examples.",
            mime_type="text/markdown",
        )
        return types.ListResourcesResult(resources=[about])

    async def read_resource(
        self, context: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        """Answer the description of the query language."""
        if str(params.uri) != _LANGUAGE:
            raise MCPError(types.INVALID_PARAMS, f"there is no resource {params.uri}; there is {_LANGUAGE}")
        text = (files("search.mcp") / "query_language.md").read_text("utf-8")
        contents = types.TextResourceContents(uri=_LANGUAGE, mime_type="text/markdown", text=text)
        return types.ReadResourceResult(contents=[contents])


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.about,
        input_schema=input_schema(tool.parameters),
        annotations=_READ_ONLY,
    )


def _text(text: str) -> types.TextContent:
    return types.TextContent(text=text)


def serve_stdio(index: str, *, tz: str | None = None, seconds: float = 30.0) -> None:
    """Answer the one client on standard input and output, until it closes them.

    Raises:
        IndexStateError: The index cannot be opened.
        UsageError: There is no such zone.
    """

    async def run(server: Server[Any]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # A thread waits for standard input, and Python would wait for the thread. Nothing is lost:
            # this only reads.
            asyncio.get_running_loop().add_signal_handler(number, os._exit, 128 + number)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    with Searcher(index, tz=tz) as searcher:
        asyncio.run(run(create_server(searcher, seconds=seconds)))


def create_app(searcher: Searcher, *, seconds: float = 30.0, hosts: tuple[str, ...] = ()) -> ASGIApp:
    """Return the application that answers over HTTP.

    Args:
        searcher: The index.
        seconds: The longest that a call may take.
        hosts: The names under which it is asked; without any, all are answered.
    """
    server = create_server(searcher, seconds=seconds, details=False)
    guarded = TransportSecuritySettings(
        enable_dns_rebinding_protection=bool(hosts),
        allowed_hosts=[f"{host}{port}" for host in hosts for port in ("", ":*")],
        # Pages of other sites send their own origin.
        allowed_origins=[
            f"{scheme}://{host}{port}"
            for scheme in ("http", "https")
            for host in hosts
            for port in ("", ":*")
        ],
    )
    app = server.streamable_http_app(
        streamable_http_path=PATH,
        # Nothing is kept between calls, so there are no sessions that could run out.
        stateless_http=True,
        json_response=True,
        max_request_body_size=_LARGEST_REQUEST,
        transport_security=guarded,
    )
    return SafeHeaders(app, hosts=hosts)


def serve_http(
    index: str,
    *,
    host: str,
    port: int,
    hosts: tuple[str, ...] = (),
    tz: str | None = None,
    seconds: float = 30.0,
    started: Callable[[str], object] = lambda address: None,
) -> None:
    """Answer over HTTP until SIGINT or SIGTERM.

    Args:
        index: The index, as for a Searcher.
        host: The address to listen on.
        port: The port; 0 for any that is free.
        hosts: The names under which requests are answered; without any, all are.
        tz: The zone in which dates are read and told.
        seconds: The longest that a call may take.
        started: Called with the address once it answers.

    Raises:
        IndexStateError: The index cannot be opened.
        OSError: The port is taken.
    """
    with Searcher(index, tz=tz) as searcher:
        app = create_app(searcher, seconds=seconds, hosts=hosts)
        listen(app, host=host, port=port, path=PATH, told=[started])
