"""The JSON API as a table: each resource is one method of a Searcher.

The table gives paths, parameters, answers and the description of the API
(openapi.py). An answer is a dataclass; search/output/values.py makes JSON of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from search.corpus.facets import Count, Facets, Timeline
from search.highlighting.snippets import Snippet
from search.output.values import Answer
from search.output.views import ArticleRecord, Health, Similar, Suggestions
from search.results import Hit
from search.searcher import Searcher
from search.web.parameters import BY, FILTERS, ID, LIMIT, PAGING, UNIT, Parameter, Q, filters_of

__all__ = ["RESOURCES", "Resource"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the API.

    `path` may hold `{id}`; `parameters` are those of the query string;
    `answer` returns the dataclass of which `example` is one.
    """

    name: str
    path: str
    summary: str
    parameters: Sequence[Parameter]
    answer: Callable[[Searcher, dict[str, Any]], Any]
    example: Any


def _search(searcher: Searcher, given: dict[str, Any]) -> Answer:
    began = time.perf_counter()
    page, limit = given["page"], given["limit"]
    found = searcher.search(
        given["q"], limit=limit, offset=(page - 1) * limit, sort=given["sort"], filters=filters_of(given)
    )
    seconds = round(time.perf_counter() - began, 4)
    return Answer(
        found.query,
        total=found.total,
        partial_total=found.partial_total,
        page=page,
        seconds=seconds,
        hits=found.hits,
        limit=limit,
    )


def _article(searcher: Searcher, given: dict[str, Any]) -> ArticleRecord:
    # Without its path: where the seed lies is the server's business.
    return ArticleRecord.of(searcher.article(given["id"]))


def _facets(searcher: Searcher, given: dict[str, Any]) -> Facets:
    return searcher.facets(given["q"], by=given["by"], filters=filters_of(given))


def _timeline(searcher: Searcher, given: dict[str, Any]) -> Timeline:
    return searcher.timeline(given["q"], unit=given["unit"], filters=filters_of(given))


def _suggest(searcher: Searcher, given: dict[str, Any]) -> Suggestions:
    return Suggestions(given["q"], searcher.suggest(given["q"], limit=given["limit"]))


def _similar(searcher: Searcher, given: dict[str, Any]) -> Similar:
    return Similar(given["id"], searcher.similar(given["id"], limit=given["limit"]))


def _health(searcher: Searcher, given: dict[str, Any]) -> Health:
    stats = searcher.stats()
    return Health("ok", stats.articles, stats.engine, stats.generation)


_HIT = Hit(
    id="晨报/1042199.md",
    title="夜班列车恢复开行",
    url="https://news.example/1042199",
    sources=("晨报", "news.example"),
    date=datetime(2024, 3, 10, 19, 45, 1, tzinfo=timezone.utc),
    score=12.3,
    partial=False,
    title_highlights=((0, 2),),
    snippets=(Snippet("夜班列车每晚十点开出。", ((0, 4),)),),
    authors=("林小舟",),
    tags=("交通",),
)
_RECORD = ArticleRecord(
    id=_HIT.id,
    title=_HIT.title,
    authors=_HIT.authors,
    url=_HIT.url,
    sources=_HIT.sources,
    date=_HIT.date,
    dated_by="header",
    tags=_HIT.tags,
    paragraphs=("夜班列车每晚十点开出。",),
)

RESOURCES = (
    Resource(
        "search",
        "/api/search",
        "One page of what a query finds",
        (*FILTERS, *PAGING),
        _search,
        Answer("夜班列车", total=1, partial_total=0, page=1, seconds=0.003, hits=(_HIT,)),
    ),
    Resource("article", "/api/articles/{id}", "One article", (), _article, _RECORD),
    Resource(
        "facets",
        "/api/facets",
        "How many articles each source, author, tag, year or month has",
        (*FILTERS, BY),
        _facets,
        Facets("列车", "source", total=12, missing=0, partial=False, counts=(Count("晨报", 12),)),
    ),
    Resource(
        "timeline",
        "/api/timeline",
        "Articles over time, without gaps",
        (*FILTERS, UNIT),
        _timeline,
        Timeline("列车", "month", total=12, missing=0, partial=False, counts=(Count("2024-03", 12),)),
    ),
    Resource(
        "suggest",
        "/api/suggest",
        "How a query may go on",
        (Q, LIMIT),
        _suggest,
        Suggestions("列", ("列车",)),
    ),
    Resource(
        "similar", "/api/similar", "Articles about the same", (ID, LIMIT), _similar, Similar(_HIT.id, (_HIT,))
    ),
    Resource(
        "health", "/healthz", "Whether the index can be searched", (), _health, Health("ok", 48, "whoosh", 1)
    ),
)
