"""Filters: the value that restricts a search to some articles, by date and source.

Commands, the API and the page make a Filters, which is checked when it is made.
`nodes` returns clauses, which a search joins to the query with AND.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Literal, TypedDict

from index.errors import UsageError
from search.calendar import write_moment
from search.query.dates import check_alone
from search.query.tree import Dates, Node, Or, Source

__all__ = ["FilterArguments", "Filters", "check_date"]


class FilterArguments(TypedDict, total=False):
    """The arguments of Filters as keywords, which methods of a Searcher take instead of one.

    Example:
        >>> searcher.search("渡轮", after="2024-03-11", source="晨报").total
        1
    """

    after: str | date | None
    before: str | date | None
    source: str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters for a search; without any, all articles are let through.

    Equal filters are equal values, however their dates were given.

    Args:
        after: Only articles from this date on: `2024`, `2024-03`, `2024-W10`,
            `2024-03-10`, `7d`, a `date`, or a `datetime` with a zone.
        before: Only articles from before the first instant of this date.
        source: Only articles of this source, or of any of several.

    Raises:
        UsageError: A value is empty or no date, or a datetime has no zone.

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "after", _date("after", self.after))
        object.__setattr__(self, "before", _date("before", self.before))
        object.__setattr__(self, "source", _names(self.source))

    def __bool__(self) -> bool:
        return bool(self.after or self.before or self.source)

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
