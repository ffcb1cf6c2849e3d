"""The manifest: the generation in force, and the settings and archive that it was made from.

Read from JSON and written as JSON. A manifest may come from a stranger, so
every value is checked when it is read, and no name in it can lead out of the index.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from index.reading.limits import DEFAULT_LIMITS, Limits
from index.reading.options import ReadOptions

__all__ = [
    "ENGINE_FOLDER",
    "FORMAT",
    "STORE",
    "USER_DICT",
    "BuildConfig",
    "Manifest",
    "checked",
    "is_store_name",
    "manifest_checksum",
]

FORMAT = 7
"""Version of the layout of an index directory."""

ENGINE_FOLDER = "engine"
"""Name of the folder that holds the engine's files in a generation's folder."""

USER_DICT = "user_dict.txt"
"""Name of the file that holds the user dictionary in a generation's folder."""

STORE = "articles.sqlite"
"""Name of the article store, unless a rebuild had to make one beside a damaged one."""

_STORE_NAME = re.compile(r"articles(?:-\d{4,10})?\.sqlite", re.ASCII)
# More than anybody makes; the name of a folder with a thousand digits is none.
_MOST_GENERATIONS = 10**9


@dataclass(frozen=True, slots=True)
class BuildConfig:
    """From what, and how, an index is made: the arguments that updates and repairs take over.

    Attributes:
        roots: Each folder of the archive, with the prefix of the ids of its seeds.
        include: Globs on paths below a folder; empty for all.
        exclude: Globs of files and folders that are left out.
        limits: What one seed may cost.
    """

    roots: dict[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limits: Limits = DEFAULT_LIMITS
    reading: ReadOptions = field(default_factory=ReadOptions)

    @staticmethod
    def of(values: dict[str, Any]) -> BuildConfig:
        """Return the config that `asdict` gave. Raises KeyError, TypeError or UsageError."""
        include, exclude = tuple(values["include"]), tuple(values["exclude"])
        limits = Limits(**values["limits"])
        reading = ReadOptions(**values.get("reading", {}))
        changed = {"include": include, "exclude": exclude, "limits": limits, "reading": reading}
        return BuildConfig(**{**values, **changed})


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of manifest.json: the generation in force.

    Attributes:
        format: Version of the directory's layout.
        engine: The engine's name.
        engine_version: Its version.
        fingerprint: The analyzer's, with its user dictionary.
        generation: The number of the generation.
        articles: How many articles it has.
        built: When it was made, as ISO 8601.
        facts: Checksum of the articles' rows, dates and sources (see store.py).
        config: From what it was made.
        user_dict: Whether it has a user dictionary.
        files: Size and checksums of each file of the generation.
        store: The file of the article store.
    """

    format: int
    engine: str
    engine_version: str
    fingerprint: str
    generation: int
    articles: int
    built: str
    facts: int = 0
    config: BuildConfig = field(default_factory=BuildConfig)
    user_dict: bool = False
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    store: str = STORE

    @staticmethod
    def of(values: dict[str, Any]) -> Manifest:
        """Return the manifest that `asdict` gave. Raises what `BuildConfig.of` raises."""
        return Manifest(**{**values, "config": BuildConfig.of(values["config"])})


_KINDS = {
    "engine": str,
    "engine_version": str,
    "fingerprint": str,
    "generation": int,
    "articles": int,
    "built": str,
    "facts": int,
    "user_dict": bool,
    "files": dict,
    "store": str,
}


def checked(manifest: Manifest) -> Manifest:
    """Return the manifest. Raises ValueError for a value of a wrong kind, and names that lead elsewhere."""
    for name, kind in _KINDS.items():
        if type(getattr(manifest, name)) is not kind:
            raise ValueError(f"{name} is no {kind.__name__}")
    config = manifest.config
    texts = [*config.roots.items(), (*config.include, *config.exclude)]
    if manifest.user_dict and USER_DICT not in manifest.files:
        raise ValueError("it does not name the user dictionary")
    if not all(isinstance(text, str) for some in texts for text in some):
        raise ValueError("a value is of the wrong kind")
    if not 1 <= manifest.generation <= _MOST_GENERATIONS:
        raise ValueError("there can be no such generation")
    if not is_store_name(manifest.store):
        raise ValueError(f"{manifest.store!r} is no name of an article store")
    datetime.fromisoformat(manifest.built)
    for name, entry in manifest.files.items():
        if name.startswith("/") or ".." in name.split("/"):
            raise ValueError(f"{name!r} lies outside the index")
        if not (name.isascii() and name.isprintable()):
            raise ValueError(f"{name!r} is no name of a file")
        if name != USER_DICT and name.rpartition("/")[0] != ENGINE_FOLDER:
            raise ValueError(f"{name!r} is no file of a generation")
        if type(entry["size"]) is not int or not isinstance(entry["sha256"], str):
            raise ValueError(f"what it says of {name!r} is incomplete")
    return manifest


def manifest_checksum(values: dict[str, Any]) -> str:
    """Return the checksum that goes with the values of a manifest."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def is_store_name(name: str) -> bool:
    """Return whether a file name is one that a writer gives to an article store."""
    return _STORE_NAME.fullmatch(name) is not None
