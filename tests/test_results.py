"""Results as programs use them: pages, dicts, JSON, notebooks, tables."""

from __future__ import annotations

import json
import pickle
import time
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from builders import EPOCH, article

from index import Article, MissingExtra, UsageError, rebuild, update
from search import Page, Searcher, tables

BAD = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    index = tmp_path_factory.mktemp("results")
    articles = [
        article(
            f"第{n}班渡轮停航。",
            id=str(n),
            title=f"渡轮{n}",
            authors=("林小舟",),
            tags=("交通", "天气"),
            sources=("晨报",),
            url=f"https://x.example/{n}",
            day=n,
        )
        for n in range(25)
    ]
    bad = article(
        f"火星 {BAD}",
        id=BAD,
        title=f"火星 {BAD}",
        authors=(BAD,),
        sources=(BAD,),
        tags=(BAD,),
        url=f"javascript:{BAD}",
        day=1,
    )
    rebuild([*articles, bad], index)
    with Searcher(index, tz="Asia/Shanghai") as searcher:
        yield searcher


def test_a_page_is_a_sequence_of_hits_that_knows_its_pages(searcher):
    page = searcher.search("渡轮", page=2, sort="oldest")
    assert (page.page, page.pages, len(page), page.total) == (2, 3, 10, 25)
    assert [hit.id for hit in page] == [str(n) for n in range(10, 20)]
    assert page[0].id == "10"
    assert page[-1] == page.hits[-1]
    assert [hit.id for hit in page[:2]] == ["10", "11"]
    assert len(searcher.search("渡轮", page=3)) == 5
    assert len(searcher.search("渡轮", page=9)) == 0
    assert not searcher.search("木星")
    assert searcher.search("渡轮", limit=None).pages == 1
    assert searcher.search("渡轮", offset=10).page == 2


def test_a_page_behind_those_of_full_matches_does_not_say_of_how_many(searcher):
    page = searcher.search("第3班渡轮 木星", page=2)
    assert (page.total, page.pages) == (0, 3)
    assert "Page 2 of 3" in repr(page)
    page = searcher.search("渡轮 第3班渡轮", page=2, limit=5)
    assert (page.total, page.pages, len(page)) == (1, 1, 5)
    assert "Page 2 for" in repr(page)
    assert "page 2 ·" in page._repr_html_()


def test_a_report_tells_itself_in_one_line(tmp_path):
    rebuild([Article("1", "渡轮")], tmp_path)
    report = update([Article("1", "渡轮"), Article("2", "台风")], tmp_path)
    assert repr(report) == "<Report 1 added, 1 unchanged, 2 articles in generation 2>"


@pytest.mark.parametrize("options", [{"offset": 5}, {"limit": None}, {"limit": 0}])
def test_a_page_needs_a_limit_and_no_offset(searcher, options):
    with pytest.raises(UsageError):
        searcher.search("渡轮", page=2, **options)


def test_a_hit_has_authors_tags_and_a_date_in_the_zone_of_the_searcher(searcher):
    hit = searcher.search("渡轮", limit=1, sort="oldest")[0]
    assert (hit.authors, hit.tags) == (("林小舟",), ("交通", "天气"))
    assert hit.date.utcoffset() == timedelta(hours=8)
    assert hit.to_dict()["date"] == "2020-01-01T08:00:00+08:00"
    assert next(searcher.stream("渡轮", sort="oldest")).date.hour == 8
    assert searcher.similar("1")[0].date.hour == 8
    assert searcher.stats().oldest.hour == 8


@pytest.mark.parametrize(
    "ask",
    [
        lambda searcher: searcher.search("渡轮"),
        lambda searcher: searcher.search("渡轮")[0],
        lambda searcher: searcher.facets("渡轮", by="source"),
        lambda searcher: searcher.timeline("渡轮"),
        lambda searcher: searcher.stats(),
        lambda searcher: searcher.highlighted("1", "渡轮"),
        lambda searcher: searcher.neighbours("1"),
        lambda searcher: searcher.article("1"),
        lambda searcher: searcher.count("渡轮")[0],
        lambda searcher: next(searcher.concordance("渡轮")),
        lambda searcher: searcher.collocations("渡轮"),
        lambda searcher: searcher.trend("渡轮", "停航"),
        lambda searcher: searcher.quotation("渡轮停航"),
    ],
    ids=[
        *("Page", "Hit", "Facets", "Timeline", "IndexStats", "Highlighted", "Neighbours", "Article"),
        *("QueryCount", "Line", "Collocations", "Trend", "Quotation"),
    ],
)
def test_a_result_becomes_a_dict_json_and_a_pickle(searcher, ask):
    result = ask(searcher)
    assert json.loads(result.to_json()) == result.to_dict() == json.loads(result.to_json(indent=2))
    assert pickle.loads(pickle.dumps(result)) == result
    assert len(repr(searcher.search("渡轮"))) < 120


def test_an_article_goes_back_in_as_the_dict_that_came_out(searcher, tmp_path):
    before = searcher.article("1")
    read = Article("2", "渡轮", "通知\n停航", date=EPOCH, kinds="ht", titled_by="h1", dated_by="header")
    rebuild([before, read], tmp_path)
    assert update([before.to_dict(), read.to_dict()], tmp_path).unchanged == 2


class Elements(HTMLParser):
    """Every element, and every address, of some HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src")]


@pytest.mark.parametrize(
    "ask",
    [
        lambda searcher: searcher.search("火星"),
        lambda searcher: searcher.search("火星")[0],
        lambda searcher: searcher.article(BAD),
        lambda searcher: searcher.search(f"火星 OR {BAD}"),
    ],
    ids=["page", "hit", "article", "query"],
)
def test_a_notebook_shows_text_of_articles_as_text(searcher, ask):
    html = ask(searcher)._repr_html_()
    assert "火星" in html
    found = Elements(html)
    assert found.names <= {"p", "small", "ol", "li", "div", "strong", "br", "mark", "article", "h3"}
    assert found.addresses == []


def test_a_notebook_shows_highlights_and_links(searcher):
    found = Elements(searcher.search("渡轮 停航", limit=1)._repr_html_())
    assert "mark" in found.names
    assert found.addresses[0].startswith("https://x.example/")


def test_representations_are_short_and_say_what_it_is(searcher):
    hit = searcher.search("渡轮7", limit=1)[0]
    assert repr(hit).startswith("<Hit '7' '渡轮7' 2020-01-08")
    assert repr(searcher.article("7")) == "<Article '7' '渡轮7' 2020-01-08, 8 characters>"
    assert "26 articles, whoosh" in repr(searcher)
    long = Article("x" * 500, "题" * 10_000, "文" * 10_000)
    assert len(repr(long)) < 700
    closed = Searcher(searcher._generations.location.directory.path)
    closed.close()
    assert "closed" in repr(closed)


def test_results_become_a_table_of_pandas(searcher):
    pandas = pytest.importorskip("pandas")
    frame = searcher.search("渡轮", sort="oldest").to_dataframe()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["id"]) == [str(n) for n in range(10)]
    assert str(frame["date"].dtype).startswith("datetime64")
    counts = searcher.facets("渡轮", by="source").to_dataframe("pandas")
    assert counts.to_dict("records") == [{"value": "晨报", "count": 25}]
    assert searcher.timeline("渡轮").to_dataframe()["count"].sum() == 25
    trend = searcher.trend("渡轮", "火星", unit="year").to_dataframe()
    assert trend.to_dict("list") == {"query": ["渡轮", "火星"], "period": ["2020"] * 2, "value": [25, 1]}
    assert {"text", "observed", "log_dice"} <= set(searcher.collocations("渡轮").to_dataframe().columns)


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("tz", [None, "Europe/Berlin", "+05:45", "UTC"])
def test_a_table_has_right_dates_in_every_zone(tmp_path, monkeypatch, library, tz):
    """The machine's zone is no zone that pandas or polars know; half of the year has another offset."""
    pytest.importorskip(library)
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.delenv("SEARCH_TZ", raising=False)
    time.tzset()
    try:
        rebuild([article(id=str(n), day=day) for n, day in enumerate((10, 190, None))], tmp_path)
        with Searcher(tmp_path, tz=tz) as searcher:
            page = searcher.search("", sort="oldest")
            frame = page.to_dataframe(library)
            found = [moment if moment == moment else None for moment in frame["date"]]
            assert [None if one is None else one.timestamp() for one in found] == [
                None if hit.date is None else hit.date.timestamp() for hit in page
            ]
            assert searcher.stats().oldest == page[0].date
    finally:
        monkeypatch.undo()
        time.tzset()


def test_results_become_a_table_of_polars(searcher):
    polars = pytest.importorskip("polars")
    frame = searcher.search("渡轮", sort="oldest").to_dataframe("polars")
    assert isinstance(frame, polars.DataFrame)
    assert frame["tags"][0].to_list() == ["交通", "天气"]
    assert len(searcher.search("木星").to_dataframe("polars")) == 0


def test_without_a_library_for_tables_one_is_told_what_to_install(searcher, monkeypatch):
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra) as caught:
        searcher.search("渡轮").to_dataframe()
    assert caught.value.extra == "pandas"
    with pytest.raises(UsageError):
        searcher.search("渡轮").to_dataframe("excel")


def test_a_page_can_be_made_by_hand_for_a_test():
    assert Page("渡轮", 0, 0, ()).pages == 1


def test_the_version_is_known():
    import index
    import search

    assert index.__version__ == search.__version__
    assert index.__version__[0].isdigit()
