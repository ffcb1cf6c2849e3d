"""Filters: the value that restricts a search to some articles, by date and source.

Commands, the API and the page make a Filters, which is checked when it is made.
`nodes` returns clauses, which a search joins to the query with AND.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Literal, TypedDict

from index.errors import UsageError
from index.text.tokens import tokenize
from search.calendar import write_moment
from search.query.dates import check_alone
from search.query.tree import Dates, Node, Or, Source
from search.query.words import read_words

__all__ = ["FilterArguments", "Filters", "check_date"]


class FilterArguments(TypedDict, total=False):
    """The arguments of `Filters` as keywords, which methods of a Searcher take instead of one.

    Example:
        >>> searcher.search("渡轮", after="2024-03-11", source="晨报").total
        1
    """

    after: str | date | None
    before: str | date | None
    source: str | Sequence[str] | None
    variants: bool
    words: str | os.PathLike[str] | Collection[str]


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters for a search, and how its query is read; without filters, all articles are let through.

    Equal filters are equal values, however their dates were given.

    Args:
        after: Only articles from this date on: `2024`, `2024-03`, `2024-W10`,
            `2024-03-10`, `7d`, a `date`, or a `datetime` with a zone.
        before: Only articles from before the first instant of this date.
        source: Only articles of this source, or of any of several.
        variants: Read the query by other names too, such as 川普 for 特朗普: those that come with the
            project, those in `variants.txt` in the index's folder, one group a line, and those in the
            file that the variable `SEARCH_VARIANTS` names.
        words: Words that hold together in the query: a file in the format of a user dictionary, or
            the words themselves.

    Raises:
        UsageError: A value is empty or no date, a datetime has no zone, or the file of words cannot be read.

    Example:
        >>> filters = Filters(after="2024", source=["晨报", "晚报"])
        >>> searcher.search("渡轮", filters=filters).total
        2
        >>> searcher.facets("渡轮", by="source", filters=filters).total
        2
    """

    after: str | date | None = None
    before: str | date | None = None
    source: str | Sequence[str] | None = ()
    variants: bool = False
    words: str | os.PathLike[str] | Collection[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "after", _date("after", self.after))
        object.__setattr__(self, "before", _date("before", self.before))
        object.__setattr__(self, "source", _names(self.source))
        object.__setattr__(self, "words", _words(self.words))

    def __bool__(self) -> bool:
        return bool(self.after or self.before or self.source)

    @property
    def reading(self) -> Filters:
        """Only how a query is read, which lets all articles through."""
        return Filters(variants=self.variants, words=self.words)

    def nodes(self) -> Iterator[Node]:
        """Return the filters as clauses of a query, to be joined by AND."""
        if self.after:
            yield Dates("after", str(self.after))
        if self.before:
            yield Dates("before", str(self.before))
        if self.source:
            sources = tuple(map(Source, self.source))
            yield sources[0] if len(sources) == 1 else Or(sources)


def check_date(kind: Literal["after", "before"], value: str) -> None:
    """Raise UsageError unless a filter of this kind may have this value."""
    if not value.strip():
        raise UsageError("the date is empty; write 2024, 2024-03 or 2024-03-10, or leave it out")
    check_alone(kind, value)


def _words(given: str | os.PathLike[str] | Collection[str]) -> frozenset[str]:
    if isinstance(given, str | os.PathLike):
        return read_words(given)
    words = {"".join(tokenize(word)) for word in given}
    if not all(words):
        raise UsageError("a word to hold together is empty")
    return frozenset(words)


def _names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    names = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise UsageError(f"source must be a string or several, not {given!r}")
    if not all(name.strip() for name in names):
        raise UsageError("source is empty; name one, or leave it out")
    return names


def _date(kind: Literal["after", "before"], value: str | date | None) -> str | None:
    """Return a date in the form that queries use."""
    if value is None:
        return None
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise UsageError(
                f"{kind} has no time zone: {value!r}; add tzinfo=timezone.utc, or give a date alone"
            )
        return write_moment(value, timezone.utc)
    if not isinstance(value, str | date):
        raise UsageError(f"{kind} must be a string or a date, not {value!r}")
    try:
        check_date(kind, str(value))
    except UsageError as error:
        raise UsageError(f"{kind}: {error}") from None
    return str(value)
