"""Errors as problem details (RFC 9457), for programs as JSON and for people as a page.

Errors may name paths on the server; these are written to its log only.
"""

from __future__ import annotations

import logging
from typing import Any

from index.errors import (
    ArchiveError,
    ArticleNotFound,
    IndexStateError,
    OwnFileError,
    QueryError,
    SearchTimeout,
    UsageError,
)

__all__ = ["PROBLEM_TYPES", "Problem", "problem_of"]

PROBLEM_TYPES = {
    "query": "The query cannot be understood",
    "parameter": "A parameter is not right",
    "not-found": "There is nothing here",
    "forbidden": "This is not allowed here",
    "method": "This cannot be done here",
    "host": "This host name is not served",
    "busy": "Too much is being asked at once",
    "time": "The request took too long",
    "index": "The index cannot be read",
    "internal": "Something went wrong here",
}
"""The title of each kind of problem."""

_log = logging.getLogger("search.web")


class Problem(Exception):
    """An error as a request gets it. `extra` are members beside the standard ones."""

    def __init__(self, status: int, kind: str, detail: str, **extra: Any) -> None:
        self.status = status
        self.kind = kind
        self.detail = detail
        self.extra = extra
        super().__init__(detail)

    def members(self) -> dict[str, Any]:
        """Return the members of the JSON object."""
        return {
            "type": f"urn:jiansuo:problem:{self.kind}",
            "title": PROBLEM_TYPES[self.kind],
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


def problem_of(error: Exception) -> Problem:
    """Return the problem for an error, and log it if it is not the reader's."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueryError):
        return Problem(400, "query", error.problem, position=error.position, hint=error.hint)
    if isinstance(error, OwnFileError):
        _log.error("%s", error)
        return Problem(500, "internal", "the error was logged")
    if isinstance(error, UsageError):
        return Problem(400, "parameter", str(error))
    if isinstance(error, SearchTimeout):
        return Problem(503, "time", str(error))
    if isinstance(error, ArticleNotFound):
        return Problem(404, "not-found", "no article has this id")
    if isinstance(error, IndexStateError):
        _log.error("%s", error)
        return Problem(503, "index", "the index is being repaired or is missing; try again later")
    _log.error("%s", error, exc_info=not isinstance(error, ArchiveError))
    return Problem(500, "internal", "the error was logged")
