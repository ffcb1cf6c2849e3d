"""What the documentation shows works as shown."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest

import index
import search
from index import ArchiveError, rebuild
from index import errors as all_errors
from search import Searcher

ROOT = Path(__file__).resolve().parent.parent


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_examples_of_embedding_run_in_order(tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for code in blocks("docs/embedding.md", "python"):
        if "..." not in code:
            exec(compile(code, "docs/embedding.md", "exec"), names)
    assert "articles, 0 left out" in capsys.readouterr().out


def test_every_method_of_a_searcher_is_told_of():
    told = re.findall(r"^\| `(\w+)[(`]", (ROOT / "docs/embedding.md").read_text("utf-8"), re.MULTILINE)
    assert set(told) == {name for name in vars(Searcher) if not name.startswith("_")}


def test_every_type_in_the_signatures_of_a_searcher_can_be_imported():
    members = [getattr(member, "fget", member) for name, member in vars(Searcher).items() if name[0] != "_"]
    written = " ".join(note for member in members for note in member.__annotations__.values())
    named = set(re.findall(r"\b[A-Z]\w+", written)) - {"Iterator", "None", "Sequence"}
    assert {"Facets", "Hit", "Sort"} < named
    assert named <= {*search.__all__, *index.__all__}
    for package in (index, search):
        for name in package.__all__:
            assert getattr(package, name)


def test_the_small_web_application_answers(tmp_path):
    spec = importlib.util.spec_from_file_location("small_web", ROOT / "docs/examples/small_web.py")
    assert spec is not None
    assert spec.loader is not None
    small_web = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(small_web)
    rebuild([ROOT / "seeds"], tmp_path)
    with Searcher(tmp_path) as searcher:
        app = small_web.application(searcher)
        seen: list[str] = []

        def get(query: str) -> str:
            environ = {"QUERY_STRING": f"q={quote(query)}"}
            return b"".join(app(environ, lambda status, _: seen.append(status))).decode()

        assert "<mark>" in get("台风")
        assert "unclosed quotation mark" in get("“台风")
        assert "<script>" not in get("<script>")
    assert [status[:3] for status in seen] == ["200", "400", "200"]


def test_the_tree_of_errors_is_drawn_whole():
    drawn = set(re.findall(r"[├└]── (\w+)", blocks("docs/embedding.md", "text")[0]))
    defined = {
        name
        for name in all_errors.__all__
        if name != "ArchiveError" and issubclass(getattr(all_errors, name), ArchiveError)
    }
    assert drawn == defined
    assert set(re.findall(r"[├└]── (\w+)", ArchiveError.__doc__ or "")) == defined


def test_the_architecture_names_every_module():
    tree = blocks("docs/architecture.md", "text")[0]
    parts = dict(zip(("index", "search"), tree.split("\nsearch/"), strict=True))
    for package, drawn in parts.items():
        named = Counter(re.findall(r"\w+\.py\b", drawn))
        there = Counter(path.name for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py")
        assert named == there, package


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", *map(str, sorted(Path("docs").glob("*.md")))])
def test_links_inside_the_project_lead_somewhere(name):
    text = re.sub(
        r"```.*?```|`[^`]*`|^    .*?$", "", (ROOT / name).read_text("utf-8"), flags=re.DOTALL | re.M
    )
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert ((ROOT / name).parent / target).exists(), target
