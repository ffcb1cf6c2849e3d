"""Find a quotation in one text: all of it, its parts, or what it is most like.

Boundaries of clauses and paragraphs do not count here, because a comma more or
less hides no quotation: texts are compared without them, and positions are led
back to the original characters. How exactly characters agree is decided
afterwards, on the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal, TypeAlias

from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, token_text, tokens_of
from search.corpus.alignment import Alignment, Edit, align
from search.values import Printable

__all__ = [
    "Difference",
    "Nearest",
    "Quoted",
    "Unbroken",
    "Writing",
    "differences",
    "is_literal",
    "nearest",
    "unlike",
]

Writing: TypeAlias = Literal["script", "width", "case", "punctuation"]
"""How characters of equal tokens can differ."""

# No more places of one bigram are looked at in one text, and in the quotation.
_MOST_SEEDS, _MOST_PLACES = 60, 20
_WINDOWS = 2
# Of a quotation with more tokens one window is compared.
_LONG = 500
# Edits of so many tokens together are shown apart though one token stands between them.
_MOST_APART = 3
_SPACES = re.compile(r"[\s\u200b\u2060\ufeff\u00ad]+")


class Unbroken:
    """A text's tokens as one string without boundaries, with the way back to the original.

    Example:
        >>> text = Unbroken.of("他说，「渡輪停航」。")
        >>> text.tokens
        '他说渡轮停航'
        >>> text.original(2, 6)
        (4, 8)
    """

    def __init__(self, text: TokenText) -> None:
        self._text = text
        self.tokens = text.text.replace(BOUNDARY, "")

    @classmethod
    def of(cls, text: str) -> Unbroken:
        """Fold and tokenize a text."""
        return cls(TokenText.of(text))

    @cached_property
    def _boundaries(self) -> list[int]:
        """Where the boundaries would stand in `tokens`."""
        found = (match.start() for match in re.finditer(BOUNDARY, self._text.text))
        return [position - number for number, position in enumerate(found)]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of original characters between two positions in `tokens`, not equal."""
        first = start + bisect_right(self._boundaries, start)
        return self._text.original(first, end + bisect_left(self._boundaries, end))

    def cut(self, start: int, end: int) -> tuple[int, int]:
        """Return the nearest positions around two that lie between tokens."""
        start, end = max(0, start), min(end, len(self.tokens))
        # Within a word there stand an odd number of spaces before a position.
        if self.tokens.count(" ", 0, start) % 2:
            start = self.tokens.rindex(" ", 0, start)
        if self.tokens.count(" ", 0, end) % 2:
            end = self.tokens.index(" ", end) + 1
        return start, end


class Quoted:
    """A quotation, or a part of one: its characters, tokens, and bigrams with their places."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.unbroken = Unbroken.of(text)
        self.string = self.unbroken.tokens
        self.tokens = tokens_of(self.string)
        self.positions = _positions(self.tokens)

    @cached_property
    def core(self) -> str:
        """The characters from the first token to the last."""
        start, end = self.unbroken.original(0, len(self.string))
        return self.text[start:end]

    @cached_property
    def bigrams(self) -> dict[tuple[str, str], list[int]]:
        """Every bigram, boundaries passed over, with the positions where it begins."""
        found: dict[tuple[str, str], list[int]] = {}
        for pair, position in zip(pairwise(self.tokens), self.positions, strict=False):
            found.setdefault(pair, []).append(position)
        return found

    def clauses(self) -> list[tuple[str, ...]]:
        """Return the tokens between boundaries."""
        clauses: list[tuple[str, ...]] = []
        clause: list[str] = []
        for token in [*TokenText.of(self.text).tokens(), BOUNDARY]:
            if token != BOUNDARY:
                clause.append(token)
            elif clause:
                clauses.append(tuple(clause))
                clause = []
        return clauses


@dataclass(frozen=True, slots=True)
class Difference(Printable):
    """One place where a quotation differs from what was written.

    Attributes:
        quoted: The characters in the quotation, "" where it leaves something out.
        written: The characters in the article, "" where the quotation adds something.
        start: Where `quoted` stands, or would, in the text that was asked for.

    Example:
        >>> found = searcher.quotation("台风过境，火车停航一晚")
        >>> found.passages[0].differences
        (Difference(quoted='火车', written='渡轮', start=5),)
    """

    quoted: str
    written: str
    start: int


# Equal tokens, other characters


def is_literal(quoted: str, written: str) -> bool:
    """Tell whether two texts are equal but for white space; much faster than `unlike`."""
    return quoted == written or _SPACES.sub("", quoted) == _SPACES.sub("", written)


def unlike(quoted: str, written: str) -> tuple[Writing, ...]:
    """Return in what the characters of two texts with the same tokens differ.

    White space does not count, nor marks before the first token and after the last.

    Example:
        >>> unlike("渡輪停航，Ｆ３５起飞", "渡轮停航F35起飞")
        ('script', 'width', 'punctuation')
    """
    if is_literal(quoted, written):
        return ()
    kinds: set[Writing] = set()
    for (one, mark), (other, sign) in zip(_tokens_and_marks(quoted), _tokens_and_marks(written), strict=True):
        if mark != sign:
            kinds.add("punctuation")
        if one != other:
            kinds.update(_unlike_token(one, other))
    order: tuple[Writing, ...] = ("script", "width", "case", "punctuation")
    return tuple(kind for kind in order if kind in kinds)


def _tokens_and_marks(text: str) -> list[tuple[str, str]]:
    """Return the characters of each token, and those between it and the next, without white space."""
    layout = TokenText.of(text)
    spans = [layout.original(start, end) for token, start, end in layout.located() if token != BOUNDARY]
    nexts = [start for start, _ in spans[1:]]
    pieces = [(text[start:end], text[end:after]) for (start, end), after in zip(spans, nexts, strict=False)]
    pieces.append((text[slice(*spans[-1])], ""))
    return [(_SPACES.sub("", token), _SPACES.sub("", marks)) for token, marks in pieces]


def _unlike_token(one: str, other: str) -> set[Writing]:
    narrow, slim = unicodedata.normalize("NFKC", one), unicodedata.normalize("NFKC", other)
    if narrow == slim:
        return {"width"}
    kinds: set[Writing] = {"case"} if narrow.casefold() == slim.casefold() else {"script"}
    if (narrow, slim) != (one, other):
        kinds.add("width")
    return kinds


# Other tokens


@dataclass(frozen=True, slots=True)
class Nearest:
    """The part of a text that a quotation is most like, between two positions in the text's tokens.

    `distance` is the number of tokens to insert, drop or replace.
    """

    start: int
    end: int
    distance: int
    edits: tuple[Edit, ...]
    positions: Sequence[int]


def nearest(quoted: Quoted, text: Unbroken, weights: Mapping[tuple[str, str], float]) -> Nearest | None:
    """Return the part of a text that a quotation is most like; None if no bigram of it stands there.

    Only windows of the text are compared, where bigrams of the quotation stand
    at about the same distances as in the quotation.

    Args:
        quoted: The quotation.
        text: The text of one field of an article.
        weights: What each bigram of the quotation counts, such as its idf.
    """
    best: tuple[Alignment, int, list[str]] | None = None
    for start, end in _windows(quoted, text, weights):
        tokens = tokens_of(text.tokens[start:end])
        found = align(quoted.tokens, tokens)
        if found.end > found.start and (best is None or found.distance < best[0].distance):
            best = found, start, tokens
    if best is None:
        return None
    alignment, offset, tokens = best
    positions = [offset + position for position in _positions(tokens)]
    start, end = positions[alignment.start], positions[alignment.end]
    return Nearest(start, end, alignment.distance, alignment.edits, positions)


def differences(
    quoted: Quoted, found: Nearest, text: Unbroken, original: str, *, at: int = 0
) -> tuple[Difference, ...]:
    """Return the edits of a passage in original characters; `at` is where the quotation begins."""
    return tuple(_difference(quoted, found, edit, text, original, at) for edit in _joined(found.edits))


def _joined(edits: Sequence[Edit]) -> list[Edit]:
    """Join edits with one equal token between them, which in longer ones is there by chance."""
    joined: list[Edit] = []
    for edit in edits:
        if joined:
            last = joined[-1]
            changed = last.quoted_end - last.quoted_start + edit.quoted_end - edit.quoted_start
            if edit.quoted_start - last.quoted_end == 1 and changed > _MOST_APART:
                joined[-1] = Edit(last.quoted_start, edit.quoted_end, last.text_start, edit.text_end)
                continue
        joined.append(edit)
    return joined


def _difference(
    quoted: Quoted, found: Nearest, edit: Edit, text: Unbroken, original: str, at: int
) -> Difference:
    first, last = quoted.positions[edit.quoted_start], quoted.positions[edit.quoted_end]
    begin, end = found.positions[edit.text_start], found.positions[edit.text_end]
    written = original[slice(*text.original(begin, end))] if begin < end else ""
    if first < last:
        start, stop = quoted.unbroken.original(first, last)
        return Difference(quoted.text[start:stop], written, at + start)
    _, start = quoted.unbroken.original(0, first) if first else (0, 0)
    return Difference("", written, at + start)


def _windows(
    quoted: Quoted, text: Unbroken, weights: Mapping[tuple[str, str], float]
) -> list[tuple[int, int]]:
    """Return the stretches of a text where a quotation may stand, by the weight of its bigrams there."""
    size = len(quoted.string)
    wide = max(8, size // 4)
    votes: dict[int, float] = defaultdict(float)
    for pair, weight in weights.items():
        string = token_text(pair)
        seeds = _find(text.tokens, string)
        for place in quoted.bigrams.get(pair, [])[:_MOST_PLACES]:
            for bucket in {(seed - place) // wide for seed in seeds}:
                votes[bucket] += weight
                votes[bucket + 1] += weight
    best = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[: 2 * _WINDOWS]
    margin = max(8, size // 2)
    windows: list[tuple[int, int]] = []
    most = _WINDOWS if len(quoted.tokens) <= _LONG else 1
    for bucket, _ in best:
        start, end = bucket * wide - margin, bucket * wide + size + margin
        # Neighbouring buckets are the same place.
        if len(windows) < most and all(abs(start - other) > margin for other, _ in windows):
            windows.append((start, end))
    return [text.cut(start, end) for start, end in windows]


def _find(text: str, wanted: str) -> list[int]:
    places: list[int] = []
    place = text.find(wanted)
    while place >= 0 and len(places) < _MOST_SEEDS:
        places.append(place)
        place = text.find(wanted, place + 1)
    return places


def _positions(tokens: Sequence[str]) -> list[int]:
    """Return where each token begins in their string, and where the last one ends."""
    return list(accumulate((len(token_text((token,))) for token in tokens), initial=0))
