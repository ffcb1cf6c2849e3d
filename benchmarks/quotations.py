"""Is a quotation recognised for what it is? Quotations of known kinds, from an archive.

    python -m benchmarks.quotations ARCHIVE [--engine tantivy]... [--others ARCHIVE]
    python -m benchmarks.quotations ARCHIVE --index INDEX --others ARCHIVE --only-ours

Quotations of 10 to 60 characters of bodies drawn at random: as they are; in the
other script; with one to five characters replaced, dropped or swapped with the
next; cut in two parts with an ellipsis; and from articles that are kept out of
the index (of `--others`, or one in twenty of ARCHIVE, without those that the
rest holds too). Besides jiansuo, what a person would use: a fuzzy search through all
articles (rapidfuzz) and the full-text search.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeAlias

from opencc import OpenCC
from rapidfuzz import fuzz, process

from benchmarks.correctness import read_archive
from benchmarks.measure import percentile
from index import Article, rebuild
from index.errors import ArchiveError
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY
from search import Hit, Searcher

KINDS = {
    "as it is": "word for word",
    "other script": "but for script",
    "changed": "altered",
    "with an ellipsis": "in parts",
    "not there": "not found",
}
_LEAST, _MOST = 10, 60
# A score of rapidfuzz, out of 100, below which a person would call a text not found.
_FOUND = 60


@dataclass(frozen=True, slots=True)
class Case:
    """A quotation, the verdicts that are right, and the ids of the articles that it is from."""

    kind: str
    text: str
    verdicts: frozenset[str]
    ids: frozenset[str]
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system said of a case, and the seconds on the clock and of processors that it took."""

    verdict: str | None
    id: str | None
    seconds: float
    cpu: float


# Returns a verdict and the id of the first article, None where there is none.
System: TypeAlias = Callable[[str], tuple[str | None, str | None]]


class Archive:
    """Articles, and their tokens without boundaries."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self.tokens = {article.id: plain(article.title) + "\n" + plain(article.body) for article in articles}

    def holders(self, *parts: str) -> frozenset[str]:
        wanted = [plain(part) for part in parts]
        return frozenset(id for id, text in self.tokens.items() if all(part in text for part in wanted))


def plain(text: str) -> str:
    return TokenText.of(text).text.replace(BOUNDARY, "")


def cases(archive: Archive, others: Sequence[Article], number: int, seed: int) -> Iterator[Case]:
    """As many quotations of each kind as there are, with what is right."""
    rng = random.Random(seed)
    for kind in KINDS:
        made = 0
        while made < number // len(KINDS):
            articles = others if kind == "not there" else archive.articles
            if (case := _case(kind, _drawn(articles, rng), archive, rng)) is not None:
                made += 1
                yield case


def _drawn(articles: Sequence[Article], rng: random.Random) -> str:
    while True:
        body = rng.choice(articles).body
        size = rng.randint(_LEAST, _MOST)
        if len(body) > size:
            start = rng.randrange(len(body) - size)
            text = body[start : start + size].strip()
            # Mostly Chinese, and not cut inside a word of letters.
            if sum("\u4e00" <= char <= "\u9fff" for char in text) > size // 2 and _is_whole(
                body, start, size
            ):
                return text


def _is_whole(body: str, start: int, size: int) -> bool:
    """No word of letters or digits is cut at either end."""
    return all(
        not (body[at - 1].isascii() and body[at].isascii() and body[at - 1].isalnum() and body[at].isalnum())
        for at in (start, start + size)
        if 0 < at < len(body)
    )


def _case(kind: str, text: str, archive: Archive, rng: random.Random) -> Case | None:
    ids = archive.holders(text)
    if kind == "as it is":
        return Case(kind, text, frozenset(["word for word"]), ids)
    if kind == "other script":
        traditional = OpenCC("s2t").convert(text)
        other = traditional if traditional != text else OpenCC("t2s").convert(text)
        return Case(kind, other, frozenset(["but for script"]), ids) if other != text else None
    if kind == "changed":
        changes = rng.randint(1, 5)
        other = _changed(text, changes, rng)
        if archive.holders(other):
            return None
        return Case(kind, other, frozenset(["altered"]), ids, changes)
    if kind == "with an ellipsis":
        size = len(text)
        gap = rng.randint(2, max(2, size // 2 - 4))
        first = rng.randint(4, max(4, size - gap - 4))
        parts = text[:first], text[first + gap :]
        if not (_is_whole(text, first, gap) and all(len(TokenText.of(part)) >= 3 for part in parts)):
            return None
        other = rng.choice(["……", "...", "……", "[…]", "〔略〕", "…"]).join(parts)
        if plain(parts[0]) + plain(parts[1]) == plain(text):
            return None
        return Case(kind, other, frozenset(["in parts"]), archive.holders(*parts))
    return None if ids else Case(kind, text, frozenset(["not found"]), frozenset())


def _changed(text: str, number: int, rng: random.Random) -> str:
    characters = list(text)
    for _ in range(number):
        places = [at for at, char in enumerate(characters) if "\u4e00" <= char <= "\u9fff"]
        at = rng.choice(places)
        match rng.choice(["replace", "drop", "swap"]):
            case "replace":
                characters[at] = rng.choice("天地人山水火风云木石金土东西南北大小高低明白红黑长短")
            case "drop":
                del characters[at]
            case _ if at + 1 < len(characters):
                characters[at], characters[at + 1] = characters[at + 1], characters[at]
    return "".join(characters)


# Systems


def ours(searcher: Searcher) -> System:
    def ask(text: str) -> tuple[str | None, str | None]:
        found = searcher.quotation(text)
        return found.verdict, found.passages[0].id if found.passages else None

    return ask


def full_text(searcher: Searcher) -> System:
    """The phrase; if no article has it, the best hit for its words."""

    def ask(text: str) -> tuple[str | None, str | None]:
        hits: tuple[Hit, ...] = ()
        for query in ('"{}"', "{}"):
            if not hits:
                try:
                    hits = searcher.search(query.format(text.replace('"', " ")), limit=1).hits
                except ArchiveError:
                    hits = ()
        return None, hits[0].id if hits else None

    return ask


def fuzzy(articles: Sequence[Article]) -> System:
    """rapidfuzz over all bodies. 100 is word for word, too little is not found, the rest altered."""
    ids = [article.id for article in articles]
    bodies = [article.body for article in articles]

    def ask(text: str) -> tuple[str | None, str | None]:
        _, score, at = process.extractOne(text, bodies, scorer=fuzz.partial_ratio)
        verdict = "word for word" if score == 100 else "altered" if score >= _FOUND else "not found"
        return verdict, ids[at] if score >= _FOUND else None

    return ask


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive")
    parser.add_argument("--others", help="an archive whose quotations are not in ARCHIVE")
    parser.add_argument("--index", help="an index of ARCHIVE that is there; with --others")
    parser.add_argument("--engine", action="append", help="may be repeated (default: whoosh)")
    parser.add_argument("--number", type=int, default=300, help="quotations in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only-ours", action="store_true", help="measure no other system")
    parser.add_argument("--failures", action="store_true", help="print what went wrong")
    options = parser.parse_args(arguments)
    if options.index and not options.others:
        parser.error("an index of all of ARCHIVE needs --others")
    articles = read_archive(options.archive)
    if options.others:
        others = read_archive(options.others)
    else:
        drawn = random.Random(options.seed).sample(articles, len(articles))
        others, articles = drawn[: len(drawn) // 20], drawn[len(drawn) // 20 :]
    asked = list(cases(Archive(articles), others, options.number, options.seed))
    with tempfile.TemporaryDirectory() as folder:
        for engine in options.engine or ["whoosh"]:
            place = Path(options.index or Path(folder) / engine)
            if not options.index:
                rebuild(articles, place, engine=engine)
            with Searcher(place) as searcher:
                _report(f"jiansuo, {engine}", asked, ours(searcher), options.failures)
                if not options.only_ours:
                    _report(f"full-text search, {engine}", asked, full_text(searcher), failures=False)
    if not options.only_ours:
        _report("rapidfuzz, all articles", asked, fuzzy(articles), failures=False)
    return 0


def _report(system: str, asked: Sequence[Case], ask: System, failures: bool) -> None:
    """Print the shares by kind, and the times."""
    ask(asked[0].text)
    answers = [(case, _timed(ask, case.text)) for case in asked]
    print(f"\n{system}\n| kind | number | right verdict | right article first |\n|---|---:|---:|---:|")
    right, first, number, placed = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for case, answer in answers:
        for kind in (case.kind, "all"):
            number[kind] += 1
            right[kind] += answer.verdict in case.verdicts
            if case.ids:
                placed[kind] += 1
                first[kind] += answer.id in case.ids
        is_wrong = answer.verdict not in case.verdicts or (case.ids and answer.id not in case.ids)
        if failures and is_wrong:
            print(f"  {case.kind} ({case.changes}): {answer.verdict}: {answer.id}, {case.text!r}")
    for kind in (*KINDS, "all"):
        share = f"{first[kind] / placed[kind]:.1%}" if placed[kind] else ""
        print(f"| {kind} | {number[kind]} | {right[kind] / number[kind]:.1%} | {share} |")
    for name, seconds in (
        ("on the clock", [answer.seconds for _, answer in answers]),
        ("of processors", [answer.cpu for _, answer in answers]),
    ):
        p50, p95 = (percentile(seconds, share) * 1000 for share in (50, 95))
        print(f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


def _timed(ask: System, text: str) -> Answer:
    began, used = perf_counter(), process_time()
    verdict, id = ask(text)
    return Answer(verdict, id, perf_counter() - began, process_time() - used)


if __name__ == "__main__":
    sys.exit(main())
