"""From what a user typed to a tree that every engine understands."""

from search.query.dates import interval, resolve
from search.query.parser import parse
from search.query.tree import And, Dates, Near, Node, Not, Or, Phrase, Source, Span, Text

__all__ = [
    "And",
    "Dates",
    "Near",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Source",
    "Span",
    "Text",
    "interval",
    "parse",
    "resolve",
]
