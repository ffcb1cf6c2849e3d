"""What is fuzzed: one function for each part that reads what strangers wrote.

Each takes bytes and may raise what the part promises to raise, nothing else;
where a law holds for every input, it is asserted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from index.article import Article
from index.errors import IndexStateError, QueryError, SeedError
from index.reading.draft import NoArticle
from index.reading.formats.base import PassedOver
from index.reading.html import read_fragment
from index.reading.page import read_page
from index.reading.seed import read_seed
from index.storage.directory import IndexDirectory
from index.storage.manifest import FORMAT, BuildConfig, Manifest, manifest_checksum
from index.text.analyzer import Analyzer
from index.text.fold import fold, fold_with_origin
from index.text.token_text import TokenText
from index.text.tokens import BOUNDARY, locate_tokens, tokenize
from search.highlighting.snippets import Highlighter, mark_html
from search.query.parser import parse
from search.query.plan import make_plan

__all__ = ["TARGETS"]

_NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
_FOLDER = Path(mkdtemp()).resolve()
_analyzer = Analyzer()

_SOUND = {
    **asdict(Manifest(FORMAT, "whoosh", "3", "jiansuo", 1, 2, "2026-01-01T00:00:00+00:00", user_dict=True)),
    "config": {
        **asdict(BuildConfig({"/archive": "news"})),
        "include": ["*.md"],
        "exclude": ["drafts"],
    },
    "files": {
        name: {"size": 0, "sha256": sha256().hexdigest(), "crc32": "00000000"}
        for name in ("engine/a.seg", "user_dict.txt")
    },
}
for _name in ("lock", *_SOUND["files"]):
    _path = IndexDirectory(_FOLDER).generation(1) / _name
    _path.parent.mkdir(parents=True, exist_ok=True)
    _path.touch()


def text_of(data: bytes) -> str:
    """Any text, lone surrogates too."""
    return data.decode("utf-8", "surrogateescape")


def seed(data: bytes) -> None:
    with suppress(SeedError, PassedOver):
        article = read_seed(data, id="x", path="x.md", folder="f")
        assert isinstance(article, Article)
        assert "\0" not in article.title


def html(data: bytes) -> None:
    text = text_of(data)
    drafts = [read_fragment(text)[0]]
    with suppress(NoArticle):
        drafts.append(read_page(text).paragraphs)
    for paragraphs in drafts:
        for paragraph in paragraphs:
            assert paragraph.text == paragraph.text.strip() != ""
            assert "\n" not in paragraph.text


def folding(data: bytes) -> None:
    text = text_of(data)
    folded = fold(text)
    assert fold(folded) == folded
    located = fold_with_origin(text)
    assert located.text == folded
    assert all(0 <= start < end <= len(text) for start, end in zip(located.starts, located.ends, strict=True))


def analyzer(data: bytes) -> None:
    text = text_of(data)
    streams = _analyzer.analyze(text)
    assert "".join(streams.words) == "".join(token for token in streams.tokens if token != BOUNDARY)
    assert [token.text for token in locate_tokens(text)] == tokenize(text) == streams.tokens


def query(data: bytes) -> None:
    text = text_of(data)
    with suppress(QueryError):
        tree = parse(text)
        assert parse(str(tree)) == tree
        make_plan(tree, text, analyzer=_analyzer, tz=timezone.utc, now=_NOW)


def snippet(data: bytes) -> None:
    asked, _, body = text_of(data).partition("\n")
    with suppress(QueryError):
        plan = make_plan(parse(asked), asked, analyzer=_analyzer, tz=timezone.utc, now=_NOW)
        shown = Highlighter(plan)
        token_text = TokenText.of(body)
        for found in shown.snippets(body, token_text):
            assert all(0 <= start < end <= len(found.text) for start, end in found.highlights)
            assert "<" not in found.html().replace("<mark>", "").replace("</mark>", "")
        mark_html(body, shown.highlight(token_text, field="title"))


def manifest(data: bytes) -> None:
    (_FOLDER / "manifest.json").write_bytes(data)
    _open_index()
    values = _edited(text_of(data))
    text = json.dumps({**values, "checksum": manifest_checksum(values)})
    (_FOLDER / "manifest.json").write_text(text, "utf-8")
    _open_index()


def _edited(edits: str) -> dict[str, Any]:
    """A sound manifest after some edits, one a line: the names that lead to a value, `=`, the value.

    Bytes that become a manifest by chance do not get past its checksum.
    """
    values: dict[str, Any] = json.loads(json.dumps(_SOUND))
    for edit in edits.split("\n")[:20]:
        names, sign, written = edit.partition("=")
        *way, last = names.split(" ")
        place: Any = values
        for name in way:
            place = place.get(name) if isinstance(place, dict) else None
        if not sign or not isinstance(place, dict):
            continue
        try:
            place[last] = json.loads(written)
        except (ValueError, RecursionError):
            place[last] = written
        if not written:
            del place[last]
    return values


def _open_index() -> None:
    place = IndexDirectory(_FOLDER)
    with suppress(IndexStateError):
        found = place.manifest()
        for name in found.files:
            assert (place.generation(found.generation) / name).resolve().is_relative_to(_FOLDER)
        place.lease().release()
        place.verify(found, whole=True)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "seed": seed,
    "html": html,
    "folding": folding,
    "analyzer": analyzer,
    "query": query,
    "snippet": snippet,
    "manifest": manifest,
}
