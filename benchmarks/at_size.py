"""What requests and updates cost on a large archive, in processor time; side by side with another release.

    python -m benchmarks.generate ARCHIVE 100000 FOLDER
    search rebuild FOLDER --index INDEX --engine tantivy --workers 2
    python -m benchmarks.at_size FOLDER INDEX [--against CHECKOUT INDEX] [--words 经济 北京 …]

A server answers each request some thirty times, each time with other words, because
answers are cached by their words. Then the command line tells the index's statistics and
updates it with nothing changed. Processor time is that of the server's process, or of the
command with its children. `--against` names a checkout of another release and an index that
it made of the same folder.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
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

REQUESTS: dict[str, Callable[[str, str], str]] = {
    "`/healthz`": lambda word, sign: "/healthz",
    "`/api/search`": lambda word, sign: f"/api/search?q={quote(word)}",
    "results page": lambda word, sign: f"/?q={quote(word)}",
    "`/api/suggest`, one letter": lambda word, sign: f"/api/suggest?q={quote(word[0])}",
    "`/api/suggest`, two": lambda word, sign: f"/api/suggest?q={quote(word)}",
    "`/feed`": lambda word, sign: f"/feed?q={quote(word)}",
    "`/api/facets`": lambda word, sign: f"/api/facets?by=source&q={quote(word)}",
    "`/api/timeline`": lambda word, sign: f"/api/timeline?q={quote(word)}",
    "near, frequent characters": lambda word, sign: "/api/search?q=" + quote(f'"的" ~10 "{sign}"'),
    "letter prefix": lambda word, sign: f"/api/search?q={quote('a*')}",
}
# The costly ones are asked less often.
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


def requests(checkout: Path, index: str, words: Sequence[str]) -> dict[str, float]:
    """Return the milliseconds of processor time of each kind of request."""
    found = {}
    with server(checkout, index) as (address, pid):
        for name, path in REQUESTS.items():
            rounds = FEWER.get(name, ROUNDS)
            pairs = list(zip(range(rounds), cycle(words), cycle(FREQUENT[1:])))
            _get(address + path("天气", "天"))
            began = cpu(pid)
            for _, word, sign in pairs:
                _get(address + path(word, sign))
            found[name] = (cpu(pid) - began) / rounds * 1000
    return found


def _get(address: str) -> None:
    try:
        urlopen(address).read()
    except HTTPError as error:
        print(f"{error.code} {address}", file=sys.stderr)


def commands(checkout: Path, index: str, folder: str) -> dict[str, float]:
    """Return the milliseconds of processor time of commands on the index."""
    module = "search.commands.cli" if (checkout / "search/commands/cli.py").is_file() else "search.cli"
    found = {}
    os.environ["PYTHONPATH"] = str(checkout)
    os.chdir(checkout)  # Python looks for modules here first
    for name, arguments in {
        "`search stats`": ["stats"],
        "`search update`, nothing changed": ["update", folder],
    }.items():
        command = [sys.executable, "-m", module, *arguments, "--index", index]
        run(command)
        found[name] = min(run(command).cpu for _ in range(3)) * 1000
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", help="of which the index was made")
    parser.add_argument("index")
    parser.add_argument("--against", nargs=2, metavar=("CHECKOUT", "INDEX"))
    parser.add_argument("--words", nargs="+", default=WORDS.split(), help="two characters each")
    options = parser.parse_args(arguments)
    here = Path(__file__).resolve().parents[1]
    folder = str(Path(options.folder).resolve())
    sides = [(here, str(Path(options.index).resolve()))]
    if options.against:
        sides.insert(0, (Path(options.against[0]).resolve(), str(Path(options.against[1]).resolve())))
    results = [requests(*side, options.words) | commands(*side, folder) for side in sides]
    print(f"| milliseconds |{' before |' if options.against else ''} now |")
    print(f"|---|{'---:|' * len(sides)}")
    for name in results[0]:
        print(f"| {name} | {' | '.join(f'{result[name]:,.1f}' for result in results)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
