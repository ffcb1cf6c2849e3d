"""The command that checks an index, and repairs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from search.commands.options import index_option, json_option
from search.commands.program import FAILED, FOUND, NOTHING_FOUND, Bar, print_data, print_lines, warn
from search.output.language import say

if TYPE_CHECKING:
    from index.building.report import Report

__all__ = ["check"]


@click.command(short_help="Check an index, and repair it.")
@index_option
@click.option(
    "--sample",
    metavar="N",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="How many articles to look for in the engine.",
)
@click.option("--repair", "mend", is_flag=True, help="Rebuild the index if anything is wrong.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 256), default=1, help="Processes for --repair."
)
@json_option
def check(index: str, sample: int, mend: bool, workers: int, as_json: bool) -> int:
    """Check an index: checksums, counts, and a sample of its articles.

    Exit code 0 when everything is as it was written, 2 when something is
    wrong. With --repair the index is then rebuilt from its archive, with the
    same options; articles that came from Python are kept, as far as the
    article store can be read. The exit code is then that of the rebuild, or 2
    when articles were lost.

    \b
    search check
    search check --repair --index ~/idx
    """
    from search.check import check
    from search.output import records, reports

    report = check(index, sample=sample)
    if not as_json:
        warn(map(say, map(str, report.problems)))
        print_lines(reports.check_lines(report))
    mended = _mend(index, workers) if mend and not report.sound else None
    if as_json:
        print_data([records.check_json(report, mended)])
    elif mended is not None:
        print_lines(reports.mended_lines(mended))
    if mended is None:
        return FOUND if report.sound else FAILED
    return FAILED if mended.lost else NOTHING_FOUND if mended.left_out else FOUND


def _mend(index: str, workers: int) -> Report | None:
    """Return what a repair did; None if what it needs is itself damaged."""
    from index.building.repair import repair
    from index.errors import Action, IndexDamaged, IndexMismatch, Remedy
    from search.commands.remedies import command
    from search.output import reports

    try:
        with Bar() as bar:
            done = repair(index, workers=workers, progress=bar.progress)
    except (IndexDamaged, IndexMismatch):
        # The report has said what is wrong with it.
        warn(
            [
                say(
                    "--repair cannot know what the index was made of;"
                    f" make it anew with: {command(Remedy(Action.REBUILD, index=index))}"
                )
            ]
        )
        return None
    if done.lost:
        warn(
            [say("some articles that came from Python were lost with the store; add them again with update")]
        )
    warn(reports.left_out_lines(done))
    return done
