"""What a reader of the page would copy, whichever parser reads it."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import UsageError
from index.reading import dom
from index.reading import plain_html as plain
from index.reading.encoding import decode
from index.reading.html import paragraphs, squeeze
from index.reading.plain_html import BLOCKS, VOID, names, plain_tokens

ROOT = Path(__file__).parents[1]


@pytest.fixture(params=["beautifulsoup", "auto"])
def read(request):
    return lambda markup: paragraphs(markup, parser=request.param)


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
def test_a_paragraph_is_what_stands_on_its_own(read, markup, expected):
    assert read(markup) == expected


def test_text_without_any_markup_is_read_line_by_line(read):
    assert read("早上有雾。\n\n中午<b>放</b>晴。\n") == ["早上有雾。", "中午放晴。"]


def test_indented_markup_does_not_put_spaces_into_chinese(read):
    """Archives hold pages that a formatter has indented, with each inline element on lines of its own."""
    markup = "<p>\n 列车从\n <a href='/s'>\n  昆明站\n </a>\n ，开往\n <b>\n  Hanoi city\n </b>\n 。\n</p>"
    assert read(markup) == ["列车从昆明站，开往 Hanoi city。"]


def test_spaces_of_any_kind_are_one_space(read):
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


def test_character_references_are_decoded_once(read):
    assert read("<p>A&amp;B &amp;lt; &lt;b&gt; &copy; &#20013;&#x6587; AT&T x&y;</p>") == [
        "A&B &lt; <b> © 中文 AT&T x&y;"
    ]


def test_lone_surrogates_do_no_harm(read):
    assert read("<p>站\ud800台&#xD800;</p>") == ["站\ufffd台\ufffd"]


def test_a_less_than_sign_that_opens_no_tag_is_text(read):
    assert read("<p>3 < 5，我<3你</p>") == ["3 < 5，我<3你"]


# Furniture


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
def test_boilerplate_goes_and_the_text_around_it_stays(read, boilerplate):
    assert read(f"<p>站台上很挤。</p>{boilerplate}<p>车晚点了。</p>") == ["站台上很挤。", "车晚点了。"]


@pytest.mark.parametrize(
    "markup",
    [
        "<div class='post tag-social-movement category-newsletter'><p>短文。</p></div>",
        "<article class='share'><p>短文。</p></article>",
        "<div class='related'><p>" + "这段话说的是两座城市怎样相关。" * 12 + "</p></div>",
        "<aside><p>车站说：一切正常。</p></aside>",
        "<footer><p>本文首发于站台月刊。</p></footer>",
        "<form action='/page'><p>" + "有些网站把整页放进一张表单。" * 12 + "</p></form>",
        "<p>相关阅读：</p><p>没有链接的一段话。</p>",
        "<h2>推荐</h2><p>车站里的书店值得一去。</p>",
        "<p>他在会上分享：</p><p>慢车也有好处。</p>",
        "<p>参考资料：</p><p><a href='https://example.org/a'>年度报告</a></p>",
        "<p class='comments'>" + "没有关上的段落，后面全是正文。" * 12,
        "<p>我想分享：这一天</p>",
    ],
)
def test_what_may_be_the_article_stays(read, markup):
    assert "".join(read(markup)) == re.sub("<[^>]*>", "", markup)


# With and without a parser

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


@settings(max_examples=400, deadline=None)
@given(soup())
@example("甲<table>&nbsp;</table>乙")
def test_markup_reads_the_same_with_and_without_a_parser(markup):
    assert paragraphs(markup) == paragraphs(markup, parser="beautifulsoup")


@pytest.mark.parametrize(
    "markup",
    [
        "<p>甲<p>乙",
        "<p>甲<div>乙</div>丙</p>",
        "<a>甲<a>乙</a></a>",
        "<table>甲<tr><td>乙</td></tr></table>",
        "<b><p>甲</b>乙</p>",
        "<li>甲<div><li>乙</li></div></li>",
        "<p/>甲",
        "<div class=x class=comments>甲</div>",
        "<image>甲",
        "</p>甲</br>",
        '甲</s c=">">乙',
        "<div class=comments>甲<p>乙</div>丙</p>丁",
        "<p>甲</b>乙</i></p><keygen>丙</keygen>",
        "<div>甲<nav><p>乙<div>丙</nav>丁</div>戊</p>己",
        "甲<table>&nbsp;</table>乙",
        "<p\u00a0class=comments>甲</p>",
        "<p><span>甲</span><div class=submitted></div>乙",
    ],
)
def test_faulty_markup_reads_the_same_with_and_without_a_parser(markup):
    assert paragraphs(markup) == paragraphs(markup, parser="beautifulsoup")


def test_the_sample_archive_reads_the_same_with_and_without_a_parser():
    seeds = [path for path in sorted((ROOT / "seeds").rglob("*")) if path.suffix in (".md", ".txt", ".html")]
    assert len(seeds) > 40
    for path in seeds:
        markup = decode(path.read_bytes())
        assert paragraphs(markup) == paragraphs(markup, parser="beautifulsoup"), path


def test_ordinary_pages_need_no_parser():
    markup = (
        "<article class='a'><h1>题</h1><p>甲<a href='/?a&b'>乙</a><br>丙<figure><img></figure></p></article>"
    )
    assert plain_tokens(dom.clean(markup)) is not None


def test_an_unknown_parser_is_refused():
    with pytest.raises(UsageError, match="html5lib"):
        paragraphs("<p>x", parser="html5lib")


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
def test_absurd_markup_is_read_in_time(read, markup):
    began = time.perf_counter()
    read(markup)
    assert time.perf_counter() - began < 20  # seconds; a quadratic reader takes minutes


def test_text_survives_nesting_without_end(read):
    assert read("<div>" * MANY + "站<b>台</b>" + "</div>" * MANY + "<p>车</p>") == ["站台", "车"]


def test_text_after_a_tag_that_never_ends_survives(read):
    assert read("<p>站台</p><p class='x>车</p><p>晚点</p>") == ["站台", "车", "晚点"]


@settings(max_examples=400, deadline=None)
@given(soup())
def test_markup_beyond_a_limit_loses_no_text(markup):
    """What is too deep or too much is read without its structure: furniture stays, nothing goes."""
    # Labels are furniture by what they say, where they are paragraphs of their own.
    markup = markup.replace("相关阅读：", "台").replace("分享：", "台")
    usual = paragraphs(markup)
    with pytest.MonkeyPatch.context() as patch:
        for module in (dom, plain):
            patch.setattr(module, "MAX_DEPTH", -1)
            patch.setattr(module, "MAX_ATTRIBUTES", 0)
        rest = iter("".join(paragraphs(markup)))
    assert all(letter in rest for letter in "".join(usual) if letter != " ")


@pytest.mark.parametrize(
    ("limit", "within", "beyond"),
    [
        (plain.MAX_DEPTH, "<div>" * 390 + "{}" + "</div>" * 390, "<div>" * 401 + "{}" + "</div>" * 401),
        (plain.MAX_TAGS, "{}" + "<hr>" * 199_000, "{}" + "<hr>" * 200_001),
        (
            plain.MAX_ATTRIBUTES,
            f"<div class='{'x ' * 8000}'>{{}}</div>",
            f"<div class='{'x ' * 9000}'>{{}}</div>",
        ),
    ],
)
def test_the_documented_limits_of_markup_lose_no_text(limit, within, beyond):
    text = "<p>站台上<b>很</b>挤。</p><table><tr><td>一等</td><td>two</td></tr></table><p>车晚点了。</p>"
    expected = ["站台上很挤。", "一等 two", "车晚点了。"]
    assert paragraphs(within.format(text)) == paragraphs(beyond.format(text)) == expected
    documented = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    assert f"| {limit:,} " in documented or f", {limit:,} " in documented


@given(st.text(alphabet="<>/!-[]=\"'& abpdiv站\n\0\r", max_size=80))
@settings(max_examples=300, deadline=None)
def test_no_text_is_too_strange(markup):
    for parser in ("beautifulsoup", "auto"):
        for paragraph in paragraphs(markup, parser=parser):
            assert paragraph == paragraph.strip() != ""
            assert "\n" not in paragraph
