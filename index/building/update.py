"""Update and optimize: make the next generation from the one in force.

A folder of the archive that was moved is recognised by its content: the known
path is gone, and at least half of the articles that came from it are found, the
same byte for byte, below a path that is new. They keep their ids.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol

from index.article import without_surrogates
from index.building.arguments import (
    Archive,
    Globs,
    check_limits,
    check_wait,
    check_workers,
    read_globs,
    split_sources,
)
from index.building.changes import Changes
from index.building.filling import Filling
from index.building.rebuild import walk_of
from index.building.report import Progress, Report, log_done, nothing_found
from index.building.rows import read_archive_zone
from index.engines.registry import check_fit, open_location
from index.errors import Action, ArticleNotFound, BuildError, IndexMismatch, Remedy, UsageError
from index.reading.limits import Limits
from index.reading.walk import Walk, archive_roots
from index.storage.location import Generation, IndexLocation
from index.storage.manifest import BuildConfig, Manifest
from index.storage.rows import Origin
from index.text.analyzer import Analyzer
from index.text.segment import read_user_dict

__all__ = ["delete", "optimize", "update", "words_of"]

# Number of articles of a missing folder that are looked for below a new path.
_LOOKED_FOR = 100


def update(
    archive: Archive,
    directory: str | os.PathLike[str],
    *,
    workers: int = 1,
    user_dict: str | os.PathLike[str] | None = None,
    include: Globs | None = None,
    exclude: Globs | None = None,
    limits: Limits | None = None,
    fields: Mapping[str, str] | None = None,
    tz: str | tzinfo | None = None,
    wait: float = 0.0,
    changes: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring an index up to date with an archive.

    Adds what is new, replaces what has changed (by size and time, then by content)
    and deletes what is gone below the folders given, never what is elsewhere or came
    from Python. The result equals that of a rebuild. If nothing has changed, neither
    an article nor an option, nothing is written.

    Args:
        archive: The archive or a part of it, as for `rebuild`. A folder that was moved
            may be named by its new path; `Report.moved` says so.
        directory: The index, as for `rebuild`.
        workers: Processes that read and analyse besides this one; with 1, this one does.
        user_dict: The dictionary that the index must have been made with.
        include: Globs to keep to from now on; None for those of the index.
        exclude: Globs to leave out from now on; None for those of the index.
        limits: Limits from now on; None for those of the index.
        fields: What rows call the values of an article, as for `rebuild`.
        tz: The zone of times in rows without one; None for that of the index.
        wait: Seconds to wait for another process that writes to the index.
        changes: List the ids of what was added, replaced and deleted in `Report.changes`.
        progress: Called now and then with the articles done and, if known, their number in all.

    Raises:
        BuildError: Nothing was found, and all that was there would be deleted.
        IndexMissing: There is no index.
        IndexDamaged: What would be taken over is damaged.
        IndexMismatch: The index was made with another analyzer, engine version or user
            dictionary; rebuild it.
        ArchiveError, OSError: As `rebuild` does.

    Example:
        >>> report = update([Article("memo/1", "渡轮停航")], index)
        >>> report.added, report.deleted, report.articles
        (1, 0, 4)
    """
    began = time.perf_counter()
    check_workers(workers)
    check_wait(wait)
    location = open_location(directory)
    # Without an index, this says so before a folder is made.
    reading = location.manifest().config.reading
    zone = read_archive_zone(tz, reading)
    sources = split_sources(archive, fields=fields, zone=zone, own_fields=reading.own_fields)
    with location.write_lock(wait=wait):
        current, analyzer = _taken_over(location, user_dict)
        before = location.digests() if changes else {}
        config = _changed(current.config, include, exclude, limits)
        report = Report(generation=current.generation, articles=current.articles)
        generation = _next(location, current, analyzer)
        try:
            known, report.moved = _moved(generation, config.roots, sources.paths)
            roots, within = archive_roots(sources.paths, known=known)
            config = replace(config, roots=known | roots)
            walk = walk_of(replace(config, roots=roots), within)
        except BaseException:
            generation.close(failed=True)
            raise
        with Filling(generation, current.engine, analyzer, config, report, moved=report.moved) as filling:
            seeds = filling.changed(walk) if walk else ()
            articles = filling.changed_articles(sources.articles)
            filling.add(chain(seeds, articles), walk, workers=workers, progress=progress)
            if walk:
                _delete_gone(filling, walk, within)
            if filling.is_changed or config != current.config:
                filling.finish()
        if changes:
            report.changes = Changes.between(before, location.digests())
    log_done("update", location, report, began=began)
    return report


def _delete_gone(filling: Filling, walk: Walk, within: Sequence[str]) -> None:
    """Delete what is gone. Raises BuildError if nothing is left: more likely, a disk is not mounted."""
    report = filling.report
    filling.delete_gone(walk)
    if report.deleted and not (report.read or report.unchanged):
        raise BuildError(nothing_found(within, report))


class _Named(Protocol):
    """A hit, an Article, or anything else with an id."""

    @property
    def id(self) -> str: ...


def delete(
    ids: str | _Named | Iterable[str | _Named],
    directory: str | os.PathLike[str],
    *,
    missing_ok: bool = False,
    wait: float = 0.0,
) -> Report:
    """Delete articles from an index by their ids.

    To delete by query, give the ids of what `Searcher.stream` finds. An article that
    was read from a file comes back with the next update of its folder: delete the file.

    Args:
        ids: One id, or any number of them; also Articles and hits, whose `id` counts. Hits that
            match only in part are passed over.
        directory: The index, as for `rebuild`.
        missing_ok: Pass over ids that no article has.
        wait: Seconds to wait for another process that writes to the index.

    Returns:
        What was done; `deleted` is how many articles.

    Raises:
        UsageError: Something is no id.
        ArticleNotFound: No article has one of the ids; nothing was deleted.
        IndexMissing: There is no index.
        ArchiveError, OSError: As `update` does.

    Example:
        >>> delete("晨报/1.md", index).articles
        2
        >>> with Searcher(index) as searcher:
        ...     delete(searcher.stream("渡轮"), index).deleted
        1
    """
    began = time.perf_counter()
    wanted = list(_ids(ids))
    check_wait(wait)
    location = open_location(directory)
    location.manifest()
    with location.write_lock(wait=wait):
        current, analyzer = _taken_over(location)
        report = Report(generation=current.generation, articles=current.articles)
        generation = _next(location, current, analyzer)
        with Filling(generation, current.engine, analyzer, current.config, report) as filling:
            unknown = filling.delete(wanted)
            if unknown and not missing_ok:
                more = f" and {len(unknown) - 3:,} more" if len(unknown) > 3 else ""
                raise ArticleNotFound(
                    f"no article has the id {', '.join(map(repr, unknown[:3]))}{more}; nothing was deleted;"
                    " to pass over such ids, give missing_ok=True"
                )
            if filling.is_changed:
                filling.finish()
    log_done("deletion", location, report, began=began)
    return report


def _ids(given: Any) -> Iterator[str]:
    if isinstance(given, str) or hasattr(given, "id"):
        given = [given]
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise UsageError(f"ids takes an id, or several, not {given!r}")
    for one in given:
        if getattr(one, "partial", False):
            continue
        id = getattr(one, "id", one)
        if not isinstance(id, str):
            raise UsageError(f"an id is a string, not {id!r}")
        yield without_surrogates(id)


def optimize(directory: str | os.PathLike[str], *, wait: float = 0.0) -> Report:
    """Merge the engine's files as if all articles had been added at once.

    Results do not change; scores become those of a rebuild.

    Args:
        directory: The index, as for `rebuild`.
        wait: Seconds to wait for another process that writes to the index.

    Raises:
        ArchiveError, OSError: As `update` does.

    Example:
        >>> optimize(index).articles
        3
    """
    began = time.perf_counter()
    check_wait(wait)
    location = open_location(directory)
    location.manifest()
    with location.write_lock(wait=wait):
        current, analyzer = _taken_over(location)
        report = Report()
        generation = _next(location, current, analyzer)
        with Filling(generation, current.engine, analyzer, current.config, report) as filling:
            filling.finish(optimize=True)
    log_done("optimization", location, report, began=began)
    return report


def _changed(
    config: BuildConfig, include: Globs | None, exclude: Globs | None, limits: Limits | None
) -> BuildConfig:
    """Return the config with the options that were given."""
    return replace(
        config,
        include=config.include if include is None else read_globs("include", include),
        exclude=config.exclude if exclude is None else read_globs("exclude", exclude),
        limits=config.limits if limits is None else check_limits(limits),
    )


def _taken_over(
    location: IndexLocation, user_dict: str | os.PathLike[str] | None = None
) -> tuple[Manifest, Analyzer]:
    """Return the manifest in force and its analyzer, if a next generation may begin with it.

    Raises IndexMismatch or IndexDamaged if it may not.
    """
    current = location.manifest()
    words = words_of(location)
    if user_dict is not None and read_user_dict(user_dict) != words:
        raise IndexMismatch(
            f"{location} was made with another user dictionary",
            remedy=Remedy(Action.REBUILD, index=str(location), user_dict=os.fspath(user_dict)),
        )
    analyzer = Analyzer(words)
    check_fit(location, current, analyzer)
    location.verify(current)
    return current, analyzer


def _next(location: IndexLocation, current: Manifest, analyzer: Analyzer) -> Generation:
    """Begin a generation with all that the one in force holds."""
    return location.begin(
        engine=current.engine,
        user_dict=analyzer.user_dict,
        base=current,
        own_fields=current.config.reading.own_fields,
    )


def words_of(location: IndexLocation) -> str | None:
    """Return the user dictionary of the generation in force. Raises IndexDamaged."""
    lease = location.lease()
    try:
        return lease.user_dict()
    finally:
        lease.release()


# Folders that were moved


def _moved(
    generation: Generation, roots: Mapping[str, str], paths: Sequence[Path]
) -> tuple[dict[str, str], dict[str, str]]:
    """Find the folders of an archive that were moved to one of the paths.

    Returns the known folders, as they are now, with the prefixes of their ids; and the
    old and new path of each that was moved.
    """
    known, moved = dict(roots), dict[str, str]()
    missing = [root for root in roots if not os.path.lexists(root)]
    for path in map(os.path.realpath, paths) if missing else ():
        if path in known or any(parent in known for parent in map(str, Path(path).parents)):
            continue
        for root in missing:
            if root not in moved and _is_moved(generation, root, path):
                # In its place, so that the order of folders stays.
                known = {path if name == root else name: prefix for name, prefix in known.items()}
                moved[root] = path
                break
    return known, moved


def _is_moved(generation: Generation, root: str, path: str) -> bool:
    """Return whether at least half of the first articles from `root` are found below `path`."""
    origins = [stored.origin for stored in islice(generation.stored(root), _LOOKED_FOR)]
    same = sum(_is_same(origin, root, path) for origin in origins)
    return 0 < len(origins) <= 2 * same


def _is_same(origin: Origin, root: str, path: str) -> bool:
    file = Path(path + (origin.path or "").removeprefix(root))
    try:
        return file.stat().st_size == origin.size and sha256(file.read_bytes()).digest() == origin.digest
    except (OSError, ValueError):
        return False
