"""What a user may write, what it means, and what is refused, with its place."""

from __future__ import annotations

import pickle
import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QueryError
from search.query.dates import Interval, interval
from search.query.parser import parse
from search.query.tree import And, Dates, Near, Node, Not, Or, Phrase, Sentence, Source, Text

A, B, C = Text("A"), Text("B"), Text("C")


def refusal(query: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(query)
    return caught.value


def parsed(query: str) -> Node | QueryError:
    try:
        return parse(query)
    except QueryError as error:
        return error


def leaves(node: Node) -> Iterator[Text | Phrase | Source | Dates]:
    if isinstance(node, And | Or):
        for child in node.children:
            yield from leaves(child)
    elif isinstance(node, Not):
        yield from leaves(node.child)
    elif isinstance(node, Near):
        yield node.left
        yield node.right
    else:
        yield node


# Each row of the query table, half-width and full-width.


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("乌克兰 弹药", And((Text("乌克兰"), Text("弹药")))),
        ("乌克兰\u3000弹药", And((Text("乌克兰"), Text("弹药")))),
        ("乌克兰 AND 弹药", And((Text("乌克兰"), Text("弹药")))),
        ("日本向乌克兰提供武器", Text("日本向乌克兰提供武器")),
        ('"和平宪法"', Phrase("和平宪法")),
        ("＂和平宪法＂", Phrase("和平宪法")),
        ("“和平宪法”", Phrase("和平宪法")),
        ("「和平宪法」", Phrase("和平宪法")),
        ("『和平宪法』", Phrase("和平宪法")),
        ("«和平宪法»", Phrase("和平宪法")),
        ("“F-35A 战斗机”", Phrase("F-35A 战斗机")),
    ],
)
def test_words_and_phrases(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("A OR B", Or((A, B))),
        ("Ａ ＯＲ Ｂ", Or((Text("Ａ"), Text("Ｂ")))),
        ("A | B", Or((A, B))),
        ("A ｜ B", Or((A, B))),
        ("A || B", Or((A, B))),
        ("A |B", Or((A, B))),
        ("-A", Not(A)),
        ("－A", Not(A)),
        ("NOT A", Not(A)),
        ("ＮＯＴ A", Not(A)),
        ("NOT(A OR B)", Not(Or((A, B)))),
        ("A -B", And((A, Not(B)))),
        ("A B OR C", Or((And((A, B)), C))),
        ("A (B OR C)", And((A, Or((B, C))))),
        ("A（B OR C）", Or((Text("A（B"), Text("C）")))),
        ("（A OR B） C", And((Or((A, B)), C))),
        ("(A OR B）C", And((Or((A, B)), C))),
        ("-A OR B", Or((Not(A), B))),
        ("-(A B)", Not(And((A, B)))),
        ("NOT NOT A", Not(Not(A))),
        ("- A", And((Text("-"), A))),
        ('"A"|"B"', Or((Phrase("A"), Phrase("B")))),
        ('"A"OR"B"', Or((Phrase("A"), Phrase("B")))),
        ("((A))", A),
        ("(A OR B)(C)", And((Or((A, B)), C))),
        ("a or b", And((Text("a"), Text("or"), Text("b")))),
    ],
)
def test_boolean_operators(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("title:岸田", Text("岸田", "title")),
        ("Title：岸田", Text("岸田", "title")),
        ("ｔｉｔｌｅ：岸田", Text("岸田", "title")),
        ("title: 岸田", Text("岸田", "title")),
        ("body:“和平宪法”", Phrase("和平宪法", "body")),
        ("url:https://rfi.fr/cn/a_(b)", Text("https://rfi.fr/cn/a_(b)", "url")),
        ("author:林小舟", Text("林小舟", "author")),
        ('tag:"天气 预报"', Phrase("天气 预报", "tag")),
        ("ＴＡＧ：（天气 OR 交通）", Or((Text("天气", "tag"), Text("交通", "tag")))),
        ("title:日本“和平宪法”", And((Text("日本", "title"), Phrase("和平宪法", "title")))),
        ('title:(A OR "B")', Or((Text("A", "title"), Phrase("B", "title")))),
        ("title：（A -B）", And((Text("A", "title"), Not(Text("B", "title"))))),
        ("title:(A body:B source:法广)", And((Text("A", "title"), Text("B", "body"), Source("法广")))),
        ("-title:A", Not(Text("A", "title"))),
        ("title:OR", Text("OR", "title")),
        ("source:rfi.fr", Source("rfi.fr")),
        ("SOURCE：rfi.fr", Source("rfi.fr")),
        ('source:"法广 中文"', Source("法广 中文")),
        ("source:(法广 OR rfi.fr)", Or((Source("法广"), Source("rfi.fr")))),
        ("-source:rfi.fr", Not(Source("rfi.fr"))),
        ("date:2024-03-10", Dates("date", "2024-03-10")),
        ("date：２０２４－０３", Dates("date", "２０２４－０３")),
        ("date:2024", Dates("date", "2024")),
        ("date:2024-03-01..2024-03-31", Dates("date", "2024-03-01..2024-03-31")),
        ("after:2024-03-01 before:2024-04", And((Dates("after", "2024-03-01"), Dates("before", "2024-04")))),
        ("date:7d", Dates("date", "7d")),
        ('date:"2024-03-10 19:45"', Dates("date", "2024-03-10 19:45")),
        ("(date:2024 OR 岸田)", Or((Dates("date", "2024"), Text("岸田")))),
    ],
)
def test_fields(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("岸田*", Text("岸田", prefix=True)),
        ("岸田＊", Text("岸田", prefix=True)),
        ('"美国 sanct*"', Phrase("美国 sanct", prefix=True)),
        ('"美国 sanct"*', Phrase("美国 sanct", prefix=True)),
        ("title:岸田*", Text("岸田", "title", prefix=True)),
        ("2*3", Text("2*3")),
        ("*", Text("*")),
        ('"日本" ~10 "乌克兰"', Near(Phrase("日本"), Phrase("乌克兰"), 10)),
        ("“日本” ～１０ “乌克兰”", Near(Phrase("日本"), Phrase("乌克兰"), 10)),
        ('"日本"~10"乌克兰"', Near(Phrase("日本"), Phrase("乌克兰"), 10)),
        ("日本 ~10 乌克*", Near(Text("日本"), Text("乌克", prefix=True), 10)),
        ("A 日本 ~0 乌克兰 B", And((A, Near(Text("日本"), Text("乌克兰"), 0), B))),
        ("title:(日本 ~3 乌克兰)", Near(Text("日本"), Text("乌克兰"), 3, "title")),
        ("title:日本 ~3 乌克兰", Near(Text("日本"), Text("乌克兰"), 3, "title")),
        ("-日本 ~3 乌克兰", Not(Near(Text("日本"), Text("乌克兰"), 3))),
        ("日本 ~3 (美国)", Near(Text("日本"), Text("美国"), 3)),
    ],
)
def test_prefixes_and_distances(query: str, tree: Node) -> None:
    assert parse(query) == tree


# Operators count only where a clause can begin.


@pytest.mark.parametrize(
    "text",
    [
        *(
            "F-35A",
            "Ｆ－３５Ａ",
            "A股-B股",
            "R&D",
            "日本~韩国",
            "a|b",
            "C:",
            "10:30",
            "3.5%",
            "C++",
            "#1",
            "@x",
        ),
        *(
            "岸田：谈话",
            "https://www.rfi.fr/cn/?a=b&c=d",
            "共同社(东京)",
            "第一章（上",
            "下）",
            "--help",
            "rock'n'roll",
        ),
        *(
            "《和平宪法》",
            "【快讯】",
            "‘你好’",
            "他说，你好！",
            "a”b",
            "他说“你好",
            "他说“”吗",
            '5"屏幕',
            "”你好",
            "a“b",
        ),
        *("ORDER", "NOTE", "ANDROID", "OR", "NOT", "AND", "~10", "~", "标题:", "subtitle:A", "！？"),
    ],
)
def test_what_is_no_operator_is_text(text: str) -> None:
    assert parse(text) == Text(text)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("他说“你好”吗", Sentence((Text("他说"), Phrase("你好"), Text("吗")))),
        ("乌克兰“和平宪法”", Sentence((Text("乌克兰"), Phrase("和平宪法")))),
        ('乌克兰"和平宪法"', Sentence((Text("乌克兰"), Phrase("和平宪法")))),
        ("“一带一路”、“和平”。", And((Phrase("一带一路"), Phrase("和平")))),
        ("“一带一路”（倡议）", Sentence((Phrase("一带一路"), Text("倡议）")))),
        ("“一带一路”（倡议", Sentence((Phrase("一带一路"), Text("倡议")))),
        ("“一带一路”（）？", Phrase("一带一路")),
        ("“吹哨人”-指南", Sentence((Phrase("吹哨人"), Text("指南")))),
        ("“吹哨人“已废", Sentence((Phrase("吹哨人"), Text("已废")))),
        ('5"屏幕 和 6"屏幕', And((Text('5"屏幕'), Text("和"), Text('6"屏幕')))),
        ("他说“你好 世界”吗", And((Text("他说“你好"), Text("世界”吗")))),
        ("“他说「你好」”", Phrase("他说「你好」")),
        ("TO BE OR NOT TO BE", Or((And((Text("TO"), Text("BE"))), And((Not(Text("TO")), Text("BE")))))),
        ("OR A", And((Text("OR"), A))),
        ("A OR", And((A, Text("OR")))),
        ("A AND OR B", Or((And((A, Text("AND"))), B))),
        ("A ( B NOT )", And((A, And((B, Text("NOT")))))),
        ("气温 ~10", And((Text("气温"), Text("~10")))),
        ("2023 ~2024 年", And((Text("2023"), Text("~2024"), Text("年")))),
        ("标题 |", Text("标题")),
        ("|标题", Text("标题")),
        ("OR(A)", And((Text("OR"), Text("A)")))),
        ("标题 - 报纸", And((Text("标题"), Text("-"), Text("报纸")))),
        ("日本)", Text("日本)")),
        ("\ufeff“你好 世界”", Phrase("你好 世界")),
    ],
)
def test_a_pasted_sentence_is_a_query(query: str, tree: Node) -> None:
    assert parse(query) == tree


HAN_AND_MARKS = "日本乌克兰和平宪法，。、；：？！“”‘’「」『』（）《》【】—…·～－"


@given(st.text(HAN_AND_MARKS, max_size=30))
def test_han_with_any_punctuation_inside_is_a_query(inside: str) -> None:
    parse("报" + inside + "道")


# Errors have a place and a way out.


@pytest.mark.parametrize(
    ("query", "position", "problem", "hint"),
    [
        ("", 1, "empty", "write"),
        (" \u3000\n", 1, "empty", "write"),
        ("日本 “和平宪", 4, "unclosed quotation mark", "close it with ”"),
        ("日本 「和平宪", 4, "unclosed quotation mark", "close it with 」"),
        ('title:"和平', 7, "unclosed quotation mark", "leave it out"),
        ('-"和平', 2, "unclosed quotation mark", "leave it out"),
        ("日本 (美国 OR", 4, "unclosed bracket", "close it"),
        ("日本 ()", 4, "nothing stands in the brackets", "leave them out"),
        ("日本 （　）", 4, "nothing stands in the brackets", "leave them out"),
        ('日本 ""', 4, "nothing stands in the quotation marks", "leave them out"),
        ('日本 "*"', 4, "nothing stands in the quotation marks", "leave them out"),
        ("日本 title:", 4, "nothing stands after title:", "title:岸田"),
        ("source: date:2024", 1, "nothing stands after source:", "source:rfi.fr"),
        ("(title:)", 2, "nothing stands after title:", "title:岸田"),
        ("date:", 1, "nothing stands after date:", "date:2024-03"),
        ('source:""', 8, "nothing stands in the quotation marks", "fill them"),
        ("source:rfi*", 11, "a source with *", "whole name"),
        ("日本 date:yesterday", 9, "no date", "2024-03-10"),
        ("date:2024-02-30", 6, "no such date as 2024-02-30", "2024-03-10"),
        ('date:" 2024-13"', 8, "no such date as 2024-13", "2024-03-10"),
        ("date:2024..2024-13", 12, "no such date as 2024-13", "2024-03-10"),
        ("date:2024..2023", 6, "ends before it begins", "earlier date first"),
        ("date:..", 6, "without an end", "2024.."),
        ("日本 after:2024..2025", 14, "a range of dates", "after:2024-03-10"),
        ('"日本 乌克兰"~10', 9, "a distance with nothing after it", '"日本" ~10 "乌克兰"'),
        ('"日本" ~1000 "乌克兰"', 6, "a distance above 999", '"日本" ~10 "乌克兰"'),
        ("日本 ~10 (美国 OR 乌克兰)", 4, "no word or phrase", "~10"),
        ("日本 ~10 -美国", 4, "no word or phrase", "~10"),
        ("source:rfi.fr ~10 美国", 15, "no word or phrase", "~10"),
        ("日本 ~5 美国 ~5 韩国", 10, "no word or phrase", "two such pairs"),
        ("日本 ~5 title:美国", 4, "a distance between two fields", "title:(日本 ~10 乌克兰)"),
    ],
)
def test_refusals(query: str, position: int, problem: str, hint: str) -> None:
    error = refusal(query)
    assert error.position == position
    assert problem in error.problem
    assert hint in error.hint
    assert error.query == query


def test_limits() -> None:
    assert len(parse("a " * 1000).children) == 1000  # type: ignore[union-attr]
    assert refusal("a " * 1001).position == 2001
    parse("(" * 50 + "a" + ")" * 50)
    assert refusal("(" * 51 + "a" + ")" * 51).position == 51
    assert "deeper" in refusal("NOT " * 51 + "a").problem
    assert "more than 20 distances" in refusal("a ~1 b " * 21).problem
    assert "deeper" in refusal("-(" * 30 + "a" + ")" * 30).problem
    parse("字" * 10_000)
    assert refusal("字" * 10_001).position == 10_001


REPEATED = [
    *("(", ")", "a(", "“", "a“", '"', 'a"', "“”", "a“*”", "“a”(", "“a“", "“a”~", "(a)", '""', "a~1“b”"),
    *("-", "－(", "|", "*", ":", "title:", "a\u200b", "\u3000", "NOT ", "OR ", "~9 ", "a ~"),
]


@pytest.mark.parametrize("pattern", REPEATED)
def test_parsing_takes_linear_time(pattern: str) -> None:
    begin = time.perf_counter()
    parsed(("a" + pattern * 10_000)[:10_000])
    assert time.perf_counter() - begin < 2  # takes 0.05 s


# The page that users read.

DOCUMENTATION = Path(__file__).parent.parent / "docs" / "query-language.md"


def documented(section: str) -> list[str]:
    """The queries in the first column of a section's tables."""
    rows = [
        line.replace("\\|", "\0").split("|")[1] for line in section.splitlines() if line.startswith("| `")
    ]
    return [query.replace("\0", "|") for row in rows for query in re.findall("`([^`]+)`", row)]


def test_every_documented_query_is_understood_and_every_refused_one_refused() -> None:
    understood, _, refused = DOCUMENTATION.read_text("utf-8").partition("## What is refused")
    assert len(documented(understood)) > 50
    assert len(documented(refused)) > 10
    for query in documented(understood):
        parse(query)
    for query in documented(refused):
        refusal(query)


# Laws over anything that can be typed.

TYPED = (
    *"日本岸田aB3 \u3000\n()（）“”「」『』«»＂\"'-－|｜~～*＊:：,。\ufeff™é",
    *(
        " OR ",
        " AND ",
        "NOT ",
        "ＯＲ",
        "title:",
        "source:",
        "date:2024",
        "before:7d ",
        " ~10 ",
        "～３ ",
        "\ud800",
        "OR(",
    ),
)
queries = st.lists(st.sampled_from(TYPED), max_size=24).map("".join) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("-日本)乌克兰", And((Not(Text("日本")), Text(")乌克兰")))),
        ("-“甲”乙)", And((Not(Sentence((Phrase("甲"), Text("乙")))), Text(")")))),
        ("NOT NOT 日本）", And((Not(Not(Text("日本"))), Text("）")))),
        ("-共同社(东京)", Not(Text("共同社(东京)"))),
        ("-)日本", Text("-)日本")),
        ("NOT )日本", And((Text("NOT"), Text(")日本")))),
        ("(-日本)乌克兰", And((Not(Text("日本")), Text("乌克兰")))),
    ],
)
def test_a_closing_bracket_ends_a_negation(query: str, tree: Node) -> None:
    """As text of the negation it would close the brackets that the tree is printed with."""
    assert parse(query) == tree
    assert parse(str(tree)) == tree


@given(queries)
def test_anything_gives_a_tree_or_an_error_with_a_place(query: str) -> None:
    result = parsed(query)
    if isinstance(result, QueryError):
        assert 1 <= result.position <= len(query) + 1
        assert result.hint
    else:
        assert parse(str(result)) == result


@given(queries)
def test_spans_are_in_order_and_hold_the_clause(query: str) -> None:
    result = parsed(query)
    if isinstance(result, QueryError):
        return
    end = 0
    for leaf in leaves(result):
        assert end <= leaf.span.start < leaf.span.end
        end = leaf.span.end
        written = query[leaf.span.start : end]
        content = (
            leaf.name if isinstance(leaf, Source) else leaf.value if isinstance(leaf, Dates) else leaf.text
        )
        assert content in written
        assert not written[0].isspace()
        assert not written[-1].isspace()
    assert end <= len(query)


@given(st.text("日本岸田ab3，。・！", min_size=1, max_size=12))
def test_whatever_is_quoted_is_that_phrase(text: str) -> None:
    for opening, closing in ['""', "＂＂", "“”", "「」", "『』", "«»"]:
        assert parse(f"{opening}{text}{closing}") == Phrase(text)


def test_spans_of_every_kind() -> None:
    query = "日本 title:“和平”* OR -(source:法广 甲 ~3 乙)"
    tree = parse(query)
    assert isinstance(tree, Or)
    assert query[slice(*tree.span)] == query
    first, second = tree.children
    assert query[slice(*first.span)] == "日本 title:“和平”*"
    assert query[slice(*first.children[1].span)] == "title:“和平”*"  # type: ignore[union-attr]
    assert query[slice(*second.span)] == "-(source:法广 甲 ~3 乙)"
    source, near = second.child.children  # type: ignore[union-attr]
    assert query[slice(*source.span)] == "source:法广"
    assert query[slice(*near.span)] == "甲 ~3 乙"
    assert query[slice(*near.right.span)] == "乙"


def test_trees_travel_between_processes() -> None:
    tree = parse('title:(日本 OR "乌克兰") -source:rfi.fr date:7d')
    assert pickle.loads(pickle.dumps(tree)) == tree


# Dates.

UTC = timezone.utc
NOW = datetime(2024, 3, 31, 12, 0, tzinfo=UTC)


def utc(year: int, month: int = 1, day: int = 1, *clock: int) -> datetime:
    return datetime(year, month, day, *clock, tzinfo=UTC)


def time_of(value: str, *, tz: tzinfo) -> Interval:
    return interval(Dates("date", value), tz=tz, now=NOW)


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("2024", utc(2024), utc(2025)),
        ("2024-02", utc(2024, 2), utc(2024, 3)),
        ("2024-12", utc(2024, 12), utc(2025)),
        ("2024-02-29", utc(2024, 2, 29), utc(2024, 3)),
        ("2024-3-1", utc(2024, 3, 1), utc(2024, 3, 2)),
        ("2024/3/10", utc(2024, 3, 10), utc(2024, 3, 11)),
        ("2024/3", utc(2024, 3), utc(2024, 4)),
        ("2024年", utc(2024), utc(2025)),
        ("2024年3月", utc(2024, 3), utc(2024, 4)),
        ("2024年3月10日", utc(2024, 3, 10), utc(2024, 3, 11)),
        ("２０２４－０３－１０", utc(2024, 3, 10), utc(2024, 3, 11)),
        ("2024-03-10T19:45", utc(2024, 3, 10, 19, 45), utc(2024, 3, 10, 19, 46)),
        ("2024-03-10 19:45:59", utc(2024, 3, 10, 19, 45, 59), utc(2024, 3, 10, 19, 46)),
        ("2024-03-10T19:45:01Z", utc(2024, 3, 10, 19, 45, 1), utc(2024, 3, 10, 19, 45, 2)),
        ("2024-03-10T19:45+08:00", utc(2024, 3, 10, 11, 45), utc(2024, 3, 10, 11, 46)),
        ("2024-03-01..2024-03-31", utc(2024, 3), utc(2024, 4)),
        ("2023..2024-03", utc(2023), utc(2024, 4)),
        ("2024..2024", utc(2024), utc(2025)),
        ("2024..", utc(2024), None),
        ("..2023", None, utc(2024)),
        ("7d", utc(2024, 3, 24, 12), NOW),
        ("４Ｗ", utc(2024, 3, 3, 12), NOW),
        ("1m", utc(2024, 2, 29, 12), NOW),
        ("13m", utc(2023, 2, 28, 12), NOW),
        ("1y", utc(2023, 3, 31, 12), NOW),
        ("9999y", utc(1), NOW),
        ("2024-W10", utc(2024, 3, 4), utc(2024, 3, 11)),
        ("0800", utc(800), utc(801)),
        ("9999-12-31", utc(9999, 12, 31), None),
    ],
)
def test_a_date_names_a_time(value: str, start: datetime | None, end: datetime | None) -> None:
    assert time_of(value, tz=UTC) == (start, end)


def test_after_includes_its_period_and_before_excludes_it() -> None:
    assert interval(Dates("after", "2024-03-10"), tz=UTC, now=NOW) == (utc(2024, 3, 10), None)
    assert interval(Dates("before", "2024-04"), tz=UTC, now=NOW) == (None, utc(2024, 4))
    assert interval(Dates("after", "7d"), tz=UTC, now=NOW) == (utc(2024, 3, 24, 12), None)
    assert interval(Dates("before", "1y"), tz=UTC, now=NOW) == (None, utc(2023, 3, 31, 12))


def test_days_are_the_days_of_the_time_zone() -> None:
    shanghai, berlin = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
    assert time_of("2024-03-10", tz=shanghai) == (utc(2024, 3, 9, 16), utc(2024, 3, 10, 16))
    # The day on which summer time begins has 23 hours, the one on which it ends 25.
    assert time_of("2024-03-31", tz=berlin) == (utc(2024, 3, 30, 23), utc(2024, 3, 31, 22))
    assert time_of("2024-10-27", tz=berlin) == (utc(2024, 10, 26, 22), utc(2024, 10, 27, 23))
    assert time_of("2024-03-10T19:45Z", tz=shanghai)[0] == utc(2024, 3, 10, 19, 45)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_neighbouring_days_leave_no_gap(today: date) -> None:
    tz = ZoneInfo("America/Santiago")  # its summer time begins at midnight
    following = today + timedelta(days=1)
    end = time_of(today.isoformat(), tz=tz)[1]
    assert end == time_of(following.isoformat(), tz=tz)[0]


@given(st.text("0123456789-/.年月日dwmyTZ:+ ０１", max_size=24) | st.text(max_size=10))
def test_any_value_is_a_time_or_an_error_with_a_place(value: str) -> None:
    error = None
    try:
        start, end = time_of(value, tz=ZoneInfo("Asia/Shanghai"))
    except QueryError as caught:
        error = caught
    if error is not None:
        assert 1 <= error.position <= len(value) + 1
    else:
        assert start is None or end is None or start < end


@pytest.mark.parametrize(
    "value", ["", "20", "2024-", "2024-13", "2023-02-29", "2024-3/1", "0d", "7", "7h", "0000", "2024-W54"]
)
@pytest.mark.parametrize("kind", ["date", "after", "before"])
def test_no_date(kind: str, value: str) -> None:
    with pytest.raises(QueryError) as caught:
        interval(Dates(kind, value), tz=UTC, now=NOW)  # type: ignore[arg-type]
    assert caught.value.query == value
    assert caught.value.position == 1
