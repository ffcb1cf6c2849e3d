"""Write docs/api.md, the reference of the two packages, from their docstrings.

    python scripts/make_api_reference.py

A test compares the file with the output of this.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin

import index
import search
from index.building.repair import repair
from search.check import check

TARGET = Path(__file__).resolve().parent.parent / "docs" / "api.md"

_HEAD = """\
# Reference of the Python API

Made by `scripts/make_api_reference.py`; change the docstrings, not this page. [embedding.md](embedding.md) is
the guide. In the examples `searcher` is a `Searcher` of three articles, and `index` their index.
"""

_SECTION = re.compile(r"(Args|Attributes|Raises|Returns|Example):")
_ITEM = re.compile(r"( {4})(\S[^:]*): (.*)")


def main() -> None:
    TARGET.write_text(render(), "utf-8")


def render() -> str:
    """Return the whole page."""
    parts = [_HEAD]
    for package in (index, search):
        parts += [f"## {package.__name__}\n"]
        for name in sorted(_exported(package), key=str.lower):
            parts += _described(name, getattr(package, name))
    parts += ["## In other modules\n"]
    parts += [*_described("index.building.repair.repair", repair), *_described("search.check.check", check)]
    return "\n".join(parts).rstrip() + "\n"


def _exported(package: ModuleType) -> Iterator[str]:
    for name in package.__all__:
        # Errors stand with the package that defines them.
        is_error = inspect.isclass(found := getattr(package, name)) and issubclass(found, Exception)
        if name != "__version__" and not (is_error and package is search):
            yield name


def _described(name: str, found: Any) -> Iterator[str]:
    yield f"### {name}\n"
    if get_origin(found) is not None:  # an alias
        yield f"One of {', '.join(f'`{value!r}`' for value in get_args(found))}.\n"
        return
    if not (inspect.isclass(found) and issubclass(found, Exception)):
        yield f"```python\n{name.rpartition('.')[2]}{_signature(found)}\n```\n"
    yield _markdown(inspect.getdoc(found) or "")
    if not inspect.isclass(found):
        return
    for member, value in _members(found):
        if isinstance(value, property):
            yield f"#### {name}.{member}\n"
            yield _markdown(inspect.getdoc(value) or "")
        else:
            yield f"#### {name}.{member}\n\n```python\n{member}{_signature(value)}\n```\n"
            yield _markdown(inspect.getdoc(value) or "")


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    for name in dict.fromkeys(name for base in kind.__mro__ for name in vars(base)):
        value = inspect.getattr_static(kind, name)
        if issubclass(kind, (Exception, dict)) or name.startswith("_"):
            continue
        if inspect.isfunction(value) or isinstance(value, property):
            yield name, value


def _signature(found: Any) -> str:
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return ""
    shown = [one for name, one in signature.parameters.items() if name != "self"]
    text = str(signature.replace(parameters=shown))
    # Annotations are strings, and would stand in quotation marks.
    text = re.sub(r"(: |-> )'([^']*)'", r"\1\2", text)
    text = re.sub(r"""(: |-> )"([^"]*)\"""", r"\1\2", text).replace(" -> None", "", inspect.isclass(found))
    if len(text) <= 100 or "(" not in text:
        return text
    return re.sub(r", (?=[\w*]+(?:: |, |\)| = ))", ",\n    ", text).replace("(", "(\n    ", 1)


def _markdown(text: str) -> str:
    """Return a docstring in Google's style as Markdown."""
    lines: list[str] = []
    section = ""
    for line in text.split("\n"):
        if found := _SECTION.fullmatch(line):
            section = found[1]
            lines += [f"{section}:", ""] if section != "Example" else ["```pycon"]
        elif section == "Example":
            lines.append(line.removeprefix("    "))
        elif section in ("Args", "Attributes", "Raises") and (found := _ITEM.fullmatch(line)):
            lines.append(f"- `{found[2]}`: {found[3]}")
        elif section in ("Args", "Attributes", "Raises") and line.startswith("        "):
            lines.append(f"  {line.strip()}")
        else:
            lines.append(line.removeprefix("    ") if section else line)
    body = "\n".join(lines).rstrip()
    body += "\n```" if section == "Example" else ""
    # What follows "::" is to be shown as it stands.
    body = re.sub(r"::\n\n((?:    .*\n?|\n)+)", _shown, body)
    return body + "\n"


def _shown(found: re.Match[str]) -> str:
    return "\n\n```text\n" + inspect.cleandoc(found[1]) + "\n```\n"


if __name__ == "__main__":
    main()
