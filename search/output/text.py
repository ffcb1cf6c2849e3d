"""Print answers and articles as text for people, wrapped to the width of the terminal.

All text of articles goes through search/output/terminal.py, which removes
everything that a terminal would act on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import click

from index.errors import ArchiveError, QueryError, SeedError
from index.own_fields import name_of
from index.text.tokens import BOUNDARY, can_be_cut
from search.calendar import in_zone, write_offset
from search.output.language import say
from search.output.terminal import columns, marked, pad, printable, table, width, wrap
from search.output.values import Answer
from search.query.conditions import TokenPhrase
from search.query.plan import Clause
from search.results import Hit

if TYPE_CHECKING:
    from search.corpus.corrections import Correction
    from search.corpus.explain import TermScore
    from search.corpus.suggest import Alternative
    from search.query.closeness import Closeness
    from search.query.notes import Note

__all__ = [
    "alternatives_line",
    "answer_lines",
    "corrections_line",
    "counted",
    "error_line",
    "explained_hit",
    "explained_query",
    "ids_meant",
    "left_out_by_order",
    "listed",
    "note_line",
    "pasteable",
    "query_error_lines",
    "write_date",
]

# What a shell does something with, or a terminal shows as nothing.
_SPECIAL = re.compile(r"[\s'\"`$\\!*?\[\]{}()<>|&;#~^=%]")
_INDENT = "    "
_TERMS_SHOWN = 12
# The scores of an engine and of the explanation differ by less where nothing multiplies them.
_MULTIPLIED = 1.001
# Characters of a query that an error shows on either side of its place.
_BEFORE, _BEHIND = 30, 40


# Answers


def answer_lines(
    answer: Answer,
    *,
    tz: tzinfo,
    size: int | None,
    explain: Callable[[Hit], Iterable[str]] = lambda hit: (),
) -> Iterator[str]:
    """Return an answer: how much was found, then the hits, numbered.

    Args:
        answer: The answer.
        tz: The reader's zone.
        size: The width of the terminal in columns; None for no wrapping.
        explain: Returns lines to print below a hit.
    """
    yield _summary(answer)
    last = width(str(answer.last))
    partial_follows = True
    for number, hit in enumerate(answer.hits, answer.first):
        if hit.partial and partial_follows:
            partial_follows = False
            yield ""
            yield click.style(_separator(answer.total), dim=True)
        yield ""
        yield from _hit_lines(hit, str(number).rjust(last), tz=tz, size=size)
        yield from (_INDENT + line for line in explain(hit))
    if not answer.shows_hits and answer.total + answer.partial_total:
        yield say(f"the last page is {answer.pages:,}")


def _summary(answer: Answer) -> str:
    parts = [counted(answer.total, "article")]
    if answer.also:
        parts.append(f"also: {listed(map(printable, answer.also))}")
    if answer.partial_total:
        parts.append(f"{answer.partial_total:,} more with only some of the words")
    if groups := answer.groups:
        parts.append(f"{counted(groups, 'group')} of reprints on this page")
    if answer.pages > 1:
        beyond = answer.page > answer.pages
        parts.append(f"{answer.pages:,} pages" if beyond else f"page {answer.page} of {answer.pages:,}")
    return " · ".join(map(say, [*parts, f"{answer.seconds:.3f} s"]))


def _separator(total: int) -> str:
    if total == 0:
        return say("── no article holds all the words; these hold some of them ──")
    verb = "holds" if total == 1 else "hold"
    return say(f"── {counted(total, 'article')} {verb} all the words; these hold only some of them ──")


def _hit_lines(hit: Hit, number: str, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    indent = " " * max(len(_INDENT), len(number) + 2)
    room = None if size is None else size - len(indent)
    begin = pad(number, len(indent))
    for span in wrap(hit.title, room):
        yield begin + marked(hit.title, hit.title_highlights, span, bold=True)
        begin = indent
    often = [say(counted(hit.occurrences, "occurrence"))] if hit.occurrences else []
    about = (*hit.sources, write_date(hit.date, tz), pasteable(hit.id), *often)
    yield from (indent + click.style(line, dim=True) for line in _joined(about, room))
    for snippet in hit.snippets:
        for span in wrap(snippet.text, room):
            yield indent + marked(snippet.text, snippet.highlights, span)
    if hit.same_text:
        yield indent + say("the same text")
    if hit.reprints:
        yield indent + say(f"and {counted(len(hit.reprints), 'reprint')}:")
    for one in hit.reprints:
        about = (*one.sources, write_date(one.date, tz), pasteable(one.id))
        lines = _joined(about, None if room is None else room - 2)
        yield from (f"{indent}  {click.style(line, dim=True)}" for line in lines)


def _joined(parts: Iterable[str], size: int | None) -> Iterator[str]:
    """Return lines of parts with dots between them; none is broken, so that an id can be copied."""
    line = ""
    for part in map(printable, parts):
        longer = f"{line} · {part}" if line else part
        if line and size is not None and width(longer) > size:
            yield line
            longer = part
        line = longer
    yield line


def write_date(date: datetime | None, tz: tzinfo, *, timespec: str = "minutes") -> str:
    """Return a date as people read it, by the clock of `tz`: `2024-03-10 19:45 +0800`."""
    if date is None:
        return say("no date")
    local = in_zone(date, tz)
    return f"{local.replace(tzinfo=None).isoformat(' ', timespec)} {write_offset(local)}"


def counted(number: int, thing: str) -> str:
    """Return a number and what it counts: `1 article`, `2 articles`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def listed(parts: Iterable[str]) -> str:
    """Return parts with commas between them, as the language of the command line has them."""
    return say(", ").join(parts)


def pasteable(id: str) -> str:
    """Return an id as it can be pasted into a command line: in quotation marks where a shell needs them."""
    if _SPECIAL.search(id) is None:
        return id
    return "'" + id.replace("'", "'\\''") + "'"


# How a query was understood


def explained_query(read_as: str, clauses: Sequence[Clause]) -> Iterator[str]:
    """Return how a query was understood: as a whole, then clause by clause."""
    yield f"{say('read as: {}').format(printable(read_as))}"
    for clause in clauses:
        yield f"  {_kind(clause)}  {printable(clause.written)}"
        wanted = " · ".join(_phrase_text(phrase) for phrase in clause.phrases)
        where = say(f"(in {name_of(clause.field or 'title or body')})")
        rows = [(say("looks for"), f"{wanted}  {where}")]
        if clause.kind == "words":
            rows.append((say("words"), " ".join(clause.streams.words)))
        rows.append(
            (say("tokens"), " ".join("｜" if token == BOUNDARY else token for token in clause.streams.tokens))
        )
        yield from (f"      {printable(line)}" for line in table(rows))


def _kind(clause: Clause) -> str:
    kind = say("words " if clause.kind == "words" else "phrase")
    return say("not {}").format(kind) if clause.negated else kind


def _phrase_text(phrase: TokenPhrase) -> str:
    """Return a phrase as one would write it: Han characters together, other tokens apart."""
    text = ""
    before = ""
    for token in phrase.tokens:
        if token == BOUNDARY:
            token = "｜"
        elif before and not (can_be_cut(token) and can_be_cut(before)):
            text += " "
        text += token
        before = token
    return text + ("*" if phrase.prefix else "")


def explained_hit(
    hit_score: float, parts: Sequence[TermScore], uncut: Sequence[TokenPhrase], near: Closeness | None
) -> Iterator[str]:
    """Return what the score of a hit is made of, and the words that stand in it only as a phrase.

    Shares are of the sum of the terms, which closeness multiplies in the first hits.
    """
    score = sum(part.score for part in parts)
    yield click.style(say(f"score {hit_score or score:.3f}"), dim=True)  # an order by date has none
    if near is not None and hit_score > score * _MULTIPLIED:
        parted = say(
            f"closeness: 1 + window {near.window:.3f} + pairs {near.pairs:.3f} + lead {near.lead:.3f} / 2"
        )
        if near.quoted:
            parted += say(f", times 1 + quotations {near.quoted:.3f} / 2")
        yield f"  {score:.3f} × {near.factor:.3f}  {parted}"
    rows = [
        (
            f"{part.score:.3f}",
            f"{part.score / score:.0%}" if score else "",
            printable(part.term.text),
            say(f"{part.term.stream} of {part.term.field}"),
            say(f"{counted(part.count, 'time')}, in {counted(part.frequency, 'article')}"),
        )
        for part in parts[:_TERMS_SHOWN]
    ]
    if rows:
        yield from (f"  {line}" for line in columns(rows, right=(0, 1)))
    if rest := parts[_TERMS_SHOWN:]:
        yield f"  {sum(part.score for part in rest):.3f}  {say(counted(len(rest), 'more term'))}"
    for phrase in uncut:
        yield say(
            f"  {printable(_phrase_text(phrase))} stands there only as a phrase:"
            " the sentence is cut into other words"
        )


# Advice


def error_line(error: ArchiveError) -> str:
    """Return an error on one line; of a seed, its file and why it cannot be read."""
    if isinstance(error, SeedError):
        where = say(f" (line {error.line})") if error.line is not None else ""
        return f"{error.path}: {say(error.reason)}{where}"
    return say(str(error))


def left_out_by_order(partial: int, ways: Sequence[str]) -> str:
    """Say that there are partial matches, and which options leave them out."""
    holds = "article holds" if partial == 1 else "articles hold"
    return say(
        f"no article holds all the words; {partial:,} {holds} only some of them,"
        f" and the order by relevance lists these: leave out {say(' and ').join(ways)}"
    )


def alternatives_line(others: Sequence[Alternative]) -> str:
    """Suggest relaxed queries, each with the number of articles that it finds."""
    some = say(" with some of the words")
    return say(
        "try: "
        + listed(f"{other.query} ({other.total:,}{some if other.partial else ''})" for other in others)
    )


def corrections_line(others: Sequence[Correction]) -> str:
    """Ask whether one of these queries was meant, each with the number of articles that it finds."""
    return say("did you mean: " + listed(f"{other.query} ({other.total:,})" for other in others))


def note_line(note: Note) -> str:
    """Say what an answer notes about its query."""
    names = listed(note.names)
    match note.kind:
        case "unknown-field":
            return say(f"{note.about}: is no field, so it was looked for as text; the fields are {names}")
        case "unknown-source":
            there = f"; there is {names}" if names else ""
            return say(f"there is no source {note.about}{there}")
        case "no-such-time":
            here = f"the articles here are dated {note.names[0]} to {note.names[1]}"
            return say(f"no article is from that time ({note.about}); {here}")
        case "no-such-arrival":
            here = f"the articles here came in from {note.names[0]} to {note.names[1]}"
            return say(f"no article came in at that time ({note.about}); {here}")


def query_error_lines(error: QueryError) -> Iterator[str]:
    """Return what is wrong with a query, the query with a caret below the place, and what to do."""
    yield say(error.problem).rstrip(",")
    at = error.position - 1
    start = max(0, at - _BEFORE)
    shown = printable(error.query[start : at + _BEHIND])
    lead = "… " if start else ""
    more = " …" if at + _BEHIND < len(error.query) else ""
    yield f"  {lead}{shown}{more}"
    yield " " * (2 + width(lead + shown[: at - start])) + "^"
    hint = say(error.hint)
    yield f"{hint[:1].upper()}{hint[1:]}{'' if hint.endswith('。') else '.' if hint.isascii() else ''}"


def ids_meant(near: Sequence[str]) -> str:
    """Ask whether one of these ids was meant; "" without any."""
    return say(f"is it {say(' or ').join(map(pasteable, near))}?") if near else ""
