"""What an engine must offer to be filled.

An engine stores numbers of rows and streams of terms; the articles themselves
are in the store, under the same numbers. Rows are never reused, so an article
that changes is one row deleted and another added.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from index.text.document import Document

__all__ = ["Engine", "Writer"]


class Engine(ABC):
    """What workers must know of an engine: how a document is brought into its form."""

    version: ClassVar[str]
    """Version of the engine; an index is refused by an engine of another one."""

    @staticmethod
    @abstractmethod
    def prepare(document: Document) -> Any:
        """Bring a document into the form that `add` takes. Runs in a worker process."""


class Writer(Engine):
    """Fills one generation of an index directory.

    Opened on the engine's directory, which is empty or holds what the same
    engine wrote for the generation before. Anything that goes wrong below is
    raised as EngineError, a full disk as OSError.
    """

    merges: ClassVar[bool] = True
    """Whether `commit(optimize=True)` merges; else everything is added anew to an empty directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @abstractmethod
    def add(self, row: int, prepared: Any) -> None:
        """Add one prepared document under a row that was never used before."""

    @abstractmethod
    def delete(self, rows: Iterable[int]) -> None:
        """Delete the documents of these rows, all of which were committed earlier."""

    @abstractmethod
    def commit(self, *, optimize: bool = False) -> None:
        """Write everything to files; with `optimize` as if all had been added at once."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything; what was not committed is lost."""
