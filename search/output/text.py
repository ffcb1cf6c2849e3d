"""Print answers and articles as text for people, wrapped to the width of the terminal.

All text of articles goes through search/output/terminal.py, which removes
everything that a terminal would act on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

import click

from index.article import Article
from index.text.tokens import BOUNDARY, can_be_cut
from search.calendar import in_zone, write_offset
from search.output.terminal import columns, marked, pad, printable, table, width, wrap
from search.output.values import Answer
from search.query.conditions import TokenPhrase
from search.query.plan import Clause
from search.results import Hit

if TYPE_CHECKING:
    from search.corpus.explain import TermScore
    from search.corpus.suggest import Alternative

__all__ = [
    "alternatives_line",
    "answer_lines",
    "article_lines",
    "counted",
    "explained_hit",
    "explained_query",
    "ids_meant",
    "left_out_by_order",
    "range_line",
    "write_date",
]

_INDENT = "    "
_TERMS_SHOWN = 12


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
        yield f"the last page is {answer.pages:,}"


def _summary(answer: Answer) -> str:
    parts = [counted(answer.total, "article")]
    if answer.partial_total:
        parts.append(f"{answer.partial_total:,} more with only some of the words")
    if answer.pages > 1:
        beyond = answer.page > answer.pages
        parts.append(f"{answer.pages:,} pages" if beyond else f"page {answer.page} of {answer.pages:,}")
    return " · ".join([*parts, f"{answer.seconds:.3f} s"])


def _separator(total: int) -> str:
    if total == 0:
        return "── no article holds all the words; these hold some of them ──"
    verb = "holds" if total == 1 else "hold"
    return f"── {counted(total, 'article')} {verb} all the words; these hold only some of them ──"


def _hit_lines(hit: Hit, number: str, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    indent = " " * max(len(_INDENT), len(number) + 2)
    room = None if size is None else size - len(indent)
    begin = pad(number, len(indent))
    for span in wrap(hit.title, room):
        yield begin + marked(hit.title, hit.title_highlights, span, bold=True)
        begin = indent
    often = [counted(hit.occurrences, "occurrence")] if hit.occurrences else []
    about = " · ".join(map(printable, (*hit.sources, write_date(hit.date, tz), hit.id, *often)))
    for start, end in wrap(about, room):
        yield indent + click.style(about[start:end].rstrip(), dim=True)
    for snippet in hit.snippets:
        for span in wrap(snippet.text, room):
            yield indent + marked(snippet.text, snippet.highlights, span)


def write_date(date: datetime | None, tz: tzinfo, *, timespec: str = "minutes") -> str:
    """Return a date as people read it, by the clock of `tz`: `2024-03-10 19:45 +0800`."""
    if date is None:
        return "no date"
    local = in_zone(date, tz)
    return f"{local.replace(tzinfo=None).isoformat(' ', timespec)} {write_offset(local)}"


def counted(number: int, thing: str) -> str:
    """Return a number and what it counts: `1 article`, `2 articles`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def article_lines(article: Article, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    """Return an article as text: its title, sources, date, url and id, then its paragraphs."""
    yield from (
        click.style(printable(article.title[start:end]), bold=True)
        for start, end in wrap(article.title, size)
    )
    date = write_date(article.date, tz, timespec="seconds")
    if article.dated_by:
        date += f" (from: {article.dated_by})"
    about = [
        ("authors", " · ".join(article.authors)),
        ("sources", " · ".join(article.sources)),
        ("date", date),
        ("tags", " · ".join(article.tags)),
        ("url", article.url),
        ("id", article.id),
    ]
    yield from table([(name, printable(value)) for name, value in about if value])
    for paragraph in article.paragraphs:
        yield ""
        yield from (printable(paragraph[start:end]).rstrip() for start, end in wrap(paragraph, size))


# How a query was understood


def explained_query(read_as: str, clauses: Sequence[Clause]) -> Iterator[str]:
    """Return how a query was understood: as a whole, then clause by clause."""
    yield f"read as: {printable(read_as)}"
    for clause in clauses:
        yield f"  {_kind(clause)}  {printable(clause.written)}"
        wanted = " · ".join(_phrase_text(phrase) for phrase in clause.phrases)
        where = clause.field or "title or body"
        rows = [("looks for", f"{wanted}  (in {where})")]
        if clause.kind == "words":
            rows.append(("words", " ".join(clause.streams.words)))
        rows.append(
            ("tokens", " ".join("｜" if token == BOUNDARY else token for token in clause.streams.tokens))
        )
        yield from (f"      {printable(line)}" for line in table(rows))


def _kind(clause: Clause) -> str:
    kind = "words " if clause.kind == "words" else "phrase"
    return f"not {kind}" if clause.negated else kind


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


def explained_hit(score: float, parts: Sequence[TermScore], uncut: Sequence[TokenPhrase]) -> Iterator[str]:
    """Return what the score of a hit is made of, and the words that stand in it only as a phrase."""
    score = score or sum(part.score for part in parts)  # an order by date has none
    yield click.style(f"score {score:.3f}", dim=True)
    rows = [
        (
            f"{part.score:.3f}",
            f"{part.score / score:.0%}" if score else "",
            printable(part.term.text),
            f"{part.term.stream} of {part.term.field}",
            f"{counted(part.count, 'time')}, in {counted(part.frequency, 'article')}",
        )
        for part in parts[:_TERMS_SHOWN]
    ]
    if rows:
        yield from (f"  {line}" for line in columns(rows, right=(0, 1)))
    if rest := parts[_TERMS_SHOWN:]:
        yield f"  {sum(part.score for part in rest):.3f}  {counted(len(rest), 'more term')}"
    for phrase in uncut:
        yield (
            f"  {printable(_phrase_text(phrase))} stands there only as a phrase:"
            " the sentence is cut into other words"
        )


# Advice


def left_out_by_order(partial: int, ways: Sequence[str]) -> str:
    """Say that there are partial matches, and which options leave them out."""
    holds = "article holds" if partial == 1 else "articles hold"
    return (
        f"no article holds all the words; {partial:,} {holds} only some of them,"
        f" and the order by relevance lists these: leave out {' and '.join(ways)}"
    )


def alternatives_line(others: Sequence[Alternative]) -> str:
    """Suggest relaxed queries, each with the number of articles that it finds."""
    some = " with some of the words"
    return "try: " + ", ".join(
        f"{other.query} ({other.total:,}{some if other.partial else ''})" for other in others
    )


def ids_meant(near: Sequence[str]) -> str:
    """Ask whether one of these ids was meant; "" without any."""
    return f"is it {' or '.join(near)}?" if near else ""


def range_line(oldest: datetime, newest: datetime, tz: tzinfo) -> str:
    """Say from when the articles of an index are, for a search in a time without any."""
    first, last = (in_zone(date, tz).date() for date in (oldest, newest))
    return f"no article is from that time; the articles here are dated {first} to {last}"
