"""The API, over a real index: what the commands answer, problems, the description."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx" if sys.version_info < (3, 11) else "httpx2")

from starlette.testclient import TestClient
from web import Page, make_index

from search import Searcher
from search.web.app import Settings, create_app
from search.web.messages import Messages, language_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(str(index), tz="UTC")), headers={"Accept-Language": "en"}) as client:
        yield client


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
        ("/api/similar", 400, "parameter", "id must be given"),
        ("/api/count", 400, "parameter", "q must be given"),
        ("/api/trend?" + "&q=x" * 11, 400, "parameter", "10 times at most"),
        ("/api/concordance?q=source:晨报", 400, "query", "no words to look for"),
        ("/api/concordance?q=雪&width=201", 400, "parameter", "width must be a number from 0 to 200"),
        ("/api/collocations?q=雪&window=99", 400, "parameter", "window must be one of 1, 2"),
        ("/api/quote", 400, "parameter", "text must be given"),
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


@pytest.mark.parametrize(
    ("language", "says"), [("zh-CN", "网址超过 4 KiB"), ("en", "the address is longer than 4 KiB")]
)
def test_an_address_that_is_too_long_is_refused_by_a_page(client, monkeypatch, language, says):
    """It was refused in JSON, in English. The page repeats nothing of it."""
    monkeypatch.setattr("search.web.headers.LONGEST_ADDRESS", 4096)
    long = "x" * 4096
    answer = client.get(f"/?q={long}", headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (414, "text/html; charset=utf-8")
    assert says in Page(answer.text).text
    assert "xxxx" not in answer.text
    told = client.get(f"/api/search?q={long}", headers={"Accept-Language": language})
    assert (told.status_code, told.json()["status"]) == (414, 414)


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
