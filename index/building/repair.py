"""Repair: rebuild a damaged index from the archive that its manifest names.

Articles that came from Python exist only in the article store, so they are
taken from there, as far as it is sound. A store that cannot be read now (no
descriptors left, a failing disk) is an error, and nothing is replaced.
"""

from __future__ import annotations

import os
import time
from contextlib import closing

from index.article import Article
from index.building.arguments import check_wait, check_workers
from index.building.rebuild import Build, build_anew
from index.building.report import Progress, Report, log_done
from index.building.update import words_of
from index.engines.directory import DirectoryLocation
from index.engines.registry import open_location
from index.errors import IndexDamaged, UsageError
from index.storage.manifest import Manifest
from index.storage.store import Store
from index.text.analyzer import Analyzer

__all__ = ["repair"]


def repair(
    directory: str | os.PathLike[str],
    *,
    workers: int = 1,
    wait: float = 0.0,
    progress: Progress | None = None,
) -> Report:
    """Rebuild an index from its own archive with its own options.

    Args:
        directory: The folder of the index.
        workers: Processes that read and analyse besides this one; with 1, this one does.
        wait: Seconds to wait for another process that writes to the index.
        progress: Called now and then with the articles done and, if known, their number in all.

    Returns:
        What was done; `lost` says whether articles that came from Python were in a part of
        the store that can be read no more.

    Raises:
        IndexDamaged: The manifest or the user dictionary is damaged, so that it is not known
            what to rebuild; only `rebuild` helps.
        UsageError: A folder of the archive is gone.
        ArchiveError, OSError: As `rebuild` does.
    """
    began = time.perf_counter()
    check_workers(workers)
    check_wait(wait)
    location = open_location(directory)
    if not isinstance(location, DirectoryLocation):
        raise UsageError("a cluster looks after its files itself; repair is for index directories")
    location.manifest()  # without an index, say so before a folder is made
    with location.write_lock(wait=wait):
        manifest = location.manifest()
        analyzer = Analyzer(words_of(location))
        articles, lost = _from_python(location, manifest)
        build = Build(location, manifest.engine, analyzer, manifest.config, articles, workers, progress)
        report = build_anew(build, allow_empty=True)
    report.lost = lost
    log_done("repair", location, report, began=began)
    return report


def _from_python(location: DirectoryLocation, manifest: Manifest) -> tuple[list[Article], bool]:
    """Return the sound articles that came from no folder, and whether there may have been others."""
    try:
        with closing(Store(location.directory.store_path(manifest), readonly=True)) as store:
            found, lost = store.intact(store.rows_from_python(manifest.generation))
            return list(found.values()), bool(lost or store.problems() or _is_part(store, manifest))
    except IndexDamaged:
        return [], True


def _is_part(store: Store, manifest: Manifest) -> bool:
    """Return whether there were other articles than there are."""
    try:
        store.verify(manifest.generation, articles=manifest.articles, facts=manifest.facts)
    except IndexDamaged:
        return True
    return False
