"""The description of the API (OpenAPI 3.1), made from its table of resources.

Schemas come from the dataclasses of the answers, parameters from the table that
also checks requests.
"""

from __future__ import annotations

from datetime import timezone
from typing import Any

from search.output.values import schema, values
from search.web.api import RESOURCES, Resource
from search.web.parameters import ID, Parameter
from search.web.problems import PROBLEM_TYPES

__all__ = ["description"]

_TEXT = {"type": "string"}
_PROBLEM = {
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
}
_FAILURES = {
    "400": "A parameter or the query is not right",
    "404": "There is no such article",
    "414": "The address is longer than 128 KiB",
    "500": "Something went wrong here",
    "503": "Busy, too slow, or without an index; try again later",
}


def description(version: str) -> dict[str, Any]:
    """Return the whole description as JSON values."""
    schemas: dict[str, Any] = {"Problem": _PROBLEM}
    paths = {resource.path: {"get": _operation(resource, schemas)} for resource in RESOURCES}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = {code: {"description": text, "content": problem} for code, text in _FAILURES.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jiansuo",
            "version": version,
            "description": "Full-text search in an archive of Chinese-language articles. Read-only."
            " Highlights are spans of code points, [start, end). Times have the offset of the server's zone.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {"schemas": schemas, "responses": responses},
    }


def _operation(resource: Resource, schemas: dict[str, Any]) -> dict[str, Any]:
    content = {
        "schema": schema(type(resource.example), schemas),
        "example": values(resource.example, tz=timezone.utc),
    }
    in_path = "{id}" in resource.path
    codes = [code for code in _FAILURES if code != "404" or in_path or ID in resource.parameters]
    return {
        "operationId": resource.name,
        "summary": resource.summary,
        "parameters": [
            *([_parameter(ID, place="path", more=" Slashes may stand as they are.")] if in_path else []),
            *map(_parameter, resource.parameters),
        ],
        "responses": {
            "200": {"description": resource.summary, "content": {"application/json": content}},
            **{code: {"$ref": f"#/components/responses/{code}"} for code in codes},
        },
    }


def _parameter(parameter: Parameter, *, place: str = "query", more: str = "") -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": parameter.required,
        "description": parameter.about + more,
        "schema": parameter.schema(),
        "example": parameter.example,
    }
