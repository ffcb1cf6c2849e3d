"""Every operation on an article takes time linear in its length, whatever a stranger wrote into it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, rebuild
from index.text.dictionary import likeliest_states
from index.text.segment import query_segmenter
from search import Searcher

SHORT, TIMES = 2_000, 8

ASK = {
    "similar": lambda searcher, id: searcher.similar(id),
    "explain_hit": lambda searcher, id: searcher.explain_hit("啊啊啊 的", id),
    "uncut": lambda searcher, id: searcher.uncut("啊啊啊", id),
    "highlighted": lambda searcher, id: searcher.highlighted(id, "啊啊 的的的"),
    "search": lambda searcher, id: searcher.search(f"啊啊 {id}"),
    "suggest": lambda searcher, id: searcher.suggest("的" if id == "long" else "人"),
    "concordance": lambda searcher, id: list(searcher.concordance(f"title:{id} 啊", limit=3)),
    "quotation": lambda searcher, id: searcher.quotation("啊啊啊啊啊啊啊啊"),
    "near": lambda searcher, id: searcher.search(f'title:{id} "啊" ~3 "啊啊"'),
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    """An article of one character, eight times as long as another one: in its title and in its body."""
    index = tmp_path_factory.mktemp("bounded")
    articles = [
        Article(id, f"{id} {char * size}", "啊" * size)
        for id, char, size in (("short", "人", SHORT), ("long", "的", SHORT * TIMES))
    ]
    rebuild(articles, index)
    with Searcher(index, tz="UTC") as searcher:
        yield searcher


def seconds(ask, searcher, id) -> float:
    """The processor time of this thread, the least of three runs."""
    taken = []
    for _ in range(3):
        began = time.thread_time()
        ask(searcher, id)
        taken.append(time.thread_time() - began)
    return min(taken)


@pytest.mark.parametrize("name", ASK)
def test_an_article_eight_times_as_long_takes_about_eight_times_as_long(searcher, name):
    """A title that repeats one character 40,000 times took 19 s once, with each time squared."""
    ask = ASK[name]
    ask(searcher, "short")
    short, long = (seconds(ask, searcher, id) for id in ("short", "long"))
    # Linear is 8 and quadratic 64; what takes less than a millisecond is too short to be compared.
    assert long < max(24 * short, 0.02)


@pytest.fixture(scope="module")
def jiebas_own():
    """jieba's module for unknown words as it comes, beside the one in which a function is replaced."""
    path = Path(find_spec("jieba").origin).parent / "finalseg" / "__init__.py"
    spec = importlib.util.spec_from_file_location(
        "jieba.finalseg", path, submodule_search_locations=[str(path.parent)]
    )
    module = importlib.util.module_from_spec(spec)
    query_segmenter()("啊啊啊")  # now it is imported
    spec.loader.exec_module(module)
    return module


@given(
    run=st.text(
        st.sampled_from("的一是啊渡轮停航龘𠮷乌克兰人们") | st.characters(min_codepoint=0x4E00), min_size=1
    )
)
def test_unknown_words_are_those_that_jieba_finds(jiebas_own, run):
    model = (jiebas_own.start_P, jiebas_own.trans_P, jiebas_own.emit_P)
    expected = jiebas_own.viterbi(run, "BMES", *model)
    assert likeliest_states(run, "BMES", *model, jiebas_own.PrevStatus, jiebas_own.MIN_FLOAT) == expected


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("other_threads", [0, 4])
def test_a_fork_searches_or_says_at_once_that_it_cannot(tmp_path, other_threads):
    """The child inherited locks, Python's and SQLite's, that nobody would ever let go of."""
    rebuild([Article(str(number), "渡轮停航", "今天大风。") for number in range(50)], tmp_path)
    program = """
import os, sys, threading, warnings
from search import Searcher, UsageError
warnings.simplefilter("ignore")
searcher, stop = Searcher(sys.argv[1], tz="UTC"), threading.Event()
def search():
    while not stop.is_set():
        searcher.search("渡轮")
threads = [threading.Thread(target=search) for _ in range(int(sys.argv[2]))]
for thread in threads:
    thread.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        try:
            os._exit(searcher.search("渡轮").total)
        except UsageError as error:
            os._exit(99 if "forked" in str(error) else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
stop.set()
for thread in threads:
    thread.join()
print(searcher.search("渡轮").total)
"""
    command = [sys.executable, "-c", program, str(tmp_path), str(other_threads)]
    told = subprocess.run(command, timeout=120, check=True, capture_output=True, text=True).stdout
    assert told.split() == ["99" if other_threads else "50"] * 10 + ["50"]
