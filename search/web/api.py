"""The JSON API: each resource is one method of Searcher."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from search.output.facets import facets_json, similar_json, timeline_json
from search.output.records import Answer, answer_json, article_values, json_text
from search.searcher import Searcher
from search.web.parameters import BY, FILTERS, ID, LIMIT, PAGING, UNIT, Parameter, Q

__all__ = ["RESOURCES", "Resource"]

Resource = tuple[str, Sequence[Parameter], Callable[[Searcher, dict[str, Any]], str]]


def _search(searcher: Searcher, given: dict[str, Any]) -> str:
    began = time.perf_counter()
    page, limit = given["page"], given["limit"]
    found = searcher.search(
        given["q"], limit=limit, offset=(page - 1) * limit, sort=given["sort"], **_filters(given)
    )
    seconds = time.perf_counter() - began
    answer = Answer(
        found.query, found.total, found.partial_total, seconds, found.hits, page=page, limit=limit
    )
    return "".join(answer_json(answer))


def _article(searcher: Searcher, given: dict[str, Any]) -> str:
    # Without its path: where the seed lies is the server's business.
    return json_text(article_values(searcher.article(given["id"])))


def _facets(searcher: Searcher, given: dict[str, Any]) -> str:
    return facets_json(given["q"], searcher.facets(given["q"], by=given["by"], **_filters(given)))


def _timeline(searcher: Searcher, given: dict[str, Any]) -> str:
    found = searcher.timeline(given["q"], unit=given["unit"], **_filters(given))
    return timeline_json(given["q"], found)


def _suggest(searcher: Searcher, given: dict[str, Any]) -> str:
    return json_text({"query": given["q"], "completions": searcher.suggest(given["q"], limit=given["limit"])})


def _similar(searcher: Searcher, given: dict[str, Any]) -> str:
    return similar_json(given["id"], searcher.similar(given["id"], limit=given["limit"]))


def _health(searcher: Searcher, given: dict[str, Any]) -> str:
    stats = searcher.stats()
    return json_text(
        {
            "status": "ok",
            "articles": stats.articles,
            "engine": stats.engine,
            "generation": stats.generation,
        }
    )


def _filters(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] or None for name in ("after", "before", "source")}


RESOURCES: tuple[Resource, ...] = (
    ("/api/search", (*FILTERS, *PAGING), _search),
    ("/api/articles/{id:path}", (), _article),
    ("/api/facets", (*FILTERS, BY), _facets),
    ("/api/timeline", (*FILTERS, UNIT), _timeline),
    ("/api/suggest", (Q, LIMIT), _suggest),
    ("/api/similar", (ID, LIMIT), _similar),
    ("/healthz", (), _health),
)
"""Path, parameters of the query string, and what answers."""
