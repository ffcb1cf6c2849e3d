"""Occurrences: what counts as one, and that counts, concordance, collocations and trend agree on it."""

from __future__ import annotations

import math
from collections import Counter
from itertools import islice

import contract
import pytest
from builders import Archive, article, articles, directory
from hypothesis import given, settings
from hypothesis import strategies as st

from index import QueryError, UsageError, rebuild
from search import Searcher


@pytest.fixture
def searcher_of(tmp_path):
    """Makes a Searcher of some articles."""
    opened = []

    def make(*given, engine: str = "memory") -> Searcher:
        archive = Archive(tmp_path / str(len(opened)), given, engine)
        opened.append(archive.searcher)
        return archive.searcher

    yield make
    for searcher in opened:
        searcher.close()


def hits(searcher: Searcher, query: str, **options: object) -> list[str]:
    return [line.hit for line in searcher.concordance(query, limit=None, **options)]


@settings(max_examples=60)
@given(archive=articles(), several=st.lists(contract.queries, min_size=1, max_size=3))
def test_every_engine_tells_the_same_of_occurrences_as_the_specification(engine, archive, several):
    contract.tells_the_same_of_occurrences(engine, archive, several)


@settings(max_examples=100)
@given(archive=articles(), query=contract.queries)
def test_every_occurrence_is_highlighted_and_counted(archive, query):
    with directory() as folder:
        rebuild(archive, folder, engine="memory")
        with Searcher(folder) as searcher:
            try:
                lines = list(searcher.concordance(query, limit=None))
            except QueryError:
                return
            spans = {(line.id, line.field, line.start, line.end) for line in lines}
            highlights = set()
            found = searcher.search(query, limit=None).hits
            for hit in found:
                if hit.partial:
                    continue
                shown = searcher.highlighted(hit.id, query)
                highlights |= {(hit.id, "title", *span) for span in shown.title_highlights}
                highlights |= {(hit.id, "body", *span) for span in shown.body_highlights}

            def holds(outer, inner):
                return outer[:2] == inner[:2] and outer[2] <= inner[2] and inner[3] <= outer[3]

            assert all(any(holds(mark, span) for mark in highlights) for span in spans)
            assert sum(hit.occurrences for hit in found if not hit.partial) == len(lines)
            assert searcher.count(query)[0].occurrences == len(lines)
            assert sum(one.total for one in searcher.trend(query, measure="occurrences").series) == len(lines)


# What one occurrence is


def test_a_phrase_occurs_in_title_and_body_and_places_do_not_overlap(searcher_of):
    searcher = searcher_of(article("人人人，人人", title="人人"))
    assert searcher.count('"人人"')[0].occurrences == 3
    assert [(line.field, line.start) for line in searcher.concordance('"人人"')] == [
        ("title", 0),
        ("body", 0),
        ("body", 4),
    ]


def test_a_clause_that_stands_as_a_whole_occurs_once(searcher_of):
    searcher = searcher_of(article("新界东北规划。新界的东北。"))
    assert hits(searcher, "新界东北") == ["新界东北", "新界", "东北"]
    assert hits(searcher, '"新界东北"') == ["新界东北"]


def test_a_part_of_a_name_is_no_occurrence_of_it(searcher_of):
    searcher = searcher_of(article("网信办发布通知", title="网信系统"))
    assert hits(searcher, "网信办") == ["网信办"]


def test_of_words_that_overlap_the_longest_occurs(searcher_of):
    searcher = searcher_of(article("中国人民来了，中国也来了"))
    assert hits(searcher, '"中国" OR "中国人民"') == ["中国人民", "中国"]


def test_excluded_words_and_filters_only_select_articles(searcher_of):
    searcher = searcher_of(
        article("渡轮停航，台风", sources=("晨报",)), article("渡轮复航", sources=("晚报",)), article("台风")
    )
    assert hits(searcher, "渡轮 -台风") == ["渡轮"]
    assert hits(searcher, "渡轮 OR 台风", source="晨报") == ["渡轮", "台风"]
    assert searcher.count("source:晨报")[0].articles == 1
    assert searcher.count("source:晨报")[0].occurrences == 0


def test_words_near_each_other_occur_only_there(searcher_of):
    searcher = searcher_of(article("日本援助乌克兰。很远很远很远，日本。"))
    assert hits(searcher, '"日本" ~3 "乌克兰"') == ["日本", "乌克兰"]


def test_an_occurrence_is_given_as_it_is_written(searcher_of):
    searcher = searcher_of(article("新型Ｆ－３５Ａ戰機"))
    assert hits(searcher, '"F-35A战机"') == ["Ｆ－３５Ａ戰機"]


def test_partial_matches_are_not_counted(searcher_of):
    searcher = searcher_of(article("渡轮"), article("台风"))
    assert searcher.count("渡轮 台风")[0] == searcher.count("渡轮 台风")[0].__class__("渡轮 台风", 0, 0)
    assert hits(searcher, "渡轮 台风") == []


@pytest.mark.parametrize("query", ["source:晨报", "-渡轮", "", "date:2024"])
def test_a_query_without_words_has_no_occurrences_to_list(searcher_of, query):
    searcher = searcher_of(article("渡轮"))
    for ask in (
        lambda: list(searcher.concordance(query)),
        lambda: searcher.collocations(query),
        lambda: searcher.trend(query, measure="occurrences"),
    ):
        with pytest.raises(QueryError):
            ask()


# Concordance


def test_context_ends_with_the_paragraph_and_with_the_width(searcher_of):
    searcher = searcher_of(article("上一段\n台风过境，渡轮停航一晚。\n下一段"))
    (line,) = searcher.concordance("渡轮", width=3)
    assert (line.left, line.hit, line.right) == ("过境，", "渡轮", "停航一")
    (line,) = searcher.concordance("渡轮", width=100)
    assert (line.left, line.right) == ("台风过境，", "停航一晚。")
    (line,) = searcher.concordance("渡轮", width=0)
    assert (line.left, line.right) == ("", "")


def test_lines_come_in_order_of_time_and_those_without_a_date_last(searcher_of):
    searcher = searcher_of(article("渡轮三"), article("渡轮二。渡轮二之二", day=2), article("渡轮一", day=1))
    assert [line.right[:3] for line in searcher.concordance("渡轮")] == ["一", "二。渡", "二之二", "三"]


def test_left_context_is_read_outwards(searcher_of):
    searcher = searcher_of(article("乙甲渡轮"), article("甲乙渡轮"), article("丙甲渡轮"), article("丙乙渡轮"))
    lefts = [line.left for line in searcher.concordance("渡轮", sort="left")]
    assert lefts == ["丙乙", "甲乙", "丙甲", "乙甲"]
    assert [line.left for line in searcher.concordance("渡轮", sort="left", limit=2)] == lefts[:2]


def test_lines_are_sorted_by_source_or_by_right_context(searcher_of):
    searcher = searcher_of(article("渡轮乙", sources=("晚报",)), article("渡轮甲", sources=("晨报",)))
    assert [line.sources for line in searcher.concordance("渡轮", sort="source")] == [("晚报",), ("晨报",)]
    assert [line.right for line in searcher.concordance("渡轮", sort="right")] == ["乙", "甲"]


def test_a_sample_is_the_same_for_the_same_seed_and_keeps_the_order(searcher_of):
    searcher = searcher_of(*(article(f"渡轮{number}", day=number) for number in range(40)))
    everything = list(searcher.concordance("渡轮", limit=None))
    one = list(searcher.concordance("渡轮", sample=5, seed=1))
    assert one == list(searcher.concordance("渡轮", sample=5, seed=1))
    assert one == [line for line in everything if line in one]
    assert len(one) == 5
    assert one != list(searcher.concordance("渡轮", sample=5, seed=2))
    assert list(searcher.concordance("渡轮", sample=100, limit=None)) == everything


def test_every_line_is_as_likely_to_be_sampled(searcher_of):
    searcher = searcher_of(*(article(f"渡轮{number}") for number in range(10)))
    drawn = Counter(
        line.right for seed in range(200) for line in searcher.concordance("渡轮", sample=3, seed=seed)
    )
    assert len(drawn) == 10
    # 60 are expected of each; none is further away than four standard deviations.
    assert all(abs(count - 60) < 26 for count in drawn.values())


def test_lines_are_made_while_they_are_taken(searcher_of, monkeypatch):
    searcher = searcher_of(*(article("渡轮" * 5) for _ in range(500)))
    with searcher._generations.use() as snapshot:
        reader = type(snapshot.reader)
    asked: list[int] = []
    read = reader.articles

    def articles_read(self, rows):
        asked.append(len(rows))
        return read(self, rows)

    monkeypatch.setattr(reader, "articles", articles_read)
    assert len(list(islice(searcher.concordance("渡轮", limit=None), 10))) == 10
    assert sum(asked) < 500


@pytest.mark.parametrize(
    "options", [{"sort": "size"}, {"width": -1}, {"limit": -1}, {"sample": -2}, {"width": 10**9}]
)
def test_arguments_that_make_no_sense_are_refused(searcher_of, options):
    searcher = searcher_of(article("渡轮"))
    with pytest.raises(UsageError):
        list(searcher.concordance("渡轮", **options))


# Collocations


def test_collocations_count_words_near_the_query_by_side(searcher_of):
    searcher = searcher_of(
        article("台风来了渡轮停航。" * 3 + "\n" + "天气很好，公园开放，大家散步。" * 10),
    )
    found = {one.text: one for one in searcher.collocations("渡轮", window=2, min_count=3).collocates}
    assert (found["停航"].left, found["停航"].right) == (0, 3)
    assert "公园" not in found
    assert "渡轮" not in found


def test_scores_of_collocations_follow_their_formulas(searcher_of):
    """渡轮 台风 … : 6 words besides the occurrences, of which 2 stand in windows."""
    searcher = searcher_of(article("渡轮台风公园\n渡轮台风公园\n公园\n公园\n", title=""))
    found = searcher.collocations("渡轮", window=1, min_count=1)
    assert (found.articles, found.occurrences, found.words) == (1, 2, 6)
    (one,) = found.collocates
    assert (one.text, one.observed, one.expected) == ("台风", 2, pytest.approx(2 * 2 / 6))
    assert one.mutual_information == pytest.approx(math.log2(3))
    assert one.log_dice == pytest.approx(14 + math.log2(2 * 2 / (2 + 2)))
    # Dunning's table: 2 of 2 in windows, 0 of 4 elsewhere.
    assert one.log_likelihood == pytest.approx(2 * (2 * math.log(3) + 4 * math.log(4 / (4 * 4 / 6))))


def test_a_window_ends_with_its_paragraph_or_sentence(searcher_of):
    searcher = searcher_of(article("公园开放。渡轮停航，天气转坏。\n大家散步\n" + "其他事情" * 9))

    def near(window):
        return {one.text for one in searcher.collocations("渡轮", window=window, min_count=1).collocates}

    assert near("sentence") == {"停航", "天气", "转坏"}
    assert near("paragraph") == {"公园", "开放", "停航", "天气", "转坏"}
    assert near(1) == {"开放", "停航"}


def test_a_word_between_two_occurrences_counts_once_for_the_nearer(searcher_of):
    searcher = searcher_of(article("渡轮停航渡轮\n" + "其他事情" * 9))
    (one,) = (one for one in searcher.collocations("渡轮", min_count=1).collocates if one.text == "停航")
    assert (one.observed, one.left, one.right) == (1, 0, 1)


def test_bigrams_find_names_that_no_dictionary_has(searcher_of):
    searcher = searcher_of(article("渡轮彧昉号\n渡轮彧昉号\n渡轮彧昉号\n" + "其他事情" * 9))
    found = searcher.collocations("渡轮", of="bigrams", window=2)
    assert "彧昉" in {one.text for one in found.collocates}


# Trend


def test_a_trend_has_all_periods_between_the_first_and_the_last_and_no_others(searcher_of):
    searcher = searcher_of(
        article("渡轮", day=0), article("渡轮渡轮", day=70), article("台风", day=40), article("渡轮")
    )
    found = searcher.trend("渡轮", "台风", unit="month")
    assert [point.period for point in found.series[0].points] == ["2020-01", "2020-02", "2020-03"]
    assert [[point.value for point in one.points] for one in found.series] == [[1, 0, 1], [0, 1, 0]]
    assert [(one.total, one.missing) for one in found.series] == [(3, 1), (1, 0)]
    found = searcher.trend("渡轮", unit="month", measure="occurrences")
    assert [point.value for point in found.series[0].points] == [1, 0, 2]
    assert (found.series[0].total, found.series[0].missing) == (4, 1)


def test_shares_and_rates_are_of_all_articles_that_the_filters_let_through(searcher_of):
    searcher = searcher_of(
        article("渡轮停航", title="", day=0, sources=("晨报",)),
        article("公园开放", title="", day=1, sources=("晨报",)),
        article("公园开放", title="", day=2, sources=("晚报",)),
        article("很早以前", title="", day=-400, sources=("晚报",)),
    )
    share = searcher.trend("渡轮", unit="year", measure="share").series[0]
    assert [point.value for point in share.points] == [pytest.approx(1 / 3)]
    share = searcher.trend("渡轮", unit="year", measure="share", source="晨报").series[0]
    assert [point.value for point in share.points] == [0.5]
    rate = searcher.trend("渡轮", unit="year", measure="per_million").series[0]
    assert [point.value for point in rate.points] == [pytest.approx(1_000_000 / 12)]


def test_a_trend_of_one_query_is_its_timeline(searcher_of):
    searcher = searcher_of(*(article("渡轮", day=day) for day in (0, 3, 3, 40)))
    for unit in ("year", "month", "week", "day"):
        points = searcher.trend("渡轮", unit=unit).series[0].points
        counts = searcher.timeline("渡轮", unit=unit).counts
        assert [(one.period, one.value) for one in points] == [(one.value, one.count) for one in counts]


def test_a_trend_of_what_is_never_found_has_no_periods(searcher_of):
    searcher = searcher_of(article("渡轮", day=0))
    assert searcher.trend("火星", "土星", measure="share").series[0].points == ()


def test_counts_and_trends_need_a_query(searcher_of):
    searcher = searcher_of(article("渡轮"))
    for ask in (searcher.count, searcher.trend):
        with pytest.raises(UsageError):
            ask()
