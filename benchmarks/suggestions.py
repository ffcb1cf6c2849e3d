"""Did you mean: how often is a mistyped name among the suggestions?

    python -m benchmarks.suggestions ARCHIVE [--names 300] [--engine whoosh] [--index DIR]

Names stand in three articles or more. Two thirds are what jieba takes for the name of a person, a place or
an organisation in a title or the beginning of a text, a sixth are words that it does not know (as in
`benchmarks.names`), a sixth words of letters with a capital. Each is damaged in one way, all ways in turn.
Suggestions are only made where nothing is found; the table has how many of the damaged names those are, and
for these how often the name that was meant is the first of the suggestions, and among the first three, and
the processor time that they take.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from tempfile import TemporaryDirectory

from benchmarks.correctness import read_archive
from benchmarks.names import Openings, Texts
from index import Article, rebuild
from index.text.fold import fold
from search import Searcher
from search.corpus.sounds import readings_of

Damage = Callable[[str, random.Random], "str | None"]

_WORD = re.compile(r"\b[A-Z][a-z]{4,}\b", re.ASCII)
_STANDING = 3
_OPENING = 200
# Persons, places, organisations; jieba's names for these.
_NAMES = frozenset({"nr", "nrt", "ns", "nt"})


def _sound(name: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(name))
    alike = sorted({char for reading in readings_of(name[at]) for char in readings_of(reading)} - {name[at]})
    return name[:at] + rng.choice(alike) + name[at + 1 :] if alike else None


def _changed(name: str, rng: random.Random, *, others: str) -> str:
    at = rng.randrange(len(name))
    return name[:at] + rng.choice(others) + name[at + 1 :]


def _missing(name: str, rng: random.Random) -> str | None:
    at = rng.randrange(1, len(name) - 1) if len(name) > 2 else 0
    return name[:at] + name[at + 1 :] if at else None


def _swapped(name: str, rng: random.Random) -> str | None:
    at = rng.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _pinyin(name: str, rng: random.Random) -> str | None:
    readings = [readings_of(char) for char in name]
    return "".join(map(rng.choice, readings)) if all(readings) else None


def damages(texts: Sequence[str]) -> dict[str, Damage]:
    """Return the ways to damage a name in Chinese; another character is as frequent as in the archive."""
    characters = "".join(char for text in texts for char in fold(text) if readings_of(char))
    return {
        "another character": partial(_changed, others=characters),
        "one that sounds the same": _sound,
        "a character missing": _missing,
        "two characters swapped": _swapped,
        "pinyin": _pinyin,
    }


LETTERS: dict[str, Damage] = {
    "a letter wrong": partial(_changed, others="abcdefghijklmnopqrstuvwxyz"),
    "a letter missing": _missing,
    "two letters swapped": _swapped,
}


def draw(articles: Sequence[Article], number: int, rng: random.Random) -> tuple[list[str], list[str]]:
    """Return names in Chinese, and words of letters."""
    openings, held = Openings(articles, seed=1), Texts(articles)
    known = sorted(_known(articles))
    rng.shuffle(known)
    standing = (name for name in known if len(held.holding(name)) >= _STANDING)
    names = [*openings.names(number // 6, held), *islice(standing, number * 2 // 3)]
    counts = Counter(word for article in articles for word in set(_WORD.findall(article.body)))
    words = sorted(word for word, count in counts.items() if count >= _STANDING)
    rng.shuffle(names)
    return names, rng.sample(words, min(len(words), number - len(names)))


def _known(articles: Sequence[Article]) -> set[str]:
    """Return what jieba takes for names."""
    from jieba import posseg

    return {
        fold(word)
        for article in articles
        for word, kind in posseg.cut(f"{article.title}\n{article.body[:_OPENING]}")
        if kind in _NAMES and 2 <= len(word) <= 6 and all(map(readings_of, fold(word)))
    }


def damaged(
    names: Sequence[str], ways: dict[str, Damage], rng: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Yield the way, the name and what became of it; each name once, ways in turn where they can be."""
    kinds = list(ways)
    for number, name in enumerate(names):
        for at in range(len(kinds)):
            kind = kinds[(number + at) % len(kinds)]
            other = ways[kind](name, rng)
            if other and other != name:
                yield kind, name, other
                break


def table(searcher: Searcher, cases: Sequence[tuple[str, str, str]], *, show: bool) -> str:
    lines = [
        "| what went wrong | names | without hits | the first | among three | median, ms | slowest, ms |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    rows: dict[str, list[tuple[int, float] | None]] = {}
    for kind, name, typed in cases:
        measured = rows.setdefault(kind, [])
        if searcher.search(typed, limit=0).total:
            measured.append(None)
            continue
        began = time.process_time()
        queries = [fold(other.query) for other in searcher.corrections(typed, limit=3)]
        seconds = time.process_time() - began
        place = queries.index(fold(name)) if fold(name) in queries else 3
        measured.append((place, seconds))
        if show and place == 3:
            print(kind, name, typed, queries)
    rows["**all**"] = [one for measured in list(rows.values()) for one in measured]
    for kind, measured in rows.items():
        asked = [one for one in measured if one is not None]
        if asked:
            first = sum(place == 0 for place, _ in asked) / len(asked)
            three = sum(place < 3 for place, _ in asked) / len(asked)
            times = [1000 * seconds for _, seconds in asked]
            lines.append(
                f"| {kind} | {len(measured)} | {len(asked)} | {first:.0%} | {three:.0%} |"
                f" {statistics.median(times):.0f} | {max(times):.0f} |"
            )
    return "\n".join(lines)


@contextmanager
def _index(articles: Sequence[Article], engine: str, given: str | None) -> Iterator[str]:
    if given:
        yield given
        return
    with TemporaryDirectory() as folder:
        rebuild(articles, folder, engine=engine)
        yield folder


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("--names", type=int, default=300)
    parser.add_argument("--engine", default="whoosh")
    parser.add_argument("--index", help="an index of the archive; else one is made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print what is not found")
    options = parser.parse_args(arguments)
    articles = read_archive(options.archive)
    rng = random.Random(options.seed)
    names, words = draw(articles, options.names, rng)
    ways = damages([article.title for article in articles])
    cases = [*damaged(names, ways, rng), *damaged(words, LETTERS, rng)]
    with _index(articles, options.engine, options.index) as index, Searcher(index) as searcher:
        print(f"{len(articles):,} articles, {len(cases)} names\n")
        print(table(searcher, cases, show=options.show))
    return 0


if __name__ == "__main__":
    sys.exit(main())
