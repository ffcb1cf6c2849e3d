"""The query tree, as the parser returns it and search/query/plan.py takes it.

Nodes are values. Each has its span in the query, which comparison ignores.
`str(node)` is a query that parses to an equal tree. So the operators and marks
of the query language are defined here, and the parser imports them.

Texts are as the user wrote them, neither folded nor segmented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, TypeAlias

from index.own_fields import OWN, FieldKind, OwnFields, name_of

__all__ = [
    "And",
    "Dates",
    "Label",
    "Near",
    "Node",
    "Not",
    "Or",
    "OwnValue",
    "Phrase",
    "QuerySpan",
    "Sentence",
    "Source",
    "Text",
    "clauses_of",
    "own_fields_of",
]

TextField: TypeAlias = str
"""`title`, `body`, `author`, `tag` or `url`, or an own field as it is called inside the index."""
LabelField: TypeAlias = Literal["author", "tag"]
OwnKind: TypeAlias = Literal["keyword", "number", "date"]
DateKind: TypeAlias = Literal["date", "after", "before", "added"]

BARS = "|｜"
CLOSING_BRACKETS = ")）"
DASHES = "-－"
# Characters that copying from a page or file may put before a text. Within a text they are no space.
INVISIBLE = "\u200b-\u200f\u2060\ufeff"
OPENING_BRACKETS = "(（"
STARS = "*＊"
TILDES = "~～"
WORDS = frozenset({"AND", "OR", "NOT"})

# Opening mark -> the marks that close it. “…“ and “…" are common slips in real headlines and
# questions. 《》 is missing because it marks a title of a book, ’ because it is also an apostrophe.
QUOTATION_MARKS = {'"': '"', "＂": "＂", "“": '”“"', "「": "」", "『": "』", "«": "»"}

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Text that the parser reads as an operator if there are clauses around it.
_OPERATOR = re.compile(r"AND|OR|NOT|~\d+")
_PLAIN_VALUE = re.compile(rf"[^\s{INVISIBLE}()（）{STARS}:：\"＂“”「」『』«»]+")


def narrow(text: str) -> str:
    """Return text with full-width characters in ASCII; the length does not change."""
    return text.translate(_NARROW)


class QuerySpan(NamedTuple):
    """The span of a node in the query, `query[start:end]`, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Placed:
    # Not compared, so that a repeated clause is an equal value.
    span: QuerySpan = field(default=QuerySpan(0, 0), compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Text(_Placed):
    """A clause without quotation marks: every word of it must occur.

    With `prefix` the last token may be the beginning of a longer one.
    """

    text: str
    field: TextField | None = None
    prefix: bool = False

    def __str__(self) -> str:
        written = self.text + ("*" if self.prefix else "")
        if self.field is not None:
            return f"{name_of(self.field)}:{written}"
        if _OPERATOR.fullmatch(narrow(written)):
            return _bracketed(written)  # in brackets it has no operands and is text
        return written


@dataclass(frozen=True, slots=True)
class Phrase(_Placed):
    """A quoted phrase, without its marks: its tokens must occur one after the other."""

    text: str
    field: TextField | None = None
    prefix: bool = False

    def __str__(self) -> str:
        written = _quoted(self.text + ("*" if self.prefix else ""))
        return written if self.field is None else f"{name_of(self.field)}:{written}"


@dataclass(frozen=True, slots=True)
class Near(_Placed):
    """Two words or phrases in either order, with at most `distance` tokens between them.

    `field` holds for both; `left` and `right` have no field of their own.
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
    """Articles of one source, by its whole name (a folder or a host)."""

    name: str

    def __str__(self) -> str:
        return f"source:{_value(self.name)}"


@dataclass(frozen=True, slots=True)
class Label(_Placed):
    """Articles with an author or tag of exactly this name.

    Only filters outside the query make this node. In a query `author:` means a
    phrase in the field, so `str` of this node parses to a phrase.
    """

    field: LabelField
    name: str

    def __str__(self) -> str:
        return f"{self.field}:{_quoted(self.name)}"


@dataclass(frozen=True, slots=True)
class OwnValue(_Placed):
    """Articles with a value in an own field: a whole keyword, a number or date, or a range of these.

    `name` is the field's as users write it.
    """

    name: str
    kind: OwnKind
    value: str

    def __str__(self) -> str:
        return f"{self.name}:{_value(self.value)}"


@dataclass(frozen=True, slots=True)
class Dates(_Placed):
    """Articles of a time, or with `added` those that came into the index then; see `search.query.dates`."""

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
            _bracketed(str(child)) if _needs_brackets(child) else str(child) for child in self.children
        )


@dataclass(frozen=True, slots=True)
class Sentence(And):
    """Bare text and phrases without a space between them, as in a pasted sentence: 通过“和平宪法”修正案.

    All must match, as in any And. But here quotation marks may be mere punctuation, so partial
    matches need not have the phrases. The children are Text and Phrase, with no field.
    """

    def __str__(self) -> str:
        return "".join(map(str, self.children))


@dataclass(frozen=True, slots=True)
class Or(_Placed):
    """Two or more clauses, at least one of which must match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(
            _bracketed(str(child)) if isinstance(child, Or) else str(child) for child in self.children
        )


@dataclass(frozen=True, slots=True)
class Not(_Placed):
    """A clause that must not match."""

    child: Node

    def __str__(self) -> str:
        written = str(self.child)
        if isinstance(self.child, Not):
            return f"NOT {written}"
        if _needs_brackets(self.child) or written.startswith((*DASHES, *BARS)):
            written = _bracketed(written)
        return f"-{written}"


Node: TypeAlias = Text | Phrase | Near | Source | Label | OwnValue | Dates | And | Or | Not


def clauses_of(node: Node) -> tuple[Node, ...]:
    """Return the clauses that must all match: those of an And; a Sentence is one clause."""
    return node.children if isinstance(node, And) and not isinstance(node, Sentence) else (node,)


def own_fields_of(node: Node) -> OwnFields:
    """Return the own fields that a tree names, with which it can be printed and parsed."""
    return tuple(dict(_own_fields(node)).items())


def _own_fields(node: Node) -> Iterator[tuple[str, FieldKind]]:
    match node:
        case OwnValue():
            yield node.name, node.kind
        case Text() | Phrase() | Near():
            if node.field is not None and node.field.startswith(OWN):
                yield name_of(node.field), "text"
        case And() | Or():
            for child in node.children:
                yield from _own_fields(child)
        case Not():
            yield from _own_fields(node.child)


def _needs_brackets(node: Node) -> bool:
    """Return whether a node is printed in brackets within an And or behind a dash."""
    return isinstance(node, And | Or) and not isinstance(node, Sentence)


def _bracketed(written: str) -> str:
    # The space keeps ours from closing a bracket that is open in the last clause.
    last = written.rsplit(maxsplit=1)[-1]
    return f"({written} )" if any(bracket in last for bracket in OPENING_BRACKETS) else f"({written})"


def _quoted(text: str) -> str:
    for opening, closing in QUOTATION_MARKS.items():
        if not any(mark in text for mark in closing):
            return f"{opening}{text}{closing[0]}"
    return text  # contains every closing mark, which no parsed query can


def _value(text: str) -> str:
    return text if _PLAIN_VALUE.fullmatch(text) else _quoted(text)
