"""A search API with FastAPI.

    INDEX=idx uvicorn --app-dir docs/examples --factory with_fastapi:create_app

A search runs in a thread; if its reader goes away, or five seconds are over, it ends.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from search import ArchiveError, QueryError, Searcher, SearchTimeout, UsageError, in_thread

STATUS: dict[type[ArchiveError], int] = {QueryError: 400, UsageError: 400, SearchTimeout: 503}


def create_app(index: str | None = None) -> FastAPI:
    """Return the application over one index."""
    searcher = Searcher(index or os.environ["INDEX"], tz="Asia/Shanghai")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        searcher.close()

    app = FastAPI(lifespan=lifespan)

    @app.get("/search")
    async def search(q: str, page: int = 1) -> dict[str, Any]:
        found = await in_thread(searcher.search, q, page=page, timeout=5)
        return found.to_dict()

    @app.exception_handler(ArchiveError)
    async def failed(request: Request, error: ArchiveError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, STATUS.get(type(error), 500))

    return app
