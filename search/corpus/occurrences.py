"""Occurrences: every place where a query stands, in the articles that match it.

Articles are selected by the whole query, with its negated parts and filters;
occurrences are those of its positive words and phrases in title and body. The
rules, which hold for counts, concordance, collocations and trend:

- What occurs is highlighted. Not all highlights are occurrences: a single
  character out of a longer clause, or a part of a name (网信 of 网信办), which is
  highlighted where nothing else of the clause stands, is none. Of
  `"日本" ~10 "乌克兰"` only places count that have the other near them.
- A bare clause that stands as a whole (新界东北, cut into 新界 and 东北) is one
  occurrence; where its words stand apart, each of them is one.
- Occurrences do not overlap. Of places that do, the first counts, and of those
  that begin together the longest: 人人 occurs once in 人人人.

Articles come in order of time, those without a date last, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from index.errors import QueryError
from index.text.document import RANKED_FIELDS
from index.text.token_text import TokenText
from search.engines.base import Reader
from search.highlighting.occurrences import Targets
from search.query.plan import Plan
from search.timing import check_time

__all__ = ["FIELDS", "Finder", "batches", "check_looks_for_text", "looks_for_text", "rows_in_time"]

FIELDS: Final = RANKED_FIELDS
"""Where occurrences are looked for, in this order."""

# So many articles are read together.
_BATCH = 200


class Finder:
    """Finds what a plan looks for in the token texts of any number of articles."""

    def __init__(self, plan: Plan) -> None:
        self._targets = {field: Targets(plan, field) for field in FIELDS}

    def places(self, text: TokenText, *, field: str) -> list[tuple[int, int]]:
        """Return the positions around the occurrences in a title or body, ascending."""
        check_time()
        return self._targets[field].occurrences(text)

    def count(self, texts: Sequence[TokenText]) -> int:
        """Return the number of occurrences in the token texts of title and body."""
        check_time()
        title, body = texts
        return self._targets["title"].count(title) + self._targets["body"].count(body)


def looks_for_text(plan: Plan) -> bool:
    """Return whether a plan has words or phrases that can occur."""
    return any(not clause.negated for clause in plan.clauses)


def check_looks_for_text(plan: Plan, query: str) -> None:
    """Raise QueryError for a plan without anything that can occur."""
    if not looks_for_text(plan):
        raise QueryError(
            "there are no words to look for,",
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
    remaining = iter(rows)
    while some := list(islice(remaining, _BATCH)):
        check_time()
        yield some
