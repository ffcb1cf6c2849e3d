"""A real server and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from web import make_index

from index import rebuild

sync_api = pytest.importorskip("playwright.sync_api")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

SERVE = """
import sys
from search.web.app import Settings
from search.web.listening import allowed_hosts
from search.web.server import serve
hosts = allowed_hosts("127.0.0.1", ())
started = lambda address: print(address, flush=True)
serve(Settings(sys.argv[1], hosts=hosts), host="127.0.0.1", port=0, workers=2, started=started)
"""


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_index(tmp_path_factory.mktemp("browser") / "index")


@contextmanager
def serving(index: Path) -> Iterator[str]:
    """Serve an index with two worker processes, at the address that is given."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(index)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
            yield address.rstrip("/")
        finally:
            process.terminate()
            assert process.wait(30) in (0, -15)


@pytest.fixture(scope="session")
def server(index: Path) -> Iterator[str]:
    """The address of a server over the archive that means harm."""
    with serving(index) as address:
        yield address


@pytest.fixture(scope="session")
def seeds_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the sample archive, with the engine on which results follow the typing."""
    pytest.importorskip("tantivy")
    index = tmp_path_factory.mktemp("seeds") / "index"
    rebuild(Path(__file__).parents[2] / "seeds", index, engine="tantivy")
    with serving(index) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[sync_api.Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium here: scripts/install-browser installs it")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What a page did that it must not do: dialogs, requests to others, errors in the console."""

    def __init__(self, context: sync_api.BrowserContext, server: str) -> None:
        self.seen: list[str] = []
        self._server = server
        context.on("request", self._request)
        context.on("dialog", self._dialog)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(f"error {error.error}"))

    def _request(self, request: sync_api.Request) -> None:
        if not request.url.startswith(self._server):
            self.seen.append(f"request {request.url}")

    def _dialog(self, dialog: sync_api.Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, message: sync_api.ConsoleMessage) -> None:
        # A page that says 400 or 404 is noted by Chromium as an error too.
        if message.type == "error" and "status of 4" not in message.text:
            self.seen.append(f"console {message.text}")


@pytest.fixture
def options() -> dict[str, object]:
    """How the browser is set up; tests override it by parametrization."""
    return {}


@pytest.fixture
def page(chromium: sync_api.Browser, server: str, options: dict[str, object]) -> Iterator[sync_api.Page]:
    """A page in a browser in English, which must not do anything that `Watch` sees."""
    context = chromium.new_context(**{"locale": "en-GB", "base_url": server, **options})
    context.set_default_timeout(10_000)
    watch = Watch(context, server)
    yield context.new_page()
    context.close()
    assert watch.seen == []
