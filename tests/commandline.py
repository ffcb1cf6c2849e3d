"""What tests of the command line share: the command in this process and as a program, and seeds."""

from __future__ import annotations

import os
import sys
from inspect import signature
from pathlib import Path

from click.testing import CliRunner, Result

from search.commands.cli import cli

ROOT = Path(__file__).resolve().parent.parent

PROGRAM = [sys.executable, "-m", "search.commands.cli"]
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM")
} | {"SEARCH_TZ": "UTC"}


def run(*args: str | Path, env: dict[str, str] | None = None, input: str | bytes | None = None) -> Result:
    """Run `search` with these arguments, in UTC."""
    # Before click 8.2 the two streams had to be kept apart on purpose.
    apart = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    clean = {"SEARCH_INDEX": None, "SEARCH_TZ": "UTC", "SEARCH_DEBUG": None}
    clean |= {"NO_COLOR": None, "FORCE_COLOR": None}
    return CliRunner(**apart).invoke(cli, [*map(str, args)], env={**clean, **(env or {})}, input=input)


def seed(folder: Path, name: str, *, title: str = "渡轮停航", body: str = "<p>今天没有船。</p>") -> Path:
    """Write a seed and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"<!--1710099901000-->\n[{title}](https://www.news.example/1)\n------\n\n{body}", "utf-8")
    return path
