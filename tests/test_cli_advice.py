"""What the `search` command says where it shows nothing, or was asked for what it cannot do."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import datetime, timezone
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import Result
from commandline import ENVIRONMENT, PROGRAM, ROOT, run

from index import Article, MissingExtra, rebuild
from search.commands.cli import cli
from search.commands.remedies import explain


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles: 渡轮 stands in two of them, 台风 in two, both in none."""
    articles = [
        Article(id="晨报/1042199.md", title="渡轮停航", date=datetime(2020, 5, 1, tzinfo=timezone.utc)),
        Article(id="晨报/1042230.md", title="渡輪復航", date=datetime(2024, 5, 1, tzinfo=timezone.utc)),
        Article(id="山海台/1.md", title="台風來了", sources=("山海台",)),
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
    assert result.exit_code == 1
    assert result.stderr.endswith("渡轮 (2)\n")
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
        (["渡轮", "--limt", "5"], "there is no option --limt; did you mean --limit?\nsee"),
    ],
)
def test_what_looks_like_an_option_and_is_none_is_refused(index, words, problem):
    result = ask(index, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"search: {problem}")
    assert result.stderr.count("search: ") == 1


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
        [
            "sh",
            "-c",
            f'"$0" -m search.commands.cli {command} --index "$1" {closed}',
            sys.executable,
            str(index),
        ],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1 if "batch" in command else 0, "")


# Messages


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["query", "--after", "2024-13"],
            "Invalid value for '--after': there is no such date as 2024-13;"
            " write 2024, 2024-03, 2024-03-10 or 7d (d, w, m, y)",
        ),
        (
            ["query", "--before", "gestern"],
            "Invalid value for '--before': this is no date: gestern;"
            " write 2024, 2024-03, 2024-03-10 or 7d (d, w, m, y)",
        ),
        (
            ["facets", "--after", "2015..2016"],
            "Invalid value for '--after': 2015..2016 is a range of dates; give its ends to after and before",
        ),
        (
            ["query", "--after", "2024", "--before", "2020"],
            "after:2024 and before:2020 leave no time between them;"
            " before must be later than after, because it excludes its own date",
        ),
        (
            ["query", "渡轮 after:2020 before:2020"],
            "after:2020 and before:2020 leave no time between them\n  渡轮 after:2020 before:2020\n"
            + 18 * " "
            + "^\n",
        ),
        (
            ["timeline", "渡轮 before:2020", "--after", "2020"],
            "after:2020 and before:2020 leave no time between them\n  渡轮 before:2020\n       ^\n",
        ),
        (["stats", "--index", ""], "--index is empty; write a directory, or leave it out"),
        (
            ["similar", "晨报/1042198.md"],
            "no article has the id '晨报/1042198.md'\nis it 晨报/1042199.md?\n",
        ),
        (["similar", "火"], "no article has the id '火'\n"),
    ],
)
def test_a_message_says_what_to_write_and_says_it_once(index, args, message):
    result = run(*args, env={"SEARCH_INDEX": str(index)})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"search: {message}")
    assert result.stderr.count("search: ") == 1


@pytest.mark.parametrize(
    "query", ["after:2020 before:2021", "after:7d before:1d", "before:2020 OR after:2021"]
)
def test_dates_that_leave_time_between_them_are_no_error(index, query):
    assert ask(index, query, "--count").exit_code in (0, 1)


def test_a_page_that_is_not_there_has_no_number(index):
    result = ask(index, "渡轮", "-n1", "--page", "99")
    assert result.stdout.splitlines()[0].startswith("2 articles · 2 pages · ")
    assert result.stdout.splitlines()[-1] == "the last page is 2"


def test_too_many_days_come_with_a_way_out(tmp_path):
    moments = [datetime(year, 1, 1, tzinfo=timezone.utc) for year in (1990, 2024)]
    rebuild([Article(id=str(moment.year), title="渡轮", date=moment) for moment in moments], tmp_path)
    result = run("timeline", "--unit", "day", "--index", tmp_path)
    assert result.exit_code == 2
    assert "count by month or year, or set after and before" in result.stderr


@pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra web")
def test_a_port_in_use_is_told_with_the_option(index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port), "--index", index)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"search: port {port} is in use; choose another with --port\n"


# Batch


def test_a_batch_numbers_its_lines_and_prints_only_text(index):
    result = ask(index, "--batch", "-", input=b"\n\xe6\xb8\xa1\xe8\xbd\xae\n\xe6\xb8\xff\n")
    good, bad = map(json.loads, result.stdout.splitlines())
    assert (good["line"], good["query"], good["total"]) == (2, "渡轮", 2)
    assert (bad["line"], bad["query"], bad["error"], bad["position"]) == (3, "\ufffd" * 3, "not UTF-8", 1)
    assert "\\ud" not in result.stdout


# Check


def test_a_missing_package_is_nothing_wrong_with_the_index(tmp_path):
    pytest.importorskip("tantivy")
    rebuild([Article(id="a", title="渡轮")], tmp_path, engine="tantivy")
    before = (tmp_path / "manifest.json").read_bytes()
    program = "import sys; sys.modules['tantivy'] = None; from search.commands.cli import main; main()"
    for options in ([], ["--repair"], ["--json"]):
        done = subprocess.run(
            [sys.executable, "-c", program, "check", *options, "--index", str(tmp_path)],
            cwd=ROOT,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert (
            "the tantivy engine needs the optional extra 'fast'\ninstall it with: pip install " in done.stderr
        )
        assert done.stderr.count("search: ") == 1
    assert (tmp_path / "manifest.json").read_bytes() == before


def test_what_no_repair_can_know_is_said_once(tmp_path):
    rebuild([Article(id="a", title="渡轮")], tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    result = run("check", "--repair", "--index", tmp_path)
    assert result.exit_code == 2
    problem, advice = result.stderr.splitlines()
    assert "manifest.json is damaged" in problem
    assert advice == (
        "search: --repair cannot know what the index was made of;"
        f" make it anew with: search rebuild ARCHIVE --index {tmp_path}"
    )
    assert result.stdout.startswith("1 wrong: nothing further could be looked at, ")
    as_json = run("check", "--repair", "--json", "--index", tmp_path)
    assert (as_json.exit_code, json.loads(as_json.stdout)["mended"]) == (2, None)


# Interrupts


def size_of_store(index: Path) -> int:
    return sum(path.stat().st_size for path in index.glob("articles.sqlite*"))


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_an_interrupted_build_says_that_the_index_is_as_it_was(tmp_path, command):
    articles, index = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()
    (articles / "first.md").write_text("<!--1710099901000-->\n[渡轮](https://a.example)\n------\n", "utf-8")
    rebuild([articles], index)
    before = size_of_store(index)
    for number in range(3000):
        text = f"<!--1710099901000-->\n[第{number}班渡轮]()\n------\n\n<p>{'他研究生命科学。' * 50}</p>"
        (articles / f"{number}.md").write_text(text, "utf-8")
    with subprocess.Popen(
        [*PROGRAM, command, str(articles), "--workers", "1", "--index", str(index)],
        cwd=ROOT,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background jobs ignore SIGINT, and their children inherit it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        # What is opened is written to a little; the rest are articles.
        while size_of_store(index) < before + 100_000:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip() == "search: interrupted; the index is as it was before"
    assert run("query", "渡轮", "--count", "--index", index).stdout == "1\n"
    assert run("check", "--index", index).exit_code == 0


# Help


def test_help_before_a_command_is_help_behind_it():
    assert run("help", "query").stdout == run("query", "--help").stdout
    assert run("help").stdout == run("--help").stdout
    assert run("help", "nothing").exit_code == 2


def test_the_list_of_commands_is_not_cut_off():
    result = run("--help", env={"COLUMNS": "80"})
    assert "..." not in result.stdout.partition("Commands:")[2]
    assert "141 the reader" in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_takes_the_shell_that_is_in_use(shell):
    named = run("completion", shell).stdout
    assert run("completion", env={"SHELL": f"/usr/bin/{shell}"}).stdout == named
    assert "_SEARCH_COMPLETE" in named


@pytest.mark.parametrize("environment", [{"SHELL": "/bin/tcsh"}, {"SHELL": None}])
def test_completion_for_another_shell_says_what_to_write(environment):
    result = run("completion", env=environment)
    assert result.exit_code == 2
    assert result.stderr == (
        "search: write which shell: search completion bash|zsh|fish\nsee: search completion --help\n"
    )


def test_examples_name_what_is_in_the_seeds():
    helps = [cli.help or "", *(cli.commands[name].help or "" for name in ("query", "similar", "timeline"))]
    named = [name for text in helps for name in re.findall(r"(?:show|similar|--source) (\S+)", text)]
    assert len(named) >= 5
    for name in named:
        assert (ROOT / "seeds" / name).exists(), name


def test_an_extra_is_told_for_a_clone_too():
    told = explain(MissingExtra("search serve", extra="web"))
    assert told.endswith("install it with: pip install 'jiansuo[web]', or in a clone pip install '.[web]'")
