"""The recipes of docs/examples run as they stand, and are typed."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from index import rebuild
from search import Searcher

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "docs" / "examples"
ROWS = [
    {"id": 1, "title": "渡轮停航", "body": "台风过境，渡轮停航一晚。", "date": "2024-03-10"},
    {"id": 2, "title": "渡轮复航", "body": "<script>渡轮</script>", "date": "2024-03-12"},
]


@pytest.fixture
def index(tmp_path: Path) -> str:
    rebuild(ROWS, tmp_path / "idx")
    return str(tmp_path / "idx")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def run(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_fastapi_answers_searches_and_errors(index):
    pytest.importorskip("fastapi")
    from fastapi.testclient import TestClient

    with TestClient(load("with_fastapi").create_app(index)) as client:
        answer = client.get("/search", params={"q": "渡轮"}).json()
        assert (answer["total"], answer["pages"]) == (2, 1)
        assert client.get("/search", params={"q": "“渡轮"}).status_code == 400
        assert client.get("/search", params={"q": "渡轮", "page": 0}).status_code == 400


def test_flask_shows_highlights_and_text_as_text(index):
    pytest.importorskip("flask")
    client = load("with_flask").create_app(index).test_client()
    html = client.get("/?q=渡轮").text
    assert "2 articles" in html
    assert "<mark>渡轮</mark>" in html
    assert "<script>" not in html
    assert client.get("/?q=“渡轮").status_code == 400


def test_django_searches_and_keeps_the_index_up_to_date(index):
    pytest.importorskip("django")
    from django.conf import settings

    if not settings.configured:
        settings.configure(SEARCH_INDEX=index, TIME_ZONE="Asia/Shanghai", USE_TZ=True)
    from django.test import RequestFactory

    recipe = load("with_django")

    def total(query: str) -> int:
        return json.loads(recipe.search(RequestFactory().get("/search", {"q": query})).content)["total"]

    assert recipe.index_all(ROWS) == 2
    recipe.saved({"id": 3, "title": "渡轮加班", "body": ""})
    assert total("渡轮") == 3
    recipe.deleted(3)
    recipe.deleted(3)
    assert total("渡轮") == 2
    assert recipe.search(RequestFactory().get("/search", {"q": "“"})).status_code == 400


def test_a_pool_of_processes_counts(index):
    assert run("process_pool.py", index, "渡轮", "台风") == "渡轮 2\n台风 1\n"


def test_pandas_goes_in_and_comes_out(tmp_path):
    pytest.importorskip("pandas")
    table = tmp_path / "stories.csv"
    table.write_text("number,headline,text,day\n7,渡轮停航,台风过境。,2024-03-10\n8,渡轮复航,,\n", "utf-8")
    out = run("with_pandas.py", str(table), str(tmp_path / "idx"), "渡轮")
    assert "渡轮停航" in out
    assert "2024-03" in out


def test_the_notebook_runs_from_its_first_cell_to_its_last(tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    notebook = json.loads((EXAMPLES / "notebook.ipynb").read_text("utf-8"))
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "notebook.ipynb", "exec"), names)
    assert isinstance(names["searcher"], Searcher)
    assert "<mark>" in names["page"]._repr_html_()


def test_the_api_reference_is_that_of_the_docstrings():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "make_api_reference.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.TARGET.read_text("utf-8") == script.render(), "run python scripts/make_api_reference.py"


@pytest.mark.slow
def test_an_application_is_typed_strictly_from_end_to_end():
    check_types(EXAMPLES)


@pytest.mark.slow
def test_the_programs_of_the_guide_are_typed_strictly(tmp_path):
    text = (ROOT / "docs" / "embedding.md").read_text("utf-8")
    program = tmp_path / "guide.py"
    program.write_text("\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)), "utf-8")
    check_types(program)


def check_types(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", path], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
