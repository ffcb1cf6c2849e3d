"""The OpenSearch engine, writing: the fields of an index, and the documents that fill it.

Streams are stored as our analyzer made them, split at spaces. Articles are
kept in `_source`, their token texts in a stored field. Streams and token texts
are left out of `_source`, so OpenSearch cannot change part of a document: it
would lose them.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any, Literal

from index.engines.base import Engine
from index.own_fields import OwnFields, encoded, own_name
from index.storage.rows import own_to_json
from index.storage.store import Origin, to_seconds
from index.text.document import (
    COUNTED_FIELDS,
    RANKED,
    RANKED_FIELDS,
    STREAMS,
    Document,
    name_term,
    own_of_kind,
    own_streams,
)
from index.text.sketch import Sketch, unpack_sketch
from index.text.token_text import TokenText, unpack
from index.text.tokens import BOUNDARY

__all__ = [
    "ROW_AND_ORIGIN",
    "TOKEN_TEXTS",
    "OpenSearchEngine",
    "counted_name",
    "encode",
    "field_name",
    "key_of",
    "length_field",
    "mappings",
    "names_field",
    "number_field",
    "origin_fields",
    "origin_of",
    "sketch_fields",
    "sketch_of",
    "token_texts_field",
    "token_texts_of",
]

# The whitespace analyzer splits longer terms, and keys have a limit too.
_LONGEST_TERM = 120
_LONGEST_KEY = 500

ROW_AND_ORIGIN = "row,id,root,origin"
"""The properties of a document that an update reads."""


TOKEN_TEXTS = "token_texts"
"""The stored field with the packed token texts of title and body."""


def field_name(field: str, stream: str) -> str:
    """Return the name of a stream's field."""
    return f"{encoded(field)}_{stream}"


def length_field(field: str, stream: str) -> str:
    """Return the name of the field with a stream's length in terms, which is summed."""
    return f"{field}_{stream}_length"


def encode(term: str) -> str:
    """Return a term as it is indexed: a hash if it is longer than the cluster takes."""
    return term if len(term) <= _LONGEST_TERM else f"#{sha256(term.encode()).hexdigest()}"


def names_field(field: str, form: Literal["terms", "names"]) -> str:
    """Return the field that holds names: as they are compared, or in the form of `counted_name`."""
    return f"{encoded(field)}_{form}"


def number_field(field: str) -> str:
    """Return the field that holds an own number, or an own date in seconds."""
    return f"{encoded(field)}_number"


def counted_name(name: str) -> str:
    """Return a name as it is compared and as it is written, in one term, to be counted together."""
    return f"{name_term(name)}\t{name}"


def key_of(id: str) -> str:
    """Return the key of an article's document: its id, or a hash if that is longer than the cluster takes."""
    return id if len(id.encode()) <= _LONGEST_KEY else f"sha256:{sha256(id.encode()).hexdigest()}"


def origin_fields(origin: Origin) -> dict[str, Any]:
    """Return an origin's fields of a document; `origin_of` is the reverse."""
    path = origin.path
    return {
        "root": origin.root,
        "origin": {
            # A path that is not UTF-8 has surrogates, which JSON cannot carry.
            "path": path if path is None or path.isprintable() else {"bytes": os.fsencode(path).hex()},
            "size": origin.size,
            "mtime_ns": origin.mtime_ns,
            "digest": origin.digest.hex(),
        },
    }


def origin_of(source: dict[str, Any]) -> Origin:
    """Return the origin that a document's fields hold."""
    values = source["origin"]
    path = values["path"]
    return Origin(
        digest=bytes.fromhex(values["digest"]),
        root=source["root"],
        path=os.fsdecode(bytes.fromhex(path["bytes"])) if isinstance(path, dict) else path,
        size=values["size"],
        mtime_ns=values["mtime_ns"],
    )


def token_texts_field(packed: bytes) -> dict[str, str]:
    """Return the field of a document that holds packed token texts; `token_texts_of` is the reverse."""
    return {TOKEN_TEXTS: b64encode(packed).decode("ascii")}


def token_texts_of(fields: dict[str, list[str]]) -> tuple[TokenText, TokenText]:
    """Return the token texts of title and body that the stored fields of a document hold."""
    title, body = unpack(b64decode(fields[TOKEN_TEXTS][0]))
    return title, body


def sketch_fields(packed: bytes) -> dict[str, Any]:
    """Return the fields of a document that hold the packed sketch of its text; `sketch_of` reads them."""
    found = unpack_sketch(packed)
    return {
        "sketch": b64encode(packed).decode(),
        "sketch_keys": list(found.key_hashes()),
        "same": found.same or None,
    }


def sketch_of(source: dict[str, Any]) -> Sketch:
    """Return the sketch that a document's fields hold."""
    return unpack_sketch(b64decode(source["sketch"]))


def mappings(meta: dict[str, Any], own_fields: OwnFields = ()) -> dict[str, Any]:
    """Return the fields of an index. Tokens have positions, for phrases; words and bigrams do not."""
    streams = {
        field_name(field, stream): {
            "type": "text",
            "analyzer": "whitespace",
            "index_options": _recorded(field, stream),
            "norms": field in RANKED_FIELDS,
        }
        for field, stream in (*STREAMS, *own_streams(own_fields))
    }
    lengths = {length_field(*key): {"type": "integer", "index": False} for key in RANKED}
    names: dict[str, dict[str, Any]] = {}
    for field in (*COUNTED_FIELDS, *own_of_kind(own_fields, "keyword")):
        names[names_field(field, "terms")] = {"type": "keyword"}
        names[names_field(field, "names")] = {"type": "keyword", "index": False}
    for field in own_of_kind(own_fields, "number", "date"):
        names[number_field(field)] = {"type": "double"}
    return {
        "dynamic": "strict",
        "_meta": {"jiansuo": meta},
        # Never with `recovery_source_enabled: false`, though until segments are merged it takes a
        # third of the space: a shard that is moved while it is written loses its streams.
        "_source": {"excludes": [*streams, *lengths, *names, "sketch_keys", "same", TOKEN_TEXTS]},
        "properties": {
            **streams,
            **lengths,
            **names,
            "row": {"type": "long"},
            "date": {"type": "long"},
            "added": {"type": "long"},
            "id": {"type": "keyword", "doc_values": False},
            "sketch": {"type": "binary"},
            "sketch_keys": {"type": "long", "doc_values": False},
            "same": {"type": "long", "index": False},
            "root": {"type": "keyword", "doc_values": False},
            "article": {"type": "object", "enabled": False},
            TOKEN_TEXTS: {"type": "binary", "store": True},
            "origin": {"type": "object", "enabled": False},
        },
    }


def _own_fields(document: Document) -> dict[str, Any]:
    """Return the fields of own texts, numbers and dates."""
    found: dict[str, Any] = {}
    for key in document.own_streams():
        found[field_name(*key)] = " ".join(map(encode, document.stream(*key))) or BOUNDARY
    for name in document.article.fields:
        number = document.own_number(own_name(name))
        if number is not None:
            found[number_field(own_name(name))] = number
    return found


def _recorded(field: str, stream: str) -> str:
    if stream == "tokens":
        return "positions"
    return "freqs" if field in RANKED_FIELDS else "docs"


class OpenSearchEngine(Engine):
    """The documents of an index on a cluster."""

    # Of the fields, not of the server: any server that has them can be searched.
    version = "layout 5"

    @staticmethod
    def prepare(document: Document) -> str:
        """Return the document as JSON, without its row and origin."""
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
        for field in (*COUNTED_FIELDS, *document.own_keywords()):
            fields[names_field(field, "terms")] = document.names(field)
            fields[names_field(field, "names")] = [
                counted_name(name) for name in document.written_names(field) if name_term(name)
            ]
        fields |= _own_fields(document)
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
        if article.fields:
            fields["article"]["fields"] = own_to_json(article.fields)
        return json.dumps(fields, ensure_ascii=False)
