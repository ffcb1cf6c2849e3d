"""How well do sketches find reprints, and what do they cost?

    python -m benchmarks.reprints ARCHIVE [--articles 400]

Articles of the archive are changed on purpose: 5% to 60% of their sentences are
dropped, replaced by sentences of other articles, or put elsewhere, and all of it
is written in the other script. What sketches say of each article and its changed
copy, of each changed copy and other articles, and of all pairs of the archive
itself, is held against the shares computed from all shingles.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from benchmarks.correctness import read_archive
from index.text.analyzer import Analyzer
from index.text.document import analyze
from index.text.sketch import Sketch, shingles, sketch
from index.text.token_text import TokenText
from search.corpus.reprints import is_reprint
from search.corpus.rewording import _END

RATES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its sketch and all its shingles."""

    sketch: Sketch
    shingles: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Text:
        """Make both."""
        tokens = TokenText.of(text)
        return cls(sketch(tokens), frozenset(shingles(tokens)))

    def belongs_to(self, other: Text) -> bool:
        """The rule of groups by all shingles."""
        shared = len(self.shingles & other.shingles)
        shares = shared / max(1, len(self.shingles)), shared / max(1, len(other.shingles))
        return max(shares) >= 0.5 and min(shares) >= 0.2


@dataclass
class Verdicts:
    """Counts of right and wrong verdicts."""

    both: int = 0
    only_exact: int = 0
    only_sketch: int = 0

    def note(self, exact: bool, estimated: bool) -> None:
        """Count one pair."""
        self.both += exact and estimated
        self.only_exact += exact and not estimated
        self.only_sketch += estimated and not exact

    def __str__(self) -> str:
        found, there = self.both + self.only_sketch, self.both + self.only_exact
        precision, recall = self.both / max(1, found), self.both / max(1, there)
        return f"{there:>6,} pairs, precision {precision:.3f}, recall {recall:.3f}"


def sentences(text: str) -> list[str]:
    """Cut a text after the marks that end a sentence."""
    ends = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return [text[start:end] for start, end in pairwise(ends) if text[start:end].strip()]


def dropped(parts: Sequence[str], rate: float, others: Sequence[str], chosen: random.Random) -> list[str]:
    """Leave sentences out."""
    return [part for part in parts if chosen.random() >= rate]


def replaced(parts: Sequence[str], rate: float, others: Sequence[str], chosen: random.Random) -> list[str]:
    """Put sentences of other articles in their place."""
    return [chosen.choice(others) if chosen.random() < rate else part for part in parts]


def reordered(parts: Sequence[str], rate: float, others: Sequence[str], chosen: random.Random) -> list[str]:
    """Put sentences elsewhere."""
    moved = [part for part in parts if chosen.random() < rate]
    rest = [part for part in parts if part not in moved]
    for part in moved:
        rest.insert(chosen.randrange(len(rest) + 1), part)
    return rest


WAYS: tuple[Callable[..., list[str]], ...] = (dropped, replaced, reordered)


def other_script() -> dict[int, str]:
    """Return a table from simplified to traditional characters, those of the folding table reversed."""
    lines = (files("index.text") / "traditional.txt").read_text("utf-8").splitlines()
    return {ord(line[1]): line[0] for line in lines if len(line) == 2}


def made_set(bodies: Sequence[str], texts: Sequence[Text], chosen: random.Random) -> None:
    """Print how changed copies are told from others."""
    table = other_script()
    everything = [part for body in bodies for part in sentences(body)]
    by_key: dict[int, set[int]] = {}
    for number, text in enumerate(texts):
        for key in text.sketch.key_hashes():
            by_key.setdefault(key, set()).add(number)
    for way in WAYS:
        for rate in RATES:
            verdicts, reached, there = Verdicts(), 0, 0
            for number, body in enumerate(bodies):
                copy = Text.of("".join(way(sentences(body), rate, everything, chosen)).translate(table))
                verdicts.note(copy.belongs_to(texts[number]), is_reprint(texts[number].sketch, copy.sketch))
                other = texts[chosen.randrange(len(texts))]
                verdicts.note(copy.belongs_to(other), is_reprint(other.sketch, copy.sketch))
                near = {at for value in copy.sketch.hashes for at in by_key.get(value, ())}
                if copy.belongs_to(texts[number]):
                    there += 1
                    reached += number in near
            print(f"{way.__name__:>10} {rate:4.0%}: {verdicts}, found by a key {reached / max(1, there):.3f}")


def real_pairs(texts: Sequence[Text]) -> None:
    """Print how the pairs of the archive itself are told."""
    places: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        for value in text.shingles:
            places.setdefault(value, []).append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for there in places.values():
        for at, one in enumerate(there[:200]):
            for other in there[at + 1 : 200]:
                shared[one, other] += 1
    verdicts = Verdicts()
    for one, other in shared:
        a, b = texts[one], texts[other]
        verdicts.note(a.belongs_to(b), is_reprint(a.sketch, b.sketch))
    print(f"    archive: {verdicts}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--articles", type=int, default=400)
    given = parser.parse_args()
    articles = [article for article in read_archive(given.archive) if article.body.strip()]
    chosen = random.Random(1)
    sample = chosen.sample(articles, min(given.articles, len(articles)))
    analyzer = Analyzer()
    began = time.process_time()
    documents = [analyze(analyzer, article) for article in sample]
    analysed = time.process_time() - began
    began = time.process_time()
    for document in documents:
        document.packed_sketch()
    sketched = time.process_time() - began
    each = 1000 / len(sample)
    print(f"analysis {analysed * each:.2f} ms an article, sketch {sketched * each:.2f} ms")
    bodies = [article.body for article in sample]
    made_set(bodies, [Text.of(body) for body in bodies], chosen)
    real_pairs([Text.of(article.body) for article in articles])


if __name__ == "__main__":
    main()
