"""The promises that every engine keeps, as functions of an engine and an archive.

The tests of embedded engines and of the cluster call them with examples of
their own number. The memory engine is the specification.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import product

import pytest
from builders import EPOCH, LABELS, SOURCES, article, articles, directory, pieces, place, texts
from hypothesis import assume
from hypothesis import strategies as st

from index import QueryError, rebuild, update
from index.article import Article
from index.engines.registry import open_location
from index.text.analyzer import Analyzer, bigrams
from index.text.document import NAME_FIELDS, analyze, label_text, name_term
from index.text.tokens import tokenize
from search import Filters, Searcher
from search.corpus.versions import same_url
from search.query.conditions import NameIs
from search.snapshot import Snapshot

_words = pieces(min_size=1, max_size=4)


def quoted(text: str) -> str:
    return '"' + text.replace('"', "") + '"'


@st.composite
def _clauses(draw: st.DrawFn) -> str:
    """One clause of any kind; quotation marks of the pieces could swallow what follows, so they go."""
    text = draw(_words)
    for mark in "“”「":
        text = text.replace(mark, "")
    kind = draw(st.integers(0, 10))
    if kind <= 1:
        return text
    if kind <= 3:
        return quoted(text)
    if kind == 4:
        return draw(st.sampled_from(['"A A A"', '"A A AAA"', '"AAA"', '"A A A*"']))
    if kind == 5:
        return draw(st.sampled_from(["title:", "body:", "url:", "author:", "tag:"])) + draw(
            st.sampled_from([text, quoted(text), "rfi.fr", quoted("cn/2024"), "研究", "sanc*"])
        )
    if kind == 6:
        return "source:" + quoted(draw(st.sampled_from(SOURCES)))
    if kind == 7:
        day = draw(st.integers(1, 28))
        return draw(st.sampled_from(["date:2020-01", "after:2020-01", "before:2020-02"])) + f"-{day:02}"
    if kind == 8:
        return draw(st.sampled_from(["sanct*", "s*", "研究*", '"中国 san*"', "3*", "F3*"]))
    other = draw(st.sampled_from(["中国", "研究", "人", "sanct", "F35A"]))
    if kind == 9:
        return f"{other}“{draw(st.sampled_from(['研究生命', '中国人', '人', 'A A', 'AA*']))}”{text}"
    return f"{quoted(text)} ~{draw(st.integers(0, 3))} {quoted(other)}"


def _combine(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(children, children).map(" ".join),
        st.tuples(children, children).map(lambda pair: f"({pair[0]} OR {pair[1]})"),
        children.map(lambda child: f"-({child})"),
    )


queries = st.recursive(_clauses(), _combine, max_leaves=4)

OWN_FIELDS = {"page": "keyword", "price": "number", "due": "date", "summary": "text", "版面": "keyword"}
NUMBERS = [-1e300, -2.5, -0.0, 0, 0.1, 1, 1.5, 7, 10, 2**53 + 1, 1e300]
_bounds = st.sampled_from(["-2.5", "0", "0.1", "1", "1.5", "7", "10", "1e300", "9007199254740992"])
_days = st.integers(1, 28).map("2020-01-{:02}".format)


def _ranges(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signed = st.tuples(st.sampled_from(["", ">", ">=", "<", "<="]), values).map("".join)
    pairs = st.tuples(values, values).map("..".join)
    return st.one_of(signed, pairs, values.map("{}..".format), values.map("..{}".format))


@st.composite
def _own_clauses(draw: st.DrawFn) -> str:
    """A clause that asks for an own field."""
    match draw(st.sampled_from(list(OWN_FIELDS))):
        case "price":
            return "price:" + draw(_ranges(_bounds))
        case "due":
            return "due:" + draw(_ranges(_days))
        case "summary":
            text = draw(_words)
            for mark in "“”「":
                text = text.replace(mark, "")
            near = quoted(text) + " ~2 " + quoted(draw(st.sampled_from(["中国", "研究", "人"])))
            return "summary:" + draw(st.sampled_from([quoted(text), "研究", "sanc*", '"中国 s*"', near]))
        case name:
            return f"{name}:" + quoted(draw(st.sampled_from([*LABELS, "a1", "Ａ１"])))


own_queries = st.recursive(st.one_of(_own_clauses(), _own_clauses(), _clauses()), _combine, max_leaves=4)


@st.composite
def own_archives(draw: st.DrawFn) -> list[Article]:
    """A small archive whose articles have some of the own fields."""
    values = {
        "page": st.lists(st.sampled_from([*LABELS, "A1", "a1"]), max_size=3).map(tuple),
        "price": st.none() | st.sampled_from(NUMBERS),
        "due": st.none() | st.integers(0, 40).map(lambda day: EPOCH + timedelta(days=day)),
        "summary": st.none() | texts,
        "版面": st.none() | st.sampled_from(LABELS),
    }
    return [replace(one, fields=draw(st.fixed_dictionaries(values))) for one in draw(articles())]


def own_fields_are_those_of_the_specification(engine, archive, several):
    """Own fields are found, counted, highlighted and returned as the memory engine does."""
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory", own_fields=OWN_FIELDS)
        rebuild(archive, other, engine=engine, own_fields=OWN_FIELDS)
        with Searcher(one, tz="UTC") as specification, Searcher(other, tz="UTC") as searcher:
            assert searcher.own_fields == OWN_FIELDS
            for query in several:
                check_same(ask(specification, query), ask(searcher, query), scores=engine != "opensearch")
                assert _shown(searcher, query) == _shown(specification, query)
                for by in ("page", "版面"):
                    assert _counted(searcher, query, by) == _counted(specification, query, by)


def _shown(searcher: Searcher, query: str):
    try:
        hits = searcher.search(query, limit=None, sort="oldest").hits
    except QueryError as error:
        return str(error)
    return [(hit.id, hit.fields, hit.field_highlights) for hit in hits]


def _counted(searcher: Searcher, query: str, by: str):
    try:
        return searcher.facets(query, by=by)
    except QueryError as error:
        return str(error)


def updates_keep_own_fields(engine, first, second, several):
    """An update makes of own fields what a rebuild makes of them."""
    merged = {one.id: one for one in first} | {one.id: one for one in second}
    with place(engine) as one, place(engine) as other:
        rebuild(first, one, engine=engine, own_fields=OWN_FIELDS)
        update(second, one)
        rebuild(merged.values(), other, engine=engine, own_fields=OWN_FIELDS)
        with Searcher(one, tz="UTC") as updated, Searcher(other, tz="UTC") as rebuilt:
            for query in several:
                assert sorted(map(str, _shown(updated, query))) == sorted(map(str, _shown(rebuilt, query)))
                assert _counted(updated, query, "page") == _counted(rebuilt, query, "page")


def ask(searcher: Searcher, query: str, **options: object):
    try:
        page = searcher.search(query, limit=None, **options)
    except QueryError as error:
        return str(error), [], {}
    scores = {hit.id: hit.score for hit in page.hits}
    return (page.total, page.partial_total), [(hit.id, hit.partial) for hit in page.hits], scores


def check_same(expected, got, *, scores: bool = True) -> None:
    """Same totals, same articles, same scores; the same order but among equal scores."""
    assert got[0] == expected[0]
    assert sorted(got[1]) == sorted(expected[1])
    if not scores:
        return
    for id, score in expected[2].items():
        assert got[2][id] == pytest.approx(score, rel=1e-4, abs=1e-4)
    in_order = [expected[2][id] for id, _ in got[1]]
    assert in_order == pytest.approx([expected[2][id] for id, _ in expected[1]], rel=1e-4, abs=1e-4)


def answers_as_the_specification_does(engine, archive, several):
    # A cluster counts a text without pairs as one with a single pair when it takes the mean.
    whole = all(bigrams(tokenize(text)) for article in archive for text in (article.title, article.body))
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            for query in several:
                scores = whole or engine != "opensearch"
                check_same(ask(specification, query), ask(searcher, query), scores=scores)
                for sort in ("newest", "oldest"):
                    expected = ask(specification, query, sort=sort)
                    assert ask(searcher, query, sort=sort)[:2] == expected[:2]


def finds_every_run_of_tokens(engine, archive, data):
    chosen = data.draw(st.sampled_from(archive))
    text = data.draw(st.sampled_from([chosen.title, chosen.body, *chosen.authors, *chosen.tags]))
    assume(tokenize(text))
    start = data.draw(st.integers(0, len(text) - 1))
    run = text[start : data.draw(st.integers(start + 1, len(text)))]
    # Before the tokens are taken: a mark may decide whether a bullet beside it is a boundary.
    for mark in '"“”「':
        run = run.replace(mark, "")
    tokens = tokenize(run)
    # A run that begins or ends inside a run of letters is no run of whole units.
    assume(tokens and _is_run(tokens, tokenize(text)))
    with place(engine) as folder:
        rebuild(archive, folder, engine=engine)
        with Searcher(folder) as searcher:
            found = {hit.id for hit in searcher.search(quoted(run), limit=None).hits}
            (clause,) = searcher.explain(quoted(run))
    # The run itself, and other spellings of words in it (答覆, 答复).
    readings = [list(reading.phrases[0].tokens) for reading in clause.readings()]
    assert readings[0] == tokens
    assert found == {
        article.id for article in archive if any(_holds(article, reading) for reading in readings)
    }


def _is_run(tokens: list[str], whole: list[str]) -> bool:
    return any(whole[at : at + len(tokens)] == tokens for at in range(len(whole)))


def _holds(article: Article, tokens: list[str]) -> bool:
    texts = (article.title, article.body, label_text(article.authors), label_text(article.tags))
    return any(_is_run(tokens, tokenize(text)) for text in texts)


def updates_find_what_rebuilds_find(engine, first, second, several):
    """Articles of `second` replace those of `first` that have their ids; the others stay."""
    merged = {article.id: article for article in first} | {article.id: article for article in second}
    with place(engine) as one, place(engine) as other:
        rebuild(first, one, engine=engine)
        update(second, one)
        rebuild(merged.values(), other, engine=engine)
        with Searcher(one) as updated, Searcher(other) as rebuilt:
            for query in several:
                expected, got = ask(rebuilt, query), ask(updated, query)
                assert got[0] == expected[0]
                assert sorted(got[1]) == sorted(expected[1])


def pages_join_to_the_whole(engine, archive, text):
    query = quoted(text.replace("“", "").replace("”", "").replace("「", "")[:3] or "中")
    assume(tokenize(query))
    with place(engine) as folder:
        rebuild(archive, folder, engine=engine)
        with Searcher(folder) as searcher:
            for sort in ("relevance", "newest"):
                whole = searcher.search(query + " OR 研究 OR 生", limit=None, sort=sort).hits
                pages = [
                    hit
                    for offset in range(0, len(whole) + 2, 2)
                    for hit in searcher.search(
                        query + " OR 研究 OR 生", limit=2, offset=offset, sort=sort
                    ).hits
                ]
                assert pages == list(whole)


def _many_alike() -> list[Article]:
    """More full and partial matches than are ordered by closeness, and reprints of some."""
    filler = "今天天气很好，大家都去江边散步看船。"
    written = [
        Article(
            id=f"{n:02}",
            title="渡轮停航" if n % 9 == 4 else "江边",
            body=filler * (n % 7) + "渡轮。" + filler * (n % 5) + "停航。" + filler * (n % 3) + f"第{n}天。",
        )
        for n in range(40)
    ]
    reprinted = [replace(written[n], id=f"{n:02} again", title="转载") for n in (3, 17, 24, 36)]
    # A cluster counts an empty text as one with a pair when it takes the mean, so none is empty.
    partial = [
        Article(id=f"p{n:02}", title="渡轮", body=filler * (n % 4 + 1) + "渡轮安全条例。" * (n % 3))
        for n in range(12)
    ]
    return [*written, *reprinted, *partial]


def orders_the_first_hits_as_the_specification_does(engine):
    """The first hits are ordered anew, and pages join to the whole, with groups of reprints too."""
    archive = _many_alike()
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            for query in ("渡轮", "渡轮 停航", "title:渡轮 停航", "停航与“渡轮安全条例”江边", '"停航" 渡轮'):
                check_same(ask(specification, query), ask(searcher, query))
                _check_pages(searcher, query)


def _check_pages(searcher: Searcher, query: str) -> None:
    for group in (False, True):
        whole = searcher.search(query, limit=None, group=group)
        ids = [one.id for hit in whole for one in (hit, *hit.reprints)]
        assert len(ids) == len(set(ids)) == whole.total + whole.partial_total
        for size in (1, 7, 10, 20, 30):
            pages = [
                hit
                for offset in range(0, len(whole) + size, size)
                for hit in searcher.search(query, limit=size, offset=offset, group=group)
            ]
            assert pages == list(whole)


def counts_and_chooses_names(engine, archive, query):
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            for by in NAME_FIELDS:
                assert searcher.facets(query, by=by) == specification.facets(query, by=by)
        for by, name in product(NAME_FIELDS, [*LABELS, *SOURCES]):
            term = name_term(name)
            chosen = {item.id for item in archive if term in analyze(Analyzer(), item).names(by)}
            assert _ids_of(other, NameIs(by, term)) == chosen


def _ids_of(index, condition):
    snapshot = Snapshot(open_location(index))
    try:
        rows = list(snapshot.reader.rows(condition))
        return {found.id for found in snapshot.reader.articles(rows).values()}
    finally:
        snapshot.close()


def finds_quotations_as_the_specification_does(engine, archive, texts):
    """Verdicts, passages and their order are those of the memory engine."""
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            for text in texts:
                assert searcher.quotation(text) == specification.quotation(text)


@st.composite
def quotations(draw: st.DrawFn, archive):
    """A text, often of the archive, with something put to its end."""
    text = draw(st.sampled_from([draw(pieces(max_size=14)), *(one.body for one in archive)]))
    end = draw(st.sampled_from(["", "……", "。", "中国人"]))
    return text + end + draw(pieces(max_size=4))


def compares_dates_to_the_second(engine):
    """Filters by date are exact to the second, in any time zone."""
    moment = datetime(2024, 3, 10, 19, 45, 1, tzinfo=timezone.utc)
    with place(engine) as folder:
        rebuild([Article(id="a", title="日美商谈", date=moment)], folder, engine=engine)
        with Searcher(folder) as searcher:
            assert searcher.search("after:2024-03-10T19:45:01Z").total == 1
            assert searcher.search("after:2024-03-10T19:45:02Z").total == 0
            assert searcher.search("before:2024-03-10T19:45:01Z").total == 0
            assert searcher.search("date:2024-03-10").total == 1
        with Searcher(folder, tz="Asia/Shanghai") as searcher:
            assert searcher.search("date:2024-03-11").total == 1


def corrects_as_the_specification_does(engine):
    """What a mistyped name may have meant does not depend on the engine."""
    texts = [
        "网信办发布通知，占中的人集会。",
        "占中一周年。",
        "战中的船，网站办事。",
        "President Trump",
        "信办网",
        "塞浦路斯的港口，到塞浦路斯去的船。",
    ]
    archive = [Article(id=str(n), title=text[:4], body=text) for n, text in enumerate(texts)]
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one) as specification, Searcher(other) as searcher:
            for query in (
                "占众",
                "网办信",
                "网办",
                "wangxinban",
                "zhan zhong",
                "Trmup",
                "网信水",
                "没有",
                "塞浦路邮",
                "塞路斯",
            ):
                assert searcher.corrections(query) == specification.corrections(query), query
            for query in ("added:1d", "added:..2020", "占中 -added:7d", "added:7d OR 占中"):
                assert ask(searcher, query)[:2] == ask(specification, query)[:2], query
            told, expected = (asked.search("added:1998").notes[0] for asked in (searcher, specification))
            assert told.kind == expected.kind == "no-such-arrival"
            assert len(told.names) == 2


def _said_of_occurrences(searcher: Searcher, query: str) -> list[object]:
    """Everything that is said of a query's occurrences."""
    filters = Filters(after="2020-01-10")
    questions = [
        lambda: searcher.count(query, "中国", query, filters=filters),
        *(
            lambda sort=sort: list(searcher.concordance(query, sort=sort, width=5))
            for sort in ("date", "source", "left", "right")
        ),
        lambda: list(searcher.concordance(query, sample=3, seed=7, limit=None)),
        *(
            lambda of=of, window=window: searcher.collocations(query, of=of, window=window, min_count=1)
            for of in ("words", "bigrams")
            for window in (2, "sentence", "paragraph")
        ),
        *(
            lambda measure=measure: searcher.trend(query, "中国", measure=measure, filters=filters)
            for measure in ("articles", "occurrences", "share", "per_million")
        ),
    ]
    answered: list[object] = []
    for ask in questions:
        try:
            answered.append(ask())
        except QueryError as error:
            answered.append(str(error))
    return answered


def tells_the_same_of_occurrences(engine, archive, several):
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one, tz="UTC") as specification, Searcher(other, tz="UTC") as searcher:
            for query in several:
                expected = _said_of_occurrences(specification, query)
                assert _said_of_occurrences(searcher, query) == expected


def tells_versions_of_urls(engine, archive):
    """The versions of an article are the others from its url, in the same order with every engine."""
    archive = [
        *archive,
        article("渡轮", id="long/1", url=LONG_URL),
        article("渡轮", id="long/2", url=LONG_URL),
    ]
    with directory() as one, place(engine) as other:
        rebuild(archive, one, engine="memory")
        rebuild(archive, other, engine=engine)
        with Searcher(one, tz="UTC") as specification, Searcher(other, tz="UTC") as searcher:
            for item in archive:
                found, expected = searcher.versions(item.id), specification.versions(item.id)
                before, after = (
                    [(v.id, v.date, v.same) for v in some] for some in (found.earlier, found.later)
                )
                assert before == [(v.id, v.date, v.same) for v in expected.earlier]
                assert after == [(v.id, v.date, v.same) for v in expected.later]
                alike = {one.id for one in archive if item.url and same_url(one.url) == same_url(item.url)}
                assert {id for id, *_ in (*before, *after)} == alike - {item.id}


# More tokens than any engine takes in one phrase, and one that is very long.
LONG_URL = "https://x.example/" + "/".join(map(str, range(300))) + "/" + "x" * 3000 + "?q=100%25&C++"
