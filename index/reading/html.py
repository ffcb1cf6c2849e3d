"""HTML to the paragraphs that a reader of the article would copy.

Where a paragraph begins and ends, and what becomes of spaces and of characters
that cannot be seen, is decided here; what is furniture, in `index.furniture`.
Headings, list items, table rows, quotations and captions are paragraphs, and so
is each line that a `<br>` ends. Nothing is run or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.reading.boilerplate import DROP, KEEP, Paragraph, is_furniture, judge, without_trailers
from index.reading.dom import Parser, walk
from index.reading.draft import Paragraph as TypedParagraph
from index.reading.draft import Removed
from index.reading.plain_html import BLOCKS

__all__ = ["paragraphs", "read_fragment", "squeeze"]


def paragraphs(markup: str, *, parser: Parser = "auto") -> list[str]:
    """The article's paragraphs, in reading order, without furniture.

    `parser` chooses who parses: `"beautifulsoup"`, or `"auto"`, which asks it
    only where it must. Both give the same. Text without any element that makes a paragraph is read line by
    line. Time and memory grow in proportion to the markup, whatever it holds.
    """
    page = _Page()
    walk(markup, page, parser=parser)
    return without_trailers(page.finished())


# ── white space and invisible characters ────────────────────────────────────

_WIDE = (
    "\u2e80-\u303e\u3041-\u33ff\u3400-\u9fff\uf900-\ufaff"
    "\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
_QUOTES = "\u2018\u2019\u201c\u201d\u2014\u2026\u00b7"
_CLOSING = "，。、；：？！）」』》】〉〕％…”’"
_OPENING = "（「『《【〈〔“‘"
# A line end in the markup is a space between words, and nothing in Chinese.
_LINE_END = re.compile(
    f"(?<=[{_WIDE}{_QUOTES}])\n(?=[{_WIDE}{_QUOTES}])|\n(?=[{_CLOSING}])|(?<=[{_OPENING}])\n"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_ALWAYS_INVISIBLE = re.compile("[\u00ad\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
# Scripts without joining or invisible word ends; beside them a joiner is litter.
_PLAIN = rf"\s!-~\u00a1-\u024f\u2010-\u2027\uac00-\ud7af{_WIDE}"
_JOINERS = re.compile(
    f"(?:^|(?<=[{_PLAIN}]))[\u200b-\u200d]+|[\u200b-\u200d]+(?=[{_PLAIN}]|$)|(?<=[\u200b-\u200d])[\u200b-\u200d]+"
)


def squeeze(text: str) -> str:
    """One line of text: one space where space was, nothing that cannot be seen.

    A line end between Chinese characters is no space. Joiners stay where a
    script needs them: in emoji, in Indic and Arabic scripts.
    """
    text = text.strip()
    # What is invisible is not printable; this asks faster than a pattern does.
    if not text.isprintable() and _INVISIBLE.search(text):
        text = _JOINERS.sub("", _ALWAYS_INVISIBLE.sub("", text))
    if "\n" in text:
        text = _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
        text = _LINE_END.sub("", text)
    return " ".join(text.split())


# ── paragraphs out of a walk ────────────────────────────────────────────────


class _Page:
    """Hears a walk and writes down paragraphs."""

    def __init__(self) -> None:
        self._found: list[Paragraph] = []
        self._pieces: list[str] = []
        self._linked = 0
        self._links = 0  # elements that are open: links,
        self._pre = 0  # preformatted text,
        # ... and all of them: how to judge each when it ends, and where its paragraphs begin.
        self._open: list[tuple[int, int] | None] = []
        self._shaped = False

    def start(self, name: str, attributes: Mapping[str, str | None]) -> bool:
        """See `index.plain.Consumer`."""
        verdict = judge(name, attributes)
        if verdict == DROP:
            return False
        if name in BLOCKS:
            self._shaped = True
            self._flush()
        elif name == "br":
            self._shaped = True
            self._flush()
            return False
        else:
            verdict = KEEP  # a hint at a word or two is none
            if name == "a":
                self._links += 1
            elif name in ("td", "th"):
                self._pieces.append(" ")
        if name == "pre":
            self._pre += 1
        self._open.append(None if verdict == KEEP else (verdict, len(self._found)))
        return True

    def text(self, text: str) -> None:
        """See `index.plain.Consumer`."""
        if self._links:
            self._linked += len(text.strip())
        if self._pre and "\n" in text:
            first, *rest = text.split("\n")
            self._pieces.append(first)
            for line in rest:
                self._flush()
                self._pieces.append(line)
        else:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """See `index.plain.Consumer`."""
        judged = self._open.pop()
        if name == "a":
            self._links -= 1
        elif name == "pre":
            self._pre -= 1
        if name in BLOCKS:
            self._flush()
            if judged is not None and is_furniture(self._found[judged[1] :], judged[0]):
                del self._found[judged[1] :]

    def finished(self) -> list[Paragraph]:
        """All paragraphs; to be asked once, at the end."""
        if self._shaped:
            self._flush()
            return self._found
        lines = map(squeeze, "".join(self._pieces).split("\n"))
        return [Paragraph(line, 0) for line in lines if line]

    def _flush(self) -> None:
        if self._pieces:
            text = squeeze("".join(self._pieces))
            if text:
                self._found.append(Paragraph(text, min(self._linked, len(text))))
            self._pieces.clear()
        self._linked = 0


def read_fragment(markup: str) -> tuple[list[TypedParagraph], list[Removed]]:
    """Return the paragraphs of an HTML fragment with their kinds, and what was removed from it."""
    return [TypedParagraph(text) for text in paragraphs(markup)], []
