"""What the tests of pages and API share: an archive that means harm, and the application over it."""

from __future__ import annotations

from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from index import Article, rebuild

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "</title><script>alert(4)</script>",
    "{{ 7 * 7 }}",
    "javascript:alert(5)",
    "'-alert(6)-'",
    "<a href='//evil.example/'>x</a><link rel=stylesheet href=//evil.example/a.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "&lt;script&gt;alert(7)&lt;/script&gt;",
]
URLS = [
    "javascript:alert(8)",
    "JaVaScRiPt:alert(8)",
    "java\nscript:alert(8)",
    "data:text/html,<script>alert(9)</script>",
    "vbscript:alert(8)",
    'https://ok.example/"onmouseover="alert(10)',
    "//evil.example/x",
    "http:alert(11)",
    "https://good.example/a?b=1&c=2",
    "file:///etc/passwd",
]


def harmful() -> list[Article]:
    """One article for each payload: in its title, body, source, id and url. All hold 毒."""
    return [
        Article(
            id=f"毒/{number} {payload}",
            title=f"毒 {payload}",
            body=f"毒 {payload}\n第二段 {payload} 毒",
            url=url,
            sources=(payload,),
            date=datetime(2024, 1, 1 + number, tzinfo=timezone.utc),
        )
        for number, (payload, url) in enumerate(zip(PAYLOADS, URLS, strict=True))
    ]


def own_text(number: int) -> str:
    """Eighty rare characters that no other article has, without which all would be reprints of one."""
    return "".join(chr(0x3400 + number * 80 + place) for place in range(80)) + "。"


def harmless() -> list[Article]:
    """Thirty articles on trains and weather, in two sources, over three years."""
    return [
        Article(
            id=f"{'晨报' if number % 3 else '晚报'}/{number}.md",
            title=f"第{number}趟列车" if number % 2 else f"第{number}趟列車",
            body=f"清晨的列车在雪中开出。\n\n站台上有{number}位客人，列车没有晚点。\n乘客说雪很大。\n{own_text(number)}",
            url=f"https://news.example/{number}?a=1&b=2",
            sources=("晨报" if number % 3 else "晚报", "news.example"),
            date=datetime(2022 + number % 3, 1 + number % 12, 3, 12, tzinfo=timezone.utc),
        )
        for number in range(30)
    ]


def make_index(directory: Path) -> Path:
    """An index of both."""
    rebuild([*harmless(), *harmful()], directory)
    return directory


class Page(HTMLParser):
    """A page as a browser reads it: elements with their attributes, text, what is highlighted."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self._in_mark = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))
        self._in_mark = tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        """End a highlight."""
        self._in_mark = False

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data
        if self._in_mark:
            self.marked.append(data)

    def attributes(self, tag: str, name: str) -> list[str]:
        """The values of an attribute of all elements with a tag."""
        return [attrs[name] or "" for element, attrs in self.elements if element == tag and name in attrs]

    def links(self, path: str = "/") -> list[dict[str, list[str]]]:
        """The query strings of links to a path."""
        parts = [urlsplit(address) for address in self.attributes("a", "href")]
        return [parse_qs(part.query) for part in parts if part.path == path and part.query]


def get(client: TestClient, address: str, **options: Any) -> Page:
    """The page at an address, which must be there."""
    response = client.get(address, **options)
    assert response.status_code == 200, response.text
    return Page(response.text)
