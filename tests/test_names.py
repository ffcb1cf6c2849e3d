"""Names that no dictionary has, other spellings, and other names: how a clause is read."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from builders import Archive, article, articles, place
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index import UsageError, rebuild
from index.text.analyzer import Analyzer
from index.text.fold import fold
from index.text.segment import query_segmenter
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, locate_tokens, token_text, tokenize
from search import Searcher
from search.highlighting.snippets import Highlighter
from search.query.parser import parse
from search.query.plan import Plan, make_plan
from search.query.variants import MAX_READINGS, Variants, known_names, read_variants, spellings
from search.query.words import group_words, read_words

ANALYZER = Analyzer(segmenter=query_segmenter())


def plan(query: str, **options: object) -> Plan:
    now = datetime(2024, 3, 10, tzinfo=timezone.utc)
    return make_plan(parse(query), query, analyzer=ANALYZER, tz=timezone.utc, now=now, **options)


def groups(query: str, **options: object) -> str:
    return " ".join("".join(phrase.tokens) for phrase in plan(query, **options).clauses[0].phrases)


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("占中", "占中"),
        ("内卷", "内卷"),
        ("网信办", "网信办"),
        ("雾霾", "雾霾"),
        ("占中运动", "占中 运动"),
        ("反封锁", "反封锁"),
        ("我爱你", "我爱你"),
        ("他和我", "他和我"),
        ("中国的经济", "中国 的 经济"),
        ("说明书", "说明书"),
        ("日本向乌克兰提供武器", "日本 向 乌克兰 提供 武器"),
        ("C++语言", "c++ 语言"),
        ("占《中》", "占中"),
        ("占，中", "占 中"),
    ],
)
def test_a_character_that_jieba_leaves_alone_is_part_of_a_name(clause, expected):
    assert groups(clause) == expected


@given(st.lists(st.text("占中的在反办网信国大化", min_size=1, max_size=3), max_size=8))
def test_groups_keep_every_word_in_its_place(words):
    assert [word for group in group_words(words) for word in group] == words


def test_a_name_is_found_and_highlighted_as_one_word(tmp_path, engine):
    archive = Archive(tmp_path, [article("占中的经过。"), article("他占了中间的位置。")], engine)
    assert archive.full("占中") == {0}
    assert archive.order("占中") == [0, 1]
    texts = [
        (hit.snippets[0].text, hit.snippets[0].highlights) for hit in archive.searcher.search("占中").hits
    ]
    assert texts[0][1] == ((0, 2),)
    assert [text[a:b] for text, spans in texts[1:] for a, b in spans] == ["占", "中"]


@settings(max_examples=100)
@given(archive=articles(), data=st.data())
def test_a_run_of_text_typed_without_quotation_marks_finds_its_article(archive, data):
    chosen = data.draw(st.sampled_from(archive))
    text = data.draw(st.sampled_from([chosen.title, chosen.body]))
    tokens = [token for token in locate_tokens(text) if token.text != BOUNDARY]
    assume(tokens)
    first = data.draw(st.integers(0, len(tokens) - 1))
    last = data.draw(st.integers(first, len(tokens) - 1))
    # A paragraph's end stays: without it, characters that stand apart would be one name.
    written = text[tokens[first].start : tokens[last].end]
    run = re.sub("[“”「」]", "", written)
    # Without its quotation marks the run says the same: they decide what a dot beside them is.
    assume(tokenize(run) == tokenize(written))
    # Marks that would be operators, and a run that is no clause.
    assume(tokenize(run) and not set(run) & set("-*~ \u3000"))
    with place("memory") as folder:
        rebuild(archive, folder, engine="memory")
        with Searcher(folder) as searcher:
            full = {hit.id for hit in searcher.search(run, limit=None).hits if not hit.partial}
    assert chosen.id in full


def test_listed_words_hold_together_without_a_rebuild(tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("雲端輪渡 5\n", "utf-8")
    assert groups("坐云端轮渡") == "坐 云端 轮渡"
    assert groups("坐云端轮渡", words=read_words(words)) == "坐 云端轮渡"


def test_every_query_is_read_by_other_spellings(tmp_path, engine):
    archive = Archive(
        tmp_path, [article("他的答覆很短。"), article("他的答复很短。"), article("他答了。")], engine
    )
    assert archive.full('"的答复"') == archive.full("答覆") == {0, 1}
    assert plan("答复").also == ()


def test_no_spelling_is_what_folding_makes_of_another():
    """Else the group would look for one text twice."""
    for tokens, others in spellings()._terms.items():
        assert "".join(tokens) == fold("".join(tokens))
        assert len(others) >= 1


NAMES = Variants([["特朗普", "川普"], ["新西兰", "紐西蘭"], ["Wi-Fi", "WiFi"]])


def test_a_name_is_looked_for_by_its_other_names_where_asked():
    assert plan("特朗普").also == ()
    assert plan("特朗普", variants=NAMES).also == ("川普",)
    assert plan("川普 纽西兰", variants=NAMES).also == ("特朗普", "新西兰")
    assert plan('"特朗普访问"', variants=NAMES).also == ("川普",)
    assert plan("wifi", variants=NAMES).also == ("Wi-Fi",)
    assert plan("title:特朗普", variants=NAMES).also == ("川普",)


def test_a_name_inside_other_words_is_none():
    assert plan("四川普通话", variants=NAMES).also == ()


def test_sides_of_a_distance_are_taken_as_they_are_written():
    assert plan("特朗普 ~5 答复", variants=NAMES).also == ()


def test_other_names_are_highlighted():
    shown = Highlighter(plan("特朗普", variants=NAMES)).highlight(TokenText.of("川普與特朗普"), field="body")
    assert shown == ((0, 2), (3, 6))


def test_a_clause_is_read_in_a_bounded_number_of_ways():
    many = plan("特朗普新西兰" * 20, variants=NAMES)
    assert len(many.clauses[0].variants) == MAX_READINGS


def test_names_that_come_with_the_project_are_known():
    for one, other in (("软件", "軟體"), ("奥巴马", "歐巴馬"), ("新西兰", "紐西蘭"), ("特朗普", "川普")):
        assert any(fold(other) == added for added in plan(one, variants=known_names()).also)


def test_no_known_name_is_a_part_of_another_in_its_group():
    """Else looking for one would find the other anyway, or more than was meant."""
    for tokens, others in known_names()._terms.items():
        assert not any(token_text(tokens) in token_text(other) for other in others)


def test_a_file_of_variants_is_read_and_its_faults_are_named(tmp_path):
    file = tmp_path / "variants.txt"
    file.write_text("\ufeff# ships\n海鸥号，Seagull\n\n慢车 = 平快\n", "utf-8")
    assert plan("海鸥号", variants=read_variants(file)).also == ("Seagull",)
    file.write_text("慢车，平快\n慢车\n", "utf-8")
    with pytest.raises(UsageError, match="line 2"):
        read_variants(file)
    with pytest.raises(UsageError, match=r"none\.txt"):
        read_variants(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"C++"', {0}),
        ('"C#"', {1}),
        ("C", {0, 1, 2, 6}),
        ('"5%"', {3}),
        ('"3.5%"', {4}),
        ('"$5"', {5}),
        ('"5"', {3, 5, 6}),
        ('"5℃"', {6}),
        ('"1234"', {7}),
        ("Charite", {8}),
        ('"US政府"', {8}),
        ('"北京上海"', set()),
        ('"比尔·盖茨"', {9}),
        ('"J.K.罗琳"', {9}),
        ('"二〇二四年"', {10}),
        ('"二零二四年"', {10}),
        ('"长城"', {10}),
    ],
)
def test_signs_and_dots_mean_what_they_say(signs, query, found):
    assert signs.full(query) == found


@pytest.fixture(scope="module")
def signs(tmp_path_factory):
    bodies = [
        "C++语言。",
        "C#语言。",
        "维生素C很多。",
        "涨了5％。",
        "涨了3.5%。",
        "票价＄5。",
        "气温5℃。",
        "1,234人。",
        "Charité醫院和U.S.政府。",
        "比爾．蓋茨和J·K·羅琳。",
        "二○二四年游⻓城，从北京/上海出发。",
    ]
    return Archive(tmp_path_factory.mktemp("signs"), map(article, bodies), "memory")


def test_a_number_written_with_commas_is_highlighted():
    assert Highlighter(plan("1234人")).highlight(TokenText.of("共1,234人"), field="body") == ((1, 7),)
    assert Highlighter(plan("US政府")).highlight(TokenText.of("U.S.政府"), field="body") == ((0, 6),)
    assert Highlighter(plan('"C++"')).highlight(TokenText.of("C和C++"), field="body") == ((2, 5),)
