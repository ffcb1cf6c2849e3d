"""A disk that is full or cannot be written, a power cut, a second writer: the index stays as it was."""

from __future__ import annotations

import os
import re
import resource
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from search import Searcher
from search.check import check

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]


def seeds(folder: Path, number: int, *, size: int = 300) -> Path:
    folder.mkdir(exist_ok=True)
    for i in range(number):
        # Different everywhere, so that it cannot be compressed away.
        words = "".join(chr(0x4E00 + (i * 7919 + k * k * 31) % 20000) for k in range(size))
        text = f"<!--1710099901000-->\n[第{i}号](x)\n------\n<p>渡轮今天照常开出。{words}</p>"
        (folder / f"{i}.md").write_text(text, "utf-8")
    return folder


def search(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "search.commands.cli", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, **options)


def total(index: Path) -> int:
    with Searcher(index) as searcher:
        return searcher.search("渡轮").total


def refused(done: subprocess.CompletedProcess[str], reason: str) -> None:
    assert done.returncode == 2, done
    assert re.search(reason, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr


@pytest.fixture
def disk(tmp_path) -> Iterator[Path]:
    """A folder; for root, who can mount it, a disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.run(command, capture_output=True).returncode
    yield folder
    if mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def small_disk(disk) -> Path:
    if not disk.is_mount():
        pytest.skip("only root can mount a small disk")
    return disk


@pytest.mark.parametrize("action", ["rebuild", "update"])
@pytest.mark.parametrize("filled", [0, 3_000_000, 3_500_000, 3_900_000])
def test_a_full_disk(engine, small_disk, tmp_path, action, filled):
    archive, index = seeds(tmp_path / "archive", 20), small_disk / "index"
    assert search("rebuild", archive, "--index", index, "--engine", engine).returncode == 0
    free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    (small_disk / "filler").write_bytes(bytes(min(free, filled)))
    seeds(archive, 300, size=6000)
    options = ["--engine", engine] if action == "rebuild" else []
    refused(search(action, archive, "--index", index, *options), "full|No space left")
    assert total(index) == 20
    assert check(index).sound
    (small_disk / "filler").unlink()
    shutil.rmtree(archive)
    seeds(archive, 30)
    assert search("update", archive, "--index", index).returncode == 0
    assert total(index) == 30


@pytest.mark.parametrize("limit", [60_000, 200_000])
def test_files_that_may_not_grow(engine, tmp_path, limit):
    archive, index = seeds(tmp_path / "archive", 10), tmp_path / "index"
    assert search("rebuild", archive, "--index", index, "--engine", engine).returncode == 0
    seeds(archive, 100, size=3000)

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    refused(search("update", archive, "--index", index, preexec_fn=bound), "full|too large|disk I/O")
    assert total(index) == 10
    assert search("update", archive, "--index", index).returncode == 0
    assert total(index) == 100
    assert check(index).sound


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Root may write everywhere, but not on a disk that is mounted for reading."""
    if os.geteuid() == 0:
        mount = ["mount", "-o", "remount,bind,ro", str(folder)]
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("this root cannot mount")
        yield
        subprocess.run(["mount", "-o", "remount,bind,rw", str(folder)], check=True)
        return
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_directory_that_cannot_be_written(engine, disk, tmp_path):
    archive, index = seeds(tmp_path / "archive", 10), disk / "index"
    assert search("rebuild", archive, "--index", index, "--engine", engine).returncode == 0
    seeds(archive, 12)
    with read_only(disk):
        found = search("query", "渡轮", "--count", "--index", index)
        assert (found.returncode, found.stdout.strip()) == (0, "10"), found
        for action, where in (("rebuild", index), ("update", index), ("rebuild", disk / "new")):
            done = search(action, archive, "--index", where)
            refused(done, "[Pp]ermission denied|[Rr]ead-?only")
    assert search("update", archive, "--index", index).returncode == 0
    assert total(index) == 12


def test_a_journal_that_cannot_be_read_is_not_passed_over(disk, tmp_path):
    """Where a folder cannot be written, SQLite would open the store alone, in an older state."""
    archive, index = seeds(tmp_path / "archive", 10), disk / "index"
    assert search("rebuild", archive, "--index", index).returncode == 0
    with closing(sqlite3.connect(index / "articles.sqlite")) as store:
        store.execute("UPDATE article SET mtime_ns = 1")
        store.commit()
        shutil.copytree(index, disk / "copy")
    (disk / "copy" / "articles.sqlite-shm").unlink()
    with read_only(disk):
        done = search("query", "渡轮", "--index", disk / "copy")
        refused(done, "articles.sqlite-wal holds changes that cannot be read here")
    remedy = shlex.split(done.stderr.rpartition("mend it with: search ")[2])
    assert search(*remedy).returncode == 0
    with read_only(disk):
        assert search("query", "渡轮", "--count", "--index", disk / "copy").stdout == "10\n"


def test_the_second_writer_is_told_who_writes(engine, tmp_path):
    archive, index = seeds(tmp_path / "archive", 10), tmp_path / "index"
    assert search("rebuild", archive, "--index", index, "--engine", engine).returncode == 0
    script = f"""
import sys, time
from index.storage.directory import IndexDirectory
with IndexDirectory({str(index)!r}).write_lock():
    print("locked", flush=True)
    sys.stdin.read()
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        began = time.monotonic()
        refused(search("update", archive, "--index", index), rf"process {holder.pid} on .* since 20\d\d-")
        assert time.monotonic() - began < 10
        holder.kill()
    assert search("update", archive, "--index", index).returncode == 0


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("action", ["first", "rebuild", "update"])
def test_everything_is_synced_before_the_switch(engine, tmp_path, action):
    """A power cut after the manifest was renamed must find every file that it names."""
    archive, index = seeds(tmp_path / "archive", 5), tmp_path / "new" / "folders" / "index"
    first = action == "first"
    if first:
        action = "rebuild"
    else:
        assert search("rebuild", archive, "--index", index, "--engine", engine).returncode == 0
    seeds(archive, 8)
    log = tmp_path / "log"
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2,openat,write,pwrite64"
    trace = ["strace", "-f", "-y", "-s", "0", "-e", calls, "-o", str(log)]
    program = [sys.executable, "-m", "search.commands.cli", action, str(archive), "--index", str(index)]
    program += ["--engine", engine] if action == "rebuild" else []
    done = subprocess.run(
        [*trace, *program], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    if "ptrace" in done.stderr.lower():
        pytest.skip("strace is not allowed here")
    assert done.returncode == 0, done.stderr
    lines = log.read_text("utf-8", "replace").splitlines()
    (switch,) = [
        at
        for at, line in enumerate(lines)
        if "rename" in line and '"' in line and "manifest.json.new" in line
    ]
    synced = {
        match[1]: at
        for at, line in enumerate(lines[:switch])
        if (match := re.search(r"(?:fsync|fdatasync)\(\d+<([^>]*)>", line))
    }
    generation = index / "generations" / ("0001" if first else "0002")
    wanted = [generation, *generation.rglob("*"), index / "generations", index / "manifest.json.new"]
    if first:
        wanted += [index.parents[2], index.parents[1], index.parent]
    for path in wanted:
        assert str(path) in synced, path
        writes = [
            at
            for at, line in enumerate(lines[:switch])
            if re.search(rf" p?write(64)?\(\d+<{re.escape(str(path))}>", line)
        ]
        assert max(writes, default=-1) < synced[str(path)], path
    # All that the store holds is in the file itself, and its name in the folder.
    store = str(index / "articles.sqlite")
    written = [at for at, line in enumerate(lines[:switch]) if "write64(" in line and f"<{store}>" in line]
    assert written
    assert max(written) < synced[store]
    assert max(written) < synced[str(index)]
    wal = index / "articles.sqlite-wal"
    assert not [line for line in lines[max(written) : switch] if "write64(" in line and f"<{wal}>" in line]
    after = [line for line in lines[switch:] if re.search(rf"fsync\(\d+<{re.escape(str(index))}>", line)]
    assert after
