"""What a Searcher says of its index as a whole: its version, own fields, summary and statistics."""

from __future__ import annotations

from datetime import datetime, tzinfo

from index.own_fields import FieldKind
from index.storage.store import to_date
from search.calendar import dated
from search.results import IndexStats, IndexSummary
from search.snapshot import Generations

__all__ = ["IndexQuestions"]


class IndexQuestions:
    """The version, own fields and statistics of an index."""

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

    @property
    def own_fields(self) -> dict[str, FieldKind]:
        """The own fields that the index was made with, each with its kind.

        Example:
            >>> searcher.own_fields
            {}
        """
        with self._generations.use() as snapshot:
            return dict(snapshot.own_fields)

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
                own_fields=dict(snapshot.own_fields),
            )

    def _local(self, seconds: int | None) -> datetime | None:
        date = to_date(seconds)
        return None if date is None else dated(date, self.tz)
