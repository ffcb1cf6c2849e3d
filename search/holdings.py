"""Questions about the index itself: which generation it is, and what it holds."""

from __future__ import annotations

from datetime import datetime, tzinfo

from index.storage.store import to_date
from search.calendar import dated
from search.results import IndexStats, IndexSummary
from search.snapshot import Generations

__all__ = ["IndexQuestions"]


class IndexQuestions:
    """Version, summary and statistics of an index."""

    tz: tzinfo
    _generations: Generations

    @property
    def version(self) -> str:
        """A name of the generation in force, which changes with every rebuild and update.

        Example:
            >>> before = searcher.version
            >>> searcher.version == before
            True
        """
        with self._generations.use() as snapshot:
            return f"{snapshot.lease.manifest.generation} {snapshot.lease.manifest.built}"

    def summary(self) -> IndexSummary:
        """Return what is known of the index without counting anything; takes less than a millisecond.

        Example:
            >>> searcher.summary().articles
            3
        """
        with self._generations.use() as snapshot:
            manifest = snapshot.lease.manifest
            return IndexSummary(
                articles=manifest.articles,
                engine=manifest.engine,
                generation=manifest.generation,
                built=datetime.fromisoformat(manifest.built),
            )

    def stats(self) -> IndexStats:
        """Return what the index holds.

        Example:
            >>> searcher.stats().articles
            3
        """
        with self._generations.use() as snapshot:
            manifest = snapshot.lease.manifest
            census = snapshot.reader.census()
            return IndexStats(
                articles=manifest.articles,
                undated=manifest.articles - census.dated,
                sources=census.sources,
                oldest=self._local(census.first),
                newest=self._local(census.last),
                size=census.size,
                engine=manifest.engine,
                engine_version=manifest.engine_version,
                generation=manifest.generation,
                built=datetime.fromisoformat(manifest.built),
                roots=tuple(manifest.config.roots),
                user_dict=manifest.user_dict,
                duplicates=census.duplicates,
            )

    def _local(self, seconds: int | None) -> datetime | None:
        date = to_date(seconds)
        return None if date is None else dated(date, self.tz)
