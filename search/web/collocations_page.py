"""The page of collocations: the words near a query, with their measures, each leading to its places."""

from __future__ import annotations

import re
from typing import Any

from search.corpus.collocations import Collocate
from search.searcher import Searcher
from search.web.addresses import Search
from search.web.messages import Messages
from search.web.pages import also_names, render, tabs

__all__ = ["collocations_page"]

_WINDOWS = ("5", "10", "sentence", "paragraph")
_SORTS = ("log_likelihood", "log_dice", "mutual_information", "observed")
_KINDS = ("words", "bigrams")
# A query that may stand as a phrase on one side of a distance.
_PLAIN = re.compile(r"[\w·]+")
# How far apart, in characters, the two stand whose nearness a window of so many words has found.
_DISTANCES = {"5": 15, "10": 30}
_WIDE = 60


def collocations_page(
    searcher: Searcher, search: Search, messages: Messages, *, window: str, of: Any, sort: Any
) -> str:
    """Return the words that stand near a query more often than by chance.

    Args:
        searcher: Answers.
        search: The query and its filters.
        messages: The reader's language.
        window: So many words on each side, "sentence" or "paragraph".
        of: "words" or "bigrams".
        sort: The order, as `collocations` takes it.
    """
    size: Any = int(window) if window.isdigit() else window
    found = searcher.collocations(search.q, window=size, of=of, sort=sort, filters=search.filters)
    also = searcher.search(search.q, limit=0, filters=search.filters).also if search.variants else ()
    chosen = {"window": window, "of": of, "sort": sort}

    def address(search: Search, **changes: str) -> str:
        given = {**chosen, **changes}
        rest = "".join(f"&{name}={value}" for name, value in given.items() if value != _DEFAULTS[name])
        return search.but(sort="relevance").address("/collocations") + rest

    def choices(name: str, values: tuple[str, ...]) -> list[tuple[str, str, str]]:
        return [(value, messages(f"{name}_{value}"), address(search, **{name: value})) for value in values]

    return render(
        "collocations.html",
        messages,
        search=search,
        tabs=tabs(search, "collocations", messages),
        found=found,
        rows=[(one, _places(one, search, window)) for one in found.collocates],
        chosen=chosen,
        controls=[
            ("window", choices("window", _WINDOWS)),
            ("of", choices("of", _KINDS)),
            ("sort", choices("sort", _SORTS)),
        ],
        others=address(search.but(variants=not search.variants)),
        also=also_names(also, messages),
    )


_DEFAULTS = {"window": "5", "of": "words", "sort": "log_likelihood"}


def _places(one: Collocate, search: Search, window: str) -> str:
    """Return the address of the places where a word stands near a query, else of the articles with both."""
    written = search.q.strip().strip('"“”「」')
    if _PLAIN.fullmatch(written):
        distance = _DISTANCES.get(window, _WIDE)
        query = f'"{written}" ~{distance} "{one.text}"'
        return search.but(q=query, sort="relevance", limit=10).address("/lines")
    return search.but(q=f'{search.q} "{one.text}"', sort="relevance", limit=10).address()
