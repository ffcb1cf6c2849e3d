"""How long does a cold `search query` take, against an interpreter that does nothing?

    python -m benchmarks.start ARCHIVE [--engine tantivy]... [--rounds 11]

Processes of their own, interleaved; the files are in the system's cache.
"""

from __future__ import annotations

import argparse
import compileall
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measure import Taken, interleaved, run
from index import rebuild

_SEARCH = "from search.commands.cli import main; main()"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("--engine", action="append", help="may be repeated (default: whoosh)")
    parser.add_argument("--query", default="中国 经济")
    parser.add_argument("--rounds", type=int, default=11)
    options = parser.parse_args(arguments)
    for package in ("index", "search"):
        # As pip does when it installs; an editable install may be compiled anew at every start.
        compileall.compile_dir(package, quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        tasks: dict[str, Callable[[], Taken]] = {
            "python -c pass": partial(run, [sys.executable, "-c", "pass"])
        }
        for engine in options.engine or ["whoosh"]:
            place = Path(folder, engine)
            rebuild([options.archive], place, engine=engine, workers=os.cpu_count() or 1)
            # 1 says that nothing was found.
            command = [sys.executable, "-c", _SEARCH, "query", options.query, "--index", str(place)]
            tasks[f"search query, {engine}"] = partial(run, command, may_say=(0, 1))
        results = interleaved(options.rounds, tasks)
    print("| program | seconds | times | processor s | times |\n|---|---:|---:|---:|---:|")
    bare = results["python -c pass"]
    seconds, cpu = median(taken.seconds for taken in bare), median(taken.cpu for taken in bare)
    for name, runs in results.items():
        clock, used = median(taken.seconds for taken in runs), median(taken.cpu for taken in runs)
        print(f"| {name} | {clock:.3f} | {clock / seconds:.1f} | {used:.3f} | {used / cpu:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
