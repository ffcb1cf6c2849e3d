"""Ids that look like one that no article has.

Two ids are alike if they are spelled nearly alike: as a whole, by their last names without suffixes, or by
the beginnings of these. `1042x` is like 晨报/1042.md, and nosuch is like none.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from search.engines.base import Reader

__all__ = ["near_ids"]

_CANDIDATES = 1000
_ALIKE = 0.7
_SHOWN = 3
_SHORTEST = 5  # part of a name that may be the beginning of others
# What looks so much less alike than the best was not meant.
_BELOW = 0.1


def near_ids(wanted: str, reader: Reader) -> list[str]:
    """Return up to three ids that look like one that was not found, the most similar first."""
    wanted = wanted.rstrip("/")
    name = wanted.rpartition("/")[2]
    # One slip leaves one of the halves as it is.
    half = len(name) // 2
    pieces = [piece for piece in dict.fromkeys((name, name[:half], name[half:])) if len(piece) > 1]
    candidates = {id for piece in pieces for id in reader.ids_with(piece, limit=_CANDIDATES)}
    likeness = {id: score for id in candidates if (score := _likeness(wanted, id)) >= _ALIKE}
    least = max(likeness.values(), default=1.0) - _BELOW
    best = sorted(likeness, key=lambda id: (-likeness[id], id))
    return [id for id in best if likeness[id] >= least][:_SHOWN]


def _likeness(wanted: str, id: str) -> float:
    """Return how alike two ids are, from 0 to 1; less than `_ALIKE` may be 0."""
    short, name = _last_name(wanted), _last_name(id)
    pairs = {(wanted, id), (short, name)}
    if len(short) >= _SHORTEST:
        pairs.add((short, name[: len(short)]))
    return max(_ratio(one.casefold(), other.casefold()) for one, other in pairs)


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    # These are upper bounds, and cheap.
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _last_name(id: str) -> str:
    name = id.rpartition("/")[2]
    return name.rpartition(".")[0] or name
