"""What the `search` command prints: lines for people, JSON and CSV for programs.

Nothing here searches; everything here is given what was found. Text of
articles goes to people only through `search.display`.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone, tzinfo
from html import escape
from typing import TYPE_CHECKING, Any

import click

from index.article import Article
from index.errors import QueryError
from index.text.tokens import BOUNDARY, can_be_cut
from search.corpus.explain import TermScore
from search.output.terminal import columns, marked, pad, printable, table, width, wrap
from search.query.conditions import TokenPhrase
from search.query.plan import Clause
from search.searcher import Hit, IndexStats

if TYPE_CHECKING:
    from index.building.report import Report
    from search.check import CheckReport
    from search.corpus.suggest import Alternative

__all__ = [
    "Answer",
    "alternatives_line",
    "answer_json",
    "answer_lines",
    "article_html",
    "article_json",
    "article_lines",
    "article_values",
    "check_json",
    "check_lines",
    "csv_lines",
    "error_json",
    "explained_hit",
    "explained_query",
    "hit_json",
    "ids_meant",
    "json_text",
    "left_out_by_order",
    "left_out_lines",
    "mended_lines",
    "report_json",
    "report_lines",
    "stats_json",
    "stats_lines",
]

_INDENT = "    "
_LEFT_OUT_SHOWN = 5
_SOURCES_SHOWN = 20
_TERMS_SHOWN = 12
# JSON itself asks only for the first 32 to be escaped; a terminal acts on these too.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found. `hits` may be made while they are printed.

    `limit` is the number of hits on a page, None where all are on one.
    """

    query: str
    total: int
    partial_total: int
    seconds: float
    hits: Iterable[Hit]
    page: int = 1
    limit: int | None = None

    @property
    def first(self) -> int:
        """The number of the page's first hit, counted from 1."""
        return 1 + (self.page - 1) * (self.limit or 0)

    @property
    def last(self) -> int:
        """The number of the page's last hit."""
        found = self.total + self.partial_total
        return min(found, self.first + self.limit - 1) if self.limit else found

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, math.ceil((self.total + self.partial_total) / self.limit)) if self.limit else 1

    @property
    def shows_hits(self) -> bool:
        """Whether there is a hit on this page."""
        return self.first <= self.last


# For programs


def json_text(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON that no terminal acts on."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _moment_json(date: datetime | None) -> str | None:
    return None if date is None else date.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _hit_values(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "url": hit.url,
        "source": hit.source,
        "date": _moment_json(hit.date),
        "score": hit.score,
        "partial": hit.partial,
        "title_highlights": hit.title_highlights,
        "snippets": [{"text": piece.text, "highlights": piece.highlights} for piece in hit.snippets],
    }


def hit_json(hit: Hit) -> str:
    """One hit as a JSON object on one line."""
    return json_text(_hit_values(hit))


def answer_json(answer: Answer, **place: int) -> Iterator[str]:
    """One JSON object, a line for each hit, so that many hits need no memory.

    `place`, such as the line of a batch, goes before what was found.
    """
    values = {
        **place,
        "query": answer.query,
        "total": answer.total,
        "partial_total": answer.partial_total,
        "page": answer.page,
        "seconds": round(answer.seconds, 4),
    }
    yield json_text(values)[:-1] + ', "hits": ['
    line = ""
    for hit in answer.hits:
        if line:
            yield line + ","
        line = hit_json(hit)
    if line:
        yield line
    yield "]}"


def error_json(query: str, error: QueryError, **place: int) -> str:
    """A query that cannot be understood, in the place of its answer. `position` counts from 1."""
    values = {"query": query, "error": error.problem, "position": error.position, "hint": error.hint}
    return json_text({**place, **values})


def csv_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """A header and one line for each hit: line ends within a field become spaces."""
    yield _csv(["id", "title", "url", "source", "date", "score", "partial", "snippet"])
    for hit in hits:
        fields = [hit.id, hit.title, hit.url, "; ".join(hit.source), _moment_json(hit.date) or ""]
        snippet = " ".join(piece.text for piece in hit.snippets)
        partial = "true" if hit.partial else "false"
        yield _csv([*map(printable, fields), f"{hit.score:.4f}", partial, printable(snippet)])


def _csv(fields: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(fields)
    return buffer.getvalue()


def article_values(article: Article) -> dict[str, Any]:
    """What an article says, as JSON values."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.sources,
        "date": _moment_json(article.date),
        "dated_by": article.dated_by,
        "paragraphs": article.paragraphs,
    }


def article_json(article: Article, path: str | None) -> str:
    """An article as a JSON object; `path` is the seed's, null for an article from Python."""
    values = article_values(article)
    paragraphs = values.pop("paragraphs")
    return json_text({**values, "path": path, "paragraphs": paragraphs}, indent=2)


def article_html(article: Article) -> str:
    """An article as an HTML element: nothing of its own markup, everything escaped."""
    title = _html(article.title)
    if article.url.lower().startswith(("http://", "https://")):
        title = f'<a href="{_html(article.url)}">{title}</a>'
    lines = ["<article>", f"<h1>{title}</h1>"]
    if article.sources:
        lines.append(f'<p class="source">{_html(" · ".join(article.sources))}</p>')
    if moment := _moment_json(article.date):
        lines.append(f'<time datetime="{moment}">{moment}</time>')
    lines.extend(f"<p>{_html(paragraph)}</p>" for paragraph in article.paragraphs)
    return "\n".join([*lines, "</article>"])


def _html(text: str) -> str:
    # HTML has no control characters either.
    return escape(printable(text))


def report_json(report: Report) -> str:
    """What a rebuild, an update or an optimize did, as a JSON object."""
    return json_text(_report_values(report), indent=2)


def _report_values(report: Report) -> dict[str, Any]:
    left_out = [{"path": one.path, "line": one.line, "reason": one.reason} for one in report.left_out]
    values = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return {**values, "left_out": left_out, "seconds": round(report.seconds, 3)}


def check_json(report: CheckReport, mended: Report | None = None) -> str:
    """What is wrong with an index, as a JSON object; `mended` is what a repair then did, else null."""
    values = asdict(report)
    values |= {"seconds": round(report.seconds, 3), "sound": report.sound}
    return json_text({**values, "mended": None if mended is None else _report_values(mended)})


def stats_json(stats: IndexStats) -> str:
    """What an index holds, as a JSON object."""
    values = {name: getattr(stats, name) for name in stats.__dataclass_fields__}
    moments = {name: _moment_json(values[name]) for name in ("oldest", "newest", "built")}
    return json_text({**values, **moments}, indent=2)


# For people


def answer_lines(
    answer: Answer,
    *,
    tz: tzinfo,
    size: int | None,
    explain: Callable[[Hit], Iterable[str]] = lambda hit: (),
) -> Iterator[str]:
    """What a query found: how much, then the hits, numbered; `size` is the terminal's in columns.

    `explain` gives lines to print below a hit.
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
    parts = [_count(answer.total, "article")]
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
    return f"── {_count(total, 'article')} {verb} all the words; these hold only some of them ──"


def _hit_lines(hit: Hit, number: str, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    indent = " " * max(len(_INDENT), len(number) + 2)
    room = None if size is None else size - len(indent)
    begin = pad(number, len(indent))
    for span in wrap(hit.title, room):
        yield begin + marked(hit.title, hit.title_highlights, span, bold=True)
        begin = indent
    about = " · ".join(map(printable, (*hit.source, _moment(hit.date, tz), hit.id)))
    for start, end in wrap(about, room):
        yield indent + click.style(about[start:end].rstrip(), dim=True)
    for snippet in hit.snippets:
        for span in wrap(snippet.text, room):
            yield indent + marked(snippet.text, snippet.highlights, span)


def _moment(date: datetime | None, tz: tzinfo, *, timespec: str = "minutes") -> str:
    """A date as people read it, with the offset of its zone."""
    if date is None:
        return "no date"
    local = date.astimezone(tz)
    zone = local.strftime("%z") if local.utcoffset() else "UTC"
    return f"{local.replace(tzinfo=None).isoformat(' ', timespec)} {zone}"


def left_out_by_order(partial: int, ways: Sequence[str]) -> str:
    """That articles with only some of the words are there, and which options hide them."""
    holds = "article holds" if partial == 1 else "articles hold"
    return (
        f"no article holds all the words; {partial:,} {holds} only some of them,"
        f" and the order by relevance lists these: leave out {' and '.join(ways)}"
    )


def alternatives_line(others: Sequence[Alternative]) -> str:
    """What to ask instead of a query that finds nothing, with the number of articles that it finds."""
    some = " with some of the words"
    return "try: " + ", ".join(
        f"{other.query} ({other.total:,}{some if other.partial else ''})" for other in others
    )


def ids_meant(near: Sequence[str]) -> str:
    """The question whether one of these ids was meant; nothing where there is none."""
    return f"is it {' or '.join(near)}?" if near else ""


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def explained_query(read_as: str, clauses: Sequence[Clause]) -> Iterator[str]:
    """How a query was understood: as a whole, then each piece of its text."""
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
    """A phrase as one would write it: Han characters together, other units apart."""
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
    """What the score of a hit is made of, and which words stand in it only as a phrase."""
    score = score or sum(part.score for part in parts)  # an order by date has none
    yield click.style(f"score {score:.3f}", dim=True)
    rows = [
        (
            f"{part.score:.3f}",
            f"{part.score / score:.0%}" if score else "",
            printable(part.term.text),
            f"{part.term.stream} of {part.term.field}",
            f"{_count(part.count, 'time')}, in {_count(part.frequency, 'article')}",
        )
        for part in parts[:_TERMS_SHOWN]
    ]
    if rows:
        yield from (f"  {line}" for line in columns(rows, right=(0, 1)))
    if rest := parts[_TERMS_SHOWN:]:
        yield f"  {sum(part.score for part in rest):.3f}  {_count(len(rest), 'more term')}"
    for phrase in uncut:
        yield (
            f"  {printable(_phrase_text(phrase))} stands there only as a phrase:"
            " the sentence is cut into other words"
        )


def article_lines(article: Article, *, tz: tzinfo, size: int | None) -> Iterator[str]:
    """An article as text: what is known of it, then its paragraphs."""
    yield from (
        click.style(printable(article.title[start:end]), bold=True)
        for start, end in wrap(article.title, size)
    )
    date = _moment(article.date, tz, timespec="seconds")
    if article.dated_by:
        date += f" (from: {article.dated_by})"
    about = [
        ("source", " · ".join(article.sources)),
        ("date", date),
        ("url", article.url),
        ("id", article.id),
    ]
    yield from table([(name, printable(value)) for name, value in about if value])
    for paragraph in article.paragraphs:
        yield ""
        yield from (printable(paragraph[start:end]).rstrip() for start, end in wrap(paragraph, size))


def stats_lines(stats: IndexStats, *, index: str, tz: tzinfo) -> Iterator[str]:
    """What an index holds, for people."""
    undated = f" ({stats.undated:,} without a date)" if stats.undated else ""
    rows = [("index", index), ("articles", f"{stats.articles:,}{undated}")]
    if stats.oldest and stats.newest:
        rows.append(("dates", f"{_moment(stats.oldest, tz)} to {_moment(stats.newest, tz)}"))
    rows += [
        ("size", _bytes(stats.size)),
        ("engine", f"{stats.engine} ({stats.engine_version})"),
        ("built", f"{_moment(stats.built, tz)}, generation {stats.generation}"),
        *(("archive" if at == 0 else "", root) for at, root in enumerate(stats.roots)),
        ("user words", "yes" if stats.user_dict else "none"),
    ]
    yield from table([(name, printable(value)) for name, value in rows])
    sources = [(printable(name), f"{number:,}") for name, number in stats.sources.items()]
    if sources:
        yield ""
        yield from columns([("source", "articles"), *sources[:_SOURCES_SHOWN]], right=(1,))
    if len(sources) > _SOURCES_SHOWN:
        yield f"… and {len(sources) - _SOURCES_SHOWN:,} more; all with --json"


def _bytes(size: int) -> str:
    value = float(size)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def report_lines(report: Report, *, index: str) -> Iterator[str]:
    """What a rebuild or an update did, for people."""
    where = f"{printable(index)}, generation {report.generation}, {report.seconds:.1f} s"
    if report.part and report.missing:
        number, of = report.part
        yield f"part {number} of {of} is done in {where}"
        yield f"the old articles are found until these parts are done: {', '.join(map(str, report.missing))}"
    else:
        yield f"{_count(report.articles, 'article')} in {where}"
    counts = ("read", "added", "replaced", "deleted", "unchanged")
    rows = [(name, f"{number:,}", "") for name in counts if (number := getattr(report, name))]
    if report.left_out:
        rows.append(("left out", f"{len(report.left_out):,}", ""))
    if report.passed_over:
        kinds = ", ".join(f"{printable(kind)} {number:,}" for kind, number in report.passed_over.items())
        rows.append(("passed over", f"{sum(report.passed_over.values()):,}", kinds))
    if rows:
        yield from (f"  {line}" for line in columns(rows, right=(1,)))
    for before, now in report.moved.items():
        yield f"  {printable(before)} was moved to {printable(now)}: its articles keep their ids"


def left_out_lines(report: Report) -> Iterator[str]:
    """How many seeds were left out, and why the first of them were; nothing where none was."""
    left_out = report.left_out
    if not left_out:
        return
    seeds = report.read + report.unchanged + len(left_out)
    yield f"{len(left_out):,} of {_count(seeds, 'seed')} left out; the first:"
    yield from (f"  {printable(str(error))}" for error in left_out[:_LEFT_OUT_SHOWN])
    if len(left_out) > _LEFT_OUT_SHOWN:
        yield f"  and {len(left_out) - _LEFT_OUT_SHOWN:,} more; all with --json"


def check_lines(report: CheckReport) -> Iterator[str]:
    """What was looked at and whether all is well; the problems themselves are messages."""
    verdict = "nothing is wrong" if report.sound else f"{len(report.problems):,} wrong"
    if not report.generation:
        yield f"{verdict}: nothing further could be looked at, {report.seconds:.1f} s"
        return
    size = f"{_count(report.files, 'file')}, {_bytes(report.size)}"
    looked = f"{_count(report.articles, 'article')}, {report.sampled:,} of them looked for"
    yield f"{verdict}: {size}, {looked}, {report.seconds:.1f} s"


def mended_lines(report: Report) -> Iterator[str]:
    """What a repair did, for people."""
    yield f"mended: {_count(report.articles, 'article')}, {report.seconds:.1f} s"
