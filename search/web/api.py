"""The JSON API as a table: each resource is one method of a Searcher.

The table gives paths, parameters, answers and the description of the API
(openapi.py). An answer is a dataclass; search/output/values.py makes JSON of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from search.corpus.collocations import Collocate, Collocations
from search.corpus.concordance import Line
from search.corpus.counts import QueryCount
from search.corpus.facets import Count, Facets, Timeline
from search.corpus.passages import Difference
from search.corpus.quotation import Passage, Quotation
from search.corpus.reprints import Reprint, Reprints
from search.corpus.rewording import Rewording, SentenceChange
from search.corpus.trend import Point, Series, Trend
from search.corpus.versions import Version, Versions
from search.highlighting.snippets import Snippet
from search.output.values import Answer
from search.output.views import ArticleRecord, Concordance, Counts, Health, Similar, Suggestions
from search.results import Hit, Page
from search.searcher import Searcher
from search.web.parameters import (
    BY,
    COLLOCATES,
    FILTERS,
    FILTERS_OF_SEVERAL,
    GROUP,
    ID,
    KWIC,
    LEAST,
    LIMIT,
    MEASURE,
    OTHER,
    PAGING,
    QUOTATION,
    SNIPPETS,
    UNIT,
    Parameter,
    Q,
    filters_of,
)

__all__ = ["RESOURCES", "Resource"]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the API.

    `path` may hold `{id}`; `parameters` are those of the query string;
    `answer` returns the dataclass of which `example` is one.
    """

    name: str
    path: str
    summary: str
    parameters: Sequence[Parameter]
    answer: Callable[[Searcher, dict[str, Any]], Any]
    example: Any
    is_urgent: bool = False
    """It takes no time and must be answered however busy the server is."""


def _search(searcher: Searcher, given: dict[str, Any]) -> Answer:
    began = time.perf_counter()
    page, limit = given["page"], given["limit"]
    found = searcher.search(
        given["q"],
        limit=limit,
        offset=(page - 1) * limit,
        sort=given["sort"],
        snippets=given["snippets"],
        group=given["group"],
        filters=filters_of(given),
    )
    meant = () if found.total else searcher.corrections(given["q"], filters=filters_of(given))
    seconds = round(time.perf_counter() - began, 4)
    return Answer.of(found, page=page, limit=limit, seconds=seconds, did_you_mean=meant)


def _article(searcher: Searcher, given: dict[str, Any]) -> ArticleRecord:
    # Without its path: where the seed lies is the server's business.
    return ArticleRecord.of(searcher.article(given["id"]))


def _facets(searcher: Searcher, given: dict[str, Any]) -> Facets:
    return searcher.facets(given["q"], by=given["by"], filters=filters_of(given))


def _timeline(searcher: Searcher, given: dict[str, Any]) -> Timeline:
    return searcher.timeline(given["q"], unit=given["unit"], filters=filters_of(given))


def _suggest(searcher: Searcher, given: dict[str, Any]) -> Suggestions:
    return Suggestions(given["q"], searcher.suggest(given["q"], limit=given["limit"]))


def _similar(searcher: Searcher, given: dict[str, Any]) -> Similar:
    return Similar(given["id"], searcher.similar(given["id"], limit=given["limit"]))


def _reprints(searcher: Searcher, given: dict[str, Any]) -> Reprints:
    return searcher.reprints(given["id"], least=given["least"] / 100, limit=given["limit"])


def _versions(searcher: Searcher, given: dict[str, Any]) -> Versions:
    return searcher.versions(given["id"])


def _rewording(searcher: Searcher, given: dict[str, Any]) -> Rewording:
    return searcher.rewording(given["id"], given["other"])


def _quotation(searcher: Searcher, given: dict[str, Any]) -> Quotation:
    return searcher.quotation(given["text"], limit=given["limit"], filters=filters_of(given))


def _health(searcher: Searcher, given: dict[str, Any]) -> Health:
    summary = searcher.summary()
    return Health("ok", summary.articles, summary.engine, summary.generation)


def _count(searcher: Searcher, given: dict[str, Any]) -> Counts:
    return Counts(searcher.count(*given["q"], filters=filters_of(given)))


def _concordance(searcher: Searcher, given: dict[str, Any]) -> Concordance:
    last = given["page"] * given["limit"]
    options = {name: given[name] for name in ("width", "sort", "sample", "seed")}
    lines = searcher.concordance(given["q"], limit=last, filters=filters_of(given), **options)
    (total,) = searcher.count(given["q"], filters=filters_of(given))
    shown = tuple(islice(lines, last - given["limit"], last))
    return Concordance(given["q"], total.articles, total.occurrences, shown)


def _collocations(searcher: Searcher, given: dict[str, Any]) -> Collocations:
    window = given["window"]
    options = {name: given[name] for name in ("of", "min_count", "sort", "limit")}
    return searcher.collocations(
        given["q"],
        window=int(window) if window.isdigit() else window,
        filters=filters_of(given),
        **options,
    )


def _trend(searcher: Searcher, given: dict[str, Any]) -> Trend:
    return searcher.trend(
        *given["q"], unit=given["unit"], measure=given["measure"], filters=filters_of(given)
    )


_HIT = Hit(
    id="晨报/1042199.md",
    title="夜班列车恢复开行",
    url="https://news.example/1042199",
    sources=("晨报", "news.example"),
    date=datetime(2024, 3, 10, 19, 45, 1, tzinfo=timezone.utc),
    score=12.3,
    partial=False,
    occurrences=3,
    title_highlights=((0, 2),),
    snippets=(Snippet("夜班列车每晚十点开出。", ((0, 4),)),),
    authors=("林小舟",),
    tags=("交通",),
    fields={"page": ("A1",)},
)
_LINE = Line(
    id=_HIT.id,
    date=_HIT.date,
    sources=_HIT.sources,
    field="body",
    start=2,
    end=4,
    left="夜班",
    hit="列车",
    right="每晚十点开出。",
)
_RECORD = ArticleRecord(
    fields=_HIT.fields,
    id=_HIT.id,
    title=_HIT.title,
    titled_by="header",
    authors=_HIT.authors,
    url=_HIT.url,
    sources=_HIT.sources,
    date=_HIT.date,
    dated_by="header",
    tags=_HIT.tags,
    paragraphs=("夜班列车每晚十点开出。",),
    paragraph_kinds=("text",),
)

_PASSAGE = Passage(
    id=_HIT.id,
    title=_HIT.title,
    url=_HIT.url,
    sources=_HIT.sources,
    date=_HIT.date,
    field="body",
    start=0,
    end=10,
    text="夜班列车每晚十点开出",
    part=1,
    closeness=0.9,
    unlike=(),
    differences=(Difference("九", "十", 6),),
)

_REPRINT = Reprint(
    id="晚报/77.md",
    title="夜班列车重开",
    url="",
    sources=("晚报",),
    date=datetime(2024, 3, 11, 8, 0, 0, tzinfo=timezone.utc),
    share=0.82,
    own_share=0.95,
    same=False,
)

_VERSION = Version(
    id="晨报/1042100.md",
    title="夜班列车恢复开行",
    sources=_HIT.sources,
    date=_HIT.date,
    added=datetime(2024, 3, 12, 8, 0, 0, tzinfo=timezone.utc),
    same=False,
)

RESOURCES = (
    Resource(
        "search",
        "/api/search",
        "One page of what a query finds",
        (*FILTERS, *PAGING, SNIPPETS, GROUP),
        _search,
        Answer.of(Page("夜班列车", total=1, partial_total=0, hits=(_HIT,)), limit=10, seconds=0.003),
    ),
    Resource("article", "/api/articles/{id}", "One article", (), _article, _RECORD),
    Resource(
        "facets",
        "/api/facets",
        "How many articles each source, author, tag, year or month has",
        (*FILTERS, BY),
        _facets,
        Facets("列车", "source", total=12, missing=0, partial=False, counts=(Count("晨报", 12),)),
    ),
    Resource(
        "timeline",
        "/api/timeline",
        "Articles over time, without gaps",
        (*FILTERS, UNIT),
        _timeline,
        Timeline("列车", "month", total=12, missing=0, partial=False, counts=(Count("2024-03", 12),)),
    ),
    Resource(
        "count",
        "/api/count",
        "How many articles match queries, and how many occurrences they have",
        FILTERS_OF_SEVERAL,
        _count,
        Counts((QueryCount("列车", 12, 31),)),
    ),
    Resource(
        "concordance",
        "/api/concordance",
        "Every occurrence of a query with its context",
        (*FILTERS, *KWIC),
        _concordance,
        Concordance("列车", 12, 31, (_LINE,)),
    ),
    Resource(
        "collocations",
        "/api/collocations",
        "The words that stand near a query",
        (*FILTERS, *COLLOCATES),
        _collocations,
        Collocations("列车", "words", 5, 12, 31, 2841, (Collocate("晚点", 9, 0.7, 1, 8, 12.1, 38.5, 3.7),)),
    ),
    Resource(
        "trend",
        "/api/trend",
        "Queries over time, counted or compared",
        (*FILTERS_OF_SEVERAL, UNIT, MEASURE),
        _trend,
        Trend("month", "articles", (Series("列车", 12, 0, (Point("2024-03", 12),)),)),
    ),
    Resource(
        "suggest",
        "/api/suggest",
        "How a query may go on",
        (Q, LIMIT),
        _suggest,
        Suggestions("列", ("列车",)),
    ),
    Resource(
        "similar", "/api/similar", "Articles about the same", (ID, LIMIT), _similar, Similar(_HIT.id, (_HIT,))
    ),
    Resource(
        "reprints",
        "/api/reprints",
        "Who shares text with an article, and who was first",
        (ID, LEAST, LIMIT),
        _reprints,
        Reprints(_HIT.id, _HIT.title, _HIT.sources, _HIT.date, _HIT.id, 1, (_REPRINT,)),
    ),
    Resource(
        "versions",
        "/api/versions",
        "The other articles from the url of an article: earlier and later versions of it",
        (ID,),
        _versions,
        Versions(_HIT.id, _HIT.url, (_VERSION,), ()),
    ),
    Resource(
        "rewording",
        "/api/rewording",
        "Which sentences differ between an article and another",
        (ID, OTHER),
        _rewording,
        Rewording(
            _HIT.id,
            _REPRINT.id,
            12,
            0,
            (SentenceChange("changed", "夜班列车每晚十点开出。", "夜班列车每晚九点开出。"),),
        ),
    ),
    Resource(
        "quote",
        "/api/quote",
        "Whether a quotation is in the archive, and who had it first",
        (QUOTATION, *FILTERS[1:], LIMIT),
        _quotation,
        Quotation(
            "夜班列车每晚九点开出",
            "altered",
            closeness=0.9,
            parts=("夜班列车每晚九点开出",),
            arrangement="one passage",
            total=1,
            complete=True,
            passages=(_PASSAGE,),
        ),
    ),
    Resource(
        "health",
        "/healthz",
        "Whether the index can be searched",
        (),
        _health,
        Health("ok", 48, "whoosh", 1),
        is_urgent=True,
    ),
)
