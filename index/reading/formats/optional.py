"""Import packages of the extra `formats`, which the base installation does without."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from index.errors import SeedError

__all__ = ["optional"]


def optional(module: str, path: str, what: str) -> Any:
    """Return an optional module; raise SeedError, which says what to install, where it is missing.

    Args:
        module: Its name.
        path: The file that needs it.
        what: What it reads, as "feeds".
    """
    try:
        return import_module(module)
    except ImportError:
        raise SeedError(
            path, f"{what} need the optional extra 'formats' (package {module.partition('.')[0]})"
        ) from None
