"""Reprints of an article, and what differs between two, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

import click

from search.corpus.reprints import Reprint, Reprints
from search.corpus.rewording import Rewording
from search.output.language import say
from search.output.terminal import printable, wrap
from search.output.text import counted, pasteable, write_date

__all__ = ["reprints_lines", "rewording_lines"]

_INDENT = "    "


def reprints_lines(found: Reprints, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    """Return a summary, then the article and its reprints in order of time.

    Args:
        found: The answer.
        tz: The reader's zone.
        size: The width of the terminal in columns; None for no wrapping.
    """
    yield say(f"{counted(found.total, 'article')} with text of {pasteable(found.id)}")
    asked = Reprint(found.id, found.title, "", found.sources, found.date, 1.0, 1.0, True)
    listed = sorted([*found.reprints, asked], key=_time)
    for one in listed if found.total else ():
        yield ""
        room = None if size is None else size - len(_INDENT)
        marks = [say("first")] if one.id == found.first else []
        if one is asked:
            marks.append(say("this article"))
        elif one.same:
            marks.append(say("the same text"))
        else:
            marks.append(
                say(f"has {one.share:.0%} of this article, which has {one.own_share:.0%} of it").strip()
            )
        for start, end in wrap(one.title, room):
            yield _INDENT + click.style(printable(one.title[start:end]), bold=True)
        about = " · ".join(map(printable, (*one.sources, write_date(one.date, tz), pasteable(one.id))))
        for start, end in wrap(about, room):
            yield _INDENT + click.style(about[start:end].rstrip(), dim=True)
        yield _INDENT + " · ".join(marks)
    if len(found.reprints) < found.total:
        yield ""
        more = counted(found.total - len(found.reprints), "more article")
        yield click.style(say(f"{more}: raise --limit"), dim=True)


def _time(one: Reprint) -> tuple[bool, float, str]:
    return one.date is None, one.date.timestamp() if one.date else 0.0, one.id


def rewording_lines(found: Rewording, *, size: int | None) -> Iterator[str]:
    """Return how many sentences were kept, then those that were not: - dropped, + added, both if changed."""
    yield say(f"{counted(found.kept, 'sentence')} kept, {found.moved:,} of them in another order")
    for change in found.changes:
        yield ""
        for sign, text, color in (("- ", change.sentence, "red"), ("+ ", change.other, "green")):
            begin = sign
            for start, end in wrap(text, None if size is None else size - 2) if text else ():
                yield click.style(begin + printable(text[start:end]), fg=color)
                begin = "  "
