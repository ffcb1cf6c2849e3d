"""One generation of an index, opened for searching."""

from __future__ import annotations

from contextlib import ExitStack

from index.engines.registry import check_fit, reader_class
from index.storage.location import IndexLocation
from index.text.analyzer import Analyzer
from index.text.segment import query_segmenter
from search.engines.base import Reader

__all__ = ["Snapshot"]


class Snapshot:
    """What the searches of one generation share. `users` counts them; the last one closes it."""

    def __init__(self, location: IndexLocation) -> None:
        self.stamp = location.stamp()
        with ExitStack() as held:
            self.lease = location.lease()
            held.callback(self.lease.release)
            words = self.lease.user_dict()
            self.analyzer = Analyzer(words, segmenter=query_segmenter(words))
            check_fit(location, self.lease.manifest, self.analyzer)
            kind: type[Reader] = reader_class(self.lease.manifest.engine)
            self.reader = kind.open(location, self.lease, self.analyzer, held)
            self._held = held.pop_all()
        self.users = 1

    def close(self) -> None:
        """Close the reader and release the generation."""
        self._held.close()
