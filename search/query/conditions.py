"""What a document must hold to match: the query tree in terms of tokens.

Every engine answers these nodes, each in its own way; `matches` is the
definition.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from index.storage.store import to_seconds
from index.text.document import Document, NameField
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY

__all__ = [
    "All",
    "AnyOf",
    "Condition",
    "DateRange",
    "NameIs",
    "NearPhrases",
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
    """These tokens, one after the other, in one of the fields.

    A BREAK among them must be a break there too. With `prefix` the last unit
    need only be the beginning of one.
    """

    fields: tuple[str, ...]
    tokens: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class NearPhrases:
    """Two phrases in one of the fields, in either order, not overlapping,
    with at most `distance` tokens between them; breaks do not count."""

    fields: tuple[str, ...]
    left: TokenPhrase
    right: TokenPhrase
    distance: int


@dataclass(frozen=True, slots=True)
class NameIs:
    """One of the article's sources, authors or tags is this whole name, folded."""

    field: NameField
    term: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """The article has a date from `start` on and before `end`, in seconds since 1970."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class All:
    """Every part matches; without parts, every article."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part matches."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not match."""

    part: Condition


Condition: TypeAlias = TokenPhrase | NearPhrases | NameIs | DateRange | All | AnyOf | Without


def matches(document: Document, match: Condition) -> bool:
    """Whether a document matches: the definition."""
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
        case All():
            return all(matches(document, part) for part in match.parts)
        case AnyOf():
            return any(matches(document, part) for part in match.parts)
        case _:
            return not matches(document, match.part)


def near(tokens: list[str], match: NearPhrases) -> bool:
    """Whether the two phrases stand near each other among the tokens of one field."""
    counted = _positions(tokens)
    lefts = [(counted[at], counted[end]) for at, end in occurrences(tokens, match.left)]
    rights = [(counted[at], counted[end]) for at, end in occurrences(tokens, match.right)]
    return any(
        0 <= max(right - left_end, left - right_end) <= match.distance
        for left, left_end in lefts
        for right, right_end in rights
    )


def occurrences(tokens: list[str], phrase: TokenPhrase) -> Iterator[tuple[int, int]]:
    """First index and index after the last of every place where the phrase stands."""
    *head, last = phrase.tokens
    for at in _begins(tokens, phrase.tokens[0], prefix=phrase.prefix and not head):
        end = at + len(head)
        if tokens[at:end] != head or end >= len(tokens):
            continue
        if tokens[end] == last or (phrase.prefix and tokens[end].startswith(last)):
            yield at, end + 1


def _begins(tokens: list[str], first: str, *, prefix: bool) -> Iterator[int]:
    """Where a unit stands, or with `prefix` a unit that begins so."""
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
    """For every index, how many tokens, without breaks, stand before it."""
    counted = [0]
    for token in tokens:
        counted.append(counted[-1] + (token != BOUNDARY))
    return counted


def near_in(text: TokenText, match: NearPhrases) -> bool:
    """Tell the same as `near` about a token text, many times faster."""
    return any(beside(text, match.left, match.right, match.distance))


def beside(
    text: TokenText, phrase: TokenPhrase, other: TokenPhrase, distance: int
) -> Iterator[tuple[int, int]]:
    """The places of `phrase` that have `other` near them, as `near` counts, in linear time."""
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
