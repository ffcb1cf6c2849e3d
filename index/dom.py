"""Markup to a walk over its elements, by either of two parsers.

BeautifulSoup over Python's html.parser reads everything. selectolax (Lexbor),
where it is installed, is twenty times faster, but it builds the tree that
HTML5 prescribes, which for faulty markup is another one. So it is asked only
where both must build the same: for markup that is *plain*, see `is_plain`.
What a consumer hears is then the same, whoever parsed.

Markup is cleaned before either parser sees it: comments, declarations, scripts
and other raw text go, character references are decoded in one place, a `<`
that opens no tag becomes text. What makes html.parser slow or fail (floods of
unclosed comments, CDATA, marked sections) does not reach it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, Protocol, cast

from index.errors import MissingExtra, UsageError

__all__ = ["BLOCKS", "VOID", "Consumer", "Parser", "clean", "is_plain", "names", "walk"]

Parser = Literal["auto", "beautifulsoup", "selectolax"]


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
#: A tag keeps attributes of at most so many characters: both parsers compare each with each.
MAX_ATTRIBUTES = 16_384

# ── cleaning ────────────────────────────────────────────────────────────────

# Where a quotation mark opens a value, the value lasts to the next such mark.
# No two branches can match at one place, so that a failure costs one pass.
_TAIL = r"""[^>=]*(?:=(?:\s*"[^"]*"|\s*'[^']*'|(?!\s*["']))[^>=]*)*>"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*)({_TAIL})")
# Elements whose content is no text of the article, whatever stands in it.
_RAW = re.compile(
    r"<(script|style|noscript|iframe|textarea|noembed|noframes|template|select|svg|head|title)(?![\w-])",
    re.IGNORECASE,
)
_END_OF_TAG = re.compile(_TAIL)
_HIDES_THE_REST = frozenset({"script", "style"})
_FRAME = re.compile(r"</?(?:html|body)(?![\w-])[^<>]*>", re.IGNORECASE)
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z])")
_BROKEN = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_REFERENCE = re.compile(
    "&(?!(?:amp|lt|gt|quot);)(?:#[0-9]{1,8};?|#[xX][0-9a-fA-F]{1,7};?|[a-zA-Z][a-zA-Z0-9]{0,31};?)?"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def clean(markup: str) -> str:
    """Markup that holds tags, text and the references `&amp; &lt; &gt; &quot;` only.

    Takes time in proportion to the markup's length, whatever it holds.
    """
    text = markup.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:  # a lone surrogate, which no parser in C takes
        text = _SURROGATES.sub("\ufffd", text)
    if "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    if "<!--" in text:
        text = _without_comments(text)
    text = _without_raw_text(text)
    if "<!" in text or "<?" in text:
        text = _DECLARATION.sub("", text)
    text = _NO_TAG.sub("&lt;", _FRAME.sub("", text))
    if "&" in text:
        text = _REFERENCE.sub(_decoded, text.replace("&nbsp;", "\u00a0"))
    return text


def _with_few_attributes(tag: re.Match[str]) -> str:
    return tag[0] if len(tag[3]) <= MAX_ATTRIBUTES else f"<{tag[1]}{tag[2]}>"


def _decoded(match: re.Match[str]) -> str:
    return html.unescape(match[0]).translate(_SPECIAL)


def _without_comments(text: str) -> str:
    """Text without its comments; one that is never closed hides nothing."""
    kept = []
    end = 0
    while (start := text.find("<!--", end)) >= 0:
        close = text.find("-->", start + 2)  # "<!-->" is a whole comment
        if close < 0:
            break
        kept.append(text[end:start])
        end = close + 3
    kept.append(text[end:].replace("<!--", ""))
    return "".join(kept)


def _without_raw_text(text: str) -> str:
    kept = []
    end = 0
    never_closed: set[str] = set()
    while (opening := _RAW.search(text, end)) is not None:
        name = opening[1].lower()
        tail = _END_OF_TAG.match(text, opening.end())
        if tail is None:
            break
        kept.append(text[end : opening.start()])
        end = tail.end()
        if name in never_closed or text[end - 2] == "/":
            continue
        closing = _closing(name).search(text, end)
        if closing is not None:
            end = closing.end()
        elif name in _HIDES_THE_REST:
            end = len(text)
        else:
            never_closed.add(name)
    kept.append(text[end:])
    return "".join(kept)


@lru_cache(maxsize=32)
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?![\w-])[^<>]*>", re.IGNORECASE)


# ── what both parsers read alike ────────────────────────────────────────────

# Spaces are HTML's own here: to Python a no-break space is one as well.
_PLAIN_TAG = re.compile(
    r"""<(?:(/?)([a-zA-Z][a-zA-Z0-9:-]*)"""
    r"""((?:[ \t\n\f]+[^\s"'<>/=]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'<>`=/]+))?)*)[ \t\n\f]*(/?)>"""
    r"""(?=[ \t\n\f]*([^< \t\n\f])?)|)"""
)
_ENDS_P = (BLOCKS - {"caption", "legend", "tbody", "tfoot", "thead", "tr"}) | {"xmp", "plaintext"}
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
# Where HTML5 wants a certain parent, or else rearranges the tree.
_PARENTS = {
    "li": frozenset({"ul", "ol", "menu"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
    "tr": frozenset({"table", "tbody", "thead", "tfoot"}),
    "tbody": frozenset({"table"}),
    "thead": frozenset({"table"}),
    "tfoot": frozenset({"table"}),
    "caption": frozenset({"table"}),
}
_NEVER_PLAIN = names(
    """
    image math plaintext xmp listing frame frameset option optgroup col colgroup isindex keygen marquee
    applet object button rb rtc input script style noscript iframe textarea noembed noframes template
    select svg head title html body
    """
)
_ENDED_EARLY = _HEADINGS | {"p"}
_ANYWHERE = names(
    """
    span em strong b i u img br sup sub code small
    """
)
_NOT_IN_ITSELF = frozenset({"a", "nobr", "form"})
_ROWS = frozenset(["table", "tbody", "thead", "tfoot", "tr"])


def is_plain(cleaned: str) -> bool:
    """Whether HTML5 and html.parser must tell a consumer the same of this clean markup.

    True where every element is closed in its turn, no rule of HTML5 closes or
    moves one unasked, and attributes are written as usual.
    """
    if cleaned.count("<") > MAX_TAGS:
        return False
    stack = [""]
    for slash, name, attributes, closed, text in _PLAIN_TAG.findall(cleaned):
        if not name or len(attributes) > MAX_ATTRIBUTES:
            return False
        top = stack[-1]
        name = name.lower()
        if slash:
            if name != top.rstrip("*/"):
                return False
            stack.pop()
        elif (name not in _ANYWHERE or top in _ROWS) and not _fits(name, stack, top):
            return False
        elif name not in VOID:
            if closed or len(stack) > MAX_DEPTH:
                return False
            # A star: it has attributes, so where it ends matters.
            stack.append(f"{name}*" if attributes and name in _ENDED_EARLY else name)
        if text and stack[-1] in _ROWS:
            return False
    return True


def _fits(name: str, stack: list[str], top: str) -> bool:
    if name in _NEVER_PLAIN or (name in _NOT_IN_ITSELF and name in stack):
        return False
    # HTML5 ends a paragraph where a block begins, a heading where a heading
    # does. Without attributes, and with nothing open inside, it is all one.
    if name in _ENDS_P:
        if top == "p":
            stack[-1] = "p/"
        elif "p" in stack or "p*" in stack:
            return False
    if name in _HEADINGS and top.rstrip("*") in _HEADINGS and top not in _HEADINGS:
        return False
    wanted = _PARENTS.get(name)
    if wanted is not None:
        return top in wanted
    return top not in _ROWS


# ── walking ─────────────────────────────────────────────────────────────────


class Consumer(Protocol):
    """What hears a walk: elements begin and end, text stands between."""

    def start(self, name: str, attributes: Mapping[str, str | None]) -> bool:
        """An element begins; whether to walk into it. If not, it does not end either."""

    def text(self, text: str) -> None:
        """Text, perhaps one of several pieces in a row."""

    def end(self, name: str) -> None:
        """The element that began last and has not ended yet ends."""


def walk(markup: str, consumer: Consumer, *, parser: Parser = "auto") -> None:
    """Tell `consumer` what stands in `markup`, in reading order.

    `"auto"` and `"selectolax"` give what `"beautifulsoup"` gives. Raises
    MissingExtra for `"selectolax"` where it is not installed.
    """
    cleaned = clean(markup)
    lexbor = None if parser == "beautifulsoup" else _lexbor(parser)
    if lexbor is not None and is_plain(cleaned):
        _walk_lexbor(lexbor(cleaned), consumer)
        return
    bounded, is_flat = _bounded(cleaned)
    if is_flat:
        _walk_flat(bounded, consumer)
    else:
        _walk_soup(bounded, consumer)


@lru_cache(maxsize=4)
def _lexbor(parser: Parser) -> Any:
    if parser not in ("auto", "selectolax"):
        raise UsageError(f"there is no HTML parser {parser!r}; there are auto, beautifulsoup and selectolax")
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError as error:
        if parser == "selectolax":
            raise MissingExtra("the HTML parser selectolax", extra="fast") from error
        return None
    return LexborHTMLParser


def _walk_lexbor(tree: Any, consumer: Consumer) -> None:
    start, text, end = consumer.start, consumer.text, consumer.end
    node = tree.root
    open_names: list[str] = []
    while node is not None:
        name = node.tag
        if name == "-text":
            text(node.text_content)
        elif start(name, node.attributes):
            child = node.child
            if child is not None:
                open_names.append(name)
                node = child
                continue
            end(name)
        while (following := node.next) is None:
            if not open_names:
                return
            node = node.parent
            end(open_names.pop())
        node = following


def _walk_flat(cleaned: str, consumer: Consumer) -> None:
    """Text between line breaks, which may be too many for a tree."""
    for piece in cleaned.split("<br>"):
        if piece:
            consumer.text(html.unescape(piece))
        consumer.start("br", {})


def _walk_soup(cleaned: str, consumer: Consumer) -> None:
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, Tag

    # HTML5 keeps the first of two attributes with one name.
    soup = BeautifulSoup(
        cleaned, "html.parser", multi_valued_attributes=None, on_duplicate_attribute="ignore"
    )
    start, text, end = consumer.start, consumer.text, consumer.end
    children = [iter(soup.contents)]
    open_names: list[str] = []
    while children:
        for node in children[-1]:
            if isinstance(node, NavigableString):
                text(node)
            # Without multi-valued attributes every value is a string.
            elif isinstance(node, Tag) and start(node.name, cast("Mapping[str, str]", node.attrs)):
                open_names.append(node.name)
                children.append(iter(node.contents))
                break
        else:
            children.pop()
            if open_names:
                end(open_names.pop())


def _bounded(cleaned: str) -> tuple[str, bool]:
    """The same markup, or one without tags that never end; flat, and so said, where it is absurd."""
    depth = deepest = at = longest = 0
    while (at := cleaned.find("<", at)) >= 0:
        tag = _TAG.match(cleaned, at)
        if tag is None:
            # A quotation mark or a tag is open to the very end. From here on
            # a tag ends at the next bracket and has no attributes.
            return _bounded(cleaned[:at] + _BROKEN.sub(r"<\1>", cleaned[at:]))
        at = tag.end()
        slash, name, tail = tag.groups()
        longest = max(longest, len(tail))
        if slash:
            depth = max(0, depth - 1)
        elif name.lower() not in VOID and not tail.endswith("/>"):
            depth += 1
            deepest = max(deepest, depth)
    if longest > MAX_ATTRIBUTES:
        cleaned = _TAG.sub(_with_few_attributes, cleaned)
    is_absurd = deepest > MAX_DEPTH or cleaned.count("<") > MAX_TAGS
    return (_flat(cleaned), True) if is_absurd else (cleaned, False)


def _flat(cleaned: str) -> str:
    """Line breaks where blocks begin or end, and no other element."""

    def broken(tag: re.Match[str]) -> str:
        return "<br>" if tag[2].lower() in BLOCKS or tag[2].lower() == "br" else ""

    return _BREAKS.sub("<br>", _TAG.sub(broken, cleaned))


_BREAKS = re.compile(r"<br>(?:\s*<br>)+")
