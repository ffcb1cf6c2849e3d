"""Dates as files write them, to moments."""

from __future__ import annotations

from datetime import date, timedelta, timezone

import pytest

from index.reading.dates import ARCHIVE_ZONE, date_in_path, date_in_url, first_date, from_text
from index.reading.draft import Value

TODAY = date(2026, 11, 26)


def read(text: str) -> str | None:
    moment = from_text(text, today=TODAY, zone=ARCHIVE_ZONE)
    return None if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    "written",
    [
        "2020-01-02 15:04:05",
        "2020-01-02&nbsp;15:04:05",
        "2020-01-02\u3000 15:04:05",
        "2020-01-02T15:04:05.123+08:00",
        "2020-01-02T07:04:05Z",
        "2020-01-02 15:04:05 +0800",
        "2020-01-02 15:04:05+08",
        "2020-01-02 15:04:05 UTC+8",
        "2020-01-02 02:04:05 -5:00",
        "2020-01-02T15:04:05+08:00[Asia/Shanghai]",
        "2020年1月2日 15:04:05",
        "2020年01月02日15时04分05秒",
        "2020年1月2日（周四）下午3:04:05",
        "2020年1月2日 星期四 下午3点04分05秒",
        "2020/1/2 3:04:05 PM",
        "2020.01.02 15:04:05",
        "民國109年1月2日 下午3:04:05",
        "Thu Jan 02 2020 15:04:05 GMT+0800 (中国标准时间)",
        "Thu Jan  2 15:04:05 CST 2020",
        "Thu, 02 Jan 2020 07:04:05 GMT",
        "January 2, 2020 3:04:05 pm",
        "20200102150405",
        "1577948645",
        "1577948645000",
    ],
)
def test_one_moment_in_many_forms(written):
    assert read(written) == "2020-01-02 07:04:05"


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("凌晨1:00", "01"),
        ("早上8:00", "08"),
        ("上午9时", "09"),
        ("中午12:00", "12"),
        ("中午1点", "13"),
        ("晚上8点", "20"),
        ("傍晚6:00", "18"),
    ],
)
def test_the_time_of_day_in_chinese(written, hour):
    moment = from_text(f"2020-05-03 {written}", today=TODAY, zone=timezone.utc)
    assert moment is not None
    assert f"{moment:%H:%M}" == f"{hour}:00"


@pytest.mark.parametrize(
    "written", ["2020-05-03", "20200503", "2020年5月3日", "May 3, 2020", "3 May 2020", "2020-05-03 99:99"]
)
def test_a_day_without_a_time_is_that_day_in_utc(written):
    assert read(written) == "2020-05-03 00:00:00"


@pytest.mark.parametrize(
    "written", ["10/03/2024", "3/4/2020", "2020-13-01", "2020-02-30", "2999-01-01", "昨天", "", "12345"]
)
def test_what_is_doubtful_or_absurd_is_no_date(written):
    assert read(written) is None


def test_a_month_that_can_be_no_day_is_known():
    assert read("9/17/2004 5:54:13 AM") == "2004-09-16 21:54:13"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/n1/2020/0503/c1-1.html",
        "https://www.example.org/2020/05/03/a.html",
        "https://www.example.org/2020-05-03/a.html",
        "https://www.example.org/202005/t20200503_77.html",
        "https://www.example.org/a?d=20200503",
        "https://www.example.org/2020/5/3/",
    ],
)
def test_the_day_in_a_url(url):
    assert date_in_url(url) == Value("2020-05-03", "url")


@pytest.mark.parametrize(
    "url",
    ["https://2020-05-03.example.org/", "https://example.org/id/99991332", "https://example.org/2020/05/"],
)
def test_other_numbers_in_a_url_are_none(url):
    assert date_in_url(url) is None


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("_posts/2024-03-10-ferry.md", "file name"),
        ("20240310.md", "file name"),
        ("2024_03_10 渡口.txt", "file name"),
        ("2024年3月10日 渡口.txt", "file name"),
        ("2024/03/10/ferry.md", "folder name"),
        ("news\\\\2024-03-10\\\\ferry.md", "folder name"),
    ],
)
def test_the_day_in_a_path(path, origin):
    assert date_in_path(path) == Value("2024-03-10", origin)


def test_the_first_usable_date_counts_and_tells_where_it_is_from():
    values = [Value("昨天", "date line"), Value("2020-01-02 15:04", "url"), Value("2021-01-01", "file name")]
    found = first_date(values, zone=timezone(timedelta(hours=1)), today=TODAY)
    assert found is not None
    assert (f"{found[0]:%Y-%m-%d %H:%M}", found[1]) == ("2020-01-02 14:04", "url")
    assert first_date(values[:1], today=TODAY) is None
