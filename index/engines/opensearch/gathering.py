"""State of a rebuild in parts: its common settings, and the progress of each part.

Both are documents of the state index: `gathering` holds the settings that all
processes must share, `part-1`, `part-2`, … the progress of each part. A part's
document is also the lock of the process that works on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.engines.opensearch.lock import StateIndex, is_held

__all__ = ["Gathering", "part_key"]

_DOCUMENT = "gathering"

_TERMS = {
    "parts": "the number of parts",
    "fingerprint": "the analyzer or its user dictionary",
    "version": "the fields of the index",
    "roots": "the archive's folders",
    "include": "include",
    "exclude": "exclude",
    "reading": "how files are read, or the own fields",
    "limits": "the limits for one seed",
    "shards": "shards",
    "replicas": "replicas",
}


def part_key(number: int) -> str:
    """Return the key of a part's document."""
    return f"part-{number}"


@dataclass(frozen=True, slots=True)
class Gathering:
    """A generation that is made in parts.

    Attributes:
        number: The generation's number.
        index: Its index.
        terms: What all parts must agree on, by the keys of `_TERMS`.
    """

    number: int
    index: str
    terms: dict[str, Any]

    @classmethod
    def read(cls, state: StateIndex) -> Gathering | None:
        """Return the rebuild in parts that is going on, or None."""
        found = state.read(_DOCUMENT)
        return None if found is None else cls(found["number"], found["index"], found["terms"])

    def write(self, state: StateIndex) -> None:
        """Let others join."""
        state.write(_DOCUMENT, {"number": self.number, "index": self.index, "terms": self.terms})

    def forget(self, state: StateIndex) -> None:
        """Remove all documents of it; its index stays."""
        # In this order: a process that reads the parts first and the gathering then is not misled.
        state.remove(_DOCUMENT)
        for number in range(1, self.parts + 1):
            state.remove(part_key(number))

    @property
    def parts(self) -> int:
        """The number of parts."""
        return int(self.terms["parts"])

    def known(self, state: StateIndex) -> dict[int, dict[str, Any]]:
        """Return the documents of the parts that were begun, by number."""
        found = {number: state.read(part_key(number)) for number in range(1, self.parts + 1)}
        return {
            number: part
            for number, part in found.items()
            if part is not None and part.get("index") == self.index
        }

    def done(self, state: StateIndex) -> dict[int, dict[str, Any]]:
        """Return the results of the parts that are done, by number."""
        return {number: part["done"] for number, part in self.known(state).items() if "done" in part}

    def holder(self, state: StateIndex) -> str | None:
        """Return a process that is doing a part now, or None."""
        held = (str(part["holder"]) for part in self.known(state).values() if is_held(part))
        return next(held, None)

    def difference(self, terms: Mapping[str, Any]) -> str | None:
        """Return the first term that differs, in words, or None."""
        for name, meaning in _TERMS.items():
            if self.terms.get(name) != terms[name]:
                return f"{meaning} ({_shown(self.terms.get(name))} there, {_shown(terms[name])} here)"
        return None


def _shown(value: Any) -> str:
    return (", ".join(value) or "none") if isinstance(value, list | dict) else str(value)
