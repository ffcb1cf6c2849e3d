"""The pages, over a real index, without a browser."""

from __future__ import annotations

import html
import json
import re
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx" if sys.version_info < (3, 11) else "httpx2")

from starlette.testclient import TestClient
from web import Page, get, harmless, make_index

from index import Article, rebuild, update
from search import Searcher
from search.timing import check_time
from search.web.addresses import Search, article_address, following
from search.web.app import Settings, create_app
from search.web.messages import LANGUAGES, Messages, language_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(str(index), tz="UTC")), headers={"Accept-Language": "en"}) as client:
        yield client


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


@pytest.mark.parametrize("year", [1, 9999])
def test_pages_of_an_archive_at_either_end_of_the_calendar(tmp_path, year):
    rebuild([Article("a", "雪天的列车", "雪。", date=datetime(year, 1, 1, tzinfo=timezone.utc))], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        for address in (
            "/",
            "/?q=雪",
            "/help",
            "/lines?q=雪",
            "/trend?q=雪",
            "/collocations?q=雪",
            "/quote?q=雪",
        ):
            assert client.get(address).status_code == 200, address


def test_pages_of_an_empty_archive(tmp_path):
    rebuild([], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        for address in (
            "/",
            "/?q=雪",
            "/help",
            "/lines?q=雪",
            "/trend?q=雪",
            "/collocations?q=雪",
            "/quote?q=雪",
        ):
            assert client.get(address).status_code == 200, address


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
