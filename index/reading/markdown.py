"""Read Markdown into paragraphs, each with its kind.

markdown-it-py, a CommonMark parser, finds the blocks and the inline elements. Rules of our own are
added to it where people write what CommonMark does not know (wiki links, shortcodes, footnotes,
containers), and where it would lose text: a `<` that is text, a line such as `[来源]: 新华社` that only
looks like a link's definition. What stays is what a reader of the page would copy: the text of links,
never their targets; no marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import reference as link_definition
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from index.reading.draft import Kind, Paragraph, Removed
from index.reading.html import read_fragment, squeeze
from index.reading.tags import ELEMENTS, TAG, is_markup

__all__ = ["read_markdown"]


def read_markdown(text: str) -> tuple[list[Paragraph], list[Removed]]:
    """Return the paragraphs of a Markdown text, and what was removed from HTML in it."""
    page = _Page()
    page.read(_parser().parse(_prepared(text)))
    return page.paragraphs, page.removed


# ── what is mended before the parser sees it ────────────────────────────────

_FENCE = re.compile(r"[ >]*(`{3,}|~{3,})")
# An element that runs to its end tag, or to the end of the text: the rest would be lost without one.
_UNENDED = re.compile(
    r"( {0,3})<(?=(script|pre|style|textarea|!--|\?|!\[CDATA\[|![A-Z])\b|!--|\?)", re.IGNORECASE
)
_ENDS = {"!--": "-->", "?": "?>", "![cdata[": "]]>"}
_CONTAINER = re.compile(r"\s*:{3,}[ \t]*(?:\w+[ \t]*)?(?P<title>.*)$")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]+\w+[ \t]*(?P<title>.*)$")
_HEADING_WITHOUT_SPACE = re.compile(r"(?P<marks>#{2,6}(?=[^\s#])|#(?=[\u3400-\u9fff][^#\n]{0,60}$))")
# An address of a site generator has spaces, which end a link's target.
_TARGET = re.compile(r"(\]\([^)\s]{0,500})\{\{[^{}\n]{0,200}\}\}")
_PROPERTY_LINE = re.compile(r"\s*(?:- )?(?:id|collapsed)::[ \t]*\S+\s*$")
# CommonMark takes `__` within a word for no mark, and Chinese has no spaces around words.
_CHINESE_STRONG = re.compile(
    r"(?<![A-Za-z0-9_\\`])__(?=[^\s_])([^_\n`]{0,500}?[\u3400-\u9fff][^_\n`]{0,500}?)(?<=[^\s_])__(?![A-Za-z0-9_`])"
)
_BLOCK_REFERENCE = re.compile(r"\s?\(\([0-9a-f]{8}-[0-9a-f-]{27}\)\)")
_TOC = re.compile(r"\s*(?:\[\[?_?toc_?\]?\]|@\[toc\].*)\s*$", re.IGNORECASE)


def _prepared(text: str) -> str:
    """Return the text with lines that CommonMark would misread made plain; code stays as it is."""
    lines = text.split("\n")
    fence = ""
    lower = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip(" >")[len(found[1]) :].strip():
                fence = ""
            continue
        if found:
            fence = found[1]
            continue
        first = line.lstrip()[:1]
        if first == "<" and (unended := _UNENDED.match(line)):
            lower = lower or text.lower()
            name = (unended[2] or line.lstrip()[1:4].rstrip(" ")).lower()
            name = next((mark for mark in _ENDS if line.lstrip()[1:].lower().startswith(mark)), name)
            rest = "\n".join(lines[number:]).lower() if number < 3 or len(lines) < 2000 else lower
            if _ENDS.get(name, f"</{name}") not in rest:
                lines[number] = line.replace("<", "\\<", 1)
        elif first == ":" and (container := _CONTAINER.match(line)):
            lines[number] = f"\n{container['title']}\n"
        elif first in "!?" and (admonition := _ADMONITION.match(line)):
            lines[number] = admonition["title"].strip().strip('"') + "\n"
        elif first == "#" and (heading := _HEADING_WITHOUT_SPACE.match(line)):
            lines[number] = f"{heading['marks']} {line[heading.end() :]}"
        elif (first in "[@" and _TOC.match(line)) or ("::" in line and _PROPERTY_LINE.match(line)):
            lines[number] = ""
        elif "{{" in line and "](" in line:
            lines[number] = _TARGET.sub(r"\1", line)
        elif "__" in line:
            lines[number] = _CHINESE_STRONG.sub(r"**\1**", line)
    return "\n".join(lines)


# ── rules added to the parser ───────────────────────────────────────────────

_SHORTCODE = re.compile(
    r"\{\{[<%](?P<call>[^\n]{0,2000}?)[%>]\}\}|\{%[^\n]{0,2000}?%\}|\{\{[^{}\n]{0,500}\}\}|\{:[^{}\n]{0,500}\}"
    r"|%%[^%\n]{0,2000}%%"
)
_CAPTION = re.compile(r"""\b(?:caption|title|alt)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_WIKI_LINK = re.compile(
    r"(?P<embed>!?)\[\[(?P<target>[^\[\]|\n]{1,300})(?:\|(?P<label>[^\[\]\n]{1,300}))?\]\]"
)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\](?!:)")
_REFERENCE = re.compile(
    r"\[[^\]\n]{1,999}\]:\s*<?(?:[A-Za-z][A-Za-z0-9+.-]*:|/|#|\.|\?|[\w.-]+\.[A-Za-z]{2,})"
)
_FILE_NAME = re.compile(r"\S{0,200}\.(?:jpe?g|png|gif|webp|svg|bmp|avif|mp4|mov|mp3|pdf)", re.IGNORECASE)


def _extensions(state: StateInline, silent: bool) -> bool:
    """Read shortcodes, wiki links and the marks of footnotes."""
    first = state.src[state.pos]
    if first in "{%" and (found := _SHORTCODE.match(state.src, state.pos)):
        if not silent and found["call"] and (caption := _CAPTION.search(found["call"])):
            state.push("caption", "", 0).content = caption[1] or caption[2] or ""
    elif first in "[!" and (found := _WIKI_LINK.match(state.src, state.pos)):
        target = found["target"].partition("#")[0].rpartition("/")[2] or found["target"]
        if not silent and not (found["embed"] and _FILE_NAME.fullmatch(target)):
            state.push("text", "", 0).content = found["label"] or target
    elif first == "[" and (found := _FOOTNOTE.match(state.src, state.pos)):
        pass
    else:
        return False
    state.pos = found.end()
    return True


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a link's definition, if what it names looks like an address."""
    begin = state.bMarks[start] + state.tShift[start]
    if _REFERENCE.match(state.src[begin : begin + 1500]) is None:
        return False
    return link_definition(state, start, end, silent)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 60}).enable(["table", "strikethrough"])
    parser.use(deflist_plugin).use(footnote_plugin, inline=False, move_to_end=False)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, allow_blank_lines=False)
    parser.inline.ruler.disable(["footnote_ref"])
    parser.inline.ruler.before("escape", "extensions", _extensions)
    parser.block.ruler.at("reference", _definition)
    # Mail addresses and elements that HTML does not know are text; see tags.py.
    parser.inline.ruler.disable(["autolink"])
    return parser


# ── tokens to paragraphs ────────────────────────────────────────────────────

_ITEM_MARK = re.compile(r"\[[ xX/-]\]\s+")
_CALLOUT = re.compile(r"\[!\w+\][+-]?\s*")
_BLOCK_ID = re.compile(r"\s\^[A-Za-z0-9-]{4,40}$")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}\n]{0,300}\}\s*$")
_MARK = re.compile(r"==(?=\S)([^=\n]{1,500}?)(?<=\S)==")
# CommonMark takes `**“a”**b` for no emphasis, since a mark and a letter stand on either side.
_STRONG = re.compile(
    r"\*\*(?=\S)([^*\n]{1,2000}?)(?<=\S)\*\*|__(?=\S)([^_\n]{1,2000}?)(?<=\S)__(?![A-Za-z0-9_])"
)
_LOOSE_STRONG = re.compile(r"\*\*[ \t]*([^*\n]{1,2000}?)[ \t]*\*\*")
_EMPHASIS = re.compile(r"(?<![A-Za-z0-9*\\])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\*(?![A-Za-z0-9*])")
_STRUCK = re.compile(r"~~(?=\S)([^~\n]{1,2000}?)(?<=\S)~~")
_HIDDEN = frozenset(["script", "style"])
_CODE = 0xF0000  # where code stood while marks are removed; private use, as no text has
_AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^\s<>]*)>")


class _Page:
    """Paragraphs out of block tokens."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.removed: list[Removed] = []
        self._kinds: list[Kind] = []  # of the lists and quotations that are open
        self._heading = 0
        self._row: list[str] | None = None

    def read(self, tokens: Sequence[Token]) -> None:
        """Add the paragraphs of these tokens."""
        for token in tokens:
            if token.type == "inline":
                self._inline(token)
            elif token.type in ("fence", "code_block"):
                self._code(token)
            elif token.type == "html_block":
                self._html(token.content)
            elif token.type == "math_block":
                self._add(token.content, self._kind)
            elif token.type == "heading_open":
                self._heading = int(token.tag[1])
            elif token.type == "heading_close":
                self._heading = 0
            elif token.type == "tr_open":
                self._row = []
            elif token.type == "tr_close":
                self._add(" ".join(filter(None, self._row or ())), Kind.ROW)
                self._row = None
            elif token.type in ("list_item_open", "dd_open"):
                self._kinds.append(Kind.ITEM)
            elif token.type == "blockquote_open":
                self._kinds.append(Kind.QUOTATION)
            elif token.type in ("list_item_close", "dd_close", "blockquote_close"):
                self._kinds.pop()

    @property
    def _kind(self) -> Kind:
        return self._kinds[-1] if self._kinds else Kind.TEXT

    def _add(self, text: str, kind: Kind, level: int = 0) -> None:
        if text := squeeze(text):
            self.paragraphs.append(Paragraph(text, kind, level))

    def _inline(self, token: Token) -> None:
        lines, captions = _read_inline(token.children or [])
        if self._row is not None:
            self._row.append(squeeze(" ".join(lines)))
        elif self._heading:
            self._add(_ATTRIBUTES.sub("", " ".join(lines)), Kind.HEADING, self._heading)
        else:
            kind = self._kind
            if kind == Kind.ITEM:
                lines[0] = _ITEM_MARK.sub("", lines[0], count=1) if _ITEM_MARK.match(lines[0]) else lines[0]
            elif kind == Kind.QUOTATION and _CALLOUT.match(lines[0]):
                lines[:1] = _CALLOUT.sub("", lines[0], count=1).split("\n", 1)  # its title is a line
            for line in lines:
                self._add(_BLOCK_ID.sub("", _ATTRIBUTES.sub("", line)), kind)
        for caption in captions:
            self._add(caption, Kind.CAPTION)

    def _code(self, token: Token) -> None:
        tag = TAG.match(token.content.lstrip()) if token.type == "code_block" else None
        if tag is not None and tag["name"].lower() in ELEMENTS:  # a page's elements, set in
            self._html(token.content)
            return
        for line in token.content.split("\n"):
            if line.strip():
                self.paragraphs.append(Paragraph(line.rstrip(), Kind.CODE))

    def _html(self, markup: str) -> None:
        paragraphs, removed = read_fragment(markup)
        self.removed += removed
        for paragraph in paragraphs:
            if self._kinds and paragraph.kind == Kind.TEXT:
                paragraph = Paragraph(paragraph.text, self._kind)
            self.paragraphs.append(paragraph)


def _read_inline(tokens: Sequence[Token]) -> tuple[list[str], list[str]]:
    """Return the lines of a paragraph, which `<br>` parts, and the captions of its images."""
    pieces: list[str] = []
    captions: list[str] = []
    codes: list[str] = []
    ended = {found["name"].lower() for token in tokens if (found := _tag(token)) and found["end"]}
    hidden = ""
    for token in tokens:
        if hidden:
            if (found := _tag(token)) and found["end"] and found["name"].lower() == hidden:
                hidden = ""
        elif token.type in ("code_inline", "math_inline", "math_inline_double"):
            codes.append(token.content)
            pieces.append(chr(_CODE + len(codes) - 1))
        elif token.type == "softbreak":
            pieces.append("\n")
        elif token.type == "hardbreak":
            pieces.append("\0")
        elif token.type == "image":
            inner, more = _read_inline(token.children or [])
            captions += [
                text
                for text in (" ".join(inner).strip(), *more, str(token.attrs.get("title", "")))
                if text and not _FILE_NAME.fullmatch(text)
            ]
        elif token.type == "caption":
            captions.append(token.content)
        elif token.type == "html_inline":
            found = _tag(token)
            name = found["name"].lower() if found else ""
            if name == "br":
                pieces.append("\0")
            elif found is None or is_markup(name, found["attributes"], bool(found["end"]), name in ended):
                if name in ELEMENTS or token.content.startswith(("<!", "<?")):
                    hidden = name if name in _HIDDEN and found and not found["end"] else ""
                else:
                    pieces.append(token.content)
            else:
                pieces.append(token.content)
        elif token.content:
            pieces.append(token.content)
    text = _without_marks("".join(pieces))
    for number, code in enumerate(codes):
        text = text.replace(chr(_CODE + number), code)
    return text.split("\0"), list(dict.fromkeys(captions))


def _tag(token: Token) -> re.Match[str] | None:
    return TAG.fullmatch(token.content) if token.type == "html_inline" else None


def _without_marks(text: str) -> str:
    """Return the text without marks of emphasis that CommonMark does not take for such."""
    if "*" in text or "_" in text:
        text = _STRONG.sub(lambda found: found[1] or found[2], text)
        text = _LOOSE_STRONG.sub(r"\1", text)
        text = _EMPHASIS.sub(r"\1", text)
    if "~~" in text:
        text = _STRUCK.sub(r"\1", text)
    if "==" in text:
        text = _MARK.sub(r"\1", text)
    if "((" in text:
        text = _BLOCK_REFERENCE.sub("", text)
    if "<" in text:
        text = _AUTOLINK.sub(r"\1", text)
    return text
