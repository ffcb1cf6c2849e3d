"""The language that people are spoken to in: English, or Chinese in either script.

An English message is its own name, as with gettext. `translated` looks it up in the catalogue
(chinese.py, chinese_errors.py); `{}` in a name there stands for what the message says of its own. What has
no translation stays English as a whole. Nothing that a program reads is translated.
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
    if language == "en" or len(text) > _LONGEST:
        return text
    found = _look_up(text, language, _DEEPEST)
    return text if found is None else found


# A message says more than one thing, as a file, what is wrong with it and why; each of these is a level.
_DEEPEST = 4
_LONGEST = 4000
_MOST_SENTENCES = 4


def _look_up(text: str, language: str, deepest: int, *, whole: bool = False) -> str | None:
    """Return a message in a language; with `whole`, only if each of its parts that can be said is known."""
    from search.output.chinese import MESSAGES, in_script

    if found := MESSAGES.get(text):
        return in_script(found, language)
    return _by_sentence(text, language, deepest) or _by_pattern(text, language, deepest, whole)


def _by_sentence(text: str, language: str, deepest: int) -> str | None:
    """Translate a problem and what to do about it one by one."""
    if not deepest or text.count("; ") > _MOST_SENTENCES:
        return None
    problem, mark, rest = text.partition("; ")
    while mark:
        if (first := _look_up(problem, language, deepest - 1, whole=True)) and (
            other := _look_up(rest, language, deepest - 1, whole=True)
        ):
            return f"{first}；{other}"
        more, mark, rest = rest.partition("; ")
        problem = f"{problem}; {more}"
    return None


class _Untranslated(Exception):
    """A part that must be translated has no translation."""


class _Part(str):
    """What a message says of its own.

    `{:t}` stands for it translated if it can be, `{:T}` if it must be, `{:l}` for a list of names.
    """

    language = "en"
    deepest = 0
    whole = False

    def __format__(self, how: str) -> str:
        text = str(self)
        if not how:
            return text
        if how == "l":
            return text.replace(", ", "、")
        found = _look_up(text, self.language, self.deepest - 1, whole=self.whole) if self.deepest else None
        if found is None and (how == "T" or self.whole):
            raise _Untranslated
        return text if found is None else found


@cache
def _patterns() -> list[tuple[list[str], str]]:
    from search.output.chinese import MESSAGES, TEMPLATES

    names = [name for name in MESSAGES if "{}" in name and name not in TEMPLATES]
    # The more that a name says of a message, the sooner; above all if it says how it begins.
    names.sort(key=lambda name: (name.startswith("{}"), -len(name.replace("{}", ""))))
    return [(name.split("{}"), MESSAGES[name]) for name in names]


def _by_pattern(text: str, language: str, deepest: int, whole: bool) -> str | None:
    from search.output.chinese import in_script

    for literals, message in _patterns():
        if (parts := _parts_between(literals, text)) is not None:
            said = list(map(_Part, parts))
            for one in said:
                one.language, one.deepest, one.whole = language, deepest, whole
            try:
                return in_script(message, language).format(*said)
            except _Untranslated:
                continue
    return None


def _parts_between(literals: list[str], text: str) -> list[str] | None:
    """Return what stands between these, which begin and end the text; None if they do not.

    As short as can be from left to right, and never empty. Takes time in proportion to the text, which a
    regular expression would not.
    """
    first, *inner, last = literals
    end = len(text) - len(last)
    if not (text.startswith(first) and text.endswith(last)) or end <= len(first):
        return None
    parts = []
    at = len(first)
    for literal in inner:
        found = text.find(literal, at + 1, end)
        if found < 0:
            return None
        parts.append(text[at:found])
        at = found + len(literal)
    return None if at >= end else [*parts, text[at:end]]
