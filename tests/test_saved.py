"""Saved queries, and what is new for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import article
from commandline import ROOT, run

from index import UsageError, rebuild, update
from search import Searcher
from search.saved import News, SavedQuery, saved_queries


@pytest.fixture
def index(embedded_engine, tmp_path):
    folder = tmp_path / "idx"
    rebuild([article("渡轮停航。", id="1", title="一"), article("台风。", id="2", title="二")], folder)
    return folder


def ids(result):
    return [hit["id"] for one in json.loads(result.stdout)["new"] for hit in one["hits"]]


def test_what_came_in_since_the_last_look_is_new_once(index):
    assert run("save", "船", "渡轮", "--index", index).exit_code == 0
    nothing = run("new", "--index", index)
    assert (nothing.exit_code, nothing.stdout) == (1, "nothing is new\n")
    update([article("渡轮复航。", id="3", title="三"), article("台风又来。", id="4", title="四")], index)
    assert ids(run("new", "--peek", "--json", "--index", index)) == ["3"]
    told = run("new", "--index", index)
    assert told.exit_code == 0
    assert told.stdout.startswith("船: 1 new article\n  三\n")
    assert run("new", "--index", index).exit_code == 1


def test_an_article_with_another_text_is_new_and_a_rebuild_makes_nothing_new(index):
    run("save", "船", "渡轮", "--index", index)
    with Searcher(index) as searcher:
        built = searcher.summary().built
    one = saved_queries(index).all()["船"]
    # As after a look some time ago.
    saved_queries(index).put(replace(one, seen=built - timedelta(seconds=5), known=("1",)))
    rebuild([article("渡轮停航。", id="1", title="一"), article("渡轮与台风。", id="2", title="二")], index)
    assert ids(run("new", "--json", "--index", index)) == ["2"]


def test_what_an_update_under_way_brings_in_is_new_at_the_next_look(index):
    """An article arrives before the generation that shows it is in force."""
    with Searcher(index) as searcher:
        built = searcher.summary().built.replace(microsecond=0)
        one = SavedQuery("船", "渡轮", seen=built)
        looked = News.of(one, searcher).looked
        assert looked.seen == built
        update([article("渡轮复航。", id="3")], index)
        assert [hit.id for hit in News.of(looked, searcher).hits] == ["3"]


@pytest.mark.parametrize(
    ("query", "options", "found"),
    [("渡轮 OR 台风", [], ["4", "3"]), ("-台风", [], ["3"]), ("", ["--after", "2020-01-05"], ["4"])],
)
def test_every_query_and_filter_can_be_saved(index, query, options, found):
    run("save", "都", query, *options, "--index", index)
    update(
        [article("渡轮。", id="3", title="三", day=1), article("台风。", id="4", title="四", day=9)], index
    )
    assert ids(run("new", "都", "--json", "--index", index)) == found


def test_saved_queries_are_listed_and_removed(index):
    assert run("saved", "--index", index).exit_code == 1
    run("save", "船", "渡轮", "--source", "晨报", "--index", index)
    assert "渡轮 --source 晨报" in run("saved", "--index", index).stdout
    assert json.loads(run("saved", "--json", "--index", index).stdout)["saved"][0]["source"] == ["晨报"]
    assert run("saved", "--remove", "车", "--index", index).exit_code == 2
    assert run("saved", "--remove", "船", "--index", index).exit_code == 0
    assert saved_queries(index).all() == {}


@pytest.mark.parametrize(
    "args",
    [("save",), ("save", "船"), ("save", "船", '"渡轮'), ("save", "a\nb", "渡轮"), ("new",), ("new", "船")],
)
def test_mistakes_are_told(index, args):
    result = run(*args, "--index", index)
    assert result.exit_code == 2
    assert result.stderr.startswith("search: ")
    assert not (index / "saved.json").exists()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"queries": [1]}', '{"queries": [{"name": 1}]}', "[" * 100_000, "\x00"],
)
def test_a_file_that_is_none_is_told_and_kept(index, text):
    (index / "saved.json").write_text(text, "utf-8")
    with pytest.raises(UsageError, match="holds no saved queries"):
        saved_queries(index).all()
    assert run("save", "船", "渡轮", "--index", index).exit_code == 2
    assert (index / "saved.json").read_text("utf-8") == text


def test_no_more_is_saved_than_can_be_read(index):
    """After the last save nobody could read the file, nor remove anything."""
    kept = saved_queries(index)
    put = (kept.put(SavedQuery(str(number), "雪" * 9000)) for number in range(1000))
    with pytest.raises(UsageError, match="remove some"):
        list(put)
    assert kept.remove("0")


def test_an_older_look_that_comes_later_undoes_nothing(index):
    kept = saved_queries(index)
    run("save", "船", "渡轮", "--index", index)
    before = kept.all()["船"]
    looked = replace(before, seen=before.seen + timedelta(days=2))
    kept.looked_at([looked])
    kept.looked_at([replace(before, seen=before.seen + timedelta(days=1))])
    assert kept.all()["船"].seen == looked.seen


def test_nothing_is_made_where_there_is_nothing_to_remove(tmp_path):
    assert not saved_queries(tmp_path / "nowhere").remove("船")
    assert not (tmp_path / "nowhere").exists()


def test_a_link_is_not_followed(index, tmp_path):
    (tmp_path / "other").write_text('{"queries": []}')
    (index / "saved.json").symlink_to(tmp_path / "other")
    with pytest.raises(UsageError):
        saved_queries(index).all()


def test_what_several_processes_save_and_look_at_in_the_same_moment_is_kept(index):
    """Two saves at once lost one of them."""
    run("save", "船", "渡轮", "--index", index)
    program = (
        "import sys\n"
        "from search.saved import SavedQuery, saved_queries\n"
        "kept = saved_queries(sys.argv[1])\n"
        "sys.stdin.read(1)\n"
        "for number in range(20):\n"
        "    kept.put(SavedQuery(f'{sys.argv[2]} {number}', '渡轮'))\n"
        "    kept.looked_at([kept.all()['船']])\n"
    )
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(index), str(number)],
            stdin=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for number in range(4)
    ]
    for saver in savers:
        saver.stdin.write(b"x")
        saver.stdin.close()
    assert [saver.wait() for saver in savers] == [0] * 4
    names = {f"{saver} {number}" for saver in range(4) for number in range(20)}
    assert saved_queries(index).all().keys() == {"船"} | names
