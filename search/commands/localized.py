"""The help of commands in the reader's language."""

from __future__ import annotations

import os
import re

import click

from search.output.language import language_of_environment

__all__ = ["localize"]


def localize(command: click.Command) -> None:
    """Give a command, its options and the headings of its help the reader's language; English stays."""
    language = language_of_environment(os.environ)
    if language == "en" or command.context_class is not click.Context:
        return
    from search.output.chinese import traditional
    from search.output.chinese_help import COMMANDS, OPTIONS

    def written(text: str) -> str:
        return traditional(text) if language == "zh-Hant" else text

    name = "search" if isinstance(command, click.Group) else command.name
    if name in COMMANDS:
        command.short_help, command.help = map(written, COMMANDS[name])
    for param in command.params:
        if isinstance(param, click.Option) and param.help in OPTIONS:
            param.help = written(OPTIONS[param.help])
    command.context_class = _Context


_DEFAULT = re.compile(r"\[default: (.*?)\]")


class _Formatter(click.HelpFormatter):
    """Headings in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{_say('Usage')}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_say(heading))

    def write_dl(self, rows, col_max: int = 30, col_spacing: int = 2) -> None:  # type: ignore[no-untyped-def]
        shown = [
            (name, _DEFAULT.sub(_say("[default: {}]").replace("{}", r"\1"), _say(text)))
            for name, text in rows
        ]
        super().write_dl(shown, col_max, col_spacing)


def _say(text: str) -> str:
    from search.output.language import translated

    return translated(text, language_of_environment(os.environ))


class _Context(click.Context):
    formatter_class = _Formatter
