"""Whatever goes wrong, the page says so in its reader's language, and in no other."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest

pytest.importorskip("starlette")
from starlette.testclient import TestClient
from web import harmful, harmless

from index import IndexMissing, rebuild
from search.web.app import Settings, create_app
from search.web.messages import Messages, language_of

LANGUAGES = ["en", "zh-CN", "zh-TW"]

WRONG = [
    "/?q=(列车",
    '/?q="列车',
    "/?q=title:",
    "/?q=date:2024-13",
    "/?q=after:2024..2025",
    "/?q=after:2025 before:2024",
    "/?q=source:x*",
    '/?q="列车" ~1000 "天气"',
    "/?q=列车 ~10 (天气 OR 雪)",
    "/?q=！",
    f"/?q={'(' * 60}列车",
    f"/?q={'列 ' * 1001}",
    "/?q=列车&page=0",
    "/?q=列车&page=5000",
    "/?q=列车&sort=x",
    "/?q=列车&q=雪",
    "/article/nobody",
    "/article/nobody?at=x",
    "/lines",
    "/lines?q=-列车",
    "/lines?q=列车&order=x",
    "/trend",
    "/trend?q=列车&unit=x",
    "/trend?q=-列车&measure=occurrences",
    "/quote?q=！",
    "/export?q=列车&format=x",
    "/nowhere",
]
# Pages with a note, or without a hit.
NOTHING = [
    "/?q=year:1998",
    "/?q=source:晨",
    "/?q=date:1d",
    "/?q=added:1998",
    "/?source=车厢",
    "/?q=zzzz&after=x",
    "/?q=zzzz&after=2025&before=2024",
    "/lines?q=zzzz",
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    directory = tmp_path_factory.mktemp("languages") / "idx"
    rebuild([*harmless(), *harmful()], directory)
    with TestClient(create_app(Settings(str(directory), tz="UTC")), raise_server_exceptions=False) as client:
        client.headers["Accept"] = "text/html"
        yield client


def foreign(page: str, language: str) -> list[str]:
    """What the page's own words say in another language; no names of options, and nothing that was typed."""
    main = re.search("<main.*</main>", page, re.DOTALL)
    assert main is not None
    text = re.sub(r"<code>.*?</code>|<(textarea|svg).*?</\1>", " ", main[0], flags=re.DOTALL)
    text = html.unescape(re.sub("<[^>]*>", " ", text))
    if language == "en":
        return re.findall(r"(?<![\w:“])[\u4e00-\u9fff]{4,}", text)
    return re.findall(r"[A-Za-z]{2,} [A-Za-z]{2,}", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", WRONG, ids=lambda address: address[:30])
def test_an_error_is_told_in_the_language_of_the_page_and_says_what_to_do(client, address, language):
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code in (400, 404)
    assert foreign(answer.text, language) == []
    # Advice that fits everything is for what nobody has thought of.
    assert language == "en" or Messages(language_of(language))("try_again") not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", NOTHING)
def test_what_is_not_found_is_told_in_the_language_of_the_page(client, address, language):
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert foreign(answer.text, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_refused_before_it_is_read_is_told_in_the_language_of_the_page(client, monkeypatch, language):
    headers = {"Accept-Language": language}
    refused = client.post("/?q=列车", headers=headers)
    assert refused.status_code == 405
    assert Messages(language_of(language))("problem_method") in refused.text
    monkeypatch.setattr("search.web.headers.LONGEST_ADDRESS", 100)
    endless = client.get(f"/?q={'列' * 100}", headers=headers)
    assert endless.status_code == 414
    for page in (refused, endless):
        assert foreign(page.text, language) == []
    assert client.get(f"/api/search?q={'列' * 100}", headers=headers).json()["status"] == 414


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (IndexMissing("no index in /home/x"), 503, "index"),
        (OSError(28, "No space left on device"), 500, "internal"),
        (RuntimeError("boom"), 500, "internal"),
    ],
    ids=str,
)
def test_what_is_wrong_with_the_server_is_told_in_the_language_of_the_page(
    client, monkeypatch, error, status, kind, language
):
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr("search.web.app.search_page", fail)
    answer = client.get("/?q=飞机", headers={"Accept-Language": language})
    assert answer.status_code == status
    assert Messages(language_of(language))(f"problem_{kind}") in answer.text
    assert foreign(answer.text, language) == []
    assert "/home/x" not in answer.text
