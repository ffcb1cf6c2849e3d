"""All errors of the project in one tree, each with its remedy as data.

Each library has one module that translates its exceptions into these. An
error's `message` says what happened and where. Its `remedy` says what to do, as
data, because a Python program, a web page and a shell each do it differently;
`str` joins both in plain words. Every error can be pickled and copied, since it
may come from a worker process.
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
    "OwnFileError",
    "QueryError",
    "Remedy",
    "SearchTimeout",
    "SeedError",
    "UsageError",
]


class Action(Enum):
    """An action that mends an error; the value is a phrase for it."""

    BUILD = "build it first"
    """`rebuild`, where there is no index yet."""
    REBUILD = "rebuild the index"
    """`rebuild` from the archive."""
    UPDATE = "update the index"
    """`update` with the archive."""
    CHECK = "check the index"
    """`search.check.check`, which lists all damage."""
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
    """An action that mends an error, with its arguments.

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
        │   └── OwnFileError     a file that you keep beside the index cannot be used
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

    Attributes:
        message: What happened, and where.
        remedy: What to do, or None.

    Example:
        >>> try:
        ...     Searcher("nowhere")
        ... except ArchiveError as error:
        ...     print(type(error).__name__, error.remedy.action.name)
        IndexMissing BUILD
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
    """An argument makes no sense; nothing was done.

    Example:
        >>> rebuild(archive, new, workers=0)
        Traceback (most recent call last):
        index.errors.UsageError: ...
    """


class OwnFileError(UsageError):
    """A file that a person keeps beside the index, as saved queries or names, cannot be used.

    The message names the file, so a server shows it to nobody.

    Example:
        >>> isinstance(OwnFileError("saved.json cannot be read"), UsageError)
        True
    """


class SeedError(ArchiveError):
    """One seed cannot be read; the run goes on without it.

    Attributes:
        path: The file.
        reason: The reason, for a person.
        line: The line at fault, counted from 1, or None.

    Example:
        >>> report = rebuild(archive, new)  # with an empty file in it
        >>> [(Path(error.path).name, error.line) for error in report.left_out]
        [('empty.html', None)]
    """

    def __init__(self, path: str | Path, reason: str, *, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        where = f" (line {line})" if line is not None else ""
        super().__init__(f"{self.path}: {reason}{where}")


class ArticleError(ArchiveError):
    """An article cannot be indexed: it has no id, or another article has the same.

    Example:
        >>> rebuild([Article("1.md", "渡轮停航"), Article("1.md", "渡轮复航")], new)
        Traceback (most recent call last):
        index.errors.ArticleError: ...
    """


class ArticleNotFound(ArchiveError):
    """No article in the index has this id.

    Example:
        >>> searcher.article("晨报/9.md")
        Traceback (most recent call last):
        index.errors.ArticleNotFound: ...
    """


class QueryError(ArchiveError):
    """A query cannot be understood.

    Attributes:
        problem: What is wrong.
        query: The query.
        position: The character at which it is wrong, counted from 1.
        hint: How to mend it.

    Example:
        >>> try:
        ...     searcher.search("渡轮 (停航")
        ... except QueryError as error:
        ...     print(error.position)
        4
    """

    def __init__(self, problem: str, *, query: str, position: int, hint: str) -> None:
        self.problem = problem
        self.query = query
        self.position = position
        self.hint = hint
        start = max(0, position - 1 - 8)
        # Whoever prints this wants no second error: nothing writes half of a surrogate pair.
        near = query[start : position - 1 + 12].encode("utf-8", "replace").decode()
        excerpt = ("… " if start else "") + near + (" …" if start + len(near) < len(query) else "")
        super().__init__(f"{problem} at character {position}: {excerpt}  {hint}")


class SearchTimeout(ArchiveError):
    """An answer takes longer than it may, or nobody waits for it any more; the work has ended.

    `seconds` is the limit, None if there was none.

    Example:
        >>> with Searcher(index) as searcher:
        ...     searcher.search("渡轮", timeout=1e-9)
        Traceback (most recent call last):
        index.errors.SearchTimeout: the search takes longer than 1e-09 s, ...
    """

    def __init__(self, message: str, *, seconds: float | None) -> None:
        self.seconds = seconds
        super().__init__(message)


class BuildError(ArchiveError):
    """A rebuild or an update stopped; the index is as it was before.

    Example:
        >>> rebuild([], index)  # no articles, instead of some
        Traceback (most recent call last):
        index.errors.BuildError: ...
    """


class IndexStateError(ArchiveError):
    """The index is not in a state that can serve the request.

    Example:
        >>> try:
        ...     Searcher("nowhere")
        ... except IndexStateError as error:
        ...     print(type(error).__name__)
        IndexMissing
    """


class IndexMissing(IndexStateError):
    """There is no index where one was asked for.

    Example:
        >>> Searcher("nowhere")
        Traceback (most recent call last):
        index.errors.IndexMissing: ...
    """


class IndexLocked(IndexStateError):
    """Another process writes to this index.

    Attributes:
        holder: That process, and since when it writes.

    Example:
        >>> with open_location(index).write_lock():
        ...     try:
        ...         update(archive, index)
        ...     except IndexLocked as error:
        ...         print(str(os.getpid()) in error.holder)
        True
    """

    def __init__(self, message: str, *, holder: str, remedy: Remedy | None = None) -> None:
        self.holder = holder
        super().__init__(message, remedy=remedy)


class IndexDamaged(IndexStateError):
    """A file of the index is not as it was written.

    Attributes:
        file: The file.

    Example:
        >>> written = (index / "manifest.json").write_text("{")
        >>> try:
        ...     Searcher(index)
        ... except IndexDamaged as error:
        ...     print(Path(error.file).name)
        manifest.json
    """

    def __init__(self, message: str, *, file: str | Path, remedy: Remedy | None = None) -> None:
        self.file = str(file)
        super().__init__(message, remedy=remedy)


class IndexMismatch(IndexStateError):
    """The index was made by another version, with another engine or another dictionary.

    Example:
        >>> written = (archive / "words.txt").write_text("白鲸", encoding="utf-8")
        >>> update(archive, index, user_dict=archive / "words.txt")
        Traceback (most recent call last):
        index.errors.IndexMismatch: ...
    """


class EngineError(ArchiveError):
    """The engine refused or failed.

    Attributes:
        engine: The engine's name.

    Example:
        >>> EngineError("no node answers", engine="opensearch").engine
        'opensearch'
    """

    def __init__(self, message: str, *, engine: str, remedy: Remedy | None = None) -> None:
        self.engine = engine
        super().__init__(message, remedy=remedy)


class MissingExtra(ArchiveError):
    """An optional package is needed.

    Attributes:
        extra: The extra that installs it.

    Example:
        >>> MissingExtra("the engine tantivy", extra="fast").remedy.extra
        'fast'
    """

    def __init__(self, what: str, *, extra: str) -> None:
        self.extra = extra
        super().__init__(
            f"{what} needs the optional extra {extra!r}", remedy=Remedy(Action.INSTALL, extra=extra)
        )
