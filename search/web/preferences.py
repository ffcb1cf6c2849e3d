"""What a reader has chosen for the pages: language, colours, and whether results follow the typing.

The choices are kept in cookies, which say nothing else of the reader, and only once one is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["CHOICES", "Preferences", "safe_return"]

CHOICES: dict[str, tuple[str, ...]] = {
    "language": ("zh-Hans", "zh-Hant", "en"),
    "theme": ("light", "dark"),
    "live": ("off",),
}
"""The choices by the names of their cookies; "" stands for none, as the browser has it."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """The choices of a reader; "" where there is none."""

    language: str = ""
    theme: str = ""
    live: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Preferences:
        """Return the choices among cookies or parameters; what is no choice is passed over."""
        chosen = {name: given.get(name, "") for name in CHOICES}
        return cls(**{name: value for name, value in chosen.items() if value in CHOICES[name]})


def safe_return(address: str) -> str:
    """Return an address if it is one of the pages, else that of the first page.

    Example:
        >>> from search.web.preferences import safe_return
        >>> safe_return("/?q=%E9%9B%AA"), safe_return("//elsewhere.example/"), safe_return("https://x.example")
        ('/?q=%E9%9B%AA', '/', '/')
    """
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\", "/settings"))
    return address if is_ours and address.isascii() and address.isprintable() else "/"
