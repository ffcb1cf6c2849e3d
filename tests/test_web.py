"""The pages and the API, over a real index, without a browser."""

from __future__ import annotations

import html
import json
import re
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx" if sys.version_info < (3, 11) else "httpx2")

from starlette.testclient import TestClient
from web import PAYLOADS, harmful, harmless, make_index

from index import Article, rebuild, update
from search import Searcher
from search.timing import check_time
from search.web.addresses import Search, article_address, following, safe_url
from search.web.app import Settings, create_app
from search.web.messages import LANGUAGES, Messages, language_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(str(index), tz="UTC")), headers={"Accept-Language": "en"}) as client:
        yield client


class Page(HTMLParser):
    """A page as a browser reads it: elements with their attributes, text, what is highlighted."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self._in_mark = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._in_mark = tag == "mark"

    def handle_endtag(self, tag):
        self._in_mark = False

    def handle_data(self, data):
        self.text += data
        if self._in_mark:
            self.marked.append(data)

    def attributes(self, tag: str, name: str) -> list[str]:
        return [attrs[name] or "" for element, attrs in self.elements if element == tag and name in attrs]

    def links(self, path: str = "/") -> list[dict[str, list[str]]]:
        """The query strings of links to a path."""
        parts = [urlsplit(address) for address in self.attributes("a", "href")]
        return [parse_qs(part.query) for part in parts if part.path == path and part.query]


def get(client: TestClient, address: str, **options) -> Page:
    response = client.get(address, **options)
    assert response.status_code == 200, response.text
    return Page(response.text)


# Pages


def test_the_first_page_is_small_and_asks_nobody_else(client):
    page = get(client, "/")
    loaded = page.attributes("link", "href") + page.attributes("script", "src")
    assert all(address.startswith("/static/") for address in loaded)
    size = sum(len(client.get(address).content) for address in ["/", *loaded])
    assert size < 60_000
    assert "40 articles" in page.text


def test_results_show_title_snippet_source_and_date(client):
    page = get(client, "/?q=雪中&limit=30&group=none")
    assert set(page.marked) == {"雪中"}
    assert "30 articles" in page.text
    assert "2022-01-03" in page.text
    assert "晚报" in page.text
    hrefs = page.attributes("a", "href")
    assert "https://news.example/3?a=1&b=2" in hrefs
    assert article_address("晚报/3.md", "雪中") in hrefs


def test_a_source_filters_and_the_others_stay_at_hand(client):
    page = get(client, "/?q=列车")
    assert {"q": ["列车"], "source": ["晚报"]} in page.links()
    filtered = get(client, "/?q=列车&source=晚报")
    assert "10 articles" in filtered.text
    assert {"q": ["列车"]} in filtered.links()
    assert {"q": ["列车"], "source": ["晚报", "晨报"]} in filtered.links()


def test_bars_lead_to_their_period(client):
    page = get(client, "/?q=列车")
    months = [link for link in page.links() if "before" in link]
    assert {"q": ["列车"], "after": ["2022-01"], "before": ["2022-02"]} in months
    told = get(client, "/?q=列车&after=2022-01&before=2022-02")
    assert "3 articles" in told.text
    assert "2022-01 ×" in told.text


def test_pages_of_hits(client):
    alone = "/?q=列车&group=none"
    first, last = get(client, f"{alone}&sort=oldest"), get(client, f"{alone}&sort=oldest&page=3")
    here = {"q": ["列车"], "group": ["none"]}
    assert {**here, "sort": ["oldest"], "page": ["2"]} in first.links()
    assert "page 3 of 3" in last.text
    assert {**here, "sort": ["oldest"], "page": ["4"]} not in last.links()
    assert last.attributes("ol", "start") == ["21"]
    beyond = get(client, f"{alone}&page=7")
    assert "There are no more pages." in beyond.text
    assert "page 7" not in beyond.text
    assert {**here, "page": ["3"]} in beyond.links()


def test_what_was_understood_is_said_when_only_words_match(client):
    page = get(client, "/?q=清晨的公共汽车")
    assert "No article holds all of it." in page.text
    assert "清晨" in page.text
    assert "公共汽车" in page.text


@pytest.mark.parametrize("language", ["en", "zh-CN", "zh-TW"])
def test_partial_hits_that_an_order_by_date_leaves_out_are_told_of(client, language):
    page = get(client, "/?q=清晨的公共汽车&sort=newest", headers={"Accept-Language": language})
    t = Messages(language_of(language))
    assert t("partial_hidden", articles=t.articles(30)) in page.text
    assert t("nothing") not in page.text
    by_relevance = page.attributes("a", "href")[page.attributes("a", "href").index("#content") :]
    assert Search("清晨的公共汽车").address() in by_relevance
    assert t("partial_by_relevance") in page.text


def test_an_empty_search_lists_the_newest(client):
    answer = client.get("/api/search?limit=2").json()
    assert answer["total"] == 40
    assert [hit["date"][:10] for hit in answer["hits"]] == ["2024-12-03"] * 2


def test_nothing_found_is_met_with_what_would_be(client):
    page = get(client, "/?q=列车&after=2030")
    assert "Nothing was found" in page.text
    assert {"q": ["列车"]} in page.links()
    assert "without the dates" in page.text


@pytest.mark.parametrize("after", ["7d", "2022年1月", "2022/01/01", "2022-01-01T00:00Z", "9998"])
def test_dates_of_every_form_are_shown_as_filters(client, after):
    assert f"from {after}" in get(client, f"/?q=列车&after={after}").text


def test_an_empty_index_has_a_first_page_too(tmp_path):
    rebuild([], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        assert "0 articles" in get(client, "/", headers={"Accept-Language": "en"}).text


def test_filters_alone_list_the_articles(client):
    assert "10 articles" in get(client, "/?q=&source=晚报&after=&before=").text


def test_an_article_is_shown_in_paragraphs_with_numbered_highlights(client):
    page = get(client, article_address("晚报/3.md", "雪"))
    assert page.marked == ["雪", "雪"]
    assert page.attributes("mark", "id") == ["hit-1", "hit-2"]
    assert "#hit-2" in page.attributes("a", "href")
    assert "乘客说雪很大。" in page.text
    assert "https://news.example/3?a=1&b=2" in page.attributes("a", "href")
    assert "Similar articles" in page.text
    assert "Earlier" in page.text


def test_a_highlight_over_the_end_of_a_paragraph_is_marked_on_both_sides(tmp_path):
    rebuild([Article(id="a", title="雪", body="列车开出。\n站台很空。")], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        page = get(client, article_address("a", "“开出。站台”"))
    assert page.marked == ["开出。", "站台"]


@pytest.mark.parametrize("id", ["../x", "a//b", "/a", "a/", "./b", "a b?c#d%F", "é/雪.md", "a\\b"])
def test_any_id_has_an_address(tmp_path, id):
    rebuild([Article(id=id, title="雪天的列车")], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        assert "雪天的列车" in get(client, article_address(id)).text
        assert client.get(f"/api/articles/{quote(id, safe='')}").json()["id"] == id


@pytest.mark.parametrize("path", ["/etc/passwd", "..%2f..%2fmanifest.json", "%2e%2e/app.py", "page.css%00"])
def test_only_articles_and_known_files_can_be_read(client, path):
    assert client.get(f"/article/{path}").status_code == 404
    assert client.get(f"/static/{path}").status_code == 404


def test_the_language_is_the_browsers(client):
    def heading(accepted: str) -> str:
        return get(client, "/?q=列车", headers={"Accept-Language": accepted}).attributes("html", "lang")[0]

    assert heading("zh-CN,zh;q=0.9,en;q=0.8") == "zh-Hans"
    assert heading("zh-TW,zh;q=0.9") == "zh-Hant"
    assert heading("fr,en;q=0.5") == "en"
    assert [language_of(odd) for odd in ("", "*", "zh;q=x", "de", "en;q=0.1,zh-HK;q=0.2")] == [
        *["en"] * 4,
        "zh-Hant",
    ]


def test_language_and_colours_can_be_chosen_and_taken_back(index):
    with TestClient(create_app(Settings(str(index), tz="UTC")), headers={"Accept-Language": "en"}) as client:
        before = client.get("/?q=列车").headers["etag"]
        chosen = {"language": "zh-Hant", "theme": "dark", "back": "/?q=%E5%88%97%E8%BB%8A"}
        page = client.get("/settings", params=chosen)
        assert page.url.query == b"q=%E5%88%97%E8%BB%8A"
        (html,) = [attributes for tag, attributes in Page(page.text).elements if tag == "html"]
        assert (html["lang"], html["data-theme"]) == ("zh-Hant", "dark")
        assert "檢索" in page.text
        assert client.get("/?q=列车").headers["etag"] != before
        client.get("/settings", params={"language": "", "theme": ""})
        assert client.get("/?q=列车").headers["etag"] == before
        assert not client.cookies


@pytest.mark.parametrize(
    "back", ["//evil.example/", "https://evil.example/", "/\\evil.example", "", "/settings"]
)
def test_settings_lead_to_no_other_site(client, back):
    answer = client.get("/settings", params={"back": back, "theme": "mauve"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "set-cookie" not in answer.headers


def test_help_has_examples_that_find_something(client):
    page = get(client, "/help")
    for link in page.links():
        assert client.get("/api/search", params={"q": link["q"][0]}).status_code == 200
    assert {"q": ["date:2024-12"]} in page.links()
    assert {"q": ["source:晨报"]} in page.links()


def test_dates_that_leave_no_time_keep_results_and_form(client):
    page = get(client, "/?q=列车&after=2024&before=2022")
    assert "leave no time between them" in page.text
    assert "10 articles" in page.text
    assert {"2024", "2022"} <= set(page.attributes("input", "value"))
    for path in ("/lines", "/trend", "/quote"):
        assert "this is no date: gestern" in get(client, f"{path}?q=列车&after=gestern").text


def test_presets_count_back_from_the_newest_article(client):
    page = get(client, "/?q=列车")
    assert {"q": ["列车"], "after": ["2023-12-03"]} in page.links()
    assert "Counted back from the newest article, of 2024-12-03." in page.text


def test_an_outlet_is_named_once_and_occurrences_are_counted(client):
    text = client.get("/?q=雪&source=晚报&limit=1&group=none").text
    assert "<span>晚报</span>" in text
    assert "<span>news.example</span>" not in text
    assert "2 places" in text


def test_every_message_can_be_said_in_every_language():
    from search.web.messages import _MESSAGES

    holes = [set(re.findall(r"{\w+}", text)) for texts in _MESSAGES.values() for text in texts]
    assert all(holes[at] == holes[at + 1] == holes[at + 2] for at in range(0, len(holes), 3))
    assert all(Messages(language)("search") for language in LANGUAGES)


def test_lines_lead_to_their_places_in_the_article(client, index):
    page = get(client, "/lines?q=列车&order=right")
    with Searcher(index) as searcher:
        lines = list(searcher.concordance("列车", width=40, sort="right"))
    links = [href for href in page.attributes("a", "href") if href.startswith("/article/")]
    assert links == [
        article_address(line.id, "列车") + (f"&at={line.start}#here" if line.field == "body" else "")
        for line in lines
    ]
    body = next(href for href in links if href.endswith("#here"))
    shown = get(client, body.removesuffix("#here"))
    assert len([tag for tag, attributes in shown.elements if attributes.get("id") == "here"]) == 1


def test_a_trend_has_a_line_for_each_query_and_leads_to_periods(client):
    page = get(client, "/trend?q=列车&q=毒&q=&unit=year&measure=share&source=")
    assert len([tag for tag, _ in page.elements if tag == "polyline"]) == 2
    assert "100%" in page.text
    assert ".000%" not in page.text
    assert any("after=2023&before=2024" in href for href in page.attributes("a", "href"))
    assert [value for value in page.attributes("input", "value") if value in ("列车", "毒")] == [
        "列车"
    ] * 2 + ["毒"]


@pytest.mark.parametrize(
    ("language", "on", "off", "also"),
    [
        ("en", "Look for other names too", "Only the names as written", "Also: 川普"),
        ("zh-Hans", "同时查找别的名称", "只查所写的名称", "同时查找：川普"),
        ("zh-Hant", "同時查找別的名稱", "只查所寫的名稱", "同時查找：川普"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/lines", "/trend"])
def test_other_names_can_be_looked_for_in_every_view(tmp_path, path, language, on, off, also):
    moment = datetime(2024, 3, 10, tzinfo=timezone.utc)
    rebuild([Article(id="a", title="消息", body="川普昨天抵达。", sources=("晨报",), date=moment)], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        client.headers["Accept-Language"] = language
        rest = {"/": "", "/lines": "&order=left", "/trend": "&unit=month&measure=share"}[path]
        address = f"{path}?q={quote('特朗普')}&source={quote('晨报')}{rest}"
        plain = client.get(address).text
        assert on in plain
        assert off not in plain
        assert also not in plain
        links = re.findall(r'<p class="variants"><a href="([^"]+)"', plain)
        wide = client.get(html.unescape(links[0])).text
        assert off in wide
        assert on not in wide
        assert also in wide
        back = html.unescape(re.findall(r'<p class="variants"><a href="([^"]+)"', wide)[0])
        assert back.startswith(path)
        assert parse_qs(urlsplit(back).query) == parse_qs(urlsplit(address).query)
        assert client.get(back).text.count(on) == 1


def test_lines_and_trend_by_other_names(tmp_path):
    moment = datetime(2024, 3, 10, tzinfo=timezone.utc)
    rebuild([Article(id="a", title="消息", body="川普昨天抵达。", date=moment)], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        lines = get(client, "/lines?q=特朗普&variants=true")
        (place,) = [href for href in lines.attributes("a", "href") if href.startswith("/article/")]
        assert 'id="here"' in client.get(place.removesuffix("#here")).text
        trend = get(client, "/trend?q=特朗普&q=软件&variants=true")
        assert [attrs["value"] for _, attrs in trend.elements if attrs.get("name") == "variants"] == [
            "true"
        ] * 2
        assert "<svg" in client.get("/trend?q=特朗普&variants=true").text
        assert "<svg" not in client.get("/trend?q=特朗普").text


def test_collocations_have_their_measures_and_lead_to_their_places(client, index):
    page = get(client, "/collocations?q=列车&window=sentence&sort=observed")
    with Searcher(index) as searcher:
        first = searcher.collocations("列车", window="sentence", sort="observed").collocates[0]
    assert f"{first.observed}" in page.text
    links = page.links("/lines")
    assert {"q": [f'"列车" ~60 "{first.text}"']} in links
    for link in links:
        assert client.get("/lines", params={"q": link["q"][0]}).status_code == 200
    # A query that cannot be one side of a distance leads to the articles.
    assert any("OR" in link["q"][0] for link in get(client, "/collocations?q=列车 OR 雪").links())
    assert "Nothing was found" in get(client, "/collocations?q=无此词").text
    assert client.get("/collocations?q=source:晚报").status_code == 400


def test_results_lead_to_lines_and_trend(client):
    links = get(client, "/?q=列车&source=晚报&sort=newest").attributes("a", "href")
    for path in ("/lines", "/trend", "/collocations", "/quote"):
        assert f"{path}?{urlencode([('q', '列车'), ('source', '晚报')])}" in links
        assert client.get(f"{path}?q=列车&source=晚报").status_code == 200
    assert client.get("/lines?q=source:晚报").status_code == 400


def test_a_quotation_is_answered_with_its_verdict_and_passages(client):
    exact = get(client, "/quote?q=站台上有3位客人，列車沒有晚點")
    assert "The same but for script" in exact.text
    links = [href for href in exact.attributes("a", "href") if href.startswith("/article/")]
    assert links
    assert all(client.get(href.partition("#")[0]).status_code == 200 for href in links)
    altered = get(client, "/quote?q=站台上有3位客人，火车没有晚点。乘客说雪很大")
    assert [tag for tag, _ in altered.elements if tag in ("del", "ins")][:2] == ["del", "ins"]
    assert "Not found" in get(client, "/quote?q=天地玄黄宇宙洪荒日月盈昃").text
    assert client.get(f"/quote?q={'长' * 5001}").status_code == 400
    assert client.get("/quote?q=……").status_code == 400


def test_the_form_for_a_quotation_keeps_the_filters(client):
    page = get(client, "/quote?source=晚报&after=2022")
    assert {"晚报", "2022"} <= set(page.attributes("input", "value"))
    assert "/quote" in get(client, "/").attributes("a", "href")


# What articles must not do


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
        refused = client.get("/", headers={"Host": "evil.example:8000"})
        assert refused.status_code == 421
        assert refused.json()["type"] == "urn:jiansuo:problem:host"
    assert allowed_hosts("0.0.0.0", ()) == ()


# The API


def test_search_answers_as_the_command_does(client, index):
    answer = client.get("/api/search", params={"q": "雪", "sort": "newest", "limit": 2, "page": 2}).json()
    with Searcher(index) as searcher:
        page = searcher.search("雪", sort="newest", limit=2, offset=2)
    assert [hit["id"] for hit in answer["hits"]] == [hit.id for hit in page.hits]
    assert list(answer) == [
        "query",
        "total",
        "partial_total",
        "page",
        "pages",
        "seconds",
        "also",
        "notes",
        "did_you_mean",
        "entries",
        "groups",
        "hits",
    ]
    names = ["id", "title", "url", "sources", "date", "score", "partial", "occurrences"]
    shown = [
        "title_highlights",
        "snippets",
        "authors",
        "tags",
        "fields",
        "field_highlights",
        "reprints",
        "same_text",
        "added",
    ]
    assert list(answer["hits"][0]) == [*names, *shown]
    assert answer["hits"][0]["date"].endswith("Z")
    text, spans, place = answer["hits"][0]["snippets"][0].values()
    assert {text[start:end] for start, end in spans} == {"雪"}
    with Searcher(index) as searcher:
        assert searcher.article(answer["hits"][0]["id"]).body[place] == "雪"


def test_the_other_resources(client):
    facets = client.get("/api/facets", params={"q": "列车", "by": "source"}).json()
    assert facets["counts"][0] == {"value": "晨报", "count": 20}
    years = client.get("/api/facets", params={"q": "列车", "by": "year", "source": ["晚报", "晨报"]}).json()
    assert [count["value"] for count in years["counts"]] == ["2022", "2023", "2024"]
    line = client.get("/api/timeline", params={"q": "列车", "unit": "year"}).json()
    assert line["counts"] == [{"value": str(year), "count": 10} for year in (2022, 2023, 2024)]
    assert client.get("/api/suggest", params={"q": "清"}).json() == {"query": "清", "completions": ["清晨"]}
    alike = client.get("/api/similar", params={"id": "晚报/3.md", "limit": 3}).json()
    assert len(alike["hits"]) == 3
    quoted = client.get("/api/quote", params={"text": "清晨的列車在雪中開出", "limit": 1}).json()
    assert (quoted["verdict"], len(quoted["passages"])) == ("but for script", 1)
    assert quoted["passages"][0]["unlike"] == ["script"]
    article = client.get("/api/articles/晚报/3.md").json()
    assert article["paragraphs"][0] == "清晨的列车在雪中开出。"
    assert "path" not in article
    assert set(article["paragraph_kinds"]) == {"text"}
    assert client.get("/api/versions", params={"id": "晚报/3.md"}).json()["later"] == []
    health = client.get("/healthz").json()
    assert (health["status"], health["articles"], health["engine"]) == ("ok", 40, "whoosh")


def test_occurrences_are_answered_as_by_a_searcher(client, index):
    counts = client.get("/api/count", params={"q": ["列车", "雪"]}).json()["counts"]
    assert [(one["query"], one["articles"]) for one in counts] == [("列车", 30), ("雪", 30)]
    asked = {"q": "列车", "width": 3, "limit": 2, "page": 2, "sort": "right"}
    found = client.get("/api/concordance", params=asked).json()
    assert (found["articles"], found["occurrences"]) == (30, counts[0]["occurrences"])
    with Searcher(index) as searcher:
        lines = list(searcher.concordance("列车", width=3, sort="right", limit=4))[2:]
        collocates = searcher.collocations("列车", window="sentence").collocates
    assert [(one["id"], one["start"], one["right"]) for one in found["lines"]] == [
        (line.id, line.start, line.right) for line in lines
    ]
    near = client.get("/api/collocations", params={"q": "列车", "window": "sentence"}).json()
    assert [one["text"] for one in near["collocates"]] == [one.text for one in collocates]
    trend = client.get("/api/trend", params={"q": ["晚点", "毒"], "unit": "year", "measure": "share"}).json()
    assert [series["query"] for series in trend["series"]] == ["晚点", "毒"]
    assert trend["series"][0]["points"][0] == {"period": "2022", "value": 1.0}


@pytest.mark.parametrize(
    ("address", "status", "kind", "says"),
    [
        ("/api/search?q=%22abc", 400, "query", "unclosed quotation mark"),
        ("/api/search?q=雪&after=gestern", 400, "parameter", "after: this is no date: gestern; write 2024"),
        ("/api/search?q=雪&before=2015..2016", 400, "parameter", "before: 2015..2016 is a range"),
        ("/api/facets?after=2024&before=2024", 400, "parameter", "leave no time between them"),
        ("/api/search?q=after:2024 before:2024", 400, "query", "leave no time between them"),
        (f"/api/search?q={'x' * 10_001}", 400, "parameter", "q must have 10,000 characters at most"),
        ("/api/search?q=雪&limit=101", 400, "parameter", "limit must be a number from 1 to 100"),
        ("/api/search?q=雪&limit=-1", 400, "parameter", "limit must be a number"),
        ("/api/search?q=雪&page=0", 400, "parameter", "page must be a number"),
        ("/api/search?q=雪&page=1001", 400, "parameter", "hits after the first 10,000"),
        ("/api/search?q=雪&sort=best", 400, "parameter", "relevance, newest, oldest"),
        ("/api/search?q=雪&q=雨", 400, "parameter", "q may be given only once"),
        ("/api/search?q=雪&sauce=x", 400, "parameter", "there is no parameter 'sauce'"),
        ("/api/search?q=雪" + "&source=x" * 51, 400, "parameter", "50 times at most"),
        ("/api/search?q=雪&after=", 400, "parameter", "after"),
        ("/api/search?q=雪&source=", 400, "parameter", "source"),
        (
            "/api/facets?q=雪&by=colour",
            400,
            "parameter",
            "no facets by 'colour'; there are source, author, tag, year, month",
        ),
        ("/api/articles/nobody", 404, "not-found", "no article has this id"),
        ("/api/similar", 400, "parameter", "id is missing"),
        ("/api/count", 400, "parameter", "q is missing"),
        ("/api/trend?" + "&q=x" * 11, 400, "parameter", "10 times at most"),
        ("/api/concordance?q=source:晨报", 400, "query", "no words to look for"),
        ("/api/concordance?q=雪&width=201", 400, "parameter", "width must be a number from 0 to 200"),
        ("/api/collocations?q=雪&window=99", 400, "parameter", "window must be one of 1, 2"),
        ("/api/quote", 400, "parameter", "text is missing"),
        ("/api/quote?text=。。", 400, "parameter", "no letters or digits"),
        ("/api/nowhere", 404, "not-found", ""),
    ],
)
def test_problems_say_what_is_wrong(client, address, status, kind, says):
    response = client.get(address)
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"urn:jiansuo:problem:{kind}"
    assert says in problem["detail"]


def test_a_problem_with_a_parameter_names_it(client):
    assert client.get("/api/search?q=雪&after=gestern").json()["parameter"] == "after"
    answer = Page(client.get("/?q=雪&after=gestern&before=2024").text)
    page = answer.text
    assert "In the field “From”:" in page
    assert "this is no date: gestern" in page
    assert "20 articles" in page  # the results and the form stay
    assert {"gestern", "2024"} <= set(answer.attributes("input", "value"))
    chinese = Page(client.get("/?q=雪&before=gestern", headers={"Accept-Language": "zh-CN"}).text).text
    assert "“早于”一栏：" in chinese


@pytest.mark.parametrize("language", ["en", "zh-CN", "zh-TW"])
def test_what_is_not_there_is_told_in_the_language_of_the_page(client, language):
    t = Messages(language_of(language))
    for address, kind in (("/nowhere", "not-found"), ("/article/nobody", "no-article")):
        answer = client.get(address, headers={"Accept-Language": language})
        assert answer.status_code == 404
        text = Page(answer.text).text
        assert t(f"problem_{kind}") in text
        assert t(f"detail_{kind}") in text
        assert "Not Found" not in text
        assert language == "en" or "article" not in text


def test_a_problem_with_a_query_says_where(client):
    problem = client.get("/api/search", params={"q": "雪 “和平"}).json()
    assert (problem["position"], problem["hint"].startswith("close it")) == (3, True)
    page = client.get("/?q=雪 “和平")
    assert page.status_code == 400
    assert "at character 3" in page.text
    assert Page(page.text).attributes("input", "value")[0] == "雪 “和平"


def test_other_methods_are_refused(client):
    response = client.post("/api/search", json={})
    assert response.status_code == 405
    assert response.json()["type"] == "urn:jiansuo:problem:method"


def test_the_description_lists_what_is_there(client):
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, methods in described["paths"].items():
        parameters = methods["get"]["parameters"]
        example = methods["get"]["responses"]["200"]["content"]["application/json"]["example"]
        schema = path.rsplit("/", 1)[1]
        assert example, schema
        known = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
        assert all("example" in parameter for parameter in parameters)
        if "{id}" not in path:
            refused = client.get(path, params={"sauce": "x"}).json()["detail"]
            assert set(re.findall(r"\w+", refused.split("there are ")[1])) == (known or {"none"})


# Feed


def test_a_feed_has_the_newest_first_and_is_well_formed(client):
    response = client.get("/feed", params={"q": "毒 OR 列车"})
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.text)
    updated = [entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry")]
    assert len(updated) == 40
    assert updated == sorted(updated, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == updated[0]
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == 40
    via = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == "via"]
    assert not [href for href in via if not href.startswith("https://")]


def test_a_feed_of_control_characters_can_be_read(tmp_path):
    rebuild([Article(id="a\x01", title="雪\x0b\x00", body="雪\ufffe")], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        assert "雪" in ElementTree.fromstring(client.get("/feed?q=雪").text).findtext(f".//{ATOM}summary")


# A link of a terminal, colours, marks that turn a line around, deletes, and what is no character in XML.
CONTROLS = "\x1b]8;;http://evil.example\x07点\x1b[2J\x9b31m\u202egpj\u2066\x08\x7f\x85\ufffe"


def test_pages_and_feeds_hold_no_control_characters_and_no_marks_of_direction(tmp_path):
    hostile = Article(
        id=f"a{CONTROLS}",
        title=f"雪{CONTROLS}",
        body=f"雪{CONTROLS}停了。",
        sources=(f"源{CONTROLS}",),
        url=f"https://news.example/{CONTROLS}",
    )
    rebuild([hostile, Article(id="b", title="雪")], tmp_path)
    query = quote(f"雪 OR {CONTROLS}")
    addresses = ["/", f"/?q={query}", f"/?source={quote(f'源{CONTROLS}')}", f"/?q={quote('((' + CONTROLS)}"]
    addresses += [article_address(hostile.id, "雪"), article_address("b"), f"/feed?q={query}"]
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        for address in addresses:
            text = client.get(address).text
            assert len(text) > 500, address
            assert not re.findall(
                "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe]", text
            )
            if address.startswith("/feed"):
                ElementTree.fromstring(text)
        # Highlights stay where they are.
        assert "<mark>雪</mark>␛]8;;http" in client.get("/?q=雪").text
        assert client.get("/api/search?q=雪").json()["hits"][0]["title"] == hostile.title


# Caching, generations, limits


def test_what_was_seen_is_not_sent_again_until_the_index_changes(tmp_path):
    rebuild(harmless()[:3], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        for address in ("/?q=列车", "/api/search?q=列车", "/feed?q=列车", "/"):
            tag = client.get(address).headers["etag"]
            again = client.get(address, headers={"If-None-Match": f'"x", {tag}'})
            assert (again.status_code, again.content) == (304, b"")
        tag = client.get("/?q=列车").headers["etag"]
        assert client.get("/?q=列车", headers={"Accept-Language": "zh"}).headers["etag"] != tag
        update([Article(id="new", title="新的列车")], tmp_path)
        changed = client.get("/?q=列车", headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert "新的" in changed.text


def test_static_files_may_be_kept_because_their_address_changes(client):
    (address,) = get(client, "/").attributes("script", "src")
    assert "immutable" in client.get(address).headers["cache-control"]
    assert re.search(r"\?[0-9a-f]{12}$", address)


def test_a_request_that_takes_too_long_is_answered_all_the_same(index, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(Searcher, "suggest", lambda *args, **options: release.wait(30) and ())
    with TestClient(create_app(Settings(str(index), seconds=0.05))) as client:
        try:
            response = client.get("/api/suggest?q=x")
            assert response.status_code == 503
            assert response.json()["type"] == "urn:jiansuo:problem:time"
            assert response.headers["retry-after"]
        finally:
            release.set()


def test_a_request_that_takes_too_long_frees_its_thread(index, monkeypatch):
    """It once went on to its end, and eight of them kept everybody else waiting."""
    ended = threading.Event()

    def search_without_end(*args: object, **options: object) -> None:
        try:
            while True:
                check_time()
        finally:
            ended.set()

    monkeypatch.setattr(Searcher, "suggest", search_without_end)
    with TestClient(create_app(Settings(str(index), seconds=0.05))) as client:
        assert client.get("/api/suggest?q=x").status_code == 503
        assert ended.wait(60)


def test_a_lost_index_is_told_without_its_path(tmp_path, client):
    rebuild(harmless()[:1], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        (tmp_path / "manifest.json").write_text("{}")
        response = client.get("/healthz")
    assert response.status_code == 503
    assert str(tmp_path) not in response.text
    assert json.loads(response.text)["type"] == "urn:jiansuo:problem:index"


# Addresses


@pytest.mark.parametrize(
    ("period", "after"),
    [
        ("2024", "2025"),
        ("2024-02", "2024-03"),
        ("2024-12", "2025-01"),
        ("2024-W52", "2025-W01"),
        ("2024-02-29", "2024-03-01"),
        ("9999-12-31", ""),
        ("7d", ""),
    ],
)
def test_the_following_period(period, after):
    assert following(period) == after


def test_an_address_holds_a_search():
    search = Search("雪 & 雨", after="2024", source=("晨报", "a&b"), sort="newest", page=2)
    query = parse_qs(urlsplit(search.address()).query)
    assert query == {
        "q": ["雪 & 雨"],
        "after": ["2024"],
        "source": ["晨报", "a&b"],
        "sort": ["newest"],
        "page": ["2"],
    }
    assert search.toggled("晨报").source == ("a&b",)
    assert search.toggled("x").page == 1


# Exports


@pytest.mark.parametrize("form", ["csv", "jsonl", "bibtex", "ris", "csl-json", "markdown"])
def test_all_that_is_found_can_be_exported_from_the_page(client, form):
    page = Page(client.get("/", params={"q": "列车"}).text)
    links = [
        attributes["href"] for tag, attributes in page.elements if tag == "a" and "download" in attributes
    ]
    (link,) = [link for link in links if link.endswith(f"format={form}") and "id=" not in link]
    answer = client.get(link)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.text.startswith("\ufeff") == (form == "csv")
    marks = {"csv": "https://news.example/", "jsonl": '"score"', "bibtex": "@online{"}
    marks |= {"ris": "TY  - ", "csl-json": '"type"', "markdown": "- ["}
    total = client.get("/api/search", params={"q": "列车"}).json()["total"]
    assert (total, answer.text.count(marks[form])) == (30, 30)


def test_an_export_longer_than_a_piece_is_whole(tmp_path):
    articles = [Article(str(number), "列车", "列车开出。") for number in range(1203)]
    rebuild(articles, tmp_path / "idx")
    with TestClient(create_app(Settings(str(tmp_path / "idx")))) as many:
        lines = many.get("/export", params={"q": "列车", "format": "jsonl"}).text.splitlines()
        assert {json.loads(line)["id"] for line in lines} == {str(number) for number in range(1203)}
        for _ in range(6):  # none that has ended counts
            assert many.get("/export", params={"q": "列车"}).status_code == 200
            assert many.head("/export", params={"q": "列车"}).status_code == 200


def test_an_export_that_cannot_be_made_is_a_problem(client):
    assert client.get("/export", params={"q": '"'}).status_code == 400
    assert client.get("/export", params={"q": "列车", "format": "doc"}).status_code == 400
    assert client.get("/export", params={"id": "no/such"}).status_code == 404


def test_an_article_can_be_cited_and_exported(client):
    page = Page(client.get("/article/晨报/1.md").text)
    assert "第1趟列车[EB/OL]. 晨报, " in page.text
    links = [
        attributes["href"] for tag, attributes in page.elements if tag == "a" and "download" in attributes
    ]
    assert client.get(links[2]).text.count("@online{") == 1
