"""Several processes that index parts of one archive on a real cluster."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builders import article
from clusters import generations

from index import Article, BuildError, IndexLocked, optimize, rebuild, update
from index.engines.opensearch.location import ClusterLocation
from index.engines.opensearch.parts import PartGeneration
from index.reading.limits import Limits
from index.reading.parts import Part
from search import Searcher

pytestmark = pytest.mark.cluster


def seeds(folder: Path, number: int) -> Path:
    """Write an archive with many articles of equal score and date, so that rows decide their order."""
    for at in range(number):
        path = folder / f"{at % 5}" / f"{at:04}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = f"第{at % 7}号渡轮照常开出，" + "风平浪静。" * (at % 3)
        path.write_text(f"<!--{1710099901000 + at % 9}-->\n[渡轮]()\n------\n\n<p>{text}</p>", "utf-8")
    return folder


def check_alike(one: str, other: str) -> None:
    """Assert that two indexes give the same articles, order and scores."""
    with Searcher(one) as first, Searcher(other) as second:
        assert first.stats().articles == second.stats().articles
        for query in ("渡轮", '"号渡轮照常"', "风平 3号", "after:2020"):
            for sort in ("relevance", "newest", "oldest"):
                pages = [searcher.search(query, sort=sort, limit=None) for searcher in (first, second)]
                got, expected = ([(hit.id, hit.partial) for hit in page.hits] for page in pages)
                assert got == expected
                got, expected = ([hit.score for hit in page.hits] for page in pages)
                assert got == pytest.approx(expected, rel=1e-5)


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "search.commands.cli", *arguments, "--workers", "1"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(program: str, *arguments: str) -> int:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), *arguments], check=False
    ).returncode


@contextmanager
def under_way(url: str, part: tuple[int, int], **options: object) -> Iterator[None]:
    """Do a part that does not end before the block does."""
    begun, go_on = threading.Event(), threading.Event()

    def articles() -> Iterator[Article]:
        yield from (article("渡轮", id=str(id)) for id in range(50))
        begun.set()
        go_on.wait()

    thread = threading.Thread(target=rebuild, args=(articles(), url), kwargs={"part": part, **options})
    thread.start()
    try:
        assert begun.wait(60)
        yield
    finally:
        go_on.set()
        thread.join()


def test_four_processes_make_what_one_makes(url, plain, tmp_path):
    archive = seeds(tmp_path / "archive", 400)
    rebuild([article("渡轮", id="old")], url)
    with Searcher(url) as searcher:
        first = start("rebuild", str(archive), "--index", url, "--part", "2/4")
        said, complaints = first.communicate()
        assert (first.returncode, complaints) == (0, "")
        assert "part 2 of 4 is done" in said
        assert said.splitlines()[1].endswith("1, 3, 4")
        assert [hit.id for hit in searcher.search("渡轮").hits] == ["old"]
        others = [
            start("rebuild", str(archive), "--index", url, "--part", f"{part}/4", "--json")
            for part in (1, 3, 4)
        ]
        ended = [(process.communicate()[0], process.returncode) for process in others]
        assert [code for _, code in ended] == [0, 0, 0]
        reports = [json.loads(said) for said, _ in ended]
        assert [report["articles"] for report in reports if not report["missing"]].count(400) >= 1
        assert sum(report["read"] for report in reports) + of_part(archive, Part(2, 4)) == 400
        assert searcher.search("渡轮").total == 400
        assert searcher.stats().generation == 2
    rebuild(archive, plain)
    check_alike(url, plain)
    assert len(generations(url)) == 1
    # What comes after is as after any other rebuild.
    (archive / "0" / "0000.md").unlink()
    seeds(archive / "new", 1)
    report = update(archive, url)
    assert (report.added, report.deleted, report.unchanged) == (1, 1, 399)


def of_part(archive: Path, part: Part) -> int:
    return sum(part.holds(str(path.relative_to(archive))) for path in archive.rglob("*.md"))


DYING = """
    import os, signal, sys, time
    from index import Article, rebuild
    from index.engines.opensearch.location import ClusterLocation
    from index.engines.opensearch.parts import Gathering
    from index.engines.opensearch.lock import StateIndex

    url = sys.argv[1]

    def articles():
        for id in range(4000):
            yield Article(id=str(id), title="渡轮", body=f"第{id % 7}号渡轮照常开出")
        client = ClusterLocation(url).client
        index = Gathering.read(StateIndex(client)).index
        written = {"query": {"term": {"part": 3}}}
        while client.post(f"/{index}/_refresh") and not client.get(f"/{index}/_count", written)["count"]:
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)

    rebuild(articles(), url, part=(3, 3))
"""


def test_a_part_that_was_killed_is_done_again(url, plain):
    """What it had written is gone, also from the frequencies by which hits are scored."""

    def articles() -> Iterator[Article]:
        return (Article(id=str(id), title="渡轮", body=f"第{id % 7}号渡轮照常开出") for id in range(4000))

    assert rebuild(articles(), url, part=(1, 3)).missing == (2, 3)
    assert run(DYING, url) == -signal.SIGKILL
    assert rebuild(articles(), url, part=(2, 3)).missing == (3,)
    report = rebuild(articles(), url, part=(3, 3))
    assert (report.missing, report.articles, report.part) == ((), 4000, (3, 3))
    rebuild(articles(), plain)
    check_alike(url, plain)


ENDING = """
    import os, sys
    from index import Article, rebuild
    from index.engines.opensearch.parts import PartGeneration

    setattr(PartGeneration, sys.argv[2], lambda *arguments, **options: os._exit(9))
    rebuild([Article(id=str(id), title="渡轮") for id in range(20)], sys.argv[1], part=(2, 2))
"""


@pytest.mark.parametrize("step", ["_bring_in", "_put_meta", "_move_alias"])
@pytest.mark.parametrize("again", [1, 2])
def test_a_switch_that_was_not_made_is_made_by_whatever_part_is_run_again(url, step, again):
    rebuild([article("渡轮", id="old")], url)
    articles = [article("渡轮", id=str(id)) for id in range(20)]
    rebuild(articles, url, part=(1, 2))
    assert run(ENDING, url, step) == 9
    with Searcher(url) as searcher:
        assert searcher.search("渡轮").total == 1
    report = rebuild(articles, url, part=(again, 2))
    assert (report.missing, report.articles) == ((), 20)
    with Searcher(url) as searcher:
        assert searcher.search("渡轮").total == 20
    assert len(generations(url)) == 1


@pytest.mark.parametrize("step", ["_sweep", "_forget"])
def test_a_part_that_died_after_the_switch_is_not_begun_anew(url, step):
    rebuild([article("渡轮", id="old")], url)
    articles = [article("渡轮", id=str(id)) for id in range(20)]
    rebuild(articles, url, part=(1, 2))
    assert run(ENDING, url, step) == 9
    report = rebuild(articles, url, part=(2, 2))
    assert (report.missing, report.articles, report.read) == ((), 20, 0)
    assert len(generations(url)) == 1
    # And that is the end of it: what comes next is a new rebuild.
    assert update([article("渡轮", id="new")], url).added == 1
    assert rebuild(articles, url, part=(2, 2)).missing == (1,)


def test_of_two_that_are_last_at_once_one_switches(url, monkeypatch):
    """Each has said that it is done before either looks whether the other is."""
    both_done = threading.Barrier(2)
    switched = []
    missing, switch = PartGeneration._missing, PartGeneration.switch
    seen = threading.local()

    def after_both(generation: PartGeneration) -> tuple[int, ...]:
        if not hasattr(seen, "once"):
            seen.once = both_done.wait(60)
        return missing(generation)

    monkeypatch.setattr(PartGeneration, "_missing", after_both)
    monkeypatch.setattr(
        PartGeneration, "switch", lambda generation, manifest: switched.append(switch(generation, manifest))
    )
    reports = []
    threads = [
        threading.Thread(
            target=lambda part=part: reports.append(
                rebuild([article("渡轮", id=str(id)) for id in range(20)], url, part=part)
            )
        )
        for part in ((1, 2), (2, 2))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(report.missing, report.articles) for report in reports] == [((), 20), ((), 20)]
    assert len(switched) == 1


def test_while_somebody_does_a_part_nobody_else_writes(url, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("望海角渡轮 9999 n\n", "utf-8")
    rebuild([article("渡轮", id="old")], url)
    articles = [article("渡轮", id=str(id)) for id in range(50)]
    with under_way(url, (1, 2)):
        for attempt, said in (
            (lambda: rebuild(articles, url), "process"),
            (lambda: update(articles, url), "part 1/2"),
            (lambda: optimize(url), "part 1/2"),
            (lambda: rebuild(articles, url, part=(1, 2)), "part 1/2"),
            (lambda: rebuild(articles, url, part=(2, 3)), "number of parts .2 there, 3 here"),
            (lambda: rebuild(articles, url, part=(2, 2), user_dict=words), "dictionary"),
            (lambda: rebuild(articles, url, part=(2, 2), limits=Limits(seconds=5)), "limits for one seed"),
            (lambda: rebuild(articles, url.replace("shards=2", "shards=3"), part=(2, 2)), "shards"),
        ):
            with pytest.raises(IndexLocked, match=said) as caught:
                attempt()
            assert caught.value.holder.startswith("process")
        assert rebuild(articles, url, part=(2, 2)).missing == (1,)
    with Searcher(url) as searcher:
        assert searcher.search("渡轮").total == 50


def test_parts_that_are_done_wait_for_the_others(url):
    """An update does not throw them away; a rebuild, or another number of parts, does."""
    articles = [article("渡轮", id=str(id)) for id in range(50)]
    rebuild([article("渡轮", id="old")], url)
    rebuild(articles, url, part=(1, 2))
    with pytest.raises(IndexLocked, match="2 parts"):
        update(articles, url)
    assert rebuild(articles, url, part=(1, 3)).missing == (2, 3)
    assert rebuild(articles, url, part=(2, 3)).missing == (3,)
    assert rebuild(articles[:30], url).articles == 30
    assert rebuild(articles, url, part=(3, 3)).missing == (1, 2)
    assert len(generations(url)) == 2


def test_parts_of_two_archives_do_not_become_an_index(url):
    articles = [article("渡轮", id=str(id)) for id in range(50)]
    rebuild([article("渡轮", id="old")], url)
    rebuild(articles[:-1], url, part=(1, 2))
    with pytest.raises(BuildError, match=r"part 1 .*50 seeds"):
        rebuild(articles, url, part=(2, 2))
    with Searcher(url) as searcher:
        assert searcher.search("渡轮").total == 1
    assert rebuild(articles, url, part=(1, 2)).articles == 50


def test_articles_that_a_node_has_lost_are_noticed(url):
    articles = [article("渡轮", id=str(id)) for id in range(50)]
    rebuild(articles, url, part=(1, 2))
    location = ClusterLocation(url)
    (index,) = location.indexes.all()
    lost = next(id for id in map(str, range(50)) if Part(1, 2).holds(id))
    location.client.delete(f"/{index}/_doc/{lost}")
    with pytest.raises(BuildError, match="part 1"):
        rebuild(articles, url, part=(2, 2))
    assert rebuild(articles, url, part=(1, 2)).articles == 50


def test_a_seed_that_is_left_out_is_left_out_of_its_part(url, tmp_path):
    archive = seeds(tmp_path / "archive", 20)
    bad = archive / "bad.md"
    bad.write_text("<!--1710099901000-->\n", "utf-8")
    codes = []
    for part in (Part(1, 2), Part(2, 2)):
        process = start("rebuild", str(archive), "--index", url, "--part", str(part))
        complaints = process.communicate()[1]
        assert ("bad.md" in complaints) == part.holds("bad.md")
        codes.append(process.returncode)
    assert sorted(codes) == [0, 1]
    with Searcher(url) as searcher:
        assert searcher.stats().articles == 20


def test_a_user_dictionary_goes_to_all_parts(url, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("望海角渡轮 9999 n\n", "utf-8")
    articles = [article("望海角渡轮停航", id=str(id)) for id in range(10)]
    for part in ((1, 2), (2, 2)):
        rebuild(articles, url, part=part, user_dict=words)
    with Searcher(url) as searcher:
        assert "望海角渡轮" in searcher.explain("望海角渡轮")[0].streams.words


def test_an_archive_of_fewer_articles_than_parts(url):
    for part in range(1, 5):
        report = rebuild([article("渡轮", id="only")], url, part=(part, 4))
    assert report.articles == 1
    for part in range(1, 3):
        report = rebuild([], url, part=(part, 2))
    assert (report.articles, report.missing) == (0, ())
