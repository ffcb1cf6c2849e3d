"""The command that looks an index over and mends it: check."""

from __future__ import annotations

import dataclasses
import json

import click

from search.commands.options import index_option, json_option
from search.commands.program import FAILED, FOUND, Bar, print_data, print_lines, warn
from search.display import printable

__all__ = ["check"]


@click.command()
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

    Exits with 0 when everything is as it was written, with 2 when something
    is wrong. With --repair the index is then rebuilt from the archive that it
    was made of, with the same options; articles that came from Python are
    kept, as far as the article store can be read.

    \b
    search check
    search check --repair --index ~/idx
    """
    from search.check import check

    report = check(index, sample=sample)
    if as_json:
        print_data([json.dumps({**dataclasses.asdict(report), "sound": report.sound}, ensure_ascii=False)])
    else:
        warn(printable(str(problem)) for problem in report.problems)
        size = f"{report.files} files, {report.size / 1e6:,.1f} MB"
        looked = f"{report.articles:,} articles, {report.sampled:,} of them looked for"
        verdict = "nothing is wrong" if report.sound else f"{len(report.problems)} wrong"
        print_lines([f"{verdict}: {size}, {looked}, {report.seconds:.1f} s"])
    if report.sound:
        return FOUND
    return _mend(index, workers) if mend else FAILED


def _mend(index: str, workers: int) -> int:
    from index.repair import repair

    with Bar() as bar:
        done = repair(index, workers=workers, progress=bar.progress)
    if done.lost:
        warn(["some articles that came from Python were lost with the store; add them again with update"])
    if done.left_out:
        warn([f"{len(done.left_out):,} seeds were left out; the first: {printable(str(done.left_out[0]))}"])
    print_lines([f"mended: {done.articles:,} articles, {done.seconds:.1f} s"])
    return FAILED if done.lost else FOUND
