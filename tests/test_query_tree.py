"""The promise of the tree: what it prints parses to an equal tree, and places do not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QueryError
from search.query.parser import parse
from search.query.tree import And, Dates, Near, Node, Not, Or, Phrase, QuerySpan, Sentence, Source, Text

# What only looks like an operator, or is one somewhere else.
LOOKALIKES = ["OR", "AND", "NOT", "ＯＲ", "~10", "～１０", "-", "--x", "-|x", "~5(b", "*", "or"]

plain_texts = st.text("日本岸田aB3-－:：,。~|·&'“「\"(ORNT", min_size=1, max_size=6).filter(
    lambda text: _stands_alone(text, prefix=False) and _stands_alone(text, prefix=True)
)
quotable = st.text('日本a3 \t-:()（“”「」"*，~|', min_size=1, max_size=8).filter(
    lambda text: text.strip(" \t*") != "" and not text.rstrip().endswith("*")
)
fields = st.sampled_from([None, "title", "body", "url"])


def _stands_alone(text: str, *, prefix: bool) -> bool:
    try:
        return parse(text + "*" * prefix) == Text(text, prefix=prefix)
    except Exception:
        return False


def words_and_phrases(field: st.SearchStrategy[str | None]) -> st.SearchStrategy[Text | Phrase]:
    return st.one_of(
        st.builds(Text, plain_texts, field, st.booleans()),
        st.builds(Text, st.sampled_from(LOOKALIKES), field),
        st.builds(Phrase, quotable, field, st.booleans()),
    )


leaves = st.one_of(
    words_and_phrases(fields),
    st.builds(
        Near,
        words_and_phrases(st.none()),
        words_and_phrases(st.none()),
        st.integers(0, 999),
        st.sampled_from([None, "title", "body"]),
    ),
    st.builds(Source, quotable.map(str.strip)),
    st.builds(
        Dates,
        st.sampled_from(["date", "after", "before"]),
        st.sampled_from(
            ["2024", "2024-03-10", "2024年3月", "7d", "2024-03-10T19:45+08:00", "2024-03-10 19:45:01"]
        ),
    ),
)


def _inner(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, children))


trees = st.recursive(leaves, _inner, max_leaves=8)


@given(trees)
def test_what_is_printed_parses_to_an_equal_tree(tree: Node) -> None:
    assert parse(str(tree)) == tree


@given(
    st.lists(st.sampled_from([*'日本a3 "“”「」（)，*|', "“和平”", "~1", "OR", "title:"]), max_size=10).map(
        "".join
    )
)
def test_what_was_typed_is_printed_as_an_equal_query(query: str) -> None:
    try:
        tree = parse(query)
    except QueryError:
        return
    assert parse(str(tree)) == tree


@pytest.mark.parametrize(
    ("tree", "printed"),
    [
        (And((Sentence((Text("通过"), Phrase("修正案"))), Text("国会"))), '通过"修正案" 国会'),
        (Not(Sentence((Phrase("修正案"), Text("通过")))), '-"修正案"通过'),
        (And((Text("乌克兰"), Phrase("和平宪法", "title"))), '乌克兰 title:"和平宪法"'),
        (Or((And((Text("a"), Text("b"))), Not(Text("c")))), "a b OR -c"),
        (And((Or((Text("a"), Text("b"))), Text("c"))), "(a OR b) c"),
        (Not(Not(And((Text("a"), Text("b"))))), "NOT -(a b)"),
        (Near(Phrase("日本"), Text("乌克", prefix=True), 10, "title"), 'title:"日本" ~10 title:乌克*'),
        (Phrase('他说"你好"'), '＂他说"你好"＂'),
        (And((Text("a"), Text("OR"), Text("b"))), "a (OR) b"),
        (And((Or((Text("a"), Text("b("))), Text("c"))), "(a OR b( ) c"),
        (Source("法广 中文"), 'source:"法广 中文"'),
        (Dates("after", "2024-03-10"), "after:2024-03-10"),
        (Dates("date", "2024.."), "date:2024.."),
    ],
)
def test_printed_form(tree: Node, printed: str) -> None:
    assert str(tree) == printed


def test_equal_clauses_at_two_places_are_equal_and_hash_alike() -> None:
    here, there = Text("日本", span=QuerySpan(0, 2)), Text("日本", span=QuerySpan(5, 7))
    assert here == there
    assert len({here, there}) == 1


def test_nodes_are_values() -> None:
    with pytest.raises(AttributeError):
        Text("日本").text = "美国"  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        Text("日本").extra = 1  # type: ignore[attr-defined]
