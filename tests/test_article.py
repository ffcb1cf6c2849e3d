"""An article from Python, and from each kind of seed that archives hold."""

from __future__ import annotations

import contextlib
import doctest
from datetime import date, datetime, timedelta, timezone
from encodings.aliases import aliases

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import index.article
from index import rebuild, update
from index.article import Article, Kind
from index.errors import ArticleError, SeedError, UsageError
from index.reading.encoding import decode
from index.reading.formats.base import PassedOver
from index.reading.markup import names
from index.reading.seed import read_seed
from search import Searcher

TODAY = date(2024, 6, 1)
STAMP = "<!--1710099901000-->"
STAMPED = datetime(2024, 3, 10, 19, 45, 1, tzinfo=timezone.utc)


def seed(text: str | bytes, **more) -> Article:
    data = text if isinstance(text, bytes) else text.encode()
    return read_seed(data, **{"id": "a", "path": "a.md", "today": TODAY, **more})


def frame(title="慢车", url="https://example.org/1", body="<p>站台上很挤。</p>", first=STAMP) -> str:
    return f"{first}\n[{title}]({url})\n------\n\n{body}"


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=timezone.utc)


# From Python


def test_an_article_needs_no_more_than_id_and_title():
    article = Article("一/1", "慢车")
    assert (article.paragraphs, article.sources, article.date, article.dated_by) == ((), (), None, "")


def test_paragraphs_are_the_lines_that_hold_something():
    assert Article("1", "", body="甲\n\n 乙 \r\n　\n丙").paragraphs == ("甲", "乙", "丙")


def test_a_date_is_kept_in_utc():
    east = datetime(2024, 3, 11, 3, 45, 1, tzinfo=timezone(timedelta(hours=8)))
    article = Article("1", "", date=east)
    assert article.date == STAMPED
    assert article.date.tzinfo is timezone.utc
    assert article.dated_by == "application"


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": None},
        {"title": 3},
        {"url": None},
        {"sources": ("法广", None)},
        {"authors": None},
        {"tags": (1,)},
        {"kinds": "tt"},
        {"kinds": "x"},
        {"date": datetime(2024, 3, 10)},
        {"date": date(2024, 3, 10)},
        {"date": "2024-03-10"},
        {"date": datetime.min.replace(tzinfo=timezone(timedelta(hours=8)))},
    ],
    ids=str,
)
def test_a_value_that_is_no_article_s_is_refused_by_name(wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        Article(**{"id": "1", "title": "", **wrong})


@pytest.mark.parametrize("id", ["", None, 7])
def test_an_id_is_a_string_that_is_not_empty(id):
    with pytest.raises(ArticleError, match="id"):
        Article(id, "慢车")


@pytest.mark.parametrize("field", ["authors", "sources", "tags"])
def test_names_stand_once_each_and_a_string_is_one_name(field):
    assert getattr(Article("1", "", **{field: ["法广", "", "rfi.fr", "法广"]}), field) == ("法广", "rfi.fr")
    assert getattr(Article("1", "", **{field: "法广"}), field) == ("法广",)


def test_every_line_of_a_body_has_a_kind():
    article = Article("1", "", "开航\n\n 每天两班 \n船票", kinds="htih")
    assert article.blocks == (("开航", Kind.HEADING), ("每天两班", Kind.ITEM), ("船票", Kind.HEADING))
    assert tuple(block.text for block in article.blocks) == article.paragraphs


def test_the_example_of_an_article_runs():
    result = doctest.testmod(index.article)
    assert result.attempted
    assert result.failed == 0


def test_without_kinds_every_line_is_text():
    assert Article("1", "", "甲\n乙").blocks == (("甲", Kind.TEXT), ("乙", Kind.TEXT))
    assert Article("1", "").blocks == ()


def test_what_an_article_says_of_itself_comes_back_from_the_store(tmp_path):
    written = Article(
        "1",
        "渡轮",
        "开航\n每天两班",
        authors=("林小舟", "Ada O'Hara"),
        tags=("交通", "天气\u3000预报"),
        sources=("晨报",),
        kinds="ht",
        titled_by="front matter",
    )
    rebuild([written], tmp_path, engine="memory")
    with Searcher(tmp_path) as searcher:
        assert searcher.article("1") == written


def test_an_update_notices_that_only_the_authors_changed(tmp_path):
    rebuild([Article("1", "渡轮", authors="林小舟")], tmp_path, engine="memory")
    update([Article("1", "渡轮", authors="陈一帆")], tmp_path)
    with Searcher(tmp_path) as searcher:
        assert searcher.article("1").authors == ("陈一帆",)


@given(st.text(st.characters(), min_size=1))
@example("\ud800x\udfff")
def test_any_text_can_be_stored(text):
    article = Article(text, text, body=text, url=text, sources=(text,), dated_by=text)
    for value in (article.id, article.title, article.body, article.url, *article.sources):
        assert value.encode() == text.encode("utf-16", "surrogatepass").decode(
            "utf-16", "replace"
        ).encode() or ("\ufffd" in value)


# Header


def test_the_header_gives_date_title_and_url():
    article = seed(frame(), folder="法广")
    assert (article.title, article.url) == ("慢车", "https://example.org/1")
    assert (article.date, article.dated_by) == (STAMPED, "header")
    assert article.sources == ("法广", "example.org")
    assert article.paragraphs == ("站台上很挤。",)


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("[专题] 慢车（一）", "https://example.org/%E6%85%A2?a=1&b=2"),
        ("a [b] (c)", "http://x/y_(z)"),
        ("慢车](副题", "http://x/y"),
        ("他说[可以](笑)", "http://x/(a)(b)"),
        ("(慢车)", "http://x/[1](2)"),
        ("AT&T <慢车>", "http://x/?a=1&amp;b=2"),
        ("慢车", ""),
        ("慢车", "/articles/1"),
        ("慢]车", "http://x/y"),
    ],
)
def test_brackets_in_title_and_url_survive(title, url):
    article = seed(frame(title, url))
    assert (article.title, article.url) == (title, url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.rfi.fr/cn", "rfi.fr"),
        ("//www.rfi.fr/cn", "rfi.fr"),
        ("www.rfi.fr/cn", "rfi.fr"),
        ("WWW.RFI.fr:80/cn?u=http://x", "rfi.fr"),
        ("/cn/1", ""),
        ("www.[rfi", ""),
    ],
)
def test_the_host_of_the_url_is_a_source(url, host):
    assert seed(frame(url=url)).sources == ((host,) if host else ())


def test_a_title_may_run_over_two_lines():
    assert seed(frame("慢车\n与快车")).title == "慢车 与快车"


def test_a_title_is_trimmed_and_decoded_and_the_files_name_if_it_is_empty():
    assert seed(frame("  慢车 ")).title == "慢车"
    assert seed(frame("Q&amp;A &#8220;好&#8221;")).title == "Q&A “好”"
    assert seed(frame("")).title == "a"
    with pytest.raises(SeedError, match="neither a title nor a text"):
        seed(frame("", body=""))


@pytest.mark.parametrize("text", ["\ufeff<!---->[慢\0车]()\n正文", '---\ntitle: "慢\\0车\\u0000"\n---\n正文'])
def test_a_title_has_no_nul(text):
    assert seed(text).title == "慢车"


def test_an_empty_body_is_an_article():
    assert seed(frame(body="")).body == ""
    assert seed("[慢车](http://x/)").title == "慢车"


@pytest.mark.parametrize(
    "millis", ["NaN", "0", "-1710099901000", "1710099901", "99999999999999999999", "1917100999010000", ""]
)
def test_an_absurd_time_stamp_is_no_date(millis):
    assert seed(frame(first=f"<!--{millis}-->")).date is None


def test_a_time_stamp_is_right_to_the_second():
    assert seed(frame(first="<!--1710099901999-->")).date == STAMPED


def test_a_header_that_stands_twice_is_read_once():
    again = frame(first="<!--NaN-->")
    assert seed(f"{STAMP}\n[慢车](http://x/)\n------\n\n{again}").paragraphs == ("站台上很挤。",)


def test_line_ends_and_marks_of_other_systems():
    assert seed(b"\xef\xbb\xbf" + frame().replace("\n", "\r\n").encode()) == seed(frame())
    assert seed(frame().replace("\n", "\r")) == seed(frame())


@pytest.mark.parametrize(
    "text",
    [
        f"{STAMP}\n站台上很挤。\n",
        "\n\n站台上很挤。",
        "---\ndate: 2024-03-10\n---\n站台上很挤。",
        "<html><body><p>站台上很挤。</p></body></html>",
    ],
)
def test_a_seed_without_a_title_is_read_all_the_same(text):
    article = seed(text, id="2024/慢车.md")
    assert (article.title, article.titled_by) == ("慢车", "file name")
    assert article.paragraphs == ("站台上很挤。",)


@pytest.mark.parametrize("text", ["", " \n\n", "\ufeff"])
def test_an_empty_file_is_no_article(text):
    with pytest.raises(SeedError, match="nothing in the file") as caught:
        seed(text)
    assert caught.value.path == "a.md"


# Other frames


def test_a_date_line_after_the_rule():
    article = seed("[慢车](http://x/)\n------\n\n日期：Thu, 02 Jul 2020 06:28:54 +0800\n<p>站台</p>")
    assert (article.date, article.dated_by) == (at(2020, 7, 1, 22, 28, 54), "date line")
    assert article.paragraphs == ("站台",)


FRONT = """---
layout: post
title: "慢车: \\"一\\" 站台"
date: 2020-07-02 06:28:54 +0800
author: 'It''s me'
from: https://www.example.org/1
tags: [ 火车, 旅行 ]
categories:
  - 生活
---
<p>站台上很挤。</p>
"""


def test_front_matter():
    article = seed(FRONT)
    assert article.title == '慢车: "一" 站台'
    assert article.url == "https://www.example.org/1"
    assert article.sources == ("example.org",)
    assert (article.date, article.dated_by) == (at(2020, 7, 1, 22, 28, 54), "front matter: date")
    assert article.paragraphs == ("站台上很挤。",)
    assert seed("\ufeff" + FRONT.replace("\n", "\r\n")) == article


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        ("title: 慢车", "慢车"),
        ("title:   慢车   # 注", "慢车"),
        ("title: '慢''车'", "慢'车"),
        ('title: "\\u6162车"', "慢车"),
        ("title: >\n  慢车\n  与快车\ndate: 2020", "慢车 与快车"),
        ("Title: 一：慢车 - 二", "一：慢车 - 二"),
        ("tags:\n- 甲\n- 乙\ntitle: 慢车", "慢车"),
    ],
)
def test_plain_forms_of_yaml(lines, title):
    assert seed(f"---\n{lines}\n---\n正文").title == title


def test_front_matter_before_a_header():
    article = seed(f"---\ndate: 2020-07-02\n---\n{frame()}")
    assert (article.title, article.date) == ("慢车", STAMPED)


def test_a_whole_page():
    page = """<!DOCTYPE html>
    <html><head><meta charset="utf-8"><title>慢车 &amp; 站台</title>
    <link rel="canonical" href="https://example.org/1?a=1&amp;b=2">
    <meta property="article:published_time" content="2024-03-10T19:45:01+00:00"></head>
    <body class="share"><h1>慢车 &amp; 站台</h1><p>站台上很挤。</p></body></html>"""
    article = seed(page)
    assert (article.title, article.url) == ("慢车 & 站台", "https://example.org/1?a=1&b=2")
    assert (article.date, article.dated_by) == (STAMPED, "article:published_time")
    assert article.paragraphs == ("站台上很挤。",)


# Dates


@pytest.mark.parametrize(
    ("body", "when"),
    [
        (
            "<time class='published' datetime='2024-03-10T20:45:01+01:00'>昨天</time><p>站台上很挤。</p>",
            STAMPED,
        ),
        (
            "<time datetime='2023-01-01' class='updated'></time>"
            "<time datetime='2024-03-10' class='published'></time>",
            at(2024, 3, 10),
        ),
        ("<time datetime='soon'>2024年</time>", None),
    ],
)
def test_a_time_element(body, when):
    assert seed(frame(body=body, first="")).date == when


@pytest.mark.parametrize(
    ("block", "when"),
    [
        ("2024-03-10", at(2024, 3, 10)),
        ("2024/3/10 20:18", at(2024, 3, 10, 12, 18)),
        ("2024年3月10日 下午8:18", at(2024, 3, 10, 12, 18)),
        ("发布时间：2024.03.10 20:18:05 来源：站台月刊", at(2024, 3, 10, 12, 18, 5)),
        ("2024-03-10T20:18:00+08:00", at(2024, 3, 10, 12, 18)),
        ("2024-03-10 25:99", at(2024, 3, 10)),
        ("2024年3月10日" + "，站台上很挤" * 40, None),
        ("站台上很挤，" * 40 + "2024年3月10日", None),
        ("10/03/2024 - 20:18", None),
        ("2024-13-10", None),
        ("2024-06-03", None),
        ("1949年10月1日", at(1949, 10, 1)),
        ("12024-03-100", None),
    ],
)
def test_a_year_first_date_in_the_first_block(block, when):
    article = seed(frame(body=f"<div>{block}</div><p>站台上很挤。</p>", first=""))
    assert article.date == when
    assert ("date line" in article.dated_by) == (when is not None)


@pytest.mark.parametrize(
    ("url", "when"),
    [
        ("https://example.org/cn/20240310-title", at(2024, 3, 10)),
        ("https://example.org/%E4%B8%AD20240310", at(2024, 3, 10)),
        ("https://example.org/99999999/20240602", at(2024, 6, 2)),
        ("https://example.org/20240603", None),
        ("https://example.org/19891231", None),
        ("https://example.org/120240310", None),
        ("https://example.org/20240230", None),
    ],
)
def test_eight_digits_in_the_url(url, when):
    article = seed(frame(url=url, first=""))
    assert article.date == when
    assert article.dated_by == ("url" if when else "")


def test_the_first_that_gives_a_date_decides():
    body = "日期：2020-01-02\n<p>2020-01-03</p><time class='published' datetime='2020-01-04'></time>"
    url = "http://x/20200105"
    assert seed(frame(url=url, body=body)).dated_by == "header"
    assert seed(frame(url=url, body=body, first="<!--NaN-->")).date == at(2020, 1, 2)
    assert seed(frame(url=url, body=body[31:], first="")).date == at(2020, 1, 4)
    assert seed(frame(url=url, body="<p>2020-01-03</p>", first="")).date == at(2020, 1, 3)
    assert seed(frame(url=url, body="<p>3 日</p>", first="")).date == at(2020, 1, 5)


def test_what_repeats_the_header_is_no_paragraph():
    body = "<h1>“慢车”</h1><div>10/03/2024 - 20:18</div><p>站台上很挤。</p><p>慢车</p>"
    assert seed(frame(body=body)).paragraphs == ("站台上很挤。", "慢车")


# Encodings

SIMPLIFIED = "这趟慢车每天早上从昆明开出，傍晚到达；站台上的人都认识列车员，他们说这里的时间过得很慢。"
TRADITIONAL = "這趟慢車每天早上從臺北開出，傍晚到達；月臺上的人都認識列車員，他們說這裡的時間過得很慢。"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf_8(mark):
    assert seed(mark + frame(SIMPLIFIED).encode()).title == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_with_and_without_a_mark(encoding):
    assert seed(frame(SIMPLIFIED, body=TRADITIONAL).encode(encoding)) == seed(
        frame(SIMPLIFIED, body=TRADITIONAL)
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "body", ["一个人一生中总有一次，一种一直没有的一天。" * 60, "站台上很挤。" * 900, ""]
)
def test_characters_with_a_zero_byte_and_few_signs_are_utf_16_too(encoding, body):
    """一 has a zero where ASCII has none, and long paragraphs have hardly any ASCII."""
    text = frame("做个聪明的人", body=body)
    assert seed(text.encode(encoding)) == seed(text)
    assert decode((text + "\N{GRINNING FACE}").encode(encoding)[:-2]).startswith(text)


@pytest.mark.parametrize(
    "data",
    [
        "[a](b)\n-----\n正文".encode("utf-32-le"),
        bytes(range(256)) * 16,
        "\n".join("[a](b)").encode("utf-16-le") + "\ue000".encode("utf-16-le") * 9,
    ],
)
def test_not_everything_with_zeros_in_it_is_utf_16(data):
    with pytest.raises(SeedError, match="not a text file"):
        seed(data)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "gbk"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "cp950"),
    ],
)
@pytest.mark.parametrize(
    "declared", ["", "<meta charset=big5>", "<meta charset='gb2312'>", "<meta charset=utf-8>"]
)
def test_chinese_encodings_are_told_apart_even_where_the_page_lies(text, encoding, declared):
    article = seed(frame(text[:12], body=f"{declared}<p>{text}</p>").encode(encoding))
    assert (article.title, article.paragraphs) == (text[:12], (text,))


# https://encoding.spec.whatwg.org/#names-and-labels: the names, and the labels that look unlike them.
WHATWG = names(
    """
    utf-8 unicode-1-1-utf-8 x-unicode20utf8 ibm866 csibm866 iso-8859-2 latin2 iso-8859-3 iso-8859-4
    iso-8859-5 cyrillic iso-8859-6 arabic iso-8859-7 greek sun_eu_greek iso-8859-8 visual
    iso-8859-8-i logical iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16 koi8-r koi
    koi8-u macintosh x-mac-roman windows-874 dos-874 tis-620 windows-1250 windows-1251 windows-1252
    ascii l1 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258
    x-mac-cyrillic gbk chinese x-gbk gb18030 big5 big5-hkscs x-x-big5 euc-jp x-euc-jp iso-2022-jp
    shift_jis ms_kanji windows-31j x-sjis euc-kr korean ks_c_5601-1987 windows-949 replacement
    hz-gb-2312 iso-2022-cn iso-2022-kr utf-16be unicodefffe utf-16le iso-10646-ucs-2 ucs-2 unicode
    x-user-defined
    """
)
PYTHON = {*aliases, *aliases.values()}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("named", [WHATWG, PYTHON], ids=["whatwg", "python"])
def test_whatever_a_page_calls_its_encoding_it_is_read(encoding, named):
    text = TRADITIONAL if encoding == "big5" else SIMPLIFIED
    for name in [*sorted(named), "x-unknown", "?"]:
        for declared in (f"<meta charset={name}>", f'<meta content="text/html; charset={name}">'):
            article = seed(frame(text[:12], body=f"{declared}<p>{text}</p>").encode(encoding))
            assert (article.title, article.paragraphs) == (text[:12], (text,)), name


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_a_short_title_is_enough(encoding):
    assert seed(frame("天氣報告：明天有雨", body="").encode(encoding)).title == "天氣報告：明天有雨"


@pytest.mark.parametrize(
    ("title", "encoding"),
    [("金融武器", "gbk"), ("隐私政策", "gbk"), ("超越", "gb18030"), ("恐懼", "big5"), ("武器", "big5")],
)
def test_a_title_without_common_characters_is_read_if_nothing_is_broken(title, encoding):
    assert seed(frame(title, body="").encode(encoding)).title == title


@pytest.mark.parametrize("title", ["Orléans", "Größe", "naïve café", "Übermut"])
def test_accented_letters_are_no_chinese(title):
    data = frame(title, body="").encode("latin-1")
    assert decode(data) == data.decode("utf-8", "replace")


@pytest.mark.parametrize("title", ["金融武器", "恐懼感", "超越抗議"])
def test_a_short_title_in_utf_8_stays_so_whichever_byte_is_broken(title):
    whole = frame(title, body="").encode()
    begin = whole.index(title.encode())
    for at in range(begin, begin + len(title.encode())):
        for broken in (b"", b"\xff", b"A"):
            data = whole[:at] + broken + whole[at + 1 :]
            assert decode(data) == data.decode("utf-8", "replace")


def test_one_broken_character_in_a_text_without_others_shows():
    data = frame("Just forget it", body="As the saying goes \u2014 hell").encode().replace(b"\x94", b"")
    assert decode(data) == data.decode("utf-8", "replace")


def test_a_few_broken_bytes_are_replaced():
    data = frame(body=f"<p>{SIMPLIFIED}</p>").encode()
    assert seed(data[:-4] + b"\xff" + data[-4:]).paragraphs == (SIMPLIFIED + "\ufffd",)
    assert seed(data[:-9]).paragraphs[0].startswith(SIMPLIFIED[:-2])


def test_another_declared_encoding_is_believed():
    body = "<meta charset='windows-1252'><p>Il a plu à Orléans, déjà.</p>"
    assert decode(body.encode("windows-1252")) == body


@pytest.mark.parametrize("data", [b"\x00" * 64, b"%PDF-1.7 [a](b)", b"\x7fELF\x01\x00\x00\x02" + bytes(40)])
def test_a_file_that_is_no_text_is_refused(data):
    with pytest.raises(SeedError, match="not a text file"):
        seed(data)


# Laws

FRAMES = [
    "",
    STAMP + "\n",
    "[a](b)\n---\n",
    STAMP + "\n[慢](http://x)\n---\n",
    "---\ntitle: ",
    "<html><title>x</title>",
    "日期：",
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FRAMES), st.binary(max_size=200))
def test_any_bytes_are_an_article_or_a_seed_error(start, data):
    try:
        article = seed(start.encode() + data)
    except (SeedError, PassedOver):
        return
    article.body.encode()
    article.title.encode()
    assert all("\n" not in paragraph for paragraph in article.paragraphs)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FRAMES), st.text(alphabet="-[]()<!>\n:'\"#ab1 慢日期2024年", max_size=60))
def test_any_text_is_an_article_or_a_seed_error(start, text):
    with contextlib.suppress(SeedError, PassedOver):
        seed(start + text)


@given(st.text(alphabet="慢车ab ", min_size=1), st.from_regex(r"https://x/[a-z()%0-9]{0,12}", fullmatch=True))
def test_title_and_url_come_back_as_they_were_written(title, url):
    article = seed(frame(title, url))
    assert (article.title, article.url) == (" ".join(title.split()) or "a", url)
