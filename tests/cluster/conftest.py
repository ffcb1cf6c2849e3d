"""Tests against a real cluster: with OPENSEARCH_URL, or with `-m cluster`, which starts one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("opensearchpy") is None:
    collect_ignore_glob = ["test_*.py"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything here needs the cluster; without one, and unasked, it is passed by."""
    here = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    asked = "cluster" in config.getoption("markexpr") or "OPENSEARCH_URL" in os.environ
    for item in here:
        item.add_marker(pytest.mark.cluster)
        if not asked:
            item.add_marker(pytest.mark.skip(reason="needs a cluster: pytest -m cluster"))


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """The address of a cluster, without a name; not to be hurt."""
    if "OPENSEARCH_URL" in os.environ:
        yield os.environ["OPENSEARCH_URL"]
        return
    from clusters import cluster

    with cluster() as nodes:
        os.environ["OPENSEARCH_URL"] = nodes.url
        yield nodes.url
        del os.environ["OPENSEARCH_URL"]


@pytest.fixture(scope="module")
def engine(cluster_url: str) -> str:
    """The engine of the contract tests."""
    return "opensearch"
