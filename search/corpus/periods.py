"""Periods that are counted: all from the first article to the last, the oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TypeAlias, get_args

from index.errors import UsageError
from search.calendar import Period, Unit, count_periods, day_of, fitting_unit, periods
from search.engines.base import Reader
from search.query.conditions import Condition

__all__ = ["MAX_PERIODS", "TimeUnit", "all_periods", "check_unit", "count_articles"]

TimeUnit: TypeAlias = Unit

MAX_PERIODS = 10_000
"""Most periods that are counted; all years of the calendar fit."""

# Most periods that an engine is asked for at once.
_AT_ONCE = 4_000


def check_unit(unit: str | None) -> None:
    """Raise UsageError for a unit that is not known."""
    if unit is not None and unit not in get_args(TimeUnit):
        raise UsageError(f"there is no unit {unit!r}; there are {', '.join(get_args(TimeUnit))}")


def all_periods(moments: Sequence[int], unit: TimeUnit | None, tz: tzinfo) -> list[Period]:
    """Return all periods from the first of some moments to the last, without gaps.

    Args:
        moments: Seconds since 1970, in any order; without any there are no periods.
        unit: The length of a period; None for one that fits a chart.
        tz: The zone whose calendar is used.

    Raises:
        UsageError: There would be more than MAX_PERIODS.
    """
    if not moments:
        return []
    first, last = day_of(min(moments), tz), day_of(max(moments), tz)
    unit = unit or fitting_unit(first, last)
    if (number := count_periods(first, last, unit)) > MAX_PERIODS:
        raise UsageError(
            f"{number:,} {unit}s are more than the {MAX_PERIODS:,} that can be counted one by one;"
            f" count by {'year' if unit == 'month' else 'month or year'}, or set after and before"
        )
    return list(periods(first, last, unit))


def count_articles(reader: Reader, condition: Condition, there: Sequence[Period], tz: tzinfo) -> list[int]:
    """Return how many articles that match each of some ascending periods has.

    Between two of the periods there must be no articles.
    """
    if not there:
        return []
    bounds = [*(period.start(tz) for period in there), there[-1].end(tz)]
    counts: list[int] = []
    for at in range(0, len(there), _AT_ONCE):
        counts += reader.count_dates(condition, bounds[at : at + _AT_ONCE + 1])
    return counts
