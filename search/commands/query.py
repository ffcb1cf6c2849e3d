"""The command that searches."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from click.core import ParameterSource

from search.commands.forms import LISTS, form_options, print_listing
from search.commands.options import (
    UNDECODED,
    QueryCommand,
    filter_options,
    index_option,
    query_argument,
    read_limit,
    tz_option,
)
from search.commands.pager import print_paged
from search.commands.program import FAILED, FOUND, NOTHING_FOUND, print_data, terminal_width, warn
from search.output.language import say

if TYPE_CHECKING:
    from search.engines.base import Sort
    from search.filters import Filters
    from search.highlighting.snippets import Snippets
    from search.output.values import Answer
    from search.reprinting import Group
    from search.results import Hit, Page
    from search.searcher import Searcher

__all__ = ["query"]


@click.command(cls=QueryCommand, short_help="Find articles.")
@query_argument
@index_option
@filter_options
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="The order of the hits.",
)
@click.option(
    "--limit",
    "-n",
    metavar="N|all",
    callback=read_limit,
    default="10",
    show_default=True,
    help="Hits on a page.",
)
@click.option(
    "--page", metavar="N", type=click.IntRange(min=1), default=1, show_default=True, help="Which page."
)
@click.option("--all-snippets", is_flag=True, help="Show every occurrence, not only the two best pieces.")
@click.option("--group", is_flag=True, help="Show one hit for all with the same text, the others below.")
@click.option("--earliest", is_flag=True, help="As --group; the earliest stands for all, not the best.")
@tz_option
@click.option("--count", is_flag=True, help="Print only how many articles there are.")
@form_options(*LISTS)
@click.option(
    "--explain", is_flag=True, help="Print how the query was understood and what scores are made of."
)
@click.option(
    "--batch",
    metavar="FILE|-",
    type=click.File("rb"),
    help="Read one query a line; print one JSON object for each, a line each.",
)
def query(
    words: tuple[str, ...],
    index: str,
    filters: Filters,
    sort: Any,
    limit: int | None,
    page: int,
    all_snippets: bool,
    group: bool,
    earliest: bool,
    tz: str | None,
    count: bool,
    explain: bool,
    batch: BinaryIO | None,
    form: str | None,
) -> int:
    """Find articles; without QUERY, list all articles that the filters let through.

    The words of QUERY are joined by spaces. The shell takes quotation marks
    away: an exact phrase needs single quotes around the double ones, or
    Chinese quotation marks, which the shell leaves alone.

    \b
    search query 乌克兰 弹药                     both
    search query '"和平宪法"'                    exactly this; so does “和平宪法”
    search query 乌克兰 -日本                    without 日本
    search query 'title:岸田 OR title:拜登'      in titles
    search query '"日本" ~10 "乌克兰"'           near each other
    search query --variants 特朗普               川普 too
    search query added:7d --sort newest          what came in during the last week
    search query --source 晨报 --after 2023 --before 2024
    search query 弹药 --sort newest --limit all --csv --bom > hits.csv
    search query 弹药 --limit all --bibtex > hits.bib
    search query 渡轮 --group                    reprints below one hit
    search query --batch queries.txt --limit 100 > answers.jsonl

    If articles with all the words do not fill the page, articles with some of
    them follow; not with --sort newest or oldest, and not counted by --count.
    Exit code 0 when something is shown, 1 when nothing is found, 2 on an
    error; with --batch, 2 if any query is wrong. Empty lines of a batch are
    passed over; "line" in each answer is the number of its line.
    """
    from search.searcher import Searcher

    if count and form:
        raise click.UsageError(f"{say(' and ').join(['--count', f'--{form}'])} exclude one another")
    form = "count" if count else form
    if not _asks(click.get_current_context()):
        raise click.UsageError(
            "write what to find, or what to list: --after 2024, --source NAME, --sort newest"
        )
    how: Group = "earliest" if earliest else "best" if group else "none"
    _check_group(how, form, limit)
    _check_options(form, limit=limit, page=page, explain=explain, batch=batch, words=words)
    asked = _Asked(
        0 if batch and count else limit, page, sort, "all" if all_snippets else "best", filters, how
    )
    with Searcher(index, tz=tz) as searcher:
        if batch is not None:
            return _answer_batch(_Asker(searcher, asked, quick=True), batch)
        ask = _Asker(searcher, asked, quick=form not in (None, "json"))
        return _answer(ask, words, form, index, explain=explain)


def _answer(ask: _Asker, words: Sequence[str], form: str | None, index: str, *, explain: bool) -> int:
    """Print the answer to one query, and what there is to say about it."""
    text = " ".join(words)
    answer = ask.totals(text) if form == "count" else ask(text)
    if form is None:
        answer = replace(answer, hits=_remembered(answer, index))
    if explain:
        print_paged(_explained(answer, ask.searcher, ask.filters))
    else:
        _print(answer, form, ask.searcher, ask.sort)
    warn(_advice(ask, answer, form, words))
    shown = answer.total if form == "count" else answer.shows_hits
    return FOUND if shown else NOTHING_FOUND


# Checking


def _asks(ctx: click.Context) -> bool:
    """Return whether the command line says more than where to search."""
    asking = ctx.params.keys() - {"index", "tz"}
    return any(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in asking)


def _check_options(
    form: str | None,
    *,
    limit: int | None,
    page: int,
    explain: bool,
    batch: BinaryIO | None,
    words: Sequence[str],
) -> None:
    """Raise UsageError for options that contradict one another."""
    if limit is None and page > 1:
        raise click.UsageError("with --limit all there is only one page")
    if explain and (form or batch):
        raise click.UsageError(f"--explain is for people; leave out --{form or 'batch'}")
    if batch and words:
        raise click.UsageError("with --batch the queries come from the file; leave out QUERY")
    if batch and form not in (None, "count", "json"):
        raise click.UsageError(f"--batch prints JSON; leave out --{form}")


def _check_group(group: Group, form: str | None, limit: int | None) -> None:
    """Raise UsageError where groups of reprints cannot be shown."""
    if group != "none" and form not in (None, "json", "jsonl"):
        raise click.UsageError(f"--group cannot be shown with --{form}; leave out one of them")
    if group != "none" and limit is None:
        raise click.UsageError("--group shows one page; write how many hits: --limit 100")


# Asking


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which hits a command line asks for, and how they are shown; `limit` None is all."""

    limit: int | None
    page: int
    sort: Sort
    snippets: Snippets
    filters: Filters
    group: Group


class _Asker:
    """Asks a Searcher with the options of one command line."""

    def __init__(self, searcher: Searcher, asked: _Asked, *, quick: bool) -> None:
        self.searcher = searcher
        self.sort = asked.sort
        self.filters = asked.filters
        self.quick = quick
        self._asked = asked

    def __call__(self, text: str) -> Answer:
        """Return one page, or all hits, which are made while they are printed."""
        if self._asked.limit is None:
            return self.totals(text, hits=self._stream(text))
        return self._answer(text, page=self._asked.page, limit=self._asked.limit)

    def _stream(self, text: str) -> Iterator[Hit]:
        return self.searcher.stream(text, sort=self.sort, snippets=self._asked.snippets, filters=self.filters)

    def totals(self, text: str, *, hits: Iterable[Hit] = ()) -> Answer:
        """Return how much is found, with `hits` as given."""
        return replace(self._answer(text, page=1, limit=0), hits=hits, limit=None)

    def _answer(self, text: str, *, page: int, limit: int) -> Answer:
        from search.output.values import Answer

        began = time.perf_counter()
        found = self.searcher.search(
            text,
            limit=limit,
            offset=(page - 1) * limit,
            sort=self.sort,
            snippets=self._asked.snippets,
            group=self._asked.group if limit else False,
            filters=self.filters,
        )
        meant = self.searcher.corrections(text, filters=self.filters) if self._corrects(found) else ()
        seconds = round(time.perf_counter() - began, 4)
        return Answer.of(found, page=page, limit=limit, seconds=seconds, did_you_mean=meant)

    def _corrects(self, found: Page) -> bool:
        """Return whether a suggestion would be read: not with numbers alone, or one query of many."""
        return found.total == 0 and not self.quick

    def partial_total(self, text: str) -> int:
        """Return how many articles with only some of the words the order by relevance would list."""
        return self.searcher.search(text, limit=0, filters=self.filters).partial_total


def _answer_batch(ask: _Asker, file: BinaryIO) -> int:
    """Answer one query a line; a query with an error gets the error in its place."""
    from index.errors import QueryError
    from search.output.records import answer_json, error_json

    code = NOTHING_FOUND
    for number, line in enumerate(file, 1):
        written = line.decode("utf-8-sig", errors="surrogateescape").strip()
        text = UNDECODED.sub("\ufffd", written)
        if not text:
            continue
        try:
            if broken := UNDECODED.search(written):
                position = broken.start() + 1
                raise QueryError("not UTF-8", query=text, position=position, hint="convert the file")
            answer = ask(text)
        except QueryError as error:
            code = FAILED
            print_data([error_json(text, error, line=number)])
            continue
        if answer.total + answer.partial_total and code != FAILED:
            code = FOUND
        print_data(["".join(answer_json(answer, tz=ask.searcher.tz, line=number))])
    return code


# Printing


def _remembered(answer: Answer, index: str) -> Iterator[Hit]:
    """Return the hits of an answer; `search show` will know them by their numbers."""
    from search.commands.state import remember_hits

    ids = []
    try:
        for hit in answer.hits:
            ids.append(hit.id)
            yield hit
    finally:
        if ids:
            remember_hits(index, answer.first, ids)


def _advice(ask: _Asker, answer: Answer, form: str | None, words: Sequence[str]) -> Iterator[str]:
    """Say what there is besides: notes on the query, hits that the order leaves out, other queries."""
    from search.output import text

    if form is None:
        yield from map(text.note_line, answer.notes)
        if answer.did_you_mean:
            yield text.corrections_line(answer.did_you_mean)
        if answer.total:
            yield from _quoting(ask, words)
    ways = ["--count"] if form == "count" else []
    if ask.sort != "relevance":
        ways.append(f"--sort {ask.sort}")
    if answer.total or (answer.partial_total and not ways):
        return
    if ways and (partial := answer.partial_total or ask.partial_total(answer.query)):
        yield text.left_out_by_order(partial, ways)
    elif form is None:
        query = answer.query
        if (
            query.strip()
            and not answer.did_you_mean
            and (others := ask.searcher.alternatives(query, filters=ask.filters))
        ):
            yield text.alternatives_line(others)


def _quoting(ask: _Asker, words: Sequence[str]) -> Iterator[str]:
    """Tell whoever wrote `"日本 乌克兰"` that the shell took the quotation marks away, where it matters."""
    from search.output.text import counted
    from search.query.words import is_lone

    for word in words:
        if not all(char.isalnum() or char == " " for char in word):
            continue
        clauses = ask.searcher.explain(word)
        parts = sum(len(clause.phrases) for clause in clauses)
        lone = any(is_lone(cut) for clause in clauses for cut in clause.streams.words)
        if parts < 2 or not (lone or " " in word.strip()):
            continue
        quoted = f'"{word.strip()}"'
        exactly = ask.searcher.search(quoted, limit=0, filters=ask.filters).total
        if exactly and exactly != ask.searcher.search(word, limit=0, filters=ask.filters).total:
            how = f"search query '{quoted}'"
            yield say(
                f"{word} was read as words anywhere in the article; exactly so it stands in"
                f" {counted(exactly, 'article')}: {how}"
            )


def _print(answer: Answer, form: str | None, searcher: Searcher, sort: Sort) -> None:
    tz = searcher.tz
    if form == "count":
        print_data([str(answer.total)])
    elif form is None:
        from search.output.text import answer_lines

        print_paged(answer_lines(answer, tz=tz, size=terminal_width()))
    elif form == "json":
        from search.output.records import answer_json

        print_data(answer_json(answer, tz=tz))
    else:
        from search.output.exports import EXPORTS, Listing, full_matches

        # References to all that was found are to what the query finds, not to what looks like it.
        hits = full_matches(answer.hits) if EXPORTS[form].cites and answer.limit is None else answer.hits
        print_listing(form, Listing(hits, tz, answer.query, sort, tuple(searcher.own_fields)))


def _explained(answer: Answer, searcher: Searcher, filters: Filters) -> Iterator[str]:
    """Return the answer with how the query was understood and what the scores are made of."""
    from search.output.text import answer_lines, explained_hit, explained_query
    from search.query.parser import parse

    query = answer.query
    if not query.strip():
        yield from answer_lines(answer, tz=searcher.tz, size=terminal_width())
        return

    def explain(hit: Hit) -> Iterator[str]:
        parts = searcher.explain_hit(query, hit.id, filters=filters)
        near = searcher.explain_closeness(query, hit.id, filters=filters)
        return explained_hit(hit.score, parts, searcher.uncut(query, hit.id), near)

    yield from explained_query(
        str(parse(query, tuple(searcher.own_fields.items()))), searcher.explain(query, filters=filters)
    )
    yield ""
    yield from answer_lines(answer, tz=searcher.tz, size=terminal_width(), explain=explain)
