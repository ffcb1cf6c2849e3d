"""Occurrences: every place where a query stands, in the articles that match it.

Articles are selected by the whole query, with its negated parts and filters;
occurrences are those of its positive words and phrases in title and body. The
rules, which hold for counts, concordance, collocations and trend:

- What `highlight` marks is what occurs. A single character out of a longer
  clause counts together with its neighbour; of `"日本" ~10 "乌克兰"` only places
  count that have the other near them.
- A bare clause that stands as a whole (新界东北, cut into 新界 and 东北) is one
  occurrence; where its words stand apart, each of them is one.
- Occurrences do not overlap. Of places that do, the first counts, and of those
  that begin together the longest: 人人 occurs once in 人人人.

Articles come in order of time, those without a date last, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from index.errors import QueryError
from index.text.document import RANKED_FIELDS
from index.text.token_text import TokenText
from search.engines.base import Reader
from search.highlighting.occurrences import Targets
from search.query.conditions import TokenPhrase
from search.query.plan import Plan

__all__ = ["FIELDS", "Finder", "Occurrence", "batches", "looks_for_text", "occurrences", "rows_in_time"]

FIELDS: Final = RANKED_FIELDS
"""Where occurrences are looked for, in this order."""

# So many articles are read together.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a query stands.

    Attributes:
        row: The article's row.
        field: "title" or "body".
        start: Its first character in the original.
        end: The character after its last one.
        first: The position in the token text before its first token.
        last: The position after its last token.
    """

    row: int
    field: str
    start: int
    end: int
    first: int
    last: int


class Place(NamedTuple):
    """An occurrence in one token text: the positions around it."""

    start: int
    end: int


class Finder:
    """Finds what a plan looks for in the token texts of any number of articles."""

    def __init__(self, plan: Plan) -> None:
        self._targets = {field: Targets(plan, field) for field in FIELDS}
        wholes = [
            TokenPhrase(clause.phrases[0].fields, tokens, prefix=clause.phrases[-1].prefix)
            for clause in plan.clauses
            if len(clause.phrases) > 1 and not clause.negated
            for tokens in [tuple(token for phrase in clause.phrases for token in phrase.tokens)]
        ]
        self._wholes = {field: [whole for whole in wholes if field in whole.fields] for field in FIELDS}

    def places(self, text: TokenText, *, field: str) -> list[Place]:
        """Return the occurrences in a title or body, ascending."""
        found = [(start, -end) for start, end, _ in self._targets[field].places(text)]
        if not found:
            return []
        for whole in self._wholes[field]:
            found += [(start, -end) for start, end in text.find(whole.tokens, prefix=whole.prefix)]
        if len(found) > 1:
            found.sort()
        places: list[Place] = []
        free = 0
        for start, end in found:
            if start >= free:
                free = -end
                places.append(Place(start, free))
        return places

    def count(self, texts: Sequence[TokenText]) -> int:
        """Return the number of occurrences in the token texts of title and body."""
        return sum(len(self.places(text, field=field)) for field, text in zip(FIELDS, texts, strict=True))


def looks_for_text(plan: Plan) -> bool:
    """Return whether a plan has words or phrases that can occur."""
    return any(not clause.negated for clause in plan.clauses)


def check_looks_for_text(plan: Plan, query: str) -> None:
    """Raise QueryError for a plan without anything that can occur."""
    if not looks_for_text(plan):
        raise QueryError(
            "there are no words to look for in",
            query=query,
            position=1,
            hint="write a word or phrase that may occur, besides filters and what is excluded",
        )


def rows_in_time(reader: Reader, plan: Plan) -> list[int]:
    """Return the rows of all full matches, the oldest first."""
    found = reader.search(Plan(plan.match, None, (), ()), sort="oldest", offset=0, limit=None)
    return [row.row for row in found.rows]


def batches(rows: Iterable[int]) -> Iterator[list[int]]:
    """Return the rows in lists of those that are read together."""
    some: list[int] = []
    for row in rows:
        some.append(row)
        if len(some) == _BATCH:
            yield some
            some = []
    if some:
        yield some


def occurrences(reader: Reader, plan: Plan) -> Iterator[Occurrence]:
    """Return all occurrences of a plan, article by article, the oldest first, the title before the body."""
    finder = Finder(plan)
    for rows in batches(rows_in_time(reader, plan)):
        texts = reader.token_texts(rows)
        for row in rows:
            for field, text in zip(FIELDS, texts[row], strict=True):
                for place in finder.places(text, field=field):
                    yield Occurrence(row, field, *text.original(*place), *place)
