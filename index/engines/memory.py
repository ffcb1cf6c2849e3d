"""The memory engine, writing: nothing, because its reader loads the articles from the store."""

from __future__ import annotations

from collections.abc import Iterable

from index.engines.base import Writer
from index.text.document import Document

__all__ = ["MemoryWriter"]


class MemoryWriter(Writer):
    """Writes nothing."""

    version = "1"

    @staticmethod
    def prepare(document: Document) -> None:
        """Prepare nothing."""

    def add(self, row: int, prepared: None) -> None:
        """Add nothing."""

    def delete(self, rows: Iterable[int]) -> None:
        """Delete nothing."""

    def commit(self, *, optimize: bool = False) -> None:
        """Write nothing."""

    def close(self) -> None:
        """Close nothing."""
