"""Conditions: what a document must satisfy to match, in terms of tokens.

search/query/plan.py makes conditions of a query tree, and each engine evaluates
them in its own way. `matches` defines the right answer. `near_in` and `beside`
are its fast forms on a token text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from index.storage.store import to_seconds
from index.text.document import Document
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY

__all__ = [
    "Added",
    "All",
    "AnyOf",
    "Condition",
    "DateRange",
    "NameIs",
    "NearPhrases",
    "NumberRange",
    "RowIs",
    "TokenPhrase",
    "Without",
    "beside",
    "matches",
    "near",
    "near_in",
    "occurrences",
]


@dataclass(frozen=True, slots=True)
class TokenPhrase:
    """The field of a document, one of `fields`, has these tokens one after the other.

    A BOUNDARY among them must be a boundary there too. With `prefix` the last token
    may be the beginning of a longer one.
    """

    fields: tuple[str, ...]
    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class NearPhrases:
    """Two phrases occur in one field, in either order, without overlap,
    with at most `distance` tokens between them; boundaries do not count."""

    fields: tuple[str, ...]
    left: TokenPhrase
    right: TokenPhrase
    distance: int


@dataclass(frozen=True, slots=True)
class NameIs:
    """One of the article's sources, authors, tags or own keywords equals this name after folding."""

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """The article has a date with `start` <= date < `end`, in seconds since 1970; None is unbounded."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Added:
    """The article came into the index from `start` on and before `end`, in seconds since 1970.

    Engines with an article store are asked for the rows instead; see `StoreReader.resolved`.
    """

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class NumberRange:
    """The article has an own number, or an own date in seconds, with `start` <= number < `end`.

    None is unbounded.
    """

    field: str
    start: float | None
    end: float | None

    def holds(self, number: float | None) -> bool:
        """Return whether a number lies in the range; None is the lack of one."""
        return (
            number is not None
            and (self.start is None or self.start <= number)
            and (self.end is None or number < self.end)
        )


@dataclass(frozen=True, slots=True)
class RowIs:
    """The article has one of these rows."""

    rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class All:
    """Every part matches; without parts, every article matches."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part matches."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not match."""

    part: Condition


Condition: TypeAlias = (
    TokenPhrase | NearPhrases | NameIs | DateRange | NumberRange | Added | RowIs | All | AnyOf | Without
)


def matches(document: Document, match: Condition, *, row: int | None = None) -> bool:
    """Return whether a document, which is in `row`, satisfies a condition: the definition for all engines."""
    match match:
        case TokenPhrase():
            return any(any(occurrences(document.stream(field, "tokens"), match)) for field in match.fields)
        case NearPhrases():
            return any(near(document.stream(field, "tokens"), match) for field in match.fields)
        case NameIs():
            return match.term in document.names(match.field)
        case DateRange():
            seconds = to_seconds(document.article.date)
            return (
                seconds is not None
                and (match.start is None or match.start <= seconds)
                and (match.end is None or seconds < match.end)
            )
        case NumberRange():
            return match.holds(document.own_number(match.field))
        case RowIs():
            return row in match.rows
        case Added():
            raise TypeError(f"{match} was not resolved")
        case All():
            return all(matches(document, part, row=row) for part in match.parts)
        case AnyOf():
            return any(matches(document, part, row=row) for part in match.parts)
        case _:
            return not matches(document, match.part, row=row)


def near(tokens: list[str], match: NearPhrases) -> bool:
    """Return whether the two phrases occur near each other among the tokens of one field."""
    counted = _positions(tokens)
    lefts = [(counted[at], counted[end]) for at, end in occurrences(tokens, match.left)]
    rights = [(counted[at], counted[end]) for at, end in occurrences(tokens, match.right)]
    return any(
        0 <= max(right - left_end, left - right_end) <= match.distance
        for left, left_end in lefts
        for right, right_end in rights
    )


def occurrences(tokens: list[str], phrase: TokenPhrase) -> Iterator[tuple[int, int]]:
    """Yield the start and end index of each occurrence of a phrase among tokens."""
    *head, last = phrase.tokens
    for at in _begins(tokens, phrase.tokens[0], prefix=phrase.prefix and not head):
        end = at + len(head)
        if tokens[at:end] != head or end >= len(tokens):
            continue
        if tokens[end] == last or (phrase.prefix and tokens[end].startswith(last)):
            yield at, end + 1


def _begins(tokens: list[str], first: str, *, prefix: bool) -> Iterator[int]:
    """Yield each index of a token equal to `first`, or with `prefix` beginning with it."""
    if prefix:
        yield from (at for at, token in enumerate(tokens) if token.startswith(first))
        return
    at = -1
    try:
        while True:
            at = tokens.index(first, at + 1)
            yield at
    except ValueError:
        return


def _positions(tokens: list[str]) -> list[int]:
    """Return, for each index, the number of tokens before it, without boundaries."""
    counted = [0]
    for token in tokens:
        counted.append(counted[-1] + (token != BOUNDARY))
    return counted


def near_in(text: TokenText, match: NearPhrases) -> bool:
    """Return what `near` returns, for a token text and many times faster."""
    return any(beside(text, match.left, match.right, match.distance))


def beside(
    text: TokenText, phrase: TokenPhrase, other: TokenPhrase, distance: int
) -> Iterator[tuple[int, int]]:
    """Yield the occurrences of `phrase` that have `other` near them, as `near` counts, in linear time."""
    places = list(text.find(phrase.tokens, prefix=phrase.prefix))
    others = list(text.find(other.tokens, prefix=other.prefix)) if places else []
    if not others:
        return
    edges = sorted({edge for place in (*places, *others) for edge in place})
    counted = dict(zip(edges, text.counts(edges), strict=True))
    starts = [counted[start] for start, _ in others]
    ends = [counted[end] for _, end in others]
    for place in places:
        start, end = counted[place[0]], counted[place[1]]
        after = bisect_left(starts, end)
        before = bisect_right(ends, start)
        if (after < len(starts) and starts[after] - end <= distance) or (
            before and start - ends[before - 1] <= distance
        ):
            yield place
