"""Feeds and exports, over a real index."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx" if sys.version_info < (3, 11) else "httpx2")

from starlette.testclient import TestClient
from web import Page, make_index

from index import Article, rebuild
from search.web.addresses import article_address
from search.web.app import Settings, create_app


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(str(index), tz="UTC")), headers={"Accept-Language": "en"}) as client:
        yield client


ATOM = "{http://www.w3.org/2005/Atom}"


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
