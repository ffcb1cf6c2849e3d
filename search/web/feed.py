"""An Atom feed of a search, the newest articles first (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from search.calendar import write_moment
from search.output.terminal import printable
from search.results import Hit
from search.web.addresses import Search, article_address, safe_url

__all__ = ["atom"]

_ATOM = "http://www.w3.org/2005/Atom"


def atom(hits: Sequence[Hit], search: Search, *, base: str, built: datetime, title: str) -> bytes:
    """Return the feed as XML.

    `base` is the address of the pages, without a slash at its end. An article
    without a date gets that of the index, because Atom requires one.
    """
    feed = Element("feed", {"xmlns": _ATOM})
    address = base + search.address("/feed")
    _add(feed, "id", _urn(f"search {search.address()}"))
    _add(feed, "title", f"{title} · {search.q}" if search.q else title)
    _add(
        feed,
        "updated",
        write_moment(max((hit.date for hit in hits if hit.date), default=built), timezone.utc),
    )
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    SubElement(feed, "link", rel="alternate", type="text/html", href=base + search.address())
    for hit in hits:
        entry = SubElement(feed, "entry")
        _add(entry, "id", _urn(f"article {hit.id}"))
        _add(entry, "title", hit.title)
        _add(entry, "updated", write_moment(hit.date or built, timezone.utc))
        SubElement(entry, "link", rel="alternate", href=base + article_address(hit.id, search.q))
        if url := safe_url(hit.url):
            SubElement(entry, "link", rel="via", href=printable(url))
        for name in hit.sources or ("-",):
            _add(SubElement(entry, "author"), "name", name)
        _add(entry, "summary", " ".join(snippet.text for snippet in hit.snippets))
    xml: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return xml


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = printable(text)


def _urn(name: str) -> str:
    return uuid5(NAMESPACE_URL, f"urn:jiansuo:{name}").urn
