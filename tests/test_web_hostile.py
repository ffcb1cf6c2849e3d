"""Nothing of an article becomes markup, and answers forbid what pages do not need."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx" if sys.version_info < (3, 11) else "httpx2")

from starlette.testclient import TestClient
from web import PAYLOADS, Page, get, harmful, make_index

from search.web.addresses import article_address, safe_url
from search.web.app import Settings, create_app


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(str(index), tz="UTC")), headers={"Accept-Language": "en"}) as client:
        yield client


def harmful_pages() -> list[str]:
    articles = [article_address(article.id, "毒 OR alert") for article in harmful()]
    queries = [f"/?q={quote(payload)}" for payload in PAYLOADS]
    sources = [f"/?q=毒&source={quote(payload)}" for payload in PAYLOADS]
    lines = [f"/lines?q={quote('毒 OR alert OR script')}&order={order}" for order in ("date", "left")]
    trends = [f"/trend?q={quote('毒')}&q={quote(payload)}" for payload in PAYLOADS[:5]]
    quotations = [f"/quote?q={quote(f'毒 {payload}')}" for payload in PAYLOADS]
    others = ["/help", f"/collocations?q={quote('毒 OR alert OR script')}&window=paragraph&of=bigrams"]
    return ["/", *others, "/?q=毒&limit=50", *articles, *queries, *sources, *lines, *trends, *quotations]


@pytest.mark.parametrize("address", harmful_pages())
def test_nothing_of_an_article_becomes_markup(client, address):
    page = Page(client.get(address).text)
    known = {"html", "head", "meta", "title", "link", "script", "body", "header", "form", "label", "div"}
    known |= {"input", "button", "details", "summary", "dl", "dt", "dd", "code", "p", "main", "section"}
    known |= {"h1", "h2", "ul", "ol", "li", "a", "span", "small", "strong", "nav", "aside", "article"}
    known |= {
        "footer",
        "time",
        "mark",
        "textarea",
        "del",
        "ins",
        "svg",
        "rect",
        "text",
        "path",
        "polyline",
        "circle",
        "fieldset",
        "legend",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "h3",
        "kbd",
    }
    known |= {"output", "blockquote", "figure", "figcaption", "pre"}
    assert {tag for tag, _ in page.elements} <= known
    scripts = [src.partition("?")[0] for src in page.attributes("script", "src")]
    assert scripts in (["/static/page.js"], ["/static/page.js", "/static/article.js"])
    assert len(page.attributes("script", "defer")) == len(scripts)
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    assert page.attributes("meta", "http-equiv") == []
    for href in page.attributes("a", "href"):
        assert href.startswith(("/", "#", "https://")), href
        assert not href.startswith("//")
    away = [attrs for tag, attrs in page.elements if tag == "a" and str(attrs["href"]).startswith("http")]
    assert all(attrs["rel"] == "noopener noreferrer nofollow" for attrs in away)


def test_a_template_in_an_article_stays_text(client):
    (article,) = (article for article in harmful() if "{{ 7 * 7 }}" in article.title)
    for address in (article_address(article.id, "毒"), "/?q=毒&limit=50"):
        page = get(client, address)
        assert "毒 {{ 7 * 7 }}" in page.text
        assert "毒 49" not in page.text


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x", "https://a.example/x"),
        (" http://a.example ", "http://a.example"),
        ("HTTPS://a.example", "HTTPS://a.example"),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("http:alert(1)", None),
        ("//a.example", None),
        ("data:text/html,x", None),
        ("http://[bad", None),
        ("", None),
    ],
)
def test_only_addresses_of_the_web_are_linked(url, safe):
    assert safe_url(url) == safe


def test_every_answer_forbids_what_pages_do_not_need(client):
    for address in (
        "/",
        "/?q=列车",
        "/nowhere",
        "/api/search?q=x",
        "/static/page.js",
        "/feed?q=雪",
        "/?q=%22",
    ):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers


def test_other_names_are_not_answered_on_loopback(index):
    from search.web.listening import allowed_hosts

    hosts = allowed_hosts("127.0.0.1", ("archive.example",))
    with TestClient(create_app(Settings(str(index), hosts=hosts))) as client:
        for host in ("127.0.0.1:8000", "localhost", "[::1]:8000", "Archive.example"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 200
        evil = {"Host": "evil.example:8000", "Accept-Language": "zh-CN"}
        refused = client.get("/api/search?q=雪", headers=evil)
        assert (refused.status_code, refused.json()["type"]) == (421, "urn:jiansuo:problem:host")
        page = client.get("/?q=雪", headers=evil)
        assert page.status_code == 421
        assert "--allow-host" in Page(page.text).text
        assert "晨报" not in page.text
    assert allowed_hosts("0.0.0.0", ()) == ()
