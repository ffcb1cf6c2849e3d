"""TLS and passwords.

The jars from Maven Central have no security plugin, so a proxy before a node
ends TLS and asks for user and password.
"""

from __future__ import annotations

import ssl
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest
from builders import article
from clusters import remove_index

from index import EngineError, UsageError, rebuild, update
from index.engines.opensearch.address import Address
from search import Searcher

trustme = pytest.importorskip("trustme", reason="the extra `dev` is not installed")

pytestmark = pytest.mark.cluster

USER, PASSWORD = "reader", "päss: 密码"


@contextmanager
def secured(node: tuple[str, int], context: ssl.SSLContext) -> Iterator[int]:
    """Yield the port of a proxy that takes TLS with the right password only."""
    credentials = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if self.headers.get("authorization") != credentials:
                self.answer(401, "text/plain", b"Unauthorized")
                return
            connection = HTTPConnection(*node, timeout=60)
            connection.request(
                self.command, self.path, body, {"content-type": self.headers.get("content-type", "")}
            )
            answer = connection.getresponse()
            self.answer(answer.status, answer.headers.get("content-type", ""), answer.read())
            connection.close()

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on  # noqa: N815

        def answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    """Make a certificate authority that no system trusts, and its file."""
    made = trustme.CA()
    path = tmp_path_factory.mktemp("authority") / "root-ca.pem"
    made.cert_pem.write_to_path(str(path))
    return made, path


@pytest.fixture(scope="module")
def port(cluster_url: str, authority: tuple[trustme.CA, Path]) -> Iterator[int]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority[0].issue_cert("127.0.0.1").configure_cert(context)
    with secured(Address.parse(f"{cluster_url}/x").hosts[0], context) as number:
        yield number


@pytest.fixture
def address(port: int, authority: tuple[trustme.CA, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the address of an index behind the proxy; the environment has the password."""
    monkeypatch.setenv("OPENSEARCH_USER", USER)
    monkeypatch.setenv("OPENSEARCH_PASSWORD", PASSWORD)
    monkeypatch.setenv("OPENSEARCH_CA", str(authority[1]))
    url = f"opensearchs://127.0.0.1:{port}/t-{uuid4().hex}?shards=1&replicas=0"
    yield url
    monkeypatch.undo()
    with pytest.MonkeyPatch.context() as again:
        again.setenv("OPENSEARCH_USER", USER)
        again.setenv("OPENSEARCH_PASSWORD", PASSWORD)
        again.setenv("OPENSEARCH_CA", str(authority[1]))
        remove_index(url)


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "search.commands.cli", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_everything_works_with_the_right_password(address, tmp_path):
    (tmp_path / "a.md").write_text("<!--1710099901000-->\n[渡轮]()\n------\n\n<p>渡轮停航</p>", "utf-8")
    made = program("rebuild", str(tmp_path), "--index", address)
    assert (made.returncode, made.stderr) == (0, "")
    assert update([article("渡轮复航", id="b")], address).added == 1
    found = program("query", "渡轮", "--index", address, "--count")
    assert (found.returncode, found.stdout) == (0, "2\n")
    with Searcher(address) as searcher:
        assert searcher.article("b").body == "渡轮复航"


@pytest.mark.parametrize(
    ("user", "password"), [(USER, "wrong-secret"), ("nobody", "wrong-secret"), (None, None)]
)
def test_a_wrong_password_is_told_and_not_shown(address, monkeypatch, user, password):
    for name, value in (("OPENSEARCH_USER", user), ("OPENSEARCH_PASSWORD", password)):
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value)
    for command in (["rebuild", "seeds"], ["query", "渡轮"]):
        failed = program(*command, "--index", address)
        assert (failed.returncode, failed.stdout) == (2, "")
        assert "OPENSEARCH_PASSWORD" in failed.stderr
        assert len(failed.stderr.splitlines()) == 1
        assert "wrong-secret" not in failed.stderr
        assert PASSWORD not in failed.stderr


def test_an_authority_that_is_not_known_is_told(address, monkeypatch, tmp_path):
    monkeypatch.delenv("OPENSEARCH_CA")
    with pytest.raises(EngineError, match="OPENSEARCH_CA"):
        Searcher(address)
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("OPENSEARCH_CA", str(other))
    with pytest.raises(EngineError, match="OPENSEARCH_CA"):
        rebuild([article("渡轮")], address)


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_file_that_holds_no_authority_is_named(address, monkeypatch, tmp_path, text):
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("OPENSEARCH_CA", str(path))
    with pytest.raises(UsageError, match=r"OPENSEARCH_CA: .*ca\.pem"):
        Searcher(address)


def test_a_certificate_of_another_host_is_told_as_that(address):
    with pytest.raises(EngineError, match="localhost") as caught:
        Searcher(address.replace("127.0.0.1", "localhost"))
    assert "OPENSEARCH_CA" not in str(caught.value)


def test_without_tls_the_right_address_is_named(address):
    with pytest.raises(EngineError, match="write opensearchs://"):
        Searcher(address.replace("opensearchs:", "opensearch:"))
