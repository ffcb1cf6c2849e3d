"""An index directory leads nowhere else, hangs nobody, and takes nothing for its own that is not."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from builders import article, rewrite_manifest

from index import Article, IndexDamaged, IndexLocked, IndexStateError, UsageError, optimize, rebuild, update
from index.manifest import IndexDirectory
from index.repair import repair
from search import Searcher
from search.check import check

ROOT = Path(__file__).parents[1]
LETTER = "这是我的信，不是索引的。"


def articles(number: int = 12) -> list[Article]:
    return [
        Article(
            id=f"a{n}",
            title=f"第{n}号",
            body="渡轮今天照常开出。",
            source=(f"报{n % 3}",),
            date=datetime(2024, 1 + n % 12, 1, tzinfo=timezone.utc),
        )
        for n in range(number)
    ]


@pytest.fixture
def index(tmp_path) -> Path:
    rebuild(articles(), tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def letter(tmp_path) -> Path:
    """A file of the user's, which no index may touch."""
    path = tmp_path / "letter.txt"
    path.write_text(LETTER, "utf-8")
    return path


def total(index: Path) -> int:
    with Searcher(index) as searcher:
        return searcher.search("渡轮").total


def in_time(code: str, index: Path) -> str:
    """What some code does with an index, in a process of its own that may not hang."""
    program = f"""
import sys
from index import IndexStateError, update
from search import Searcher
from search.check import check
try:
    {code}
except IndexStateError as error:
    print(error)
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", program, str(index)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=20)
    assert done.returncode == 0, done.stderr
    return done.stdout


# Links


@pytest.mark.parametrize("name", ["sound", "sound.new"])
def test_a_search_writes_through_no_link(index, letter, name):
    generation = index / "generations" / "0001"
    for left in ("sound", "sound.new"):
        (generation / left).unlink(missing_ok=True)
    (generation / name).symlink_to(letter)
    assert total(index) == 12
    assert total(index) == 12
    assert letter.read_text("utf-8") == LETTER
    assert not (generation / "sound").is_symlink()


@pytest.mark.parametrize("name", ["write.lock", "manifest.json.new"])
def test_an_update_writes_through_no_link(index, letter, name):
    (index / name).unlink(missing_ok=True)
    (index / name).symlink_to(letter)
    if name == "write.lock":
        with pytest.raises(IndexDamaged, match=r"write\.lock cannot be locked.*remove it"):
            update([article("新", id="new")], index)
        (index / name).unlink()
    assert update([article("渡轮又开了", id="new")], index).added == 1
    assert letter.read_text("utf-8") == LETTER
    assert total(index) == 13
    assert not any(path.is_symlink() for path in index.rglob("*"))


@pytest.mark.parametrize("name", ["manifest.json", "generations/0001/lock", "generations/0001/engine/x"])
def test_a_link_is_no_file_of_an_index(index, letter, name):
    path = index / name
    path.unlink(missing_ok=True)
    path.symlink_to(letter)
    with pytest.raises(IndexDamaged, match=r"no regular file.*mend it with"):
        Searcher(index)
    assert rebuild(articles(), index).articles == 12
    assert letter.read_text("utf-8") == LETTER
    assert check(index).sound


def photos(folder: Path) -> Path:
    for name in ("0001", "0002", "2019", "holiday"):
        (folder / name).mkdir(parents=True)
        (folder / name / "photo.jpg").write_bytes(b"\xff\xd8")
    return folder


def kept(folder: Path) -> bool:
    return len(list(folder.glob("*/photo.jpg"))) == 4


def test_a_folder_of_generations_that_is_a_link_is_left_alone(index, tmp_path):
    mine = photos(tmp_path / "photos")
    shutil.rmtree(index / "generations")
    (index / "generations").symlink_to(mine)
    manifest = (index / "manifest.json").read_bytes()
    for ask in (
        lambda: Searcher(index),
        lambda: update([article("新", id="new")], index),
        lambda: optimize(index),
        lambda: repair(index),
        lambda: rebuild(articles(), index),
    ):
        with pytest.raises(IndexDamaged, match="generations is no folder of its own and is left alone"):
            ask()
    assert kept(mine)
    # Nothing was removed before that was noticed either.
    assert (index / "manifest.json").read_bytes() == manifest
    assert (index / "articles.sqlite").exists()
    (index / "generations").unlink()
    assert rebuild(articles(), index).articles == 12


@pytest.mark.parametrize("name", ["0001", "0001/engine", "0007"])
def test_a_generation_that_is_a_link_is_left_alone(index, tmp_path, name):
    mine = photos(tmp_path / "photos")
    path = index / "generations" / name
    if path.exists():
        shutil.rmtree(path)
    path.symlink_to(mine)
    with pytest.raises(IndexDamaged, match=f"{name} is no folder of its own"):
        update([article("新", id="new")], index)
    assert kept(mine)
    if name != "0001/engine":  # that link goes with the generation
        with pytest.raises(IndexDamaged, match=f"{name} is no folder of its own"):
            rebuild(articles(), index)
        path.unlink()
    assert rebuild(articles(), index).articles == 12
    assert kept(mine)


def test_a_link_among_the_files_of_a_generation_is_not_followed_into_the_next(index, tmp_path):
    mine = photos(tmp_path / "photos")
    (index / "generations" / "0001" / "engine" / "more").symlink_to(mine)
    with pytest.raises(IndexDamaged, match="more is no regular file"):
        update([article("新", id="new")], index)
    assert kept(mine)
    rewrite_manifest(index, files={"engine/more/0001/photo.jpg": {"size": 2, "sha256": ""}})
    with pytest.raises(IndexDamaged, match="is no file of a generation"):
        IndexDirectory(index).manifest()


# What is not of the index


def test_only_what_a_writer_made_is_removed(tmp_path):
    index = tmp_path / "index"
    mine = photos(index / "generations")
    for name in ("007", "00001", "٣٣٣٣", "99"):
        (mine / name).mkdir()
        (mine / name / "lock").touch()
    with pytest.raises(IndexDamaged, match="0001 is in the way"):
        rebuild(articles(), index)
    (mine / "0001").rename(mine / "one")
    (mine / "0002").rename(mine / "two")
    before = {path.name for path in mine.iterdir()}
    for number in (1, 2):
        assert rebuild(articles(), index).generation == number
    assert {path.name for path in mine.iterdir()} == before | {"0002"}
    assert kept(mine)


def test_what_a_writer_that_died_has_left_is_removed(index):
    """Whether it died before it had made the lock, or after it had removed it."""
    generations = index / "generations"
    (generations / "0002").mkdir()
    (generations / "0003").mkdir()
    (generations / "0003" / "user_dict.txt").touch()
    shutil.copytree(generations / "0001", generations / "0004")
    (generations / "0004" / "lock").unlink()
    assert update([article("新", id="new")], index).generation == 2
    assert [path.name for path in generations.iterdir()] == ["0002"]


def test_a_generation_that_lost_its_lock_is_mended_by_a_rebuild(index):
    (index / "generations" / "0001" / "lock").unlink()
    with pytest.raises(IndexDamaged, match="missing or incomplete"):
        Searcher(index)
    rebuild(articles(), index)
    assert check(index).sound
    assert len(list((index / "generations").iterdir())) == 1


def test_a_database_of_the_users_is_not_taken_for_the_store(tmp_path, letter):
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("articles.sqlite", "articles.sqlite.bak"):
        shutil.copy(letter, folder / name)
    with pytest.raises(UsageError, match=r"articles\.sqlite is of no index; move it away"):
        rebuild(articles(), folder)
    assert sorted(path.name for path in folder.iterdir()) == ["articles.sqlite", "articles.sqlite.bak"]
    (folder / "articles.sqlite").unlink()
    rebuild(articles(), folder)
    (folder / "manifest.json").unlink()
    rebuild(articles(), folder)
    assert (folder / "articles.sqlite.bak").read_text("utf-8") == LETTER


# Pipes


@pytest.mark.parametrize(
    "name",
    [
        "generations/0001/sound",
        "generations/0001/sound.new",
        "generations/0001/lock",
        "generations/0001/engine/pipe",
        "manifest.json",
        "write.lock",
    ],
)
def test_a_pipe_hangs_nobody(index, name):
    path = index / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    found = in_time('check(sys.argv[1]); print(Searcher(sys.argv[1]).search("渡轮").total)', index)
    assert found.strip() == "12" or "is no regular file" in found, found
    if found.strip() == "12":
        in_time("update([], sys.argv[1])", index)


# The lock


def test_a_process_that_was_forked_off_does_not_keep_the_lock_of_one_that_is_killed(index):
    program = """
import multiprocessing, os, sys, time
from index.manifest import IndexDirectory
def work():
    print(os.getpid(), flush=True)
    time.sleep(30)
with IndexDirectory(sys.argv[1]).write_lock():
    multiprocessing.get_context("fork").Process(target=work).start()
    time.sleep(30)
"""
    command = [sys.executable, "-c", program, str(index)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        with pytest.raises(IndexLocked, match=f"process {parent.pid} "):
            update([article("新", id="new")], index)
        parent.kill()
        parent.wait()
        try:
            os.kill(worker, 0)
            assert update([article("新", id="new")], index).added == 1
        finally:
            os.kill(worker, signal.SIGKILL)


# Messages


@pytest.mark.parametrize("file", ["manifest.json", "generations/0001/lock"])
def test_a_command_in_a_message_can_be_given_as_it_is(tmp_path, file):
    index = tmp_path / "my index's folder"
    rebuild(articles(), index, engine="memory")
    (index / file).unlink()
    with pytest.raises(IndexStateError, match="with: search ") as caught:
        Searcher(index)
    command = shlex.split(str(caught.value).partition("with: ")[2])
    assert command[command.index("--index") + 1 :] == [str(index)]
