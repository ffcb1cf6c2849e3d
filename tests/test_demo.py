"""`search demo` shows everything with one command, and touches nothing of the user's."""

from __future__ import annotations

import re
import shlex

import pytest
from commandline import run


def test_the_demo_makes_an_index_in_which_what_it_proposes_is_found(tmp_path):
    folder = tmp_path / "a demo"
    for _ in range(2):  # it can be made again
        made = run("demo", folder, "--no-page")
        assert made.exit_code == 0, made.output
    proposed = re.findall(r"^  search (query .*)", made.output, re.MULTILINE)
    assert len(proposed) == 3
    for query in proposed:
        found = run(*shlex.split(query, comments=True))
        assert found.exit_code == 0, query


def test_the_demo_leaves_other_files_alone(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "mine.md").write_text("渡轮", "utf-8")
    assert run("demo", tmp_path, "--no-page").exit_code == 2
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["articles", "mine.md"]


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "zh_TW.UTF-8"])
def test_the_demo_speaks_chinese(tmp_path, locale):
    made = run("demo", tmp_path, "--no-page", env={"LC_ALL": locale})
    assert not re.search(r"sample|their index|Try|scripts|words", made.output)
