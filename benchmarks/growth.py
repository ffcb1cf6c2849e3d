"""How do time, memory, disk and latency grow with an archive?

    python -m benchmarks.growth ARCHIVE [--size 10000]... [--engine tantivy]... [--plot growth.svg]

Archives of each size are generated from the given one (benchmarks.generate)
and indexed from their files by as many workers as there are processors.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import log10
from pathlib import Path
from statistics import median
from time import process_time

from benchmarks.correctness import read_archive
from benchmarks.generate import write
from benchmarks.measure import percentile, run, size
from benchmarks.searching import Question, draw
from index import Article
from search import Searcher


@dataclass(frozen=True, slots=True)
class Point:
    """One engine at one size: seconds, bytes, and milliseconds a query with snippets."""

    engine: str
    articles: int
    seconds: float
    cpu: float
    memory: int
    disk: int
    p50: float
    p95: float


def measure(
    archive: Sequence[Article], number: int, engines: Sequence[str], place: Path, *, longest: int
) -> list[Point]:
    """Every engine with an archive of so many generated articles."""
    seeds = place / "seeds"
    write(archive, number, seeds, longest=longest)
    questions = list(dict.fromkeys(draw(archive, 200, 1)))
    points = []
    for engine in engines:
        directory = place / engine
        taken = run([sys.executable, "-m", "benchmarks.build_one", engine, str(seeds), str(directory)])
        latencies = _ask(directory, questions)
        points.append(
            Point(
                engine,
                number,
                taken.seconds,
                taken.cpu,
                taken.memory,
                size(directory),
                percentile(latencies, 50) * 1000,
                percentile(latencies, 95) * 1000,
            )
        )
        shutil.rmtree(directory)
    shutil.rmtree(seeds)
    return points


def _ask(directory: Path, questions: Sequence[Question]) -> list[float]:
    taken: list[list[float]] = [[] for _ in questions]
    with Searcher(directory, tz="UTC") as searcher:
        for _ in range(3):
            for seconds, question in zip(taken, questions, strict=True):
                began = process_time()
                searcher.search(question.query)
                seconds.append(process_time() - began)
    return [median(seconds[1:]) for seconds in taken]


def table(points: Sequence[Point]) -> str:
    lines = [
        "| engine | articles | seconds | processor s | peak MiB | index MiB | query p50 ms | p95 ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {p.engine} | {p.articles:,} | {p.seconds:.0f} | {p.cpu:.0f} | {p.memory / 2**20:.0f} |"
        f" {p.disk / 2**20:.0f} | {p.p50:.1f} | {p.p95:.1f} |"
        for p in points
    ]
    return "\n".join(lines)


# A plot without a plotting library: four panels of lines, both axes logarithmic.

_PANELS: tuple[tuple[str, Callable[[Point], float]], ...] = (
    ("processor seconds to index", lambda p: p.cpu),
    ("peak MiB while indexing", lambda p: p.memory / 2**20),
    ("index, MiB", lambda p: p.disk / 2**20),
    ("query with snippets, p50 ms", lambda p: p.p50),
)
_COLOURS = ("#0b6e99", "#b5502f", "#4d7a2a")
_WIDTH, _HEIGHT, _MARGIN = 300, 200, 50


def plot(points: Sequence[Point]) -> str:
    """The points as an SVG picture."""
    panels = [
        f'<g transform="translate({number % 2 * (_WIDTH + 40)},{number // 2 * (_HEIGHT + 50)})">'
        + _panel(title, [(p.engine, p.articles, max(value(p), 1e-3)) for p in points])
        + "</g>"
        for number, (title, value) in enumerate(_PANELS)
    ]
    width, height = 2 * _WIDTH + 40, 2 * _HEIGHT + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(panels)}</svg>\n"
    )


def _panel(title: str, values: Sequence[tuple[str, int, float]]) -> str:
    xs = sorted({x for _, x, _ in values})
    low, high = min(y for *_, y in values), max(y for *_, y in values)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (log10(x) - log10(xs[0])) / ((log10(xs[-1]) - log10(xs[0])) or 1)
        up = (log10(y) - log10(low)) / ((log10(high) - log10(low)) or 1)
        return _MARGIN + across * (_WIDTH - _MARGIN - 70), _HEIGHT - 40 - up * (_HEIGHT - 70)

    parts = [f'<text x="{_MARGIN}" y="14" font-weight="bold">{escape(title)}</text>']
    for x in xs:
        parts.append(f'<text x="{place(x, low)[0]:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">{x:,}</text>')
    # The highest figure of each size stands above its line and the others below, so that they keep apart.
    highest = {x: max(y for _, other, y in values if other == x) for x in xs}
    for engine, colour in zip(dict.fromkeys(engine for engine, *_ in values), _COLOURS, strict=False):
        dots = [(*place(x, y), y, -7 if y == highest[x] else 15) for name, x, y in values if name == engine]
        line = " ".join(f"{left:.0f},{top:.0f}" for left, top, *_ in dots)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for left, top, value, shift in dots:
            parts.append(f'<circle cx="{left:.0f}" cy="{top:.0f}" r="3" fill="{colour}"/>')
            parts.append(
                f'<text x="{left:.0f}" y="{top + shift:.0f}" text-anchor="middle">{_figure(value)}</text>'
            )
        left, top, _, shift = dots[-1]
        parts.append(
            f'<text x="{left + 12:.0f}" y="{top + 4 + shift / 3:.0f}" fill="{colour}">{escape(engine)}</text>'
        )
    return "".join(parts)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument(
        "--size", type=int, action="append", help="may be repeated (default: 1,000 and 10,000)"
    )
    parser.add_argument("--engine", action="append", help="may be repeated (default: whoosh)")
    parser.add_argument("--longest", type=int, default=600, help="characters of a generated body")
    parser.add_argument("--plot", type=Path, help="write a picture, an SVG file")
    options = parser.parse_args(arguments)
    articles = read_archive(options.archive)
    points: list[Point] = []
    for number in options.size or [1000, 10_000]:
        with tempfile.TemporaryDirectory() as place:
            points += measure(
                articles, number, options.engine or ["whoosh"], Path(place), longest=options.longest
            )
    points.sort(key=lambda point: (point.engine, point.articles))
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end\n\n{table(points)}")
    if options.plot:
        options.plot.parent.mkdir(parents=True, exist_ok=True)
        options.plot.write_text(plot(points), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
