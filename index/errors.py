"""Every error of this project: one tree, with what to do about each as data.

Libraries below raise their own exceptions; each library has one place where
these become one of ours. An error's `message` says what happened and where;
its `remedy` says what to do, as data, because a program that embeds the index,
a web page and a shell each do it in another way. `str` joins the two in plain
words. Every error can be pickled and copied, since it may cross from a worker
process.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

__all__ = [
    "Action",
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
    "Remedy",
    "SearchTimeout",
    "SeedError",
    "UsageError",
]


class Action(Enum):
    """What mends an error. The value says it in words."""

    BUILD = "build it first"
    """`rebuild`, where there is no index yet."""
    REBUILD = "rebuild the index"
    """`rebuild` from the archive."""
    UPDATE = "update the index"
    """`update` with the archive."""
    CHECK = "check the index"
    """`search.check.check`, which says what is damaged."""
    REPAIR = "repair the index"
    """`repair`, which rebuilds from what the manifest says."""
    OPTIMIZE = "optimize the index"
    """`optimize`, by somebody who may write to the index."""
    INSTALL = "install it"
    """Install an optional extra."""
    WAIT = "wait until it is done"
    """Another process is at work."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What mends an error, with the arguments that it takes.

    Attributes:
        action: What to do.
        index: The index to do it to, as `rebuild` and `Searcher` take it.
        engine: The engine to rebuild with; None for the default one.
        user_dict: The file of the user dictionary to rebuild with; empty if only the user knows it.
        extra: The optional extra to install.
    """

    action: Action
    index: str | None = None
    engine: str | None = None
    user_dict: str | None = None
    extra: str | None = None

    def __str__(self) -> str:
        return self.action.value


class ArchiveError(Exception):
    """The base of all errors of this project.

    ::

        ArchiveError             has .message, and .remedy or None
        ├── UsageError           an argument makes no sense; nothing was done
        ├── SeedError            one seed cannot be read; the run goes on
        ├── ArticleError         an article cannot be indexed: no id, or an id twice
        ├── ArticleNotFound      no article has this id
        ├── QueryError           has .position and .hint
        ├── SearchTimeout        an answer takes too long; has .seconds
        ├── BuildError           a rebuild or update stopped; the old index is in force
        ├── IndexStateError
        │   ├── IndexMissing     there is no index here
        │   ├── IndexLocked      has .holder
        │   ├── IndexDamaged     has .file
        │   └── IndexMismatch    made by another version, engine or dictionary
        ├── EngineError          the engine refused or failed; has .engine
        └── MissingExtra         has .extra, what to install
    """

    def __init__(self, message: object = "", *, remedy: Remedy | None = None) -> None:
        self.message = str(message)
        self.remedy = remedy
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message if self.remedy is None else f"{self.message}; {self.remedy}"

    def __reduce__(self) -> tuple[object, ...]:
        # By default an exception is made again with its arguments, which for a class
        # with keyword-only ones raises TypeError while it is unpickled.
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[ArchiveError], args: tuple[object, ...], attributes: dict[str, object]
) -> ArchiveError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class UsageError(ArchiveError):
    """An argument makes no sense; nothing was done."""


class SeedError(ArchiveError):
    """One seed cannot be read; the run goes on without it.

    `path` is the file; `line` the line at fault, counted from 1, if known.
    """

    def __init__(self, path: str | Path, reason: str, *, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        where = f" (line {line})" if line is not None else ""
        super().__init__(f"{self.path}: {reason}{where}")


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


class SearchTimeout(ArchiveError):
    """An answer takes longer than it may, or nobody waits for it any more; the work has ended.

    `seconds` is the limit, None if there was none.
    """

    def __init__(self, message: str, *, seconds: float | None) -> None:
        self.seconds = seconds
        super().__init__(message)


class BuildError(ArchiveError):
    """A rebuild or an update stopped halfway; the index is as it was before."""


class IndexStateError(ArchiveError):
    """The index is not in a state that can serve the request."""


class IndexMissing(IndexStateError):
    """There is no index where one was asked for."""


class IndexLocked(IndexStateError):
    """Another process writes to this index; `holder` says which, and since when."""

    def __init__(self, message: str, *, holder: str, remedy: Remedy | None = None) -> None:
        self.holder = holder
        super().__init__(message, remedy=remedy)


class IndexDamaged(IndexStateError):
    """A file of the index is not what was written; `file` names it."""

    def __init__(self, message: str, *, file: str | Path, remedy: Remedy | None = None) -> None:
        self.file = str(file)
        super().__init__(message, remedy=remedy)


class IndexMismatch(IndexStateError):
    """The index was made by another version, with another engine or another dictionary."""


class EngineError(ArchiveError):
    """The engine refused or failed."""

    def __init__(self, message: str, *, engine: str, remedy: Remedy | None = None) -> None:
        self.engine = engine
        super().__init__(message, remedy=remedy)


class MissingExtra(ArchiveError):
    """An optional package is needed; `extra` names the extra that installs it."""

    def __init__(self, what: str, *, extra: str) -> None:
        self.extra = extra
        super().__init__(
            f"{what} needs the optional extra {extra!r}", remedy=Remedy(Action.INSTALL, extra=extra)
        )
