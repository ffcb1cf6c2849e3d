"""Search an index: from a query to highlighted hits, and to counts of what was found.

    from search import Searcher

    with Searcher("idx") as searcher:
        page = searcher.search("乌克兰 弹药", limit=10)

Text goes one way: calendar, query, filters and engines, highlighting, corpus,
searcher; output, web and commands show what a Searcher returns.
"""

# That of `typing`, whose import takes ten milliseconds in which Ctrl+C prints a traceback.
TYPE_CHECKING = False

if TYPE_CHECKING:
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
    from index.own_fields import FieldKind, FieldValue
    from search.aio import in_thread
    from search.corpus.collocations import Collocate, CollocateOf, CollocateSort, Collocations, Window
    from search.corpus.concordance import Line, LineSort
    from search.corpus.corrections import Correction, Mistake
    from search.corpus.counts import QueryCount
    from search.corpus.explain import TermScore
    from search.corpus.facets import Count, FacetBy, Facets, Neighbours, Timeline
    from search.corpus.passages import Difference
    from search.corpus.periods import TimeUnit
    from search.corpus.quotation import Passage, Quotation
    from search.corpus.suggest import Alternative, Change
    from search.corpus.trend import Measure, Point, Series, Trend
    from search.corpus.versions import Version, Versions
    from search.engines.base import Sort
    from search.filters import FilterArguments, Filters
    from search.highlighting.snippets import Snippet, Snippets
    from search.query.conditions import TokenPhrase
    from search.query.notes import Note
    from search.query.plan import Clause
    from search.query.ranking import Term
    from search.results import Highlighted, Hit, IndexStats, IndexSummary, Page
    from search.searcher import Searcher
    from search.timing import time_limit

    __version__: str
else:
    _MODULES = {
        "Alternative": "corpus.suggest",
        "Change": "corpus.suggest",
        "Clause": "query.plan",
        "Closeness": "query.closeness",
        "Correction": "corpus.corrections",
        "Collocate": "corpus.collocations",
        "CollocateOf": "corpus.collocations",
        "CollocateSort": "corpus.collocations",
        "Collocations": "corpus.collocations",
        "Count": "corpus.facets",
        "Difference": "corpus.passages",
        "FacetBy": "corpus.facets",
        "Facets": "corpus.facets",
        "FieldKind": "results",
        "FieldValue": "results",
        "FilterArguments": "filters",
        "Filters": "filters",
        "Group": "reprinting",
        "Grouped": "results",
        "Highlighted": "results",
        "Reprint": "corpus.reprints",
        "Reprints": "corpus.reprints",
        "Rewording": "corpus.rewording",
        "SentenceChange": "corpus.rewording",
        "Hit": "results",
        "IndexStats": "results",
        "IndexSummary": "results",
        "Mistake": "corpus.corrections",
        "Line": "corpus.concordance",
        "LineSort": "corpus.concordance",
        "Measure": "corpus.trend",
        "Neighbours": "corpus.facets",
        "Note": "query.notes",
        "Page": "results",
        "Point": "corpus.trend",
        "QueryCount": "corpus.counts",
        "Passage": "corpus.quotation",
        "Quotation": "corpus.quotation",
        "Searcher": "searcher",
        "Series": "corpus.trend",
        "Snippet": "highlighting.snippets",
        "Snippets": "highlighting.snippets",
        "Sort": "engines.base",
        "Term": "query.ranking",
        "TermScore": "corpus.explain",
        "TimeUnit": "corpus.periods",
        "Timeline": "corpus.facets",
        "TokenPhrase": "query.conditions",
        "in_thread": "aio",
        "time_limit": "timing",
        "Trend": "corpus.trend",
        "Version": "corpus.versions",
        "Versions": "corpus.versions",
        "Window": "corpus.collocations",
    }

    def __getattr__(name: str) -> object:
        # On first use, by the rule in search/commands/__init__.py.
        if name == "__version__":
            from index.version import version

            return version()
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        module = f"search.{_MODULES[name]}" if name in _MODULES else "index.errors"
        return getattr(import_module(module), name)


__all__ = [
    "Alternative",
    "ArchiveError",
    "ArticleError",
    "ArticleNotFound",
    "BuildError",
    "Change",
    "Clause",
    "Closeness",
    "Collocate",
    "CollocateOf",
    "CollocateSort",
    "Collocations",
    "Correction",
    "Count",
    "Difference",
    "EngineError",
    "FacetBy",
    "Facets",
    "FieldKind",
    "FieldValue",
    "FilterArguments",
    "Filters",
    "Group",
    "Grouped",
    "Highlighted",
    "Hit",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "IndexStateError",
    "IndexStats",
    "IndexSummary",
    "Line",
    "LineSort",
    "Measure",
    "MissingExtra",
    "Mistake",
    "Neighbours",
    "Note",
    "OwnFileError",
    "Page",
    "Passage",
    "Point",
    "QueryCount",
    "QueryError",
    "Quotation",
    "Reprint",
    "Reprints",
    "Rewording",
    "SearchTimeout",
    "Searcher",
    "SeedError",
    "SentenceChange",
    "Series",
    "Snippet",
    "Snippets",
    "Sort",
    "Term",
    "TermScore",
    "TimeUnit",
    "Timeline",
    "TokenPhrase",
    "Trend",
    "UsageError",
    "Version",
    "Versions",
    "Window",
    "__version__",
    "in_thread",
    "time_limit",
]
