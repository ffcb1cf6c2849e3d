"""The interface of an engine's writer.

An engine stores row numbers and streams of terms; the articles themselves are
in the store, under the same numbers. Rows are never used again, so an article
that changes is one row deleted and another added.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from index.own_fields import OwnFields
from index.text.document import Document

__all__ = ["Engine", "Writer"]


class Engine(ABC):
    """The part of an engine that worker processes need: bringing a document into its form."""

    version: ClassVar[str]
    """Version of the engine; an index made by another version is refused."""

    @staticmethod
    @abstractmethod
    def prepare(document: Document) -> Any:
        """Bring a document into the form that `add` takes. Runs in a worker process."""


class Writer(Engine):
    """Fills one generation of an index directory.

    It is opened on the engine's directory, which is empty or holds the files of the
    generation before, written by the same engine. Errors of the library
    are raised as EngineError, errors of the system as OSError.

    Attributes:
        directory: The engine's directory.
        own_fields: The own fields that the generation's articles may have.
    """

    merges: ClassVar[bool] = True
    """True if `commit(optimize=True)` merges; if not, all is added anew to an empty directory."""

    def __init__(self, directory: Path, own_fields: OwnFields = ()) -> None:
        self.directory = directory
        self.own_fields = own_fields

    @abstractmethod
    def add(self, row: int, prepared: Any) -> None:
        """Add a prepared document under a row that was never used before."""

    @abstractmethod
    def delete(self, rows: Iterable[int]) -> None:
        """Delete the documents of rows that were committed in an earlier generation."""

    @abstractmethod
    def commit(self, *, optimize: bool = False) -> None:
        """Write everything to files; with `optimize`, as if all documents had been added at once."""

    @abstractmethod
    def close(self) -> None:
        """Release all resources, and drop uncommitted changes."""
