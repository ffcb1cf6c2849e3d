"""A Searcher is shared by threads, and lets go of everything when it is closed."""

from __future__ import annotations

import gc
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from builders import Archive, article

from index import rebuild
from search import Searcher

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
def test_what_is_closed_holds_no_file_and_no_memory_map(engine, tmp_path):
    """Without waiting for the garbage collector: a deleted generation takes up the disk until then."""
    rebuild([article("渡轮今天照常开出。", title="渡轮")], tmp_path, engine=engine)
    gc.collect()
    gc.disable()
    try:
        with Searcher(tmp_path) as searcher:
            searcher.search('"渡轮今天"', limit=None)
            searcher.facets("渡轮", by="source")
        held = [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.exists()]
        held += Path("/proc/self/maps").read_text().splitlines()
    finally:
        gc.enable()
    assert [name for name in held if str(tmp_path) in name] == []
