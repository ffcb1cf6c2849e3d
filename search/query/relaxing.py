"""Relax conditions: what partial matches must satisfy instead of the condition of full ones.

Bare text gives way: some of its words suffice. Quoted phrases, text with a field,
filters and negations hold in partial matches too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search.query.conditions import All, AnyOf, Condition, NearPhrases, TokenPhrase, Without
from search.query.ranking import FUNCTION_WORDS

__all__ = ["Bare", "relax", "strip"]


@dataclass(frozen=True, slots=True)
class Bare(All):
    """The groups of words of one bare clause without a field, and its relaxed form.

    A type of its own, so that relaxing can tell bare text from other conjunctions.
    """

    loose: tuple[Condition, ...] = ()


def relax(match: Condition) -> Condition:
    """Return the condition of partial matches: some of the bare words suffice.

    In a conjunction all other parts must match, and one of all the bare words; none
    of them if a phrase must match anyway, so that 「北海道」 原名 also finds
    articles with only 北海道. In an alternative each part is relaxed.
    """
    match match:
        case Bare():
            return AnyOf(_telling_words(match.loose))
        case All():
            words = [word for part in match.parts if _is_bare(part) for word in _bare_words(part)]
            rest = [relax(part) for part in match.parts if not _is_bare(part)]
            if words and not any(map(_needs_text, rest)):
                rest.append(AnyOf(_telling_words(words)))
            return All(tuple(rest))
        case AnyOf():
            return AnyOf(tuple(relax(part) for part in match.parts))
        case _:
            return match


def _needs_text(match: Condition) -> bool:
    """Return whether a matching article must have some text of the query."""
    match match:
        case All():
            return any(map(_needs_text, match.parts))
        case AnyOf():
            return all(map(_needs_text, match.parts))
        case _:
            return isinstance(match, TokenPhrase | NearPhrases)


def _telling_words(words: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return words without function words, which nearly every article has; these if there are no others."""
    telling = [
        word
        for word in words
        if not (isinstance(word, TokenPhrase) and "".join(word.tokens) in FUNCTION_WORDS)
    ]
    return tuple(dict.fromkeys(telling or words))


def _is_bare(match: Condition) -> bool:
    """Return whether a condition is made of nothing but bare text."""
    return isinstance(match, Bare) or (
        isinstance(match, All | AnyOf) and all(_is_bare(part) for part in match.parts)
    )


def _bare_words(match: Condition) -> Iterator[Condition]:
    if isinstance(match, Bare):
        yield from match.loose
    elif isinstance(match, All | AnyOf):
        for part in match.parts:
            yield from _bare_words(part)
    else:
        yield match


def strip(match: Condition) -> Condition:
    """Return the condition without needless nesting, with `Bare` replaced by `All`."""
    match match:
        case All() | AnyOf():
            kind = AnyOf if isinstance(match, AnyOf) else All
            parts: list[Condition] = []
            for part in map(strip, match.parts):
                parts.extend(part.parts if isinstance(part, kind) else [part])
            return parts[0] if len(parts) == 1 else kind(tuple(dict.fromkeys(parts)))
        case Without():
            return Without(strip(match.part))
        case _:
            return match
