"""From a query to highlighted hits.

from search import Searcher

with Searcher("idx") as searcher:
    page = searcher.search("乌克兰 弹药", limit=10)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.searcher import Hit, IndexStats, Page, Searcher
    from search.snippet import Snippet
else:

    def __getattr__(name: str) -> object:
        # On first use: the command line imports this package too, and neither
        # its help nor a shell that completes should wait for what searching needs.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from search import searcher

        return getattr(searcher, name)


__all__ = ["Hit", "IndexStats", "Page", "Searcher", "Snippet"]
