"""The commands count, concordance, collocations and trend."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timezone

import pytest
from builders import article
from commandline import run

from index import Article, rebuild
from search import Searcher
from search.corpus.concordance import Line
from search.output.occurrences import concordance_lines
from search.output.terminal import width

FORMS = ["--json", "--jsonl", "--csv"]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("occurrences") / "idx"
    articles = [
        article("台风来了，渡轮停航。渡轮何时复航，还不知道。", id="a", title="", day=0, sources=("晨报",)),
        article("the 台风 has passed, 渡轮 runs\n公园开放", id="b", title="", day=40, sources=("晚报",)),
        article("公园开放，天气很好。", id="c", title="", day=80),
    ]
    rebuild(articles, folder)
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_counts_stand_in_one_table_in_the_order_of_the_queries(index):
    result = run("count", "渡轮", "台风 渡轮", "火星", "--index", index)
    assert result.exit_code == 0
    table = [line.split() for line in result.stdout.splitlines()]
    assert table[1:] == [["2", "3", "渡轮"], ["2", "5", "台风", "渡轮"], ["0", "0", "火星"]]
    assert run("count", "火星", "--index", index).exit_code == 1


def test_filters_hold_for_every_command(index):
    given = ("渡轮", "--source", "晚报", "--index", index, "--csv")
    assert rows(run("count", *given).stdout) == [{"query": "渡轮", "articles": "1", "occurrences": "1"}]
    assert [row["id"] for row in rows(run("concordance", *given).stdout)] == ["b"]
    assert [row["period"] for row in rows(run("trend", *given, "--unit", "month").stdout)] == ["2020-02"]
    assert run("collocations", *given, "--min-count", "1").exit_code == 0


@pytest.mark.parametrize(
    ("command", "member"),
    [
        (("count", "渡轮", "公园"), "counts"),
        (("concordance", "渡轮"), "lines"),
        (("collocations", "渡轮", "--min-count", "1"), "collocates"),
    ],
)
def test_json_json_lines_and_csv_have_the_same_names_and_rows(index, command, member):
    as_json, as_jsonl, as_csv = (run(*command, "--index", index, form).stdout for form in FORMS)
    objects = json.loads(as_json)[member]
    assert objects
    assert [json.loads(line) for line in as_jsonl.splitlines()] == objects
    # Spreadsheets get the one outlet of all sources.
    names = [["outlet" if name == "sources" else name for name in one] for one in objects]
    assert [list(row) for row in rows(as_csv)] == names
    text = str(next(iter(objects[0].values())))
    assert rows(as_csv)[0][next(iter(objects[0]))] == text


def test_a_trend_has_one_row_for_each_query_and_period(index):
    command = ("trend", "渡轮", "公园", "--unit", "month", "--index", index)
    expected = [("渡轮", "2020-01", 1), ("渡轮", "2020-02", 1), ("渡轮", "2020-03", 0)]
    assert [tuple(row.values()) for row in rows(run(*command, "--csv").stdout)][:3] == [
        (query, period, str(value)) for query, period, value in expected
    ]
    lines = [json.loads(line) for line in run(*command, "--jsonl").stdout.splitlines()]
    assert [tuple(line.values()) for line in lines][:3] == expected
    found = json.loads(run(*command, "--json", "--measure", "per-million").stdout)
    assert (found["unit"], found["measure"]) == ("month", "per_million")


def test_a_trend_is_shown_as_small_charts_and_a_table(index):
    result = run("trend", "渡轮", "公园", "--unit", "month", "--measure", "share", "--index", index)
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines[:2]] == [["渡轮", "██"], ["公园", "██"]]
    assert lines[-3].split() == ["2020-01", "100.0%", "0.0%"]
    assert lines[-1].split() == ["2020-03", "0.0%", "100.0%"]


def test_a_trend_can_be_written_as_svg_that_holds_no_markup_of_queries(index, tmp_path):
    chart = tmp_path / "chart.svg"
    assert run("trend", "渡轮", '"<b>" OR 公园', "--index", index, "--svg", chart).exit_code == 0
    root = ElementTree.fromstring(chart.read_text("utf-8"))
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "渡轮" in texts
    assert '"<b>" OR 公园' in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 2


def test_forms_exclude_one_another(index):
    result = run("count", "渡轮", "--json", "--csv", "--index", index)
    assert result.exit_code == 2
    assert "--json and --csv exclude one another" in result.stderr


def test_a_query_without_words_is_refused_with_advice(index):
    result = run("concordance", "source:晨报", "--index", index)
    assert result.exit_code == 2
    assert "no words to look for" in result.stderr


# Concordance for people


def lines_of(*bodies: str) -> list[Line]:
    """Lines of a query 渡轮, as a Searcher makes them."""
    date = datetime(2024, 3, 10, tzinfo=timezone.utc)
    made = []
    for number, body in enumerate(bodies):
        start = body.index("渡轮")
        left, right = body[:start], body[start + 2 :]
        made.append(Line(f"a/{number}.md", date, ("晨报",), "body", start, start + 2, left, "渡轮", right))
    return made


TEXTS = [
    "渡轮",
    "台风过境之后港务局宣布渡轮停航一晚，市民只好改乘地铁回家。",
    "after the storm 渡轮 ran again, said the harbour office on Monday.",
    "e\u0301e\u0301 ｆｕｌｌ 渡轮 \x1b[31m\t\u202e한국 かな",
]


@pytest.mark.parametrize("size", [20, 40, 60, 80, 100, 137, 200])
def test_lines_are_aligned_on_the_hit_and_fit_the_terminal(size):
    shown = list(concordance_lines(lines_of(*TEXTS), tz=timezone.utc, size=size))
    plain = [
        line.replace("\x1b[31m\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "") for line in shown
    ]
    assert len({width(line[: line.index("渡轮")]) for line in plain}) == 1
    assert all(width(line) <= max(size, 24) for line in plain)
    assert not any(character in line for line in plain for character in "\x1b\t\u202e")


def test_wide_terminals_and_files_show_date_source_and_id():
    for size in (120, None):
        for number, line in enumerate(concordance_lines(lines_of(*TEXTS), tz=timezone.utc, size=size)):
            assert all(part in line for part in ("2024-03-10", "晨报", f"a/{number}.md"))


@pytest.mark.parametrize("size", [60, 80, 100])
def test_a_narrow_terminal_keeps_ids_and_says_what_is_cut(size):
    date = datetime(2024, 3, 10, tzinfo=timezone.utc)
    source = ("海港晨报", "news.harbour.example")
    lines = [Line(id, date, source, "body", 0, 2, "", "渡轮", "停航") for id in ("港口/1042.md", "港" * 30)]
    whole, cut = concordance_lines(lines, tz=timezone.utc, size=size)
    assert "港口/1042.md" in whole
    assert "2024-03-10" in whole
    assert "港港港港港…" in cut
    assert "news" not in whole or "…" in whole


def test_without_a_terminal_there_are_no_colours_and_nothing_is_cut(index):
    result = run("concordance", "渡轮", "--index", index, "--width", "100")
    assert "\x1b" not in result.stdout
    assert "渡轮 何时复航，还不知道。" in result.stdout
    assert "\x1b[31m" in run("concordance", "渡轮", "--index", index, "--color", "always").stdout


def test_all_lines_are_printed_on_request(tmp_path):
    rebuild([Article(id="many", title="", body="渡轮。" * 150)], tmp_path)
    assert len(run("concordance", "渡轮", "--index", tmp_path).stdout.splitlines()) == 100
    assert len(run("concordance", "渡轮", "--index", tmp_path, "-n", "all").stdout.splitlines()) == 150
    with Searcher(tmp_path) as searcher:
        assert searcher.count("渡轮")[0].occurrences == 150


def test_the_same_seed_gives_the_same_sample(tmp_path):
    rebuild([Article(id="many", title="", body="".join(f"渡轮{n}。" for n in range(99)))], tmp_path)
    command = ("concordance", "渡轮", "--index", tmp_path, "--sample", "5", "--seed")
    first, again, other = (run(*command, seed).stdout for seed in ("1", "1", "2"))
    assert first == again != other
    assert len(first.splitlines()) == 5
