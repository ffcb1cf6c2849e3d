"""Read a page's metadata: its title, meta and link elements, and JSON-LD.

The few tags that matter are cut out of the page, wherever they stand, and read
by BeautifulSoup, so that its time does not depend on the rest of the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import Tag

from index.reading.draft import Value
from index.reading.markup import without_comments

__all__ = ["Head", "read_head"]

_SCRIPT_ENDS = re.compile(r"</script", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_TAGS = re.compile(
    r"<(?:meta|link)\b[^<>]{0,5000}>|<title\b[^<>]{0,500}>(?:[^<]|<(?![a-zA-Z/!])){0,2000}",
    re.IGNORECASE,
)
#: Most tags that are read.
MANY = 2_000


@dataclass(slots=True)
class Head:
    """The title, the meta elements by name, the canonical address, and the articles in JSON-LD."""

    title: str = ""
    metas: dict[str, list[str]] = field(default_factory=dict)
    canonical: str = ""
    articles: list[dict[str, Any]] = field(default_factory=list)
    #: The text of all scripts, for publishing systems that keep dates there.
    scripts: str = ""

    def values(self, *keys: str) -> list[Value]:
        """Return what the meta elements of these names say, in the order of the names."""
        return [Value(text, key) for key in keys for text in self.metas.get(key, ())]

    def structured(self, *keys: str) -> list[Value]:
        """Return what the articles in JSON-LD say under these keys."""
        return [
            Value(text, f"JSON-LD {key}")
            for key in keys
            for article in self.articles
            for text in _texts(article.get(key))
        ]


def read_head(page: str) -> Head:
    """Return the metadata of a page."""
    markup, scripts = _without_scripts(without_comments(page))
    tags = [found[0] for _, found in zip(range(MANY), _TAGS.finditer(markup), strict=False)]
    head = Head(scripts="\n".join(scripts))
    soup = BeautifulSoup(
        "\n".join(f"{tag}</title>" if tag[1] in "tT" else tag for tag in tags), "html.parser"
    )
    for element in soup.find_all(["title", "meta", "link"]):
        if isinstance(element, Tag):
            _note(head, element)
    for script in scripts:
        start = script.partition(">")
        if "ld+json" in start[0].lower():
            head.articles += _articles(start[2])
    return head


def _note(head: Head, element: Tag) -> None:
    def attribute(name: str) -> str:
        return " ".join(str(element.get(name) or "").split())

    if element.name == "title":
        head.title = head.title or " ".join(element.get_text().split())
    elif element.name == "link":
        rel = element.get("rel") or ""
        if "canonical" in (rel if isinstance(rel, list) else [rel]) and attribute("href"):
            head.canonical = head.canonical or attribute("href")
    else:
        key = attribute("property") or attribute("name") or attribute("itemprop")
        if key and attribute("content"):
            head.metas.setdefault(key.lower(), []).append(attribute("content"))


def _without_scripts(page: str) -> tuple[str, list[str]]:
    """Return the page without its scripts, and each script from its tag's attributes on."""
    kept, scripts = [], []
    for piece in _SCRIPT_ENDS.split(page):
        opening = _SCRIPT.search(piece)
        if opening is None:
            kept.append(piece)
        else:
            kept.append(piece[: opening.start()])
            scripts.append(piece[opening.end() :])
    return "".join(kept), scripts


# ── JSON-LD ─────────────────────────────────────────────────────────────────

_ARTICLE = re.compile(r"Article|Posting|Report|WebPage|CreativeWork|Video|Blog$", re.IGNORECASE)
_PAIR = re.compile(r'"(datePublished|pubDate|upDate|headline)"\s*:\s*"([^"\\\\]{4,200})"')


def _articles(text: str) -> list[dict[str, Any]]:
    """Return the articles that a JSON-LD script describes, those that say they are one first."""
    try:
        found = list(_objects(json.loads(text.strip().rstrip(";"), strict=False)))
    except (ValueError, RecursionError):
        found = [dict(_PAIR.findall(text))]
    articles = [thing for thing in found if _type_matches(thing)]
    return sorted(articles, key=lambda thing: "WebPage" in str(thing.get("@type", "")))


def _type_matches(thing: dict[str, Any]) -> bool:
    kind = thing.get("@type")
    return kind is None or any(
        _ARTICLE.search(str(name)) for name in (kind if isinstance(kind, list) else [kind])
    )


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield a JSON value's objects, without those that an article holds, such as its comments."""
    if depth > 4:
        return
    if isinstance(value, dict):
        yield value
        yield from _objects(value.get("@graph"), depth + 1)
        yield from _objects(value.get("mainEntity"), depth + 1)
    elif isinstance(value, list):
        for item in value[:200]:
            yield from _objects(item, depth + 1)


def _texts(value: Any) -> list[str]:
    """Return the texts in a value of JSON-LD: itself, an author's name, or those of a list."""
    if isinstance(value, str):
        return [" ".join(value.split())] if value.strip() else []
    if isinstance(value, dict):
        return _texts(value.get("name"))
    if isinstance(value, list):
        return [text for item in value[:50] for text in _texts(item)]
    return []
