"""Markdown and plain text to paragraphs: every word comes back, and nothing that is markup."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.bodies import read_body, read_plain
from index.reading.markdown import read_markdown


def texts(markdown: str) -> list[str]:
    return [paragraph.text for paragraph in read_markdown(markdown)[0]]


def kinds(markdown: str) -> list[tuple[str, str]]:
    return [(paragraph.kind.name.lower(), paragraph.text) for paragraph in read_markdown(markdown)[0]]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("据报道，城东的[旧渡口](https://www.example.org/b_c)重新开放。", "据报道，城东的旧渡口重新开放。"),
        ("旧渡口**今天**重新*开放*。", "旧渡口今天重新开放。"),
        ("**“今天”**开放，*《渡口史》*很好", "“今天”开放，《渡口史》很好"),
        ("__今天__开放", "今天开放"),
        ("渡轮[^1]公司", "渡轮公司"),
        ("去了[[城东/旧渡口#码头]]和[[a|小林]]家", "去了旧渡口和小林家"),
        ("==标记==和~~删去~~", "标记和删去"),
        ("硬换行的\n第二行 and\nEnglish", "硬换行的第二行 and English"),
        ("旧\\*渡\\#口 &amp; &#65306;", "旧*渡#口 & ："),
        ("开头<!-- more -->继续", "开头继续"),
        ('{{< figure src="a_b_c" >}}正文{% raw %}甲{% endraw %}{: .lead}', "正文甲"),
        ("公式 $a_1 < b_1$ 与 $5 和 $6", "公式 a_1 < b_1 与 $5 和 $6"),
        ("见 <https://example.org/home>", "见 https://example.org/home"),
        ("[来源]: 新华社", "[来源]: 新华社"),
        ("张**与李**", "张与李"),
    ],
)
def test_what_a_reader_would_copy_is_the_text(markdown, text):
    assert texts(markdown) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "若a<b则停，x<y且y>z时有解。",
        "联系<name@example.org>，品牌<ABC>的故事。",
        "#include <stdio.h>，vector<int> v; 若a<b && c>d则停。",
        "页面上的元素不一定是 <button>，也可以是 <video>。",
        "先写 for(i=0; i<n; i++) 这样的循环，再写 x->next 就行了。",
        "<script> 最好放在最后",
        "<!-- 没有结束的注释",
    ],
)
def test_less_than_is_text_unless_a_tag_stands_there(text):
    after = "第二段是正文。"
    assert texts(f"{text}\n\n{after}") == [text, after]
    assert [one.text for one in read_plain(f"{text}\n\n{after}")] == [text, after]


def test_code_is_literal():
    markdown = "`<button>` 和 `**a**`\n\n```\nif a<b: **x**\n<p>\n```\n\n之后"
    assert kinds(markdown) == [
        ("text", "<button> 和 **a**"),
        ("code", "if a<b: **x**"),
        ("code", "<p>"),
        ("text", "之后"),
    ]


def test_kinds_are_kept():
    markdown = (
        "## 一 {#id}\n\n> [!NOTE] 老人说\n> 从前\n\n- [ ] 甲\n- 乙\n  1. 丙\n\n"
        "| 班次 | 时间 |\n|--|--|\n| 一 | **8:00** |\n\n![码头](a.jpg) ![b.png](b.png)\n\n"
        "术语\n: 解释\n\n::: tip 注意\n提示\n:::\n\n[^1]: 注释一。\n\n##二\n\n[TOC]\n"
    )
    assert kinds(markdown) == [
        ("heading", "一"),
        ("quotation", "老人说"),
        ("quotation", "从前"),
        ("item", "甲"),
        ("item", "乙"),
        ("item", "丙"),
        ("row", "班次 时间"),
        ("row", "一 8:00"),
        ("caption", "码头"),
        ("text", "术语"),
        ("item", "解释"),
        ("text", "注意"),
        ("text", "提示"),
        ("text", "注释一。"),
        ("heading", "二"),
    ]


def test_blank_lines_part_paragraphs_beside_elements():
    figure = "<figure>\n<img src='a.jpg'>\n<figcaption>旧渡口。</figcaption>\n</figure>"
    markdown = f"## 清晨\n\n站台上很挤\n\n第二段\n\n{figure}\n\n下午"
    assert texts(markdown) == ["清晨", "站台上很挤", "第二段", "旧渡口。", "下午"]
    raw = "第一段没有句号\n\n第二段也没有\n\n<h2>小标题</h2>\n第三段\n\n第四段"
    found = [paragraph.text for paragraph in read_body(raw)[0]]
    assert found == ["第一段没有句号", "第二段也没有", "小标题", "第三段", "第四段"]


def test_lines_that_were_wrapped_by_hand_join_and_others_do_not():
    whole = "城东的旧渡口今天重新开放附近居民清早就在岸边排队等候第一班渡轮" * 5
    wrapped = "\n".join(whole[begin : begin + 30] for begin in range(0, len(whole), 30))
    assert [one.text for one in read_plain(f"{wrapped}\n\n{wrapped}")] == [whole, whole]
    assert [one.text for one in read_plain("第一行\n第二行长一些\n第三行")] == [
        "第一行",
        "第二行长一些",
        "第三行",
    ]


# Laws

WORDS = (
    st.text("渡口重开城东区的船今天很挤，。、abc12", min_size=1, max_size=30)
    .map(str.strip)
    .filter(lambda text: any(map(str.isalnum, text)) and not text[0].isdigit())
)
SHAPES = {
    "{}": "text",
    "## {}": "heading",
    "> {}": "quotation",
    "- {}": "item",
    "- [ ] {}": "item",
    "**{}**": "text",
    "[{}](https://example.org/a_b_c?d=*e*)": "text",
    "<div>{}</div>": "text",
    "{}<br>": "text",
    "`{}`": "text",
}


@given(st.lists(st.tuples(st.sampled_from(sorted(SHAPES)), WORDS), min_size=1, max_size=12))
def test_every_paragraph_of_random_markdown_comes_back_without_marks(drawn):
    markdown = "\n\n".join(shape.format(text) for shape, text in drawn)
    found = kinds(markdown)
    assert [text for _, text in found] == [" ".join(text.split()) for _, text in drawn]
    assert [kind for kind, _ in found] == [SHAPES[shape] for shape, _ in drawn]


@given(st.lists(WORDS, min_size=1, max_size=20), st.sampled_from(["\n", "\n\n", "\n　　"]))
def test_every_paragraph_of_random_plain_text_comes_back(paragraphs, between):
    assert [one.text for one in read_plain(between.join(paragraphs))] == paragraphs


PIECES = [
    "a",
    "渡口",
    "*",
    "**",
    "_",
    "`",
    "```",
    "\n",
    "\n\n",
    "<",
    ">",
    "<b>",
    "</b>",
    "<p>",
    "[",
    "](",
    ")",
    "{{<",
    ">}}",
    "#",
    "- ",
    "  ",
    "|",
    "$",
    "~~",
    "==",
    "[[",
    "]]",
    "[^1]",
    "[^1]: ",
    "<!--",
    "-->",
    "<script>",
    "&lt;",
    "\\",
    "%%",
    ":::",
    "---\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_is_read_without_an_error(text):
    read_body(text, markdown=True)
    read_body(text, markdown=False)
    read_body(text)


@pytest.mark.parametrize(
    "piece",
    [
        "*a ",
        "[",
        ">",
        "`a``b",
        "_a*",
        "<a ",
        "**“",
        "[[",
        "{{",
        "<!--",
        "- ",
        "|a",
        "$",
        "==a",
        "((",
        "<script>\n",
    ],
)
def test_time_grows_with_the_length(piece):
    """Twice the text may take about twice the time; a square would take four times."""

    def took(count: int) -> float:
        began = time.process_time()
        read_body(piece * count, markdown=True)
        return time.process_time() - began

    took(100)
    assert took(8000) < 0.5 + 12 * took(2000)
