"""What users of other tools reported does not happen here; docs/reports.md has the reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from index import Article, rebuild
from search import Searcher

DOCUMENT = Path(__file__).parents[1] / "docs/reports.md"


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    text: str
    query: str
    here: str


def read_reports() -> list[Report]:
    row = re.compile(r"^\| \[([^]]+)\]\(\S+\) \| [^|]+ \| ([^|]+) \| `([^|]+)` \| ([^|]+) \|$", re.MULTILINE)
    return [Report(*found) for found in row.findall(DOCUMENT.read_text("utf-8"))]


REPORTS = read_reports()


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def searcher(request, tmp_path_factory):
    index = tmp_path_factory.mktemp("reports") / "index"
    articles = [Article(id=report.name, title="一则报告", body=report.text) for report in REPORTS]
    rebuild(articles, index, engine=request.param)
    with Searcher(index) as searcher:
        yield searcher


def test_there_are_more_than_forty_reports():
    assert len({report.name for report in REPORTS}) == len(REPORTS) > 40


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_what_was_reported_does_not_happen_here(report, searcher):
    hits = {hit.id: hit for hit in searcher.search(report.query, limit=100)}
    hit = hits.get(report.name)
    if report.here == "not found":
        assert hit is None or hit.partial
    elif report.here == "partial":
        assert hit is not None
        assert hit.partial
    else:
        assert hit is not None
        assert not hit.partial
        shown = searcher.highlighted(report.name, report.query)
        marked = [report.text[start:end] for start, end in shown.body_highlights]
        assert report.here.strip("`") in marked
