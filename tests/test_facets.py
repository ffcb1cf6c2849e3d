"""What stands around a query and around an article: facets, timeline, neighbours, similar, suggestions."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from builders import PIECES, Archive, article, articles, directory
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, ArticleNotFound, UsageError, rebuild, update
from search import Searcher
from search.corpus.facets import Count

QUERIES = ["中国", "研究 生", "研究生命 台湾", '"中国"', "sanct*", "-中国", "source:晨报", "date:2020-01", ""]
queries = st.sampled_from(QUERIES)
filters = st.fixed_dictionaries(
    {}, optional={"after": st.just("2020-01-20"), "source": st.sampled_from(["晨报", ["法广", "ferry news"]])}
)


def found(searcher: Searcher, query: str, **options):
    """What is counted: full matches, or else partial ones; everything for an empty query."""
    if not query and not any(options.values()):
        return searcher.search("after:1990 OR -after:1990", limit=None).hits
    page = searcher.search(query, limit=None, **options)
    return [hit for hit in page.hits if hit.partial == (page.total == 0)]


@settings(max_examples=60)
@given(archive=articles(), query=queries, options=filters)
def test_facets_and_timeline_count_what_the_search_finds(engine, archive, query, options):
    with directory() as folder:
        rebuild(archive, folder, engine=engine)
        with Searcher(folder, tz="Asia/Shanghai") as searcher:
            hits = found(searcher, query, **options)
            days = [
                hit.date.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() for hit in hits if hit.date
            ]
            sources = searcher.facets(query, by="source", **options)
            months = searcher.facets(query, by="month", **options)
            line = searcher.timeline(query, unit="day", **options)
    assert {c.value: c.count for c in sources.counts} == Counter(
        name for hit in hits for name in hit.sources[:1]
    )
    assert sources.missing == sum(not hit.sources for hit in hits)
    assert [c.count for c in sources.counts] == sorted((c.count for c in sources.counts), reverse=True)
    assert {c.value: c.count for c in months.counts} == Counter(day[:7] for day in days)
    assert [c.value for c in months.counts] == sorted({day[:7] for day in days})
    assert months.missing == line.missing == len(hits) - len(days)
    assert sources.total == months.total == line.total == len(hits)
    assert {c.value: c.count for c in line.counts if c.count} == Counter(days)


@settings(max_examples=40)
@given(archive=articles(), begun=st.sampled_from([*PIECES, "中国 研", "国", "title:中", "source:r", "F"]))
def test_every_engine_says_what_the_specification_says(engine, archive, begun):
    with directory() as one, directory() as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            assert searcher.suggest(begun) == specification.suggest(begun)
            for written in archive:
                expected, got = (s.similar(written.id, limit=3) for s in (specification, searcher))
                assert [hit.score for hit in got] == pytest.approx([hit.score for hit in expected], rel=1e-4)
                assert written.id not in {hit.id for hit in got}
                assert searcher.neighbours(written.id) == specification.neighbours(written.id)


@settings(max_examples=30)
@given(archive=articles())
def test_neighbours_lead_through_all_dated_articles_in_order(engine, archive):
    with directory() as folder:
        rebuild(archive, folder, engine=engine)
        with Searcher(folder) as searcher:
            ordered = [hit.id for hit in searcher.search("after:1990", sort="oldest", limit=None).hits]
            for at, id in enumerate(ordered):
                beside = searcher.neighbours(id)
                before, after = (a.id if a else None for a in (beside.previous, beside.following))
                assert [before, after] == [ordered[at - 1] if at else None, (*ordered, None)[at + 1]]


def counts(pairs: dict[str, int]) -> tuple[Count, ...]:
    return tuple(Count(*pair) for pair in pairs.items())


def dated(moment: str, **values) -> Article:
    date = datetime.fromisoformat(moment).replace(tzinfo=timezone.utc)
    return Article(id=moment, title="天气", date=date, **values)


def test_a_timeline_has_empty_periods_too_and_its_own_length(engine, tmp_path):
    archive = Archive(tmp_path, [article("雪", day=0), article("雪", day=3), article("雨", day=500)], engine)
    line = archive.searcher.timeline("雪")
    assert (line.unit, line.counts) == (
        "day",
        counts({"2020-01-01": 1, "2020-01-02": 0, "2020-01-03": 0, "2020-01-04": 1}),
    )
    assert archive.searcher.timeline("雪 OR 雨").unit == "month"
    assert archive.searcher.timeline("雪 OR 雨", unit="year").counts == counts({"2020": 2, "2021": 1})
    assert archive.searcher.timeline("霜").counts == ()


def test_a_day_is_a_day_of_the_readers_zone_in_summer_and_winter(engine, tmp_path):
    moments = ["2024-03-30T22:59:59", "2024-03-30T23:00:00", "2024-03-31T21:59:59", "2024-03-31T22:00:00"]
    rebuild([dated(moment) for moment in moments], tmp_path, engine=engine)
    with Searcher(tmp_path, tz="Europe/Paris") as searcher:
        assert searcher.timeline("天气").counts == counts({"2024-03-30": 1, "2024-03-31": 2, "2024-04-01": 1})


def test_days_at_both_ends_of_the_calendar_do_no_harm(engine, tmp_path):
    rebuild([dated("0001-01-01T00:00:00"), dated("9999-12-31T23:59:59")], tmp_path, engine=engine)
    with Searcher(tmp_path, tz="Asia/Shanghai") as searcher:
        assert searcher.timeline("天气", unit="year", after="2000").total == 1
        assert [count.value for count in searcher.timeline("天气").counts if count.count] == ["0001", "9999"]
        with pytest.raises(UsageError):
            searcher.timeline("天气", unit="month")


def test_facets_by_time_reach_over_any_length(engine, tmp_path):
    moments = ["0001-01-01T00:00:00", "2024-03-10T00:00:00", "2024-03-31T16:00:00", "9999-12-31T23:59:59"]
    rebuild([dated(moment) for moment in moments], tmp_path, engine=engine)
    with Searcher(tmp_path, tz="UTC") as searcher:
        months = {"0001-01": 1, "2024-03": 2, "9999-12": 1}
        assert searcher.facets("天气", by="month").counts == counts(months)
        assert searcher.facets("天气", by="year").counts == counts({"0001": 1, "2024": 2, "9999": 1})
    with Searcher(tmp_path, tz="Asia/Shanghai") as searcher:
        months = {"0001-01": 1, "2024-03": 1, "2024-04": 1, "9999-12": 1}
        assert searcher.facets("天气", by="month").counts == counts(months)


@pytest.mark.parametrize(("by", "field"), [("author", "authors"), ("tag", "tags")])
def test_authors_and_tags_are_counted_by_whole_names(engine, tmp_path, by, field):
    written = [
        article("雪", **{field: names})
        for names in (
            ("林小舟", "陈一帆"),
            ("林小舟",),
            ("林小舟妹",),
            ("Ada",),
            ("ada",),
            ("Ada", "ADA"),
            (),
        )
    ]
    archive = Archive(tmp_path, written, engine)
    facets = archive.searcher.facets("雪", by=by)
    assert facets.counts == counts({"Ada": 3, "林小舟": 2, "林小舟妹": 1, "陈一帆": 1})
    assert (facets.total, facets.missing) == (7, 1)
    other = archive.searcher.facets("雪", by="tag" if by == "author" else "author")
    assert (other.counts, other.missing) == ((), 7)


def test_the_folder_and_the_host_of_one_outlet_are_one_row(engine, tmp_path):
    """An outlet with a folder and a host stood twice in every list."""
    written = [
        article("雪", sources=("江边集", "river.example")),
        article("雪", sources=("江边集",)),
        article("雪", sources=("river.example",)),
    ]
    archive = Archive(tmp_path, written, engine)
    assert archive.searcher.facets("雪", by="source").counts == counts({"江边集": 2, "river.example": 1})
    assert archive.searcher.stats().sources == {"江边集": 2, "river.example": 1}
    assert archive.searcher.search("雪", source="river.example").total == 2


def test_spellings_that_a_filter_does_not_tell_apart_are_one_source(engine, tmp_path):
    written = [
        article("雪", sources=names)
        for names in (("RFI.fr",), ("rfi.fr", "RFI.fr"), ("rfi.fr",), ("rfi.fr",))
    ]
    archive = Archive(tmp_path, written, engine)
    assert archive.searcher.facets("雪", by="source").counts == counts({"rfi.fr": 4})
    assert archive.searcher.search("雪", source="rfi.fr").total == 4


def test_a_question_without_full_matches_is_counted_by_its_partial_ones(engine, tmp_path):
    archive = Archive(tmp_path, [article("今天下雪", day=1), article("昨天下雨", day=2)], engine)
    line = archive.searcher.timeline("下雪 下雨")
    assert (line.partial, line.total) == (True, 2)
    assert not archive.searcher.timeline("下雪").partial


def test_counts_follow_an_update(engine, tmp_path):
    archive = Archive(tmp_path, [article("雪", id="a", sources=("晨报",)), article("雨", id="b")], engine)
    assert archive.searcher.facets("", by="source").missing == 1
    update([article("雪", id="b", sources=("晨报",), day=1)], tmp_path)
    assert archive.searcher.facets("雪", by="source").counts == counts({"晨报": 2})
    assert archive.searcher.timeline("").counts == counts({"2020-01-02": 1})


@pytest.mark.parametrize("arguments", [{"by": "colour"}, {"by": "day"}])
def test_an_unknown_property_is_refused(engine, tmp_path, arguments):
    with pytest.raises(UsageError, match="there are no facets by"):
        Archive(tmp_path, [article("雪")], engine).searcher.facets("雪", **arguments)


def test_similar_articles_share_telling_words(engine, tmp_path):
    written = [
        article("彗星在黎明前的东方天空可以用肉眼看到。", title="彗星回来了"),
        article("天文馆邀请市民观看彗星，黎明前集合。", title="一起看彗星"),
        article("面馆的第一碗面在清晨六点端出。", title="清晨的面馆"),
        article("列车在清晨六点开出。", title="新的时刻表"),
    ]
    archive = Archive(tmp_path, written, engine)
    alike = archive.searcher.similar(written[0].id)
    assert [hit.title for hit in alike] == ["一起看彗星"]
    assert [hit.title for hit in archive.searcher.similar(written[2].id, limit=1)] == ["新的时刻表"]
    assert alike[0].title_highlights == ()
    with pytest.raises(ArticleNotFound):
        archive.searcher.similar("nobody")


def test_an_article_without_a_date_has_no_neighbours(engine, tmp_path):
    archive = Archive(tmp_path, [article("雪", id="a"), article("雪", id="b", day=1)], engine)
    beside = archive.searcher.neighbours("a")
    assert (beside.previous, beside.following) == (None, None)


def test_suggestions_end_words_of_the_articles_in_their_spelling(engine, tmp_path):
    written = [
        article("路过。", title="铁路博物馆开放", day=1),
        article("路过。", title="铁路博物馆的客人", day=2),
        article("路过。", title="鐵路便當", day=3),
        article("他乘坐 Sanctuary 号来到鐵塔。", title="船"),
    ]
    suggest = Archive(tmp_path, written, engine).searcher.suggest
    assert suggest("铁") == ("铁路", "鐵塔")
    assert suggest("春天 铁路博") == ("春天 铁路博物馆",)
    assert suggest('title:铁路 -"sanc') == ('title:铁路 -"Sanctuary',)
    assert "铁路便当" not in suggest("铁路")
    assert "鐵路便當" in suggest("铁路")
    assert suggest("馆") == ()
    assert suggest("") == suggest("铁路 ") == suggest("date:2024") == ()
    assert len(suggest("铁", limit=1)) == 1


@pytest.mark.parametrize("title", ["北京 -3度寒流", "北京 OR 上海", "北京 NOT 上海", "北京 AND"])
def test_no_suggestion_is_an_operator(engine, tmp_path, title):
    archive = Archive(
        tmp_path, [article("路过。", title=title), article("路过。", title="北京 Sanctuary")], engine
    )
    assert archive.searcher.suggest("北京") == ("北京 Sanctuary",)
    assert archive.searcher.suggest("日本 or") == ()


def test_suggestions_end_names_of_sources(engine, tmp_path):
    written = [
        article("雪", sources=("Ferry News", "ferry.example")),
        article("雪", sources=("ferry.example",)),
    ]
    suggest = Archive(tmp_path, written, engine).searcher.suggest
    assert suggest("雪 source:fer") == ("雪 source:ferry.example", '雪 source:"Ferry News"')


WEATHER = [
    article("今天下雪，路面结冰。", title="天气", sources=("晨报",), day=10),
    article("昨天下雨。", title="预报", sources=("晨报",), day=40),
]


@pytest.mark.parametrize(
    ("query", "options", "change", "instead"),
    [
        ("下雪 date:2019", {}, "dates", "下雪"),
        ("下雪", {"after": "2021"}, "dates", "下雪"),
        ("下雪 source:晚报", {}, "sources", "下雪"),
        ("下雪", {"source": ["晚报", "夜报"], "before": "2021"}, "sources", "下雪 before:2021"),
        ('"结冰 路面"', {}, "quotes", "结冰 路面"),
        ("title:下雪", {}, "fields", "下雪"),
        ('"结冰" ~0 "下雪"', {}, "quotes", "结冰 下雪"),
        ('"下雪" "下雨"', {}, "clauses", '"下雪"'),
    ],
)
def test_an_alternative_asks_for_less_and_finds_something(engine, tmp_path, query, options, change, instead):
    searcher = Archive(tmp_path, WEATHER, engine).searcher
    assert searcher.search(query, **options).hits == ()
    offered = searcher.alternatives(query, **options)
    assert (change, instead) in [(other.change, other.query) for other in offered]
    for other in offered:
        page = searcher.search(other.query)
        assert other.total == (page.partial_total if other.partial else page.total) > 0


MARKED = [
    article("日本 foo title x abc not 5 韩国", title="日本", day=0),
    article("韩国 - 美国 -foo title:x", title="韩国 x", sources=("法广",), day=1),
    article("中国 OR 日本 人大 a|b ~5 bar", title="foo", day=2),
]
LOOKALIKES = [
    "-foo",
    "title:x",
    "(abc",
    "NOT 韩国",
    "OR 日本",
    "a|b",
    "| c",
    "~5 bar",
    "date:2019",
    "zzz",
    "日本",
]


@settings(max_examples=150)
@given(
    st.lists(
        st.builds(
            '{}"{} {}"'.format, st.sampled_from(["", "title:", "-"]), *[st.sampled_from(LOOKALIKES)] * 2
        )
        | st.sampled_from(["date:2019", "-日本", "(title:foo OR (韩国 source:x))", '"人大" ~0 "foo x"']),
        min_size=1,
        max_size=3,
    )
)
def test_an_alternative_finds_as_many_as_it_says(engine, clauses):
    """What stood in quotation marks may be an operator without them."""
    with directory() as folder:
        rebuild(MARKED, folder, engine=engine)
        with Searcher(folder) as searcher:
            for other in searcher.alternatives(" ".join(clauses), limit=12):
                page = searcher.search(other.query)
                assert other.total == (page.partial_total if other.partial else page.total)


def test_no_more_alternatives_come_than_are_asked_for(engine, tmp_path):
    searcher = Archive(tmp_path, WEATHER, engine).searcher
    whole = searcher.alternatives('"下雪" "下雨" title:"雷"', limit=9)
    assert len(whole) > 2
    for limit in range(3):
        assert searcher.alternatives('"下雪" "下雨" title:"雷"', limit=limit) == whole[:limit]


def test_where_nothing_would_help_nothing_is_offered(engine, tmp_path):
    assert Archive(tmp_path, WEATHER, engine).searcher.alternatives('"台风" source:晚报') == ()


def test_what_is_highlighted_in_a_whole_article(engine, tmp_path):
    archive = Archive(tmp_path, [article("第一段。\n大雪，又是雪。", title="雪", id="a")], engine)
    shown = archive.searcher.highlighted("a", "雪")
    assert [shown.article.body[start:end] for start, end in shown.body_highlights] == ["雪", "雪"]
    assert shown.title_highlights == ((0, 1),)
    assert archive.searcher.highlighted("a", "").body_highlights == ()


def test_neighbours_at_the_same_second_follow_the_order_of_the_index(engine, tmp_path):
    moment = datetime(2024, 3, 10, tzinfo=timezone.utc)
    written = [Article(id=id, title="雪", date=moment) for id in "abc"]
    written.append(Article(id="d", title="雪", date=moment - timedelta(seconds=1)))
    archive = Archive(tmp_path, written, engine)
    beside = archive.searcher.neighbours("a")
    assert beside.previous is not None
    assert beside.following is not None
    assert (beside.previous.id, beside.following.id) == ("d", "b")
