"""What one seed may cost: one that costs more is left out and reported, and the run goes on."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import Limits, UsageError, rebuild, update
from index.building.repair import repair
from index.building.report import Report
from search.commands.cli import cli

HEAD = "<!--1710099901000-->\n[{}](x)\n------\n\n"
LONG = "渡轮今天照常开出风不大" * 700_000
"""So long that analysing it takes many times the second that it is given here."""


def write(folder: Path, **bodies: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, body in bodies.items():
        (folder / f"{name}.md").write_text(HEAD.format(name) + body, "utf-8")
    return folder


@pytest.fixture
def archive(tmp_path) -> Path:
    return write(tmp_path / "archive", a="渡轮。", long=LONG, z="气象台。")


@pytest.fixture(autouse=True)
def _loaded_segmenter(tmp_path):
    """No seed of a test pays for the dictionary."""
    rebuild([write(tmp_path / "first", first="渡轮今天照常开出")], tmp_path / "loaded")


IN_A_SECOND = Limits(characters=len(LONG) + 1, seconds=1)


def left_out(report: Report) -> list[str]:
    return [str(error) for error in report.left_out]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_seed_that_takes_too_long_is_left_out_and_the_run_goes_on(archive, tmp_path, workers):
    report = rebuild([archive], tmp_path / "index", limits=IN_A_SECOND, workers=workers)
    expected = f"{archive / 'long.md'}: takes longer than 1 s, which is the limit"
    assert (left_out(report), report.articles) == ([expected], 2)
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_workers_keep_to_the_time_whatever_thread_and_alarm_the_application_has(archive, tmp_path):
    reports: list[Report] = []
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        work = threading.Thread(
            target=lambda: reports.append(
                rebuild([archive], tmp_path / "index", limits=IN_A_SECOND, workers=2)
            )
        )
        work.start()
        work.join()
    finally:
        signal.signal(signal.SIGALRM, before)
    assert [report.articles for report in reports] == [2]


def test_an_alarm_of_the_application_is_left_alone(tmp_path):
    rang = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda *_: rang.set())
    try:
        archive = write(tmp_path / "archive", a="渡轮。", b=LONG[:100_000])
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        limits = Limits(seconds=0.002)
        assert rebuild([archive], tmp_path / "index", limits=limits).articles == 2
        assert rang.wait(60)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_limits_of_size_hold_for_updates_and_repairs_until_others_are_given(tmp_path):
    archive, index = write(tmp_path / "archive", a="渡轮。", b="气象台" * 100), tmp_path / "index"
    (reason,) = left_out(rebuild([archive], index, limits=Limits(characters=200)))
    assert "b.md: its text has more than 200 characters" in reason
    write(archive, c="图书馆" * 100)
    assert len(update([archive], index).left_out) == 2
    assert len(repair(index).left_out) == 2
    report = update([archive], index, limits=Limits(characters=300))
    assert (report.left_out, report.articles) == ([], 3)
    assert update([archive], index).unchanged == 3


@pytest.mark.parametrize(
    ("option", "value", "reason"),
    [
        ("--max-bytes", "100", "larger than 100 bytes"),
        ("--max-characters", "60", "more than 60 characters"),
    ],
)
def test_on_the_command_line(tmp_path, option, value, reason):
    archive, index = write(tmp_path / "archive", a="渡轮。", b="气象台" * 30), tmp_path / "index"

    def search(*arguments: object):
        return CliRunner().invoke(cli, [*map(str, arguments), "--index", str(index), "--workers", "1"])

    done = search("rebuild", archive, option, value)
    assert (done.exit_code, reason in done.stderr) == (1, True)
    assert search("update", archive).exit_code == 1
    assert search("update", archive, option, 10_000).exit_code == 0


@pytest.mark.parametrize("wrong", [{"bytes": 0}, {"seconds": -1}, {"characters": 1.5}, {"seconds": 10**12}])
def test_what_can_be_no_limit_is_refused(wrong):
    with pytest.raises(UsageError, match="limits are numbers above 0"):
        Limits(**wrong)
