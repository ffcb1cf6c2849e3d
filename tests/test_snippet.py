"""Snippets: the original text, the right characters, cut where a reader would."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache

import pytest
from builders import article, texts
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.text.analyzer import Analyzer
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, can_be_cut, locate, tokenize
from search.highlighting.snippets import Highlighter, Snippet, mark_html
from search.highlighting.substance import CREDIT, substance
from search.query.conditions import All, Condition, TokenPhrase, beside, near
from search.query.parser import parse
from search.query.plan import Clause, Plan, make_plan
from search.query.ranking import FUNCTION_WORDS

ANALYZER = Analyzer()


@cache
def plan_of(query: str) -> Plan:
    now = datetime(2024, 1, 1, tzinfo=timezone.utc)
    return make_plan(parse(query), query, analyzer=ANALYZER, tz=timezone.utc, now=now)


def highlighter(query: str) -> Highlighter:
    return Highlighter(plan_of(query))


def snippets(body: str, query: str) -> tuple[Snippet, ...]:
    return highlighter(query).snippets(body, TokenText.of(body))


def marked(text: str, query: str, field: str = "title") -> str:
    out, at = "", 0
    for start, end in highlighter(query).highlight(TokenText.of(text), field=field):
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
        ("东京㍿です", "株 会", "东京[㍿]です"),
        ("他said，AI来了", "AI", "他said，[AI]来了"),
        ("newyork与New York", "new york", "newyork与[New York]"),
        ("35与3.5与2 3.5 1", '"3.5"', "35与[3.5]与2 [3.5] 1"),
        ("2024年24岁", "24", "2024年[24]岁"),
        ("家里有猫，是白的", "猫的家", "[家]里有[猫]，是白的"),
        ("我是谁，猫的家在这里有猫", "猫的家", "我是谁，[猫的家]在这里有猫"),
        ("我看见了你，他是对的", "谁是我", "[我]看见了你，他是对的"),
        ("向北，这是说的", "日本向乌克兰", "向北，这是说的"),
        ("灯塔在挪威，离灯塔很远很远的挪威", '"灯塔" ~3 "挪威"', "[灯塔]在[挪威]，离[灯塔]很远很远的挪威"),
        ("灯塔在很远很远的挪威", '"灯塔" ~3 "挪威"', "灯塔在很远很远的挪威"),
        ("灯塔在很远很远的挪威", '挪威 OR "灯塔" ~3 "挪威"', "灯塔在很远很远的[挪威]"),
        ("灯塔在很远\n灯塔\n挪威", '"灯塔" ~3 "挪威"', "灯塔在很远\n[灯塔]\n[挪威]"),
        ("AI到了日本\n日本的AI", "日本 AI", "[AI]到了[日本]\n[日本]的[AI]"),
        ("灯塔灯塔", '"灯塔" ~3 "灯塔"', "[灯塔灯塔]"),
        ("他走了\n风很大。\n另外乌克兰。", '乌克兰 "走了。风很"', "他[走了\n风很]大。\n另外[乌克兰]。"),
        ("\n".join(["北京"] * 700) + "\n上海", "北京 上海", "\n".join(["[北京]"] * 700) + "\n[上海]"),
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


@pytest.mark.parametrize(
    ("body", "query", "expected"),
    [
        ("开头。\n他said很多。\nAI来了。", "AI", ["AI"]),
        ("35岁的人。\n" + "无关。\n" * 5 + "版本是3.5，很好。", '"3.5"', ["3.5"]),
        ("开头。\nnewyork.com 是网站。\n我去New York。", "new york", ["New York"]),
        (
            "开头没有。\n" + "\n".join(f"2024年第{n}段，2024。" for n in range(100, 120)) + "\n今年24岁。",
            "24",
            ["24"],
        ),
        ("开头这里。\n家里有猫，是白的。", "猫的家", ["家", "猫"]),
        ("开头。\n他走了\n风很大。\n另外乌克兰。", '乌克兰 "走了。风很"', ["走了 风很", "乌克兰"]),
        ("一开头。\n" * 9 + "制裁sanc\u00adtions。", "sanct*", ["sanc\u00adtions"]),
    ],
)
def test_what_the_body_holds_is_shown_wherever_it_is(body, query, expected):
    shown = [s.text[start:end] for s in snippets(body, query) for start, end in s.highlights]
    assert shown == expected


def test_the_place_where_a_distance_holds_is_shown():
    body = "开头。日本甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉乌克兰。\n%s\n日本和乌克兰会谈。"
    assert snippets(body % "中间这一段。", '"日本" ~3 "乌克兰"') == (
        Snippet("日本和乌克兰会谈。", ((0, 2), (3, 6)), place=37),
    )
    # Here 乌克兰 of the first paragraph is near too.
    (snippet,) = snippets(body % "中间。", '"日本" ~3 "乌克兰"')
    assert snippet.html().endswith("<mark>日本</mark>和<mark>乌克兰</mark>会谈。")


def test_one_paragraph_gives_two_fragments_where_one_does_not_show_all():
    body = "开头。" + "无关的话。" * 40 + "北京很大。" + "无关的话。" * 60 + "上海也大。"
    first, second = snippets(body, "北京 上海")
    assert first.html().count("<mark>北京</mark>") == 1
    assert second.html().endswith("<mark>上海</mark>也大。")
    close = "北京很大。" + "无关的话" * 15 + "上海也大。"
    assert "".join(piece.text.replace("…", "") for piece in snippets(close, "北京 上海")) in close


def test_a_fragment_ends_where_a_match_does():
    for before in range(30, 50):
        body = "人" * before + "sanctions" + "人" * 29 + "乌克兰" + "人" * 29 + "sanctions" + "人" * before
        for snippet in snippets(body, "乌克兰 sanctions"):
            assert all(snippet.text[a:b] in ("sanctions", "乌克兰") for a, b in snippet.highlights)
            assert not snippet.text.strip("…").startswith("anctions")


def test_a_text_of_nothing_but_matches_is_not_shown_whole():
    (snippet,) = snippets("日本" * 500, "日本")
    assert len(snippet.text) <= 90
    assert marked("日本" * 500, "日本") == f"[{'日本' * 500}]"


# The laws, on texts in which nearly everything nearly matches.

KINDS = (
    "AI ai Ａｉ aid said newyork New york York-new new_york sanctions Ｓanct sanc\u00adtion fi",
    "24 ２４ 2024 5G 3.5 ３．５ 3,5 35 3 5",
    "日本 日 本 “日” 日本”人 烏克蘭 乌克兰 向 猫 的 家 貓 我 谁 是 株 式 会 株式会社",
    "走了 风很 走了。风很 か が 한 𠮷",
    "。 ， . , ! — … - “ ”",
    "ﬁ ㍿ ™ ① ﷺ café cafe\u0301 \u0301 \u3099 \u200b \u3164 😀",
)
PIECES = [piece for kind in KINDS for piece in kind.split(" ")]
dense = st.lists(st.sampled_from([*PIECES, " ", "\n", "\n", "a" * 70, "人" * 50]), max_size=25).map("".join)
ASKED = (
    'AI|24|"3.5"|35|new york|"new york"|york*|5G|日本|猫的家|谁是我|向猫 日本|日本向乌克兰',
    "株 会|株式会社|sanct*|fi|tm 1|a*|一 日本 -AI|title:日本 AI|日本 OR (AI -24)|café|𠮷 日|かが",
    '"日本" ~3 "乌克兰"|"日本" ~1 "日本"|日本 "日本" ~2 "AI"|"猫*" ~4 "s*"',
    '乌克兰 "走了。风很"|"本。日"|"日 a*"',
    "a" * 70,
)
QUERIES = [query for line in ASKED for query in line.split("|")]


def whole(tokens: list[str], phrase: TokenPhrase) -> list[tuple[int, int]]:
    """Where a phrase stands: the definition, unit by unit."""
    size = len(phrase.tokens)
    runs = [(at, tokens[at : at + size]) for at in range(len(tokens) - size + 1)]
    return [
        (at, at + size)
        for at, run in runs
        if (*run[:-1],) == phrase.tokens[:-1]
        and (run[-1] == phrase.tokens[-1] or (phrase.prefix and run[-1].startswith(phrase.tokens[-1])))
    ]


def looked_for(clause: Clause) -> tuple[list[TokenPhrase], list[TokenPhrase]]:
    """The phrases of a clause in all its readings, and the words shown only where none of these is."""
    strong: list[TokenPhrase] = []
    weak: list[TokenPhrase] = []
    for reading in clause.readings():
        words = reading.phrases
        single = [len(words) > 1 and len(word.tokens) == 1 and can_be_cut(word.tokens[0]) for word in words]
        strong += [word for word, alone in zip(words, single, strict=True) if not alone]
        for at in range(len(words) - 1):
            if single[at] or single[at + 1]:
                after = words[at + 1]
                prefix = after.prefix and not single[at + 1]
                strong.append(replace(after, tokens=words[at].tokens + after.tokens, prefix=prefix))
        weak += [word for word, alone in zip(words, single, strict=True) if alone]
        weak += [word for word in words_of(reading.loose) if word not in words]

    def tells(word: TokenPhrase) -> bool:
        return "".join(word.tokens) not in FUNCTION_WORDS

    telling = [word for word in weak if tells(word)]
    return strong, telling if telling or any(map(tells, clause.phrases)) else weak


def words_of(conditions: Iterable[Condition]) -> Iterator[TokenPhrase]:
    """The words in the conditions of a group."""
    for condition in conditions:
        if isinstance(condition, TokenPhrase):
            yield condition
        elif isinstance(condition, All):
            yield from words_of(condition.parts)


def are_near(tokens: list[str], one: tuple[int, int], other: tuple[int, int], distance: int) -> bool:
    (_, end), (start, _) = sorted([one, other])
    return end <= start and sum(token != BOUNDARY for token in tokens[end:start]) <= distance


def expected_spans(text: str, query: str, field: str) -> tuple[tuple[int, int], ...]:
    """What is to be highlighted, character by character."""
    located = locate(text)
    places: set[tuple[int, int]] = set()
    for clause in plan_of(query).clauses:
        if clause.negated or field not in clause.phrases[0].fields:
            continue
        strong, weak = looked_for(clause)
        found = {place for phrase in strong for place in whole(located.texts, phrase)}
        if clause.near:
            others = [clause.near.left, clause.near.right]
            others.remove(clause.phrases[0])
            near = whole(located.texts, others[0])
            found = {
                a for a in found if any(are_near(located.texts, a, b, clause.near.distance) for b in near)
            }
        places |= found or {place for phrase in weak for place in whole(located.texts, phrase)}
    is_marked = bytearray(len(text) + 2)
    for first, last in places:
        # Where another place begins at once, what stands between them is marked too.
        joins = any(start == last for start, _ in places)
        end = located.starts[last] if joins else located.ends[last - 1]
        is_marked[located.starts[first] + 1 : end + 1] = b"\1" * (end - located.starts[first])
    return tuple(found.span() for found in re.finditer(b"\1+", bytes(is_marked[1:])))


def holds_a_phrase(shown: str, query: str) -> bool:
    """Whether the units of a highlighted text hold a phrase; a break may have become a space."""
    tokens = [token for token in tokenize(shown) if token != BOUNDARY]
    phrases = [
        replace(phrase, tokens=tuple(token for token in phrase.tokens if token != BOUNDARY))
        for clause in plan_of(query).clauses
        for phrase in itertools.chain(*looked_for(clause))
    ]
    return any(whole(tokens, phrase) for phrase in phrases)


@given(text=dense, query=st.sampled_from(QUERIES), field=st.sampled_from(["title", "body"]))
def test_exactly_what_was_looked_for_is_highlighted(text, query, field):
    spans = highlighter(query).highlight(TokenText.of(text), field=field)
    assert spans == expected_spans(text, query, field)
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(spans))
    assert all(start < end and holds_a_phrase(text[start:end], query) for start, end in spans)


@given(body=dense, query=st.sampled_from(QUERIES))
def test_snippets_show_whole_matches_and_at_least_one_if_there_are_any(body, query):
    shown = snippets(body, query)
    highlights = highlighter(query).highlight(TokenText.of(body), field="body")
    assert bool(highlights) == any(piece.highlights for piece in shown)
    for piece in shown:
        last = 0
        for start, end in piece.highlights:
            assert last <= start < end <= len(piece.text)
            assert holds_a_phrase(piece.text[start:end], query)
            last = end


@given(body=dense, query=st.sampled_from(QUERIES))
def test_no_fragment_repeats_another(body, query):
    assert sum(len(piece.text.strip("…")) for piece in snippets(body, query)) <= len(body)


@given(text=dense, query=st.sampled_from([query for query in QUERIES if "~" in query]))
def test_what_is_beside_its_partner_is_what_makes_a_distance_hold(text, query):
    for clause in plan_of(query).clauses:
        if match := clause.near:
            sides = [(match.left, match.right), (match.right, match.left)]
            found = [any(beside(TokenText.of(text), one, other, match.distance)) for one, other in sides]
            assert found == [near(tokenize(text), match)] * 2


@given(body=texts)
def test_snippets_are_pieces_of_the_body(body):
    for snippet in snippets(body, "中国 研究"):
        assert snippet.text.strip("…").replace("\n", " ") in body.replace("\n", " ")


# What a snippet says

PROSE = "渡轮在江心停了两个钟头，船上的人并不着急。"


@pytest.mark.parametrize(
    "credit",
    [
        "文/渡轮",
        "文／渡轮客",
        "图片来源：渡轮公司",
        "圖片來源: 渡輪公司",
        "网络图片",
        "（资料图片）",
        "撰稿丨渡轮客；翻译丨江边人",
        "采写︱渡轮",
        "渡轮靠岸 图/江边社",
        "渡轮靠岸（图源：江边社）",
        "Photo by 渡轮",
        "[give_ferry]",
    ],
)
def test_a_credit_or_caption_is_no_snippet_where_the_text_says_more(credit):
    body = f"{credit}\n{PROSE}\n第二天一早又开了。"
    for query in ("渡轮", "title:无关"):
        assert snippets(body, query)[0].text.startswith("渡轮在江心停了")
    (only,) = snippets(credit, "渡轮" if "渡" in credit else "title:无关")
    assert only.text == credit


@pytest.mark.parametrize(
    "line",
    [
        "文章写得很好，大家都读过。",
        "图书馆今天重新开门了。",
        "来源不明的消息不能信。",
        "译文：见下",
        "编辑部的旧楼",
    ],
)
def test_a_line_that_only_begins_like_a_credit_is_none(line):
    assert substance(line) > CREDIT


def test_the_kind_of_a_paragraph_says_what_a_caption_is():
    body = f"渡轮离开码头的样子，摄于上个月底。\n{PROSE}"
    shown = Article("a", "", body, kinds="ct")
    texts = (TokenText.of(""), TokenText.of(body))
    for query in ("渡轮", "title:无关"):
        assert highlighter(query).shown(shown, texts).snippets[0].text.startswith("渡轮在江心停了")


def test_a_heading_is_passed_over_for_the_text_below_it():
    assert snippets(f"渡轮\n{PROSE}", "渡轮")[0].text.startswith("渡轮在江心")
    assert snippets(f"渡轮\n{PROSE}", "title:无关")[0].text.startswith("渡轮在江心")


# All snippets


@given(body=dense, query=st.sampled_from(QUERIES))
def test_all_snippets_together_show_every_occurrence_once(body, query):
    text = TokenText.of(body)
    shown = highlighter(query)
    pieces = shown.snippets(body, text, which="all")
    marks = sum(end - start for piece in pieces for start, end in piece.highlights)
    assert marks == sum(end - start for start, end in shown.highlight(text, field="body"))
    cores = [piece.text.removeprefix("…").removesuffix("…") for piece in pieces]
    flat = body.replace("\n", " ")
    at = 0
    for core in cores:
        at = flat.index(core, at) + len(core)


def test_all_snippets_of_many_occurrences_take_linear_time():
    body = "渡轮停航。风很大，今天没有别的船。" * 20_000
    text = TokenText.of(body)
    pieces = highlighter("渡轮").snippets(body, text, which="all")
    assert sum(len(piece.highlights) for piece in pieces) == 20_000
    shown = highlighter("渡轮").shown(article(body), (TokenText.of(""), text))
    assert shown.occurrences == 20_000


def test_matches_side_by_side_but_far_apart_are_not_one_fragment():
    """Marks are no tokens, so a window that fits in tokens may be too long in characters."""
    body = "渡轮" + "—" * 300 + "渡轮，然后停航。"
    for snippet in snippets(body, "渡轮"):
        assert len(snippet.text) <= 90
        assert [snippet.text[start:end] for start, end in snippet.highlights] == ["渡轮"]


def test_each_snippet_says_where_in_the_body_it_is():
    body = "开头。\n" * 30 + "很长的一句话里有渡轮，" * 12 + "\n风很大。\n渡轮停航。"
    shown = snippets(body, "渡轮 停航")
    assert shown
    for one in shown:
        start, end = one.highlights[0]
        assert body[one.place : one.place + end - start] == one.text[start:end]
    assert snippets(body, "飞机")[0].place == 0
