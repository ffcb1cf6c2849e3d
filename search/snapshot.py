"""One generation of an index, opened for searching."""

from __future__ import annotations

from contextlib import ExitStack

from index.place import DirectoryPlace, Lease, Place, check_fit
from index.store import Store
from index.text.analyzer import Analyzer
from index.text.segment import query_segmenter
from search.reader import Reader, reader_class

__all__ = ["Snapshot"]


class Snapshot:
    """What every search of one generation shares; closed when the last one that uses it is done."""

    def __init__(self, place: Place) -> None:
        self.stamp = place.stamp()
        with ExitStack() as held:
            self.lease = place.lease()
            held.callback(self.lease.release)
            words = self.lease.user_dict()
            self.analyzer = Analyzer(words, segmenter=query_segmenter(words))
            check_fit(place, self.lease.manifest, self.analyzer)
            self.reader = _open_reader(place, self.lease, self.analyzer, held)
            held.callback(self.reader.close)
            self._held = held.pop_all()
        self.users = 1

    def close(self) -> None:
        """Let go of the generation."""
        self._held.close()


def _open_reader(place: Place, lease: Lease, analyzer: Analyzer, held: ExitStack) -> Reader:
    if not isinstance(place, DirectoryPlace):
        from search.engines.opensearch import open_cluster_reader

        return open_cluster_reader(lease)
    manifest, directory = lease.manifest, place.directory
    directory.verify(manifest)
    store = Store(directory.store_path, readonly=True)
    held.callback(store.close)
    store.verify(manifest.generation, articles=manifest.articles, facts=manifest.facts)
    engine = directory.engine(manifest.generation)
    return reader_class(manifest.engine)(engine, store, manifest.generation, analyzer)
