"""Every exported name of `index` and `search` has an example, and each example is true."""

from __future__ import annotations

import doctest
import inspect
import os
import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest

import index as index_package
import search
from index import Article, rebuild
from index.engines.registry import open_location
from search import Filters, Searcher
from search.check import check

DAY = {"tzinfo": timezone.utc}
FERRIES = [
    Article(
        id="晨报/1.md",
        title="渡轮停航",
        body="台风过境，渡轮停航一晚。",
        sources=("晨报",),
        date=datetime(2024, 3, 10, 2, **DAY),
    ),
    Article(
        id="晨报/2.md",
        title="渡轮复航",
        body="渡轮今天照常开出，船上有人研究生命科学。",
        sources=("晨报",),
        date=datetime(2024, 3, 12, 2, **DAY),
    ),
    Article(id="晚报/1.md", title="台风的名字", body="台风“白鲸”来了。", sources=("晚报",)),
]

METHODS = {
    f"Searcher.{name}": getattr(member, "fget", member)
    for name in dir(Searcher)
    for member in [inspect.getattr_static(Searcher, name)]
    if not name.startswith("_") and name != "tz"
}
# Shown by the examples of the methods that return them: explain, search, explain_hit, uncut.
PARTS_OF_RESULTS = {"Clause", "Snippet", "Term", "TokenPhrase"}
CLASSES = {
    name: found
    for name in search.__all__
    if name not in PARTS_OF_RESULTS
    and inspect.isclass(found := getattr(search, name))
    and not issubclass(found, Exception)
}
FUNCTIONS = {name: found for name in search.__all__ if inspect.isfunction(found := getattr(search, name))}
EXAMPLES = {**CLASSES, **METHODS, **FUNCTIONS, "check": check}


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """The names that examples use: an index of three articles, and a Searcher of it."""
    index = tmp_path_factory.mktemp("docstrings") / "idx"
    rebuild(FERRIES, index)
    with Searcher(index, tz="Asia/Shanghai") as searcher:
        yield {"index": index, "searcher": searcher, "Searcher": Searcher, "Filters": Filters, "check": check}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_exported_name_is_explained_with_an_example_that_is_true(names, name):
    run_example(name, EXAMPLES[name], names)


BUILDING = {
    name: found
    for name in index_package.__all__
    if inspect.isclass(found := getattr(index_package, name)) or inspect.isfunction(found)
}


@pytest.mark.parametrize("name", BUILDING)
def test_what_builds_is_explained_with_an_example_that_is_true(names, name, tmp_path, monkeypatch):
    """Each example may change a copy of the index, and make a new one."""
    monkeypatch.chdir(tmp_path)
    copy, archive = tmp_path / "idx", tmp_path / "archive"
    shutil.copytree(names["index"], copy)
    archive.mkdir()
    (archive / "1.md").write_text("# 渡轮停航\n\n今天大风。\n", "utf-8")
    (archive / "empty.html").touch()
    given = {name: getattr(index_package, name) for name in index_package.__all__}
    given |= {"Path": Path, "Searcher": Searcher, "open_location": open_location, "os": os}
    given |= {"archive": archive, "index": copy, "new": tmp_path / "new", "searcher": names["searcher"]}
    run_example(name, BUILDING[name], given)


def run_example(name, explained, given):
    text = inspect.getdoc(explained) or ""
    example = doctest.DocTestParser().get_doctest(text, dict(given), name, None, 0)
    assert example.examples, f"{name} has no example"
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    told: list[str] = []
    runner.run(example, out=told.append)
    assert runner.failures == 0, "".join(told)
