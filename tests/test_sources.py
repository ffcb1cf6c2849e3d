"""Which files of an archive are seeds, and what is said of the others."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from index.errors import SeedError, UsageError
from index.reading.limits import Limits
from index.reading.seed import read_seed
from index.reading.walk import Walk, archive_roots, read_file
from index.storage.directory import entries_of_an_index

SEED = b"<!--1710099901000-->\n[a](http://x/)\n------\n\n<p>b</p>"


def walk(roots, **options) -> Walk:
    found, within = archive_roots(roots)
    return Walk(found, within=within, ignore=entries_of_an_index, **options)


@pytest.fixture
def archive(tmp_path):
    """Write seeds of these names into an archive; its root."""

    def write(*names: str) -> Path:
        for name in names:
            path = tmp_path / "archive" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(SEED)
        return tmp_path / "archive"

    return write


def ids(found) -> list[str]:
    return [seed.id for seed in found]


def test_any_text_file_is_a_seed_with_its_path_for_an_id(archive):
    root = archive("bbc/2.md", "bbc/1.txt", "深/层/3.html", "0", "4.unknown")
    found = list(walk([root]))
    assert ids(found) == ["0", "4.unknown", "bbc/1.txt", "bbc/2.md", "深/层/3.html"]
    assert [seed.folder for seed in found] == [None, None, "bbc", "bbc", "层"]
    assert {seed.root for seed in found} == {str(root.resolve())}
    assert found[2].size == len(SEED)
    assert found[2].mtime_ns == (root / "bbc/1.txt").stat().st_mtime_ns


def test_what_a_working_copy_holds_besides_is_passed_over_and_counted(archive):
    root = archive("1.md", "readmeable.md", ".git/config", ".gitignore", "图.JPG")
    archive("README.md", "readme.txt", "LICENSE", "LICENCE.md", "a/COPYING")
    archive(".search-index/manifest.json", "idx/manifest.json", "idx/articles.sqlite")
    (root / "blob").write_bytes(b"\x7fELF\0\0\0\1" * 9)
    (root / "wide").write_bytes("[a](b)\n站台".encode("utf-16"))
    found = walk([root])
    assert ids(found) == ["1.md", "readmeable.md", "wide"]
    assert found.passed_over == {"hidden": 3, "readme": 2, "licence": 3, "not text": 2, "index": 1}
    assert found.left_out == []


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ((), (), ["a/1.md", "a/2.txt", "a/b/3.md", "c/1.md"]),
        (("*.md",), (), ["a/1.md", "a/b/3.md", "c/1.md"]),
        (("a/*.md", "2.*"), (), ["a/1.md", "a/2.txt", "a/b/3.md"]),
        ((), ("a",), ["c/1.md"]),
        ((), ("a/b/",), ["a/1.md", "a/2.txt", "c/1.md"]),
        (("*.md",), ("1.*",), ["a/b/3.md"]),
        (("[",), (), []),
    ],
)
def test_globs_choose_by_name_or_by_path(archive, include, exclude, expected):
    root = archive("a/1.md", "a/2.txt", "a/b/3.md", "c/1.md")
    found = walk([root], include=include, exclude=exclude)
    assert ids(found) == expected
    assert bool(found.passed_over["excluded"]) == (len(expected) < 4)


def test_to_walk_again_starts_again(archive):
    found = walk([archive("1.md", "README")])
    assert found.count() == 1
    assert found.passed_over == {}
    assert ids(found) == ids(found)
    assert found.passed_over == {"readme": 1}


# Roots


def test_the_names_of_several_roots_go_before_the_ids(archive):
    root = archive("a/1.md", "b/1.md")
    assert ids(walk([root / "b", root / "a"])) == ["b/1.md", "a/1.md"]
    assert [seed.folder for seed in walk([root / "b", root / "a"])] == [None, None]
    assert ids(Walk({str(root / "a"): "x"})) == ["x/1.md"]


def test_a_root_may_be_a_file(archive):
    root = archive("a/1.md", "a/2.md", "b/README")
    assert ids(walk([root / "a/1.md"])) == ["1.md"]
    assert ids(walk([root / "a/1.md", root / "b/README"])) == ["a/1.md", "b/README"]


def test_a_root_named_twice_is_walked_once(archive, monkeypatch):
    root = archive("a/1.md")
    monkeypatch.chdir(root)
    assert ids(walk([root / "a", "a", "./a/../a"])) == ["1.md"]


def test_roots_that_cannot_be_are_refused(archive, tmp_path):
    root = archive("a/1.md")
    with pytest.raises(UsageError, match="missing"):
        walk([tmp_path / "missing"])
    with pytest.raises(UsageError, match="lies in"):
        walk([root, root / "a"])
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(UsageError, match="loop"):
        walk([tmp_path / "loop"])


# What is no regular file


def reasons(found: Walk) -> dict[str, str]:
    return {Path(error.path).name: error.reason for error in found.left_out}


def test_links_are_followed_only_within_the_archive(archive, tmp_path):
    root = archive("a/1.md", ".store/blob")
    (tmp_path / "secret.md").write_bytes(SEED)
    (root / "annexed.md").symlink_to(root / ".store/blob")
    (root / "outside.md").symlink_to(tmp_path / "secret.md")
    (root / "up").symlink_to(tmp_path)
    (root / "circle").symlink_to(root / "circle")
    (root / "gone.md").symlink_to(root / "nothing")
    (root / "b").symlink_to(root / "a")
    (root / "a/round").symlink_to(root)
    found = walk([root])
    assert ids(found) == ["annexed.md", "a/1.md"]
    assert found.passed_over == {"hidden": 1, "linked folder": 2}
    told = reasons(found)
    assert set(told) == {"outside.md", "up", "circle", "gone.md"}
    assert "outside" in told["outside.md"]
    assert "outside" in told["up"]
    assert "itself" in told["circle"]
    assert "No such file" in told["gone.md"]


def test_pipes_and_sockets_are_reported_and_never_opened(archive):
    root = archive("1.md")
    os.mkfifo(root / "pipe.md")
    home = Path.cwd()
    os.chdir(root)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as plug:
            plug.bind("plug")
            found = walk([root])
            assert ids(found) == ["1.md"]
    finally:
        os.chdir(home)
    assert reasons(found) == {"pipe.md": "not a regular file", "plug": "not a regular file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_closed_folders_and_files_are_reported(archive):
    root = archive("1.md", "closed/2.md", "3")
    (root / "closed").chmod(0)
    (root / "3").chmod(0)
    found = walk([root])
    assert ids(found) == ["1.md"]
    assert set(reasons(found)) == {"closed", "3"}
    (root / "closed").chmod(0o755)


# Names


def test_names_that_cannot_be_printed_get_ids_that_can(archive):
    root = archive("1.md")
    for name in (b"\xff.md", b"\xfe.md", b"%FF.md", b"a\nb.md", "\u00e9.md".encode(), "e\u0301.md".encode()):
        try:
            Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(SEED)
        except OSError:
            pytest.skip("this file system takes no such names")
    found = list(walk([root]))
    assert len(set(ids(found))) == 7
    assert {"%FF.md", "\u00e9.md", "e\u0301.md"} <= set(ids(found))
    assert ids(found) == ids(walk([root]))
    for seed in found:
        assert seed.id.encode()
        assert "\n" not in seed.id
        assert read_seed(read_file(seed), id=seed.id, path=seed.path).body == "b"


def test_deep_folders_are_no_trouble(archive):
    deep = "/".join(["d"] * 400)
    assert ids(walk([archive(f"{deep}/1.md")])) == [f"{deep}/1.md"]


# Reading


def test_a_file_over_the_limit_is_left_out_with_the_limit(archive):
    (found,) = walk([archive("1.md")])
    assert read_file(found, limits=Limits(bytes=len(SEED))) == SEED
    with pytest.raises(SeedError, match=r"larger than 10 bytes"):
        read_file(found, limits=Limits(bytes=10))


def test_a_file_that_changed_its_kind_is_not_waited_for(archive):
    (found,) = walk([archive("1.md")])
    Path(found.path).unlink()
    with pytest.raises(SeedError, match="No such file"):
        read_file(found)
    os.mkfifo(found.path)
    with pytest.raises(SeedError, match="not a regular file"):
        read_file(found)
