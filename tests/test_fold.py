"""Folding: one spelling for one thing, and the way back."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import fold as module
from index.text.fold import fold, fold_with_origin

# Texts of the kinds that break naive folding: marks that melt into the letter
# before, jamo, half-width voicing marks, signs, invisible characters.
ODD = (
    "éÉe\u0301\u0300\u200d\u200b\ufe0f\u1112\u1161\u11ab"
    "ㅎㅏﾊﾞ゙がｶﾞ™①²½㎏㊗ſßİıΣςΐǅ乾著瞭臺㑳𠁞㐀葛\U000e0100’´¨क़षि ͅ\ud800"
)
texts = st.text() | st.text(alphabet=ODD, max_size=12)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("國際論壇", "国际论坛"),
        ("Ｆ－３５Ａ", "f-35a"),
        ("隨著", "随着"),
        ("妳和姪子", "你和侄子"),
        ("Cafe\u0301", "cafe"),
        ("ｶﾞ", "ガ"),
        ("한", "한"),
        ("Straße", "strasse"),
        ("和\u200b平\ufeff宪\u00ad法", "和平宪法"),
        ("葛\U000e0100", "葛"),
        ("iPhone™", "iphone tm "),
        ("①②", " 1  2 "),
        ("B₁₂", "b12"),
        ("髙値靑吿戸擡砲衞舖倣鎔牠邨", "高值青告户抬炮卫铺仿熔它村"),
        ("⻓城⻘山", "长城青山"),
        ("亏 稣 毓 芸 沈", "亏 稣 毓 芸 沈"),
        ("二○二四年，○○大学", "二零二四年、○○大学"),
        ("Charité i̇ 国\u0332家", "charite i 国家"),
        ("馬克．吐溫・‧∙⋅﹒", "马克·吐温·····"),
        ("⼀⾔", "一言"),
        ("\ud800", "\ufffd"),
        ("\ud800\u0345", "\ufffdι"),
    ],
)
def test_spellings_of_one_thing_become_one(written, folded):
    assert fold(written) == folded


@given(texts)
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(texts)
def test_both_ways_of_folding_agree(text):
    assert fold_with_origin(text).text == fold(text)


@given(texts, texts)
def test_every_folded_character_points_at_what_it_came_from(before, text):
    folded = fold_with_origin(before + text)
    for i, char in enumerate(folded.text):
        start, end = folded.starts[i], folded.ends[i]
        assert 0 <= start < end <= len(before + text)
        assert char in fold((before + text)[start:end])
    assert list(folded.starts) == sorted(folded.starts)


def test_every_character_of_unicode_settles():
    unstable = [hex(code) for code in range(sys.maxunicode + 1) if fold(fold(chr(code))) != fold(chr(code))]
    assert unstable == []


def test_a_highlight_takes_invisible_characters_along():
    folded = fold_with_origin("究\u200b生")
    assert (folded.starts[0], folded.ends[0]) == (0, 2)


def test_ideographs_need_nothing_but_the_table():
    """They are folded without the steps that every other character goes through."""
    assert [char for char in map(chr, module._IDEOGRAPHS) if module._settle(char) != fold(char)] == []
    assert not any(unicodedata.combining(char) for char in map(chr, module._IDEOGRAPHS))


@given(st.text(alphabet=ODD + "中文國。，ab…—" * 3, max_size=30))
def test_only_what_is_around_marks_is_looked_at_one_by_one(text):
    """The fast way over plain stretches gives what looking at each character gives."""
    located = fold_with_origin(text)
    pieces = list(module._clusters(text))
    assert fold(text) == located.text == "".join(piece for piece, _, _ in pieces)
    assert [*located.starts] == [start for piece, start, _ in pieces for _ in piece]
    assert [*located.ends] == [end for piece, _, end in pieces for _ in piece]
