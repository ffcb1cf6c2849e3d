"""Build one index with one system: what `benchmarks.indexing` runs in a process of its own.

    python -m benchmarks.build_one SYSTEM ARCHIVE DIRECTORY

The systems read seed files, but for those that are fed with articles or
streams that are ready; these print the seconds that counted and the
processors' seconds.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time

__all__ = ["FED", "SYSTEMS", "main"]

_ACCELERATORS = ("rjieba",)


def straightforward(archive: Path, directory: Path) -> None:
    """BeautifulSoup with html.parser, jieba's ChineseAnalyzer, Whoosh's writer, in one process."""
    from benchmarks.systems import WhooshJieba, simple_articles

    WhooshJieba(directory).build(simple_articles(archive))


def jiansuo(engine: str) -> Callable[[Path, Path], None]:
    def build(archive: Path, directory: Path) -> None:
        from index import rebuild

        rebuild([archive], directory, engine=engine, workers=os.cpu_count() or 1)

    return build


def without_accelerators(archive: Path, directory: Path) -> None:
    """Whoosh with nothing but the base install."""
    for name in _ACCELERATORS:
        sys.modules[name] = None  # type: ignore[assignment]
    jiansuo("whoosh")(archive, directory)


def tantivy_limit(streams: Path, directory: Path) -> None:
    """Only tantivy's own work: documents in the form in which its writer takes them."""
    with streams.open("rb") as file:
        documents = pickle.load(file)
    writer_class = import_module("index.engines.tantivy").TantivyWriter
    directory.mkdir(parents=True)
    clock = _Clock()
    writer = writer_class(directory)
    for row, prepared in enumerate(documents, 1):
        writer.add(row, prepared)
    writer.commit()
    clock.tell()


def fts5(articles: Path, directory: Path) -> None:
    from benchmarks.systems import Fts5Trigram

    with articles.open("rb") as file:
        ready = pickle.load(file)
    clock = _Clock()
    Fts5Trigram(directory).build(ready)
    clock.tell()


class _Clock:
    def __init__(self) -> None:
        self._began, self._cpu = perf_counter(), process_time()

    def tell(self) -> None:
        print(perf_counter() - self._began, process_time() - self._cpu)


SYSTEMS: dict[str, Callable[[Path, Path], None]] = {
    "straightforward": straightforward,
    "whoosh-base": without_accelerators,
    "whoosh": jiansuo("whoosh"),
    "tantivy": jiansuo("tantivy"),
    "tantivy-limit": tantivy_limit,
    "fts5": fts5,
}
FED = {"tantivy-limit": "streams", "fts5": "articles"}
"""Systems that are given something ready, and what."""


def main() -> int:
    system, archive, directory = sys.argv[1:]
    SYSTEMS[system](Path(archive), Path(directory))
    return 0


if __name__ == "__main__":
    sys.exit(main())
