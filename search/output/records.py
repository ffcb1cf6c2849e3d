"""Results for programs: JSON, and an article as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import tzinfo
from html import escape
from typing import TYPE_CHECKING, Any

from index.article import Article
from index.errors import QueryError
from search.calendar import write_moment
from search.output.article import body_html
from search.output.terminal import printable
from search.output.text import write_date
from search.output.values import Answer, json_text, values
from search.output.views import ArticleRecord
from search.results import IndexStats

if TYPE_CHECKING:
    from index.building.report import Report
    from search.check import CheckReport
    from search.corpus.versions import Versions

__all__ = [
    "answer_json",
    "article_html",
    "article_json",
    "check_json",
    "error_json",
    "record_json",
    "report_json",
    "stats_json",
]


def record_json(record: Any, *, tz: tzinfo) -> str:
    """Return any result as a JSON object on one line."""
    return json_text(values(record, tz=tz))


def answer_json(answer: Answer, *, tz: tzinfo, **place: int) -> Iterator[str]:
    """Return an answer as one JSON object with a line for each hit, so that many hits need no memory.

    `place`, such as the line of a batch, goes before what was found.
    """
    about = {**place, **values(replace(answer, hits=()), tz=tz)}
    yield json_text(about).removesuffix("]}")
    line = ""
    for hit in answer.hits:
        if line:
            yield line + ","
        line = record_json(hit, tz=tz)
    if line:
        yield line
    yield "]}"


def error_json(query: str, error: QueryError, **place: int) -> str:
    """Return the JSON for a query with an error, instead of an answer."""
    about = {"query": query, "error": error.problem, "position": error.position, "hint": error.hint}
    return json_text({**place, **about})


def article_json(article: Article, path: str | None, versions: Versions, *, tz: tzinfo) -> str:
    """Return an article as a JSON object.

    Args:
        article: The article.
        path: The seed it was read from; null for an article from Python.
        versions: The other articles from its url.
        tz: The reader's zone.
    """
    about = values(ArticleRecord.of(article), tz=tz)
    text = {name: about.pop(name) for name in ("paragraphs", "paragraph_kinds")}
    others = {name: values(getattr(versions, name), tz=tz) for name in ("earlier", "later")}
    return json_text({**about, "path": path, **others, **text}, indent=2)


def article_html(article: Article, *, tz: tzinfo) -> str:
    """Return an article as an HTML element; all its text is escaped."""
    title = _html(article.title)
    if article.url.lower().startswith(("http://", "https://")):
        title = f'<a href="{_html(article.url)}">{title}</a>'
    lines = ["<article>", f"<h1>{title}</h1>"]
    if article.sources:
        lines.append(f'<p class="source">{_html(" · ".join(article.sources))}</p>')
    if article.date:
        moment = write_moment(article.date, tz)
        lines.append(f'<time datetime="{moment}">{write_date(article.date, tz)}</time>')
    lines.extend(body_html(article, lambda place: _html(article.body[place.start : place.end])))
    return "\n".join([*lines, "</article>"])


def _html(text: str) -> str:
    # HTML has no control characters either.
    return escape(printable(text))


def stats_json(stats: IndexStats, *, tz: tzinfo) -> str:
    """Return the statistics of an index as a JSON object."""
    return json_text(values(stats, tz=tz), indent=2)


def report_json(report: Report, *, indent: int | None = 2) -> str:
    """Return what a rebuild, an update or an optimize did, as a JSON object."""
    return json_text(_report_values(report), indent=indent)


def check_json(report: CheckReport, mended: Report | None = None) -> str:
    """Return the result of a check as a JSON object; `mended` is the report of a repair, else null."""
    about = {name: getattr(report, name) for name in report.__dataclass_fields__}
    problems = [{"file": problem.file, "what": problem.what} for problem in report.problems]
    about |= {"problems": problems, "seconds": round(report.seconds, 3), "sound": report.sound}
    return json_text({**about, "mended": None if mended is None else _report_values(mended)})


def _report_values(report: Report) -> dict[str, Any]:
    left_out = [{"path": one.path, "line": one.line, "reason": one.reason} for one in report.left_out]
    about = {name: getattr(report, name) for name in report.__dataclass_fields__}
    changes = None if report.changes is None else asdict(report.changes)
    return {**about, "left_out": left_out, "seconds": round(report.seconds, 3), "changes": changes}
