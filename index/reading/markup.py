"""Cut markup into tags and texts, in time and memory linear in its length.

Comments, declarations and raw elements (scripts, styles) go first. What is left
is cut at its tags by one pattern. A tag that is not written as usual, as with
a quotation mark too many, is rewritten as usual and then cut like the others;
a `<` that begins no complete tag of an element known to HTML is text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from index.article import without_surrogates

__all__ = ["BLOCKS", "KNOWN", "VOID", "Token", "attributes", "names", "tokens", "without_comments"]


def names(text: str) -> frozenset[str]:
    """Return the set of the words in `text`."""
    return frozenset(text.split())


#: Elements that begin and end a paragraph.
BLOCKS = names(
    """
    address article aside blockquote caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav
    ol optgroup option p plaintext pre search section summary table tbody tfoot thead tr ul xmp
    """
)
#: Elements without content or end tag.
VOID = names(
    """
    area base basefont bgsound br col command embed frame hr image img input isindex keygen link meta
    nextid param source spacer track wbr
    """
)
_INLINE = names(
    """
    a abbr acronym applet audio b bdi bdo big blink body button canvas cite code colgroup data datalist del
    dfn em font frameset head html i iframe ins kbd label map mark marquee math meter nobr noembed noframes
    noindex noscript object output picture portal progress q rb rp rt rtc ruby s samp script select
    slot small span strike strong style sub sup svg td template textarea th time title tt u var video
    """
)
#: All elements of HTML, of any age.
KNOWN = BLOCKS | VOID | _INLINE
_KNOWN_OR_NONE = KNOWN | {""}

Token: TypeAlias = tuple[str, str, str, str, str]
"""A tag: its slash if it ends an element, name, attributes, its slash if it is closed, the text after it."""

# ── tags ────────────────────────────────────────────────────────────────────

# The first match is the text before any tag; a later one without a name is a `<` that is text.
# An attribute's name is ASCII: in 若a<b 则停>, nothing is a tag.
_TOKEN = re.compile(
    r"""(?:\A|<(?:(/?)([a-zA-Z][a-zA-Z0-9:-]*)"""
    r"""((?:[ \t\n\f]+[!#-&(-.0-;?-~]+(?:=(?:"[^"]*"|'[^']*'|[^\s"'<>`=/]+))?)*)[ \t\n\f]*(/?)>|))([^<]*)"""
)
#: With more tags than this, they are cut one at a time, to save memory.
MANY = 100_000


def tokens(markup: str) -> Iterable[Token]:
    """Return the tags of `markup`, each with the text that follows it; the first has no name."""
    text = _cleaned(markup)
    if text.count("<") > MANY:
        return (_groups(found) for found in _TOKEN.finditer(_rewritten(text)))
    found: list[Token] = _TOKEN.findall(text)
    begun = list(map(itemgetter(1), found))
    if _KNOWN_OR_NONE.issuperset(begun) and (
        begun.count("") == 1
        or not any(_TAG_BEGINS.match(after) for _, name, _, _, after in found[1:] if not name)
    ):
        return found
    return _TOKEN.findall(_rewritten(text))


def _groups(found: re.Match[str]) -> Token:
    slash, name, written, closed, text = found.groups("")
    return slash, name, written, closed, text


_TAG_BEGINS = re.compile(r"/?[a-zA-Z]")
# Where a quotation mark opens a value, the value lasts to the next such mark.
# No two branches can match at one place, so that a failure costs one pass.
_TAIL = r"""[^<>=]*(?:=(?:\s*"[^"]*"|\s*'[^']*'|(?!\s*["']))[^<>=]*)*>"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/><]*)({_TAIL})")
# A quotation mark too many: the tag ends at the next bracket and has no attributes.
_BROKEN = re.compile(r"<(/?)([a-zA-Z][^\s/><]*)([^<>]*)>")
# A tag whose bracket was forgotten before the next one, as in <img src=a.png <p>.
_UNCLOSED = re.compile(
    r"""<()([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z-]+=(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))+\s*)(?=<)"""
)
#: Most characters of a tag that is not written as usual, except for some kinds.
TAG, LONG_TAGS = 4096, 50
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+)))?""")
# In <a href=/> the slash is the address.
_CLOSED = re.compile(r"""(?:^|[\s"'])/>$""")
_VALUES = re.compile(r"""=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)""")
_NO_ATTRIBUTE = re.compile(r"[^\x00-\xff]|\n[ \t]*\n")


def _rewritten(text: str) -> str:
    """Return `text` with its tags written as usual, and every other `<` as `&lt;`."""
    ended = {found[1].lower() for found in re.finditer(r"</([a-zA-Z][^\s/><]*)\s*>", text)}
    pieces = []
    position, long_tags = 0, LONG_TAGS
    while (start := text.find("<", position)) >= 0:
        pieces.append(text[position:start])
        position = start + 1
        tag = None
        if _TAG_BEGINS.match(text, position):
            tag = _TAG.match(text, start, start + TAG)
            if tag is None and long_tags and len(text) > start + TAG:
                long_tags -= 1
                tag = _TAG.match(text, start)
            if tag is not None and not _is_tag(tag, ended):
                tag = None
            elif tag is None:
                tag = _UNCLOSED.match(text, start, start + TAG) or _BROKEN.match(text, start, start + TAG)
                tag = tag if tag is not None and _is_tag(tag, ended) else None
        if tag is None:
            pieces.append("&lt;")
        else:
            pieces.append(_usual(tag))
            position = tag.end()
    pieces.append(text[position:])
    return "".join(pieces)


def _is_tag(tag: re.Match[str], ended: set[str]) -> bool:
    """Tell markup from text such as `a<b`, `vector<int>`, `<name@example.org>`."""
    name, tail = tag[2].lower(), tag[3].rstrip(">")
    if _NO_ATTRIBUTE.search(_VALUES.sub("", tail)):
        return False
    if name in KNOWN:
        return True
    if not name.isascii() or re.fullmatch(r"[a-z][a-z0-9:_-]*", name) is None:
        return False
    return "-" in name or ":" in name or "=" in tail or name in ended


def _usual(tag: re.Match[str]) -> str:
    slash, name, tail = tag.groups()
    name = re.sub("[^a-zA-Z0-9:-]", "-", name)
    written = []
    if not slash and tag.re is not _BROKEN:
        for key, double, single, bare in _ATTRIBUTE.findall(tail):
            value = (double or single or bare).replace('"', "&quot;").replace("<", "&lt;")
            if key.isascii() and "`" not in key:
                written.append(f' {key}="{value}"')
    return f"<{slash}{name}{''.join(written)}{'/' if _CLOSED.search(tail) else ''}>"


def attributes(written: str) -> Mapping[str, str]:
    """Return the attributes of a tag by their names in lower case; of two with one name, the first."""
    values: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        values.setdefault(name.lower(), html.unescape(double or single or bare))
    return values


# ── cleaning ────────────────────────────────────────────────────────────────

# Elements whose content is never text of the article.
_RAW = re.compile(
    r"<(?=[sSnNiItThH])"  # saves two thirds of the time
    r"((?i:script|style|noscript|iframe|textarea|noembed|noframes|template|select|svg|head|title))(?![\w-])"
)
_END_OF_TAG = re.compile(_TAIL)
# Where a script or a style sheet that is never closed ends, at the latest.
_CODE = re.compile(r"(?:(?!\n[ \t]*\n)[^<])*")
_DECLARATION = re.compile(r"<[!?][^<>]*>")


def _cleaned(markup: str) -> str:
    """Return the markup without comments, declarations and raw elements."""
    text = without_surrogates(markup)
    if "\0" in text or "\r" in text:
        text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    if "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    if "<!--" in text:
        text = without_comments(text)
    text = _without_raw_elements(text)
    return _DECLARATION.sub("", text)


def without_comments(text: str) -> str:
    """Return the text without its comments; one that is never closed hides nothing."""
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


def _without_raw_elements(text: str) -> str:
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
        else:
            never_closed.add(name)
            if name in ("script", "style") and (code := _CODE.match(text, end)) is not None:
                end = code.end()
    kept.append(text[end:])
    return "".join(kept)


@lru_cache(maxsize=32)
def _closing(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?![\w-])[^<>]*>", re.IGNORECASE)
