"""Units and breaks: what can be found, and where a phrase must not reach across."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.fold import fold
from index.text.tokens import BOUNDARY, MAX_TOKEN, locate_tokens, tokenize

ALPHABET = (
    "他研究生命。，、,.:;!?—… \n\u3000\u00a0「」“”·-_/%"
    "aB9３é\u0301ß™①²㎏한글かガｶﾞहिन्दी😀👨‍👩‍👧\ufe0f\u200b𠮷㐀〇々¶\ud800"
)
texts = st.text(alphabet=ALPHABET, max_size=40) | st.text()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("F-35A战斗机", "f 35 a 战 斗 机"),
        ("Ｆ３５Ａ戰鬥機", "f 35 a 战 斗 机"),
        ("价3.5元，10:30 rfi.fr", "价 3 5 元 ¶ 10 30 rfi fr"),
        ("他说：“你好。”", "他 说 ¶ 你 好"),
        ("他说。”，他走", "他 说 ¶ 他 走"),
        ("约翰·史密斯《红楼梦》100%", "约 翰 史 密 斯 红 楼 梦 100"),
        ("研&究 生\u3000命\u00a0科\u200b学", "研 究 生 命 科 学"),
        ("New\u00a0York", "new york"),
        ("iPhone™15", "iphone tm 15"),
        ("走——停……去", "走 ¶ 停 ¶ 去"),
        ("第一段\n第二段", "第 一 段 ¶ 第 二 段"),
        ("a.b. C,d", "a b ¶ c d"),
        ("です。한국", "で す ¶ 한 국"),
        ("हिन्दी x", "हिन्दी x"),
        ("foo_bar", "foo bar"),
        ("¶", ""),
        ("。！？", ""),
        ("😀", ""),
    ],
)
def test_text_is_split_as_documented(text, tokens):
    assert tokenize(text) == tokens.split()


@given(texts)
def test_units_keep_every_letter_and_digit_in_order(text):
    kept = "".join(token for token in tokenize(text) if token != BOUNDARY)
    assert [c for c in kept if c.isalnum()] == [c for c in fold(text) if c.isalnum()]


@given(texts)
def test_a_break_stands_only_between_units(text):
    tokens = tokenize(text)
    assert tokens[:1] != [BOUNDARY]
    assert tokens[-1:] != [BOUNDARY]
    assert all(BOUNDARY not in pair or pair[0] != pair[1] for pair in pairwise(tokens))


@given(texts)
def test_located_units_are_the_units_and_stand_where_they_say(text):
    located = locate_tokens(text)
    assert [token.text for token in located] == tokenize(text)
    for token in located:
        assert 0 <= token.start < token.end <= len(text)
        if token.text != BOUNDARY:
            assert token.text in fold(text[token.start : token.end]).replace(" ", "")


@given(texts, texts)
def test_a_paragraph_end_is_a_break(first, second):
    whole = tokenize(first + "\n" + second)
    parts = [tokens for tokens in (tokenize(first), tokenize(second)) if tokens]
    assert whole == [token for i, part in enumerate(parts) for token in ([BOUNDARY] if i else []) + part]


@given(texts)
def test_no_unit_is_longer_than_the_limit(text):
    assert all(0 < len(token) <= MAX_TOKEN for token in tokenize(text * 3))


def test_a_long_run_goes_on_as_the_next_unit():
    assert tokenize("x" * 100) == ["x" * 64, "x" * 36]


def test_a_megabyte_without_a_break():
    assert len(tokenize("天" * 1_000_000)) == 1_000_000
