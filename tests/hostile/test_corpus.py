"""Whatever stands in an archive is an article or reported, in bounded time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import EXPECTED_LEFT_OUT, files, odd_entries

from index import Article, QueryError, rebuild
from search import Searcher
from search.check import check

ROOT = Path(__file__).parents[2]


def search(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "search.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_the_corpus_in_small(tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    written = list(files(archive, scale=0.002))
    report = rebuild([archive], tmp_path / "index")
    assert report.added + len(report.left_out) == len(written)
    assert check(tmp_path / "index").sound


@pytest.mark.hostile
def test_the_corpus_in_full(tmp_path):
    """Each seed for itself: at most 60 s and 1.5 GB, on a machine that does nothing else."""
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    for path in files(archive):
        began = time.monotonic()
        done = search("rebuild", archive, "--index", index, "--workers", 1)
        assert time.monotonic() - began < 60, path.name
        assert done.returncode in (0, 1), (path.name, done.stderr)
        assert b"Traceback" not in done.stderr
        assert b"internal error" not in done.stderr
        if path.stem in EXPECTED_LEFT_OUT:
            assert path.name.encode() in done.stderr
        path.unlink()
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_500_000


def test_what_is_no_file_is_reported_and_never_opened(tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    odd_entries(archive)
    done = search("rebuild", archive, "--index", tmp_path / "index", "--json")
    assert done.returncode == 1
    for name in (b"fifo.md", b"device.md", b"outside.md", b"loop.md", b"dangling.md", b"socket.md"):
        assert name in done.stdout
    assert b"\x1b" not in done.stdout + done.stderr
    with Searcher(tmp_path / "index") as searcher:
        assert searcher.search("名字", limit=None).total == 6
        assert searcher.search("秘密").total == 0


COSTLY = {
    "a prefix of one letter": "s*",
    "a thousand clauses": " OR ".join(f"渡{i}" for i in range(1000)),
    "a thousand phrases with a prefix": " OR ".join(f'"轮{i:02}*"' for i in range(900)),
    "deep nesting": "(" * 49 + "渡轮" + ")" * 49,
    "a long phrase": '"' + "渡轮今天照常开出" * 1240 + '"',
    "many negations": "渡轮 " + " ".join(f"-第{i}" for i in range(900)),
    "as many distances as may be": " ".join(f'"渡轮" ~{i} "开出"' for i in range(20)),
}

REFUSED = {
    "more clauses": " ".join("a" for _ in range(1001)),
    "deeper nesting": "(" * 51 + "渡轮" + ")" * 51,
    "brackets without end": "(" * 5000 + "渡轮" + ")" * 5000,
    "a longer phrase": '"' + "渡轮今天照常开出" * 12400 + '"',
    "more distances": " ".join(f'"渡轮" ~{i} "开出"' for i in range(21)),
}


@pytest.fixture(scope="module")
def searcher(engine, tmp_path_factory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp(engine)
    text = "渡轮今天照常开出，风不大。sanctions sail sea " * 20
    rebuild([Article(id=str(i), title=f"第{i}", body=text) for i in range(50)], folder, engine=engine)
    with Searcher(folder) as searcher:
        yield searcher


@pytest.mark.parametrize("kind", COSTLY)
def test_a_query_costs_little(searcher, kind):
    began = time.process_time()
    searcher.search(COSTLY[kind])
    assert time.process_time() - began < 20


@pytest.mark.parametrize("kind", REFUSED)
def test_what_costs_more_is_refused(searcher, kind):
    with pytest.raises(QueryError, match=r"more than|deeper than|goes on after"):
        searcher.search(REFUSED[kind])


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</mark><svg onload=alert(1)>",
    '"><iframe srcdoc=x>',
    "\x1b]8;;http://evil.example\x07点\x1b]8;;\x07",
    "\x1b[2J\x9b31m",
    "\u202egpj.exe",
    "a\rb\x08c\x7f",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_titles_and_snippets_carry_nothing_that_acts(payload, tmp_path):
    rebuild([Article(id="a", title=f"渡轮{payload}", body=f"渡轮{payload}开出。", url=payload)], tmp_path)
    with Searcher(tmp_path) as searcher:
        (hit,) = searcher.search("渡轮").hits
    for markup in (hit.html(), hit.title_html()):
        assert "<" not in markup.replace("<mark>", "").replace("</mark>", "")
    for arguments in (["query", "渡轮"], ["show", "a"], ["query", "渡轮", "--explain"]):
        shown = search(*arguments, "--index", tmp_path).stdout.decode()
        assert not set(shown) & set("\x1b\x9b\x07\x08\r\x7f\u202e"), shown
