"""Write docs/cli.md and docs/cli.zh.md, the reference of `search`, from the commands' definitions.

    python scripts/make_cli_reference.py

A test compares the files with the output of this. Click's help pages are not
used, because their layout differs between versions of click.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from search.commands.cli import cli
from search.commands.localized import localize
from search.output.language import language_of_environment, say, set_language

DOCS = Path(__file__).resolve().parent.parent / "docs"


@dataclass(frozen=True, slots=True)
class Page:
    """The reference in one language: its file, and what stands around the commands."""

    name: str
    language: str
    head: str
    tail: str
    columns: tuple[str, str, str] = ("option", "meaning", "default")


_ENGLISH_TAIL = """\
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
| `SEARCH_VARIANTS` | a file of your own names for `--variants`, beside the `variants.txt` of an index |
| `SEARCH_LANG` | the language of messages and help: `en`, `zh` or `zh_TW`; else that of the locale |
| `SEARCH_PAGER`, `PAGER` | the pager; `less` without them, none where it is `cat` or empty |
| `XDG_STATE_HOME` | where `search show 3` finds the hits of the last query; else `~/.local/state` |
| `OPENSEARCH_USER`, `OPENSEARCH_PASSWORD` | the account on a cluster; an address with a password is refused |
| `OPENSEARCH_CA` | a PEM file of the certificate authorities to trust, instead of the system's |
| `NO_COLOR` | no colours |
| `FORCE_COLOR` | colours also without a terminal, unless `NO_COLOR` is set |
| `SEARCH_DEBUG` | a traceback for an internal error |
"""

_CHINESE_TAIL = """\
## 所有命令共有的

- 消息写到标准错误，以 `search: ` 开头，怎么办写在下一行。`SEARCH_DEBUG=1` 会显示内部错误出在哪里。
- 在终端上有颜色，除非设了 `NO_COLOR`；设了 `FORCE_COLOR` 则处处有颜色；`--color` 优先于两者。
  文章里的控制字符和改变书写方向的符号换成看得见的符号；JSON 里保留原样，写成 `\\uXXXX`。
- 查询里的 `-` 排除后面的词，但 `-` 加一个字母（`-v`）或加选项名（`-limit`）会当作笔误而不予接受。
  要排除这样的词，写 `NOT v`；`--` 以后全是文字。
- 不论语言环境，JSON、CSV、HTML 都是 UTF-8。各命令用 `--json` 打印的内容和用 `--jsonl` 打印的每一行，
  `docs/schemas.json` 里都有 JSON Schema。
- 日期按 `--tz` 的时区读写，否则按 `SEARCH_TZ`，再否则按这台机器的时区。
  时区可以写名字（`Asia/Shanghai`，也可写 `Beijing`、`shanghai`），也可以写与 UTC 之差（`+08:00`、`UTC+8`）。
  JSON 和 CSV 里的日期带时差：`2024-03-10T19:45:01+08:00`。

| 环境变量 | 意思 |
|---|---|
| `SEARCH_INDEX` | 不写 `--index` 时用的索引：目录，或 opensearch://host:9200/NAME |
| `SEARCH_TZ` | 不写 `--tz` 时的时区 |
| `SEARCH_VARIANTS` | 自己的名称表，供 `--variants` 使用，加上索引文件夹里的 `variants.txt` |
| `SEARCH_LANG` | 消息和帮助的语言：`en`、`zh` 或 `zh_TW`；否则同语言环境 |
| `SEARCH_PAGER`、`PAGER` | 分页程序；都没有时用 `less`，设为 `cat` 或空时不分页 |
| `XDG_STATE_HOME` | `search show 3` 到这里去找上一次查询的结果；否则用 `~/.local/state` |
| `OPENSEARCH_USER`、`OPENSEARCH_PASSWORD` | 集群的账号；不接受带密码的地址 |
| `OPENSEARCH_CA` | 可信证书颁发机构的 PEM 文件，代替系统的 |
| `NO_COLOR` | 不要颜色 |
| `FORCE_COLOR` | 不在终端上也要颜色，除非设了 `NO_COLOR` |
| `SEARCH_DEBUG` | 内部错误时显示回溯 |
"""

PAGES = (
    Page(
        "cli.md",
        "en",
        "# The command line\n\nMade by `scripts/make_cli_reference.py`; change the commands, not this page."
        " [中文](cli.zh.md)\n",
        _ENGLISH_TAIL,
    ),
    Page(
        "cli.zh.md",
        "zh-Hans",
        "# 命令行\n\n本页由 `scripts/make_cli_reference.py` 生成；要改请改命令本身。[English](cli.md)\n",
        _CHINESE_TAIL,
        ("选项", "意思", "默认值"),
    ),
)


def main() -> None:
    for page in PAGES:
        (DOCS / page.name).write_text(render(page), "utf-8")


def render(page: Page) -> str:
    """Return a page, in its language whatever was printed before."""
    before = language_of_environment(os.environ)
    set_language(page.language)
    try:
        for command in (cli, *cli.commands.values()):
            localize(command, page.language)
        parts = [page.head, *_described(cli)]
        for name in sorted(cli.commands):
            command = cli.commands[name]
            parts += [f"## search {name}\n", *_described(command, name), *_options(command, page)]
        return "\n".join([*parts, page.tail])
    finally:
        set_language(before)
        for command in (cli, *cli.commands.values()):
            localize(command, before)


def _described(command: click.Command, name: str = "") -> Iterator[str]:
    arguments = " ".join(param.metavar or "" for param in command.params if isinstance(param, click.Argument))
    if name:
        yield f"    search {name} {arguments}".rstrip() + " [OPTIONS]\n"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        lines = paragraph.split("\n")
        if lines[0] == "\b":
            yield "\n".join(f"    {line}" for line in lines[1:]) + "\n"
        else:
            # A line may end between two Chinese characters, where a page would show a space.
            yield re.sub(r"(?<=[^\x00-\x7f])\n|\n(?=[^\x00-\x7f])", "", paragraph) + "\n"


def _options(command: click.Command, page: Page) -> Iterator[str]:
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        yield f"| {' | '.join(page.columns)} |\n|---|---|---|"
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
        return say(option.show_default)
    return str(option.default) if option.show_default else ""


if __name__ == "__main__":
    main()
