"""Errors: every class crosses between processes whole, and says what to do as data."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from index import QueryError, errors
from index.errors import Action, ArchiveError, Remedy
from search.commands.remedies import command, explain

ROOT = Path(__file__).parents[1]
REMEDY = Remedy(Action.REBUILD, index="/tmp/idx", engine="tantivy")

# The arguments of classes that take others than a message.
ARGUMENTS = {
    errors.SeedError: (("a.md", "no title"), {"line": 3}),
    errors.QueryError: (("unclosed bracket",), {"query": "(占中", "position": 1, "hint": "Close it."}),
    errors.IndexLocked: (("locked",), {"holder": "process 7", "remedy": Remedy(Action.WAIT)}),
    errors.IndexDamaged: (("damaged",), {"file": "a.sqlite", "remedy": REMEDY}),
    errors.IndexMismatch: (("another engine",), {"remedy": REMEDY}),
    errors.EngineError: (("failed",), {"engine": "whoosh"}),
    errors.SearchTimeout: (("too long",), {"seconds": 2.0}),
    errors.MissingExtra: (("the page",), {"extra": "web"}),
}
CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ArchiveError)]


def make(kind: type[ArchiveError]) -> ArchiveError:
    positional, named = ARGUMENTS.get(kind, (("what happened",), {}))
    return kind(*positional, **named)


@pytest.mark.parametrize("carry", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_is_the_same_on_the_other_side(kind, carry):
    error = make(kind)
    error.detail = "said later"
    other = carry(error)
    assert type(other) is kind
    assert str(other) == str(error)
    assert vars(other) == vars(error)


def refuse() -> None:
    raise QueryError("unclosed bracket", query="(占中", position=1, hint="Close it.")


def test_a_bad_query_in_a_process_pool_is_a_query_error():
    """Once an error that could not be unpickled broke the whole pool."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        with pytest.raises(QueryError) as caught:
            pool.submit(refuse).result()
        assert caught.value.position == 1
        assert pool.submit(int).result() == 0


@pytest.mark.parametrize("action", Action)
def test_every_remedy_is_a_command_that_a_shell_takes_as_it_is(action):
    remedy = Remedy(action, index="/tmp/my index's folder", extra="web" if action is Action.INSTALL else None)
    line = command(remedy)
    if action is Action.WAIT:
        assert line is None
    elif action is Action.INSTALL:
        assert "jiansuo[web]" in line
    else:
        assert line.startswith("search ")
        assert line.endswith("""--index '/tmp/my index'"'"'s folder'""")


def test_the_command_line_says_the_command_and_the_library_does_not():
    error = errors.IndexDamaged("the manifest is damaged", file="manifest.json", remedy=REMEDY)
    assert str(error) == "the manifest is damaged; rebuild the index"
    told = "the manifest is damaged\nmend it with: search rebuild ARCHIVE --index /tmp/idx --engine tantivy"
    assert explain(error) == told
    assert explain(errors.BuildError("no seed was found")) == "no seed was found"


def test_no_message_of_the_library_is_a_command_line():
    """Who embeds the index is not told to type one."""
    commands = re.compile(r"search (rebuild|update|check|optimize) |pip install")
    found = [path for path in (ROOT / "index").rglob("*.py") if commands.search(path.read_text("utf-8"))]
    assert found == []
