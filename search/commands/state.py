"""What the last query in a terminal found, so that `search show 3` knows its third hit.

A file for each terminal, below $XDG_STATE_HOME. It is a convenience: where it cannot be written or read,
nothing is remembered, and nobody is told.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

__all__ = ["last_hits", "remember_hits"]

_MOST_HITS = 10_000
_MOST_TERMINALS = 100


def remember_hits(index: str, first: int, ids: Sequence[str]) -> None:
    """Remember the hits of a page, numbered from `first` on."""
    with suppress(OSError, ValueError):
        path = _path()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _forget_others(path)
        values = {"index": _place(index), "first": first, "ids": list(ids[:_MOST_HITS])}
        with NamedTemporaryFile("w", encoding="ascii", dir=path.parent, delete=False) as file:
            json.dump(values, file)
        Path(file.name).replace(path)


def last_hits(index: str) -> dict[int, str]:
    """Return the ids of the last query in this terminal by their numbers; none if it was of another index."""
    try:
        values = json.loads(_path().read_text("ascii"))
        first, ids = values["first"], values["ids"]
        if values["index"] != _place(index) or not all(isinstance(id, str) for id in ids):
            return {}
        return dict(enumerate(ids, int(first)))
    except (OSError, ValueError, TypeError, LookupError):
        return {}


def _place(index: str) -> str:
    return index if "://" in index else os.path.realpath(index)


def _path() -> Path:
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "jiansuo" / f"hits-{_terminal()}.json"


def _terminal() -> str:
    for descriptor in range(3):
        with suppress(OSError):
            return re.sub(r"\W", "-", os.ttyname(descriptor).removeprefix("/dev/"))
    return f"session-{os.getsid(0)}"


def _forget_others(path: Path) -> None:
    """Remove the oldest files, as those of terminals that are closed."""
    files = sorted(path.parent.glob("hits-*.json"), key=lambda file: file.stat().st_mtime)
    for file in files[:-_MOST_TERMINALS]:
        file.unlink(missing_ok=True)
