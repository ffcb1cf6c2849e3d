"""Reprints: lists of articles that share text, what differs between two, and hits that are grouped."""

from __future__ import annotations

import random

import pytest
from builders import article, place
from commandline import run
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from index import UsageError, rebuild
from search import Searcher
from search.corpus.rewording import rewording
from search.web.app import Settings, create_app


def sentences(number: int, *, seed: int = 1) -> list[str]:
    """Sentences of twelve characters; no two alike."""
    chosen = random.Random(seed)
    return ["".join(chr(chosen.randrange(0x4E00, 0x8000)) for _ in range(12)) + "。" for _ in range(number)]


STORY = sentences(60)


def archive() -> list:
    """A story, its reprints and others."""
    moved = [*STORY[30:], *STORY[:30]]
    return [
        article("渡轮" + "".join(STORY), id="first", title="渡轮", sources=("甲报",), day=3),
        article("渡轮" + "".join(moved), id="moved", title="渡轮停航", day=5),
        article("渡轮" + "".join(STORY[:25]), id="part", title="渡轮", day=1),
        article("渡轮" + "".join(sentences(60, seed=2)), id="other", title="渡轮", day=2),
        article("渡轮" + "".join([*STORY[:10], *sentences(300, seed=3)]), id="digest", title="渡轮", day=4),
        article("渡轮" + "，".join(STORY), id="undated", title="渡轮"),
        article("", id="empty", title="渡轮"),
        article("", id="blank", title="火车渡轮"),
    ]


@pytest.fixture
def searcher(embedded_engine):
    with place(embedded_engine) as index:
        rebuild(archive(), index, engine=embedded_engine)
        with Searcher(index, tz="UTC") as opened:
            yield opened


def test_reprints_are_listed_by_time_with_shares_both_ways(searcher):
    found = searcher.reprints("first", least=0.1)
    assert [one.id for one in found.reprints] == ["part", "digest", "moved", "undated"]
    part, digest, moved, undated = found.reprints
    assert found.first == "part"
    assert part.own_share == 1.0
    assert 0.35 < part.share < 0.45
    assert 0.1 < digest.share < 0.2
    assert digest.own_share < 0.05
    assert moved.share > 0.95
    assert not moved.same
    assert undated.same
    assert found.total == 4
    assert [one.id for one in searcher.reprints("first").reprints] == ["part", "moved", "undated"]


def test_reprints_say_the_same_from_the_other_side(searcher):
    back = {one.id: one for one in searcher.reprints("part").reprints}["first"]
    there = {one.id: one for one in searcher.reprints("first").reprints}["part"]
    assert (back.share, back.own_share) == (there.own_share, there.share)


def test_an_article_without_a_body_is_compared_by_its_title(searcher):
    assert searcher.reprints("empty").reprints == ()
    assert searcher.reprints("other").total == 0


@pytest.mark.parametrize("least", [0, -1, 1.1, True, "a"])
def test_a_share_must_be_one(searcher, least):
    with pytest.raises(UsageError):
        searcher.reprints("first", least=least)


def test_a_limit_leaves_the_total(searcher):
    found = searcher.reprints("first", limit=1)
    assert (found.total, len(found.reprints)) == (3, 1)


def test_hits_are_grouped_and_no_article_is_lost(searcher):
    page = searcher.search("渡轮", group=True)
    ids = [{hit.id, *(one.id for one in hit.reprints)} for hit in page]
    assert {"first", "moved", "part", "undated"} in ids
    assert page.total == 8
    assert page.entries == len(page) == 5
    assert sorted(id for some in ids for id in some) == sorted(one.id for one in archive())


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_pages_of_groups_join_to_all(searcher, sort):
    whole = searcher.search("渡轮", group=True, sort=sort, limit=None)
    pages = [searcher.search("渡轮", group=True, sort=sort, limit=2, page=number) for number in (1, 2, 3, 4)]
    assert [hit for page in pages for hit in page] == list(whole)
    assert {page.pages for page in pages} == {3}


def test_the_earliest_can_stand_for_its_group(searcher):
    (hit,) = [hit for hit in searcher.search("渡轮", group="earliest") if len(hit.reprints) > 1]
    assert hit.id == "part"
    assert [one.id for one in hit.reprints] == ["first", "moved", "undated"]


def test_hits_behind_the_window_are_listed_one_by_one(searcher, monkeypatch):
    monkeypatch.setattr("search.corpus.reprints.WINDOW", 3)
    ids = []
    for number in range(1, 9):
        page = searcher.search("渡轮", group=True, sort="oldest", limit=1, page=number)
        ids += [id for hit in page for id in (hit.id, *(one.id for one in hit.reprints))]
    assert ids[:2] == ["part", "first"]
    assert sorted(ids) == sorted(one.id for one in archive())


def test_partial_matches_are_groups_of_their_own(searcher):
    page = searcher.search("渡轮 火车", group=True, limit=None)
    assert page.total == 1
    assert page.entries == 1
    assert page[0].id == "blank"
    assert {hit.partial for hit in page[1:]} == {True}
    assert sum(1 + len(hit.reprints) for hit in page) == page.total + page.partial_total


@pytest.mark.parametrize("group", ["first", 1, None])
def test_an_unknown_way_to_group_is_refused(searcher, group):
    with pytest.raises(UsageError):
        searcher.search("渡轮", group=group)


def test_rewording_shows_changed_added_and_dropped_sentences():
    before = "渡轮今晚停航。明早八点复航。票价不变。\n旅客可以退票。"
    after = "旅客可以退票。渡輪今晚停航！明早九点才复航。船公司道歉。"
    found = rewording("a", before, "b", after)
    assert (found.kept, found.moved) == (2, 1)
    assert [(one.kind, one.sentence, one.other) for one in found.changes] == [
        ("changed", "明早八点复航。", "明早九点才复航。"),
        ("dropped", "票价不变。", ""),
        ("added", "", "船公司道歉。"),
    ]


_texts = st.lists(
    st.sampled_from(["甲乙丙丁。", "甲乙丙戊。", "子丑寅卯", "。", "\n", "A b. "]), max_size=20
).map("".join)


@given(_texts, _texts)
def test_every_sentence_is_kept_or_shown_once(before, after):
    found = rewording("a", before, "b", after)
    back = rewording("b", after, "a", before)
    kinds = [one.kind for one in found.changes]
    assert found.kept == back.kept
    assert kinds.count("added") == [one.kind for one in back.changes].count("dropped")
    assert rewording("a", before, "a", before).changes == ()
    for one in found.changes:
        assert one.sentence in before
        assert one.other in after


def test_hostile_texts_are_compared_in_linear_time():
    long = "中" * 1_000_000
    assert rewording("a", long, "b", long + "。完").kept == 1
    many = "中。" * 100_000
    assert rewording("a", many, "b", many + "完").kept == 100_000


def test_many_identical_articles_are_one_group(tmp_path):
    text = "".join(STORY)
    rebuild([article(text, id=f"a{number}") for number in range(1500)], tmp_path / "i")
    with Searcher(tmp_path / "i") as searcher:
        found = searcher.reprints("a7", limit=10)
        assert (found.total, len(found.reprints)) == (1499, 10)
        page = searcher.search(STORY[0][:5], group=True)
        assert len(page[0].reprints) == 499
        assert page.entries == 1 + 1000
        assert searcher.stats().duplicates == 1499


def test_the_page_groups_unless_told_and_lists_every_article(tmp_path):
    rebuild(archive(), tmp_path / "i")
    with TestClient(create_app(Settings(str(tmp_path / "i"), tz="UTC"))) as client:
        page = client.get("/", params={"q": "渡轮"}).text
        assert "and 3 reprints" in page
        assert all(f"/article/{one.id}?" in page for one in archive())
        assert "entries, with reprints grouped" in page
        alone = client.get("/", params={"q": "渡轮", "group": "none"}).text
        assert "reprints</summary>" not in alone
        assert "Group reprints" in alone
        assert 'name="group" value="none"' in alone
        about = client.get("/article/first").text
        assert "Reprints" in about
        assert "/article/moved" in about
        assert "the same text" in about


def test_the_api_groups_when_asked_and_lists_reprints(tmp_path):
    rebuild(archive(), tmp_path / "i")
    with TestClient(create_app(Settings(str(tmp_path / "i"), tz="UTC"))) as client:
        found = client.get("/api/search", params={"q": "渡轮", "group": "earliest"}).json()
        assert (found["total"], found["entries"], found["groups"]) == (8, 5, 1)
        assert client.get("/api/search", params={"q": "渡轮"}).json()["entries"] is None
        listed = client.get("/api/reprints", params={"id": "first", "least": 50}).json()
        assert [one["id"] for one in listed["reprints"]] == ["part", "moved", "undated"]
        changed = client.get("/api/rewording", params={"id": "first", "other": "part"}).json()
        assert {one["kind"] for one in changed["changes"]} == {"dropped"}


def test_the_command_lists_reprints_and_what_differs(tmp_path):
    index = str(tmp_path / "i")
    rebuild(archive(), index)
    listed = run("reprints", "first", "--index", index)
    assert listed.exit_code == 0
    assert "    first · has 41% of this article, which has 100% of it" in listed.stdout.splitlines()
    assert "the same text" in listed.stdout
    assert run("reprints", "other", "--index", index).exit_code == 1
    shown = run("reprints", "first", "--diff", "part", "--index", index)
    assert "- " + STORY[40] in shown.stdout
    assert "25 sentences kept" in shown.stdout
    grouped = run("query", "渡轮", "--group", "--index", index)
    assert "and 3 reprints:" in grouped.stdout
    assert "1 group of reprints on this page" in grouped.stdout
    assert run("query", "渡轮", "--group", "--csv", "--index", index).exit_code == 2
    assert run("query", "渡轮", "--earliest", "--limit", "all", "--index", index).exit_code == 2
