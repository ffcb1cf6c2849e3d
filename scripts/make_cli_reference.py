"""Write docs/cli.md, the reference of the `search` command, from the commands' definitions.

    python scripts/make_cli_reference.py

A test compares the file with the output of this. Click's help pages are not
used, because their layout differs between versions of click.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from search.commands.cli import cli
from search.commands.localized import localize
from search.output.language import set_language

TARGET = Path(__file__).resolve().parent.parent / "docs" / "cli.md"

_HEAD = """\
# The command line

Made by `scripts/make_cli_reference.py`; change the commands, not this page.
"""

_TAIL = """\
## Common to all commands

- Messages go to standard error and begin with `search: `; what to do stands on the next line.
  `SEARCH_DEBUG=1` shows where an internal error happened.
- Output has colours on a terminal unless `NO_COLOR` is set, and anywhere if `FORCE_COLOR` is; `--color`
  overrides both. In text of articles, control characters and marks that change the direction of writing are
  replaced by visible symbols; JSON keeps them, as `\\uXXXX`.
- In a query, `-` excludes the word that follows it, but `-` and one letter (`-v`) or the name of an option
  (`-limit`) are refused as slips. `NOT v` excludes such a word, and after `--` everything is text.
- JSON, CSV and HTML are UTF-8 whatever the locale. `docs/schemas.json` has a JSON Schema of what each command
  prints with `--json`, and of each line that it prints with `--jsonl`.
- Dates are read and shown in the zone of `--tz`, else of `SEARCH_TZ`, else the machine's. A zone is a name
  (`Asia/Shanghai`, also `Beijing` or `shanghai`) or an offset (`+08:00`, `UTC+8`). In JSON and CSV dates have
  their offset: `2024-03-10T19:45:01+08:00`.

| variable | meaning |
|---|---|
| `SEARCH_INDEX` | the index without `--index`: a directory, or opensearch://host:9200/NAME |
| `SEARCH_TZ` | the time zone without `--tz` |
| `SEARCH_LANG` | the language of messages and help: `en`, `zh` or `zh_TW`; else that of the locale |
| `SEARCH_PAGER`, `PAGER` | the pager; `less` without them, none where it is `cat` or empty |
| `XDG_STATE_HOME` | where `search show 3` finds the hits of the last query; else `~/.local/state` |
| `OPENSEARCH_USER`, `OPENSEARCH_PASSWORD` | the account on a cluster; an address with a password is refused |
| `OPENSEARCH_CA` | a PEM file of the certificate authorities to trust, instead of the system's |
| `NO_COLOR` | no colours |
| `FORCE_COLOR` | colours also without a terminal, unless `NO_COLOR` is set |
| `SEARCH_DEBUG` | a traceback for an internal error |
"""


def main() -> None:
    TARGET.write_text(render(), "utf-8")


def render() -> str:
    """Return the whole page, in English whatever was printed before."""
    set_language("en")
    for command in (cli, *cli.commands.values()):
        localize(command)
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
