"""Words, grams, fingerprint, segmenters and user dictionaries."""

from __future__ import annotations

import random
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UsageError
from index.text import dictionary
from index.text.analyzer import Analyzer
from index.text.segment import jieba_segmenter, load_segmenter, query_segmenter, read_user_dict
from index.text.tokens import BOUNDARY, can_be_cut

ROOT = Path(__file__).resolve().parent.parent
needs_rjieba = pytest.mark.skipif(find_spec("rjieba") is None, reason="rjieba is not installed")
han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
rare_han = st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF) | st.sampled_from("〇々𠮷龦鿕鿖鿿﨎")


@pytest.fixture(scope="module")
def analyzer():
    return Analyzer()


def test_the_three_streams(analyzer):
    streams = analyzer.analyze("他研究生命科学。F-35A很快")
    assert streams.words == ["他", "研究", "生命科学", "f", "35", "a", "很快"]
    assert streams.tokens == ["他", "研", "究", "生", "命", "科", "学", BOUNDARY, "f", "35", "a", "很", "快"]
    assert streams.bigrams[:2] == ["他·研", "研·究"]
    assert "学·f" not in streams.bigrams
    assert "f·35" in streams.bigrams


def test_spaces_and_brackets_do_not_change_how_words_are_cut(analyzer):
    assert analyzer.analyze("研\u00a0究“生命”").words == analyzer.analyze("研究生命").words


@given(st.text(alphabet="他研究生命。， aB9-한か😀𠮷\n", max_size=40) | st.text())
def test_words_join_back_to_the_units(text):
    streams = Analyzer().analyze(text)
    assert "".join(streams.words) == "".join(token for token in streams.tokens if token != BOUNDARY)


SEGMENTERS = {"jieba": jieba_segmenter(), "fastest": load_segmenter(), "query": query_segmenter()}


@pytest.mark.parametrize("cut", SEGMENTERS.values(), ids=SEGMENTERS)
@given(run=st.text(alphabet=han | rare_han, min_size=1))
def test_every_segmenter_joins_back(cut, run):
    assert "".join(cut(run)) == run


@pytest.mark.parametrize("name", ["fastest", "query"])
@given(run=st.text(alphabet=han | rare_han | st.sampled_from("的一是在不了有和人这中大为上个国"), min_size=1))
def test_every_segmenter_cuts_as_jieba_does(name, run):
    tokens = list(run)
    expected = Analyzer(segmenter=SEGMENTERS["jieba"]).words(tokens)
    assert Analyzer(segmenter=SEGMENTERS[name]).words(tokens) == expected


def test_the_dictionary_of_queries_holds_all_that_jieba_reads():
    whole = jieba_segmenter().__self__.FREQ
    read = dictionary.Dictionary(Path(find_spec("jieba").origin).with_name("dict.txt"))
    han_only = {word: number for word, number in whole.items() if all(map(can_be_cut, word))}
    assert len(han_only) > 400_000
    assert {word: read.get(word) for word in han_only} == han_only
    assert not any(word in read for word in ("龥龥", "的龥", "一一龥"))


def test_a_jieba_with_another_dictionary_is_read_whole(monkeypatch):
    monkeypatch.setattr(dictionary, "_KNOWN", {})
    assert query_segmenter("云端轮渡 0\n")("陈大文豪坐云端轮渡")[-1] == "云端轮渡"


@needs_rjieba
def test_rjieba_cuts_the_sample_archive_as_jieba_does():
    seeds = sorted((ROOT / "seeds").rglob("*.md"))
    text = "".join(path.read_text("utf-8", errors="ignore") for path in seeds)
    assert len(text) > 30_000
    rng = random.Random(7)
    with_jieba, with_rjieba = Analyzer(segmenter=jieba_segmenter()), Analyzer()
    samples = [text[at : at + 60] for at in (rng.randrange(len(text)) for _ in range(3000))]
    assert [s for s in samples if with_jieba.analyze(s).words != with_rjieba.analyze(s).words] == []


def test_a_user_dictionary_keeps_its_words_whole(tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("\ufeff陳大文豪 20 nr\n\n云端轮渡\n", "utf-8")
    words = read_user_dict(names)
    for analyzer in Analyzer(words), Analyzer(words, segmenter=query_segmenter(words)):
        assert analyzer.analyze("陈大文豪坐雲端輪渡").words == ["陈大文豪", "坐", "云端轮渡"]
    assert "云端轮渡" not in Analyzer().analyze("陈大文豪坐云端轮渡").words


def test_a_user_dictionary_changes_the_fingerprint(tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("云端轮渡\n", "utf-8")
    assert Analyzer(read_user_dict(names)).fingerprint() != Analyzer().fingerprint()
    assert Analyzer().fingerprint() == Analyzer().fingerprint()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("F-35战机 5", "no word of Han"), ("云端 0", "at least 1"), ("云 端 轮 渡", "no word of Han")],
)
def test_a_bad_line_of_a_user_dictionary_is_named(tmp_path, line, complaint):
    names = tmp_path / "names.txt"
    names.write_text(f"轮渡\n{line}\n", "utf-8")
    with pytest.raises(UsageError, match=rf"line 2.*{complaint}"):
        read_user_dict(names)


def test_a_missing_user_dictionary_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.txt"):
        read_user_dict(tmp_path / "none.txt")
