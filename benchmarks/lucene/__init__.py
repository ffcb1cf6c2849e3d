"""Lucene beside us: fetch its jars, give articles and queries to Lucene.java, read what it says.

The jars come from Maven Central by `pom.xml` and are kept in the user's cache.
Columns of its files are separated by tabs, so tabs and ends of lines in a text
become spaces.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index import Article
from index.storage.store import to_seconds
from index.text.document import name_term

__all__ = [
    "ANALYZERS",
    "SETTINGS",
    "Answer",
    "Asked",
    "class_path",
    "index_command",
    "search",
    "version",
    "write_articles",
]

ANALYZERS = {"cjk": "CJKAnalyzer", "smartcn": "SmartChineseAnalyzer"}
DEFAULT = (1.2, 0.75)
"""BM25's k1 and b as Lucene has them."""
SETTINGS = (DEFAULT, (0.9, 0.4))
"""The two settings that the literature uses."""

_SOURCES = Path(__file__).parent
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jiansuo" / "lucene"
_SEPARATOR = "\x01"


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as Lucene.java takes it: `kind` is any, all, phrase, source or dates."""

    id: str
    kind: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What Lucene found for a query, best first, and how long that took."""

    id: str
    seconds: float
    total: int
    found: list[str]


def version() -> str:
    """The version that pom.xml asks for."""
    found = re.search(r"<lucene\.version>(.+?)<", (_SOURCES / "pom.xml").read_text())
    assert found is not None
    return found[1]


def class_path() -> str:
    """Where the jars are, fetched unless they are there already."""
    lib = _CACHE / version()
    if not lib.is_dir():
        if not shutil.which("mvn"):
            raise SystemExit("Lucene's jars are fetched by Maven: install maven and a JDK, 17 or newer")
        unfinished = lib.with_suffix(".unfinished")
        command = ["mvn", "-B", "-q", "-f", str(_SOURCES / "pom.xml"), "dependency:copy-dependencies"]
        subprocess.run([*command, f"-DoutputDirectory={unfinished}"], check=True)
        unfinished.rename(lib)
    return f"{lib}/*"


def write_articles(articles: Iterable[Article], path: Path) -> None:
    """The articles as Lucene.java reads them."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            sources = " ".join(name_term(name).replace(" ", "_") for name in article.sources)
            date = to_seconds(article.date)
            columns = [article.id, "" if date is None else str(date), sources, article.title, article.body]
            file.write("\t".join(map(_one_line, columns)) + "\n")


def _one_line(text: str) -> str:
    return " ".join(re.split(r"[\t\n\r\x01]+", text))


def index_command(articles: Path, analyzer: str, directory: Path, threads: int) -> list[str]:
    """Indexes a file of articles and prints the seconds that this took, without Java's start."""
    return [*_java(), "index", analyzer, str(directory), str(articles), str(threads)]


def search(
    directory: Path,
    analyzer: str,
    queries: Iterable[Asked],
    *,
    limit: int,
    rounds: int = 1,
    setting: tuple[float, float] = DEFAULT,
) -> Iterator[Answer]:
    """Ask an index all queries, as often as there are rounds."""
    file = directory.with_suffix(".queries")
    with file.open("w", encoding="utf-8") as lines:
        for asked in queries:
            clauses = _SEPARATOR.join(map(_one_line, asked.clauses))
            lines.write(f"{asked.id}\t{asked.kind}\t{clauses}\n")
    numbers = map(str, (limit, rounds, *setting))
    command = [*_java(), "search", analyzer, str(directory), str(file), *numbers]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    for line in done.stdout.splitlines():
        id, nanoseconds, total, found = line.split("\t")
        yield Answer(id, int(nanoseconds) / 1e9, int(total), found.split(_SEPARATOR)[:-1])


def _java() -> list[str]:
    return ["java", "-Xmx2g", "-cp", class_path(), str(_SOURCES / "Lucene.java")]
