"""What an answer says about its query besides the hits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from search.query.parser import FIELD_NAMES
from search.query.tree import And, Near, Node, Not, Or, Text, narrow

__all__ = ["Note", "unknown_fields"]

_NAME = re.compile(r"([A-Za-z][A-Za-z_]{1,19})[:：](?!//)\S")


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a query that its reader may want to know.

    Attributes:
        kind: "unknown-field": a name before a colon is that of no field, so it was looked for as text.
            "unknown-source": no article has this source. "no-such-time": no article is from that time.
            "no-such-arrival": none came into the index then.
        about: The name, or the dates.
        names: All fields; sources that are named alike; the dates of the oldest and the newest article; or
            the days on which the first and the last came in.

    Example:
        >>> searcher.search("year:2024").notes[0].about
        'year'
    """

    kind: Literal["unknown-field", "unknown-source", "no-such-time", "no-such-arrival"]
    about: str
    names: tuple[str, ...]


def unknown_fields(node: Node, names: tuple[str, ...] = FIELD_NAMES) -> Iterator[Note]:
    """Yield a note for each bare text that begins like a field that is not among `names`."""
    match node:
        case Text():
            if node.field is None and (found := _NAME.match(narrow(node.text))):
                yield Note("unknown-field", found[1], names)
        case And() | Or():
            for child in node.children:
                yield from unknown_fields(child, names)
        case Not():
            yield from unknown_fields(node.child, names)
        case Near():
            yield from unknown_fields(node.left, names)
            yield from unknown_fields(node.right, names)
