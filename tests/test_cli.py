"""The `search` command: what it prints for people and for programs, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import runpy
import subprocess
import sys
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import Result
from commandline import ENVIRONMENT, PROGRAM, ROOT, run, seed
from hypothesis import given
from hypothesis import strategies as st

from index import Article, rebuild
from index.engines.registry import ENGINES
from index.storage.directory import IndexDirectory
from search.commands import build
from search.commands.cli import cli
from search.output.terminal import columns, marked, printable, width, wrap
from search.output.text import answer_lines, explained_hit
from search.output.values import Answer
from search.searcher import Searcher

# Title of a window, colour, clear the screen, turn the line around, C1, bell.
NASTY = "\x1b]0;pwned\x07\x1b[31m红\x1b[2J\u202e\u2066\x9b0m\r"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a few articles about ferries, one of them hostile."""
    moment = datetime(2024, 3, 10, 19, 45, 1, tzinfo=timezone.utc)
    articles = [
        Article(
            id="a/1.md",
            title="渡轮停航一晚",
            body="台风过境，渡轮停航。\n码头上，\t他研究生命科学。",
            url="https://www.news.example/(1)",
            sources=("晨报", "news.example"),
            date=moment,
        ),
        Article(id="a/2.md", title="台風的名字", body="颱風“白鯨”來了。", sources=("山海台",)),
        Article(
            id="a/nasty.md",
            title=f"恶意{NASTY}标题",
            body=f"正文\n{NASTY}恶意\n'; DROP <b>x</b>",
            url="javascript:alert(1)",
            sources=(f"源{NASTY}",),
            date=moment,
        ),
        *(
            Article(
                id=f"many/{n:02}.md", title=f"第{n}班船", body="许多 船票", date=moment + timedelta(days=n)
            )
            for n in range(25)
        ),
    ]
    directory = tmp_path_factory.mktemp("cli") / "idx"
    rebuild(articles, directory)
    return directory


def ask(index: Path, *args: str, **options: object) -> Result:
    return run("query", *args, "--index", index, **options)


def harmless(text: str) -> bool:
    """Whether a terminal would do nothing but show this."""
    bidi = {"\u202e", "\u2066"}
    return all(
        character == "\n" or (unicodedata.category(character) != "Cc" and character not in bidi)
        for character in text
    )


# Query, for people


def test_a_hit_has_a_number_a_title_where_it_is_from_and_snippets(index):
    result = ask(index, "渡轮", "停航")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[0].startswith("1 article · ")
    assert lines[2] == "1   渡轮停航一晚"
    assert lines[3] == "    晨报 · news.example · 2024-03-10 19:45 UTC · a/1.md · 4 occurrences"
    assert lines[4].startswith("    台风过境，渡轮停航。")


def test_hits_with_only_some_of_the_words_stand_below_a_line_that_says_so(index):
    lines = ask(index, "台风 渡轮").stdout.splitlines()
    assert lines[0].startswith("1 article · 1 more with only some of the words · ")
    at = lines.index("── 1 article holds all the words; these hold only some of them ──")
    assert (lines[2], lines[at + 2]) == ("1   渡轮停航一晚", "2   台風的名字")


def test_pages_are_numbered_through(index):
    second = ask(index, "许多船票", "--limit", "10", "--page", "3")
    assert second.stdout.startswith("25 articles · page 3 of 3 · ")
    numbers = [line.split()[0] for line in second.stdout.splitlines() if line.endswith("班船")]
    assert numbers == ["21", "22", "23", "24", "25"]
    beyond = ask(index, "许多船票", "--page", "9")
    assert (beyond.exit_code, beyond.stdout.splitlines()[-1]) == (1, "the last page is 3")


def test_nothing_found_is_no_error_and_no_success(index):
    result = ask(index, "鑫鑫鑫")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("0 articles · ")


def test_filters_alone_list_the_newest_first(index):
    result = ask(index, "--after", "2024-03-20", "--limit", "2")
    titles = [line for line in result.stdout.splitlines() if line.endswith("班船")]
    assert titles == ["1   第24班船", "2   第23班船"]


def test_words_may_begin_with_a_dash(index):
    everything = ask(index, "船票 OR 台风", "--count").stdout
    assert ask(index, "-船票", "台风", "--count").stdout == "2\n"
    assert run("query", "--index", index, "--count", "--", "台风", "-船票").stdout == "2\n"
    assert run("query", "台风", "-hotel", "--index", index, "--count", "--", "-n").stdout == "2\n"
    assert everything == "27\n"


def test_dates_are_written_and_shown_in_the_zone_asked_for(index):
    assert "2024-03-11 03:45 +0800 · a/1.md" in ask(index, "渡轮", "--tz", "Asia/Shanghai").stdout
    assert ask(index, "渡轮 date:2024-03-11", "--count", env={"SEARCH_TZ": "Asia/Shanghai"}).stdout == "1\n"
    assert ask(index, "渡轮 date:2024-03-11", "--count").stdout == "0\n"
    assert "no date · a/2.md" in ask(index, "白鲸").stdout


def test_several_sources_mean_any_of_them(index):
    assert ask(index, "--source", "晨报", "--source", "山海台", "--count").stdout == "2\n"


def test_explain_shows_words_tokens_and_shares(index):
    out = ask(index, "研究生 title:停航", '"停航"', "--explain").stdout
    assert out.startswith('read as: 研究生 title:停航 "停航"\n')
    assert "looks for  研究生  (in title or body)" in out
    assert "looks for  停航  (in title)" in out
    assert "tokens     研 究 生" in out
    assert "研究生 stands there only as a phrase" in out  # jieba cuts 研究|生命 in the article
    assert re.search(r"words of title +1 time, in 1 article", out)
    assert "score 0.000" not in ask(index, "停航", "--explain", "--sort", "newest").stdout


def test_explained_shares_add_up_to_the_score(index):
    with Searcher(index, tz="UTC") as searcher:
        hit = searcher.search("渡轮停航").hits[0]
        parts = searcher.explain_hit("渡轮停航", hit.id)
        near = searcher.explain_closeness("渡轮停航", hit.id)
    added = sum(part.score for part in parts)
    assert added * near.factor == pytest.approx(hit.score, rel=1e-4)
    _, product, *lines = explained_hit(hit.score, parts, [], near)
    assert product.startswith(f"  {added:.3f} × {near.factor:.3f}  closeness: 1 + window ")
    assert sum(float(line.split()[0]) for line in lines) == pytest.approx(added, abs=0.02)


# Query, for programs


def test_json_is_one_object_of_the_documented_shape(index):
    answer = json.loads(ask(index, "渡轮", "--json").stdout)
    assert list(answer) == [
        "query",
        "total",
        "partial_total",
        "page",
        "pages",
        "seconds",
        "also",
        "notes",
        "did_you_mean",
        "entries",
        "groups",
        "hits",
    ]
    assert (answer["query"], answer["total"], answer["partial_total"], answer["page"]) == ("渡轮", 1, 0, 1)
    (hit,) = answer["hits"]
    assert hit.pop("score") > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", hit.pop("added"))
    assert hit == {
        "id": "a/1.md",
        "title": "渡轮停航一晚",
        "url": "https://www.news.example/(1)",
        "sources": ["晨报", "news.example"],
        "date": "2024-03-10T19:45:01Z",
        "partial": False,
        "occurrences": 2,
        "title_highlights": [[0, 2]],
        "snippets": [{"text": "台风过境，渡轮停航。", "highlights": [[5, 7]], "place": 5}],
        "authors": [],
        "tags": [],
        "fields": {},
        "field_highlights": {},
        "reprints": [],
        "same_text": False,
    }


@pytest.mark.parametrize("limit", ["3", "all"])
def test_json_lines_and_csv_have_the_hits_of_json(index, limit):
    args = ["船票 OR 恶意", "--limit", limit]
    hits = json.loads(ask(index, *args, "--json").stdout)["hits"]
    assert len(hits) == (3 if limit == "3" else 26)
    assert [json.loads(line) for line in ask(index, *args, "--jsonl").stdout.split("\n")[:-1]] == hits
    rows = list(csv.DictReader(io.StringIO(ask(index, *args, "--csv").stdout)))
    assert [row["id"] for row in rows] == [hit["id"] for hit in hits]
    # As spreadsheets know it.
    assert [row["date"] for row in rows] == [(hit["date"] or "").replace("T", " ")[:19] for hit in hits]


def test_nothing_found_is_an_empty_object(index):
    result = ask(index, "鑫鑫鑫", "--json")
    assert (result.exit_code, json.loads(result.stdout)["hits"]) == (1, [])


def test_a_batch_answers_every_line_in_its_place(index):
    result = ask(index, "--batch", "-", input=b'\xef\xbb\xbf\xe6\xb8\xa1\xe8\xbd\xae\n\n"x\n\xff\xfe\n')
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer.get("total") for answer in answers] == [1, None, None]
    assert answers[1]["query"] == '"x'
    assert (answers[1]["position"], answers[2]["error"]) == (1, "not UTF-8")
    assert result.exit_code == 2
    assert ask(index, "--batch", "-", input="渡轮\n鑫鑫鑫").exit_code == 0
    assert ask(index, "--batch", "-", input="鑫鑫鑫").exit_code == 1


# What strangers wrote


@pytest.mark.parametrize("form", [[], ["--explain"], ["--csv"], ["--json"], ["--jsonl"]])
def test_no_article_can_act_on_the_terminal(index, form):
    result = ask(index, "恶意", *form)
    assert result.exit_code == 0
    assert harmless(result.stdout)
    assert "pwned" in result.stdout  # shown, not obeyed


@pytest.mark.parametrize("form", [[], ["--json"], ["--html"]])
def test_nor_can_it_when_shown(index, form):
    result = run("show", "a/nasty.md", "--index", index, *form)
    assert (result.exit_code, harmless(result.stdout)) == (0, True)
    assert harmless(run("stats", "--index", index).stdout)


def test_json_keeps_what_it_escapes(index):
    assert (
        json.loads(run("show", "a/nasty.md", "--index", index, "--json").stdout)["title"]
        == f"恶意{NASTY}标题"
    )


def test_no_file_name_can_act_when_an_index_is_checked(tmp_path):
    """Whoever packed the index chose the names in it."""
    rebuild([Article(id="\u202eid", title="渡轮")], tmp_path)
    stray = IndexDirectory(tmp_path).generation(1) / "x\u202e\x9b"
    stray.touch()
    told = run("check", "--index", tmp_path)
    assert (told.exit_code, harmless(told.stdout + told.stderr)) == (2, True)
    as_json = run("check", "--index", tmp_path, "--json").stdout
    assert harmless(as_json)
    assert json.loads(as_json)["problems"] == [{"file": str(stray), "what": "is no file of this index"}]


def test_html_is_escaped_and_links_only_to_the_web(index):
    out = run("show", "a/nasty.md", "--index", index, "--html").stdout
    assert "&lt;b&gt;" in out
    assert "<b>" not in out
    assert "javascript" not in out
    assert (
        '<a href="https://www.news.example/(1)">' in run("show", "a/1.md", "--index", index, "--html").stdout
    )


@given(st.text())
def test_printable_text_is_harmless_and_as_long_as_before(text):
    assert "\n" not in printable(text)
    assert harmless(printable(text))
    assert len(printable(text)) == len(text)
    assert printable(printable(text)) == printable(text)


# On the screen

mixed = st.lists(
    st.sampled_from(
        ["渡轮", "，", "。", "“", "”", " ", "ferry", "F-35A", "e\u0301", "👩\u200d🚀", "ー", "…", "a" * 30]
    ),
    max_size=40,
).map("".join)


@given(mixed, st.integers(20, 60))
def test_wrapped_lines_join_to_the_text_and_fit(text, size):
    spans = wrap(text, size)
    assert "".join(text[start:end] for start, end in spans) == text
    for start, end in spans:
        assert width(text[start:end].rstrip()) <= size


def test_lines_do_not_begin_with_closing_marks():
    text = "一二三四五六七八九十，一二三四五六七八九”。"
    assert [text[start:end] for start, end in wrap(text, 20)] == [
        "一二三四五六七八九",
        "十，一二三四五六七八",
        "九”。",
    ]


def test_columns_align_by_display_width():
    lines = list(columns([("晨报", "1"), ("ferry", "22"), ("e\u0301", "333")], right=(1,)))
    assert lines == ["晨报     1", "ferry   22", "e\u0301      333"]


def test_highlights_are_coloured_and_the_rest_is_as_it_was():
    text = marked("渡轮\x1b停航", [(0, 2), (3, 4)], (1, 5))
    assert click.unstyle(text) == "轮␛停航"
    assert text.startswith(click.style("轮", fg="red", bold=True))


# Show, stats


def test_show_prints_what_is_known_and_the_paragraphs(index):
    assert run("show", "a/1.md", "--index", index).stdout.splitlines() == [
        "渡轮停航一晚",
        "sources  晨报 · news.example",
        "date     2024-03-10 19:45:01 UTC (from: application)",
        "url      https://www.news.example/(1)",
        "id       a/1.md",
        "",
        "台风过境，渡轮停航。",
        "",
        "码头上， 他研究生命科学。",
    ]


def test_an_id_that_is_not_there_gets_advice(index):
    result = run("show", "zz/1.md", "--index", index)
    assert result.exit_code == 2
    assert result.stderr.startswith("search: no article has the id 'zz/1.md'\nis it ")
    assert "search query prints the id" in run("show", "鑫", "--index", index).stderr


def test_only_ids_that_look_alike_are_offered(tmp_path):
    names = ["港口/1042012.md", "港口/1042091.md", "港口/2_渡轮停航一晚.md", "港口/note.md"]
    rebuild([Article(id=name, title="渡轮", body="停航。") for name in names], tmp_path)
    with Searcher(tmp_path) as searcher:
        assert searcher.near_ids("1042012x") == ["港口/1042012.md"]
        assert searcher.near_ids("港口/1O42012.md") == ["港口/1042012.md"]
        assert searcher.near_ids("2_渡輪停航") == ["港口/2_渡轮停航一晚.md"]
        assert searcher.near_ids("nosuch") == searcher.near_ids("1") == []


@pytest.mark.parametrize("size", [40, 60, 100])
def test_an_id_can_be_copied_however_narrow_the_terminal(tmp_path, size):
    id = "港口/10_渡轮停航一晚，二百一十七名乘客滞留码头.md"
    rebuild([Article(id=id, title="渡轮", body="停航。", sources=("港口", "ferry.example"))], tmp_path)
    with Searcher(tmp_path, tz="UTC") as searcher:
        answer = Answer.of(searcher.search("渡轮"), page=1, limit=10, seconds=0)
        assert any(id in line for line in answer_lines(answer, tz=searcher.tz, size=size))
    assert run("show", f"{id[:8]}…", "--index", tmp_path).exit_code == 0


def test_raw_prints_the_seed_as_it_is(tmp_path):
    path = seed(tmp_path / "seeds", "a.md")
    run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx")
    shown = run("show", "a.md", "--raw", "--index", tmp_path / "idx")
    assert shown.stdout_bytes == path.read_bytes()
    path.unlink()
    gone = run("show", "a.md", "--raw", "--index", tmp_path / "idx")
    assert gone.exit_code == 2
    assert "no longer there" in gone.stderr


def test_raw_reads_only_what_would_still_be_a_seed(tmp_path):
    archive, index = tmp_path / "seeds", tmp_path / "idx"
    outside = seed(tmp_path, "outside.md", body="秘密")
    paths = [seed(archive, name) for name in ("outside.md", "pipe.md", "zero.md", "large.md", "a/b.md")]
    run("rebuild", archive, "--index", index, "--max-bytes", "1000")
    for path in paths:
        path.unlink()
    paths[0].symlink_to(outside)
    os.mkfifo(paths[1])
    paths[2].symlink_to("/dev/zero")
    paths[3].write_text("大" * 1000, "utf-8")
    paths[4].parent.rmdir()
    paths[4].parent.symlink_to(tmp_path)
    seed(tmp_path, "b.md", body="秘密")
    says = [
        "outside the archive",
        "not a regular file",
        "outside the archive",
        "1,000 bytes, which is the limit",
    ]
    for path, reason in zip(paths, [*says, "outside the archive"], strict=True):
        shown = run("show", path.relative_to(archive), "--raw", "--index", index)
        assert (shown.exit_code, shown.stdout_bytes) == (2, b"")
        assert f"{path}: " in shown.stderr
        assert reason in shown.stderr
        assert shown.stderr.endswith("; leave out --raw\n")


def test_an_article_from_python_has_no_seed(index):
    assert "came from Python" in run("show", "a/1.md", "--raw", "--index", index).stderr


def test_stats_for_people_and_for_programs(index):
    out = run("stats", "--index", index).stdout
    assert "articles    28 (1 without a date)\n" in out
    assert "晨报" in out
    stats = json.loads(run("stats", "--index", index, "--json").stdout)
    assert (stats["articles"], stats["sources"]["晨报"], stats["engine"]) == (28, 1, "whoosh")
    assert stats["oldest"] == "2024-03-10T19:45:01Z"


# Rebuild, update, optimize


def test_an_archive_is_built_updated_and_optimized(tmp_path):
    archive, index = tmp_path / "seeds", tmp_path / "idx"
    first, second = seed(archive, "a.md"), seed(archive, "b/b.md")
    seed(archive, "README.md")
    built = run("rebuild", archive, "--index", index, "--workers", "1")
    assert built.exit_code == 0
    assert built.stdout.startswith(f"2 articles in {index}, generation 1, ")
    assert [line.split() for line in built.stdout.splitlines()[1:]] == [
        ["read", "2"],
        ["added", "2"],
        ["passed", "over", "1", "readme", "1"],
    ]
    first.unlink()
    second.write_text(second.read_text("utf-8") + "<p>改了。</p>", "utf-8")
    seed(archive, "c.md")
    report = json.loads(run("update", archive, "--index", index, "--json").stdout)
    assert [report[name] for name in ("added", "replaced", "deleted", "articles")] == [1, 1, 1, 2]
    optimized = run("optimize", "--index", index)
    assert optimized.stdout.startswith(f"2 articles in {index}, generation 3, ")
    assert run("query", "改了", "--index", index, "--count").stdout == "1\n"


def test_globs_choose_the_files(tmp_path):
    for name in ("a.md", "b.txt", "drafts/c.md"):
        seed(tmp_path / "seeds", name)
    args = ["--index", tmp_path / "idx", "--include", "*.md", "--exclude", "drafts", "--json"]
    assert json.loads(run("rebuild", tmp_path / "seeds", *args).stdout)["articles"] == 1


def test_seeds_left_out_are_told_with_their_reason(tmp_path):
    seed(tmp_path / "seeds", "a.md")
    for n in range(7):
        (tmp_path / "seeds" / f"bad{n}.md").write_text(" \n")
    result = run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0] == "search: 7 of 8 seeds left out; the first:"
    assert "bad0.md: there is nothing in the file" in lines[1]
    assert lines[-1] == "search:   and 2 more; all with --json"
    report = json.loads(run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx", "--json").stdout)
    assert len(report["left_out"]) == 7
    assert report["left_out"][0]["reason"].startswith("there is nothing")


def test_what_a_repair_leaves_out_is_told_as_by_a_rebuild(tmp_path):
    archive, index = tmp_path / "seeds", tmp_path / "idx"
    seed(archive, "a.md")
    assert run("rebuild", archive, "--index", index).exit_code == 0
    for n in range(7):
        (archive / f"bad{n}.md").write_text(" \n")
    (index / "generations" / "0001" / "stray").touch()
    result = run("check", "--repair", "--index", index)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].startswith("mended: 1 article, ")
    assert "search: 7 of 8 seeds left out; the first:" in result.stderr
    assert result.stderr.endswith("search:   and 2 more; all with --json\n")
    assert run("check", "--repair", "--index", index).exit_code == 0
    (index / "generations" / "0002" / "stray").touch()
    told = json.loads(run("check", "--repair", "--index", index, "--json").stdout)
    assert (told["sound"], len(told["mended"]["left_out"])) == (False, 7)


def test_an_update_cannot_change_the_engine(index, tmp_path):
    result = run("update", tmp_path, "--index", index, "--engine", "memory")
    assert result.exit_code == 2
    assert "search rebuild ARCHIVE" in result.stderr


def test_many_articles_in_whoosh_get_one_hint(tmp_path, monkeypatch):
    seed(tmp_path / "seeds", "a.md")
    monkeypatch.setattr(build, "_MANY_ARTICLES", 0)
    assert ENGINES["tantivy"].extra == "fast"
    result = run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx")
    assert (result.exit_code, result.stderr.count("tantivy is faster")) == (0, 1)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    result = run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx")
    assert result.exit_code == 0
    assert "tantivy is faster for 1 articles: pip install 'jiansuo[fast]'" in result.stderr
    assert result.stderr.endswith("then rebuild with --engine tantivy\n")


# What goes wrong


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["rebiuld"], "did you mean rebuild"),
        (["help", "nothing"], "no command nothing"),
        (["query"], "write what to find"),
        (["query", "船", "--limt", "5"], "--limit"),
        (["query", "船", "--limit"], "requires an argument"),
        (["query", "船", "--limit", "0"], "not in the range"),
        (["query", "船", "--limit", "all", "--page", "2"], "only one page"),
        (["query", "船", "--after", "10/03/2024"], "'--after': this is no date"),
        (["query", "船", "--tz", "Mars/Olympus"], "--tz"),
        (["query", "船", "--source", ""], "--source"),
        (["query", "船", "--after", ""], "--after"),
        (["facets", "--before", " "], "--before"),
        (["query", "船", "--json", "--csv"], "exclude one another"),
        (["query", "船", "--json", "--explain"], "leave out --json"),
        (["query", "船", "--batch", "-"], "leave out QUERY"),
        (["query", "--batch", "-", "--csv"], "leave out --csv"),
        (["query", "--batch", "/no/such/file"], "No such file"),
        (["query", '日本 "和平'], '日本 "和平\n       ^\n'),
        (["query", "船\udcff"], "no text"),
        (["show", "a/1.md", "--json", "--raw"], "exclude one another"),
        (["rebuild", "/no/such/archive"], "/no/such/archive"),
        (["rebuild", ".", "--engine", "lucene"], "there are whoosh"),
        (["rebuild", ".", "--user-dict", "/no/such/dict"], "/no/such/dict"),
        (["rebuild", ".", "--workers", "0"], "--workers"),
    ],
)
def test_every_error_says_what_is_wrong_and_what_to_do(index, args, says):
    result = run(*args, env={"SEARCH_INDEX": str(index)}, input="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("search: ")
    assert says in result.stderr
    assert result.stderr.count("search: ") == 1


@pytest.mark.parametrize("args", [["query", "x"], ["show", "x"], ["stats"], ["update", "."], ["optimize"]])
def test_a_missing_index_is_told_with_the_command_that_makes_it(args, tmp_path):
    result = run(*args, "--index", tmp_path / "none")
    assert result.exit_code == 2
    assert "make one with: search rebuild" in result.stderr
    assert not (tmp_path / "none").exists()


def test_an_error_of_the_system_names_the_file(tmp_path):
    seed(tmp_path / "seeds", "a.md")
    (tmp_path / "file").touch()
    result = run("rebuild", tmp_path / "seeds", "--index", tmp_path / "file")
    assert (result.exit_code, "Traceback" in result.stderr) == (2, False)
    assert str(tmp_path / "file") in result.stderr


def test_an_internal_error_is_told_as_one(index, monkeypatch):
    monkeypatch.setattr(Searcher, "search", lambda *args, **options: 1 / 0)
    result = ask(index, "船")
    assert result.exit_code == 2
    assert result.stderr.startswith("search: internal error: ZeroDivisionError")
    assert "SEARCH_DEBUG=1" in result.stderr
    assert isinstance(ask(index, "船", env={"SEARCH_DEBUG": "1"}).exception, ZeroDivisionError)


def test_an_interrupt_ends_with_its_own_code(index, monkeypatch):
    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Searcher, "search", interrupt)
    result = ask(index, "船")
    assert (result.exit_code, result.stderr.strip()) == (130, "search: interrupted")


# Help and completion


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_explained_with_an_example(name):
    result = run(name, "-h")
    assert result.exit_code == 0
    assert f"search {name}" in result.stdout.replace("Usage: search", "")
    for param in cli.commands[name].params:
        assert param.human_readable_name if isinstance(param, click.Argument) else param.help


def test_help_names_every_engine():
    (engine,) = (param for param in build.rebuild.params if param.name == "engine")
    assert [name for name in ENGINES if name not in engine.help] == []


def test_the_references_in_the_docs_are_what_the_script_makes():
    script = runpy.run_path(str(ROOT / "scripts" / "make_cli_reference.py"))
    for page in script["PAGES"]:
        made = script["render"](page)
        assert (ROOT / "docs" / page.name).read_text("utf-8") == made, "run scripts/make_cli_reference.py"
        for name, command in cli.commands.items():
            section = made.partition(f"## search {name}\n")[2].partition("\n## ")[0]
            options = [param.opts[0] for param in command.params if isinstance(param, click.Option)]
            assert [option for option in options if f"`{option}" not in section] == []


def completions(*args: str, incomplete: str) -> list[str]:
    shell = ShellComplete(cli, {}, "search", "_SEARCH_COMPLETE")
    return [item.value for item in shell.get_completions(list(args), incomplete)]


def test_completion_knows_commands_options_engines_and_sources(index, tmp_path):
    assert "query" in completions(incomplete="q")
    assert "--limit" in completions("query", "船", incomplete="--li")
    assert "whoosh" in completions("rebuild", "--engine", incomplete="wh")
    assert "-n" in completions("query", "船", incomplete="-")
    assert "--limit" in completions("query", "-v", "-limit", incomplete="--li")
    assert completions("query", "--color", incomplete="a") == ["auto", "always"]
    assert completions("query", "--index", str(index), "--source", incomplete="晨") == ["晨报"]
    assert completions("query", "--index", str(tmp_path), "--source", incomplete="晨") == []


def test_completion_scripts_are_printed():
    for shell in ("zsh", "fish"):
        assert "_SEARCH_COMPLETE" in run("completion", shell).stdout


# The real program


def test_the_real_program_from_seeds_to_a_hit(tmp_path):
    def program(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *args],
            cwd=ROOT,
            env={**ENVIRONMENT, "SEARCH_INDEX": str(tmp_path / "idx"), **env},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=120,
        )

    built = program("rebuild", "seeds", "--workers", "2")
    assert (built.returncode, built.stderr) == (0, "")
    assert built.stdout.startswith("55 articles in ")
    found = program("query", "“台风路径”", "-落潮", LC_ALL="C")
    assert (found.returncode, found.stderr) == (0, "")
    assert "台风“青岚”擦过临潮 夜班渡轮停航一晚" in found.stdout
    assert "\x1b" not in found.stdout
    narrow = program("query", "台风路径", PYTHONIOENCODING="latin-1")
    assert (narrow.returncode, narrow.stderr) == (0, "")
    as_bytes = program("query", "台风路径", "--json", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", LC_ALL="C")
    assert json.loads(as_bytes.stdout)["query"] == "台风路径"
    assert program("show", "none.md").stderr.startswith("search: no article has the id")


def test_a_pipe_that_closes_early_ends_it_quietly(index):
    process = subprocess.Popen(
        [*PROGRAM, "query", "船票", "--limit", "all", "--index", str(index)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (141, b"")


@pytest.mark.parametrize("no_color", ["", "1"])
def test_colours_only_on_a_terminal_that_wants_them(index, no_color):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*PROGRAM, "query", "渡轮", "--index", str(index)],
        cwd=ROOT,
        env={**ENVIRONMENT, "NO_COLOR": no_color, "TERM": "xterm", "COLUMNS": "30"},
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        out = b""
        while chunk := _read(ours):
            out += chunk
    os.close(ours)
    text = out.decode()
    assert (click.style("渡轮", fg="red", bold=True) in text) is not bool(no_color)
    assert max(width(line) for line in click.unstyle(text).splitlines()) <= 30


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux tells that the other side is closed
        return b""


def test_help_and_completion_load_nothing_heavy():
    heavy = "jieba", "rjieba", "whoosh", "bs4", "sqlite3", "multiprocessing", "index"
    code = f"import sys, search.commands.cli; print([name for name in {heavy!r} if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert loaded.stdout == "[]\n"


def test_a_search_with_tantivy_loads_neither_the_default_engine_nor_what_reads_archives(tmp_path):
    pytest.importorskip("tantivy")
    pytest.importorskip("rjieba")
    seed(tmp_path / "seeds", "a.md")
    run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx", "--engine", "tantivy")
    others = "jieba", "bs4", "whoosh", "index.reading.walk", "search.corpus.facets"
    code = (
        "import atexit, sys; from search.commands.cli import main;"
        f"atexit.register(lambda: print([name for name in {others!r} if name in sys.modules])); main()"
    )
    for words in (["渡轮"], ['"没有船" after:2024'], ["今天停航", "--explain"]):
        done = subprocess.run(
            [sys.executable, "-c", code, "query", *words, "--index", str(tmp_path / "idx")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "渡轮停航" in done.stdout
        assert done.stdout.endswith("\n[]\n")
