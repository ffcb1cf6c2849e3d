"""One tree for everything that can go wrong, worded for the person who reads it.

Libraries below us raise their own exceptions; each is translated in one place
into one of these. A message says what happened, where, and what to do.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "ArchiveError",
    "ArticleError",
    "ArticleNotFound",
    "BuildError",
    "EngineError",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "IndexStateError",
    "MissingExtra",
    "QueryError",
    "SeedError",
    "UsageError",
]


class ArchiveError(Exception):
    """What can go wrong, as a user sees it.

    ::

        ArchiveError
        ├── UsageError           an argument makes no sense; nothing was done
        ├── SeedError            one seed cannot be read; the run goes on
        ├── ArticleError         an article cannot be indexed: no id, or an id twice
        ├── ArticleNotFound      no article has this id
        ├── QueryError           has .position and .hint
        ├── BuildError           a rebuild or update stopped; the old index is in force
        ├── IndexStateError
        │   ├── IndexMissing     there is no index here
        │   ├── IndexLocked      has .holder
        │   ├── IndexDamaged     has .file
        │   └── IndexMismatch    has .remedy, the command that mends it
        ├── EngineError          the engine refused or failed; has .engine
        └── MissingExtra         has .extra, what to install
    """


class UsageError(ArchiveError):
    """An argument makes no sense; nothing was done."""


class SeedError(ArchiveError):
    """One seed cannot be read; the run goes on without it.

    `path` is the file; `line` the line at fault, counted from 1, where one is.
    """

    def __init__(self, path: str | Path, reason: str, *, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        where = f" (line {line})" if line is not None else ""
        super().__init__(f"{self.path}: {reason}{where}")

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross from worker processes; the default pickles only args.
        return _seed_error, (self.path, self.reason, self.line)


def _seed_error(path: str, reason: str, line: int | None) -> SeedError:
    return SeedError(path, reason, line=line)


class ArticleError(ArchiveError):
    """An article cannot be indexed: it has no id, or its id stands twice."""


class ArticleNotFound(ArchiveError):
    """No article in the index has this id."""


class QueryError(ArchiveError):
    """A query cannot be understood.

    `position` counts characters of the query from 1; `hint` says what to do.
    """

    def __init__(self, problem: str, *, query: str, position: int, hint: str) -> None:
        self.problem = problem
        self.query = query
        self.position = position
        self.hint = hint
        start = max(0, position - 1 - 8)
        near = query[start : position - 1 + 12]
        excerpt = ("… " if start else "") + near + (" …" if start + len(near) < len(query) else "")
        super().__init__(f"{problem} at character {position}: {excerpt}  {hint}")


class BuildError(ArchiveError):
    """A rebuild or an update stopped halfway; the index is as it was before."""


class IndexStateError(ArchiveError):
    """The index directory is not in a state that can serve the request."""


class IndexMissing(IndexStateError):
    """There is no index where one was asked for."""


class IndexLocked(IndexStateError):
    """Another process writes to this index; `holder` says which, and since when."""

    def __init__(self, message: str, *, holder: str) -> None:
        self.holder = holder
        super().__init__(message)


class IndexDamaged(IndexStateError):
    """A file of the index is not what was written; `file` names it."""

    def __init__(self, message: str, *, file: str | Path) -> None:
        self.file = str(file)
        super().__init__(message)


class IndexMismatch(IndexStateError):
    """The index was made by something that does not fit; `remedy` is the command that mends it."""

    def __init__(self, message: str, *, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(f"{message}; {remedy}")


class EngineError(ArchiveError):
    """The engine refused or failed."""

    def __init__(self, message: str, *, engine: str) -> None:
        self.engine = engine
        super().__init__(message)


class MissingExtra(ArchiveError):
    """An optional package is needed; `extra` is what to install."""

    def __init__(self, what: str, *, extra: str) -> None:
        self.extra = extra
        super().__init__(f"{what} needs an optional package: {self.installation(extra)}")

    @staticmethod
    def installation(extra: str) -> str:
        """The command that installs an extra, for jiansuo from a package index and for a clone."""
        return f"pip install 'jiansuo[{extra}]', or in a clone pip install '.[{extra}]'"
