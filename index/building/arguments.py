"""Check the arguments of rebuild and update before anything is changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from index.article import Article
from index.building.rows import Row, RowReader, Table, is_table, rows_of
from index.errors import UsageError
from index.own_fields import OwnFields
from index.reading.limits import Limits
from index.reading.options import ReadOptions

__all__ = [
    "Archive",
    "Globs",
    "Sources",
    "check_limits",
    "check_reading",
    "check_wait",
    "check_workers",
    "read_globs",
    "split_sources",
]

_Item: TypeAlias = "str | os.PathLike[str] | Article | Row | Table"
Archive: TypeAlias = "_Item | Iterable[_Item]"
"""A folder or file, an Article, a dict or another row with names, a table of such rows, or a mix."""

Globs: TypeAlias = str | Sequence[str]
"""One glob or several, on paths below a folder of the archive."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The folders and files of an archive, and its articles from Python; each may be empty."""

    paths: list[Path]
    articles: Iterable[Article]


def split_sources(
    archive: Archive,
    *,
    fields: Mapping[str, str] | None = None,
    zone: tzinfo,
    own_fields: OwnFields = (),
) -> Sources:
    """Split an archive into paths and articles, which are made of rows as they are asked for.

    A list may mix all in any order. Of an iterator, such as a generator, the paths
    must come first: it is not read to its end before the first article is indexed.

    Args:
        archive: Paths, articles and rows.
        fields: The rows' names for values of an article.
        zone: The zone of times in rows without one.
        own_fields: The own fields that articles and rows may have.

    Raises:
        UsageError: Something is none of these: at once or, for an iterator, when it comes.
    """
    reader = RowReader({} if fields is None else fields, zone, own_fields)
    items: Any = archive
    if isinstance(items, str | os.PathLike | Article | Mapping) or is_table(items):
        items = [items]
    if isinstance(items, bytes) or not isinstance(items, Iterable):
        raise UsageError(
            "an archive is a folder, an Article, a dict, a table, or a list of them,"
            f" not {type(items).__name__}"
        )
    if isinstance(items, Collection):
        paths = [Path(item) for item in items if _is_path(item)]
        return Sources(paths, _articles([item for item in items if not _is_path(item)], reader))
    iterator = iter(items)
    paths, first = [], next(iterator, None)
    while isinstance(first, str | os.PathLike):
        paths.append(Path(first))
        first = next(iterator, None)
    rest = () if first is None else chain([first], iterator)
    return Sources(paths, _articles(rest, reader))


def _is_path(item: object) -> bool:
    return isinstance(item, str | os.PathLike)


def _articles(items: Iterable[Any], reader: RowReader) -> Iterator[Article]:
    number = 0
    for item in items:
        if _is_path(item):
            raise UsageError(f"in a stream of articles, folders come first; {os.fspath(item)!r} does not")
        for row in rows_of(item) if is_table(item) else (item,):
            number += 1
            yield reader.checked(row) if isinstance(row, Article) else reader.article(row, number)


def read_globs(name: str, globs: Globs) -> tuple[str, ...]:
    """Return globs as a tuple; one string is one glob. Raises UsageError for anything else."""
    if isinstance(globs, str):
        return (globs,)
    if not isinstance(globs, Iterable) or not all(isinstance(glob, str) for glob in globs):
        raise UsageError(f"{name} takes a glob, such as '*.md', or a list of globs, not {globs!r}")
    return tuple(globs)


def check_limits(limits: Limits) -> Limits:
    """Return the limits. Raises UsageError for anything but Limits."""
    if not isinstance(limits, Limits):
        raise UsageError(f"limits takes Limits(…), not {limits!r}")
    return limits


def check_workers(workers: int) -> None:
    """Raise UsageError for a number of processes that cannot be."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise UsageError(f"workers must be 1 or more: {workers!r}; with 1, this process does it all")


def check_reading(reading: ReadOptions) -> ReadOptions:
    """Return the options of reading. Raises UsageError for anything else."""
    if not isinstance(reading, ReadOptions):
        raise UsageError(f"reading takes ReadOptions(…), not {reading!r}")
    return reading


def check_wait(wait: float) -> float:
    """Return the seconds to wait for another writer. Raises UsageError for what is no time."""
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 <= wait < 1e9:
        raise UsageError(f"wait takes seconds, 0 or more, not {wait!r}")
    return float(wait)
