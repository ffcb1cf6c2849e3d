"""The OpenSearch engine, searching.

A generation is one index that never changes, so counts are cached, and long
results are read in pages that begin where the last one ended. A page's answer
holds its articles and their token texts too, which are cached until the caller
asks for them.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timezone
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeAlias

from index.article import Article
from index.engines.opensearch.client import ENGINE, Refused
from index.engines.opensearch.fields import (
    ROW_AND_ORIGIN,
    TOKEN_TEXTS,
    key_of,
    names_field,
    origin_of,
    sketch_of,
    token_texts_of,
)
from index.engines.opensearch.indexes import ClusterLease
from index.errors import EngineError, SearchTimeout
from index.own_fields import own_name
from index.storage.location import IndexLocation, Lease
from index.storage.rows import own_from_json
from index.storage.store import to_date
from index.text.analyzer import Analyzer, Streams
from index.text.document import LABEL_FIELDS, RANKED, Document, label_text, url_text
from index.text.sketch import Sketch
from index.text.token_text import TokenText
from index.text.tokens import tokenize
from search.engines.base import Census, DateSpan, Found, Reader, Row, Sort
from search.engines.opensearch_query import (
    Query,
    clauses,
    everything,
    rows_query,
    scored,
    term_query,
    translate,
)
from search.query.conditions import All, AnyOf, Condition, matches
from search.query.plan import Plan
from search.query.ranking import K1, Statistics, Term, idf, telling
from search.timing import check_time, time_left

__all__ = ["ClusterReader"]

# OpenSearch's index.max_result_window: how far one request may reach.
_WINDOW = 10_000
_PAGE_WITH_ARTICLES = 100
_KEPT_ARTICLES = 1_000
_KEPT_FREQUENCIES = 50_000
# A query may have 1,024 clauses: some for the condition, the others for scores.
_CLAUSES = 1_000
_MATCHED_CLAUSES = 400
# A query takes no more values of a field by default.
_MOST_ROWS = 65_536
_KEPT_MATCHES = 64
_VERIFIED_AT_ONCE = 500
_COUNTED_AT_ONCE = 500
_CANDIDATES = 5_000
_SOURCES_AT_ONCE = 5_000

_SKETCHES_AT_ONCE = 1_000

_SKETCH = ["row", "sketch"]
_ARTICLE = ["row", "id", "date", "added", "article"]
_ALL: dict[str, Any] = {"_source": _ARTICLE, "stored_fields": [TOKEN_TEXTS]}
_TOKEN_TEXTS: dict[str, Any] = {"_source": False, "stored_fields": [TOKEN_TEXTS]}
_ORDERS: dict[Sort, list[Any]] = {
    "relevance": [{"_score": "desc"}, {"row": "asc"}],
    "newest": [{"date": {"order": "desc", "missing": "_last"}}, {"row": "asc"}],
    "oldest": [{"date": {"order": "asc", "missing": "_last"}}, {"row": "asc"}],
}

_TokenTexts: TypeAlias = tuple[TokenText, TokenText]


class ClusterReader(Reader):
    """Searches one index of a cluster."""

    def __init__(self, lease: ClusterLease) -> None:
        self._lease = lease
        self._client = lease.client
        self._index = lease.index
        self._lock = threading.Lock()
        self._articles: OrderedDict[int, tuple[Article, _TokenTexts]] = OrderedDict()
        self._added: dict[int, int] = {}
        self._frequencies: dict[Term, int] = {}
        self._verified_rows: dict[Condition, list[int]] = {}
        self._known_names: dict[str, list[tuple[str, str, int]]] = {}

    @classmethod
    def open(
        cls, location: IndexLocation, lease: Lease, analyzer: Analyzer, held: ExitStack
    ) -> ClusterReader:
        """Open a reader of an index of a cluster."""
        assert isinstance(lease, ClusterLease)  # the engine's own, says the registry
        reader = cls(lease)
        held.callback(reader.close)
        return reader

    def close(self) -> None:
        """Drop the articles that were kept."""
        with self._lock:
            self._articles.clear()
            self._added.clear()

    # Searching

    def search(self, plan: Plan, *, sort: Sort, offset: int, limit: int | None) -> Found:
        """Return one page; see Reader."""
        match = self._translate(plan.match)
        if sort != "relevance":
            total, hits = self._page({"bool": {"filter": [match]}}, sort, offset, limit)
            return Found(total, 0, [Row(row, 0.0, False) for row, _ in hits])
        terms = self._weighted(plan.terms)
        total, hits = self._page(self._scored(match, terms), sort, offset, limit)
        rows = [Row(row, score, False) for row, score in hits]
        if plan.relaxed is None:
            return Found(total, 0, rows)
        if clauses(match) > _MATCHED_CLAUSES // 4 and total <= _WINDOW:
            match = rows_query(list(self.rows(plan.match)))
        partly = self._scored(self._translate(plan.relaxed), terms, without=match)
        rest = None if limit is None else max(0, limit - len(rows))
        partial_total, hits = self._page(partly, sort, max(0, offset - total), rest)
        return Found(total, partial_total, [*rows, *(Row(row, score, True) for row, score in hits)])

    def _translate(self, match: Condition) -> Query:
        """Return the query for a condition, with few enough clauses to leave some for the scores."""
        query = translate(match, self._verified)
        if clauses(query) <= _MATCHED_CLAUSES:
            return query
        if isinstance(match, AnyOf) and len(match.parts) == 1:
            return self._translate(match.parts[0])
        if isinstance(match, AnyOf) and match.parts:
            # The many words of a long text that was pasted, one half after the other.
            middle = len(match.parts) // 2
            halves = (match.parts[:middle], match.parts[middle:])
            found = {row for half in halves for row in self.rows(AnyOf(half))}
            if len(found) <= _MOST_ROWS:
                return rows_query(sorted(found))
        if not isinstance(match, All):
            raise EngineError(
                f"the query is too long for {self._client.address}: it needs {clauses(query):,} clauses;"
                " write a shorter one",
                engine=ENGINE,
            )
        # For a long text that was pasted: its first words leave very few candidates.
        parts: list[Condition] = []
        for part in match.parts:
            if clauses(translate(All((*parts, part)), self._verified)) > _MATCHED_CLAUSES // 4:
                break
            parts.append(part)
        return rows_query(self._verified(match, translate(All(tuple(parts)), self._verified)))

    def _verified(self, match: Condition, candidates: Query) -> list[int]:
        """Return the rows of the candidates that match, decided as the memory engine does."""
        with self._lock:
            rows = self._verified_rows.get(match)
        if rows is None:
            rows = list(self._verify(match, candidates))
            with self._lock:
                if len(self._verified_rows) >= _KEPT_MATCHES:
                    self._verified_rows.clear()
                self._verified_rows[match] = rows
        return rows

    def _scored(
        self, match: Query, terms: list[tuple[Term, float]], *, without: Query | None = None
    ) -> Query:
        """Return a query scored by as many terms as there are clauses for."""
        room = _CLAUSES - clauses(match) - (0 if without is None else clauses(without))
        return scored(match, terms[:room], without=without)

    def _page(
        self, query: Query, sort: Sort, offset: int, limit: int | None
    ) -> tuple[int, list[tuple[int, float]]]:
        """Return the number of all matches, and row and score of those on a page."""
        body: dict[str, Any] = {"query": query, "sort": _ORDERS[sort], "track_total_hits": True}
        if limit is not None and offset + limit <= _WINDOW:
            found = self._search({**body, "from": offset, "size": limit, **self._source(limit)})["hits"]
            return int(found["total"]["value"]), [self._take(hit) for hit in found["hits"]]
        hits: list[tuple[int, float]] = []
        total = 0
        for page in self._pages({**body, "_source": False}):
            total = total or int(page["total"]["value"])
            hits.extend(self._take(hit) for hit in page["hits"])
            if limit is not None and len(hits) >= offset + limit:
                break
        return total, hits[offset : None if limit is None else offset + limit]

    def _pages(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield all hits of a sorted search, a window at a time."""
        after: dict[str, Any] = {}
        while True:
            page = self._search({**body, "size": _WINDOW, **after})["hits"]
            yield page
            if len(page["hits"]) < _WINDOW:
                return
            after = {"search_after": page["hits"][-1]["sort"], "track_total_hits": False}

    def _source(self, limit: int) -> dict[str, Any]:
        return _ALL if limit <= _PAGE_WITH_ARTICLES else {"_source": False}

    def _take(self, hit: dict[str, Any]) -> tuple[int, float]:
        if "_source" in hit:
            self._keep(hit)
        return int(hit["sort"][-1]), float(hit["_score"] or 0.0)

    def _search(self, body: dict[str, Any]) -> dict[str, Any]:
        # With statistics of all shards together: else scores would depend on an article's shard.
        if (left := time_left()) is not None:
            # What is found when the time is up is no answer: `_ask` then raises SearchTimeout.
            body = {**body, "timeout": f"{max(1, int(left * 1000))}ms"}
        kind = "dfs_query_then_fetch" if body.get("sort") is _ORDERS["relevance"] else "query_then_fetch"
        return self._ask("_search", body, search_type=kind, allow_partial_search_results=False)

    def _ask(self, what: str, body: dict[str, Any], **params: Any) -> dict[str, Any]:
        check_time()
        try:
            answer: dict[str, Any] = self._client.post(f"/{self._index}/{what}", body, **params)
        except Refused as error:
            check_time()
            if error.kind == "index_not_found_exception":
                raise EngineError(
                    f"{self._client.address} was rebuilt while it was read; ask again", engine=ENGINE
                ) from error
            if "clause" in str(error):
                raise EngineError(
                    f"the query is too long for {self._client.address}: {error};"
                    " shorten it, or raise indices.query.bool.max_clause_count",
                    engine=ENGINE,
                ) from error
            raise
        if answer.get("timed_out"):
            raise SearchTimeout(f"{self._client.address} needs more time than there is", seconds=time_left())
        return answer

    def rows(self, match: Condition) -> Iterable[int]:
        """Yield the rows of all articles that match."""
        body = {"query": self._translate(match), "sort": ["row"], "_source": False}
        for page in self._pages({**body, "track_total_hits": False}):
            yield from (int(hit["sort"][0]) for hit in page["hits"])

    # Verifying candidates

    def _verify(self, match: Condition, candidates: Query) -> Iterator[int]:
        body = {"query": candidates, "size": _VERIFIED_AT_ONCE, "sort": ["row"], **_ALL}
        after: dict[str, Any] = {"track_total_hits": True}
        while True:
            page = self._search({**body, **after})["hits"]
            if page.get("total", {}).get("value", 0) > _CANDIDATES:
                raise EngineError(
                    f"the query may match {page['total']['value']:,} articles, more than the"
                    f" {_CANDIDATES:,} that can be checked one by one: write it without * after a phrase,"
                    " with a smaller ~, or with one more word in its quotation marks",
                    engine=ENGINE,
                )
            for hit in page["hits"]:
                if matches(_document(_article(hit["_source"]), token_texts_of(hit["fields"])), match):
                    yield int(hit["sort"][0])
            if len(page["hits"]) < _VERIFIED_AT_ONCE:
                return
            after = {"search_after": page["hits"][-1]["sort"], "track_total_hits": False}

    # Scores

    @cached_property
    def _factor(self) -> float:
        """Return the factor of BM25 that the server leaves out: k1 + 1, since OpenSearch 3."""
        version = self._client.get("/")["version"]["number"]
        return K1 + 1 if int(version.partition(".")[0]) >= 3 else 1.0

    def _weighted(self, terms: Sequence[Term]) -> list[tuple[Term, float]]:
        """Return the terms to score and their weights. Of many terms, the heaviest come first."""
        chosen = list(terms)
        if any(term.stream == "bigrams" for term in terms):
            tokens = [term for term in terms if term.stream == "tokens"]
            chosen = telling(terms, self.statistics(tokens))
        if len(chosen) > _MATCHED_CLAUSES // 4:
            known = self.statistics(chosen)
            weights = {
                term: term.weight * idf(known.articles, known.frequencies[term])
                for term in chosen
                if known.frequencies[term]
            }
            chosen = sorted(weights, key=lambda term: -weights[term])
        labels = self.statistics([term for term in chosen if term.field in LABEL_FIELDS])
        return [
            (
                term,
                term.weight
                * (
                    idf(labels.articles, labels.frequencies[term])
                    if term.field in LABEL_FIELDS
                    else self._factor
                ),
            )
            for term in chosen
        ]

    def statistics(self, terms: Sequence[Term]) -> Statistics:
        """Return statistics: lengths from the manifest, frequencies counted once and kept."""
        with self._lock:
            if len(self._frequencies) > _KEPT_FREQUENCIES:
                self._frequencies = {}
            frequencies = self._frequencies
        unknown = [term for term in dict.fromkeys(terms) if term not in frequencies]
        for at in range(0, len(unknown), _COUNTED_AT_ONCE):
            some = unknown[at : at + _COUNTED_AT_ONCE]
            filters = {"filters": [term_query(term) for term in some]}
            found = self._aggregate(everything(), {"terms": {"filters": filters}})["terms"]["buckets"]
            for term, bucket in zip(some, found, strict=True):
                frequencies[term] = int(bucket["doc_count"])
        articles = self._lease.manifest.articles
        return Statistics(
            articles=articles,
            mean_lengths={key: self._lease.totals[key] / max(1, articles) for key in RANKED},
            frequencies={term: frequencies[term] for term in terms},
        )

    # Counting

    def _aggregate(self, query: Query, aggregations: dict[str, Any]) -> dict[str, Any]:
        answer = self._search({"size": 0, "track_total_hits": True, "query": query, "aggs": aggregations})
        return {"total": int(answer["hits"]["total"]["value"]), **answer["aggregations"]}

    def date_span(self, match: Condition) -> DateSpan:
        """Return how many articles match, and the time they are from."""
        kinds = {"dated": "value_count", "first": "min", "last": "max"}
        found = self._aggregate(
            self._translate(match), {name: {kind: {"field": "date"}} for name, kind in kinds.items()}
        )
        dated = int(found["dated"]["value"])
        first, last = (int(found[name]["value"]) if dated else None for name in ("first", "last"))
        return DateSpan(found["total"], dated, first, last)

    def count_dates(self, match: Condition, bounds: Sequence[int]) -> list[int]:
        """Return how many dates lie between each two bounds."""
        ranges = [{"from": start, "to": end} for start, end in pairwise(bounds)]
        if not ranges:
            return []
        found = self._aggregate(
            self._translate(match), {"dates": {"range": {"field": "date", "ranges": ranges}}}
        )
        return [int(bucket["doc_count"]) for bucket in found["dates"]["buckets"]]

    def count_names(self, match: Condition, field: str) -> dict[str, int]:
        """Count the articles that match by source, author or tag."""
        query, terms = self._translate(match), names_field(field, "terms")
        missing = self._aggregate(query, {"missing": {"missing": {"field": terms}}})
        spellings = self._spellings(field)
        counts = {spellings[term]: number for term, number in self._by(terms, query)}
        number = int(missing["missing"]["doc_count"])
        return {**counts, "": number} if number else counts

    def _by(self, field: str, query: Query) -> Iterator[tuple[Any, int]]:
        """Yield every value of a field, with its number of articles."""
        sources = [{"value": {"terms": {"field": field}}}]
        composite: dict[str, Any] = {"size": _SOURCES_AT_ONCE, "sources": sources}
        while True:
            found = self._aggregate(query, {"values": {"composite": composite}})["values"]
            yield from ((bucket["key"]["value"], int(bucket["doc_count"])) for bucket in found["buckets"])
            if len(found["buckets"]) < _SOURCES_AT_ONCE:
                return
            composite = {**composite, "after": found["after_key"]}

    def _names(self, field: str) -> list[tuple[str, str, int]]:
        """Return every name of a field, folded and as written, with its number of articles."""
        if field not in self._known_names:
            found = []
            for value, number in self._by(names_field(field, "names"), everything()):
                term, _, name = value.partition("\t")
                found.append((term, name, number))
            self._known_names[field] = found
        return self._known_names[field]

    def _spellings(self, field: str) -> dict[str, str]:
        """Return the most frequent spelling of each name of a field."""
        best: dict[str, tuple[int, str]] = {}
        for term, name, number in self._names(field):
            best[term] = min(best.get(term, (-number, name)), (-number, name))
        return {term: name for term, (_, name) in best.items()}

    def census(self) -> Census:
        """Return what the generation holds, and the size of one copy."""
        span = self.date_span(All(()))
        stats = self._client.get(f"/{self._index}/_stats/store")
        sources = sorted(self._names("outlet"), key=lambda source: (-source[2], source[1]))
        return Census(
            dated=span.dated,
            first=span.first,
            last=span.last,
            sources={name: number for _, name, number in sources},
            size=int(stats["_all"]["primaries"]["store"]["size_in_bytes"]),
            duplicates=sum(number - 1 for _, number in self._by("same", everything())),
        )

    # Articles

    def articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """Return the articles of these rows, by row."""
        return {row: article for row, (article, _) in self.read(rows).items()}

    def urls(self, rows: Sequence[int]) -> dict[int, str]:
        """Return the urls of these rows, by row."""
        found: dict[int, str] = {}
        for at in range(0, len(rows), _SKETCHES_AT_ONCE):
            some = list(rows[at : at + _SKETCHES_AT_ONCE])
            body = {"query": rows_query(some), "size": len(some), "_source": ["row", "article.url"]}
            sources = [hit["_source"] for hit in self._search(body)["hits"]["hits"]]
            found |= {int(source["row"]): source["article"]["url"] for source in sources}
        return found

    def token_texts(self, rows: Sequence[int]) -> dict[int, _TokenTexts]:
        """Return the token texts of title and body of these rows, by row."""
        with self._lock:
            found = {row: self._articles[row][1] for row in rows if row in self._articles}
        for hit in self._hits([row for row in rows if row not in found], _TOKEN_TEXTS):
            found[int(hit["sort"][0])] = token_texts_of(hit["fields"])
        return found

    def sketches(self, rows: Sequence[int]) -> dict[int, Sketch]:
        """Return the sketches of some rows, by row."""
        found: dict[int, Sketch] = {}
        for at in range(0, len(rows), _SKETCHES_AT_ONCE):
            some = list(rows[at : at + _SKETCHES_AT_ONCE])
            body = {"query": rows_query(some), "size": len(some), "_source": _SKETCH}
            found |= {
                int(hit["_source"]["row"]): sketch_of(hit["_source"])
                for hit in self._search(body)["hits"]["hits"]
            }
        return found

    def sharing(self, sketch: Sketch) -> Iterator[dict[int, Sketch]]:
        """Yield, in batches, the rows and sketches of articles that have a hash of a sketch as a key."""
        if not sketch.hashes:
            return
        query = {"constant_score": {"filter": {"terms": {"sketch_keys": list(sketch.hashes)}}}}
        body = {"query": query, "sort": ["row"], "_source": _SKETCH, "track_total_hits": False}
        after: dict[str, Any] = {}
        while True:
            hits = self._search({**body, "size": _SKETCHES_AT_ONCE, **after})["hits"]["hits"]
            yield {int(hit["_source"]["row"]): sketch_of(hit["_source"]) for hit in hits}
            if len(hits) < _SKETCHES_AT_ONCE:
                return
            after = {"search_after": hits[-1]["sort"]}

    def read(self, rows: Sequence[int]) -> dict[int, tuple[Article, _TokenTexts]]:
        """Return the articles of these rows with their token texts, by row."""
        with self._lock:
            found = {row: self._articles[row] for row in rows if row in self._articles}
        for hit in self._hits([row for row in rows if row not in found], _ALL):
            found[int(hit["sort"][0])] = self._keep(hit)
        return found

    def _hits(self, rows: list[int], what: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for at in range(0, len(rows), _PAGE_WITH_ARTICLES):
            some = rows[at : at + _PAGE_WITH_ARTICLES]
            yield from self._search({"query": rows_query(some), "size": len(some), "sort": ["row"], **what})[
                "hits"
            ]["hits"]

    def _keep(self, hit: dict[str, Any]) -> tuple[Article, _TokenTexts]:
        source = hit["_source"]
        found = _article(source), token_texts_of(hit["fields"])
        row = int(source["row"])
        with self._lock:
            self._articles[row] = found
            self._articles.move_to_end(row)
            self._added[row] = int(source["added"])
            while len(self._articles) > _KEPT_ARTICLES:
                self._added.pop(self._articles.popitem(last=False)[0], None)
        return found

    def article(self, id: str) -> tuple[int, Article] | None:
        """Return the row and article of an id, or None."""
        found = self._ask("_mget", {"ids": [key_of(id)]}, _source_includes=",".join(_ARTICLE))["docs"][0]
        source = found.get("_source")
        return (int(source["row"]), _article(source)) if source else None

    def arrivals(self, rows: Sequence[int]) -> dict[int, datetime]:
        """Return when each of some rows came into the index, by row."""
        with self._lock:
            found = {row: self._added[row] for row in rows if row in self._added}
        for hit in self._hits([row for row in rows if row not in found], {"_source": ["added"]}):
            found[int(hit["sort"][0])] = int(hit["_source"]["added"])
        return {row: datetime.fromtimestamp(seconds, timezone.utc) for row, seconds in found.items()}

    def arrival_span(self) -> tuple[int, int] | None:
        """Return when the first and the last article came in, in seconds; None without articles."""
        kinds = {name: {name: {"field": "added"}} for name in ("min", "max")}
        found = self._aggregate(everything(), kinds)
        first, last = (found[name]["value"] for name in ("min", "max"))
        return None if first is None else (int(first), int(last))

    def path_of(self, row: int) -> str | None:
        """Return the file that an article was read from, or None if it came from Python."""
        body = {"query": {"term": {"row": row}}, "_source": ROW_AND_ORIGIN.split(",")}
        return origin_of(self._search(body)["hits"]["hits"][0]["_source"]).path

    def ids_with(self, piece: str, *, limit: int) -> list[str]:
        """Return some of the ids that contain `piece`, in any case of ASCII letters."""
        pattern = re.sub(r"([*?\\])", r"\\\1", piece)
        query = {"wildcard": {"id": {"value": f"*{pattern}*", "case_insensitive": True}}}
        body = {"query": query, "size": limit, "terminate_after": limit, "_source": ["id"]}
        return [hit["_source"]["id"] for hit in self._search(body)["hits"]["hits"]]


def _document(article: Article, token_texts: _TokenTexts) -> Document:
    """Return an article as conditions match it."""

    def streams(text: str) -> Streams:
        return Streams([], [], tokenize(text))

    title, body = token_texts
    return Document(
        article,
        title=Streams([], [], title.tokens()),
        body=Streams([], [], body.tokens()),
        author=streams(label_text(article.authors)),
        tag=streams(label_text(article.tags)),
        url=streams(url_text(article.url)),
        token_texts=token_texts,
        own_texts={
            own_name(name): streams(value) for name, value in article.fields.items() if isinstance(value, str)
        },
    )


def _article(source: dict[str, Any]) -> Article:
    values = source["article"]
    return Article(
        id=source["id"],
        title=values["title"],
        body=values["body"],
        authors=tuple(values["authors"]),
        url=values["url"],
        sources=tuple(values["sources"]),
        date=to_date(source["date"]),
        tags=tuple(values["tags"]),
        kinds=values["kinds"],
        titled_by=values["titled_by"],
        dated_by=values["dated_by"],
        fields=own_from_json(values.get("fields", {})),
    )
