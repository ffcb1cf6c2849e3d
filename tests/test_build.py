"""Rebuild and update: what is read, kept, replaced and deleted, and what searchers see meanwhile."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest
from builders import article

from index import (
    ArticleError,
    BuildError,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    Limits,
    UsageError,
    optimize,
    rebuild,
    update,
)
from index.errors import Action, Remedy
from index.storage.directory import IndexDirectory
from search import Searcher


def seed(path: Path, title: str, body: str = "<p>正文</p>", millis: int = 1710099901000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"<!--{millis}-->\n[{title}](https://www.news.example/{path.stem})\n------\n\n{body}\n", "utf-8"
    )
    return path


def titles(index: Path, query: str = "after:2000") -> set[str]:
    with Searcher(index) as searcher:
        return {hit.title for hit in searcher.search(query, limit=None).hits}


@pytest.fixture
def archive(tmp_path):
    root = tmp_path / "archive"
    seed(root / "晨报" / "1.md", "第一篇")
    seed(root / "晨报" / "2.md", "第二篇")
    seed(root / "山海台" / "3.md", "第三篇")
    return root


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def test_a_rebuild_reads_everything(archive, index, engine):
    report = rebuild([archive], index, engine=engine)
    assert (report.read, report.added, report.articles, report.left_out) == (3, 3, 3, [])
    with Searcher(index) as searcher:
        found = searcher.article("晨报/1.md")
    assert found.title == "第一篇"
    assert found.sources == ("晨报", "news.example")
    assert found.date is not None
    assert found.date.isoformat() == "2024-03-10T19:45:01+00:00"


def test_worker_processes_read_the_same(archive, index, tmp_path, engine):
    rebuild([archive], index, engine=engine, workers=3)
    rebuild([archive], tmp_path / "other", engine=engine)
    with Searcher(index) as one, Searcher(tmp_path / "other") as other:
        assert one.search("篇", limit=None).hits == other.search("篇", limit=None).hits


def test_what_cannot_be_read_is_reported_and_left_out(archive, index):
    (archive / "bad.jsonl").write_text('{"title": "甲"}\n{"title": \n')
    (archive / "README.md").write_text("about")
    report = rebuild([archive], index)
    assert [error.path for error in report.left_out] == [str(archive / "bad.jsonl")]
    assert report.left_out[0].line == 2
    assert report.passed_over["readme"] == 1
    assert report.articles == 4


def test_an_update_adds_replaces_and_deletes(archive, index, engine):
    rebuild([archive], index, engine=engine)
    seed(archive / "晨报" / "1.md", "第一篇改过")
    (archive / "晨报" / "2.md").unlink()
    seed(archive / "晨报" / "4.md", "第四篇")
    report = update([archive], index)
    assert (report.added, report.replaced, report.deleted, report.unchanged) == (1, 1, 1, 1)
    assert titles(index) == {"第一篇改过", "第三篇", "第四篇"}
    assert titles(index, '"第二"') == set()
    assert titles(index, '"改过"') == {"第一篇改过"}


def test_a_second_update_does_nothing(archive, index, engine):
    rebuild([archive], index, engine=engine)
    before = IndexDirectory(index).manifest()
    report = update([archive], index)
    assert (report.read, report.unchanged, report.generation) == (0, 3, before.generation)
    assert IndexDirectory(index).manifest() == before
    assert IndexDirectory(index).numbers() == [before.generation]


def test_a_touched_file_is_read_once_and_then_known(archive, index):
    rebuild([archive], index)
    os.utime(archive / "晨报" / "1.md", ns=(1, 1))
    assert update([archive], index).unchanged == 3
    with Searcher(index) as searcher:
        assert searcher.stats().generation == 1
    assert update([archive], index).read == 0


def test_an_update_never_deletes_elsewhere_nor_what_came_from_python(archive, index, tmp_path, engine):
    other = tmp_path / "other"
    seed(other / "5.md", "第五篇")
    rebuild([archive, other], index, engine=engine)
    update([article(id="mine", title="我的一篇", day=1)], index)
    (archive / "晨报" / "1.md").unlink()
    assert update([archive], index).deleted == 1
    assert titles(index) == {"第二篇", "第三篇", "第五篇", "我的一篇"}


def test_several_folders_go_before_their_ids(archive, index, tmp_path):
    other = tmp_path / "other"
    seed(other / "5.md", "第五篇")
    rebuild([archive, other], index)
    with Searcher(index) as searcher:
        assert searcher.article("other/5.md").title == "第五篇"
        assert searcher.article("archive/晨报/1.md").title == "第一篇"
    assert update([other], index).unchanged == 1


def test_two_articles_with_one_id_are_named(index):
    with pytest.raises(ArticleError, match="'same'"):
        rebuild([article(id="same"), article(id="same")], index)
    with pytest.raises(IndexMissing):
        IndexDirectory(index).manifest()


def test_two_seeds_with_one_id_are_named(tmp_path, index):
    """Two roots of one name give the same ids; an update may bring the second."""
    first, second = seed(tmp_path / "x/news/1.md", "甲"), seed(tmp_path / "y/news/1.md", "乙")
    with pytest.raises(ArticleError, match=r"news/1\.md.*x/news/1\.md.*y/news/1\.md"):
        rebuild([first.parent, second.parent], index)
    other = seed(tmp_path / "z/2.md", "丙")
    rebuild([first.parent, other.parent], index)
    with pytest.raises(ArticleError, match=r"news/1\.md.*x/news/1\.md.*y/news/1\.md"):
        update([second.parent], index)


def everything(index: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    with Searcher(index) as searcher:
        hits = searcher.search("after:2000", limit=None).hits
        return sorted((hit.id, hit.title, hit.sources) for hit in hits)


def test_an_update_of_a_part_of_the_archive_is_that_of_the_whole(archive, index, tmp_path):
    """Ids and sources are those below the archive's root; only that part is gone through."""
    rebuild([archive], index)
    seed(archive / "晨报" / "1.md", "第一篇改了")
    (archive / "晨报" / "2.md").unlink()
    seed(archive / "晨报" / "深" / "4.md", "第四篇")
    seed(archive / "晨报" / ".git" / "5.md", "隐")
    (archive / "山海台" / "3.md").unlink()
    report = update([archive / "晨报"], index)
    assert (report.added, report.replaced, report.deleted) == (1, 1, 1)
    assert {id for id, *_ in everything(index)} == {"晨报/1.md", "晨报/深/4.md", "山海台/3.md"}
    assert update([archive / "晨报" / ".git"], index).passed_over == {"hidden": 1}
    seed(archive / "晨报" / "深" / "4.md", "第四篇改了")
    assert update([archive / "晨报" / "深" / "4.md"], index).replaced == 1
    assert update([archive], index).deleted == 1
    rebuild([archive], tmp_path / "anew")
    assert everything(index) == everything(tmp_path / "anew")


def test_an_archive_in_which_nothing_is_found_empties_no_index(archive, index, tmp_path):
    """More likely than that all is gone, a disk is not mounted."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(BuildError, match=r"no seed was found in .*empty"):
        rebuild([tmp_path / "empty"], index)
    with pytest.raises(IndexMissing):
        IndexDirectory(index).manifest()
    rebuild([archive], index)
    with pytest.raises(BuildError, match=r"3 excluded.*nothing was changed"):
        rebuild([archive], index, include=["*.html"])
    archive.rename(tmp_path / "away")
    archive.mkdir()
    with pytest.raises(BuildError, match="nothing was changed"):
        update([archive], index)
    assert len(titles(index)) == 3


def test_an_index_may_lie_in_its_archive(archive, tmp_path):
    """Its own files are no seeds, not even while it is made for the first time."""
    for index in (archive, archive / "晨报" / "index"):
        assert rebuild([archive], index).left_out == []
        assert len(titles(index)) == 3
        assert update([archive], index).unchanged == 3
    rebuild([archive], tmp_path / "other")
    assert len(titles(tmp_path / "other")) == 3


def test_an_archive_may_be_a_file(archive, index):
    file = archive / "晨报" / "1.md"
    rebuild([file], index)
    seed(file, "第一篇改了")
    assert update([file], index).replaced == 1
    assert update([file], index).unchanged == 1
    assert titles(index) == {"第一篇改了"}


def test_a_folder_around_the_archive_asks_for_a_rebuild(archive, index):
    """Its seeds would get other ids than they have."""
    rebuild([archive / "晨报"], index)
    with pytest.raises(UsageError, match=r"晨报.*rebuild"):
        update([archive], index)


def test_articles_from_python_may_replace_themselves_but_no_seed(archive, index):
    rebuild([archive], index)
    update([article(id="mine", title="旧")], index)
    assert update([article(id="mine", title="新")], index).replaced == 1
    with pytest.raises(ArticleError, match=r"晨报/1\.md"):
        update([article(id="晨报/1.md", title="别的")], index)
    assert titles(index) == {"第一篇", "第二篇", "第三篇"}


def test_a_rebuild_that_is_interrupted_at_once_removes_nothing(archive, index, engine, monkeypatch):
    rebuild([archive], index, engine=engine)

    def interrupted(engine):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.engines.directory.writer_class", interrupted)
        with pytest.raises(KeyboardInterrupt):
            rebuild([archive], index, engine=engine)
    assert len(titles(index)) == 3
    assert update([archive], index).unchanged == 3


def test_include_and_exclude_hold_for_updates_too(archive, index):
    assert rebuild([archive], index, exclude=["山海台"]).articles == 2
    assert update([archive], index).articles == 2
    assert update([archive], index, exclude=[]).articles == 3


def test_a_failed_build_leaves_the_index_as_it_was(archive, index, engine):
    rebuild([archive], index, engine=engine)

    def broken():
        yield article(id="x", title="新的")
        raise RuntimeError("the source failed")

    with pytest.raises(RuntimeError):
        rebuild(broken(), index, engine=engine)
    with pytest.raises(RuntimeError):
        update(broken(), index)
    assert titles(index) == {"第一篇", "第二篇", "第三篇"}
    assert IndexDirectory(index).numbers() == [1]
    assert update([archive], index).unchanged == 3


def test_a_searcher_keeps_its_generation_until_the_next_search(archive, index, engine):
    rebuild([archive], index, engine=engine)
    with Searcher(index) as searcher:
        stream = searcher.stream("篇")
        first = next(stream)
        rebuild([article(id="only", title="唯一一篇", day=1)], index, engine=engine)
        assert {first.title, *(hit.title for hit in stream)} == {"第一篇", "第二篇", "第三篇"}
        assert [hit.title for hit in searcher.search("篇").hits] == ["唯一一篇"]
    update([article(id="more", title="又一篇", day=2)], index)
    assert IndexDirectory(index).numbers() == [3]


def test_only_one_writer_at_a_time(archive, index):
    rebuild([archive], index)
    with IndexDirectory(index).write_lock(), pytest.raises(IndexLocked, match=str(os.getpid())) as caught:
        update([archive], index)
    assert "since" in caught.value.holder
    assert update([archive], index).unchanged == 3


def test_a_user_dictionary_travels_with_the_index(index, tmp_path, engine):
    names = tmp_path / "names.txt"
    names.write_text("云端轮渡\n", "utf-8")
    rebuild([article("坐云端轮渡回家。", id="a")], index, engine=engine, user_dict=names)
    names.unlink()
    with Searcher(index) as searcher:
        (clause,) = searcher.explain("雲端輪渡")
        assert [phrase.tokens for phrase in clause.phrases] == [tuple("云端轮渡")]
        assert searcher.search("云端轮渡").total == 1
    update([article("又坐云端轮渡。", id="b")], index)
    with Searcher(index) as searcher:
        assert searcher.search("云端轮渡").total == 2


def test_another_user_dictionary_asks_for_a_rebuild(index, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("云端轮渡\n", "utf-8")
    rebuild([article("甲", id="a")], index)
    with pytest.raises(IndexMismatch) as caught:
        update([article("乙", id="b")], index, user_dict=names)
    assert caught.value.remedy == Remedy(Action.REBUILD, index=str(index), user_dict=str(names))


def test_optimize_changes_no_result(index, engine):
    rebuild([article("台风来了", id=str(n), title=f"第{n}篇", day=n) for n in range(6)], index, engine=engine)
    for n in range(3):
        update([article("台风走了", id=str(n), title=f"改{n}篇", day=n)], index)
    with Searcher(index) as searcher:
        before = [hit.id for hit in searcher.search("台风", sort="oldest").hits]
        optimize(index)
        assert [hit.id for hit in searcher.search("台风", sort="oldest").hits] == before
        assert searcher.search("来了").total == 3


def test_nothing_is_done_for_a_wrong_argument(index, tmp_path):
    with pytest.raises(UsageError, match="nowhere"):
        rebuild([tmp_path / "nowhere"], index)
    with pytest.raises(UsageError, match="engine"):
        rebuild([article("x")], index, engine="elastic")
    for act in (rebuild, update):
        with pytest.raises(UsageError, match="workers must be 1 or more: 0"):
            act([article("x")], index, workers=0)
    with pytest.raises(IndexMissing, match="there is no index"):
        update([article("x")], index)
    assert not index.exists()


def test_a_filter_without_a_zone_is_told_how_to_have_one(index):
    rebuild([article("x")], index)
    with (
        Searcher(index) as searcher,
        pytest.raises(UsageError, match=r"after has no time zone.*timezone\.utc"),
    ):
        searcher.search("", after=datetime(2024, 1, 1))


def test_an_empty_archive_empties_no_index_unless_it_is_allowed_to(archive, index, engine):
    rebuild([archive], index, engine=engine)
    for nothing in ([], iter(())):
        with pytest.raises(BuildError, match="allow_empty"):
            rebuild(nothing, index, engine=engine)
    assert len(titles(index)) == 3
    assert rebuild([], index, engine=engine, allow_empty=True).articles == 0
    assert rebuild([], index, engine=engine).articles == 0


@pytest.mark.parametrize(
    "option", [{"exclude": ["nothing"]}, {"include": ["*.md"]}, {"limits": Limits(bytes=9_999)}]
)
def test_an_option_is_remembered_where_no_article_changes(archive, index, option):
    """Once it was remembered only if an article changed too."""
    rebuild([archive], index)
    assert update([archive], index, **option).unchanged == 3
    config = IndexDirectory(index).manifest().config
    ((name, value),) = option.items()
    assert getattr(config, name) == (tuple(value) if isinstance(value, list) else value)
    before = IndexDirectory(index).manifest()
    assert update([archive], index).unchanged == 3
    assert IndexDirectory(index).manifest() == before


def test_a_folder_without_articles_of_its_own_is_remembered(archive, index, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    rebuild([archive], index)
    update([other], index)
    assert str(other) in IndexDirectory(index).manifest().config.roots


@pytest.mark.parametrize("order", [("旧", "新"), ("新", "旧"), ("旧", "旧"), ("新", "新")])
def test_an_id_that_stands_twice_in_an_update_is_an_error_in_any_order(index, order, engine):
    rebuild([article(id="same", title="旧")], index, engine=engine)
    with pytest.raises(ArticleError, match="'same'"):
        update([article(id="same", title=title) for title in order], index)
    # Also when they are far apart.
    filler = [article(id=f"f{n}") for n in range(40)]
    first, second = (article(id="same", title=title) for title in order)
    with pytest.raises(ArticleError, match="'same'"):
        update([first, *filler, second], index)
    assert titles(index, "旧 OR 新") == {"旧"}


def test_one_glob_may_be_a_string(archive, index):
    """Once it was taken letter by letter."""
    assert rebuild([archive], index, exclude="山海台").articles == 2
    assert rebuild([archive], index, include="3.md").articles == 1
    assert update([archive], index, include="*.md").articles == 3


@pytest.mark.parametrize(
    "wrong", [{"include": 7}, {"exclude": [7]}, {"exclude": [Path("x")]}, {"limits": {"bytes": 1}}]
)
def test_what_is_no_glob_and_no_limit_is_refused(archive, index, wrong):
    with pytest.raises(UsageError, match=next(iter(wrong))):
        rebuild([archive], index, **wrong)
    assert not index.exists()
    rebuild([archive], index)
    with pytest.raises(UsageError, match=next(iter(wrong))):
        update([archive], index, **wrong)


def test_folders_and_articles_may_be_mixed(archive, index, engine):
    mine, more = article(id="mine", title="我的"), article(id="more", title="又一")
    everything = {"第一篇", "第二篇", "第三篇", "我的", "又一"}
    rebuild([mine, archive, more], index, engine=engine)
    assert titles(index, "篇 OR 我的 OR 又一") == everything
    (archive / "晨报" / "1.md").unlink()
    report = update([article(id="mine", title="我的改了"), archive], index)
    assert (report.replaced, report.deleted, report.unchanged) == (1, 1, 2)
    rebuild(iter([archive, mine]), index, engine=engine)
    assert rebuild(mine, index, engine=engine).articles == 1
    with pytest.raises(UsageError, match="folders come first"):
        rebuild(iter([mine, archive]), index, engine=engine)


def test_articles_do_not_stand_in_for_a_folder_that_is_not_mounted(archive, index, tmp_path):
    (tmp_path / "empty").mkdir()
    rebuild([archive], index)
    with pytest.raises(BuildError, match="nothing was changed"):
        rebuild([tmp_path / "empty", article(id="mine")], index)
    assert len(titles(index)) == 3


@pytest.mark.parametrize("wrong", [None, 7, b"archive", [None], [b"archive"]])
def test_what_is_no_archive_is_refused(index, wrong):
    with pytest.raises(UsageError):
        rebuild(wrong, index)
    with pytest.raises(IndexMissing):
        IndexDirectory(index).manifest()


@pytest.mark.parametrize("wrong", [None, 7, "", b"index"])
def test_what_is_no_index_is_refused(archive, wrong):
    for act in (lambda: rebuild([archive], wrong), lambda: update([archive], wrong), lambda: Searcher(wrong)):
        with pytest.raises(UsageError):
            act()


def moved(archive: Path) -> Path:
    return archive.rename(archive.with_name("moved"))


def test_an_archive_that_was_moved_keeps_its_ids(archive, index, engine):
    """Once every article was added a second time."""
    for name in ("6.md", "7.md"):
        seed(archive / "湖上" / name, "又一篇")
    rebuild([archive], index, engine=engine)
    before = everything(index)
    seed(archive / "晨报" / "1.md", "第一篇改了")
    (archive / "山海台" / "3.md").unlink()
    there = moved(archive)
    seed(there / "晨报" / "4.md", "第四篇")
    report = update([there], index)
    assert report.moved == {str(archive): str(there)}
    assert (report.added, report.replaced, report.deleted, report.unchanged) == (1, 1, 1, 3)
    assert titles(index) == {"第一篇改了", "第二篇", "第四篇", "又一篇"}
    assert {id for id, *_ in everything(index)} <= {id for id, *_ in before} | {"晨报/4.md"}
    report = update([there], index)
    assert (report.moved, report.unchanged, report.generation) == ({}, 5, 2)
    assert list(IndexDirectory(index).manifest().config.roots) == [str(there)]


def test_one_of_several_folders_was_moved(archive, index, tmp_path):
    other = tmp_path / "other"
    seed(other / "5.md", "第五篇")
    rebuild([archive, other], index)
    before = everything(index)
    there = moved(archive)
    assert update([there, other], index).moved == {str(archive): str(there)}
    assert everything(index) == before


def test_another_folder_is_not_taken_for_one_that_is_gone(archive, index, tmp_path):
    """Its disk may be away; files of the same names with another content are other articles."""
    rebuild([archive], index)
    other = tmp_path / "other"
    for name in ("晨报/1.md", "晨报/2.md", "山海台/3.md"):
        seed(other / name, "别的一篇")
    archive.rename(tmp_path / "away")
    report = update([other], index)
    assert (report.moved, report.added, report.articles) == ({}, 3, 6)


def test_what_is_left_out_keeps_no_text_in_memory(archive, index):
    """An error's traceback keeps the frames that it went through, and these the whole file."""
    (archive / "bad.md").write_text("no seed\n" * 100)
    for report in (rebuild([archive], index, limits=Limits(bytes=500)), update([archive], index)):
        assert report.left_out
        for error in report.left_out:
            assert (error.__traceback__, error.__context__, error.__cause__) == (None, None, None)


def test_a_failure_after_the_switch_takes_nothing_back(archive, index, monkeypatch):
    """Once it took back the rows of the generation that was in force by then."""
    rebuild([archive], index)

    with monkeypatch.context() as patch:
        switch = IndexDirectory.switch

        def switch_and_fail(self, manifest):
            switch(self, manifest)
            raise OSError("the disk is gone")

        patch.setattr(IndexDirectory, "switch", switch_and_fail)
        with pytest.raises(OSError, match="gone"):
            rebuild([article(id="only", title="唯一一篇", day=1)], index)
    assert titles(index) == {"唯一一篇"}


def test_an_empty_archive_makes_an_empty_index(index, engine):
    assert rebuild([], index, engine=engine).articles == 0
    with Searcher(index) as searcher:
        assert searcher.search("台风").total == 0
        assert searcher.search("after:2020").total == 0
        assert searcher.stats().oldest is None
