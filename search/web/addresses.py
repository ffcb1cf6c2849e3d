"""Build the addresses of pages, and read the search in one: the pair of `Search` and its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from search.calendar import Period
from search.engines.base import Sort
from search.filters import Filters
from search.output.exports import EXPORTS
from search.reprinting import Group

__all__ = [
    "Search",
    "WrongDate",
    "article_address",
    "export_addresses",
    "following",
    "place_address",
    "safe_url",
]


class WrongDate(NamedTuple):
    """A date that was given as a filter, and what is wrong with it, in English."""

    name: str
    value: str
    detail: str


@dataclass(frozen=True, slots=True)
class Search:
    """A search as a reader of the page has set it up."""

    q: str = ""
    after: str = ""
    before: str = ""
    source: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    limit: int = 10
    variants: bool = False
    group: Group | None = None
    """None for what the page does unless told."""
    wrong: tuple[WrongDate, ...] = ()
    """Dates that were given and cannot be used."""

    @property
    def filters(self) -> Filters:
        """The filters as the methods of a Searcher take them. Raises UsageError."""
        return Filters(
            after=self.after or None, before=self.before or None, source=self.source, variants=self.variants
        )

    @property
    def asks(self) -> bool:
        """There is anything to search for."""
        return bool(self.q.strip() or self.after or self.before or self.source)

    def but(self, **changes: Any) -> Search:
        """Return the same with changes, at its first page, without what was wrong."""
        return replace(self, **{"page": 1, "wrong": (), **changes})

    def with_period(self, period: str) -> Search:
        """Return the same within one year, month, week or day."""
        return self.but(after=period, before=following(period))

    def toggled(self, name: str) -> Search:
        """Return the same with a source added, or taken away."""
        rest = tuple(other for other in self.source if other != name)
        return self.but(source=rest if len(rest) < len(self.source) else (*self.source, name))

    def address(self, path: str = "/") -> str:
        """Return the address of the page that shows this."""
        pairs: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name in ("after", "before") if (value := getattr(self, name))]
        pairs += [("source", name) for name in self.source]
        pairs += [("variants", "true")] if self.variants else []
        pairs += [("group", self.group)] if self.group is not None else []
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("limit", str(self.limit))] if self.limit != 10 else []
        pairs += [("page", str(self.page))] if self.page != 1 else []
        return path + (f"?{urlencode(pairs)}" if pairs else "")


def article_address(id: str, query: str = "", *, variants: bool = False) -> str:
    """Return the address of an article's page, with what a query looks for highlighted."""
    # Browsers take parts of dots alone for steps upwards, and proxies drop empty ones.
    steps = any(part in ("", ".", "..") for part in id.split("/"))
    return f"/article/{quote(id, safe='' if steps else '/')}" + (
        f"?{urlencode([('q', query), *([('variants', 'true')] if variants else [])])}" if query else ""
    )


def place_address(id: str, query: str, place: int, *, variants: bool = False) -> str:
    """Return the address of a character of an article's body, with what a query looks for highlighted."""
    address = article_address(id, query, variants=variants)
    return f"{address}{'&' if query else '?'}at={place}#here"


def export_addresses(search: Search | None = None, *, id: str = "") -> list[tuple[str, str]]:
    """Return the names of formats, and the addresses where all of a search or one article is in each."""
    bare = (search or Search()).but(group=None, limit=10).address("/export")
    lead = bare + ("&" if "?" in bare else "?") + (f"{urlencode([('id', id)])}&" if id else "")
    return [(export.label, f"{lead}format={name}") for name, export in EXPORTS.items()]


def following(period: str) -> str:
    """Return the label of the period after this one; "" at the end of the calendar, or for no label."""
    found = Period.parse(period)
    return str(found.following or "") if found else ""


def safe_url(url: str) -> str | None:
    """Return a url that may be followed, with http or https and a host; None for any other."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else None
