"""From seed files, or articles from Python, to an index.

from index import Article, rebuild, update

report = rebuild(["seeds"], "idx", workers=2)
"""

from index.article import Article
from index.build import Report, optimize, rebuild, update
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
    QueryError,
    SeedError,
    UsageError,
)

__all__ = [
    "ArchiveError",
    "Article",
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
    "Report",
    "SeedError",
    "UsageError",
    "optimize",
    "rebuild",
    "update",
]
