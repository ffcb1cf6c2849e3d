"""The contract of every engine, kept by a cluster: with fewer examples, since each makes an index there."""

from __future__ import annotations

from typing import Any

import pytest
import test_contract as contract
from builders import articles, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from test_contract import test_dates_are_compared_to_the_second  # noqa: F401

from index.text.tokens import tokenize

pytestmark = pytest.mark.cluster


def again(test: Any, *, examples: int, **strategies: st.SearchStrategy[Any]) -> Any:
    return settings(max_examples=examples)(given(**strategies)(test.hypothesis.inner_test))


test_it_answers_as_the_specification_does = again(
    contract.test_every_engine_answers_as_the_specification_does,
    examples=40,
    archive=articles(),
    several=st.lists(contract.queries, min_size=4, max_size=12),
)
test_every_run_of_units_that_stands_in_an_article_finds_it = again(
    contract.test_every_run_of_units_that_stands_in_an_article_finds_it,
    examples=25,
    archive=articles(),
    data=st.data(),
)
test_an_update_finds_what_a_rebuild_finds = again(
    contract.test_an_update_finds_what_a_rebuild_finds,
    examples=6,
    first=articles(),
    second=articles(),
    several=st.lists(contract.queries, min_size=1, max_size=6),
)
test_pages_join_to_the_whole = again(
    contract.test_pages_join_to_the_whole,
    examples=15,
    archive=articles(),
    text=texts.filter(tokenize),
)
test_names_are_counted_and_chosen_as_the_specification_does = again(
    contract.test_names_are_counted_and_chosen_as_the_specification_does,
    examples=8,
    archive=articles(),
    query=st.sampled_from(["", "中国"]),
)
