"""The benchmarks run: on the sample archive, as small as can be, so that they do not rot."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import correctness, generate, growth, indexing, searching, start

pytestmark = pytest.mark.slow
needs_java = pytest.mark.skipif(
    not (shutil.which("java") and shutil.which("mvn")), reason="needs Java and Maven"
)
needs_measures = pytest.mark.skipif(find_spec("ir_measures") is None, reason="needs jiansuo[bench]")
SEEDS = str(Path(__file__).parent.parent / "seeds")


@pytest.fixture
def collection(tmp_path):
    """Two documents and three questions, one of them in the other script."""
    folder = tmp_path / "ferries"
    folder.mkdir()
    texts = {"d1": "渡轮在早晨六点离开港口。", "d2": "博物馆每逢星期一关门。"}
    asked = {"q1": "渡轮几点离开？", "q2": "博物館星期幾關門？", "q3": "哪一天关门"}
    for name, entries in (("docs", texts), ("queries", asked)):
        lines = [json.dumps({"id": id, "text": text}, ensure_ascii=False) for id, text in entries.items()]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "qrels.tsv").write_text("q1\td1\t1\nq2\td2\t1\nq3\td2\t1\n", "utf-8")
    return str(folder)


@needs_measures
def test_relevance(collection, capsys):
    from benchmarks import relevance

    assert relevance.main([collection, "--engine", "memory", "--engine", "whoosh", "--queries", "t2s"]) == 0
    told = capsys.readouterr().out
    assert "| jiansuo, whoosh | 1.0000 | 1.0000 | 1.0000 | 1.0000 |" in told
    assert "same order 100.0%" in told


@needs_java
@needs_measures
@pytest.mark.java
def test_relevance_of_lucene(collection, capsys):
    from benchmarks import relevance

    assert relevance.main([collection, "--lucene"]) == 0
    assert "SmartChineseAnalyzer" in capsys.readouterr().out


@pytest.mark.skipif(find_spec("rapidfuzz") is None, reason="needs jiansuo[bench]")
def test_quotations(capsys):
    from benchmarks import quotations

    assert quotations.main([SEEDS, "--number", "5"]) == 0
    told = capsys.readouterr().out
    assert "| as it is | 1 | 100.0% | 100.0% |" in told


@needs_measures
def test_known_items(capsys):
    from benchmarks import known_item

    assert known_item.main([SEEDS, "--number", "3"]) == 0
    assert capsys.readouterr().out.count("jiansuo, whoosh") == len(known_item.KINDS)


def test_indexing(capsys):
    arguments = [SEEDS, "--articles", "5", "--rounds", "1"]
    for system in ("straightforward", "whoosh-base", "whoosh", "fts5"):
        arguments += ["--system", system]
    assert indexing.main(arguments) == 0
    assert "jiansuo whoosh, base install" in capsys.readouterr().out


@needs_java
@pytest.mark.java
def test_indexing_with_lucene(capsys):
    assert indexing.main([SEEDS, "--articles", "5", "--rounds", "1", "--system", "fts5", "--lucene"]) == 0
    assert "Lucene CJKAnalyzer" in capsys.readouterr().out


def test_searching(capsys):
    assert searching.main([SEEDS, "--queries", "20", "--rounds", "1"]) == 0
    assert "jiansuo whoosh, with snippets" in capsys.readouterr().out


def test_start(capsys):
    assert start.main([SEEDS, "--rounds", "1"]) == 0
    assert "search query, whoosh" in capsys.readouterr().out


def test_growth(tmp_path, capsys):
    picture = tmp_path / "growth.svg"
    assert growth.main([SEEDS, "--size", "5", "--size", "10", "--plot", str(picture)]) == 0
    assert "| whoosh | 10 |" in capsys.readouterr().out
    assert picture.read_text().startswith("<svg")


def test_a_generated_archive_is_the_same_every_time():
    articles = correctness.read_archive(SEEDS)
    once = list(generate.generate(articles, 5, longest=200))
    assert once == list(generate.generate(articles, 5, longest=200))
    assert len(set(once)) == 5


def test_assistant(capfd):
    pytest.importorskip("mcp_types", reason="needs jiansuo[mcp]")
    from benchmarks import assistant

    assert assistant.main([SEEDS, "--words", "渡轮", "台风", "码头", "碼頭"]) == 0
    assert capfd.readouterr().out.count("20 of 20") == 2
