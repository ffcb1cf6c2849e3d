"""How many requests a second `search serve` answers, and how long the slowest wait.

    python benchmarks/web.py INDEX... [--seconds 60] [--connections 50] [--workers 2]

Serves each index, lets wrk (Debian's package of that name) ask for pages and
for the API with queries taken from titles of the archive's articles, and prints
a table: requests a second, times, errors, and the memory of the server's
processes before and after.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote
from urllib.request import urlopen

from search import Searcher

QUERIES = 500
PATHS = {"API": "/api/search?q=", "page": "/?q="}

LUA = """
local paths = {%s}
local at = math.random(#paths)
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read
    + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %%f %%f %%f %%f %%d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000, failed))
end
"""


@dataclass(frozen=True, slots=True)
class Result:
    """Requests a second, times in milliseconds, and how many requests failed."""

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int


def queries(index: str) -> list[str]:
    """Pieces of titles, two to six characters long; every third one is an exact phrase."""
    chance = random.Random(7)
    with Searcher(index, tz="UTC") as searcher:
        titles = [hit.title for hit in searcher.search("after:1000", limit=QUERIES, sort="oldest").hits]
    runs = [run for title in titles for run in re.findall(r"[\u4e00-\u9fff]{2,}", title)]
    found = []
    for number in range(QUERIES):
        run = chance.choice(runs)
        length = min(len(run), chance.randint(2, 6))
        start = chance.randint(0, len(run) - length)
        piece = run[start : start + length]
        found.append(f'"{piece}"' if number % 3 == 0 else piece)
    return found


@contextmanager
def server(index: str, workers: int) -> Iterator[tuple[str, int]]:
    """The address and the process of a server."""
    command = [sys.executable, "-m", "search.commands.cli", "serve", "--port", "0", "--workers", str(workers)]
    with subprocess.Popen([*command, "--index", index], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0].rstrip("/")
        try:
            yield address, process.pid
        finally:
            process.terminate()


def memory(pid: int) -> int:
    """Resident memory of a process and its children, in bytes."""
    total = 0
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            total += int(line.split()[1]) * 1024
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        total += sum(memory(int(child)) for child in children.read_text().split())
    return total


def measure(address: str, paths: list[str], *, seconds: int, connections: int) -> Result:
    """Ask for the paths, in turn, over so many connections."""
    with NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % ", ".join(f'"{path}"' for path in paths))
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
        output = subprocess.run(
            [*command, "-s", script.name, address], capture_output=True, text=True, check=True
        ).stdout
    told = re.search(r"RESULT (\S+) (\S+) (\S+) (\S+) (\d+)", output)
    assert told is not None, output
    rate, p50, p95, p99 = map(float, told.groups()[:4])
    return Result(rate, p50, p95, p99, int(told[5]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("index", nargs="+")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    print("| engine | what | requests/s | p50 | p95 | p99 | failed | memory before, after |")
    print("|---|---|---|---|---|---|---|---|")
    for index in options.index:
        asked = queries(index)
        with Searcher(index, tz="UTC") as searcher:
            engine = searcher.stats().engine
        with server(index, options.workers) as (address, pid):
            for what, path in PATHS.items():
                paths = [path + quote(query) for query in asked]
                for one in paths[:100]:
                    urlopen(address + one).read()
                before = memory(pid)
                result = measure(address, paths, seconds=options.seconds, connections=options.connections)
                print(
                    f"| {engine} | {what} | {result.rate:.0f} | {result.p50:.0f} ms | {result.p95:.0f} ms"
                    f" | {result.p99:.0f} ms | {result.failed}"
                    f" | {before / 1e6:.0f} MB, {memory(pid) / 1e6:.0f} MB |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
