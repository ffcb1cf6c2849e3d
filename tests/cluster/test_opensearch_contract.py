"""The contract of every engine, kept by a cluster: with fewer examples, since each makes an index there."""

from __future__ import annotations

import contract
import pytest
from builders import articles, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text.tokens import tokenize

pytestmark = pytest.mark.cluster


@settings(max_examples=40)
@given(archive=articles(), several=st.lists(contract.queries, min_size=4, max_size=12))
def test_it_answers_as_the_specification_does(engine, archive, several):
    contract.answers_as_the_specification_does(engine, archive, several)


@settings(max_examples=25)
@given(archive=articles(), data=st.data())
def test_every_run_of_tokens_of_an_article_finds_it(engine, archive, data):
    contract.finds_every_run_of_tokens(engine, archive, data)


@settings(max_examples=6)
@given(first=articles(), second=articles(), several=st.lists(contract.queries, min_size=1, max_size=6))
def test_an_update_finds_what_a_rebuild_finds(engine, first, second, several):
    contract.updates_find_what_rebuilds_find(engine, first, second, several)


@settings(max_examples=15)
@given(archive=articles(), text=texts.filter(tokenize))
def test_pages_join_to_the_whole(engine, archive, text):
    contract.pages_join_to_the_whole(engine, archive, text)


@settings(max_examples=8)
@given(archive=articles(), query=st.sampled_from(["", "中国"]))
def test_names_are_counted_and_chosen_as_the_specification_does(engine, archive, query):
    contract.counts_and_chooses_names(engine, archive, query)


@settings(max_examples=15)
@given(archive=articles(), data=st.data())
def test_quotations_are_found_as_the_specification_does(engine, archive, data):
    texts = data.draw(st.lists(contract.quotations(archive).filter(tokenize), min_size=1, max_size=4))
    contract.finds_quotations_as_the_specification_does(engine, archive, texts)


def test_the_first_hits_are_ordered_as_the_specification_does(engine):
    contract.orders_the_first_hits_as_the_specification_does(engine)


@settings(max_examples=6)
@given(archive=articles())
def test_versions_of_a_url_are_told_as_the_specification_does(engine, archive):
    contract.tells_versions_of_urls(engine, archive)


def test_what_was_meant_and_what_came_in_are_told_as_the_specification_does(engine):
    contract.corrects_as_the_specification_does(engine)


def test_dates_are_compared_to_the_second(engine):
    contract.compares_dates_to_the_second(engine)


@settings(max_examples=8)
@given(archive=articles(), several=st.lists(contract.queries, min_size=2, max_size=4))
def test_occurrences(engine, archive, several):
    contract.tells_the_same_of_occurrences(engine, archive, several)


@settings(max_examples=25)
@given(archive=contract.own_archives(), several=st.lists(contract.own_queries, min_size=4, max_size=10))
def test_own_fields_are_those_of_the_specification(engine, archive, several):
    contract.own_fields_are_those_of_the_specification(engine, archive, several)


@settings(max_examples=6)
@given(
    first=contract.own_archives(),
    second=contract.own_archives(),
    several=st.lists(contract.own_queries, min_size=1, max_size=6),
)
def test_an_update_makes_of_own_fields_what_a_rebuild_does(engine, first, second, several):
    contract.updates_keep_own_fields(engine, first, second, several)
