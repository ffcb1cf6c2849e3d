"""The token text: phrases are found where whole tokens stand, and lead back to the right characters."""

from __future__ import annotations

import doctest

import pytest
from builders import texts
from hypothesis import given
from hypothesis import strategies as st

from index.text import token_text as module
from index.text.token_text import TokenText, pack, unpack
from index.text.tokens import BOUNDARY, MAX_TOKEN, Unit, locate_tokens

KINDS = (
    "新 型 日本 烏克蘭 々 〇 𠮷 ㊙ か が カ゛ 한 ᄒ ᅡ ᆫ AI Ａｉ aid F-35A 3.5 24 ２４ 5G ½ ① ™ ㍿ ﷺ ﬁ ß İ",
    "café cafe\u0301 \u0301 \u3099 \u200b \u00ad \ufe0f कि กำ е́ ا ِ 😀",
    "“ ” 「 」 ( ) · - – — … ， 。 、 . , : ; ! ?",
)
PIECES = [piece for kind in KINDS for piece in kind.split(" ")]
mixed = st.lists(
    st.sampled_from([*PIECES, " ", "\n", "\n\n", "\r\n", "\u2028", "\t", "a" * (MAX_TOKEN + 6), "人" * 9])
    | st.text(max_size=2),
    max_size=30,
).map("".join)
everything = mixed | texts


def brute_force(located: list[Unit], tokens: list[str], *, prefix: bool) -> list[tuple[int, int]]:
    """The characters of every place of a phrase, by comparing tokens."""
    found = []
    for at in range(len(located) - len(tokens) + 1):
        run = located[at : at + len(tokens)]
        same = [token.text for token in run[:-1]] == tokens[:-1]
        last = run[-1].text
        if same and (last == tokens[-1] or (prefix and last.startswith(tokens[-1]))):
            found.append((run[0].start, run[-1].end))
    return found


def test_the_examples_hold():
    assert doctest.testmod(module).failed == 0


@given(text=everything)
def test_it_is_the_tokens_with_their_characters(text):
    token_text = TokenText.of(text)
    located = locate_tokens(text)
    assert token_text.tokens() == [token.text for token in located]
    assert [
        Unit(token, *token_text.original(start, end)) for token, start, end in token_text.located()
    ] == located
    assert len(token_text) == sum(token.text != BOUNDARY for token in located)


@given(text=everything, prefix=st.booleans(), data=st.data())
def test_a_phrase_is_found_where_its_tokens_stand(text, prefix, data):
    token_text = TokenText.of(text)
    located = locate_tokens(text)
    if not located:
        return
    first = data.draw(st.integers(0, len(located) - 1))
    size = data.draw(st.integers(1, 4))
    tokens = [token.text for token in located[first : first + size]]
    if prefix:
        tokens[-1] = tokens[-1][: data.draw(st.integers(1, len(tokens[-1])))]
    places = list(token_text.find(tokens, prefix=prefix))
    assert [token_text.original(*place) for place in places] == brute_force(located, tokens, prefix=prefix)
    assert places
    assert token_text.holds(tokens, prefix=prefix)


@given(text=everything, data=st.data())
def test_tokens_are_counted_without_boundaries(text, data):
    token_text = TokenText.of(text)
    spans = list(token_text.located())
    edges = [0, *(end for _, _, end in spans)]
    first = data.draw(st.integers(0, len(edges) - 1))
    last = data.draw(st.integers(first, len(edges) - 1))
    number = sum(token != BOUNDARY for token, _, _ in spans[first:last])
    assert token_text.count(edges[first], edges[last]) == number
    assert token_text.counts([edges[first], edges[first], edges[last]]) == [0, 0, number]
    after = token_text.after(edges[first], number)
    before = token_text.before(edges[last], number)
    assert token_text.count(edges[first], after) == number == token_text.count(before, edges[last])
    assert after in edges
    assert before in edges
    assert token_text.after(0, len(spans) + 1) == token_text.before(edges[-1], len(spans) + 1) + edges[-1]


@given(text=everything, data=st.data())
def test_paragraphs_are_the_lines_that_have_tokens(text, data):
    token_text = TokenText.of(text)
    lines = [tokens for line in text.split("\n") if (tokens := TokenText.of(line).text)]
    spans = list(token_text.paragraphs())
    assert [token_text.text[start:end] for start, end in spans] == lines
    for token, start, end in token_text.located():
        if token != BOUNDARY:
            paragraph = token_text.paragraph(start)
            clause = token_text.clause(start)
            assert paragraph in spans
            assert paragraph[0] <= clause[0] <= start < end <= clause[1] <= paragraph[1]
            assert BOUNDARY not in token_text.tokens(*clause)


@given(some=st.lists(everything, max_size=3))
def test_what_was_packed_is_unpacked(some):
    made = [TokenText.of(text) for text in some]
    unpacked = unpack(pack(*made))
    assert len(unpacked) == len(made)
    for one, other in zip(made, unpacked, strict=True):
        assert one.text == other.text
        assert [one.original(*span[1:]) for span in one.located()] == [
            other.original(*span[1:]) for span in other.located()
        ]
        assert list(one.paragraphs()) == list(other.paragraphs())


@given(data=st.binary(max_size=80), cut=st.integers(0, 90))
def test_bytes_that_were_not_packed_are_refused(data, cut):
    sound = pack(TokenText.of("标题"), TokenText.of("正文 F35。\n第二段"))
    for wrong in (data, sound[: cut % len(sound)], sound + data + b"\0"):
        with pytest.raises(ValueError, match=r"."):
            unpack(wrong)


@given(data=st.lists(st.integers(0, 9) | st.integers(0, 255), max_size=80).map(bytes))
def test_hostile_lengths_are_refused_or_harmless(data):
    try:
        made = unpack(data)
    except ValueError:
        return
    assert all(len(text.text) <= len(data) for text in made)
