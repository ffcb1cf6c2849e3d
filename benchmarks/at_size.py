"""What requests and updates cost on a large archive, in processor time; side by side with another release.

    python -m benchmarks.generate ARCHIVE 100000 FOLDER
    search rebuild FOLDER --index INDEX --engine tantivy --workers 2
    python -m benchmarks.at_size FOLDER INDEX [--against CHECKOUT INDEX] [--words 经济 北京 …] [--only TEXT …]

A server answers each request some thirty times, each time with other words, because
answers are cached by their words; then all kinds of requests in turn over twenty
connections. The command line tells the index's statistics and updates the index: with
nothing changed, and with ten new articles, which it writes into the folder and removes
again. Processor time is that of the server's process, or of the command with its children.
`--against` names a checkout of another release and an index that it made of the same
folder; `--only` keeps to the lines whose name holds one of some texts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import TypeAlias
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.measure import run

WORDS = (
    "经济 北京 上海 日本 政府 社会 市场 记者 媒体 网络 新闻 政治 文化 历史 学生 "
    "生活 工作 城市 农村 教育 医院 警察 法律 自由 民主 选举 战争 电影 音乐 小说"
)
FREQUENT = "的了是在不有和人这中大为上个国我以要他时来用们生到作地于出就"
ROUNDS = 30

CONNECTIONS = 20
Wanted: TypeAlias = Callable[[str], bool]
MIXED = "mixed load, a request"
QUESTION = "对普通人的生活到底有什么样的影响"
NEW = "new-articles-of-a-measurement"

# What is asked with a word, a sign and the id of an article.
REQUESTS: dict[str, Callable[[str, str, str], str]] = {
    "`/healthz`": lambda word, sign, id: "/healthz",
    "`/api/search`": lambda word, sign, id: f"/api/search?q={quote(word)}",
    "results page": lambda word, sign, id: f"/?q={quote(word)}",
    "article page": lambda word, sign, id: f"/article/{quote(id)}?q={quote(word)}",
    "question of 18 characters": lambda word, sign, id: f"/api/search?q={quote(word + QUESTION)}",
    "`/api/suggest`, one letter": lambda word, sign, id: f"/api/suggest?q={quote(word[0])}",
    "`/api/suggest`, two": lambda word, sign, id: f"/api/suggest?q={quote(word)}",
    "`/feed`": lambda word, sign, id: f"/feed?q={quote(word)}",
    "`/api/facets`": lambda word, sign, id: f"/api/facets?by=source&q={quote(word)}",
    "`/api/timeline`": lambda word, sign, id: f"/api/timeline?q={quote(word)}",
    "near, frequent characters": lambda word, sign, id: "/api/search?q=" + quote(f'"的" ~10 "{sign}"'),
    "letter prefix": lambda word, sign, id: f"/api/search?q={quote('a*')}",
}
# The costly ones are asked less often, and not among others.
FEWER = {"near, frequent characters": 5}


@contextmanager
def server(checkout: Path, index: str) -> Iterator[tuple[str, int]]:
    """Serve an index with the code of a checkout; yield its address and its process."""
    module = "search.commands.cli" if (checkout / "search/commands/cli.py").is_file() else "search.cli"
    command = [sys.executable, "-m", module, "serve", "--port", "0", "--timeout", "120", "--index", index]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=checkout
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[0].rstrip("/")
        try:
            yield address, process.pid
        finally:
            process.terminate()


def cpu(pid: int) -> float:
    """Return the seconds of processor time that a process has taken."""
    values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def requests(checkout: Path, index: str, words: Sequence[str], wanted: Wanted) -> dict[str, float]:
    """Return the milliseconds of processor time of each kind of request."""
    found = {}
    with server(checkout, index) as (address, pid):
        ids = _ids(address)
        for name, path in REQUESTS.items():
            if not wanted(name):
                continue
            rounds = FEWER.get(name, ROUNDS)
            _get(address + path("天气", "天", ids[0]))
            began = cpu(pid)
            for _, word, sign, id in zip(range(rounds), cycle(words), cycle(FREQUENT[1:]), cycle(ids)):
                _get(address + path(word, sign, id))
            found[name] = (cpu(pid) - began) / rounds * 1000
        if wanted(MIXED):
            found[MIXED] = _mixed(address, pid, words, ids)
    return found


def _mixed(address: str, pid: int, words: Sequence[str], ids: Sequence[str]) -> float:
    """Return the milliseconds of a request where all kinds are asked over many connections at once."""
    addresses = [
        address + path(word, sign, id)
        for word, sign, id in zip(words, FREQUENT[1:], ids, strict=False)
        for name, path in REQUESTS.items()
        if name not in FEWER
    ]
    began = cpu(pid)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(_get, addresses))
    return (cpu(pid) - began) / len(addresses) * 1000


def _ids(address: str) -> list[str]:
    with urlopen(f"{address}/api/search?q={quote('天气')}&limit={ROUNDS}") as answer:
        return [hit["id"] for hit in json.load(answer)["hits"]]


def _get(address: str) -> None:
    try:
        urlopen(address).read()
    except HTTPError as error:
        print(f"{error.code} {address}", file=sys.stderr)


def commands(checkout: Path, index: str, folder: str, wanted: Wanted) -> dict[str, float]:
    """Return the milliseconds of processor time of commands on the index."""
    module = "search.commands.cli" if (checkout / "search/commands/cli.py").is_file() else "search.cli"
    os.environ["PYTHONPATH"] = str(checkout)
    os.chdir(checkout)  # Python looks for modules here first

    def milliseconds(*arguments: str, rounds: int = 3) -> float:
        command = [sys.executable, "-m", module, *arguments, "--index", index]
        return min(run(command).cpu for _ in range(rounds)) * 1000

    found = {}
    if wanted("`search stats`"):
        found["`search stats`"] = milliseconds("stats")
    if wanted("`search update`, nothing changed"):
        milliseconds("update", folder, rounds=1)
        found["`search update`, nothing changed"] = milliseconds("update", folder)
    if wanted("`search update`, ten new"):
        with _ten_new(Path(folder)):
            found["`search update`, ten new"] = milliseconds("update", folder, rounds=1)
        milliseconds("update", folder, rounds=1)
    return found


@contextmanager
def _ten_new(folder: Path) -> Iterator[None]:
    place = folder / NEW
    place.mkdir()
    try:
        for number in range(10):
            text = f"<!--1710099901000-->\n[渡轮第{number}班](https://example.org/new/{number})\n------\n\n"
            (place / f"{number}.md").write_text(f"{text}<p>今天有船，第{number}班照常。</p>", "utf-8")
        yield
    finally:
        shutil.rmtree(place)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", help="of which the index was made")
    parser.add_argument("index")
    parser.add_argument("--against", nargs=2, metavar=("CHECKOUT", "INDEX"))
    parser.add_argument("--words", nargs="+", default=WORDS.split(), help="two characters each")
    parser.add_argument("--only", nargs="+", default=[""], help="texts that the names of lines hold")
    options = parser.parse_args(arguments)

    def wanted(name: str) -> bool:
        return any(text in name for text in options.only)

    here = Path(__file__).resolve().parents[1]
    folder = str(Path(options.folder).resolve())
    sides = [(here, str(Path(options.index).resolve()))]
    if options.against:
        sides.insert(0, (Path(options.against[0]).resolve(), str(Path(options.against[1]).resolve())))
    results = [requests(*side, options.words, wanted) | commands(*side, folder, wanted) for side in sides]
    print(f"| milliseconds |{' before |' if options.against else ''} now |")
    print(f"|---|{'---:|' * len(sides)}")
    for name in results[0]:
        print(f"| {name} | {' | '.join(f'{result[name]:,.1f}' for result in results)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
