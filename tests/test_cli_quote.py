"""The command that looks for quotations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import article
from commandline import run

from index import rebuild


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quote") / "idx"
    written = [
        article(
            "台风过境，渡轮停航一晚。码头上没有人。", id="new", title="停航\x1b[31m", day=9, sources=("晨报",)
        ),
        article("颱風過境，渡輪停航一晚。", id="old", title="無船", day=2),
    ]
    rebuild(written, folder)
    return folder


@pytest.mark.parametrize(
    ("text", "code", "verdict"),
    [
        ("渡轮停航一晚", 0, "word for word"),
        ("渡轮停航，一晚", 0, "but for punctuation"),
        ("台风过境，渡轮停航两晚", 1, "altered"),
        ("台风过境……码头上没有人", 1, "in parts"),
        ("火箭升空", 1, "not found"),
        ("……", 2, ""),
    ],
)
def test_the_exit_code_tells_whether_it_can_be_quoted(index, text, code, verdict):
    told = run("quote", text, "--index", index)
    assert told.exit_code == code
    assert told.stdout.startswith(verdict)


def test_the_first_who_had_it_comes_first(index):
    lines = run("quote", "渡轮停航一晚", "--index", index).stdout.splitlines()
    assert [line for line in lines if line[:1].isdigit()] == ["1   無船", "2   停航␛[31m"]


def test_json_has_what_the_searcher_returns(index):
    found = json.loads(run("quote", "台风过境，渡轮停航两晚", "--json", "--index", index).stdout)
    assert found["verdict"] == "altered"
    assert found["passages"][0]["differences"] == [{"quoted": "两", "written": "一", "start": 9}]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_quotation_is_read_from_standard_input(index, encoding):
    told = run("quote", "-", "--index", index, input="“台风过境，\n渡轮停航一晚。”\n".encode(encoding))
    assert (told.exit_code, told.stdout.split(" ·")[0]) == (0, "word for word")


def test_what_is_too_long_is_an_error(index):
    told = run("quote", "-", "--index", index, input="渡" * 5_001)
    assert told.exit_code == 2
    assert "5,000" in told.stderr


def test_articles_beyond_the_limit_are_told_of(index):
    assert "1 more article" in run("quote", "渡轮停航一晚", "-n", "1", "--index", index).stdout
