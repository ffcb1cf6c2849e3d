"""Closeness orders the first hits anew, for every engine alike."""

from __future__ import annotations

import contract
import pytest
from builders import articles, directory, place
from hypothesis import given, settings
from hypothesis import strategies as st

from index import rebuild
from index.article import Article
from index.text.token_text import TokenText
from search import Searcher
from search.query.closeness import Closeness, ClosenessOf
from search.query.conditions import TokenPhrase
from search.query.ranking import Statistics, Term
from search.reranking import DEPTH

FILLER = "今天天气很好大家都去江边散步看船。"


def written(id: str, body: str, title: str = "") -> Article:
    return Article(id=id, title=title, body=body)


def order(index, query: str, **options: object) -> list[str]:
    with Searcher(index) as searcher:
        return [hit.id for hit in searcher.search(query, **options).hits]


def test_words_side_by_side_go_before_the_same_words_far_apart(tmp_path, engine):
    far = FILLER * 3 + "渡轮。" + FILLER * 20 + "停航。" + FILLER * 2
    near = FILLER * 3 + "渡轮停航。" + FILLER * 22
    rebuild([written("far", far), written("near", near), written("none", FILLER)], tmp_path, engine=engine)
    assert order(tmp_path, "渡轮 停航") == ["near", "far"]


def test_words_in_front_go_before_the_same_words_at_the_end(tmp_path, engine):
    last = FILLER * 30 + "渡轮停航。"
    first = "渡轮停航。" + FILLER * 30
    rebuild([written("last", last), written("first", first)], tmp_path, engine=engine)
    assert order(tmp_path, "渡轮 停航") == ["first", "last"]


def test_partial_matches_stay_behind_full_ones_however_close_their_words_are(tmp_path, engine):
    full = FILLER * 20 + "渡轮。" + FILLER * 20 + "停航。" + FILLER * 20 + "台风。"
    rebuild([written("partial", "渡轮停航。渡轮停航。"), written("full", full)], tmp_path, engine=engine)
    assert order(tmp_path, "渡轮 停航 台风") == ["full", "partial"]


def test_of_partial_matches_those_with_the_quotation_go_first(tmp_path, engine):
    """A pasted headline found nothing, where its quotation stood in no article word for word."""
    said = FILLER * 3 + "渡轮安全条例。" + FILLER * 20
    apart = FILLER * 3 + "安全渡轮，条例。" + FILLER * 20
    rebuild(
        [written("apart", apart), written("said", said), written("none", FILLER)], tmp_path, engine=engine
    )
    query = "港口通过“渡轮安全条例”修正案"
    with Searcher(tmp_path) as searcher:
        page = searcher.search(query)
        assert [(hit.id, hit.partial) for hit in page.hits] == [("said", True), ("apart", True)]
        assert [searcher.explain_closeness(query, hit.id).quoted for hit in page.hits] == [1.0, 0.0]
        for hit in page.hits:
            factor = searcher.explain_closeness(query, hit.id).factor
            assert sum(part.score for part in searcher.explain_hit(query, hit.id)) * factor == pytest.approx(
                hit.score, rel=1e-4
            )


def test_a_full_match_has_the_quotation_and_is_not_raised_for_it(tmp_path, engine):
    rebuild([written("full", "港口通过“渡轮条例”修正案。"), written("no", FILLER)], tmp_path, engine=engine)
    with Searcher(tmp_path) as searcher:
        assert [hit.partial for hit in searcher.search("港口通过“渡轮条例”").hits] == [False]
        assert searcher.explain_closeness("港口通过“渡轮条例”", "full").quoted == 0


def test_one_word_is_ranked_by_its_score_alone(tmp_path, engine):
    rebuild([written("late", FILLER * 20 + "渡轮"), written("no", FILLER)], tmp_path, engine=engine)
    with Searcher(tmp_path) as searcher:
        (hit,) = searcher.search("渡轮").hits
        assert searcher.explain_closeness("渡轮", "late") is None
        assert sum(part.score for part in searcher.explain_hit("渡轮", "late")) == pytest.approx(
            hit.score, rel=1e-4
        )


def test_one_word_far_behind_goes_first_where_the_article_is_about_it(tmp_path, engine):
    once = "渡轮。" + FILLER * 15
    often = FILLER * 18 + "渡轮停航，渡轮复航，渡轮加班，渡轮改道。"
    rebuild([written("once", once), written("often", often), written("no", FILLER)], tmp_path, engine=engine)
    assert order(tmp_path, "渡轮") == order(tmp_path, '"渡轮"') == ["often", "once"]


def test_one_word_stays_one_when_it_is_read_in_several_ways(tmp_path, engine):
    """The other name stands nowhere near it in most articles, which says nothing against them."""
    both = FILLER * 30 + "特朗普即川普。"
    one = "特朗普讲话，特朗普离开，特朗普回来。"
    rebuild([written("both", both), written("one", one), written("no", FILLER)], tmp_path, engine=engine)
    assert order(tmp_path, "特朗普", variants=True) == ["one", "both"]
    with Searcher(tmp_path) as searcher:
        assert searcher.explain_closeness("特朗普", "one", variants=True) is None


def test_other_orders_do_not_notice_closeness(tmp_path, engine):
    rebuild(
        [written("far", "渡轮。" + FILLER * 20 + "停航"), written("near", "渡轮停航")],
        tmp_path,
        engine=engine,
    )
    assert order(tmp_path, "渡轮 停航", sort="newest") == ["far", "near"]


def test_pages_join_to_the_whole_across_the_depth(tmp_path, engine):
    """The depth is of the whole list: no page shows an article twice or leaves one out."""
    many = [
        written(f"{n:02}", FILLER * (n % 7) + "渡轮。" + FILLER * (n % 5) + "停航。" + FILLER * (n % 3))
        for n in range(2 * DEPTH + 5)
    ] + [written(f"p{n:02}", FILLER * (n % 4) + "渡轮渡轮。") for n in range(7)]
    rebuild(many, tmp_path, engine=engine)
    with Searcher(tmp_path) as searcher:
        whole = searcher.search("渡轮 停航", limit=None).hits
        assert [hit.id for hit in searcher.stream("渡轮 停航")] == [hit.id for hit in whole]
        scores = [(hit.partial, -hit.score) for hit in whole]
        assert scores == sorted(scores)
        for size in (1, 7, 10, 20, 30):
            pages = [
                hit
                for page in range(1, len(whole) // size + 2)
                for hit in searcher.search("渡轮 停航", limit=size, page=page).hits
            ]
            assert pages == list(whole)


@settings(max_examples=60)
@given(
    archive=articles(),
    words=st.lists(st.sampled_from(["中国", "研究", "人", "生命", "F35A", "制裁"]), min_size=2, max_size=4),
)
def test_the_order_is_that_of_the_specification(engine, archive, words):
    query = " ".join(words)
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            contract.check_same(contract.ask(specification, query), contract.ask(searcher, query))
            for hit in specification.search(query).hits:
                expected = specification.explain_closeness(query, hit.id)
                got = searcher.explain_closeness(query, hit.id)
                assert (got is None) == (expected is None)
                if got and expected:
                    assert got.factor == pytest.approx(expected.factor)


TERMS = [Term("body", "words", word, 1.0) for word in ("甲乙", "丙丁", "戊己")]
EQUAL = Statistics(100, {}, dict.fromkeys(TERMS, 3))


def closeness(body: str, title: str = ""):
    return ClosenessOf(TERMS, EQUAL)(TokenText.of(title), TokenText.of(body))


def test_the_quotation_counts_in_partial_matches_by_its_share():
    sayings = [[TokenPhrase(("body",), tuple("甲乙丙"))], [TokenPhrase(("body",), tuple("戊己"))]]
    measure = ClosenessOf(TERMS, EQUAL, sayings)
    half, none = (TokenText.of(text) for text in ("甲乙丙。戊", "甲乙。丙。戊"))
    assert measure(TokenText.of(""), half, partial=True).quoted == 1 / 2
    assert measure(half, none, partial=True).quoted == 1 / 2
    assert measure(half, none).quoted == measure(none, none, partial=True).quoted == 0
    assert Closeness(0.0, 0.0, 0.0, quoted=0.5).factor == 1.25


def test_the_parts_are_shares_of_the_words():
    nothing, one, two = closeness("庚辛"), closeness("甲乙"), closeness("甲乙丙丁")
    assert (nothing.factor, one.pairs) == (1, 0)
    assert (one.window, one.lead) == pytest.approx((1 / 3, 1 / 3))
    assert (two.window, two.pairs) == pytest.approx((2 / 3, 1 / 2.2 / 2))


def test_the_title_stands_in_front_of_the_body():
    assert closeness("庚" * 300 + "甲乙", title="丙丁").lead == pytest.approx(1 / 3)
    assert closeness("丙丁", title="甲乙").window == pytest.approx(2 / 3)


@given(
    text=st.text(alphabet="甲乙丙丁戊己庚。", max_size=400), title=st.text(alphabet="甲乙丙丁", max_size=9)
)
def test_each_part_is_between_0_and_1_and_more_text_never_brings_words_apart(text, title):
    found = closeness(text, title)
    for part in (found.window, found.pairs, found.lead):
        assert 0 <= part <= 1
    more = closeness(text + "庚" * 70, title)
    assert (more.window, more.lead) == pytest.approx((found.window, found.lead))
