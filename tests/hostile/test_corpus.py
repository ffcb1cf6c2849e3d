"""Whatever stands in an archive is an article or reported, in bounded time and memory."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from corpus import EXPECTED_LEFT_OUT, KEPT, files, han, odd_entries

from index import Article, QueryError, rebuild
from index.storage.directory import IndexDirectory
from index.storage.store import Store
from search import Searcher
from search.check import check

ROOT = Path(__file__).parents[2]


def search(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "search.commands.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def test_the_corpus_in_small(embedded_engine, tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    written = list(files(archive, scale=0.002))
    report = rebuild([archive], tmp_path / "index", engine=embedded_engine)
    assert report.added + len(report.left_out) == len(written)
    assert check(tmp_path / "index").sound
    assert len(written) - len(report.left_out) == 39
    assert (
        text_is_kept(tmp_path / "index", left_out={Path(error.path).stem for error in report.left_out}) == 22
    )


def text_is_kept(index: Path, *, left_out: set[str]) -> int:
    """Of how many seeds it is known what their text is; all of these must have it."""
    place = IndexDirectory(index)
    kept = {f"{name}.md": text for name, text in KEPT.items() if name not in left_out}
    with closing(Store(place.store_path(place.manifest()), readonly=True)) as store:
        for id, text in kept.items():
            found = store.article(id, place.manifest().generation)
            assert found is not None, id
            assert found[1].body.endswith(text), id
    return len(kept)


@pytest.mark.hostile
def test_the_corpus_in_full(tmp_path):
    """Each seed for itself: at most 60 s and 1.5 GB, on a machine that does nothing else."""
    archive, index = tmp_path / "archive", tmp_path / "index"
    archive.mkdir()
    (archive / "sound.md").write_text("[站台](http://a.example/1)\n------\n\n<p>晨报</p>\n", "utf-8")
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


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    assert len(list(files(folder))) == 42
    return folder


def memory_of(session: int) -> int:
    """The memory of all processes of a session in bytes, each shared page counted once."""
    total = 0
    for path in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            if int((path / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                total += (
                    int(re.findall(r"^Pss:\s+(\d+)", (path / "smaps_rollup").read_text(), re.M)[0]) * 1024
                )
    return total


@pytest.mark.hostile
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc")
def test_the_corpus_in_one_build(embedded_engine, corpus, tmp_path):
    """All at once, with two workers: at most four minutes and 2 GB of all processes together."""
    arguments = ["rebuild", corpus, "--index", tmp_path / "index", "--engine", embedded_engine]
    began = time.monotonic()
    most = 0
    with subprocess.Popen(
        [sys.executable, "-m", "search.commands.cli", *arguments, "--workers", "2", "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        while process.poll() is None:
            most = max(most, memory_of(process.pid))
            assert time.monotonic() - began < 240
            time.sleep(0.05)
        out, errors = process.communicate()
    seconds = round(time.monotonic() - began)
    print(json.dumps({"engine": embedded_engine, "seconds": seconds, "bytes": most}))
    assert process.returncode == 1, errors
    assert b"Traceback" not in errors
    assert b"internal error" not in errors
    assert 50_000_000 < most < 2_000_000_000
    left_out = {Path(one["path"]).stem for one in json.loads(out)["left_out"]}
    assert left_out >= EXPECTED_LEFT_OUT
    assert text_is_kept(tmp_path / "index", left_out=left_out) >= 15


def test_what_is_no_file_is_reported_and_never_opened(embedded_engine, tmp_path):
    archive = tmp_path / "archive"
    archive.mkdir()
    names = odd_entries(archive)
    arguments = ["--index", tmp_path / "index", "--engine", embedded_engine, "--json"]
    done = search("rebuild", archive, *arguments)
    assert done.returncode == 1
    left_out = {Path(one["path"]).name for one in json.loads(done.stdout)["left_out"]}
    assert left_out == set(map(os.fsdecode, names))
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


# The peak from /proc: what getrusage tells of a new program includes the one that started it.
ASK = """
import json, re, sys, time
from pathlib import Path
from search import Searcher
spent = {}
with Searcher(sys.argv[1]) as searcher:
    for kind, query in json.load(sys.stdin).items():
        began = time.process_time()
        searcher.search(query)
        spent[kind] = time.process_time() - began
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([spent, int(peak[1]) * 1024]))
"""


def test_a_query_costs_little(engine, tmp_path):
    """Over a million characters: two seconds of processor time, and 400 MB for the program and all."""
    rebuild(many_articles(), tmp_path / "index", engine=engine)
    done = subprocess.run(
        [sys.executable, "-c", ASK, tmp_path / "index"],
        input=json.dumps(COSTLY),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    spent, most = json.loads(done.stdout)
    print(json.dumps({"engine": engine, "seconds": spent, "bytes": most}))
    assert len(spent) == len(COSTLY)
    assert {kind: seconds for kind, seconds in spent.items() if seconds > 2} == {}
    assert most < 400_000_000


def many_articles() -> Iterator[Article]:
    for number in range(1000):
        text = han(1100 + number)[number:]
        sentence = f"渡轮今天照常开出，渡{number}轮{number % 100:02}开出。sanctions sail sea s{number}"
        yield Article(id=str(number), title=f"第{number}", body=f"{text[:500]}{sentence}。{text[500:]}")


@pytest.fixture(scope="module")
def searcher(embedded_engine, tmp_path_factory) -> Iterator[Searcher]:
    folder = tmp_path_factory.mktemp(embedded_engine)
    rebuild([Article(id="a", title="渡轮", body="渡轮今天照常开出")], folder, engine=embedded_engine)
    with Searcher(folder) as searcher:
        yield searcher


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
