"""The one registry of engines: names the writer, reader, package and addresses of each.

To add an engine, add one entry here, a writer in `index/engines`, and a reader
in `search/engines`. Classes are named, not imported: only the engine that is
used is loaded, and a base install lacks the packages of others.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from index.errors import Action, IndexMismatch, Remedy, UsageError
from index.storage.location import IndexLocation
from index.storage.manifest import Manifest

if TYPE_CHECKING:
    from index.engines.base import Engine, Writer
    from index.text.analyzer import Analyzer

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "EngineEntry",
    "check_fit",
    "engine_class",
    "open_location",
    "reader_class",
    "writer_class",
]

DEFAULT_ENGINE = "whoosh"

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
"""How the address of anything on a network begins."""


@dataclass(frozen=True, slots=True)
class EngineEntry:
    """One engine; classes are written `module:Class`.

    Attributes:
        engine: Its Engine, which for an engine that keeps files is its Writer.
        reader: Its Reader in `search.engines`.
        extra: The optional extra that installs it; None where the base install has it.
        location: The kind of IndexLocation that its indexes have.
        schemes: How addresses of its indexes begin; empty if these are directories.
        purpose: What it is for, in a few words, where it is not the usual choice.
    """

    engine: str
    reader: str
    extra: str | None = None
    location: str = "index.engines.directory:DirectoryLocation"
    schemes: tuple[str, ...] = ()
    purpose: str = ""

    def __str__(self) -> str:
        """Return what to know before choosing it: its purpose and its extra."""
        return "; ".join(filter(None, [self.purpose, f"extra {self.extra}" if self.extra else ""]))


ENGINES = {
    "whoosh": EngineEntry("index.engines.whoosh.writer:WhooshWriter", "search.engines.whoosh:WhooshReader"),
    "tantivy": EngineEntry(
        "index.engines.tantivy:TantivyWriter",
        "search.engines.tantivy:TantivyReader",
        extra="fast",
        purpose="faster",
    ),
    "opensearch": EngineEntry(
        "index.engines.opensearch.fields:OpenSearchEngine",
        "search.engines.opensearch:ClusterReader",
        extra="opensearch",
        location="index.engines.opensearch.location:ClusterLocation",
        schemes=("opensearch://", "opensearchs://"),
        purpose="a cluster",
    ),
    "memory": EngineEntry(
        "index.engines.memory:MemoryWriter", "search.engines.memory:MemoryReader", purpose="for tests"
    ),
}
"""Every engine by its name."""


def engine_class(engine: str) -> type[Engine]:
    """Return an engine by its name. Raises UsageError, or MissingExtra."""
    if engine not in ENGINES:
        raise UsageError(f"no engine is called {engine!r}; there are {', '.join(ENGINES)}")
    found: type[Engine] = _load(ENGINES[engine].engine)
    return found


def writer_class(engine: str) -> type[Writer]:
    """Return the writer of an engine that keeps files. Raises UsageError, or MissingExtra."""
    found: Any = engine_class(engine)
    if ENGINES[engine].schemes:
        raise UsageError(
            f"the engine {engine} keeps no files: its indexes have addresses"
            f" such as {ENGINES[engine].schemes[0]}localhost:9200/news"
        )
    writer: type[Writer] = found
    return writer


def reader_class(engine: str) -> Any:
    """Return the reader of an engine by its name. Raises MissingExtra."""
    return _load(ENGINES[engine].reader)


def open_location(target: str | os.PathLike[str]) -> IndexLocation:
    """Return the index with this path or address; touches nothing. Raises UsageError or MissingExtra."""
    if not isinstance(target, (str, os.PathLike)) or isinstance(os.fspath(target), bytes):
        raise UsageError(f"an index is a folder or the address of one, not {target!r}")
    if not os.fspath(target):
        raise UsageError(
            "the name of the index is empty, which would be the current folder; for that, write ."
        )
    if "\0" in str(target):
        raise UsageError(f"no file has a name with a NUL in it: {os.fspath(target)!r}")
    address = target if isinstance(target, str) else ""
    entries = (entry for entry in ENGINES.values() if address.startswith(entry.schemes or "\0"))
    entry = next(entries, None)
    if entry is None:
        if scheme := _SCHEME.match(address):
            known = ", ".join(scheme for entry in ENGINES.values() for scheme in entry.schemes)
            raise UsageError(f"{scheme[0]} is no address of an index; one on a cluster begins with {known}")
        entry = ENGINES[DEFAULT_ENGINE]
    location: IndexLocation = _load(entry.location)(target)
    return location


def check_fit(location: IndexLocation, manifest: Manifest, analyzer: Analyzer) -> None:
    """Raise IndexMismatch unless this engine and this analyzer made the index."""
    version, fingerprint = engine_class(manifest.engine).version, analyzer.fingerprint()
    if manifest.engine_version != version:
        what = f"was made with {manifest.engine} {manifest.engine_version}, and this is {version}"
    elif manifest.fingerprint != fingerprint:
        what = f"was analysed by {manifest.fingerprint}, and this is {fingerprint}"
    else:
        return
    remedy = Remedy(Action.REBUILD, index=str(location), engine=manifest.engine)
    raise IndexMismatch(f"{location} {what}", remedy=remedy)


def _load(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
