"""Check the arguments of rebuild and update before anything is changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from index.article import Article
from index.errors import UsageError
from index.reading.limits import Limits

__all__ = ["Archive", "Globs", "Sources", "check_limits", "check_workers", "read_globs", "split_sources"]

Archive = str | os.PathLike[str] | Article | Iterable["str | os.PathLike[str] | Article"]
"""A folder or file, an Article, or a mix of any number of them."""

Globs = str | Sequence[str]
"""One glob or several, on paths below a folder of the archive."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The folders and files of an archive, and its articles from Python; each may be empty."""

    paths: list[Path]
    articles: Iterable[Article]


def split_sources(archive: Archive) -> Sources:
    """Split an archive into paths and articles.

    A list may mix the two in any order. Of an iterator, such as a generator, the paths
    must come first: it is not read to its end before the first article is indexed.

    Raises UsageError for what is neither, at once or, for an iterator, when it comes.
    """
    if isinstance(archive, (str, os.PathLike, Article)):
        archive = [archive]
    if isinstance(archive, bytes) or not isinstance(archive, Iterable):
        raise UsageError(
            f"an archive is a folder, an Article, or a list of them, not {type(archive).__name__}"
        )
    items: Iterable[Any] = archive
    if isinstance(items, Collection):
        paths = [Path(item) for item in items if _is_path(item)]
        return Sources(paths, [item for item in items if not _is_path(item)] if paths else items)
    iterator = iter(items)
    paths, first = [], next(iterator, None)
    while isinstance(first, (str, os.PathLike)):
        paths.append(Path(first))
        first = next(iterator, None)
    articles = () if first is None else chain([first], iterator)
    return Sources(paths, _without_paths(articles))


def _is_path(item: object) -> bool:
    return isinstance(item, (str, os.PathLike))


def _without_paths(items: Iterable[Any]) -> Iterator[Article]:
    for item in items:
        if _is_path(item):
            raise UsageError(f"in a stream of articles, folders come first; {os.fspath(item)!r} does not")
        yield item


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
    if not isinstance(workers, int) or workers < 1:
        raise UsageError(f"workers must be 1 or more: {workers}; with 1, this process does it all")
