"""A Searcher is shared by threads, and lets go of everything when it is closed."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from builders import Archive, article
from commandline import ROOT

from index import UsageError, rebuild
from index.storage.location import IndexLocation
from search import Searcher, snapshot

SENTENCE = "列车从北站开出以后要经过三座桥和两条隧道才能到达海边的小城"


@pytest.fixture
def nimble():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_find_what_one_alone_finds(engine, tmp_path, nimble):
    """Phrases in long texts, so that the engine has to look into many places of its files."""
    chance = random.Random(1)
    written = [
        article("".join(chance.choice(SENTENCE) for _ in range(4000)) + "。" + SENTENCE[at:])
        for at in range(0, len(SENTENCE), 2)
    ]
    archive = Archive(tmp_path, written, engine)
    queries = [f'"{SENTENCE[at : at + 4]}"' for at in range(len(SENTENCE) - 4)] * 3

    def number(query: str) -> int:
        return archive.searcher.search(query, limit=0).total

    alone = [number(query) for query in queries]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(number, queries)) == alone


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "dropped"])
def test_what_is_closed_or_dropped_holds_no_file_and_no_memory_map(engine, tmp_path, closed):
    """Without waiting for the garbage collector: a deleted generation takes up the disk until then."""
    rebuild([article("渡轮今天照常开出。", title="渡轮")], tmp_path, engine=engine)
    gc.collect()
    gc.disable()
    try:
        searcher = Searcher(tmp_path)
        searcher.search('"渡轮今天"', limit=None)
        searcher.facets("渡轮", by="source")
        if closed:
            searcher.close()
        del searcher
        held = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.exists()]
        held += Path("/proc/self/maps").read_text().splitlines()
    finally:
        gc.enable()
    assert [name for name in held if str(tmp_path) in name] == []


def test_a_searcher_closed_while_a_generation_is_opened_stays_closed(tmp_path, monkeypatch):
    """It once took up the new generation, and lived on."""
    rebuild([article("雪")], tmp_path, engine="memory")
    searcher = Searcher(tmp_path)
    rebuild([article("雪")], tmp_path, engine="memory")
    opened: list[snapshot.Snapshot] = []

    class Closing(snapshot.Snapshot):
        """A generation that is closed by another thread while it is being opened."""

        def __init__(self, location: IndexLocation) -> None:
            super().__init__(location)
            opened.append(self)
            searcher.close()

    monkeypatch.setattr(snapshot, "Snapshot", Closing)
    for _ in range(2):
        with pytest.raises(UsageError, match="closed"):
            searcher.search("雪")
    assert [one.users for one in opened] == [0]


@pytest.mark.parametrize("ending", ["", "del searcher", "searcher = None; import gc; gc.collect()"])
def test_a_searcher_that_is_dropped_warns_of_nothing(engine, tmp_path, ending):
    rebuild([article("雪", day=1)], tmp_path, engine=engine)
    code = (
        "import sys; from search import Searcher\n"
        "searcher = Searcher(sys.argv[1]); searcher.search('雪'); searcher.facets('雪', by='year')\n" + ending
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    warnings = [line for line in done.stderr.splitlines() if "ResourceWarning" in line]
    assert (done.returncode, warnings) == (0, [])
