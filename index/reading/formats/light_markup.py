"""reStructuredText, Org and AsciiDoc: their title and properties are read, the rest is plain text."""

from __future__ import annotations

import re

from index.reading.bodies import dates_in, read_plain
from index.reading.draft import Draft, Kind, Paragraph
from index.reading.formats.base import File, Format, Head, Results
from index.reading.records import fill, lookup

__all__ = ["FORMAT"]

_SUFFIXES = frozenset([".rst", ".rest", ".org", ".adoc", ".asciidoc"])
_RULE = r"(?:={3,}|-{3,}|~{3,}|\*{3,}|\#{3,}|\^{3,})"
_FIELD = re.compile(r"^(?::(?P<key>[A-Za-z][\w -]{0,30}):|#\+(?P<org>[A-Za-z_]{2,20}):)[ \t]*(?P<value>.*)$")
_UNDERLINED = re.compile(rf"^(?:{_RULE}[ \t]*\n)?(?P<title>\S[^\n]*)\n(?P<rule>{_RULE})[ \t]*$", re.MULTILINE)
_FIELDS_WITHIN = 20
_HEADING = re.compile(r"^(?P<marks>={1,6}|\*{1,6})[ \t]+(?P<title>\S.*)$")
# Blocks that hold no text: pictures, settings, drawers.
_NO_TEXT = re.compile(
    r"^\.\.[ ]\S[^\n]*(?:\n[ \t]+\S[^\n]*)*|^#\+(?:BEGIN|END)_\w+[^\n]*$|^:(?:PROPERTIES|END):$",
    re.MULTILINE | re.IGNORECASE,
)
_ORG_DATE = re.compile(r"[<\[](\d{4}-\d{2}-\d{2})(?:[ ][^\d\s>\]]+)?([ ]\d{1,2}:\d{2})?[>\]]")


def _likelihood(head: Head) -> float:
    return 0.6 if head.suffix in _SUFFIXES else 0


def _read(file: File) -> Results:
    text, encoding = file.text()
    draft = Draft(FORMAT.name, encoding)
    values: dict[str, str] = {}
    lines: list[str] = []
    for at, line in enumerate(_NO_TEXT.sub("", _UNDERLINED.sub(r"= \g<title>", text)).split("\n")):
        if at < _FIELDS_WITHIN and (field := _FIELD.match(line)) is not None:
            value = _ORG_DATE.sub(r"\1\2", field["value"]).strip(" :")
            values.setdefault((field["key"] or field["org"]).lower(), value)
        else:
            lines.append(line)
    known = lookup(values)
    if "filetags" in known:  # :one:two:
        known["tags"] = known.pop("filetags").replace(":", "、")
    fill(draft, known, origin="field", keys=file.options.all_keys)
    for block in re.split(r"(?m)^(?=(?:={1,6}|\*{1,6})[ \t]+\S)", "\n".join(lines)):
        first, _, rest = block.partition("\n")
        if (heading := _HEADING.match(first)) is not None:
            draft.paragraphs.append(Paragraph(heading["title"].strip(), Kind.HEADING, len(heading["marks"])))
            block = rest
        draft.paragraphs += read_plain(block)
    draft.dates = draft.dates or dates_in(text)
    yield draft


FORMAT = Format("light markup", _likelihood, _read)
