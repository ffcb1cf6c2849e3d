"""The page of saved queries: what is new for each, its feed, all feeds as OPML, and changes by readers.

A change is a POST, and only where the server was started to allow it. Anybody who can reach the pages may
then change what is saved, but no page of another site may make a reader's browser do so: the browser says
where the form was (Sec-Fetch-Site, or Origin where that is not sent), and that must be here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.datastructures import QueryParams
from starlette.requests import Request

from index.errors import QueryError, SearchTimeout, UsageError
from search.calendar import in_zone
from search.output.terminal import printable
from search.saved import News, SavedQueries, SavedQuery, saved_from_now_on
from search.searcher import Searcher
from search.web.addresses import Search
from search.web.messages import Messages
from search.web.pages import render
from search.web.parameters import FILTERS, Parameter, read_parameters
from search.web.problems import Problem

__all__ = ["change", "changes_of", "opml", "saved_page"]

# Above so many new articles their number is not looked for.
_MOST_COUNTED = 1_000
_LONGEST_FORM = 128 * 1024
_FORM = "application/x-www-form-urlencoded"
_NAME = Parameter("name", "text", "The name of a saved query.", "弹药", default="", most=200)
_ACTION = Parameter(
    "action", "choice", "What to do with it.", "save", choices=("save", "seen", "remove"), required=True
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A saved query as the page shows it; `new` is None where it could not be counted."""

    name: str
    asked: str
    address: str
    feed: str
    new: str | None
    new_address: str
    seen: str


def saved_page(
    searcher: Searcher, kept: SavedQueries, search: Search, messages: Messages, *, may_write: bool
) -> str:
    """Return the list of saved queries, with a form to save `search` if that asks anything."""
    return render(
        "saved.html",
        messages,
        search=search,
        rows=[_row(one, searcher) for one in kept.all().values()],
        may_write=may_write,
        asked=_asked(search),
    )


def _row(saved: SavedQuery, searcher: Searcher) -> _Row:
    search = _search_of(saved)
    try:
        new = _new(saved, searcher)
    except (QueryError, UsageError, SearchTimeout):
        new = None
    return _Row(
        saved.name,
        _asked(search),
        search.address(),
        search.address("/feed"),
        new,
        search.but(q=saved.query_for_new, sort="newest").address(),
        f"{in_zone(saved.seen, searcher.tz):%Y-%m-%d %H:%M}" if saved.seen > _EPOCH else "",
    )


_EPOCH = SavedQuery("", "").seen


def _new(saved: SavedQuery, searcher: Searcher) -> str:
    """Return how many articles came since the query was looked at."""
    found = searcher.search(saved.query_for_new, limit=0, filters=saved.filters).total
    if found > _MOST_COUNTED + len(saved.known):
        return f"{_MOST_COUNTED:,}+"
    return f"{len(News.of(saved, searcher).hits):,}" if found else "0"


def _search_of(saved: SavedQuery) -> Search:
    return Search(saved.query, saved.after, saved.before, saved.source, variants=saved.variants)


def _asked(search: Search) -> str:
    between = f"{search.after} – {search.before}" if search.after or search.before else ""
    return " · ".join(filter(None, [search.q.strip(), *search.source, between]))


def opml(kept: SavedQueries, *, base: str, title: str, built: datetime) -> bytes:
    """Return the feeds of all saved queries as OPML 2.0, which feed readers import.

    Args:
        kept: The saved queries.
        base: The address of the pages, without a slash at its end.
        title: What the list is called.
        built: When the index was built.
    """
    whole = Element("opml", version="2.0")
    head = SubElement(whole, "head")
    SubElement(head, "title").text = title
    SubElement(head, "dateModified").text = built.strftime("%a, %d %b %Y %H:%M:%S %z")
    body = SubElement(whole, "body")
    for saved in kept.all().values():
        search = _search_of(saved)
        name = printable(saved.name)
        SubElement(
            body,
            "outline",
            type="rss",
            text=name,
            title=name,
            xmlUrl=base + search.address("/feed"),
            htmlUrl=base + search.address(),
        )
    xml: bytes = tostring(whole, encoding="utf-8", xml_declaration=True)
    return xml


# Changes


async def changes_of(request: Request) -> QueryParams:
    """Return the fields of a form that this site's page sent.

    Raises:
        Problem: It came from elsewhere, or is no form, or a large one.
    """
    if not _is_from_here(request.headers):
        raise Problem(403, "forbidden", "a change must come from a page of this site")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Problem(415, "parameter", f"a change is sent as {_FORM}")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM:
            raise Problem(413, "parameter", f"a form has {_LONGEST_FORM:,} bytes at most")
    try:
        return QueryParams(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=1000))
    except ValueError:
        raise Problem(400, "parameter", "the form has too many fields") from None


def _is_from_here(headers: Mapping[str, str]) -> bool:
    """Return whether a browser says that a page of this site sent the request, and nothing says otherwise."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return False
    if site is not None and site != "same-origin":
        return False
    # Without a page that may be named, browsers say "null"; where they say the site, that is enough.
    if origin is None or (origin == "null" and site is not None):
        return True
    return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""


def change(searcher: Searcher, kept: SavedQueries, given: QueryParams) -> None:
    """Save, mark as seen or remove a query, as a form says. Raises Problem, and what searching raises."""
    asked = read_parameters(given, (_ACTION, _NAME), strict=False)
    name = asked["name"]
    if asked["action"] == "save":
        _save(searcher, kept, name.strip(), given)
    elif asked["action"] == "seen":
        kept.looked_at([News.of(_known(kept, name), searcher).looked])
    elif not kept.remove(name):
        raise _unknown()


def _known(kept: SavedQueries, name: str) -> SavedQuery:
    found = kept.all().get(name)
    if found is None:
        raise _unknown()
    return found


def _unknown() -> Problem:
    return Problem(404, "parameter", "no query is saved under this name")


def _save(searcher: Searcher, kept: SavedQueries, name: str, given: QueryParams) -> None:
    filled = QueryParams([(key, value) for key, value in given.multi_items() if value])
    values: dict[str, Any] = read_parameters(filled, FILTERS, strict=False)
    if name in kept.all():
        raise UsageError("another query is saved under this name; choose another name")
    one = SavedQuery(
        name,
        values["q"],
        after=values["after"] or "",
        before=values["before"] or "",
        source=tuple(values["source"]),
        variants=values["variants"] == "true",
    )
    if not one.query.strip() and not one.filters:
        raise UsageError("write what to look for")
    kept.put(saved_from_now_on(one, searcher))
