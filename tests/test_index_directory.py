"""An index directory leads nowhere else, hangs nobody, and takes nothing for its own that is not."""

from __future__ import annotations

import multiprocessing
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path

import pytest
from builders import article, rewrite_manifest

from index import Article, IndexDamaged, IndexLocked, IndexStateError, UsageError, optimize, rebuild, update
from index.building.repair import repair
from index.storage.directory import IndexDirectory
from index.storage.store import Store
from search import Searcher
from search.check import check
from search.commands.remedies import command

ROOT = Path(__file__).parents[1]
LETTER = "这是我的信，不是索引的。"


def articles(number: int = 12) -> list[Article]:
    return [
        Article(
            id=f"a{n}",
            title=f"第{n}号",
            body="渡轮今天照常开出。",
            sources=(f"报{n % 3}",),
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
from search.commands.remedies import command
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


@pytest.mark.parametrize("end", ["", "-wal", "-journal", "-shm"])
def test_a_store_that_is_a_link_is_not_opened(index, letter, end):
    store = index / f"articles.sqlite{end}"
    if store.exists():
        store.rename(letter)
    before = letter.read_bytes()
    store.symlink_to(letter)
    for ask in (lambda: Searcher(index), lambda: update([article("新", id="new")], index)):
        with pytest.raises(IndexDamaged, match=f"articles.sqlite{end} is no regular file"):
            ask()
    assert not check(index).sound
    rebuild(articles(), index)
    assert check(index).sound
    assert letter.read_bytes() == before


@pytest.mark.parametrize("name", ["manifest.json", "generations/0001/lock", "generations/0001/engine/x"])
def test_a_link_is_no_file_of_an_index(index, letter, name):
    path = index / name
    path.unlink(missing_ok=True)
    path.symlink_to(letter)
    with pytest.raises(IndexDamaged, match=r"no regular file.*rebuild the index"):
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


# Pipes, and tables that never end


@pytest.mark.parametrize(
    "name",
    [
        "generations/0001/sound",
        "generations/0001/sound.new",
        "generations/0001/lock",
        "generations/0001/engine/pipe",
        "articles.sqlite",
        "articles.sqlite-wal",
        "articles.sqlite-journal",
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


ENDLESS = "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k)"
STRANGE = {
    "an endless view": [
        "ALTER TABLE article RENAME TO held",
        f"CREATE VIEW article AS {ENDLESS} SELECT held.* FROM held, k",
    ],
    "a trigger": ["CREATE TRIGGER more AFTER INSERT ON article BEGIN DELETE FROM article; END"],
    "a computed column": ["ALTER TABLE article ADD more AS (hex(zeroblob(100000000)))"],
    "a table of a module": ["DROP TABLE seal", "CREATE VIRTUAL TABLE seal USING fts5(articles, facts)"],
    "an index less": ["DROP INDEX article_facts"],
}


@pytest.mark.parametrize("kind", STRANGE)
def test_tables_that_are_not_ours_are_not_asked(index, kind):
    with closing(sqlite3.connect(index / "articles.sqlite")) as database:
        for statement in STRANGE[kind]:
            database.execute(statement)
        database.commit()
    for code in ('Searcher(sys.argv[1]).search("渡轮")', "update([], sys.argv[1])"):
        assert "its tables are not ours" in in_time(code, index)
    rebuild(articles(), index)
    assert check(index).sound


# The journal of the store


@pytest.fixture
def impatient(monkeypatch) -> None:
    """A writer that waits a moment for readers and not seconds."""
    monkeypatch.setattr("index.storage.store._PATIENCE", 20)


def killed_after_the_switch(index: Path, *, reading: bool = False) -> None:
    """An update that is killed when its generation is in force and before the store is swept."""
    with closing(Store(index / "articles.sqlite", readonly=True)) as store:
        if reading:
            begin_to_read(store)

        def die(path: Path) -> None:
            switch = IndexDirectory.switch

            def switch_and_die(self, manifest) -> None:
                switch(self, manifest)
                os.kill(os.getpid(), signal.SIGKILL)

            IndexDirectory.switch = switch_and_die
            changed = [Article(**{**asdict(old), "body": "渡轮今天停开。"}) for old in articles(6)]
            update([*changed, *(article("渡轮", id=f"b{n}") for n in range(6))], path)

        process = multiprocessing.get_context("fork").Process(target=die, args=(index,))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL


def begin_to_read(store: Store) -> None:
    """Read in one go, as a check of a big store does, until it is closed."""
    with store._reading() as connection:  # the only one, so the next reading is in the same transaction
        connection.execute("BEGIN")
    assert store.count(1) == 12


def asdict(article: Article) -> dict[str, object]:
    return {name: getattr(article, name) for name in article.__dataclass_fields__}


HARMS = {
    "removed": lambda wal: wal.unlink(),
    "emptied": lambda wal: os.truncate(wal, 0),
    "cut in half": lambda wal: os.truncate(wal, wal.stat().st_size // 2),
    "a byte in the middle": lambda wal: flip(wal, wal.stat().st_size // 2),
    "the first byte": lambda wal: flip(wal, 0),
}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[at] ^= 1
    path.write_bytes(data)


def answers(index: Path) -> object:
    with Searcher(index) as searcher:
        page = searcher.search("渡轮", limit=None)
        facets = searcher.facets("渡轮", by="source")
        texts = [searcher.article(id) for id in ("a3", "a8", "b5")]
        return page, facets, searcher.stats(), texts


@pytest.mark.parametrize("engine", ["memory", "whoosh"])
@pytest.mark.parametrize("harm", HARMS)
def test_what_is_in_force_needs_no_journal(tmp_path, engine, harm):
    index = tmp_path / "index"
    rebuild(articles(), index, engine=engine)
    killed_after_the_switch(index)
    shutil.copytree(index, tmp_path / "sound")
    expected = answers(tmp_path / "sound")
    HARMS[harm](index / "articles.sqlite-wal")
    (index / "articles.sqlite-shm").unlink(missing_ok=True)
    assert answers(index) == expected
    assert check(index).sound
    assert total(index) == 18


@pytest.mark.parametrize("harm", HARMS)
def test_a_journal_that_a_reader_kept_is_missed(tmp_path, impatient, harm):
    """Somebody read the store all the while, so that the new generation is nowhere but in the journal."""
    index = tmp_path / "index"
    rebuild(articles(), index, engine="memory")
    killed_after_the_switch(index, reading=True)
    wal = index / "articles.sqlite-wal"
    assert wal.stat().st_size
    assert total(index) == 18
    HARMS[harm](wal)
    (index / "articles.sqlite-shm").unlink(missing_ok=True)
    for ask in (
        lambda: Searcher(index),
        lambda: update([article("新", id="new")], index),
        lambda: optimize(index),
    ):
        with pytest.raises(IndexDamaged, match=r"generation 2 is not all there.*repair the index"):
            ask()
    assert not check(index).sound
    assert repair(index).lost
    assert check(index).sound


def test_a_reader_sees_its_generation_whole_and_keeps_nobody_waiting(tmp_path, impatient):
    index = tmp_path / "index"
    rebuild(articles(), index, engine="memory")
    with closing(Store(index / "articles.sqlite", readonly=True)) as store:
        begin_to_read(store)
        assert update([article("渡轮", id="new")], index).generation == 2
        assert store.count(1) == 12
        assert [held.id for _, held in store.every_article(1)] == [f"a{n}" for n in range(12)]
    assert total(index) == 13
    assert update([article("渡轮", id="newer")], index).articles == 14
    assert not (index / "articles.sqlite-wal").exists()


# Checksums of what is counted


def test_a_change_of_what_is_counted_is_told(index):
    """Dates and sources are counted from an index of SQLite's that no other checksum is of."""
    store = index / "articles.sqlite"
    sound, name = store.read_bytes(), "报1".encode()
    places = [match.start() for match in re.finditer(name, sound)]
    told = []
    for at in places:
        store.write_bytes(sound[:at] + "报2".encode() + sound[at + len(name) :])
        with Searcher(index) as searcher:
            asked = [
                raises(lambda: searcher.facets("渡轮", by="source")),
                raises(lambda: searcher.facets("渡轮", by="month")),
                raises(lambda: searcher.timeline("渡轮")),
                raises(searcher.stats),
            ]
        assert len(set(asked)) == 1  # each or none, if it was changed in an article
        told.append(asked[0])
        assert not check(index).sound
        if asked[0]:
            assert raises(lambda: update([article("新", id="new")], index))
    assert told.count(True) == told.count(False) == 4


def raises(ask) -> bool:
    try:
        ask()
    except IndexDamaged as error:
        return "its list of dates and names is not" in str(error)
    return False


def test_the_checksum_grows_with_what_is_added_and_shrinks_with_what_is_removed(tmp_path, engine):
    index = tmp_path / "index"
    rebuild(articles(), index, engine=engine)
    update([Article(id="a3", title="换了", sources=("新报",)), Article(id="more", title="又一篇")], index)
    optimize(index)
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "one.md").write_text("<!--1710099901000-->\n[一](x)\n------\n<p>渡轮。", "utf-8")
    update([tmp_path / "archive"], index)
    (tmp_path / "archive" / "one.md").unlink()
    (tmp_path / "archive" / "two.md").write_text("<!--1710099901000-->\n[二](x)\n------\n<p>渡轮。", "utf-8")
    update([tmp_path / "archive"], index)
    manifest = IndexDirectory(index).manifest()
    with closing(Store(index / "articles.sqlite", readonly=True)) as store:
        assert store.seal(manifest.generation) == (14, manifest.facts)
        store.check_facts(manifest.generation)
    rebuild([], index, engine=engine, allow_empty=True)
    assert IndexDirectory(index).manifest().facts == 0


# The lock


def test_a_process_that_was_forked_off_does_not_keep_the_lock_of_one_that_is_killed(index):
    program = """
import multiprocessing, os, sys, time
from index.storage.directory import IndexDirectory
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


@pytest.mark.parametrize("file", ["manifest.json", "generations/0001/lock", "articles.sqlite"])
def test_a_command_in_a_message_can_be_given_as_it_is(tmp_path, file):
    index = tmp_path / "my index's folder"
    rebuild(articles(), index, engine="memory")
    (index / file).unlink()
    with pytest.raises(IndexStateError) as caught:
        Searcher(index)
    words = shlex.split(command(caught.value.remedy))
    assert words[words.index("--index") + 1 :] == [str(index)]


# Reading


def test_a_stored_article_is_the_one_that_was_added(tmp_path):
    """The store makes articles without checking again what its checksum covers."""
    given = [
        Article(
            "甲", "第一号", "标题\n渡轮今天照常开出。", kinds="ht", authors="林小舟", tags=("交通", "天气")
        ),
        Article("乙", "", ""),
        Article("丙", "in ASCII", "a ferry", url="https://www.example.org/a"),
        *articles(3),
    ]
    rebuild(given, tmp_path / "index", engine="memory")
    with closing(Store(tmp_path / "index" / "articles.sqlite", readonly=True)) as store:
        assert list(store.articles(store.rows(1)).values()) == given
