"""An archive that cannot all be read, or changes while it is read, is read as far as it goes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index import SeedError, rebuild, update
from index.building.report import Report
from index.reading.walk import Seed, Walk, read_file
from search import Searcher

ROOT = Path(__file__).parents[2]

HEAD = "<!--1710099901000-->\n[{}](https://x.example/1)\n------\n\n"


def write(path: Path, body: str = "渡轮今天照常开出。") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(path.stem) + body, "utf-8")
    return path


def bodies(index: Path) -> dict[str, str]:
    with Searcher(index) as searcher:
        return {
            hit.id: searcher.article(hit.id).body for hit in searcher.stream("before:2100", sort="oldest")
        }


def left_out(report: Report) -> dict[str, str]:
    return {Path(error.path).name: error.reason for error in report.left_out}


def as_anybody(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command as somebody whom permissions bind: root without the capabilities to pass them over."""
    command = [sys.executable, "-m", "search.commands.cli", *map(str, arguments)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root is bound by permissions only with setpriv")
        command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *command]
    return subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )


@pytest.mark.skipif(sys.platform != "linux", reason="needs the permissions of POSIX")
@pytest.mark.parametrize("workers", [1, 2])
def test_unreadable_files_and_folders_are_reported(tmp_path, workers):
    archive, index = tmp_path / "archive", tmp_path / "index"
    write(archive / "open.md")
    closed = write(archive / "closed.md")
    folder = write(archive / "folder" / "inside.md").parent
    closed.chmod(0)
    folder.chmod(0)
    try:
        done = as_anybody("rebuild", archive, "--index", index, "--workers", workers)
    finally:
        folder.chmod(0o755)
    assert done.returncode == 1
    assert "closed.md: cannot be read: Permission denied" in done.stderr
    assert "folder: the folder cannot be read: Permission denied" in done.stderr
    assert set(bodies(index)) == {"open.md"}
    closed.chmod(0o644)
    assert as_anybody("update", archive, "--index", index).returncode == 0
    assert set(bodies(index)) == {"open.md", "closed.md", "folder/inside.md"}


@pytest.mark.skipif(sys.platform != "linux", reason="needs the permissions of POSIX")
def test_an_archive_that_may_not_be_entered_is_reported(tmp_path):
    archive = write(tmp_path / "closed" / "archive" / "a.md").parent
    archive.parent.chmod(0)
    try:
        done = as_anybody("rebuild", archive, "--index", tmp_path / "index")
    finally:
        archive.parent.chmod(0o755)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert str(archive) in done.stderr


def test_files_that_vanish_grow_or_shrink_during_a_run(tmp_path, embedded_engine):
    """What is left is read, what is gone is reported, and the next update has it all."""
    archive, index = tmp_path / "archive", tmp_path / "index"
    for number in range(40):
        write(archive / f"{number:02}.md")
    write(archive / "later" / "1.md")

    def change(done: int, total: int | None) -> None:
        if done == 1:  # the folder was listed, and of its files the first batch was read
            (archive / "30.md").unlink()
            write(archive / "31.md", "渡轮。" * 500)
            (archive / "32.md").write_bytes(b"")
            (archive / "33.md").unlink()
            (archive / "33.md").mkdir()
            shutil.rmtree(archive / "later")

    report = rebuild([archive], index, engine=embedded_engine, progress=change)
    assert left_out(report) == {
        "30.md": "cannot be read: No such file or directory",
        "32.md": "there is nothing in the file",
        "33.md": "not a regular file",
        "later": "the folder cannot be read: No such file or directory",
    }
    assert bodies(index)["31.md"] == "渡轮。" * 500
    (archive / "33.md").rmdir()
    write(archive / "30.md")
    write(archive / "32.md")
    write(archive / "later" / "1.md")
    update([archive], index)
    rebuild([archive], tmp_path / "anew", engine=embedded_engine)
    assert bodies(index) == bodies(tmp_path / "anew")


def test_a_file_that_changes_after_it_was_found_is_read_as_it_is_and_updated_again(tmp_path):
    path = write(tmp_path / "archive" / "a.md")
    (found,) = Walk({str(path.parent): ""})
    for body in ("渡轮" * 10_000, "短"):
        write(path, body)
        assert read_file(found).decode().endswith(body)
    path.unlink()
    with pytest.raises(SeedError, match="No such file"):
        read_file(found)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_a_file_that_is_never_as_long_as_it_says_is_reported():
    """As one that grows whenever it is read; such files say that they are empty."""
    seed = Seed(id="a", root="/proc", path="/proc/self/status", size=0, mtime_ns=0, folder=None)
    with pytest.raises(SeedError, match="is being written to; update when that is done"):
        read_file(seed)


REWRITE = """
import random, sys
from pathlib import Path
paths = sorted(Path(sys.argv[1]).rglob("*.md"))
original = {path: path.read_bytes() for path in paths}
print("ready", flush=True)
while True:
    path = random.choice(paths)
    kind = random.randrange(4)
    if kind == 0:
        path.write_bytes(original[path] * random.randrange(1, 200))
    elif kind == 1:
        with path.open("ab") as file:
            file.write(original[path])
    elif kind == 2:
        new = path.with_name(".new")
        new.write_bytes(original[path])
        new.replace(path)
    else:
        with path.open("r+b") as file:
            file.truncate(random.randrange(len(original[path])))
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_an_archive_that_is_written_to_all_the_time(tmp_path, workers):
    archive, index = tmp_path / "archive", tmp_path / "index"
    paths = [write(archive / f"{number // 50}" / f"{number}.md") for number in range(200)]
    with subprocess.Popen([sys.executable, "-c", REWRITE, str(archive)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        try:
            report = rebuild([archive], index, workers=workers)
            assert report.articles + len(report.left_out) == len(paths)
            for _ in range(3):
                update([archive], index, workers=workers)
        finally:
            writer.kill()
    for path in paths:
        write(path, "停。")
    report = update([archive], index, workers=workers)
    assert (report.articles, report.left_out) == (200, [])
    assert set(bodies(index).values()) == {"停。"}
