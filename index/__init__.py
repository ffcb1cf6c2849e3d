"""Build an index of seed files, or of articles from Python.

    from index import Article, rebuild, update

    report = rebuild(["seeds"], "idx", workers=2)

Folders are stages: reading (files to articles), text (articles to terms),
storage, engines and building; docs/architecture.md is a tour of them.
"""

from typing import TYPE_CHECKING

from index.article import Article, Block, Kind
from index.errors import (
    ArchiveError,
    ArticleError,
    ArticleNotFound,
    BuildError,
    EngineError,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    IndexStateError,
    MissingExtra,
    OwnFileError,
    QueryError,
    SearchTimeout,
    SeedError,
    UsageError,
)
from index.reading.limits import Limits
from index.reading.options import ReadOptions

if TYPE_CHECKING:
    from index.building.changes import Changes
    from index.building.rebuild import rebuild
    from index.building.report import Report
    from index.building.update import delete, optimize, update

    __version__: str
else:

    def __getattr__(name: str) -> object:
        # On first use: searching alone should not wait for what builds.
        if name == "__version__":
            from index.version import version

            return version()
        if name not in _BUILDING:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"index.building.{_BUILDING[name]}"), name)

    _BUILDING = {
        "Changes": "changes",
        "Report": "report",
        "delete": "update",
        "optimize": "update",
        "rebuild": "rebuild",
        "update": "update",
    }


__all__ = [
    "ArchiveError",
    "Article",
    "ArticleError",
    "ArticleNotFound",
    "Block",
    "BuildError",
    "Changes",
    "EngineError",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "IndexStateError",
    "Kind",
    "Limits",
    "MissingExtra",
    "OwnFileError",
    "QueryError",
    "ReadOptions",
    "Report",
    "SearchTimeout",
    "SeedError",
    "UsageError",
    "__version__",
    "delete",
    "optimize",
    "rebuild",
    "update",
]
