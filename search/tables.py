"""Results as tables: a DataFrame of pandas, or of polars."""

from __future__ import annotations

from abc import abstractmethod
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias

from index.errors import MissingExtra, UsageError

__all__ = ["Library", "Tabular"]

Library: TypeAlias = Literal["pandas", "polars"]

_LIBRARIES = ("pandas", "polars")


class Tabular:
    """A result that has rows."""

    __slots__ = ()

    @abstractmethod
    def _table(self) -> dict[str, list[Any]]:
        """Return the columns by name."""

    def to_dataframe(self, library: Library | None = None) -> Any:
        """Return the rows as a DataFrame.

        Args:
            library: "pandas" or "polars"; None for whichever is installed, first pandas.

        Raises:
            MissingExtra: It is not installed.
            UsageError: There is no such library.
        """
        if library is not None and library not in _LIBRARIES:
            raise UsageError(f"there is no library {library!r}; there are {', '.join(_LIBRARIES)}")
        wanted = _LIBRARIES if library is None else (library,)
        for name in wanted:
            if find_spec(name) is not None:
                return import_module(name).DataFrame(self._table())
        raise MissingExtra("a DataFrame", extra=library or "pandas")
