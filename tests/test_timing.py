"""Time limits and cancellation end the work, and slow searches are told to the log."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest
from builders import article

from index import UsageError, rebuild
from search import Searcher, SearchTimeout, in_thread, time_limit, timing

ARTICLES = 60


@pytest.fixture(scope="module")
def searcher(tmp_path_factory, embedded_engine):
    index = tmp_path_factory.mktemp("timing")
    body = "\n".join(f"第{n}班渡轮遇到台风停航。" for n in range(5))
    rebuild([article(body, id=str(n), day=n) for n in range(ARTICLES)], index, engine=embedded_engine)
    with Searcher(index, tz="UTC") as searcher:
        yield searcher


@pytest.mark.parametrize(
    "ask",
    [
        lambda searcher: searcher.search("渡轮"),
        lambda searcher: searcher.search("渡轮 台风", sort="newest"),
        lambda searcher: list(searcher.stream("渡轮")),
        lambda searcher: searcher.facets('"渡轮" ~3 "台风"', by="source"),
        lambda searcher: searcher.timeline('"渡轮" ~4 "台风"'),
        lambda searcher: searcher.similar("7"),
        lambda searcher: searcher.count("渡轮"),
        lambda searcher: list(searcher.concordance("渡轮")),
        lambda searcher: searcher.collocations("渡轮"),
        lambda searcher: searcher.trend("渡轮", measure="occurrences"),
        lambda searcher: searcher.quotation("第三班渡轮遇到台风停航"),
    ],
    ids=[
        *("search", "by date", "stream", "facets", "timeline", "similar"),
        *("count", "concordance", "collocations", "trend", "quotation"),
    ],
)
def test_an_answer_that_takes_too_long_is_an_error(searcher, ask):
    with pytest.raises(SearchTimeout) as caught, time_limit(1e-9):
        ask(searcher)
    assert caught.value.seconds == 1e-9
    ask(searcher)


def test_a_search_has_a_timeout_of_its_own(searcher):
    with pytest.raises(SearchTimeout, match="longer than 1e-09 s"):
        searcher.search("渡轮", timeout=1e-9)
    assert searcher.search("渡轮", timeout=600).total == ARTICLES


@pytest.mark.parametrize("query", ["渡轮", '"渡轮" ~5 "停航"', '"渡轮遇*"'])
def test_the_time_is_looked_at_for_every_article_on_the_way(searcher, monkeypatch, query):
    """The clock ticks once each time that it is looked at, so a limit of ten ends after ten looks."""
    ticks = iter(range(10_000))
    monkeypatch.setattr(timing, "monotonic", lambda: float(next(ticks)))
    with pytest.raises(SearchTimeout):
        searcher.search(query, limit=None, timeout=10)
    assert next(ticks) < 20


def test_inside_another_limit_the_shorter_one_holds(searcher):
    with pytest.raises(SearchTimeout), time_limit(1e-9), time_limit(600):
        searcher.search("渡轮")
    with time_limit(600), pytest.raises(SearchTimeout):
        searcher.search("渡轮", timeout=1e-9)


def test_a_task_that_is_cancelled_ends_its_thread_too(searcher):
    started, ended = threading.Event(), threading.Event()

    def ask_without_end() -> None:
        try:
            while True:
                searcher.search("渡轮")
                started.set()
        finally:
            ended.set()

    async def give_up() -> bool:
        task = asyncio.create_task(in_thread(ask_without_end))
        await asyncio.to_thread(started.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await asyncio.to_thread(ended.wait, 60)

    assert asyncio.run(give_up())


def test_many_tasks_share_a_searcher_and_a_limit_is_that_of_its_task(searcher):
    async def ask(timeout: float | None) -> int:
        return (await in_thread(searcher.search, "渡轮", timeout=timeout)).total

    async def together() -> list[object]:
        return await asyncio.gather(*(ask(t) for t in [600, 1e-9, None] * 4), return_exceptions=True)

    answers = asyncio.run(together())
    assert answers[0::3] == answers[2::3] == [ARTICLES] * 4
    assert all(isinstance(answer, SearchTimeout) for answer in answers[1::3])


def test_a_slow_search_is_told_to_the_log_and_not_to_the_screen(searcher, monkeypatch, caplog, capfd):
    monkeypatch.setattr(timing, "SLOW_SECONDS", 0.0)
    with caplog.at_level(logging.WARNING, "jiansuo"):
        searcher.search("渡轮")
    assert "'渡轮'" in caplog.text
    assert capfd.readouterr().err == ""


def test_the_time_limit_of_a_stream_counts_its_own_work_alone(tmp_path, monkeypatch):
    clock = [0.0]
    rebuild([article(title="渡轮停航") for _ in range(300)], tmp_path)
    with Searcher(tmp_path) as searcher:
        monkeypatch.setattr(timing, "monotonic", lambda: clock[0])
        hits = searcher.stream("渡轮", timeout=2)
        assert next(hits).title == "渡轮停航"
        assert timing.time_left() is None  # the limit does not hold for the caller
        clock[0] += 60  # what the caller does between two hits
        assert len(list(hits)) == 299
        monkeypatch.setattr(timing, "monotonic", lambda: clock.append(0) or float(len(clock)))
        with pytest.raises(SearchTimeout):
            list(searcher.stream("渡轮", timeout=2))


@pytest.mark.parametrize("wrong", [0, -1, "2", True])
def test_a_time_limit_of_a_stream_that_is_none_is_refused_at_once(tmp_path, wrong):
    rebuild([article()], tmp_path)
    with Searcher(tmp_path) as searcher, pytest.raises(UsageError):
        searcher.stream("渡轮", timeout=wrong)
