"""What an answer says when nothing, or the wrong thing, is found; and names that are looked for by others."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timezone

import contract
import pytest
from builders import article
from commandline import run, seed

from index import Article, UsageError, rebuild, update
from search import Filters, Searcher

ARCHIVE = [
    article(
        "反对占中的人在海边集会。", title="占中一周年", id="晨报/1.md", sources=("晨报", "rfi.fr"), day=0
    ),
    article(
        "特朗普谈渡轮。", title="访谈", id="晨报/2.md", sources=("晨报",), url="https://a.example/2/", day=1
    ),
    article("川普谈台风。", title="President Trump", id="泡泡/3 号.md", sources=("泡泡",), day=2),
    article("网信办发布通知，year 2024。", title="通知", id="泡泡/4.md", sources=("泡泡",)),
]


@pytest.fixture(scope="module")
def index(embedded_engine, tmp_path_factory):
    folder = tmp_path_factory.mktemp("help")
    rebuild(ARCHIVE, folder, engine=embedded_engine)
    return folder


@pytest.fixture(scope="module")
def searcher(index):
    with Searcher(index, tz="UTC") as opened:
        yield opened


# Names have variants


def test_other_names_are_found_where_that_is_asked_for(searcher):
    assert searcher.search("特朗普").total == 1
    page = searcher.search("特朗普", variants=True)
    assert (page.total, page.also) == (2, ("川普",))
    marked = [hit.snippets[0].text[slice(*hit.snippets[0].highlights[0])] for hit in page.hits]
    assert sorted(marked) == ["川普", "特朗普"]
    assert searcher.facets("特朗普", by="source", variants=True).total == 2
    assert len(list(searcher.stream("特朗普", variants=True))) == 2


def test_names_can_be_in_a_file_elsewhere_too(searcher, tmp_path, monkeypatch):
    monkeypatch.setenv("SEARCH_VARIANTS", str(tmp_path / "names.txt"))
    with pytest.raises(UsageError, match=r"names\.txt"):
        searcher.search("台风", variants=True)
    assert searcher.search("台风").total == 1
    (tmp_path / "names.txt").write_text("台风，渡轮\n", "utf-8")
    assert searcher.search("台风", variants=True).total == 2
    assert searcher.search("特朗普", variants=True).also == ("川普",)


def test_names_of_the_users_own_are_read_without_a_rebuild(index, searcher):
    (index / "variants.txt").write_text("台风，渡轮\n", "utf-8")
    try:
        assert searcher.search("台风", variants=True).total == 2
        assert searcher.search("台风").total == 1
    finally:
        (index / "variants.txt").unlink()
    assert searcher.search("台风", variants=True).total == 1


def test_words_of_the_users_own_hold_together_at_query_time(index, tmp_path):
    (tmp_path / "words.txt").write_text("渡轮谈\n", "utf-8")
    with Searcher(index) as searcher:
        assert searcher.search("谈渡轮").total == 1
        assert searcher.search("渡轮谈").total == 1
        assert searcher.search("渡轮谈", words=["渡轮谈"]).total == 0
        assert searcher.search("渡轮谈", filters=Filters(words=tmp_path / "words.txt")).total == 0
    file = str(tmp_path / "words.txt")
    assert run("query", "渡轮谈", "--words", file, "--count", "--index", index).stdout == "0\n"


# Fields and sources


@pytest.mark.parametrize(("query", "name"), [("year:2024", "year"), ("渡轮 id：3", "id")])
def test_an_unknown_field_is_text_and_the_answer_says_so(searcher, query, name):
    (note,) = searcher.search(query).notes
    assert (note.kind, note.about) == ("unknown-field", name)
    assert "title" in note.names


@pytest.mark.parametrize("query", ["https://a.example", "10:30", "title:渡轮", '"year:2024"'])
def test_what_is_no_field_gets_no_note(searcher, query):
    assert searcher.search(query).notes == ()


def test_a_source_that_nobody_has_gets_those_that_are_named_alike(searcher):
    (note,) = searcher.search("通知 source:泡").notes
    assert (note.kind, note.about, note.names) == ("unknown-source", "泡", ("泡泡",))


@pytest.mark.parametrize("source", ["晨报/", "www.rfi.fr", "https://www.rfi.fr/", "RFI.fr"])
def test_a_source_is_known_with_what_was_copied_around_it(searcher, source):
    assert searcher.search("", source=source).total >= 1


def test_a_time_without_articles_is_told_with_the_newest(searcher):
    (note,) = searcher.search("date:7d").notes
    assert (note.kind, note.names) == ("no-such-time", ("2020-01-01", "2020-01-03"))


def test_a_time_when_nothing_came_in_is_told_with_the_newest(searcher):
    today = datetime.now(timezone.utc).date().isoformat()
    (note,) = searcher.search("added:1998").notes
    assert note.kind == "no-such-arrival"
    assert note.names[1] <= today
    assert searcher.search("added:7d").notes == ()


# Did you mean


@pytest.mark.parametrize(
    ("typed", "meant", "mistake"),
    [
        ("占众", "占中", "sound"),
        ("zhanzhong", "占中", "pinyin"),
        ("zhan zhong", "占中", "pinyin"),
        ("网办信", "网信办", "swapped"),
        ("网办", "网信办", "missing"),
        ("网信水", "网信办", "changed"),
        ("Trmup", "trump", "spelling"),
        ("title:占众", "title:占中", "sound"),
        ('-渡轮 "占众"', '-渡轮 "占中"', "sound"),
    ],
)
def test_one_slip_is_corrected_by_what_the_archive_holds(searcher, typed, meant, mistake):
    found = [(other.query, other.mistake) for other in searcher.corrections(typed)]
    assert (meant, mistake) in found
    assert all(other.total for other in searcher.corrections(typed))


def test_nothing_is_corrected_where_something_is_found(searcher):
    assert searcher.corrections("占中") == ()
    assert searcher.corrections("") == ()


def test_a_correction_is_within_the_filters(searcher):
    assert searcher.corrections("占众", source="泡泡") == ()
    assert searcher.corrections("占众", source="晨报")[0].total == 1


def test_hostile_text_is_no_error(searcher):
    for query in ("xi" * 2000, "鑫" * 3000, "a" * 5000, "xian " * 500, "占众 " * 300):
        searcher.corrections(query)


def test_every_engine_corrects_as_the_specification_does(engine):
    contract.corrects_as_the_specification_does(engine)


# When articles came in


def test_what_came_in_is_found_by_that_time(searcher):
    assert searcher.search("added:7d").total == len(ARCHIVE)
    assert searcher.search("added:..2020").total == 0
    assert searcher.search("-added:7d").total == 0
    assert searcher.search("占中 added:1d").total == 1


def test_a_rebuild_makes_no_article_new(embedded_engine, tmp_path):
    rebuild(ARCHIVE, tmp_path, engine=embedded_engine)
    with sqlite3.connect(tmp_path / "articles.sqlite") as store:
        # As if all of them had come ten days ago; the checksums of rows are made again by the rebuild.
        store.execute("UPDATE article SET arrived = arrived - 864000")
    store.close()
    rebuild([*ARCHIVE, article("新来的渡轮。", id="新/1.md")], tmp_path, engine=embedded_engine)
    with Searcher(tmp_path) as searcher:
        assert [hit.id for hit in searcher.search("added:7d").hits] == ["新/1.md"]
    update([Article(id="晨报/1.md", title="占中两周年", body="改写了。")], tmp_path)
    with Searcher(tmp_path) as searcher:
        assert {hit.id for hit in searcher.search("added:7d").hits} == {"新/1.md", "晨报/1.md"}


@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_what_was_added_replaced_and_deleted_is_listed(tmp_path, command):
    seeds, index = tmp_path / "seeds", tmp_path / "idx"
    for name in ("a.md", "b.md", "c.md"):
        seed(seeds, name, title=name)
    first = run("rebuild", seeds, "--index", index, "--list")
    assert first.stdout.endswith("\n+ a.md\n+ b.md\n+ c.md\n")
    seed(seeds, "b.md", title="改了的标题")
    (seeds / "a.md").unlink()
    seed(seeds, "d 1.md", title="另一条")
    printed = run(command, seeds, "--index", index, "--list").stdout
    assert printed.endswith("\n+ 'd 1.md'\n~ b.md\n- a.md\n")
    again = json.loads(run(command, seeds, "--index", index, "--list", "--json").stdout)
    assert again["changes"] == {"added": [], "replaced": [], "deleted": []}
    assert json.loads(run(command, seeds, "--index", index, "--json").stdout)["changes"] is None


def test_a_rebuild_over_what_cannot_be_read_lists_all_as_added(tmp_path):
    seed(tmp_path / "seeds", "a.md")
    run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx")
    (tmp_path / "idx" / "manifest.json").write_text("{}")
    assert run("rebuild", tmp_path / "seeds", "--index", tmp_path / "idx", "--list").stdout.endswith(
        "\n+ a.md\n"
    )


# The command line


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_an_answer_asks_what_was_meant(index):
    result = run("query", "占众", "--index", index)
    assert result.exit_code == 1
    assert "did you mean: 占中 (1)" in result.stderr
    answer = json.loads(run("query", "占众", "--index", index, "--json").stdout)
    assert [other["query"] for other in answer["did_you_mean"]] == ["占中"]


def test_the_answer_says_which_names_were_added(index):
    assert "also: 川普" in run("query", "--variants", "特朗普", "--index", index).stdout
    answer = json.loads(run("query", "--variants", "特朗普", "--index", index, "--json").stdout)
    assert answer["also"] == ["川普"]


def test_words_without_a_command_are_a_query(index):
    asked = run("query", "占中", "--index", index, "--csv")
    assert run("占中", "--index", index, "--csv").stdout == asked.stdout
    assert run("--index", index, "占中", "--csv").stdout == asked.stdout
    assert run("stats", "--index", index).stdout.startswith("index")


def test_show_takes_a_part_of_an_id_a_url_and_the_number_of_a_hit(index):
    def shown(*args):
        return run("show", *args, "--index", index)

    assert "特朗普谈渡轮" in shown("晨报/2").stdout
    assert "特朗普谈渡轮" in shown("2.md").stdout
    assert "特朗普谈渡轮" in shown("https://a.example/2").stdout
    assert shown("md").exit_code == 2
    assert shown("https://b.example/").exit_code == 2
    run("query", "台风", "--index", index)
    assert "川普谈台风" in shown("1").stdout
    assert "showed the hits 1 to 1" in shown("2").stderr


@pytest.mark.parametrize("content", ["", "{", "[]", '{"index": 1}', "\x00"])
def test_a_damaged_memory_of_hits_is_no_error(index, tmp_path, content):
    run("query", "台风", "--index", index)
    (file,) = (tmp_path / "state" / "jiansuo").iterdir()
    file.write_text(content)
    assert run("show", "7", "--index", index).exit_code == 2
    assert run("query", "台风", "--index", index).exit_code == 0


def test_show_highlights_a_query(index):
    text = run("show", "晨报/2.md", "渡轮", "--color", "always", "--index", index).stdout
    assert "\x1b[31m\x1b[1m渡轮\x1b[0m" in text


def test_ids_can_be_pasted(index):
    shown = run("query", "台风", "--index", index).stdout
    assert "'泡泡/3 号.md'" in shown
    assert " 晨报/1.md" in run("query", "集会", "--index", index).stdout


def test_partial_matches_make_no_pages(tmp_path):
    both = [article("渡轮和台风都在。", id=f"两/{n}") for n in range(20)]
    one = [article("只有渡轮。", id=f"一/{n}") for n in range(30)]
    rebuild([*both, *one], tmp_path)
    shown = run("query", "渡轮 台风", "--index", tmp_path).stdout
    assert shown.startswith("20 articles · 30 more with only some of the words · page 1 of 2 ·")
    assert run("query", "渡轮 台风", "--index", tmp_path, "--page", "3").stdout.endswith(
        "the last page is 2\n"
    )
    answer = json.loads(run("query", "渡轮 台风", "--index", tmp_path, "--page", "2", "--json").stdout)
    assert (answer["pages"], len(answer["hits"])) == (2, 10)


def test_the_shell_took_the_quotation_marks_away(tmp_path):
    rebuild([article("台风过后渡轮复航"), article("渡轮和台风"), article("渡轮 台风")], tmp_path)
    told = run("query", "渡轮 台风", "--index", tmp_path).stderr
    assert "search query '\"渡轮 台风\"'" in told
    assert run("query", "渡轮", "台风", "--index", tmp_path).stderr == ""
    assert run("query", "“渡轮 台风”", "--index", tmp_path).stderr == ""
