"""Filters: one value with one meaning in the API, on the command line and in the page."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone

import pytest
from builders import Archive, article
from commandline import run

from index import Article, UsageError, rebuild
from search import Filters, Searcher

WEATHER = [
    article("今天下雪。", id="a", sources=("晨报",), day=10),
    article("昨天下雪。", id="b", sources=("晚报",), day=40),
    article("明天下雪。", id="c"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return Archive(tmp_path_factory.mktemp("filters"), WEATHER, "whoosh")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"after": "2020-02"}, {1}),
        ({"after": date(2020, 2, 1)}, {1}),
        ({"after": datetime(2020, 2, 1, tzinfo=timezone.utc)}, {1}),
        ({"before": "2020-W05"}, {0}),
        ({"source": "晨报"}, {0}),
        ({"source": ["晨报", "晚报"], "after": "2020-01-20"}, {1}),
        ({"after": None, "before": None, "source": None}, {0, 1, 2}),
        ({"source": []}, {0, 1, 2}),
    ],
)
@pytest.mark.parametrize("query", ["下雪", ""])
def test_filters_mean_the_same_as_keywords_and_as_a_value(archive, given, found, query):
    assert archive.full(query, **given) == archive.full(query, filters=Filters(**given)) == found
    searcher = archive.searcher
    assert searcher.facets(query, by="year", filters=Filters(**given)).total == len(found)
    assert searcher.timeline(query, **given).total == len(found)
    assert len(list(searcher.stream(query, filters=Filters(**given)))) == len(found)


def test_filters_that_let_the_same_through_are_equal():
    assert Filters(after=date(2024, 3, 1), source="晨报") == Filters(after="2024-03-01", source=["晨报"])
    assert not Filters()
    assert Filters(before="7d")


@pytest.mark.parametrize(
    "given",
    [
        {"after": ""},
        {"before": " "},
        {"source": ""},
        {"source": ["晨报", ""]},
        {"source": 7},
        {"source": [7]},
        {"after": 2024},
        {"after": "yesterday"},
        {"after": "2020..2021"},
        {"before": datetime(2024, 3, 10)},
    ],
)
@pytest.mark.parametrize("query", ["下雪", ""])
def test_a_filter_that_makes_no_sense_is_refused_with_and_without_a_query(archive, given, query):
    """An empty source once found nothing with a query, and everything without."""
    (name,) = given
    with pytest.raises(UsageError, match=name):
        Filters(**given)
    for ask in (archive.searcher.search, archive.searcher.stream, archive.searcher.alternatives):
        with pytest.raises(UsageError, match=name):
            ask(query, **given)


def test_filters_that_contradict_one_another_are_refused(archive):
    with pytest.raises(UsageError):
        archive.searcher.search("下雪", after="2024", before="2023")
    with pytest.raises(UsageError, match="after"):
        archive.searcher.search("下雪", filters=Filters(), after="2024")


@pytest.mark.parametrize("query", [None, 7, b"x"])
def test_what_is_no_query_is_told_so(archive, query):
    searcher = archive.searcher
    for ask in (searcher.search, searcher.explain, searcher.alternatives, searcher.suggest, searcher.article):
        with pytest.raises(UsageError):
            ask(query)


# Dates at both ends of the calendar


ENDS = [
    ("first", "0001-01-01T00:00:00"),
    ("old", "0800-06-01T12:00:00"),
    ("now", "2024-03-10T12:00:00"),
    ("last", "9999-12-31T23:59:59"),
]


@pytest.fixture(scope="module")
def ages(tmp_path_factory):
    """An index of articles from every age."""
    folder = tmp_path_factory.mktemp("ages")
    dates = [(id, datetime.fromisoformat(moment).replace(tzinfo=timezone.utc)) for id, moment in ENDS]
    rebuild([Article(id=id, title="天气", date=moment) for id, moment in dates], folder)
    return folder


@pytest.mark.parametrize("tz", ["UTC", "Asia/Shanghai", "America/New_York", "+14:00", "-12:00"])
def test_counted_periods_find_their_articles_in_any_age_and_zone(ages, tz):
    """Years below 1000 were once told in a form that filters refused."""
    with Searcher(ages, tz=tz) as searcher:
        for by in ("year", "month"):
            for count in searcher.facets("天气", by=by).counts:
                assert searcher.search(f"date:{count.value}").total == count.count == 1
        for id, moment in ENDS:
            (year,) = searcher.facets("天气", by="year", after=moment[:4], before=None).counts[-1:]
            assert (len(year.value), year.count) == (4, 1)
            assert searcher.neighbours(id)
        assert searcher.timeline("天气", unit="year", before="1000").total == 2
        assert [hit.id for hit in searcher.search("after:9999-12-31").hits] == ["last"]
        assert [hit.id for hit in searcher.search("before:0001-01-02", limit=2).hits] == ["first"]
        assert searcher.search("before:0001-01-01").total == 0


@pytest.mark.parametrize("tz", ["UTC", "Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("form", [[], ["--json"], ["--jsonl"], ["--csv"]])
def test_articles_of_any_age_are_printed_in_any_zone(ages, tz, form):
    told = run("query", "天气", "--index", ages, "--tz", tz, *form)
    assert (told.exit_code, told.stderr) == (0, "")
    assert all(year in told.stdout for year in ("0001-01-01", "0800-06-01", "9999-12-31"))
    assert run("show", "last", "--html", "--index", ages, "--tz", tz).exit_code == 0
    assert run("stats", "--json", "--index", ages, "--tz", tz).exit_code == 0


@pytest.mark.parametrize("tz", ["UTC", "Asia/Shanghai", "America/New_York"])
def test_articles_of_any_age_are_shown_on_the_page(ages, tz):
    testclient = pytest.importorskip("starlette.testclient")
    pytest.importorskip("jinja2")
    from search.web.app import Settings, create_app

    with testclient.TestClient(create_app(Settings(str(ages), tz=tz))) as client:
        pages = ["/?q=天气&before=1000", "/?after=9999-12-31", "/article/last", "/article/first"]
        resources = ["/feed?q=天气", "/api/search?q=天气", "/api/facets?by=month", "/api/articles/old"]
        for address in ["/", "/?q=天气", *pages, *resources]:
            assert client.get(address).status_code == 200, address


def test_json_has_the_offset_of_the_readers_zone(ages):
    def dates(*args: str, **env: str | None) -> list[str]:
        out = run("query", "date:2024", "--json", "--index", ages, *args, env=env).stdout
        return [hit["date"] for hit in json.loads(out)["hits"]]

    assert dates() == ["2024-03-10T12:00:00Z"]
    assert dates("--tz", "+08:00") == dates(SEARCH_TZ="Asia/Shanghai") == ["2024-03-10T20:00:00+08:00"]
    shown = run("show", "now", "--json", "--index", ages, "--tz", "Beijing").stdout
    assert json.loads(shown)["date"] == "2024-03-10T20:00:00+08:00"


def test_a_search_in_a_time_without_articles_is_told_when_there_are_some(archive):
    told = run("query", "下雪", "--after", "2030", "--index", archive.directory)
    assert told.exit_code == 1
    assert "2020-01-11" in told.stderr
    assert "2020-02-10" in told.stderr
    in_query = run("query", "下雪 date:1999", "--index", archive.directory)
    assert "2020-02-10" in in_query.stderr
    there = run("query", "火车", "--after", "2020-02", "--index", archive.directory)
    assert "2020-02-10" not in there.stderr
