"""Who searches while others write sees whole states only, and keeps nothing open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import Article, rebuild, update

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]

SEARCH = """
import json, os, resource, sys, threading
from search import Searcher
directory, stop = sys.argv[1:]
errors, answers = [], [0]
searcher = Searcher(directory)

def memory():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

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
    except BaseException as error:
        errors.append(repr(error))

def run():
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()

print("ready", flush=True)
run()
searcher.search("渡轮")
files = len(os.listdir("/proc/self/fd"))
print(json.dumps({"errors": errors[:3], "answers": answers[0], "files": files, "memory": memory()}))
"""


def state(number: int) -> list[Article]:
    count = 20 + number % 7
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
    try:
        for process in searching:
            assert process.stdout is not None
            process.stdout.readline()
        for number in range(1, 31):
            # Where the number of articles has grown, an update replaces them all.
            if number % 7 and number % 3:
                update(state(number), index)
            else:
                rebuild(state(number), index, engine=engine)
    finally:
        stop.touch()
    for process in searching:
        said = json.loads(process.communicate(timeout=120)[0])
        assert said["errors"] == []
        assert said["answers"] > 0
        # One generation of several segments, perhaps two; thirty would show.
        assert said["files"] < 150
        assert said["memory"] < 400_000_000
    rebuild(state(0), index, engine=engine)
    assert len(list((index / "generations").iterdir())) == 1
