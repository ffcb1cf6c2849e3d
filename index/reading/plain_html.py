"""Plain markup: tags written as usual, walked without building a tree.

What a consumer hears is what it would hear of BeautifulSoup over Python's
html.parser, down to end tags that are missing or end nothing; a property test
and a script over whole archives hold the two together. It takes a fifth of the time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol, TypeAlias

__all__ = [
    "BLOCKS",
    "MAX_ATTRIBUTES",
    "MAX_DEPTH",
    "MAX_TAGS",
    "VOID",
    "Consumer",
    "names",
    "plain_tokens",
    "walk_plain",
]


class Consumer(Protocol):
    """What hears a walk: elements begin and end, text stands between."""

    def start(self, name: str, attributes: Mapping[str, str | None]) -> bool:
        """An element begins; whether to walk into it. If not, it does not end either."""

    def text(self, text: str) -> None:
        """Text, perhaps one of several pieces in a row."""

    def end(self, name: str) -> None:
        """The element that began last and has not ended yet ends."""


def names(text: str) -> frozenset[str]:
    """The set of the words in `text`."""
    return frozenset(text.split())


#: Elements that begin and end a paragraph.
BLOCKS = names(
    """
    address article aside blockquote caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav
    ol p pre search section summary table tbody tfoot thead tr ul
    """
)
#: Elements without content or end tag.
VOID = names(
    """
    area base br col embed hr img input link meta param source track wbr
    """
)

#: Markup nested deeper than this is read without its nesting.
MAX_DEPTH = 400
#: Markup with more tags than this, likewise.
MAX_TAGS = 200_000
#: A tag keeps attributes of at most so many characters: a parser compares each with each.
MAX_ATTRIBUTES = 16_384


# ── tags ────────────────────────────────────────────────────────────────────

Token: TypeAlias = tuple[str, str, str, str, str]
"""A tag: its slash if it ends an element, name, attributes, its slash if it is closed, the text after it."""

# Spaces are HTML's own here: to Python a no-break space is one as well. The first
# match is the text before any tag; one without a name is a `<` that opens no plain tag.
_TOKEN = re.compile(
    r"""(?:\A|<(?:(/?)([a-zA-Z][a-zA-Z0-9:-]*)"""
    r"""((?:[ \t\n\f]+[^\s"'<>/=]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'<>`=/]+))?)*)[ \t\n\f]*(/?)>|))([^<]*)"""
)
# Whose content html.parser does not read as markup, and what BeautifulSoup besides takes for empty.
_NEVER_PLAIN = names(
    """
    script style noscript iframe textarea noembed noframes title xmp plaintext listing
    basefont bgsound command frame image isindex keygen menuitem nextid spacer
    """
)


def plain_tokens(cleaned: str) -> list[Token] | None:
    """The tags of clean markup; None where one is not written as usual, or they are too many or too deep."""
    if cleaned.count("<") > MAX_TAGS:
        return None
    tokens: list[Token] = _TOKEN.findall(cleaned)
    for slash, name, attributes, _, _ in tokens[1:]:
        if not name or len(attributes) > MAX_ATTRIBUTES or name.lower() in _NEVER_PLAIN:
            return None
        # html.parser ends an end tag at the first bracket, in quotation marks or not.
        if slash and attributes:
            return None
    return None if len(tokens) > MAX_DEPTH and _depth(tokens) > MAX_DEPTH else tokens


def _depth(tokens: list[Token]) -> int:
    """How deep elements are nested, every end tag taken for that of an open element."""
    depth = deepest = 0
    for slash, name, _, closed, _ in tokens[1:]:
        if slash:
            depth = max(0, depth - 1)
        elif not closed and name.lower() not in VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


# ── walking ─────────────────────────────────────────────────────────────────

_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'<>`=/]+)))?""")
# Longer attributes are hardly ever written twice.
_REPEATED = 120
_NONE: Mapping[str, str | None] = {}


def walk_plain(tokens: list[Token], consumer: Consumer) -> None:
    """Tell `consumer` what stands in plain markup, as `index.dom.walk` does.

    As in BeautifulSoup, an end tag ends the last open element of its name and
    all that are open in it, and nothing where there is none.
    """
    opened = _Open(consumer)
    start, text = consumer.start, consumer.text
    for slash, name, attributes, closed, following in tokens:
        name = name.lower()
        if slash:
            opened.end(name)
        elif name:
            walks = not opened.passed and start(name, _attributes(attributes) if attributes else _NONE)
            if not closed and name not in VOID:
                opened.begin(name, walks=walks)
            elif walks:
                consumer.end(name)
        if following and not opened.passed:
            text(html.unescape(following) if "&" in following else following)
    opened.end_all()


class _Open:
    """The elements that are open."""

    def __init__(self, consumer: Consumer) -> None:
        self._end = consumer.end
        self._names: list[str] = []
        #: How many are open with the outermost one that is not walked into; 0 without one.
        self.passed = 0

    def begin(self, name: str, *, walks: bool) -> None:
        self._names.append(name)
        if not walks and not self.passed:
            self.passed = len(self._names)

    def end(self, name: str) -> None:
        if name in self._names:
            while self._end_last() != name:
                pass

    def end_all(self) -> None:
        while self._names:
            self._end_last()

    def _end_last(self) -> str:
        name = self._names.pop()
        if not self.passed:
            self._end(name)
        elif len(self._names) < self.passed:
            self.passed = 0
        return name


def _attributes(written: str) -> Mapping[str, str | None]:
    return _repeated(written) if len(written) <= _REPEATED else _parsed(written)


def _parsed(written: str) -> Mapping[str, str | None]:
    values: dict[str, str | None] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        # HTML5 keeps the first of two attributes with one name.
        values.setdefault(name.lower(), html.unescape(double or single or bare))
    return values


_repeated = lru_cache(maxsize=4096)(_parsed)
