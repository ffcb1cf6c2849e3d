"""Parts of an archive: everything falls to one of them, wherever it is asked; no cluster is needed."""

from __future__ import annotations

import pytest
from builders import article
from commandline import run
from hypothesis import given
from hypothesis import strategies as st

from index import ArticleError, UsageError, rebuild
from index.reading.parts import Part, Share


@given(ids=st.lists(st.text(min_size=1), unique=True), of=st.integers(1, 9))
def test_every_article_falls_to_one_part_and_keeps_its_place(ids, of):
    shares = [Share(Part(number, of), [article(id=id) for id in ids]) for number in range(1, of + 1)]
    rows = {item.id: share.row(item.id) for share in shares for item in share}
    assert rows == {id: row for row, id in enumerate(ids)}
    assert {share.found for share in shares} == {len(ids)}
    assert len({share.digest for share in shares}) == 1


def test_another_archive_is_noticed_though_it_is_as_large():
    def digest(*ids: str) -> str:
        share = Share(Part(1, 2), [article(id=id) for id in ids])
        list(share)
        return share.digest

    assert (
        len({digest("a", "b"), digest("a", "c"), digest("b", "a"), digest("ab"), digest("a", "b", "c")}) == 5
    )


def test_two_articles_with_one_id_are_told():
    with pytest.raises(ArticleError, match="'a'"):
        list(Share(Part(1, 1), [article(id="a"), article(id="a")]))


@pytest.mark.parametrize("part", [(0, 8), (9, 8), (1, 1025)])
def test_a_part_that_cannot_be_is_refused(part, tmp_path):
    with pytest.raises(UsageError, match="written 3/8"):
        rebuild([article()], tmp_path / "index", part=part)


def test_a_directory_is_filled_by_one_process(tmp_path):
    with pytest.raises(UsageError, match="--workers"):
        rebuild([article()], tmp_path / "index", part=(3, 8))
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("part", "said"),
    [("3", "written 3/8"), ("x/8", "written 3/8"), ("9/8", "no part 9/8"), ("3/8", "--workers")],
)
def test_a_slip_on_the_command_line_is_told(tmp_path, part, said):
    result = run("rebuild", tmp_path, "--index", tmp_path / "index", "--part", part)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr
