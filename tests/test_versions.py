"""Versions: the articles of an archive from one url, in order of time, with every engine."""

from __future__ import annotations

import pytest
from builders import article, place

from index import rebuild, update
from search import Searcher
from search.corpus.versions import same_url

URL = "https://news.example/渡轮?a=1"
TEXT = "今天大风，渡轮停航一晚，明天早上再开。"


def archive() -> list:
    """Four versions of a page, and pages with urls that begin or end like its."""
    return [
        article(TEXT, id="third", url=URL, day=3),
        article(TEXT.replace("，", "、"), id="first", url="http://NEWS.example/渡轮?a=1#top", day=1),
        article(
            TEXT + "更正：后天再开。", id="second", url="https://news.example/%E6%B8%A1%E8%BD%AE?a=1", day=2
        ),
        article(TEXT, id="undated", url=f"  {URL}/"),
        article(TEXT, id="longer", url=f"{URL}2", day=4),
        article(TEXT, id="below", url="https://news.example/渡轮?a=1/2", day=4),
        article(TEXT, id="elsewhere", url="https://www.other.example/?to=news.example/渡轮?a=1", day=4),
        article(TEXT, id="page", url=f"{URL}#!/2", day=4),
        article(TEXT, id="none"),
        article(TEXT, id="marks", url="://"),
    ]


@pytest.fixture
def index(embedded_engine):
    with place(embedded_engine) as index:
        rebuild(archive(), index, engine=embedded_engine)
        yield index


def test_versions_of_a_url_are_told_in_order_of_time(index):
    with Searcher(index, tz="UTC") as searcher:
        found = searcher.versions("third")
    assert [one.id for one in found.earlier] == ["first", "second"]
    assert [(one.id, one.same) for one in found.later] == [("undated", True)]
    assert found.earlier[0].same, "script and punctuation make no difference"


def test_an_article_without_a_url_has_no_versions(index):
    with Searcher(index, tz="UTC") as searcher:
        for id in ("none", "marks"):
            found = searcher.versions(id)
            assert (found.earlier, found.later) == ((), ())


def test_a_version_that_an_update_brings_is_later(index):
    with Searcher(index, tz="UTC") as searcher:
        update([article("渡轮照常。", id="fourth", url=URL, day=3)], index)
        found = searcher.versions("third")
    assert [(one.id, one.same) for one in found.later] == [("fourth", False), ("undated", True)]


def test_an_article_is_named_by_its_url_however_many_longer_ones_there_are(embedded_engine):
    """Only ten were looked at once."""
    longer = [article("渡轮", id=f"{n}", url=f"{URL}/{n}", day=9) for n in range(30)]
    with place(embedded_engine) as index:
        rebuild([article("渡轮", id="it", url=URL, day=1), *longer], index, engine=embedded_engine)
        with Searcher(index) as searcher:
            assert searcher.id_of_url(f"{URL}/") == "it"
            assert searcher.id_of_url("https://news.example/x") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x/", "http://A.example/x", True),
        ("https://a.example/x", "https://a.example/X", False),
        ("https://a.example/#/1", "https://a.example/#/2", False),
        ("https://a.example/x?q=1#c", "https://a.example/x?q=1", True),
        ("https://a.example/x?q=1", "https://a.example/x?q=2", False),
        ("", "https://", True),
        ("https://a.example/船?b=%20", "https://a.example/%e8%88%B9?b=%20", True),
        ("https://a.example/a%2Fb", "https://a.example/a/b", False),
        # GBK, which old sites have, is no UTF-8.
        ("https://a.example/?q=%B1%B1%BE%A9", "https://a.example/?q=%B9%E3%D6%DD", False),
        ("https://a.example/?q=%b1%b1%be%a9", "https://a.example/?q=%B1%B1%BE%A9", True),
    ],
)
def test_what_makes_urls_the_same(one, other, same):
    assert (same_url(one) == same_url(other)) is same


def test_urls_of_any_length_and_marks_are_found(embedded_engine):
    urls = [
        "https://a.example/" + "x" * 9000,
        "https://a.example/" + "/".join(map(str, range(500))),
        "https://a.example/C++?a=5%&b=$5&c=%zz",
        'https://a.example/"引号"(a)[b]',
        "news.example",
        "urn:isbn:9787",
    ]
    pairs = [article("渡轮", id=f"{n}{which}", url=url) for n, url in enumerate(urls) for which in "ab"]
    with place(embedded_engine) as index:
        rebuild(pairs, index, engine=embedded_engine)
        with Searcher(index) as searcher:
            for n in range(len(urls)):
                assert [one.id for one in searcher.versions(f"{n}a").later] == [f"{n}b"]


def test_a_url_that_hundreds_share_is_that_of_an_outlet(embedded_engine):
    """Each article page read all of them, and listed them."""
    with place(embedded_engine) as index:
        rebuild([article("渡轮", id=str(n), url=URL) for n in range(201)], index, engine=embedded_engine)
        with Searcher(index) as searcher:
            found = searcher.versions("7")
            assert (found.url, found.earlier, found.later) == (URL, (), ())
