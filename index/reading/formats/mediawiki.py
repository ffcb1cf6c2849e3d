"""Dumps of MediaWiki: XML of any size, one article a page; mwparserfromhell strips the wikitext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from index.errors import SeedError
from index.reading.draft import Draft, Kind, Paragraph, Value
from index.reading.formats.base import File, Format, Head, Results
from index.reading.formats.optional import optional
from index.reading.html import squeeze

__all__ = ["FORMAT", "read_wikitext"]

_CHUNK = 1 << 16
_ROOT = re.compile(r"(?:<\?xml[^>]{0,200}\?>\s*|<!--.{0,5000}?-->\s*)*<mediawiki\b", re.DOTALL)
_CATEGORY = re.compile(
    r"\[\[(?:Category|分类|分類)\s*:\s*([^\]|\n]{1,200})(?:\|[^\]\n]{0,200})?\]\]", re.IGNORECASE
)
_FILE = re.compile(r"(?:file|image|media|文件|档案|檔案|图像|圖像)\s*:", re.IGNORECASE)
_HEADING = re.compile(r"(={1,6})\s*(.+?)\s*\1\s*$")
_LINE = re.compile(r"(?P<marks>[*#:;]+)\s*")
_CONVERSION = re.compile(r"-\{(?:[^{}|]{0,100}\|)?(?:zh[\w-]*:)?([^{};]{0,500})[^{}]{0,1000}\}-")
_DROPPED = frozenset(["ref", "gallery", "math", "timeline", "score", "templatestyles", "references"])
_REDIRECT = re.compile(r"\s*#(?:redirect|重定向)", re.IGNORECASE)


def _likelihood(head: Head) -> float:
    return 1 if head.text[:1] == "<" and _ROOT.match(head.text) else 0


def _read(file: File) -> Results:
    wikitext = optional("mwparserfromhell", file.path, "dumps of MediaWiki")
    number = 0
    outlet = ""
    for element in _elements(file):
        if element.tag == "sitename":
            outlet = element.text or ""
        elif element.tag == "page":
            values = {child.tag: child.text or "" for child in element.iter()}
            if (
                values.get("ns", "0") != "0"
                or "redirect" in values
                or _REDIRECT.match(values.get("text", ""))
            ):
                continue
            number += 1
            draft = _draft(values, element, number, wikitext)
            if outlet:
                draft.sources.append(Value(outlet, "sitename"))
            yield draft


def _elements(file: File) -> Iterator[Element]:
    """Yield each page when it is complete, and forget it then."""
    parser: XMLPullParser[Element] = XMLPullParser(["start", "end"])
    root: Element | None = None
    pending = 0
    with file.open() as stream:
        try:
            while chunk := stream.read(_CHUNK):
                parser.feed(chunk)
                pending += len(chunk)
                for event, element in parser.read_events():  # type: ignore[misc]
                    if isinstance(element, Element):
                        root = element if root is None else root
                        element.tag = element.tag.rpartition("}")[2]
                        if event == "end" and element.tag in ("page", "sitename"):
                            pending = 0
                            yield element
                            element.clear()
                            if element.tag == "page":
                                root.clear()
                if pending > file.limits.bytes + _CHUNK:
                    raise SeedError(
                        file.path, f"a page is larger than {file.limits.bytes:,} bytes, which is the limit"
                    )
        except ParseError as error:
            raise SeedError(file.path, f"is no sound XML: {error}") from None


def _draft(values: dict[str, str], page: Element, number: int, wikitext: Any) -> Draft:
    own = next((child.text or "" for child in page if child.tag == "id"), "")
    draft = Draft(FORMAT.name, "utf-8", number=number, own_id=own)
    draft.titles.append(Value(values.get("title", ""), "title"))
    if stamp := values.get("timestamp"):
        draft.dates.append(Value(stamp, "timestamp of the revision"))
    text = values.get("text", "")
    draft.tags = [Value(name.strip(), "category") for name in dict.fromkeys(_CATEGORY.findall(text))]
    draft.paragraphs = read_wikitext(text, wikitext)
    return draft


def read_wikitext(text: str, wikitext: Any) -> list[Paragraph]:
    """Return the paragraphs of wikitext, without templates, files, references and categories."""
    text = _CONVERSION.sub(r"\1", _CATEGORY.sub("", text))
    code = wikitext.parse(text, skip_style_tags=False)
    for link in code.filter_wikilinks(recursive=True):
        if _FILE.match(str(link.title)):
            _remove(code, link)
    for tag in code.filter_tags(recursive=True):
        if str(tag.tag).lower() in _DROPPED:
            _remove(code, tag)
    lines = []
    for line in str(code.strip_code(normalize=True, collapse=False, keep_template_params=False)).split("\n"):
        lines.append(line)
    return [one for line in _with_marks(text, lines) if (one := line) is not None]


def _remove(code: Any, node: Any) -> None:
    with suppress(ValueError):  # it lay in another that is gone
        code.remove(node)


def _with_marks(text: str, lines: list[str]) -> Iterator[Paragraph]:
    """Yield paragraphs; strip_code drops the marks of headings, so these are known from the source."""
    headings = {
        squeeze(found[2]): len(found[1]) for line in text.split("\n") if (found := _HEADING.match(line))
    }
    for line in lines:
        mark = _LINE.match(line)
        if content := squeeze(line[mark.end() :] if mark else line):
            if content in headings:
                yield Paragraph(content, Kind.HEADING, headings[content])
            elif not content.startswith(("{|", "|}", "|-", "!")):
                row = content.startswith("|")
                kind = Kind.ROW if row else Kind.ITEM if mark else Kind.TEXT
                yield Paragraph(content.lstrip("| ").replace("||", " "), kind)


FORMAT = Format("mediawiki", _likelihood, _read, (".xml",))
