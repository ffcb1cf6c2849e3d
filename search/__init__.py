"""From a query to highlighted hits.

from search import Searcher

with Searcher("idx") as searcher:
    page = searcher.search("乌克兰 弹药", limit=10)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.explain import TermScore
    from search.facets import Count, FacetBy, Facets, Neighbours, Timeline, TimeUnit
    from search.match import UnitPhrase
    from search.plan import Clause
    from search.ranking import Term
    from search.reader import Sort
    from search.searcher import Highlighted, Hit, IndexStats, Page, Searcher
    from search.snippet import Snippet
    from search.suggest import Alternative, Change
else:
    _MODULES = {
        "Alternative": "suggest",
        "Change": "suggest",
        "Clause": "plan",
        "Count": "facets",
        "FacetBy": "facets",
        "Facets": "facets",
        "Highlighted": "searcher",
        "Hit": "searcher",
        "IndexStats": "searcher",
        "Neighbours": "facets",
        "Page": "searcher",
        "Searcher": "searcher",
        "Snippet": "snippet",
        "Sort": "reader",
        "Term": "ranking",
        "TermScore": "explain",
        "TimeUnit": "facets",
        "Timeline": "facets",
        "UnitPhrase": "match",
    }

    def __getattr__(name: str) -> object:
        # On first use: the command line imports this package too, and neither
        # its help nor a shell that completes should wait for what searching needs.
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"search.{_MODULES[name]}"), name)


__all__ = [
    "Alternative",
    "Change",
    "Clause",
    "Count",
    "FacetBy",
    "Facets",
    "Highlighted",
    "Hit",
    "IndexStats",
    "Neighbours",
    "Page",
    "Searcher",
    "Snippet",
    "Sort",
    "Term",
    "TermScore",
    "TimeUnit",
    "Timeline",
    "UnitPhrase",
]
