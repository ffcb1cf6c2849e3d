"""Every format, by what a user relies on: all articles of a file, and their properties."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date, datetime, timedelta, timezone
from io import BytesIO

import pytest

from index import rebuild, update
from index.errors import SeedError, UsageError
from index.reading.assemble import Read
from index.reading.formats.base import File, PassedOver
from index.reading.limits import DEFAULT_LIMITS, Limits
from index.reading.options import ReadOptions
from index.reading.seed import read_articles
from search import Searcher

TODAY = date(2024, 6, 1)
CHINA = timezone(timedelta(hours=8))


def read(text: str | bytes, name: str, **options) -> list[Read]:
    """The articles of a file; an item that cannot be read is an error of the test."""
    found = read_all(text, name, **options)
    assert not [one for one in found if isinstance(one, SeedError)]
    return found


def read_all(text, name, *, limits=DEFAULT_LIMITS, **options):
    data = text if isinstance(text, bytes) else text.encode()
    file = File.of(data, path=name, id=name, options=ReadOptions(**options), limits=limits)
    return list(read_articles(file, today=TODAY))


def one(text: str | bytes, name: str = "a.md", **options) -> Read:
    (only,) = read(text, name, **options)
    return only


# Without a frame


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "# 渡口重开\n\n正文。", "渡口重开"),
        ("[01]《渡口重开》.txt", "【渡口重开】\n\n正文。".encode("gb18030"), "渡口重开"),
        ("a.html", "<article><h1>渡口重开</h1><p>正文。</p></article>", "渡口重开"),
        ("2024-03-10-渡口_重开.txt", "正文。\n", "渡口_重开"),
        ("20240310渡口重开.md", "正文。\n", "渡口重开"),
        ("渡口重开 3f2a9b8c7d6e5f4a3b2c1d0e9f8a7b6c.md", "正文。\n", "渡口重开"),
        ("2024-03-10.txt", "正文。\n", "2024-03-10"),
    ],
)
def test_a_title_is_found_without_a_frame(name, text, title):
    found = one(text, name).article
    assert (found.title, found.paragraphs) == (title, ("正文。",))


@pytest.mark.parametrize(
    "name",
    ["2024-03-10-a.md", "20240310.md", "2024/03/10/a.md", "x/2024年3月10日.md", "_posts/2024-03-10-a.md"],
)
def test_a_date_is_found_in_the_name_of_file_or_folder(name):
    found = one("# 渡口\n\n正文。", name).article
    assert found.date is not None
    assert found.date.date() == date(2024, 3, 10)


def test_a_line_that_gave_the_title_of_an_item_is_not_taken_from_the_text():
    assert one('{"content": "慢车停运。"}\n', "a.jsonl").article.paragraphs == ("慢车停运。",)


# Front matter


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("""title: "他说"你好"，走了\"""", '他说"你好"，走了'),
        ("""title: "新时代"的火车""", '"新时代"的火车'),
        ("""title: \"\"String methods vs Regexp\"\"""", "String methods vs Regexp"),
        ("title: |+\n  很长的标题", "很长的标题"),
        ("title: >2\n    很长的标题", "很长的标题"),
        ("title: > # 注\n  很长的标题", "很长的标题"),
        ("title: '渡口重开[1]&#65306;关于排队'", "渡口重开[1]：关于排队"),
        ("title: 渡口: 重开", "渡口: 重开"),
        ("Title: 渡口", "渡口"),
    ],
)
def test_front_matter_gives_the_title_even_where_it_is_no_sound_yaml(front, title):
    assert one(f"---\n{front}\n---\n正文。").article.title == title


@pytest.mark.parametrize(
    "text",
    [
        '+++\ntitle = "渡口"\ndate = 2024-03-10T08:05:00+08:00\ntags = ["水运"]\n'
        'authors = ["林一"]\n+++\n正文。',
        "title: 渡口\ndate: 2024-03-10 08:05:00\ntags: [水运]\nauthor: 林一\n---\n正文。",
        "---\ntitle: 渡口\ndate: 2024/3/10 8:05\nupdated: 2024-05-01\ntags: 水运\nauthor: 林一\n---\n正文。",
        "Title: 渡口\nDate: 2024-03-10 08:05\nModified: 2024-05-01\nTags: 水运\nAuthors: 林一\n\n正文。",
        "标题：渡口\n发布时间：2024-03-10 08:05\n标签：水运\n作者：林一\n\n正文。",
        '{"title": "渡口", "date": "2024-03-10 08:05", "tags": ["水运"], "author": "林一"}\n\n正文。',
        "title:: 渡口\ndate:: 2024-03-10 08:05\ntags:: 水运\nauthor:: 林一\n\n正文。",
    ],
)
def test_front_matter_of_every_kind_is_read(text):
    found = one(text).article
    assert (found.title, found.authors, found.tags) == ("渡口", ("林一",), ("水运",))
    assert found.date == datetime(2024, 3, 10, 8, 5, tzinfo=CHINA)
    assert found.paragraphs == ("正文。",)


def test_an_update_is_the_date_only_where_nothing_else_is():
    front = "---\ntitle: 渡口\nupdated: 2024-05-01\n---\n正文。"
    assert one(front, "2024-03-10-a.md").article.date.month == 3
    assert one(front, "a.md").article.date.month == 5


def test_replies_and_a_summary_in_the_front_matter_are_text():
    text = (
        "---\ntitle: 渡口\ndescription: 记者走访\nreplies:\n  - author: 甲\n    content: 第一条\n"
        "    replies:\n      - content: 第二条\n---\n正文。"
    )
    assert one(text).article.paragraphs == ("记者走访", "正文。", "第一条", "第二条")


def test_values_that_stand_for_a_billion_others_do_no_harm():
    lines = ["a0: &a0 [哈]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    lines += ["title: 渡口", "tags: *a11"]
    found = one("---\n" + "\n".join(lines) + "\n---\n正文。").article
    assert found.title == "渡口"


def test_rules_around_text_are_no_front_matter():
    assert one("---\n\n只是横线\n\n---\n\n正文。", "a.md").article.paragraphs == ("只是横线", "正文。")


def test_lines_with_a_colon_are_text_unless_they_name_properties():
    assert one("甲：你好\n乙：再见\n\n正文。", "a.txt").article.paragraphs == (
        "甲：你好",
        "乙：再见",
        "正文。",
    )


def test_a_header_after_front_matter_gives_date_and_url():
    text = "---\ntitle: 慢车\ndate: \n---\n\n<!--1409128000000-->\n[慢车](https://www.example.org/x)\n------\n\n<p>正文。</p>"
    found = one(text).article
    assert (found.url, found.dated_by, found.paragraphs) == (
        "https://www.example.org/x",
        "header",
        ("正文。",),
    )


def test_a_copy_in_an_archive_counts_as_its_original():
    copy = "https://web.archive.org/web/20190813181456/https://www.example.org/a/1"
    found = one(f"---\ntitle: 渡口\nurl: {copy}\n---\n正文。").article
    assert (found.url, found.sources) == ("https://www.example.org/a/1", ("example.org",))


# Many in one file


def test_json_lines_are_articles_and_ids_are_their_own_or_numbered():
    lines = [
        {
            "id": "f-1",
            "headline": "渡口",
            "published_at": "2024-03-10 08:05",
            "content": {"html": "<p>甲</p><p>乙</p>"},
        },
        {
            "title": "慢车",
            "author": {"name": "陈二"},
            "content": "第一行\n第二行",
            "link": "https://example.org/2",
        },
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    first, second = (found.article for found in read(text, "a.jsonl"))
    assert (first.id, first.title, first.paragraphs) == ("f-1", "渡口", ("甲", "乙"))
    assert first.date == datetime(2024, 3, 10, 8, 5, tzinfo=CHINA)
    assert (second.id, second.authors, second.paragraphs) == ("a.jsonl#2", ("陈二",), ("第一行", "第二行"))


def test_a_broken_line_is_reported_with_its_number_and_the_others_are_read():
    first, broken, last = read_all('{"title": "甲"}\n{"title": \n{"title": "乙"}\n', "a.jsonl")
    assert (first.article.title, broken.line, last.article.title) == ("甲", 2, "乙")


@pytest.mark.parametrize(
    "value",
    [
        [{"title": "渡口", "content": "正文。"}],
        {"title": "晨报", "items": [{"title": "渡口", "content_html": "<p>正文。</p>"}]},
        {"data": {"list": [{"title": "渡口", "body": "正文。"}]}},
        {"hits": {"hits": [{"_id": "1", "_source": {"title": "渡口", "content": "正文。"}}]}},
        [{"title": {"rendered": "渡口"}, "content": {"rendered": "<p>正文。</p>"}}],
        {
            "name": "频道",
            "messages": [
                {"id": 1, "text": ""},
                {"id": 2, "text": ["渡口\n", {"type": "b", "text": "正文。"}]},
            ],
        },
        {"标题": "渡口", "正文": "正文。"},
    ],
)
def test_json_of_many_shapes_gives_its_articles(value):
    (found,) = read(json.dumps(value, ensure_ascii=False), "a.json")
    assert "渡口" in found.article.title
    assert found.article.paragraphs[-1] == "正文。"


def test_a_list_that_ends_too_early_gives_what_came_before_and_says_so():
    file = File.of('[{"title":"甲"},{"title":"'.encode(), path="a.json", id="a.json")
    reading = read_articles(file)
    assert next(reading).article.title == "甲"
    with pytest.raises(SeedError, match="ends too early"):
        next(reading)


def test_keys_that_nobody_knows_are_named_and_can_be_mapped():
    text = '{"biaoti": "渡口", "neirong": "正文。"}'
    with pytest.raises(SeedError, match="biaoti"):
        read(text, "a.json")
    found = one(text, "a.json", keys=(("title", "biaoti"), ("body", "neirong"))).article
    assert (found.title, found.paragraphs) == ("渡口", ("正文。",))
    with pytest.raises(UsageError):
        ReadOptions(keys=(("heading", "x"),))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_a_table_is_read_in_any_encoding_and_with_any_sign(encoding, sign):
    head = sign.join(["标题", "日期", "作者", "正文"])
    row = sign.join(
        ["渡口重开", "2024/3/10", "林一; 陈二" if sign != ";" else '"林一, 陈二"', '"第一段。\r\n第二段。"']
    )
    found = one(f"{head}\r\n{row}\r\n".encode(encoding), "a.csv").article
    assert (found.title, found.authors) == ("渡口重开", ("林一", "陈二"))
    assert found.paragraphs == ("第一段。", "第二段。")


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>晨报</title><item><title>渡口&amp;#65306;重开</title>
<link>https://www.example.org/1</link><dc:creator>林一</dc:creator><category>水运</category>
<pubDate>Sun, 10 Mar 2024 08:05:00 +0800</pubDate><description>渡口重开</description>
<content:encoded><![CDATA[<p>渡口重开。</p><p>甲 a&lt;b。</p>]]></content:encoded></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>晨报</title><entry><title>渡口：重开</title><id>x</id>
<author><name>林一</name></author><category term="水运"/><link href="https://www.example.org/1"/>
<updated>2024-05-01T00:00:00Z</updated><published>2024-03-10T08:05:00+08:00</published><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>渡口重开。</p>
<p>甲 a&lt;b。</p></div></content></entry></feed>"""


@pytest.mark.parametrize("feed", [RSS, ATOM], ids=["rss", "atom"])
def test_a_feed_gives_an_article_for_each_entry(feed):
    pytest.importorskip("feedparser")
    found = one(feed, "feed.xml").article
    assert (found.title, found.authors, found.tags) == ("渡口：重开", ("林一",), ("水运",))
    assert found.date == datetime(2024, 3, 10, 8, 5, tzinfo=CHINA)
    assert found.paragraphs == ("渡口重开。", "甲 a<b。")
    assert found.sources == ("晨报", "example.org")


def test_a_dump_of_mediawiki_gives_its_pages_without_wikitext():
    pytest.importorskip("mwparserfromhell")
    page = (
        "<page><title>旧渡口</title><ns>0</ns><id>7</id><revision><id>9</id><timestamp>2024-03-10T00:00:00Z"
        "</timestamp><text>'''旧渡口'''是[[城东区|城东]]的渡口。{{stub}}&lt;ref&gt;注&lt;/ref&gt;\n\n"
        "== 历史 ==\n"
        "* 从前\n[[File:a.jpg|thumb|码头]]\n[[Category:水运]]</text></revision></page>"
    )
    redirect = page.replace("'''旧渡口'''", "#REDIRECT [[旧渡口]]")
    talk = page.replace("<ns>0</ns>", "<ns>1</ns>")
    dump = f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/">{page}{redirect}{talk}</mediawiki>'
    found = one(dump, "dump.xml")
    assert (found.article.id, found.article.title, found.article.tags) == ("7", "旧渡口", ("水运",))
    assert found.article.paragraphs == ("旧渡口是城东的渡口。", "历史", "从前")


def test_wikiextractor_gives_its_documents():
    text = '<doc id="1" url="https://zh.example.org/1" title="旧渡口">\n旧渡口\n\n一个渡口。\n</doc>\n' * 2
    assert [found.article.paragraphs for found in read(text, "wiki_00")] == [("一个渡口。",)] * 2


def warc(*bodies: str) -> bytes:
    writer = pytest.importorskip("warcio.warcwriter")
    headers = pytest.importorskip("warcio.statusandheaders")
    out = BytesIO()
    writing = writer.WARCWriter(out, gzip=False)
    for number, body in enumerate(bodies):
        answer = headers.StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        url = f"https://www.example.org/{number}"
        payload = BytesIO(body.encode())
        writing.write_record(
            writing.create_warc_record(url, "response", payload=payload, http_headers=answer)
        )
    return out.getvalue()


PAGE = (
    "<html><head><title>渡口</title></head><body><h1>渡口</h1><p>城东的旧渡口今天重新开放。</p></body></html>"
)


def test_web_archives_give_their_pages():
    data = warc(PAGE, PAGE)
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("archive/a.warc.gz", gzip.compress(data))
    for name, file in (("a.warc", data), ("a.wacz", zipped.getvalue())):
        found = read(file, name)
        assert [(one.article.title, one.article.url) for one in found] == [
            ("渡口", "https://www.example.org/0"),
            ("渡口", "https://www.example.org/1"),
        ]


def test_a_book_gives_its_chapters():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", '<c><rootfile full-path="o/c.opf"/></c>')
        book.writestr(
            "o/c.opf",
            '<package xmlns:dc="x"><dc:title>渡口集</dc:title><dc:creator>林一</dc:creator>'
            '<item id="a" href="a.xhtml"/><item id="b" href="b.xhtml"/>'
            '<itemref idref="b"/><itemref idref="a"/></package>',
        )
        for name in "ab":
            book.writestr(f"o/{name}.xhtml", f"<html><body><h1>章{name}</h1><p>正文。</p></body></html>")
    found = [one.article for one in read(out.getvalue(), "book.epub")]
    assert [(article.title, article.authors) for article in found] == [("章b", ("林一",)), ("章a", ("林一",))]


def test_a_day_file_is_split_where_the_user_says():
    text = "# 三月\n\n## 渡口\n\n甲。\n\n## 慢车\n\n乙。\n"
    found = [one.article for one in read(text, "2024-03.md", split_at="## ")]
    assert [(article.id, article.title, article.body) for article in found] == [
        ("2024-03.md#1", "渡口", "甲。"),
        ("2024-03.md#2", "慢车", "乙。"),
    ]


# What is no article


def test_a_database_says_what_to_do():
    with pytest.raises(SeedError, match="CSV or JSON Lines"):
        read(b"SQLite format 3\0" + b"\0" * 100, "news.db")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "archive/index.html",
            "---\ntitle: Archive\n---\n{% for post in site.posts %}<li>{{ post.title }}</li>{% endfor %}",
        ),
        ("head.html", "<head><title>{% if page.title %}{{ page.title }}{% endif %}</title></head>"),
        ("list.json", '["a", "b"]'),
        ("box", "From a@example.org Sun Mar 10 08:00:00 2024\nSubject: x\n\nbody"),
    ],
)
def test_what_is_not_meant_as_an_article_is_passed_over(name, text):
    with pytest.raises(PassedOver):
        read(text, name)


def test_a_short_post_that_includes_a_figure_is_an_article():
    text = "---\ntitle: 渡口\n---\n{% include figure.html %}\n\n正文 ![]({{ site.url }}/a.png)\n"
    assert one(text, "p/2024-03-10-a.md").article.paragraphs == ("正文",)


# In an index


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


def ids(index) -> list[str]:
    with Searcher(index) as searcher:
        return sorted(hit.id for hit in searcher.search("", limit=None).hits)


def lines(*values: dict) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_update_compares_item_by_item(archive, tmp_path, workers):
    file, index = archive / "a.jsonl", tmp_path / "index"
    file.write_text(lines({"id": "x", "title": "甲"}, {"id": "y", "title": "乙"}, {"title": "丙"}))
    assert rebuild([archive], index, workers=workers).articles == 3
    again = update([archive], index, workers=workers)
    assert (again.unchanged, again.added, again.replaced, again.deleted) == (3, 0, 0, 0)
    file.write_text(
        lines({"id": "x", "title": "甲"}, {"id": "y", "title": "乙二"}, {"id": "z", "title": "丁"})
    )
    changed = update([archive], index, workers=workers)
    assert (changed.unchanged, changed.added, changed.replaced, changed.deleted) == (1, 1, 1, 1)
    assert ids(index) == ["x", "y", "z"]


def test_two_files_may_number_their_items_alike(archive, tmp_path):
    for name in "ab":
        (archive / f"{name}.csv").write_text(f"id,title,content\n1,渡口,{name}\n2,慢车,{name}\n")
    index = tmp_path / "index"
    assert rebuild([archive], index).articles == 4
    assert ids(index) == ["1", "2", "b.csv#1", "b.csv#2"]
    assert update([archive], index).unchanged == 4


@pytest.mark.parametrize("workers", [1, 2])
def test_a_large_file_is_read_item_by_item(archive, tmp_path, workers):
    """The limit of bytes is an item's, not the file's."""
    values = [{"title": f"第{number}篇", "content": "渡口重开。" * 100} for number in range(1000)]
    with gzip.open(archive / "a.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines(*values))
    report = rebuild([archive], tmp_path / "index", workers=workers, limits=Limits(bytes=10_000))
    assert (report.articles, report.left_out) == (1000, [])


def test_what_a_site_generator_keeps_is_counted_and_not_reported(archive, tmp_path):
    for name in (
        "404.md",
        "style.css",
        "_config.yml",
        "_includes/head.html",
        "_posts/2024-03-10-a.md",
        "robots.txt",
    ):
        (archive / name).parent.mkdir(exist_ok=True)
        (archive / name).write_text("---\ntitle: 渡口\n---\n正文。")
    report = rebuild([archive], tmp_path / "index")
    assert (report.articles, report.left_out, sum(report.passed_over.values())) == (1, [], 5)


def test_local_times_are_those_of_the_archive_and_an_update_keeps_its_zone(archive, tmp_path):
    (archive / "a.md").write_text("---\ntitle: 渡口\ndate: 2024-03-10 08:05\n---\n正文。")
    index = tmp_path / "index"
    rebuild([archive], index, reading=ReadOptions(zone="UTC"))
    (archive / "b.md").write_text("---\ntitle: 慢车\ndate: 2024-03-10 08:05\n---\n正文。")
    update([archive], index)
    with Searcher(index) as searcher:
        assert {searcher.article(id).date.hour for id in ("a.md", "b.md")} == {8}
    with pytest.raises(UsageError, match="time zone"):
        ReadOptions(zone="Asia/Nowhere")


def test_articles_that_lost_much_are_named(archive, tmp_path):
    comments = "".join(f"<p>读者评论第{n}条，说的是别的事情，与渡口无关。</p>" for n in range(20))
    page = f"<html><body><article><h1>渡口</h1><p>{'城东的旧渡口今天重新开放。' * 8}</p></article>"
    (archive / "a.html").write_text(
        f'{page}<div id="comments" class="comments">{comments}</div></body></html>'
    )
    report = rebuild([archive], tmp_path / "index")
    assert list(report.reduced) == ["a.html"]


# Sources


@pytest.mark.parametrize(
    ("path", "sources"),
    [
        ("archived/2024-03-10/a.md", ("example.org",)),
        ("晨报/2024/03/a.md", ("晨报", "example.org")),
        ("晨报/_posts/a.md", ("晨报", "example.org")),
        ("articles/22001-23000/a.md", ("example.org",)),
        ("content/cn/a.md", ("example.org",)),
    ],
)
def test_sources_are_outlets(archive, tmp_path, path, sources):
    (archive / path).parent.mkdir(parents=True)
    (archive / path).write_text("---\ntitle: 渡口\nurl: https://www.example.org/1\n---\n正文。")
    rebuild([archive], tmp_path / "index")
    with Searcher(tmp_path / "index") as searcher:
        assert searcher.article(path).sources == sources
