"""The command that searches."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from click.core import ParameterSource

from search.commands.options import (
    UNDECODED,
    QueryCommand,
    after_option,
    before_option,
    index_option,
    json_option,
    query_argument,
    read_limit,
    source_option,
    tz_option,
)
from search.commands.program import (
    FAILED,
    FOUND,
    NOTHING_FOUND,
    print_data,
    print_lines,
    terminal_width,
    warn,
)

if TYPE_CHECKING:
    from search.corpus.suggest import Alternative
    from search.output.records import Answer
    from search.searcher import Hit, Searcher

__all__ = ["query"]


@click.command(cls=QueryCommand, short_help="Find articles.")
@query_argument
@index_option
@after_option
@before_option
@source_option
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
@tz_option
@click.option("--count", is_flag=True, help="Print only how many articles there are.")
@json_option
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one JSON object a hit, a line each.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a header and one line a hit.")
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
    tz: str,
    limit: int | None,
    page: int,
    count: bool,
    explain: bool,
    batch: BinaryIO | None,
    as_json: bool,
    as_jsonl: bool,
    as_csv: bool,
    **filters: Any,
) -> int:
    """Find articles; without QUERY, list all that the filters let through.

    The words of QUERY are joined by spaces. The shell takes quotation marks
    away: an exact phrase needs single quotes around the double ones, or
    Chinese quotation marks, which the shell leaves alone.

    \b
    search query 乌克兰 弹药                     both
    search query '"和平宪法"'                    exactly this; so does “和平宪法”
    search query 乌克兰 -日本                    without 日本
    search query 'title:岸田 OR title:拜登'      in titles
    search query '"日本" ~10 "乌克兰"'           near each other
    search query --source 晨报 --after 2023 --before 2024
    search query 弹药 --sort newest --limit all --csv > hits.csv
    search query --batch queries.txt --limit 100 > answers.jsonl

    Articles that hold only some of the words follow where the others do not
    fill the page; but not with --sort newest or oldest, and --count leaves
    them out. Exit code 0 when something is shown, 1 when nothing is found, 2
    on an error; with --batch, 2 if any query is wrong. Its empty lines are
    passed over; "line" in each answer tells which line it is for.
    """
    from search.searcher import Searcher

    given = {"--count": count, "--json": as_json, "--jsonl": as_jsonl, "--csv": as_csv}
    form = _one_of([name for name, wanted in given.items() if wanted])
    if not _asks(click.get_current_context()):
        raise click.UsageError(
            "write what to find, or what to list: --after 2024, --source NAME, --sort newest"
        )
    _check_options(form, limit=limit, page=page, explain=explain, batch=batch, words=words)
    text = " ".join(words)
    with Searcher(index, tz=tz) as searcher:
        if batch is not None:
            return _answer_batch(_Asker(searcher, 0 if count else limit, page, filters), batch)
        ask = _Asker(searcher, limit, page, filters)
        answer = ask.totals(text) if form == "--count" else ask(text)
        if explain:
            print_lines(_explained(answer, searcher))
        else:
            _print(answer, form, tz=searcher.tz)
        warn(_advice(ask, answer, form))
        shown = answer.total if form == "--count" else answer.shows_hits
        return FOUND if shown else NOTHING_FOUND


# Checking


def _asks(ctx: click.Context) -> bool:
    """Whether the command line says more than where to search."""
    asking = ctx.params.keys() - {"index", "tz"}
    return any(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in asking)


def _one_of(forms: Sequence[str]) -> str | None:
    """What is to be printed; None for what people read."""
    if len(forms) > 1:
        raise click.UsageError(f"{' and '.join(forms)} exclude one another")
    return forms[0] if forms else None


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
        raise click.UsageError(f"--explain is for people; leave out {form or '--batch'}")
    if batch and words:
        raise click.UsageError("with --batch the queries come from the file; leave out QUERY")
    if batch and form in ("--jsonl", "--csv"):
        raise click.UsageError(f"--batch prints JSON; leave out {form}")


# Asking


class _Asker:
    """Asks a searcher with the options of one command line."""

    def __init__(self, searcher: Searcher, limit: int | None, page: int, filters: dict[str, Any]) -> None:
        self._searcher = searcher
        self._limit = limit
        self._page = page
        self._filters: dict[str, Any] = {name: value or None for name, value in filters.items()}

    def __call__(self, text: str) -> Answer:
        """One page; or all hits, made while they are printed."""
        if self._limit is None:
            return self.totals(text, hits=self._searcher.stream(text, **self._filters))
        from search.output.records import Answer

        began = time.perf_counter()
        offset = (self._page - 1) * self._limit
        found = self._searcher.search(text, limit=self._limit, offset=offset, **self._filters)
        seconds = time.perf_counter() - began
        return Answer(text, found.total, found.partial_total, seconds, found.hits, self._page, self._limit)

    def totals(self, text: str, *, hits: Iterable[Hit] = ()) -> Answer:
        """How much there is, and `hits` as given."""
        from search.output.records import Answer

        began = time.perf_counter()
        found = self._searcher.search(text, limit=0, **self._filters)
        return Answer(text, found.total, found.partial_total, time.perf_counter() - began, hits)

    @property
    def sort(self) -> str:
        """The order asked for."""
        return str(self._filters["sort"])

    def partial_total(self, text: str) -> int:
        """How many articles the order by relevance would list after those that hold all the words."""
        return self._searcher.search(text, limit=0, **{**self._filters, "sort": "relevance"}).partial_total

    def alternatives(self, text: str) -> Sequence[Alternative]:
        """What to ask instead."""
        filters = {name: value for name, value in self._filters.items() if name != "sort"}
        return self._searcher.alternatives(text, **filters) if text.strip() else ()


def _answer_batch(ask: _Asker, file: BinaryIO) -> int:
    """Answer one query a line; an error stands in the place of a wrong one's answer."""
    from index.errors import QueryError
    from search.output import records as output

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
            print_data([output.error_json(text, error, line=number)])
            continue
        if answer.total + answer.partial_total and code != FAILED:
            code = FOUND
        print_data(["".join(output.answer_json(answer, line=number))])
    return code


# Printing


def _advice(ask: _Asker, answer: Answer, form: str | None) -> Iterator[str]:
    """What there is besides, where nothing is shown: hits that the order leaves out, or other queries."""
    from search.output import records as output

    ways = ["--count"] if form == "--count" else []
    if ask.sort != "relevance":
        ways.append(f"--sort {ask.sort}")
    if answer.total or (answer.partial_total and not ways):
        return
    if ways and (partial := answer.partial_total or ask.partial_total(answer.query)):
        yield output.left_out_by_order(partial, ways)
    elif form is None and (others := ask.alternatives(answer.query)):
        yield output.alternatives_line(others)


def _print(answer: Answer, form: str | None, *, tz: tzinfo) -> None:
    from search.output import records as output

    match form:
        case "--count":
            print_lines([str(answer.total)])
        case "--json":
            print_data(output.answer_json(answer))
        case "--jsonl":
            print_data(map(output.hit_json, answer.hits))
        case "--csv":
            print_data(output.csv_lines(answer.hits))
        case _:
            print_lines(output.answer_lines(answer, tz=tz, size=terminal_width()))


def _explained(answer: Answer, searcher: Searcher) -> Iterator[str]:
    """The answer for people, with how the query was understood and what the scores are made of."""
    from search.output import records as output
    from search.query.parser import parse

    text = answer.query
    if not text.strip():
        yield from output.answer_lines(answer, tz=searcher.tz, size=terminal_width())
        return

    def explain(hit: Hit) -> Iterator[str]:
        parts = searcher.explain_hit(text, hit.id)
        return output.explained_hit(hit.score, parts, searcher.uncut(text, hit.id))

    yield from output.explained_query(str(parse(text)), searcher.explain(text))
    yield ""
    yield from output.answer_lines(answer, tz=searcher.tz, size=terminal_width(), explain=explain)
