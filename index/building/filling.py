"""Fill a generation: add articles, tell changed ones from unchanged ones, delete those that are gone.

Articles come read and analysed from workers.py and are added in their order by
this process. What was there before is looked up in batches.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timezone
from itertools import islice

from index.article import Article
from index.building.report import Progress, Report
from index.building.workers import BATCH, Prepared, Preparer, Result, digest_of, prepare_all
from index.engines.registry import engine_class
from index.errors import ArticleError, SeedError
from index.reading.formats.base import PassedOver
from index.reading.parts import Part
from index.reading.walk import Seed, Walk
from index.storage.location import Generation, two_articles
from index.storage.manifest import FORMAT, BuildConfig, Manifest
from index.storage.rows import Origin, Stored
from index.text.analyzer import Analyzer

__all__ = ["Filling"]

_COMMIT_EVERY = 1000  # articles
_MANY_IN_PARTS = "holds many articles, and an index made in parts takes files of one; rebuild it whole"
# Seeds looked up together in the generation before.
_LOOKUP = 500


class Filling:
    """One generation in the making, from its first article to the switch; use it with `with`.

    Attributes:
        report: What was done so far.
        seeds_read: How many of the articles read came from files.
        is_changed: Whether the generation differs from the one before.
    """

    def __init__(
        self,
        generation: Generation,
        engine: str,
        analyzer: Analyzer,
        config: BuildConfig,
        report: Report,
        *,
        moved: Mapping[str, str] | None = None,
    ) -> None:
        self.report = report
        self.seeds_read = 0
        self.is_changed = False
        self._generation = generation
        self._engine = engine
        self._analyzer = analyzer
        self._config = config
        # Old and new paths of folders of the archive that were moved.
        self._moved = dict(moved or {})
        # Rows of the generation before whose articles were met in this run.
        self._seen: set[int] = set()
        self._articles_before = report.articles
        # Rows of that generation that are items of a file, by the file; read when first asked for.
        self._items: dict[tuple[str, int | None, int | None], array[int]] | None = None
        self._passed_over: Counter[str] = Counter()
        self._in_parts = False
        # Hashes of the ids that items gave themselves in this run.
        self._own_ids: set[int] = set()

    def __enter__(self) -> Filling:
        return self

    def __exit__(self, kind: object, *rest: object) -> None:
        self._generation.close(failed=kind is not None)

    def changed(self, walk: Walk) -> Iterator[Seed]:
        """Iterate over the seeds that are new or look changed since the generation before."""
        seeds = iter(walk)
        while batch := list(islice(seeds, _LOOKUP)):
            known = self._generation.find_many([seed.id for seed in batch])
            for seed in batch:
                stored = known.get(seed.id)
                if stored is not None and _looks_same(seed, stored.origin):
                    self._seen.add(stored.row)
                    self.report.unchanged += 1
                elif stored is None and (rows := self._rows_of(seed, walk)):
                    self._seen.update(rows)
                    self.report.unchanged += len(rows)
                else:
                    yield seed

    def _rows_of(self, seed: Seed, walk: Walk) -> array[int]:
        """Return the rows of the articles of a file that holds many, if it looks unchanged; else none."""
        if self._items is None:
            self._items = {}
            for root in walk.roots:
                for stored in self._generation.stored(root):
                    path = stored.origin.path or ""
                    if not path.endswith(f"/{stored.id}"):
                        key = (path, stored.origin.size, stored.origin.mtime_ns)
                        self._items.setdefault(key, array("q")).append(stored.row)
        return self._items.get((seed.path, seed.size, seed.mtime_ns), array("q"))

    def changed_articles(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Iterate over the articles from Python that are new or changed since the generation before.

        To compare an article costs a hundredth of what analysing it does.
        """
        given = iter(articles)
        while batch := list(islice(given, _LOOKUP)):
            known = self._generation.find_many([article.id for article in batch])
            for article in batch:
                stored = known.get(article.id)
                if (
                    stored is not None
                    and stored.origin.root is None
                    and stored.row not in self._seen
                    and not self._generation.is_new(stored)
                    and stored.origin.digest == digest_of(article)
                ):
                    self._seen.add(stored.row)
                    self.report.unchanged += 1
                else:
                    yield article

    def delete(self, ids: Sequence[str]) -> list[str]:
        """Delete articles by id, and return the ids that there are not."""
        unknown: list[str] = []
        remaining = iter(dict.fromkeys(ids))
        while batch := list(islice(remaining, _LOOKUP)):
            known = self._generation.find_many(batch)
            for id in batch:
                if id not in known:
                    unknown.append(id)
                    continue
                self._generation.remove(known[id])
                self.report.deleted += 1
                self.is_changed = True
        return unknown

    def add(
        self,
        items: Iterable[Seed | Article],
        walk: Walk | None,
        *,
        workers: int,
        progress: Progress | None,
        part: Part | None = None,
    ) -> None:
        """Read and add everything, in order.

        Args:
            items: Seeds and articles.
            walk: Where the seeds come from, if there are seeds.
            workers: Processes that read and analyse besides this one; with 1, this one does.
            progress: Told how far it is.
            part: The part of the archive that is added; None for all.
        """
        total = walk.count(part.holds if part else None) if walk and progress else None
        preparer = Preparer(self._engine, self._analyzer, self._config.limits, self._config.reading)
        self._in_parts = part is not None
        with closing(prepare_all(items, preparer, workers=workers)) as results:
            for batch in iter(lambda: list(islice(results, BATCH)), []):
                self._add_batch(batch, total, progress)
        if walk:
            self.report.passed_over = dict(walk.passed_over + self._passed_over)
            self.report.left_out = [*walk.left_out, *self.report.left_out]

    def _add_batch(self, batch: list[Result], total: int | None, progress: Progress | None) -> None:
        known = self._generation.find_many([read.article.id for read in batch if isinstance(read, Prepared)])
        met: dict[str, Prepared] = {}
        for read in batch:
            if isinstance(read, Prepared) and read.is_item and self._in_parts:
                self.report.leave_out(SeedError(read.origin.path or "", _MANY_IN_PARTS))
            elif isinstance(read, PassedOver):
                self._passed_over[read.kind] += 1
            elif isinstance(read, SeedError):
                self.report.leave_out(read)
            else:
                if read.spare_id and self._is_taken(known, read):
                    read = replace(read, article=replace(read.article, id=read.spare_id))
                    known |= self._generation.find_many([read.article.id])
                id = read.article.id
                if id in met:
                    raise ArticleError(two_articles(id, met[id].origin.path, read.origin.path))
                met[id] = read
                self._add(read, known.get(id))
                if read.lost:
                    self.report.reduced[id] = read.lost
                if read.wrong:
                    self.report.wrong_fields[id] = read.wrong
            done = self.report.read + len(self.report.left_out) + self.report.unchanged
            done += self._passed_over.total()
            if progress is not None:
                progress(done, total if total is None or done <= total else None)
            if done % _COMMIT_EVERY == 0:
                self._generation.checkpoint()

    def _add(self, read: Prepared, known: Stored | None) -> None:
        self.report.read += 1
        self.seeds_read += read.origin.root is not None
        if known is None:
            self.report.added += 1
        else:
            self._check_same(known, read)
            self._seen.add(known.row)
            if known.origin.digest != read.origin.digest:
                self.report.replaced += 1
            else:
                self.report.unchanged += 1
                self.report.read -= 1
                if known.origin.root not in self._moved:
                    self._generation.renew(known, read.origin)
                    return
            self._generation.remove(known)
        self._generation.add(read.article, read.token_texts, read.sketch, read.origin, read.document)
        self.is_changed = True

    def _is_taken(self, known: Mapping[str, Stored], read: Prepared) -> bool:
        """Return whether another article has an item's own id."""
        size = len(self._own_ids)
        self._own_ids.add(hash(read.article.id))
        if len(self._own_ids) == size:
            return True
        stored = known.get(read.article.id)
        if stored is None:
            return False
        met = self._generation.is_new(stored) or stored.row in self._seen
        return met or read.origin.path != self._path_now(stored.origin)

    def _check_same(self, known: Stored, read: Prepared) -> None:
        """Raise ArticleError unless an id comes from where it came from before, and once in a run."""
        here, there = read.origin.path, self._path_now(known.origin)
        if self._generation.is_new(known) or known.row in self._seen or here != there:
            raise ArticleError(two_articles(read.article.id, there, here))

    def _path_now(self, origin: Origin) -> str | None:
        """Return the path of a seed, in its folder's new place if that was moved."""
        if origin.root not in self._moved or origin.path is None:
            return origin.path
        return self._moved[origin.root] + origin.path.removeprefix(origin.root)

    def delete_gone(self, walk: Walk) -> None:
        """Delete what came from where the walk went and was not found there any more."""
        if len(self._seen) == self._articles_before:
            return
        for root in (*walk.roots, *self._moved):
            for stored in self._generation.stored(root):
                if stored.row in self._seen or self._generation.is_new(stored):
                    continue
                if walk.covers(self._path_now(stored.origin) or ""):
                    self._generation.remove(stored)
                    self.report.deleted += 1
                    self.is_changed = True

    def finish(self, *, optimize: bool = False) -> None:
        """Write everything out and switch to it."""
        self.report.articles = self._generation.complete(optimize=optimize)
        self.report.generation = self._generation.number
        self._generation.switch(self.manifest(self.report.articles))

    def manifest(self, articles: int) -> Manifest:
        """Return the manifest of the generation with this number of articles."""
        return Manifest(
            format=FORMAT,
            engine=self._engine,
            engine_version=engine_class(self._engine).version,
            fingerprint=self._analyzer.fingerprint(),
            generation=self._generation.number,
            articles=articles,
            built=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            config=self._config,
            user_dict=self._analyzer.user_dict is not None,
        )


def _looks_same(seed: Seed, origin: Origin) -> bool:
    """Return whether a seed seems to be the file that an article was read from, unchanged."""
    return (seed.path, seed.size, seed.mtime_ns) == (origin.path, origin.size, origin.mtime_ns)
