"""What `search update --watch` prints: a line, or a JSON object on a line, for each update."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, NoReturn

import click

from search.commands.program import Bar, explanation, print_data, print_error, print_lines, warn
from search.output.language import say

if TYPE_CHECKING:
    from index.building.report import Progress, Report

__all__ = ["keep_current"]


def keep_current(
    archive: Sequence[str],
    index: str,
    update: Callable[[float, Progress | None], Report],
    *,
    quiet: float,
    wait: float,
    as_json: bool,
) -> NoReturn:
    """Update an index whenever its archive changes, until interrupted. Raises what the first update does."""
    from index.building.watching import watch
    from index.engines.registry import open_location

    told = _Told(as_json)

    def one(wait: float) -> Report:
        with Bar() as bar:  # which also says what an interrupted update leaves
            return update(wait, bar.progress if told.is_first else None)

    try:
        for found in watch(archive, open_location(index), one, quiet=quiet, wait=wait):
            if isinstance(found, Exception):
                told.error(found)
            else:
                told.report(found)
    except KeyboardInterrupt:
        raise click.Abort("no update was under way") from None
    raise AssertionError


class _Told:
    """What was printed so far: a seed that stays left out is named once."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._left_out: set[tuple[str, str]] | None = None

    @property
    def is_first(self) -> bool:
        """Nothing was printed yet."""
        return self._left_out is None

    def report(self, report: Report) -> None:
        """Print an update that is the first, or changed something, or left out something else."""
        from search.calendar import read_zone
        from search.output import records, reports

        left_out = {(error.path, error.reason) for error in report.left_out}
        changed = report.added or report.replaced or report.deleted
        if changed or left_out != self._left_out:
            if self._as_json:
                print_data([records.report_json(report, indent=None)])
            else:
                now = datetime.now(timezone.utc)
                print_lines([reports.update_line(report, now=now, tz=read_zone(None))])
                print_lines(reports.change_lines(report))
        known = self._left_out or set()
        report.left_out = [error for error in report.left_out if (error.path, error.reason) not in known]
        self._left_out = left_out
        warn(reports.left_out_lines(report))
        warn(reports.reduced_lines(report))
        warn(reports.wrong_field_lines(report))

    def error(self, error: Exception) -> None:
        """Print an error after which the watch goes on."""
        from index.errors import IndexLocked

        more = [say("waiting until that is done")] if isinstance(error, IndexLocked) else []
        print_error([*explanation(error), *more])
