# ruff: noqa: E501
"""From a whole page: its article's text, title, date, authors, tags and address."""

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest
from pages import PAGES

from index.reading.dates import first_date
from index.reading.draft import Draft, NoArticle
from index.reading.page import read_page

CHINA = timezone(timedelta(hours=8))


def day_of(draft: Draft) -> str | None:
    found = first_date(draft.dates, zone=CHINA, today=date(2026, 11, 26))
    return None if found is None else found[0].astimezone(CHINA).date().isoformat()


def moment_of(draft: Draft) -> str | None:
    found = first_date(draft.dates, zone=CHINA, today=date(2026, 11, 26))
    return None if found is None else f"{found[0].astimezone(CHINA):%Y-%m-%d %H:%M}"


def text_of(draft: Draft) -> str:
    return "\n".join(paragraph.text for paragraph in draft.paragraphs)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_article_of_a_page_is_found(page):
    draft = read_page(page.html)
    assert (draft.titles[0].text, day_of(draft)) == (page.title, page.day)
    text = text_of(draft)
    assert [part for part in page.text if part not in text] == []
    assert [part for part in page.boilerplate if part in text] == []


def test_what_is_left_out_is_told_with_its_rule():
    page = "<title>渡口</title><nav>首页</nav><h1>渡口</h1><p>船又开了，一早就有人排队，等候第一班渡轮。</p><p><a href=/>旧闻</a></p>"
    draft = read_page(page)
    assert text_of(draft) == "船又开了，一早就有人排队，等候第一班渡轮。"
    assert {(gone.text, gone.rule) for gone in draft.removed} == {
        ("首页", "element nav"),
        ("渡口", "heading repeats the title"),
        ("旧闻", "outside of the text"),
    }


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("渡口重开_国内新闻_晨报网", "渡口重开", "渡口重开"),
        ("渡口重开-晨报", "晨报", "渡口重开"),
        ("晨报网", "渡口重开", "渡口重开"),
        ("渡口重开 - 江边 - 小林的博客", "", "渡口重开 - 江边"),
        ("COVID-19 与渡口", "", "COVID-19 与渡口"),
        ("", "渡口重开", "渡口重开"),
    ],
)
def test_the_title_is_never_the_name_of_the_site(title, heading, expected):
    page = f"<title>{title}</title><body><h1>{heading}</h1><p>船又开了，一早就有人排队，等候第一班渡轮。</p>"
    assert read_page(page).titles[0].text == expected


BODY = "<p>城东的旧渡口今天重新开放，附近居民清早就在岸边排队，等候第一班渡轮。</p>"
HEAD = '<link rel=canonical href="https://www.example.org/20200503/a">'


@pytest.mark.parametrize(
    "other",
    [
        "<div class=comments><time datetime='2021-12-31T10:00:00' pubdate>昨天</time></div>",
        "<!-- <time datetime='2011-11-11' pubdate></time> -->",
        "<script>var t='<time datetime=\"2014-05-01\" pubdate>';</script>",
        "<style>/* 2014-05-01 10:00 */</style>",
        "<aside class=related-posts><a href=x>旧闻</a> <span>2012-01-02 10:00</span></aside>",
        "<footer>更新：2021-05-01 10:00</footer>",
        "<time itemprop=dateModified datetime='2021-05-01'></time>",
        "<p>战争于<time datetime='1995-08-15'>1995年8月15日</time>结束，"
        + "渡口毁于战火，后来又重修了一次。" * 9
        + "</p>",
        "<p hidden>2019-01-01 10:00</p>",
        "<div>网友评论</div><div>岸上人 2021-03-03 10:00</div>",
    ],
)
def test_a_date_that_is_not_the_publications_is_none(other):
    page = f"<html><head><title>渡口</title>{HEAD}</head><body><h1>渡口</h1>{BODY}{other}</body></html>"
    assert day_of(read_page(page)) == "2020-05-03"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<meta property='article:published_time' content='2020-05-03T10:00:00+08:00'>", "2020-05-03 10:00"),
        ("<meta name=PubDate content='2020-05-03 10:00'>", "2020-05-03 10:00"),
        ("<meta name=publishdate content='2020-05-03'><p>2020-05-03 10:00</p>", "2020-05-03 10:00"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2020-05-03T02:00:00Z"}</script>',
            "2020-05-03 10:00",
        ),
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"Person"},{"@type":["Article"],"datePublished":"2020-05-03T02:00Z"}]}</script>',
            "2020-05-03 10:00",
        ),
        (
            '<script type="application/ld+json">{"@type":"Article", "pubDate":"2020-05-03T10:00:00",}</script>',
            "2020-05-03 10:00",
        ),
        ("<p>2020-05-03&nbsp;10:00</p>", "2020-05-03 10:00"),
        ("<p>晨报　2020年5月3日 上午10时</p>", "2020-05-03 10:00"),
        ("<p>晨报讯，2020年5月3日</p>", "2020-05-03 08:00"),
    ],
)
def test_a_date_is_read_wherever_pages_have_it(markup, expected):
    assert moment_of(read_page(f"<title>渡口</title><body><h1>渡口</h1>{markup}{BODY}")) == expected


def test_authors_tags_and_address():
    draft = read_page(
        "<title>渡口重开</title><meta name=author content='林一帆'><meta name=keywords content='水运，渡轮,渡口重开'>"
        "<meta property=og:url content='https://web.archive.org/web/20240311000000/http://www.example.org/a'>"
        f"<h1>渡口重开</h1><p>作者：陈小船</p>{BODY}"
    )
    assert [author.text for author in draft.authors] == ["林一帆", "陈小船"]
    assert [tag.text for tag in draft.tags] == ["水运", "渡轮"]
    assert [url.text for url in draft.urls] == ["http://www.example.org/a"]


# WeChat

WECHAT = (
    "<meta property=og:title content='渡口重开'><title></title><div id=js_article><h1 id=activity-name>渡口重开</h1>"
    "<a id=js_name> 江边 </a>{time}<div id=js_content style='visibility:hidden;display:none'><section><p>船又开了。</p>"
    "</section></div><div><p>微信扫一扫赞赏作者</p></div></div>{script}"
)


@pytest.mark.parametrize(
    ("time", "script"),
    [
        ("<em id=publish_time>2020-05-03 10:00</em>", ""),
        ("<em id=publish_time></em>", "<script>var ct = '1588471200';</script>"),
        ("", "<script>window.x = {createTime: '2020-05-03 10:00'}</script>"),
    ],
)
def test_a_page_of_wechat(time, script):
    draft = read_page(WECHAT.format(time=time, script=script))
    assert (text_of(draft), draft.titles[0].text, moment_of(draft)) == (
        "船又开了。",
        "渡口重开",
        "2020-05-03 10:00",
    )
    assert [author.text for author in draft.authors] == ["江边"]


@pytest.mark.parametrize(
    "notice", ["The content has been deleted by the author.", "该内容已被发布者删除", "此内容因违规无法查看"]
)
def test_a_deleted_page_of_wechat_is_no_article(notice):
    with pytest.raises(NoArticle):
        read_page(
            f"<title>Weixin Official Accounts Platform</title><div class=weui-msg><p>{notice}</p></div>"
        )


def test_a_page_that_only_links_to_wechat_is_an_article():
    page = f"<title>渡口</title><h1>渡口</h1>{BODY}<p>文章已被删除的消息是误传。</p><a href=https://mp.weixin.qq.com/mp/x>微信</a>"
    assert "误传" in text_of(read_page(page))
