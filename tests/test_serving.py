"""The server under clients that mean harm, and in front of searches that do not end."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("uvicorn")
pytest.importorskip("httpx" if sys.version_info < (3, 11) else "httpx2")

import uvicorn
from starlette.testclient import TestClient
from web import make_index

from index import Article, rebuild
from search import Searcher
from search.timing import check_time
from search.web.app import Settings, create_app
from search.web.connections import MOST_WAITING, ImpatientProtocol
from search.web.headers import LONGEST_ADDRESS
from search.web.listening import LONGEST_HEAD

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return make_index(tmp_path_factory.mktemp("serving"))


def test_health_is_answered_while_every_thread_is_at_work(index, monkeypatch):
    """Eight costly searches held all threads, and a monitor was told 503."""
    begun, stop = threading.Semaphore(0), threading.Event()

    def work(self, *args, **options):
        begun.release()
        while not stop.wait(0.01):
            check_time()

    monkeypatch.setattr(Searcher, "search", work)
    with TestClient(create_app(Settings(str(index), tz="UTC", seconds=600))) as client:
        asking = [threading.Thread(target=client.get, args=(f"/api/search?q={n}",)) for n in range(12)]
        for thread in asking:
            thread.start()
        for _ in range(8):
            assert begun.acquire(timeout=60)
        health = client.get("/healthz")
        stop.set()
        for thread in asking:
            thread.join()
    assert health.json()["articles"] == 40


def test_an_id_with_a_line_end_has_an_address(tmp_path):
    rebuild([Article("晨报/一\n二", "渡轮停航", "今天大风。")], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz="UTC"))) as client:
        name = quote("晨报/一\n二")
        assert "今天大风" in client.get(f"/article/{name}").text
        assert client.get(f"/api/articles/{name}").json()["title"] == "渡轮停航"
        assert client.get(f"/api/articles/{quote('晨报/一')}").status_code == 404


def test_the_program_ends_while_a_search_runs_that_does_not():
    """It was alive 50 seconds after SIGTERM, waiting for its threads."""
    program = """
import asyncio, threading
from search.web.jobs import Jobs
begun = threading.Event()
def endless():
    begun.set()
    threading.Event().wait()
async def main():
    jobs = Jobs(seconds=600)
    asyncio.ensure_future(jobs.run(endless))
    await asyncio.to_thread(begun.wait)
    jobs.close()
asyncio.run(main())
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


@asynccontextmanager
async def serving(index, *, seconds):
    """A server on a free port, whose requests must arrive within so many seconds."""
    protocol = type("Protocol", (ImpatientProtocol,), {"seconds": seconds})
    config = uvicorn.Config(
        create_app(Settings(str(index))),
        port=0,
        http=protocol,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        log_level="error",
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def ask(port, address: str = "/healthz") -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.partition(b"\r\n")[0]


async def is_closed(reader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(), 60) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("sent", [b"", HEAD, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"])
def test_a_request_that_does_not_arrive_is_given_up(index, sent):
    async def main():
        async with serving(index, seconds=0.2) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            if sent.startswith(b"POST"):
                await reader.readuntil(b"\r\n\r\n")
                writer.write(b"1")
                await asyncio.wait_for(reader.read(), 60)
                return True
            return await is_closed(reader)

    assert asyncio.run(main())


def test_an_address_is_no_longer_than_the_limit(index):
    """One that arrived at once, or encoded, was read whatever its length."""

    async def main():
        async with serving(index, seconds=600) as port:
            for length, status in ((LONGEST_ADDRESS, b"200"), (LONGEST_ADDRESS + 1, b"414")):
                address = "/?q=a&x="
                address += "b" * (length - len(address) + 1)  # the limit does not count the question mark
                assert (await ask(port, address)).split()[1] == status

    asyncio.run(main())


def test_one_client_cannot_hold_all_connections(index):
    async def main():
        async with serving(index, seconds=600) as port:
            held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_WAITING)]
            for _, writer in held:
                writer.write(HEAD)
            reader, _ = await asyncio.open_connection("127.0.0.1", port)
            assert await is_closed(reader)
            # One that sends its request to the end makes room for another.
            held[0][1].write(b"\r\n")
            assert (await held[0][0].readline()).split()[1] == b"200"
            assert (await ask(port)).split()[1] == b"200"
            for _, writer in held:
                writer.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    "date",
    [
        datetime.max.replace(tzinfo=timezone.utc),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.min.replace(tzinfo=timezone.utc),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=-12))),
    ],
)
@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_the_ends_of_the_calendar_are_told_in_every_zone(tmp_path, date, tz):
    """The last moment of 9999 made a sound index damaged; year 1 in a western zone was an internal error."""
    rebuild([Article("a", "渡轮", date=date), Article("b", "渡轮", date=date)], tmp_path)
    with TestClient(create_app(Settings(str(tmp_path), tz=tz))) as client:
        for address in (
            *("/", "/?q=渡轮", "/?q=渡轮&sort=newest", "/article/a", "/feed?q=渡轮", "/trend?q=渡轮"),
            *("/api/search?q=渡轮", "/api/timeline?q=渡轮", "/api/facets?q=渡轮&by=month", "/api/articles/a"),
        ):
            assert client.get(address).status_code == 200, address
