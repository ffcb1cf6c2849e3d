"""Every engine finds what the memory engine finds, in the same order with the same scores."""

from __future__ import annotations

import contract
from builders import article, articles, place, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from index import rebuild
from index.article import Article
from index.text.tokens import tokenize
from search import Searcher


@settings(max_examples=150)
@given(archive=articles(), several=st.lists(contract.queries, min_size=1, max_size=6))
def test_every_engine_answers_as_the_specification_does(engine, archive, several):
    contract.answers_as_the_specification_does(engine, archive, several)


@settings(max_examples=100)
@given(archive=articles(), data=st.data())
def test_every_run_of_tokens_of_an_article_finds_it(engine, archive, data):
    contract.finds_every_run_of_tokens(engine, archive, data)


@settings(max_examples=60)
@given(first=articles(), second=articles(), several=st.lists(contract.queries, min_size=1, max_size=4))
def test_an_update_finds_what_a_rebuild_finds(engine, first, second, several):
    contract.updates_find_what_rebuilds_find(engine, first, second, several)


@settings(max_examples=40)
@given(archive=articles(), text=texts.filter(tokenize))
def test_pages_join_to_the_whole(engine, archive, text):
    contract.pages_join_to_the_whole(engine, archive, text)


@settings(max_examples=40)
@given(archive=articles(), query=st.sampled_from(["", "中国", "研究 OR 人"]))
def test_names_are_counted_and_chosen_as_the_specification_does(engine, archive, query):
    contract.counts_and_chooses_names(engine, archive, query)


def test_the_first_hits_are_ordered_as_the_specification_does(engine):
    contract.orders_the_first_hits_as_the_specification_does(engine)


@given(archive=articles())
def test_versions_of_a_url_are_told_as_the_specification_does(engine, archive):
    contract.tells_versions_of_urls(engine, archive)


def test_dates_are_compared_to_the_second(engine):
    contract.compares_dates_to_the_second(engine)


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
