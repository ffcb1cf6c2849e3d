"""The manifest: what is in force in an index, from what it was made, and how.

Comes from and goes to JSON. A manifest may be a stranger's, so every value is
checked when it is read: no name in it can lead out of the index.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from index.reading.limits import DEFAULT_LIMITS, Limits

__all__ = ["ENGINE_FOLDER", "FORMAT", "USER_DICT", "BuildConfig", "Manifest", "checked", "manifest_checksum"]

FORMAT = 4
"""Version of the layout of an index directory."""

ENGINE_FOLDER = "engine"
"""Name of the folder that holds the engine's files in a generation's folder."""

USER_DICT = "user_dict.txt"
"""Name of the file that holds the user dictionary in a generation's folder."""

# More than anybody makes; the name of a folder with a thousand digits is none.
_MOST_GENERATIONS = 10**9


@dataclass(frozen=True, slots=True)
class BuildConfig:
    """From what, and how, an index is made: what an update or a repair goes by.

    `roots` maps each folder of the archive to what goes before the ids of its
    seeds; `include` and `exclude` are globs on paths below a folder.
    """

    roots: dict[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    limits: Limits = DEFAULT_LIMITS

    @staticmethod
    def of(values: dict[str, Any]) -> BuildConfig:
        """The reverse of `asdict`. Raises KeyError, TypeError, or UsageError for limits that are none."""
        include, exclude = tuple(values["include"]), tuple(values["exclude"])
        limits = Limits(**values["limits"])
        return BuildConfig(**{**values, "include": include, "exclude": exclude, "limits": limits})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in force. `facts` is a checksum of the articles' rows, dates and sources (see store.py)."""

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

    @staticmethod
    def of(values: dict[str, Any]) -> Manifest:
        """The reverse of `asdict`. Raises what `BuildConfig.of` raises."""
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
}


def checked(manifest: Manifest) -> Manifest:
    """The manifest, if every value is of the kind that it must be; else ValueError."""
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
    """The checksum that goes with the values of a manifest."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
