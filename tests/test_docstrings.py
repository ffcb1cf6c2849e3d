"""Every exported name of `search` has an example, and each example is true."""

from __future__ import annotations

import doctest
import inspect
from datetime import datetime, timezone

import pytest

import search
from index import Article, rebuild
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
    for name, member in vars(Searcher).items()
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
    text = inspect.getdoc(EXAMPLES[name]) or ""
    example = doctest.DocTestParser().get_doctest(text, dict(names), name, None, 0)
    assert example.examples, f"{name} has no example"
    runner = doctest.DocTestRunner(verbose=False)
    told: list[str] = []
    runner.run(example, out=told.append)
    assert runner.failures == 0, "".join(told)
