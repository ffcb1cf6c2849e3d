"""Tokens and boundaries: what can be found, and where a phrase must not reach across."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.fold import fold
from index.text.tokens import BOUNDARY, MAX_TOKEN, locate_tokens, token_text, tokenize

ALPHABET = (
    "他研究生命。，、,.:;!?—… \n\u3000\u00a0「」“”·•．・-_/%+#$°℃~|→⋯○〇二"
    "aB9３é\u0301ß™①²㎏한글かガｶﾞहिन्दी😀👨‍👩‍👧\ufe0f\u200b𠮷㐀〇々¶\ud800"
)
texts = st.text(alphabet=ALPHABET, max_size=40) | st.text()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("F-35A战斗机", "f 35 a 战 斗 机"),
        ("Ｆ３５Ａ戰鬥機", "f 35 a 战 斗 机"),
        ("价3.5元，10:30 rfi.fr", "价 3 .5 元 ¶ 10 30 rfi fr"),
        ("他说：“你好。”", "他 说 ¶ 你 好"),
        ("他说。”，他走", "他 说 ¶ 他 走"),
        ("约翰·史密斯《红楼梦》100%", "约 翰 史 密 斯 红 楼 梦 100 %"),
        ("研&究 生\u3000命\u00a0科\u200b学", "研 究 生 命 科 学"),
        ("New\u00a0York", "new york"),
        ("iPhone™15", "iphone tm 15"),
        ("走——停……去", "走 ¶ 停 ¶ 去"),
        ("第一段\n第二段", "第 一 段 ¶ 第 二 段"),
        ("a.b. C,d", "ab c d"),
        ("です。한국", "で す ¶ 한 국"),
        ("हिन्दी x", "हिन्दी x"),
        ("foo_bar", "foo bar"),
        ("比尔．盖茨 比尔・盖茨 比爾‧蓋茨 比尔•盖茨 比尔.盖茨", " ".join(["比 尔 盖 茨"] * 5)),
        ("J.K.罗琳 J·K·罗琳 JK罗琳 U.S.政府", "jk 罗 琳 jk 罗 琳 jk 罗 琳 us 政 府"),
        ("乔治·W.布什 John F. Kennedy", "乔 治 w 布 什 john f kennedy"),
        ("• 渡轮 • 慢车", "渡 轮 ¶ 慢 车"),
        ("1．标题 1.标题", "1 ¶ 标 题 1 ¶ 标 题"),
        ("C++ C# c #话题# iPhone#", "c + + c # c 话 题 iphone"),
        ("5% 5 % ５％ 5‰ $5 5€ ￥5 37℃ 37°C", "5 % 5 % 5 % 5 ‰ $ 5 5 € ¥ 5 37 ° c 37 ° c"),
        ("% + $ #", ""),
        ("2024.3.10 9·11 9.11 3．5 3:5", "2024 .3 .10 9 .11 9 .11 3 .5 3 5"),
        ("1,234人 12,34 M50，250", "1234 人 12 34 m 50 ¶ 250"),
        ("甲/乙 甲→乙 甲｜乙 甲～乙 TCP/IP 3～5", "甲 ¶ 乙 甲 ¶ 乙 甲 ¶ 乙 甲 ¶ 乙 tcp ip 3 5"),
        ("他说⋯⋯好", "他 说 ¶ 好"),
        ("二○二四年 ○○大学", "二 零 二 四 年 大 学"),
        ("¶", ""),
        ("。！？", ""),
        ("😀", ""),
    ],
)
def test_text_is_split_as_documented(text, tokens):
    assert tokenize(text) == tokens.split()


@given(texts)
def test_tokens_keep_every_letter_and_digit_in_order(text):
    kept = "".join(token for token in tokenize(text) if token != BOUNDARY)
    assert [c for c in kept if c.isalnum()] == [c for c in fold(text) if c.isalnum()]


@given(texts, st.data())
def test_a_piece_cut_between_tokens_has_no_token_that_its_text_has_not(text, data):
    """So a quotation, analyzed by itself, stands in the text that it was taken from."""
    whole = [token for token in locate_tokens(text) if token.text != BOUNDARY]
    if not whole:
        return
    first = data.draw(st.integers(0, len(whole) - 1))
    last = data.draw(st.integers(first, len(whole) - 1))
    piece = tokenize(text[whole[first].start : whole[last].end])
    assert token_text(piece) in token_text(tokenize(text))


@given(texts)
def test_a_boundary_stands_only_between_tokens(text):
    tokens = tokenize(text)
    assert tokens[:1] != [BOUNDARY]
    assert tokens[-1:] != [BOUNDARY]
    assert all(BOUNDARY not in pair or pair[0] != pair[1] for pair in pairwise(tokens))


@given(texts)
def test_located_tokens_are_the_tokens_and_stand_where_they_say(text):
    without_marks = str.maketrans("", "", " ,.·")
    located = locate_tokens(text)
    assert [token.text for token in located] == tokenize(text)
    for token in located:
        assert 0 <= token.start < token.end <= len(text)
        if token.text not in (BOUNDARY, "零"):  # ○ is a zero by what stands beside it
            assert token.text.lstrip(".") in fold(text[token.start : token.end]).translate(without_marks)


@given(texts, texts)
def test_a_paragraph_end_is_a_boundary(first, second):
    whole = tokenize(first + "\n" + second)
    parts = [tokens for tokens in (tokenize(first), tokenize(second)) if tokens]
    assert whole == [token for i, part in enumerate(parts) for token in ([BOUNDARY] if i else []) + part]


@given(texts)
def test_no_token_is_longer_than_the_limit(text):
    assert all(0 < len(token) <= MAX_TOKEN for token in tokenize(text * 3))


def test_a_long_run_goes_on_as_the_next_token():
    assert tokenize("x" * 100) == ["x" * 64, "x" * 36]


def test_a_megabyte_without_a_boundary():
    assert len(tokenize("天" * 1_000_000)) == 1_000_000
