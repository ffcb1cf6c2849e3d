"""An answer as commands and the web API print it, and the schema of results in JSON.

`schema` describes for a dataclass what search/values.py makes of a value, by
the same rules, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from index.errors import SeedError
from search.corpus.corrections import Correction
from search.query.notes import Note
from search.results import Hit, Page
from search.values import NO_JSON, json_text, names_of, values

__all__ = ["Answer", "json_text", "names_of", "schema", "values"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of hits, timed.

    Pages are made of full matches: partial ones only fill the last of these, unless there are no others.

    Attributes:
        pages: How many pages there are.
        also: Names that the query was read by too.
        notes: What else there is to say about the query.
        did_you_mean: What a query without full matches may have been meant to say.
        entries: Where reprints are grouped, how many entries the list has; see Page.
        groups: How many hits of the page stand for several.
        hits: The hits, which may be made while they are printed.
        limit: The number of hits on a page; None if all are on one.
    """

    query: str
    total: int
    partial_total: int
    page: int
    pages: int
    seconds: float
    also: tuple[str, ...]
    notes: tuple[Note, ...]
    did_you_mean: tuple[Correction, ...]
    entries: int | None
    groups: int
    hits: Iterable[Hit]
    limit: int | None = field(default=None, metadata=NO_JSON)

    @classmethod
    def of(
        cls,
        found: Page,
        *,
        page: int = 1,
        limit: int | None = None,
        seconds: float = 0.0,
        did_you_mean: tuple[Correction, ...] = (),
    ) -> Answer:
        """Return the answer that shows a page, whose number is `page`."""
        pages = replace(found, limit=limit).pages
        return cls(
            found.query,
            total=found.total,
            partial_total=found.partial_total,
            page=page,
            pages=pages,
            seconds=seconds,
            also=found.also,
            notes=found.notes,
            did_you_mean=did_you_mean,
            entries=found.entries,
            groups=sum(bool(hit.reprints) for hit in found.hits),
            hits=found.hits if page <= pages else (),
            limit=limit,
        )

    @property
    def first(self) -> int:
        """The number of the page's first hit, counted from 1."""
        return 1 + (self.page - 1) * (self.limit or 0)

    @property
    def last(self) -> int:
        """The number of the page's last hit."""
        found = self.total + self.partial_total
        if self.entries is not None and not (self.total and self.partial_total):
            found = self.entries
        return min(found, self.first + self.limit - 1) if self.limit else found

    @property
    def shows_hits(self) -> bool:
        """There is a hit on this page."""
        return self.page <= self.pages and self.first <= self.last


# Schemas

_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 0},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    NoneType: {"type": "null"},
    SeedError: {
        "type": "object",
        "properties": {
            "path": {"type": "string"},
            "line": {"type": ["integer", "null"]},
            "reason": {"type": "string"},
        },
        "required": ["path", "line", "reason"],
        "additionalProperties": False,
    },
}


def schema(kind: Any, known: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of a type; those of dataclasses are put into `known`, by name."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    if is_dataclass(kind):
        name = getattr(kind, "__name__", str(kind))
        if name not in known:
            known[name] = {}  # against types that hold themselves
            hints = get_type_hints(kind)
            members = {member: schema(hints[member], known) for member in names_of(kind)}
            known[name] = {
                "type": "object",
                "properties": members,
                "required": list(members),
                "additionalProperties": False,
            }
        return {"$ref": f"#/components/schemas/{name}"}
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (UnionType, Union):
        return {"anyOf": [schema(part, known) for part in parts]}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema(parts[1], known)}
    items: dict[str, Any] = {"type": "array", "items": schema(parts[0], known)}
    if origin is tuple and parts[-1] is not Ellipsis:
        items |= {"minItems": len(parts), "maxItems": len(parts)}
    return items
