"""Exports of the page: all articles that a search finds, or one, in every format of search/output/exports.py.

An export has no limit but the archive's. It is made piece by piece while it is sent, each piece within
the time that a request may take. If a piece fails, the connection is broken off, so that the browser
reports the download as failed: no export is cut off in silence.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice

from starlette.datastructures import QueryParams
from starlette.responses import Response, StreamingResponse

from search.output.exports import EXPORTS, Listing, exported, full_matches
from search.output.tables import BYTE_ORDER_MARK
from search.searcher import Searcher
from search.web.addresses import Search
from search.web.jobs import Jobs
from search.web.parameters import FORMAT, ONE_ID, read_parameters
from search.web.problems import Problem

__all__ = ["Exports"]

# Lines that are made at once; a line of CSV is some 500 bytes.
_PIECE = 500
# Exports that may be under way at once.
_MOST = 4


class Exports:
    """Makes exports, a few at a time."""

    def __init__(self, searcher: Searcher, jobs: Jobs) -> None:
        self._searcher = searcher
        self._jobs = jobs
        self._under_way = 0

    async def respond(
        self, given: QueryParams, search: Callable[[], Search], *, is_head: bool = False
    ) -> Response:
        """Return the export that parameters ask for. Raises Problem, and what searching raises."""
        asked = read_parameters(given, (FORMAT, ONE_ID), strict=False)
        form = EXPORTS[asked["format"]]
        if self._under_way >= _MOST:
            raise Problem(503, "busy", "too many exports are under way; try again in a moment")
        self._under_way += 1
        lines: Iterator[str] | None = None
        try:
            lines = await self._jobs.run(lambda: self._lines(asked["format"], asked["id"], search))
            first = await self._jobs.run(lambda: _piece(lines))
            if asked["format"] == "csv":
                first = BYTE_ORDER_MARK + first
        except BaseException:
            self._under_way -= 1
            raise
        headers = {
            "Content-Disposition": f'attachment; filename="articles.{form.suffix}"',
            "Cache-Control": "no-store",
        }
        if is_head:
            self._under_way -= 1
            return Response(headers=headers, media_type=form.media_type)
        return StreamingResponse(
            self._pieces(first, lines), headers=headers, media_type=f"{form.media_type}; charset=utf-8"
        )

    def _lines(self, form: str, id: str, search: Callable[[], Search]) -> Iterator[str]:
        tz, own_fields = self._searcher.tz, tuple(self._searcher.own_fields)
        if id:
            return exported(form, Listing([self._searcher.hit(id)], tz, own_fields=own_fields))
        asked = search()
        hits = self._searcher.stream(asked.q, sort=asked.sort, filters=asked.filters)
        return exported(form, Listing(full_matches(hits), tz, asked.q, asked.sort, own_fields))

    async def _pieces(self, first: str, lines: Iterator[str]) -> AsyncIterator[bytes]:
        try:
            piece = first
            while piece:
                yield piece.encode()
                piece = await self._jobs.run(lambda: _piece(lines))
        finally:
            self._under_way -= 1


def _piece(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in islice(lines, _PIECE))
