"""The memory engine writes nothing: its reader loads the articles from the store."""

from __future__ import annotations

from collections.abc import Iterable

from index.engines.base import Writer
from index.text.document import Document

__all__ = ["MemoryWriter"]


class MemoryWriter(Writer):
    """Keeps the interface and nothing else."""

    version = "1"

    @staticmethod
    def prepare(document: Document) -> None:
        """Nothing is needed."""

    def add(self, row: int, prepared: None) -> None:
        """Nothing to add."""

    def delete(self, rows: Iterable[int]) -> None:
        """Nothing to delete."""

    def commit(self, *, optimize: bool = False) -> None:
        """Nothing to write."""

    def close(self) -> None:
        """Nothing is held."""
