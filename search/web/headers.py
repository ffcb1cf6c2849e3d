"""Security headers, Host validation and the limit of an address."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.web.problems import Problem

__all__ = ["LONGEST_ADDRESS", "SafeHeaders"]

LONGEST_ADDRESS = 128 * 1024
"""In bytes; a query of 10,000 Chinese characters is 90,000 in an address."""

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # The address of a page may hold a query, which other sites should not see.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def _refuse(request: Request, problem: Problem) -> Response:
    """Answer for programs."""
    text = json.dumps(problem.members())
    return Response(text, problem.status, media_type="application/problem+json")


class SafeHeaders:
    """Adds security headers, and answers only requests for the names in `hosts`, if there are any.

    `refuse` makes the answer to others, and to addresses that are too long.

    Without the names, pages of other sites could read an archive that is
    served to this machine alone, by pointing their own name at 127.0.0.1.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: tuple[str, ...] = (),
        refuse: Callable[[Request, Problem], Awaitable[Response]] = _refuse,
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app, problem = self._app, self._problem(scope)
        if problem is not None:
            app = await self._refuse(Request(scope), problem)
        await app(scope, receive, send_safely)

    def _problem(self, scope: Scope) -> Problem | None:
        """Return why a request is not answered, or None."""
        if not self._is_ours(Headers(scope=scope).get("host", "")):
            return Problem(421, "host", "name this host with --allow-host when the server is started")
        if len(scope.get("raw_path", b"")) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return Problem(414, "parameter", f"the address is longer than {LONGEST_ADDRESS // 1024} KiB")
        return None

    def _is_ours(self, host: str) -> bool:
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return not self._hosts or name.lower() in self._hosts
