"""The version of this package."""

from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _installed

__all__ = ["version"]


@cache
def version() -> str:
    """Return the version that is installed; "0" in a source tree that is not."""
    try:
        return _installed("jiansuo")
    except PackageNotFoundError:
        return "0"
