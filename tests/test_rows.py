"""What goes in from Python: dicts, tables, database rows; what goes out; waiting for another writer."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import namedtuple
from datetime import date, datetime, timedelta, timezone

import pytest
from builders import article

from index import (
    Article,
    ArticleError,
    ArticleNotFound,
    IndexLocked,
    Limits,
    UsageError,
    delete,
    optimize,
    rebuild,
    update,
)
from index.building import workers
from index.building.rows import RowReader
from index.reading.options import ReadOptions
from index.storage.directory import IndexDirectory
from search import Searcher

FERRY = {"id": "1", "title": "渡轮停航", "body": "台风过境。", "date": "2024-03-10"}
SHANGHAI = timezone(timedelta(hours=8))


def read(**values: object) -> Article:
    return RowReader().article({"id": "1", "title": "渡轮", **values}, 1)


def stored(index, id: str = "1") -> Article:
    with Searcher(index) as searcher:
        return searcher.article(id)


def test_an_archive_may_mix_everything(tmp_path):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.md").write_text("[来自文件](https://x.example/1)\n\n第一段。", "utf-8")
    cursor = sqlite3.connect(":memory:").execute("SELECT 'c' AS id, '来自数据库' AS title, 7 AS other")
    report = rebuild([FERRY, tmp_path / "seeds", article(id="b"), cursor], tmp_path / "idx")
    assert report.articles == 4
    assert stored(tmp_path / "idx", "c").title == "来自数据库"


def test_a_single_dict_is_an_archive(tmp_path):
    rebuild(FERRY, tmp_path)
    assert stored(tmp_path).date == datetime(2024, 3, 10, tzinfo=timezone.utc)


def rows_of_sqlite(factory):
    connection = sqlite3.connect(":memory:")
    connection.row_factory = factory
    return connection.execute("SELECT 1 AS id, '渡轮停航' AS title, '2024-03-10 08:00' AS date")


class Cursor:
    """A cursor that has only what PEP 249 asks for."""

    description = (("id",), ("title",), ("date",))

    def __init__(self) -> None:
        self._rows = [(1, "渡轮停航", "2024-03-10 08:00")]

    def fetchone(self):
        return self._rows.pop() if self._rows else None

    def fetchall(self):
        raise AssertionError("a large result does not fit into memory")


Row = namedtuple("Row", "id title date")


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(lambda: rows_of_sqlite(None), id="cursor"),
        pytest.param(Cursor, id="least cursor"),
        pytest.param(lambda: rows_of_sqlite(sqlite3.Row), id="cursor of sqlite3.Row"),
        pytest.param(lambda: rows_of_sqlite(sqlite3.Row).fetchall(), id="list of sqlite3.Row"),
        pytest.param(lambda: [Row(1, "渡轮停航", "2024-03-10 08:00")], id="named tuples"),
        pytest.param(lambda: iter([{"ID": 1, "Title": "渡轮停航", "DATE": "2024-03-10T08:00"}]), id="stream"),
    ],
)
def test_rows_of_a_database_become_articles(tmp_path, archive):
    rebuild(archive(), tmp_path)
    found = stored(tmp_path)
    assert (found.title, found.date) == ("渡轮停航", datetime(2024, 3, 10, 8, tzinfo=SHANGHAI))


def test_a_table_of_pandas_becomes_articles(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "number": [1, 2, 3],
            "headline": ["一", "二", None],
            "text": ["甲", None, "丙"],
            "date": pandas.to_datetime(["2024-03-10 08:00:00.25", None, "2024-03-12"], format="ISO8601"),
            "tags": [["交通", "渡轮"], "天气", float("nan")],
        }
    )
    rebuild(frame, tmp_path, fields={"id": "number", "title": "headline"})
    first, second, third = (stored(tmp_path, id) for id in "123")
    assert first.date == datetime(2024, 3, 10, 8, tzinfo=SHANGHAI)
    assert (first.tags, second.tags, third.tags) == (("交通", "渡轮"), ("天气",), ())
    assert (second.date, second.body, third.title) == (None, "", "")


def test_a_table_of_polars_becomes_articles(tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"id": [1, 2], "title": ["一", "二"], "date": [date(2024, 3, 10), None]})
    rebuild(frame, tmp_path)
    assert stored(tmp_path).date == datetime(2024, 3, 10, tzinfo=timezone.utc)
    assert stored(tmp_path, "2").date is None


MIDNIGHT = datetime(2024, 3, 10, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (None, None),
        ("", None),
        (" ", None),
        (float("nan"), None),
        (date(2024, 3, 10), MIDNIGHT),
        ("2024-03-10", MIDNIGHT),
        ("1949-10-01", datetime(1949, 10, 1, tzinfo=timezone.utc)),
        (datetime(2024, 3, 10, 8), MIDNIGHT),
        (datetime(2024, 3, 10, 2, tzinfo=timezone(timedelta(hours=2))), MIDNIGHT),
        ("2024-03-10T08:00", MIDNIGHT),
        ("2024-03-10 08:00:00", MIDNIGHT),
        ("2024-03-10T00:00:00Z", MIDNIGHT),
        ("2024-03-09T16:00:00-08:00", MIDNIGHT),
        ("2024年3月10日 08:00", MIDNIGHT),
        (1710028800, MIDNIGHT),
        (1710028800000, MIDNIGHT),
    ],
)
def test_a_date_may_be_written_in_every_usual_way(written, moment):
    assert read(date=written).date == moment


def test_a_time_without_a_zone_is_in_the_zone_of_the_call(tmp_path):
    rebuild({**FERRY, "date": "2024-03-10T08:00"}, tmp_path, tz="Europe/Berlin")
    assert stored(tmp_path).date == datetime(2024, 3, 10, 7, tzinfo=timezone.utc)
    update({**FERRY, "date": datetime(2024, 3, 10, 8)}, tmp_path, tz=timezone.utc)
    assert stored(tmp_path).date == datetime(2024, 3, 10, 8, tzinfo=timezone.utc)


def test_a_time_without_a_zone_is_in_that_of_the_archive_also_in_an_update(tmp_path):
    rebuild({**FERRY, "date": "2024-03-10T08:00"}, tmp_path, reading=ReadOptions("Europe/Berlin"))
    assert stored(tmp_path).date == datetime(2024, 3, 10, 7, tzinfo=timezone.utc)
    update({**FERRY, "date": "2024-03-10T09:00"}, tmp_path)
    assert stored(tmp_path).date == datetime(2024, 3, 10, 8, tzinfo=timezone.utc)


def test_html_is_read_as_html_and_text_as_text():
    found = read(html="<h2>班次</h2><p>每天<b>两</b>班</p>")
    assert (found.body, found.kinds) == ("班次\n每天两班", "ht")
    assert read(body="温度 <b>5</b>\r\n第二段").paragraphs == ("温度 <b>5</b>", "第二段")


def test_a_url_is_an_id_where_there_is_no_other():
    found = RowReader().article({"url": "https://x.example/1", "title": "渡轮"}, 1)
    assert found.id == found.url


def test_names_given_in_fields_come_before_the_usual_ones():
    found = RowReader({"title": "name", "body": "title"}).article({"id": 1, "name": "甲", "title": "乙"}, 1)
    assert (found.title, found.body) == ("甲", "乙")


@pytest.mark.parametrize(
    ("archive", "options", "said"),
    [
        ([FERRY, {"title": "x"}], {}, r"row 2 has no id.*'title'.*fields="),
        ([FERRY, {"id": float("nan"), "title": "x"}], {}, r"row 2 has no id: 'id' is empty"),
        ([{"id": "7", "headlines": "x"}], {}, r"row 1 \(id '7'\) has neither.*'headlines'.*fields="),
        ([{**FERRY, "date": "gestern"}], {}, r"row 1 \(id '1'\): date is 'gestern'.*2024-03-10"),
        ([{**FERRY, "date": float("inf")}], {}, r"no date that can be"),
        ([{**FERRY, "date": []}], {}, r"date must be"),
        ([{**FERRY, "body": b"x"}], {}, r"body must be a string, not bytes; decode"),
        ([{**FERRY, "title": 1.5}], {}, r"title must be a string"),
        ([{**FERRY, "tags": [["x"]]}], {}, r"tags must be a string"),
        ([{**FERRY, "id": True}], {}, r"id must be a string"),
        ([FERRY], {"fields": {"title": "headline"}}, r"row 1 has no 'headline'"),
        ([FERRY], {"fields": {"heading": "title"}}, r"'heading', which no article has; it may name id"),
        ([FERRY], {"fields": ["title"]}, r"fields takes a mapping"),
        ([FERRY], {"fields": {"title": 1}}, r"must be a string"),
        ([FERRY], {"tz": "Shanghai/Asia"}, r"no time zone"),
        ([FERRY], {"tz": 8}, r"tz takes a name"),
        ([("1", "渡轮")], {}, r"row 1 is a tuple without names; pass the cursor"),
        ([FERRY, 7], {}, r"number 2 is of type int"),
        (7, {}, r"not int"),
        (sqlite3.connect(":memory:").cursor(), {}, r"execute a SELECT"),
        ([FERRY], {"wait": "long"}, r"wait takes seconds"),
        ([FERRY], {"wait": -1}, r"wait takes seconds"),
        ([FERRY], {"wait": float("nan")}, r"wait takes seconds"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_place_and_what_to_do(tmp_path, archive, options, said):
    with pytest.raises(UsageError, match=said):
        rebuild(archive, tmp_path / "idx", **options)
    rebuild([FERRY], tmp_path / "idx")
    with pytest.raises(UsageError, match=said):
        update(archive, tmp_path / "idx", **options)
    assert stored(tmp_path / "idx").title == "渡轮停航"


# What costs nothing


def test_an_update_of_unchanged_articles_analyses_none(tmp_path, monkeypatch):
    """It once prepared every article before it compared any."""
    rows = [{"id": number, "title": f"第{number}班", "body": "渡轮" * 9} for number in range(30)]
    rebuild(rows, tmp_path)
    analysed: list[str] = []
    original = workers.analyze
    monkeypatch.setattr(
        workers, "analyze", lambda analyzer, one: (analysed.append(one.id), original(analyzer, one))[1]
    )
    report = update([*rows[:29], {**rows[29], "title": "末班"}], tmp_path)
    assert (report.unchanged, report.replaced, report.read) == (29, 1, 1)
    assert analysed == ["29"]
    generation = report.generation
    report = update(rows[:5], tmp_path)
    assert (report.unchanged, report.generation) == (5, generation)


def test_an_id_twice_is_refused_also_where_one_of_both_is_unchanged(tmp_path):
    rebuild([FERRY], tmp_path)
    for rows in ([FERRY, FERRY], [FERRY, {**FERRY, "title": "x"}], [{**FERRY, "title": "x"}, FERRY]):
        with pytest.raises(ArticleError, match="two articles"):
            update(rows, tmp_path)
    assert stored(tmp_path).title == "渡轮停航"


# What goes out


def test_articles_are_deleted_by_id_and_by_query(tmp_path, embedded_engine):
    rows = [{"id": str(n), "title": f"第{n}班", "date": f"20{20 + n}-01-01"} for n in range(6)]
    rebuild(rows, tmp_path, engine=embedded_engine)
    assert delete("0", tmp_path).deleted == 1
    with Searcher(tmp_path, tz="UTC") as searcher:
        assert delete(searcher.stream("date:2021 OR date:2022"), tmp_path).deleted == 2
        assert [hit.id for hit in searcher.search("", sort="oldest").hits] == ["3", "4", "5"]
        report = delete(["3", "3", "4", "5"], tmp_path)
        assert (report.deleted, report.articles) == (3, 0)
        assert searcher.search("班").total == 0


def test_an_id_that_is_not_there_deletes_nothing_unless_it_may_be_missing(tmp_path):
    rebuild([FERRY], tmp_path)
    with pytest.raises(ArticleNotFound, match=r"'2'.*nothing was deleted.*missing_ok"):
        delete(["1", "2"], tmp_path)
    assert stored(tmp_path).id == "1"
    assert delete(["2"], tmp_path, missing_ok=True).deleted == 0
    assert delete(["1", "2"], tmp_path, missing_ok=True).deleted == 1


@pytest.mark.parametrize("ids", [7, None, b"1", [1], [None]])
def test_what_is_no_id_is_refused(tmp_path, ids):
    rebuild([FERRY], tmp_path)
    with pytest.raises(UsageError):
        delete(ids, tmp_path)


# Another writer


@pytest.mark.parametrize(
    "write",
    [
        lambda index, wait: rebuild([FERRY], index, wait=wait),
        lambda index, wait: update([FERRY], index, wait=wait),
        lambda index, wait: delete("1", index, wait=wait),
        lambda index, wait: optimize(index, wait=wait),
    ],
    ids=["rebuild", "update", "delete", "optimize"],
)
def test_a_writer_can_wait_for_another_one(tmp_path, write):
    rebuild([FERRY], tmp_path)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with IndexDirectory(tmp_path).write_lock():
            held.set()
            done.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    try:
        held.wait(60)
        with pytest.raises(IndexLocked):
            write(tmp_path, 0)
        threading.Timer(0.3, done.set).start()
        write(tmp_path, 60)
    finally:
        done.set()
        other.join()


# The log


def test_a_rebuild_tells_the_log_and_is_quiet_by_default(tmp_path, caplog, capfd):
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "good.md").write_text("[好](https://x.example/2)\n\n第一段。", "utf-8")
    (tmp_path / "seeds" / "bad.md").write_text("[坏](https://x.example/3)\n\n" + "第一段。" * 99, "utf-8")
    with caplog.at_level(logging.INFO, "jiansuo"):
        rebuild([FERRY, tmp_path / "seeds"], tmp_path / "idx", limits=Limits(bytes=100))
    assert "rebuild of" in caplog.text
    assert "2 added" in caplog.text
    assert "bad.md" in caplog.text
    assert logging.getLogger("jiansuo").handlers
    assert capfd.readouterr() == ("", "")
