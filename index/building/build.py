"""Rebuild and update: from articles to the next generation of an index.

Articles come read and analysed from worker processes (see prepare.py) and are
added in their order by this process. Nothing is seen by those who search before
everything is on disk and the manifest is renamed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from itertools import chain, islice
from pathlib import Path
from typing import Any

from index.article import Article
from index.building.workers import BATCH, Prepared, Preparer, prepare_all
from index.engines.registry import DEFAULT_ENGINE, check_fit, engine_class, open_location
from index.errors import (
    Action,
    ArticleError,
    BuildError,
    IndexMismatch,
    IndexStateError,
    Remedy,
    SeedError,
    UsageError,
)
from index.reading.limits import DEFAULT_LIMITS, Limits
from index.reading.parts import Part, Share
from index.reading.walk import Seed, Walk, archive_roots
from index.storage.directory import entries_of_an_index
from index.storage.location import Generation, IndexLocation, two_articles
from index.storage.manifest import FORMAT, BuildConfig, Manifest
from index.storage.store import Origin, Stored
from index.text.analyzer import Analyzer
from index.text.segment import read_user_dict

__all__ = ["Progress", "Report", "optimize", "rebuild", "update"]

Progress = Callable[[int, "int | None"], None]
"""Called now and then with the articles done and, where it is known, their number in all."""

Archive = str | os.PathLike[str] | Iterable["str | os.PathLike[str]"] | Iterable[Article]

_COMMIT_EVERY = 1000
# So many seeds are looked up together in what the generation before holds.
_LOOKUP = 500


@dataclass(slots=True)
class Report:
    """What a rebuild or an update did.

    `left_out` are seeds that could not be read, each with its path and reason;
    `passed_over` counts, by reason, files that are no seeds; `lost` is true where a
    repair could not save all articles that came from Python. `part` is what of a rebuild
    was done, as 3 of 8; as long as parts are `missing`, searchers find what was there
    before, and `articles` is 0.
    """

    read: int = 0
    added: int = 0
    replaced: int = 0
    deleted: int = 0
    unchanged: int = 0
    left_out: list[SeedError] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)
    articles: int = 0
    generation: int = 0
    seconds: float = 0.0
    lost: bool = False
    part: tuple[int, int] | None = None
    missing: tuple[int, ...] = ()


def rebuild(
    archive: Archive,
    directory: str | os.PathLike[str],
    *,
    engine: str = DEFAULT_ENGINE,
    workers: int = 1,
    user_dict: str | os.PathLike[str] | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    limits: Limits = DEFAULT_LIMITS,
    part: tuple[int, int] | None = None,
    progress: Progress | None = None,
) -> Report:
    """Make an index of `archive` in `directory`, in place of what is there.

    `directory` may also be the address of an index on an OpenSearch cluster,
    `opensearch://host:9200/name`; `engine` is then that one.

    `archive` is a folder or several, or an iterable of Article. Whoever
    searches the directory meanwhile sees the old articles until all is done.
    `workers` is the number of processes that read and analyse besides this
    one; with 1, this process does it all. `user_dict` names a dictionary in
    jieba's format; `include` and `exclude` are globs on paths below a folder;
    a seed beyond one of the `limits` is left out.

    With `part`, such as (3, 8), this process does the third of eight parts of an
    index on a cluster; others do the others, of the same archive under the same
    path with the same options, on this machine or on more. Whoever is last
    brings the whole into force.

    Raises UsageError, BuildError where the folders hold no seed that can be read,
    ArticleError (two articles with one id), IndexLocked, EngineError, and OSError
    when the disk is full or cannot be written.
    """
    began = time.perf_counter()
    roots, articles = _sources(archive)
    _check_workers(workers)
    words = read_user_dict(user_dict) if user_dict is not None else None
    location = open_location(directory)
    engine = location.engine_for(engine)
    config = BuildConfig(archive_roots(roots)[0], tuple(include), tuple(exclude), limits)
    analyzer = Analyzer(words)
    if part is not None:
        report = _build_part(
            location, Part(*part), engine, analyzer, config, articles, workers=workers, progress=progress
        )
    else:
        with location.write_lock():
            report = build_anew(
                location, engine, analyzer, config, articles, workers=workers, progress=progress
            )
    report.seconds = time.perf_counter() - began
    return report


def build_anew(
    location: IndexLocation,
    engine: str,
    analyzer: Analyzer,
    config: BuildConfig,
    articles: Iterable[Article],
    *,
    workers: int,
    progress: Progress | None,
) -> Report:
    """Make a generation of the seeds that the recipe names and of articles; the write lock is held."""
    report = Report()
    walk = _walk(config)
    number = location.start_anew(_usable(location)) + 1
    generation = location.begin(number, engine=engine, user_dict=analyzer.user_dict, base=None)
    with _Build(generation, number, engine, analyzer, config, report) as build:
        build.add(chain(walk or (), articles), walk, workers=workers, progress=progress)
        if walk and not report.read:
            raise BuildError(_nothing_found(config.roots, report))
        build.finish()
    return report


def _build_part(
    location: IndexLocation,
    part: Part,
    engine: str,
    analyzer: Analyzer,
    config: BuildConfig,
    articles: Iterable[Article],
    *,
    workers: int,
    progress: Progress | None,
) -> Report:
    """Do a part of a generation; every process that does one finds all seeds and articles."""
    report = Report(part=(part.number, part.of))
    walk = _walk(config)
    share = Share(part, chain(walk or (), articles))
    terms = {
        "fingerprint": analyzer.fingerprint(),
        "version": f"{FORMAT}, {engine_class(engine).version}",
        "roots": config.roots,
        "include": list(config.include),
        "exclude": list(config.exclude),
        "limits": [f"{name} {limit:,}" for name, limit in asdict(config.limits).items()],
    }
    with location.join(share, analyzer.user_dict, terms) as generation:
        report.generation = generation.number
        with _Build(generation, generation.number, engine, analyzer, config, report) as build:
            if generation.in_force is None:
                build.add(share, walk, workers=workers, progress=progress, part=part)
                report.missing = generation.hand_in(build.manifest)
        if generation.in_force is not None:
            report.articles = generation.in_force.articles
    return report


def update(
    archive: Archive,
    directory: str | os.PathLike[str],
    *,
    workers: int = 1,
    user_dict: str | os.PathLike[str] | None = None,
    include: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring the index in `directory` up to date with `archive`.

    Adds what is new, replaces what has changed (by size and time, then by
    content) and deletes what is gone below the folders given, never what is
    elsewhere or came from Python. The result equals a rebuild; where nothing
    has changed, nothing is written. `include`, `exclude` and `limits` are those
    of the index unless given.

    Raises what `rebuild` raises, BuildError also where nothing is found and all
    that was there would be deleted, IndexMissing where there is no index, and
    IndexMismatch where the index was made with another analyzer, engine
    version or user dictionary: those ask for a rebuild.
    """
    began = time.perf_counter()
    paths, articles = _sources(archive)
    _check_workers(workers)
    location = open_location(directory)
    location.manifest()  # no index: say so before a folder is made
    with location.write_lock():
        current, analyzer, number = _taken_over(location, user_dict)
        roots, within = archive_roots(paths, known=current.config.roots)
        config = BuildConfig(
            roots=current.config.roots | roots,
            include=current.config.include if include is None else tuple(include),
            exclude=current.config.exclude if exclude is None else tuple(exclude),
            limits=current.config.limits if limits is None else limits,
        )
        walk = _walk(replace(config, roots=roots), within)
        report = Report(generation=current.generation, articles=current.articles)
        generation = _next(location, number, current, analyzer)
        with _Build(generation, number, current.engine, analyzer, config, report) as build:
            items = build.changed(walk) if walk else articles
            build.add(items, walk, workers=workers, progress=progress)
            if walk:
                build.delete_gone(walk)
                if report.deleted and not (report.read or report.unchanged):
                    raise BuildError(_nothing_found(within, report))
            if report.added or report.replaced or report.deleted:
                build.finish()
    report.seconds = time.perf_counter() - began
    return report


def optimize(directory: str | os.PathLike[str]) -> Report:
    """Merge the engine's files as if all articles had been added at once.

    Results do not change; scores become those of a rebuild. Raises as `update`.
    """
    began = time.perf_counter()
    location = open_location(directory)
    location.manifest()
    with location.write_lock():
        current, analyzer, number = _taken_over(location)
        report = Report()
        generation = _next(location, number, current, analyzer)
        with _Build(generation, number, current.engine, analyzer, current.config, report) as build:
            build.finish(optimize=True)
    report.seconds = time.perf_counter() - began
    return report


# Sources


def _sources(archive: Archive) -> tuple[list[Path], Iterator[Article]]:
    """Split the archive argument into folders or articles."""
    if isinstance(archive, (str, os.PathLike)):
        archive = [archive]
    items: Iterator[Any] = iter(archive)
    first = next(items, None)
    if isinstance(first, (str, os.PathLike)):
        return [Path(root) for root in chain([first], items)], iter(())
    return [], iter(()) if first is None else chain([first], items)


def _check_workers(workers: int) -> None:
    if workers < 1:
        raise UsageError(f"workers must be 1 or more: {workers}; with 1, this process does it all")


def _walk(config: BuildConfig, within: Sequence[str] = ()) -> Walk | None:
    """The seeds below the recipe's roots, or within some places there; None where it names no root."""
    if not config.roots:
        return None
    return Walk(
        config.roots,
        within=within,
        include=config.include,
        exclude=config.exclude,
        ignore=entries_of_an_index,
    )


def _nothing_found(places: Iterable[str], report: Report) -> str:
    """What to say where an index would become empty: more likely than that, a disk is not mounted."""
    reasons = [f"{number:,} {kind}" for kind, number in sorted(report.passed_over.items())]
    if report.left_out:
        reasons.append(f"{len(report.left_out):,} could not be read; the first: {report.left_out[0]}")
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"no seed was found in {', '.join(places)}{why}; nothing was changed"


# What is in force


def _usable(location: IndexLocation) -> Manifest | None:
    """The manifest in force; None where there is none or none that can be read."""
    try:
        return location.manifest()
    except IndexStateError:
        return None


def _taken_over(
    location: IndexLocation, user_dict: str | os.PathLike[str] | None = None
) -> tuple[Manifest, Analyzer, int]:
    """What is in force, if a next generation may begin as it; its analyzer, and the next one's number.

    Raises IndexMismatch or IndexDamaged where it may not.
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
    return current, analyzer, location.recover(current) + 1


def _next(location: IndexLocation, number: int, current: Manifest, analyzer: Analyzer) -> Generation:
    """A generation that begins as the one in force."""
    return location.begin(number, engine=current.engine, user_dict=analyzer.user_dict, base=current)


def words_of(location: IndexLocation) -> str | None:
    """The user dictionary of the generation in force. Raises IndexDamaged."""
    lease = location.lease()
    try:
        return lease.user_dict()
    finally:
        lease.release()


# The next generation


class _Build:
    """One generation in the making: fills store and engine, then switches to it."""

    def __init__(
        self,
        generation: Generation,
        number: int,
        engine: str,
        analyzer: Analyzer,
        config: BuildConfig,
        report: Report,
    ) -> None:
        self.generation = generation
        self.number = number
        self.engine = engine
        self.analyzer = analyzer
        self.config = config
        self.report = report
        # Rows of the generation before whose seeds are still there.
        self._seen: set[int] = set()

    def __enter__(self) -> _Build:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self.generation.close(failed=kind is not None)

    def changed(self, walk: Walk) -> Iterator[Seed]:
        """The seeds that are new or look changed since the generation before."""
        seeds = iter(walk)
        while some := list(islice(seeds, _LOOKUP)):
            self.generation.prefetch([seed.id for seed in some])
            for seed, known in [(seed, self.generation.find(seed.id)) for seed in some]:
                if known and _looks_same(seed, known.origin):
                    self._seen.add(known.row)
                    self.report.unchanged += 1
                else:
                    yield seed

    def add(
        self,
        items: Iterable[Seed | Article],
        walk: Walk | None,
        *,
        workers: int,
        progress: Progress | None,
        part: Part | None = None,
    ) -> None:
        """Read and add everything, in order; `walk` is where the seeds come from, if they are seeds."""
        total = walk.count(part.holds if part else None) if walk and progress else None
        preparer = Preparer(self.engine, self.analyzer, self.config.limits)
        results = prepare_all(items, preparer, workers=workers)
        with closing(results):
            for result in self._prefetched(results):
                if isinstance(result, SeedError):
                    self.report.left_out.append(result)
                else:
                    self.report.read += 1
                    self._add(result)
                done = self.report.read + len(self.report.left_out) + self.report.unchanged
                if progress is not None:
                    progress(done, total)
                if done % _COMMIT_EVERY == 0:
                    self.generation.checkpoint()
        if walk:
            self.report.passed_over = dict(walk.passed_over)
            self.report.left_out = [*walk.left_out, *self.report.left_out]

    def _prefetched(self, results: Iterator[Prepared | SeedError]) -> Iterator[Prepared | SeedError]:
        """The same, after telling the generation which ids come next."""
        for batch in iter(lambda: list(islice(results, BATCH)), []):
            self.generation.prefetch([read.article.id for read in batch if isinstance(read, Prepared)])
            yield from batch

    def _add(self, read: Prepared) -> None:
        known = self.generation.find(read.article.id)
        if known is not None:
            self._check_same(known, read)
            self._seen.add(known.row)
            if known.origin.digest == read.origin.digest:
                self.report.unchanged += 1
                self.report.read -= 1
                self.generation.renew(known, read.article, read.origin, read.document)
                return
            self.generation.remove(known)
            self.report.replaced += 1
        else:
            self.report.added += 1
        self.generation.add(read.article, read.origin, read.document)

    def _check_same(self, known: Stored, read: Prepared) -> None:
        """An id may come again only from where it came from, and once in a run."""
        here, there = read.origin.path, known.origin.path
        if self.generation.is_new(known) or here != there:
            raise ArticleError(two_articles(read.article.id, there, here))

    def delete_gone(self, walk: Walk) -> None:
        """Delete what came from where the walk went and was not found there any more."""
        for root in walk.roots:
            for stored in self.generation.stored(root):
                if stored.row in self._seen or self.generation.is_new(stored):
                    continue
                if walk.covers(stored.origin.path or ""):
                    self.generation.remove(stored)
                    self.report.deleted += 1

    def finish(self, *, optimize: bool = False) -> None:
        """Write everything out and switch to it."""
        self.report.articles = self.generation.complete(optimize=optimize)
        self.report.generation = self.number
        self.generation.switch(self.manifest(self.report.articles))

    def manifest(self, articles: int) -> Manifest:
        """What is to be said of the generation when it has so many articles."""
        return Manifest(
            format=FORMAT,
            engine=self.engine,
            engine_version=engine_class(self.engine).version,
            fingerprint=self.analyzer.fingerprint(),
            generation=self.number,
            articles=articles,
            built=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            config=self.config,
            user_dict=self.analyzer.user_dict is not None,
        )


def _looks_same(seed: Seed, origin: Origin) -> bool:
    """Whether a seed seems to be what an article was read from, unchanged."""
    return (str(seed.path), seed.size, seed.mtime_ns) == (origin.path, origin.size, origin.mtime_ns)
