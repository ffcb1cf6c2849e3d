"""Nothing that strangers or the user wrote makes a terminal act, whatever command prints it, and how."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import pytest

from index import Article, rebuild, update

pytestmark = pytest.mark.hostile

ROOT = Path(__file__).parents[2]

# Colours that are none of ours, a link, the title of a window, C1, bell, marks of direction, and the rest.
PAYLOAD = "\x1b[35m\x1b]8;;http://evil.example\x07点\x1b]8;;\x07\x1b]0;x\x07\x1b[2J\x9b31m\u202eRTL\u2066\u200f\x08\x7f"
NAME = PAYLOAD.replace("/", "")

# What we write ourselves: a colour, bold, dim, and the end of these.
OURS = re.compile("\x1b\\[(?:31|0|1|2)m")
BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]")

QUERIES = {
    "words": ["query", "渡轮"],
    "all hits": ["query", "渡轮", "--limit", "all"],
    "JSON": ["query", "渡轮", "--json"],
    "JSON lines": ["query", "渡轮", "--jsonl"],
    "CSV": ["query", "渡轮", "--csv"],
    "explained": ["query", "渡轮", "--explain"],
    "a hostile query": ["query", f"渡轮 {PAYLOAD}"],
    "a hostile query explained": ["query", f'渡轮 OR "{PAYLOAD}" OR title:{PAYLOAD}', "--explain"],
    "a hostile query as JSON": ["query", f"渡轮 OR {PAYLOAD}", "--json"],
    "a query that is wrong": ["query", f'"{PAYLOAD}'],
    "a date that is wrong": ["query", f"date:{PAYLOAD}"],
    "batch": ["query", "--batch", "BATCH"],
    "no batch": ["query", "--batch", f"/no/{NAME}"],
    "show": ["show", f"a{PAYLOAD}"],
    "show a file": ["show", "FILE"],
    "show as JSON": ["show", f"a{PAYLOAD}", "--json"],
    "show as HTML": ["show", f"a{PAYLOAD}", "--html"],
    "show a seed": ["show", "FILE", "--raw"],
    "show a seed that is none": ["show", f"a{PAYLOAD}", "--raw"],
    "show what is not there": ["show", f"zz{PAYLOAD}"],
    "show what is nearly there": ["show", "a"],
    "similar": ["similar", f"a{PAYLOAD}"],
    "similar as JSON": ["similar", f"a{PAYLOAD}", "--json"],
    "similar to nothing": ["similar", f"zz{PAYLOAD}"],
    "facets": ["facets", "渡轮"],
    "facets as JSON": ["facets", f"渡轮 OR {PAYLOAD}", "--json"],
    "timeline": ["timeline", f"渡轮 OR {PAYLOAD}"],
    "timeline as JSON": ["timeline", f"渡轮 OR {PAYLOAD}", "--json"],
    "stats": ["stats"],
    "stats as JSON": ["stats", "--json"],
    "check": ["check"],
    "check as JSON": ["check", "--json"],
    "update": ["update", "ARCHIVE"],
    "update as JSON": ["update", "ARCHIVE", "--json"],
    "optimize": ["optimize"],
    "no archive": ["update", f"/no/{NAME}"],
}
OPTIONS = {
    name: ["query", "渡轮", f"--{name}", PAYLOAD]
    for name in ("source", "after", "before", "sort", "limit", "tz")
} | {
    "page": ["query", "渡轮", "--page", PAYLOAD],
    "by": ["facets", "--by", PAYLOAD],
    "unit": ["timeline", "--unit", PAYLOAD],
    "sample": ["check", "--sample", PAYLOAD],
    "engine": ["rebuild", "ARCHIVE", "--engine", PAYLOAD],
    "part": ["rebuild", "ARCHIVE", "--part", PAYLOAD],
    "workers": ["rebuild", "ARCHIVE", "--workers", PAYLOAD],
    "dictionary": ["rebuild", "ARCHIVE", "--user-dict", f"/no/{NAME}"],
    "another engine": ["update", "ARCHIVE", "--engine", PAYLOAD],
    "no option": ["query", f"--{PAYLOAD}"],
    "no command": [f"q{PAYLOAD}"],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with an archive, an index of it and of articles from Python, and a file of queries."""
    folder = tmp_path_factory.mktemp("payloads") / f"f{NAME}"
    archive = folder / f"源{NAME}"
    archive.mkdir(parents=True)
    head = f"<!--1710099901000-->\n[渡轮{PAYLOAD}](http://x.example/{PAYLOAD})\n------\n\n"
    (archive / f"b{NAME}.md").write_text(f"{head}<p>渡轮{PAYLOAD}开出。</p>", "utf-8")
    (archive / "c.md").write_text(f"{head}渡轮{PAYLOAD}开出。\n第二段{PAYLOAD}", "utf-8")
    (archive / f"bad{NAME}.md").write_text(PAYLOAD, "utf-8")
    hostile = Article(
        id=f"a{PAYLOAD}",
        title=f"渡轮{PAYLOAD}",
        body=f"渡轮{PAYLOAD}开出。\n第二段{PAYLOAD}",
        url=f"javascript:{PAYLOAD}",
        sources=(f"s{PAYLOAD}", "ok"),
        date=datetime(2024, 1, 1, tzinfo=timezone.utc),
    )
    rebuild([archive], folder / "index")
    update([hostile, Article(id="d", title="渡轮", body="渡轮开出很远")], folder / "index")
    (folder / "batch").write_bytes(
        f"渡轮 OR {PAYLOAD}\n".encode() + b'"\x1b[35m\x9b\xff\n"\x1b[35m\xc2\x9b\n'
    )
    return folder


def on_a_terminal(arguments: list[str], place: Path) -> tuple[int, str]:
    """The exit code of a command, and all that it writes to its terminal."""
    stand_ins = {
        "BATCH": str(place / "batch"),
        "ARCHIVE": str(next(place.glob("源*"))),
        "FILE": "c.md",
    }
    arguments = [stand_ins.get(argument, argument) for argument in arguments]
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "SEARCH_TZ")}
    ours, theirs = pty.openpty()
    out = b""
    with subprocess.Popen(
        [sys.executable, "-m", "search.commands.cli", *arguments],
        env={
            **clean,
            "TERM": "xterm",
            "PYTHONPATH": str(ROOT),
            "SEARCH_INDEX": str(place / "index"),
            "SEARCH_PAGER": "cat",  # less would wait for a key
        },
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        # The progress bar of a build moves the cursor.
        stderr=subprocess.PIPE if arguments[0] in ("update", "rebuild") else theirs,
    ) as process:
        os.close(theirs)
        with suppress(OSError):  # how Linux tells that the other side is closed
            while chunk := os.read(ours, 65536):
                out += chunk
        if process.stderr is not None:
            out += process.stderr.read()
    os.close(ours)
    return process.returncode, out.decode().replace("\r\n", "\n")


def check_harmless(shown: str) -> None:
    assert shown
    assert BAD.findall(OURS.sub("", shown)) == [], ascii(shown)
    assert "Traceback" not in shown
    assert "internal error" not in shown


@pytest.mark.parametrize("kind", QUERIES)
def test_what_a_command_prints_is_harmless(kind, place):
    code, shown = on_a_terminal(QUERIES[kind], place)
    check_harmless(shown)
    assert OURS.search(shown) or kind != "words"
    wrong = kind.startswith(("no ", "a date", "show what", "show a seed that", "a query that", "similar to"))
    assert code in ((2,) if wrong or kind == "batch" else (0, 1)), shown


@pytest.mark.parametrize("kind", OPTIONS)
def test_what_a_command_says_of_a_hostile_option_is_harmless(kind, place):
    code, shown = on_a_terminal(OPTIONS[kind], place)
    check_harmless(shown)
    # A word that is no command is a query.
    assert code == {"source": 1, "no command": 0}.get(kind, 2)


def test_a_chart_and_a_missing_index_are_harmless_too(place):
    chart = place / "chart.svg"
    on_a_terminal(["trend", f"渡轮 OR {PAYLOAD}", "--svg", str(chart)], place)
    assert BAD.findall(chart.read_text("utf-8")) == []
    code, shown = on_a_terminal(["query", "渡轮", "--index", f"/no/{NAME}"], place)
    assert (code, BAD.findall(OURS.sub("", shown))) == (2, [])
