"""A whole HTML page to a draft: what the page says of its article, and the article's text."""

from __future__ import annotations

from index.reading.draft import Draft
from index.reading.html import read_fragment

__all__ = ["read_page"]


def read_page(text: str) -> Draft:
    """Return the article that a whole page holds, as a draft."""
    paragraphs, removed = read_fragment(text)
    return Draft("html page", paragraphs=paragraphs, removed=removed)
