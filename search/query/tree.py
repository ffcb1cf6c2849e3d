"""The query tree: what a query says, without what any engine makes of it.

Nodes are values. Each knows where it stood in the query, which comparison
ignores. `str(node)` writes a query that parses to an equal tree; so the marks
of the query language live here, and the parser reads the same ones.

The texts are as the user wrote them: folding and cutting are the analyzer's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["And", "Dates", "Label", "Near", "Node", "Not", "Or", "Phrase", "QuerySpan", "Source", "Text"]

TextField: TypeAlias = Literal["title", "body", "author", "tag", "url"]
LabelField: TypeAlias = Literal["author", "tag"]
DateKind: TypeAlias = Literal["date", "after", "before"]

BARS = "|｜"
CLOSING_BRACKETS = ")）"
DASHES = "-－"
# What a page or a file leaves before copied text; it separates nothing within it.
INVISIBLE = "\u200b-\u200f\u2060\ufeff"
OPENING_BRACKETS = "(（"
STARS = "*＊"
TILDES = "~～"
WORDS = frozenset({"AND", "OR", "NOT"})

# Each opening mark with the marks that close it. “…“ and “…" are slips that
# real headlines and questions are written with. 《》 names a book and ’ is an apostrophe too:
# neither asks for an exact phrase.
QUOTATION_MARKS = {'"': '"', "＂": "＂", "“": '”“"', "「": "」", "『": "』", "«": "»"}

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# What a parser takes for an operator if it has something to join.
_OPERATOR = re.compile(r"AND|OR|NOT|~\d+")
_PLAIN_VALUE = re.compile(rf"[^\s{INVISIBLE}()（）{STARS}:：\"＂“”「」『』«»]+")


def narrow(text: str) -> str:
    """Full-width letters, digits and marks in their ASCII form; the length does not change."""
    return text.translate(_NARROW)


class QuerySpan(NamedTuple):
    """Where a node stands in the query: `query[start:end]`, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Placed:
    # The same clause at two places is one value.
    span: QuerySpan = field(default=QuerySpan(0, 0), compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Text(_Placed):
    """A bare clause: all its words, or the whole of it as a phrase.

    `prefix` says that its last unit may be only the beginning of one.
    """

    text: str
    field: TextField | None = None
    prefix: bool = False

    def __str__(self) -> str:
        written = self.text + ("*" if self.prefix else "")
        if self.field is not None:
            return f"{self.field}:{written}"
        if _OPERATOR.fullmatch(narrow(written)):
            return _bracketed(written)  # alone in a group it has nothing to join
        return written


@dataclass(frozen=True, slots=True)
class Phrase(_Placed):
    """What stood in quotation marks, without them: these tokens, one after the other."""

    text: str
    field: TextField | None = None
    prefix: bool = False

    def __str__(self) -> str:
        written = _quoted(self.text + ("*" if self.prefix else ""))
        return written if self.field is None else f"{self.field}:{written}"


@dataclass(frozen=True, slots=True)
class Near(_Placed):
    """Two words or phrases in either order, at most `distance` tokens between them.

    The field is the pair's; `left` and `right` have none of their own.
    """

    left: Text | Phrase
    right: Text | Phrase
    distance: int
    field: TextField | None = None

    def __str__(self) -> str:
        left, right = (replace(side, field=self.field) for side in (self.left, self.right))
        return f"{left} ~{self.distance} {right}"


@dataclass(frozen=True, slots=True)
class Source(_Placed):
    """Articles of one source: a folder's name or a host, whole."""

    name: str

    def __str__(self) -> str:
        return f"source:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class Label(_Placed):
    """Articles with one whole author's name or tag.

    Only filters outside of a query make these: in a query `author:` looks for
    a phrase, which is what this prints.
    """

    field: LabelField
    name: str

    def __str__(self) -> str:
        return f"{self.field}:{_quoted(self.name)}"


@dataclass(frozen=True, slots=True)
class Dates(_Placed):
    """Articles of a time; `search.query.dates` knows what `value` means."""

    kind: DateKind
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{_value(self.value)}"


@dataclass(frozen=True, slots=True)
class And(_Placed):
    """Two or more clauses that must all match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(
            _bracketed(str(child)) if isinstance(child, And | Or) else str(child) for child in self.children
        )


@dataclass(frozen=True, slots=True)
class Or(_Placed):
    """Two or more clauses of which one must match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(
            _bracketed(str(child)) if isinstance(child, Or) else str(child) for child in self.children
        )


@dataclass(frozen=True, slots=True)
class Not(_Placed):
    """What must not match."""

    child: Node

    def __str__(self) -> str:
        written = str(self.child)
        if isinstance(self.child, Not):
            return f"NOT {written}"
        if isinstance(self.child, And | Or) or written.startswith((*DASHES, *BARS)):
            written = _bracketed(written)
        return f"-{written}"


Node: TypeAlias = Text | Phrase | Near | Source | Label | Dates | And | Or | Not


def _bracketed(written: str) -> str:
    # A bracket left open in the last clause would take ours for its own.
    last = written.rsplit(maxsplit=1)[-1]
    return f"({written} )" if any(bracket in last for bracket in OPENING_BRACKETS) else f"({written})"


def _quoted(text: str) -> str:
    for opening, closing in QUOTATION_MARKS.items():
        if not any(mark in text for mark in closing):
            return f"{opening}{text}{closing[0]}"
    return text  # no query can say this; only a tree made by hand holds it


def _value(text: str) -> str:
    return text if _PLAIN_VALUE.fullmatch(text) else _quoted(text)
