"""The Whoosh engine's own parts: the analyzer as Whoosh sees it, the codec, the segments."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from builders import article, texts
from hypothesis import given
from hypothesis import strategies as st
from whoosh.analysis import Analyzer as WhooshAnalyzer
from whoosh.fields import TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import QueryParser
from whoosh.query import And, Term

from index import rebuild, update
from index.engines.whoosh.codec import _decode, _encode
from index.engines.whoosh.writer import ChineseAnalyzer, schema
from index.storage.directory import IndexDirectory
from index.text.analyzer import Analyzer
from index.text.fold import fold_with_origin
from search import Searcher


@given(
    st.lists(
        st.tuples(st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1)),
        min_size=1,
        unique_by=lambda pair: pair[0],
    )
)
def test_posting_lists_survive_writing(postings):
    postings.sort()
    documents, counts = (array("I", column) for column in zip(*postings, strict=True))
    assert _decode(memoryview(_encode(documents, counts)), len(documents)) == (documents, counts)


@given(texts, st.sampled_from(["words", "bigrams", "tokens"]))
def test_whoosh_tokens_are_the_analyzers_terms_and_point_at_the_original(text, stream):
    tokens = [
        (token.text, token.pos, token.startchar, token.endchar)
        for token in ChineseAnalyzer(stream)(text, positions=True, chars=True)
    ]
    terms = getattr(Analyzer().analyze(text), stream)
    assert [term for term, *_ in tokens] == [term for term in terms if term != "¶"]
    # As a whole: of signs, numbers and ○ the neighbours decide what they are.
    folded = fold_with_origin(text)
    characters = list(zip(folded.starts, folded.text.replace("·", "."), strict=True))
    for term, _, start, end in tokens:
        written = (char for at, char in characters if start <= at < end)
        assert all(char in written for char in term.replace("·", "")), (term, text[start:end])


def test_the_analyzer_serves_in_any_whoosh_schema():
    assert isinstance(ChineseAnalyzer(), WhooshAnalyzer)
    index = RamStorage().create_index(Schema(text=TEXT(analyzer=ChineseAnalyzer("tokens"), stored=True)))
    writer = index.writer()
    writer.add_document(text="他研究生命科學。")
    writer.add_document(text="他研究。生命科學")
    writer.commit()
    with index.searcher() as searcher:
        hits = searcher.search(QueryParser("text", index.schema).parse('"究生命"'))
        assert [hit["text"] for hit in hits] == ["他研究生命科學。"]


def test_the_index_can_be_opened_with_whoosh_itself(tmp_path):
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex

    rebuild([article("研究生命科学", title="生命"), article("台风来了")], tmp_path)
    index = FileIndex(FileStorage(str(IndexDirectory(tmp_path).engine(1))), schema())
    with index.searcher() as searcher:
        hits = searcher.search(And([Term("body", "研究"), Term("title", "生命")]))
        assert len(hits) == 1


def test_small_segments_are_merged(tmp_path):
    rebuild([article("台风来了", id="0")], tmp_path)
    for n in range(1, 15):
        update([article(f"台风来了第{n}次", id=str(n)), article("换了", id="0", title=str(n))], tmp_path)
    with Searcher(tmp_path) as searcher:
        assert searcher.search("台风").total == 14
        assert searcher.search('"来了第"').total == 14
        assert searcher.search("title:14").total == 1
    engine = IndexDirectory(tmp_path).engine(15)
    assert len(list(Path(engine).glob("*.trm"))) < 12


def test_an_update_leaves_the_files_of_the_old_generation_alone(tmp_path):
    rebuild([article("台风来了", id="0")], tmp_path)
    directory = IndexDirectory(tmp_path)
    lease = directory.lease()
    before = directory.checksums(1)
    update([article("台风走了", id="0")], tmp_path)
    assert directory.checksums(1) == before
    lease.release()


@pytest.mark.parametrize("documents", [1, 300, 70_000])
def test_lists_of_every_width(documents):
    numbers, counts = array("I", range(0, documents * 3, 3)), array("I", [1, 300, 70_000] * documents)
    counts = counts[:documents]
    assert _decode(memoryview(_encode(numbers, counts)), documents) == (numbers, counts)
