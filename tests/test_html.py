"""What a reader of an article's HTML would copy, and nothing else."""

from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reading.draft import Kind
from index.reading.html import read_fragment, squeeze
from index.reading.markup import BLOCKS, VOID, names


def read(markup: str) -> list[str]:
    return [paragraph.text for paragraph in read_fragment(markup)[0]]


def rules(markup: str) -> list[tuple[str, str]]:
    return [(removed.text, removed.rule) for removed in read_fragment(markup)[1]]


# Paragraphs


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>早上有雾。</p><p>中午放晴。</p>", ["早上有雾。", "中午放晴。"]),
        (
            "<div>早上有雾。<br>中午放晴。<br/><br>傍晚起风。</div>",
            ["早上有雾。", "中午放晴。", "傍晚起风。"],
        ),
        ("<p>站<b>台</b>上<i><a href='/x'>很</a></i>挤</p>", ["站台上很挤"]),
        ("<h2>天气</h2><ul><li>晴</li><li>雨</li></ul>", ["天气", "晴", "雨"]),
        (
            "<table><tr><th>城市</th><th>气温</th></tr><tr><td>昆明</td><td>18</td></tr></table>",
            ["城市 气温", "昆明 18"],
        ),
        ("<blockquote>慢车<p>也会到站。</p></blockquote>", ["慢车", "也会到站。"]),
        ("<pre>第一行\n第二行</pre>", ["第一行", "第二行"]),
        ("<p><ruby>北<rp>(</rp><rt>ほく</rt><rp>)</rp>京<rt>きょう</rt></ruby>へ</p>", ["北京へ"]),
        (
            "<figure><img src='x.jpg' alt='图'><figcaption>雨中的车站</figcaption></figure><p>正文</p>",
            ["雨中的车站", "正文"],
        ),
        ("", []),
        ("<p> </p><p>&nbsp;</p>", []),
    ],
)
def test_a_paragraph_is_what_stands_on_its_own(markup, expected):
    assert read(markup) == expected


def test_text_without_any_markup_is_read_line_by_line():
    assert read("早上有雾。\n\n中午<b>放</b>晴。\n") == ["早上有雾。", "中午放晴。"]


def test_indented_markup_does_not_put_spaces_into_chinese():
    """Archives hold pages that a formatter has indented, with each inline element on lines of its own."""
    markup = "<p>\n 列车从\n <a href='/s'>\n  昆明站\n </a>\n ，开往\n <b>\n  Hanoi city\n </b>\n 。\n</p>"
    assert read(markup) == ["列车从昆明站，开往 Hanoi city。"]


def test_spaces_of_any_kind_are_one_space():
    assert read("<p>　　Slow&nbsp;&nbsp;train \u2003 to　昆明 </p>") == ["Slow train to 昆明"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("和\u200b平\ufeff宪\u00ad法", "和平宪法"),
        ("co\u00adopera\u200dtion", "cooperation"),
        ("👩\u200d👩\u200d👧 来了", "👩\u200d👩\u200d👧 来了"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200d开头和结尾\u200d", "开头和结尾"),
        ("\u202a左到右\u202c", "左到右"),
    ],
)
def test_invisible_characters_go_unless_the_script_needs_them(text, expected):
    assert squeeze(text) == expected


def test_character_references_are_decoded_once():
    assert read("<p>A&amp;B &amp;lt; &lt;b&gt; &copy; &#20013;&#x6587; AT&T x&y;</p>") == [
        "A&B &lt; <b> © 中文 AT&T x&y;"
    ]


def test_lone_surrogates_do_no_harm():
    assert read("<p>站\ud800台&#xD800;</p>") == ["站\ufffd台\ufffd"]


def test_a_less_than_sign_that_opens_no_tag_is_text():
    assert read("<p>3 < 5，我<3你</p>") == ["3 < 5，我<3你"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2>小标题</h2>", [("小标题", Kind.HEADING, 2)]),
        ("<ul><li>晴<li><p>雨</p></ul>", [("晴", Kind.ITEM, 0), ("雨", Kind.ITEM, 0)]),
        ("<blockquote><p>慢车也会到站。</p></blockquote>", [("慢车也会到站。", Kind.QUOTATION, 0)]),
        ("<figure><img><figcaption>雨中</figcaption></figure>", [("雨中", Kind.CAPTION, 0)]),
        ("<pre>if a<b:\n    stop()</pre>", [("if a<b:", Kind.CODE, 0), ("stop()", Kind.CODE, 0)]),
        ("<table><tr><td>昆明<td>18</table>", [("昆明 18", Kind.ROW, 0)]),
        (
            "<table><tr><td>版面<td><p>一。</p><p>二。</p></table>",
            [(t, Kind.TEXT, 0) for t in ("版面", "一。", "二。")],
        ),
    ],
)
def test_a_paragraph_keeps_its_kind(markup, expected):
    assert [(p.text, p.kind, p.level) for p in read_fragment(markup)[0]] == expected


# Tags as people write them


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p hidden>摘要<p>第一段<p>第二段", ["第一段", "第二段"]),
        ("<p style='display:none'>摘要<div>第一段</div><h2>小标题</h2>", ["第一段", "小标题"]),
        ("<ul><li style='display:none'>甲<li>乙<li>丙</ul>", ["乙", "丙"]),
        ("<table><tr hidden><td>甲<tr><td>乙</table>", ["乙"]),
        ("<table><tr><td hidden>甲<td>乙</table>", ["乙"]),
        ("<dl><dt hidden>甲<dd>乙<dt>丙</dl>", ["乙", "丙"]),
        ("<p>甲<p>乙", ["甲", "乙"]),
        ("<ul><li>一<ul><li>二</ul><li>三</ul>", ["一", "二", "三"]),
        ("甲</br>乙</p>丙", ["甲", "乙", "丙"]),
        ("<div>甲<nav>乙</div><p>丙</nav></p>", ["甲", "丙"]),
        ("<p>甲<span hidden>乙<p>丙", ["甲", "丙"]),
        ("<td>甲</div>乙</td>", ["甲", "乙"]),
        ("<div><table><tr><td>甲</div>乙</table>丙</div>", ["甲", "乙", "丙"]),
        ("<h2>甲<h3>乙</h3>", ["甲", "乙"]),
        ("<b><p>甲</b>乙</p>", ["甲乙"]),
    ],
)
def test_an_element_ends_where_a_browser_ends_it(markup, expected):
    assert read(markup) == expected


def test_an_anchor_without_end_is_no_link():
    """Once, all after `<a name>` was taken for a list of links."""
    text = "<p>相关阅读：</p><p><a name=top>渡口今天重开。</p><p>船票两元。</p>"
    assert read(text) == ["相关阅读：", "渡口今天重开。", "船票两元。"]
    assert read("<aside><a name=x>车站说：一切正常。</aside><p>完</p>") == ["车站说：一切正常。", "完"]


@pytest.mark.parametrize(
    "text",
    [
        "若a<b则停。",
        "若a<b则停，c>d则开。",
        "vector<int> 与 map<string, int>",
        "请写信到 <name@example.org>。",
        "<ABC> 是占位符",
        "他说 <不要> 这样",
        "一 <3 二 < 三",
        "a <b 则停> c",
    ],
)
def test_a_less_than_sign_is_text_unless_a_tag_of_html_stands_there(text):
    assert read(f"<p>{text}</p><p>第二段。</p>") == [text, "第二段。"]
    assert read(f"{text}\n\n第二段。") == [text, "第二段。"]


def test_elements_of_other_vocabularies_are_elements():
    assert read("<p>甲<o:p>乙</o:p><my-tag>丙</my-tag><foo>丁</foo></p>") == ["甲乙丙丁"]


def test_an_element_that_the_text_only_names_removes_nothing():
    assert read("<p>站台上的 <video> 元素播放录像。</p><p>第二段。</p>") == [
        "站台上的 元素播放录像。",
        "第二段。",
    ]


def test_blank_lines_part_paragraphs_beside_html_blocks():
    markup = "第一段没有句号\n\n第二段\n也没有\n\n<h2>小标题</h2>\n第三段\n\n第四段"
    assert read(markup) == ["第一段没有句号", "第二段也没有", "小标题", "第三段", "第四段"]


# Boilerplate


@pytest.mark.parametrize(
    "boilerplate",
    [
        "<script>var a = '<p>x</p>';</script>",
        "<style>p { color: red }</style>",
        "<noscript><p>请打开脚本</p></noscript>",
        "<template><p>模板</p></template>",
        "<iframe src='https://example.org'>框架</iframe>",
        "<nav><a href='/'>首页</a></nav>",
        "<button>订阅</button>",
        "<form><input name=q><p>搜索</p></form>",
        "<select><option>一月</option></select>",
        "<p hidden>看不见</p>",
        "<div style='color: red; display:none'>看不见</div>",
        "<span class='screen-reader-text'>新窗口打开</span>",
        "<div class='sharedaddy sd-sharing'><h3>共享此文章：</h3><ul><li>推特</li></ul></div>",
        "<div class='article-share'><p>分享到</p><a href='#'>微博</a></div>",
        "<div data-selfpromo-newsletter><p>订阅我们的每日简报</p></div>",
        "<div id='comments'><p>" + "这是读者的评论。" * 40 + "</p></div>",
        "<div>分享 :</div>",
        "<div class=block-related><h2>您可能感兴趣的文章</h2><p><a href='/1'>慢车的故事</a></p></div>",
        "<p>相关阅读：</p><p><a href='/1'>慢车的故事</a></p><ul><li><a href='/2'>夜班司机</a></li></ul>",
        "<p>【延伸閱讀】<br><a href='/1'>慢車的故事</a></p>",
        "<p>相关文章：<a href='/1'>慢车的故事</a></p>",
        "<hr><div>获取更多RSS：<br><a href='https://feedx.net'>https://feedx.net</a><br></div>",
        "<aside><a href='/1'>另一篇文章</a></aside>",
        "<!-- 注释 <p>注释里的段落</p> -->",
    ],
)
def test_boilerplate_goes_and_the_text_around_it_stays(boilerplate):
    assert read(f"<p>站台上很挤。</p>{boilerplate}<p>车晚点了。</p>") == ["站台上很挤。", "车晚点了。"]


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='post tag-social-movement category-newsletter'><p>短文。</p></div>",
        "<article class='share'><p>短文。</p></article>",
        "<div class='related'><p>" + "这段话说的是两座城市怎样相关。" * 12 + "</p></div>",
        "<aside><p>车站说：一切正常。</p></aside>",
        "<footer><p>本文首发于站台月刊。</p></footer>",
        "<form action='/page'><p>有些网站把整页放进一张表单，其实很短。</p></form>",
        "<p>相关阅读：</p><p>没有链接的一段话。</p>",
        "<h2>推荐</h2><p>车站里的书店值得一去。</p>",
        "<p>他在会上分享：</p><p>慢车也有好处。</p>",
        "<p>参考资料：</p><p><a href='https://example.org/a'>年度报告</a></p>",
        "<p class='comments'>" + "没有关上的段落，后面全是正文。" * 12,
        "<p>我想分享：这一天</p>",
    ],
)
def test_what_may_be_the_article_stays(markup):
    assert "".join(read(markup)) == re.sub("<[^>]*>", "", markup)


@pytest.mark.parametrize(
    "wrapper",
    [
        "site-content has-sidebar", "content-sidebar-wrap", "content no-sidebar", "noads", "noAds",
        "social-news", "category-list social-news", "article-share-content", "ads-free", "with-comments",
        "page-newsletter",
        "sponsored-content", "toolbar-hidden", "recommend-wrap",
    ],
)  # fmt: skip
@pytest.mark.parametrize("attribute", ["class", "id"])
def test_a_name_on_a_wrapper_never_removes_prose_however_short(wrapper, attribute):
    markup = f"<div {attribute}='{wrapper}'><div><p>站台上很挤，孩子们在等车。</p><p>车开了。</p></div></div>"
    assert read(markup) == ["站台上很挤，孩子们在等车。", "车开了。"]
    assert read(f"<form id='aspnetForm'>{markup}</form>") == ["站台上很挤，孩子们在等车。", "车开了。"]


@pytest.mark.parametrize("name", ["post-meta", "navigation", "related-posts", "sharing", "submitted"])
def test_rules_that_would_remove_most_of_the_text_are_not_applied(name):
    body = "".join(f"<p>第{n}段写渡口今天重开，船票两元，一早就有人排队。</p>" for n in "一二三")
    assert len(read(f"<p>渡口</p><div class='{name}'>{body}</div>")) == 4


def test_what_was_removed_is_told_with_its_rule():
    prose = "<p>渡口今天重开了，船票两元。</p>"
    markup = "<nav>首页</nav><p hidden>摘要</p><div class=related-posts>旧闻</div><p>分享：</p>"
    assert rules(prose + markup) == [
        ("首页", "element nav"),
        ("摘要", "hidden"),
        ("旧闻", "class or id: related-posts"),
        ("分享：", "share label"),
    ]


def test_only_the_heading_that_repeats_the_title_goes():
    paragraphs, removed = read_fragment("<h1>渡 口</h1><p>渡口</p><p>有人上岸</p><h2>渡口</h2>", title="渡口")
    assert [paragraph.text for paragraph in paragraphs] == ["渡口", "有人上岸", "渡口"]
    assert [(text.text, text.rule) for text in removed] == [("渡 口", "heading repeats the title")]


# Nothing is lost

WORDS = st.text("渡口重开车站台上很挤雾晴，。ab<&", min_size=1, max_size=12).map(
    lambda text: f"字{text.strip()}句。"
)
CLASSES = st.sampled_from(
    ["", " class=content", " class='has-sidebar'", " id=noads", ' class="post social-news"', " id=aspnetForm"]
)
OPTIONAL = {"p", "li", "td", "tr", "dd", "dt"}


@st.composite
def documents(draw) -> tuple[str, list[str]]:
    """HTML in which each of the paragraphs stands in a block of its own, and the paragraphs."""
    paragraphs: list[str] = []

    def text() -> str:
        paragraphs.append(draw(WORDS))
        written = html.escape(paragraphs[-1], quote=False)
        style = draw(st.integers(0, 4))
        if style == 1:
            written = f"<b>{written[:1]}</b>{written[1:]}"
        elif style == 2:
            written = f"<!-- {written} -->{written}"
        elif style == 3:
            written = f"<span{draw(CLASSES)}><font>{written}</font></span>"
        return written

    def block(depth: int) -> str:
        kind = draw(
            st.sampled_from(
                ["p", "h2", "div", "list", "table", "br", "quote", "center", "dl"]
                if depth < 3
                else ["p", "h2"]
            )
        )
        end = lambda name: "" if name in OPTIONAL and draw(st.booleans()) else f"</{name}>"  # noqa: E731
        inner = lambda: "".join(block(depth + 1) for _ in range(draw(st.integers(1, 3))))  # noqa: E731
        if kind in ("p", "h2"):
            return f"<{kind}{draw(CLASSES)}>{text()}{end(kind)}"
        if kind in ("div", "center"):
            return f"<{kind}{draw(CLASSES)}>{inner()}</{kind}>"
        if kind == "quote":
            return f"<blockquote>{inner()}</blockquote>"
        if kind == "br":
            return f"<div>{text()}<br>{text()}<br/>{text()}</div>"
        if kind == "list":
            items = "".join(f"<li>{draw(st.sampled_from([text, inner]))()}{end('li')}" for _ in range(2))
            return f"<ul{draw(CLASSES)}>{items}</ul>"
        if kind == "dl":
            return f"<dl><dt>{text()}{end('dt')}<dd>{inner()}{end('dd')}</dl>"
        rows = "".join(f"<tr><td>{inner()}{end('td')}<td>{inner()}{end('td')}{end('tr')}" for _ in range(2))
        return f"<table>{rows}</table>"

    return "".join(block(0) for _ in range(draw(st.integers(1, 4)))), paragraphs


@settings(max_examples=300, deadline=None)
@given(documents())
def test_every_paragraph_comes_back(document):
    markup, paragraphs = document
    assert read(markup) == paragraphs


ELEMENTS = sorted(
    BLOCKS | VOID | names("a b i em span td font ruby rt svg math script style title keygen xmp")
)
ATTRIBUTES = [
    "",
    " class=share",
    ' class="related-posts"',
    " hidden",
    " id=comments",
    ' href="/a?b&amp;c"',
    ' x="<p>"',
    " /",
]
TEXTS = [
    "站",
    "台 ",
    " ",
    "\n  ",
    "&nbsp;",
    "&amp;lt;",
    "< ",
    "&",
    "相关阅读：",
    "分享：",
    "字" * 130,
    "<!--",
    "-->",
    "<![CDATA[",
]


@st.composite
def soup(draw) -> str:
    """Tags and text in any order, more often than not closed as they should be."""
    pieces, opened = [], []
    orderly = draw(st.booleans())
    for _ in range(draw(st.integers(1, 20))):
        kind = draw(st.integers(0, 2))
        if kind == 0:
            name = draw(st.sampled_from(ELEMENTS))
            pieces.append(f"<{name}{draw(st.sampled_from(ATTRIBUTES))}>")
            if name not in VOID:
                opened.append(name)
        elif kind == 1 and opened:
            pieces.append(f"</{opened.pop() if orderly else draw(st.sampled_from(ELEMENTS))}>")
        else:
            pieces.append(draw(st.sampled_from(TEXTS)))
    if orderly:
        pieces += [f"</{name}>" for name in reversed(opened)]
    return "".join(pieces)


# What no page should hold

MANY = 20_000


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * MANY + "站台" + "</div>" * MANY,
        "<b>" * MANY + "站台",
        "<p>站台" * MANY,
        "<!" * MANY,
        "<!--" * MANY,
        "<![CDATA[" * MANY,
        "<?" * MANY,
        '<a x="' * MANY,
        '<a x="<a x=" y="' * MANY,
        '<script x="' * MANY,
        "<textarea>" * MANY,
        "<a " + "b=1 " * MANY + ">站台</a>",
        "<a " + "=" * MANY,
        "&#" * MANY,
        " \n" * MANY,
        "\u0915\u200d" * MANY,
        '<p class="' + "share-x " * MANY + '">站台</p>',
        "<p>相关阅读：</p>" * MANY,
    ],
    ids=lambda markup: markup[:12],
)
def test_absurd_markup_is_read_in_time(markup):
    began = time.perf_counter()
    read(markup)
    assert time.perf_counter() - began < 20  # seconds; a quadratic reader takes minutes


def test_text_survives_nesting_without_end():
    assert read("<div>" * MANY + "站<b>台</b>" + "</div>" * MANY + "<p>车</p>") == ["站台", "车"]


def test_text_after_a_tag_that_never_ends_survives():
    assert read("<p>站台</p><p class='x>车</p><p>晚点</p>") == ["站台", "车", "晚点"]


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 401 + "{}" + "</div>" * 401,
        "{}" + "<hr>" * 100_001,
        f"<div class='{'x ' * 9000}'>{{}}</div>",
    ],
)
def test_much_markup_loses_no_text(markup):
    text = "<p>站台上<b>很</b>挤。</p><table><tr><td>一等</td><td>two</td></tr></table><p>车晚点了。</p>"
    assert "".join(read(markup.format(text))).replace(" ", "") == "站台上很挤。一等two车晚点了。"


@settings(max_examples=400, deadline=None)
@given(soup())
def test_text_is_kept_or_told_to_be_removed(markup):
    """Whatever the tags: each letter that is shown is in the paragraphs or in what was removed."""
    visible = re.sub(r"<(script|style|title)\b.*?(?:</\1[^>]*>|$)|<!--.*?-->", "", markup, flags=re.DOTALL)
    paragraphs, removed = read_fragment(markup)
    told = "".join(text.text for text in [*paragraphs, *removed])
    for letter in "站台":
        if "<title" not in markup and "<s" not in markup and "<!--" not in markup:
            assert told.count(letter) >= visible.count(letter)


@given(st.text(alphabet="<>/!-[]=\"'& abpdiv站\n\0\r", max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_strange(markup):
    for paragraph in read(markup):
        assert paragraph == paragraph.strip() != ""
        assert "\n" not in paragraph


@pytest.mark.parametrize(
    "label",
    sorted(
        names(
            """
        相关阅读 相關新聞 延伸閱讀 推荐文章 更多新闻 热门文章 熱門新聞 最新文章 其他新闻 其它文章 往期文章
        您可能感兴趣 你也许会喜欢 猜你喜欢 分享到： 共享： 转发给： 轉發： 获取更多RSS
        Related Read·more More·stories You·may·also·like Share·this:
        """
        )
    ),
)
def test_a_label_and_its_list_of_links_go(label):
    """Only lines that begin as one of these are looked at closely."""
    label = label.replace("·", " ")
    links = "<p><a href=1>另一篇文章的标题</a></p>"
    lines, removed = read_fragment(f"<p>渡轮停航。</p><p>◆ {label}</p>{links}")
    assert ("渡轮停航。", label) == (lines[0].text, removed[0].text.removeprefix("◆ "))
