"""One builder for articles, one for archives; the strategies that make both at random."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from hypothesis import strategies as st

from index import Article, rebuild
from index.storage.manifest import manifest_checksum
from search import Searcher


def directory() -> TemporaryDirectory[str]:
    """A folder for one example: in memory where possible, since every index is synced to disk."""
    # tantivy looks at an index once more from a thread of its own, which may come when all is closed,
    # and makes its lock file there while the folder is being removed.
    return TemporaryDirectory(
        dir="/dev/shm" if Path("/dev/shm").is_dir() else None, ignore_cleanup_errors=True
    )


@contextmanager
def place(engine: str) -> Iterator[str]:
    """Where an index of this engine may be for one example: a folder, or a name on the tests' cluster."""
    if engine != "opensearch":
        with directory() as folder:
            yield folder
        return
    from clusters import remove_index

    url = f"{os.environ['OPENSEARCH_URL']}/t-{uuid4().hex}?shards=1&replicas=0"
    try:
        yield url
    finally:
        remove_index(url)


def rewrite_manifest(index: Path, **changes: object) -> None:
    """Change values of an index's manifest, with a checksum that fits."""
    path = index / "manifest.json"
    values = {**json.loads(path.read_text("utf-8")), **changes}
    del values["checksum"]
    path.write_text(json.dumps({**values, "checksum": manifest_checksum(values)}), "utf-8")


EPOCH = datetime(2020, 1, 1, tzinfo=timezone.utc)

_ids = count()


def article(
    body: str = "",
    *,
    title: str = "无题",
    id: str | None = None,
    url: str = "",
    sources: tuple[str, ...] = (),
    authors: tuple[str, ...] = (),
    tags: tuple[str, ...] = (),
    day: int | None = None,
) -> Article:
    """An article; `day` counts days from 2020-01-01."""
    date = None if day is None else EPOCH + timedelta(days=day)
    return Article(
        id=f"a{next(_ids)}" if id is None else id,
        title=title,
        body=body,
        url=url,
        sources=sources,
        authors=authors,
        tags=tags,
        date=date,
    )


def many(number: int, *, seed: int = 1) -> list[Article]:
    """Articles that share their words, some with equal texts and so with equal scores, some without date."""
    chooser = random.Random(seed)
    pieces = ["中国", "人民", "研究", "生命", "科学", "，", "。", " sanctions ", " set7 ", "的"]
    bodies = ["".join(chooser.choices(pieces, k=30)) for _ in range(number // 3 + 1)]
    return [
        article(
            chooser.choice(bodies),
            title=f"第{number % 4}篇",
            id=str(number),
            sources=(chooser.choice(["晨报", "Ferry News"]),),
            day=chooser.choice([None, *range(20)]),
        )
        for number in range(number)
    ]


class Archive:
    """An index of a few articles, searched through the public API."""

    def __init__(self, directory: Path, articles: Iterable[Article], engine: str) -> None:
        self.articles = list(articles)
        self.directory = directory
        rebuild(self.articles, directory, engine=engine)
        self.searcher = Searcher(directory, tz="UTC")

    def full(self, query: str, **options: object) -> set[int]:
        """Positions of the articles that match fully."""
        return {self._position(hit.id) for hit in self._hits(query, options) if not hit.partial}

    def order(self, query: str, **options: object) -> list[int]:
        """Positions of all hits, in their order."""
        return [self._position(hit.id) for hit in self._hits(query, options)]

    def _hits(self, query: str, options: dict[str, object]):
        return self.searcher.search(query, limit=None, **options).hits

    def _position(self, id: str) -> int:
        return next(i for i, article in enumerate(self.articles) if article.id == id)


# Few characters, so that phrases recur; words that jieba knows, so that it cuts;
# signs of every kind that the analyzer treats in its own way.
PIECES = [
    *"研究生命科学中国人民大",
    "中國",
    "研究生",
    "台湾",
    "臺灣",
    "国际论坛",
    "國際論壇",
    "F-35A",
    "Ｆ３５Ａ",
    "iPhone™",
    "rfi.fr",
    "3.5",
    "5%",
    "$5",
    "5℃",
    "C++",
    "C#",
    "1,234",
    "U.S.",
    "二○二四",
    "答覆",
    "答复",
    "/",
    "•",
    "．",
    "sanctions",
    "sanct",
    "かな",
    "한국",
    "，",
    "。",
    "、",
    "——",
    "…",
    "“",
    "”",
    "「",
    "·",
    " ",
    "\u3000",
    "\u200b",
    "\n",
    "%",
]

# Letters apart and together: "A A A" finds neither AAA nor A A, nor an article with both.
LETTERS = ["A A ", "AAA ", "人"]


def pieces(*, min_size: int = 0, max_size: int) -> st.SearchStrategy[str]:
    """Some pieces, or, in one text of three, letters."""
    alphabets = st.sampled_from([PIECES, PIECES, LETTERS])
    drawn = alphabets.flatmap(
        lambda alphabet: st.lists(st.sampled_from(alphabet), min_size=min_size, max_size=max_size)
    )
    return drawn.map("".join)


texts = pieces(max_size=14)
SOURCES = ["法广", "rfi.fr", "晨报", "Ferry News"]
URLS = ["", "https://www.rfi.fr/cn/20240310-%E4%B8%AD%E5%9B%BD", "http://x.example/35"]
# Some are also pieces of titles and bodies, one holds a boundary, one has nothing to search for.
LABELS = ["中国人", "中國人", "研究", "sanctions list", "F-35A", "国际论坛，中国", "％", "人"]


def labels() -> st.SearchStrategy[tuple[str, ...]]:
    """Authors or tags."""
    return st.lists(st.sampled_from(LABELS), max_size=3).map(tuple)


@st.composite
def articles(draw: st.DrawFn) -> list[Article]:
    """A small archive."""
    drawn = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "body": texts,
                    "title": texts,
                    "sources": st.lists(st.sampled_from(SOURCES), max_size=2, unique=True).map(tuple),
                    "authors": labels(),
                    "tags": labels(),
                    "day": st.none() | st.integers(0, 60),
                    "url": st.sampled_from(URLS),
                }
            ),
            min_size=1,
            max_size=8,
        )
    )
    return [article(id=str(number), **values) for number, values in enumerate(drawn)]
