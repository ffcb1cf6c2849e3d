"""A system that fails costs no index: whatever operation fails, the old index or the new one answers."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from builders import article, directory, rewrite_manifest
from failing import ERRORS, Operations, let_fail

from index import (
    ArchiveError,
    BuildError,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    rebuild,
    update,
)
from index.building.repair import repair
from index.errors import Action, Remedy
from index.storage.directory import IndexDirectory
from index.storage.sqlite_errors import translated
from search import Searcher
from search.check import check

OLD = [article("渡轮今天照常开出。", id=f"old{n}", title="旧") for n in range(3)]
NEW = [article("渡轮明天停航。", id=f"new{n}", title="新") for n in range(4)]


def ids(index: Path) -> set[str]:
    with Searcher(index) as searcher:
        return {hit.id for hit in searcher.search("渡轮", limit=None).hits}


OLD_IDS, NEW_IDS = ({one.id for one in articles} for articles in (OLD, NEW))


def files(index: Path) -> dict[str, bytes]:
    """All that is in force; locks and what SQLite makes anew are not."""
    passing = {"write.lock", "sound", "articles.sqlite-shm", "articles.sqlite-wal"}
    return {
        str(path.relative_to(index)): path.read_bytes()
        for path in index.rglob("*")
        if path.is_file() and path.name not in passing
    }


def fails_everywhere(
    operations: Operations, sound: Path, act: Callable[[Path], object], check: Callable[[Path, bool], None]
) -> int:
    """Let each operation of `act` on a copy of an index fail in turn, and check what is left."""
    with directory() as folder:
        index = Path(folder) / "index"
        shutil.copytree(sound, index)
        with operations.within(index), suppress(ArchiveError, OSError):
            act(index)
        total = operations.done
        for number in range(total):
            shutil.rmtree(index)
            shutil.copytree(sound, index)
            done = False
            with (
                operations.within(index, fail_at=number, number=ERRORS[number % len(ERRORS)]),
                suppress(ArchiveError, OSError),
            ):
                act(index)
                done = True
            check(index, done)
    return total


@pytest.fixture
def operations(monkeypatch) -> Operations:
    monkeypatch.setattr("index.storage.schema._PATIENCE", 0)
    return let_fail(monkeypatch)


@pytest.fixture(scope="module", params=["memory", pytest.param("whoosh", marks=pytest.mark.slow)])
def sound(request, tmp_path_factory) -> Path:
    index = tmp_path_factory.mktemp(request.param) / "index"
    rebuild(OLD, index, engine=request.param)
    return index


def engine_of(index: Path) -> str:
    return IndexDirectory(index).manifest().engine


def test_a_rebuild_that_succeeds_but_for_one_operation(sound, operations):
    engine = engine_of(sound)

    def see(index: Path, done: bool) -> None:
        assert ids(index) == NEW_IDS if done else ids(index) in (OLD_IDS, NEW_IDS)
        assert update([article("渡轮", id="more")], index).added == 1
        assert check(index).sound

    assert fails_everywhere(operations, sound, lambda index: rebuild(NEW, index, engine=engine), see) > 100


def test_a_rebuild_that_is_made_to_fail(sound, operations, tmp_path):
    """An archive that is not mounted is an empty folder."""
    engine = engine_of(sound)
    (tmp_path / "empty").mkdir()

    def see(index: Path, done: bool) -> None:
        assert not done
        assert ids(index) == OLD_IDS
        assert check(index).sound

    act = lambda index: rebuild([tmp_path / "empty"], index, engine=engine)  # noqa: E731
    assert fails_everywhere(operations, sound, act, see) > 50


def test_an_update_that_fails_in_one_operation(sound, operations):
    def see(index: Path, done: bool) -> None:
        assert ids(index) in ([OLD_IDS | NEW_IDS] if done else [OLD_IDS, OLD_IDS | NEW_IDS])
        assert check(index).sound

    assert fails_everywhere(operations, sound, lambda index: update(NEW, index), see) > 100


DAMAGE = {
    "manifest": lambda index: (index / "manifest.json").write_text("{"),
    "format": lambda index: rewrite_manifest(index, format=99),
    "store": lambda index: (index / "articles.sqlite").write_bytes(b"no database" * 500),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_rebuild_over_a_damaged_index_replaces_it_only_at_the_switch(sound, operations, kind, tmp_path):
    index, engine = tmp_path / "index", engine_of(sound)
    shutil.copytree(sound, index)
    DAMAGE[kind](index)
    before = files(index)

    def see(index: Path, done: bool) -> None:
        now = files(index)
        if done or now.get("manifest.json") != before["manifest.json"]:
            assert ids(index) == NEW_IDS
        else:
            assert {name: now.get(name) for name in before} == before
        assert rebuild(NEW, index, engine=engine).articles == 4
        assert check(index).sound
        # Nothing is left of the damaged one.
        assert len(list(index.glob("articles*.sqlite"))) == len(list(index.glob("generations/*"))) == 1

    fails_everywhere(operations, index, lambda index: rebuild(NEW, index, engine=engine), see)


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_index_outlives_a_rebuild_of_an_empty_archive(sound, kind, tmp_path):
    index, engine = tmp_path / "index", engine_of(sound)
    shutil.copytree(sound, index)
    DAMAGE[kind](index)
    before = files(index)
    (tmp_path / "empty").mkdir()
    with pytest.raises(BuildError):
        rebuild([tmp_path / "empty"], index, engine=engine)
    with pytest.raises(BuildError):
        rebuild([], index, engine=engine)
    assert files(index) == before


def test_a_store_that_another_program_holds_costs_no_index(sound, tmp_path, monkeypatch):
    monkeypatch.setattr("index.storage.schema._PATIENCE", 0)
    index, engine = tmp_path / "index", engine_of(sound)
    shutil.copytree(sound, index)
    (tmp_path / "empty").mkdir()
    with closing(sqlite3.connect(index / "articles.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        for act in (
            lambda: rebuild([tmp_path / "empty"], index, engine=engine),
            lambda: rebuild(NEW, index, engine=engine),
            lambda: update(NEW, index),
            lambda: repair(index),
        ):
            with pytest.raises(IndexLocked, match=r"articles\.sqlite is held by another program"):
                act()
    assert ids(index) == OLD_IDS
    assert rebuild(NEW, index, engine=engine).articles == 4


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EMFILE, errno.EACCES])
def test_a_manifest_that_cannot_be_read_now_is_not_damaged(sound, number, tmp_path, monkeypatch):
    index, engine = tmp_path / "index", engine_of(sound)
    shutil.copytree(sound, index)

    def fail(path: Path, *rest: object) -> int:
        raise OSError(number, os.strerror(number), str(path))

    with monkeypatch.context() as patch:
        patch.setattr("index.storage.directory.open_regular", fail)
        for act in (
            lambda: Searcher(index),
            lambda: rebuild(NEW, index, engine=engine),
            lambda: update(NEW, index),
            lambda: repair(index),
        ):
            with pytest.raises(OSError, match=os.strerror(number)):
                act()
    assert ids(index) == OLD_IDS


def few_descriptors(index: Path, limit: int, act: Callable[[Path], object]) -> None:
    """Do something in a process that may open only so many files more than it has."""

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
        try:
            act(index)
        except (ArchiveError, OSError):
            os._exit(1)
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join(60)
    assert process.exitcode in (0, 1)


@pytest.mark.parametrize("act", ["rebuild", "update", "repair"])
def test_few_descriptors_cost_no_article(sound, act, tmp_path):
    """Articles that came from Python are nowhere else: a repair once gave them up for lost."""
    engine = engine_of(sound)
    acts = {
        "rebuild": lambda index: rebuild(NEW, index, engine=engine),
        "update": lambda index: update(NEW, index),
        "repair": repair,
    }
    good = {"rebuild": NEW_IDS, "update": OLD_IDS | NEW_IDS, "repair": OLD_IDS}
    with closing(os.scandir("/proc/self/fd")) as descriptors:
        used = max(int(entry.name) for entry in descriptors) + 1
    for more in range(16):
        index = tmp_path / str(more)
        shutil.copytree(sound, index)
        few_descriptors(index, used + more, acts[act])
        assert ids(index) in (OLD_IDS, good[act])
        assert check(index).sound


def test_a_lease_that_fails_leaves_no_descriptor_open(sound, monkeypatch):
    place = IndexDirectory(sound)
    read = IndexDirectory.manifest
    left = [1]

    def second_fails(self):
        if not left:
            raise OSError(errno.EIO, "Input/output error")
        left.pop()
        return read(self)

    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(IndexDirectory, "manifest", second_fails)
    with pytest.raises(OSError, match="Input/output"):
        place.lease()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


# Which of SQLite's errors are damage

CODES = {
    5: ("database is locked", IndexLocked),
    517: ("database is locked", IndexLocked),
    6: ("database table is locked", IndexLocked),
    8: ("attempt to write a readonly database", OSError),
    10: ("disk I/O error", OSError),
    13: ("database or disk is full", OSError),
    14: ("unable to open database file", OSError),
    11: ("database disk image is malformed", IndexDamaged),
    26: ("file is not a database", IndexDamaged),
    522: ("disk I/O error", IndexDamaged),
}


@pytest.mark.parametrize("code", CODES)
def test_only_what_is_said_of_the_content_is_damage(code):
    message, kind = CODES[code]
    remedy = Remedy(Action.REPAIR, index="idx")
    error = sqlite3.OperationalError(message)
    if code != 522:  # by its message, it is an error of the disk
        assert isinstance(translated(error, Path("idx/articles.sqlite"), remedy), kind)
    error.sqlite_errorcode = code
    assert isinstance(translated(error, Path("idx/articles.sqlite"), remedy), kind)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="only the message is known")
def test_a_real_error_has_its_code(tmp_path):
    (tmp_path / "file").write_bytes(b"no database" * 100)
    with closing(sqlite3.connect(tmp_path / "file")) as database, pytest.raises(sqlite3.Error) as caught:
        database.execute("SELECT * FROM sqlite_master")
    assert caught.value.sqlite_errorcode == 26


def test_a_missing_index_and_another_format_are_told_apart(sound, tmp_path):
    with pytest.raises(IndexMissing):
        IndexDirectory(tmp_path).manifest()
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    rewrite_manifest(index, format=99)
    with pytest.raises(IndexMismatch):
        IndexDirectory(index).manifest()
