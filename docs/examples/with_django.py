"""Search in Django: a view, and functions that keep the index up to date.

In `urls.py`: `path("search", with_django.search)`; in `settings.py`: `SEARCH_INDEX = "idx"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from index import delete, rebuild, update
from search import QueryError, Searcher, UsageError


@cache
def searcher() -> Searcher:
    """Return the Searcher of this process; it follows the index by itself."""
    return Searcher(settings.SEARCH_INDEX, tz=settings.TIME_ZONE)


def search(request: HttpRequest) -> JsonResponse:
    """Answer `?q=…&page=…`."""
    query, number = request.GET.get("q", ""), request.GET.get("page", "")
    try:
        page = searcher().search(query, page=int(number) if number.isdecimal() else 1, timeout=5)
    except (QueryError, UsageError) as error:
        return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse(page.to_dict())


def index_all(rows: Iterable[Mapping[str, Any]]) -> int:
    """Index everything: `index_all(Story.objects.values("id", "title", "body", "date").iterator())`."""
    return rebuild(rows, settings.SEARCH_INDEX, tz=settings.TIME_ZONE, wait=60).articles


def saved(row: Mapping[str, Any]) -> None:
    """Index one row, as after a save: a batch at a time costs much less."""
    update(row, settings.SEARCH_INDEX, tz=settings.TIME_ZONE, wait=60)


def deleted(id: object) -> None:
    """Take one row out of the index."""
    delete(str(id), settings.SEARCH_INDEX, missing_ok=True, wait=60)
