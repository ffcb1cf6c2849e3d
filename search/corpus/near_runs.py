"""Runs of tokens that may be meant in place of one that no article holds.

In comes a run; out come runs one step away that some article holds, the likeliest first: another character,
two swapped, one missing, others that sound the same, or the characters that were typed as pinyin. Nobody
could ask for all of these; but a run that some article holds has only bigrams that some article holds, and
how many hold a term every engine knows. So runs are put together from such bigrams, and looked for in the
order of what they can be worth at best, for as long as anybody asks.

The likelier run undoes the rarer slip, stands in more articles, its characters stand together more often
than by chance, and it is a word. benchmarks/suggestions.py measures this.
"""

from __future__ import annotations

import heapq
import math
import re
import string
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise
from operator import ne
from typing import Literal, TypeAlias

from index.text.analyzer import bigram
from index.text.document import BARE_FIELDS
from index.text.tokens import can_be_cut, token_text
from search.corpus.sounds import (
    MOST_SYLLABLES,
    near_spellings,
    readings,
    sound_alike,
    syllables_by_character,
    syllables_in,
)
from search.engines.base import Reader
from search.query.conditions import All, TokenPhrase
from search.query.plan import Plan
from search.query.ranking import Term

__all__ = ["Guess", "Mistake", "NearRuns", "Run"]

Mistake: TypeAlias = Literal["pinyin", "sound", "swapped", "missing", "changed", "spelling"]
"""What may have gone wrong: characters typed as pinyin, or that sound the same, or two swapped, one missing
or one wrong; or one letter of a word."""

Run: TypeAlias = tuple[str, ...]
"""Tokens that stand beside each other."""

_Counts: TypeAlias = dict[tuple[str, str], int]
"""How many articles have each bigram; those that none has may be missing."""

_MOST_CHARACTERS = 5000  # the most frequent of the archive
_ALIKE = 40  # characters that sound like one, the most frequent
_BEAM = 60
_LOOKED_FOR = 100  # runs, at most
_READ = 100  # articles, at most
_READINGS = 12  # ways to cut a text into syllables
_SHORTEST_WORD = 4
_MANY = 1 << 40
_LETTERS = frozenset(string.ascii_lowercase)

# What each mistake is worth, and then the logarithm of the number of articles; beside these counts how often
# the characters of a run stand together by more than chance. All from benchmarks/suggestions.py.
_WORTH: dict[Mistake, tuple[float, float]] = {
    "pinyin": (0.0, 1.0),
    "sound": (10.0, 0.5),
    "swapped": (14.0, 0.5),
    "missing": (10.0, 0.5),
    "changed": (0.0, 0.5),
    "spelling": (0.0, 1.0),
}
_ANOTHER = 7.0  # what each further character that sounds the same takes away
_WORD = 4.0  # what it is worth that a run with one character more, or another, is a word


@dataclass(frozen=True, slots=True)
class Guess:
    """A run that may be meant, what went wrong then, and how likely that is."""

    mistake: Mistake
    run: Run
    weight: float


@dataclass(frozen=True, slots=True)
class _Step:
    """A run one step away, and how many articles hold it: exactly, or at most, by its rarest bigram."""

    mistake: Mistake
    run: Run
    most: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A run, in how many articles it stands, exactly or at most, and what its characters are worth."""

    mistake: Mistake
    run: Run
    most: int
    bonus: float
    is_exact: bool

    @property
    def weight(self) -> float:
        """The weight if as many articles hold it as can."""
        return self.guess(self.most).weight

    def guess(self, number: int) -> Guess:
        """Return the guess for a run that so many articles hold."""
        worth, frequency = _WORTH[self.mistake]
        return Guess(self.mistake, self.run, worth + frequency * math.log(number) + self.bonus)


class NearRuns:
    """Finds runs one step away by the bigrams of one field. May be shared by threads.

    Args:
        reader: The generation.
        field: "body" or "title".
    """

    def __init__(self, reader: Reader, field: str) -> None:
        self._reader = reader
        self._field = field

    def near(self, run: Run) -> Iterator[Guess]:
        """Yield runs that articles hold and that are one step away from this one, the likeliest first."""
        streams = [
            self._near_word(run, at)
            for at, token in enumerate(run)
            if len(token) >= _SHORTEST_WORD and _LETTERS.issuperset(token)
        ]
        if len(run) > 1 and all(map(can_be_cut, run)):
            streams.append(self._held(self._candidates(run)))
        return heapq.merge(*streams, key=lambda guess: -guess.weight)

    def from_pinyin(self, text: str) -> Iterator[Guess]:
        """Yield runs of characters that are read as a text of letters is written, the likeliest first."""
        letters = "".join(text.lower().replace("'", "").replace("ü", "v").split())
        if not letters or not _LETTERS.issuperset(letters):
            return
        found: dict[Run, int] = {}
        counts: _Counts = {}
        for syllables in islice(syllables_in(letters), _READINGS):
            if 1 < len(syllables) <= MOST_SYLLABLES:
                choices = [self._alike([syllable]) for syllable in syllables]
                found.update(self._chains(choices, counts))
        yield from self._held(
            _Candidate("pinyin", run, most, self._cohesion(run, counts), is_exact=len(run) == 2)
            for run, most in found.items()
        )

    def holding(self, run: Run) -> int:
        """Count the articles that hold a run."""
        plan = Plan(TokenPhrase(BARE_FIELDS, run), None, (), ())
        return self._reader.search(plan, sort="newest", offset=0, limit=0).total

    def _held(self, candidates: Iterable[_Candidate]) -> Iterator[Guess]:
        """Yield those that some article holds; each is looked for when no other can be likelier."""
        heap = [(-candidate.weight, candidate.run, candidate) for candidate in candidates]
        heapq.heapify(heap)
        looked_for = 0
        while heap:
            _, run, candidate = heapq.heappop(heap)
            if candidate.is_exact:
                yield candidate.guess(candidate.most)
            elif looked_for < _LOOKED_FOR:
                looked_for += 1
                if number := min(self.holding(run), candidate.most):
                    known = replace(candidate, most=number, is_exact=True)
                    heapq.heappush(heap, (-known.weight, run, known))

    # Candidates

    def _candidates(self, run: Run) -> Collection[_Candidate]:
        """Return the runs one step away whose bigrams stand somewhere, each by its likeliest mistake."""
        counts: _Counts = {}
        steps = [step for step in self._steps(run, counts) if step.run != run]
        words = self._frequencies(
            ("".join(step.run) for step in steps if step.mistake in ("changed", "missing")), "words"
        )
        best: dict[Run, _Candidate] = {}
        for step in steps:
            bonus = self._cohesion(step.run, counts)
            if step.mistake == "sound":
                bonus -= _ANOTHER * (sum(map(ne, run, step.run)) - 1)
            elif step.mistake in ("changed", "missing") and "".join(step.run) in words:
                bonus += _WORD
            candidate = _Candidate(step.mistake, step.run, step.most, bonus, step.is_exact)
            before = best.get(step.run)
            if before is None or (candidate.is_exact, candidate.weight) > (before.is_exact, before.weight):
                best[step.run] = candidate
        return best.values()

    def _steps(self, run: Run, counts: _Counts) -> Iterator[_Step]:
        """Yield runs one step away; keep the counts of their bigrams in `counts`."""
        swapped = [(*run[:at], run[at + 1], run[at], *run[at + 2 :]) for at in range(len(run) - 1)]
        self._count_bigrams((pair for other in (run, *swapped) for pair in pairwise(other)), counts)
        for other in swapped:
            if most := _rarest(other, counts):
                yield _Step("swapped", other, most, len(run) == 2)
        places = [(at, at + 1) for at in range(len(run))] + [(at, at) for at in range(1, len(run))]
        for (start, end), char, most, is_exact in self._filled(run, places, counts):
            mistake: Mistake = "missing"
            if start < end:
                mistake = "sound" if sound_alike(char, run[start]) else "changed"
            yield _Step(mistake, (*run[:start], char, *run[end:]), most, is_exact)
        choices = [self._alike(syllables_by_character().get(token, ()), token) for token in run]
        for other, most in self._chains(choices, counts):
            yield _Step("sound", other, most, len(run) == 2)

    def _filled(
        self, run: Run, places: Sequence[tuple[int, int]], counts: _Counts
    ) -> Iterator[tuple[tuple[int, int], str, int, bool]]:
        """Yield characters that can stand in places of a run, and in how many articles at most or exactly."""
        rests: dict[tuple[int, int], int] = {}
        for start, end in places:
            rest = min(_rarest(run[:start], counts), _rarest(run[end:], counts))
            read = self._read(run[:start], run[end:]) if rest else {}
            if read is None:
                rests[start, end] = rest
                continue
            self._count_bigrams(
                (pair for char in read for pair in pairwise((*run[:start], char, *run[end:]))), counts
            )
            for char, number in read.items():
                yield (start, end), char, number, True
        chars = list(self._characters)
        self._count_bigrams(((run[start - 1], char) for start, _ in rests if start for char in chars), counts)
        behind = {
            (start, end): [char for char in chars if start == 0 or (run[start - 1], char) in counts]
            for start, end in rests
        }
        self._count_bigrams(
            ((char, run[end]) for _, end in rests if end < len(run) for char in behind[_, end]), counts
        )
        for (start, end), rest in rests.items():
            for char in behind[start, end]:
                before = counts[run[start - 1], char] if start else rest
                after = counts.get((char, run[end]), 0) if end < len(run) else rest
                if most := min(before, after, rest):
                    yield (start, end), char, most, len(run) - (end - start) == 1

    def _read(self, before: Run, after: Run) -> dict[str, int] | None:
        """Return the characters that stand between two runs, and in how many articles.

        None where so many articles hold both that reading them takes longer than looking for the characters.
        """
        parts = tuple(TokenPhrase(BARE_FIELDS, part) for part in (before, after) if len(part) > 1)
        if not parts:
            return None
        found = self._reader.search(Plan(All(parts), None, (), ()), sort="newest", offset=0, limit=_READ)
        if found.total > _READ:
            return None
        pattern = re.compile(f"(?={re.escape(token_text(before))}(.){re.escape(token_text(after))})")
        counts: Counter[str] = Counter()
        for texts in self._reader.token_texts([row.row for row in found.rows]).values():
            counts.update({char for text in texts for char in pattern.findall(text.text) if can_be_cut(char)})
        return counts

    def _alike(self, syllables: Iterable[str], token: str | None = None) -> list[str]:
        chars = {char for syllable in syllables for char in readings().get(syllable, "")}
        best = heapq.nlargest(_ALIKE, chars & self._characters.keys(), key=self._characters.__getitem__)
        return best if token is None else [*best, token]

    def _chains(self, choices: Sequence[Sequence[str]], counts: _Counts) -> list[tuple[Run, int]]:
        """Return the best runs of one character of each choice, and how frequent their rarest bigram is."""
        chains: list[tuple[Run, int]] = [((char,), _MANY) for char in choices[0]]
        for following in choices[1:]:
            self._count_bigrams(((run[-1], char) for run, _ in chains for char in following), counts)
            longer = (
                ((*run, char), min(most, number))
                for run, most in chains
                for char in following
                if (number := counts.get((run[-1], char)))
            )
            chains = heapq.nlargest(_BEAM, longer, key=lambda chain: chain[1])
        return chains

    def _near_word(self, run: Run, at: int) -> Iterator[Guess]:
        """Yield runs with one word of letters spelled in another way, the likeliest first."""
        counts = self._frequencies(near_spellings(run[at]), "tokens")
        for word, most in heapq.nlargest(_LOOKED_FOR, counts.items(), key=lambda item: item[1]):
            other = (*run[:at], word, *run[at + 1 :])
            if number := most if len(run) == 1 else min(self.holding(other), most):
                yield _Candidate("spelling", other, most, 0.0, is_exact=True).guess(number)

    # Counting

    def _frequencies(
        self, texts: Iterable[str], stream: Literal["bigrams", "tokens", "words"]
    ) -> dict[str, int]:
        """Return in how many articles each term stands that stands in any."""
        wanted = list(dict.fromkeys(texts))
        terms = [Term(self._field, stream, text, 1.0) for text in wanted]
        found = self._reader.statistics(terms).frequencies
        return {term.text: number for term, number in found.items() if number}

    def _count_bigrams(self, pairs: Iterable[tuple[str, str]], counts: _Counts) -> None:
        """Add the bigrams that stand anywhere, with their numbers, to `counts`."""
        wanted = {bigram(*pair): pair for pair in pairs if pair not in counts}
        found = self._frequencies(wanted, "bigrams")
        counts.update((wanted[text], number) for text, number in found.items())

    def _cohesion(self, run: Run, counts: _Counts) -> float:
        """Return how much more often the characters of a run stand together than by chance, on average."""
        known = self._characters
        shares = [
            math.log(counts.get(pair, 1) * self._articles / (known.get(pair[0], 1) * known.get(pair[1], 1)))
            for pair in pairwise(run)
        ]
        return sum(shares) / len(shares)

    @cached_property
    def _articles(self) -> int:
        return max(1, self._reader.statistics(()).articles)

    @cached_property
    def _characters(self) -> dict[str, int]:
        """The usual characters that the archive has, the most frequent first."""
        counts = self._frequencies(syllables_by_character(), "tokens")
        best = heapq.nlargest(_MOST_CHARACTERS, counts.items(), key=lambda item: item[1])
        return dict(best)


def _rarest(run: Run, counts: _Counts) -> int:
    """Return how frequent the rarest bigram of a run is; of a single token, very."""
    return min((counts.get(pair, 0) for pair in pairwise(run)), default=_MANY)
