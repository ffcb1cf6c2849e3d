"""Markdown, with front matter or without; HTML with front matter; day files of many articles."""

from __future__ import annotations

import re

from index.errors import SeedError
from index.reading.bodies import dates_in, looks_like_markdown, read_body, split_articles
from index.reading.draft import Draft, Paragraph, Value
from index.reading.formats.base import File, Format, Head, PassedOver, Results
from index.reading.formats.header import add_header
from index.reading.formats.page import is_page
from index.reading.front_matter import FrontMatter, split_front_matter
from index.reading.header import split_header
from index.reading.page import read_page
from index.reading.records import as_text, fill, first, plain, replies
from index.reading.templates import is_template

__all__ = ["FORMATS", "read_parts", "read_text"]

SUFFIXES = frozenset([".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd"])


def read_text(
    draft: Draft, text: str, front: FrontMatter | None, file: File, *, markdown: bool | None
) -> Draft:
    """Fill a draft from a text, what its front matter says, and a header between them."""
    if front is not None:
        fill(draft, front.values, origin="front matter", keys=file.options.all_keys)
        text = front.body
    header = split_header(text)
    if header is not None and (header.ruled or header.stamp):
        # The front matter of some archives says less than the header after it.
        inner = Draft("")
        add_header(inner, header)
        draft.titles += inner.titles
        draft.dates = [
            *(value for value in inner.dates if value.origin == "header"),
            *draft.dates,
            *inner.dates,
        ]
        draft.urls += inner.urls
        text = header.body
    if is_page(text):
        page = read_page(text)
        for name in ("titles", "dates", "urls", "authors", "tags", "sources", "paragraphs", "removed"):
            getattr(draft, name).extend(getattr(page, name))
    else:
        draft.paragraphs, draft.removed = read_body(text, markdown=markdown)
    if not draft.dates:
        draft.dates = dates_in(text)
    if front is not None:
        _add_texts(draft, front, file)
    return draft


def _add_texts(draft: Draft, front: FrontMatter, file: File) -> None:
    """Add the texts of the front matter: a summary of its own before the body, replies after it."""
    summary = plain(as_text(first(front.values, "summary", file.options.all_keys)))
    body = "".join("".join(one.text for one in draft.paragraphs).split())
    new = summary and "".join(summary.rstrip(".…").split())[:40] not in body
    if new and not any(value.text == summary for value in draft.titles):
        draft.paragraphs = [Paragraph(summary), *draft.paragraphs]
    for reply in replies(front.values):
        draft.paragraphs += read_body(reply)[0]


def read_parts(file: File, draft: Draft, text: str, *, markdown: bool | None) -> Results:
    """Read a text as one article, or as several where it is split; a heading's line is the title of each."""
    front = split_front_matter(text)
    if not file.options.split_at:
        if not text.strip():
            raise SeedError(file.path, "there is nothing in the file")
        if is_template(front.body if front else text, file.id):
            raise PassedOver(file.path, "template")
        yield read_text(draft, text, front, file, markdown=markdown)
        return
    pieces = split_articles(front.body if front else text, file.options.split_at)
    for number, piece in enumerate(pieces, 1):
        part = Draft(draft.format, draft.encoding, number=number if len(pieces) > 1 else None)
        if front is not None and len(pieces) > 1:
            fill(
                part,
                {key: value for key, value in front.values.items() if key != "title"},
                origin="front matter",
                keys=file.options.own_keys,
            )
        if piece.startswith(file.options.split_at) and len(pieces) > 1:
            line, _, rest = piece.partition("\n")
            part.titles.append(Value(line.removeprefix(file.options.split_at).strip(" #"), "heading"))
            yield read_text(part, rest, None, file, markdown=markdown)
        else:
            yield read_text(part, piece, front if len(pieces) == 1 else None, file, markdown=markdown)


_FENCE = re.compile(r"(^```.*?^```[ \t]*$)", re.MULTILINE | re.DOTALL)
# What MDX adds to Markdown: modules, and tags of components on lines of their own.
_MDX = re.compile(
    r"^(?:import[ ][^\n]{0,300}[\"'];?|export[ ](?:const|default|function)\b[^\n]*"
    r"|[ \t]*</?[A-Z]\w{0,60}(?:[ ][^<>\n]{0,500})?/?>)[ \t]*$",
    re.MULTILINE,
)


def _text(file: File) -> tuple[str, str]:
    text, encoding = file.text()
    if file.name.lower().endswith(".mdx"):
        parts = _FENCE.split(text)
        parts[::2] = [_MDX.sub("\n", part) for part in parts[::2]]
        text = "".join(parts)
    return text, encoding


def _read(file: File) -> Results:
    text, encoding = _text(file)
    yield from read_parts(file, Draft(MARKDOWN.name, encoding), text, markdown=True)


def _read_front(file: File) -> Results:
    text, encoding = _text(file)
    plain_text = file.name.lower().endswith((".txt", ".text"))
    yield from read_parts(
        file, Draft(FRONT_MATTER.name, encoding), text, markdown=None if plain_text else True
    )


def _has_front_matter(head: Head) -> float:
    text = head.text
    if text.startswith(("---", "+++")):
        # Its end may lie beyond the head.
        return 0.9 if split_front_matter(text) or split_front_matter(text + "\n" + text[:3] + "\n") else 0
    return 0.8 if head.suffix not in (".json", ".jsonl", ".csv", ".tsv") and split_front_matter(text) else 0


def _is_markdown(head: Head) -> float:
    if head.suffix in SUFFIXES:
        return 0.5
    if head.suffix in (".txt", ".text", "", ".html", ".htm"):
        return 0.3 if looks_like_markdown(head.text) else 0.05
    return 0


FRONT_MATTER = Format("markdown with front matter", _has_front_matter, _read_front)
MARKDOWN = Format("markdown", _is_markdown, _read)
FORMATS = (FRONT_MATTER, MARKDOWN)
