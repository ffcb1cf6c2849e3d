"""The parameters of requests: one table that checks them and describes them in OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from starlette.datastructures import QueryParams

from index.errors import UsageError
from search.corpus.collocations import CollocateOf, CollocateSort
from search.corpus.concordance import LineSort
from search.corpus.facets import FacetBy
from search.corpus.periods import TimeUnit
from search.corpus.trend import Measure
from search.engines.base import Sort
from search.filters import Filters, check_date
from search.highlighting.snippets import Snippets
from search.output.exports import EXPORTS
from search.query.parser import MAX_LENGTH
from search.reprinting import Group
from search.web.problems import Problem

__all__ = [
    "DEEPEST",
    "FILTERS",
    "PAGING",
    "QUOTATION",
    "VARIANTS",
    "Parameter",
    "filters_of",
    "read_parameters",
]

DEEPEST = 10_000
"""Number of the last hit that can be paged to: every page costs as much as all before it."""

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the query string.

    `least` and `most` are the smallest and greatest number; `most` is also the
    greatest length of a text or of an item of a list, which has at most `items`.
    """

    name: str
    kind: Literal["text", "date", "number", "choice", "list"]
    about: str
    example: Any
    default: Any = None
    most: int = 200
    least: int = 1
    choices: tuple[str, ...] = ()
    items: int = 50
    required: bool = False

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a value."""
        text: dict[str, Any] = {"type": "string", "maxLength": self.most}
        schema = {
            "text": {**text, "minLength": 1} if self.required else text,
            "date": {**text, "minLength": 1},
            "number": {"type": "integer", "minimum": self.least, "maximum": self.most},
            "choice": {"type": "string", "enum": list(self.choices)},
            "list": {
                "type": "array",
                "items": {**text, "minLength": 1},
                "maxItems": self.items,
                **({"minItems": 1} if self.required else {}),
            },
        }[self.kind]
        return schema if self.default is None else {**schema, "default": self.default}

    def read(self, values: Sequence[str]) -> Any:
        """Return the value that was given, or the default. Raises Problem."""
        if self.kind == "list":
            if len(values) > self.items:
                raise self._problem(f"may be given {self.items} times at most")
            if self.required and not values:
                raise self._problem("must be given")
            return [self._text(value) for value in values]
        if len(values) > 1:
            raise self._problem("may be given only once")
        if not values:
            if self.required:
                raise self._problem("must be given")
            return self.default
        (value,) = values
        if self.kind == "text":
            return self._text(value)
        if self.kind == "date":
            return self._date(self._text(value))
        if self.kind == "choice":
            if value not in self.choices:
                raise self._problem(f"must be one of {', '.join(self.choices)}")
            return value
        if not _NUMBER.fullmatch(value) or not self.least <= int(value) <= self.most:
            raise self._problem(f"must be a number from {self.least} to {self.most:,}")
        return int(value)

    def _text(self, value: str) -> str:
        if len(value) > self.most:
            raise self._problem(f"must have {self.most:,} characters at most")
        if not value.strip() and (self.required or self.kind == "list"):
            raise self._problem("must not be empty")
        return value

    def _date(self, value: str) -> str:
        try:
            check_date("after" if self.name == "after" else "before", value)
        except UsageError as error:
            raise Problem(400, "parameter", f"{self.name}: {error}", parameter=self.name) from None
        return value

    def _problem(self, what: str) -> Problem:
        return Problem(400, "parameter", f"{self.name} {what}", parameter=self.name)


Q = Parameter("q", "text", "The query, in the query language.", "乌克兰 弹药", default="", most=MAX_LENGTH)
VARIANTS = Parameter(
    "variants",
    "choice",
    "Look for other names too: 川普 for 特朗普.",
    "true",
    default="false",
    choices=("true", "false"),
)
QUERIES = Parameter(
    "q",
    "list",
    "A query, in the query language; may be repeated.",
    ["乌克兰", "加沙"],
    most=MAX_LENGTH,
    items=10,
    required=True,
)
_FILTERS = (
    VARIANTS,
    Parameter("after", "date", "Only articles from this day, week, month or year on.", "2024-03-01", most=64),
    Parameter(
        "before", "date", "Only articles from before this day, week, month or year.", "2024-04", most=64
    ),
    Parameter("source", "list", "Only articles of one of these sources.", ["晨报"]),
)
FILTERS = (Q, *_FILTERS)
FILTERS_OF_SEVERAL = (QUERIES, *_FILTERS)
SORT = Parameter(
    "sort", "choice", "The order of the hits.", "newest", default="relevance", choices=get_args(Sort)
)
LIMIT = Parameter("limit", "number", "Hits on a page.", 10, default=10, most=100)
PAGE = Parameter("page", "number", "The page; pages are counted from 1.", 1, default=1, most=DEEPEST)
PAGING = (SORT, LIMIT, PAGE)
SNIPPETS = Parameter(
    "snippets",
    "choice",
    "The pieces of text of each hit: the two best, or all with an occurrence.",
    "all",
    default="best",
    choices=get_args(Snippets),
)

GROUP = Parameter(
    "group",
    "choice",
    "One hit for all with the same text, the best or the earliest; the others are its reprints.",
    "best",
    default="none",
    choices=get_args(Group),
)
GROUP_ON_PAGE = replace(GROUP, default=None)
LEAST = Parameter(
    "least",
    "number",
    "The least share of either text that the other has, in percent.",
    20,
    default=20,
    most=100,
)
OTHER = Parameter(
    "other", "text", "The id of the article to compare with.", "晚报/77.md", most=4096, required=True
)

# As a whole in an address, in which a Han character takes nine bytes.
QUOTATION = Parameter("text", "text", "The quotation.", "夜班列车每晚十点开出", most=2000, required=True)
BY = Parameter(
    "by",
    "text",
    f"What is counted: {', '.join(get_args(FacetBy))}, or an own keyword.",
    "source",
    default="source",
    most=64,
)
UNIT = Parameter(
    "unit",
    "choice",
    "The length of a period; one that fits, if left out.",
    "month",
    choices=get_args(TimeUnit),
)
MEASURE = Parameter(
    "measure",
    "choice",
    "What is counted in each period; per_million: occurrences in a million characters.",
    "share",
    default="articles",
    choices=get_args(Measure),
)
FORMAT = Parameter(
    "format", "choice", "The format of an export.", "csv", default="csv", choices=tuple(EXPORTS)
)
ONE_ID = Parameter("id", "text", "Only the article with this id.", "晨报/1042199.md", default="", most=4096)
ORDER = Parameter(
    "order", "choice", "The order of the lines.", "left", default="date", choices=get_args(LineSort)
)
AT = Parameter("at", "number", "A character of the body to show.", 120, most=10**9 - 1, least=0)
KWIC = (
    Parameter("width", "number", "Characters of context on each side.", 20, default=20, most=200, least=0),
    Parameter(
        "sort",
        "choice",
        "The order of the lines; left: by what stands before, read outwards.",
        "left",
        default="date",
        choices=get_args(LineSort),
    ),
    Parameter("sample", "number", "Choose so many of all lines at random.", 50, most=DEEPEST),
    Parameter(
        "seed", "number", "Another number gives another sample.", 1, default=0, most=10**9 - 1, least=0
    ),
    Parameter("limit", "number", "Lines on a page.", 100, default=100, most=1000),
    PAGE,
)
COLLOCATES = (
    Parameter("of", "choice", "What is counted.", "words", default="words", choices=get_args(CollocateOf)),
    Parameter(
        "window",
        "choice",
        "So many words on each side, or the sentence or paragraph.",
        "sentence",
        default="5",
        choices=(*map(str, range(1, 21)), "sentence", "paragraph"),
    ),
    Parameter("min_count", "number", "Leave out what is near less often.", 3, default=3, most=10**6),
    Parameter(
        "sort",
        "choice",
        "The order, the greatest first.",
        "log_dice",
        default="log_likelihood",
        choices=get_args(CollocateSort),
    ),
    Parameter("limit", "number", "Most collocates.", 50, default=50, most=1000),
)
ID = Parameter("id", "text", "The id of an article.", "晨报/1042199.md", most=4096, required=True)


def read_parameters(given: QueryParams, known: Sequence[Parameter], *, strict: bool = True) -> dict[str, Any]:
    """Return the values of the known parameters by name; `strict` refuses others. Raises Problem."""
    names = [parameter.name for parameter in known]
    unknown = [name for name in given if name not in names]
    if strict and unknown:
        raise Problem(
            400,
            "parameter",
            f"there is no parameter {unknown[0][:50]!r}; there are {', '.join(names) or 'none'}",
            parameter=unknown[0][:50],
        )
    values = {parameter.name: parameter.read(given.getlist(parameter.name)) for parameter in known}
    if "page" in values and "limit" in values and values["page"] * values["limit"] > DEEPEST:
        raise Problem(
            400, "parameter", f"hits after the first {DEEPEST:,} cannot be paged to", parameter="page"
        )
    return values


def filters_of(values: dict[str, Any]) -> Filters:
    """Return the filters among the values of parameters."""
    return Filters(
        after=values["after"],
        before=values["before"],
        source=values["source"],
        variants=values["variants"] == "true",
    )
