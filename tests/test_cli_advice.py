"""What the `search` command says where it shows nothing, or was asked for what it cannot do."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from click.testing import Result
from test_cli import ENVIRONMENT, ROOT, run

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
    return run("query", "--index", index, *args, **options)


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


# What looks like an option


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (
            ["渡轮", "-v"],
            "there is no option -v; to exclude the word write NOT v, or put -- before the query",
        ),
        (["-n=3", "渡轮"], "there is no option -n=3; to exclude the word write NOT n"),
        (["渡轮", "-limit", "5"], "the option is --limit, not -limit; to exclude the word write NOT limit"),
        (["渡轮", "-sort=newest"], "the option is --sort, not -sort; to exclude the word write NOT sort"),
        (["渡轮", "--limt", "5"], "there is no option --limt; did you mean --limit?  (see"),
    ],
)
def test_what_looks_like_an_option_and_is_none_is_refused(index, words, problem):
    result = ask(index, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"search: {problem}")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [(["-渡轮"], 1), (["-abc"], 3), (["--", "-v"], 3), (["NOT", "v"], 3), (["台风 -v"], 1)],
)
def test_other_words_with_a_dash_exclude(index, words, found):
    assert ask(index, "--count", *words).stdout == f"{found}\n"


@pytest.mark.parametrize("limit", [["-n", "1"], ["-n1"], ["--limit", "1"]])
def test_n_is_short_for_limit(index, limit):
    assert len(ask(index, "渡轮", *limit, "--jsonl").stdout.splitlines()) == 1
    similar = run("similar", "晨报/1042199.md", *limit, "--json", "--index", index)
    assert len(json.loads(similar.stdout)["hits"]) == 1


def test_facets_have_no_limit_to_shorten(index):
    assert "there is no option -n;" in run("facets", "渡轮", "-n", "3", "--index", index).stderr


# Colours


@pytest.mark.parametrize(
    "command", [["query", "渡轮"], ["show", "晨报/1042199.md"], ["similar", "晨报/1042199.md"]]
)
@pytest.mark.parametrize(
    ("color", "environment", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "auto"], {"FORCE_COLOR": "1"}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_are_as_asked_for(index, command, color, environment, coloured):
    result = run(*command, *color, "--index", index, env=environment)
    assert result.exit_code == 0
    assert ("\x1b[" in result.stdout) is coloured


# Streams that are closed


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "command", ["query 渡轮", "show 晨报/1042199.md --html", "stats --json", "optimize", "query --batch -"]
)
def test_a_closed_stream_is_no_error(index, command, closed):
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m search.cli {command} --index "$1" {closed}', sys.executable, str(index)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1 if "batch" in command else 0, "")
