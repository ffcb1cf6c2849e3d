"""An index that a stranger made runs nothing, and its faults come as our errors."""

from __future__ import annotations

import importlib
import inspect
import json
import marshal
import os
import pickle
import pkgutil
import shutil
import struct
import sys
import zlib
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import pytest
import whoosh
from builders import directory, rewrite_manifest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC

from index import (
    ArchiveError,
    Article,
    EngineError,
    IndexDamaged,
    IndexStateError,
    UsageError,
    optimize,
    rebuild,
    update,
)
from index.building.repair import repair
from index.engines.whoosh.codec import GroupedCodec
from index.engines.whoosh.storage import _HEAD, reading, writing
from index.storage import directory as index_directory
from index.storage.directory import IndexDirectory
from index.storage.manifest import manifest_checksum
from search import Searcher
from search.check import check


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whoosh") / "index"
    rebuild([Article(id="a", title="渡轮今天照常开出")], folder, engine="whoosh")
    return folder


def forge(index: Path) -> None:
    """Make a manifest's checksums fit what the files are now."""
    place = IndexDirectory(index)
    rewrite_manifest(index, files=place.checksums(place.manifest().generation))


class Runs:
    """A pickle of this runs a command when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


class Evaluates(Runs):
    def __reduce__(self):
        return eval, (f"__import__('pathlib').Path({str(self.marker)!r}).touch()",)


class SetsAttributes(Runs):
    def __reduce__(self):
        # What pickle calls BUILD writes attributes into whatever was named, a class too.
        return getattr, (GroupedCodec, "TERMS_EXT"), None


def poisoned_segment(marker: Path) -> W3Segment:
    segment = W3Segment(GroupedCodec(), "MAIN", 1)
    segment.harm = Runs(marker)
    return segment


HARMFUL = {
    "a call": lambda marker: [Runs(marker)],
    "an evaluation": lambda marker: [Evaluates(marker)],
    "a call inside a segment": lambda marker: [poisoned_segment(marker)],
    "an attribute": lambda marker: [SetsAttributes(marker)],
    "no segment": lambda marker: [{"segid": "x"}],
    "no list": lambda marker: 7,
    "a path": lambda marker: [W3Segment(GroupedCodec(), "MAIN", 1, segid="../../../x")],
}


def put_into_toc(index: Path, data: bytes) -> None:
    """Replace the list of segments, the last thing in Whoosh's table of contents."""
    (path,) = index.rglob("_MAIN_*.toc")
    toc = path.read_bytes()
    at = toc.rindex(pickle.PROTO + bytes([pickle.HIGHEST_PROTOCOL]) + pickle.FRAME)
    path.write_bytes(toc[:at] + data)
    forge(index)


@pytest.mark.parametrize("kind", HARMFUL)
def test_a_hostile_table_of_contents_runs_nothing(sound, kind, tmp_path):
    index, marker = tmp_path / "index", tmp_path / "marker"
    shutil.copytree(sound, index)
    put_into_toc(index, pickle.dumps(HARMFUL[kind](marker)))
    with pytest.raises(IndexDamaged, match="check the index"):
        Searcher(index)
    with pytest.raises(ArchiveError):
        update([Article(id="b", title="二")], index)
    assert not check(index).sound
    assert not marker.exists()


def nested_tuples(levels: int) -> bytes:
    """A dict whose key is a tuple of two of the same, and so on: its hash takes 2**levels steps."""
    pairs = b"".join(b"2\x86" for _ in range(levels))
    return b"\x80\x05](}" + b"N" + pairs + b"Nse."


def wrapped_tuples(levels: int) -> bytes:
    """Each call wraps a tuple into another; hashing them would overflow the stack."""
    name = b"\x8c\x1aindex.engines.whoosh.codec\x8c\x0cGroupedCodec\x93\x94"
    calls = b"".join(b"h\x00h" + bytes([1]) + b"\x85\x94R0" for _ in range(levels))
    return b"\x80\x05]" + name + b")\x94" + calls + b"e."


@pytest.mark.parametrize(
    "data",
    [
        nested_tuples(60),
        wrapped_tuples(3),
        b"\x80\x05(]\x91]" + b"e.",  # a frozenset
        b"\x80\x05]\x8b\xff\xff\xff\x7f.",  # a number of two thousand million bytes
        b"\x80\x05]X\xff\xff\xff\xff.",
        pickle.dumps([W3Segment(GroupedCodec(), "MAIN", 1 << 50, segid="x")]),
    ],
    ids=["nested tuples", "wrapped tuples", "frozenset", "number", "string", "documents"],
)
def test_a_table_of_contents_costs_no_more_than_its_size(sound, data, tmp_path):
    """One of 2 kB took hours, and ignored SIGTERM."""
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    put_into_toc(index, data)
    with pytest.raises(IndexDamaged):
        Searcher(index)


def test_postings_are_no_longer_than_their_bytes(sound, tmp_path):
    """A few bytes that claim four thousand million postings would take 16 GB."""
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    (path,) = index.rglob("*.trm")
    data = bytearray(path.read_bytes())
    (length,) = struct.unpack("<Q", data[-8:])
    for field in json.loads(data[-8 - length : -8])["fields"].values():
        for number in range(field["terms"]):
            struct.pack_into("=I", data, field["frequencies"] + 4 * number, 0xFFFFFFF0)
    path.write_bytes(data)
    forge(index)
    with pytest.raises(IndexDamaged, match="postings"), Searcher(index) as searcher:
        searcher.search("渡轮")


def test_a_huge_manifest_is_not_read(sound, tmp_path):
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    os.truncate(index / "manifest.json", 1 << 36)  # a file of zeros that takes no room
    with pytest.raises(IndexDamaged, match="larger than"):
        Searcher(index)


def test_a_poisoned_schema_is_never_read(sound, tmp_path):
    """Whoosh keeps its schema as a pickle too; every index here has the same, which is made anew."""
    index, marker = tmp_path / "index", tmp_path / "marker"
    shutil.copytree(sound, index)
    (path,) = index.rglob("_MAIN_*.toc")
    toc = StructFile(BytesIO(path.read_bytes()))
    toc.seek(len(_HEAD))
    for _ in range(3):  # the version of Whoosh
        toc.read_varint()
    before = toc.tell()
    toc.skip_string()
    poison = StructFile(BytesIO())
    poison.write_string(pickle.dumps(Runs(marker)))
    data = path.read_bytes()
    path.write_bytes(data[:before] + poison.file.getvalue() + data[toc.tell() :])
    forge(index)
    use(index)
    assert not marker.exists()
    # Whoosh itself would have run it.
    with suppress(Exception):
        TOC.read(FileStorage(str(path.parent)), "MAIN")
    assert marker.exists()


def use(index: Path) -> None:
    """Whatever reads an index."""
    with Searcher(index) as searcher:
        for query in ("渡轮", '"今天照常*"', "source:晨报 OR date:2020", "-渡轮 title:今", "渡轮 ~3 开出"):
            searcher.search(query, limit=None)
        searcher.search("渡轮", sort="newest")
        searcher.facets("渡轮", by="source")
        searcher.timeline("渡轮")
        searcher.similar("a")
        searcher.suggest("渡")
        searcher.explain_hit("渡轮", "a")
        searcher.stats()
    assert check(index).sound


def test_nothing_is_unpickled_or_unmarshalled_while_an_index_is_read(sound, tmp_path, monkeypatch):
    """But the list of segments, by a loader of ours."""
    index = tmp_path / "index"
    shutil.copytree(sound, index)

    def write() -> None:
        update(
            [Article(id=str(number), title="渡轮今天照常开出", sources=("晨报",)) for number in range(5)],
            index,
        )
        optimize(index)

    # Once before, since Python unmarshals what it imports.
    use(index)
    write()
    called: list[str] = []
    originals = {
        id(getattr(module, name)): name for module in (pickle, marshal) for name in ("load", "loads")
    }

    def refuse(*args: object, **options: object) -> None:
        called.append(str(args)[:100])
        raise AssertionError("something was unpickled")

    modules = [
        module for name, module in sys.modules.items() if name.partition(".")[0] in ("whoosh", "index")
    ]
    for module in (pickle, marshal, *modules):
        for name, value in list(vars(module).items()):
            if id(value) in originals:
                monkeypatch.setattr(module, name, refuse)
    use(index)
    update([Article(id="b", title="二")], index)
    use(index)
    write()
    use(index)
    monkeypatch.undo()
    assert called == []


def test_a_pickle_cannot_write_into_the_classes_that_it_names(sound, tmp_path):
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    name = f"c{GroupedCodec.__module__}\nGroupedCodec\n".encode()
    # BUILD with a state of (None, {...}) sets attributes of the object below it: here of the class.
    put_into_toc(index, b"(l" + name + b"(N(VTERMS_EXT\nV.evil\ndtba.")
    with pytest.raises(IndexDamaged):
        Searcher(index)
    assert GroupedCodec.TERMS_EXT == ".trm"


def test_a_table_of_contents_of_another_version_is_not_read(sound, tmp_path):
    """Whoosh reads those of its old versions with unpicklers that nothing restricts."""
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    (path,) = index.rglob("_MAIN_*.toc")
    toc = bytearray(path.read_bytes())
    toc[7:11] = struct.pack(">i", -110)
    path.write_bytes(toc)
    forge(index)
    with pytest.raises(IndexDamaged, match="no table of contents"):
        Searcher(index)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.data())
def test_a_manifest_of_anything_is_refused_in_our_words(sound, data):
    values = json.loads((sound / "manifest.json").read_text("utf-8"))
    del values["checksum"]
    for name in data.draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=3)):
        values[name] = data.draw(json_values | st.sampled_from(["../..", -1, "0001/../..", 10**30]))
    with directory() as folder:
        index = Path(folder) / "index"
        shutil.copytree(sound, index)
        text = json.dumps({**values, "checksum": manifest_checksum(values)})
        (index / "manifest.json").write_text(text, "utf-8")
        with suppress(ArchiveError):
            Searcher(index).close()


@pytest.mark.parametrize(
    "changes",
    [
        {"files": {"engine/a\0b": {"size": 0, "sha256": ""}}},
        {"files": {"engine/\ud800": {"size": 0, "sha256": ""}}},
        {"files": {"../../x": {"size": 0, "sha256": ""}}},
        {"generation": 10**400},
    ],
)
def test_a_manifest_names_only_what_can_be_a_file_of_its_index(sound, changes, tmp_path):
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    rewrite_manifest(index, **changes)
    with pytest.raises(IndexDamaged, match="the index"):
        IndexDirectory(index).manifest()


def test_a_folder_that_cannot_be_is_no_archive_to_repair_from(sound, tmp_path):
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    config = asdict(IndexDirectory(index).manifest().config)
    rewrite_manifest(index, config={**config, "roots": {"/\0": ""}})
    with pytest.raises(UsageError, match="there is no folder"):
        repair(index)


@settings(max_examples=300)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_for_a_manifest_are_refused(data):
    with directory() as folder:
        (Path(folder) / "manifest.json").write_bytes(data)
        with pytest.raises(IndexStateError):
            IndexDirectory(folder).manifest()


def exceptions_of(package) -> list[type[Exception]]:
    found = {zlib.error, struct.error, pickle.UnpicklingError, KeyError, IndexError, OSError, EOFError}
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:  # parts of Whoosh want packages that nobody needs
            continue
        for _, value in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(value, Exception) and value.__module__.startswith(package.__name__):
                found.add(value)
    return sorted(found, key=lambda value: value.__qualname__)


@pytest.mark.filterwarnings("ignore")
def test_no_exception_of_whoosh_escapes(tmp_path):
    classes = exceptions_of(whoosh)
    assert len(classes) > 20
    for kind in classes:
        error = kind.__new__(kind)
        with pytest.raises(IndexDamaged), reading(tmp_path):
            raise error
        with pytest.raises(OSError if issubclass(kind, OSError) else EngineError), writing():
            raise error


# What is found sound is remembered


def test_files_that_were_found_sound_are_read_again_only_when_they_change(sound, tmp_path, monkeypatch):
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    place = IndexDirectory(index)
    place.verify(place.manifest())
    read: list[Path] = []
    compare = index_directory.damage_of
    monkeypatch.setattr(
        index_directory,
        "damage_of",
        lambda path, *rest, **more: read.append(path) or compare(path, *rest, **more),
    )

    place.verify(place.manifest())
    assert read == []
    place.verify(place.manifest(), whole=True)
    assert len(read) == len(place.manifest().files)

    (remembered,) = index.glob("generations/*/sound")
    os.utime(remembered, (0, 0))
    place.verify(place.manifest())
    assert len(read) == 2 * len(place.manifest().files)

    damaged = max(index.glob("generations/*/engine/*"), key=lambda path: path.stat().st_size)
    data = bytearray(damaged.read_bytes())
    data[len(data) // 2] ^= 1
    before = damaged.stat()
    damaged.write_bytes(data)
    os.utime(damaged, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(IndexDamaged, match=damaged.name):
        place.verify(place.manifest())


def test_an_update_makes_no_damage_right_that_it_did_not_see(sound, tmp_path, monkeypatch):
    """It takes over the checksums of files that it does not write, as it takes over the files."""
    monkeypatch.setattr(index_directory, "_READ_AT_OPENING", 0)
    index = tmp_path / "index"
    shutil.copytree(sound, index)
    (damaged,) = index.rglob("*.pst")
    data = bytearray(damaged.read_bytes())
    data[-1] ^= 1
    damaged.write_bytes(data)
    update([Article(id="b", title="二")], index)
    assert [problem.file for problem in check(index).problems if problem.file.endswith(damaged.name)]
