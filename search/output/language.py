"""The language that people are spoken to in: English, or Chinese in either script.

An English message is its own name, as with gettext. `translated` looks it up in the catalogue
(chinese.py); `{}` in a name there stands for what the message says of its own. What has no translation
stays English as a whole. Nothing that a program reads is translated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache

__all__ = ["language_of_environment", "say", "set_language", "translated"]

_current: ContextVar[str] = ContextVar("language", default="en")


def language_of_environment(environment: Mapping[str, str]) -> str:
    """Return the language that SEARCH_LANG names, else the locale: "en", "zh-Hans" or "zh-Hant"."""
    names = ("SEARCH_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    name = next((value for name in names if (value := environment.get(name))), "").lower().replace("_", "-")
    parts = re.split(r"[-.@]", name)
    if parts[0] != "zh":
        return "en"
    return "zh-Hant" if not {"tw", "hk", "mo", "hant"}.isdisjoint(parts) else "zh-Hans"


def set_language(language: str) -> None:
    """Set the language of `say`."""
    _current.set(language)


def say(text: str) -> str:
    """Return a message in the language of the command line."""
    return translated(text, _current.get())


def translated(text: str, language: str) -> str:
    """Return a message in a language, or as it is if it has no translation there."""
    if language == "en":
        return text
    from search.output.chinese import MESSAGES, traditional

    found = MESSAGES.get(text) or _by_pattern(text) or _by_sentence(text)
    if found is None:
        return text
    return traditional(found) if language == "zh-Hant" else found


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    from search.output.chinese import MESSAGES

    named = sorted((name for name in MESSAGES if "{}" in name), key=len, reverse=True)
    return [
        (re.compile("(.+?)".join(map(re.escape, name.split("{}"))), re.DOTALL), MESSAGES[name])
        for name in named
    ]


def _by_sentence(text: str) -> str | None:
    """Translate a problem and what to do about it one by one."""
    from search.output.chinese import MESSAGES

    parts = text.split("; ")
    found = [MESSAGES.get(part) or _by_pattern(part) for part in parts]
    return "；".join(map(str, found)) if len(parts) > 1 and all(found) else None


def _by_pattern(text: str) -> str | None:
    if len(text) > 2000:
        return None
    for pattern, message in _patterns():
        if found := pattern.fullmatch(text):
            return message.format(*found.groups())
    return None
