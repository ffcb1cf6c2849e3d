"""The OpenSearch engine, writing: the fields of an index, and the documents that fill it.

Streams are stored as our analyzer made them, split at spaces; the articles
themselves stand in `_source` and are not analysed again.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, Literal

from index.engines.base import Engine
from index.storage.store import to_seconds
from index.text.document import NAME_FIELDS, RANKED, RANKED_FIELDS, STREAMS, Document, NameField, name_term
from index.text.tokens import BOUNDARY

__all__ = [
    "OpenSearchEngine",
    "counted_name",
    "encode",
    "field_name",
    "key_of",
    "length_field",
    "mappings",
    "names_field",
]

# The whitespace analyzer splits longer terms, and keys have a limit too.
_LONGEST_TERM = 120
_LONGEST_KEY = 500


def field_name(field: str, stream: str) -> str:
    """The field of a stream."""
    return f"{field}_{stream}"


def length_field(field: str, stream: str) -> str:
    """The field of a stream's length in terms, to be summed."""
    return f"{field}_{stream}_length"


def encode(term: str) -> str:
    """A term as it is indexed: itself, unless it is longer than the cluster takes."""
    return term if len(term) <= _LONGEST_TERM else f"#{sha256(term.encode()).hexdigest()}"


def names_field(field: NameField, form: Literal["terms", "names"]) -> str:
    """Return the field that holds names: as they are compared, or in the form of `counted_name`."""
    return f"{field}_{form}"


def counted_name(name: str) -> str:
    """Return a name as it is compared and as it is written, in one term, to be counted together."""
    return f"{name_term(name)}\t{name}"


def mappings(meta: dict[str, Any]) -> dict[str, Any]:
    """The fields of every index. Units have positions, for phrases; words and bigrams only frequencies."""
    streams = {
        field_name(field, stream): {
            "type": "text",
            "analyzer": "whitespace",
            "index_options": _recorded(field, stream),
            "norms": field in RANKED_FIELDS,
        }
        for field, stream in STREAMS
    }
    lengths = {length_field(*key): {"type": "integer", "index": False} for key in RANKED}
    names: dict[str, dict[str, Any]] = {}
    for field in NAME_FIELDS:
        names[names_field(field, "terms")] = {"type": "keyword"}
        names[names_field(field, "names")] = {"type": "keyword", "index": False}
    return {
        "dynamic": "strict",
        "_meta": {"jiansuo": meta},
        # Never with `recovery_source_enabled: false`, though it takes a third of the space until
        # segments are merged: a shard that is moved while it is written loses its streams.
        "_source": {"excludes": [*streams, *lengths, *names]},
        "properties": {
            **streams,
            **lengths,
            **names,
            "row": {"type": "long"},
            "date": {"type": "long"},
            "id": {"type": "keyword", "doc_values": False},
            "root": {"type": "keyword", "doc_values": False},
            "article": {"type": "object", "enabled": False},
            "origin": {"type": "object", "enabled": False},
        },
    }


def _recorded(field: str, stream: str) -> str:
    if stream == "tokens":
        return "positions"
    return "freqs" if field in RANKED_FIELDS else "docs"


class OpenSearchEngine(Engine):
    """What workers do for a cluster."""

    # Of the fields, not of the server: any server that has them can be searched.
    version = "layout 1"

    @staticmethod
    def prepare(document: Document) -> str:
        """The document's JSON, but for where it came from."""
        article = document.article
        fields: dict[str, Any] = {}
        for key in STREAMS:
            terms = document.stream(*key)
            if key in RANKED:
                fields[length_field(*key)] = len(terms)
            if max(map(len, terms), default=0) > _LONGEST_TERM:
                terms = [encode(term) for term in terms]
            # Lucene takes means only over documents that have the field, so all have it.
            fields[field_name(*key)] = " ".join(terms) or BOUNDARY
        for field in NAME_FIELDS:
            fields[names_field(field, "terms")] = document.names(field)
            fields[names_field(field, "names")] = [
                counted_name(name) for name in document.written_names(field) if name_term(name)
            ]
        fields["date"] = to_seconds(article.date)
        fields["id"] = article.id
        fields["article"] = {
            "title": article.title,
            "body": article.body,
            "authors": article.authors,
            "url": article.url,
            "sources": article.sources,
            "tags": article.tags,
            "kinds": article.kinds,
            "titled_by": article.titled_by,
            "dated_by": article.dated_by,
        }
        return json.dumps(fields, ensure_ascii=False)


def key_of(id: str) -> str:
    """The key of an article's document: its id, unless that is longer than the cluster takes."""
    return id if len(id.encode()) <= _LONGEST_KEY else f"sha256:{sha256(id.encode()).hexdigest()}"
