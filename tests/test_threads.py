"""A Searcher is shared by threads."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from builders import Archive, article

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
