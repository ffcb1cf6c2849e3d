"""What the documentation shows works as shown."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from commandline import run

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


def test_the_examples_of_occurrences_print_what_is_shown(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rebuild([ROOT / "seeds"], "idx")
    for example in blocks("docs/occurrences.md", "console"):
        command, _, shown = example.partition("\n")
        result = run(*shlex.split(command.removeprefix("$ search ")), "--index", "idx")
        assert result.stdout == shown, command
    for code in blocks("docs/occurrences.md", "python"):
        exec(compile(code, "docs/occurrences.md", "exec"), {})


def test_every_method_of_a_searcher_is_told_of():
    told = re.findall(r"^\| `(\w+)[(`]", (ROOT / "docs/embedding.md").read_text("utf-8"), re.MULTILINE)
    assert set(told) == {name for name in dir(Searcher) if not name.startswith("_")}


def test_every_type_in_the_signatures_of_a_searcher_can_be_imported():
    members = [getattr(Searcher, name) for name in dir(Searcher) if name[0] != "_"]
    members = [getattr(member, "fget", member) for member in members]
    written = " ".join(note for member in members for note in member.__annotations__.values())
    named = set(re.findall(r"\b[A-Z]\w+", written)) - {"Iterator", "None", "Sequence", "Unpack"}
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
        assert "0 articles, 15 more with some of the words" in get("渡轮火星")
        assert "unclosed quotation mark" in get("“台风")
        assert "<script>" not in get("<script>")
    assert [status[:3] for status in seen] == ["200", "200", "400", "200"]


def test_the_commands_of_quotations_print_what_is_shown(tmp_path):
    index = tmp_path / "idx"
    rebuild([ROOT / "seeds"], index)
    shown = blocks("docs/quotations.md", "console")
    assert shown
    for block in shown:
        command, _, output = block.partition("\n")
        told = run(*command.removeprefix("$ search ").split(" "), "--index", index)
        assert told.stdout == output


def test_the_tree_of_errors_is_drawn_whole():
    drawn = set(re.findall(r"[├└]── (\w+)", blocks("docs/embedding.md", "text")[0]))
    defined = {
        name
        for name in all_errors.__all__
        if name != "ArchiveError" and issubclass(getattr(all_errors, name), ArchiveError)
    }
    assert drawn == defined
    assert set(re.findall(r"[├└]── (\w+)", ArchiveError.__doc__ or "")) == defined


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("README.md", "python")
    exec(compile(code, "README.md", "exec"), {})
    assert "<mark>" in capsys.readouterr().out


def test_both_readmes_say_the_same():
    assert said("README.md") == said("README.zh.md")


def said(document: str) -> dict[str, list[object]]:
    """What of a README must not differ between languages."""
    text = (ROOT / document).read_text("utf-8")
    code = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\|.*\|$", text, re.MULTILINE)
    return {
        "code": [(language, re.sub(r" +# .*", "", lines)) for language, lines in code.findall(text)],
        "cells of code": [re.findall(r"`[^`]+`", row) for row in rows],
        "numbers in tables": [re.findall(r"\d+(?:[.,]\d+)*", re.sub(r"`[^`]+`", "", row)) for row in rows],
        "links": sorted(
            target.replace(".zh.md", ".md") for target in links(code.sub("", text)) if "README" not in target
        ),
    }


@pytest.mark.parametrize("name", ["query-language", "web"])
def test_a_page_in_both_languages_names_the_same(name):
    """A way of writing that is added to one page is missing in the other."""
    english, chinese = (
        [
            re.findall(r"`[^`]+`", re.split(r"(?<!\\)\|", row)[1])
            for row in re.findall(r"^\|.*\|$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE)
        ]
        for page in (f"{name}.md", f"{name}.zh.md")
    )
    assert english == chinese


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "seeds" / "README.md"]


@pytest.mark.parametrize("path", sorted(DOCUMENTS), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_inside_the_project_lead_somewhere(path):
    text = re.sub(r"```.*?```|`[^`]*`|^    .*?$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in links(text):
        if not re.match(r"https?:", link):
            name, _, anchor = link.partition("#")
            # The site keeps copies of the files beside `docs` in `docs/project`; see docs/conf.py.
            folder = ROOT if name.startswith("project/") else path.parent
            target = folder / name.removeprefix("project/") if name else path
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", text)


def anchors(path: Path) -> set[str]:
    """The names by which GitHub links to the headings of a page."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


FOLDERS = "index|search|tests|benchmarks|scripts|docs|fuzz"
PATH = re.compile(rf"(?:[\w-]+/)*[\w-]+\.py|(?:{FOLDERS})/[\w./-]*")
NAME = re.compile(r"(?:index|search|benchmarks)(?:\.\w+)+")
EXAMPLE = re.compile(r"NAME|gemtext|test_x")


@pytest.mark.parametrize("path", sorted(DOCUMENTS), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_code_that_is_named_exists(path):
    """Pages kept the names of modules that were moved."""
    text = re.sub(r"^```(.*?)^```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    codes = [code for code in re.findall(r"`([^`\s]+)`", text) if not EXAMPLE.search(code)]
    names = [*filter(NAME.fullmatch, codes), *re.findall(r"python -m ([\w.]+)", text)]
    missing = [code for code in filter(PATH.fullmatch, codes) if not exists(code, beside=path.parent)]
    assert [*missing, *(name for name in names if not importable(name))] == []


def exists(code: str, *, beside: Path) -> bool:
    if "/" in code:
        return (ROOT / code).exists() or (beside / code).exists()
    return any(any((ROOT / part).rglob(code)) for part in ("index", "search"))


def importable(name: str) -> bool:
    """Whether a dotted name is a module, or an attribute of one."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        module = ROOT.joinpath(*parts[:count])
        if module.with_suffix(".py").exists() or (module / "__init__.py").exists():
            rest = parts[count:]
            return not rest or hasattr(importlib.import_module(".".join(parts[:count])), rest[0])
        if module.is_dir() and count == len(parts):
            return True
    return False


def test_the_tour_goes_through_every_folder():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    sections = re.split(r"^#+ `([\w/]+/)`.*$", text, flags=re.MULTILINE)
    toured = dict(zip(sections[1::2], sections[2::2], strict=True))
    folders = {
        path.parent.relative_to(ROOT).as_posix() + "/"
        for package in ("index", "search")
        for path in (ROOT / package).rglob("*.py")
    }
    assert toured.keys() == folders
    for folder, section in toured.items():
        for code in re.findall(r"`([\w.]+\.py)`", section.partition("\n## ")[0]):
            assert (ROOT / folder / code).exists(), f"{folder}{code}"


def test_the_site_shows_every_page():
    menu = re.findall(r"^[\w/.-]+$", (ROOT / "docs/index.md").read_text("utf-8"), re.MULTILINE)
    pages = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert pages <= set(menu)
