"""What a plan looks for in one field, and where a text holds it.

Matches are found in tokens, so they fall on the right characters whatever the
script, width or case of query and article.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from index.text.fold import fold
from index.text.tokens import BOUNDARY, can_be_cut, locate
from search.highlighting.glance import Look
from search.query.conditions import All, Condition, NearPhrases, TokenPhrase, beside, occurrences
from search.query.plan import Clause, Plan
from search.query.ranking import FUNCTION_WORDS

__all__ = ["Highlight", "Occurrence", "Target", "Targets", "merged"]


@dataclass(frozen=True, slots=True)
class Target:
    """A phrase to highlight: everywhere, or as one side of a distance where that holds."""

    phrase: TokenPhrase
    near: NearPhrases | None = None

    def occurrences(self, tokens: list[str]) -> Iterator[tuple[int, int]]:
        """First index and index after the last of every place of the target."""
        if self.near is None:
            return occurrences(tokens, self.phrase)
        other = self.near.right if self.phrase == self.near.left else self.near.left
        return beside(tokens, self.phrase, other, self.near.distance)


class Occurrence(NamedTuple):
    """A place of a target: its tokens, counted so that those of two lines never touch, and its characters."""

    first: int
    last: int
    start: int
    end: int
    target: int


class Highlight(NamedTuple):
    """Characters `start:end`, and the targets that match there."""

    start: int
    end: int
    targets: frozenset[int]


class Targets:
    """What to highlight in one field.

    Every phrase and every group of words of a clause is, in each way that the
    clause is read, with two exceptions. A single Han character out of a longer
    clause (向 in 日本向乌克兰) tells little and stands everywhere: it is
    highlighted together with the word before or after it in the clause, and
    alone only where a text holds nothing else of the clause; function words not
    even then, if the clause has other words. The words of a group (网信 of
    网信办) are highlighted by themselves only in such a text, too.
    Of `"日本" ~10 "乌克兰"` only places are highlighted that have the other
    within the distance, except for what the query asks for outside of it too.
    """

    def __init__(self, plan: Plan, field: str) -> None:
        numbers: dict[Target, int] = {}

        def numbered(targets: Iterable[Target]) -> set[int]:
            here = [target for target in targets if field in target.phrase.fields]
            return {numbers.setdefault(target, len(numbers)) for target in here}

        clauses = [clause for clause in plan.clauses if not clause.negated]
        self._clauses = [(numbered(_strong(clause)), numbered(_weak(clause))) for clause in clauses]
        self.all = list(numbers)
        self.strong = set().union(*(strong for strong, _ in self._clauses))
        """The targets that are shown wherever they match."""
        self.looks = [Look(target.phrase) for target in self.all]
        self.are_han = all(look.is_han for look in self.looks)
        self.has_distances = any(target.near for target in self.all)
        self._spreads = self.has_distances or any(BOUNDARY in target.phrase.tokens for target in self.all)

    def shown(self, matching: Collection[int]) -> set[int]:
        """The targets that are highlighted in a text that holds those that are `matching`."""
        weak = (weak for strong, weak in self._clauses if strong.isdisjoint(matching))
        return self.strong.union(*weak)

    def spans(self, text: str, *, longest: int) -> list[Highlight]:
        """Everything in a text that is to be highlighted; see `merged`."""
        if not self.all or not self.may_match(folded := fold(text)):
            return []
        matches: list[Occurrence] = []
        at = tokens = 0
        # Folding leaves line ends where they are, and makes none.
        lines = zip(text.split("\n"), folded.split("\n"), strict=True)
        for piece, its_fold in [(text, folded)] if self._spreads else lines:
            if self.may_match(its_fold):
                found = list(self.matches(piece, range(len(self.all)), at=at, tokens=tokens))
                tokens = max((match.last + 1 for match in found), default=tokens)
                matches += found
            at += len(piece) + 1
        shown = self.shown({match.target for match in matches})
        return merged((match for match in matches if match.target in shown), longest=longest)

    def matches(
        self, text: str, targets: Iterable[int], *, at: int = 0, tokens: int = 0
    ) -> Iterator[Occurrence]:
        """List the places of some targets in a piece of a longer text that begins at `at`."""
        located = locate(text)
        starts, ends = located.starts, located.ends
        for number in targets:
            for first, last in self.all[number].occurrences(located.texts):
                yield Occurrence(
                    first + tokens, last + tokens, starts[first] + at, ends[last - 1] + at, number
                )

    def may_match(self, folded: str) -> bool:
        """Whether a text that is folded may hold a target."""
        return any(look.may_match(folded) for look in self.looks)


def merged(matches: Iterable[Occurrence], *, longest: int) -> list[Highlight]:
    """Matches as spans that are sorted and apart: those that touch or overlap become one.

    Two tokens may stand in one character (株 and 会 in ㍿). A span of several
    grows no longer than `longest`; what would touch it is a span of its own,
    and what would overlap it is left out.
    """
    spans: list[Highlight] = []
    reached = 0
    for first, last, start, end, target in sorted(matches):
        before = spans[-1] if spans else None
        if before is None or (first > reached and start > before.end):
            spans.append(Highlight(start, end, frozenset({target})))
        elif end <= before.end or end - before.start <= longest:
            spans[-1] = Highlight(before.start, max(before.end, end), before.targets | {target})
        elif start >= before.end:
            spans.append(Highlight(start, end, frozenset({target})))
        else:
            continue
        reached = max(reached, last)
    return spans


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
