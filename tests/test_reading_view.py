"""An article as it is read: each paragraph as what it is, in the terminal, as HTML and as JSON."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest
from builders import article, place
from commandline import run
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Kind, rebuild
from search import Searcher
from search.output.article import body_html, places

SEED = """\
---
title: 渡口手册
date: 2024-03-10
author: 林小舟
url: https://news.example/ferry
kind: 手册
---

渡口每天六点开门。

## 班次

- 早班六点
- 晚班十点

> 风大时停航。
> 请看公告。

| 班次 | 票价 |
|---|---|
| 早班 | 两元 |

![渡口的早晨](1.jpg "渡口的早晨")

```
if wind > 8:
    stop()
```

请走东门。
"""
KINDS = [
    *("text", "heading", "item", "item", "quotation", "row", "row", "caption"),
    *("code", "code", "text"),
]


@pytest.fixture
def index(tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "渡口.md").write_text(SEED, "utf-8")
    (archive / "旧.md").write_text(SEED.replace("2024-03-10", "2023-03-10").replace("六点", "七点"), "utf-8")
    rebuild(archive, tmp_path / "idx", own_fields={"kind": "keyword"})
    return tmp_path / "idx"


def test_the_terminal_shows_each_paragraph_as_what_it_is(index, tmp_path):
    lines = run("show", "渡口", "--index", index).stdout.splitlines()
    text = lines[lines.index("") :]
    assert text == [
        *("", "渡口每天六点开门。"),
        *("", "## 班次"),
        *("", "• 早班六点", "• 晚班十点"),
        *("", "│ 风大时停航。请看公告。"),
        *("", "| 班次 票价", "| 早班 两元"),
        *("", "[caption] 渡口的早晨"),
        *("", "    if wind > 8:", "        stop()"),
        *("", "请走东门。"),
    ]
    known = dict(line.split(maxsplit=1) for line in lines[1 : lines.index("")])
    assert known["authors"] == "林小舟"
    assert known["title"] == "(from: front matter: title)"
    assert known["date"].endswith("(from: front matter: date)")
    assert known["kind"] == "手册"
    assert known["file"] == str(tmp_path / "archive" / "渡口.md")
    assert "旧.md" in known["earlier"]
    assert "later" not in known
    assert known["reprints"].startswith("1 article · first · ")


def test_paragraphs_have_numbers_on_request(index):
    lines = run("show", "渡口", "--index", index, "--numbers").stdout.splitlines()
    assert " 2  ## 班次" in lines
    assert "11  请走东门。" in lines


def test_long_paragraphs_are_set_in_below_their_sign(index, monkeypatch):
    shown = Article("a", "渡轮", "船" * 60 + "\n" + "x" * 90, kinds="qp")
    with place("whoosh") as folder:
        rebuild([shown], folder)
        monkeypatch.setattr("search.commands.show.terminal_width", lambda: 42)
        lines = run("show", "a", "--index", folder).stdout.splitlines()
    assert [line for line in lines if line.startswith("│ ")] == ["│ " + "船" * 20] * 3
    assert "    " + "x" * 90 in lines, "code is not wrapped"


def test_json_has_the_kind_of_each_paragraph(index):
    shown = json.loads(run("show", "渡口", "--index", index, "--json").stdout)
    assert shown["paragraph_kinds"] == KINDS
    assert shown["paragraphs"][9] == "    stop()"
    assert (shown["titled_by"], shown["later"]) == ("front matter: title", [])
    assert [one["id"] for one in shown["earlier"]] == ["旧.md"]


def test_html_has_an_element_and_a_fragment_for_each(index):
    shown = run("show", "渡口", "--index", index, "--html").stdout
    for piece in (
        '<h2 id="p2">班次</h2>',
        '<ul><li id="p3">早班六点</li>\n<li id="p4">晚班十点</li></ul>',
        '<blockquote><p id="p5">风大时停航。请看公告。</p></blockquote>',
        '<table><tr><td id="p6">班次 票价</td></tr>\n<tr><td id="p7">早班 两元</td></tr></table>',
        '<figure><figcaption id="p8">渡口的早晨</figcaption></figure>',
        '<pre><code><span id="p9">if wind &gt; 8:</span>\n<span id="p10">    stop()</span></code></pre>',
    ):
        assert piece in shown


def test_python_has_the_kinds(index):
    with Searcher(index) as searcher:
        blocks = searcher.article("渡口.md").blocks
    assert [block.kind.name.lower() for block in blocks] == KINDS


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_hostile_is_text_in_every_kind(embedded_engine, kind):
    body = '<script>alert(1)</script> \x1b[2J"><img src=x>\u202e'
    with place(embedded_engine) as folder:
        rebuild([Article("a", "渡轮", body, kinds=kind.value)], folder, engine=embedded_engine)
        html = run("show", "a", "--index", folder, "--html").stdout
        text = run("show", "a", "--index", folder).stdout
    assert "<script" not in html
    assert "<img" not in html
    for shown in (html, text):
        assert "\x1b[2J" not in shown
        assert "\u202e" not in shown


class _Checked(HTMLParser):
    """Elements that are closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.ids += [value for name, value in attributes if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


LINES = st.lists(
    st.tuples(st.sampled_from([" 渡轮", "停航 ", "", "  ", "    船"]), st.sampled_from("thiqcpr"))
)


@given(LINES)
def test_every_order_of_kinds_makes_sound_html_with_every_paragraph(lines):
    """A law: nothing is lost, numbers run on, elements are closed."""
    body = "\n".join(text for text, _ in lines)
    kinds = "".join(kind for _, kind in lines)
    made = Article("a", "渡轮", body, kinds=kinds)
    checked = _Checked()
    checked.feed("\n".join(body_html(made, lambda one: body[one.start : one.end])))
    assert checked.open == []
    assert checked.ids == [f"p{number}" for number in range(1, len(made.blocks) + 1)]
    assert "".join(checked.text.split()) == "".join(body.split())
    assert [(body[one.start : one.end], one.kind) for one in places(made)] == list(made.blocks)


def test_kinds_change_nothing_that_is_found(embedded_engine):
    """Ids, counts, positions and scores are those of the same text without kinds."""
    body = "渡轮\n停航 渡轮\n船\n渡轮"
    answers = []
    for kinds in ("", "hqpr"):
        with place(embedded_engine) as folder:
            made = [Article("a", "渡轮", body, kinds=kinds), article("渡轮", id="b")]
            rebuild(made, folder, engine=embedded_engine)
            with Searcher(folder) as searcher:
                hits = [(hit.id, hit.score, hit.snippets) for hit in searcher.search("渡轮")]
                answers.append((hits, searcher.highlighted("a", "渡轮").body_highlights))
    assert answers[0] == answers[1]


def web(index):
    """A client of the pages over an index."""
    client = pytest.importorskip("starlette.testclient").TestClient
    from search.web.app import Settings, create_app

    return client(create_app(Settings(str(index))))


def test_every_author_and_tag_of_the_page_leads_to_the_article(tmp_path):
    """Names may hold anything; one that cannot be searched for is no link."""
    names = ('<b>"x"', 'a:b "c"', "林小舟", "C++", "-", "“”", "a OR b", "*")
    rebuild([Article("a", "渡轮", "停航", authors=names, tags=names)], tmp_path / "idx")
    with web(tmp_path / "idx") as client:
        page = client.get("/article/a").text
        links = re.findall(r'href="(/\?q=(?:author|tag)[^"]*)"', page)
        assert len(links) == 2 * 5
        for link in links:
            assert 'href="/article/a?' in client.get(unescape(link)).text


def test_the_page_of_a_very_long_article_knows_all_of_it(tmp_path):
    """All places are known, not the first fifty, and each paragraph has its number."""
    body = "\n".join(f"渡轮第{number}行，渡轮。" for number in range(2000))
    rebuild([Article("a", "渡轮", body, kinds="thiqcpr" * 285 + "t" * 5)], tmp_path / "idx")
    with web(tmp_path / "idx") as client:
        page = client.get("/article/a", params={"q": "渡轮"}).text
    assert 'data-hits="4001"' in page
    assert re.findall(r'<mark id="hit-(\d+)"', page) == [str(number) for number in range(1, 4002)]
    assert re.findall(r'href="#hit-(\d+)">\d+<', page) == [str(number) for number in range(1, 4002)]
    assert 'id="p2000"' in page
