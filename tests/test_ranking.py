"""The formula, term by term, and what a query is lowered to."""

from __future__ import annotations

import math
from datetime import datetime, timezone

import pytest
from builders import article
from hypothesis import given
from hypothesis import strategies as st

from index import QueryError, rebuild
from index.text.analyzer import Analyzer
from index.text.document import BARE_FIELDS
from index.text.lengths import LENGTHS, length_code
from index.text.token_text import TokenText
from index.text.tokens import tokenize
from search import Searcher
from search.query.conditions import All, AnyOf, NearPhrases, TokenPhrase, Without, near, near_in
from search.query.parser import parse
from search.query.plan import Plan, make_plan
from search.query.ranking import Statistics, Term, idf, rivals, telling, term_score

ANALYZER = Analyzer()


def plan(query: str) -> Plan:
    now = datetime(2024, 3, 10, tzinfo=timezone.utc)
    return make_plan(parse(query), query, analyzer=ANALYZER, tz=timezone.utc, now=now)


def phrase(text: str, fields: tuple[str, ...] = BARE_FIELDS) -> TokenPhrase:
    return TokenPhrase(fields, tuple(text))


def test_bm25_is_the_published_formula():
    term = Term("body", "words", "台风", 2.0)
    statistics = Statistics(10, {("body", "words"): 100.0}, {term: 3})
    expected = 2.0 * math.log(1 + 7.5 / 3.5) * 4 * 2.2 / (4 + 1.2 * (0.25 + 0.75 * 50 / 100))
    assert term_score(term, 4, 50, statistics) == pytest.approx(expected)
    assert idf(10, 3) == pytest.approx(math.log(1 + 7.5 / 3.5))


def test_a_name_scores_its_idf_however_many_stand_beside_it():
    term = Term("tag", "bigrams", "台·风", 2.0)
    statistics = Statistics(10, {}, {term: 3})
    assert term_score(term, 1, 1, statistics) == term_score(term, 4, 50, statistics)
    assert term_score(term, 1, 1, statistics) == pytest.approx(2.0 * math.log(1 + 7.5 / 3.5))


@pytest.mark.parametrize(
    ("length", "rounded"), [(0, 0), (23, 23), (40, 40), (41, 40), (42, 42), (1000, 984), (100_000, 98_328)]
)
def test_lengths_are_rounded_as_lucene_does(length, rounded):
    assert LENGTHS[length_code(length)] == rounded


@given(st.integers(0, 2**31 - 1))
def test_a_rounded_length_is_never_more_and_at_most_an_eighth_less(length):
    rounded = LENGTHS[length_code(length)]
    assert rounded <= length <= rounded * 9 / 8 + 1


def test_bare_text_asks_for_every_word_and_relaxes_to_any():
    lowered = plan("乌克兰弹药")
    assert lowered.match == All((phrase("乌克兰"), phrase("弹药")))
    assert lowered.relaxed == AnyOf((phrase("乌克兰"), phrase("弹药")))


def test_only_bare_text_relaxes():
    lowered = plan('乌克兰 弹药 "和平宪法" -日本')
    held = (phrase("和平宪法"), Without(phrase("日本")))
    assert lowered.match == All((phrase("乌克兰"), phrase("弹药"), *held))
    assert lowered.relaxed == All(held)
    assert plan('"和平宪法" source:rfi.fr').relaxed is None
    assert plan("乌克兰").relaxed is None


def test_text_with_a_field_holds():
    lowered = plan("乌克兰 弹药 title:岸田讲话")
    held = phrase("岸田", ("title",)), phrase("讲话", ("title",))
    assert lowered.match == All((phrase("乌克兰"), phrase("弹药"), *held))
    assert lowered.relaxed == All(held)
    assert plan("title:岸田讲话").relaxed is None
    assert plan("title:(岸田 讲话)").relaxed is None


def test_beside_a_phrase_no_word_need_match():
    """「北海道」的原名是 is answered by articles that hold 北海道 and say 旧称, not 原名."""
    assert plan('"北海道" 原名 旧称').relaxed == phrase("北海道")
    assert plan('("北海道" OR title:"东京") 原名').relaxed == AnyOf(
        (phrase("北海道"), phrase("东京", ("title",)))
    )
    assert plan('原名 -"北海道"').relaxed == All((Without(phrase("北海道")), phrase("原名")))


def test_of_title_and_body_the_greater_score_of_a_term_counts(tmp_path, engine):
    """A title usually says again what the body says, so the sum counted one thing twice."""
    filler = "今天天气很好，大家都去江边散步看船。"
    written = [
        article(f"台风。{filler}", title="台风", id="both"),
        article(filler, title="台风", id="title"),
        article(f"台风。{filler}", title="江边", id="body"),
        article(filler, title="江边", id="none"),
    ]
    rebuild(written, tmp_path, engine=engine)
    with Searcher(tmp_path) as searcher:
        scores = {hit.id: hit.score for hit in searcher.search("台风")}
        assert scores["both"] == pytest.approx(max(scores["title"], scores["body"]), rel=1e-4)
        shares = searcher.explain_hit("台风", "both")
        assert len({share.term.text for share in shares}) == len(shares)
        assert sum(share.score for share in shares) == pytest.approx(scores["both"], rel=1e-4)
        named = {hit.id: hit.score for hit in searcher.search("title:台风")}
        assert named["both"] == pytest.approx(scores["title"], rel=1e-4)


def test_authors_and_tags_add_to_title_and_body():
    title, body, tag, author = (
        Term(field, "tokens", "台", 1.0) for field in ("title", "body", "tag", "author")
    )
    assert rivals([title, body, tag, author]) == [(title, body), (tag,), (author,)]


def test_quotation_marks_inside_a_sentence_hold_in_full_matches_only():
    lowered = plan("港口通过“渡轮条例”修正案")
    words = (phrase("港口"), phrase("通过"), phrase("渡轮条例"), phrase("修正案"))
    assert lowered.match == All(words)
    assert lowered.relaxed == AnyOf(
        (phrase("港口"), phrase("通过"), phrase("渡轮"), phrase("条例"), phrase("修正案"))
    )
    assert plan("“渡轮条例”的修正案").relaxed == AnyOf((phrase("渡轮"), phrase("条例"), phrase("修正案")))


@pytest.mark.parametrize(
    "query",
    [
        "“渡轮条例” 港口",
        "港口 “渡轮条例”",
        "，“渡轮条例”！",
        "“渡轮条例”“渡轮条例” 港口",
        "（港口）“渡轮条例”",
    ],
)
def test_quotation_marks_apart_from_text_hold_always(query):
    lowered = plan(query)
    assert phrase("渡轮条例") in (lowered.relaxed, lowered.match, *getattr(lowered.relaxed, "parts", ()))


def test_quotation_marks_of_a_field_hold_always():
    held = phrase("港口", ("title",)), phrase("渡轮条例", ("title",))
    assert plan("title:港口“渡轮条例” 停航 台风").relaxed == All(held)


def test_a_negated_sentence_excludes_what_holds_all_of_it():
    assert plan("台风 -港口“渡轮条例”").match == All(
        (phrase("台风"), Without(All((phrase("港口"), phrase("渡轮条例")))))
    )


def test_function_words_must_match_but_neither_score_nor_relax():
    lowered = plan("台风的路径")
    assert phrase("的") in lowered.match.parts
    assert phrase("的") not in lowered.relaxed.parts
    assert {term.text for term in lowered.terms if term.stream == "words"} == {"台风", "路径"}
    assert {term.text for term in plan("的").terms if term.stream == "words"} == {"的"}


def test_letters_and_digits_of_one_clause_hold_together():
    assert plan("F-35A战斗机").match == All((TokenPhrase(BARE_FIELDS, ("f", "35", "a")), phrase("战斗机")))
    assert plan("rfi.fr").match == TokenPhrase(BARE_FIELDS, ("rfi", "fr"))


def test_a_prefix_is_one_only_where_a_unit_can_go_on():
    assert plan("sanct*").match == TokenPhrase(BARE_FIELDS, ("sanct",), prefix=True)
    assert plan("岸田*").match == plan("岸田").match


def test_a_pasted_headline_with_lonely_marks_is_a_query():
    assert plan("甲 — 乙 / 丙").match == plan("甲 乙 丙").match
    with pytest.raises(QueryError, match="only punctuation"):
        plan("— …")
    with pytest.raises(QueryError, match="at character 3"):
        plan('甲 "，"')


@pytest.mark.parametrize("query", ["日本 title:！", "日本 -title:！", "title:！", "日本 OR url:—*"])
def test_marks_with_a_field_of_their_own_are_refused(query):
    with pytest.raises(QueryError, match="only punctuation"):
        plan(query)


def test_lonely_marks_in_the_group_of_a_field_are_passed_over():
    assert plan("title:(甲 — 乙)").match == plan("title:(甲 乙)").match


def test_common_units_do_not_score_beside_grams():
    rare, common, pair = (
        Term("body", *rest, 1.0) for rest in (("tokens", "a"), ("tokens", "b"), ("bigrams", "a·b"))
    )
    statistics = Statistics(100, {}, {rare: 10, common: 11, pair: 50})
    assert telling([rare, common, pair], statistics) == [rare, pair]
    assert telling([rare, common], statistics) == [rare, common]


def test_a_url_is_compared_as_its_reader_sees_it():
    assert plan("url:%E4%B8%AD%E5%9B%BD").match == plan("url:中国").match


UNITS = st.lists(st.sampled_from(["甲", "乙", "丙", "ab", "abc", "3", "¶"]), max_size=14)
PHRASES = st.lists(st.sampled_from(["甲", "乙", "ab", "3"]), min_size=1, max_size=2).map(tuple)


@given(tokens=UNITS, left=PHRASES, right=PHRASES, distance=st.integers(0, 4), prefix=st.booleans())
def test_near_on_token_text_is_near_on_tokens(tokens, left, right, distance, prefix):
    match = NearPhrases(
        BARE_FIELDS,
        TokenPhrase(BARE_FIELDS, left),
        TokenPhrase(BARE_FIELDS, right, prefix=prefix and right[-1] in ("ab", "3")),
        distance,
    )
    text = " ".join(tokens).replace("¶", "。")
    assert near_in(TokenText.of(text), match) == near(tokenize(text), match)


def test_a_partial_match_has_in_its_title_what_was_asked_for_there(tmp_path, engine):
    written = [
        article("岸田讲话", title="x", id="in the body"),
        article("乌克兰", title="岸田", id="full"),
        article("俄罗斯", title="岸田", id="partial"),
        article("乌克兰", title="y", id="elsewhere"),
    ]
    rebuild(written, tmp_path, engine=engine)
    with Searcher(tmp_path) as searcher:
        page = searcher.search("乌克兰 title:岸田")
        assert [(hit.id, hit.partial) for hit in page.hits] == [("full", False), ("partial", True)]


def test_the_better_article_comes_first(tmp_path, engine):
    filler = "今天的天气很好，人们都去了海边散步。" * 20
    rebuild(
        [
            article(filler + "台风来了。", id="once in a long one"),
            article("台风路径改变，台风登陆，台风减弱。", id="all about it"),
            article(filler, title="台风", id="in the title"),
            article(filler, id="not at all"),
        ],
        tmp_path,
        engine=engine,
    )
    with Searcher(tmp_path) as searcher:
        order = [hit.id for hit in searcher.search("台风").hits]
    assert order[-1] == "once in a long one"
    assert set(order) == {"once in a long one", "all about it", "in the title"}


def test_authors_and_tags_are_found_by_bare_words_and_by_field(tmp_path, engine):
    written = [
        article("大风停航。", id="by", authors=("林小舟", "陈一帆")),
        article("林小舟说，明天停航。", id="about"),
        article("大风停航。", id="tagged", tags=("渡轮",)),
    ]
    rebuild(written, tmp_path, engine=engine)
    with Searcher(tmp_path) as searcher:

        def found(query: str) -> set[str]:
            return {hit.id for hit in searcher.search(query).hits if not hit.partial}

        assert found("林小舟") == found('"林小舟"') == {"by", "about"}
        assert found("author:林小舟") == found("author:陈一") == {"by"}
        assert found('author:"林小舟陈一帆"') == set()
        assert found("大风 渡轮") == found("tag:渡轮") == {"tagged"}
        assert found("大风 -author:林小舟") == {"tagged"}
        # What is found by its tag alone shows where its text begins.
        assert [snippet.text for snippet in searcher.search("tag:渡轮").hits[0].snippets] == ["大风停航。"]


def test_the_shares_of_a_score_add_up_to_it(tmp_path, engine):
    written = [article("台风路径图"), article("台风", tags=("台风",)), article("路径", authors=("路径图",))]
    rebuild(written, tmp_path, engine=engine)
    with Searcher(tmp_path) as searcher:
        for hit in searcher.search("台风 路径图").hits:
            shares = searcher.explain_hit("台风 路径图", hit.id)
            factor = searcher.explain_closeness("台风 路径图", hit.id).factor
            assert sum(share.score for share in shares) * factor == pytest.approx(hit.score, rel=1e-4)
