"""What differs between two texts, sentence by sentence: changed, added and dropped sentences.

Sentences with the same tokens are paired first, wherever they stand, then those
that have many tokens and bigrams in common. Time and memory grow with the length
of both texts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.text.tokens import BOUNDARY, tokenize
from search.timing import check_time
from search.values import Printable

__all__ = ["Rewording", "SentenceChange", "rewording"]

# The end of a sentence with the marks that belong to it; a full stop only before a space.
_END = re.compile(r"[。！？!?…；;]+[”」』’）)\"']*|\.(?=\s)|\n")
# Two sentences with this share of their tokens and bigrams in common (Dice) are one that was changed.
_ALIKE = 0.4
# A bigram in more of the sentences tells nothing; a longer sentence is compared by its beginning.
_MOST_SENTENCES = 20
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class SentenceChange(Printable):
    """A sentence that differs.

    Attributes:
        kind: "changed"; "dropped", if only the article asked about has it; "added", if only the other has it.
        sentence: The sentence in the article that was asked about, "" if it was added.
        other: The sentence in the other article, "" if it was dropped.

    Example:
        >>> searcher.rewording("晨报/1.md", "晚报/1.md").changes[0]
        SentenceChange(kind='dropped', sentence='台风过境，渡轮停航一晚。', other='')
    """

    kind: Literal["changed", "added", "dropped"]
    sentence: str
    other: str


@dataclass(frozen=True, slots=True)
class Rewording(Printable):
    """How the text of one article differs from that of another.

    Attributes:
        id: The article that was asked about.
        other: The article it was compared with.
        kept: How many sentences of it are in the other, but for script and punctuation.
        moved: How many of these stand in another order.
        changes: All other sentences, in the order of the other article.

    Example:
        >>> found = searcher.rewording("晨报/1.md", "晨报/1.md")
        >>> found.kept, found.changes
        (1, ())
    """

    id: str
    other: str
    kept: int
    moved: int
    changes: tuple[SentenceChange, ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    tokens: tuple[str, ...]


def rewording(id: str, text: str, other_id: str, other_text: str) -> Rewording:
    """Compare two texts; the second is taken for a version of the first."""
    before, after = list(_sentences(text)), list(_sentences(other_text))
    pairs = _same(before, after)
    kept = [pairs[at] for at in sorted(pairs)]
    changed = _alike(before, after, pairs)
    return Rewording(
        id, other_id, len(kept), len(kept) - _in_order(kept), tuple(_changes(before, after, pairs, changed))
    )


def _sentences(text: str) -> Iterator[_Sentence]:
    start = 0
    ends = [match.end() for match in _END.finditer(text)]
    for end in [*ends, len(text)]:
        check_time()
        if tokens := tuple(token for token in tokenize(text[start:end]) if token != BOUNDARY):
            yield _Sentence(text[start:end].strip(), tokens)
        start = end


def _same(before: Sequence[_Sentence], after: Sequence[_Sentence]) -> dict[int, int]:
    """Return by its number the number of the sentence with the same tokens; each is taken once."""
    places: dict[tuple[str, ...], deque[int]] = defaultdict(deque)
    for number, sentence in enumerate(after):
        places[sentence.tokens].append(number)
    return {
        number: places[sentence.tokens].popleft()
        for number, sentence in enumerate(before)
        if places.get(sentence.tokens)
    }


def _alike(before: Sequence[_Sentence], after: Sequence[_Sentence], pairs: dict[int, int]) -> dict[int, int]:
    """Return by its number the number of the sentence that is most like it, among those without a pair."""
    taken = set(pairs.values())
    pieces = {at: _pieces(sentence) for at, sentence in enumerate(after) if at not in taken}
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, some in pieces.items():
        for piece in some:
            places[piece].append(at)
    likely: list[tuple[float, int, int]] = []
    for number, sentence in enumerate(before):
        check_time()
        if number in pairs:
            continue
        mine = _pieces(sentence)
        near = {
            at
            for piece in mine
            if len(piece) > 1 and len(there := places.get(piece, ())) <= _MOST_SENTENCES
            for at in there
        }
        for at in near:
            alike = 2 * len(mine & pieces[at]) / (len(mine) + len(pieces[at]))
            if alike >= _ALIKE:
                likely.append((-alike, number, at))
    found: dict[int, int] = {}
    for _, number, at in sorted(likely):
        if number not in found and at not in taken:
            found[number] = at
            taken.add(at)
    return found


def _pieces(sentence: _Sentence) -> set[tuple[str, ...]]:
    """Return the tokens and bigrams of a sentence."""
    tokens = sentence.tokens[:_LONGEST]
    return {(token,) for token in tokens} | set(pairwise(tokens))


def _in_order(numbers: Sequence[int]) -> int:
    """Return the length of the longest ascending part of some numbers."""
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)


def _changes(
    before: Sequence[_Sentence],
    after: Sequence[_Sentence],
    pairs: dict[int, int],
    changed: dict[int, int],
) -> Iterator[SentenceChange]:
    """Yield all differences in the order of the other text; what was dropped follows what it followed."""
    came_from = {at: number for number, at in (pairs | changed).items()}
    # What was dropped by the number of the sentence that it came after.
    dropped: dict[int, list[SentenceChange]] = defaultdict(list)
    last = -1
    for number, sentence in enumerate(before):
        if number in pairs or number in changed:
            last = number
        else:
            dropped[last].append(SentenceChange("dropped", sentence.text, ""))
    yield from dropped[-1]
    for at, sentence in enumerate(after):
        came = came_from.get(at)
        if came is None:
            yield SentenceChange("added", "", sentence.text)
            continue
        if came in changed:
            yield SentenceChange("changed", before[came].text, sentence.text)
        yield from dropped.pop(came, ())
