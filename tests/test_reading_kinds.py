# ruff: noqa: E501
"""Kinds of files that archives are made of, each with what is right for it."""

from __future__ import annotations

import io
from datetime import date, timedelta, timezone
from pathlib import Path

import pytest

from index import rebuild
from index.article import Article
from index.reading.bylines import authors_in
from index.reading.formats.base import File
from index.reading.options import ReadOptions
from index.reading.seed import read_articles
from search import Searcher

CHINA = timezone(timedelta(hours=8))
FIRST = "清晨五点，江面上起了薄雾，第一班渡轮靠岸，赶早市的菜农挑着担子上了船，汽笛响了两声。"
LAST = "公司表示，停航以后会把码头改成一座小小的展览馆，旧船票和船钟都会留下来，欢迎居民来看。"
TEXT = f"<p>{FIRST}</p>\n<p>{LAST}</p>"
TITLE = "末班渡轮"
LINKS = "<div><a href=/>首页</a> <a href=/n>新闻</a></div><div><a href=/b>论坛</a></div>"


def read(data: str | bytes, name: str) -> Article:
    data = data.encode() if isinstance(data, str) else data
    file = File(name, name, lambda: io.BytesIO(data), ReadOptions())
    (only,) = read_articles(file, today=date(2026, 1, 1))
    return only.article


def moment(article: Article) -> str:
    return f"{article.date.astimezone(CHINA):%Y-%m-%d %H:%M}" if article.date else ""


def page(body: str, *, title: str = f"{TITLE} - 江城网", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"


# Pages that do not begin as pages do


@pytest.mark.parametrize(
    "before",
    [
        "<script>var a = '<b>';</script>\n<html><body>",
        "<!-- saved by a program -->\n<meta charset=utf-8><title>末班渡轮</title><body>",
        f"{LINKS}<ul><li><a href=1>登录</a></li><li><a href=2>联系</a></li></ul>",
        f'<form name="Form1" method="post" action="1.aspx">{LINKS}<ul><li><a href=1>登录</a></li><li><a href=2>联系</a></li></ul>',
    ],
    ids=["script", "no html", "links", "form"],
)
def test_a_page_without_its_beginning_is_read_as_a_page(before):
    article = read(
        f"{before}<h2>{TITLE}</h2><p>2024-03-10 19:25</p>{TEXT}<p><a href=3>下一篇</a></p>", "a.html"
    )
    assert (article.title, moment(article), article.paragraphs) == (TITLE, "2024-03-10 19:25", (FIRST, LAST))


def test_a_fragment_with_a_link_or_two_is_read_whole():
    article = read(f"<h1>{TITLE}</h1>{TEXT}<p><a href=1>船票</a></p>", "a.html")
    assert article.paragraphs == (FIRST, LAST, "船票")


def test_an_empty_class_does_no_harm():
    article = read(page(f'<div class=""><div id="" class=""><h1>{TITLE}</h1>{TEXT}</div></div>'), "a.html")
    assert article.paragraphs == (FIRST, LAST)


def test_a_heading_of_several_lines_is_one():
    article = read(
        page(f"<h1>今日 <em>渡口</em><br>消息速览</h1>{TEXT}", title="今日 渡口 消息速览｜2024-03-10"),
        "a.html",
    )
    assert (article.title, article.paragraphs) == ("今日 渡口 消息速览", (FIRST, LAST))


def test_a_date_below_the_title_is_no_part_of_it():
    article = read(page(f"<h1>{TITLE}<br><small>2024-03-10</small></h1>{TEXT}", title=""), "a.html")
    assert article.title == TITLE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (f"江边笔记: {TITLE}", f"<h3>{TITLE}</h3>"),
        (f"江边笔记: {TITLE}", f"<h1><a href=/>江边笔记</a></h1><h3>{TITLE}</h3>"),
        (f"江城日报 - {TITLE}", f"<table><tr><td>{TITLE}</td></tr></table>"),
        (f"{TITLE} - 江城日报", f"<h1>{TITLE}</h1>"),
    ],
)
def test_the_site_may_stand_before_the_title(title, body):
    assert read(page(f"{body}{TEXT}", title=title), "a.html").title == TITLE


# When


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("二〇二四年三月十日", "2024-03-10"),
        ("二○二四年十二月三十一日 星期二", "2024-12-31"),
        ("3 月 10, 2024", "2024-03-10"),
        ("三月 10, 2024", "2024-03-10"),
        ("2024/03/10(日) 19:25", "2024-03-10 19:25"),
        ("2024年3月10日 (日) 19:25 HKT", "2024-03-10 19:25"),
        ("２０２４年３月１０日　１９：２５", "2024-03-10 19:25"),
        ("昨天 20:15", ""),
        ("甲辰年二月初一", ""),
        ("10/03/2024", ""),
        ('<time datetime="2024-03-10T11:25:00Z">3 天前</time>', "2024-03-10 19:25"),
        ('更新 <time datetime="2024-03-10T11:25:00Z">3 天前</time>', ""),
        ('<abbr class="published" title="2024-03-10T19:25:00+08:00">下午7:25</abbr>', "2024-03-10 19:25"),
    ],
)
def test_a_date_near_the_title_is_read_however_it_is_written(written, expected):
    article = read(page(f"{LINKS}<h1>{TITLE}</h1><div>{written}</div>{TEXT}"), "a.html")
    assert moment(article).startswith(expected) if expected else article.date is None


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("条例(2021-12-24).md", "1992年4月3日 大会通过", "2021-12-24"),
        ("2021-12-24-条例.md", "发布日期：1992年4月3日", "1992-04-03"),
        ("2021-12-24-条例.md", "2021-12-23 19:25", "2021-12-23"),
        ("2021-12-24/条例.md", "1992年4月3日 大会通过", "1992-04-03"),
    ],
)
def test_a_day_in_a_files_name_counts_before_one_in_a_line_that_does_not_say_what_it_is(name, line, expected):
    assert moment(read(f"# 条例\n\n{line}\n\n{FIRST}", name)).startswith(expected)


# Who, and where


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("作者：林一帆", ["林一帆"]),
        ("2024-03-10 文/林一帆", ["林一帆"]),
        ("文｜林一帆", ["林一帆"]),
        ("撰文：林一帆、陈二", ["林一帆", "陈二"]),
        ("本报记者 林一帆 陈二", ["林一帆", "陈二"]),
        ("記者林一帆／台北報導", ["林一帆"]),
        ("来源：江城日报 记者：林一帆", ["林一帆"]),
        ("By Lin Yifan", ["Lin Yifan"]),
        ("——记者走访老码头", []),
        ("记者从公司获悉，渡轮下月停航。", []),
        ("论文/报告", []),
    ],
)
def test_a_byline_names_the_authors(line, names):
    assert authors_in(line) == names


@pytest.mark.parametrize(
    "note",
    [
        "<!-- saved from url=(0023)https://example.org/p/8 -->",
        "<!--\n Page saved with SingleFile \n url: https://example.org/p/8 \n saved date: Sun May 12 2024\n-->",
    ],
)
def test_a_saved_page_has_the_address_that_it_was_saved_from(note):
    text = page(f"<h1>{TITLE}</h1>{TEXT}").replace("<html>", f"{note}<html>")
    assert read(text, "a.html").url == "https://example.org/p/8"


# Texts with properties


PROPERTIES = f"作者: 林一帆\n发布时间: 2024-03-10 19:25\n标签: 水运, 渡口\n\n{FIRST}\n\n{LAST}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", f"# {TITLE}\n\n{PROPERTIES}"),
        ("a.txt", f"【{TITLE}】\n{PROPERTIES}"),
        (
            "a.txt",
            f"标题：{TITLE}\n{PROPERTIES.replace(chr(10) * 2 + FIRST, chr(10) + '正文：' + chr(10) + FIRST)}",
        ),
        (
            "a.rst",
            f"{TITLE}\n========\n\n:date: 2024-03-10 19:25\n:author: 林一帆\n:tags: 水运, 渡口\n\n{FIRST}\n\n.. image:: a.png\n   :alt: 图\n\n{LAST}",
        ),
        (
            "a.org",
            f"#+TITLE: {TITLE}\n#+DATE: <2024-03-10 Sun 19:25>\n#+AUTHOR: 林一帆\n#+FILETAGS: :水运:渡口:\n\n{FIRST}\n\n{LAST}",
        ),
        (
            "a.adoc",
            f"= {TITLE}\n:author: 林一帆\n:date: 2024-03-10 19:25\n:keywords: 水运, 渡口\n\n{FIRST}\n\n{LAST}",
        ),
        (
            "a.mdx",
            f'---\ntitle: {TITLE}\ndate: 2024-03-10 19:25\nauthor: 林一帆\ntags: [水运, 渡口]\n---\nimport Tabs from "@theme/Tabs";\n\nexport const a = 1;\n\n<Tabs>\n\n{FIRST}\n\n</Tabs>\n\n{LAST}',
        ),
        (
            "a.json",
            f'{{"reviews": [{{"question": {{"title": "{TITLE}"}}, "text_raw": "{FIRST}\\n{LAST}", "created_at": "Sun Mar 10 19:25:00 +0800 2024", "user": {{"screen_name": "林一帆"}}, "tags": ["水运", "渡口"]}}]}}',
        ),
        (
            "a.enex",
            f'<?xml version="1.0"?><en-export><note><title>{TITLE}</title><content><![CDATA[<?xml version="1.0"?><en-note>{TEXT}<en-media type="image/png"/></en-note>]]></content><created>20240310T112500Z</created><updated>20240501T000000Z</updated><tag>水运</tag><tag>渡口</tag><note-attributes><author>林一帆</author></note-attributes></note></en-export>',
        ),
    ],
    ids=["heading", "brackets", "labels", "rst", "org", "adoc", "mdx", "json", "enex"],
)
def test_properties_and_text_are_told_apart(name, text):
    article = read(text, name)
    assert (article.title, article.authors, article.tags) == (TITLE, ("林一帆",), ("水运", "渡口"))
    assert (moment(article), article.paragraphs) == ("2024-03-10 19:25", (FIRST, LAST))


def test_a_label_that_is_no_property_stays_text():
    article = read(f"# {TITLE}\n\n时间：2024-03-10\n作者：林一帆\n地点：老码头\n\n{FIRST}", "a.md")
    assert article.paragraphs == ("地点：老码头", FIRST)


def test_an_index_file_is_called_by_its_folder():
    article = read(FIRST, "content/2024-03-10-末班渡轮/index.md")
    assert (article.title, moment(article)[:10]) == (TITLE, "2024-03-10")


def test_a_page_that_a_browser_saved_with_its_pictures_is_read():
    text = page(f"<h1>{TITLE}</h1><p>2024-03-10 19:25</p>{TEXT}")
    saved = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/1\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="----B"\r\n\r\n------B\r\nContent-Type: text/html\r\n'
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n------B\r\nContent-Type: text/css\r\n\r\na{{}}\r\n------B--\r\n"
    )
    article = read(saved, "a.mhtml")
    assert (article.title, moment(article), article.url) == (
        TITLE,
        "2024-03-10 19:25",
        "https://example.org/1",
    )
    assert article.paragraphs == (FIRST, LAST)


def test_a_page_in_a_web_archive_is_in_the_encoding_that_its_header_names():
    warcio = pytest.importorskip("warcio")
    from warcio.statusandheaders import StatusAndHeaders

    text = "朝五時、川面に薄い霧がかかり、最初の渡し船が岸に着いた。市場へ急ぐ農家が荷を担いで乗り込んだ。"
    data = f"<html><title>渡し船</title><h1>渡し船</h1><p>{text}</p></html>".encode("shift_jis")
    stream = io.BytesIO()
    writer = warcio.WARCWriter(stream, gzip=False)
    headers = StatusAndHeaders(
        "200 OK", [("Content-Type", "text/html; charset=Shift_JIS")], protocol="HTTP/1.1"
    )
    writer.write_record(
        writer.create_warc_record(
            "https://example.org/1", "response", payload=io.BytesIO(data), http_headers=headers
        )
    )
    assert read(stream.getvalue(), "a.warc").paragraphs == (text,)


@pytest.mark.parametrize(
    "text",
    [
        "<en-export>" + "<note>" * 100_000,
        "<en-export><note><content>" + "<content>" * 50_000 + "</note>",
    ],
)
def test_an_export_that_is_never_closed_takes_time_in_proportion(text):
    file = File("a.enex", "a.enex", lambda: io.BytesIO(text.encode()), ReadOptions())
    assert list(read_articles(file, today=date(2026, 1, 1)))


def test_the_samples_are_read_in_every_shape(tmp_path):
    seeds = Path(__file__).parent.parent / "seeds" / "江边集"
    report = rebuild([seeds], tmp_path / "idx")
    assert (report.added, list(report.left_out)) == (7, [])
    searcher = Searcher(tmp_path / "idx", tz="Asia/Shanghai")
    found = {hit.title: hit for hit in searcher.search("", limit=None).hits}
    assert set(found) == {"渡口的茶摊", "借伞", "涨水", "石阶一共七十二级", "碼頭的貓", "纜繩", "末班"}
    assert [hit.title for hit in found.values() if hit.date is None] == []
    assert len(searcher.search("author:陈二").hits) == 3
    assert [hit.title for hit in searcher.search('"碗是粗瓷的"').hits] == ["渡口的茶摊"]
