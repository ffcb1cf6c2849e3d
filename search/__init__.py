"""From a query to highlighted hits.

from search import Searcher

with Searcher("idx") as searcher:
    page = searcher.search("乌克兰 弹药", limit=10)
"""

from search.searcher import Hit, IndexStats, Page, Searcher
from search.snippet import Snippet

__all__ = ["Hit", "IndexStats", "Page", "Searcher", "Snippet"]
