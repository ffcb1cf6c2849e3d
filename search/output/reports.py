"""Print reports of rebuilds, updates and checks, and an index's statistics, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from search.calendar import in_zone
from search.output.language import say
from search.output.terminal import columns, printable, table
from search.output.text import counted, error_line, listed, pasteable, write_date
from search.results import IndexStats

if TYPE_CHECKING:
    from index.building.report import Report
    from search.check import CheckReport

__all__ = [
    "change_lines",
    "check_lines",
    "left_out_lines",
    "mended_lines",
    "reduced_lines",
    "report_lines",
    "stats_lines",
    "update_line",
    "wrong_field_lines",
]

_LEFT_OUT_SHOWN = 5
_REDUCED_SHOWN = 3
_SOURCES_SHOWN = 20


def stats_lines(stats: IndexStats, *, index: str, tz: tzinfo) -> Iterator[str]:
    """Return lines with the statistics of an index."""
    undated = say(f" ({stats.undated:,} without a date)") if stats.undated else ""
    rows = [("index", index), ("articles", f"{stats.articles:,}{undated}")]
    if stats.duplicates:
        rows.append(("duplicates", say(f"{stats.duplicates:,} with the same text as an earlier article")))
    if stats.oldest and stats.newest:
        rows.append(
            ("dates", say(" to ").join(write_date(date, tz) for date in (stats.oldest, stats.newest)))
        )
    rows += [
        ("size", _bytes(stats.size)),
        ("engine", f"{stats.engine} ({stats.engine_version})"),
        ("built", say(f"{write_date(stats.built, tz)}, generation {stats.generation}")),
        *(("archive" if at == 0 else "", root) for at, root in enumerate(stats.roots)),
        ("user words", say("yes" if stats.user_dict else "none")),
        *(("own field", f"{name}: {kind}") for name, kind in stats.own_fields.items()),
    ]
    yield from table([(say(name), printable(value)) for name, value in rows])
    sources = [(printable(name), f"{number:,}") for name, number in stats.sources.items()]
    if sources:
        yield ""
        yield from columns([(say("source"), say("articles")), *sources[:_SOURCES_SHOWN]], right=(1,))
    if len(sources) > _SOURCES_SHOWN:
        yield say(f"… and {len(sources) - _SOURCES_SHOWN:,} more; all with --json")


def _bytes(size: int) -> str:
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return say(f"{value:.0f} {unit}") if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def report_lines(report: Report, *, index: str) -> Iterator[str]:
    """Return lines with the report of a rebuild or an update."""
    where = f"{printable(index)}, generation {report.generation}, {report.seconds:.1f} s"
    if report.part and report.missing:
        number, of = report.part
        yield say(f"part {number} of {of} is done in {where}")
        missing = listed(map(str, report.missing))
        yield say(f"the old articles are found until these parts are done: {missing}")
    else:
        yield say(f"{counted(report.articles, 'article')} in {where}")
    counts = ("read", "added", "replaced", "deleted", "unchanged")
    rows = [(say(name), f"{number:,}", "") for name in counts if (number := getattr(report, name))]
    if report.left_out:
        rows.append((say("left out"), f"{len(report.left_out):,}", ""))
    if report.passed_over:
        kinds = listed(f"{say(printable(kind))} {number:,}" for kind, number in report.passed_over.items())
        rows.append((say("passed over"), f"{sum(report.passed_over.values()):,}", kinds))
    if rows:
        yield from (f"  {line}" for line in columns(rows, right=(1,)))
    for before, now in report.moved.items():
        yield say(f"  {printable(before)} was moved to {printable(now)}: its articles keep their ids")


def update_line(report: Report, *, now: datetime, tz: tzinfo) -> str:
    """Return what an update of a watched archive did, on one line with the time of day."""
    counts = ("added", "replaced", "deleted")
    done = [f"{say(name)} {number:,}" for name in counts if (number := getattr(report, name))]
    articles = say(counted(report.articles, "article"))
    left_out = [f"{say('left out')} {len(report.left_out):,}"] if report.left_out else []
    parts = [listed(done) or say("nothing has changed"), articles, *left_out, f"{report.seconds:.1f} s"]
    return f"{in_zone(now, tz):%H:%M:%S}  {' · '.join(parts)}"


def change_lines(report: Report) -> Iterator[str]:
    """Return a line for each article that was added, replaced or deleted, if these were listed."""
    if report.changes is None:
        return
    changes = report.changes
    for sign, ids in (("+", changes.added), ("~", changes.replaced), ("-", changes.deleted)):
        yield from (f"{sign} {printable(pasteable(id))}" for id in ids)


def left_out_lines(report: Report) -> Iterator[str]:
    """Return how many seeds were left out, and why the first of them were; nothing if none was."""
    left_out = report.left_out
    if not left_out:
        return
    seeds = report.read + report.unchanged + len(left_out)
    yield say(f"{len(left_out):,} of {counted(seeds, 'seed')} left out; the first:")
    yield from (f"  {printable(error_line(error))}" for error in left_out[:_LEFT_OUT_SHOWN])
    if len(left_out) > _LEFT_OUT_SHOWN:
        yield say(f"  and {len(left_out) - _LEFT_OUT_SHOWN:,} more; all with --json")


def reduced_lines(report: Report) -> Iterator[str]:
    """Return a line on articles of which more text was removed than kept; nothing if there are none."""
    if report.reduced:
        ids = listed(printable(id) for id in list(report.reduced)[:_REDUCED_SHOWN])
        more = ", …; all with --json" if len(report.reduced) > _REDUCED_SHOWN else ""
        count = counted(len(report.reduced), "article")
        yield say(
            f"{count} lost more text as boilerplate than was kept: {ids}{more}; see search inspect FILE"
        )


def wrong_field_lines(report: Report) -> Iterator[str]:
    """Return lines on own fields that could not be read; nothing if there are none."""
    if not report.wrong_fields:
        return
    count = counted(len(report.wrong_fields), "article")
    yield say(f"{count} without a field that could not be read; the first:")
    shown = list(report.wrong_fields.items())[:_LEFT_OUT_SHOWN]
    yield from (f"  {printable(f'{id}: {say(problem)}')}" for id, problem in shown)
    if len(report.wrong_fields) > _LEFT_OUT_SHOWN:
        yield say(f"  and {len(report.wrong_fields) - _LEFT_OUT_SHOWN:,} more; all with --json")


def check_lines(report: CheckReport) -> Iterator[str]:
    """Return lines with the counts of a check and its verdict; problems are printed as messages."""
    verdict = say("nothing is wrong" if report.sound else f"{len(report.problems):,} wrong")
    if not report.generation:
        parts = ["nothing further could be looked at"]
    else:
        counts = counted(report.files, "file"), _bytes(report.size), counted(report.articles, "article")
        parts = [*counts, f"{report.sampled:,} of them looked for"]
    parts.append(f"{report.seconds:.1f} s")
    yield f"{verdict}{say(': ')}{listed(map(say, parts))}"


def mended_lines(report: Report) -> Iterator[str]:
    """Return lines with the report of a repair."""
    yield say(f"mended: {counted(report.articles, 'article')}, {report.seconds:.1f} s")
