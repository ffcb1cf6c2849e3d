"""Settings that all tests share."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, settings

# Its assertions are those of the tests that call it.
pytest.register_assert_rewrite("contract")

# No deadlines: the machine that runs the tests may be busy with something else.
settings.register_profile(
    "default", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("thorough", parent=settings.get_profile("default"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


ENGINES = [
    "whoosh",
    pytest.param(
        "tantivy",
        marks=pytest.mark.skipif(find_spec("tantivy") is None, reason="the extra `fast` is not installed"),
    ),
]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine that must answer as the memory engine does."""
    return str(request.param)


@pytest.fixture(scope="module", params=[*ENGINES, "memory"])
def embedded_engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine that keeps its index in a directory, the memory engine too."""
    return str(request.param)
