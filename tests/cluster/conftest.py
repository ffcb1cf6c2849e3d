"""Fixtures of the tests on a real cluster: the one of OPENSEARCH_URL, or else one that is started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from uuid import uuid4

import pytest

if find_spec("opensearchpy") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """The address of a cluster whose nodes must not be killed, without an index."""
    if "OPENSEARCH_URL" in os.environ:
        yield os.environ["OPENSEARCH_URL"]
        return
    from clusters import cluster

    with cluster() as nodes:
        os.environ["OPENSEARCH_URL"] = nodes.url
        yield nodes.url
        del os.environ["OPENSEARCH_URL"]


@pytest.fixture
def url(cluster_url: str) -> Iterator[str]:
    """The address of an index for one test."""
    with a_name(cluster_url) as address:
        yield address


@pytest.fixture
def plain(cluster_url: str) -> Iterator[str]:
    """The address of another index, to compare with."""
    with a_name(cluster_url) as address:
        yield address


@contextmanager
def a_name(cluster_url: str) -> Iterator[str]:
    from clusters import remove_index

    address = f"{cluster_url}/t-{uuid4().hex}?shards=2&replicas=0"
    yield address
    remove_index(address)


@pytest.fixture(scope="module")
def engine(cluster_url: str) -> str:
    """The engine of the contract tests."""
    return "opensearch"
