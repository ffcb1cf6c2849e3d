"""What `--json` and `--jsonl` of each command print, as JSON Schemas made from the dataclasses.

`scripts/make_schemas.py` writes them to docs/schemas.json, and tests hold what
the commands print against them.
"""

from __future__ import annotations

import json
from typing import Any, Final

from index.building.report import Report
from index.errors import SeedError
from search.check import CheckReport
from search.corpus.collocations import Collocate, Collocations
from search.corpus.concordance import Line
from search.corpus.counts import QueryCount
from search.corpus.facets import Count, Facets, Timeline
from search.corpus.quotation import Passage, Quotation
from search.corpus.reprints import Reprints
from search.corpus.rewording import Rewording
from search.corpus.trend import Trend
from search.corpus.versions import Version
from search.output.saved import NewsRecords, SavedRecords
from search.output.values import Answer, schema
from search.output.views import ArticleRecord, Concordance, Counts, Similar, TrendRow
from search.results import Hit, IndexStats

__all__ = ["schemas"]

_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer", "minimum": 0}
_PATH: Final = {"path": {"type": ["string", "null"]}}

# The type that a command prints, by the command's name and the option. Of --jsonl it is one line.
_PRINTED: Final[dict[str, Any]] = {
    "query --json": Answer,
    "query --jsonl": Hit,
    "quote --json": Quotation,
    "quote --jsonl": Passage,
    "similar --json": Similar,
    "similar --jsonl": Hit,
    "reprints --json": Reprints | Rewording,
    "facets --json": Facets,
    "facets --jsonl": Count,
    "timeline --json": Timeline,
    "timeline --jsonl": Count,
    "count --json": Counts,
    "count --jsonl": QueryCount,
    "concordance --json": Concordance,
    "concordance --jsonl": Line,
    "collocations --json": Collocations,
    "collocations --jsonl": Collocate,
    "trend --json": Trend,
    "trend --jsonl": TrendRow,
    "stats --json": IndexStats,
    "saved --json": SavedRecords,
    "new --json": NewsRecords,
}


def schemas() -> dict[str, Any]:
    """Return one schema for each command and form, in `$defs`, with those of the types they hold."""
    known: dict[str, Any] = {}
    printed = {name: schema(kind, known) for name, kind in _PRINTED.items()}
    report = _object_of(Report, known)
    printed |= {f"{name} --json": report for name in ("rebuild", "update", "optimize", "delete")}
    mended = {"mended": {"anyOf": [report, {"type": "null"}]}, "sound": {"type": "boolean"}}
    printed["check --json"] = _with(_object_of(CheckReport, known), mended)
    others = {name: schema(tuple[Version, ...], known) for name in ("earlier", "later")}
    printed["show --json"] = _with(_object_of(ArticleRecord, known), {**_PATH, **others})
    answer = _object_of(Answer, known)
    printed["query --batch"] = {"anyOf": [_with(answer, {"line": _NUMBER}), _WRONG_QUERY]}
    left_out = {"type": "array", "items": schema(SeedError, known)}
    passed_over = {"type": "object", "additionalProperties": _NUMBER}
    articles = {"type": "array", "items": _INSPECTION}
    printed["inspect --json"] = _object(articles=articles, left_out=left_out, passed_over=passed_over)
    printed["inspect --jsonl"] = _INSPECTION
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made by scripts/make_schemas.py: what `search COMMAND --json` prints; of --jsonl"
        " and --batch each line.",
        "$defs": {**printed, **known},
    }
    moved: dict[str, Any] = json.loads(json.dumps(whole).replace("#/components/schemas/", "#/$defs/"))
    return moved


def _object_of(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    schema(kind, known)
    found: dict[str, Any] = known[kind.__name__]
    return found


def _with(
    one: dict[str, Any], members: dict[str, Any], optional: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the schema of an object with further members."""
    properties = {**one["properties"], **members, **(optional or {})}
    return {**one, "properties": properties, "required": [*one["required"], *members]}


def _object(**members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


_WRONG_QUERY: Final = _object(line=_NUMBER, query=_TEXT, error=_TEXT, position=_NUMBER, hint=_TEXT)
_WRITTEN: Final = {"type": "array", "items": {"type": "object", "additionalProperties": _TEXT}}
_NAMES: Final = "titles", "dates", "urls", "authors", "tags", "sources"
_FOUND: Final = {
    "type": "object",
    "properties": {"text": {"type": ["string", "null"]}, "from": _TEXT},
    "required": ["text", "from"],
    "additionalProperties": False,
}
_INSPECTION: Final = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("path", "id", "format", "encoding"), _TEXT),
        **dict.fromkeys(("title", "date", "url"), _FOUND),
        "written": _object(**dict.fromkeys(_NAMES, _WRITTEN)),
        **dict.fromkeys(("paragraphs", "removed"), _WRITTEN),
        "warnings": {"type": "array", "items": _TEXT},
        "fields": {"type": "object"},
    },
    "required": [
        *("path", "id", "format", "encoding", "title", "date", "url", "written"),
        *("paragraphs", "removed", "warnings", "fields"),
    ],
    "additionalProperties": False,
}
