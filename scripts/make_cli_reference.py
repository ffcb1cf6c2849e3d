"""Write docs/cli.md, the reference of the `search` command, from the command itself.

    python scripts/make_cli_reference.py

A test compares the file with what this makes, so that it is never stale. It is
made from the definitions, not from click's help pages, whose looks differ
between versions of click.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from search.commands.cli import cli

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

_HEAD = """\
# The command line

Made by `scripts/make_cli_reference.py`; change the commands, not this page.
"""

_TAIL = """\
## Common to all commands

- Messages go to standard error and begin with `search: `. `SEARCH_DEBUG=1` shows where an internal error
  happened.
- Colours appear on a terminal, unless `NO_COLOR` is set, and elsewhere where `FORCE_COLOR` is; `--color`
  overrules both. Text of articles is printed with its control characters and its marks for the direction of
  writing replaced by visible symbols; JSON keeps them, as `\\uXXXX`.
- In a query, `-` excludes the word that follows it, but `-` and one letter (`-v`) or the name of an option
  (`-limit`) are refused as slips. `NOT v` excludes such a word, and behind `--` everything is text.
- JSON, CSV and HTML are UTF-8 whatever the locale. Dates in them are UTC.

| variable | meaning |
|---|---|
| `SEARCH_INDEX` | where `--index` is not given: a directory, or opensearch://host:9200/NAME |
| `SEARCH_TZ` | the time zone where `--tz` is not given |
| `OPENSEARCH_USER`, `OPENSEARCH_PASSWORD` | who asks a cluster; an address with a password in it is refused |
| `OPENSEARCH_CA` | a PEM file of the authorities whose certificates are believed, else the system's |
| `NO_COLOR` | no colours |
| `FORCE_COLOR` | colours although nothing is a terminal; `NO_COLOR` goes before it |
| `SEARCH_DEBUG` | a traceback for an internal error |
"""


def main() -> None:
    TARGET.write_text(render(), "utf-8")


def render() -> str:
    """The whole page."""
    parts = [_HEAD, *_described(cli)]
    for name in sorted(cli.commands):
        parts += [f"## search {name}\n", *_described(cli.commands[name], name), *_options(cli.commands[name])]
    return "\n".join([*parts, _TAIL])


def _described(command: click.Command, name: str = "") -> Iterator[str]:
    arguments = " ".join(param.metavar or "" for param in command.params if isinstance(param, click.Argument))
    if name:
        yield f"    search {name} {arguments}".rstrip() + " [OPTIONS]\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        lines = paragraph.split("\n")
        if lines[0] == "\b":
            yield "\n".join(f"    {line}" for line in lines[1:]) + "\n"
        else:
            yield paragraph + "\n"


def _options(command: click.Command) -> Iterator[str]:
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        yield "| option | meaning | default |\n|---|---|---|"
        for option in options:
            yield f"| `{_written(option)}` | {option.help} | {_default(option)} |"
        yield ""


def _written(option: click.Option) -> str:
    name = ", ".join(sorted(option.opts, key=len, reverse=True))
    if option.is_flag:
        return name
    value = option.metavar
    if value is None and isinstance(option.type, click.Choice):
        value = "|".join(map(str, option.type.choices))
    # A bar would end the cell of the table.
    return f"{name} {value}".replace("|", "\\|")


def _default(option: click.Option) -> str:
    if isinstance(option.show_default, str):
        return option.show_default
    return str(option.default) if option.show_default else ""


if __name__ == "__main__":
    main()
