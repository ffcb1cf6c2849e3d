"""Repair: the same index once more, from the archive that its manifest names.

Articles that came from Python are nowhere else than in the article store, so
they are taken from there, as far as it can be read.
"""

from __future__ import annotations

import os
import time
from contextlib import closing

from index.article import Article
from index.building.build import Progress, Report, build_anew, words_of
from index.engines.directory import DirectoryLocation
from index.errors import IndexDamaged
from index.storage.manifest import Manifest
from index.storage.store import Store
from index.text.analyzer import Analyzer

__all__ = ["repair"]


def repair(
    directory: str | os.PathLike[str], *, workers: int = 1, progress: Progress | None = None
) -> Report:
    """Rebuild an index from its own archive with its own options.

    The report's `lost` says whether articles that came from Python stood in a
    part of the store that can be read no more. Raises what `rebuild` raises,
    UsageError where a folder of the archive is gone, and IndexDamaged where
    the manifest or the user dictionary is what is damaged: then nothing here
    knows what to rebuild, and only `rebuild` helps.
    """
    began = time.perf_counter()
    location = DirectoryLocation(directory)
    location.manifest()  # no index: say so before a folder is made
    with location.write_lock():
        manifest = location.manifest()
        analyzer = Analyzer(words_of(location))
        articles, lost = _from_python(location, manifest)
        report = build_anew(
            location,
            manifest.engine,
            analyzer,
            manifest.config,
            articles,
            workers=workers,
            progress=progress,
        )
    report.lost = lost
    report.seconds = time.perf_counter() - began
    return report


def _from_python(location: DirectoryLocation, manifest: Manifest) -> tuple[list[Article], bool]:
    """The articles that came from no folder, and whether there may have been others."""
    try:
        with closing(Store(location.directory.store_path, readonly=True)) as store:
            found, lost = store.intact(store.rows_from_python(manifest.generation))
            return list(found.values()), bool(lost or store.problems() or _is_part(store, manifest))
    except IndexDamaged:
        return [], True


def _is_part(store: Store, manifest: Manifest) -> bool:
    """Whether there were other articles than there are."""
    try:
        store.verify(manifest.generation, articles=manifest.articles, facts=manifest.facts)
    except IndexDamaged:
        return True
    return False
