"""One generation of an index, opened for searching."""

from __future__ import annotations

from contextlib import ExitStack

from index.engines.directory import DirectoryLocation
from index.engines.registry import check_fit, reader_class
from index.storage.location import IndexLocation, Lease
from index.storage.store import Store
from index.text.analyzer import Analyzer
from index.text.segment import query_segmenter
from search.engines.base import Reader

__all__ = ["Snapshot"]


class Snapshot:
    """What every search of one generation shares; closed when the last one that uses it is done."""

    def __init__(self, location: IndexLocation) -> None:
        self.stamp = location.stamp()
        with ExitStack() as held:
            self.lease = location.lease()
            held.callback(self.lease.release)
            words = self.lease.user_dict()
            self.analyzer = Analyzer(words, segmenter=query_segmenter(words))
            check_fit(location, self.lease.manifest, self.analyzer)
            self.reader = _open_reader(location, self.lease, self.analyzer, held)
            held.callback(self.reader.close)
            self._held = held.pop_all()
        self.users = 1

    def close(self) -> None:
        """Let go of the generation."""
        self._held.close()


def _open_reader(location: IndexLocation, lease: Lease, analyzer: Analyzer, held: ExitStack) -> Reader:
    if not isinstance(location, DirectoryLocation):
        from search.engines.opensearch import open_cluster_reader

        return open_cluster_reader(lease)
    manifest, directory = lease.manifest, location.directory
    directory.verify(manifest)
    store = Store(directory.store_path(manifest), readonly=True)
    held.callback(store.close)
    store.verify(manifest.generation, articles=manifest.articles, facts=manifest.facts)
    engine = directory.engine(manifest.generation)
    reader: Reader = reader_class(manifest.engine)(engine, store, manifest.generation, analyzer)
    return reader
