"""The command delete: what it deletes, what it asks, what it says."""

from __future__ import annotations

import json

import pytest
from commandline import run, seed

from index import Article, delete, rebuild
from search import Searcher

FERRIES = [
    Article("memo/1", "渡轮停航", "台风过境。", sources="memos"),
    Article("memo/2", "渡轮复航", "今天复航。", sources="memos"),
    Article("news/1", "台风", "停航。", sources="晨报"),
]


@pytest.fixture
def index(tmp_path):
    rebuild(FERRIES, tmp_path / "idx")
    return tmp_path / "idx"


def left(index):
    with Searcher(index) as searcher:
        return sorted(hit.id for hit in searcher.search("", limit=None))


def test_articles_are_deleted_by_id_and_counted(index):
    done = run("delete", "memo/1", "memo/2", "memo/1", "--yes", "--index", index)
    assert done.exit_code == 0
    assert "2 articles deleted; 1 are left" in done.stdout
    assert left(index) == ["news/1"]


def test_articles_are_deleted_by_query_if_they_match_fully(index):
    """「渡轮 停航」 holds fully in one article, in part in two."""
    done = run("delete", "--query", "渡轮 停航", "--yes", "--json", "--index", index)
    assert json.loads(done.stdout)["deleted"] == 1
    assert left(index) == ["memo/2", "news/1"]


def test_a_stream_of_hits_deletes_only_those_that_match_fully(index):
    with Searcher(index) as searcher:
        assert delete(searcher.stream("渡轮 停航"), index).deleted == 1
    assert left(index) == ["memo/2", "news/1"]


def test_nothing_is_deleted_where_nobody_can_be_asked(index):
    done = run("delete", "memo/1", "--index", index)
    assert done.exit_code == 2
    assert "--yes" in done.stderr
    assert len(left(index)) == 3


@pytest.mark.parametrize(
    "arguments",
    [(), ("memo/1", "--query", "渡轮"), ("--query", " "), ("--query", '"'), ("memo/1", "memo/9"), ("",)],
)
def test_wrong_usage_deletes_nothing(index, arguments):
    done = run("delete", *arguments, "--yes", "--index", index)
    assert done.exit_code == 2
    assert len(left(index)) == 3


def test_an_id_that_no_article_has_is_answered_with_one_that_looks_like_it(index):
    assert "memo/1" in run("delete", "memo1", "--yes", "--index", index).stderr


def test_a_query_that_finds_nothing_is_no_success(index):
    assert run("delete", "--query", "雪", "--yes", "--index", index).exit_code == 1
    assert len(left(index)) == 3


def test_whoever_deletes_an_article_of_a_file_learns_that_it_comes_back(tmp_path):
    archive = seed(tmp_path / "a", "1.md").parent
    rebuild([archive], tmp_path / "idx")
    done = run("delete", "1.md", "--yes", "--index", tmp_path / "idx")
    assert (done.exit_code, left(tmp_path / "idx")) == (0, [])
    assert "1 came from files" in done.stderr


def test_it_speaks_chinese(index):
    said = run("delete", "memo/1", "--yes", "--index", index, env={"SEARCH_LANG": "zh"})
    assert "已删除 1 篇文章" in said.stdout
