"""Saved queries on the page: the list, its feeds as OPML, and who may change it."""

from __future__ import annotations

from html import unescape
from xml.etree import ElementTree

import pytest
from builders import article
from commandline import run

from index import rebuild, update
from search.saved import saved_queries

pytest.importorskip("starlette")

from starlette.testclient import TestClient

from search.web.app import Settings, create_app

HERE = {"Sec-Fetch-Site": "same-origin"}


def client_over(index, *, saving=False) -> TestClient:
    return TestClient(create_app(Settings(str(index), tz="UTC", saving=saving)))


@pytest.fixture
def index(tmp_path):
    rebuild([article("渡轮停航。", id="1"), article("台风。", id="2")], tmp_path / "idx")
    run("save", "船 & <b>", "渡轮", "--source", "晨报", "--index", tmp_path / "idx")
    run("save", "风", "台风", "--index", tmp_path / "idx")
    return tmp_path / "idx"


def test_the_list_has_new_counts_that_looking_does_not_change(index):
    update([article("台风来了。", id="3"), article("渡轮复航。", id="4", sources=("晨报",))], index)
    with client_over(index) as client:
        for _ in range(2):
            page = client.get("/saved").text
            assert "船 &amp; &lt;b&gt;" in page
            assert page.count("<strong>1</strong>") == 2
        assert 'href="/feed?q=%E5%8F%B0%E9%A3%8E"' in page
        leads = page.partition("<strong>1</strong>")[0].rpartition('href="')[2].partition('"')[0]
        assert 'href="/article/4' in client.get(unescape(leads)).text
    assert saved_queries(index).all().keys() == {"船 & <b>", "风"}


def test_all_feeds_are_one_file_for_feed_readers(index):
    with client_over(index) as client:
        answer = client.get("/saved.opml")
        outlines = ElementTree.fromstring(answer.content).findall("./body/outline")
        assert [one.get("text") for one in outlines] == ["船 & <b>", "风"]
        for one in outlines:
            assert client.get(one.get("xmlUrl")).headers["content-type"].startswith("application/atom+xml")


def test_readers_save_look_and_remove_where_they_may(index):
    with client_over(index, saving=True) as client:
        form = client.get("/saved", params={"q": "渡轮", "after": "2019"}).text
        assert '<input type="hidden" name="after" value="2019">' in form
        sent = {"action": "save", "name": "轮", "q": "渡轮", "after": "2019", "variants": "true"}
        answer = client.post("/saved", data=sent, headers=HERE, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/saved")
        one = saved_queries(index).all()["轮"]
        assert (one.query, one.after, one.variants) == ("渡轮", "2019", True)
        update([article("渡轮复航。", id="4", day=1)], index)
        assert client.get("/saved").text.count("<strong>1</strong>") == 1
        client.post("/saved", data={"action": "seen", "name": "轮"}, headers=HERE)
        assert client.get("/saved").text.count("<strong>1</strong>") == 0
        client.post("/saved", data={"action": "remove", "name": "轮"}, headers=HERE)
        assert "轮" not in saved_queries(index).all()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://testserver.evil.example"},
    ],
)
def test_no_other_site_changes_what_is_saved(index, headers):
    with client_over(index, saving=True) as client:
        sent = {"action": "remove", "name": "风"}
        assert client.post("/saved", data=sent, headers=headers).status_code == 403
    assert "风" in saved_queries(index).all()


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://testserver"}, {"Origin": "null", **HERE}, {"Origin": "https://testserver", **HERE}],
)
def test_what_browsers_send_from_this_site_is_taken(index, headers):
    """Over plain http only Origin is sent; and a proxy may speak https for us."""
    with client_over(index, saving=True) as client:
        sent = {"action": "remove", "name": "风"}
        assert client.post("/saved", data=sent, headers=headers, follow_redirects=False).status_code == 303


def test_by_default_nobody_changes_anything_and_the_page_says_how(index):
    with client_over(index) as client:
        assert client.post("/saved", data={"action": "remove", "name": "风"}, headers=HERE).status_code == 403
        page = client.get("/saved", params={"q": "渡轮"}, headers={"Accept-Language": "zh-CN"}).text
        assert "--allow-saving" in page
        assert 'method="post"' not in page
    assert "风" in saved_queries(index).all()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"action": "drop"}, 400),
        ({"action": "save", "name": "", "q": "渡轮"}, 400),
        ({"action": "save", "name": "x"}, 400),
        ({"action": "save", "name": "风", "q": "别的"}, 400),
        ({"action": "save", "name": "x", "q": '"渡轮'}, 400),
        ({"action": "save", "name": "x", "q": "渡轮", "after": "昨天吧"}, 400),
        ({"action": "save", "name": "a\nb", "q": "渡轮"}, 400),
        ({"action": "save", "name": "x" * 201, "q": "渡轮"}, 400),
        ({"action": "seen", "name": "无"}, 404),
        ({"action": "remove", "name": "无"}, 404),
    ],
)
def test_mistakes_are_told_and_change_nothing(index, sent, status):
    before = saved_queries(index).all()
    with client_over(index, saving=True) as client:
        answer = client.post("/saved", data=sent, headers={**HERE, "Accept-Language": "zh-TW"})
        assert answer.status_code == status or (not sent and answer.status_code == 415)
        json = client.post("/saved", json={"action": "remove", "name": "风"}, headers=HERE)
        assert json.status_code == 415
        large = {"action": "remove", "name": "风", "q": "x" * 200_000}
        assert client.post("/saved", data=large, headers=HERE).status_code == 413
    assert saved_queries(index).all() == before


@pytest.mark.parametrize("address", ["/saved", "/saved.opml"])
def test_no_path_of_the_server_is_shown(index, address, caplog):
    (index / "saved.json").write_text("{}")
    with client_over(index) as client:
        answer = client.get(address)
    assert answer.status_code == 500
    assert str(index) not in answer.text
    assert str(index) in caplog.text


def test_the_methods_of_saved_queries_are_told(index):
    with client_over(index) as client:
        assert "POST" in client.put("/saved").headers["allow"]


def test_names_that_were_changed_are_no_answer_that_is_kept(index):
    """A browser was told for ten minutes that nothing had changed."""
    (index / "variants.txt").write_text("渡轮，摆渡船", "utf-8")
    with client_over(index) as client:
        asked = {"q": "渡轮", "variants": "true"}
        first = client.get("/api/search", params=asked)
        assert "摆渡船" in first.text
        (index / "variants.txt").write_text("渡轮，海峡班船", "utf-8")
        again = client.get("/api/search", params=asked, headers={"If-None-Match": first.headers["etag"]})
        assert "海峡班船" in again.text
