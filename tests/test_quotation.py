"""Is a quotation in the archive: word for word, altered, in parts or not at all."""

from __future__ import annotations

import contract
import pytest
from builders import Archive, article, articles, place, texts
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index import UsageError, rebuild
from index.text.tokens import tokenize
from search import Searcher
from search.corpus.alignment import align
from search.corpus.passages import Unbroken, unlike

FERRY = "台风“白鲸”昨晚过境，渡轮停航一晚。码头上等船的人说，他们从下午等到天黑。\n今早六点，第一班船开出。"
REPRINT = "本报讯：臺風「白鯨」昨晚過境，渡輪停航一晚。碼頭上等船的人說，他們從下午等到天黑。"
LIBRARY = "图书馆今年买了三千册新书，其中一半是孩子们自己选的。馆长说，借书的人比去年多了两成。"
MUSEUM = "博物馆新开的展厅里有一架旧飞机F-35A，讲解员每天要回答几百个问题。"


@pytest.fixture(scope="module")
def archive(engine, tmp_path_factory):
    written = [
        article(MUSEUM, title="旧飞机", id="museum", day=9),
        article(FERRY, title="渡轮停航一晚，今早复航", id="ferry", day=5),
        article(REPRINT, title="無船", id="reprint", day=3),
        article(LIBRARY, title="孩子们的书", id="library"),
        article("今天的天气很好，适合出门走走，晚上有小雨。", title="天气", id="weather", day=1),
    ]
    return Archive(tmp_path_factory.mktemp("quotation") / "idx", written, engine)


def ask(archive, text: str, **options):
    return archive.searcher.quotation(text, **options)


def ids(found) -> list[str]:
    return [passage.id for passage in found.passages]


# Verdicts


def test_a_run_of_characters_stands_word_for_word(archive):
    found = ask(archive, "码头上等船的人说，他们从下午等到天黑")
    assert found.verdict == "word for word"
    assert (found.closeness, found.total, found.arrangement) == (1.0, 2, "one passage")


def test_who_had_it_first_comes_first_with_the_place(archive):
    found = ask(archive, "渡轮停航一晚")
    assert ids(found) == ["reprint", "ferry"]
    first, second = found.passages
    assert (first.field, first.text, first.unlike) == ("body", REPRINT[first.start : first.end], ("script",))
    assert (second.field, second.start, second.end, second.unlike) == ("title", 0, 6, ())


def test_of_several_places_in_an_article_the_one_word_for_word_counts(engine, tmp_path):
    archive = Archive(tmp_path, [article("渡輪停航。渡轮，停航。渡轮停航。")], engine)
    found = ask(archive, "渡轮停航")
    assert found.verdict == "word for word"
    assert [(one.start, one.end) for one in found.passages] == [(11, 15)]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("圖書館今年買了三千冊新書", ("script",)),
        ("飞机Ｆ-35A，讲解员", ("width",)),
        ("旧飞机f-35a，讲解员", ("case",)),
        ("图书馆今年买了三千册新书其中一半是孩子们自己选的", ("punctuation",)),
        ("圖書館今年買了三千冊新書；其中一半", ("script", "punctuation")),
    ],
)
def test_equal_tokens_in_other_characters_are_told_apart(archive, text, how):
    found = ask(archive, text)
    assert found.verdict == "but for script"
    assert found.passages[0].unlike == how


@pytest.mark.parametrize(
    "text",
    [
        "“图书馆今年买了三千册新书。”",
        "「图书馆今年买了三千册新书」",
        "  图书馆今年买了\n三千册新书，",
        "图书馆今年\u200b买了三千册新书",
    ],
)
def test_marks_around_a_quotation_and_white_space_do_not_count(archive, text):
    assert ask(archive, text).verdict == "word for word"


def test_a_quotation_may_go_over_clauses_and_paragraphs(archive):
    assert ask(archive, "他们从下午等到天黑。今早六点，第一班船开出").verdict == "word for word"
    found = ask(archive, "他们从下午等到天黑今早六点第一班船开出")
    assert (found.verdict, found.passages[0].unlike) == ("but for script", ("punctuation",))
    # Clauses in the quotation where the article has none.
    assert ask(archive, "图书馆，今年，买了三千册，新书").verdict == "but for script"


def test_what_was_changed_is_shown_token_by_token(archive):
    text = "图书馆今年买了五千册新书，其中一半是孩子选的。馆长说"
    found = ask(archive, text)
    assert found.verdict == "altered"
    passage = found.passages[0]
    assert (passage.id, passage.text) == (
        "library",
        "图书馆今年买了三千册新书，其中一半是孩子们自己选的。馆长说",
    )
    assert [(one.quoted, one.written, one.start) for one in passage.differences] == [
        ("五", "三", 7),
        ("", "们自己", 20),
    ]
    assert text[7] == "五"
    assert found.closeness == passage.closeness == pytest.approx(1 - 4 / 24, abs=1e-4)


def test_words_around_a_quotation_are_no_part_of_the_passage(archive):
    found = ask(archive, "据报道，市长在会上表示，其中一半是孩子们自己选的")
    (passage,) = found.passages
    assert (passage.id, passage.text) == ("library", "其中一半是孩子们自己选的")
    assert passage.differences[0].quoted == "据报道，市长在会上表示"


def test_of_altered_passages_the_nearest_comes_first(archive):
    found = ask(archive, "台风白鲸昨夜过境，渡轮停航一夜。码头上等船的人说")
    assert found.verdict == "altered"
    # Both are as near, so the earlier one is first.
    assert ids(found) == ["reprint", "ferry"]
    assert found.passages[0].differences[0].written == "晚"


@pytest.mark.parametrize("mark", ["……", "…", "...", "......", "[...]", "［…］", "〔略〕", "（略）", "。。。"])
def test_an_ellipsis_divides_a_quotation_into_parts(archive, mark):
    found = ask(archive, f"图书馆今年买了三千册新书{mark}借书的人比去年多了两成")
    assert (found.verdict, found.arrangement, found.total) == ("in parts", "in order", 1)
    assert [(one.part, one.text) for one in found.passages] == [
        (1, "图书馆今年买了三千册新书"),
        (2, "借书的人比去年多了两成"),
    ]


def test_a_title_and_a_sentence_of_its_article_are_parts_of_one(archive):
    found = ask(archive, "渡轮停航一晚，今早复航。今早六点，第一班船开出")
    assert (found.verdict, found.arrangement) == ("in parts", "in order")
    assert [(one.id, one.field) for one in found.passages] == [("ferry", "title"), ("ferry", "body")]


def test_parts_in_different_articles_are_found(archive):
    for mark in ("……", "。"):
        found = ask(archive, f"图书馆今年买了三千册新书{mark}讲解员每天要回答几百个问题")
        assert (found.verdict, found.arrangement) == ("in parts", "in different articles")
        assert [(one.part, one.id) for one in found.passages] == [(1, "library"), (2, "museum")]


@pytest.mark.parametrize("mark", ["……", "。"])
def test_parts_in_another_order_are_told(archive, mark):
    found = ask(archive, f"借书的人比去年多了两成{mark}图书馆今年买了三千册新书")
    assert (found.verdict, found.arrangement) == ("in parts", "in another order")
    assert [(one.part, one.id) for one in found.passages] == [(1, "library"), (2, "library")]


def test_an_altered_part_makes_a_quotation_altered(archive):
    found = ask(archive, "图书馆今年买了五千册新书……借书的人比去年多了两成")
    assert found.verdict == "altered"
    assert found.passages[0].id == "library"
    assert [one.part for one in found.passages] == [1, 2]
    assert [one.differences != () for one in found.passages] == [True, False]


def test_an_ellipsis_that_was_written_is_no_division(engine, tmp_path):
    archive = Archive(tmp_path, [article("他想了很久……终于说出那句话。")], engine)
    assert ask(archive, "想了很久……终于说出").verdict == "word for word"


@pytest.mark.parametrize(
    "text", ["市长宣布明年修建两座新的跨海大桥", "火箭", "the quick brown fox", "今天的火星很红"]
)
def test_what_nobody_wrote_is_not_found(archive, text):
    found = ask(archive, text)
    assert (found.verdict, found.closeness, found.total, found.passages) == ("not found", 0.0, 0, ())


# Arguments


def test_filters_and_limit_choose_articles(archive):
    text = "渡轮停航一晚"
    assert ids(ask(archive, text, after="2020-01-05")) == ["ferry"]
    limited = ask(archive, text, limit=1)
    assert (ids(limited), limited.total, limited.verdict) == (["reprint"], 2, "word for word")


@pytest.mark.parametrize("text", ["", "……", "。，！", "字" * 5_001])
def test_what_cannot_be_looked_for_is_refused(archive, text):
    with pytest.raises(UsageError):
        ask(archive, text)


@pytest.mark.parametrize(
    "text",
    ["人" * 5_000, "人……" * 1500, "。" * 4_999 + "人", "a。" * 2500, "(" * 4_999 + "人", "渡轮停航" * 1250],
    ids=["one character", "many parts", "marks", "short sentences", "brackets", "repeated"],
)
def test_a_hostile_quotation_gets_an_answer(archive, text):
    assert ask(archive, text).text == text


# Laws


@settings(max_examples=60)
@given(archive=articles(), data=st.data())
def test_every_engine_answers_as_the_specification_does(engine, archive, data):
    texts = data.draw(st.lists(contract.quotations(archive).filter(tokenize), min_size=1, max_size=4))
    contract.finds_quotations_as_the_specification_does(engine, archive, texts)


@settings(max_examples=100)
@given(archive=articles(), data=st.data())
def test_what_was_cut_from_an_article_stands_there_word_for_word(engine, archive, data):
    body = data.draw(st.sampled_from(archive)).body
    assume(tokenize(body))
    with place(engine) as folder:
        rebuild(archive, folder, engine=engine)
        with Searcher(folder) as searcher:
            found = searcher.quotation(body)
            assert found.verdict == "word for word"
            for passage in found.passages:
                original = getattr(searcher.article(passage.id), passage.field)
                assert passage.text == original[passage.start : passage.end]


tokens = st.lists(st.sampled_from("abc"), max_size=12)


@given(quoted=tokens.filter(bool), text=tokens)
def test_an_alignment_has_the_least_distance_and_its_edits_make_the_text(quoted, text):
    found = align(quoted, text)
    assert found.distance == least_distance(quoted, text)
    made: list[str] = []
    cost = at = 0
    for edit in found.edits:
        made += quoted[at : edit.quoted_start] + text[edit.text_start : edit.text_end]
        cost += max(edit.quoted_end - edit.quoted_start, edit.text_end - edit.text_start)
        at = edit.quoted_end
    assert made + quoted[at:] == text[found.start : found.end]
    assert cost == found.distance


def least_distance(quoted: list[str], text: list[str]) -> int:
    """Sellers' table, row by row."""
    above = [0] * (len(text) + 1)
    for row, one in enumerate(quoted, 1):
        line = [row]
        for column, other in enumerate(text, 1):
            line.append(min(above[column - 1] + (one != other), above[column] + 1, line[-1] + 1))
        above = line
    return min(above)


@given(text=texts)
def test_positions_without_boundaries_lead_back_to_the_original(text):
    unbroken = Unbroken.of(text)
    for start in range(len(unbroken.tokens)):
        for end in range(start + 1, min(start + 6, len(unbroken.tokens)) + 1):
            if unbroken.cut(start, end) == (start, end):
                first, last = unbroken.original(start, end)
                assert 0 <= first < last <= len(text)


@given(text=texts.filter(tokenize))
def test_white_space_makes_no_text_unlike_itself(text):
    assert unlike(text, f" {text}\n") == ()
