"""Snippets: the original text, the right characters, cut where a reader would."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from builders import texts
from hypothesis import given
from hypothesis import strategies as st

from index.text.analyzer import Analyzer
from index.text.units import BREAK, locate, split_units
from search.plan import make_plan
from search.query.parser import parse
from search.snippet import Highlighter, Snippet, mark_html

ANALYZER = Analyzer()


def highlighter(query: str) -> Highlighter:
    now = datetime(2024, 1, 1, tzinfo=timezone.utc)
    return Highlighter(make_plan(parse(query), query, analyzer=ANALYZER, tz=timezone.utc, now=now))


def snippets(body: str, query: str) -> tuple[Snippet, ...]:
    return highlighter(query).snippets(body)


def marked(text: str, query: str, field: str = "title") -> str:
    out, at = "", 0
    for start, end in highlighter(query).highlight(text, field=field):
        out += f"{text[at:start]}[{text[start:end]}]"
        at = end
    return out + text[at:]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("國際論壇開幕", "国际论坛", "[國際論壇]開幕"),
        ("新型F-35A战斗机", "f35a", "新型[F-35A]战斗机"),
        ("新型F-35A战斗机", '"Ｆ35Ａ戰鬥機"', "新型[F-35A战斗机]"),
        ("通过了“和平宪法”。", '"和平宪法"', "通过了“[和平宪法]”。"),
        ("研究\u200b生命", '"究生"', "研[究\u200b生]命"),
        ("日本向乌克兰提供武器", "日本向乌克兰提供武器", "[日本向乌克兰提供武器]"),
        ("方向是乌克兰，日本在北", "日本向乌克兰", "方向是[乌克兰]，[日本]在北"),
        ("美国，日本", "美国 日本", "[美国]，[日本]"),
        ("美国日本", "美国 日本", "[美国日本]"),
        ("new sanctions", "sanct*", "new [sanctions]"),
        ("美国 sanctions 生效", '"美国 sanct*"', "[美国 sanctions] 生效"),
        ("第一句。第二句", '"句。第二"', "第一[句。第二]句"),
        ("日本与中国", "日本 -中国", "[日本]与中国"),
        ("灯塔在挪威", '"灯塔" ~3 "挪威"', "[灯塔]在[挪威]"),
        ("车", "车", "[车]"),
    ],
)
def test_the_right_characters_are_highlighted(text, query, expected):
    assert marked(text, query) == expected


def test_a_field_highlights_only_itself():
    assert marked("日本", "body:日本") == "日本"
    assert marked("日本", "body:日本", field="body") == "[日本]"


def test_two_fragments_cut_at_the_ends_of_sentences():
    filler = "天气一直很好，人们都去了海边。" * 20
    body = f"{filler}渡轮今天停航了。{filler}\n{filler}灯塔昨晚亮了灯。{filler}"
    first, second = snippets(body, "渡轮 灯塔")
    assert "渡轮今天停航了。" in first.text
    assert "灯塔昨晚亮了灯。" in second.text
    for snippet in (first, second):
        assert snippet.text.startswith("…天气")
        assert snippet.text.endswith("。…")
        assert len(snippet.text) <= 90


def test_the_densest_place_is_shown_first():
    body = "台风来了。" + "别的事情。" * 60 + "台风登陆，台风路径图显示台风向北。"
    assert "登陆" in snippets(body, "台风 登陆")[0].text


def test_without_a_match_the_beginning_is_shown():
    (snippet,) = snippets("开头的话。" + "后面的话。" * 60, "title:无关")
    assert snippet.text.startswith("开头的话。")
    assert snippet.text.endswith("…")
    assert snippet.highlights == ()
    assert snippets("", "无关") == ()


def test_a_phrase_may_reach_into_the_next_paragraph():
    (snippet,) = snippets("前面的话\n后面的话", '"的话。后面"')
    ((start, end),) = snippet.highlights
    assert snippet.text[start:end] == "的话 后面"


def test_html_is_escaped_around_and_inside_highlights():
    assert mark_html("<b>日本<i>&", ((3, 6),)) == "&lt;b&gt;<mark>日本&lt;</mark>i&gt;&amp;"


def test_of_a_text_full_of_matches_little_is_analysed(monkeypatch):
    analysed = []
    monkeypatch.setattr("search.snippet.locate", lambda text: analysed.append(text) or locate(text))
    body = "\n".join(["日本，" * 20] * 1000)
    assert snippets(body, "日本 本日 中国")[0].highlights
    assert 0 < len(analysed) <= 8
    analysed.clear()
    assert 500 < len(highlighter("日本").highlight(body, field="body")) <= 520
    assert 0 < len(analysed) <= 26


@given(
    body=texts,
    query=st.sampled_from(["中国", '"研究生"', "F35A", '"人民。中国"', "国际论坛 sanct*", "研究 生"]),
)
def test_what_is_highlighted_holds_what_was_looked_for(body, query):
    units = split_units(query.replace("*", "").replace('"', ""))
    for snippet in snippets(body, query):
        last = 0
        for start, end in snippet.highlights:
            assert last <= start < end <= len(snippet.text)
            last = end
            shown = split_units(snippet.text[start:end])
            assert any(a == b or b.startswith(a) for a in units for b in shown if b != BREAK)


@given(body=texts)
def test_snippets_are_pieces_of_the_body(body):
    for snippet in snippets(body, "中国 研究"):
        assert snippet.text.strip("…").replace("\n", " ") in body.replace("\n", " ")
