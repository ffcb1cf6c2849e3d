"""What each tool answers: the values of a Searcher's method, bounded, with how to get more.

Comes in: a Searcher, and the values of the tool's parameters by name. Goes out:
the members of a JSON object. What the tools are called and how they are
described is in tools.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import islice
from typing import Any

from index.article import Article
from index.errors import ArticleNotFound, UsageError
from search.filters import Filters
from search.mcp.answers import QUOTED, cleaned, hit_values, plain, with_items
from search.output.text import note_line
from search.results import Hit
from search.searcher import Searcher
from search.web.parameters import filters_of

__all__ = [
    "concordance",
    "count",
    "facets",
    "quote",
    "read",
    "reprints",
    "search",
    "similar",
    "stats",
    "trend",
]

Given = dict[str, Any]
Answer = dict[str, Any]

# Articles


def search(searcher: Searcher, given: Given) -> Answer:
    """Find articles; without full matches, with queries to ask instead."""
    query, offset, filters = given["query"], given["offset"], filters_of(given)
    if not query.strip() and not filters:
        raise UsageError("there is nothing to look for; write a query, or after, before or source")
    page = searcher.search(
        query,
        limit=given["limit"],
        offset=offset,
        sort=given["sort"],
        snippets=given["snippets"],
        group=given["group"],
        filters=filters,
    )
    about: Answer = {
        "quoted": QUOTED,
        "query": query,
        "total": page.total,
        "partial_total": page.partial_total,
    }
    if page.also:
        about["also"] = plain(page.also, tz=searcher.tz)
    if page.notes:
        about["notes"] = [cleaned(note_line(note)) for note in page.notes]
    if not page.total and query.strip():
        about |= _instead(searcher, query, filters)
    if page.entries is None:
        found = page.total + page.partial_total
    else:  # which are those of full matches; partial ones may fill the page
        found = max(page.entries, offset + len(page.hits))
    return with_items(about, "hits", _hits(searcher, page.hits), offset=offset, total=found)


def _instead(searcher: Searcher, query: str, filters: Filters) -> Answer:
    """Return queries to ask instead of one without full matches; each has some."""
    meant = searcher.corrections(query, filters=filters)
    relaxed = () if meant else searcher.alternatives(query, filters=filters)
    told = {"did_you_mean": plain(meant, tz=searcher.tz), "alternatives": plain(relaxed, tz=searcher.tz)}
    return {name: queries for name, queries in told.items() if queries}


def _hits(searcher: Searcher, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [hit_values(hit, tz=searcher.tz) for hit in hits]


def read(searcher: Searcher, given: Given) -> Answer:
    """Return the text of an article or of a part of it, with the places where a query occurs."""
    filters = Filters(variants=given["variants"] == "true")
    shown = searcher.highlighted(_find(searcher, given["id"]), given["query"], filters=filters)
    article, body = shown.article, shown.article.body
    places = shown.body_highlights
    offset = given["offset"]
    if offset is None:
        offset = _paragraph(body, places[0][0]) if places else 0
    if offset and offset >= len(body):
        raise UsageError(f"the article has {len(body):,} characters; offset must be less")
    end = _end(body, offset + given["length"])
    about = {**_about(article, tz=searcher.tz), "characters": len(body), "offset": offset}
    # As a whole: plain would cut it.
    about["text"] = cleaned(body[offset:end])
    if given["query"].strip():
        about["occurrences"] = len(places) + len(shown.title_highlights)
        about["places"] = [start for start, _ in places[:_PLACES]]
    if end < len(body):
        about["more"] = f"{len(body) - end:,} more characters: offset={end}"
    return about


def _about(article: Article, *, tz: tzinfo) -> Answer:
    """Return what is known of an article besides its text."""
    known = {
        "quoted": QUOTED,
        "id": article.id,
        "title": article.title,
        "authors": article.authors[:_NAMES],
        "url": article.url,
        "sources": article.sources[:_NAMES],
        "date": article.date,
        "dated_by": article.dated_by,
        "tags": article.tags[:_NAMES],
        "fields": dict(islice(article.fields.items(), _NAMES)),
    }
    about: Answer = plain(known, tz=tz)
    return about


# Most names of a kind, and places of occurrences, that are told of an article.
_NAMES, _PLACES = 20, 50
# So much before an occurrence is shown of a paragraph that is longer.
_BEFORE = 300


def _paragraph(body: str, place: int) -> int:
    """Return where the paragraph of a place begins."""
    return max(body.rfind("\n", 0, place) + 1, place - _BEFORE)


def _end(body: str, end: int) -> int:
    """Return the end of a part: that of the text, or of a paragraph not far before."""
    if end >= len(body):
        return len(body)
    line = body.rfind("\n", end * 4 // 5, end)
    return end if line < 0 else line + 1


def _find(searcher: Searcher, named: str) -> str:
    """Return the id of the article with this id or url. Raises ArticleNotFound with those that are alike."""
    if searcher.has(named):
        return named
    if "://" in named and (id := searcher.id_of_url(named)):
        return id
    near = [cleaned(id) for id in searcher.near_ids(named)]
    alike = f"ids like it are {', '.join(near)}" if near else "take it from an answer of search"
    raise ArticleNotFound(f"no article has the id or url {named[:200]!r}; {alike}")


def similar(searcher: Searcher, given: Given) -> Answer:
    """List the articles that share the most telling words with one."""
    id = _find(searcher, given["id"])
    hits = searcher.similar(id, limit=given["limit"])
    about = {"quoted": QUOTED, "id": cleaned(id)}
    return with_items(about, "hits", _hits(searcher, hits), offset=0, total=len(hits), advance="limit")


def reprints(searcher: Searcher, given: Given) -> Answer:
    """List who shares text with an article, or what differs in one of them."""
    id, offset = _find(searcher, given["id"]), given["offset"]
    if given["other"]:
        return _rewording(searcher, id, _find(searcher, given["other"]), offset)
    found = searcher.reprints(id, least=given["least"] / 100, limit=offset + given["limit"])
    about = {"quoted": QUOTED, **plain(replace(found, reprints=()), tz=searcher.tz)}
    rows = [plain(one, tz=searcher.tz) for one in found.reprints[offset:]]
    return with_items(about, "reprints", rows, offset=offset, total=found.total)


def _rewording(searcher: Searcher, id: str, other: str, offset: int) -> Answer:
    found = searcher.rewording(id, other)
    about = {"quoted": QUOTED, **plain(replace(found, changes=()), tz=searcher.tz)}
    rows = (plain(one, tz=searcher.tz) for one in found.changes[offset:])
    return with_items(about, "changes", rows, offset=offset, total=len(found.changes))


# Numbers


def count(searcher: Searcher, given: Given) -> Answer:
    """Count articles and occurrences of some queries."""
    return {"counts": plain(searcher.count(*given["queries"], filters=filters_of(given)), tz=searcher.tz)}


_POINTS = 500


def trend(searcher: Searcher, given: Given) -> Answer:
    """Follow some queries over time."""
    found = searcher.trend(
        *given["queries"], unit=given["unit"], measure=given["measure"], filters=filters_of(given)
    )
    points = sum(len(series.points) for series in found.series)
    if points > _POINTS:
        raise UsageError(
            f"{points:,} numbers are more than the {_POINTS} of one answer; ask for fewer queries or for"
            f" a longer unit than {found.unit}, or narrow the time with after and before"
        )
    about: Answer = plain(found, tz=searcher.tz)
    return about


def facets(searcher: Searcher, given: Given) -> Answer:
    """Count the articles found by one of their properties."""
    found = searcher.facets(given["query"], by=given["by"], filters=filters_of(given))
    offset = given["offset"]
    counts = found.counts[offset : offset + given["limit"]]
    about = {"quoted": QUOTED, **plain(replace(found, counts=()), tz=searcher.tz)}
    rows = [plain(one, tz=searcher.tz) for one in counts]
    return with_items(about, "counts", rows, offset=offset, total=len(found.counts))


_SOURCES = 50
_TOLD = "articles", "duplicates", "undated", "oldest", "newest", "built", "own_fields", "sources"


def stats(searcher: Searcher, given: Given) -> Answer:
    """Describe the archive."""
    found = searcher.stats()
    # Where the archive lies is its owner's business.
    about = plain(replace(found, sources=dict(islice(found.sources.items(), _SOURCES))), tz=searcher.tz)
    told = {name: about[name] for name in _TOLD}
    if (more := len(found.sources) - _SOURCES) > 0:
        told["more"] = f"{more:,} more sources: facets with by=source and offset={_SOURCES}"
    return {"quoted": QUOTED, **told}


# Passages


def concordance(searcher: Searcher, given: Given) -> Answer:
    """List the occurrences of a query, and cite the articles they are from."""
    query, offset, filters = given["query"], given["offset"], filters_of(given)
    last = offset + given["limit"]
    options = {name: given[name] for name in ("width", "sort", "sample", "seed")}
    lines = searcher.concordance(query, limit=last, filters=filters, **options)
    (total,) = searcher.count(query, filters=filters)
    shown = list(islice(lines, offset, last))
    there = total.occurrences if given["sample"] is None else min(total.occurrences, given["sample"])
    about = {"quoted": QUOTED, **plain(total, tz=searcher.tz)}
    rows = [plain(line, tz=searcher.tz) for line in shown]
    answer = with_items(about, "lines", rows, offset=offset, total=there)
    taken = dict.fromkeys(line.id for line in shown[: len(answer["lines"])])
    answer["articles_cited"] = [_citation(searcher, id) for id in taken if searcher.has(id)]
    return answer


def _citation(searcher: Searcher, id: str) -> Answer:
    article = searcher.article(id)
    about: Answer = plain({"id": id, "title": article.title[:_TITLE], "url": article.url}, tz=searcher.tz)
    return about


_TITLE = 200

_VERDICTS = {
    "word for word": "Stands so in these articles, the first of which had it first.",
    "but for script": "Stands so but for what `unlike` names (script, width, case or punctuation)."
    " Quote it as `text` of a passage has it.",
    "altered": "Does not stand so. `differences` has what was quoted and what is written."
    " Quote `text` of a passage instead, or do not call it a quotation.",
    "in parts": "Does not stand so as a whole: its parts stand apart. Quote them apart, with … between.",
    "not found": "Nothing like it stands in the archive, within these filters."
    " Do not present it as a quotation from here.",
}


def quote(searcher: Searcher, given: Given) -> Answer:
    """Check a quotation, and say what the verdict means."""
    found = searcher.quotation(given["text"], limit=given["limit"], filters=filters_of(given))
    about = plain(replace(found, passages=()), tz=searcher.tz)
    del about["passages"]
    passages = [plain(one, tz=searcher.tz) for one in found.passages]
    answer = with_items(
        {"quoted": QUOTED, "verdict": about.pop("verdict"), "means": _VERDICTS[found.verdict], **about},
        "passages",
        passages,
        offset=0,
        total=len(passages),
        advance="limit",
    )
    listed = len({one["id"] for one in answer["passages"]})
    if "more" not in answer and found.arrangement != "in different articles" and listed < found.total:
        answer["more"] = f"{found.total - listed:,} more articles: a greater limit"
    return answer
