"""How fast is an archive indexed? From seed files to a searchable index, systems side by side.

    python -m benchmarks.indexing ARCHIVE [--articles 1000] [--rounds 3] [--lucene]

Every system runs in a process of its own, once a round; the table has the
medians. Systems marked with a star get their articles, or even their terms,
ready and in memory: reading files and HTML is not in their time. The ratios
are of articles a second of processor time, which other work on the machine
disturbs least, and of the time on the clock.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import lucene
from benchmarks.build_one import FED, SYSTEMS
from benchmarks.correctness import read_archive
from benchmarks.measure import Taken, interleaved, run, size
from index import Article
from index.engines.registry import writer_class
from index.reading.walk import Walk
from index.text.analyzer import Analyzer
from index.text.document import analyze

NAMES = {
    "straightforward": "BeautifulSoup + ChineseAnalyzer + Whoosh",
    "whoosh-base": "jiansuo whoosh, base install",
    "whoosh": "jiansuo whoosh, `fast`",
    "tantivy": "jiansuo tantivy, `fast`",
    "tantivy-limit": "tantivy alone, streams ready *",
    "fts5": "SQLite FTS5 trigram *",
    "cjk": "Lucene CJKAnalyzer *",
    "smartcn": "Lucene SmartChineseAnalyzer *",
}


@dataclass(frozen=True, slots=True)
class Material:
    """A sample of an archive in the forms in which the systems take it."""

    number: int
    seeds: Path
    articles: Path
    streams: Path
    lines: Path


def sample(archive: Path, number: int | None, place: Path, seed: int) -> Path:
    """Copies of some seeds of an archive, drawn at random; the archive itself for all."""
    if number is None:
        return archive
    seeds = list(Walk({str(archive.resolve()): ""}))
    for chosen in random.Random(seed).sample(seeds, min(number, len(seeds))):
        copy = place / "seeds" / Path(chosen.path).relative_to(archive.resolve())
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(chosen.path, copy)
    return place / "seeds"


def prepare(seeds: Path, place: Path, *, streams: bool = True) -> Material:
    """Write what the systems are fed with that do not read seeds."""
    articles = read_archive(str(seeds))
    material = Material(
        len(articles), seeds, place / "articles.pickle", place / "streams.pickle", place / "articles.tsv"
    )
    material.articles.write_bytes(pickle.dumps(articles))
    lucene.write_articles(articles, material.lines)
    if streams:
        material.streams.write_bytes(pickle.dumps(_streams(articles)))
    return material


def _streams(articles: Sequence[Article]) -> list[object]:
    analyzer, prepare = Analyzer(), writer_class("tantivy").prepare
    return [prepare(analyze(analyzer, article)) for article in articles]


def build(system: str, material: Material, directory: Path) -> Taken:
    """Build one index anew, in a process of its own."""
    shutil.rmtree(directory, ignore_errors=True)
    if system in lucene.ANALYZERS:
        taken = run(lucene.index_command(material.lines, system, directory, os.cpu_count() or 1))
    else:
        given = {"articles": material.articles, "streams": material.streams}.get(
            FED.get(system, ""), material.seeds
        )
        taken = run([sys.executable, "-m", "benchmarks.build_one", system, str(given), str(directory)])
    if taken.output.strip():
        seconds, cpu = map(float, taken.output.split())
        taken = replace(taken, seconds=seconds, cpu=cpu)
    return taken


def table(material: Material, results: dict[str, list[Taken]], sizes: dict[str, int]) -> str:
    lines = [
        "| system | seconds | articles/s | processor s | articles/processor s | against the first:"
        " clock | processor | peak MiB | index MiB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    first: tuple[float, float] | None = None
    for system, runs in results.items():
        seconds, cpu = median(taken.seconds for taken in runs), median(taken.cpu for taken in runs)
        first = first or (seconds, cpu)
        lines.append(
            f"| {NAMES[system]} | {seconds:.1f} | {material.number / seconds:.0f} | {cpu:.1f} |"
            f" {material.number / cpu:.0f} | {first[0] / seconds:.1f} | {first[1] / cpu:.1f} |"
            f" {median(taken.memory for taken in runs) / 2**20:.0f} | {sizes[system] / 2**20:.0f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("--articles", type=int, help="only so many, drawn at random")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--system", action="append", choices=list(SYSTEMS), help="default: all")
    parser.add_argument("--lucene", action="store_true", help="Lucene too (needs Java and Maven)")
    options = parser.parse_args(arguments)
    systems = [*(options.system or SYSTEMS), *(lucene.ANALYZERS if options.lucene else ())]
    if options.lucene:
        lucene.class_path()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        seeds = sample(options.archive, options.articles, place, options.seed)
        material = prepare(seeds, place, streams="tantivy-limit" in systems)
        tasks: dict[str, Callable[[], Taken]] = {
            system: partial(build, system, material, place / system) for system in systems
        }
        results = interleaved(options.rounds, tasks)
        sizes = {system: size(place / system) for system in systems}
    print(
        f"{material.number} articles, {options.rounds} rounds, {os.cpu_count()} processors, load "
        f"{os.getloadavg()[0]:.1f} at the end\n\n{table(material, results, sizes)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
