"""References, and lists of articles for reference managers and spreadsheets, read back by other programs."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timezone

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from builders import article
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from commandline import run
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index import UsageError, rebuild
from search.output.bibliographies import bibtex_lines, csl_json_lines, markdown_lines, ris_lines
from search.output.citations import STYLES, cited, work_of
from search.output.tables import csv_lines, table_of_hits
from search.output.terminal import printable
from search.results import Hit

UTC = timezone.utc
URL = "https://news.example/渡轮/(1)?a=1&b=%E6"
HOSTILE = '100% of {A} & \\B_c #1 ~x^2 $5 "q" `code` *b* [l](javascript:1) <b>\nER  - \nTY  - BOOK\x1b[31m'


def hit(id="晨报/1.md", title="渡轮停航", **others):
    about = {
        "url": "https://news.example/1",
        "sources": ("晨报", "news.example"),
        "date": datetime(2024, 3, 10, 20, tzinfo=UTC),
        "added": datetime(2024, 5, 1, tzinfo=UTC),
        "authors": ("林小舟",),
        "tags": ("交通", "天气"),
        **others,
    }
    found = {"score": 1.5, "partial": False, "occurrences": 2, "title_highlights": (), "snippets": ()}
    return Hit(id=id, title=title, **found, **about)


texts = st.text(st.characters(codec="utf-8"), max_size=30)
texts |= st.sampled_from([HOSTILE, "}", "\\", "{{", "1. x"])
hits = st.builds(
    hit,
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30),
    texts,
    authors=st.lists(texts, max_size=4).map(tuple),
    tags=st.lists(texts, max_size=2).map(tuple),
    url=st.sampled_from(["", URL, "javascript:alert(1)", "https://a.example/{x}\\ y\n"]),
    sources=st.sampled_from([(), ("晨报",), (HOSTILE,)]),
    date=st.sampled_from([None, datetime(2024, 3, 10, tzinfo=UTC)]),
)


def line(text):
    return " ".join(printable(text).split())


def title_of(one):
    """Title, else id; an id of spaces shows nothing either."""
    return line(one.title) or line(one.id) or "[untitled]"


# Styles


@pytest.mark.parametrize(
    ("style", "reference"),
    [
        ("gb7714", "林小舟. 渡轮停航[EB/OL]. 晨报, 2024(2024-03-10)[2024-05-01]. https://news.example/1."),
        (
            "apa",
            "林小舟. (2024, March 10). 渡轮停航. 晨报. Retrieved May 1, 2024, from https://news.example/1",
        ),
        (
            "chicago",
            "林小舟. “渡轮停航.” 晨报, March 10, 2024. Accessed May 1, 2024. https://news.example/1.",
        ),
        ("mla", "林小舟. “渡轮停航.” 晨报, 10 Mar. 2024, https://news.example/1. Accessed 1 May 2024."),
    ],
)
def test_a_reference_in_each_style(style, reference):
    assert cited(work_of(hit(), tz=UTC), style) == reference


@pytest.mark.parametrize(
    ("about", "reference"),
    [
        ({"authors": ("甲", "乙", "丙", "丁")}, "甲, 乙, 丙, 等. "),
        ({"authors": ("A", "B", "C", "D")}, "A, B, C, et al. "),
        ({"authors": ()}, "渡轮停航[EB/OL]. "),
        ({"authors": (), "sources": ()}, "渡轮停航[EB/OL]. (2024-03-10)[2024-05-01]. https"),
        ({"authors": (), "sources": (), "date": None}, "渡轮停航[EB/OL]. [2024-05-01]. https"),
        ({"authors": (), "url": ""}, "渡轮停航[N]. 晨报, 2024-03-10."),
        ({"authors": (), "url": "", "sources": (), "date": None}, "渡轮停航[Z]."),
        ({"authors": (), "title": ""}, "晨报/1.md[EB/OL]. "),
    ],
)
def test_what_is_not_known_is_left_out_of_gb_t_7714(about, reference):
    assert cited(work_of(hit(**about), tz=UTC), "gb7714").startswith(reference)


def test_the_day_is_that_of_the_readers_clock():
    from search.calendar import read_zone

    assert "(2024-03-11)" in cited(work_of(hit(), tz=read_zone("Asia/Shanghai")), "gb7714")


@given(hits)
def test_a_reference_is_one_printable_line(one):
    for style in STYLES:
        reference = cited(work_of(one, tz=UTC), style)
        assert reference == printable(reference)
        assert "\n" not in reference


# Formats


@given(st.lists(hits, max_size=3, unique_by=lambda one: one.id))
def test_bibtex_is_read_back(some):
    text = "\n".join(bibtex_lines(some, tz=UTC))
    read = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not read.failed_blocks
    assert len(read.entries) == len(some)
    for entry, one in zip(read.entries, some, strict=True):
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        assert entry.entry_type == "online"
        assert fields.get("urldate") == "2024-05-01"
        assert text.count("{") == text.count("}")
        if one.title == HOSTILE:
            # The decoder drops braces that are text, and has another sign for ^.
            plain = "".join(line(HOSTILE).split()).replace("{", "").replace("}", "")
            assert "".join(fields["title"].split()).replace("ˆ", "^") == plain


@given(st.lists(hits, max_size=3))
def test_ris_is_read_back(some):
    read = rispy.loads("\n".join(ris_lines(some, tz=UTC)))
    assert len(read) == len(some)
    for record, one in zip(read, some, strict=True):
        assert record["title"] == title_of(one)
        assert record.get("authors", []) == [line(name) for name in one.authors if line(name)]
        assert record["type_of_reference"] == ("ELEC" if one.url else "NEWS")


@given(st.lists(hits, max_size=3, unique_by=lambda one: one.id))
@example([hit("\x85", "")])
def test_csl_json_is_read_back(some):
    read = json.loads("\n".join(csl_json_lines(some, tz=UTC)))
    assert [one["title"] for one in read] == [title_of(one) for one in some]
    assert len(CiteProcJSON(read)) == len(some)


def test_a_citation_processor_makes_a_reference_of_csl_json():
    read = json.loads("\n".join(csl_json_lines([hit()], tz=UTC)))
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    made = CitationStylesBibliography(style, CiteProcJSON(read), formatter.plain)
    made.register(Citation([CitationItem(read[0]["id"])]))
    (reference,) = map(str, made.bibliography())
    for part in ("林小舟", "2024", "渡轮停航", "https://news.example/1"):
        assert part in reference


@given(st.lists(hits, max_size=3))
def test_markdown_is_a_list_of_text_and_safe_links(some):
    tokens = MarkdownIt().parse("\n".join(markdown_lines(some, tz=UTC)))
    assert {token.type for token in tokens} <= {
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
        *("paragraph_open", "paragraph_close", "inline"),
    }
    inlines = [token for token in tokens if token.type == "inline"]
    assert len(inlines) == len(some)
    for inline, one in zip(inlines, some, strict=True):
        links = [child.attrs["href"] for child in inline.children if child.type == "link_open"]
        assert all(link.startswith("https://") for link in links)
        known = {"text", "text_special", "link_open", "link_close", "code_inline"}
        assert {child.type for child in inline.children} <= known
        shown = "".join(child.content for child in inline.children if child.type != "code_inline")
        assert shown.startswith(title_of(one))


# Spreadsheets


@pytest.mark.parametrize("title", ["=1+1", "+1", "-日本", "@SUM(1)", "\t=1", "\r=1", "＝1", "  =A1"])
def test_no_cell_is_a_formula(title):
    lines = csv_lines(table_of_hits([hit(title=title)], tz=UTC, query="船"))
    (row,) = csv.DictReader(io.StringIO("\n".join(lines)))
    assert row["title"].startswith("'")


def test_a_workbook_has_the_same_as_text_numbers_and_dates(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    from search.output.xlsx import write_xlsx

    odd = ["=1+1", "+1", "@SUM(1)", "https://example.org/x", "12", "\x07", "𠮷" * 40_000, ""]
    table = [["title", "n", "date"], *([text, 7, datetime(2024, 3, 10, 8)] for text in odd)]
    table += [["老", 0.5, datetime(1872, 4, 30)], ["是", True, None]]
    assert write_xlsx(tmp_path / "a.xlsx", table) == len(table) - 1
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    first, *rows = book.active.iter_rows()
    assert [cell.value for cell in first] == table[0]
    assert {cell.data_type for row in rows for cell in row[:1] if cell.value is not None} == {"s"}
    assert [row[0].value for row in rows[:5]] == odd[:5]
    assert rows[6][0].value.endswith("𠮷…")
    assert rows[0][1].value == 7
    assert rows[0][2].value == datetime(2024, 3, 10, 8)
    assert [cell.value for cell in rows[-2]] == ["老", 0.5, "1872-04-30 00:00:00"]
    assert rows[-1][1].value is True


def test_a_workbook_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    pytest.importorskip("xlsxwriter")
    from search.output import xlsx

    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 3)
    with pytest.raises(UsageError, match="3 rows at most"):
        xlsx.write_xlsx(target, [["a"]] * 4)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
    with pytest.raises(UsageError, match="cannot be written"):
        xlsx.write_xlsx(tmp_path / "none" / "a.xlsx", [["a"]])


def test_csv_has_no_columns_that_say_nothing():
    def columns(**asked):
        return next(csv_lines(table_of_hits([], tz=UTC, **asked))).split(",")

    always = ["id", "title", "authors", "outlet", "date", "added", "url", "tags"]
    assert columns(sort="newest") == always
    assert columns(query="船", sort="newest") == [*always, "occurrences", "snippet"]
    assert columns(query="船") == [*always, "score", "partial", "occurrences", "snippet"]


# Commands


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("citing")
    some = [
        article(
            "渡轮今天停航。",
            title=f"渡轮 {n}",
            id=f"晨报/{n}.md",
            sources=("晨报",),
            authors=("林小舟",),
            day=n,
        )
        for n in range(3)
    ]
    rebuild([*some, article("台风", title="只有台风", id="4.md")], folder)
    return folder


MARKS = {"bibtex": "@online{", "ris": "TY  - ", "csl-json": '"title"', "markdown": "- 渡轮", "jsonl": '"id"'}


@pytest.mark.parametrize("form", MARKS)
def test_every_list_of_hits_comes_in_every_form(index, form):
    found = run("query", "渡轮", "--limit", "all", f"--{form}", "--index", index)
    assert (found.exit_code, found.stdout.count(MARKS[form])) == (0, 3)
    alike = run("similar", "晨报/1.md", f"--{form}", "--index", index)
    assert (alike.exit_code, alike.stdout.count(MARKS[form])) == (0, 2)


def test_references_are_to_full_matches_unless_there_are_none(index):
    ask = ("query", "渡轮 台风", "--limit", "all", "--markdown", "--index", index)
    assert len(run(*ask).stdout.splitlines()) == 4
    ask = ("query", "渡轮 停航", "--limit", "all", "--markdown", "--index", index)
    assert len(run(*ask).stdout.splitlines()) == 3


def test_cite_prints_a_reference_a_line(index):
    found = run("cite", "晨报/1.md", "4.md", "--index", index)
    first, second = found.stdout.splitlines()
    assert first.startswith("林小舟. 渡轮 1[N]. 晨报, 2020-01-02.")
    assert second == "只有台风[Z]."
    assert run("cite", "晨报/1.md", "--style", "mla", "--index", index).stdout.startswith("林小舟. “渡轮 1.”")
    assert run("cite", "晨报/1.md", "--ris", "--index", index).stdout.startswith("TY  - NEWS")


def test_a_byte_order_mark_is_there_on_request(index):
    plain = run("query", "渡轮", "--csv", "--index", index)
    marked = run("query", "渡轮", "--csv", "--bom", "--index", index)
    assert marked.stdout == "\ufeff" + plain.stdout
    wrong = run("query", "渡轮", "--json", "--bom", "--index", index)
    assert (wrong.exit_code, "--bom" in wrong.stderr) == (2, True)


@pytest.mark.parametrize("command", [("facets", "渡轮"), ("timeline", "渡轮", "--unit", "day")])
def test_counts_come_as_csv_and_json_lines(index, command):
    rows = list(csv.DictReader(io.StringIO(run(*command, "--csv", "--index", index).stdout)))
    lines = run(*command, "--jsonl", "--index", index).stdout.splitlines()
    assert [{**json.loads(one), "count": str(json.loads(one)["count"])} for one in lines] == rows
    assert sum(int(row["count"]) for row in rows) == 3


@pytest.mark.parametrize(
    "args",
    [
        ["query", "渡轮", "--limit", "all"],
        ["concordance", "渡轮"],
        ["collocations", "渡轮", "--min-count", "1"],
        ["count", "渡轮", "台风"],
        ["trend", "渡轮"],
        ["facets", "渡轮"],
        ["timeline", "渡轮"],
    ],
)
def test_what_has_csv_has_xlsx_with_the_same_rows(tmp_path, args):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    archive = [article("渡轮停航一晚。", id="1", day=1), article("渡轮与台风。", id="2", sources=("晚报",))]
    rebuild(archive, tmp_path / "i")
    printed = run(*args, "--index", tmp_path / "i", "--xlsx", tmp_path / "a.xlsx")
    assert printed.exit_code == 0, printed.output
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.values)
    lines = list(csv.reader(run(*args, "--index", tmp_path / "i", "--csv").stdout.splitlines()))
    assert list(rows[0]) == lines[0]
    assert len(rows) == len(lines) > 1
    assert run(*args, "--index", tmp_path / "i", "--xlsx", "a.xlsx", "--csv").exit_code == 2
