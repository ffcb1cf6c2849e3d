"""Make docs/images/terminal.svg: what three commands really print on the sample articles.

    python scripts/make_recording.py      # Python 3.11 or newer

Each character has a place of its own in the picture, so that columns stay aligned whatever the reader's font.
"""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from search.output.terminal import width

ROOT = Path(__file__).parents[1]
COLUMNS = 110
COMMANDS = (
    ["query", "國際論壇", "--limit", "2"],
    ["concordance", "渡轮", "--sort", "right", "--limit", "6"],
    ["quote", "夜班渡轮停航两晚，二百一十七名乘客在候船室过夜"],
)
# Pixels of a character that is one column wide, and of a line.
CELL, LINE = 8.4, 21
STYLE = """text { font: 14px ui-monospace, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace;
  fill: #d8d8d2; white-space: pre }
.s1 { font-weight: bold } .s2 { fill: #8f9089 } .s31 { fill: #ff7b6b } .s32 { fill: #8fd18a }"""


def main() -> None:
    """Run the commands and draw what they print."""
    lines: list[str] = []
    with TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        search(["rebuild", str(ROOT / "seeds")], index)
        for command in COMMANDS:
            lines += [f"\x1b[32m$ search {shlex.join(command)}\x1b[0m".replace("'", "")]
            lines += [*search(command, index).split("\n"), ""]
    (ROOT / "docs/images/terminal.svg").write_text("\n".join(drawing(lines)) + "\n", "utf-8")


def search(command: list[str], index: str) -> str:
    """Run `search` on an index in a terminal, and return what it prints."""
    environment = {
        "SEARCH_INDEX": index,
        "SEARCH_TZ": "Asia/Shanghai",
        "SEARCH_LANG": "en",
        "SEARCH_PAGER": "cat",
    }
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, COLUMNS))
    printed = b""
    with subprocess.Popen(
        [sys.executable, "-m", "search.commands.cli", *command],
        env={**os.environ, **environment, "TERM": "xterm"},
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ):
        os.close(theirs)
        with suppress(OSError):  # how Linux tells that the other side is closed
            while piece := os.read(ours, 65536):
                printed += piece
    os.close(ours)
    return printed.decode().replace("\r\n", "\n").rstrip("\n")


def drawing(lines: list[str]) -> Iterator[str]:
    """Yield the lines of a picture of a terminal with these lines."""
    rows = [row for line in lines for row in wrapped(line)]
    size = (int(COLUMNS * CELL + 40), len(rows) * LINE + 40)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" role="img">'
    yield f"<title>search in a terminal</title><style>{STYLE}</style>"
    yield '<rect width="100%" height="100%" rx="8" fill="#22252a"/>'
    for number, row in enumerate(rows):
        places = " ".join(f"{20 + column * CELL:.1f}" for _, column, _ in row)
        spans = "".join(f'<tspan class="{style}">{escape(char)}</tspan>' for char, _, style in row)
        spans = re.sub(r'</tspan><tspan class="([^"]*)">', lambda found: found[0], spans)
        yield f'<text y="{30 + number * LINE}" x="{places}">{merged(spans)}</text>'
    yield "</svg>"


def merged(spans: str) -> str:
    """Join neighbours of the same style."""
    shorter = re.sub(
        r'<tspan class="([^"]*)">([^<]*)</tspan><tspan class="\1">', r'<tspan class="\1">\2', spans
    )
    return spans if shorter == spans else merged(shorter)


def wrapped(line: str) -> Iterator[list[tuple[str, int, str]]]:
    """Yield the rows of a line as a terminal breaks it: characters with column and style."""
    row: list[tuple[str, int, str]] = []
    column, styles = 0, ""
    for code, char in re.findall(r"\x1b\[(\d+)m|(.)", line):
        if code:
            styles = "" if code == "0" else f"{styles} s{code}".strip()
            continue
        if column + width(char) > COLUMNS:
            yield row
            row, column = [], 0
        row.append((char, column, styles))
        column += width(char)
    yield row


if __name__ == "__main__":
    main()
