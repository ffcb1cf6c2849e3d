"""Nodes that are killed during searches and rebuilds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from builders import article
from clusters import Cluster, cluster

from index import Article, EngineError, rebuild, update
from search import Searcher

pytestmark = pytest.mark.cluster

_ARTICLES = 6_000


@pytest.fixture(scope="module")
def nodes() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


def archive(number: int, *, hurt: dict[int, object] | None = None) -> Iterator[Article]:
    """Yield articles; before some, call what `hurt` has for their number."""
    for at in range(number):
        if hurt and at in hurt:
            hurt[at]()
        yield article(f"第{at}号渡轮照常开出，" + "海上风平浪静。" * 20, id=str(at), day=at % 900)


def test_no_search_fails_when_a_node_is_killed(nodes: Cluster):
    url = f"{nodes.url}/searched?shards=3&replicas=1"
    rebuild(archive(500), url)
    stop, problems, searches = threading.Event(), [], [0]

    def search(searcher: Searcher) -> None:
        while not stop.is_set():
            try:
                page = searcher.search("渡轮 风平浪静")
                searches[0] += 1
                if page.total != 500 or len(page.hits) != 10:
                    problems.append(f"{page.total} found")
            except EngineError as error:
                problems.append(str(error))

    with Searcher(url) as searcher:
        threads = [threading.Thread(target=search, args=(searcher,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for node in (1, 2, 3):
                before = searches[0]
                nodes.kill(node)
                deadline = time.monotonic() + 30
                while searches[0] < before + 50 and time.monotonic() < deadline:
                    stop.wait(0.05)
                nodes.restart(node)
                wait_for_green(searcher)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert problems == []


def wait_for_green(searcher: Searcher) -> None:
    location = searcher._generations.location
    path = f"/_cluster/health/{location.address.name}"
    location.client.request("GET", path, params={"wait_for_status": "green", "timeout": "110s"}, timeout=120)


def test_nothing_is_lost_when_a_node_is_killed_while_copies_are_kept(nodes: Cluster):
    """The node comes back only when all is written."""
    url = f"{nodes.url}/indexed?shards=3&replicas=1&build-replicas=1"
    hurt = {2_000: lambda: nodes.kill(2), _ARTICLES - 1: lambda: nodes.restart(2)}
    report = rebuild(archive(_ARTICLES, hurt=hurt), url)
    assert report.articles == _ARTICLES
    with Searcher(url) as searcher:
        assert searcher.search("渡轮").total == _ARTICLES
        assert len({hit.id for hit in searcher.stream("渡轮", sort="oldest")}) == _ARTICLES


def test_nothing_is_lost_in_a_rolling_restart_during_a_rebuild(nodes: Cluster):
    """Without copies: what a node had accepted is on its disk, and what it missed is sent again."""
    url = f"{nodes.url}/rolled?shards=3&replicas=1"
    rebuild([article("旧", id="old")], url)
    hurt = {1_500 * node: lambda node=node: nodes.restart(node) for node in (1, 2, 3)}
    assert rebuild(archive(_ARTICLES, hurt=hurt), url).articles == _ARTICLES
    with Searcher(url) as searcher:
        assert searcher.search("渡轮").total == _ARTICLES


def test_a_cluster_that_is_away_is_told_in_seconds(nodes: Cluster):
    url = f"{nodes.url}/away?shards=1&replicas=1"
    rebuild([article("渡轮", id="a")], url)
    with Searcher(url) as searcher:
        nodes.kill(1, 2, 3)
        try:
            for attempt in (
                lambda: searcher.search("渡轮"),
                lambda: Searcher(url),
                lambda: update([article("渡轮")], url),
            ):
                began = time.monotonic()
                with pytest.raises(EngineError, match="does not answer"):
                    attempt()
                assert time.monotonic() - began < 5
        finally:
            nodes.restart(1, 2, 3)
        assert searcher.search("渡轮").total == 1
