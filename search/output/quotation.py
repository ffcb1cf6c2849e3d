"""What became of a quotation, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

import click

from search.corpus.quotation import Passage, Quotation
from search.output.language import say
from search.output.terminal import marked, pad, printable, width, wrap
from search.output.text import counted, write_date

__all__ = ["quotation_lines"]

_NOTHING = "∅"
# As in the list of hits.
_INDENT = 4


def quotation_lines(found: Quotation, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    """Return the verdict, then the passages, numbered by article.

    Args:
        found: The answer.
        tz: The reader's zone.
        size: The width of the terminal in columns; None for no wrapping.
    """
    yield click.style(_verdict(found), bold=True)
    number = 0
    before: tuple[str, int] | None = None
    for passage in found.passages:
        # The parts of one article stand together.
        if before is None or before[0] != passage.id or before[1] >= passage.part:
            number += 1
            yield ""
            yield from _article_lines(passage, pad(str(number), _INDENT), tz=tz, size=size)
        before = passage.id, passage.part
        yield from _passage_lines(found, passage, size=size)
    if 0 < number < found.total and not _is_scattered(found):
        yield ""
        yield click.style(say(f"{counted(found.total - number, 'more article')}: raise --limit"), dim=True)


def _verdict(found: Quotation) -> str:
    if found.verdict == "not found":
        return say("not found")
    articles = counted(found.total, "article")
    if not found.complete:
        articles = f"at least {articles}"
    if found.verdict == "altered":
        closeness = say(f"altered: closeness {found.closeness:.2f}")
        return f"{closeness} · {say(f'{articles} with something like it')}"
    if found.verdict == "in parts":
        where = say(found.arrangement)
        if not _is_scattered(found):
            where = say("{} in {}").format(where, say(articles))
        return f"{say(f'in parts: {len(found.parts)} parts')}, {where}"
    verdict = say(found.verdict)
    if found.verdict == "but for script":
        verdict = say("but for {}").format(_and(_unlike(found)))
    return f"{verdict} · {say(articles)}"


def _is_scattered(found: Quotation) -> bool:
    return found.arrangement == "in different articles"


def _unlike(found: Quotation) -> list[str]:
    """Return in what the passage that differs least differs."""
    fewest = min((passage.unlike for passage in found.passages), key=len, default=())
    return list(fewest) or ["script"]


def _and(words: list[str]) -> str:
    said = list(map(say, words))
    return say(" and ").join(filter(None, [say(", ").join(said[:-1]), said[-1]]))


def _article_lines(passage: Passage, begin: str, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    indent = " " * width(begin)
    room = None if size is None else size - len(indent)
    for start, end in wrap(passage.title, room):
        yield pad(begin, len(indent)) + click.style(printable(passage.title[start:end]), bold=True)
        begin = ""
    about = " · ".join(map(printable, (*passage.sources, write_date(passage.date, tz), passage.id)))
    for start, end in wrap(about, room):
        yield indent + click.style(about[start:end].rstrip(), dim=True)


def _passage_lines(found: Quotation, passage: Passage, *, size: int | None) -> Iterator[str]:
    room = None if size is None else size - _INDENT
    place = f"{say(passage.field)} {passage.start}–{passage.end}"
    if len(found.parts) > 1:
        place = f"{say(f'part {passage.part}')} · {place}"
    if passage.unlike and found.verdict != "altered":
        place += f" · {say('other {}').format(_and(list(passage.unlike)))}"
    if passage.differences:
        place += f" · {say(f'closeness {passage.closeness:.2f}')}"
    yield " " * _INDENT + click.style(place, dim=True)
    for span in wrap(passage.text, room):
        yield " " * _INDENT + marked(passage.text, (), span)
    for one in passage.differences:
        quoted, written = printable(one.quoted) or _NOTHING, printable(one.written) or _NOTHING
        both = say("quoted {}, written {}")
        yield f"      {both.format(click.style(quoted, fg='red'), click.style(written, fg='green'))}"
