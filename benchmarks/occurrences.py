"""Time what is asked of occurrences, beside plain searches of the same words.

    python -m benchmarks.occurrences INDEX WORD... [--rounds 3]

The first word is listed in a concordance and has its collocations counted;
all of them are counted and followed over time, by month. The first row is the
measure: a page of ten hits for each word.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

from search import Searcher


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table of the best of some rounds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("index")
    parser.add_argument("words", nargs="+", metavar="WORD")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    words = options.words
    with Searcher(options.index, tz="UTC") as searcher:
        (total,) = searcher.count(words[0])
        print(f"{words[0]}: {total.occurrences:,} occurrences in {total.articles:,} articles\n")
        questions: dict[str, Callable[[], object]] = {
            "a page of hits for each word": lambda: [searcher.search(word) for word in words],
            "count": lambda: searcher.count(*words),
            "concordance, all lines by date": lambda: sum(
                1 for _ in searcher.concordance(words[0], limit=None)
            ),
            "concordance, all lines by left context": lambda: sum(
                1 for _ in searcher.concordance(words[0], limit=None, sort="left")
            ),
            "collocations": lambda: searcher.collocations(words[0]),
            "trend of articles": lambda: searcher.trend(*words, unit="month"),
            "trend of shares": lambda: searcher.trend(*words, unit="month", measure="share"),
            "trend of occurrences": lambda: searcher.trend(*words, unit="month", measure="occurrences"),
            "trend per million": lambda: searcher.trend(*words, unit="month", measure="per_million"),
        }
        print("| question | ms | processor ms | times the first |\n|---|---:|---:|---:|")
        first = 0.0
        for name, ask in questions.items():
            wall, processor = _best(ask, options.rounds)
            first = first or processor
            print(f"| {name} | {wall:,.0f} | {processor:,.0f} | {processor / first:,.1f} |", flush=True)
    return 0


def _best(ask: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the least milliseconds by the clock and of the processor."""
    walls, processors = [], []
    for _ in range(rounds):
        wall, processor = time.perf_counter(), time.process_time()
        ask()
        walls.append(1000 * (time.perf_counter() - wall))
        processors.append(1000 * (time.process_time() - processor))
    return min(walls), min(processors)


if __name__ == "__main__":
    sys.exit(main())
