"""The API is what its description says, whatever is asked of it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

schemathesis = pytest.importorskip("schemathesis")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
pytest.importorskip("starlette")

pytestmark = pytest.mark.browser

LONGEST_ADDRESS = 128 * 1024

OPERATIONS = [
    "search",
    "article",
    "facets",
    "timeline",
    "count",
    "concordance",
    "collocations",
    "trend",
    "quote",
    "suggest",
    "similar",
    "reprints",
    "versions",
    "rewording",
    "health",
]


@pytest.fixture(scope="module")
def described(server: str):
    return schemathesis.openapi.from_url(f"{server}/openapi.json")


def test_every_operation_is_tested(described):
    found = [result.ok().definition.raw["operationId"] for result in described.get_all_operations()]
    assert sorted(found) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_as_described(described, name, mode):
    """With `positive`, what the description allows; with `negative`, what it does not."""
    operation = described.find_operation_by_id(name)
    if mode is schemathesis.GenerationMode.NEGATIVE and not operation.query:
        pytest.skip("it takes nothing that could be wrong")

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=50)
    def ask(case):
        # What is longer is refused before it is read whole, so that its answer may be lost on the way.
        assume(len(case.as_curl_command()) < LONGEST_ADDRESS)
        # Not every text is a query or a date; what is wrong with it no schema can say.
        case.call_and_validate(excluded_checks=[checks.positive_data_acceptance])

    ask()
