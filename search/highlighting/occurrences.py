"""Find the occurrences of a plan's words and phrases in the token text of one field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, can_be_cut, token_text
from search.query.conditions import All, Condition, NearPhrases, TokenPhrase, beside
from search.query.plan import Clause, Plan
from search.query.ranking import FUNCTION_WORDS

__all__ = ["Place", "Target", "Targets", "apart"]


Place: TypeAlias = tuple[int, int, int]
"""An occurrence of a target: start and end in the token text, and the target's number."""


@dataclass(frozen=True, slots=True)
class Target:
    """A phrase to highlight: everywhere, or as one side of a distance where that holds."""

    phrase: TokenPhrase
    near: NearPhrases | None = None

    @property
    def size(self) -> int:
        """The number of tokens."""
        return len(self.phrase.tokens) - self.phrase.tokens.count(BOUNDARY)

    def places(self, text: TokenText, needle: str) -> Iterator[tuple[int, int]]:
        """Yield start and end of every occurrence, ascending; `needle` is the phrase as a token text."""
        if self.near is None:
            return text.find(needle, prefix=self.phrase.prefix)
        other = self.near.right if self.phrase == self.near.left else self.near.left
        return beside(text, self.phrase, other, self.near.distance)


class Targets:
    """The words and phrases to highlight in one field.

    These are all phrases and all groups of words of each clause, in each of its
    readings, with two exceptions. A single Han character out of a longer
    clause (向 in 日本向乌克兰) tells little and stands everywhere: it is
    highlighted together with the word before or after it in the clause, and
    alone only where a text holds nothing else of the clause; function words not
    even then, if the clause has other words. The words of a group (网信 of
    网信办) are highlighted by themselves only in such a text, too.
    Of `"日本" ~10 "乌克兰"` only occurrences within the distance of each other are
    highlighted, unless the query also asks for the phrase without a distance.
    """

    def __init__(self, plan: Plan, field: str) -> None:
        numbers: dict[Target, int] = {}

        def numbered(targets: Iterable[Target]) -> list[int]:
            here = (target for target in targets if field in target.phrase.fields)
            return [numbers.setdefault(target, len(numbers)) for target in here]

        clauses = [clause for clause in plan.clauses if not clause.negated]
        self._clauses = [(numbered(_strong(clause)), numbered(_weak(clause))) for clause in clauses]
        self._occurring = {number for strong, _ in self._clauses for number in strong}
        self._wholes = [whole for clause in clauses for whole in _wholes(clause) if field in whole.fields]
        self._all = [(target, token_text(target.phrase.tokens)) for target in numbers]
        self._only = self._only_needle()
        self.sizes = [target.size for target in numbers]
        """The number of tokens of each target."""

    def _only_needle(self) -> str | None:
        """Return what is looked for if it is one phrase and nothing else."""
        if len(self._all) != 1 or not self._occurring or self._wholes:
            return None
        target, needle = self._all[0]
        return None if target.near or target.phrase.prefix else needle

    def places(self, text: TokenText) -> list[Place]:
        """Return every occurrence to highlight, ascending; they may overlap."""
        found: dict[int, list[tuple[int, int]]] = {}
        for strong, weak in self._clauses:
            if not self._look_for(strong, text, found):
                self._look_for(weak, text, found)
        return sorted([(start, end, number) for number, spans in found.items() for start, end in spans])

    def _look_for(
        self, numbers: Iterable[int], text: TokenText, found: dict[int, list[tuple[int, int]]]
    ) -> bool:
        """Add the occurrences of some targets to `found`, and return whether there are any."""
        any_found = False
        for number in numbers:
            if number not in found:
                target, needle = self._all[number]
                found[number] = list(target.places(text, needle))
            any_found = any_found or bool(found[number])
        return any_found

    def count(self, text: TokenText, places: list[Place] | None = None) -> int:
        """Return the number of `occurrences`; see there for the arguments."""
        # Python's count is of places apart, too: the first, and each that begins after the one before.
        return len(self.occurrences(text, places)) if self._only is None else text.text.count(self._only)

    def occurrences(self, text: TokenText, places: list[Place] | None = None) -> list[tuple[int, int]]:
        """The positions around each occurrence, ascending; occurrences do not overlap.

        These are the highlights without what is highlighted only because
        nothing else of its clause stands in the text. A bare clause that stands
        as a whole is one occurrence. Of places that overlap, the first counts,
        and of those that begin together the longest.

        Args:
            text: The token text of the field.
            places: All of its `places`, where these are known.
        """
        places = self.places(text) if places is None else places
        if not places:
            return []
        found = [(start, -end) for start, end, number in places if number in self._occurring]
        if not found:
            return []
        for whole in self._wholes:
            found += [(start, -end) for start, end in text.find(whole.tokens, prefix=whole.prefix)]
        return apart(found)


def apart(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places that overlap none before them; of those that begin together the longest.

    Args:
        found: Pairs of the start and the negative end.
    """
    kept: list[tuple[int, int]] = []
    free = 0
    for start, end in sorted(found):
        if start >= free:
            free = -end
            kept.append((start, free))
    return kept


def _wholes(clause: Clause) -> Iterator[TokenPhrase]:
    """The words of a bare clause as one phrase, in each way that it is read."""
    for reading in clause.readings():
        words = reading.phrases
        if len(words) > 1:
            tokens = tuple(token for word in words for token in word.tokens)
            yield TokenPhrase(words[0].fields, tokens, prefix=words[-1].prefix)


def _strong(clause: Clause) -> Iterator[Target]:
    for reading in clause.readings():
        words = reading.phrases
        for before, word, after in zip((None, *words), words, (*words[1:], None), strict=False):
            if not _is_weak(word, words):
                yield Target(word, clause.near)
                continue
            if before is not None:
                yield Target(TokenPhrase(word.fields, before.tokens + word.tokens))
            if after is not None:
                yield Target(TokenPhrase(word.fields, word.tokens + after.tokens, prefix=after.prefix))


def _weak(clause: Clause) -> list[Target]:
    weak: list[TokenPhrase] = []
    for reading in clause.readings():
        words = reading.phrases
        weak += [word for word in words if _is_weak(word, words)]
        weak += [word for word in _words(reading.loose) if word not in words]
    telling = [word for word in weak if "".join(word.tokens) not in FUNCTION_WORDS]
    others = any("".join(word.tokens) not in FUNCTION_WORDS for word in clause.phrases)
    return [Target(word) for word in (telling if telling or others else weak)]


def _words(conditions: Iterable[Condition]) -> Iterator[TokenPhrase]:
    for condition in conditions:
        if isinstance(condition, TokenPhrase):
            yield condition
        elif isinstance(condition, All):
            yield from _words(condition.parts)


def _is_weak(word: TokenPhrase, words: tuple[TokenPhrase, ...]) -> bool:
    return len(words) > 1 and len(word.tokens) == 1 and can_be_cut(word.tokens[0])
