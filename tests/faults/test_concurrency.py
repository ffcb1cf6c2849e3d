"""Who searches while others write sees whole states only, and keeps nothing open."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from index import Article, rebuild, update

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]

# By hand: SWITCHES=110 pytest -s -m faults tests/faults/test_concurrency.py
# makes ten rebuilds and a hundred updates (docs/reliability.md has what came out).
_SWITCHES = int(os.environ.get("SWITCHES", "33"))
_REBUILD_EVERY = 11

SEARCH = """
import json, os, sys, threading
from search import Searcher
directory, stop = sys.argv[1:]
errors, answers, seen = [], [0], set()
searcher = Searcher(directory)

def ask():
    try:
        while not os.path.exists(stop):
            page = searcher.search('"渡轮今天"', limit=None)
            # Every article of one state names that state, and says how many there are.
            states = {hit.title for hit in page.hits}
            (state,) = states
            if page.total != int(state.split()[1]):
                errors.append(f"{page.total} articles of state {state}")
            answers[0] += 1
            seen.add(state)
    except BaseException as error:
        errors.append(repr(error))

threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
print("ready", flush=True)
for thread in threads: thread.join()
print(json.dumps({"errors": errors[:3], "answers": answers[0], "states": len(seen)}), flush=True)
"""


def use_of(pid: int) -> tuple[int, int]:
    """The open files of a process, and its memory in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return len(list(Path(f"/proc/{pid}/fd").iterdir())), pages * resource.getpagesize()


def state(number: int) -> list[Article]:
    """More articles each time, so that an update replaces them all, until a rebuild begins anew."""
    count = 20 + number % _REBUILD_EVERY
    return [
        Article(id=str(i), title=f"第{number}号 {count}", body="渡轮今天照常开出。" * 5) for i in range(count)
    ]


def test_four_processes_of_eight_threads(engine, tmp_path):
    index, stop = tmp_path / "index", tmp_path / "stop"
    rebuild(state(0), index, engine=engine)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SEARCH, str(index), str(stop)]
    searching = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(4)
    ]
    used: list[list[tuple[int, int]]] = []
    try:
        for process in searching:
            assert process.stdout is not None
            process.stdout.readline()
        for number in range(1, _SWITCHES + 1):
            if number % _REBUILD_EVERY:
                update(state(number), index)
            else:
                rebuild(state(number), index, engine=engine)
            used.append([use_of(process.pid) for process in searching])
    finally:
        stop.touch()
    said = [json.loads(process.communicate(timeout=120)[0]) for process in searching]
    print(json.dumps({"engine": engine, "said": said, "used": used}))
    for process in said:
        assert process["errors"] == []
        assert process["answers"] > 0
    third = len(used) // 3
    early, late = (
        [max(numbers) for numbers in zip(*chain(*some), strict=True)]
        for some in (used[:third], used[-third:])
    )
    print(json.dumps({"files and bytes, early": early, "late": late}))
    # Of one generation of several segments, or of two and more while slow threads finish on an
    # old one; were any not let go, there would be those of twenty by then.
    assert late[0] <= 2 * early[0] + 20
    assert late[1] <= early[1] * 1.25
    assert early[1] < 400_000_000
    rebuild(state(0), index, engine=engine)
    assert len(list((index / "generations").iterdir())) == 1
