"""The Report of a rebuild or an update, and the progress told while it runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from index.building.changes import Changes
from index.errors import SeedError

__all__ = ["Progress", "Report", "log_done", "nothing_found"]

_log = logging.getLogger("jiansuo")
# Without it, Python prints warnings of a program that has set up no logging.
_log.addHandler(logging.NullHandler())

Progress = Callable[[int, "int | None"], None]
"""Called now and then with the number of articles done and, if it is known, of all."""


@dataclass(slots=True, repr=False)
class Report:
    """The result of a rebuild or an update.

    Attributes:
        read: Articles that were read and are new or changed, or, in a rebuild, all.
        added: Articles that are new.
        replaced: Articles whose content changed.
        deleted: Articles whose seeds are gone.
        unchanged: Articles that are as they were.
        left_out: Seeds that could not be read, each with its path and reason.
        passed_over: How many files are no seeds, by reason.
        reduced: Articles of which more text was taken for boilerplate than was kept: their ids, each
            with the number of characters lost.
        wrong_fields: Articles from files that are without an own field, because its value could not be
            read: their ids, each with what is wrong.
        moved: Folders of the archive that were found under another path: the old one, the new one.
        articles: Articles in the index now; 0 as long as parts are missing.
        generation: The number of the generation in force.
        seconds: How long it took.
        lost: Whether a repair could not save all articles that came from Python.
        part: The part that was done, as (3, 8); None for a whole.
        missing: The parts that are not done yet; until then, searchers find what was there before.
        changes: The ids of what was added, replaced and deleted, if that was asked for.

    Example:
        >>> report = rebuild(archive, new)
        >>> report.added, len(report.left_out), report.generation
        (1, 1, 1)
    """

    read: int = 0
    added: int = 0
    replaced: int = 0
    deleted: int = 0
    unchanged: int = 0
    left_out: list[SeedError] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)
    reduced: dict[str, int] = field(default_factory=dict)
    wrong_fields: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    articles: int = 0
    generation: int = 0
    seconds: float = 0.0
    lost: bool = False
    part: tuple[int, int] | None = None
    missing: tuple[int, ...] = ()
    changes: Changes | None = None

    def __repr__(self) -> str:
        counts = ("added", "replaced", "deleted", "unchanged")
        told = [f"{getattr(self, name):,} {name}" for name in counts if getattr(self, name)]
        told += [f"{len(self.left_out):,} left out"] if self.left_out else []
        return f"<Report {', '.join([*told, f'{self.articles:,} articles in generation {self.generation}'])}>"

    def leave_out(self, error: SeedError) -> None:
        """Note a seed that could not be read, without what its error holds in memory.

        A traceback keeps the frames it went through, and these the whole text of the seed.
        """
        error.__traceback__ = error.__context__ = error.__cause__ = None
        self.left_out.append(error)


def nothing_found(places: Iterable[str], report: Report) -> str:
    """Return the message for an index that would become empty: more likely, a disk is not mounted."""
    reasons = [f"{number:,} {kind}" for kind, number in sorted(report.passed_over.items())]
    if report.left_out:
        reasons.append(f"{len(report.left_out):,} could not be read; the first: {report.left_out[0]}")
    why = f" ({'; '.join(reasons)})" if reasons else ""
    return f"no seed was found in {', '.join(places)}{why}; nothing was changed"


def log_done(what: str, index: object, report: Report, *, began: float) -> None:
    """Note how long a run took since `began`, of `perf_counter`; tell the log, also what was left out."""
    report.seconds = time.perf_counter() - began
    _log.info(
        "%s of %s: %d added, %d replaced, %d deleted, %d unchanged, %d left out; %d articles, %.2f s",
        *(what, index, report.added, report.replaced, report.deleted, report.unchanged),
        *(len(report.left_out), report.articles, report.seconds),
    )
    for error in report.left_out:
        _log.warning("left out: %s", error)
    for id, problem in report.wrong_fields.items():
        _log.warning("left out of %s: %s", id, problem)
