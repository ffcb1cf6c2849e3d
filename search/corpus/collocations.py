"""Collocations: the words, or bigrams, that stand near a query more often than by chance.

The articles found are cut into words. Those within a window around an
occurrence are compared with the rest of the same articles, so what is counted
is nearness, and not what the articles are about. For each word there is a
table of counts; the words of the occurrences themselves are in none of them,
and a word within two windows counts once, for the nearer occurrence:

                 in a window    elsewhere
    this word        O11           O12        C1 = O11 + O12
    other words      O21           O22
                 R1 = O11 + O21                N, all four together

With E11 = R1 · C1 / N, which is what chance would put there:

- mutual information = log2(O11 / E11)
  Church and Hanks (1990), Word association norms, mutual information, and
  lexicography, Computational Linguistics 16(1). Prefers rare words.
- log-likelihood = 2 · Σ O · ln(O / E) over the four cells
  Dunning (1993), Accurate methods for the statistics of surprise and
  coincidence, Computational Linguistics 19(1). 10.83 is p < 0.001.
- logDice = 14 + log2(2 · O11 / (f + C1)), with f occurrences of the query
  Rychlý (2008), A lexicographer-friendly association score, RASLAN. 14 at most
  where a word stands once by each occurrence; independent of the archive's size.

Words that stand near the query less often than by chance are left out.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from index.errors import UsageError
from index.text.analyzer import Analyzer, bigram, bigrams
from index.text.document import original
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY
from search.corpus.occurrences import FIELDS, Finder, batches, check_looks_for_text, rows_in_time
from search.engines.base import Reader
from search.query.plan import Plan
from search.tables import Tabular
from search.values import Printable, names_of

__all__ = [
    "MAX_WINDOW",
    "Collocate",
    "CollocateOf",
    "CollocateSort",
    "Collocations",
    "Window",
    "collocations",
]

CollocateOf: TypeAlias = Literal["words", "bigrams"]
Window: TypeAlias = int | Literal["sentence", "paragraph"]
CollocateSort: TypeAlias = Literal["log_likelihood", "log_dice", "mutual_information", "observed"]

MAX_WINDOW: Final = 100
"""Most words on each side of an occurrence."""

_SENTENCE_END = re.compile(r"[。！？!?…\n]|\.(?=\s)")


@dataclass(frozen=True, slots=True)
class Collocate(Printable):
    """A word or bigram near a query.

    Attributes:
        text: It, as it is written where it is first.
        observed: How often it stands in a window.
        expected: How often chance would put it there.
        left: How many of the observed stand before the occurrence.
        right: How many stand after it.
        log_dice: How typical it is; 14 at most where it stands once by each occurrence.
        log_likelihood: How sure it is that this is no chance.
        mutual_information: How many times, as a power of two, it is more frequent than by chance.

    Example:
        >>> found = searcher.collocations("渡轮", min_count=1).collocates[0]
        >>> found.text, found.observed
        ('停航', 2)
    """

    text: str
    observed: int
    expected: float
    left: int
    right: int
    log_dice: float
    log_likelihood: float
    mutual_information: float


@dataclass(frozen=True, slots=True)
class Collocations(Tabular, Printable):
    """What stands near a query.

    Attributes:
        query: The query.
        of: "words" or "bigrams".
        window: So many words on each side, or "sentence" or "paragraph".
        articles: The articles that match.
        occurrences: The occurrences in them.
        words: All words, or bigrams, of these articles but those of the occurrences.
        collocates: The words or bigrams, in the order asked for.

    Example:
        >>> found = searcher.collocations("渡轮", window="paragraph")
        >>> found.articles, found.occurrences
        (2, 4)
    """

    query: str
    of: CollocateOf
    window: Window
    articles: int
    occurrences: int
    words: int
    collocates: tuple[Collocate, ...]

    def _table(self) -> dict[str, list[Any]]:
        return {name: [getattr(one, name) for one in self.collocates] for name in names_of(Collocate)}


def collocations(
    reader: Reader,
    plan: Plan,
    *,
    query: str,
    analyzer: Analyzer,
    of: CollocateOf,
    window: Window,
    min_count: int,
    limit: int | None,
    sort: CollocateSort,
) -> Collocations:
    """Count what stands near a plan's occurrences; see `Searcher.collocations`.

    Args:
        reader: Where the articles are.
        plan: What occurs.
        query: The query that was asked.
        analyzer: Cuts words; words must not overlap.
        of: What is counted.
        window: See `Collocations`.
        min_count: Leave out what is observed less often.
        limit: Most collocates; None for all.
        sort: The order, greatest first.

    Raises:
        QueryError: Nothing in the query can occur.
        UsageError: An argument makes no sense.
    """
    _check(of=of, window=window, min_count=min_count, limit=limit, sort=sort)
    check_looks_for_text(plan, query)
    rows = rows_in_time(reader, plan)
    table = _count(reader, plan, rows, analyzer, of, window)
    found = [
        table.collocate(word) for word in table.near if table.near[word] >= min_count and table.is_near(word)
    ]
    found.sort(key=lambda pair: (-getattr(pair[1], sort), -pair[1].log_likelihood, pair[0]))
    named = tuple(_written(reader, found[:limit], table))
    return Collocations(query, of, window, len(rows), table.occurrences, table.total, named)


def _check(*, of: object, window: object, min_count: int, limit: int | None, sort: object) -> None:
    if of not in get_args(CollocateOf):
        raise UsageError(f"there are no collocations of {of!r}; there are {', '.join(get_args(CollocateOf))}")
    if sort not in get_args(CollocateSort):
        raise UsageError(f"there is no order {sort!r}; there are {', '.join(get_args(CollocateSort))}")
    is_number = isinstance(window, int) and 1 <= window <= MAX_WINDOW
    if not is_number and window not in ("sentence", "paragraph"):
        raise UsageError(
            f"window must be a number from 1 to {MAX_WINDOW}, sentence or paragraph, not {window!r}"
        )
    if min_count < 1 or (limit is not None and limit < 0):
        raise UsageError(f"min_count must be at least 1 and limit not negative: {min_count}, {limit}")


def _count(
    reader: Reader, plan: Plan, rows: Sequence[int], analyzer: Analyzer, of: CollocateOf, window: Window
) -> _Table:
    """Count all words or bigrams of some articles, and those in windows."""
    table = _Table()
    finder = Finder(plan)
    cut = analyzer.words if of == "words" else bigrams

    def locate(text: TokenText, start: int, end: int) -> list[_Item]:
        return _words(text, start, end, analyzer) if of == "words" else _bigrams(text, start, end)

    for some in batches(rows):
        texts = reader.token_texts(some)
        # Only the ends of sentences need the originals.
        articles = reader.articles(some) if window == "sentence" else {}
        for row in some:
            for field, text in zip(FIELDS, texts[row], strict=True):
                written = original(articles[row], field) if row in articles else ""
                done = 0
                # Only words near an occurrence need to be located, which takes longer than to count them.
                for start, end, places in _regions(text, finder.places(text, field=field)):
                    table.count(cut(text.tokens(done, start)))
                    items = locate(text, start, end)
                    table.add((row, field), items, places, _ranges(text, items, places, window, written))
                    done = end
                table.count(cut(text.tokens(done)))
    return table


class _Item(NamedTuple):
    """A word or bigram, and the positions around it."""

    text: str
    start: int
    end: int


# A first stretch of text in which a word stands, to be read when it is shown.
_Where: TypeAlias = tuple[tuple[int, str], int, int]


class _Table:
    """The counts of all words."""

    def __init__(self) -> None:
        self.near: Counter[str] = Counter()
        self.where: dict[str, _Where] = {}
        self.occurrences = 0
        self.total = 0
        self._left: Counter[str] = Counter()
        self._all: Counter[str] = Counter()
        self._windows = 0

    def add(
        self,
        field: tuple[int, str],
        items: Sequence[_Item],
        places: Sequence[tuple[int, int]],
        ranges: Sequence[tuple[int, int]],
    ) -> None:
        """Count the items of some paragraphs; `ranges` are the items around each place."""
        self.occurrences += len(places)
        nodes = _nodes(items, places)
        inside = {at for first, last in nodes for at in range(first, last)}
        self._all.update(item.text for item in items)
        self._all.subtract(items[at].text for at in inside)
        self.total += len(items) - len(inside)
        for at, side in _sides(nodes, ranges).items():
            word, start, end = items[at]
            self.near[word] += 1
            self._left[word] += side == "left"
            self._windows += 1
            if word not in self.where:
                self.where[word] = field, start, end

    def count(self, words: Sequence[str]) -> None:
        """Count words that are in no window."""
        self._all.update(words)
        self.total += len(words)

    def is_near(self, word: str) -> bool:
        """Return whether a word stands in the windows more often than by chance."""
        return self.near[word] * self.total > self._windows * self._all[word]

    def collocate(self, word: str) -> tuple[str, Collocate]:
        """Return a word and its counts and scores."""
        observed, count, windows, total = self.near[word], self._all[word], self._windows, self.total
        expected = windows * count / total
        cells = (
            (observed, expected),
            (count - observed, (total - windows) * count / total),
            (windows - observed, windows * (total - count) / total),
            (total - windows - count + observed, (total - windows) * (total - count) / total),
        )
        return word, Collocate(
            text=word,
            observed=observed,
            expected=expected,
            left=self._left[word],
            right=observed - self._left[word],
            log_dice=14 + math.log2(2 * observed / (self.occurrences + count)),
            log_likelihood=2 * sum(seen * math.log(seen / chance) for seen, chance in cells if seen),
            mutual_information=math.log2(observed / expected),
        )


def _regions(
    text: TokenText, places: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Return the positions around the paragraphs that hold occurrences, and these.

    A phrase with a boundary in it may reach over several paragraphs.
    """
    some: list[tuple[int, int]] = []
    start = end = 0
    for place in places:
        if some and place[0] < end:
            some.append(place)
        else:
            if some:
                yield start, end, some
            start, end = text.paragraph(place[0])
            some = [place]
        if place[1] > end:
            end = text.paragraph(place[1] - 1)[1]
    if some:
        yield start, end, some


def _words(text: TokenText, start: int, end: int, analyzer: Analyzer) -> list[_Item]:
    items = []
    string, position = text.text, start
    for word in analyzer.words(text.tokens(start, end)):
        while string[position] == BOUNDARY:
            position += 1
        # A word of letters or digits stands between spaces.
        after = position + len(word) + (2 if string[position] == " " else 0)
        items.append(_Item(word, position, after))
        position = after
    return items


def _bigrams(text: TokenText, start: int, end: int) -> list[_Item]:
    return [
        _Item(bigram(first, second), begin, after)
        for (first, begin, _), (second, _, after) in pairwise(text.located(start, end))
        if first != BOUNDARY != second
    ]


def _nodes(items: Sequence[_Item], places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return for each place the first item that it overlaps, and the one after the last."""
    starts, ends = [item.start for item in items], [item.end for item in items]
    return [(bisect_right(ends, start), bisect_left(starts, end)) for start, end in places]


def _ranges(
    text: TokenText, items: Sequence[_Item], places: Sequence[tuple[int, int]], window: Window, written: str
) -> list[tuple[int, int]]:
    """Return for each place the first item in its window, and the one after the last."""
    if window == "sentence":
        return list(_sentences(text, items, places, written))
    if window == "paragraph":
        return [(0, len(items))] * len(places)
    return [(max(0, first - window), min(len(items), last + window)) for first, last in _nodes(items, places)]


def _sentences(
    text: TokenText, items: Sequence[_Item], places: Sequence[tuple[int, int]], written: str
) -> Iterator[tuple[int, int]]:
    def begin(item: _Item) -> int:
        return text.original(item.start, item.end)[0]

    ends = [match.end() for match in _SENTENCE_END.finditer(written)]
    for place in places:
        start, end = text.original(*place)
        after = bisect_right(ends, start)
        until = bisect_left(ends, end)
        first = bisect_left(items, ends[after - 1], key=begin) if after else 0
        yield first, bisect_left(items, ends[until], key=begin) if until < len(ends) else len(items)


def _sides(
    nodes: Sequence[tuple[int, int]], ranges: Sequence[tuple[int, int]]
) -> dict[int, Literal["left", "right"]]:
    """Return on which side of the nearest occurrence each item of a window stands, in linear time."""
    sides: dict[int, Literal["left", "right"]] = {}
    for at, ((first, last), (begin, end)) in enumerate(zip(nodes, ranges, strict=True)):
        lowest, seen = (nodes[at - 1][1], ranges[at - 1][1]) if at else (0, 0)
        for number in range(max(begin, lowest), first):
            # The earlier of two that are equally near.
            if number >= seen or first - number < number - lowest + 1:
                sides[number] = "left"
        for number in range(last, min(end, nodes[at + 1][0] if at + 1 < len(nodes) else end)):
            sides[number] = "right"
    return sides


def _written(reader: Reader, found: Sequence[tuple[str, Collocate]], table: _Table) -> Iterator[Collocate]:
    """Return the collocates as the articles write them."""
    rows = sorted({table.where[word][0][0] for word, _ in found})
    texts, articles = reader.token_texts(rows), reader.articles(rows)
    for word, collocate in found:
        (row, field), start, end = table.where[word]
        begin, stop = texts[row][FIELDS.index(field)].original(start, end)
        yield replace(collocate, text=" ".join(original(articles[row], field)[begin:stop].split()))
