"""The commands around a query and an article, and the one that serves."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from index import Article, rebuild
from search.commands.cli import cli
from search.corpus.facets import Count, Timeline
from search.output.facets import timeline_lines
from search.output.terminal import width


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = datetime(2024, 3, 1, 23, tzinfo=timezone.utc)
    articles = [
        Article(
            id=f"{number}.md",
            title="渡轮停航" if number % 2 else "渡輪復航",
            body="台风过境，码头无船。" if number % 2 else "码头的渡轮又开了。",
            sources=("源\x1b[31m", "晨报") if number else (),
            date=first + timedelta(days=number) if number else None,
        )
        for number in range(4)
    ]
    folder = tmp_path_factory.mktemp("around")
    rebuild(articles, folder)
    return folder


def run(index: Path, *args: str) -> Result:
    return CliRunner().invoke(cli, [*args, "--index", str(index)], env={"SEARCH_TZ": "UTC"})


def test_facets_for_people_and_programs(index):
    told = run(index, "facets", "渡轮")
    assert told.exit_code == 0
    assert told.output == "4 articles · 1 without a source\n\n3  源␛[31m\n"
    answer = json.loads(run(index, "facets", "--by", "month", "--json", "渡轮").output)
    assert answer == {
        "query": "渡轮",
        "by": "month",
        "total": 4,
        "missing": 1,
        "partial": False,
        "counts": [{"value": "2024-03", "count": 3}],
    }


def test_a_timeline_for_people_and_programs_in_the_readers_zone(index):
    told = run(index, "timeline", "渡轮", "-复航", "--tz", "Asia/Shanghai").output.splitlines()
    assert told[0] == "2 articles"
    assert [line.split("  ")[0] for line in told[2:]] == ["2024-03-03", "2024-03-04", "2024-03-05"]
    assert told[2].endswith("█" * 60)
    assert told[3] == "2024-03-04  0"
    answer = json.loads(run(index, "timeline", "--unit", "year", "--json").output)
    assert (answer["unit"], answer["counts"]) == ("year", [{"value": "2024", "count": 3}])


def test_bars_fit_the_terminal():
    counts = tuple(Count(str(year), year % 7 * 1000) for year in range(2000, 2010))
    for size in (30, 80):
        lines = list(timeline_lines(Timeline("渡轮", "year", 9, 0, False, counts), size=size))
        assert max(map(width, lines)) <= size


def test_similar_articles(index):
    told = run(index, "similar", "1.md")
    assert told.exit_code == 0
    assert "渡轮停航" in told.output
    answer = json.loads(run(index, "similar", "1.md", "--limit", "1", "--json").output)
    assert (answer["id"], [hit["id"] for hit in answer["hits"]]) == ("1.md", ["3.md"])
    assert run(index, "similar", "nobody").exit_code == 2


def test_nothing_found_is_told_by_the_exit_code(index):
    assert run(index, "facets", "火车").exit_code == 1
    assert run(index, "timeline", "火车").exit_code == 1
    assert run(index, "timeline", '"火车').exit_code == 2


@pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra web")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_server_answers_until_it_is_told_to_stop(index, workers):
    command = [sys.executable, "-m", "search.commands.cli", "serve", "--port", "0", "--workers", workers]
    with subprocess.Popen([*command, "--index", str(index)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[0]
        try:
            with urlopen(f"{address}healthz") as answer:
                assert json.load(answer)["articles"] == 4
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0


def test_without_the_extra_the_server_says_what_to_install(index, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    for name in ("search.web.server", "search.web.listening"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    told = run(index, "serve")
    assert told.exit_code == 2
    assert "pip install 'jiansuo[web]'" in told.output
