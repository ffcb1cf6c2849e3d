"""Markup to a walk over its elements.

BeautifulSoup over Python's html.parser reads everything. Markup whose tags are
written as usual, as in nearly all real articles, needs no tree: its tags, one
after the other, are the walk already (see `index.plain`). What a consumer hears
is the same either way.

Markup is cleaned first: comments, declarations, scripts and other raw text go,
character references are decoded in one place, a `<` that opens no tag becomes
text. What makes html.parser slow or fail (floods of unclosed comments, CDATA,
marked sections) does not reach it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, cast, get_args

from index.article import without_surrogates
from index.errors import UsageError
from index.reading.plain_html import (
    BLOCKS,
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_TAGS,
    VOID,
    Consumer,
    plain_tokens,
    walk_plain,
)

__all__ = ["Parser", "clean", "walk"]

Parser = Literal["auto", "beautifulsoup"]


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
_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def clean(markup: str) -> str:
    """Markup that holds tags, text and the references `&amp; &lt; &gt; &quot;` only.

    Takes time in proportion to the markup's length, whatever it holds.
    """
    text = without_surrogates(markup.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"))
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


# ── walking ─────────────────────────────────────────────────────────────────


def walk(markup: str, consumer: Consumer, *, parser: Parser = "auto") -> None:
    """Tell `consumer` what stands in `markup`, in reading order.

    `"auto"` gives what `"beautifulsoup"` gives, and most often without it.
    """
    if parser not in get_args(Parser):
        raise UsageError(f"there is no HTML parser {parser!r}; there are {' and '.join(get_args(Parser))}")
    cleaned = clean(markup)
    if parser == "auto" and (tokens := plain_tokens(cleaned)) is not None:
        walk_plain(tokens, consumer)
        return
    bounded, is_flat = _bounded(cleaned)
    if is_flat:
        _walk_flat(bounded, consumer)
    else:
        _walk_soup(bounded, consumer)


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
        name = tag[2].lower()
        if name in BLOCKS or name == "br":
            return "<br>"
        return " " if name in ("td", "th") else ""

    return _BREAKS.sub("<br>", _TAG.sub(broken, cleaned))


_BREAKS = re.compile(r"<br>(?:\s*<br>)+")
