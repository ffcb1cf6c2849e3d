"""The OpenSearch engine, writing: the fields of an index, and the documents that fill it.

Streams are stored as our analyzer made them, split at spaces; the articles
themselves stand in `_source` and are not analysed again.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from index.engines.base import Engine
from index.storage.store import to_seconds
from index.text.document import RANKED, STREAMS, Document, source_term
from index.text.tokens import BOUNDARY

__all__ = [
    "OpenSearchEngine",
    "encode",
    "field_name",
    "key_of",
    "length_field",
    "mappings",
    "source_name",
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


def source_name(name: str) -> str:
    """A source as it is folded and as it is written, in one term, to be counted together."""
    return f"{source_term(name)}\t{name}"


def mappings(meta: dict[str, Any]) -> dict[str, Any]:
    """The fields of every index. Units have positions, for phrases; words and bigrams only frequencies."""
    streams = {
        field_name(field, stream): {
            "type": "text",
            "analyzer": "whitespace",
            "index_options": "positions" if stream == "tokens" else "freqs" if field != "url" else "docs",
            "norms": field != "url",
        }
        for field, stream in STREAMS
    }
    lengths = {length_field(*key): {"type": "integer", "index": False} for key in RANKED}
    sources = {"source_terms": {"type": "keyword"}, "source_names": {"type": "keyword", "index": False}}
    return {
        "dynamic": "strict",
        "_meta": {"jiansuo": meta},
        # Never with `recovery_source_enabled: false`, though it takes a third of the space until
        # segments are merged: a shard that is moved while it is written loses its streams.
        "_source": {"excludes": [*streams, *lengths, *sources]},
        "properties": {
            **streams,
            **lengths,
            **sources,
            "row": {"type": "long"},
            "date": {"type": "long"},
            "id": {"type": "keyword", "doc_values": False},
            "root": {"type": "keyword", "doc_values": False},
            "article": {"type": "object", "enabled": False},
            "origin": {"type": "object", "enabled": False},
        },
    }


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
        fields["source_terms"] = document.source_terms()
        fields["source_names"] = [source_name(name) for name in article.source if source_term(name)]
        fields["date"] = to_seconds(article.date)
        fields["id"] = article.id
        fields["article"] = {
            "title": article.title,
            "body": article.body,
            "url": article.url,
            "source": article.source,
            "dated_by": article.dated_by,
        }
        return json.dumps(fields, ensure_ascii=False)


def key_of(id: str) -> str:
    """The key of an article's document: its id, unless that is longer than the cluster takes."""
    return id if len(id.encode()) <= _LONGEST_KEY else f"sha256:{sha256(id.encode()).hexdigest()}"
