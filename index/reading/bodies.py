"""Make paragraphs of a text of unknown kind: detect HTML, Markdown or plain lines, then read it as that."""

from __future__ import annotations

import html
import re
import unicodedata
from contextlib import suppress
from itertools import pairwise

from index.reading.draft import Kind, NoArticle, Paragraph, Removed, Value
from index.reading.html import read_fragment, squeeze
from index.reading.markdown import read_markdown
from index.reading.page import read_page
from index.reading.tags import looks_like_html, without_tags

__all__ = ["dates_in", "looks_like_markdown", "read_body", "read_plain", "split_articles"]

_STRONG_SIGNS = re.compile(
    r"^ {0,3}#{1,6} \S|^```|\[[^\]\n]{0,500}\]\((?:https?:|/|\.)[^)\s]{1,2000}\)"
    r"|\*\*[^*\n]{1,500}\*\*|^[-*+] \S[^\n]*\n[-*+] \S",
    re.MULTILINE,
)
_BLANK = re.compile(r"\n[ \t\u3000]*\n")
_END = re.compile("[。！？!?…；;：:.」』”’）)》】]$")
_INDENTED = re.compile(r"(?:\u3000|  |\t)")
# Columns of a line that somebody wrapped by hand: 20 to 60 Chinese characters.
_NARROWEST, _WIDEST = 40, 120


def read_body(text: str, *, markdown: bool | None = None) -> tuple[list[Paragraph], list[Removed]]:
    """Return the paragraphs of a text, and what was removed from it.

    Args:
        text: HTML, Markdown or plain text.
        markdown: What it is if it is no HTML; None to look for signs of Markdown.
    """
    if looks_like_html(text):
        return read_fragment(text)
    if markdown or (markdown is None and looks_like_markdown(text)):
        return read_markdown(text)
    return read_plain(text), []


def dates_in(text: str) -> list[Value]:
    """Return the dates that the elements of a text give, if it is HTML; see page.py."""
    if "<time" not in text and not looks_like_html(text):
        return []
    with suppress(NoArticle):
        return read_page(text).dates
    return []


def looks_like_markdown(text: str) -> bool:
    """Return whether a text that is no HTML has signs of Markdown."""
    return _STRONG_SIGNS.search(text[:200_000]) is not None


def read_plain(text: str) -> list[Paragraph]:
    """Return the paragraphs of plain text: its lines, or its blocks if its lines were wrapped by hand."""
    blocks = [block.split("\n") for block in _BLANK.split(text)]
    if _is_wrapped(blocks):
        pieces = [piece for block in blocks for piece in _unwrapped(block)]
    else:
        pieces = [line for block in blocks for line in block]
    if "&" in text:
        pieces = [html.unescape(piece) if ";" in piece else piece for piece in pieces]
    lines = [
        line for piece in pieces for line in (without_tags(piece).split("\n") if "<" in piece else [piece])
    ]
    return [Paragraph(line, Kind.TEXT) for line in map(squeeze, lines) if line]


def _columns(line: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in line.rstrip()[:400]
    )


def _is_wrapped(blocks: list[list[str]]) -> bool:
    """Return whether lines end where a page was full, rather than where a paragraph ends."""
    full = [
        line
        for block in blocks
        for line, after in pairwise(block)
        if line.strip() and after.strip() and not _INDENTED.match(after)
    ]
    if len(full) < 3:
        return False
    widths = sorted(map(_columns, full[:2000]))
    width = widths[len(widths) // 2]
    if not _NARROWEST <= width <= _WIDEST:
        return False
    even = sum(abs(one - width) <= max(4, width // 8) for one in widths)
    ended = sum(_END.search(line.rstrip()) is not None for line in full[:2000])
    return even * 10 >= len(widths) * 8 and ended * 2 < len(widths)


def _unwrapped(block: list[str]) -> list[str]:
    pieces: list[str] = []
    for line in block:
        if pieces and not _INDENTED.match(line):
            pieces[-1] += "\n" + line
        else:
            pieces.append(line)
    return pieces


def split_articles(text: str, mark: str) -> list[str]:
    """Return the pieces of a text each of which begins with a line that begins with `mark`.

    What stands before the first is a piece of its own if it holds more than white space and a heading.
    """
    starts = [found.start() for found in re.finditer(rf"^{re.escape(mark)}", text, re.MULTILINE)]
    before = text[: starts[0]] if starts else text
    pieces = [text[begin:end] for begin, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    lines = [line for line in before.split("\n") if line.strip()]
    return [before, *pieces] if len(lines) > 1 or not pieces else pieces
