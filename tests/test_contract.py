"""Every engine finds what the memory engine finds, in the same order with the same scores."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import product

import pytest
from builders import LABELS, SOURCES, article, articles, directory, pieces, place, texts
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index import QueryError, rebuild, update
from index.article import Article
from index.engines.registry import open_location
from index.text.analyzer import Analyzer, bigrams
from index.text.document import NAME_FIELDS, analyze, label_text, name_term
from index.text.tokens import tokenize
from search import Searcher
from search.query.conditions import NameIs
from search.snapshot import Snapshot

words = pieces(min_size=1, max_size=4)


def quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'


@st.composite
def clauses(draw: st.DrawFn) -> str:
    """One clause of any kind; quotation marks of the pieces could swallow what follows, so they go."""
    text = draw(words)
    for mark in "“”「":
        text = text.replace(mark, "")
    kind = draw(st.integers(0, 9))
    if kind <= 1:
        return text
    if kind <= 3:
        return quoted(text)
    if kind == 4:
        return draw(st.sampled_from(['"A A A"', '"A A AAA"', '"AAA"', '"A A A*"']))
    if kind == 5:
        return draw(st.sampled_from(["title:", "body:", "url:", "author:", "tag:"])) + draw(
            st.sampled_from([text, quoted(text), "rfi.fr", quoted("cn/2024"), "研究", "sanc*"])
        )
    if kind == 6:
        return "source:" + quoted(draw(st.sampled_from(SOURCES)))
    if kind == 7:
        day = draw(st.integers(1, 28))
        return draw(st.sampled_from(["date:2020-01", "after:2020-01", "before:2020-02"])) + f"-{day:02}"
    if kind == 8:
        return draw(st.sampled_from(["sanct*", "s*", "研究*", '"中国 san*"', "3*", "F3*"]))
    other = draw(st.sampled_from(["中国", "研究", "人", "sanct", "F35A"]))
    return f"{quoted(text)} ~{draw(st.integers(0, 3))} {quoted(other)}"


def combine(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(children, children).map(" ".join),
        st.tuples(children, children).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        children.map(lambda child: f"-({child})"),
    )


queries = st.recursive(clauses(), combine, max_leaves=4)


def ask(searcher: Searcher, query: str, **options: object):
    try:
        page = searcher.search(query, limit=None, **options)
    except QueryError as error:
        return str(error), [], {}
    scores = {hit.id: hit.score for hit in page.hits}
    return (page.total, page.partial_total), [(hit.id, hit.partial) for hit in page.hits], scores


def check_same(expected, got, *, scores: bool = True) -> None:
    """Same totals, same articles, same scores; the same order but among equal scores."""
    assert got[0] == expected[0]
    assert sorted(got[1]) == sorted(expected[1])
    if not scores:
        return
    for id, score in expected[2].items():
        assert got[2][id] == pytest.approx(score, rel=1e-4, abs=1e-4)
    in_order = [expected[2][id] for id, _ in got[1]]
    assert in_order == pytest.approx([expected[2][id] for id, _ in expected[1]], rel=1e-4, abs=1e-4)


@settings(max_examples=150)
@given(archive=articles(), several=st.lists(queries, min_size=1, max_size=6))
def test_every_engine_answers_as_the_specification_does(engine, archive, several):
    # A cluster counts a text without pairs as one with a single pair when it takes the mean.
    whole = all(bigrams(tokenize(text)) for article in archive for text in (article.title, article.body))
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            for query in several:
                scores = whole or engine != "opensearch"
                check_same(ask(specification, query), ask(searcher, query), scores=scores)
                for sort in ("newest", "oldest"):
                    expected = ask(specification, query, sort=sort)
                    assert ask(searcher, query, sort=sort)[:2] == expected[:2]


@settings(max_examples=100)
@given(archive=articles(), data=st.data())
def test_every_run_of_units_that_stands_in_an_article_finds_it(engine, archive, data):
    chosen = data.draw(st.sampled_from(archive))
    text = data.draw(st.sampled_from([chosen.title, chosen.body, *chosen.authors, *chosen.tags]))
    assume(tokenize(text))
    start = data.draw(st.integers(0, len(text) - 1))
    run = text[start : data.draw(st.integers(start + 1, len(text)))]
    tokens = tokenize(run)
    # A run that begins or ends inside a run of letters is no run of whole units.
    assume(tokens and is_run(tokens, tokenize(text)))
    for mark in '"“”「':
        run = run.replace(mark, "")
    with place(engine) as folder:
        rebuild(archive, folder, engine=engine)
        with Searcher(folder) as searcher:
            found = {hit.id for hit in searcher.search(quoted(run), limit=None).hits}
    assert found == {article.id for article in archive if holds(article, tokens)}


def is_run(tokens: list[str], whole: list[str]) -> bool:
    return any(whole[at : at + len(tokens)] == tokens for at in range(len(whole)))


def holds(article: Article, tokens: list[str]) -> bool:
    texts = (article.title, article.body, label_text(article.authors), label_text(article.tags))
    return any(is_run(tokens, tokenize(text)) for text in texts)


@settings(max_examples=60)
@given(first=articles(), second=articles(), several=st.lists(queries, min_size=1, max_size=4))
def test_an_update_finds_what_a_rebuild_finds(engine, first, second, several):
    """Articles of `second` replace those of `first` that have their ids; the others stay."""
    merged = {article.id: article for article in first} | {article.id: article for article in second}
    with place(engine) as one, place(engine) as other:
        rebuild(first, one, engine=engine)
        update(second, one)
        rebuild(merged.values(), other, engine=engine)
        with Searcher(one) as updated, Searcher(other) as rebuilt:
            for query in several:
                expected, got = ask(rebuilt, query), ask(updated, query)
                assert got[0] == expected[0]
                assert sorted(got[1]) == sorted(expected[1])


@settings(max_examples=40)
@given(archive=articles(), text=texts.filter(tokenize))
def test_pages_join_to_the_whole(engine, archive, text):
    query = quoted(text.replace("“", "").replace("”", "").replace("「", "")[:3] or "中")
    assume(tokenize(query))
    with place(engine) as folder:
        rebuild(archive, folder, engine=engine)
        with Searcher(folder) as searcher:
            for sort in ("relevance", "newest"):
                whole = searcher.search(query + " OR 研究 OR 生", limit=None, sort=sort).hits
                pages = [
                    hit
                    for offset in range(0, len(whole) + 2, 2)
                    for hit in searcher.search(
                        query + " OR 研究 OR 生", limit=2, offset=offset, sort=sort
                    ).hits
                ]
                assert pages == list(whole)


@settings(max_examples=40)
@given(archive=articles(), query=st.sampled_from(["", "中国", "研究 OR 人"]))
def test_names_are_counted_and_chosen_as_the_specification_does(engine, archive, query):
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            for by in NAME_FIELDS:
                assert searcher.facets(query, by=by) == specification.facets(query, by=by)
        for by, name in product(NAME_FIELDS, [*LABELS, *SOURCES]):
            term = name_term(name)
            chosen = {int(item.id) for item in archive if term in analyze(Analyzer(), item).names(by)}
            # Rows count from 1, ids of these archives from 0.
            assert {row - 1 for row in rows_of(other, NameIs(by, term))} == chosen


def rows_of(index, condition):
    snapshot = Snapshot(open_location(index))
    try:
        return list(snapshot.reader.rows(condition))
    finally:
        snapshot.close()


def test_an_empty_query_finds_everything_newest_first(engine):
    with place(engine) as index:
        rebuild(
            [article(title="甲", day=1), article(title="乙", day=2), article(title="丙")],
            index,
            engine=engine,
        )
        with Searcher(index) as searcher:
            page = searcher.search(" ", limit=2)
            assert (page.total, [hit.title for hit in page.hits]) == (3, ["乙", "甲"])
            assert [hit.title for hit in searcher.stream("", sort="oldest")] == ["甲", "乙", "丙"]
            assert (searcher.explain(""), searcher.uncut("", page.hits[0].id)) == ((), [])


def test_letters_that_stand_apart_are_no_word_that_has_them_together(engine):
    with place(engine) as folder:
        written = [("1", "U S 人，S A 人，USA 人"), ("2", "the U S A")]
        rebuild([Article(id=id, title="x", body=body) for id, body in written], folder, engine=engine)
        with Searcher(folder) as searcher:
            assert [hit.id for hit in searcher.search('"U S A"').hits] == ["2"]
            assert [hit.id for hit in searcher.search('"USA"').hits] == ["1"]


def test_dates_are_compared_to_the_second(engine):
    moment = datetime(2024, 3, 10, 19, 45, 1, tzinfo=timezone.utc)
    with place(engine) as folder:
        rebuild([Article(id="a", title="日美商谈", date=moment)], folder, engine=engine)
        with Searcher(folder) as searcher:
            assert searcher.search("after:2024-03-10T19:45:01Z").total == 1
            assert searcher.search("after:2024-03-10T19:45:02Z").total == 0
            assert searcher.search("before:2024-03-10T19:45:01Z").total == 0
            assert searcher.search("date:2024-03-10").total == 1
        with Searcher(folder, tz="Asia/Shanghai") as searcher:
            assert searcher.search("date:2024-03-11").total == 1
