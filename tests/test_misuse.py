"""Wrong arguments: every one is an ArchiveError that says so, never a bare error of Python."""

from __future__ import annotations

import inspect
from datetime import datetime

import pytest

import search
from index import ArchiveError, Article, ReadOptions, UsageError, delete, optimize, rebuild, update
from index.building.repair import repair
from search import Filters, Searcher, time_limit
from search.check import check

NO_TEXTS = [None, 7, b"x", ["x"], object()]
NO_NUMBERS = ["5", -1, 1.5, True, [1]]
NO_CHOICES = ["", "x", 7, [], None]

# Values that each argument of a Searcher's methods cannot have.
WRONG: dict[str, list[object]] = {
    "query": [*NO_TEXTS, '"', "(\ud800"],
    "queries": NO_TEXTS,
    "piece": NO_TEXTS,
    "url": NO_TEXTS,
    "id": [*NO_TEXTS, "no such id", "\ud800"],
    "other": [*NO_TEXTS, "no such id", "\ud800"],
    "limit": NO_NUMBERS,
    "offset": [*NO_NUMBERS, None],
    "page": [*NO_NUMBERS, 0],
    "sort": NO_CHOICES,
    "by": NO_CHOICES,
    "unit": NO_CHOICES[:-1],
    "timeout": ["5", -1, 0, True, float("nan")],
    "text": [*NO_TEXTS, "", "，"],
    "width": NO_NUMBERS,
    "sample": NO_NUMBERS,
    "min_count": NO_NUMBERS,
    "window": ["x", -1, 1.5, True, []],
    "of": NO_CHOICES,
    "measure": NO_CHOICES,
    "snippets": NO_CHOICES,
    "filters": ["2024", 7, {}, {"after": "2024"}],
}
FILTERS: dict[str, list[object]] = {
    "after": ["", "x", 7, b"2024", datetime(2024, 1, 1)],
    "before": ["", "x", 7, b"2024", datetime(2024, 1, 1)],
    "source": ["", 7, [7], b"x", [""]],
    "sources": ["no such argument"],
}
RIGHT = {
    "piece": "1",
    "url": "https://news.example/1",
    "query": "渡轮",
    "queries": "渡轮",
    "id": "1",
    "other": "1",
    "by": "source",
    "text": "渡轮停航",
}
# For these an id or a query without hits is no mistake.
NO_MISTAKE = {
    ("has", "no such id"),
    ("has", "\ud800"),
    ("near_ids", "no such id"),
    ("near_ids", "\ud800"),
    ("suggest", '"'),
    ("suggest", "(\ud800"),
    ("suggest", None),
}
METHODS = {
    name: method
    for name in dir(Searcher)
    if not name.startswith("_") and inspect.isfunction(method := getattr(Searcher, name)) and name != "close"
}


def cases():
    for name, method in METHODS.items():
        parameters = inspect.signature(method).parameters
        takes_filters = any(one.kind is one.VAR_KEYWORD for one in parameters.values())
        for argument, values in {**WRONG, **(FILTERS if takes_filters else {})}.items():
            if argument not in parameters and argument not in FILTERS:
                continue
            for value in values:
                yield pytest.param(name, argument, value, id=f"{name}({argument}={value!r:.20})")


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    index = tmp_path_factory.mktemp("misuse")
    rebuild([{"id": "1", "title": "渡轮停航", "date": "2024-03-10"}], index)
    with Searcher(index, tz="UTC") as searcher:
        yield searcher


@pytest.mark.parametrize(("name", "argument", "value"), list(cases()))
def test_a_method_refuses_what_it_cannot_take(searcher, name, argument, value):
    given, options = [], {}
    for one in inspect.signature(METHODS[name]).parameters.values():
        if one.name in RIGHT and one.name != argument:
            if one.kind is one.KEYWORD_ONLY:
                options[one.name] = RIGHT[one.name]
            else:
                given.append(RIGHT[one.name])
        elif one.name == argument and one.kind is not one.KEYWORD_ONLY:
            given.append(value)
    if (
        argument not in inspect.signature(METHODS[name]).parameters
        or len(given) + len(options) < 1
        or (inspect.signature(METHODS[name]).parameters[argument].kind is inspect.Parameter.KEYWORD_ONLY)
    ):
        options[argument] = value

    def ask() -> None:
        answer = getattr(searcher, name)(*given, **options)
        if inspect.isgenerator(answer):
            list(answer)

    if isinstance(value, str) and (name, value) in NO_MISTAKE:
        ask()
        return
    with pytest.raises(ArchiveError) as raised:
        ask()
    if argument == "query":
        assert str(raised.value).encode()  # it can be printed


ROW = {"id": "1", "title": "渡轮停航"}


@pytest.mark.parametrize("function", [rebuild, update])
@pytest.mark.parametrize(
    "options",
    [
        {"workers": "2"},
        {"workers": 0},
        {"workers": True},
        {"include": 7},
        {"exclude": [7]},
        {"limits": 7},
        {"user_dict": 7},
        {"wait": None},
        {"tz": ""},
        {"fields": 7},
    ],
    ids=repr,
)
def test_building_refuses_what_it_cannot_take(tmp_path, function, options):
    rebuild([ROW], tmp_path)
    with pytest.raises(ArchiveError):
        function([ROW], tmp_path, **options)


@pytest.mark.parametrize(
    "options",
    [{"reading": 7}, {"engine": "x"}, {"engine": 7}, {"part": 7}, {"part": (9, 8)}, {"part": ("a", 2)}],
    ids=repr,
)
def test_a_rebuild_refuses_what_it_cannot_take(tmp_path, options):
    with pytest.raises(ArchiveError):
        rebuild([ROW], tmp_path, **options)


@pytest.mark.parametrize("index", [None, 7, b"idx", "", ["idx"], "opensearch://", "a\0b"], ids=repr)
@pytest.mark.parametrize(
    "use",
    [
        lambda index: rebuild([ROW], index),
        lambda index: update([ROW], index),
        lambda index: delete("1", index),
        optimize,
        repair,
        check,
        Searcher,
    ],
    ids=["rebuild", "update", "delete", "optimize", "repair", "check", "Searcher"],
)
def test_what_is_no_index_is_refused(index, use):
    with pytest.raises(ArchiveError):
        use(index)


@pytest.mark.parametrize("options", [{"zone": 7}, {"zone": "x"}, {"keys": 7}, {"keys": ("title",)}], ids=repr)
def test_options_of_reading_refuse_what_they_cannot_take(options):
    with pytest.raises(ArchiveError):
        ReadOptions(**options)


@pytest.mark.parametrize("sample", [-1, "5", None, 1.5])
def test_a_check_refuses_what_it_cannot_take(tmp_path, sample):
    rebuild([ROW], tmp_path)
    with pytest.raises(ArchiveError):
        check(tmp_path, sample=sample)


def test_a_lone_surrogate_in_a_query_finds_nothing_and_harms_nothing(searcher):
    assert searcher.search("\ud800火星").total == 0


@pytest.mark.parametrize("tz", ["", "x", 7, b"UTC", "+99:00"], ids=repr)
def test_what_is_no_zone_is_refused(searcher, tz, tmp_path):
    rebuild([ROW], tmp_path)
    with pytest.raises(ArchiveError):
        Searcher(tmp_path, tz=tz)


@pytest.mark.parametrize("name", FILTERS)
def test_filters_refuse_what_they_cannot_take(name):
    for value in FILTERS[name]:
        if name != "sources":
            with pytest.raises(ArchiveError):
                Filters(**{name: value})


@pytest.mark.parametrize("seconds", ["5", 0, -1, True, float("nan")])
def test_a_time_limit_refuses_what_it_cannot_take(seconds):
    with pytest.raises(ArchiveError), time_limit(seconds):
        pass


@pytest.mark.parametrize(
    "values",
    [
        {"id": ""},
        {"id": 7},
        {"title": None},
        {"authors": 7},
        {"date": "2024"},
        {"kinds": "zz"},
        {"body": b""},
    ],
    ids=repr,
)
def test_an_article_refuses_what_it_cannot_take(values):
    with pytest.raises(ArchiveError):
        Article(**{"id": "1", "title": "x", **values})


@pytest.mark.parametrize("name", ["IndexMissing", "QueryError", "SearchTimeout", "UsageError"])
def test_errors_can_be_imported_from_where_one_searches(name):
    import index

    assert getattr(search, name) is getattr(index, name)
    assert name in search.__all__


def test_an_address_of_no_engine_makes_no_folder(tmp_path, monkeypatch):
    """`--index http://…` made a folder `http:` once."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="opensearch://"):
        rebuild([], "http://localhost:9200/news")
    assert list(tmp_path.iterdir()) == []
