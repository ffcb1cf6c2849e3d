"""What is damaged is told, with the file and the way to mend it; nothing is told wrongly."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from index import Article, ArticleNotFound, IndexDamaged, IndexStateError, rebuild, update
from index.building.repair import repair
from index.storage.directory import IndexDirectory
from search import Searcher
from search.check import check

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]

SENTENCES = [
    "渡轮今天照常开出，风不大。",
    "新的图书馆在河边开门。",
    "气象台说明天有雨。",
    "列车晚点了十分钟。",
]


def articles(number: int = 60) -> list[Article]:
    return [
        Article(
            id=f"a{i}",
            title=f"第{i}号 {SENTENCES[i % 4]}",
            body="\n".join(SENTENCES[i % 3 :]) * 3,
            sources=("晨报", "news.example") if i % 3 else ("河边",),
            date=datetime(2020, 1, 1, tzinfo=timezone.utc) + timedelta(days=2 * i),
        )
        for i in range(number)
    ]


#: What is asked of a damaged index; the last two find some of the articles, and have them sorted.
QUERIES = (
    "渡轮",
    '"河边开门"',
    "-图书馆",
    "before:2100",
    "第*",
    "渡轮 source:晨报 date:2020-02",
    "source:河边",
)


@pytest.fixture(scope="module")
def sound(embedded_engine, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp(embedded_engine) / "index"
    words = folder.with_name("words.txt")
    words.write_text("图书馆 5\n", "utf-8")
    rebuild(articles(), folder, engine=embedded_engine, user_dict=words)
    return folder


def answers(directory: Path) -> list[object]:
    with Searcher(directory) as searcher:
        pages = [
            searcher.search(query, limit=None, sort="oldest" if "source" in query else "relevance")
            for query in QUERIES
        ]
        assert all(page.hits for page in pages)
        texts = [searcher.article(f"a{i}") for i in range(60)]
        with pytest.raises(ArticleNotFound):
            searcher.article("a60")
        return [*pages, *texts]


# What write.lock says is for people, and the other two SQLite makes anew.
MADE_ANEW = {"write.lock", "sound", "articles.sqlite-shm", "articles.sqlite-wal"}


def answers_or_error(directory: Path) -> object:
    try:
        return answers(directory)
    except IndexStateError as error:
        return error


def files_of(directory: Path) -> list[Path]:
    found = [path for path in sorted(directory.rglob("*")) if path.is_file() and path.stat().st_size]
    return [path for path in found if path.name not in MADE_ANEW]


def harm(path: Path, kind: str, random_: random.Random) -> None:
    if kind == "missing":
        path.unlink()
        return
    data = bytearray(path.read_bytes())
    if kind == "truncated":
        del data[random_.randrange(len(data)) :]
    elif kind == "emptied":
        data.clear()
    else:
        for _ in range(1 if kind == "one bit" else 30):
            data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
    path.write_bytes(data)


KINDS = ["one bit", "many bits", "truncated", "emptied", "missing"]


@pytest.mark.parametrize("kind", KINDS)
def test_damage_of_any_file_is_named_or_harmless(sound, kind, tmp_path):
    expected = answers(sound)
    random_ = random.Random(kind)
    for number, original in enumerate(files_of(sound)):
        index = tmp_path / str(number)
        shutil.copytree(sound, index)
        path = index / original.relative_to(sound)
        harm(path, kind, random_)
        got = answers_or_error(index)
        if isinstance(got, IndexStateError):
            assert got.remedy is not None, got
            assert "generations" not in str(path) or Path(getattr(got, "file", "")) == path
        else:
            # Only SQLite's file has bytes that nothing uses and none that tells of a changed letter.
            assert got == expected or path.name == "articles.sqlite"
        if path.name == "manifest.json" and kind == "missing":
            continue
        problems = check(index).problems
        if path.name != "articles.sqlite" or kind in ("truncated", "emptied", "missing"):
            assert [problem.file for problem in problems] == [str(path)]


def command(directory: Path) -> subprocess.CompletedProcess[str]:
    asked = ["渡轮 source:晨报 date:2020-02", "--jsonl", "--limit", "all"]
    return subprocess.run(
        [sys.executable, "-m", "search.commands.cli", "query", *asked, "--index", directory],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_says_what_mends_it(sound, kind, tmp_path):
    expected = command(sound)
    assert (expected.returncode, expected.stdout.count("\n")) == (0, 3)
    largest = max(files_of(sound / "generations"), key=lambda path: path.stat().st_size)
    for original in (sound / "manifest.json", sound / "articles.sqlite", largest):
        index = tmp_path / original.name
        shutil.copytree(sound, index)
        harm(index / original.relative_to(sound), kind, random.Random(kind))
        done = command(index)
        if original.name == "articles.sqlite" and done.returncode == 0:
            assert (done.stdout, done.stderr) == (expected.stdout, "")
            continue
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("search: ")
        assert str(index) in done.stderr
        assert "search check --repair" in done.stderr or "search rebuild" in done.stderr


def counts(directory: Path) -> list[object]:
    with Searcher(directory) as searcher:
        stats = searcher.stats()
        return [
            searcher.facets("渡轮", by="source"),
            searcher.facets("before:2100", by="month"),
            searcher.timeline("source:河边"),
            stats,
        ]


def test_a_flipped_byte_of_the_articles_is_told_or_harmless(sound, tmp_path):
    """Never another text, an article less, or an id that is there and not found."""
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    path, original = index / "articles.sqlite", (sound / "articles.sqlite").read_bytes()
    expected, expected_counts = answers(sound), counts(sound)
    random_ = random.Random(0)
    told = 0
    # The memory engine reads all articles whenever it opens them.
    for _ in range(300 if sound.parent.name.startswith("memory") else 600):
        data = bytearray(original)
        data[random_.randrange(len(original))] ^= random_.randrange(1, 256)
        path.write_bytes(data)
        got = answers_or_error(index)
        if isinstance(got, IndexStateError):
            told += 1
            assert got.remedy is not None, got
            assert not check(index).sound
        else:
            assert got == expected
        with suppress(IndexStateError):
            # Counts come from a list that SQLite keeps beside the articles; check compares the two.
            assert counts(index) == expected_counts or not check(index).sound
    assert told > 100


def test_a_letter_that_changed_is_named_by_its_article_and_mended(embedded_engine, tmp_path):
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    for name, text in (("one.md", "渡轮今天照常开出。"), ("two.md", "气象台说明天有雨。")):
        (archive / name).write_text(f"<!--1-->\n[{name}](x)\n------\n<p>{text}</p>", "utf-8")
    rebuild([archive], index, engine=embedded_engine)
    store = index / "articles.sqlite"
    changed = store.read_bytes()
    for encoding in ("utf-8", "utf-16-le"):
        changed = changed.replace("明天有雨".encode(encoding), "明天有雪".encode(encoding))
    store.write_bytes(changed)
    named = pytest.raises(IndexDamaged, match=r"'two\.md'.*repair the index")
    if embedded_engine == "memory":  # it reads all articles at once
        with named:
            Searcher(index)
    else:
        with Searcher(index) as searcher:
            assert searcher.search("渡轮").total == 1
            for ask in (lambda: searcher.search("气象台"), lambda: searcher.article("two.md")):
                with named:
                    ask()
    (problem,) = check(index).problems
    assert "1 articles are not what was written: 'two.md'" in str(problem)
    assert repair(index).lost is False
    assert check(index).sound
    with Searcher(index) as searcher:
        assert searcher.article("two.md").body == "气象台说明天有雨。"


def test_an_update_takes_nothing_over_that_is_damaged(sound, tmp_path):
    for path in files_of(sound / "generations"):
        index = tmp_path / path.name
        shutil.copytree(sound, index)
        harm(index / path.relative_to(sound), "one bit", random.Random(0))
        with pytest.raises(IndexStateError) as caught:
            update([Article(id="new", title="新")], index)
        assert caught.value.remedy is not None


def test_a_rebuild_mends_whatever_is_damaged(sound, embedded_engine, tmp_path):
    for kind in ("many bits", "emptied"):
        for path in files_of(sound):
            index = tmp_path / kind / path.name
            shutil.copytree(sound, index)
            harm(index / path.relative_to(sound), kind, random.Random(0))
            rebuild(articles(), index, engine=embedded_engine)
            assert check(index).sound
            with Searcher(index) as searcher:
                assert searcher.stats().articles == 60


def test_repair_keeps_folders_options_and_what_came_from_python(embedded_engine, tmp_path):
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    for name in ("one.md", "two.md", "draft.md"):
        text = f"<!--1710099901000-->\n[{name}](x)\n------\n<p>渡轮今天照常开出。</p>"
        (archive / name).write_text(text, "utf-8")
    rebuild([archive], index, engine=embedded_engine, exclude=["draft*"])
    update([Article(id="mine", title="手写的")], index)
    for path in files_of(IndexDirectory(index).generation(2)):
        path.write_bytes(b"?")
    # The memory engine has no files of its own; it is mended all the same.
    assert check(index).sound is (embedded_engine == "memory")
    report = repair(index)
    assert (report.articles, report.lost) == (3, False)
    assert check(index).sound
    with Searcher(index) as searcher:
        assert [hit.id for hit in searcher.search("手写").hits] == ["mine"]
        assert searcher.search("渡轮").total == 2


def test_repair_says_when_articles_were_lost_with_the_store(embedded_engine, tmp_path):
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    (archive / "one.md").write_text("<!--1-->\n[一](x)\n------\n<p>渡轮。</p>", "utf-8")
    rebuild([archive], index, engine=embedded_engine)
    (index / "articles.sqlite").write_bytes(b"not a database" * 100)
    report = repair(index)
    assert (report.articles, report.lost) == (1, True)
    assert check(index).sound
