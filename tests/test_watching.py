"""`search update --watch`, as a process over real files; what it prints is waited for, never a time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread

import pytest
from commandline import ENVIRONMENT, PROGRAM, ROOT, run, seed

from index.building.watching import Settling, _own_files
from index.engines.registry import open_location
from search import Searcher

# A process that prints nothing for so long hangs.
HANGS = 120


class Watch:
    """The process, and the lines of its streams as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: dict[str, Queue[str]] = {}
        for name in ("stdout", "stderr"):
            self._lines[name] = Queue()
            Thread(target=self._read, args=(name,), daemon=True).start()

    def _read(self, name: str) -> None:
        for line in getattr(self.process, name):
            self._lines[name].put(line)

    def line(self, stream: str = "stdout") -> str:
        return self._lines[stream].get(timeout=HANGS).rstrip("\n")

    def done(self, stream: str = "stdout") -> str:
        """The next line without the time of day."""
        return self.line(stream)[10:]

    def end(self, number: int) -> tuple[int, str]:
        self.process.send_signal(number)
        code = self.process.wait(timeout=HANGS)
        return code, self.line("stderr") if number == signal.SIGINT else ""


@contextmanager
def watching(archive: Path, index: Path, *options: str) -> Iterator[Watch]:
    pytest.importorskip("watchfiles")
    command = [*PROGRAM, "update", str(archive), "--index", str(index), "--watch", "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--settle", "0.2", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
    )
    try:
        yield Watch(process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def seeds(tmp_path):
    seed(tmp_path / "seeds", "a.md")
    return tmp_path / "seeds"


@pytest.fixture
def index(tmp_path, seeds):
    run("rebuild", seeds, "--index", tmp_path / "idx")
    return tmp_path / "idx"


def ids(index: Path) -> set[str]:
    with Searcher(index) as searcher:
        return {hit.id for hit in searcher.stream("")}


def test_files_that_come_change_and_go_are_indexed_and_ctrl_c_ends_it(seeds, index):
    seed(seeds, "b.md")
    with watching(seeds, index) as watch:
        assert watch.done().startswith("added 1 · 2 articles · ")
        seed(seeds, "新/c.md")
        assert watch.done().startswith("added 1 · 3 articles · ")
        seed(seeds, "a.md", title="改了的标题")
        assert watch.done().startswith("replaced 1 · 3 articles · ")
        (seeds / "b.md").unlink()
        assert watch.done().startswith("deleted 1 · 2 articles · ")
        assert watch.end(signal.SIGINT) == (130, "search: interrupted; no update was under way")
    assert ids(index) == {"a.md", "新/c.md"}


def test_sigterm_ends_it(seeds, index):
    with watching(seeds, index) as watch:
        assert watch.done().startswith("nothing has changed · 1 article · ")
        assert watch.end(signal.SIGTERM)[0] == 143


def test_json_has_an_object_on_a_line_with_what_changed(seeds, index):
    with watching(seeds, index, "--json", "--list") as watch:
        assert json.loads(watch.line())["articles"] == 1
        seed(seeds, "b.md")
        assert json.loads(watch.line())["changes"] == {"added": ["b.md"], "replaced": [], "deleted": []}


def test_it_waits_for_another_writer_and_says_so(seeds, index):
    with ExitStack() as lock:
        lock.enter_context(open_location(index).write_lock())
        with watching(seeds, index) as watch:
            assert "is being written by" in watch.line("stderr")
            assert watch.line("stderr") == "waiting until that is done"
            lock.close()
            assert watch.done().startswith("nothing has changed")


def test_an_error_of_one_update_does_not_end_it(seeds, index):
    with watching(seeds, index) as watch:
        watch.line()
        shutil.move(index / "manifest.json", index.parent / "kept")
        seed(seeds, "b.md")
        assert "there is no index" in watch.line("stderr")
        shutil.move(index.parent / "kept", index / "manifest.json")
        seed(seeds, "c.md")
        assert watch.done().startswith("added 2 · 3 articles")


def test_an_error_of_the_first_update_ends_it(seeds, tmp_path):
    with watching(seeds, tmp_path / "none") as watch:
        assert watch.process.wait(timeout=HANGS) == 2
        assert watch.line("stderr").startswith("search: ")


def test_a_folder_that_was_removed_and_made_again_is_watched_again(seeds, index):
    with watching(seeds, index) as watch:
        watch.line()
        shutil.rmtree(seeds)
        assert str(seeds) in watch.line("stderr")
        seed(seeds, "b.md")
        assert watch.done().startswith("added 1, deleted 1 · 1 article")
        seed(seeds, "c.md")
        assert watch.done().startswith("added 1 · 2 articles")


def test_a_folder_that_was_made_again_at_once_is_watched_again(seeds, index):
    """It had the inode of the old one, and was taken for it."""
    with watching(seeds, index) as watch:
        watch.line()
        shutil.rmtree(seeds)
        seed(seeds, "b.md")
        assert watch.done().startswith("added 1, deleted 1 · 1 article")
        seed(seeds, "c.md")
        assert watch.done().startswith("added 1 · 2 articles")


def test_a_link_that_leads_elsewhere_is_followed(seeds, index, tmp_path):
    link = tmp_path / "current"
    link.symlink_to(seeds)
    with watching(link, index) as watch:
        watch.line()
        seed(tmp_path / "second", "b.md")
        (tmp_path / "next").symlink_to(tmp_path / "second")
        (tmp_path / "next").replace(link)
        assert watch.done().startswith("added 1 ")


def test_a_file_that_is_replaced_as_a_whole_is_read_again(tmp_path):
    """Editors and downloads rename a new file over the old one."""
    archive, index = tmp_path / "all.jsonl", tmp_path / "idx"
    archive.write_text('{"id": "1", "title": "渡轮"}\n', "utf-8")
    run("rebuild", archive, "--index", index)
    with watching(archive, index) as watch:
        watch.line()
        new = tmp_path / "new"
        new.write_text('{"id": "1", "title": "渡轮"}\n{"id": "2", "title": "台风"}\n', "utf-8")
        new.replace(archive)
        assert watch.done().startswith("added 1 · 2 articles")


def test_a_seed_that_stays_left_out_is_named_once(seeds, index):
    (seeds / "bad.jsonl").write_text('{"title": "渡轮"', "utf-8")
    with watching(seeds, index) as watch:
        assert "left out 1" in watch.line()
        assert "1 of 2 seeds left out" in watch.line("stderr")
        assert "bad.jsonl" in watch.line("stderr")
        seed(seeds, "b.md")
        assert "added 1 · 2 articles · left out 1" in watch.line()
        assert watch.end(signal.SIGINT)[1] == "search: interrupted; no update was under way"


@pytest.mark.parametrize("place", [".", "idx"])
def test_an_index_among_its_seeds_does_not_wake_the_watch(seeds, place):
    folder = seeds / place
    run("rebuild", seeds, "--index", folder)
    is_own = _own_files(open_location(folder))
    for path in folder.rglob("*"):
        assert is_own(str(path)) == (path.name != "a.md"), path
    assert not is_own(str(folder / "b.md"))


def test_changes_without_a_pause_do_not_put_an_update_off_for_ever():
    settling = Settling(quiet=2)
    times = iter(range(1000))
    settling.changed(next(times))
    while not settling.is_due(now := next(times)):
        settling.changed(now)
    assert now == 60
    settling.updated()
    assert settling.due is None


def test_what_is_missing_is_named(seeds, index, tmp_path):
    (tmp_path / "hidden" / "watchfiles").mkdir(parents=True)
    (tmp_path / "hidden" / "watchfiles" / "__init__.py").write_text(
        "raise ModuleNotFoundError('x', name='watchfiles')"
    )
    path = os.pathsep.join([str(tmp_path / "hidden"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", "search.commands.cli", "update", str(seeds), "--index", str(index), "--watch"],
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "PYTHONPATH": path},
    )
    assert done.returncode == 2
    assert "pip install 'jiansuo[watch]'" in done.stderr
