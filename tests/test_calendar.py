"""The calendar: no date overflows, and what is written is read back."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from commandline import ROOT
from hypothesis import given
from hypothesis import strategies as st

from index import UsageError
from search.calendar import (
    END,
    FIRST,
    Period,
    count_periods,
    day_of,
    in_zone,
    instant,
    moment_at,
    periods,
    read_zone,
    write_moment,
)

UTC = timezone.utc
UNITS = ["year", "month", "week", "day"]
units = st.sampled_from(UNITS)
days = st.dates() | st.sampled_from([date.min, date.max, date(1, 1, 8), date(9999, 12, 1)])
seconds = st.integers(FIRST, END - 1) | st.sampled_from([FIRST, END - 1, FIRST + 3600, END - 3600])
zones = st.sampled_from(
    [
        UTC,
        ZoneInfo("Asia/Shanghai"),
        ZoneInfo("America/Santiago"),
        timezone(timedelta(hours=-12)),
        timezone(timedelta(hours=14)),
        read_zone(None),
    ]
)


@given(units, days)
def test_a_label_is_read_back(unit, day):
    period = Period.of(unit, day)
    assert Period.parse(str(period)) == period
    assert period.first <= day <= period.last


@given(units, days)
def test_periods_follow_one_another_to_the_end_of_the_calendar(unit, day):
    period = Period.of(unit, day)
    if period.following is None:
        assert period.last == date.max
    else:
        assert period.following.first - period.last == timedelta(days=1)


@given(units, days, st.integers(0, 800))
def test_periods_are_as_many_as_are_counted_and_hold_both_ends(unit, first, length):
    last = date.fromordinal(min(first.toordinal() + length, date.max.toordinal()))
    there = list(periods(first, last, unit))
    assert len(there) == count_periods(first, last, unit)
    assert there[0].first <= first
    assert last <= there[-1].last


@given(seconds, zones, units)
def test_every_instant_lies_in_the_period_of_its_day(at, tz, unit):
    period = Period.of(unit, day_of(at, tz))
    assert period.start(tz) <= at < period.end(tz)


@given(seconds, zones)
def test_a_moment_is_read_back_from_its_text(at, tz):
    written = write_moment(moment_at(at), tz)
    assert len(written.split("-")[0]) == 4
    assert datetime.fromisoformat(written.replace("Z", "+00:00")) == moment_at(at)


@given(seconds, zones)
def test_the_clock_of_a_zone_shows_the_instant(at, tz):
    local = in_zone(moment_at(at), tz)
    assert local == moment_at(at)
    if local.fold == 0 and local.tzinfo is tz:
        assert instant(local.replace(tzinfo=None), tz) == at


def test_days_of_a_zone_leave_no_gap_when_summer_time_begins_at_midnight():
    tz = ZoneInfo("America/Santiago")
    year = list(periods(date(2024, 1, 1), date(2024, 12, 31), "day"))
    assert all(one.end(tz) == other.start(tz) for one, other in pairwise(year))


@pytest.mark.parametrize("text", ["", "24", "2024-3", "2024-03-1", "2024-w10", "20240310", "２０２４", "7d"])
def test_no_label(text):
    assert Period.parse(text) is None


@pytest.mark.parametrize("text", ["0000", "2024-13", "2024-00", "2023-02-29", "2024-W54", "2024-W00"])
def test_a_label_of_nothing_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        Period.parse(text)


# Zones


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("Asia/Shanghai", 8),
        ("asia/shanghai", 8),
        ("shanghai", 8),
        ("Beijing", 8),
        ("北京", 8),
        ("hong kong", 8),
        ("台北", 8),
        ("+08:00", 8),
        ("+8", 8),
        ("UTC+8", 8),
        ("utc+08:00", 8),
        ("GMT-3", -3),
        ("-0530", -5.5),
        ("UTC", 0),
        ("Z", 0),
        (timezone(timedelta(hours=2)), 2),
    ],
)
def test_a_zone_by_any_of_its_names(name, hours):
    moment = datetime(2024, 1, 15, tzinfo=UTC)
    assert moment.astimezone(read_zone(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("name", "says"),
    [("Shangai", "Asia/Shanghai"), ("Mars/Olympus", "+08:00"), ("CST", "+08:00"), ("+25", "+25"), ("", "''")],
)
def test_an_unknown_zone_is_answered_with_what_to_write(name, says):
    with pytest.raises(UsageError) as caught:
        read_zone(name)
    assert says in str(caught.value)


def test_the_readers_zone_is_that_of_the_environment_else_of_the_machine(monkeypatch):
    monkeypatch.setenv("SEARCH_TZ", "Asia/Tokyo")
    assert str(read_zone(None)) == "Asia/Tokyo"
    monkeypatch.setenv("SEARCH_TZ", "Nowhere/Land")
    with pytest.raises(UsageError, match="SEARCH_TZ"):
        read_zone(None)
    code = (
        "from search.calendar import *; from datetime import *; zone = read_zone(None);"
        "print(*[write_moment(datetime(2024, *day, tzinfo=timezone.utc), zone)"
        " for day in [(1, 15), (7, 15), (10, 27, 0, 30), (10, 27, 1, 30)]])"
    )
    env = {name: value for name, value in os.environ.items() if name != "SEARCH_TZ"}
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**env, "TZ": "CET-1CEST,M3.5.0,M10.5.0/3"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [
        "2024-01-15T01:00:00+01:00",
        "2024-07-15T02:00:00+02:00",
        "2024-10-27T02:30:00+02:00",
        "2024-10-27T02:30:00+01:00",
    ]


def test_without_a_table_of_zones_the_package_is_named():
    code = (
        "import sys; sys.modules['tzdata'] = None\n"
        "from index import UsageError\nfrom search.calendar import read_zone\n"
        "assert read_zone('UTC') and read_zone('+08:00') and read_zone(None)\n"
        "try: read_zone('Asia/Shanghai')\nexcept UsageError as error: print(error)"
    )
    env = {name: value for name, value in os.environ.items() if name != "SEARCH_TZ"}
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**env, "PYTHONTZPATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tzdata" in told.stdout
    assert "Asia/Shanghai" in told.stdout
