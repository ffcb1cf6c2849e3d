"""Tell markup from text: a `<` begins markup only as part of a complete tag of an element that HTML knows.

Everything else is text: `a<b`, `vector<int>`, `<name@example.org>`, `<ABC>`. In running text a tag
that is only mentioned, such as `<button>` without an end tag, is text as well.
"""

from __future__ import annotations

import html
import re

from index.reading.markup import BLOCKS, VOID
from index.reading.markup import KNOWN as ELEMENTS

__all__ = ["ELEMENTS", "TAG", "is_markup", "looks_like_html", "without_tags"]

TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,15})"
    r"(?P<attributes>(?:[\s/](?:[^<>\"']|\"[^\"]{0,5000}\"|'[^']{0,5000}'){0,5000}?)?)>"
)
_MARKUP = re.compile(rf"<!doctype\b[^<>]*>|{TAG.pattern}", re.IGNORECASE | re.DOTALL)
_COMMENTS = re.compile("<!--"), re.compile("-->")
_SHAPING = re.compile(
    rf"<(?:{'|'.join(sorted(BLOCKS | {'br'}, key=len, reverse=True))})(?=[\s/>])[^<>]*>", re.IGNORECASE
)
_PREFORMATTED = re.compile(r"<pre\b", re.IGNORECASE), re.compile(r"</pre\s*>", re.IGNORECASE)
_BARE_MARKDOWN = re.compile(r"#{1,6}\s|```|~~~")
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
# Their end tags may be left out, so an unclosed one is no sign that it is only named.
_LINE_BREAKS = frozenset(["br", "p", "div", "li", "tr", "hr"])
_DROPPED = frozenset(["script", "style"])


def _is_known(found: re.Match[str]) -> bool:
    return found["name"] is None or found["name"].lower() in ELEMENTS


def looks_like_html(text: str) -> bool:
    """Return whether the elements of a text, rather than its blank lines, make its paragraphs."""
    if "<" not in text or _SHAPING.search(text) is None:
        return False
    bare = 0
    text = _without(text, _COMMENTS, instead="")
    for block in _BLANK_LINES.split(_without(text, _PREFORMATTED, instead="<pre>")):
        block = block.strip()
        if block and not _MARKUP.match(block):
            if _BARE_MARKDOWN.match(block):
                return False
            bare += 1
    return not bare or len(_SHAPING.findall(text)) >= bare


def _without(text: str, pair: tuple[re.Pattern[str], re.Pattern[str]], *, instead: str) -> str:
    """Return a text with `instead` for each piece from a beginning to its end; linear, whatever it holds."""
    begins, ends = pair
    pieces: list[str] = []
    at = 0
    while (begin := begins.search(text, at)) and (end := ends.search(text, begin.end())):
        pieces += [text[at : begin.start()], instead]
        at = end.end()
    return "".join([*pieces, text[at:]]) if pieces else text


def without_tags(text: str) -> str:
    """Return a paragraph of plain text without its markup; `<br>` becomes a line end."""
    if "<" not in text:
        return text
    bare = _without(text, _COMMENTS, instead="")
    has_comments, text = bare != text, bare
    tags = [found for found in _MARKUP.finditer(text) if _is_known(found)]
    ended = {found["name"].lower() for found in tags if found["name"] and found["end"]}
    pieces: list[str] = []
    begin = 0
    dropping = ""
    for found in tags:
        name = (found["name"] or "").lower()
        if not dropping:
            pieces.append(text[begin : found.start()])
        begin = found.end()
        if dropping:
            dropping = "" if name == dropping and found["end"] else dropping
        elif is_markup(name, found["attributes"] or "", bool(found["end"]), name in ended):
            dropping = name if name in _DROPPED and not found["end"] else ""
            pieces.append("\n" if name in _LINE_BREAKS else "")
        else:
            pieces.append(found[0])
    pieces.append(text[begin:])
    return html.unescape("".join(pieces)) if len(pieces) > 1 or has_comments else text


def is_markup(name: str, attributes: str, end: bool, ended: bool) -> bool:
    """Return whether a tag in running text is markup, not the name of an element.

    Args:
        name: The element's, in lower case; empty for a comment.
        attributes: What stands after the name.
        end: It is an end tag.
        ended: The paragraph holds an end tag of this name.
    """
    return not name or end or ended or name in VOID or "=" in attributes
