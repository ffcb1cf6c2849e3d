"""What is tantivy's own: segments and their order, links to older files, damage, threads, limits."""

from __future__ import annotations

import errno
import os
import random
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from builders import article, directory, many

from index import ArchiveError, optimize, rebuild, update
from index.engines.registry import reader_class, writer_class
from index.storage.store import Store
from index.text.analyzer import Analyzer
from search import Searcher
from search.query.parser import parse
from search.query.plan import make_plan
from search.reranking import DEPTH

pytest.importorskip("tantivy", reason="the extra `fast` is not installed")

QUERIES = [
    "中国 研究",
    "研究生命科学的人",
    '"中国人民"',
    '"人民，中国"',
    "title:第",
    "s* OR 中",
    '"中国 s*"',
    '"人民中国 s*"',
    '"人民，s*"',
    '"中国" ~3 "人民"',
    '"中国" ~1 "人民" -生命 source:晨报',
    "source:晨报 -中国",
    "after:2020-01-10 before:2020-02",
]


def answers(index: Path, queries: list[str] = QUERIES) -> list[list[tuple[object, ...]]]:
    """Totals and hits of every query in every order, page by page."""
    found = []
    with Searcher(index) as searcher:
        for query in queries:
            for sort in ("relevance", "newest", "oldest"):
                whole = searcher.search(query, sort=sort, limit=None)
                for offset in range(0, len(whole.hits) + 7, 7):
                    page = searcher.search(query, sort=sort, limit=7, offset=offset)
                    assert page.hits == whole.hits[offset : offset + 7]
                    assert (page.total, page.partial_total) == (whole.total, whole.partial_total)
                found.append(
                    [(whole.total, whole.partial_total), *((hit.id, hit.partial) for hit in whole.hits)]
                )
    return found


@pytest.fixture
def small_segments(monkeypatch):
    """A segment for every article, so that tantivy merges eight of them again and again."""
    monkeypatch.setattr("index.engines.tantivy._SEGMENT_TEXT", 0)


@pytest.fixture
def folder():
    """A folder in memory where possible: every commit is synced to disk."""
    with directory() as name:
        yield Path(name)


@pytest.mark.usefixtures("small_segments")
def test_order_is_exact_over_many_segments_and_merges(folder):
    """Equal scores and equal dates are ordered by when the article was added, wherever it is stored."""
    archive = many(61)
    rebuild(archive, folder / "one", engine="memory")
    rebuild(archive, folder / "other", engine="tantivy")
    assert 1 < len(list(folder.glob("other/generations/0001/engine/*.idx"))) < 61
    with Searcher(folder / "one") as one, Searcher(folder / "other") as other:
        for query in QUERIES:
            for sort in ("newest", "oldest"):
                expected = [hit.id for hit in one.search(query, sort=sort, limit=None).hits]
                assert [hit.id for hit in other.search(query, sort=sort, limit=None).hits] == expected
            scores = {hit.id: round(hit.score, 3) for hit in one.search(query, limit=None).hits}
            hits = other.search(query, limit=None).hits
            assert {hit.id: pytest.approx(hit.score, abs=2e-3) for hit in hits} == scores
            for before, after in pairwise(hits):
                assert (before.partial, -before.score) <= (after.partial, -after.score)
                if before.score > 0 and (before.partial, before.score) == (after.partial, after.score):
                    assert int(before.id) < int(after.id)
    answers(folder / "other")


@pytest.mark.usefixtures("small_segments")
def test_a_phrase_that_ends_in_very_many_ways_is_found_in_the_units(folder, monkeypatch):
    rebuild(many(40), folder / "one", engine="memory")
    rebuild(many(40), folder / "other", engine="tantivy")
    prefixes = ['"人民中国 s*"', '"人民，s*"', '"人民，sanct*" 中国', '"研究 sanctions 中国 set*"']
    expected = answers(folder / "one", prefixes)
    assert any(len(found) > 1 for found in expected)
    for most in (0, 1, 256):
        monkeypatch.setattr("search.engines.tantivy._MOST_ENDINGS", most)
        with Searcher(folder / "other") as searcher:
            got = [{hit.id for hit in searcher.search(query, limit=None).hits} for query in prefixes]
        assert got == [{id for id, _ in found[1:]} for found in expected[::3]]


def contents(engine: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in engine.iterdir()}


def test_an_update_leaves_the_files_of_the_generation_before_as_they_were(tmp_path):
    """They are the same files, by hard links, and somebody may be searching in them."""
    rebuild(many(30), tmp_path, engine="tantivy")
    engine = tmp_path / "generations" / "0001" / "engine"
    with Searcher(tmp_path):  # keeps the first generation
        before = contents(engine)
        update([*many(10, seed=2), article("新的一篇", id="new")], tmp_path)
        assert contents(engine) == before


def test_articles_that_are_replaced_are_gone(tmp_path):
    """tantivy-py 0.27 deletes nothing by a term that is an unsigned number."""
    rebuild([article("旧的中国", id="a"), article("中国", id="b")], tmp_path, engine="tantivy")
    update([article("新的人民", id="a")], tmp_path)
    with Searcher(tmp_path) as searcher:
        assert [hit.id for hit in searcher.search("中国").hits] == ["b"]
        assert searcher.search("date:2020").total == 0
        assert searcher.search("-没有").total == 2


def test_optimize_gives_the_scores_of_a_rebuild(tmp_path):
    # So few that all are ordered by closeness: of equal ones, which are depends on their order.
    first, second = many(DEPTH), many(12, seed=3)
    rebuild(first, tmp_path / "one", engine="tantivy")
    update(second, tmp_path / "one")
    assert optimize(tmp_path / "one").articles == DEPTH
    merged = {each.id: each for each in first} | {each.id: each for each in second}
    rebuild(merged.values(), tmp_path / "other", engine="tantivy")
    with Searcher(tmp_path / "one") as one, Searcher(tmp_path / "other") as other:
        for query in QUERIES:
            expected = {hit.id: hit.score for hit in other.search(query, limit=None).hits}
            assert {hit.id: hit.score for hit in one.search(query, limit=None).hits} == expected


def test_what_explains_a_score_adds_up_to_it(tmp_path):
    rebuild(many(30), tmp_path, engine="tantivy")
    update(many(12, seed=3), tmp_path)
    with Searcher(tmp_path) as searcher:
        for hit in searcher.search("中国 研究").hits:
            parts = searcher.explain_hit("中国 研究", hit.id)
            factor = searcher.explain_closeness("中国 研究", hit.id).factor
            assert sum(part.score for part in parts) * factor == pytest.approx(hit.score, rel=1e-4)


def test_others_may_read_the_files(tmp_path):
    rebuild(many(3), tmp_path, engine="tantivy")
    modes = {path.stat().st_mode for path in (tmp_path / "generations" / "0001" / "engine").iterdir()}
    assert len(modes) == 1


def test_workers_prepare_the_same(tmp_path):
    rebuild(many(40), tmp_path / "one", engine="tantivy")
    rebuild(many(40), tmp_path / "other", engine="tantivy", workers=2)
    assert answers(tmp_path / "other") == answers(tmp_path / "one")


def test_threads_share_a_searcher(tmp_path):
    rebuild(many(60), tmp_path, engine="tantivy")
    with Searcher(tmp_path) as searcher:

        def ask(query: str) -> list[tuple[str, float]]:
            return [(hit.id, hit.score) for hit in searcher.search(query, limit=20).hits]

        expected = list(map(ask, QUERIES))
        with ThreadPoolExecutor(8) as pool:
            for found in pool.map(lambda _: list(map(ask, QUERIES)), range(16)):
                assert found == expected


@pytest.mark.parametrize("harm", ["cut", "flip", "zero"])
def test_damaged_files_are_told_in_our_own_words(tmp_path, harm):
    """Without the check of checksums that comes first when an index is opened."""
    rebuild(many(40), tmp_path, engine="tantivy")
    engine = tmp_path / "generations" / "0001" / "engine"
    analyzer = Analyzer()
    now = datetime(2024, 1, 1, tzinfo=timezone.utc)
    plans = [make_plan(parse(query), query, analyzer=analyzer, tz=timezone.utc, now=now) for query in QUERIES]
    chooser = random.Random(harm)
    store = Store(tmp_path / "articles.sqlite", readonly=True)
    told = 0
    for path in sorted(engine.iterdir()):
        sound = path.read_bytes()
        for _ in range(5 if sound else 0):
            path.write_bytes(harmed(sound, harm, chooser))
            try:
                reader = reader_class("tantivy")(engine, store, 1, analyzer)
                for plan in plans:
                    for sort in ("relevance", "newest"):
                        reader.search(plan, sort=sort, offset=0, limit=5)
                    reader.statistics(plan.terms)
            except ArchiveError:
                told += 1
            finally:
                path.unlink(missing_ok=True)  # what is mapped must not shrink
                path.write_bytes(sound)
    store.close()
    assert told > 5


def harmed(data: bytes, harm: str, chooser: random.Random) -> bytes:
    at = chooser.randrange(len(data))
    if harm == "cut":
        return data[:at]
    if harm == "zero":
        return data[:at] + bytes(len(data[at : at + 64])) + data[at + 64 :]
    return data[:at] + bytes([data[at] ^ 1 << chooser.randrange(8)]) + data[at + 1 :]


def test_an_index_that_may_only_be_read_is_searched(folder):
    """tantivy by itself wants to write a lock beside the files."""
    rebuild(many(20), folder, engine="tantivy")
    expected = len(answers(folder)[0]) - 1
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555)
    program = (
        "import os, sys; sys.path[:0] = sys.argv[1:3]\n"
        "import tempfile\n"
        "from search import Searcher\n"
        "def ask():\n"
        "    with Searcher(sys.argv[3]) as searcher:\n"
        "        print(len(searcher.search(sys.argv[4], limit=None).hits))\n"
        "ask()\n"  # imports what a user without rights may not be able to
        "if os.getuid() == 0: os.setgroups([]); os.setuid(65534)\n"
        "ask()\n"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", program, str(here), str(here.parent), str(folder), QUERIES[0]]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert result.stdout.splitlines() == [str(expected)] * 2, result.stderr[-2000:]
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)


LIMITED = """
import resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from builders import many
from index import ArchiveError
from index.engines.registry import writer_class
from index.text.analyzer import Analyzer
from index.text.document import analyze
writer, analyzer = writer_class("tantivy")(Path(sys.argv[3])), Analyzer()
prepared = [writer.prepare(analyze(analyzer, each)) for each in many(300)]
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
try:
    for row, each in enumerate(prepared):
        writer.add(row, each)
    writer.commit()
except (OSError, ArchiveError) as error:
    print(type(error).__name__)
"""


def test_a_disk_that_takes_no_more_is_an_os_error(tmp_path):
    """As with a full disk: the limit on a file's size is the failure that a test can have."""
    here = Path(__file__).parent
    command = [sys.executable, "-c", LIMITED, str(here), str(here.parent), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert result.stdout.splitlines()[-1:] == ["OSError"], result.stderr[-2000:]


@pytest.mark.parametrize("full", [{"f_bavail": 0}, {"f_favail": 0}])
def test_a_disk_without_room_for_a_byte_or_a_file_is_named(tmp_path, monkeypatch, full):
    """tantivy says that a thread of its has failed, and not why: on a disk without inodes it was a riddle."""
    writer = writer_class("tantivy")(tmp_path)
    room = {"f_bavail": 1, "f_files": 9, "f_favail": 1, **full}
    monkeypatch.setattr("index.engines.tantivy.os.statvfs", lambda path: SimpleNamespace(**room))

    def failing(*given):
        raise ValueError("An error occurred in a thread: 'An index writer was killed.. '")

    monkeypatch.setattr(writer, "_open", failing)
    with pytest.raises(OSError, match=re.escape(os.strerror(errno.ENOSPC))):
        writer.delete([1])
