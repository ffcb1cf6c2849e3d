"""The help of commands in the reader's language."""

from __future__ import annotations

import inspect
import os
import re

import click

from search.output.language import language_of_environment
from search.output.terminal import pad, width, wrap

__all__ = ["localize"]

_english: dict[click.Command, tuple[str | None, str | None, list[str | None]]] = {}


def localize(command: click.Command, language: str | None = None) -> None:
    """Give a command, its options and the headings of its help a language, by default the reader's."""
    language = language or language_of_environment(os.environ)
    # An option that makes its help when asked does so in the reader's language by itself.
    options = [param for param in command.params if type(param) is click.Option]
    if command not in _english:
        if language == "en":
            return
        _english[command] = command.short_help, command.help, [option.help for option in options]
    # One process may speak several languages, as the tests do: begin with English.
    command.short_help, command.help, texts = _english[command]
    for option, text in zip(options, texts, strict=True):
        option.help = text
    command.context_class = click.Context
    if language == "en":
        return
    from search.output.chinese import traditional
    from search.output.chinese_help import COMMANDS, OPTIONS

    def written(text: str) -> str:
        return traditional(text) if language == "zh-Hant" else text

    name = "search" if isinstance(command, click.Group) else command.name
    if name in COMMANDS:
        command.short_help, command.help = map(written, COMMANDS[name])
    for option in options:
        if option.help in OPTIONS:
            option.help = written(OPTIONS[option.help])
    command.context_class = _Context


# What Click says of a default at the end of an option's help, in brackets if it is a description, with the
# range of a number behind it.
_DEFAULT = re.compile(r"\[default: (?:\((.*?)\)|([^];]*))(;[^]]*)?\]")
# The end of a line inside of a paragraph, where Chinese has no space.
_LINE_END = re.compile(r"(?<=[^\x00-\x7f])\n *|\n *(?=[^\x00-\x7f])")
_MOST_COLUMNS = 34


def _default(found: re.Match[str]) -> str:
    value = found[2] if found[1] is None else _say(found[1])
    return _say("[default: {}]").format(value + (found[3] or ""))


class _Formatter(click.HelpFormatter):
    """Headings in the reader's language, and lines that may end beside any Chinese character."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{_say('Usage')}: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_say(heading))

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
            if number:
                self.write_paragraph()
            if paragraph.startswith("\b\n"):
                lines = paragraph.split("\n")[1:]
            else:
                joined = " ".join(_LINE_END.sub("", paragraph).split())
                lines = _wrapped(joined, self.width - self.current_indent)
            self.write("".join(f"{indent}{line}\n" for line in lines))

    def write_dl(self, rows, col_max: int = 30, col_spacing: int = 2) -> None:  # type: ignore[no-untyped-def]
        shown = [(name, _DEFAULT.sub(_default, _say(text))) for name, text in rows]
        column = min(max((width(name) for name, _ in shown), default=0), _MOST_COLUMNS) + col_spacing
        indent = " " * self.current_indent
        for name, text in shown:
            first, *others = _wrapped(text, self.width - self.current_indent - column) or [""]
            if width(name) > column - col_spacing:
                self.write(f"{indent}{name}\n")
                name = ""
            self.write(f"{indent}{pad(name, column)}{first}\n")
            self.write("".join(f"{indent}{' ' * column}{line}\n" for line in others))


def _wrapped(text: str, columns: int) -> list[str]:
    return [text[start:end].strip() for start, end in wrap(text, columns)]


def _say(text: str) -> str:
    from search.output.language import translated

    return translated(text, language_of_environment(os.environ))


class _Context(click.Context):
    formatter_class = _Formatter
