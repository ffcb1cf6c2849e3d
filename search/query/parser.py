"""Parse the text of a query into a tree.

A recursive-descent parser reads the query once, from left to right. There is no
separate lexer, because a character is an operator only where a clause can
begin; elsewhere it is text. So a pasted sentence is a valid query.

The parser does not segment text into words, and does not check that a clause
has anything to search for: search/query/plan.py does both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from index.errors import QueryError
from index.own_fields import FieldKind, OwnFields, own_name
from index.text.fold import fold
from search.query import dates, own
from search.query.tree import (
    BARS,
    CLOSING_BRACKETS,
    DASHES,
    INVISIBLE,
    OPENING_BRACKETS,
    QUOTATION_MARKS,
    STARS,
    TILDES,
    WORDS,
    And,
    DateKind,
    Dates,
    Near,
    Node,
    Not,
    Or,
    OwnKind,
    OwnValue,
    Phrase,
    QuerySpan,
    Sentence,
    Source,
    Text,
    narrow,
)

__all__ = ["FIELD_NAMES", "MAX_CLAUSES", "MAX_DEPTH", "MAX_DISTANCE", "MAX_LENGTH", "MAX_NEAR", "parse"]

MAX_CLAUSES = 1_000
MAX_DEPTH = 50
MAX_DISTANCE = 999
MAX_LENGTH = 10_000
MAX_NEAR = 20  # each reads every article that has both phrases: up to 0.1 ms an article


class _Own(NamedTuple):
    """An own field that holds no text."""

    name: str
    kind: OwnKind


_Field: TypeAlias = str | _Own | None
"""The field named before the text that is being read, or None."""

_FIELDS: Final[dict[str, tuple[_Field, str]]] = {
    "title": ("title", "title:岸田"),
    "body": ("body", "body:弹药"),
    "author": ("author", "author:林小舟"),
    "tag": ("tag", "tag:天气"),
    "url": ("url", "url:rfi.fr"),
    "source": ("source", "source:rfi.fr"),
    "date": ("date", "date:2024-03"),
    "after": ("after", "after:2024-03-01"),
    "before": ("before", "before:2024-04"),
    "added": ("added", "added:7d"),
}

FIELD_NAMES: Final = tuple(_FIELDS)
"""The names of all fields."""

_EXAMPLES: Final[dict[FieldKind, str]] = {
    "text": "天气",
    "keyword": "A1",
    "number": "10..20",
    "date": "2024-03",
}
_DATES: Final[dict[str | None, DateKind]] = {
    "date": "date",
    "after": "after",
    "before": "before",
    "added": "added",
}
_FILTERS = frozenset(["source", *_DATES])
_CLOSING_MARKS = frozenset("".join(QUOTATION_MARKS.values()))
_MARKS = _CLOSING_MARKS.union(QUOTATION_MARKS)
_NEAR_HINT = 'write "日本" ~10 "乌克兰"; for three of them, two such pairs'

_BARS = re.compile(rf"[{BARS}]+")
_DISTANCE = re.compile(rf"[{TILDES}](\d+)")
_FIELD = re.compile(r"([A-Za-zＡ-Ｚａ-ｚ]{3,6})[:：]")
_OWN_FIELD = re.compile(r"([^\W\d_]\w{0,29})[:：]")
_SPACE = re.compile(rf"[\s{INVISIBLE}]*")
_WORD = re.compile(r"[A-ZＡ-Ｚ]{2,3}")


def parse(query: str, own_fields: OwnFields = ()) -> Node:
    """Return the tree of a query; docs/query-language.md describes the language.

    Args:
        query: The query as it was typed.
        own_fields: The own fields of the index.

    Raises:
        QueryError: The query has a syntax error, is longer than MAX_LENGTH
            characters, has more than MAX_CLAUSES clauses or MAX_NEAR distances, or
            is nested deeper than MAX_DEPTH.
    """
    if len(query) > MAX_LENGTH:
        problem = f"the query goes on after {MAX_LENGTH:,} characters"
        raise QueryError(problem, query=query, position=MAX_LENGTH + 1, hint="search for a part of it")
    node = _Parser(query, own_fields).alternatives(None)
    if node is None:
        raise QueryError(
            "the query is empty", query=query, position=1, hint="write what to find: 乌克兰 弹药"
        )
    return node


class _Closing(NamedTuple):
    """The index of a closing quotation mark; `in_one_piece` if no space comes before it."""

    at: int
    in_one_piece: bool


class _Name(NamedTuple):
    """The name of a field before a clause: the field, the name, an example, and the index after it."""

    field: _Field
    name: str
    example: str
    end: int


class _Joint(NamedTuple):
    """The operator AND, OR or NOT, and the index after it."""

    word: str
    end: int


class _Scanner:
    """A cursor over a query with tests for what begins at an index. `pos` is the next index to read."""

    def __init__(self, query: str, own_fields: OwnFields) -> None:
        self.query = query
        self.own_fields = {fold(name): (name, kind) for name, kind in own_fields}
        self.pos = 0
        self.depth = 0  # of groups and negations
        self.closings = _closings(query)

    def space_end(self, at: int) -> int:
        match = _SPACE.match(self.query, at)
        return match.end() if match else at

    def skip_space(self) -> int:
        self.pos = self.space_end(self.pos)
        return self.pos

    def at_end(self, at: int) -> bool:
        """Return whether the query, the innermost group or the innermost negation ends here.

        A closing bracket ends a negation even without an opening one: `-日本)乌克兰`
        means `(-日本)乌克兰`. As text it could not be printed inside a group.
        """
        if at >= len(self.query):
            return True
        return self.depth > 0 and self.query[at] in CLOSING_BRACKETS

    def breaks_off(self, at: int) -> bool:
        """Return whether every clause ends here: at a space or the end of the query or group."""
        return self.at_end(at) or self.query[at].isspace()

    def quotes(self, at: int) -> bool:
        """Return whether a quotation mark inside a clause opens a phrase.

        It does if it is closed before the next space and is not empty.
        Of 453 quotations in real headlines, none inside a clause held a space.
        """
        closing = self.closings.get(at)
        return (
            closing is not None
            and closing.in_one_piece
            and bool(self.query[at + 1 : closing.at].strip(STARS))
        )

    def bounded(self, at: int) -> bool:
        """Return whether a word or number that ends here can be an operator."""
        return self.breaks_off(at) or self.quotes(at)

    def joint(self, at: int) -> _Joint | None:
        bars = _BARS.match(self.query, at)
        return _Joint("OR", bars.end()) if bars else self.joint_word(at)

    def joint_word(self, at: int) -> _Joint | None:
        match = _WORD.match(self.query, at)
        if match is None or narrow(match[0]) not in WORDS:
            return None
        end = match.end()
        if not self.bounded(end) and self.query[end] not in OPENING_BRACKETS:
            return None
        return _Joint(narrow(match[0]), end)

    def nothing_follows(self, at: int) -> bool:
        """Return whether an operator that ends here has no clause after it."""
        at = self.space_end(at)
        joint = self.joint(at)
        return self.at_end(at) or (joint is not None and joint.word != "NOT")

    def distance(self, at: int) -> re.Match[str] | None:
        match = _DISTANCE.match(self.query, at)
        return match if match and self.bounded(match.end()) else None

    def field_name(self, at: int) -> _Name | None:
        match = _FIELD.match(self.query, at)
        if match is not None and (name := narrow(match[1]).lower()) in _FIELDS:
            field, example = _FIELDS[name]
            return _Name(field, name, example, match.end())
        match = _OWN_FIELD.match(self.query, at) if self.own_fields else None
        if match is None or (folded := fold(match[1])) not in self.own_fields:
            return None
        name, kind = self.own_fields[folded]
        field = own_name(name) if kind == "text" else _Own(name, kind)
        return _Name(field, name, f"{name}:{_EXAMPLES[kind]}", match.end())

    def goes_on(self, behind: int) -> bool:
        """Skip marks after a clause that ended at `behind`; return whether text or a phrase follows."""
        while not self.breaks_off(self.pos):
            char = self.query[self.pos]
            if self.quotes(self.pos):
                return True
            if char in BARS or self.distance(self.pos):
                return False
            if char in OPENING_BRACKETS and self.pos == behind and self.query[behind - 1] in CLOSING_BRACKETS:
                return False  # one group after the other
            if _searchable(char):
                return self.joint(self.pos) is None and self.field_name(self.pos) is None
            self.pos += 1
        return False

    def error(self, problem: str, at: int, hint: str) -> QueryError:
        return QueryError(problem, query=self.query, position=at + 1, hint=hint)


class _Parser(_Scanner):
    """Recursive descent: each method reads one construct that begins at `pos` and returns its nodes."""

    def __init__(self, query: str, own_fields: OwnFields) -> None:
        super().__init__(query, own_fields)
        self.clauses = 0
        self.nears = 0
        self.end = 0  # of what was read last

    def alternatives(self, field: _Field) -> Node | None:
        """Read a group up to its closing bracket, or the whole query; None if it is empty."""
        alternatives: list[list[Node]] = [[]]
        while not self.at_end(self.skip_space()):
            joint = self.joint(self.pos)
            if joint is None or joint.word == "NOT":
                alternatives[-1] += self.clause(field)
            elif alternatives[-1] and not self.nothing_follows(joint.end):
                self.pos = joint.end
                alternatives += [[]] if joint.word == "OR" else []
            elif self.query[self.pos] in BARS:
                self.pos = joint.end  # a bar without two clauses is ignored
            else:
                alternatives[-1] += self.clause(field)
        found = [_join(And, nodes) for nodes in alternatives if nodes]
        return _join(Or, found) if found else None

    def clause(self, field: _Field) -> list[Node]:
        """Read one clause; phrases and groups inside it become nodes of their own."""
        start = self.pos
        if self.take_not():
            with self.nested(start):
                child = _join(And, self.clause(field))
            return [Not(child, span=QuerySpan(start, self.end))]
        nodes = self.run(field)
        while pair := self.near(nodes[-1], field):
            nodes[-1:] = pair
        if self.query[start] in OPENING_BRACKETS or not _is_sentence(nodes):
            return nodes
        return [Sentence(tuple(nodes), span=_span_of(nodes))]

    def take_not(self) -> bool:
        """Skip a `-` or NOT that is followed by a clause; return whether there was one."""
        joint = self.joint(self.pos)
        if joint is not None and joint.word == "NOT" and not self.nothing_follows(joint.end):
            following = self.space_end(joint.end)
            if self.query[following] in CLOSING_BRACKETS:
                return False
            self.pos = following
            return True
        following = self.pos + 1
        if self.query[self.pos] not in DASHES or self.breaks_off(following):
            return False
        if self.query[following] in DASHES + BARS + CLOSING_BRACKETS:
            return False
        self.pos = following
        return True

    def run(self, field: _Field) -> list[Node]:
        """Read a group, phrase or text, and all that follow it without a space."""
        start = self.pos
        field = self.take_field() or field
        nodes = [self.group(field) if self.query[self.pos] in OPENING_BRACKETS else self.leaf(field, start)]
        while not (isinstance(field, _Own) or field in _FILTERS) and self.goes_on(self.end):
            nodes.append(self.leaf(field, self.pos))
        return nodes

    def take_field(self) -> _Field:
        """Skip a field name and its colon, and return the field; raise QueryError if nothing follows."""
        named = self.field_name(self.pos)
        if named is None:
            return None
        start, self.pos = self.pos, self.space_end(named.end)
        if self.at_end(self.pos) or self.query[self.pos] in CLOSING_BRACKETS or self.field_name(self.pos):
            hint = f"write {named.example}, or quote it to search for the word"
            raise self.error(f"nothing stands after {named.name}:", start, hint)
        return named.field

    def group(self, field: _Field) -> Node:
        start = self.pos
        with self.nested(start):
            self.pos += 1
            node = self.alternatives(field)
        if self.pos == len(self.query):
            raise self.error("the query has an unclosed bracket", start, "close it, or leave it out")
        if node is None:
            raise self.error("nothing stands in the brackets", start, "fill them, or leave them out")
        self.pos = self.end = self.pos + 1
        return node

    def leaf(self, field: _Field, start: int) -> Node:
        """Read a phrase, text or filter value; `start` is the index of its field name, if it has one."""
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            problem = f"the query has more than {MAX_CLAUSES:,} clauses"
            raise self.error(problem, start, "search for a part of it, or quote it")
        if isinstance(field, _Own):
            return self.own_value(field, start)
        if field == "source":
            return self.source(start)
        if field in _DATES:
            return self.dates(_DATES[field], start)
        return (
            self.phrase(field, start) if self.query[self.pos] in QUOTATION_MARKS else self.text(field, start)
        )

    def text(self, field: str | None, start: int) -> Text:
        word = self.joint_word(self.pos)  # an operator word without operands, which is searched for
        written = self.bare(stops=lambda at: self.quotes(at) or (word is not None and at == word.end))
        stem = written.rstrip(STARS)
        prefix = 0 < len(stem) < len(written)
        return Text(stem if prefix else written, field, prefix, span=QuerySpan(start, self.end))

    def phrase(self, field: str | None, start: int) -> Phrase:
        written = self.quoted()
        stem = written.rstrip()
        prefix = stem.endswith(tuple(STARS))
        if prefix:
            written = stem.rstrip(STARS)
        elif (
            not self.breaks_off(self.pos) and self.query[self.pos] in STARS and self.breaks_off(self.pos + 1)
        ):
            prefix = True
            self.pos = self.end = self.pos + 1
        return Phrase(written, field, prefix, span=QuerySpan(start, self.end))

    def source(self, start: int) -> Source:
        name = self.whole_name("a source", "write the whole name: source:rfi.fr")
        return Source(name, span=QuerySpan(start, self.end))

    def whole_name(self, what: str, hint: str) -> str:
        """Read a name, quoted or up to a space; it may not end with a star."""
        if self.query[self.pos] in QUOTATION_MARKS:
            return self.quoted().strip()
        name = self.bare(stops=None)
        if name.endswith(tuple(STARS)):
            raise self.error(f"{what} with *", self.end - 1, hint)
        return name

    def own_value(self, field: _Own, start: int) -> OwnValue:
        at = self.pos
        hint = f"write the whole value, as `search facets --by {field.name}` lists it"
        written = self.whole_name(field.name, hint) if field.kind == "keyword" else self.value()
        found = OwnValue(field.name, field.kind, written.strip(), span=QuerySpan(start, self.end))
        try:
            own.check(found)
        except QueryError as error:
            at = self.query.index(found.value, at)
            raise self.error(error.problem, at + error.position - 1, error.hint) from None
        return found

    def value(self) -> str:
        """Read a value, quoted or up to a space."""
        return self.quoted() if self.query[self.pos] in QUOTATION_MARKS else self.bare(stops=None)

    def dates(self, kind: DateKind, start: int) -> Dates:
        at = self.pos
        written = self.value()
        found = Dates(kind, written.strip(), span=QuerySpan(start, self.end))
        try:
            dates.check(found)
        except QueryError as error:
            at = self.query.index(found.value, at)
            raise self.error(error.problem, at + error.position - 1, error.hint) from None
        return found

    def quoted(self) -> str:
        """Read a quotation and return it without its marks."""
        opening = self.pos
        marks = QUOTATION_MARKS[self.query[opening]]
        if opening not in self.closings:
            hint = f"close it with {marks[0]} or leave it out"
            raise self.error("the query has an unclosed quotation mark", opening, hint)
        closing = self.closings[opening].at
        written = self.query[opening + 1 : closing]
        if not written.strip().strip(STARS).strip():
            hint = "fill them, or leave them out"
            raise self.error("nothing stands in the quotation marks", opening, hint)
        self.pos = self.end = closing + 1
        return written

    def bare(self, *, stops: Callable[[int], bool] | None) -> str:
        """Read up to a space, the end of the group, or an index for which `stops` returns True."""
        start, opened = self.pos, 0
        while self.pos < len(self.query) and not self.query[self.pos].isspace():
            if stops and self.pos > start and stops(self.pos):
                break
            char = self.query[self.pos]
            if char in OPENING_BRACKETS:
                opened += 1
            elif char in CLOSING_BRACKETS and opened:
                opened -= 1
            elif self.at_end(self.pos):
                break
            self.pos += 1
        self.end = self.pos
        return self.query[start : self.end]

    def near(self, left: Node, field: _Field) -> list[Node]:
        """Read `~10` and the clause after it; return the pair with `left` and any further nodes, or []."""
        distance = self.distance(self.space_end(self.pos))
        if distance is None:
            return []
        too_far = len(distance[1]) > len(str(MAX_DISTANCE))
        if too_far or self.nothing_follows(distance.end()):
            if isinstance(left, Phrase):
                problem = (
                    f"a distance above {MAX_DISTANCE}" if too_far else "a distance with nothing after it"
                )
                raise self.error(problem, distance.start(), _NEAR_HINT)
            return []
        self.pos = self.space_end(distance.end())
        right = [] if self.take_not() else self.run(field)
        first = right[0] if right else None
        if not isinstance(left, Text | Phrase) or not isinstance(first, Text | Phrase):
            problem = "a distance beside something that is no word or phrase"
            raise self.error(problem, distance.start(), _NEAR_HINT)
        if first.field not in (None, left.field):
            hint = "write title:(日本 ~10 乌克兰)"
            raise self.error("a distance between two fields", distance.start(), hint)
        self.nears += 1
        if self.nears > MAX_NEAR:
            problem = f"the query has more than {MAX_NEAR} distances"
            raise self.error(problem, distance.start(), "search for a part of it")
        span = QuerySpan(left.span.start, first.span.end)
        sides = replace(left, field=None), replace(first, field=None)
        return [Near(*sides, int(distance[1]), left.field, span=span), *right[1:]]

    @contextmanager
    def nested(self, start: int) -> Iterator[None]:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            problem = f"the query nests deeper than {MAX_DEPTH} levels"
            raise self.error(problem, start, "leave out brackets and NOTs that change nothing")
        yield
        self.depth -= 1


def _closings(query: str) -> dict[int, _Closing]:
    """Return the closing mark for the index of each opening quotation mark, in one pass from the right."""
    found: dict[int, _Closing] = {}
    nearest: dict[str, int] = {}
    space = len(query)
    for at in range(len(query) - 1, -1, -1):
        char = query[at]
        closing = min(
            (nearest[mark] for mark in QUOTATION_MARKS.get(char, "") if mark in nearest), default=None
        )
        if closing is not None:
            found[at] = _Closing(closing, closing < space)
        if char in _CLOSING_MARKS:
            nearest[char] = at
        elif char.isspace():
            space = at
    return found


def _join(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    return kind(tuple(nodes), span=_span_of(nodes))


def _span_of(nodes: list[Node]) -> QuerySpan:
    return QuerySpan(nodes[0].span.start, nodes[-1].span.end)


def _is_sentence(nodes: list[Node]) -> bool:
    """Return whether nodes without a space between them are bare text with phrases inside it.

    Text is none that has a mark that closes nothing, or is printed in brackets: its
    print would be another query.
    """
    texts = [node for node in nodes if isinstance(node, Text) and node.field is None]
    phrases = [node for node in nodes if isinstance(node, Phrase) and node.field is None]
    if not texts or not phrases or len(texts) + len(phrases) < len(nodes):
        return False
    return all(_MARKS.isdisjoint(text.text) and str(text)[0] not in OPENING_BRACKETS for text in texts)


def _searchable(char: str) -> bool:
    return any(part.isalnum() for part in unicodedata.normalize("NFKC", char))
