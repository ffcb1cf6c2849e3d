"""The addresses of pages: how a search is written into one and read out of it again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from search.engines.base import Sort

__all__ = ["Search", "article_address", "following", "safe_url"]


@dataclass(frozen=True, slots=True)
class Search:
    """A search as a reader has set it up."""

    q: str = ""
    after: str = ""
    before: str = ""
    source: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    limit: int = 10

    @property
    def filters(self) -> dict[str, Any]:
        """The filters as the methods of Searcher take them."""
        return {"after": self.after or None, "before": self.before or None, "source": self.source or None}

    @property
    def asks(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.q.strip() or any(self.filters.values()))

    def but(self, **changes: Any) -> Search:
        """The same with changes, from its first page."""
        return replace(self, **{"page": 1, **changes})

    def with_period(self, period: str) -> Search:
        """The same in a year, month or day only."""
        return self.but(after=period, before=following(period))

    def toggled(self, name: str) -> Search:
        """The same with a source added, or taken away."""
        rest = tuple(other for other in self.source if other != name)
        return self.but(source=rest if len(rest) < len(self.source) else (*self.source, name))

    def address(self, path: str = "/") -> str:
        """The address of the page that shows this."""
        pairs: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name in ("after", "before") if (value := getattr(self, name))]
        pairs += [("source", name) for name in self.source]
        pairs += [("sort", self.sort)] if self.sort != "relevance" else []
        pairs += [("limit", str(self.limit))] if self.limit != 10 else []
        pairs += [("page", str(self.page))] if self.page != 1 else []
        return path + (f"?{urlencode(pairs)}" if pairs else "")


def article_address(id: str, query: str = "") -> str:
    """The page of an article, with what a query looks for highlighted."""
    # Browsers take parts of dots alone for steps upwards, and proxies drop empty ones.
    steps = any(part in ("", ".", "..") for part in id.split("/"))
    return f"/article/{quote(id, safe='' if steps else '/')}" + (
        f"?{urlencode([('q', query)])}" if query else ""
    )


def following(period: str) -> str:
    """The period after a year, month or day."""
    numbers = [int(number) for number in period.split("-")]
    if len(numbers) == 1:
        return f"{numbers[0] + 1:04}"
    if len(numbers) == 2:
        year, month = divmod(numbers[0] * 12 + numbers[1], 12)
        return f"{year:04}-{month + 1:02}"
    return (date(*numbers) + timedelta(days=1)).isoformat()


def safe_url(url: str) -> str | None:
    """A url that may be followed: http or https and a host. None for anything else."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else None
