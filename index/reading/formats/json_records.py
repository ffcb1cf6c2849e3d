"""JSON and JSON Lines: one article an object; also JSON Feed, and exports of chats and notebooks."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from index.errors import SeedError
from index.reading.bodies import read_body
from index.reading.draft import Draft, Kind, Paragraph, Value
from index.reading.formats.base import File, Format, Head, PassedOver, Results
from index.reading.records import as_text, fill, first, lookup, plain

__all__ = ["FORMATS", "draft_of"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_LISTS = _words(
    "articles items posts entries messages docs documents records rows data results list feed "
    "stories news notes content response hits pages 文章 数据"
)
_CHUNK = 1 << 20
_DECODER = json.JSONDecoder()
_DEPTH = 4
_SPACE = " \t\r\n"


def draft_of(
    values: Mapping[str, Any], file: File, *, format: str, number: int | None, origin: str, encoding: str = ""
) -> Draft | None:
    """Return the article that an object or a row is; None if it has neither a title nor a text that we know.

    Args:
        values: The object, or the row by its columns.
        file: Where it stands.
        format: Name of the format.
        number: Its place among the items of a file, from 1; None where it is alone.
        origin: What to call the place of its values.
        encoding: Of the file.
    """
    draft = Draft(format, encoding, number=number)
    known = lookup(values)
    fill(draft, known, origin=origin, keys=file.options.all_keys)
    body = first(known, "body", file.options.all_keys)
    text = as_text(body)
    if text:
        draft.paragraphs, draft.removed = read_body(text)
    summary = plain(as_text(first(known, "summary", file.options.all_keys)))
    if summary and "".join(summary.rstrip(".…").split())[:40] not in "".join(text.split()):
        draft.paragraphs = [
            *read_body(as_text(first(known, "summary", file.options.all_keys)))[0],
            *draft.paragraphs,
        ]
    own = first(known, "id", file.options.all_keys)
    draft.own_id = str(own).strip() if isinstance(own, (str, int)) and not isinstance(own, bool) else ""
    return draft if draft.paragraphs or draft.titles else None


# ── one value, or a list ────────────────────────────────────────────────────


def _is_json(head: Head) -> float:
    if head.text[:1] not in ("{", "["):
        return 0
    named = head.suffix in (".json", ".geojson", ".ipynb")
    if head.text[0] == "[":
        return (
            0.9
            if named and head.text[1:].lstrip()[:1] in ('"', "{", "[", "]")
            else (0.75 if head.text[1:].lstrip()[:1] == "{" else 0)
        )
    inner = head.text[1:].lstrip()[:1] in ('"', "}")
    return 0.9 if named and inner else 0.75 if inner else 0


def _read_json(file: File) -> Results:
    with file.open() as raw:
        stream = _text(raw)
        first_character = ""
        while (character := stream.read(1)) and character in _SPACE + "\ufeff":
            pass
        first_character = character
        if first_character == "[":
            yield from _read_items(_elements(stream, file), file, JSON.name)
            return
    text, _ = file.text()
    try:
        value = json.loads(text)
    except RecursionError:
        raise SeedError(file.path, "its JSON is nested too deeply") from None
    except ValueError as error:
        raise SeedError(file.path, f"is no sound JSON: {error}") from None
    yield from _read_value(value, file)


def _text(raw: Any) -> TextIO:
    return codecs.getreader("utf-8-sig")(raw, "replace")  # type: ignore[return-value]


def _elements(stream: TextIO, file: File) -> Iterator[Any]:
    """Yield the elements of a list, of which only one is held at a time."""
    buffer, position, size = "", 0, _CHUNK
    while True:
        while position < len(buffer) and buffer[position] in _SPACE + ",":
            position += 1
        if position < len(buffer) and buffer[position] == "]":
            return
        if position < len(buffer):
            try:
                value, end = _DECODER.raw_decode(buffer, position)
                if end < len(buffer):  # a number might go on
                    yield value
                    position = end
                    size = _CHUNK
                    continue
            except RecursionError:
                raise SeedError(file.path, "its JSON is nested too deeply") from None
            except ValueError as error:
                if len(buffer) - position > file.limits.bytes:
                    raise SeedError(
                        file.path, f"an item is larger than {file.limits.bytes:,} bytes, the limit"
                    ) from None
                problem = str(error)
        more = stream.read(size)
        if not more:
            if position < len(buffer):
                raise SeedError(file.path, f"its JSON ends too early or is no sound JSON: {problem}")
            return
        buffer, position = buffer[position:] + more, 0
        size *= 2  # so that a large item is not tried again for each small piece


def _read_value(value: Any, file: File) -> Results:
    if not isinstance(value, Mapping):
        raise SeedError(file.path, "its JSON holds no object")
    if isinstance(value.get("cells"), list) and "nbformat" in value:
        yield _notebook(value, file)
        return
    known = lookup(value)
    if first(known, "body", file.options.all_keys) is None or isinstance(known.get("items"), list):
        items = _list_in(value, _DEPTH)
        if items is not None:
            outlet = plain(as_text(known.get("title") or known.get("name")))
            yield from _read_items(iter(items), file, JSON.name, outlet=outlet)
            return
    draft = draft_of(value, file, format=JSON.name, number=None, origin="key")
    if draft is None:
        _refuse(value, file)
    else:
        yield draft


def _list_in(value: Mapping[str, Any], depth: int) -> list[Any] | None:
    """Return the list of articles in an object, which may lie in an object in it."""
    known = lookup(value)
    for key in _LISTS:
        if isinstance(inner := known.get(key), list) and inner and isinstance(inner[0], Mapping):
            described = first(known, "title") and first(known, "summary") and key not in ("items", "messages")
            if not described and any(map(_is_article, inner[:20])):
                return inner
    if depth == _DEPTH and not first(known, "title"):
        # A list of another name, if what is in it has texts.
        for inner in value.values():
            if isinstance(inner, list) and inner and all(map(_has_text, inner[:5])):
                return inner
    if depth:
        for key in _LISTS:
            if (
                isinstance(inner := known.get(key), Mapping)
                and (items := _list_in(inner, depth - 1)) is not None
            ):
                return items
    return None


def _is_article(item: Any) -> bool:
    if not isinstance(item, Mapping):
        return False
    known = lookup(_inner(item))
    return bool(first(known, "body") or first(known, "title"))


def _has_text(item: Any) -> bool:
    return isinstance(item, Mapping) and bool(as_text(first(lookup(_inner(item)), "body")))


def _inner(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a hit of a search engine holds; any other item as it is."""
    source = item.get("_source")
    return source if isinstance(source, Mapping) else item


def _read_items(items: Iterator[Any], file: File, format: str, *, outlet: str = "") -> Results:
    found = False
    strange: Any = None
    number = 0
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            draft = draft_of(_inner(item), file, format=format, number=number, origin="key")
            if draft is not None:
                found = True
                draft.own_id = draft.own_id or as_text(item.get("_id"))
                if outlet and len(outlet) <= 40:
                    draft.sources.append(Value(outlet, "title of the file"))
                yield draft
                continue
            strange = item
    if not found and number:
        _refuse(strange, file)
    if not number:
        raise SeedError(file.path, "its list is empty")


def _refuse(value: Any, file: File) -> None:
    keys = ", ".join(list(map(str, value))[:8]) if isinstance(value, Mapping) else ""
    if not keys:
        raise PassedOver(file.path, "data")
    raise SeedError(
        file.path,
        f"none of its keys ({keys}) names a title or a text; name them with --map title=KEY --map body=KEY",
    )


def _notebook(value: Mapping[str, Any], file: File) -> Draft:
    draft = Draft("notebook")
    for cell in value["cells"]:
        if not isinstance(cell, Mapping):
            continue
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if cell.get("cell_type") == "markdown":
            draft.paragraphs += read_body(text, markdown=True)[0]
        else:
            draft.paragraphs += [
                Paragraph(line.rstrip(), Kind.CODE) for line in text.split("\n") if line.strip()
            ]
    return draft


# ── JSON Lines ──────────────────────────────────────────────────────────────


def _is_lines(head: Head) -> float:
    if head.text[:1] != "{":
        return 0
    if head.suffix in (".jsonl", ".ndjson", ".jsonlines"):
        return 0.95
    line, end, rest = head.text.partition("\n")
    return 0.92 if end and line.rstrip().endswith("}") and rest.lstrip()[:1] == "{" and _parses(line) else 0


def _parses(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _read_lines(file: File) -> Results:
    found = False
    strange: Any = None
    with file.open() as raw:
        number = 0
        while line := raw.readline(file.limits.bytes + 1):
            number += 1
            if len(line) > file.limits.bytes:
                yield SeedError(
                    file.path, f"larger than {file.limits.bytes:,} bytes, which is the limit", line=number
                )
                while line and not line.endswith(b"\n"):
                    line = raw.readline(_CHUNK)
                continue
            text = line.decode("utf-8", "replace").replace("\0", "").strip(" \t\r\n\ufeff\x1e")
            if not text:
                continue
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as error:
                problem = "nested too deeply" if isinstance(error, RecursionError) else str(error)
                yield SeedError(file.path, f"a line is no sound JSON: {problem}", line=number)
                continue
            draft = None
            if isinstance(value, Mapping):
                draft = draft_of(value, file, format=LINES.name, number=number, origin="key")
                strange = value if draft is None else strange
            if draft is None:
                if found:
                    yield SeedError(file.path, "an item has neither a title nor a text", line=number)
                continue
            found = True
            yield draft
    if not found:
        _refuse(strange, file)


JSON = Format("json", _is_json, _read_json, (".json", ".ipynb"))
LINES = Format("json lines", _is_lines, _read_lines, (".jsonl", ".ndjson", ".jsonlines"))
FORMATS = (LINES, JSON)
