"""An index that something else made, or that needs what is not installed, is refused with what mends it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from builders import article, rewrite_manifest
from click.testing import CliRunner

from index import IndexMismatch, optimize, rebuild, update
from search import Searcher
from search.check import check
from search.commands.cli import cli
from search.commands.remedies import command

ROOT = Path(__file__).parents[1]

OTHERS = {
    "format": (1, "has index format 1, and this version reads 7"),
    "engine_version": ("0.0", r"was made with \w+ 0\.0, and this is "),
    "fingerprint": ("analyzer 0", "was analysed by analyzer 0, and this is analyzer "),
}


@pytest.fixture
def archive(tmp_path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a.md").write_text("<!--1710099901000-->\n[渡轮](x)\n------\n\n<p>今天照常开出。", "utf-8")
    return folder


@pytest.mark.parametrize("what", OTHERS)
def test_an_index_made_by_something_else_is_refused_with_the_command_that_mends_it(
    what, embedded_engine, archive, tmp_path
):
    index = tmp_path / "index"
    rebuild([archive], index, engine=embedded_engine)
    value, said = OTHERS[what]
    rewrite_manifest(index, **{what: value})
    for ask in (
        lambda: Searcher(index),
        lambda: update([archive], index),
        lambda: update([article("新")], index),
        lambda: optimize(index),
    ):
        with pytest.raises(IndexMismatch, match=said) as caught:
            ask()
    (problem,) = check(index).problems
    assert re.search(said, str(problem))
    done = CliRunner().invoke(cli, ["query", "渡轮", "--index", str(index)])
    assert done.exit_code == 2
    # What the message says is what mends it.
    remedy = done.stderr.rpartition("mend it with: search ")[2]
    assert remedy.strip() == command(caught.value.remedy).removeprefix("search ")
    mended = CliRunner().invoke(cli, shlex.split(remedy.replace("ARCHIVE", str(archive))))
    assert mended.exit_code == 0
    assert check(index).sound
    with Searcher(index) as searcher:
        assert searcher.stats().engine == embedded_engine


def test_an_index_of_a_package_that_is_missing_names_the_extra(archive, tmp_path):
    pytest.importorskip("tantivy")
    rebuild([archive], tmp_path / "index", engine="tantivy")
    program = "import sys; sys.modules['tantivy'] = None; from search.commands.cli import main; main()"
    for arguments in (
        ["query", "渡轮"],
        ["show", "a.md"],
        ["check"],
        ["update", str(archive)],
        ["rebuild", str(archive), "--engine", "tantivy"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments, "--index", str(tmp_path / "index")],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 2, arguments
        assert "pip install 'jiansuo[fast]'" in done.stderr
        assert "Traceback" not in done.stderr
