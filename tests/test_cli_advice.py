"""What the `search` command says where it shows nothing, or was asked for what it cannot do."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from click.testing import Result
from test_cli import run

from index import Article, rebuild


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles: 渡轮 stands in two of them, 台风 in two, both in none."""
    articles = [
        Article(id="晨报/1042199.md", title="渡轮停航", date=datetime(2020, 5, 1, tzinfo=timezone.utc)),
        Article(id="晨报/1042230.md", title="渡輪復航", date=datetime(2024, 5, 1, tzinfo=timezone.utc)),
        Article(id="山海台/1.md", title="台風來了", source=("山海台",)),
    ]
    folder = tmp_path_factory.mktemp("advice")
    rebuild(articles, folder)
    return folder


def ask(index: Path, *args: str, **options: object) -> Result:
    return run("query", *args, "--index", index, **options)


# Partial hits that an order leaves out


@pytest.mark.parametrize(
    ("options", "leave_out"),
    [
        (["--sort", "newest"], "--sort newest"),
        (["--sort", "oldest", "--limit", "all", "--jsonl"], "--sort oldest"),
        (["--count"], "--count"),
        (["--count", "--sort", "newest"], "--count and --sort newest"),
    ],
)
def test_partial_hits_that_are_not_shown_are_told_of(index, options, leave_out):
    result = ask(index, "渡轮 台风", *options)
    assert result.exit_code == 1
    assert result.stderr == (
        "search: no article holds all the words; 3 articles hold only some of them,"
        f" and the order by relevance lists these: leave out {leave_out}\n"
    )
    assert result.stdout.startswith("0") or not result.stdout


@pytest.mark.parametrize("args", [["渡轮", "--sort", "newest"], ["渡轮", "--count"], ["渡轮 台风"]])
def test_where_hits_are_shown_nothing_is_told(index, args):
    result = ask(index, *args)
    assert (result.exit_code, result.stderr) == (0, "")


# What to ask instead


def test_a_query_that_finds_nothing_gets_others_that_do(index):
    result = ask(index, "渡轮", "--after", "2030")
    assert (result.exit_code, result.stderr) == (1, "search: try: 渡轮 (2)\n")
    partial = ask(index, "渡轮 台风", "--after", "2030")
    assert "渡轮 台风 (3 with some of the words)" in partial.stderr


@pytest.mark.parametrize("form", ["--json", "--jsonl", "--csv", "--count"])
def test_programs_get_no_such_advice(index, form):
    assert ask(index, "渡轮", "--after", "2030", form).stderr == ""


def test_nor_does_a_batch(index):
    result = ask(index, "--batch", "-", "--after", "2030", input="渡轮\n")
    assert (result.exit_code, result.stderr) == (1, "")


# An empty query


def test_without_words_everything_is_listed_newest_first(index):
    assert ask(index, "--count").stdout == "3\n"
    hits = json.loads(ask(index, "--sort", "newest", "--json").stdout)["hits"]
    assert [hit["id"] for hit in hits] == ["晨报/1042230.md", "晨报/1042199.md", "山海台/1.md"]
    assert [hit["id"] for hit in json.loads(ask(index, "", "--json").stdout)["hits"]] == [
        hit["id"] for hit in hits
    ]


def test_a_command_line_that_says_nothing_is_told_what_to_write(index):
    result = ask(index)
    assert result.exit_code == 2
    assert result.stderr.startswith("search: write what to find, or what to list: ")
