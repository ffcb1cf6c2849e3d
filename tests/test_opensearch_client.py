"""Addresses of clusters, and requests that outlive a node; no cluster is needed."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("opensearchpy", reason="the extra `opensearch` is not installed")

from opensearchpy import exceptions as native

from index import ArchiveError, ArticleError, BuildError, EngineError, UsageError, rebuild
from index.engines.opensearch.address import Address
from index.engines.opensearch.bulk import Bulk, BulkAction
from index.engines.opensearch.client import Client, Refused
from index.engines.opensearch.fields import origin_fields
from index.engines.registry import open_location
from index.storage.store import Origin


@contextmanager
def answering(*answers: tuple[int, object]) -> Iterator[tuple[str, list[BaseHTTPRequestHandler]]]:
    """Run a server that gives these answers in turn, and the last one from then on."""
    asked: list[BaseHTTPRequestHandler] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self)
            status, body = answers[min(len(asked), len(answers)) - 1]
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"opensearch://127.0.0.1:{server.server_port}/news", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def failure(reason: str, kind: str = "some_exception") -> dict[str, object]:
    return {"error": {"type": kind, "reason": reason}}


def test_an_address_says_everything():
    address = Address.parse("opensearchs://one,two:9201,[::1]:9202/news?shards=8&replicas=0&timeout=60")
    assert address.hosts == (("one", 9200), ("two", 9201), ("::1", 9202))
    assert (address.name, address.secure, address.shards, address.replicas) == ("news", True, 8, 0)
    assert str(address) == "opensearchs://one:9200,two:9201,[::1]:9202/news"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("opensearch://host:9200", "names no index"),
        ("opensearch://host/News", "lower-case"),
        ("opensearch://host/news-000001", "six digits"),
        ("opensearch://host/news-state", "-state"),
        ("opensearch://host/news-times", "-times"),
        ("opensearch:///news", "names no host"),
        ("opensearch://host:x/news", "names no host"),
        ("opensearch://host,,other/news", "names no host"),
        ("opensearch://host/news?shard=3", "shards"),
        ("opensearch://host/news?shards=0", "1 to 1024"),
        ("opensearch://host/news?shards=", "1 to 1024"),
        ("opensearch://me:secret@host/news", "OPENSEARCH_PASSWORD"),
    ],
)
def test_a_wrong_address_is_told_before_anything_is_asked(url, said):
    with pytest.raises(UsageError, match=said) as caught:
        open_location(url)
    assert "secret" not in str(caught.value)


def test_an_engine_that_needs_a_directory_is_refused(tmp_path):
    with pytest.raises(UsageError, match="directory"):
        rebuild([], "opensearch://host/news", engine="memory")
    with pytest.raises(UsageError, match="opensearch://"):
        rebuild([], tmp_path, engine="opensearch")


@pytest.mark.parametrize(
    "trouble",
    [
        (429, failure("rejected execution")),
        (503, failure("no shard available")),
        (500, failure("[node-2][127.0.0.1:1] disconnected", "search_phase_execution_exception")),
    ],
)
def test_what_may_pass_is_asked_again(trouble):
    with answering(trouble, trouble, (200, {"it": "works"})) as (url, asked):
        assert Client(Address.parse(url)).get("/") == {"it": "works"}
    assert len(asked) == 3


def test_what_will_not_pass_is_told_at_once_with_its_innermost_cause():
    cause = {"type": "outer", "reason": "all shards failed", "caused_by": {"reason": "unknown field"}}
    with answering((400, {"error": cause})) as (url, asked), pytest.raises(Refused, match="unknown field"):
        Client(Address.parse(url)).get("/")
    assert len(asked) == 1


CONFLICT = (200, {"errors": True, "items": [{"create": {"status": 409, "error": {"reason": "exists"}}}]})


def held(row: int) -> tuple[int, object]:
    source = {"row": row, **origin_fields(Origin(b"", path="there.md"))}
    return 200, {"docs": [{"found": True, "_source": source}]}


@pytest.mark.parametrize("answer", [{"found": False}, {"error": {"reason": "no shard available"}}])
def test_an_article_that_was_sent_twice_is_looked_for_until_its_shard_can_tell(answer):
    unknown = (200, {"docs": [answer]})
    with answering(CONFLICT, unknown, CONFLICT, held(7)) as (url, asked):
        bulk = Bulk(Client(Address.parse(url)), "news-000001")
        bulk.add(BulkAction("create", "a", "a", "here.md", 7, "{}"))
        bulk.flush()
        bulk.close()
    assert len(asked) == 4


def test_an_article_whose_shard_was_busy_is_in_once_and_no_error():
    """The request is repeated as a whole, so the article that was in already answers with a conflict."""
    created, busy = {"create": {"status": 201}}, {"create": {"status": 429, "error": {"reason": "full"}}}
    conflict = {"create": {"status": 409, "error": {"reason": "exists"}}}
    first = (200, {"errors": True, "items": [created, busy]})
    second = (200, {"errors": True, "items": [conflict, created]})
    with answering(first, second, held(7)) as (url, asked):
        bulk = Bulk(Client(Address.parse(url)), "news-000001")
        for row in (7, 8):
            bulk.add(BulkAction("create", str(row), str(row), "here.md", row, "{}"))
        bulk.flush()
        bulk.close()
    assert [handler.path.partition("?")[0] for handler in asked] == [
        "/news-000001/_bulk",
        "/news-000001/_bulk",
        "/news-000001/_mget",
    ]


def test_an_article_that_the_cluster_refuses_is_named_while_others_are_added(monkeypatch):
    """The error of an earlier batch comes when more is added, not only at the end."""
    monkeypatch.setattr("index.engines.opensearch.bulk._BATCH_ACTIONS", 1)
    refused = {"create": {"status": 400, "error": {"reason": "outer", "caused_by": {"reason": "too long"}}}}
    with answering((200, {"errors": True, "items": [refused]})) as (url, _):
        bulk = Bulk(Client(Address.parse(url)), "news-000001")
        bulk.add(BulkAction("create", "a", "a", "here.md", 7, "{}"))
        with pytest.raises(BuildError, match=r"here\.md.*too long"):
            bulk.add(BulkAction("create", "b", "b", "there.md", 8, "{}"))
        bulk.close()


def test_an_id_that_another_article_has_is_named():
    with answering(CONFLICT, held(3)) as (url, _):
        bulk = Bulk(Client(Address.parse(url)), "news-000001")
        bulk.add(BulkAction("create", "a", "a", "here.md", 7, "{}"))
        with pytest.raises(ArticleError, match=r"'a': there\.md and here\.md"):
            bulk.flush()
        bulk.close()


def test_user_and_password_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("OPENSEARCH_USER", "reader")
    monkeypatch.setenv("OPENSEARCH_PASSWORD", "pass: 密码")
    with answering((200, {})) as (url, asked):
        Client(Address.parse(url)).get("/")
    assert asked[0].headers["authorization"] == "Basic " + b64encode("reader:pass: 密码".encode()).decode()


def test_a_wrong_password_is_said_to_be_one():
    with answering((401, {})) as (url, _), pytest.raises(EngineError, match="OPENSEARCH_PASSWORD"):
        Client(Address.parse(url)).get("/")


def test_tls_is_not_left_out_where_the_node_speaks_none():
    with answering((200, {})) as (url, asked), pytest.raises(EngineError, match="does not answer"):
        Client(Address.parse(url.replace("opensearch:", "opensearchs:"))).get("/")
    assert asked == []


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for kind in vars(native).values()
        if isinstance(kind, type) and issubclass(kind, native.OpenSearchException)
    ],
)
def test_no_error_of_the_library_escapes(kind, monkeypatch):
    client = Client(Address.parse("opensearch://127.0.0.1:1/news"))

    def fail(*arguments: object, **options: object) -> None:
        raise kind(500, "kind", {"error": "reason"}) if issubclass(kind, native.TransportError) else kind("x")

    monkeypatch.setattr(client._client.transport, "perform_request", fail)
    with pytest.raises(ArchiveError):
        client.request("GET", "/", patience=0)
    monkeypatch.setattr("index.engines.opensearch.client.WRITE_PATIENCE", 0)
    with pytest.raises(ArchiveError):
        list(client.bulk("news-000001", [({"create": {"_id": "a"}}, "{}")]))
