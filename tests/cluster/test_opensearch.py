"""Generations, lock and limits of an index on a cluster."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from builders import article, directory
from clusters import generations

from index import (
    Article,
    ArticleError,
    BuildError,
    Changes,
    EngineError,
    IndexLocked,
    IndexMissing,
    rebuild,
    update,
)
from index.engines.opensearch.location import ClusterLocation
from search import Searcher

pytestmark = pytest.mark.cluster


@contextmanager
def both(archive, url) -> Iterator[tuple[Searcher, Searcher]]:
    """The memory engine's searcher and the cluster's, over the same articles."""
    with directory() as folder:
        rebuild(archive, folder, engine="memory")
        rebuild(archive, url)
        with Searcher(folder) as specification, Searcher(url) as searcher:
            yield specification, searcher


def full(searcher: Searcher, query: str) -> set[str]:
    return {hit.id for hit in searcher.search(query, limit=None).hits if not hit.partial}


def test_two_phrases_near_each_other_are_found_at_every_distance(url):
    """Boundaries do not count, and phrases may share tokens but not overlap; beyond 6 we verify."""
    chance = random.Random(1)
    letters = ["甲", "乙", "丙", "。", "ab", "丁", "abc"]
    archive = [
        article("".join(chance.choice(letters) for _ in range(chance.randrange(2, 40)))) for _ in range(200)
    ]
    pairs = ["甲 乙", "甲乙 丙", "甲甲 甲", "甲乙 乙甲", "甲。乙 丙", "ab 丁", "甲甲甲 甲甲"]
    with both(archive, url) as (specification, searcher):
        for pair in pairs:
            left, right = pair.split()
            for distance in (0, 1, 2, 3, 7, 10, 15):
                query = f'"{left}" ~{distance} "{right}"'
                assert full(searcher, query) == full(specification, query), query
        for query in [
            '"甲乙 a*"',
            '"甲。a*"',
            '"a*" ~3 "丁"',
            '"丙 甲。乙 a*"',
            '"ab*"',
            '"甲a*" OR "丁丁 ab*"',
        ]:
            assert full(searcher, query) == full(specification, query), query


def test_a_pasted_text_of_a_thousand_characters_is_a_query(url):
    """Lucene takes 1,024 clauses at most; the words that tell most are scored."""
    text = "".join(random.Random(2).sample([chr(code) for code in range(0x4E00, 0x9000)], 1000))
    archive = [article(text, id="whole"), article(text[:-1], id="short"), article(text[500:700], id="part")]
    with both(archive, url) as (specification, searcher):
        for query in (text, f'"{text}"'):
            assert full(searcher, query) == full(specification, query) == {"whole"}
        for query in (text[:150], text[:600], text):
            got, expected = searcher.search(query), specification.search(query)
            assert [hit.id for hit in got.hits] == [hit.id for hit in expected.hits]
            assert (got.total, got.partial_total) == (expected.total, expected.partial_total)


def test_names_of_the_users_own_are_in_the_file_that_the_environment_names(url, tmp_path, monkeypatch):
    rebuild([article("海鸥号靠岸了。", id="a"), article("Seagull 靠岸了。", id="b")], url)
    (tmp_path / "names.txt").write_text("海鸥号，Seagull\n", "utf-8")
    with Searcher(url) as searcher:
        assert searcher.search("海鸥号", variants=True).total == 1
        monkeypatch.setenv("SEARCH_VARIANTS", str(tmp_path / "names.txt"))
        assert searcher.search("海鸥号", variants=True).total == 2


def test_pages_go_on_behind_ten_thousand_hits(url):
    """OpenSearch itself refuses to go there."""
    rebuild((article("天气", id=f"{number:05}", day=number % 7) for number in range(10_050)), url)
    with Searcher(url) as searcher:
        assert searcher.search("天气", offset=10_040, limit=5).total == 10_050
        ids = [hit.id for hit in searcher.search("天气", offset=10_040, limit=5).hits]
        assert ids == [f"{number:05}" for number in range(10_040, 10_045)]
        assert len({hit.id for hit in searcher.stream("天气", sort="newest")}) == 10_050


def test_an_id_may_be_long_and_have_any_character(url):
    """A key may have 512 bytes; an id may have more, and any sign in it."""
    ids = ["法广/1 %?#.md", "长" * 300, "长" * 300 + "!", "_id", "a\tb\nc", "../x", '"']
    rebuild([article("天气", id=id) for id in ids], url)
    update([article("天气晴", id=id) for id in ids], url)
    with Searcher(url) as searcher:
        assert {hit.id for hit in searcher.search("天气晴", limit=None).hits} == set(ids)
        assert all(searcher.article(id).body == "天气晴" for id in ids)
        assert searcher.near_ids("/1 %?") == ["法广/1 %?#.md"]


def test_two_articles_with_one_id_end_a_run_and_leave_nothing(url):
    rebuild([article("天气", id="a")], url)
    with pytest.raises(ArticleError, match="'b'"):
        rebuild([article("一", id="b"), article("二", id="b")], url)
    with pytest.raises(ArticleError, match="'a'"):
        update([article("一", id="a"), article("二", id="a")], url)
    assert len(generations(url)) == 1
    with Searcher(url) as searcher:
        assert searcher.search("天气").total == 1


def test_a_searcher_follows_the_alias(url):
    rebuild([article("昨天下雨", id="a")], url)
    with Searcher(url) as searcher:
        assert searcher.search("下雨").total == 1
        update([article("今天下雨", id="b")], url)
        assert {hit.id for hit in searcher.search("下雨").hits} == {"a", "b"}
        rebuild([article("明天天晴", id="c")], url)
        assert searcher.search("下雨").total == 0
        assert searcher.stats().generation == 3
    assert len(generations(url)) == 1


def test_an_update_of_a_folder_sees_what_changed(url, tmp_path):
    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(f"<!--1710099901000-->\n[{text}]()\n------\n\n<p>{text}</p>", "utf-8")

    for name in ("a.md", "b.md", "c.md"):
        write(name, f"渡轮{name[0]}")
    rebuild(tmp_path, url)
    write("b.md", "渡轮换了新船")
    write("d.md", "渡轮d")
    (tmp_path / "c.md").unlink()
    report = update(tmp_path, url)
    assert (report.added, report.replaced, report.deleted, report.unchanged) == (1, 1, 1, 1)
    assert update(tmp_path, url).generation == report.generation == 2
    with Searcher(url) as searcher:
        assert full(searcher, "渡轮") == {"a.md", "b.md", "d.md"}
        assert full(searcher, "新船") == {"b.md"}
        assert searcher.path("b.md") == str(tmp_path / "b.md")


def test_a_file_with_a_new_time_is_read_once(url, tmp_path):
    """Though nothing else has changed, so that no generation is made."""
    path = tmp_path / "a.md"

    def write(text: str, time: int) -> None:
        path.write_text(f"<!--1710099901000-->\n[渡轮]()\n------\n\n<p>{text}</p>", "utf-8")
        os.utime(path, (time, time))

    write("风平浪静", 1_700_000_000)
    rebuild(tmp_path, url)
    write("风平浪静", 1_700_000_001)
    assert update(tmp_path, url).unchanged == 1
    # As large and of the same time: whoever reads the file again sees that it is another one.
    write("波涛汹涌", 1_700_000_001)
    assert update(tmp_path, url).replaced == 0
    write("波涛汹涌", 1_700_000_002)
    assert update(tmp_path, url).replaced == 1
    write("波涛汹涌", 1_700_000_001)
    assert update(tmp_path, url).unchanged == 1


def test_a_rebuild_forgets_the_times_of_files(url, tmp_path):
    path = tmp_path / "a.md"
    path.write_text("<!--1710099901000-->\n[渡轮]()\n------\n\n<p>渡轮</p>", "utf-8")
    rebuild(tmp_path, url)
    os.utime(path, (1, 1))
    update(tmp_path, url)
    location = ClusterLocation(url)
    assert location.client.find(f"/{location.address.name}-times") is not None
    rebuild(tmp_path, url)
    assert location.client.find(f"/{location.address.name}-times") is None


def test_a_file_whose_name_is_not_utf_8_is_found_and_updated(url, tmp_path):
    name = os.fsdecode(b"\xb6\xc9.md")
    (tmp_path / name).write_text("<!--1710099901000-->\n[渡轮]()\n------\n\n<p>渡轮</p>", "utf-8")
    rebuild(tmp_path, url)
    assert update(tmp_path, url).unchanged == 1
    with Searcher(url) as searcher:
        (hit,) = searcher.search("渡轮").hits
        assert searcher.path(hit.id) == str(tmp_path / name)


def test_a_user_dictionary_travels_with_the_generation(url, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("望海角渡轮 9999 n\n", "utf-8")
    rebuild([article("望海角渡轮停航")], url, user_dict=words)
    update([article("望海角渡轮复航")], url)
    with Searcher(url) as searcher:
        assert "望海角渡轮" in searcher.explain("望海角渡轮")[0].streams.words
        assert searcher.stats().user_dict


def test_only_one_writes(url):
    with ClusterLocation(url).write_lock(), pytest.raises(IndexLocked, match=f"process {os.getpid()}"):
        rebuild([article("天气")], url)
    rebuild([article("天气")], url)


def test_a_rebuild_that_dies_leaves_what_was_and_the_next_one_clears_up(url):
    rebuild([article("天气", id="a")], url)
    program = """
        import os, sys
        from index import Article, rebuild

        def articles():
            for number in range(3000):
                yield Article(id=str(number), title="半途", body="而废" * 200)
            os._exit(9)

        rebuild(articles(), sys.argv[1])
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(program), url], check=False)
    assert died.returncode == 9
    assert len(generations(url)) == 2
    with Searcher(url) as searcher:
        assert searcher.search("天气").total == 1
        assert searcher.search("半途").total == 0
    update([article("天气晴", id="b")], url)
    assert len(generations(url)) == 1
    with Searcher(url) as searcher:
        assert searcher.search("天气").total == 2


def test_an_article_that_the_cluster_refuses_is_named_and_nothing_changes(url):
    """A keyword may have 32,766 bytes."""
    rebuild([article("天气", id="a")], url)
    with pytest.raises(BuildError, match=r"'far/.*32766") as caught:
        rebuild([article("天气", id="b"), article("天气", id="far/" * 10_000)], url)
    assert len(str(caught.value)) < 500
    with Searcher(url) as searcher:
        assert {hit.id for hit in searcher.search("天气").hits} == {"a"}
    assert len(generations(url)) == 1


def test_a_lost_article_is_noticed_before_the_switch(url):
    rebuild([article("天气", id="old")], url)
    location = ClusterLocation(url)

    def articles() -> Iterator[Article]:
        yield from (article("天气", id=str(number)) for number in range(3000))
        (index,) = set(location.indexes.all()) - {location.lease().index}
        while location.client.delete(f"/{index}/_doc/0") is None:
            pass

    with pytest.raises(BuildError, match=r"2,999.*3,000"):
        rebuild(articles(), url)
    with Searcher(url) as searcher:
        assert {hit.id for hit in searcher.search("天气").hits} == {"old"}
    assert len(location.indexes.all()) == 1


@pytest.mark.parametrize("options", [{}, {"part": (1, 2)}])
def test_an_index_of_another_version_stays_until_there_is_a_new_one(url, options):
    """It could not be read, so a rebuild removed it first, and then might fail."""
    rebuild([article("天气", id="a")], url)
    location = ClusterLocation(url)
    index = location.lease().index
    meta = location.client.get(f"/{index}/_mapping")[index]["mappings"]["_meta"]
    meta["jiansuo"]["manifest"]["format"] += 1
    location.client.put(f"/{index}/_mapping", {"_meta": meta})

    def articles() -> Iterator[Article]:
        yield article("天气", id="b")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        rebuild(articles(), url, **options)
    assert location.client.find(f"/{index}/_count")["count"] == 1
    assert rebuild([article("天气", id="b")], url).articles == 1
    assert len(generations(url)) == 1


def test_an_index_that_another_program_made_is_left_alone(url, cluster_url):
    with pytest.raises(IndexMissing, match="build it first"):
        Searcher(url)
    location = ClusterLocation(url)
    location.client.put(f"/{location.address.name}-000007")
    try:
        rebuild([article("天气")], url)
        assert location.client.find(f"/{location.address.name}-000007") is not None
    finally:
        location.client.delete(f"/{location.address.name}-000007")


def test_a_phrase_with_too_many_candidates_is_refused_and_not_cut_short(url, monkeypatch):
    monkeypatch.setattr("search.engines.opensearch._CANDIDATES", 3)
    rebuild([article("天气好abc") for _ in range(5)], url)
    with Searcher(url) as searcher, pytest.raises(EngineError, match="3"):
        searcher.search('"天气好 ab*"')


def test_what_was_added_replaced_and_deleted_is_listed(url):
    rebuild([article("一", id="a"), article("二", id="b")], url)
    changed = [article("二改", id="b"), article("三", id="c")]
    found = rebuild(changed, url, changes=True).changes
    assert found == Changes(added=("c",), replaced=("b",), deleted=("a",))
    assert update([article("四", id="d")], url, changes=True).changes == Changes(added=("d",))


def test_reprints_are_told_as_the_specification_tells_them(url):
    """By the sketches that the cluster keeps: the whole text, a part, the other script, another text."""
    runs = "".join(f"第{at}班渡輪在{at + 7}點開出，" for at in range(60))
    text = "渡輪停航一晚，明早復航。" + runs
    simplified = text.translate(str.maketrans("輪點復開", "轮点复开"))
    other = "".join(f"{at}号船修好了，回到码头；" for at in range(60))
    texts = {"a": text, "b": simplified, "c": text[150:], "d": other, "e": text}
    archive = [article(body, id=id, day=day) for day, (id, body) in enumerate(texts.items())]
    with both(archive, url) as (specification, searcher):
        assert searcher.stats().duplicates == specification.stats().duplicates == 2
        for id in texts:
            assert searcher.reprints(id) == specification.reprints(id)
        for group in ("none", "best", "earliest"):
            pages = [
                one.search("渡轮 OR 船 OR 点", group=group, limit=None) for one in (specification, searcher)
            ]
            shown = [[(hit.id, [other.id for other in hit.reprints]) for hit in page.hits] for page in pages]
            assert shown[0] == shown[1]
