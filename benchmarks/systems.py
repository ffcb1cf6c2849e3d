"""Other systems to compare with, each set up as its users would set it up."""

from __future__ import annotations

import re
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from index import Article

__all__ = ["Fts5Trigram", "System", "WhooshJieba", "plain", "simple_articles"]


class System(ABC):
    """A full-text index of articles that answers quoted phrases."""

    name: str

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def build(self, articles: Iterable[Article]) -> None:
        """Index the articles' titles and bodies."""

    @abstractmethod
    def phrase(self, text: str) -> set[str]:
        """Ids of all articles found for a quoted text."""

    @abstractmethod
    def first(self, parts: Sequence[str]) -> tuple[list[str], int]:
        """Ids of the ten best articles that hold all of some words or phrases, and how many do."""


class WhooshJieba(System):
    """Whoosh with the analyzer that jieba ships for it, and Whoosh's own query parser."""

    name = "Whoosh + jieba's ChineseAnalyzer"

    def build(self, articles: Iterable[Article]) -> None:
        import jieba
        from jieba.analyse import ChineseAnalyzer
        from whoosh.fields import ID, TEXT, Schema
        from whoosh.index import create_in

        jieba.setLogLevel("ERROR")
        analyzer = ChineseAnalyzer()
        schema = Schema(
            id=ID(stored=True),
            title=TEXT(analyzer=analyzer, stored=True),
            body=TEXT(analyzer=analyzer, stored=True),
        )
        self._index = create_in(str(self.directory), schema)
        writer = self._index.writer()
        for article in articles:
            writer.add_document(id=article.id, title=article.title, body=article.body)
        writer.commit()

    def phrase(self, text: str) -> set[str]:
        from whoosh.qparser import MultifieldParser

        query = MultifieldParser(["title", "body"], self._index.schema).parse(f'"{text}"')
        with self._index.searcher() as searcher:
            return {hit["id"] for hit in searcher.search(query, limit=None)}

    def first(self, parts: Sequence[str]) -> tuple[list[str], int]:
        from whoosh.qparser import MultifieldParser

        query = MultifieldParser(["title", "body"], self._index.schema).parse(" ".join(parts))
        with self._index.searcher() as searcher:
            found = searcher.search(query, limit=10)
            return [hit["id"] for hit in found], len(found)

    def snippets(self, parts: Sequence[str]) -> list[str]:
        """The same ten, with what Whoosh's highlighter makes of the stored bodies."""
        from whoosh.qparser import MultifieldParser

        query = MultifieldParser(["title", "body"], self._index.schema).parse(" ".join(parts))
        with self._index.searcher() as searcher:
            return [hit.highlights("body") for hit in searcher.search(query, limit=10)]


def simple_articles(archive: Path) -> Iterator[Article]:
    """Seeds read as a first version of such a program would: the title's line, the text of the HTML."""
    from bs4 import BeautifulSoup

    for path in sorted(archive.rglob("*")):
        if path.is_file():
            header, _, html = path.read_bytes().decode("utf-8", "replace").partition("------")
            title = re.search(r"\[(.*)\]\(", header)
            body = BeautifulSoup(html, "html.parser").get_text("\n")
            yield Article(
                id=str(path.relative_to(archive)), title=title[1] if title else path.stem, body=body
            )


class Fts5Trigram(System):
    """SQLite's full-text index with the trigram tokenizer."""

    name = "SQLite FTS5 trigram"

    def build(self, articles: Iterable[Article]) -> None:
        self._database = sqlite3.connect(self.directory / "fts5.sqlite")
        self._database.execute(
            "CREATE VIRTUAL TABLE a USING fts5(id UNINDEXED, title, body, tokenize='trigram')"
        )
        with self._database:
            self._database.executemany(
                "INSERT INTO a VALUES (?, ?, ?)", ((a.id, a.title, a.body) for a in articles)
            )

    def phrase(self, text: str) -> set[str]:
        wanted = _quoted(text)
        return {id for (id,) in self._database.execute("SELECT id FROM a WHERE a MATCH ?", (wanted,))}

    def first(self, parts: Sequence[str]) -> tuple[list[str], int]:
        wanted = " AND ".join(map(_quoted, parts))
        best = self._database.execute(
            "SELECT id FROM a WHERE a MATCH ? ORDER BY bm25(a) LIMIT 10", (wanted,)
        ).fetchall()
        ((total,),) = self._database.execute("SELECT count(*) FROM a WHERE a MATCH ?", (wanted,))
        return [id for (id,) in best], total


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def plain(text: str) -> str:
    """A quoted text without the marks that would end it, whatever the system."""
    return re.sub('["“”„‟「」『』＂]', "", text)
