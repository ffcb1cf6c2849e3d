"""How fast are searches, and how large is the index, side by side with another release?

    python -m benchmarks.releases ARCHIVE --against CHECKOUT [--articles 1200] [--engine tantivy] [--rounds 5]

Each release runs in a process of its own, with the code of its checkout. Both index the same
articles; then each query is put to one right after the other, in turns, so that whatever else the
machine does disturbs both alike. Of a query's times, in seconds of the processor, the least
counts. A query is answered with ten hits, their snippets and the totals.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from benchmarks.correctness import read_archive
from benchmarks.indexing import sample
from benchmarks.measure import percentile, size
from benchmarks.searching import KINDS, Question, draw

# Runs with the code of either release, so it uses only what all have.
_ANSWER = """
import sys, time
from search import Searcher
with Searcher(sys.argv[1], tz="UTC") if sys.argv[2] == "tz" else Searcher(sys.argv[1]) as searcher:
    for line in sys.stdin:
        query = line.rstrip("\\n")
        began = time.process_time()
        searcher.search(query)
        print(time.process_time() - began, flush=True)
"""
_REPOSITORY = Path(__file__).parents[1]


class Release:
    """A checkout that answers queries in a process of its own.

    Args:
        checkout: Where its code is.
        process: What runs it.
    """

    def __init__(self, checkout: Path, process: subprocess.Popen[str]) -> None:
        self.checkout = checkout
        self._process = process
        self.seconds: dict[Question, float] = {}

    def ask(self, question: Question, *, counts: bool) -> None:
        """Let it answer a query, and note the time if it is the least so far."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(question.query.replace("\n", " ") + "\n")
        self._process.stdin.flush()
        taken = float(self._process.stdout.readline())
        if counts:
            self.seconds[question] = min(taken, self.seconds.get(question, taken))


def environment(checkout: Path) -> dict[str, str]:
    """Return the environment in which Python finds the code of a checkout first."""
    return {**os.environ, "PYTHONPATH": str(checkout), "SEARCH_TZ": "UTC"}


def rebuild(checkout: Path, archive: Path, index: Path, engine: str) -> None:
    """Index an archive with the code of a checkout."""
    module = "search.commands.cli" if (checkout / "search/commands/cli.py").is_file() else "search.cli"
    arguments = ["rebuild", str(archive), "--index", str(index), "--engine", engine]
    subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=environment(checkout),
        cwd=checkout,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def answering(checkout: Path, index: Path) -> Iterator[Release]:
    """Open an index with the code of a checkout."""
    with_zone = "tz" if "tz:" in (checkout / "search/searcher.py").read_text("utf-8") else "-"
    with subprocess.Popen(
        [sys.executable, "-c", _ANSWER, str(index), with_zone],
        env=environment(checkout),
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield Release(checkout, process)


def compare(releases: Sequence[Release], questions: Sequence[Question], rounds: int) -> None:
    """Put every query to all releases, once to warm up and then `rounds` times."""
    for number in range(rounds + 1):
        for at, question in enumerate(questions):
            shift = (number + at) % len(releases)
            for release in (*releases[shift:], *releases[:shift]):
                release.ask(question, counts=number > 0)


def row(name: str, release: Release, index: Path) -> str:
    """Return a row of the table: size, percentiles, and the median of each kind of query."""
    values = list(release.seconds.values())
    cells = [f"{size(index) / 1e6:.1f}"]
    cells += [f"{percentile(values, percent) * 1000:.2f}" for percent in (50, 95, 99)]
    for kind in KINDS:
        some = [seconds for question, seconds in release.seconds.items() if question.kind == kind]
        cells.append(f"{median(some) * 1000:.2f}" if some else "")
    return f"| {name} | " + " | ".join(cells) + " |"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--against", type=Path, required=True, help="a checkout of another release")
    parser.add_argument("--articles", type=int, help="only so many, drawn at random")
    parser.add_argument("--queries", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="tantivy")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = Path(folder)
        archive = sample(options.archive, options.articles, place, options.seed)
        questions = list(dict.fromkeys(draw(read_archive(str(archive)), options.queries, options.seed)))
        checkouts = {"before": options.against.resolve(), "now": _REPOSITORY}
        for name, checkout in checkouts.items():
            rebuild(checkout, archive.resolve(), place / name, options.engine)
        releases = {
            name: stack.enter_context(answering(checkout, place / name))
            for name, checkout in checkouts.items()
        }
        compare(list(releases.values()), questions, options.rounds)
        print(f"{len(questions)} queries, load {os.getloadavg()[0]:.1f} at the end\n")
        print("| release | index MB | p50 ms | p95 ms | p99 ms | " + " | ".join(KINDS) + " |")
        print("|---|---:|---:|---:|---:|" + "---:|" * len(KINDS))
        for name, release in releases.items():
            print(row(name, release, place / name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
