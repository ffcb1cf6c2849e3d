"""The questions about occurrences, which a Searcher answers beside those about articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, get_args

from index.errors import UsageError
from search.filters import FilterArguments, Filters
from search.snapshot import Generations, check_text

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from search.corpus.collocations import CollocateOf, CollocateSort, Collocations, Window
    from search.corpus.concordance import Line, LineSort
    from search.corpus.counts import QueryCount
    from search.corpus.periods import TimeUnit
    from search.corpus.quotation import Quotation
    from search.corpus.trend import Measure, Trend

__all__ = ["OccurrenceQuestions", "check_choice", "chosen_filters", "first_of_page", "whole"]

_NO_FILTERS = Filters()


def chosen_filters(filters: Filters | None, given: FilterArguments) -> Filters:
    """Return the filters that a method was given in one of both ways. Raises UsageError for both."""
    if filters is not None and not isinstance(filters, Filters):
        raise UsageError(f"filters takes Filters(…), not {filters!r}")
    if unknown := given.keys() - FilterArguments.__annotations__.keys():
        known = ", ".join(FilterArguments.__annotations__)
        raise UsageError(f"there is no argument {sorted(unknown)[0]!r}; filters are {known}")
    if filters is None:
        return Filters(**given) if given else _NO_FILTERS
    if given:
        raise UsageError(f"give {', '.join(given)} in filters, or leave filters out")
    return filters


def whole(name: str, value: int, *, least: int = 0) -> int:
    """Return a number that counts something. Raises UsageError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise UsageError(f"{name} must be a whole number, {least} or more, not {value!r}")
    return value


def first_of_page(page: int | None, offset: int, limit: int | None) -> int:
    """Return how many hits come before a page. Raises UsageError for numbers that make no sense."""
    whole("offset", offset)
    if limit is not None:
        whole("limit", limit)
    if page is None:
        return offset
    whole("page", page, least=1)
    if offset or not limit:
        raise UsageError(f"give page or offset, and with page a limit: page {page}, {offset}, {limit}")
    return (page - 1) * limit


def check_choice(name: str, value: object, kind: Any) -> None:
    """Raise UsageError for an argument that is none of the values of a Literal."""
    if value not in get_args(kind):
        raise UsageError(f"{name} is {value!r}; it may be {', '.join(get_args(kind))}")


class OccurrenceQuestions:
    """Counts, concordance, collocations, trend, quotations; search/corpus/occurrences.py says what occurs."""

    tz: tzinfo
    _generations: Generations

    def count(
        self, *queries: str, filters: Filters | None = None, **given: Unpack[FilterArguments]
    ) -> tuple[QueryCount, ...]:
        """Count articles and occurrences of one query or several.

        Only full matches count, with the places in title and body where the
        words and phrases of the query stand.

        Args:
            queries: Queries as for `search`.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            QueryError: A query cannot be understood.
            UsageError: There is no query, or a filter makes no sense.

        Example:
            >>> [(one.query, one.articles, one.occurrences) for one in searcher.count("渡轮", "台风")]
            [('渡轮', 2, 4), ('台风', 2, 3)]
        """
        from search.corpus.counts import count_queries

        chosen = chosen_filters(filters, given)
        _check_queries(queries)
        with self._generations.use() as snapshot:
            plans = [snapshot.plan(query, chosen, tz=self.tz) for query in queries]
            return count_queries(snapshot.reader, queries, plans)

    def concordance(
        self,
        query: str,
        *,
        width: int = 20,
        limit: int | None = 100,
        sort: LineSort = "date",
        sample: int | None = None,
        seed: int = 0,
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Iterator[Line]:
        """List every occurrence of a query, one line each, with its context.

        Args:
            query: Words or phrases; see docs/query-language.md. Negated parts
                and filters only select articles.
            width: Characters of context on each side, cut at the paragraph's ends.
            limit: Most lines to return; None for all.
            sort: "date", "source", "left" (by the characters before the
                occurrence, read outwards) or "right". Lines that are equal in
                it, and those by date of one article, stay in order of time.
            sample: Choose so many of all lines at random, before they are sorted.
            seed: Another number chooses other lines; the same one the same lines.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            QueryError: The query cannot be parsed, or has no words; with the first line.
            UsageError: An argument makes no sense.

        Example:
            >>> for line in searcher.concordance('"渡轮"', width=6, sort="right"):
            ...     print(line.left, line.hit, line.right)
             渡轮 今天照常开出
             渡轮 停航
            台风过境， 渡轮 停航一晚。
             渡轮 复航
        """
        whole("width", width)
        for name, value in (("limit", limit), ("sample", sample)):
            if value is not None:
                whole(name, value)
        return self._concordance(
            query,
            chosen_filters(filters, given),
            {"width": width, "limit": limit, "sort": sort, "sample": sample, "seed": seed},
        )

    def _concordance(self, query: str, filters: Filters, options: dict[str, Any]) -> Iterator[Line]:
        from search.corpus.concordance import concordance

        with self._generations.use() as snapshot:
            plan = snapshot.plan(query, filters, tz=self.tz)
            yield from concordance(snapshot.reader, plan, query=query, **options)

    def collocations(
        self,
        query: str,
        *,
        of: CollocateOf = "words",
        window: Window = 5,
        min_count: int = 3,
        limit: int | None = 50,
        sort: CollocateSort = "log_likelihood",
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Collocations:
        """List the words that stand near a query more often than chance would put them there.

        They are compared with the rest of the same articles; formulas and
        sources stand in search/corpus/collocations.py.

        Args:
            query: Words or phrases, as for `concordance`.
            of: "words", or "bigrams": two adjacent characters, which need no dictionary.
            window: So many words, or bigrams, on each side in the same
                paragraph, or "sentence" or "paragraph".
            min_count: Leave out what stands near the query less often.
            limit: Most to return; None for all.
            sort: "log_likelihood", "log_dice", "mutual_information" or "observed", the greatest first.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            QueryError: The query cannot be parsed, or has no words.
            UsageError: An argument makes no sense.

        Example:
            >>> found = searcher.collocations("渡轮", min_count=2)
            >>> [(one.text, one.left, one.right) for one in found.collocates]
            [('停航', 0, 2)]
        """
        from index.text.analyzer import Analyzer
        from search.corpus.collocations import collocations

        whole("min_count", min_count)
        if limit is not None:
            whole("limit", limit)
        if not isinstance(window, str):
            whole("window", window, least=1)
        chosen = chosen_filters(filters, given)
        with self._generations.use() as snapshot:
            return collocations(
                snapshot.reader,
                snapshot.plan(query, chosen, tz=self.tz),
                query=query,
                # The segmenter of queries is slow for whole articles.
                analyzer=Analyzer(snapshot.analyzer.user_dict),
                of=of,
                window=window,
                min_count=min_count,
                limit=limit,
                sort=sort,
            )

    def trend(
        self,
        *queries: str,
        unit: TimeUnit | None = None,
        measure: Measure = "articles",
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Trend:
        """Follow one query or several over time.

        Args:
            queries: Queries as for `search`; only full matches count.
            unit: "year", "month", "week" or "day", in the Searcher's zone; None
                for days, months or years, as fits a chart.
            measure: "articles" or "occurrences"; "share" for the articles found
                of all articles of a period, from 0 to 1; "per_million" for
                occurrences in a million characters of all articles of a period.
            filters: Filters; or give `after`, `before`, `source`. "All articles"
                are those that they let through.

        Raises:
            QueryError: A query cannot be understood, or has no words to occur.
            UsageError: An argument makes no sense, or there are too many periods.

        Example:
            >>> found = searcher.trend("停航", "复航", unit="day", measure="occurrences")
            >>> for series in found.series:
            ...     print(series.query, [point.value for point in series.points])
            停航 [2, 0, 0]
            复航 [0, 0, 1]
        """
        from search.corpus.trend import trend

        chosen = chosen_filters(filters, given)
        _check_queries(queries)
        with self._generations.use() as snapshot:
            plans = [snapshot.plan(query, chosen, tz=self.tz) for query in queries]
            everything = snapshot.plan("", chosen, tz=self.tz)
            return trend(snapshot.reader, queries, plans, everything, unit=unit, measure=measure, tz=self.tz)

    def quotation(
        self,
        text: str,
        *,
        limit: int = 20,
        filters: Filters | None = None,
        **given: Unpack[FilterArguments],
    ) -> Quotation:
        """Tell whether a quotation is in the archive: word for word, altered, in parts or not at all.

        Args:
            text: The quotation, up to 5,000 characters. Marks around it do not
                count, nor boundaries of clauses and paragraphs inside it.
            limit: Most articles of which passages are returned.
            filters: Filters; or give `after`, `before`, `source`.

        Raises:
            UsageError: An argument makes no sense, or the text has no letters or digits.

        Example:
            >>> found = searcher.quotation("渡輪今天照常開出")
            >>> found.verdict, found.passages[0].id, found.passages[0].unlike
            ('but for script', '晨报/2.md', ('script',))
        """
        from search.corpus.quotation import quotation

        whole("limit", limit)
        check_text(text, "quotation")
        chosen = chosen_filters(filters, given)
        with self._generations.use() as snapshot:
            within = snapshot.plan("", chosen, tz=self.tz).match if chosen else None
            return quotation(snapshot.reader, text, limit=limit, within=within)


def _check_queries(queries: tuple[str, ...]) -> None:
    if not queries:
        raise UsageError("there is no query; write at least one")
