"""Split the front matter, a block of metadata, from the text of a Markdown file.

YAML between `---`, TOML between `+++`, one object of JSON, Hexo's YAML without an opening line, and
lines such as `Title: …` or `作者：…` up to a blank line. YAML and TOML are read by their libraries; where
people wrote what these refuse (`title: "他说"你好""`), line by line.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from index.reading.records import KEYS, lookup

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["FrontMatter", "split_front_matter"]

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# Most characters of front matter; a longer one is a file of YAML.
_MOST = 1_000_000
_ALIASES = 20

_YAML = re.compile(r"\s*---[ \t]*(?:yaml[ \t]*)?\n(?P<lines>(?:[^\n]*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(?P<lines>(?:[^\n]*\n)*?)\+\+\+[ \t]*(?:\n|\Z)")
_HEXO = re.compile(
    r"(?P<lines>[A-Za-z_][\w-]*[ \t]*:(?:[ \t][^\n]*)?\n(?:[^\n]*\n){0,60}?)---[ \t]*(?:\n|\Z)"
)
_LABELS = re.compile(
    r"(?:[^\n:：]{1,20}[:：][^\n]*\n){1,20}?(?=[ \t]*\n|\Z|(?P<body>(?:正文|[内內]容|全文)[:：]))"
)
# A title of its own line before such lines, as Notion exports a page.
_TITLE_LINE = re.compile(
    r"\s*(?:#[ \t]+(?P<heading>[^\n]+?)[ \t#]*|【(?P<bracketed>[^【】\n]{2,200})】[ \t]*)\n(?:[ \t]*\n)?"
)
_LABEL = re.compile(
    r"[ \t]*(?:\*\*|-[ \t])?(?P<key>[A-Za-z][\w .-]{0,19}|[\u4e00-\u9fff]{2,8})(?:\*\*)?"
    r"[ \t]*(?:::?|：)(?:\*\*)?[ \t]*(?P<value>.*)$"
)
_KEY = re.compile(r"(?P<key>[A-Za-z_\u4e00-\u9fff][\w-]*)[ \t]*:(?:[ \t]+(?P<value>.*))?$")
_FOLDED = re.compile(r"[|>][-+]?\d?[-+]?(?:[ \t]+#.*)?$")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_ESCAPES = {"n": " ", "t": " ", "r": " ", "0": ""}
_KNOWN = frozenset(key for keys in KEYS.values() for key in keys)
_WORTH = frozenset(
    key for name in ("title", "authors", "date", "url", "source", "tags") for key in KEYS[name]
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values of the front matter, by keys as `records.lookup` compares them, and the text after it."""

    values: dict[str, Any]
    body: str


def split_front_matter(text: str) -> FrontMatter | None:
    """Take the front matter off a text; None where it has none.

    Args:
        text: A file's, with `\\n` for line ends and no byte-order mark.
    """
    if (found := _YAML.match(text)) is not None and (values := _yaml(found["lines"])) is not None:
        return FrontMatter(values, text[found.end() :])
    if (found := _TOML.match(text)) is not None:
        return FrontMatter(_toml(found["lines"]), text[found.end() :])
    head = text.lstrip()
    if head.startswith("{") and (after := _json(head)) is not None:
        return after
    if (found := _HEXO.match(text)) is not None and (values := _yaml(found["lines"])) and "title" in values:
        return FrontMatter(values, text[found.end() :])
    if (line := _TITLE_LINE.match(text)) is not None:
        after = _labels(text[line.end() :])
        if after is None or after.values.keys() & set(KEYS["title"]):
            return None
        return FrontMatter({**after.values, "title": line["heading"] or line["bracketed"]}, after.body)
    return _labels(text)


def _yaml(lines: str) -> dict[str, Any] | None:
    """Return the values of YAML; None for lines between rules that are no front matter."""
    # Values that stand for others may stand for a billion.
    if len(lines) <= _MOST and lines.count("*") <= _ALIASES:
        try:
            values = yaml.load(lines.expandtabs(2), Loader=_LOADER)
            if isinstance(values, dict):
                return lookup(values)
        except (yaml.YAMLError, RecursionError, ValueError, TypeError):
            pass
    values = lookup(_tolerant(lines))
    return values if values.keys() & _KNOWN or not lines.strip() else None


def _toml(lines: str) -> dict[str, Any]:
    try:
        return lookup(tomllib.loads(lines))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        pairs = (line.partition("=") for line in lines.split("\n"))
        return lookup({key.strip(): _scalar(value.strip()) for key, sign, value in pairs if sign})


def _json(text: str) -> FrontMatter | None:
    try:
        values, end = json.JSONDecoder().raw_decode(text[:_MOST])
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or not text[end:].strip():
        return None
    return FrontMatter(lookup(values), text[end:].lstrip(";").lstrip())


def _labels(text: str) -> FrontMatter | None:
    """Read lines such as `Title: …` or `作者：…` at the top: two that name a property, or a title."""
    begin = len(text) - len(text.lstrip("\n"))
    found = _LABELS.match(text, begin)
    if found is None:
        return None
    labels = [_LABEL.match(line) for line in found[0].rstrip("\n").split("\n")]
    values = lookup({label["key"].strip(): label["value"].strip() for label in labels if label})
    known = values.keys() & _WORTH
    if not all(labels) or not known or (len(known) < 2 and not known & set(KEYS["title"])):
        return None
    if len(known) * 2 < len(labels):
        return None
    # What a program would not look for, a person wrote to be read.
    others = [label[0].strip() for label in labels if label and not _is_known(label["key"])]
    end = found.end() + len(found["body"] or "")
    return FrontMatter(values, "\n".join([*others, text[end:]]))


def _is_known(key: str) -> bool:
    return key.isascii() or not lookup({key.strip(): ""}).keys().isdisjoint(_KNOWN)


def _tolerant(lines: str) -> dict[str, Any]:
    """Read the plain `key: value` lines of what ought to be YAML, and lists of `- value`."""
    values: dict[str, Any] = {}
    key = ""
    for line in lines.split("\n"):
        found = _KEY.match(line)
        if found is not None:
            key = found["key"].lower()
            value = (found["value"] or "").strip()
            values.setdefault(key, "" if _FOLDED.fullmatch(value) else _scalar(value))
        elif key and (item := line.strip()).startswith("- "):
            listed = values[key] if isinstance(values[key], list) else []
            values[key] = [*listed, _scalar(item[2:].strip())]
        elif key and line[:1] in (" ", "\t") and isinstance(values[key], str) and item and item[0] != "#":
            values[key] = f"{values[key]} {item}".strip()
    return values


def _scalar(value: str) -> Any:
    """Return what a value means: quoted, or a list in brackets, or as it stands up to a comment."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        inner = value[1:-1].strip()
        if value[0] == "'":
            return inner.replace("''", "'")
        # Marks that stand twice, as a program quotes what a person had quoted.
        inner = (
            inner[1:-1]
            if len(inner) > 2 and inner[0] == inner[-1] == '"' and '"' not in inner[1:-1]
            else inner
        )
        return _ESCAPE.sub(_unescaped, inner).strip()
    if value.startswith("[") and value.endswith("]") and len(value) > 2 and "]" not in value[:-1]:
        return list(_items(value[1:-1]))
    return re.sub(r"(?:^|\s)#.*$", "", value).strip()


def _items(inner: str) -> Iterator[str]:
    for item in inner.split(","):
        if text := item.strip().strip("'\""):
            yield text


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)).strip("\0") if code else _ESCAPES.get(found[3], found[3])
