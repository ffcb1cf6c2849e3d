"""Rebuild: make an index from an archive, in place of the one that is there.

Nobody who searches sees any of it before everything is on disk and the manifest
is renamed. Until then the index that is there stays as it is, damaged or not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import tzinfo
from itertools import chain
from typing import Any

from index.article import Article
from index.building.arguments import (
    Archive,
    Globs,
    check_limits,
    check_reading,
    check_wait,
    check_workers,
    read_globs,
    split_sources,
)
from index.building.changes import Changes, digests_before
from index.building.filling import Filling
from index.building.report import Progress, Report, log_done, nothing_found
from index.building.rows import read_archive_zone
from index.engines.registry import DEFAULT_ENGINE, engine_class, open_location
from index.errors import BuildError, IndexMissing, IndexStateError, UsageError
from index.own_fields import read_own_fields
from index.reading.limits import DEFAULT_LIMITS, Limits
from index.reading.options import DEFAULT_OPTIONS, ReadOptions
from index.reading.parts import Part, Share
from index.reading.walk import Walk, archive_roots
from index.storage.directory import entries_of_an_index
from index.storage.location import IndexLocation
from index.storage.manifest import FORMAT, BuildConfig
from index.text.analyzer import Analyzer
from index.text.segment import read_user_dict

__all__ = ["Build", "build_anew", "rebuild", "walk_of"]


def rebuild(
    archive: Archive,
    directory: str | os.PathLike[str],
    *,
    engine: str = DEFAULT_ENGINE,
    workers: int = 1,
    user_dict: str | os.PathLike[str] | None = None,
    include: Globs = (),
    exclude: Globs = (),
    limits: Limits = DEFAULT_LIMITS,
    reading: ReadOptions = DEFAULT_OPTIONS,
    allow_empty: bool = False,
    part: tuple[int, int] | None = None,
    fields: Mapping[str, str] | None = None,
    own_fields: Mapping[str, str] | None = None,
    tz: str | tzinfo | None = None,
    wait: float = 0.0,
    changes: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Make an index of an archive, in place of what is there.

    Whoever searches meanwhile sees the old articles until all is done. If anything
    goes wrong, the old index stays as it is.

    With `part`, such as (3, 8), this process does the third of eight parts of an
    index on a cluster; others do the others, of the same archive under the same
    path with the same options, on this machine or on more. The last one brings
    the whole into force.

    Args:
        archive: A folder or file, an Article, a dict or another row with names, a DataFrame
            of pandas or polars, a database cursor, or several of these. Of an iterator,
            folders come before articles.
        directory: A folder, or an index on an OpenSearch cluster as
            `opensearch://host:9200/name`.
        engine: The engine's name; an index on a cluster has its own.
        workers: Processes that read and analyse besides this one; with 1, this one does.
        user_dict: A dictionary in jieba's format.
        include: A glob, or several, on paths below a folder; only these files are read.
        exclude: A glob, or several; these files and folders are left out.
        limits: A seed beyond one of these is left out.
        reading: How files are read; an update of the index reads them in the same way.
        allow_empty: Allow an archive without articles to replace an index that has some.
        part: The part that this process does, of how many.
        fields: What rows call the values of an article, such as `{"title": "headline"}`, where
            that is none of the usual names.
        own_fields: Fields that articles have besides the usual ones, each with its kind, such as
            `{"page": "keyword", "price": "number"}`: "text", "keyword", "number" or "date".
        tz: The zone of times in rows without one, such as "Europe/Berlin"; None for that of `reading`.
        wait: Seconds to wait for another process that writes to the index.
        changes: List the ids of what was added, replaced and deleted in `Report.changes`.
        progress: Called now and then with the articles done and, if known, their number in all.

    Returns:
        What was done, and which seeds were left out.

    Raises:
        UsageError: An argument makes no sense; nothing was done.
        BuildError: The folders have no seed that can be read, or the index would become empty.
        ArticleError: Two articles have one id.
        IndexLocked: Another process writes to the index, for longer than `wait`.
        MissingExtra: The engine is not installed.
        EngineError: The engine failed.
        OSError: The disk is full, or something cannot be read or written.

    Example:
        >>> report = rebuild([archive, Article("memo/1", "渡轮停航")], new)
        >>> report.articles
        2
    """
    began = time.perf_counter()
    check_workers(workers)
    check_wait(wait)
    reading = _with_own_fields(check_reading(reading), own_fields)
    sources = split_sources(
        archive, fields=fields, zone=read_archive_zone(tz, reading), own_fields=reading.own_fields
    )
    location = open_location(directory)
    build = Build(
        location,
        location.engine_for(engine),
        Analyzer(read_user_dict(user_dict) if user_dict is not None else None),
        BuildConfig(
            archive_roots(sources.paths)[0],
            read_globs("include", include),
            read_globs("exclude", exclude),
            check_limits(limits),
            reading,
        ),
        sources.articles,
        workers,
        progress,
    )
    if part is not None:
        if changes:
            raise UsageError("changes are told of a whole, not of a part")
        report = _build_part(build, _read_part(part))
    else:
        with location.write_lock(wait=wait):
            before = digests_before(location) if changes else {}
            report = build_anew(build, allow_empty=allow_empty)
            if changes:
                report.changes = Changes.between(before, location.digests())
    log_done("rebuild", location, report, began=began)
    return report


def _with_own_fields(reading: ReadOptions, own_fields: Mapping[str, str] | None) -> ReadOptions:
    return reading if own_fields is None else replace(reading, own_fields=read_own_fields(own_fields))


def _read_part(part: tuple[int, int]) -> Part:
    if not isinstance(part, tuple | list) or list(map(type, part)) != [int, int]:
        raise UsageError(f"part takes two numbers, such as (3, 8) for the third of eight, not {part!r}")
    return Part(*part)


@dataclass(frozen=True, slots=True)
class Build:
    """What a generation is made of, by whom and where: seeds that a config names, and articles."""

    location: IndexLocation
    engine: str
    analyzer: Analyzer
    config: BuildConfig
    articles: Iterable[Article]
    workers: int
    progress: Progress | None


def build_anew(build: Build, *, allow_empty: bool) -> Report:
    """Make a generation; the write lock is held."""
    location, config = build.location, build.config
    report = Report()
    walk = walk_of(config)
    generation = location.begin(
        engine=build.engine,
        user_dict=build.analyzer.user_dict,
        base=None,
        own_fields=config.reading.own_fields,
    )
    with Filling(generation, build.engine, build.analyzer, config, report) as filling:
        filling.add(chain(walk or (), build.articles), walk, workers=build.workers, progress=build.progress)
        if walk and not filling.seeds_read:
            raise BuildError(nothing_found(config.roots, report))
        if not report.read and not allow_empty and _has_articles(location):
            raise BuildError(
                f"there are no articles to index, and {location} has some: to empty it, pass"
                " allow_empty=True; nothing was changed"
            )
        filling.finish()
    return report


def _has_articles(location: IndexLocation) -> bool:
    """Return whether there is an index with articles, or one of which that cannot be known."""
    try:
        return location.manifest().articles > 0
    except IndexMissing:
        return False
    except IndexStateError:
        return True


def _build_part(build: Build, part: Part) -> Report:
    """Do a part of a generation; every process that does one finds all seeds and articles."""
    config, analyzer = build.config, build.analyzer
    report = Report(part=(part.number, part.of))
    walk = walk_of(config)
    share = Share(part, chain(walk or (), build.articles))
    joined = build.location.join(share, analyzer.user_dict, _terms(build), config.reading.own_fields)
    with joined as generation:
        report.generation = generation.number
        with Filling(generation, build.engine, analyzer, config, report) as filling:
            if generation.in_force is None:
                filling.add(share, walk, workers=build.workers, progress=build.progress, part=part)
                report.missing = generation.hand_in(filling.manifest)
        if generation.in_force is not None:
            report.articles = generation.in_force.articles
    return report


def _terms(build: Build) -> dict[str, Any]:
    """Return what must be the same in all processes that make one index."""
    config = build.config
    return {
        "fingerprint": build.analyzer.fingerprint(),
        "version": f"{FORMAT}, {engine_class(build.engine).version}",
        "roots": config.roots,
        "include": list(config.include),
        "exclude": list(config.exclude),
        "reading": [f"{name} {value}" for name, value in asdict(config.reading).items()],
        "limits": [f"{name} {limit:,}" for name, limit in asdict(config.limits).items()],
    }


def walk_of(config: BuildConfig, within: Sequence[str] = ()) -> Walk | None:
    """Return the walk over a config's folders, or over some places in them; None if it has no folder."""
    if not config.roots:
        return None
    return Walk(
        config.roots,
        within=within,
        include=config.include,
        exclude=config.exclude,
        ignore=entries_of_an_index,
    )
