"""Print how files are read, as text or JSON: properties with origins, text kept and removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from search.output.language import say
from search.output.terminal import pad, printable, width
from search.output.values import json_text, values

if TYPE_CHECKING:
    from index.errors import SeedError
    from index.reading.assemble import Read
    from index.reading.walk import Seed

__all__ = ["inspection_document", "inspection_lines", "inspection_row"]

_SHOWN = 200


def inspection_document(
    articles: Iterable[tuple[Seed, Read]], left_out: Sequence[SeedError], passed_over: Mapping[str, int]
) -> Iterator[str]:
    """Return one JSON object with a line for each article, and behind them what had none.

    `left_out` and `passed_over` are looked at when all articles have been read.
    """
    yield '{"articles": ['
    line = ""
    for seed, read in articles:
        if line:
            yield line + ","
        line = inspection_row(seed, read)
    if line:
        yield line
    without = [{"path": one.path, "line": one.line, "reason": one.reason} for one in left_out]
    yield f'], "left_out": {json_text(without)}, "passed_over": {json_text(dict(passed_over))}}}'


def inspection_row(seed: Seed, read: Read) -> str:
    """Return how an article was read as a JSON object on one line."""
    return json_text(_values(seed.path, read))


def _values(path: str, read: Read) -> dict[str, Any]:
    draft, article = read.draft, read.article
    listed = {
        name: [{"text": one.text, "from": one.origin} for one in getattr(draft, name)]
        for name in ("titles", "dates", "urls", "authors", "tags", "sources")
    }
    return {
        "path": path,
        "id": article.id,
        "format": draft.format,
        "encoding": draft.encoding,
        "title": {"text": article.title, "from": read.origins["title"]},
        "date": {"text": values(article.date), "from": read.origins["date"]},
        "url": {"text": article.url, "from": read.origins["url"]},
        "written": listed,
        "paragraphs": [{"kind": one.kind.name.lower(), "text": one.text} for one in draft.paragraphs],
        "fields": values(dict(article.fields)),
        "removed": [{"rule": one.rule, "text": one.text} for one in draft.removed],
        "warnings": draft.warnings,
    }


def inspection_lines(path: str, read: Read, *, whole: bool = False) -> Iterator[str]:
    """Return how an article was read, for people; long paragraphs are cut unless `whole`."""
    draft, article = read.draft, read.article
    yield printable(path if article.id == path else f"{path}: {article.id}")
    rows = [("format", draft.format, ""), ("encoding", draft.encoding, "")]
    rows.append(("title", article.title, read.origins["title"]))
    rows.append(("date", article.date.isoformat() if article.date else say("none"), read.origins["date"]))
    rows.append(("url", article.url, read.origins["url"]))
    rows += [("author", one.text, one.origin) for one in draft.authors]
    rows += [("tag", one.text, one.origin) for one in draft.tags]
    rows += [("source", one.text, one.origin) for one in draft.sources]
    own = values(dict(article.fields)).items()
    rows += [(name, "; ".join(one) if isinstance(one, list) else str(one), "") for name, one in own]
    for name, text, origin in rows:
        if text:
            taken = f"  {say(f'(from: {origin})')}" if origin else ""
            yield printable(f"  {_label(name)}{_cut(text, whole)}{taken}")
    for warning in draft.warnings:
        yield printable(f"  {_label('warning')}{say(warning)}")
    characters = sum(len(one.text) for one in draft.paragraphs)
    size = say(f"paragraphs: {len(draft.paragraphs):,}, characters: {characters:,}")
    yield f"  {_label('text')}{size}"
    for paragraph in draft.paragraphs:
        yield printable(f"    {_label(paragraph.kind.name.lower())}{_cut(paragraph.text, whole)}")
    if draft.removed:
        size = say(f"pieces: {len(draft.removed):,}, characters: {read.lost:,}")
        yield f"  {_label('removed')}{size}"
    for removed in draft.removed:
        yield printable(f"    {say(removed.rule)}: {_cut(removed.text, whole)}")


def _label(name: str) -> str:
    said = say(name)
    return pad(said, max(10, width(said) + 2))


def _cut(text: str, whole: bool) -> str:
    text = " ".join(text.split())
    return text if whole or len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
