"""The description of the API (OpenAPI 3.1), made from the tables that it is checked by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from search.corpus.facets import FacetBy, TimeUnit
from search.web.parameters import BY, FILTERS, ID, LIMIT, PAGING, UNIT, Parameter, Q
from search.web.problems import PROBLEM_TYPES

__all__ = ["description"]

_HIT = {
    "id": "晨报/1042199.md",
    "title": "夜班列车恢复开行",
    "url": "https://news.example/1042199",
    "source": ["晨报", "news.example"],
    "date": "2024-03-10T19:45:01Z",
    "score": 12.3,
    "partial": False,
    "title_highlights": [[0, 2]],
    "snippets": [{"text": "夜班列车每晚十点开出。", "highlights": [[0, 4]]}],
}
_COUNTS = {"total": 12, "missing": 0, "partial": False}
_ARTICLE = {
    **{name: _HIT[name] for name in ("id", "title", "url", "source", "date")},
    "dated_by": "header",
    "paragraphs": ["夜班列车每晚十点开出。"],
}


def description(version: str) -> dict[str, Any]:
    """The whole description, as JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jiansuo",
            "version": version,
            "description": "Full-text search in an archive of Chinese-language articles. Read-only."
            " Highlights are spans of code points, [start, end). Times are UTC.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": _paths(),
        "components": {"schemas": _schemas(), "responses": _problems()},
    }


def _paths() -> dict[str, Any]:
    search = {
        "query": "夜班列车",
        "total": 1,
        "partial_total": 0,
        "page": 1,
        "seconds": 0.003,
        "hits": [_HIT],
    }
    sources = {"query": "列车", "by": "source", **_COUNTS, "counts": [{"value": "晨报", "count": 12}]}
    months = {"query": "列车", "unit": "month", **_COUNTS, "counts": [{"value": "2024-03", "count": 12}]}
    suggestions = {"query": "列", "completions": ["列车"]}
    health = {"status": "ok", "articles": 48, "engine": "whoosh", "generation": 1}
    id_in_path = {**_parameter(ID), "in": "path", "description": ID.about + " Slashes may stand as they are."}
    return {
        "/api/search": _get(
            "search", "One page of what a query finds", "Answer", search, (*FILTERS, *PAGING)
        ),
        "/api/articles/{id}": _get("article", "One article", "Article", _ARTICLE, (), given=[id_in_path]),
        "/api/facets": _get(
            "facets", "How many articles each source, year or month has", "Facets", sources, (*FILTERS, BY)
        ),
        "/api/timeline": _get(
            "timeline", "Articles over time, without gaps", "Timeline", months, (*FILTERS, UNIT)
        ),
        "/api/suggest": _get("suggest", "How a query may go on", "Suggestions", suggestions, (Q, LIMIT)),
        "/api/similar": _get(
            "similar", "Articles about the same", "Similar", {"id": _HIT["id"], "hits": [_HIT]}, (ID, LIMIT)
        ),
        "/healthz": _get("health", "Whether the index can be searched", "Health", health, ()),
    }


def _get(
    name: str,
    summary: str,
    schema: str,
    example: Any,
    parameters: Sequence[Parameter],
    given: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "example": example}
    answers: dict[str, Any] = {"200": {"description": summary, "content": {"application/json": content}}}
    codes = ["400", "404", "500", "503"] if name in ("article", "similar") else ["400", "500", "503"]
    answers.update({code: {"$ref": f"#/components/responses/{code}"} for code in codes})
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*given, *map(_parameter, parameters)],
            "responses": answers,
        }
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.about,
        "schema": parameter.schema(),
        "example": parameter.example,
    }


_TEXT = {"type": "string"}
_NATURAL = {"type": "integer", "minimum": 0}
_FLAG = {"type": "boolean"}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}
_SPANS = {
    "type": "array",
    "items": {"type": "array", "items": _NATURAL, "minItems": 2, "maxItems": 2},
}


def _object(**members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> dict[str, Any]:
    about = {"id": _TEXT, "title": _TEXT, "url": _TEXT, "source": _list(_TEXT), "date": _MOMENT}
    counted = {"total": _NATURAL, "missing": _NATURAL, "partial": _FLAG, "counts": _list(_ref("Count"))}
    return {
        "Snippet": _object(text=_TEXT, highlights=_SPANS),
        "Hit": _object(
            **about,
            score={"type": "number"},
            partial=_FLAG,
            title_highlights=_SPANS,
            snippets=_list(_ref("Snippet")),
        ),
        "Answer": _object(
            query=_TEXT,
            total=_NATURAL,
            partial_total=_NATURAL,
            page={"type": "integer", "minimum": 1},
            seconds={"type": "number"},
            hits=_list(_ref("Hit")),
        ),
        "Article": _object(**about, dated_by=_TEXT, paragraphs=_list(_TEXT)),
        "Count": _object(value=_TEXT, count=_NATURAL),
        "Facets": _object(query=_TEXT, by={"enum": list(get_args(FacetBy))}, **counted),
        "Timeline": _object(query=_TEXT, unit={"enum": list(get_args(TimeUnit))}, **counted),
        "Suggestions": _object(query=_TEXT, completions=_list(_TEXT)),
        "Similar": _object(id=_TEXT, hits=_list(_ref("Hit"))),
        "Health": _object(status={"const": "ok"}, articles=_NATURAL, engine=_TEXT, generation=_NATURAL),
        "Problem": {
            "type": "object",
            "properties": {
                "type": {"enum": [f"urn:jiansuo:problem:{kind}" for kind in PROBLEM_TYPES]},
                "title": _TEXT,
                "status": {"type": "integer"},
                "detail": _TEXT,
                "parameter": _TEXT,
                "position": {"type": "integer", "minimum": 1},
                "hint": _TEXT,
            },
            "required": ["type", "title", "status", "detail"],
        },
    }


def _problems() -> dict[str, Any]:
    said = {
        "400": "A parameter or the query is not right",
        "404": "There is no such article",
        "500": "Something went wrong here",
        "503": "Busy, too slow, or without an index; try again later",
    }
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {code: {"description": text, "content": content} for code, text in said.items()}
