"""Feeds, one article an entry: RSS, Atom, and WordPress's export, which is RSS with all posts."""

from __future__ import annotations

import re
from typing import Any

from index.errors import SeedError
from index.reading.bodies import read_body
from index.reading.draft import Draft, Value
from index.reading.formats.base import File, Format, Head, Results
from index.reading.formats.optional import optional
from index.reading.records import names_of, plain

__all__ = ["FORMAT"]

_ROOT = re.compile(
    r"(?:<\?xml[^>]{0,200}\?>\s*|<\?[^>]{0,500}\?>\s*|<!--.{0,5000}?-->\s*|<!DOCTYPE[^>]{0,300}>\s*)*"
    r"<(?:rss\b|feed\b[^>]{0,2000}Atom|rdf:RDF\b[^>]{0,2000}(?:rss|purl\.org))",
    re.IGNORECASE | re.DOTALL,
)
# WordPress exports these beside its posts.
_NO_POSTS = frozenset(
    ["attachment", "nav_menu_item", "revision", "wp_navigation", "wp_global_styles", "custom_css"]
)


def _likelihood(head: Head) -> float:
    return 0.95 if head.text[:1] == "<" and _ROOT.match(head.text) else 0


def _read(file: File) -> Results:
    feedparser = optional("feedparser", file.path, "feeds")
    # What is removed from the markup is this project's to decide.
    parsed = feedparser.parse(file.data(), sanitize_html=False, resolve_relative_uris=False)
    entries = [entry for entry in parsed.entries if entry.get("wp_post_type") not in _NO_POSTS]
    if not entries:
        problem = parsed.get("bozo_exception")
        raise SeedError(file.path, f"a feed without entries{f' ({problem})' if problem else ''}")
    outlet = plain(parsed.feed.get("title", ""))
    for number, entry in enumerate(entries, 1):
        yield _draft(entry, number, outlet, parsed.get("encoding", ""))


def _draft(entry: Any, number: int, outlet: str, encoding: str) -> Draft:
    draft = Draft(FORMAT.name, encoding, number=number, own_id=plain(entry.get("id", "")))
    if title := plain(entry.get("title", "")):
        draft.titles.append(Value(title, "title"))
    for key in ("published", "created", "wp_post_date", "issued", "date", "updated"):
        if date := entry.get(key):
            draft.dates.append(Value(date, key))
    if link := entry.get("link"):
        draft.urls.append(Value(link, "link"))
    people = [person.get("name", "") for person in entry.get("authors", [])] or [entry.get("author", "")]
    draft.authors = [Value(name, "author") for name in names_of(people)]
    draft.tags = [
        Value(name, "category")
        for name in names_of([tag.get("label") or tag.get("term") for tag in entry.get("tags", [])])
    ]
    source = plain(entry.get("source", {}).get("title", "")) or outlet
    if source and len(source) <= 40:
        draft.sources.append(Value(source, "title of the feed"))
    contents = [content.get("value", "") for content in entry.get("content", [])]
    markup = max(contents, key=len, default="") or entry.get("summary", "") or entry.get("description", "")
    draft.paragraphs, draft.removed = read_body(markup)
    summary = entry.get("summary", "")
    if contents and summary and "".join(plain(summary).split())[:40] not in "".join(plain(markup).split()):
        draft.paragraphs = [*read_body(summary)[0], *draft.paragraphs]
    return draft


FORMAT = Format("feed", _likelihood, _read, (".xml", ".rss", ".atom", ".rdf"))
