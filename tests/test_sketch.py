"""Sketches: texts that share passages are found by them, whatever the order and the script."""

from __future__ import annotations

import random

import pytest
from builders import article, place
from hypothesis import given
from hypothesis import strategies as st

from index import rebuild, update
from index.errors import IndexDamaged
from index.text.sketch import KEYS_BELOW, SHINGLE, Sketch, shingles, sketch, unpack_sketch
from index.text.token_text import TokenText
from search import Searcher


def made(number: int, *, seed: int = 1) -> str:
    """A text of some tokens, no two alike."""
    chosen = random.Random(seed)
    return "".join(chr(chosen.randrange(0x4E00, 0x9000)) for _ in range(number))


def of(text: str) -> Sketch:
    return sketch(TokenText.of(text))


@given(st.text(alphabet="中国研究。，\nab1 +", max_size=300))
def test_a_sketch_is_a_part_of_the_shingles_and_survives_packing(text):
    found = of(text)
    every = shingles(TokenText.of(text))
    assert list(found.hashes) == sorted(value for value in every if value <= found.limit)
    assert unpack_sketch(found.packed()) == found
    assert set(found.key_hashes()) <= set(found.hashes)


@pytest.mark.parametrize("size", [1, SHINGLE - 1, SHINGLE, 70, 71, 500, 20_000, 70_000])
def test_a_text_is_the_same_as_itself_in_the_other_script_and_with_other_punctuation(size):
    text = "渡輪停航一晚，" + made(size)
    other = "「渡轮停航一晚」。" + "、".join(made(size))
    assert of(text).same == of(other).same != 0
    assert of(text).hashes == of(other).hashes


@pytest.mark.parametrize(("kept", "of_all"), [(0.3, 3000), (0.6, 1000), (0.5, 20_000), (0.9, 400)])
def test_shares_are_estimated_where_a_part_was_taken(kept, of_all):
    text = made(of_all)
    part = text[: round(kept * of_all)] + made(200, seed=2)
    one, other = of(text).shares(of(part))
    exact = shingles(TokenText.of(text)) & shingles(TokenText.of(part))
    assert one == pytest.approx(len(exact) / len(shingles(TokenText.of(text))), abs=0.2)
    assert other == pytest.approx(len(exact) / len(shingles(TokenText.of(part))), abs=0.2)


@pytest.mark.parametrize("size", [7, 64, 71, 72, 200, 1500, 3000, 9000, 70_000])
@pytest.mark.parametrize("kinds", [2, 30, 20_000])
def test_a_sketch_has_the_lowest_of_all_hashes(size, kinds):
    """Most hashes are passed over without being looked at; so the rule is computed the plain way here."""
    chosen = random.Random(size)
    text = "".join(chr(0x4E00 + chosen.randrange(kinds)) for _ in range(size))
    every = sorted(shingles(TokenText.of(text)))
    low = [value for value in every if value < KEYS_BELOW]
    kept = low[:256] if len(low) >= 64 else every[:64]
    assert list(of(text).hashes) == kept


def test_sketches_of_hostile_texts_are_small():
    for text in ("中" * 1_000_000, "中国人" * 300_000, "a " * 300_000, made(300_000)):
        assert len(of(text).packed()) < 1100


def test_texts_without_tokens_have_nothing_in_common():
    assert of("").shares(of("。。")) == (0.0, 0.0)


@pytest.mark.parametrize("data", [b"", b"1234567", bytes(13), bytes(5000)])
def test_what_is_no_sketch_is_refused(data):
    with pytest.raises(ValueError, match="no packed sketch"):
        unpack_sketch(data)


def test_stats_count_exact_duplicates_through_updates(tmp_path):
    index = tmp_path / "i"
    text = "渡轮停航一晚，明早复航。"
    rebuild([article(text, id="a"), article(text, id="b"), article("另一篇", id="c")], index)
    with Searcher(index) as searcher:
        assert searcher.stats().duplicates == 1
        update([article("渡輪停航一晚，明早復航", id="c"), article("又一篇", id="b")], index)
        assert searcher.stats().duplicates == 1
        update([article("改了", id="c")], index)
        assert searcher.stats().duplicates == 0


def test_what_shares_text_is_found_in_every_engine(embedded_engine):
    text = made(900)
    with place(embedded_engine) as index:
        articles = [article(text, id="a"), article(text[300:], id="b"), article(made(900, seed=3), id="c")]
        rebuild(articles, index, engine=embedded_engine)
        with Searcher(index) as searcher, searcher._generations.use() as snapshot:
            found = {row for batch in snapshot.reader.sharing(of(text)) for row in batch}
            rows = {id: snapshot.article(id)[0] for id in "abc"}
            assert {rows["a"], rows["b"]} <= found
            assert rows["c"] not in found


def test_a_changed_sketch_is_damage(tmp_path):
    import sqlite3

    index = tmp_path / "i"
    rebuild([article(made(900), id="a")], index)
    with sqlite3.connect(index / "articles.sqlite") as store:
        (data,) = store.execute("SELECT data FROM sketch").fetchone()
        store.execute("UPDATE sketch SET data = ?", (data[:-1] + bytes([data[-1] ^ 1]),))
    with Searcher(index) as searcher, searcher._generations.use() as snapshot:
        row = snapshot.article("a")[0]
        with pytest.raises(IndexDamaged):
            snapshot.reader.sketches([row])
