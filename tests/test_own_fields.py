"""Own fields: declared by a rebuild, read from rows and files, searched, counted, returned."""

from __future__ import annotations

import json
from datetime import date, datetime, timezone
from decimal import Decimal

import contract
import pytest
from builders import article, place
from commandline import run, seed
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, IndexMismatch, QueryError, UsageError, rebuild, update
from index.building.repair import repair
from index.own_fields import read_own_fields
from search import Searcher
from search.check import check
from search.query.parser import FIELD_NAMES, parse
from search.query.tree import And, Node, Not, Or, OwnValue, Phrase, Text, own_fields_of

ROWS = [
    {"id": 1, "title": "渡輪停航", "body": "颱風過境。", "page": "A1", "price": "1,200", "due": "2024-03-10"},
    {"id": 2, "title": "渡轮复航", "page": ["A2", "B1"], "price": -2.5, "summary": "今天渡轮复航。"},
    {"id": 3, "title": "无", "page": None, "price": float("nan"), "due": "", "summary": " "},
]
OWN = {"page": "keyword", "price": "number", "due": "date", "summary": "text"}


@pytest.fixture(scope="module")
def index(embedded_engine, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    rebuild(ROWS, folder, engine=embedded_engine, own_fields=OWN)
    return folder


@pytest.fixture(scope="module")
def searcher(index):
    with Searcher(index, tz="UTC") as opened:
        yield opened


# The contract


@settings(max_examples=120)
@given(archive=contract.own_archives(), several=st.lists(contract.own_queries, min_size=1, max_size=6))
def test_every_engine_answers_for_own_fields_as_the_specification_does(engine, archive, several):
    contract.own_fields_are_those_of_the_specification(engine, archive, several)


@settings(max_examples=40)
@given(
    first=contract.own_archives(),
    second=contract.own_archives(),
    several=st.lists(contract.own_queries, min_size=1, max_size=4),
)
def test_an_update_makes_of_own_fields_what_a_rebuild_does(engine, first, second, several):
    contract.updates_keep_own_fields(engine, first, second, several)


_numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**20), 10**20)


@settings(max_examples=60)
@given(
    numbers=st.lists(st.one_of(_numbers, st.integers(-3, 3)), min_size=1, max_size=6),
    low=_numbers | st.integers(-3, 3),
    high=_numbers | st.integers(-3, 3),
)
def test_ranges_hold_their_ends_and_signs_compare_as_numbers_do(engine, numbers, low, high):
    low, high = sorted((float(low), float(high)))
    archive = [article(id=str(at)) for at in range(len(numbers))]
    archive = [
        Article(one.id, "题", fields={"n": number}) for one, number in zip(archive, numbers, strict=True)
    ]
    with place(engine) as folder:
        rebuild(archive, folder, engine=engine, own_fields={"n": "number"})
        with Searcher(folder) as searcher:
            for query, holds in [
                (f"n:{low!r}..{high!r}", lambda number: low <= number <= high),
                (f"n:>{low!r}", lambda number: number > low),
                (f"n:>={low!r}", lambda number: number >= low),
                (f"n:<{low!r}", lambda number: number < low),
                (f"n:<={low!r}", lambda number: number <= low),
                (f"n:{low!r}", lambda number: number == low),
            ]:
                expected = {str(at) for at, number in enumerate(numbers) if holds(float(number))}
                assert {hit.id for hit in searcher.search(query, limit=None)} == expected, query
            returned = {hit.id: hit.fields["n"] for hit in searcher.search("", limit=None)}
            assert returned == {str(at): number for at, number in enumerate(numbers)}


# Searching


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("page:a1", ["1"]),
        ('page:"Ａ１" OR page:B1', ["1", "2"]),
        ("PAGE：A2", ["2"]),
        ("page:A", []),
        ("price:1200", ["1"]),
        ("price:-3..-1", ["2"]),
        ("price:>=-2.5 -page:a1", ["2"]),
        ("price:≤1,200", ["1", "2"]),
        ("due:2024-03", ["1"]),
        ("due:>2024-03-09", ["1"]),
        ("due:>2024-03-10", []),
        ("due:<=2024", ["1"]),
        ("due:2024-03-01..2024-03-31", ["1"]),
        ("summary:渡輪", ["2"]),
        ('summary:"今天渡轮"', ["2"]),
        ("summary:(今天 ~1 复航)", []),
        ("今天", []),  # own texts are not searched without their names
        ("渡轮 (page:a1 OR price:<0)", ["1", "2"]),
        ("-price:0..", ["2", "3"]),
    ],
)
def test_a_query_names_an_own_field(searcher, query, ids):
    assert sorted(hit.id for hit in searcher.search(query)) == ids


def test_values_come_back_as_their_kinds(searcher):
    hit = searcher.search("page:A1")[0]
    assert hit.fields == {"page": ("A1",), "price": 1200, "due": datetime(2024, 3, 10, tzinfo=timezone.utc)}
    assert searcher.article("3").fields == {}
    assert json.loads(hit.to_json())["fields"]["due"] == "2024-03-10T00:00:00Z"
    with Searcher(searcher._generations.location.directory.path, tz="Asia/Shanghai") as elsewhere:
        assert elsewhere.search("page:A1")[0].fields["due"].hour == 8


def test_own_texts_are_highlighted(searcher):
    hit = searcher.search("summary:渡轮")[0]
    spans = hit.field_highlights["summary"]
    assert [hit.fields["summary"][start:end] for start, end in spans] == ["渡轮"]
    assert searcher.search("渡轮")[0].field_highlights == {}


def test_own_keywords_are_counted(searcher):
    facets = searcher.facets("渡轮", by="page")
    assert [(one.value, one.count) for one in facets.counts] == [("A1", 1), ("A2", 1), ("B1", 1)]
    assert searcher.facets("", by="page").missing == 1
    with pytest.raises(UsageError, match="page"):
        searcher.facets("", by="price")


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("渡轮 price:abc", 10),
        ("price:20..10", 7),
        ("price:..", 7),
        ("price:>1..2", 7),
        ("price:1e999", 7),
        ("due:2024-13", 5),
        ("due:>=x", 7),
        ("page:A*", 7),
        ("page:", 1),
    ],
)
def test_an_error_in_a_value_has_its_place(searcher, query, position):
    with pytest.raises(QueryError) as caught:
        searcher.search(query)
    assert caught.value.position == position
    assert caught.value.hint


def test_a_field_that_is_not_declared_is_text_and_the_answer_names_those_that_are(searcher):
    (note,) = searcher.search("volume:3").notes
    assert note.kind == "unknown-field"
    assert set(OWN) <= set(note.names)


def test_suggestions_keep_own_fields_apart(searcher):
    assert [other.query for other in searcher.alternatives("渡轮 page:Z9")] == ["渡轮"]
    assert searcher.alternatives("page:Z9") == ()


# The language


_own_values = st.one_of(
    st.sampled_from(["A1", "a b", "x:y", "（", "OR", "-1", "「」"]).map(
        lambda v: OwnValue("page", "keyword", v)
    ),
    st.sampled_from(["1", "-2.5", "1..2", ">3", "<=4", "..5"]).map(lambda v: OwnValue("price", "number", v)),
    st.sampled_from(["2024", ">2024-03", "2024..", "2024-03-10T08:00"]).map(
        lambda v: OwnValue("due", "date", v)
    ),
    st.sampled_from(["渡轮", "a b"]).map(lambda text: Phrase(text, "own:summary")),
    st.just(Text("渡轮", "own:summary", prefix=True)),
    st.just(Text("渡轮")),
)


def _joined(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, children))


@given(st.recursive(_own_values, _joined, max_leaves=6))
def test_a_printed_query_parses_to_an_equal_tree(tree):
    assert parse(str(tree), tuple(OWN.items())) == tree
    assert parse(str(tree), own_fields_of(tree)) == tree


def test_no_own_field_hides_one_of_the_language():
    for name in FIELD_NAMES:
        with pytest.raises(UsageError):
            read_own_fields({name: "text"})


# Declaring


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "text"},
        {"YEAR": "number"},
        {"score": "number"},  # a column of CSV and DataFrames
        {"1st": "text"},
        {"a b": "text"},
        {"": "text"},
        {"x" * 31: "text"},
        {"page": "words"},
        {"page": None},
        [("Page", "text"), ("page", "text")],
        ["page"],
        5,
        {f"f{n}": "text" for n in range(101)},
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused_before_anything_is_done(tmp_path, wrong):
    with pytest.raises(UsageError):
        rebuild(ROWS, tmp_path / "idx", own_fields=wrong)
    assert not (tmp_path / "idx").exists()


def test_own_fields_stay_declared_until_the_next_rebuild(tmp_path, embedded_engine):
    rebuild(ROWS, tmp_path, engine=embedded_engine, own_fields=OWN)
    update(
        [
            Article(
                "4", "新", fields={"page": "A1", "price": 7, "due": datetime(2025, 1, 1, tzinfo=timezone.utc)}
            )
        ],
        tmp_path,
    )
    with Searcher(tmp_path) as searcher:
        assert {hit.id for hit in searcher.search("page:a1")} == {"1", "4"}
        assert searcher.stats().own_fields == OWN
    repair(tmp_path)
    assert check(tmp_path).sound
    with Searcher(tmp_path) as searcher:
        assert {hit.id for hit in searcher.search("price:7")} == {"4"}
    rebuild(ROWS, tmp_path, engine=embedded_engine)
    with Searcher(tmp_path) as searcher:
        assert searcher.own_fields == {}
        assert searcher.article("1").fields == {}


def test_a_value_that_changed_is_updated_and_one_that_did_not_costs_nothing(tmp_path):
    rebuild(ROWS, tmp_path, own_fields=OWN)
    report = update(ROWS, tmp_path)
    assert (report.unchanged, report.replaced) == (3, 0)
    assert update([{**ROWS[0], "price": 1300}], tmp_path).replaced == 1
    with Searcher(tmp_path) as searcher:
        assert searcher.search("price:1300").total == 1
        assert searcher.search("price:1200").total == 0


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"price": "abc"}, "price"),
        ({"price": True}, "price"),
        ({"price": float("inf")}, "price"),
        ({"price": 10**400}, "price"),
        ({"due": "soon"}, "due"),
        ({"due": object()}, "due"),
        ({"page": {"a": 1}}, "page"),
        ({"page": "x" * 1001}, "page"),
        ({"summary": b"bytes"}, "summary"),
        ({"fields": {"volume": 3}}, "volume"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_row_and_field(tmp_path, row, says):
    rebuild(ROWS, tmp_path, own_fields=OWN)
    with pytest.raises(UsageError, match=says) as caught:
        update([{"id": 9, "title": "题", **row}], tmp_path)
    assert "9" in str(caught.value)
    with Searcher(tmp_path) as searcher:
        assert searcher.stats().articles == 3


def test_an_article_with_a_field_that_is_not_declared_is_refused(tmp_path):
    rebuild(ROWS, tmp_path)
    with pytest.raises(UsageError, match=r"own_fields=\{'page'"):
        update([Article("4", "新", fields={"page": "A1"})], tmp_path)


# Reading rows


def test_values_of_many_types_are_read(tmp_path):
    row = {
        "id": 1,
        "title": "题",
        "Page-No": 3,
        "tagged": {"b", "a"},
        "paid": True,
        "price": Decimal("12.50"),
        "day": date(2024, 3, 10),
        "local": datetime(2024, 3, 10, 8),
        "text": ["一段", "二段"],
    }
    own = {"page_no": "keyword", "tagged": "keyword", "paid": "keyword", "price": "number", "day_": "date"}
    rebuild(
        [row],
        tmp_path,
        own_fields={**own, "local": "date", "lead": "text"},
        fields={"day_": "day", "lead": "text"},
    )
    with Searcher(tmp_path, tz="UTC") as searcher:
        fields = searcher.article("1").fields
    assert fields["page_no"] == ("3",)
    assert fields["tagged"] == ("a", "b")
    assert fields["paid"] == ("true",)
    assert fields["price"] == 12.5
    assert fields["day_"] == datetime(2024, 3, 10, tzinfo=timezone.utc)
    assert fields["local"] == datetime(2024, 3, 10, 0, tzinfo=timezone.utc)
    assert fields["lead"] == "一段\n二段"


def test_what_to_dict_gives_is_taken_back(tmp_path):
    rebuild(ROWS, tmp_path / "a", own_fields=OWN)
    with Searcher(tmp_path / "a") as searcher:
        articles = [searcher.article(id) for id in ("1", "2", "3")]
    rebuild([json.loads(one.to_json()) for one in articles], tmp_path / "b", own_fields=OWN)
    with Searcher(tmp_path / "b") as searcher:
        assert [searcher.article(id) for id in ("1", "2", "3")] == articles


def test_an_own_field_takes_its_column_from_a_property_of_that_name(tmp_path):
    row = {"id": 1, "title": "题", "section": "时政", "tags": "天气"}
    rebuild([row], tmp_path, own_fields={"section": "keyword"})
    with Searcher(tmp_path) as searcher:
        assert searcher.article("1").fields == {"section": ("时政",)}
        assert searcher.article("1").tags == ("天气",)


def test_hostile_values_are_stored_as_text(tmp_path):
    row = {"id": 1, "title": "题", "page": "\ud800\x00<b>", "summary": "\udfff</script>"}
    rebuild([row], tmp_path, own_fields=OWN)
    with Searcher(tmp_path) as searcher:
        assert searcher.search('page:"�\x00<b>"').total == 1
        assert searcher.article("1").fields["summary"] == "�</script>"


# Reading files, and the command line


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a.csv").write_text(
        'title,body,page,price,due\n渡轮停航,台风过境。,A1,"1,200",2024-03-10\n渡轮复航,复航。,A2,abc,\n',
        "utf-8",
    )
    (folder / "b.md").write_text(
        "---\ntitle: 前言\npage: [A1, B2]\nprice: 3.5\ndue: 2024-05-01 08:00\n---\n正文在此。\n", "utf-8"
    )
    (folder / "c.json").write_text(json.dumps({"title": "丙", "body": "文", "page": 7, "price": -1}), "utf-8")
    return folder


DECLARED = ("--field", "page:keyword", "--field", "price:number", "--field", "due:date")


def test_files_give_own_fields_and_a_value_that_cannot_be_read_is_reported(files, tmp_path):
    index = tmp_path / "idx"
    done = run("rebuild", str(files), "--index", str(index), *DECLARED)
    assert done.exit_code == 0
    assert "a.csv#2: price" in done.stderr
    with Searcher(index, tz="UTC") as searcher:
        assert {hit.id for hit in searcher.search("page:a1")} == {"a.csv#1", "b.md"}
        assert searcher.article("a.csv#2").fields == {"page": ("A2",)}
        assert searcher.article("b.md").fields["due"] == datetime(2024, 5, 1, tzinfo=timezone.utc)
        assert searcher.article("c.json").fields == {"page": ("7",), "price": -1}
    shown = run("query", "price:>0", "--csv", "--index", str(index))
    head, *lines = shown.stdout.splitlines()
    assert head.endswith("snippet,page,price,due")
    assert {line.split(",")[0] for line in lines} == {"a.csv#1", "b.md"}
    counts = json.loads(run("facets", "--by", "page", "--json", "--index", str(index)).stdout)
    assert counts["counts"][0] == {"value": "A1", "count": 2}
    record = json.loads(run("show", "b.md", "--json", "--index", str(index)).stdout)
    assert record["fields"]["page"] == ["A1", "B2"]
    assert "page: keyword" in run("stats", "--index", str(index)).stdout


def test_a_column_of_another_name_is_mapped(files, tmp_path):
    index = tmp_path / "idx"
    run("rebuild", str(files), "--index", str(index), "--field", "seite:keyword", "--map", "seite=page")
    with Searcher(index) as searcher:
        assert {hit.id for hit in searcher.search("seite:a1")} == {"a.csv#1", "b.md"}


@pytest.mark.parametrize("wrong", ["title:text", "page", "page:words", ":text"])
def test_a_field_that_cannot_be_declared_is_wrong_usage(tmp_path, wrong):
    done = run("rebuild", str(seed(tmp_path, "a.md")), "--index", str(tmp_path / "idx"), "--field", wrong)
    assert done.exit_code == 2
    assert "--field" in done.stderr


def test_errors_about_own_fields_are_told_in_chinese(files, tmp_path):
    index = tmp_path / "idx"
    run("rebuild", str(files), "--index", str(index), *DECLARED)
    said = run("query", "price:x", "--index", str(index), env={"SEARCH_LANG": "zh"}).stderr
    assert "price 字段里是数" in said
    assert "write" not in said


def test_an_index_of_the_version_before_is_refused_with_what_to_do(tmp_path):
    from builders import rewrite_manifest

    rebuild(ROWS, tmp_path)
    rewrite_manifest(tmp_path, format=6)
    with pytest.raises(IndexMismatch) as caught:
        Searcher(tmp_path)
    assert caught.value.remedy is not None
