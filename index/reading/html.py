"""Read HTML into the paragraphs of an article, with their kinds.

An element is open from its start tag to its end tag, or to where a browser ends
it without one. Where a block begins or ends, a paragraph ends; a `<br>` ends one
too. Rows of a table are one paragraph, unless a cell holds paragraphs of its
own, as in pages that are laid out by tables. `index.reading.boilerplate` says
what is removed; if that were most of the text, nothing is. Nothing is run or
fetched.
"""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from index.reading.boilerplate import (
    COMMENTS,
    DROP,
    NAMED,
    RULED,
    Line,
    Verdict,
    is_boilerplate,
    judge,
    split_trailers,
)
from index.reading.draft import Kind, Paragraph, Removed
from index.reading.markup import BLOCKS, KNOWN, VOID, Token, tokens

__all__ = ["Element", "Reader", "read_fragment", "squeeze"]


def read_fragment(markup: str, *, title: str = "") -> tuple[list[Paragraph], list[Removed]]:
    """Return the article's paragraphs in a fragment of HTML, and what was removed from it.

    Text without any element that makes a paragraph is read line by line. Time
    and memory grow in proportion to the markup, whatever it holds.

    Args:
        markup: The article's HTML.
        title: The article's title; a heading near the beginning that repeats it is removed.
    """
    lines, removed = read_lines(markup)
    if title:
        lines, heading = _without_heading(lines, title)
        removed = heading + removed
    return [Paragraph(line.text, line.kind, line.level) for line in lines], removed


def read_lines(markup: str) -> tuple[list[Line], list[Removed]]:
    """Return the lines of a fragment's article, and what was removed."""
    found = list(tokens(markup)) if len(markup) < _SMALL else tokens(markup)
    reader = Reader()
    reader.read(found)
    lines, trailers = split_trailers(reader.lines)
    kept = sum(line.prose for line in reader.lines) if reader.removed else 0
    if reader.removed_prose > kept or reader.hidden_prose > 10 * kept:
        careful = Reader(trust=COMMENTS if kept and reader.hidden_prose <= 10 * kept else None)
        careful.read(found if isinstance(found, list) else tokens(markup))
        if careful.lines:
            return careful.lines, careful.removed
    return lines, reader.removed + trailers


_SMALL = 10_000_000
#: Paragraphs at the start among which the page's own heading is looked for.
HEADING_WITHIN = 5


def _without_heading(lines: list[Line], title: str) -> tuple[list[Line], list[Removed]]:
    for position, line in enumerate(lines[:HEADING_WITHIN]):
        if line.kind is Kind.HEADING and is_same(line.text, title):
            return lines[:position] + lines[position + 1 :], [Removed(line.text, "heading repeats the title")]
    return lines, []


def is_same(text: str, title: str) -> bool:
    """Tell whether two texts have the same letters and digits."""
    if abs(len(text) - len(title)) > len(title) + 4:
        return False
    return list(filter(str.isalnum, text)) == list(filter(str.isalnum, title))


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
    f"\n(?:(?<=[{_WIDE}{_QUOTES}]\n)(?=[{_WIDE}{_QUOTES}])|(?=[{_CLOSING}])|(?<=[{_OPENING}]\n))"
)

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_ALWAYS_INVISIBLE = re.compile("[\u00ad\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
# Scripts without joining or invisible word ends; beside them a joiner is litter.
_PLAIN = rf"\s!-~\u00a1-\u024f\u2010-\u2027\uac00-\ud7af{_WIDE}"
_JOINERS = re.compile(
    f"(?:^|(?<=[{_PLAIN}]))[\u200b-\u200d]+|[\u200b-\u200d]+(?=[{_PLAIN}]|$)|(?<=[\u200b-\u200d])[\u200b-\u200d]+"
)


def squeeze(text: str) -> str:
    """Return `text` as one line, with single spaces and without invisible characters.

    A line end between Chinese characters is no space. Joiners stay where a
    script needs them: in emoji, in Indic and Arabic scripts.
    """
    text = text.strip()
    # What is invisible, and all white space but a space, is not printable.
    if text.isprintable():
        return " ".join(text.split()) if "  " in text else text
    if _INVISIBLE.search(text):
        text = _JOINERS.sub("", _ALWAYS_INVISIBLE.sub("", text))
    if "\n" in text:
        text = _LINE_END.sub("", "\n".join(filter(None, map(str.strip, text.split("\n")))))
    return " ".join(text.split())


# ── elements ────────────────────────────────────────────────────────────────

# Where a start tag of one of these stands, a browser ends an open element of those
# named, unless one of the scope's elements was opened since.
_ENDED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
_TABLE = frozenset({"table"})
_LISTS = frozenset({"ul", "ol", "menu", "dir", "table", "td", "th", "dl"})
for _names, _ended, _scope in (
    ("li", "li", _LISTS),
    ("dt dd", "dt dd", frozenset({"dl", "table", "td", "th"})),
    ("td th", "td th", _TABLE),
    ("tr", "tr td th caption", _TABLE),
    ("tbody thead tfoot", "tr td th caption tbody thead tfoot", _TABLE),
    ("option optgroup", "option", frozenset({"select", "datalist"})),
    ("rt rp", "rt rp", frozenset({"ruby"})),
    ("a", "a", frozenset({"td", "th", "table"})),
    ("h1 h2 h3 h4 h5 h6", "h1 h2 h3 h4 h5 h6", BLOCKS - frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p"})),
):
    for _name in _names.split():
        _ENDED_BY[_name] = (frozenset(_ended.split()), _scope)
# An end tag does not end elements outside of these.
_CELLS = frozenset({"td", "th", "table", "caption"})
_TABLE_PARTS = frozenset({"table", "tr", "tbody", "thead", "tfoot"})
_SPECIAL = BLOCKS | VOID | frozenset(_ENDED_BY) | frozenset({"html", "body"})
_NEVER_OPEN = VOID | frozenset({"html", "body"})
# One string for each name: comparing a string to itself is quick.
_SHARED = {name: name for name in KNOWN}
# Inline elements that mean nothing here, unless an attribute hides them.
_PLAIN_ELEMENTS = KNOWN - _SPECIAL - RULED
_ARTICLE = frozenset({"h1", "main", "article"})
_NOTHING: frozenset[str] = frozenset()

_KINDS = {
    "li": (Kind.ITEM, 0),
    "blockquote": (Kind.QUOTATION, 0),
    "figcaption": (Kind.CAPTION, 0),
    "caption": (Kind.CAPTION, 0),
    "pre": (Kind.CODE, 0),
    "xmp": (Kind.CODE, 0),
    "listing": (Kind.CODE, 0),
    **{f"h{level}": (Kind.HEADING, level) for level in range(1, 7)},
}
_TEXT = (Kind.TEXT, 0)
_PREFORMATTED = frozenset({"pre", "xmp", "listing", "plaintext"})
# In text outside of any element, as in drafts of WordPress, a blank line ends a paragraph.
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
#: Elements nested deeper than this are read without their nesting.
MAX_DEPTH = 400
#: A row with a cell of more characters than this becomes several paragraphs.
CELL = 120
#: Lines of a heading of up to so many characters are one.
HEADING = 80
_ABOUT = re.compile(r"\d{4}|[:：]")


@dataclass(slots=True)
class Element:
    """A block of a page: its tag, the block around it, and its lines, from `first` to before `last`."""

    name: str
    written: str
    parent: int
    first: int
    last: int = -1


class _Open:
    """An open element, and what its end undoes."""

    __slots__ = ("element", "first", "holds_article", "is_link", "kind", "name", "verdict")

    def __init__(self, name: str, verdict: Verdict, first: int, kind: tuple[Kind, int]) -> None:
        self.name = name
        self.verdict = verdict
        self.first = first
        self.kind = kind
        self.element = -1
        self.is_link = False
        self.holds_article = False


# Every link that no rule is about: its end undoes the same, and nothing else is known of it.
_LINK = _Open("a", None, 0, _TEXT)
_LINK.is_link = True


class _All:
    def __contains__(self, name: object) -> bool:
        return True


_ALL = _All()


class Reader:
    """Collects lines, and what boilerplate rules remove, from the tags of a page.

    Args:
        trust: None to apply no rule but that for hidden elements and the like;
            else how sure a rule must be, see `index.reading.boilerplate`.
        outline: Whether to note all blocks in `elements`.
    """

    def __init__(self, *, trust: int | None = 9, outline: bool = False) -> None:
        self.lines: list[Line] = []
        self.removed: list[Removed] = []
        #: How many characters outside of links rules have removed that may be wrong.
        self.removed_prose = 0
        self.hidden_prose = 0
        self.elements: list[Element] = []
        #: With an outline, lines are not removed but stand here, with the rule.
        self.marked: dict[int, tuple[int, str]] = {}
        #: With an outline, the `<time>` and `datePublished` elements: line, name, attributes.
        self.times: list[tuple[int, str, str]] = []
        self._trust = trust
        self._outline = outline
        self._open: list[_Open | None] = []  # None for an element whose end undoes nothing
        self._names: list[str] = []
        self._too_deep = 0
        self._links = self._preformatted = 0
        self._pieces: list[str] = []
        self._linked = 0
        self._cells: list[tuple[list[str], int]] = []
        self._dropped: _Open | None = None
        self._lost: list[str] = []
        self._kind = _TEXT
        self._found: Sequence[Token] = ()
        self._ended: Container[str] | None = None
        self._has_blocks = False
        self._has_blank_lines = False

    def read(self, found: Iterable[Token]) -> None:
        """Read all tags of a page."""
        self._found = found if isinstance(found, list) else ()
        self._ended = None if isinstance(found, list) else _ALL
        sign = ""  # the first text has no tag before it; another without a tag has a `<`
        names, opened = self._names, self._open
        for slash, name, written, closed, text in found:
            # Most tags are of elements that have no effect, or of links: half of the time is saved here.
            if slash:
                name = _SHARED.get(name) or name.lower()
                if names and names[-1] == name and not self._too_deep:
                    if opened[-1] is None:  # as `_close_last` does
                        del names[-1], opened[-1]
                        if name in BLOCKS and (self._pieces or self._cells) and self._dropped is None:
                            self._flush(is_row=name == "tr")
                    elif opened[-1] is _LINK:
                        del names[-1], opened[-1]
                        self._links -= 1
                    else:
                        self._close_last()
                else:
                    self._end_tag(name)
            elif name:
                name = _SHARED.get(name) or name.lower()
                if not written and not closed and name in _PLAIN_ELEMENTS and len(names) < MAX_DEPTH:
                    names.append(name)
                    opened.append(None)
                else:
                    self._start_tag(name, written, closed)
            else:
                text = sign + text
            sign = "<"
            if text and (self._pieces or not text.isspace()):
                text = html.unescape(text) if "&" in text else text
                if names and not self._links and not self._preformatted and self._dropped is None:
                    self._pieces.append(text)  # as `_text` does
                else:
                    self._text(text)
        while self._open:
            self._close_last()
        if self._has_blocks:
            self._flush()
        else:
            self._split_lines()

    # ── tags ──

    def _start_tag(self, name: str, written: str, closed: str) -> None:
        names = self._names
        is_block = name in BLOCKS
        if name in _SPECIAL:
            if is_block or name == "br":
                self._has_blocks = True
                if is_block and "p" in names:
                    self._close_paragraph()
            if (ends := _ENDED_BY.get(name)) is not None and not ends[0].isdisjoint(names):
                self._close_implied(*ends)
            if (self._pieces or self._cells) and (is_block or name == "br") and self._dropped is None:
                self._flush(is_row=name in _TABLE_PARTS)
            if name in _NEVER_OPEN:
                return
        elif closed:
            return
        if len(names) >= MAX_DEPTH:
            self._too_deep += 1
            return
        if self._dropped is None and (written or name in RULED):
            verdict = judge(name, written)
            if self._outline and (name in ("time", "abbr") or "datepublished" in written.lower()):
                self.times.append((len(self.lines), name, written))
        else:
            verdict = None
        if verdict is not None and not self._applies(verdict, is_block=is_block):
            verdict = None
        names.append(name)
        if verdict is None and (
            name not in _SPECIAL or (is_block and name not in _KINDS and not self._outline)
        ):
            self._open.append(None)
            if is_block and (name in _ARTICLE or (written and "articlebody" in written.lower())):
                self._note_article()
        elif name == "a" and verdict is None:
            is_link = "href" in written.lower()
            self._links += is_link
            self._open.append(_LINK if is_link else None)
        else:
            self._open.append(self._opened(name, written, verdict))
        if closed and not is_block:
            self._close_last()

    def _opened(self, name: str, written: str, verdict: Verdict) -> _Open:
        """Begin an element that has an effect, and return what its end undoes."""
        opened = _Open(name, verdict, len(self.lines), self._kind)
        if verdict is not None and (verdict[0] == DROP or name not in BLOCKS):
            self._dropped = opened
        if name in _KINDS:
            self._kind = _KINDS[name]
        if name == "a":
            opened.is_link = "href" in written.lower()
            self._links += opened.is_link
        elif name in ("td", "th"):
            self._cells.append((self._pieces, self._linked))
            self._pieces, self._linked = [], 0
        elif name in _PREFORMATTED:
            self._preformatted += 1
        if name in _ARTICLE or (name in BLOCKS and "articlebody" in written.lower()):
            self._note_article()
        if self._outline and name != "a":
            opened.element = len(self.elements)
            parent = next(
                (outer.element for outer in reversed(self._open) if outer and outer.element >= 0), -1
            )
            self.elements.append(Element(name, written, parent, len(self.lines)))
        return opened

    def _note_article(self) -> None:
        for outer in self._open:
            if outer is not None:
                outer.holds_article = True

    def _applies(self, verdict: Verdict, *, is_block: bool) -> bool:
        if verdict is None:
            return False
        if verdict[0] == DROP and verdict[1] != "hidden":
            return self._has_end(verdict[1].removeprefix("element "))
        if self._trust is None or verdict[0] > self._trust:
            return False
        return is_block or verdict[0] <= NAMED

    def _has_end(self, name: str) -> bool:
        """Tell whether the element is ended anywhere: one that is only named in the text is not."""
        if name in ("rt", "rp"):
            return True
        if self._ended is None:
            self._ended = {token[1].lower() for token in self._found if token[0]}
        return name in self._ended

    def _end_tag(self, name: str) -> None:
        if self._too_deep:
            self._too_deep -= name not in VOID
            if name in BLOCKS and self._dropped is None:
                self._flush()
        elif self._names and self._names[-1] == name:
            self._close_last()
        elif name == "br":
            self._start_tag("br", "", "")
        elif name not in self._names:
            if name in BLOCKS and self._dropped is None:
                self._has_blocks = True
                self._flush()
        elif name in BLOCKS or name in ("td", "th"):
            self._close_block(name)
        else:
            self._close_inline(name)

    def _close_block(self, name: str) -> None:
        scope = (
            _NOTHING
            if name in _TABLE_PARTS
            else _LISTS
            if name == "li"
            else _TABLE
            if name in ("td", "th")
            else _CELLS
        )
        for position in range(len(self._names) - 1, -1, -1):
            if self._names[position] == name:
                self._close_from(position)
                return
            if self._names[position] in scope:
                break
        if self._dropped is None:
            self._flush()

    def _close_inline(self, name: str) -> None:
        """End an inline element; blocks that were opened in it stay open."""
        position = len(self._names) - 1 - self._names[::-1].index(name)
        if BLOCKS.isdisjoint(self._names[position + 1 :]):
            self._close_from(position)
        else:
            del self._names[position]
            if (opened := self._open.pop(position)) is not None:
                self._undo(opened)

    def _close_paragraph(self) -> None:
        for position in range(len(self._names) - 1, -1, -1):
            if self._names[position] == "p":
                self._close_from(position)
                return
            if self._names[position] in BLOCKS or self._names[position] in ("td", "th", "button", "object"):
                return

    def _close_implied(self, ended: frozenset[str], scope: frozenset[str]) -> None:
        outermost = -1
        for position in range(len(self._names) - 1, -1, -1):
            if self._names[position] in scope:
                break
            if self._names[position] in ended:
                outermost = position
        if outermost >= 0:
            self._close_from(outermost)

    def _close_from(self, position: int) -> None:
        while len(self._open) > position:
            self._close_last()

    def _close_last(self) -> None:
        name = self._names.pop()
        opened = self._open.pop()
        if name in BLOCKS and (self._pieces or self._cells) and self._dropped is None:
            self._flush(is_row=name == "tr")
        if opened is not None:
            if name in ("td", "th") and opened.first < len(self.lines) and self._dropped is None:
                self._flush()  # a cell that holds paragraphs ends the last of them
            if opened.verdict is not None and opened is not self._dropped:
                self._weigh(opened, opened.verdict)
            if name in _PREFORMATTED:
                self._preformatted -= 1
            self._undo(opened)

    def _undo(self, opened: _Open) -> None:
        if opened.is_link:
            self._links -= 1
        if opened.name in _KINDS:
            if self._kind[0] is Kind.HEADING and len(self.lines) - opened.first > 1:
                self._join_heading(opened)
            self._kind = opened.kind
        if opened.element >= 0:
            self.elements[opened.element].last = len(self.lines)
        if self._dropped is opened:
            self._dropped = None
            self._lose(opened)

    def _join_heading(self, opened: _Open) -> None:
        """Make one line of a heading's lines, unless they are long, or one says when or by whom."""
        lines = self.lines[opened.first :]
        text = " ".join(line.text for line in lines)
        if (
            len(text) <= HEADING
            and all(line.kind is Kind.HEADING and not _ABOUT.search(line.text) for line in lines)
            and (opened.element < 0 or opened.element == len(self.elements) - 1)
            and not any(at in self.marked for at in range(opened.first, len(self.lines)))
        ):
            self.lines[opened.first :] = [
                Line(text, sum(line.linked for line in lines), Kind.HEADING, lines[0].level)
            ]

    # ── text ──

    def _text(self, text: str) -> None:
        if self._dropped is not None:
            self._lost.append(text)
            return
        if self._links:
            self._linked += len(text.strip())
        if self._preformatted and "\n" in text:
            first, *rest = text.split("\n")
            self._pieces.append(first)
            for line in rest:
                self._flush()
                self._pieces.append(line)
        else:
            self._pieces.append(text)
            if not self._names and "\n" in text and _BLANK_LINE.search(text):
                self._has_blank_lines = True

    def _flush(self, *, is_row: bool = False) -> None:
        """End a paragraph."""
        if self._cells:
            self._flush_cells(is_row=is_row)
        elif self._pieces:
            text = "".join(self._pieces)
            self._pieces.clear()
            if self._has_blank_lines:
                self._has_blank_lines = False
                for part in _BLANK_LINE.split(text):
                    self._add(squeeze(part), self._linked)
            else:
                text = squeeze(text)
                if text:
                    linked = min(self._linked, len(text)) if self._linked else 0
                    self.lines.append(Line(text, linked, *self._kind))
        self._linked = 0

    def _add(self, text: str, linked: int, kind: Kind | None = None) -> None:
        if text:
            self.lines.append(
                Line(
                    text, min(linked, len(text)), kind or self._kind[0], self._kind[1] if kind is None else 0
                )
            )

    def _flush_cells(self, *, is_row: bool) -> None:
        cells = [*self._cells, (self._pieces, self._linked)]
        self._cells, self._pieces = [], []
        texts = [(text, linked) for pieces, linked in cells if (text := squeeze("".join(pieces)))]
        if is_row and len(texts) > 1 and all(len(text) <= CELL for text, _ in texts):
            self._add(" ".join(text for text, _ in texts), sum(linked for _, linked in texts), Kind.ROW)
        else:
            for text, linked in texts:
                self._add(text, linked)

    def _split_lines(self) -> None:
        cells = [*(pieces for pieces, _ in self._cells), self._pieces]
        for line in "\n".join(map("".join, cells)).split("\n"):
            self._add(squeeze(line), 0)

    # ── boilerplate ──

    def _weigh(self, opened: _Open, verdict: tuple[int, str]) -> None:
        region = self.lines[opened.first :]
        if self._outline:
            region = [line for at, line in enumerate(region, opened.first) if at not in self.marked]
        if not region or not is_boilerplate(region, verdict[0], holds_article=opened.holds_article):
            return
        if self._outline:
            for at in range(opened.first, len(self.lines)):
                self.marked.setdefault(at, verdict)
            return
        del self.lines[opened.first :]
        self.removed += [Removed(line.text, verdict[1]) for line in region]
        if verdict[0] != COMMENTS:
            self.removed_prose += sum(line.prose for line in region)

    def _lose(self, opened: _Open) -> None:
        text = squeeze("".join(self._lost))
        self._lost.clear()
        if text and opened.verdict is not None:
            self.removed.append(Removed(text, opened.verdict[1]))
            if opened.verdict[1] == "hidden":
                self.hidden_prose += len(text)
